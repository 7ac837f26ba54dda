package document

import (
	"strings"
	"testing"
)

// What a file says of levels and spans must not make more of it than it is: passages are made in the server itself.
func TestPassagesAreNoLargerThanTheDocument(t *testing.T) {
	heading := strings.Repeat("제목", 10_000)
	wide := strings.Repeat("가", 100_000)
	grid := &Grid{Rows: 2001, Cols: 2, Headers: 1, Cells: []Cell{{Text: wide}, {Col: 1, Text: "나"}, {Row: 1, Rowspan: 2000, Text: wide}}}
	for row := 1; row <= 2000; row++ {
		grid.Cells = append(grid.Cells, Cell{Row: row, Col: 1, Text: strings.Repeat("다", 50)})
	}
	doc := Document{Blocks: []Block{{Kind: Heading, Level: 1 << 30, Text: heading}, {Kind: Table, Grid: grid}}}
	size, had := 0, 0
	for _, p := range doc.Passages() {
		size += len(p.Text) + len(p.Heading)
	}
	for _, text := range doc.Texts() {
		had += len(text.Text)
	}
	if size > 6*had {
		t.Errorf("%d bytes of passages of %d bytes of text", size, had)
	}
	if !strings.Contains(joinedPassages(&doc), wide) {
		t.Error("a long cell is not whole in the passages")
	}
}

func joinedPassages(doc *Document) string {
	var all strings.Builder
	for _, p := range doc.Passages() {
		all.WriteString(p.Text)
	}
	return all.String()
}

func TestHiddenTextIsInPassagesOfItsOwn(t *testing.T) {
	text := "보이는 말 숨은 말 다시 보이는 말"
	from := strings.Index(text, "숨은")
	doc := Document{Blocks: []Block{
		{Kind: Paragraph, Text: text, Marks: []Mark{{Start: from, End: from + len("숨은 말"), Kind: MarkHidden}}},
		{Kind: Table, Grid: &Grid{Rows: 1, Cols: 2, Cells: []Cell{
			{Blocks: []Block{{Kind: Paragraph, Text: "칸의 말"}, {Kind: Paragraph, Text: "칸에 숨은 말", Hidden: true}}},
			{Col: 1, Blocks: []Block{{Kind: Deleted, Text: "지운 말", Blocks: []Block{{Kind: Footnote, Text: "지운 각주"}}}, {Kind: Paragraph, Text: "둘째 칸"}}},
		}}},
	}}
	texts := map[int]string{}
	for n, one := range doc.Texts() {
		texts[n] = one.Text
	}
	var shown, hidden strings.Builder
	for _, p := range doc.Passages() {
		if p.Hidden {
			hidden.WriteString(p.Text + "\n")
		} else {
			shown.WriteString(p.Text + "\n")
		}
		for _, s := range p.Spans {
			if got, want := p.Text[s.Start:s.End], texts[s.Text][s.From:s.From+s.End-s.Start]; got != want {
				t.Errorf("span %v is %q in the passage, %q in the document", s, got, want)
			}
		}
	}
	for _, secret := range []string{"숨은 말", "칸에 숨은"} {
		if strings.Contains(shown.String(), secret) || !strings.Contains(hidden.String(), secret) {
			t.Errorf("%q is not where hidden text is: shown %q, hidden %q", secret, shown.String(), hidden.String())
		}
	}
	if all := shown.String() + hidden.String(); strings.Contains(all, "지운") {
		t.Errorf("deleted text is in %q", all)
	}
	if !strings.Contains(shown.String(), "보이는 말  다시 보이는 말") || !strings.Contains(shown.String(), "둘째 칸") {
		t.Errorf("shown: %q", shown.String())
	}
}
