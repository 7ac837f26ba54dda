package assistant

import (
	"slices"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/document"
)

// A row that names no source is not taken for one that was looked at, whatever it says.
func TestRowsWithoutSourcesAreUnchecked(t *testing.T) {
	d := newDesk(t, Extract)
	d.put("지급.pdf", &document.Document{Format: "pdf", Pages: []document.Page{{Number: 1}}, Blocks: []document.Block{{Kind: document.Table,
		Place: document.Place{Page: 1}, Grid: cellsOf([]string{"성명", "금액", "수량"}, []string{"김철수", "35", "7"}, []string{"이영희", "36", "8"})}}})
	a, err := hear(t, t.Context(), tabling{d.Assistant}, d.question("이름, 금액, 수량으로 표를 만들어 줘"))
	if err != nil || len(a.tables) != 1 || len(a.tables[0].Rows) != 2 {
		t.Fatal(err, a.text)
	}
	a.tables[0].Rows[1][1], a.tables[0].Rows[1][3] = "9,999", "1쪽" // the rows are those of the event
	p, err := Verify(t.Context(), ann, d.library, a.text, a.events)
	if err != nil || p.Unchecked() != 1 {
		t.Errorf("%v, %d unchecked, want 1: %+v", err, p.Unchecked(), p)
	}
	if bare := slices.IndexFunc(p.Claims, func(c Proved) bool { return c.Bare }); bare < 0 || !strings.Contains(p.Claims[bare].Text, "9,999") {
		t.Errorf("the row is not called bare: %+v", p)
	}
}

// Where there are more sources than numbers for them, a row has the numbers of all of its sources or of none: held against some
// of them it would be called false.
func TestARowNamesAllOfItsSourcesOrNone(t *testing.T) {
	b := &book{doc: &document.Document{}}
	for range mostCited + 2 {
		b.passages = append(b.passages, document.Passage{Text: "가"})
	}
	s := &saying{lang: chat.Korean, yield: func(chat.Event) bool { return true }, cited: map[citedPlace]int{}, books: map[string]*book{}, proof: &proving{prover: &prover{}}}
	for i := range mostCited - 1 {
		s.cite(b, i)
	}
	for _, want := range []struct {
		rests []int
		marks int
	}{{[]int{0, mostCited - 1, mostCited}, 0}, {[]int{0, mostCited - 1}, 2}, {[]int{mostCited + 1}, 0}, {[]int{4, 5, 6}, 3}} {
		table := &tabled{s: s, check: newRowChecker(t.Context(), s), columns: []string{"가"}}
		if err := table.add(b, entry{Cells: []string{"가"}, Passage: want.rests[0], Others: want.rests[1:]}); err != nil {
			t.Fatal(err)
		}
		if marks := marksIn(table.table.Rows[0][1]); len(marks) != want.marks {
			t.Errorf("a row of %d passages names %v, want %d", len(want.rests), marks, want.marks)
		}
	}
}
