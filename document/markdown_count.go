package document

import (
	"bytes"
	"context"
	"regexp"
	"unicode"
)

// What of Markdown is a mark, and no text.
var markdownMarks = regexp.MustCompile("(?m)" +
	"^[ \t>]*(?:`{3,}|~{3,}).*$" + // fences, and the language of code
	`|^[ \t>]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)+` + // of lists
	`|\[[ xX]\][ \t]` + // tasks
	`|\]\([^)\n]*\)` + // addresses
	`|^ {0,3}\[[^\]\n]*\]:[^\n]*$` + // and those that are referred to
	`|\[[^\]\n]*\]` + // and what refers to them, or may
	`|<[^>]*>` + // tags
	`|&#?[A-Za-z0-9]{1,32};`)

// markdownBars is a line of dashes below a line with bars.
var markdownBars = regexp.MustCompile(`(?m)^[^\n]*\|[^\n]*\n[ \t]*\|?[ \t]*:?-+:?[ \t]*\|[-:| \t]*$`)

// countMarkdown counts letters and digits outside of what may be marks: fewer than there are rather than more.
func countMarkdown(_ context.Context, src *Source, l Limits) (Count, error) {
	data, err := src.bytes(l)
	if err != nil {
		return Count{}, err
	}
	data = bytes.ReplaceAll(byteText(data), []byte("\r\n"), []byte("\n"))
	if _, ok := countUTF8(data); !ok {
		return Count{}, nil // of another charset bytes do not tell letters from signs
	}
	var n Count
	code := false
	var plain []byte // without code, in which what looks like a table is none
	for line := range bytes.Lines(data) {
		if trimmed := bytes.TrimLeft(line, " \t>"); bytes.HasPrefix(trimmed, []byte("```")) || bytes.HasPrefix(trimmed, []byte("~~~")) {
			code = !code
		} else if !code && !bytes.HasPrefix(line, []byte("    ")) && !bytes.HasPrefix(line, []byte("\t")) {
			plain = append(plain, line...)
		}
	}
	n.Tables = len(markdownBars.FindAll(plain, -1))
	for _, r := range string(markdownMarks.ReplaceAll(data, []byte(" "))) {
		if unicode.IsLetter(r) && (r < 0x1160 || r > 0x11ff) || unicode.IsDigit(r) {
			n.Characters++
		}
	}
	return n, nil
}
