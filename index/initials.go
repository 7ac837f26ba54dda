package index

import (
	"slices"
	"unicode/utf8"

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

// consonants are the initial consonants of a text's syllables in Hangul, and the words that these are of. A zero stands
// for anything between words that is not Hangul.
type consonants struct {
	runes []rune
	words []korean.Word
	of    []int // the word of each rune
	place []int // where in its word each is, in syllables
}

func consonantsOf(text string) *consonants {
	c := &consonants{runes: make([]rune, 0, len(text)/3), of: make([]int, 0, len(text)/3), place: make([]int, 0, len(text)/3)}
	for w := range korean.Words(text) {
		n := len(c.words)
		c.words = append(c.words, w)
		if w.Script != korean.Hangul {
			c.runes, c.of, c.place = append(c.runes, 0), append(c.of, n), append(c.place, 0)
			continue
		}
		i := 0
		for _, r := range w.Text {
			c.runes, c.of, c.place = append(c.runes, korean.Initial(r)), append(c.of, n), append(c.place, i)
			i++
		}
	}
	return c
}

// find returns where these consonants begin a word, be it of several, or are inside one.
func (c *consonants) find(out []sighting, unit int, initials []rune) []sighting {
	for i := 0; i+len(initials) <= len(c.runes); i++ {
		if c.runes[i] != initials[0] || !slices.Equal(c.runes[i:i+len(initials)], initials) {
			continue
		}
		last := i + len(initials) - 1
		first, end := c.of[i], c.of[last]
		if c.place[i] > 0 {
			if first == end {
				out = append(out, c.sighting(unit, first, end, initialsInside))
			}
			continue
		}
		rest := after(c.words[end].Text, c.place[last]+1)
		whole := rest == "" || korean.IsParticle(rest)
		quality := initialsBegin
		switch {
		case first == end && whole:
			quality = initialsWord
		case first != end && whole:
			quality = initialsAcross
		case first != end:
			quality = initialsCut
		}
		out = append(out, c.sighting(unit, first, end, quality))
	}
	return out
}

func (c *consonants) sighting(unit, first, last int, quality float64) sighting {
	return sighting{unit: unit, word: last, quality: quality, from: c.words[first].Start, to: c.words[last].End}
}

// after returns what follows so many runes of a text.
func after(text string, n int) string {
	for range n {
		_, size := utf8.DecodeRuneInString(text)
		text = text[size:]
	}
	return text
}
