package document

import (
	"bytes"
	"context"
	"fmt"
	"strings"
)

// plainText is a file of characters and nothing else, in whatever charset. detect gives it any file that reads as text
// and that no other format takes: logs, settings, source code.
var plainText = format{
	name: "text", extensions: []string{".txt", ".text", ".log"},
	read: readPlainText, count: countPlainText,
}

// mostLines is how many blocks a text becomes: of one with more lines, several lines are a block.
const mostLines = 100_000

// readPlainText makes each line a paragraph, so that its number is its place. Empty lines are paragraphs, too: they
// divide a text that has nothing else to divide it.
func readPlainText(_ context.Context, src *Source, b *builder) error {
	text, err := readText(src, "", b)
	if err != nil {
		return err
	}
	lines := strings.Count(text, "\n") + 1
	each := (lines + mostLines - 1) / mostLines
	for at, number := 0, 1; at < len(text); number += each {
		end, n := at, 0
		for ; n < each && end < len(text); n++ {
			if next := strings.IndexByte(text[end:], '\n'); next < 0 {
				end = len(text) + 1
			} else {
				end += next + 1
			}
		}
		line := text[at : end-1]
		at = end
		if err := b.add(Block{Kind: Paragraph, Text: line, Place: Place{Section: 1, Paragraph: number}}); err != nil {
			return err
		}
	}
	return nil
}

// readText returns a whole file as text. declared is what is known of its charset. Bytes that are no text are gaps, each
// with its line.
func readText(src *Source, declared string, b *builder) (string, error) {
	if src.Size > 4*b.limits.Text { // the widest charset has four bytes for one
		return "", b.limits.larger("text")
	}
	data, err := src.bytes(b.limits)
	if err != nil {
		return "", err
	}
	if int64(len(data)) < src.Size {
		b.gap(Gap{What: GapText, Where: fmt.Sprintf("byte %d", len(data)), In: src.Size, Out: int64(len(data)), Why: "the file ends early"})
	}
	text, charset, bad := decodeText(data, declared)
	b.doc.Meta.Encoding = charset
	if bad > 0 {
		b.badText(text, charset)
	}
	return clean(text), nil
}

// badText notes where a text has U+FFFD.
func (b *builder) badText(text, charset string) {
	const most = 50 // lines are enough to say that a file is not in its charset
	number, told := 0, 0
	for line := range strings.Lines(text) {
		number++
		if n := strings.Count(line, "\ufffd"); n > 0 {
			b.gap(Gap{What: GapText, Where: fmt.Sprintf("line %d", number), In: int64(n), Why: "bytes that are no " + charset})
			if told++; told == most {
				return
			}
		}
	}
}

// looksLikeText reports whether the beginning of a file is text: it reads in some charset, and has next to no characters
// that say something to a machine.
func looksLikeText(head []byte, _ *Source) bool {
	for _, mark := range byteOrderMarks {
		if bytes.HasPrefix(head, []byte(mark.mark)) {
			return true
		}
	}
	if len(head) == headBytes { // it may end within a character
		if at := bytes.LastIndexByte(head, '\n'); at > headBytes/2 {
			head = head[:at]
		}
	}
	text, charset, bad := decodeText(head, "")
	if charset == "utf-16le" || charset == "utf-16be" {
		return textPoints(text, true) > 0.25*float64(len(text)/2)
	}
	strange, all := bad, 0
	for _, r := range text {
		all++
		if r < ' ' && !strings.ContainsRune("\t\n\r\f\x1a\x1b", r) {
			strange++
		}
	}
	return !bytes.ContainsRune(head, 0) && strange <= max(all/20, 1)
}
