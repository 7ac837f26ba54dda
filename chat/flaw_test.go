package chat

import (
	"slices"
	"testing"
)

func TestFlawsOfTablesAreToldInTheirPlaces(t *testing.T) {
	table := Table{Columns: []string{"이름", "금액", "출처"}, Sources: 3, Held: true, Rows: [][]string{{"김", "1,300", "[1] 1쪽"}, {"이", "35"}, {"박", "7", "2쪽"}},
		Flaws: []TableFlaw{{Row: 0, Missing: []string{"1,300", "김"}}, {Row: 2, Unchecked: true}, {Row: -1, Missing: []string{"x"}}, {Row: 3, Missing: []string{"x"}}}}
	told := table.Told(Korean)
	want := [][]string{{"이름", "금액", "출처", "확인"}, {"김", "1,300", "[1] 1쪽", "근거에 없음: 1,300, 김"}, {"이", "35", "", ""}, {"박", "7", "2쪽", "확인하지 못한 행"}}
	for n, row := range append([][]string{told.Columns}, told.Rows...) {
		if !slices.Equal(row, want[n]) {
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
	if told := table.Told(English); len(told.Columns) != 3 {
		t.Errorf("a table without flaws gets a column: %v", told.Columns)
	}
}
