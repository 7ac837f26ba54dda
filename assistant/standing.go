package assistant

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// standing is a text by some of its characters, in which others are looked for by the same. Nothing of it changes.
type standing struct {
	source []rune
	keep   func(rune) bool
	at     []int  // where in source those stand that are kept
	kept   string // these alone
}

func standingOf(source []rune, keep func(rune) bool) *standing {
	s := &standing{source: source, keep: keep}
	var kept strings.Builder
	for i, r := range source {
		if keep(r) {
			s.at = append(s.at, i)
			kept.WriteRune(r)
		}
	}
	s.kept = kept.String()
	return s
}

// have reports whether the text has another, and not as part of a longer word in Latin letters or of a longer number. It takes a time
// that grows as both of them do together, whatever they are: others write them.
func (s *standing) have(wanted []rune) bool {
	wanted = slices.DeleteFunc(slices.Clone(wanted), func(r rune) bool { return !s.keep(r) })
	if len(wanted) == 0 {
		return false
	}
	first := strings.Index(s.kept, string(wanted)) // it is mostly there, and whole, or not there at all
	if first < 0 {
		return false
	}
	before := utf8.RuneCountInString(s.kept[:first])
	if s.whole(before, before+len(wanted)-1) {
		return true
	}
	// Where it overlaps itself it is in the text as often as that has characters: each of these is looked at once (Knuth, Morris and Pratt).
	back := bordersOf(wanted)
	same := 0 // characters of wanted that end here
	for i := before; i < len(s.at); i++ {
		for same > 0 && s.source[s.at[i]] != wanted[same] {
			same = back[same]
		}
		if s.source[s.at[i]] == wanted[same] {
			same++
		}
		if same == len(wanted) {
			if s.whole(i-same+1, i) {
				return true
			}
			same = back[same]
		}
	}
	return false
}

// whole reports whether no word and no number goes on beyond the characters from first to last.
func (s *standing) whole(first, last int) bool {
	return !goesOn(s.source, s.at[first], -1) && !goesOn(s.source, s.at[last], 1)
}

// bordersOf are, for each length of a beginning of a text, the longest shorter beginning that it ends with.
func bordersOf(text []rune) []int {
	all := make([]int, len(text)+1)
	same := 0
	for i := 1; i < len(text); i++ {
		for same > 0 && text[i] != text[same] {
			same = all[same]
		}
		if text[i] == text[same] {
			same++
		}
		all[i+1] = same
	}
	return all
}

// goesOn reports whether a word in Latin letters or a number goes on beyond one of its characters, in a direction.
func goesOn(text []rune, at, step int) bool {
	next := func(n int) rune {
		if i := at + n*step; i >= 0 && i < len(text) {
			return text[i]
		}
		return 0
	}
	word := func(r rune) bool { return isLatin(r) || unicode.IsDigit(r) }
	switch r := next(1); {
	case !word(text[at]):
		return false
	case r == '.' || r == ',':
		return unicode.IsDigit(text[at]) && unicode.IsDigit(next(2))
	case step > 0 && (r == '+' || r == '#'): // C is not C++
		return isLatin(text[at])
	default:
		return word(r)
	}
}

// hasName reports whether a text has a name, with whatever spaces and points in it. Letters and digits begin and end no word in
// its midst, and of a name of which hardly any are left, C++, its signs count.
func hasName(text, name string) bool { return (&namesIn{text: text}).has(name) }

// namesIn is a text in which names are looked for, each as hasName does; it is taken apart once for all of them. It is for one goroutine.
type namesIn struct {
	text           string
	words, symbols *standing // its letters and digits, and all of it; nil until something is looked for there
}

func (t *namesIn) has(name string) bool {
	kept, keep := &t.words, isWord
	if len([]rune(folded(name))) < 2 {
		kept, keep = &t.symbols, func(rune) bool { return true }
	}
	if *kept == nil {
		*kept = standingOf(flatRunes(t.text), keep)
	}
	return (*kept).have(flatRunes(strings.TrimSpace(name)))
}

// namesAmong are texts in which names are looked for.
func namesAmong(texts []string) []*namesIn {
	all := make([]*namesIn, len(texts))
	for i, text := range texts {
		all[i] = &namesIn{text: text}
	}
	return all
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func flatRunes(text string) []rune { return []rune(strings.ToLower(norm.NFKC.String(text))) }
