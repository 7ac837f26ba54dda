package assistant

import (
	"strings"
	"unicode"

	"exaone/korean"
)

// wording is a text in which cells of tables are looked up. Nothing of it changes.
type wording struct {
	words   *standing // without white space
	lines   map[string]bool
	numbers korean.NumeralSet
}

func wordingOf(text string) *wording {
	w := &wording{words: standingOf([]rune(korean.Fold(text)), isInk), lines: map[string]bool{}}
	for line := range strings.SplitSeq(text, "\n") {
		w.lines[strings.TrimSpace(line)] = true
	}
	w.numbers.Add(text)
	return w
}

// has reports whether the text has what a cell says: all its numbers, and its words as they stand there, or the rest of its
// words where its numbers are spelled otherwise. Part of a longer number or of a word in Latin letters is none.
func (w *wording) has(cell string) bool {
	if w.lines[strings.TrimSpace(cell)] {
		return true
	}
	numerals := korean.Numerals(cell)
	rest, last := "", 0
	for _, n := range numerals {
		if !w.numbers.Has(n) {
			return false
		}
		rest, last = rest+" "+cell[last:n.Start], n.End
	}
	if w.stands(cell) {
		return true
	}
	for word := range strings.FieldsSeq(rest + " " + cell[last:]) {
		if !w.stands(word) {
			return false
		}
	}
	return len(numerals) > 0
}

// stands reports whether the text has some words as they are, whatever white space divides them.
func (w *wording) stands(words string) bool {
	return w.words.have([]rune(korean.Fold(words)))
}

func isInk(r rune) bool { return !unicode.IsSpace(r) }
