package assistant

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/document"
	"exaone/reference"
)

func TestColumnsThatAreNamed(t *testing.T) {
	for question, want := range map[string]string{
		"이름, 금액, 날짜로 표를 만들어 줘":                        "이름|금액|날짜",
		"첨부한 문서에서 성명과 부서, 연락처를 표로 정리해 줘.":             "성명|부서|연락처",
		"계약서마다 상대방·금액·기간을 뽑아 엑셀로":                     "상대방|금액|기간",
		"이 파일에서 품목, 수량 및 단가 항목으로 된 표를 만들어줘":           "품목|수량|단가",
		"여비 규정에 있는 ‘직급’, ‘숙박비’로 표로 만들어 주세요":           "직급|숙박비",
		"make a table with name, amount and date":     "name|amount|date",
		"list the items, prices and dates in a table": "items|prices|dates",
		"표를 만들어 줘":     "",
		"이 표를 설명해 줘":   "",
		"숙박비는 얼마인가요?":  "",
		"내용을 표로 정리해 줘": "",
	} {
		if got := strings.Join(columnsIn(question), "|"); got != want {
			t.Errorf("%s: %q, want %q", question, got, want)
		}
	}
}

// cellsOf lays out a table for a document.
func cellsOf(rows ...[]string) *document.Grid {
	g := &document.Grid{Rows: len(rows), Cols: len(rows[0])}
	for r, row := range rows {
		for c, text := range row {
			g.Cells = append(g.Cells, document.Cell{Row: r, Col: c, Text: text})
		}
	}
	return g
}

func TestTableFromTablesAndLabels(t *testing.T) {
	d := newDesk(t, Extract)
	doc := regulation(3)
	merged := cellsOf([]string{"연번", "성명", "지급액(원)", "지급일"}, []string{"1", "김철수", "1,200,000", "2024-03-05"}, []string{"2", "이영희", "", "2024-03-06"})
	merged.Cells[7].Rowspan = 2
	merged.Cells = slices.Delete(merged.Cells, 11, 12)
	doc.Blocks = append(doc.Blocks,
		document.Block{Kind: document.Table, Grid: merged, Place: document.Place{Page: 2}},
		document.Block{Kind: document.Table, Grid: cellsOf([]string{"품목", "재고"}, []string{"연필", "3"}), Place: document.Place{Page: 2}},
		document.Block{Kind: document.Table, Grid: cellsOf([]string{"이름", "박민수", "금액", "90,000"}, []string{"날짜", "2024-04-01", "비고", ""}), Place: document.Place{Page: 3}})
	for _, l := range []string{"성명: 최은지", "금액: 55,000원", "일자: 2024. 5. 2.", "성명: 정우성", "금액: 7,000원"} {
		doc.Blocks = append(doc.Blocks, document.Block{Kind: document.Paragraph, Text: l, Place: document.Place{Page: 3}})
	}
	d.put("지급 내역.pdf", doc)
	q := d.question("이름, 금액, 날짜로 표를 만들어 줘")
	if fit := (tabling{d.Assistant}).fits(t.Context(), q); fit != Certain {
		t.Errorf("it fits %d", fit)
	}
	a, err := hear(t, t.Context(), tabling{d.Assistant}, q)
	if err != nil || len(a.tables) != 1 {
		t.Fatal(err, a.text)
	}
	var got []string
	for _, r := range a.tables[0].Rows {
		got = append(got, strings.Join(r[:3], " / "))
		if !strings.HasPrefix(r[3], "[") || !strings.HasSuffix(r[3], "쪽") {
			t.Errorf("from %q", r[3])
		}
	}
	want := []string{"김철수 / 1,200,000 / 2024-03-05", "이영희 /  / 2024-03-05", "박민수 / 90,000 / 2024-04-01", "최은지 / 55,000원 / 2024. 5. 2.", "정우성 / 7,000원 / "}
	if !slices.Equal(got, want) {
		t.Errorf("rows\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if !strings.Contains(a.text, "3/3쪽") || !strings.Contains(a.text, "5행을 모았습니다(표에서 3행, 글에서 2행)") || !strings.Contains(a.text, "비어 있는 칸이 2개") {
		t.Errorf("told: %s", a.text)
	}
}

func TestTableByAModelHasNothingThatIsNotThere(t *testing.T) {
	d := newDesk(t, Assist)
	d.models.window = 2000
	d.put("여비 규정.pdf", regulation(12))
	rounds := 0
	d.models.reply = func(req chat.Request) string {
		rounds++
		if req.Grammar.Schema == "" {
			t.Error("it is not held to a schema")
		}
		return `{"rows":[{"passage":1,"c1":"총무팀","c2":"천만원"},{"passage":1,"c1":"없는 부서","c2":"9,999일"},{"passage":77,"c1":"총무팀","c2":""}]}`
	}
	q := d.question("부서, 기한을 표로 정리해 줘")
	a, err := hear(t, t.Context(), tabling{d.Assistant}, q)
	if err != nil || len(a.tables) != 1 {
		t.Fatal(err, a.text)
	}
	for _, r := range a.tables[0].Rows {
		if r[0] != "총무팀" || r[1] != "" {
			t.Errorf("row %q", r)
		}
	}
	if n := len(a.tables[0].Rows); n != rounds || rounds < 3 || !strings.Contains(a.text, fmt.Sprintf("지운 칸이 %d개", 3*rounds)) || !strings.Contains(a.text, "12/12쪽") {
		t.Errorf("%d rows of %d rounds: %s", n, rounds, a.text)
	}
	was := rounds
	if again, err := hear(t, t.Context(), tabling{d.Assistant}, q); err != nil || again.text != a.text || rounds != was {
		t.Errorf("asked again: %v, %d rounds more", err, rounds-was)
	}
}

func TestCellsThatOccur(t *testing.T) {
	const text = "출장비 3,000만 원은 2024년 3월 5일에 김철수 부장에게 지급하였다."
	for cell, want := range map[string]bool{"김철수": true, "김철수부장": true, "30,000,000원": true, "2024-03-05": true, "3,000만원": true, "이영희": false, "4,000만 원": false, "2024-03-06": false} {
		if got := occurs(cell, text); got != want {
			t.Errorf("%s: %v, want %v", cell, got, want)
		}
	}
	for _, c := range []struct {
		cell, text string
		want       bool
	}{
		{"5", "15명이 참석", false}, {"1,000", "단가는 11,000원", false}, {"5", "5명이 참석", true}, {"AB", "ABC 상사", false}, {"IT", "an IT팀", true},
		{"1,000원", "11,000원과 1,000 원", true}, {"15", "참석자 십오 명", true}, {"C", "C++ 과정", false}, {"KF94", "KF94 마스크", true},
		{"010-1234-5678", "연락처 010-1234-5678", true},
	} {
		if got := occurs(c.cell, c.text); got != c.want {
			t.Errorf("%s in %s: %v, want %v", c.cell, c.text, got, c.want)
		}
	}
}

// TestTableOfKnownCells collects columns of a workbook, in one sheet under a heading of two rows, and holds each cell against
// what openpyxl reads.
func TestTableOfKnownCells(t *testing.T) {
	data, err := os.ReadFile(reference.Path(t, "samples", "xlsx", "ko-sales.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	var sheets []struct {
		Cells map[string]struct{ Value any }
	}
	known, err := os.ReadFile(reference.Path(t, "samples", "xlsx", "ref", "ko-sales.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(known, &sheets); err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, Extract)
	d.put("매출.xlsx", readFile(t, "매출.xlsx", data))
	cells := 0
	for _, c := range []struct {
		question, letters string
		sheet, from, to   int
	}{
		{"거래처명, 등록일, 한도, 할인율로 표를 만들어 줘", "ABDE", 1, 2, 21},
		{"기준일, 국내, 수출, 담당자로 표를 만들어 줘", "ABCF", 0, 4, 16},
	} {
		a, err := hear(t, t.Context(), tabling{d.Assistant}, d.question(c.question))
		if err != nil || len(a.tables) != 1 || len(a.tables[0].Rows) != c.to-c.from+1 {
			t.Fatalf("%v: %d tables\n%s", err, len(a.tables), a.text)
		}
		for n, row := range a.tables[0].Rows {
			for i, letter := range c.letters {
				want := sheets[c.sheet].Cells[fmt.Sprintf("%c%d", letter, c.from+n)].Value
				if !shows(row[i], want) {
					t.Errorf("%c%d is %q, want %v", letter, c.from+n, row[i], want)
				}
				cells++
			}
		}
	}
	t.Logf("%d cells of 2 sheets, all as openpyxl reads them", cells)
}

// shows reports whether a cell shows a value.
func shows(shown string, value any) bool {
	digits := regexp.MustCompile(`\d+`).FindAllString(strings.ReplaceAll(shown, ",", ""), -1)
	switch v := value.(type) {
	case nil:
		return shown == ""
	case float64:
		percent, err := strconv.ParseFloat(strings.TrimSuffix(shown, "%"), 64)
		return len(digits) > 0 && digits[0] == strconv.FormatFloat(v, 'f', -1, 64) || err == nil && math.Abs(percent-100*v) < 1e-9
	case string:
		if day, err := time.Parse("2006-01-02T15:04:05", v); err == nil {
			return len(digits) >= 3 && digits[0] == day.Format("2006") && strings.TrimPrefix(digits[1], "0") == day.Format("1") && strings.TrimPrefix(digits[2], "0") == day.Format("2")
		}
		return shown == v
	}
	return false
}
