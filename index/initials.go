package index

import (
	"slices"
	"unicode/utf8"

	"exaone/korean"
)

// byInitials adds the words that have these initial consonants, those of titles first. The last consonants may be of a
// particle (ㅂㅌㅁㅇ: 배트맨의), and the first of another word than the last (ㄷㅎㅁㄱㅈㅂ: 대한민국 정부): which of them
// stand in a text so is seen there.
func (p *plan) byInitials(consonants string) {
	runes := []rune(consonants)
	n := len(runes)
	g, before := p.group(), len(p.terms)
	for _, kind := range []byte{kindTitle, kindStem} {
		p.initialTerms(g, kind, consonants, false, 1)
		p.initialTerms(g, kind, consonants, true, initialsLonger)
	}
	for cut := 1; cut <= 3 && n-cut >= min(1+cut, 3); cut++ {
		p.initialTerms(g, kindStem, string(runes[:n-cut]), false, initialsParticle)
	}
	if len(p.terms) == before {
		for at := 2; at <= n-2; at++ {
			p.initialTerms(p.group(), kindStem, string(runes[:at]), false, initialsParticle)
			p.initialTerms(p.group(), kindStem, string(runes[at:]), true, initialsParticle)
		}
	}
	p.units = append(p.units, unit{initials: runes, weight: 1, group: g})
}

// How much is believed of a word that goes on after the consonants, and of one that ends before their last.
const (
	initialsLonger   = 0.7
	initialsParticle = 0.5
)

func (p *plan) initialTerms(group int, kind byte, consonants string, longer bool, weight float64) {
	for _, f := range p.lexicon.Initials(kind, consonants, longer, mostInitials) {
		p.add(group, kind, f.Text, weight)
	}
}

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
