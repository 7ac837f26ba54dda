package exchange

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
)

func TestCellsAreWhatTheySay(t *testing.T) {
	for _, c := range []struct {
		text, value string
		form        form
	}{
		{"1234", "1234", formPlain}, {"-3.50", "-3.50", formPlain}, {"+7", "7", formPlain}, {"0", "0", formPlain}, {" 12 ", "12", formPlain},
		{"1,234,567", "1234567", formNumber}, {"1,234.5", "1234.5", formParts},
		{"12.5%", "0.125", formShare}, {"100%", "1.00", formShare}, {"-0.05%", "-0.0005", formShare}, {"0%", "0.00", formShare},
		{"30,000원", "30000", formWon}, {"₩1,000", "1000", formSign}, {"△1,234", "-1234", formBelow},
		{"2024-03-05", "45356", formDate}, {"2024. 3. 5.", "45356", formDots}, {"2024년 3월 5일", "45356", formYear}, {"1900-03-01", "61", formDate},
	} {
		value, f, ok := valueOf(c.text)
		if !ok || value != c.value && strings.TrimRight(strings.TrimRight(value, "0"), ".") != strings.TrimRight(strings.TrimRight(c.value, "0"), ".") || f != c.form {
			t.Errorf("%q: %q, form %d, %v; want %q, form %d", c.text, value, f, ok, c.value, c.form)
		}
	}
	for _, text := range []string{"", "007", "010-1234-5678", "1,23", "1234567890123456", "2024-02-30", "1900-02-28", "3개", "=1+1", "-", "△-3", "1e5", "₩1,000원", "1.5원", "0x10", "12%원"} {
		if value, _, ok := valueOf(text); ok {
			t.Errorf("%q is the number %s, want text", text, value)
		}
	}
}

// hostile are cells that spreadsheets have taken for formulas.
var hostile = []string{"=cmd|' /C calc'!A0", "+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)", "\t=1+1", "\r=1+1", " =1+1", "\n=1+1",
	"＝1+1", "＠SUM(1)", "＋1+1", "－1+1", "=HYPERLINK(\"http://a.example\",\"누르세요\")", "\u3000=1"}

func TestCSVHasNoFormulas(t *testing.T) {
	table := chat.Table{Columns: []string{"=이름", "값"}, Rows: [][]string{{"김 \"철수\", 부장", "-12"}, {"둘\n째", "+3.5%"}}}
	for _, cell := range hostile {
		table.Rows = append(table.Rows, []string{cell, "1"})
	}
	var out bytes.Buffer
	if err := WriteCSV(&out, table, chat.Korean); err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(out.String(), "\ufeff")
	if !ok {
		t.Error("no mark of UTF-8")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"김 \"철수\", 부장", "-12"}; rows[0][0] != "'=이름" || !slices.Equal(rows[1], want) || rows[2][0] != "둘\n째" || rows[2][1] != "+3.5%" {
		t.Errorf("%q", rows[:3])
	}
	for i, cell := range hostile {
		if got := rows[3+i][0]; got[0] != '\'' {
			t.Errorf("%q is written %q", cell, got)
		}
	}
}

// sheetOf reads a sheet back with nothing but a ZIP and an XML reader.
func sheetOf(t *testing.T, book []byte) (cells map[string][3]string, names []string, all string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	cells = map[string][3]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all += string(data)
		var any struct{}
		if err := xml.Unmarshal(data, &any); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		names = append(names, f.Name)
		if !strings.HasSuffix(f.Name, "sheet1.xml") {
			continue
		}
		var sheet struct {
			Rows []struct {
				Cells []struct {
					At    string `xml:"r,attr"`
					Form  string `xml:"s,attr"`
					Value string `xml:"v"`
					Text  string `xml:"is>t"`
				} `xml:"c"`
			} `xml:"sheetData>row"`
		}
		if err := xml.Unmarshal(data, &sheet); err != nil {
			t.Fatal(err)
		}
		for _, row := range sheet.Rows {
			for _, c := range row.Cells {
				cells[c.At] = [3]string{c.Form, c.Value, c.Text}
			}
		}
	}
	return cells, names, all
}

func TestXLSXHasNumbersDatesAndNoFormulas(t *testing.T) {
	table := chat.Table{Title: "여비 [2024]: 지급/정산 기준표의 아주 긴 이름입니다 정말로", Columns: []string{"이름", "금액", "날짜"},
		Rows: [][]string{{"김철수 & <b>", "1,234,567", "2024-03-05"}, {"", "30,000원", "007"}, {"_x0041_\x01", "12.5%", "둘\n째"}}}
	for _, cell := range hostile {
		table.Rows = append(table.Rows, []string{cell})
	}
	var out bytes.Buffer
	if err := WriteXLSX(&out, table, chat.Korean); err != nil {
		t.Fatal(err)
	}
	cells, _, all := sheetOf(t, out.Bytes())
	for at, want := range map[string][3]string{
		"A1": {"1", "", "이름"}, "A2": {"0", "", "김철수 & <b>"}, "B2": {"6", "1234567", ""}, "C2": {"3", "45356", ""},
		"B3": {"9", "30000", ""}, "C3": {"0", "", "007"}, "A4": {"0", "", "_x005F_x0041__x0001_"}, "B4": {"8", "0.125", ""}, "C4": {"0", "", "둘\n째"},
	} {
		if cells[at] != want {
			t.Errorf("%s: %q, want %q", at, cells[at], want)
		}
	}
	if _, there := cells["A3"]; there {
		t.Error("an empty cell is written")
	}
	if strings.Contains(all, "<f>") || strings.Contains(all, "<f ") {
		t.Error("there is a formula in it")
	}
	for i := range hostile {
		if c := cells["A"+[]string{"5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18"}[i]]; c[0] != "2" || c[1] != "" {
			t.Errorf("%q: %q, want quoted text", hostile[i], c)
		}
	}
	if got := sheetName(table.Title); got != "여비  2024   지급 정산 기준표의 아주 긴 이름입니" {
		t.Errorf("the sheet is called %q", got)
	}
}

func TestTablesThatNoSheetHolds(t *testing.T) {
	long := strings.Repeat("가", maxSheetCell+1)
	for name, table := range map[string]chat.Table{
		"a cell":  {Columns: []string{"가"}, Rows: [][]string{{long}}},
		"columns": {Columns: make([]string, maxSheetCols+1)},
		"rows":    {Columns: []string{"가"}, Rows: make([][]string, maxSheetRows)},
	} {
		var out bytes.Buffer
		err := WriteXLSX(&out, table, chat.Korean)
		told, ok := errors.AsType[*chat.Error](err)
		if !ok || told.Code != chat.CodeTableTooLarge || out.Len() > 0 {
			t.Errorf("%s: %v, %d bytes", name, err, out.Len())
		}
	}
	if got := columnName(0) + columnName(25) + columnName(26) + columnName(701) + columnName(702); got != "AZAAZZAAA" {
		t.Errorf("columns are called %s", got)
	}
}

func FuzzWriteXLSX(f *testing.F) {
	f.Add("표", "이름", "=1+1")
	f.Add("\xff", "_x0000_", "2024-13-01")
	f.Fuzz(func(t *testing.T, title, column, cell string) {
		var out bytes.Buffer
		if err := WriteXLSX(&out, chat.Table{Title: title, Columns: []string{column}, Rows: [][]string{{cell}}}, chat.Korean); err != nil {
			return
		}
		if _, _, all := sheetOf(t, out.Bytes()); strings.Contains(all, "<f>") {
			t.Errorf("%q is a formula", cell)
		}
	})
}
