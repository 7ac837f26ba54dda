package index

import (
	"exaone/korean"
)

// How good a find of initial consonants is.
const (
	initialsWord   = 1.0 // a word, and what may stand behind it
	initialsBegin  = 0.8 // the beginning of a word
	initialsInside = 0.4 // inside a word
	initialsAcross = 0.9 // words that stand one after the other
	initialsCut    = 0.6 // likewise, the last one not whole
)

// findInitials finds words whose syllables begin with these consonants.
func findInitials(out []sighting, unit int, initials []rune, text string) []sighting {
	var before []korean.Word // the words that a find may have begun in
	n := -1
	for w := range korean.Words(text) {
		n++
		if w.Script != korean.Hangul {
			before = before[:0]
			continue
		}
		c := []rune(korean.Choseong(w.Text))
		for i := 0; i+len(initials) <= len(c); i++ {
			if !equal(c[i:i+len(initials)], initials) {
				continue
			}
			quality := initialsInside
			if i == 0 {
				quality = initialsBegin
				rest := string([]rune(w.Text)[len(initials):])
				if rest == "" || korean.IsParticle(rest) {
					quality = initialsWord
				}
			}
			out = append(out, sighting{unit: unit, word: n, quality: quality, from: w.Start, to: w.End})
			break
		}
		before = append(before, w)
		if len(before) > 4 {
			before = before[1:]
		}
		if from, whole := across(before, initials); from >= 0 {
			quality := initialsAcross
			if !whole {
				quality = initialsCut
			}
			out = append(out, sighting{unit: unit, word: n, quality: quality, from: from, to: w.End})
		}
	}
	return out
}

// across reports where, if anywhere, words that end with the last one have the consonants between them; and whether they
// end where its stem or it does.
func across(words []korean.Word, initials []rune) (from int, whole bool) {
	last := []rune(korean.Choseong(words[len(words)-1].Text))
	for i := len(words) - 2; i >= 0; i-- {
		var c []rune
		for _, w := range words[i : len(words)-1] {
			c = append(c, []rune(korean.Choseong(w.Text))...)
		}
		if len(c) >= len(initials) {
			return -1, false
		}
		all := append(c, last...)
		if len(all) >= len(initials) && equal(all[:len(initials)], initials) {
			rest := string([]rune(words[len(words)-1].Text)[len(initials)-len(c):])
			return words[i].Start, rest == "" || korean.IsParticle(rest)
		}
	}
	return -1, false
}

func equal(a, b []rune) bool {
	for i := range b {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
