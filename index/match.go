package index

import (
	"slices"

	"exaone/korean"
)

// matcher finds the units of a question in texts. It reads a text once, syllable by syllable, and looks only further
// where two neighbours are neighbours in a form too.
type matcher struct {
	units    []unit
	forms    []formOf
	pairs    map[uint64][]formAt
	hint     [1 << 10]uint64 // bits of the hashes of pairs: most pairs of a text are in no form
	firsts   map[rune][]int  // forms by their first syllable
	whole    map[string][]int
	figures  map[string][]int
	initials []int               // units
	read     map[string][]string // readings of words of the texts, while the plan lives
}

// formOf is a form and the unit it is of.
type formOf struct {
	form
	unit   int
	hangul bool
}

// formAt is a place in a form.
type formAt struct{ form, at int }

// sighting is a unit in a text.
type sighting struct {
	unit     int
	word     int // number of the word in the text
	quality  float64
	part     uint64 // which syllables of the unit's first form are there, where not all are
	from, to int    // bytes
}

func newMatcher(units []unit) *matcher {
	m := &matcher{units: units, pairs: map[uint64][]formAt{}, firsts: map[rune][]int{}, whole: map[string][]int{}, figures: map[string][]int{}, read: map[string][]string{}}
	for u := range units {
		if units[u].initials != nil {
			m.initials = append(m.initials, u)
		}
		for _, f := range units[u].forms {
			n := len(m.forms)
			hangul := len(f.text) > 0 && korean.WholeSyllables(string(f.text))
			m.forms = append(m.forms, formOf{f, u, hangul})
			switch {
			case f.kind == kindFigure:
				m.figures[string(f.text)] = append(m.figures[string(f.text)], n)
			case !hangul:
				m.whole[string(f.text)] = append(m.whole[string(f.text)], n)
			default:
				m.firsts[f.text[0]] = append(m.firsts[f.text[0]], n)
				for i := range len(f.text) - 1 {
					key := pairKey(f.text[i], f.text[i+1])
					m.pairs[key] = append(m.pairs[key], formAt{n, i})
					h := pairHash(key)
					m.hint[h>>6] |= 1 << (h & 63)
				}
			}
		}
	}
	return m
}

func pairKey(a, b rune) uint64 { return uint64(a)<<32 | uint64(b) }

func pairHash(key uint64) uint64 { return key * 0x9e3779b97f4a7c15 >> 48 }

// How good a find is that is not a word by itself.
const (
	qualityBegins = 0.9  // a longer word begins with it
	qualityInside = 0.75 // it is inside a longer word
	qualityPart   = 0.6  // only a part of it is there, for the whole length
)

// find returns where the units are in a text, in its order but for figures, which come last.
func (m *matcher) find(text string) []sighting {
	var out []sighting
	var buffer [64]rune
	n := -1
	for w := range korean.Words(text) {
		n++
		switch w.Script {
		case korean.Digits:
		case korean.Hangul:
			runes := buffer[:0]
			for _, r := range w.Text {
				runes = append(runes, r)
			}
			out = m.hangul(out, w, runes, n)
		default:
			for _, f := range m.whole[korean.Stems(w.Text)[0]] {
				out = append(out, sighting{m.forms[f].unit, n, m.forms[f].quality, 0, w.Start, w.End})
			}
		}
	}
	if len(m.initials) > 0 {
		c := consonantsOf(text)
		for _, u := range m.initials {
			out = c.find(out, u, m.units[u].initials)
		}
	}
	if len(m.figures) > 0 {
		for f := range korean.Numbers(text) {
			for _, i := range m.figures[f.Text] {
				out = append(out, sighting{m.forms[i].unit, 0, m.forms[i].quality, 0, f.Start, f.End})
			}
		}
	}
	return out
}

// hangul finds the units in one word.
func (m *matcher) hangul(out []sighting, w korean.Word, runes []rune, n int) []sighting {
	before := len(out)
	for i := range len(runes) - 1 {
		key := pairKey(runes[i], runes[i+1])
		if h := pairHash(key); m.hint[h>>6]&(1<<(h&63)) == 0 {
			continue
		}
		for _, at := range m.pairs[key] {
			f := &m.forms[at.form]
			if i > 0 && at.at > 0 && runes[i-1] == f.text[at.at-1] {
				continue // of a run that has been seen
			}
			size := 2
			for i+size < len(runes) && at.at+size < len(f.text) && runes[i+size] == f.text[at.at+size] {
				size++
			}
			out = append(out, m.run(f, at.at, w, runes, i, size, n))
		}
	}
	for _, i := range m.firsts[runes[0]] {
		f := &m.forms[i]
		if len(f.text) > 1 && slices.ContainsFunc(out[before:], func(o sighting) bool { return o.unit == f.unit && o.quality >= qualityBegins*f.quality }) {
			continue
		}
		if slices.Contains(m.readings(w.Text), string(f.text)) {
			out = append(out, sighting{f.unit, n, f.quality, 0, w.Start, w.End})
		}
	}
	return out
}

// run judges that size syllables of a word from i on are those of a form from at on.
func (m *matcher) run(f *formOf, at int, w korean.Word, runes []rune, i, size, n int) sighting {
	length := len(f.text)
	o := sighting{unit: f.unit, word: n, from: w.Start, to: w.End}
	switch rest := runes[i+size:]; {
	case size < length:
		o.quality = qualityPart * float64(size) / float64(length)
		if length <= 64 {
			o.part = (1<<size - 1) << at
		}
	case i == 0 && (len(rest) == 0 || len(rest) <= 4 && korean.IsParticle(string(rest)) || slices.Contains(m.readings(w.Text), string(f.text))):
		o.quality = 1
	case i == 0:
		o.quality = qualityBegins
	default:
		o.quality = qualityInside
	}
	o.quality *= f.quality
	if len(w.Text) == w.End-w.Start { // offsets of a word that was folded are not those of the text
		o.from = w.Start + len(string(runes[:i]))
		o.to = o.from + len(string(runes[i:i+size]))
	}
	return o
}

func (m *matcher) readings(word string) []string {
	r, ok := m.read[word]
	if !ok {
		r = korean.Readings(word)
		m.read[word] = r
	}
	return r
}
