package assistant

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// markOf matches a citation as answers have it, alone: [2].
var markOf = regexp.MustCompile(`\[(\d{1,3})\]`)

// longestMark is how many bytes what stands in brackets may have to be taken for citations: [1, 2, 3].
const longestMark = 32

// marks lets an answer through as it comes and makes its citations right: those of passages that are there stay, each in
// brackets of its own, and those of others go. A text in other brackets is text. The zero value lets none stay.
type marks struct {
	last    int    // passages 1 to last are there
	only    []int  // of these, those that the model has seen; nil is all
	held    string // spaces and what may become a citation
	dropped int    // citations of passages that are not there
}

// feed returns what is certain after some more text.
func (m *marks) feed(text string) string {
	var out strings.Builder
	for _, r := range text {
		open := strings.IndexByte(m.held, '[')
		switch {
		case open < 0 && r == ' ' && len(m.held) < longestMark:
			m.held += " "
		case open < 0 && r == '[':
			m.held += "["
		case open < 0:
			out.WriteString(m.held)
			out.WriteRune(r)
			m.held = ""
		case r == ']':
			out.WriteString(m.resolved(m.held[:open], m.held[open+1:]))
			m.held = ""
		case (r >= '0' && r <= '9' || r == ',' || r == ' ') && len(m.held) < longestMark:
			m.held += string(r)
		default: // it was none
			out.WriteString(m.held)
			m.held = ""
			if r == '[' {
				m.held = "["
			} else {
				out.WriteRune(r)
			}
		}
	}
	return out.String()
}

// close returns what was held back.
func (m *marks) close() string {
	text := m.held
	m.held = ""
	return text
}

// resolved is what becomes of what stands in brackets, and of the spaces before them.
func (m *marks) resolved(before, inner string) string {
	fields := strings.FieldsFunc(inner, func(r rune) bool { return r == ',' || r == ' ' })
	if len(fields) == 0 {
		return before + "[" + inner + "]"
	}
	var b strings.Builder
	for _, f := range fields {
		n, err := strconv.Atoi(f)
		if err != nil || n < 1 || n > m.last || m.only != nil && !slices.Contains(m.only, n) {
			m.dropped++
			continue
		}
		b.WriteString("[" + strconv.Itoa(n) + "]")
	}
	if b.Len() == 0 {
		return ""
	}
	return before + b.String()
}

// marksIn are the passages that a text cites, in order, each once.
func marksIn(text string) []int {
	var all []int
	for _, m := range markOf.FindAllStringSubmatch(text, -1) {
		if n, err := strconv.Atoi(m[1]); err == nil && !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all
}

// withoutMarks is a text without its citations.
func withoutMarks(text string) string { return markOf.ReplaceAllString(text, "") }

// unmarked is a text of a document in which nothing can be taken for a citation: its own [3] is in wide brackets.
func unmarked(text string) string {
	return markOf.ReplaceAllStringFunc(text, func(mark string) string { return "［" + mark[1:len(mark)-1] + "］" })
}

// markAt is how many bytes of a text a citation at its beginning takes up; 0 if there is none.
func markAt(text string) int {
	if loc := markOf.FindStringIndex(text[:min(len(text), 5)]); loc != nil && loc[0] == 0 {
		return loc[1]
	}
	return 0
}

// runeAt is the character of a text at a place, 0 behind its end, and its size.
func runeAt(text string, at int) (rune, int) {
	if at >= len(text) {
		return 0, 0
	}
	return utf8.DecodeRuneInString(text[at:])
}
