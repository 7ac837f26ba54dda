package web

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/document"
)

func TestTablesBecomeFiles(t *testing.T) {
	w := newWorld(t, nil)
	ada := w.join("ada", "member")
	table := chat.Table{Title: "여비/정산", Columns: []string{"이름", "금액", "날짜", "비고"},
		Rows: [][]string{{"김철수", "1,234,500원", "2024. 3. 5.", "=cmd|' /C calc'!A0"}, {"이영희", "12.5%", "", "둘\n째"}}}

	text, name := ada.file(http.MethodPost, "/api/tables/export", strings.NewReader(tableBody("csv", table)))
	if !strings.HasSuffix(name, ".csv") || !strings.Contains(name, url.PathEscape("여비 정산")) || !strings.HasPrefix(text, "\ufeff") {
		t.Fatalf("%s: %q", name, text)
	}
	rows, err := csv.NewReader(strings.NewReader(text[len("\ufeff"):])).ReadAll()
	if err != nil || len(rows) != 3 || rows[1][3] != "'"+table.Rows[0][3] || rows[2][3] != "둘\n째" {
		t.Errorf("%v: %q", err, rows)
	}

	book, _ := ada.file(http.MethodPost, "/api/tables/export", strings.NewReader(tableBody("xlsx", table)))
	doc, err := document.Read(t.Context(), &document.Source{ReaderAt: strings.NewReader(book), Size: int64(len(book)), Name: "a.xlsx"}, document.Options{})
	if err != nil || !doc.Manifest.Whole {
		t.Fatalf("%v: %+v", err, doc)
	}
	var cells []string
	for _, c := range doc.Blocks[0].Grid.Cells {
		if c.Formula != "" {
			t.Errorf("%q is a formula", c.Formula)
		}
		shown := c.Text
		if c.Shown != "" {
			shown += " as " + c.Shown
		}
		cells = append(cells, shown)
	}
	want := []string{"이름", "금액", "날짜", "비고", "김철수", "1234500 as 1,234,500원", "2024-03-05T00:00:00 as 2024. 3. 5.", table.Rows[0][3], "이영희", "0.125 as 12.5%", "둘\n째"}
	if !slices.Equal(cells, want) || doc.Pages[0].Label != "여비 정산" {
		t.Errorf("%q on %q, want %q", cells, doc.Pages[0].Label, want)
	}

	ada.refused(http.MethodPost, "/api/tables/export", tableBody("exe", table), chat.CodeBadField)
	table.Rows = [][]string{{strings.Repeat("가", 40_000)}}
	ada.refused(http.MethodPost, "/api/tables/export", tableBody("xlsx", table), chat.CodeTableTooLarge)
}

// A small table cannot make the server fill in gigabytes.
func TestRaggedTablesAreRefused(t *testing.T) {
	w := newWorld(t, nil)
	ada := w.join("ada", "member")
	columns, rows := strings.Repeat(`"",`, 20_000), strings.Repeat(`[],`, 2_000)
	body := `{"columns":[` + columns + `""],"rows":[` + rows + `[]],"flaws":[{"row":0,"unchecked":true}],"format":"`
	ada.refused(http.MethodPost, "/api/tables/export", body+`csv"}`, chat.CodeTableFormless)
	ada.refused(http.MethodPost, "/api/tables/export", body+`xlsx"}`, chat.CodeTableFormless)
}

// tableBody asks for a table as a file.
func tableBody(format string, t chat.Table) string {
	text, err := json.Marshal(jsonObject{"title": t.Title, "columns": t.Columns, "rows": t.Rows, "format": format})
	if err != nil {
		panic(err)
	}
	return string(text)
}
