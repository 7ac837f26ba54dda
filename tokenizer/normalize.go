package tokenizer

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// place says where in a text a piece is.
type place struct {
	fresh bool // at its start
	lead  bool // at its start, or after an added token
}

// normalizer rewrites a piece of text.
type normalizer func(text string, at place) string

// unicodeForm returns the normaliser to a Unicode normalisation form.
func unicodeForm(form norm.Form) normalizer {
	return func(text string, _ place) string {
		if isASCII(text) || form.IsNormalString(text) {
			return text
		}
		return normalize(form, text)
	}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// maxMarks is how many combining marks in a row package norm takes before it puts a joiner (U+034F) between
// them, which is right for streams and wrong for a tokenizer.
const maxMarks = 30

// normalize is form.String without joiners.
func normalize(form norm.Form, text string) string {
	marks := 0
	for i := 0; i < len(text); {
		p := norm.NFKD.PropertiesString(text[i:])
		n := max(p.Size(), 1)
		// A character that decomposes may add a few marks itself.
		if p.CCC() != 0 || p.TrailCCC() != 0 || !p.BoundaryBefore() {
			marks += 1 + len(p.Decomposition())/2
		} else {
			marks = 0
		}
		if marks > maxMarks {
			return normalizeLong(form, text)
		}
		i += n
	}
	return form.String(text)
}

// symbol is a character and its canonical combining class.
type symbol struct {
	text  string
	class uint8
}

// normalizeLong normalises a text with any number of combining marks in a row, as the Unicode standard
// describes it (section 3.11): decompose, put marks in order, compose.
func normalizeLong(form norm.Form, text string) string {
	decompose := norm.NFD
	if form == norm.NFKC || form == norm.NFKD {
		decompose = norm.NFKD
	}
	var symbols []symbol
	for i := 0; i < len(text); {
		_, n := utf8.DecodeRuneInString(text[i:])
		for d := decompose.String(text[i : i+n]); d != ""; {
			_, n := utf8.DecodeRuneInString(d)
			symbols = append(symbols, symbol{d[:n], decompose.PropertiesString(d[:n]).CCC()})
			d = d[n:]
		}
		i += n
	}
	for i := 0; i < len(symbols); i++ {
		j := i
		for j < len(symbols) && symbols[j].class != 0 {
			j++
		}
		slices.SortStableFunc(symbols[i:j], func(a, b symbol) int { return int(a.class) - int(b.class) })
		i = j
	}
	if form == norm.NFC || form == norm.NFKC {
		symbols = compose(symbols)
	}
	var out strings.Builder
	for _, s := range symbols {
		out.WriteString(s.text)
	}
	return out.String()
}

// compose joins each starter with the marks and letters after it that are not blocked, in place.
func compose(symbols []symbol) []symbol {
	out := symbols[:0]
	starter := -1 // where in out the last starter is
	for _, s := range symbols {
		if starter >= 0 {
			last := out[len(out)-1]
			adjacent := len(out)-1 == starter
			if adjacent || last.class < s.class && last.class != 0 {
				if joined := norm.NFC.String(out[starter].text + s.text); isOneRune(joined) {
					out[starter].text = joined
					continue
				}
			}
		}
		if s.class == 0 {
			starter = len(out)
		}
		out = append(out, s)
	}
	return out
}

func isOneRune(s string) bool {
	_, n := utf8.DecodeRuneInString(s)
	return n == len(s)
}

// replaceAll returns the normaliser that puts one string for another.
func replaceAll(old, with string) normalizer {
	return func(text string, _ place) string { return strings.ReplaceAll(text, old, with) }
}

// prepend returns the normaliser that begins a text, and what follows an added token, with a prefix.
func prepend(prefix string) normalizer {
	return func(text string, at place) string {
		if !at.lead || text == "" {
			return text
		}
		return prefix + text
	}
}

// prependFirst returns the normaliser that begins a text with a prefix.
func prependFirst(prefix string) normalizer {
	return func(text string, at place) string {
		if !at.fresh {
			return text
		}
		return prefix + text
	}
}

// trim returns the normaliser that takes white space off the ends.
func trim(left, right bool) normalizer {
	return func(text string, _ place) string {
		if left {
			text = strings.TrimLeft(text, whiteSpace)
		}
		if right {
			text = strings.TrimRight(text, whiteSpace)
		}
		return text
	}
}

// whiteSpace is every character of the property White_Space.
const whiteSpace = "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"

// replaceInvalid puts U+FFFD for bytes that are not UTF-8, for vocabularies that have no tokens for them.
func replaceInvalid(text string, _ place) string {
	if utf8.ValidString(text) {
		return text
	}
	var out strings.Builder
	if rest := appendText(&out, []byte(text)); len(rest) > 0 {
		out.WriteRune(utf8.RuneError)
	}
	return out.String()
}
