package document

import (
	"slices"
	"strings"
	"testing"
)

// rules is a document of a heading, paragraphs, a table with cells that span, a note and a text that nobody sees.
func rules() *Document {
	long := strings.Repeat("출장자는 출발 3일 전까지 신청서를 낸다. 급하면 돌아온 뒤 신청할 수 있다. ", 40)
	return &Document{Unit: Paper, Blocks: []Block{
		{Kind: Header, Text: "한빛정밀 규정집"},
		{Kind: Heading, Level: 1, Marker: "제1장", Text: "총칙", Place: Place{Page: 1}},
		{Kind: Paragraph, Text: "이 규정은 여비를 정한다.", Place: Place{Page: 1}, Lines: []Line{{Start: 0, End: 33, Page: 1}},
			Blocks: []Block{{Kind: Footnote, Marker: "1", Text: "여비는 교통비와 숙박비다."}, {Kind: Deleted, Text: "옛 문장"}}},
		{Kind: Heading, Level: 2, Text: "여비", Place: Place{Page: 2}},
		{Kind: Table, Place: Place{Page: 2}, Grid: &Grid{Rows: 3, Cols: 3, Headers: 1, Cells: []Cell{
			{Row: 0, Col: 0, Colspan: 2, Text: "구분"}, {Row: 0, Col: 2, Text: "국내(원)"},
			{Row: 1, Col: 0, Rowspan: 2, Text: "숙박비"}, {Row: 1, Col: 1, Text: "1급지"}, {Row: 1, Col: 2, Text: "107,000"},
			{Row: 2, Col: 1, Text: "2급지"}, {Row: 2, Col: 2, Blocks: []Block{{Kind: Paragraph, Text: "83,000"}, {Kind: Paragraph, Text: "실비"}}},
		}}},
		{Kind: Paragraph, Text: long, Place: Place{Page: 3}},
		{Kind: Paragraph, Text: "흰 글자", Hidden: true, Place: Place{Page: 3}},
		{Kind: Header, Text: "한빛정밀 규정집"},
	}}
}

func TestPassagesKeepEverythingAndKnowWhereItIs(t *testing.T) {
	doc := rules()
	all := doc.Passages()
	texts := map[int]TextOf{}
	for n, text := range doc.Texts() {
		texts[n] = text
	}
	covered := map[int]int{}
	for _, p := range all {
		if size := len([]rune(p.Text)); size > passageMost+passageWanted {
			t.Errorf("passage %d has %d characters", p.Number, size)
		}
		for _, s := range p.Spans {
			got, want := p.Text[s.Start:s.End], texts[s.Text].Text[s.From:s.From+s.End-s.Start]
			if got != want {
				t.Errorf("passage %d: %q is said to be %q", p.Number, got, want)
			}
			covered[s.Text] = max(covered[s.Text], s.From+s.End-s.Start)
		}
	}
	headers := 0
	for n, text := range texts {
		whole := len(strings.TrimSpace(text.Text))
		switch {
		case text.Block.Kind == Deleted && covered[n] > 0:
			t.Errorf("what was deleted is in a passage: %q", text.Text)
		case text.Block.Kind == Header && covered[n] == whole:
			headers++
		case text.Block.Kind != Deleted && text.Block.Kind != Header && covered[n] < whole:
			t.Errorf("%d of %d bytes of %q are in passages", covered[n], whole, text.Text)
		}
	}
	if headers != 1 {
		t.Errorf("the header is in %d passages, want 1", headers)
	}
}

func TestPassagesOfTablesRepeatWhatSpans(t *testing.T) {
	all := rules().Passages()
	at := slices.IndexFunc(all, func(p Passage) bool { return strings.Contains(p.Text, "107,000") })
	want := "여비\n구분\t국내(원)\n숙박비\t1급지\t107,000\n숙박비\t2급지\t83,000 실비"
	if at < 0 || !strings.HasPrefix(all[at].Text, want) || all[at].Heading != "제1장 총칙 › 여비" || all[at].Page != 2 {
		t.Errorf("got %+v, want %q", all[max(at, 0)], want)
	}
}

func TestPassagesThatNobodySeesStandAlone(t *testing.T) {
	for _, p := range rules().Passages() {
		if hidden := strings.Contains(p.Text, "흰 글자"); hidden != p.Hidden || hidden && p.Text != "흰 글자" {
			t.Errorf("hidden %v: %q", p.Hidden, p.Text)
		}
	}
}
