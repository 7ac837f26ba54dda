package exchange

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/store"
)

// ragged is a wide heading over many empty rows: some kilobytes of JSON, and gigabytes with all the cells that are lacking.
func ragged(columns int) chat.Table {
	return chat.Table{Columns: make([]string, columns), Rows: make([][]string, 50_000), Sources: 1, Flaws: []chat.TableFlaw{{Row: 7, Unchecked: true}}}
}

// allocated is how many bytes something takes, one after the other.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// mostTaken is what a table of a hundred kilobytes may take, in bytes.
const mostTaken = 100 << 20

func TestRaggedTablesAreNoCSV(t *testing.T) {
	var out bytes.Buffer
	var err error
	if n := allocated(func() { err = WriteCSV(&out, ragged(10_000), chat.Korean) }); n > mostTaken {
		t.Errorf("it takes %d MB", n>>20)
	}
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeTableRagged || out.Len() > 0 {
		t.Errorf("%v, %d bytes", err, out.Len())
	}
	out.Reset()
	plain := ragged(20_000) // without a last column nothing has to be filled in
	plain.Flaws = nil
	if err := WriteCSV(&out, plain, chat.Korean); err != nil || strings.Count(out.String(), "\n") != len(plain.Rows)+1 {
		t.Errorf("%v, %d lines", err, strings.Count(out.String(), "\n"))
	}
}

func TestRaggedTablesAreSheetsWithoutWhatIsLacking(t *testing.T) {
	var out bytes.Buffer
	var err error
	if n := allocated(func() { err = WriteXLSX(&out, ragged(10_000), chat.Korean) }); n > mostTaken || err != nil {
		t.Fatalf("%v, it takes %d MB", err, n>>20)
	}
	cells, _, _ := sheetOf(t, out.Bytes())
	if at := columnName(10_000); len(cells) != 2 || cells[at+"1"][2] != "확인" || cells[at+"9"][2] != "확인하지 못한 행" {
		t.Errorf("%d cells: %q", len(cells), cells)
	}
	out.Reset()
}

// Nobody is sent from one form to another that is refused as well.
func TestTablesThatNoFormHoldsNameNone(t *testing.T) {
	long := ragged(10_000)
	long.Rows[3] = []string{strings.Repeat("가", maxSheetCell+1)}
	for name, table := range map[string]chat.Table{"a column more than a sheet has": ragged(maxSheetCols), "a cell that is too long": long} {
		for form, write := range map[string]func(io.Writer, chat.Table, chat.Language) error{"CSV": WriteCSV, "XLSX": WriteXLSX} {
			var out bytes.Buffer
			err := write(&out, table, chat.Korean)
			told, ok := errors.AsType[*chat.Error](err)
			if !ok || told.Code != chat.CodeTableFormless || out.Len() > 0 {
				t.Errorf("%s as %s: %v, %d bytes", name, form, err, out.Len())
			} else if said := told.In(chat.Korean); strings.Contains(said, "내려받으세요") {
				t.Errorf("%s as %s: %s", name, form, said)
			}
		}
	}
	even := chat.Table{Columns: make([]string, maxSheetCols+1)}
	var out bytes.Buffer
	told, ok := errors.AsType[*chat.Error](WriteXLSX(&out, even, chat.Korean))
	if err := WriteCSV(&out, even, chat.Korean); !ok || told.Code != chat.CodeTableTooLarge || err != nil {
		t.Errorf("a wide table as XLSX: %v, as CSV: %v", told, err)
	}
}

// A conversation is carried away whatever tables were planted in it.
func TestRaggedTablesAreMarkdownWithoutWhatIsLacking(t *testing.T) {
	table := ragged(20_000)
	kind, version, data, err := chat.EncodeEvent(table)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if n := allocated(func() {
		err = WriteAnswer(&text, Options{Language: chat.Korean}, store.Message{Text: "모았습니다."}, []store.Event{{Number: 1, Kind: kind, Version: version, Data: data}})
	}); n > mostTaken || err != nil {
		t.Fatalf("%v, it takes %d MB", err, n>>20)
	}
	if rows := strings.Count(text.String(), "\n|"); rows != len(table.Rows)+2 || !strings.Contains(text.String(), "\n|  |\n| 확인하지 못한 행 |\n|  |\n") {
		t.Errorf("%d rows of %d", rows, len(table.Rows)+2)
	}
}
