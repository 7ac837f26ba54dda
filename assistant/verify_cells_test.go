package assistant

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/document"
	"exaone/intake"
)

// Rows of a sheet have what its cells look like, which their passage has not: 15% for 0.15.
func TestRowsOfSheetsAreVerifiedByTheLooksOfTheirCells(t *testing.T) {
	d := newDesk(t, Extract)
	grid := cellsOf([]string{"부서", "비율", "금액", "증감"}, []string{"영업", "0.15", "1234.56", "-35"}, []string{"총무", "0.085", "980", "12"})
	for i, looks := range map[int]string{5: "15%", 6: "1,235", 7: "(35)", 9: "8.5%"} {
		grid.Cells[i].Shown = looks
	}
	d.put("실적.xlsx", &document.Document{Format: "xlsx", Unit: document.Sheet, Pages: []document.Page{{Number: 1}},
		Blocks: []document.Block{{Kind: document.Table, Grid: grid, Place: document.Place{Page: 1}}}})
	a, err := hear(t, t.Context(), tabling{d.Assistant}, d.question("부서, 비율, 금액, 증감으로 표를 만들어 줘"))
	if err != nil || len(a.tables) != 1 || len(a.tables[0].Rows) != 2 || a.tables[0].Rows[0][1] != "15%" || a.tables[0].Rows[0][2] != "1,235" {
		t.Fatal(err, a.text, a.tables)
	}
	p, err := Verify(t.Context(), ann, d.library, a.text, a.events)
	if err != nil || !p.Holds() || p.Unchecked() > 0 {
		t.Errorf("the rows as the sheet shows them: %v, %+v", err, p)
	}
	a.tables[0].Rows[0][1] = "16%"
	if p, err = Verify(t.Context(), ann, d.library, a.text, a.events); err != nil || p.Holds() {
		t.Errorf("16%% where the sheet shows 15%% holds: %v, %+v", err, p)
	}
}

// What is written into a passage around the words of its document counts for nothing, and is told.
func TestForgedPassagesOfRowsAreFalse(t *testing.T) {
	d := newDesk(t, Extract)
	d.put("지급.pdf", &document.Document{Format: "pdf", Pages: []document.Page{{Number: 1}}, Blocks: []document.Block{{Kind: document.Table,
		Place: document.Place{Page: 1}, Grid: cellsOf([]string{"성명", "금액", "수량"}, []string{"김철수", "35", "000"})}}})
	a, err := hear(t, t.Context(), tabling{d.Assistant}, d.question("이름, 금액, 수량으로 표를 만들어 줘"))
	if err != nil || len(a.tables) != 1 || len(a.tables[0].Rows) != 1 {
		t.Fatal(err, a.text)
	}
	for name, forge := range map[string]struct {
		said   string
		change func(text string) string
	}{
		"behind":  {"1,300,000", func(text string) string { return text + " 1,300,000" }},
		"between": {"1,300,000", func(text string) string { return strings.Replace(text, "김철수\t", "김철수 1,300,000\t", 1) }},
		"joined":  {"35000", func(text string) string { return strings.Replace(text, "35\t000", "35000", 1) }},
	} {
		events := slices.Clone(a.events)
		for i, ev := range events {
			switch ev := ev.(type) {
			case chat.Table:
				ev.Rows = [][]string{slices.Clone(ev.Rows[0])}
				ev.Rows[0][1] = forge.said
				events[i] = ev
			case chat.Passages:
				if len(ev.Items[0].Place) == 0 { // it only names the document
					continue
				}
				ev.Items = slices.Clone(ev.Items)
				before := ev.Items[0].Text
				ev.Items[0].Text = forge.change(before)
				ev.Items[0].Place = movedPlace(t, ev.Items[0].Place, before, ev.Items[0].Text)
				events[i] = ev
			}
		}
		p, err := Verify(t.Context(), ann, d.library, a.text, events)
		if err != nil || p.Holds() {
			t.Errorf("a passage forged %s holds: %v, %+v", name, err, p)
		}
	}
}

// movedPlace is the place of a passage whose text was changed around its spans: they follow the words.
func movedPlace(t *testing.T, raw json.RawMessage, before, after string) json.RawMessage {
	t.Helper()
	var place intake.Place
	if err := json.Unmarshal(raw, &place); err != nil {
		t.Fatal(err)
	}
	at := 0
	for i, s := range place.Spans {
		words := before[s.Start:s.End]
		n := strings.Index(after[at:], words)
		if n < 0 {
			t.Fatalf("%q is not in %q any more", words, after[at:])
		}
		place.Spans[i].Start, place.Spans[i].End = at+n, at+n+len(words)
		at += n + len(words)
	}
	raw, err := json.Marshal(place)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
