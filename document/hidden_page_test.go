package document

import (
	"strings"
	"testing"
)

// What is on a slide or a sheet that is not shown is hidden, whatever it is, and keeps nothing that others share with it from being seen.
func TestAHiddenPageHidesAllThatIsOnIt(t *testing.T) {
	const chart = `<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="1" name="x"/></p:nvGraphicFramePr><a:graphic><a:graphicData><c:chart r:id="c"/></a:graphicData></a:graphic></p:graphicFrame>`
	slides := func(first, second string) *Document {
		parts := pptxParts(chart, chart)
		for i := range parts {
			switch parts[i] {
			case "ppt/slides/slide2.xml": // is shown first
				parts[i+1] = strings.Replace(parts[i+1], `><p:cSld><p:spTree>`, first+`><p:cSld><p:spTree>`+pptxShapeOf(``, ``, "첫째 글"), 1)
			case "ppt/slides/slide1.xml":
				parts[i+1] = strings.Replace(strings.Replace(parts[i+1], ` show="0"`, second, 1), `<p:spTree>`, `<p:spTree>`+pptxShapeOf(``, ``, "둘째 글"), 1)
			}
		}
		return readMade(t, "a.pptx", packOf(t, append(parts, "ppt/slides/_rels/slide1.xml.rels", relationsOf("l", "slideLayout", "../layout.xml", "c", "chart", "../chart.xml"), "ppt/chart.xml", pptxTestChart,
			"ppt/notes.xml", `<p:notes `+pptxRoot+`><p:cSld><p:spTree>`+pptxShapeOf(`<p:ph type="body"/>`, ``, "첫째 노트")+`</p:spTree></p:cSld></p:notes>`,
			"ppt/comments.xml", `<p:cmLst `+pptxRoot+`><p:cm authorId="0"><p:text>첫째 메모</p:text></p:cm></p:cmLst>`)...))
	}
	pages := func(first, second string) *Document {
		page := func(style, name string) string {
			return `<draw:page draw:style-name="` + style + `" presentation:use-footer-name="f"><draw:frame><draw:text-box><text:p>` + name + ` 글</text:p></draw:text-box></draw:frame>` +
				`<presentation:notes><draw:frame><draw:text-box><text:p>` + name + ` 노트</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>`
		}
		return readMade(t, "a.odp", odfFile(t, "presentation", `<presentation:footer-decl presentation:name="f">꼬리</presentation:footer-decl>`+page(first, "첫째")+page(second, "둘째")))
	}
	for name, c := range map[string]struct {
		doc           *Document
		shown, hidden []string
	}{
		"PPTX, the first": {slides(` show="0"`, ""), []string{"둘째 글", "대외비", "매출"}, []string{"첫째 글", "첫째 노트", "첫째 메모"}},
		"PPTX, the last":  {slides("", ` show="false"`), []string{"첫째 글", "첫째 노트", "첫째 메모", "대외비", "매출"}, []string{"둘째 글"}},
		"PPTX, both":      {slides(` show="0"`, ` show="0"`), nil, []string{"첫째 글", "첫째 노트", "첫째 메모", "둘째 글", "대외비", "매출"}},
		"PPTX, none":      {slides("", ` show="1"`), []string{"첫째 글", "첫째 노트", "첫째 메모", "둘째 글", "대외비", "매출"}, nil},
		"ODP, the first":  {pages("dp", ""), []string{"둘째 글", "둘째 노트", "꼬리"}, []string{"첫째 글", "첫째 노트"}},
		"ODP, the last":   {pages("", "dp"), []string{"첫째 글", "첫째 노트", "꼬리"}, []string{"둘째 글", "둘째 노트"}},
		"ODP, both":       {pages("dp", "dp"), nil, []string{"첫째 글", "첫째 노트", "둘째 글", "둘째 노트", "꼬리"}},
	} {
		shown, hidden, _ := unseenIn(c.doc)
		for _, words := range c.shown {
			if strings.Count(shown, words) != 1 {
				t.Errorf("%s: %q is not shown once in %q, hidden %q", name, words, shown, hidden)
			}
		}
		for _, words := range c.hidden {
			if strings.Contains(shown, words) || !strings.Contains(hidden, words) {
				t.Errorf("%s: %q is shown in %q, hidden %q", name, words, shown, hidden)
			}
		}
		for _, b := range c.doc.Blocks {
			if hidden := c.doc.Pages[b.Page-1].Hidden; hidden != b.Hidden {
				t.Errorf("%s: on page %d, hidden %v: %+v", name, b.Page, hidden, b)
			}
			Walk(b.Blocks, func(in *Block) bool {
				if in.Page != 0 && in.Page != b.Page {
					t.Errorf("%s: %q is on page %d, in a block on page %d", name, in.Text, in.Page, b.Page)
				}
				return true
			})
		}
	}
}

// What is drawn on a sheet that is not shown, or printed above it, is hidden as its cells are; a chart that a sheet that is shown has too is not.
func TestAHiddenSheetHidesWhatIsDrawnOnIt(t *testing.T) {
	const drawn = `<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" ` + pptxRoot + `><xdr:twoCellAnchor><xdr:sp><xdr:txBody><a:p><a:r><a:t>상자의 글</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:twoCellAnchor>` +
		`<xdr:twoCellAnchor><xdr:graphicFrame><a:graphic><a:graphicData><c:chart r:id="c"/></a:graphicData></a:graphic></xdr:graphicFrame></xdr:twoCellAnchor></xdr:wsDr>`
	const edge = `<headerFooter><oddHeader>&amp;C꼭대기</oddHeader></headerFooter><drawing r:id="d"/>`
	for name, c := range map[string]struct {
		first, second string
		shown         bool
	}{
		"one":     {` state="hidden"`, "", false},
		"both":    {` state="hidden"`, ` state="veryHidden"`, false},
		"neither": {"", "", true},
	} {
		doc := readWorkbook(t, xlsxParts{sheets: []string{`"가"` + c.first, `<sheetData><row r="1"><c r="A1"><v>11</v></c></row></sheetData>` + edge, `"나"` + c.second, `<sheetData><row r="1"><c r="A1"><v>22</v></c></row></sheetData><drawing r:id="d"/>`},
			more: map[string]string{
				"xl/worksheets/_rels/sheet1.xml.rels": relationsOf("d", "drawing", "../drawings/drawing1.xml"), "xl/drawings/drawing1.xml": drawn, "xl/drawings/_rels/drawing1.xml.rels": relationsOf("c", "chart", "../charts/chart1.xml"),
				"xl/worksheets/_rels/sheet2.xml.rels": relationsOf("d", "drawing", "../drawings/drawing2.xml"), "xl/drawings/drawing2.xml": strings.Replace(drawn, "상자의 글", "둘째 상자", 1), "xl/drawings/_rels/drawing2.xml.rels": relationsOf("c", "chart", "../charts/chart1.xml"),
				"xl/charts/chart1.xml": pptxTestChart,
			}})
		shown, hidden, _ := unseenIn(doc)
		for _, words := range []string{"11", "상자의 글", "꼭대기"} {
			if strings.Contains(shown, words) != c.shown || strings.Contains(hidden, words) == c.shown {
				t.Errorf("%s: %q is shown in %q, hidden %q", name, words, shown, hidden)
			}
		}
		for _, words := range []string{"22", "둘째 상자", "매출"} {
			if seen := c.second == ""; strings.Contains(shown, words) != seen {
				t.Errorf("%s: %q is shown in %q, hidden %q", name, words, shown, hidden)
			}
		}
	}
}

// A group that is hidden hides what is in it, and a chart that is hidden is.
func TestHiddenGroupsAndCharts(t *testing.T) {
	group := func(hidden string) string {
		return `<p:grpSp><p:nvGrpSpPr><p:cNvPr id="9" name="g"` + hidden + `/></p:nvGrpSpPr><p:grpSp><p:nvGrpSpPr><p:cNvPr id="8" name="in"/></p:nvGrpSpPr>` + pptxShapeOf(``, ``, "묶음의 글") + `</p:grpSp></p:grpSp>` + pptxShapeOf(``, ``, "밖의 글")
	}
	chart := func(hidden string) string {
		return wordPara(wordRun("밖의 글") + `<w:r><w:drawing><wp:inline><wp:docPr id="1" name="x"` + hidden + `/><a:graphic><a:graphicData><c:chart r:id="chart1"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`)
	}
	for name, doc := range map[string]func(hidden string) *Document{
		"PPTX": func(hidden string) *Document {
			return readMade(t, "a.pptx", packOf(t, pptxParts(group(hidden), "")...))
		},
		"DOCX": func(hidden string) *Document {
			return readMade(t, "a.docx", packOf(t, docxParts(chart(hidden), "word/chart1.xml", strings.Replace(pptxTestChart, "매출", "묶음의 글", 1))...))
		},
	} {
		for attribute, seen := range map[string]bool{"": true, ` hidden="0"`: true, ` hidden="1"`: false} {
			shown, hidden, _ := unseenIn(doc(attribute))
			if strings.Contains(shown, "묶음의 글") != seen || strings.Contains(hidden, "묶음의 글") == seen || !strings.Contains(shown, "밖의 글") {
				t.Errorf("%s,%s: shown %q, hidden %q", name, attribute, shown, hidden)
			}
		}
	}
}

// A header that its section does not show keeps the same one from being seen in a section that does.
func TestAHiddenHeaderKeepsNoneFromBeingSeen(t *testing.T) {
	section := func(of, more string) string {
		return `<w:sectPr><w:headerReference w:type="` + of + `" r:id="header1"/>` + more + `</w:sectPr>`
	}
	for name, c := range map[string]struct {
		first, last string
		shown       bool
	}{
		"shown later":  {section("first", ""), section("default", ""), true},
		"shown before": {section("default", ""), section("first", ""), true},
		"never shown":  {section("first", ""), section("even", ""), false},
	} {
		body := wordPara(`<w:pPr>`+c.first+`</w:pPr>`+wordRun("첫 글")) + wordPara(wordRun("끝 글")) + c.last
		doc := readMade(t, "a.docx", packOf(t, docxParts(body, "word/header1.xml", `<w:hdr `+docxRoot+`>`+wordPara(wordRun("머리의 글"))+`</w:hdr>`)...))
		shown, hidden, _ := unseenIn(doc)
		if seen := strings.Count(shown, "머리의 글"); (seen == 1) != c.shown || seen > 1 || !c.shown && !strings.Contains(hidden, "머리의 글") {
			t.Errorf("%s: shown %q, hidden %q", name, shown, hidden)
		}
	}
}
