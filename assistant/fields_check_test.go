package assistant

import (
	"strings"
	"testing"

	"exaone/chat"
	"exaone/document"
)

// A row whose cells are not what its passages have is told with the table, by the very look that is taken at it later; and what is told
// is struck then, and not false.
func TestRowsAreCheckedWhenTheTableIsMade(t *testing.T) {
	d := newDesk(t, Extract)
	long := strings.Repeat("출장비는 규정에 따른다. ", 80) + "끝은 99일이다."
	d.put("지급.pdf", &document.Document{Format: "pdf", Pages: []document.Page{{Number: 1}}, Blocks: []document.Block{
		{Kind: document.Table, Place: document.Place{Page: 1}, Grid: cellsOf([]string{"성명", "금액", "비고"}, []string{"김철수", "1,200,000", "부산 출장"})},
		{Kind: document.Paragraph, Marker: "제7조", Text: long, Place: document.Place{Page: 1}}}})
	q := d.question("이름, 금액, 비고로 표를 만들어 줘")
	a := &answered{}
	s := newSaying(q, func(ev chat.Event, _ error) bool { a.events = append(a.events, ev); return true })
	books, _, err := tabling{d.Assistant}.taken(t.Context(), q, s)
	if err != nil || len(books) != 1 {
		t.Fatal(err, books)
	}
	last := len(books[0].passages) - 1
	tab := &tabled{s: s, check: newRowChecker(t.Context(), s), columns: []string{"이름", "금액", "비고"}, table: chat.Table{Sources: 4, Held: true}}
	const unchecked = "unchecked"
	var want []string
	for _, c := range []struct {
		name, amount, note string
		rests              []int
		want               string // is missing
	}{
		{"김철수", "1,200,000", "부산 출장", []int{0}, ""},
		{"김철수", "120만", "부산\n출장", []int{0}, ""},
		{"김철수", "1,300,000", "부산 출장", []int{0}, "1,300,000"},
		{"박영희", "1,200,000", "", []int{0}, "박영희"},
		{"김철수", "1,200,000", "'서울' 출장", []int{0}, "서울"},
		{"김철수", "1,200,000", "부산 | 출장", []int{0}, ""},
		{"", "99일", strings.TrimSpace(long), []int{1, last}, ""},
		{"", "99일", "출장비는 규정에 따른다.", []int{1}, "99일"},
		{"제7조", "", "제7조 출장비는", []int{1}, ""},
		{"김철수", "9,999", "", nil, unchecked},
	} {
		one := entry{Cells: []string{c.name, c.amount, c.note}, Passage: -1}
		one.from(c.rests...)
		before := s.cited
		if c.rests == nil { // there are more sources than numbers
			one.Passage, s.cited = 0, map[citedPlace]int{}
			for n := range mostCited {
				s.cited[citedPlace{nil, n}] = n + 1
			}
		}
		if err := tab.add(books[0], one); err != nil {
			t.Fatal(err)
		}
		s.cited, want = before, append(want, c.want)
	}
	got := make([]string, len(want))
	for _, f := range tab.table.Flaws {
		got[f.Row] = strings.Join(f.Missing, ",")
		if f.Unchecked {
			got[f.Row] += unchecked
		}
	}
	for n := range want {
		if got[n] != want[n] {
			t.Errorf("%.60q: %q is wrong, want %q", tab.table.Rows[n], got[n], want[n])
		}
	}
	if err := tab.tell(tab.notes(q)); err != nil {
		t.Fatal(err)
	}
	s.end("")
	for _, ev := range a.events {
		if d, ok := ev.(chat.Delta); ok {
			a.text += d.Text
		}
	}
	for _, note := range []string{chat.Text(q.Language, chat.CodeFieldsStruck, 4), chat.Text(q.Language, chat.CodeFieldsBare, 1)} {
		if !strings.Contains(a.text, note) {
			t.Errorf("the answer does not say %q: %s", note, a.text)
		}
	}
	p, err := Verify(t.Context(), ann, d.library, a.text, a.events)
	if err != nil || !p.Holds() || p.Unchecked() != 1 || len(p.Claims) != len(want) {
		t.Fatalf("looked at again: %v, %+v", err, p)
	}
	for n, c := range p.Claims {
		if c.Struck != (want[n] != "" && want[n] != unchecked) || !c.Row {
			t.Errorf("row %d is struck: %v, want %q to be missing", n, c.Struck, want[n])
		}
	}
	for i, ev := range a.events {
		if table, ok := ev.(chat.Table); ok { // it does not say so itself any more
			table.Flaws = table.Flaws[1:]
			a.events[i] = table
		}
	}
	if p, err = Verify(t.Context(), ann, d.library, a.text, a.events); err != nil || p.Holds() {
		t.Errorf("a row that is wrong and not told holds: %v, %+v", err, p)
	}
}
