package assistant

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// sentence is a sentence of an answer with its citations: UTF-16 units from and to of all that was said.
type sentence struct {
	from, to int
	text     string
}

// cutter divides an answer into sentences while it comes: a sentence is told as soon as it is certain where it ends, and that
// is behind the citations that follow it. A citation ends a sentence too, unless a word goes on behind it.
type cutter struct {
	held string // from the beginning of the sentence that is being written
	at   int    // UTF-16 units before it
}

// longestSentence bounds a sentence, in bytes: what never ends is cut.
const longestSentence = 8 << 10

// feed takes some more of the answer, whose citations are whole, and returns the sentences that have ended.
func (c *cutter) feed(text string) []sentence {
	c.held += text
	return c.cut(false)
}

// close returns what is left when nothing more comes.
func (c *cutter) close() []sentence { return c.cut(true) }

func (c *cutter) cut(last bool) []sentence {
	var all []sentence
	for {
		end, ok := endOfSentence(c.held, last)
		if !ok && len(c.held) > longestSentence {
			end, ok = len(strings.ToValidUTF8(c.held[:longestSentence], "")), true
		}
		if !ok {
			return all
		}
		if s, said := c.take(end); said {
			all = append(all, s)
		}
	}
}

// take takes the first bytes that are held as a sentence, and reports whether they say anything, or cite.
func (c *cutter) take(end int) (s sentence, said bool) {
	text := c.held[:end]
	c.held = c.held[end:]
	lead := len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
	trimmed := strings.TrimRightFunc(text[lead:], unicode.IsSpace)
	s = sentence{from: c.at + units(text[:lead]), text: trimmed}
	s.to = s.from + units(trimmed)
	c.at += units(text)
	return s, strings.ContainsFunc(trimmed, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// endOfSentence is where the first sentence of a text ends, in bytes, and whether that is certain: last says that nothing
// follows. White space before the first sentence counts as one.
func endOfSentence(text string, last bool) (end int, ok bool) {
	said := false
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if n := markAt(text[i:]); n > 0 {
			if !said {
				i += n
				continue
			}
			if to, ends, certain := behindMarks(text, i, last); !certain {
				return 0, false
			} else if ends {
				return to, true
			} else {
				i = to
				continue
			}
		}
		switch {
		case r == '\n':
			return i + size, true
		case strings.ContainsRune(".?!。？！…", r) && said:
			to, ends, certain := behindStop(text, i, last)
			if !certain {
				return 0, false
			}
			if ends {
				return to, true
			}
			i = to
		default:
			said = said || !unicode.IsSpace(r)
			i += size
		}
	}
	return len(text), last && text != ""
}

// closers close what a sentence is in.
const closers = `"')]”’」』》〉）.?!…*`

// behindStop looks whether a sentence ends at a full stop or another mark, and where; if not, where to look on.
func behindStop(text string, at int, last bool) (to int, ends, certain bool) {
	stop, size := utf8.DecodeRuneInString(text[at:])
	to = at + size
	for {
		r, n := runeAt(text, to)
		if n == 0 || !strings.ContainsRune(closers, r) {
			break
		}
		to += n
	}
	next, _ := runeAt(text, to)
	switch {
	case next == 0 && !last:
		return 0, false, false
	case next == 0:
		return to, true, true
	case markAt(text[to:]) > 0:
		return behindMarks(text, to, last)
	case !unicode.IsSpace(next) && stop != '。':
		return to, false, true // 3.5%, exaone.ai
	case stop == '.' && to == at+size && shortOrCounting(text[:at]):
		return to, false, true
	}
	after := to
	for {
		r, n := runeAt(text, after)
		if n == 0 && !last {
			return 0, false, false // a citation may come
		}
		if r != ' ' {
			break
		}
		after += n
	}
	if markAt(text[after:]) > 0 {
		return behindMarks(text, after, last)
	}
	return to, true, true
}

// behindMarks moves behind citations and says whether the sentence ends with them: it does not where a word goes on (이며, 에
// 따르면).
func behindMarks(text string, at int, last bool) (to int, ends, certain bool) {
	to = at
	for {
		n := markAt(text[to:])
		if n == 0 {
			break
		}
		to += n
		after := to
		for after < len(text) && text[after] == ' ' {
			after++
		}
		if after == len(text) && !last {
			return 0, false, false
		}
		if markAt(text[after:]) > 0 {
			to = after
		}
	}
	r, n := runeAt(text, to)
	if strings.ContainsRune(".?!。", r) && n > 0 {
		for n > 0 && strings.ContainsRune(closers+"。", r) {
			to += n
			r, n = runeAt(text, to)
		}
		return to, true, n > 0 || last
	}
	return to, n == 0 || unicode.IsSpace(r) || strings.ContainsRune("|)”\"", r), true
}

// abbreviations end with a full stop that ends no sentence.
var abbreviations = wordSet(`al mr mrs ms dr prof no nos vs etc e.g i.e cf fig art sec vol pp p ch inc ltd co corp st jr sr approx est dept`)

// shortOrCounting reports whether what stands before a full stop counts something or is short for something: 1. 2026. 3. 제3조. 가. Mr.
func shortOrCounting(before string) bool {
	word := before
	if i := strings.LastIndexFunc(before, func(r rune) bool { return unicode.IsSpace(r) || r == ']' }); i >= 0 {
		word = before[i+1:]
	}
	word = strings.TrimLeft(word, `("'“‘「『*-`)
	first := strings.TrimSpace(before) == word || strings.TrimLeft(strings.TrimSpace(before), "-*• ") == word
	switch {
	case word == "":
		return false
	case strings.Trim(word, "0123456789.-'’") == "", abbreviations[strings.ToLower(word)]:
		return true
	case strings.HasPrefix(word, "제") && (strings.HasSuffix(word, "조") || strings.HasSuffix(word, "항") || strings.HasSuffix(word, "호") || strings.HasSuffix(word, "장")) && first:
		return true
	}
	r, n := utf8.DecodeRuneInString(word)
	return n == len(word) && (r < utf8.RuneSelf && unicode.IsLetter(r) || first && strings.ContainsRune("가나다라마바사아자차카타파하", r))
}
