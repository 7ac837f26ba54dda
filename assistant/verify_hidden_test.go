package assistant

import (
	"testing"

	"exaone/document"
)

// A row stands though a numbered paragraph beside it is hidden by several marks: its number is no text that the row leaves out.
func TestARowStandsBesideAHiddenParagraph(t *testing.T) {
	d := newDesk(t, Extract)
	hid := document.Block{Kind: document.Item, Marker: "2.", Text: "숨긴 글", Place: document.Place{Page: 1}}
	hid.Marks = []document.Mark{{Kind: document.MarkHidden, Start: 0, End: len("숨긴")}, {Kind: document.MarkHidden, Start: len("숨긴"), End: len(hid.Text)}}
	d.put("지급.odt", &document.Document{Format: "odt", Pages: []document.Page{{Number: 1}}, Blocks: []document.Block{
		hid,
		{Kind: document.Table, Place: document.Place{Page: 1}, Grid: cellsOf([]string{"성명", "금액", "수량"}, []string{"김철수", "35", "7"})},
		hid,
	}})
	a, err := hear(t, t.Context(), tabling{d.Assistant}, d.question("이름, 금액, 수량으로 표를 만들어 줘"))
	if err != nil || len(a.tables) != 1 || len(a.tables[0].Rows) != 1 {
		t.Fatal(err, a.text, a.tables)
	}
	p, err := Verify(t.Context(), ann, d.library, a.text, a.events)
	if err != nil || !p.Holds() {
		t.Errorf("%v, %+v", err, p)
	}
}
