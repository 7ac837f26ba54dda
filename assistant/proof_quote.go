package assistant

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// quotePairs are what names stand in.
var quotePairs = map[rune]rune{'“': '”', '‘': '’', '"': '"', '\'': '\'', '「': '」', '『': '』', '《': '》', '〈': '〉', '«': '»', '＂': '＂', '｢': '｣', '‹': '›'}

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

// folded is a text by its letters and digits alone, so that a name is the same with other spaces and points in it.
func folded(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(text))
}
