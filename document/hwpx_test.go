package document

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// hwpxMisses are the samples whose text differs from the reference for a reason.
var hwpxMisses = map[string]string{
	"ChangeTrack.hwpx":   "the reference keeps what a tracked change took out",
	"SimpleTextArt.hwpx": "the reference keeps Hangul's signs for a line end (␍␊), which are a line end here",
}

func TestHWPXText(t *testing.T)   { checkText(t, "hwpx", 0.995, hwpxMisses) }
func TestHWPXTables(t *testing.T) { checkTables(t, "hwpx", nil) }

func TestHWPXCountsAgree(t *testing.T) {
	for _, s := range samples(t, "hwpx") {
		doc, err := Read(context.Background(), s.source(t), Options{})
		if err != nil {
			t.Errorf("%s: %v", s.File, err)
			continue
		}
		in, out := *doc.Manifest.In, doc.Manifest.Out
		if out.Pages < in.Pages {
			t.Errorf("%s: %d pages, want at least %d", s.File, out.Pages, in.Pages)
		}
		in.Pages, out.Pages = 0, 0
		in.pages, out.pages = nil, nil
		if in != out || !doc.Manifest.Whole {
			t.Errorf("%s: in %+v, out %+v, gaps %v", s.File, in, out, doc.Manifest.Gaps)
		}
	}
}

const (
	hwpxSpaces = `xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph" xmlns:hs="http://www.hancom.co.kr/hwpml/2011/section" xmlns:hc="http://www.hancom.co.kr/hwpml/2011/core" xmlns:hh="http://www.hancom.co.kr/hwpml/2011/head" xmlns:opf="http://www.idpf.org/2007/opf/"`
	hwpxList1  = `<opf:package ` + hwpxSpaces + `><opf:metadata><opf:title>규정</opf:title><opf:language>ko</opf:language><opf:meta name="creator" content="text">김 대리</opf:meta><opf:meta name="CreatedDate" content="text">2024-03-05T01:02:03Z</opf:meta></opf:metadata><opf:manifest><opf:item id="header" href="Contents/header.xml" media-type="application/xml"/><opf:item id="s2" href="Contents/section1.xml" media-type="application/xml"/><opf:item id="s1" href="Contents/section0.xml" media-type="application/xml"/><opf:item id="image1" href="BinData/image1.png" media-type="image/png"/></opf:manifest><opf:spine><opf:itemref idref="header"/><opf:itemref idref="s1"/><opf:itemref idref="s2"/></opf:spine></opf:package>`
	hwpxHeader = `<hh:head ` + hwpxSpaces + `><hh:refList><hh:borderFills><hh:borderFill id="1"/><hh:borderFill id="2"><hc:fillBrush><hc:winBrush faceColor="#000080"/></hc:fillBrush></hh:borderFill></hh:borderFills>
<hh:charProperties><hh:charPr id="0" height="1000" textColor="#000000" shadeColor="none"/><hh:charPr id="1" height="1000" textColor="#FFFFFF" shadeColor="none"/></hh:charProperties>
<hh:numberings><hh:numbering id="1"><hh:paraHead start="1" level="1" numFormat="DIGIT">제^1조</hh:paraHead><hh:paraHead start="1" level="2" numFormat="HANGUL_SYLLABLE">^2.</hh:paraHead></hh:numbering></hh:numberings><hh:bullets><hh:bullet id="1" char="-"/></hh:bullets>
<hh:paraProperties><hh:paraPr id="0"><hh:heading type="NONE" idRef="0" level="0"/></hh:paraPr><hh:paraPr id="1"><hh:heading type="OUTLINE" idRef="0" level="0"/></hh:paraPr><hh:paraPr id="2"><hh:heading type="NUMBER" idRef="1" level="1"/></hh:paraPr><hh:paraPr id="3"><hh:heading type="BULLET" idRef="1" level="0"/></hh:paraPr></hh:paraProperties>
<hh:trackChanges><hh:trackChange type="Delete" authorID="7" id="2"/></hh:trackChanges><hh:trackChangeAuthors><hh:trackChangeAuthor name="박 과장" mark="1" id="7"/></hh:trackChangeAuthors></hh:refList></hh:head>`
	hwpxPaper = `<hp:secPr outlineShapeIDRef="1"><hp:pagePr landscape="WIDELY" width="59528" height="84188" gutterType="LEFT_ONLY"><hp:margin header="4252" footer="4252" gutter="0" left="8504" right="8504" top="5668" bottom="4252"/></hp:pagePr></hp:secPr>`
)

// hwpxFile is an HWPX file of sections; parts that are given take the place of the usual ones.
func hwpxFile(t testing.TB, parts map[string]string, sections ...string) []byte {
	t.Helper()
	all := []string{"mimetype", hwpxType, "Contents/content.hpf", hwpxList1, "Contents/header.xml", hwpxHeader, "BinData/image1.png", onePixel}
	for i, s := range sections {
		all = append(all, fmt.Sprintf("Contents/section%d.xml", i), `<hs:sec `+hwpxSpaces+`>`+s+`</hs:sec>`)
	}
	for i := 0; i < len(all); i += 2 {
		if part, ok := parts[all[i]]; ok {
			all[i+1] = part
			delete(parts, all[i])
		}
	}
	for name, part := range parts {
		all = append(all, name, part)
	}
	return packOf(t, all...)
}

// onePixel is a PNG of one pixel.
const onePixel = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\b\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xfc\xff\xff?\x03\x00\x08\xfc\x02\xfe\xa7\x35\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"

// packOf is an archive of names and contents; the first is not compressed.
func packOf(t testing.TB, namesAndContents ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(namesAndContents); i += 2 {
		method := zip.Deflate
		if i == 0 {
			method = zip.Store
		}
		to, err := w.CreateHeader(&zip.FileHeader{Name: namesAndContents[i], Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write([]byte(namesAndContents[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// hwpxP is a paragraph of a shape with runs.
func hwpxP(shape int, runs string, lines ...int) string {
	out := fmt.Sprintf(`<hp:p paraPrIDRef="%d" styleIDRef="0" pageBreak="0" columnBreak="0">%s`, shape, runs)
	if len(lines) > 0 {
		out += `<hp:linesegarray>`
		for i := 0; i < len(lines); i += 2 {
			out += fmt.Sprintf(`<hp:lineseg textpos="%d" vertpos="%d" vertsize="1000" textheight="1000" baseline="850" spacing="600" horzpos="0" horzsize="42520" flags="393216"/>`, lines[i], lines[i+1])
		}
		out += `</hp:linesegarray>`
	}
	return out + `</hp:p>`
}

func hwpxRun(inner string) string  { return `<hp:run charPrIDRef="0">` + inner + `</hp:run>` }
func hwpxWords(text string) string { return hwpxRun(`<hp:t>` + text + `</hp:t>`) }

// blocksOf is a document's blocks, one a line, what hangs in them indented.
func blocksOf(blocks []Block) string {
	var out strings.Builder
	var write func(blocks []Block, in string)
	write = func(blocks []Block, in string) {
		for i := range blocks {
			b := &blocks[i]
			fmt.Fprintf(&out, "%s%s", in, b.Kind)
			if b.Level > 0 {
				fmt.Fprintf(&out, "%d", b.Level)
			}
			if b.Marker != "" {
				fmt.Fprintf(&out, " [%s]", b.Marker)
			}
			if b.Text != "" {
				fmt.Fprintf(&out, " %q", b.Text)
			}
			if b.Offset > 0 {
				fmt.Fprintf(&out, " @%d", b.Offset)
			}
			if b.Author != "" {
				fmt.Fprintf(&out, " by %s", b.Author)
			}
			if b.Hidden {
				out.WriteString(" hidden")
			}
			if b.Image > 0 {
				fmt.Fprintf(&out, " image %d", b.Image)
			}
			for _, m := range b.Marks {
				fmt.Fprintf(&out, " %s %d-%d %s", m.Kind, m.Start, m.End, m.Value)
			}
			out.WriteByte('\n')
			if b.Grid != nil {
				fmt.Fprintf(&out, "%s  %d×%d, %d headers\n", in, b.Grid.Rows, b.Grid.Cols, b.Grid.Headers)
				for _, c := range b.Grid.Cells {
					fmt.Fprintf(&out, "%s  %d,%d+%d,%d %q\n", in, c.Row, c.Col, max(c.Rowspan, 1), max(c.Colspan, 1), c.Text)
					write(c.Blocks, in+"    ")
				}
			}
			write(b.Blocks, in+"  ")
		}
	}
	write(blocks, "")
	return out.String()
}

func TestHWPXWithoutLines(t *testing.T) {
	cell := func(row, col, rows, cols int, inner string) string {
		return fmt.Sprintf(`<hp:tc header="%d" borderFillIDRef="1"><hp:subList>%s</hp:subList><hp:cellAddr colAddr="%d" rowAddr="%d"/><hp:cellSpan colSpan="%d" rowSpan="%d"/><hp:cellSz width="1000" height="282"/></hp:tc>`, map[bool]int{true: 1}[row == 0], inner, col, row, cols, rows)
	}
	inner := `<hp:tbl rowCnt="1" colCnt="1"><hp:tr>` + cell(0, 0, 1, 1, hwpxP(0, hwpxWords("안"))) + `</hp:tr></hp:tbl>`
	table := `<hp:tbl rowCnt="2" colCnt="2"><hp:caption><hp:subList>` + hwpxP(0, hwpxWords("표 ")+hwpxRun(`<hp:ctrl><hp:autoNum num="3" numType="TABLE"><hp:autoNumFormat type="DIGIT"/></hp:autoNum></hp:ctrl>`)+hwpxWords(" 값")) + `</hp:subList></hp:caption><hp:tr>` +
		cell(0, 0, 1, 2, hwpxP(0, hwpxWords("머리"))) + `</hp:tr><hp:tr>` + cell(1, 0, 1, 1, hwpxP(0, hwpxWords("둘"))+hwpxP(3, hwpxWords("셋"))) + cell(1, 1, 1, 1, hwpxP(0, hwpxRun(inner))) + `</hp:tr></hp:tbl>`
	first := hwpxP(1, hwpxRun(hwpxPaper)+hwpxWords("총칙")) +
		hwpxP(2, hwpxWords("가나")) + hwpxP(3, hwpxWords("다 &lt;라&gt;")) +
		hwpxP(0, hwpxWords("앞")+hwpxRun(`<hp:ctrl><hp:footNote number="2" suffixChar="41"><hp:subList>`+hwpxP(0, hwpxWords("각주 말"))+`</hp:subList></hp:footNote></hp:ctrl>`)+hwpxWords("뒤")) +
		hwpxP(0, hwpxRun(table)) +
		hwpxP(0, hwpxWords("지<hp:deleteBegin Id=\"1\" TcId=\"2\"/>운<hp:deleteEnd Id=\"1\"/>것")) +
		hwpxP(0, `<hp:run charPrIDRef="1"><hp:t>안 보임</hp:t></hp:run>`) +
		hwpxP(0, hwpxRun(`<hp:dutmal><hp:mainText>漢字</hp:mainText><hp:subText>한자</hp:subText></hp:dutmal><hp:compose composeText="㊄"/><hp:equation><hp:script>a over b</hp:script></hp:equation><hp:edit name="이름"><hp:text>홍길동</hp:text></hp:edit><hp:comboBox name="고름" selectedValue="2"><hp:listItem displayText="둘째" value="2"/></hp:comboBox>`)) +
		hwpxP(0, hwpxRun(`<hp:ctrl><hp:fieldBegin id="5" type="HYPERLINK"><hp:parameters><hp:stringParam name="Command">http\://a.kr;1;0;0;</hp:stringParam></hp:parameters></hp:fieldBegin></hp:ctrl>`)+hwpxWords("링크")+hwpxRun(`<hp:ctrl><hp:fieldEnd beginIDRef="5"/></hp:ctrl>`)) +
		hwpxP(0, hwpxRun(`<hp:ctrl><hp:fieldBegin id="6" type="MEMO"><hp:parameters><hp:stringParam name="Author">이 부장</hp:stringParam></hp:parameters><hp:subList>`+hwpxP(0, hwpxWords("메모"))+`</hp:subList></hp:fieldBegin></hp:ctrl>`)+hwpxWords("본문")+hwpxRun(`<hp:ctrl><hp:fieldEnd beginIDRef="6"/></hp:ctrl>`)) +
		hwpxP(0, hwpxRun(`<hp:ctrl><hp:hiddenComment><hp:subList>`+hwpxP(0, hwpxWords("숨은 설명"))+`</hp:subList></hp:hiddenComment></hp:ctrl><hp:container><hp:pic><hc:img binaryItemIDRef="image1"/></hp:pic><hp:rect><hp:drawText><hp:subList>`+hwpxP(0, hwpxWords("글상자"))+`</hp:subList></hp:drawText></hp:rect></hp:container>`))
	doc, err := Read(context.Background(), sourceOf("a.hwpx", hwpxFile(t, nil, first, hwpxP(1, hwpxWords("둘째 구역")))), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := `heading1 [제1조] "총칙"
item2 [가.] "가나"
item1 [-] "다 <라>"
paragraph "앞뒤"
  footnote [2)] "각주 말" @3
paragraph
  table
    2×2, 1 headers
    0,0+1,2 "머리"
    1,0+1,1 ""
      paragraph "둘"
      item1 [-] "셋"
    1,1+1,1 ""
      paragraph
        table
          1×1, 1 headers
          0,0+1,1 "안"
    caption "표 3 값" number 4-5 
paragraph "지것"
  deleted "운" @3 by 박 과장
paragraph "안 보임" hidden hidden 0-10 
paragraph "漢字㊄"
  ruby "한자" @6
  equation "a over b" @9
  field [이름] "홍길동" @9
  field [고름] "둘째" @9
paragraph "링크" link 0-6 http://a.kr
paragraph "본문"
  comment "메모" by 이 부장
paragraph
  hidden "숨은 설명" hidden
  box
    picture image 1
    box
      paragraph "글상자"
heading1 [제2조] "둘째 구역"
`
	if got := blocksOf(doc.Blocks); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if in, out := *doc.Manifest.In, doc.Manifest.Out; in.Tables != out.Tables || in.Cells != out.Cells || in.Images != 1 || out.Images != 1 || in.Characters != out.Characters-1 { // the drawn number is not in the file's text
		t.Errorf("in %+v, out %+v", in, out)
	}
	if m := doc.Meta; m.Title != "규정" || m.Author != "김 대리" || m.Created.Year() != 2024 || doc.Unit != Flow || doc.Layout != Paragraphs || !doc.Manifest.Whole {
		t.Errorf("%+v, %s, %s, gaps %v", m, doc.Unit, doc.Layout, doc.Manifest.Gaps)
	}
	if last := doc.Blocks[len(doc.Blocks)-1]; last.Section != 2 || last.Paragraph != 1 {
		t.Errorf("the last paragraph: section %d, paragraph %d", last.Section, last.Paragraph)
	}
}

func TestHWPXPages(t *testing.T) {
	first := hwpxP(0, hwpxRun(hwpxPaper)+hwpxWords("첫 줄과 둘째 줄"), 0, 0, 13, 1600) +
		hwpxP(0, hwpxWords("쪽 끝에서 넘어가는 문단"), 0, 64000, 6, 0) +
		hwpxP(0, hwpxWords("그 아래"), 0, 1600) + hwpxP(0, hwpxWords("셋째 쪽"), 0, 1600)
	second := hwpxP(0, hwpxRun(hwpxPaper+`<hp:ctrl><hp:pageNum pos="BOTTOM_CENTER" formatType="DIGIT" sideChar="-"/></hp:ctrl>`)+hwpxWords("새 구역"), 0, 0)
	doc, err := Read(context.Background(), sourceOf("a.hwpx", hwpxFile(t, nil, first, second)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Pages) != 4 || doc.Layout != Lines || doc.Unit != Paper || doc.Pages[3].Label != "- 4 -" || doc.Pages[0].Width != 595.28 {
		t.Fatalf("pages %+v, %s, %s", doc.Pages, doc.Layout, doc.Unit)
	}
	want := []Line{
		{Start: 0, End: 11, Page: 1, Rect: Rect{85.04, 99.2, 510.24, 109.2}}, {Start: 11, End: 21, Page: 1, Rect: Rect{85.04, 115.2, 510.24, 125.2}},
		{Start: 0, End: 14, Page: 1, Rect: Rect{85.04, 739.2, 510.24, 749.2}}, {Start: 14, End: 33, Page: 2, Rect: Rect{85.04, 99.2, 510.24, 109.2}},
	}
	got := append(slices.Clone(doc.Blocks[0].Lines), doc.Blocks[1].Lines...)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("lines\n%+v, want\n%+v", got, want)
	}
	if in := doc.Manifest.In; in.Pages != 4 {
		t.Errorf("the second pass counts %d pages, want 4", in.Pages)
	}
	for i, page := range []int{1, 1, 2, 3, 4} {
		if doc.Blocks[i].Page != page {
			t.Errorf("paragraph %d: page %d, want %d", i, doc.Blocks[i].Page, page)
		}
	}
}

func TestHWPXSaysWhatIsMissing(t *testing.T) {
	whole := hwpxP(0, hwpxRun(hwpxPaper)+hwpxWords("처음"), 0, 0) + hwpxP(0, hwpxWords("끝"), 0, 1600)
	t.Run("a section that is cut", func(t *testing.T) {
		data := hwpxFile(t, map[string]string{"Contents/section1.xml": `<hs:sec ` + hwpxSpaces + `>` + hwpxP(0, hwpxWords("둘째"), 0, 0) + `<hp:p><hp:run><hp:t>반`}, whole, "")
		doc, err := Read(context.Background(), sourceOf("a.hwpx", data), Options{})
		if err != nil {
			t.Fatal(err)
		}
		gaps := doc.Manifest.Gaps
		if len(gaps) == 0 || gaps[0].What != GapEntry || gaps[0].Where != "Contents/section1.xml" || gaps[0].Page != 2 || !strings.Contains(doc.Text(true), "반") {
			t.Errorf("gaps %+v, text %q", gaps, doc.Text(true))
		}
	})
	t.Run("a picture that is not there", func(t *testing.T) {
		data := hwpxFile(t, nil, hwpxP(0, hwpxRun(`<hp:pic><hc:img binaryItemIDRef="image9"/></hp:pic>`)))
		doc, err := Read(context.Background(), sourceOf("a.hwpx", data), Options{})
		if err != nil || !hasGap(doc, GapEntry, "image9") {
			t.Errorf("%v, gaps %+v", err, doc.Manifest.Gaps)
		}
	})
	t.Run("an archive that is cut", func(t *testing.T) {
		data := hwpxFile(t, nil, whole)
		for _, n := range []int{len(data) - 10, len(data) / 2} {
			doc, err := Read(context.Background(), sourceOf("a.hwpx", data[:n]), Options{})
			if err == nil && (doc.Manifest.Whole || len(doc.Manifest.Gaps) == 0) {
				t.Errorf("%d of %d bytes: whole", n, len(data))
			}
			if n > len(data)/2 && (err != nil || !strings.Contains(doc.Text(true), "끝")) {
				t.Errorf("%d of %d bytes: %v, text %q", n, len(data), err, doc.Text(true))
			}
		}
	})
	t.Run("cells on each other", func(t *testing.T) {
		cell := `<hp:tc><hp:subList/><hp:cellAddr colAddr="0" rowAddr="0"/><hp:cellSpan colSpan="70000" rowSpan="1"/></hp:tc>`
		data := hwpxFile(t, nil, hwpxP(0, hwpxRun(`<hp:tbl rowCnt="2000000000" colCnt="1"><hp:tr>`+cell+cell+`</hp:tr></hp:tbl>`)))
		doc, err := Read(context.Background(), sourceOf("a.hwpx", data), Options{})
		if err != nil || !hasGap(doc, GapTable, "Contents/section0.xml") {
			t.Errorf("%v, gaps %+v", err, doc.Manifest.Gaps)
		}
	})
}

func hasGap(doc *Document, what GapKind, where string) bool {
	return slices.ContainsFunc(doc.Manifest.Gaps, func(g Gap) bool { return g.What == what && g.Where == where })
}

// FuzzHWPX reads sections and headers that are anything.
func FuzzHWPX(f *testing.F) {
	f.Add(hwpxP(0, hwpxRun(hwpxPaper)+hwpxWords("가"), 0, 0), hwpxHeader)
	f.Add(hwpxP(0, hwpxRun(`<hp:tbl rowCnt="1" colCnt="2" pageBreak="CELL" repeatHeader="1"><hp:sz width="1" height="9"/><hp:pos treatAsChar="0" vertRelTo="PARA"/><hp:tr><hp:tc header="1"><hp:subList>`+hwpxP(0, hwpxWords("나"), 0, 0, 1, 90000, 2, 1)+`</hp:subList><hp:cellAddr colAddr="0" rowAddr="0"/><hp:cellSpan colSpan="2" rowSpan="3"/><hp:cellSz width="3" height="99999"/></hp:tc></hp:tr></hp:tbl>`)+hwpxWords("다"), 0, 0, 8, 1600), "")
	f.Add(hwpxP(2, hwpxRun(`<hp:ctrl><hp:colPr colCount="3" sameSz="0"><hp:colSz width="1" gap="2"/></hp:colPr></hp:ctrl><hp:ctrl><hp:fieldBegin id="1" type="CLICK_HERE"/></hp:ctrl>`)+hwpxWords("라<hp:tab/><hp:deleteBegin/>마"), 3, 5), hwpxHeader)
	f.Fuzz(func(t *testing.T, section, header string) {
		data := hwpxFile(t, map[string]string{"Contents/header.xml": header}, section)
		doc, err := Read(context.Background(), sourceOf("a.hwpx", data), Options{Limits: Limits{Blocks: 2000, Pages: 2000}})
		if err != nil {
			return
		}
		checkPlaces(t, doc)
	})
}

// checkPlaces holds a document to what every document is: places within its pages, marks and lines within their texts.
func checkPlaces(t *testing.T, doc *Document) {
	t.Helper()
	Walk(doc.Blocks, func(b *Block) bool {
		if b.Page < 0 || b.Page > len(doc.Pages) {
			t.Fatalf("a block on page %d of %d", b.Page, len(doc.Pages))
		}
		for _, l := range b.Lines {
			if l.Start < 0 || l.Start >= l.End || l.End > len(b.Text) || l.Page < 1 || l.Page > len(doc.Pages) {
				t.Fatalf("line %+v of %d bytes, %d pages", l, len(b.Text), len(doc.Pages))
			}
		}
		for _, m := range b.Marks {
			if m.Start < 0 || m.Start >= m.End || m.End > len(b.Text) {
				t.Fatalf("mark %+v of %d bytes", m, len(b.Text))
			}
		}
		if !utf8.ValidString(b.Text) {
			t.Fatalf("%q is no UTF-8", b.Text)
		}
		return true
	})
}

func TestHWPXTableRunsOverPages(t *testing.T) {
	file := func(after int) []byte {
		var rows strings.Builder
		for i := range 100 {
			fmt.Fprintf(&rows, `<hp:tr><hp:tc header="%d"><hp:subList>%s</hp:subList><hp:cellAddr colAddr="0" rowAddr="%d"/><hp:cellSpan colSpan="1" rowSpan="1"/><hp:cellSz width="41952" height="282"/></hp:tc></hp:tr>`,
				map[bool]int{true: 1}[i == 0], hwpxP(0, hwpxWords(fmt.Sprint("줄 ", i)), 0, 0), i)
		}
		table := `<hp:tbl textWrap="TOP_AND_BOTTOM" pageBreak="CELL" repeatHeader="1" rowCnt="100" colCnt="1" cellSpacing="0"><hp:sz width="41952" height="62818"/><hp:pos treatAsChar="0" flowWithText="1" vertRelTo="PARA" horzRelTo="COLUMN" vertAlign="TOP" horzAlign="LEFT" vertOffset="0" horzOffset="0"/><hp:outMargin left="283" right="283" top="283" bottom="283"/><hp:inMargin left="510" right="510" top="141" bottom="141"/>` + rows.String() + `</hp:tbl>`
		return hwpxFile(t, nil, hwpxP(0, hwpxRun(hwpxPaper)+hwpxWords("앞"), 0, 0)+hwpxP(0, hwpxRun(table), 0, 1600)+hwpxP(0, hwpxWords("뒤"), 0, after), "")
	}
	// 48 rows fit below the first on page 1 and 49 below the repeated one on page 2; two are left, and the text goes on below.
	const below = 283 + 3*1282 + 283
	doc, err := Read(context.Background(), sourceOf("a.hwpx", file(below)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	pages := map[int]int{}
	for _, c := range doc.Blocks[1].Blocks[0].Grid.Cells {
		pages[c.Lines[0].Page]++
	}
	if pages[1] != 49 || pages[2] != 49 || pages[3] != 2 || doc.Blocks[2].Page != 3 || doc.Layout != Lines {
		t.Errorf("rows by page %v, the paragraph after it on page %d, %s", pages, doc.Blocks[2].Page, doc.Layout)
	}
	if got, want := doc.Blocks[1].Blocks[0].Grid.Cells[49].Lines[0].Rect.Y0, 99.2+2.83+12.82+1.41; got != want {
		t.Errorf("the first row of page 2 at %v, want %v", got, want)
	}
	doc, err = Read(context.Background(), sourceOf("a.hwpx", file(30000)), Options{})
	if err != nil || doc.Layout != PageOnly {
		t.Errorf("text where the table does not end: %v, %s, want %s", err, doc.Layout, PageOnly)
	}
}
