package assistant

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// quotePairs are what names stand in.
var quotePairs = map[rune]rune{'“': '”', '‘': '’', '"': '"', '\'': '\'', '「': '」', '『': '』', '《': '》', '〈': '〉', '«': '»', '＂': '＂'}

// longestQuote bounds what is taken for a name, in bytes.
const longestQuote = 600

// quoted are what stands in quotation marks in a text, the outermost marks counting.
func quoted(text string) []string {
	var all []string
	runes := []rune(text)
	for i := 0; i < len(runes); i++ {
		end, ok := quotePairs[runes[i]]
		if !ok || end == runes[i] && i > 0 && !opensQuote(runes[i-1]) {
			continue // don't, 5'
		}
		for k := i + 1; k < len(runes) && k-i < longestQuote; k++ {
			if runes[k] != end {
				continue
			}
			if runes[k] == '\'' && k+1 < len(runes) && isLatin(runes[k+1]) {
				continue // 'the dog's name'
			}
			if inner := string(runes[i+1 : k]); folded(inner) != "" {
				all = append(all, inner)
			}
			i = k
			break
		}
	}
	return all
}

func opensQuote(before rune) bool {
	return unicode.IsSpace(before) || strings.ContainsRune("([（［,:·/~-", before) || unicode.Is(unicode.Hangul, before)
}

func isLatin(r rune) bool { return unicode.Is(unicode.Latin, r) }

// hasName reports whether a text has a name, with whatever spaces and points in it. Letters and digits begin and end no word in
// its midst, and of a name of which hardly any are left, C++, its signs count.
func hasName(text, name string) bool {
	source, wanted := flatRunes(text), flatRunes(strings.TrimSpace(name))
	keep := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	if len([]rune(folded(name))) < 2 {
		keep = func(rune) bool { return true }
	}
	return standsIn(source, wanted, keep)
}

func flatRunes(text string) []rune { return []rune(strings.ToLower(norm.NFKC.String(text))) }

// standsIn reports whether a text has another, by those of their characters that keep picks, and not as part of a longer word
// in Latin letters or of a longer number.
func standsIn(source, wanted []rune, keep func(rune) bool) bool {
	var at []int
	var kept []rune
	for i, r := range source {
		if keep(r) {
			at, kept = append(at, i), append(kept, r)
		}
	}
	wanted = slices.DeleteFunc(slices.Clone(wanted), func(r rune) bool { return !keep(r) })
	if len(wanted) == 0 {
		return false
	}
	for i := 0; i+len(wanted) <= len(kept); i++ {
		last := i + len(wanted) - 1
		if slices.Equal(kept[i:last+1], wanted) && !goesOn(source, at[i], -1) && !goesOn(source, at[last], 1) {
			return true
		}
	}
	return false
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

// folded is a text by its letters and digits alone, so that a name is the same with other spaces and points in it.
func folded(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(text))
}
