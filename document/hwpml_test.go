package document

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

// hwpmlMisses are the samples whose text differs from the reference for a reason.
var hwpmlMisses = map[string]string{
	"aligns.hml": "the reference has the text of each of the sixteen boxes twice, the file once",
}

func TestHWPMLText(t *testing.T) { checkText(t, "hwpml", 0.995, hwpmlMisses) }

const hwpmlHead = `<HEAD SecCnt="1"><DOCSUMMARY><TITLE>제목</TITLE><AUTHOR>누구</AUTHOR></DOCSUMMARY><MAPPINGTABLE><BINDATALIST Count="1"><BINITEM BinData="1" Format="png" Type="Embedding"/></BINDATALIST>
<CHARSHAPELIST><CHARSHAPE Id="0" Height="1000" TextColor="0" ShadeColor="4294967295"/><CHARSHAPE Id="1" Height="1000" TextColor="16777215" ShadeColor="4294967295"/></CHARSHAPELIST>
<NUMBERINGLIST><NUMBERING Id="1"><PARAHEAD Level="1" NumFormat="HangulSyllable" Start="1">^1.</PARAHEAD></NUMBERING></NUMBERINGLIST>
<PARASHAPELIST><PARASHAPE Id="0" HeadingType="None"/><PARASHAPE Id="1" HeadingType="Outline" Level="0"/></PARASHAPELIST></MAPPINGTABLE></HEAD>`

// hwpmlFile is an HWPML file of what is in its only section.
func hwpmlFile(section string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><HWPML Version="2.91">` + hwpmlHead + `<BODY><SECTION Id="0">` + section + `</SECTION></BODY><TAIL><BINDATASTORAGE><BINDATA Encoding="Base64" Id="1" Compress="false">` +
		base64.StdEncoding.EncodeToString([]byte(onePixel)) + `</BINDATA></BINDATASTORAGE></TAIL></HWPML>`
}

func hwpmlP(shape, letters int, inner string) string {
	return fmt.Sprintf(`<P ParaShape="%d" Style="0"><TEXT CharShape="%d">%s</TEXT></P>`, shape, letters, inner)
}

func TestHWPML(t *testing.T) {
	list := func(inner string) string { return `<PARALIST>` + inner + `</PARALIST>` }
	cell := func(row, col, cols int, inner string) string {
		return fmt.Sprintf(`<CELL ColAddr="%d" RowAddr="%d" ColSpan="%d" RowSpan="1">%s</CELL>`, col, row, cols, list(inner))
	}
	section := hwpmlP(1, 0, `<SECDEF OutlineShape="1"/><CHAR>첫째</CHAR>`) +
		hwpmlP(0, 0, `<CHAR>앞<TAB/>뒤</CHAR><FOOTNOTE>`+list(hwpmlP(0, 0, `<AUTONUM Number="1" NumberType="Footnote"><AUTONUMFORMAT SuffixChar=")" Type="Digit"/></AUTONUM><CHAR>각주</CHAR>`))+`</FOOTNOTE>`) +
		hwpmlP(0, 0, `<TABLE RowCount="2" ColCount="2"><SHAPEOBJECT><CAPTION>`+list(hwpmlP(0, 0, `<CHAR>표</CHAR>`))+`</CAPTION></SHAPEOBJECT><ROW>`+cell(0, 0, 2, hwpmlP(0, 0, `<CHAR>가</CHAR>`))+`</ROW><ROW>`+cell(1, 0, 1, hwpmlP(0, 0, `<CHAR>나</CHAR>`))+cell(1, 1, 1, "")+`</ROW></TABLE>`) +
		hwpmlP(0, 1, `<CHAR>흰 글</CHAR>`) +
		hwpmlP(0, 0, `<FIELDBEGIN Type="Hyperlink" Command="http\://a.kr;1"/><CHAR>링크</CHAR><FIELDEND Type="Hyperlink"/><EQUATION><SHAPEOBJECT/><SCRIPT>a over b</SCRIPT></EQUATION>`) +
		hwpmlP(0, 0, `<PICTURE><SHAPEOBJECT/><IMAGE BinItem="1"/></PICTURE><RECTANGLE><DRAWINGOBJECT><DRAWTEXT>`+list(hwpmlP(0, 0, `<CHAR>글상자</CHAR>`))+`</DRAWTEXT></DRAWINGOBJECT></RECTANGLE>`)
	doc, err := Read(context.Background(), sourceOf("a.hwp", []byte(hwpmlFile(section))), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := `heading1 [가.] "첫째"
paragraph "앞\t뒤"
  footnote [1)] "각주" @7
paragraph
  table
    2×2, 0 headers
    0,0+1,2 "가"
    1,0+1,1 "나"
    1,1+1,1 ""
    caption "표"
paragraph "흰 글" hidden hidden 0-7 
paragraph "링크" link 0-6 http://a.kr
  equation "a over b" @6
paragraph
  picture image 1
  box
    paragraph "글상자"
`
	if got := blocksOf(doc.Blocks); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if in, out := *doc.Manifest.In, doc.Manifest.Out; in != out || in.Images != 1 || !doc.Manifest.Whole || doc.Meta.Title != "제목" {
		t.Errorf("in %+v, out %+v, gaps %v, %+v", in, out, doc.Manifest.Gaps, doc.Meta)
	}
}

func TestHWPMLThatIsCut(t *testing.T) {
	whole := hwpmlFile(hwpmlP(0, 0, `<CHAR>처음</CHAR>`) + hwpmlP(0, 0, `<CHAR>끝</CHAR>`))
	doc, err := Read(context.Background(), sourceOf("a.hml", []byte(whole[:strings.Index(whole, "끝")])), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !hasGap(doc, GapEntry, "SECTION 1") || !strings.Contains(doc.Text(true), "처음") {
		t.Errorf("gaps %v, text %q", doc.Manifest.Gaps, doc.Text(true))
	}
}

// FuzzHWPML reads sections that are anything.
func FuzzHWPML(f *testing.F) {
	f.Add(hwpmlP(1, 0, `<SECDEF OutlineShape="1"/><CHAR>첫째<TAB/></CHAR>`))
	f.Add(hwpmlP(0, 1, `<TABLE RowCount="9"><ROW><CELL ColSpan="7"><PARALIST>`+hwpmlP(0, 0, `<CHAR>가</CHAR>`)+`</PARALIST></CELL></ROW></TABLE><PICTURE><IMAGE BinItem="2"/></PICTURE>`))
	f.Fuzz(func(t *testing.T, section string) {
		doc, err := Read(context.Background(), sourceOf("a.hml", []byte(hwpmlFile(section))), Options{Limits: Limits{Blocks: 2000}})
		if err != nil {
			return
		}
		checkPlaces(t, doc)
	})
}
