package document

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/reference"
)

// xlsxParts are the parts of a workbook: sheets by name and what is in their worksheet element, and other parts. A sheet's
// part is xl/worksheets/sheetN.xml.
type xlsxParts struct {
	sheets []string // name, content, name, content, …
	more   map[string]string
}

const xlsxMain = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

// file is the workbook.
func (p xlsxParts) file(t testing.TB) []byte {
	t.Helper()
	const relation = `<Relationship Id="%s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/>`
	var list, rels, types strings.Builder
	for _, shared := range []string{"styles", "sharedStrings"} {
		if p.more["xl/"+shared+".xml"] != "" {
			fmt.Fprintf(&rels, relation, shared, shared, shared+".xml")
		}
	}
	if p.more["xl/persons/person.xml"] != "" {
		fmt.Fprintf(&rels, relation, "persons", "person", "persons/person.xml")
	}
	files := []string{}
	for i := 0; i < len(p.sheets); i += 2 {
		name := fmt.Sprintf("worksheets/sheet%d.xml", i/2+1)
		fmt.Fprintf(&list, `<sheet name=%s sheetId="%d" r:id="s%d"/>`, p.sheets[i], i/2+1, i/2+1)
		fmt.Fprintf(&rels, relation, fmt.Sprint("s", i/2+1), "worksheet", name)
		files = append(files, "xl/"+name, `<worksheet `+xlsxMain+`>`+p.sheets[i+1]+`</worksheet>`)
	}
	fmt.Fprintf(&types, `<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>`)
	const space = `xmlns="http://schemas.openxmlformats.org/package/2006/relationships"`
	files = append(files,
		"[Content_Types].xml", `<Types>`+types.String()+`</Types>`,
		"_rels/.rels", `<Relationships `+space+`>`+fmt.Sprintf(relation, "r1", "officeDocument", "xl/workbook.xml")+`</Relationships>`,
		"xl/workbook.xml", `<workbook `+xlsxMain+`>`+p.more["workbook"]+`<sheets>`+list.String()+`</sheets></workbook>`,
		"xl/_rels/workbook.xml.rels", `<Relationships `+space+`>`+rels.String()+`</Relationships>`)
	for name, data := range p.more {
		if name != "workbook" {
			files = append(files, name, strings.ReplaceAll(data, "<Relationships>", `<Relationships `+space+`>`))
		}
	}
	return archived(t, files...)
}

// readWorkbook reads a workbook that was made for a test.
func readWorkbook(t *testing.T, p xlsxParts) *Document {
	t.Helper()
	doc, err := Read(context.Background(), sourceOf("a.xlsx", p.file(t)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

const (
	testStyles = `<styleSheet ` + xlsxMain + `><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;년 &quot;m&quot;월&quot;"/></numFmts>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="3"/><xf numFmtId="46"/><xf numFmtId="10"/></cellXfs></styleSheet>`
	testTexts = `<sst ` + xlsxMain + `><si><t>이름</t></si><si><r><t>김</t></r><r><t>철수</t></r><rPh sb="0" eb="1"><t>Kim</t></rPh></si><si><t>a_x000A_b</t></si></sst>`
)

func TestXLSXCells(t *testing.T) {
	doc := readWorkbook(t, xlsxParts{
		sheets: []string{`"자료"`, `<sheetData>
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>
<row r="3"><c r="A3" s="1"><v>45356</v></c><c r="B3" s="2"><v>45356.5</v></c><c r="C3" s="1"><v>0.75</v></c><c r="D3" s="4"><v>1.5</v></c></row>
<row><c><v>1E-3</v></c><c s="3"><v>1234567</v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c t="inlineStr"><is><t>안 &amp; 밖</t></is></c><c s="5"><v>0.125</v></c></row>
<row r="6"><c r="B6"><f t="shared" ref="B6:B7" si="0">A6*$C$1+SUM(B$1:B5)&amp;"A1"</f><v>7</v></c></row>
<row r="7"><c r="B7"><f t="shared" si="0"/><v>8</v></c><c r="C7" t="str"><f>UPPER("a")</f><v>A</v></c><c r="D7" t="s"><v>2</v></c></row></sheetData>`},
		more: map[string]string{"xl/styles.xml": testStyles, "xl/sharedStrings.xml": testTexts},
	})
	const want = "# 자료\n이름\t\t김철수\n2024-03-05T00:00:00\t2024-03-05T12:00:00\t18:00:00\t36:00:00\n0.001\t1234567\tTrue\t#N/A\t안 & 밖\t0.125\n\t7\n\t8\tA\ta\nb\n"
	if got := doc.Text(false); got != want || !doc.Manifest.Whole {
		t.Errorf("%q, want %q\n%+v", got, want, doc.Manifest)
	}
	if in, out := *doc.Manifest.In, doc.Manifest.Out; in.Pages != 1 || in.Tables != 1 || in.Cells != out.Cells || in.Cells != 16 || in.Characters < 30 {
		t.Errorf("counted %+v, read %+v", in, out)
	}
	shown, formulas := map[string]string{}, map[string]string{}
	for _, c := range doc.Blocks[0].Grid.Cells {
		if c.Shown != "" {
			shown[cellName(c.Row, c.Col)] = c.Shown
		}
		if c.Formula != "" {
			formulas[cellName(c.Row, c.Col)] = c.Formula
		}
	}
	for at, want := range map[string]string{"A3": "2024-03-05", "B3": "2024년 3월", "B4": "1,234,567", "C4": "TRUE", "F4": "12.50%"} {
		if shown[at] != want {
			t.Errorf("%s is shown as %q, want %q", at, shown[at], want)
		}
	}
	for at, want := range map[string]string{"B6": `A6*$C$1+SUM(B$1:B5)&"A1"`, "B7": `A7*$C$1+SUM(B$1:B6)&"A1"`, "C7": `UPPER("a")`} {
		if formulas[at] != want {
			t.Errorf("formula of %s: %q, want %q", at, formulas[at], want)
		}
	}
}

func TestXLSXWithOddNames(t *testing.T) {
	p := xlsxParts{sheets: []string{`"가"`, `<sheetData><row r="1"><c r="A1"><v>7</v></c></row></sheetData>`}}
	for name, change := range map[string]func([]byte) []byte{
		"backslashes": func(d []byte) []byte {
			return bytes.ReplaceAll(bytes.ReplaceAll(d, []byte("xl/worksheets/"), []byte(`xl\worksheets\`)), []byte("xl/w"), []byte(`xl\w`))
		},
		"a folder that nothing names": func(d []byte) []byte { return bytes.ReplaceAll(d, []byte("xl/"), []byte("xx/")) },
	} {
		doc, err := Read(context.Background(), sourceOf("a.xlsx", change(p.file(t))), Options{})
		if name == "a folder that nothing names" {
			if told, ok := err.(*chat.Error); !ok || told.Code != chat.CodeDocumentDamaged {
				t.Errorf("%s: %v, want damaged", name, err)
			}
			continue
		}
		if err != nil || doc.Text(false) != "# 가\n7\n" {
			t.Errorf("%s: %v, %q", name, err, doc.Text(false))
		}
	}
}

func TestXLSXKeepsWhatIsHidden(t *testing.T) {
	doc := readWorkbook(t, xlsxParts{sheets: []string{
		`"보임"`, `<cols><col min="2" max="3" hidden="1"/></cols><sheetData><row r="1" hidden="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="1"><c r="B2"><v>2</v></c></row><row r="3"><c r="D3"><v>3</v></c></row></sheetData>`,
		`"숨김" state="hidden"`, `<sheetData><row r="1"><c r="A1"><v>4</v></c></row></sheetData>`,
		`"빈 것"`, `<sheetData/>`,
	}})
	if got, want := doc.Text(false), "# 보임\n1\n\t2\n\t\t\t3\n# 숨김 (hidden)\n4\n# 빈 것\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	g := doc.Blocks[0].Grid
	if fmt.Sprint(g.HiddenRows, g.HiddenCols) != "[[0 1]] [[1 2]]" || !doc.Pages[1].Hidden || !doc.Blocks[1].Hidden || len(doc.Pages) != 3 {
		t.Errorf("hidden rows %v, columns %v, pages %+v", g.HiddenRows, g.HiddenCols, doc.Pages)
	}
}

func TestXLSXTables(t *testing.T) {
	doc := readWorkbook(t, xlsxParts{sheets: []string{`"가"`, `<sheetViews><sheetView><pane ySplit="2" state="frozen"/></sheetView></sheetViews><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>제목</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>수</t></is></c></row><row r="3"><c r="A3"><v>1</v></c></row></sheetData>
<mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="Z9:Z10"/></mergeCells>`}})
	g := doc.Blocks[0].Grid
	if g.Cells[0].Colspan != 3 || g.Cols != 3 || g.Rows != 3 || g.Headers != 2 {
		t.Errorf("%+v", g)
	}
}

func TestXLSXCommentsAndLinks(t *testing.T) {
	const kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	doc := readWorkbook(t, xlsxParts{
		sheets: []string{`"가"`, `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>값</t></is></c><c r="B1" t="inlineStr"><is><t>곳</t></is></c></row></sheetData><hyperlinks><hyperlink ref="B1" r:id="h"/></hyperlinks><headerFooter><oddHeader>&amp;L&amp;"맑은 고딕"&amp;12대외비&amp;R&amp;A</oddHeader></headerFooter>`},
		more: map[string]string{
			"xl/worksheets/_rels/sheet1.xml.rels": `<Relationships><Relationship Id="c" Type="` + kind + `comments" Target="../comments1.xml"/><Relationship Id="h" Type="` + kind + `hyperlink" Target="http://x/" TargetMode="External"/><Relationship Id="t" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" Target="../tc1.xml"/></Relationships>`,
			"xl/comments1.xml":                    `<comments ` + xlsxMain + `><authors><author>이</author><author>tc=1</author></authors><commentList><comment ref="C4" authorId="0"><text><r><t>메모</t></r></text></comment><comment ref="A1" authorId="1"><text><t>[Threaded comment]</t></text></comment></commentList></comments>`,
			"xl/tc1.xml":                          `<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><threadedComment ref="A1" personId="p1"><text>물음</text></threadedComment><threadedComment ref="A1" personId="p1"><text>답</text></threadedComment></ThreadedComments>`,
			"xl/persons/person.xml":               `<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><person displayName="박" id="p1"/></personList>`,
		},
	})
	want := `table
  4 × 3, headings 0
  0,0
    paragraph "값"
      comment "물음" at 3
      comment "답" at 3
  0,1
    paragraph "곳" link "곳" http://x/
  3,2
    paragraph
      comment "메모"
header "대외비	가"
`
	got := strings.ReplaceAll(outline(doc.Blocks), `\t`, "\t")
	if got != want || doc.Blocks[0].Grid.Cells[0].Blocks[0].Blocks[0].Author != "박" {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if text := doc.Text(false); text != "# 가\n값\t곳\n\t\t\n" {
		t.Errorf("%q", text)
	}
}

func TestXLSXWithDamageSaysWhere(t *testing.T) {
	whole := xlsxParts{sheets: []string{
		`"첫째"`, `<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1" t="s"><v>9</v></c><c r="C1"><v>x1</v></c></row></sheetData>`,
		`"둘째"`, `<sheetData><row r="1"><c r="A1"><v>2</v></c></row><row r="2"><c r="B2"><v>3</v></c><c r="C2"><v`,
		`"셋째"`, `<sheetData><row r="1"><c r="A1"><v>4</v></c></row></sheetData>`,
	}}
	data := whole.file(t)
	data = bytes.ReplaceAll(data, []byte("sheet3.xml"), []byte("sheet9.xml")) // in the names of entries, not in what is packed
	doc, err := Read(context.Background(), sourceOf("a.xlsx", data), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := doc.Text(false); !strings.HasPrefix(got, "# 첫째\n1\t\tx1\n# 둘째\n2\n\t3\n# 셋째\n") {
		t.Errorf("%q", got)
	}
	said := fmt.Sprintf("%+v", doc.Manifest.Gaps)
	for _, where := range []string{"첫째!B1", "첫째!C1", "Page:2 Where:둘째!C2", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"} {
		if !strings.Contains(said, where) {
			t.Errorf("no gap at %s: %s", where, said)
		}
	}
}

func TestXLSXOfManyRows(t *testing.T) {
	var rows strings.Builder
	const n, cols = 20_000, 10
	for r := range n {
		fmt.Fprintf(&rows, `<row r="%d">`, r+1)
		for c := range cols {
			fmt.Fprintf(&rows, `<c r="%s" s="3"><v>%d</v></c>`, cellName(r, c), r*cols+c)
		}
		rows.WriteString("</row>")
	}
	data := xlsxParts{sheets: []string{`"많음"`, "<sheetData>" + rows.String() + "</sheetData>"}, more: map[string]string{"xl/styles.xml": testStyles}}.file(t)
	doc, err := Read(context.Background(), sourceOf("a.xlsx", data), Options{})
	if err != nil || len(doc.Blocks[0].Grid.Cells) != n*cols || !doc.Manifest.Whole {
		t.Fatalf("%v, %+v", err, doc.Manifest)
	}
	doc, err = Read(context.Background(), sourceOf("a.xlsx", data), Options{Limits: Limits{Blocks: 1000}})
	if told, ok := err.(*chat.Error); !ok || told.Code != chat.CodeDocumentTooMuch || len(doc.Blocks) == 0 {
		t.Errorf("beyond a limit: %v, %d blocks", err, len(doc.Blocks))
	}
}

func TestNumbersAreShown(t *testing.T) {
	for _, c := range []struct {
		code string
		n    float64
		want string
	}{
		{"#,##0", 1234567, "1,234,567"}, {"#,##0", -1234.5, "-1,235"}, {"0.0%", 0.4571, "45.7%"}, {"0.00E+00", 12345, "1.23E+04"},
		{"#,##0.00;[Red](#,##0.00)", -1234.5, "(1,234.50)"}, {`"₩"#,##0`, 5000, "₩5,000"}, {"[$₩-412]#,##0", 5000, "₩5,000"},
		{"000-0000-0000", 1012345678, "010-1234-5678"}, {"000000-0000000", 9001011234567, "900101-1234567"}, {"0.##", 1.5, "1.5"}, {"0.##", 1, "1."},
		{`#,##0,"천원"`, 1234567, "1,235천원"}, {"0;-0;\"없음\"", 0, "없음"}, {"[>=100]\"많음\";\"적음\"", 5, "적음"}, {`_-* #,##0_-;\-* #,##0_-;_-* "-"_-`, 0, "-"},
		{`yyyy"년 "m"월 "d\일`, 45316, "2024년 1월 25일"}, {"yy/m/d aaaa", 45316, "24/1/25 목요일"}, {"[$-412]AM/PM h:mm", 0.75, "오후 6:00"},
		{"h:mm:ss", 0.5, "12:00:00"}, {"mm:ss", 0.5 / 24, "30:00"}, {"[h]:mm", 1.5, "36:00"}, {"d-mmm-yy", 45316, "25-Jan-24"}, {"General", 1.5, "1.5"}, {"# ?/?", 0.5, ""}, {"@", 1, ""},
		{"#", 0, ""}, {"0", 0, "0"}, {"00", 7, "07"}, {"#,###", 0, ""}, {"mm/dd/yyyy hh:mm", 45316.25, "01/25/2024 06:00"},
	} {
		if got := newNumberFormat(c.code).show(c.n, epoch1900); got != c.want {
			t.Errorf("%v in %s: %q, want %q", c.n, c.code, got, c.want)
		}
	}
}

// TestDatesAreShownAsExcelShowsThem compares with what Excel's TEXT made of the dates of a file of Apache POI's.
func TestDatesAreShownAsExcelShowsThem(t *testing.T) {
	for _, s := range samples(t, "xlsx") {
		if s.File != "DateFormatTests.xlsx" {
			continue
		}
		doc, err := Read(context.Background(), s.source(t), Options{})
		if err != nil {
			t.Fatal(err)
		}
		rows := map[int][3]string{}
		for _, c := range doc.Blocks[len(doc.Blocks)-1].Grid.Cells {
			if r := rows[c.Row]; c.Col < 3 {
				r[c.Col] = c.Text
				rows[c.Row] = r
			}
		}
		for at, r := range rows {
			when, err := time.Parse("2006-01-02T15:04:05", r[2])
			if err != nil {
				continue
			}
			serial := float64(when.UnixMilli())/86_400_000 + epoch1900
			if got := newNumberFormat(r[1]).show(serial, epoch1900); got != r[0] {
				t.Errorf("row %d: %s in %s: %q, want %q", at+1, r[2], r[1], got, r[0])
			}
		}
	}
}

func TestXLSXSamples(t *testing.T) {
	checkText(t, "xlsx", 0.995, nil)
}

func TestXLSXSamplesAreWhole(t *testing.T) {
	checkWhole(t, "xlsx", nil)
}

// TestHostileText holds the files of attacks to end soon, in little memory, with text or a clear message.
func TestHostileText(t *testing.T) {
	dir := reference.Path(t, "samples/hostile")
	for _, pattern := range []string{"*.xlsx", "*.zip", "*.html", "*.csv"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(names) == 0 {
			t.Fatal(pattern, err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			began := time.Now()
			doc, err := Read(context.Background(), sourceOf(filepath.Base(name), data), Options{})
			runtime.ReadMemStats(&after)
			took, mb := time.Since(began), (after.TotalAlloc-before.TotalAlloc)>>20
			if err == nil && len(doc.Text(true)) == 0 && doc.Manifest.Whole {
				t.Errorf("%s: neither text nor a message", name)
			}
			if took > time.Minute || mb > 512 {
				t.Errorf("%s: %s, %d MB allocated", name, took, mb)
			}
			t.Logf("%s: %s, %d MB allocated in all, %v, %d gaps", filepath.Base(name), took.Round(time.Millisecond), mb, err, len(doc.Manifest.Gaps))
		}
	}
}

func FuzzXLSXSheet(f *testing.F) {
	f.Add(`<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c s="1"><f t="shared" si="0">A1</f><v>45000.5</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>`, `yyyy-mm-dd;@`)
	f.Add(`<cols><col min="1" max="9" hidden="1"/></cols><sheetData><row><c t="inlineStr"><is><t>a</t></is></c></row></sheetData><hyperlinks><hyperlink ref="A1" location="B2"/></hyperlinks>`, `[<5]0.0#,;# ?/?`)
	f.Add(`<sheetData><row r="9"><c r="XFD9"><v>1e300</v></c></row><row r="2"><c r="A2"><v>-1</v></c></row></sheetData>`, `[$₩-412]#,##0.0E+00`)
	f.Fuzz(func(t *testing.T, sheet, code string) {
		newNumberFormat(code).show(12345.678, epoch1900)
		newNumberFormat(code).show(-0.1, epoch1904)
		data := xlsxParts{sheets: []string{`"가"`, sheet}, more: map[string]string{"xl/styles.xml": testStyles, "xl/sharedStrings.xml": testTexts}}.file(t)
		doc, err := readAs(context.Background(), &xlsx, sourceOf("a.xlsx", data), Options{}, 0)
		if err != nil {
			return
		}
		doc.Text(false)
		for _, b := range doc.Blocks {
			if b.Grid == nil {
				continue
			}
			for i := range b.Grid.Cells {
				c := &b.Grid.Cells[i]
				if c.Row < 0 || c.Col < 0 || c.Row >= b.Grid.Rows || c.Col >= b.Grid.Cols || i > 0 && byPlace(b.Grid.Cells[i-1], *c) >= 0 {
					t.Errorf("%q: cell %d,%d of %d × %d", sheet, c.Row, c.Col, b.Grid.Rows, b.Grid.Cols)
				}
			}
		}
	})
}
