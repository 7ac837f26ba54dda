package korean

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences yields where the sentences of a text begin and end, in bytes, without the space around them. A line break ends
// one; so does a full stop, a question or exclamation mark, or 。, with what closes it, before white space. What looks like
// the number of a list, a date or an article is no end: "1. ", "가. ", "2024. 3. 5. ", "제3조. " at a beginning.
func Sentences(text string) iter.Seq2[int, int] {
	return func(yield func(from, to int) bool) {
		from := 0
		emit := func(to int) bool {
			a, b := from, to
			a += len(text[a:b]) - len(strings.TrimLeftFunc(text[a:b], unicode.IsSpace))
			b -= len(text[a:b]) - len(strings.TrimRightFunc(text[a:b], unicode.IsSpace))
			from = to
			return a >= b || yield(a, b)
		}
		for i, r := range text {
			if i < from {
				continue // it closed the sentence before
			}
			switch r {
			case '\n':
				if !emit(i) {
					return
				}
			case '.', '?', '!', '。', '…', '？', '！':
				end := i + utf8.RuneLen(r)
				for end < len(text) {
					c, n := utf8.DecodeRuneInString(text[end:])
					if !strings.ContainsRune(`"')]”’」』》〉）.?!…`, c) {
						break
					}
					end += n
				}
				if end < len(text) && !spaceAt(text, end) && r != '。' {
					continue
				}
				if r == '.' && numbering(text[from:i]) {
					continue
				}
				if !emit(end) {
					return
				}
			}
		}
		emit(len(text))
	}
}

func spaceAt(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[i:])
	return unicode.IsSpace(r)
}

// numbering reports whether what stands before a full stop is a number or a letter that counts, and not the end of a
// sentence: the last word is digits, one Latin letter, or one of 가나다… alone at the beginning.
func numbering(before string) bool {
	word := before
	if i := strings.LastIndexFunc(before, unicode.IsSpace); i >= 0 {
		word = before[i:]
	}
	word = strings.TrimLeft(strings.TrimSpace(word), `("'“‘「『`)
	if word == "" {
		return false
	}
	digits := strings.TrimFunc(word, func(r rune) bool { return r >= '0' && r <= '9' || r == '.' || r == '-' })
	if digits == "" || strings.HasPrefix(word, "제") && strings.HasSuffix(word, "조") && strings.TrimSpace(before) == word {
		return true
	}
	r, n := utf8.DecodeRuneInString(word)
	alone := n == len(word)
	return alone && (r < utf8.RuneSelf || strings.TrimSpace(before) == word && strings.ContainsRune("가나다라마바사아자차카타파하", r))
}
