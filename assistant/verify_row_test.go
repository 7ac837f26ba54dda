package assistant

import (
	"slices"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/document"
)

// Rows of a table are looked at again: what their cells say has to be in the passages that they name, and these in the document.
func TestRowsOfTablesAreVerified(t *testing.T) {
	d := newDesk(t, Extract)
	doc := regulation(2)
	doc.Blocks = append(doc.Blocks, document.Block{Kind: document.Table, Place: document.Place{Page: 2}, Grid: cellsOf(
		[]string{"성명", "금액", "지급일"}, []string{"김철수", "1,200,000", "2024-03-05"}, []string{"이영희", "35,000원", ""})})
	for _, l := range []string{"성명: 최은지", "금액: 55,000원", "일자: 2024. 5. 2."} {
		doc.Blocks = append(doc.Blocks, document.Block{Kind: document.Paragraph, Text: l, Place: document.Place{Page: 2}})
	}
	d.put("지급 내역.pdf", doc)
	a, err := hear(t, t.Context(), tabling{d.Assistant}, d.question("이름, 금액, 날짜로 표를 만들어 줘"))
	if err != nil || len(a.tables) != 1 || len(a.tables[0].Rows) != 3 {
		t.Fatal(err, a.text)
	}
	again, err := Verify(t.Context(), ann, d.library, a.text, a.events)
	if err != nil || !again.Holds() || again.Unchecked() > 0 || len(again.Claims) != len(a.claims)+3 {
		t.Fatalf("looked at again: %v, %+v", err, again)
	}
	for name, change := range map[string]func(*chat.Table, []chat.Passage){
		"another number": func(t *chat.Table, _ []chat.Passage) { t.Rows[0][1] = "1,300,000" },
		"another date":   func(t *chat.Table, _ []chat.Passage) { t.Rows[2][2] = "2024. 5. 3." },
		"another source": func(t *chat.Table, _ []chat.Passage) { t.Rows[1][3] = "[77]" },
		"another text": func(_ *chat.Table, p []chat.Passage) {
			p[0].Text = strings.Replace(p[0].Text, "1,200,000", "1,300,000", 1)
		},
		"no such place": func(_ *chat.Table, p []chat.Passage) {
			p[0].Place = []byte(`{"spans":[{"start":0,"end":3,"text":999,"from":0}]}`)
		},
		"a bad place": func(_ *chat.Table, p []chat.Passage) {
			p[0].Place = []byte(`{"spans":[{"start":9,"end":3,"text":0,"from":-7}]}`)
		},
	} {
		events := slices.Clone(a.events)
		for i, ev := range events {
			switch ev := ev.(type) {
			case chat.Table:
				rows := make([][]string, len(ev.Rows))
				for n, row := range ev.Rows {
					rows[n] = slices.Clone(row)
				}
				ev.Rows = rows
				change(&ev, []chat.Passage{{}})
				events[i] = ev
			case chat.Passages:
				ev.Items = slices.Clone(ev.Items)
				change(&chat.Table{Rows: [][]string{make([]string, 4), make([]string, 4), make([]string, 4)}}, ev.Items)
				events[i] = ev
			}
		}
		p, err := Verify(t.Context(), ann, d.library, a.text, events)
		if err != nil || p.Holds() {
			t.Errorf("%s holds: %v, %+v", name, err, p)
		}
	}
}
