package chat

import (
	"slices"
	"testing"
)

func TestFlawsOfTablesAreToldInTheirPlaces(t *testing.T) {
	table := Table{Columns: []string{"이름", "금액", "출처"}, Sources: 3, Held: true, Rows: [][]string{{"김", "1,300", "[1] 1쪽"}, {"이", "35"}, {"박", "7", "2쪽"}},
		Flaws: []TableFlaw{{Row: 0, Missing: []string{"1,300", "김"}}, {Row: 2, Unchecked: true}, {Row: -1, Missing: []string{"x"}}, {Row: 3, Missing: []string{"x"}}}}
	notes := table.Notes(Korean)
	want := [][]string{{"이름", "금액", "출처", "확인"}, {"김", "1,300", "[1] 1쪽", "근거에 없음: 1,300, 김"}, {"이", "35", "", ""}, {"박", "7", "2쪽", "확인하지 못한 행"}}
	for n, row := range append([][]string{table.Columns}, table.Rows...) {
		if row = notes.Row(nil, n-1, row); !slices.Equal(row, want[n]) {
			t.Errorf("row %d: %q, want %q", n, row, want[n])
		}
	}
	if len(table.Columns) != 3 || len(table.Rows[1]) != 2 {
		t.Errorf("the table itself has become %v", table)
	}
	struck := table.Struck()
	for row := -2; row < 6; row++ {
		for column := range 5 {
			if got, want := struck(row, column), row == 0 && column < 2; got != want {
				t.Errorf("cell %d, %d: struck %v, want %v", row, column, got, want)
			}
		}
	}
	table.Flaws = nil
	if notes := table.Notes(English); notes.Any() || len(notes.Row(nil, -1, table.Columns)) != 3 {
		t.Errorf("a table without flaws gets a column: %+v", notes)
	}
}

// A table of one wide row and many short ones is not filled in: what is a few kilobytes as it comes would be gigabytes.
func TestRaggedTablesAreNotFilledIn(t *testing.T) {
	table := Table{Columns: make([]string, 20_000), Rows: make([][]string, 2_000), Flaws: []TableFlaw{{Row: 0, Unchecked: true}}}
	notes := table.Notes(Korean)
	if row := notes.Row(nil, 0, table.Rows[0]); !table.Ragged() || !slices.Equal(row, []string{"확인하지 못한 행"}) {
		t.Errorf("ragged: %v, a row of %d cells", table.Ragged(), len(row))
	}
	if head := notes.Row(nil, -1, table.Columns); len(head) != 20_001 || head[20_000] != "확인" {
		t.Errorf("a heading of %d cells", len(head))
	}
	for name, table := range map[string]Table{
		"nothing":                     {},
		"a title above":               {Columns: []string{"여비 지급 내역"}, Rows: [][]string{make([]string, 40), make([]string, 40)}},
		"as large as they come":       {Columns: make([]string, 400), Rows: slices.Repeat([][]string{make([]string, 400)}, 6_000)},
		"half of its cells left out":  {Columns: make([]string, 40), Rows: slices.Repeat([][]string{make([]string, 20)}, 10_000)},
		"a few rows of a single cell": {Columns: make([]string, 30), Rows: slices.Repeat([][]string{{"가"}}, 30)},
	} {
		if cells, most := table.Lacking(); cells > most {
			t.Errorf("%s: %d cells are lacking, and at most %d may be", name, cells, most)
		}
	}
}
