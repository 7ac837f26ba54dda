package document

import (
	"bytes"
	"slices"

	"golang.org/x/text/unicode/norm"
)

// richText is the text of a block that is being read, with what is marked in it and what hangs from it.
type richText struct {
	text   []byte
	marks  []Mark
	blocks []Block // anchored in the text
}

// write adds text as XML has it. Line ends and tabs in it are spaces, as office programs have it.
func (t *richText) write(text []byte) {
	if plainXML(text) {
		t.text = append(t.text, text...)
		return
	}
	t.text = append(t.text, clean(string(bytes.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\r' {
			return ' '
		}
		return r
	}, text)))...)
}

// plainXML reports whether a text needs no cleaning: it is printable ASCII, or Hangul syllables with it.
func plainXML(text []byte) bool {
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c >= 0x20 && c < 0x7f:
			i++
		case c >= 0xea && c <= 0xed && i+2 < len(text): // U+A000 to U+DFFF: here those from U+AC00 to U+D7A3
			r := rune(c&0x0f)<<12 | rune(text[i+1]&0x3f)<<6 | rune(text[i+2]&0x3f)
			if r < 0xac00 || r > 0xd7a3 || text[i+1]&0xc0 != 0x80 || text[i+2]&0xc0 != 0x80 {
				return false
			}
			i += 3
		default:
			return false
		}
	}
	return true
}

// anchor hangs a block from where the text has come to.
func (t *richText) anchor(b Block) {
	b.Offset = len(t.text)
	t.blocks = append(t.blocks, b)
}

// mark marks the text from a place on. Marks that touch and say the same are one.
func (t *richText) mark(start int, kind MarkKind, value string) {
	end := len(t.text)
	if start >= end {
		return
	}
	for i := len(t.marks) - 1; i >= 0 && i >= len(t.marks)-4; i-- {
		if m := &t.marks[i]; m.Kind == kind && m.Value == value && m.End == start {
			m.End = end
			return
		}
	}
	t.marks = append(t.marks, Mark{Start: start, End: end, Kind: kind, Value: value})
}

// hide marks all text from a place on as hidden.
func (t *richText) hide(start int) {
	t.marks = slices.DeleteFunc(t.marks, func(m Mark) bool { return m.Kind == MarkHidden && m.Start >= start })
	t.mark(start, MarkHidden, "")
}

// normalise composes what was divided between runs, and moves what hangs from the text along.
func (t *richText) normalise() {
	if norm.NFC.IsNormal(t.text) {
		return
	}
	var places []*int
	for i := range t.marks {
		places = append(places, &t.marks[i].Start, &t.marks[i].End)
	}
	for i := range t.blocks {
		places = append(places, &t.blocks[i].Offset)
	}
	slices.SortFunc(places, func(a, b *int) int { return *a - *b })
	whole := make([]byte, 0, len(t.text))
	for at := 0; at < len(t.text); {
		end := at + max(norm.NFC.NextBoundary(t.text[at:], true), 1)
		for len(places) > 0 && *places[0] < end { // what points into what is composed points to its beginning
			*places[0] = len(whole)
			places = places[1:]
		}
		whole = norm.NFC.Append(whole, t.text[at:end]...)
		at = end
	}
	for _, place := range places {
		*place = len(whole)
	}
	t.text = whole
	t.marks = slices.DeleteFunc(t.marks, func(m Mark) bool { return m.Start >= m.End })
}
