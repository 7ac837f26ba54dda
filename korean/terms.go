package korean

import "strings"

// Kind is what a term is.
type Kind byte

const (
	Stem   Kind = 'w' // a word without particles and endings, as Stems has it
	Pair   Kind = 'b' // two neighbouring syllables of a longer stem, as Bigrams has it
	Figure Kind = 'n' // a number, as Numbers has it
)

// Term is one thing by which a text can be found.
type Term struct {
	Kind       Kind
	Text       string
	Start, End int  // bytes of the text it was found in
	Also       bool // the same place has been yielded under another text of the same kind
}

// longestStem is in bytes: of longer words, which are codes or noise, the first part.
const longestStem = 120

// Terms yields everything by which a text can be found, in its order: a term for each time it is there. It stops where
// yield returns false. Particles that stand alone (behind a quotation mark, a foreign word, a number) are none.
func Terms(text string, yield func(Term) bool) {
	for w := range Words(text) {
		if w.Script == Digits || Filler(w) {
			continue
		}
		for i, stem := range Stems(w.Text) {
			whole := stem
			if len(stem) > longestStem {
				stem = strings.ToValidUTF8(stem[:longestStem], "")
			}
			if !yield(Term{Stem, stem, w.Start, w.End, i > 0}) {
				return
			}
			if i > 0 || w.Script == Latin {
				continue
			}
			for _, pair := range Bigrams(whole) {
				if !yield(Term{Pair, pair, w.Start, w.End, false}) {
					return
				}
			}
		}
	}
	for n := range Numbers(text) {
		if !yield(Term{Figure, n.Text, n.Start, n.End, n.Part}) {
			return
		}
	}
}

// Filler reports whether a word is no term: nothing but particles, or the unit of a number before it (which the number
// has), with particles or without.
func Filler(w Word) bool {
	if w.Script != Hangul {
		return false
	}
	if IsParticle(w.Text) {
		return true
	}
	one := len("년")
	return w.Glued && len(w.Text) >= one && (len(w.Text) == one || IsParticle(w.Text[one:]))
}
