package document

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestPPTXSamples(t *testing.T) {
	checkText(t, "pptx", 0.995, map[string]string{
		"ko-plan.pptx": "python-pptx prints the whole numbers of the chart as 76.0, where the file and its truth have 76",
	})
}

const pptxRoot = `xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" xmlns:p188="http://schemas.microsoft.com/office/powerpoint/2018/8/main"`

// relationsOf are relations by id, kind and target in turn.
func relationsOf(of ...string) string {
	out := `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	for i := 0; i < len(of); i += 3 {
		out += fmt.Sprintf(`<Relationship Id="%s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/>`, of[i], of[i+1], of[i+2])
	}
	return out + `</Relationships>`
}

// pptxParts are the parts of a presentation of two slides with one layout, the second slide hidden, and others.
func pptxParts(first, second string, parts ...string) []string {
	slide := func(attributes, shapes string) string {
		return `<p:sld ` + pptxRoot + attributes + `><p:cSld><p:spTree>` + shapes + `</p:spTree></p:cSld></p:sld>`
	}
	return append([]string{
		"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/ppt/presentation.xml" ContentType="application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"/></Types>`,
		"_rels/.rels", relationsOf("a", "officeDocument", "ppt/presentation.xml"),
		"ppt/presentation.xml", `<p:presentation ` + pptxRoot + `><p:sldIdLst><p:sldId id="256" r:id="rId2"/><p:sldId id="257" r:id="rId1"/></p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/></p:presentation>`,
		"ppt/_rels/presentation.xml.rels", relationsOf("rId1", "slide", "slides/slide1.xml", "rId2", "slide", "/ppt/slides/slide2.xml", "rId3", "commentAuthors", "authors.xml"),
		"ppt/slides/slide2.xml", slide("", first),
		"ppt/slides/_rels/slide2.xml.rels", relationsOf("l", "slideLayout", "../layout.xml", "n", "notesSlide", "../notes.xml", "k", "comments", "../comments.xml", "c", "chart", "../chart.xml", "d", "diagramData", "../diagram.xml"),
		"ppt/slides/slide1.xml", slide(` show="0"`, second),
		"ppt/layout.xml", `<p:sldLayout ` + pptxRoot + `><p:cSld><p:spTree>` + pptxShapeOf(`<p:ph type="title"/>`, `<a:xfrm><a:off x="127000" y="254000"/><a:ext cx="1270000" cy="635000"/></a:xfrm>`, "prompt") +
			`<p:sp><p:nvSpPr><p:nvPr><p:ph idx="1"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:lstStyle><a:lvl1pPr><a:buChar char="•"/></a:lvl1pPr><a:lvl2pPr><a:buAutoNum type="arabicParenR"/></a:lvl2pPr></a:lstStyle></p:txBody></p:sp>` +
			pptxShapeOf(``, ``, "대외비") + `</p:spTree></p:cSld></p:sldLayout>`,
		"ppt/authors.xml", `<p:cmAuthorLst ` + pptxRoot + `><p:cmAuthor id="0" name="김"/></p:cmAuthorLst>`,
	}, parts...)
}

// pptxShapeOf is a shape with paragraphs, each of one run.
func pptxShapeOf(placeholder, frame string, paragraphs ...string) string {
	text := ""
	for _, p := range paragraphs {
		level := strings.Count(p, ">")
		text += fmt.Sprintf(`<a:p><a:pPr lvl="%d"/><a:r><a:t>%s</a:t></a:r></a:p>`, level, strings.TrimLeft(p, ">"))
	}
	return `<p:sp><p:nvSpPr><p:cNvPr id="1" name="x"/><p:nvPr>` + placeholder + `</p:nvPr></p:nvSpPr><p:spPr>` + frame + `</p:spPr><p:txBody><a:bodyPr/>` + text + `</p:txBody></p:sp>`
}

const pptxTestChart = `<c:chartSpace ` + pptxRoot + `><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>매출</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea><c:barChart><c:ser>` +
	`<c:tx><c:strRef><c:strCache><c:pt idx="0"><c:v>국내</c:v></c:pt></c:strCache></c:strRef></c:tx><c:cat><c:strRef><c:strCache><c:pt idx="0"><c:v>1월</c:v></c:pt><c:pt idx="2"><c:v>3월</c:v></c:pt></c:strCache></c:strRef></c:cat>` +
	`<c:val><c:numRef><c:numCache><c:pt idx="0"><c:v>7</c:v></c:pt><c:pt idx="2"><c:v>8.5</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>`

const pptxTestDiagram = `<dgm:dataModel ` + pptxRoot + `><dgm:ptLst><dgm:pt modelId="2"><dgm:t><a:p><a:r><a:t>둘째</a:t></a:r></a:p></dgm:t></dgm:pt><dgm:pt modelId="0" type="doc"/><dgm:pt modelId="1"><dgm:t><a:p><a:r><a:t>첫째</a:t></a:r></a:p></dgm:t></dgm:pt><dgm:pt modelId="9" type="pres"><dgm:t><a:p><a:r><a:t>no</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst>` +
	`<dgm:cxnLst><dgm:cxn srcId="0" destId="2" srcOrd="1"/><dgm:cxn srcId="0" destId="1" srcOrd="0"/><dgm:cxn srcId="1" destId="0" srcOrd="0"/></dgm:cxnLst></dgm:dataModel>`

func pptxTestParts() []string {
	frame := func(x, y, w, h int) string {
		return fmt.Sprintf(`<a:xfrm><a:off x="%d" y="%d"/><a:ext cx="%d" cy="%d"/></a:xfrm>`, x*12700, y*12700, w*12700, h*12700)
	}
	graphic := func(in string) string {
		return `<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="1" name="x"/></p:nvGraphicFramePr><p:xfrm><a:off x="0" y="0"/><a:ext cx="2540000" cy="1270000"/></p:xfrm><a:graphic><a:graphicData>` + in + `</a:graphicData></a:graphic></p:graphicFrame>`
	}
	first := pptxShapeOf(`<p:ph type="title"/>`, ``, "제목", "둘째 줄") + pptxShapeOf(`<p:ph idx="1"/>`, frame(10, 20, 30, 40), "하나", ">둘", ">셋", "넷") +
		`<p:grpSp><p:grpSpPr><a:xfrm><a:off x="1270000" y="0"/><a:ext cx="1270000" cy="1270000"/><a:chOff x="0" y="0"/><a:chExt cx="2540000" cy="2540000"/></a:xfrm></p:grpSpPr>` + pptxShapeOf(``, frame(100, 100, 100, 100), "묶음") + `</p:grpSp>` +
		pptxShapeOf(``, frame(-500, 0, 10, 10), "밖") +
		graphic(`<a:tbl><a:tblPr firstRow="1"/><a:tblGrid><a:gridCol w="1270000"/><a:gridCol w="1270000"/></a:tblGrid><a:tr h="127000"><a:tc gridSpan="2"><a:txBody><a:p><a:r><a:t>합친 칸</a:t></a:r></a:p></a:txBody></a:tc><a:tc hMerge="1"><a:txBody><a:p/></a:txBody></a:tc></a:tr><a:tr h="127000"><a:tc/><a:tc><a:txBody><a:p><a:r><a:t>b</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl>`) +
		graphic(`<c:chart r:id="c"/>`) + graphic(`<dgm:relIds r:dm="d"/>`)
	return pptxParts(first, pptxShapeOf(``, ``, "숨긴 쪽"),
		"ppt/notes.xml", `<p:notes `+pptxRoot+`><p:cSld><p:spTree>`+pptxShapeOf(`<p:ph type="body"/>`, ``, "인사")+pptxShapeOf(`<p:ph type="sldNum"/>`, ``, "1")+`</p:spTree></p:cSld></p:notes>`,
		"ppt/comments.xml", `<p:cmLst `+pptxRoot+`><p:cm authorId="0"><p:pos x="80" y="160"/><p:text>고칠 것</p:text></p:cm></p:cmLst>`,
		"ppt/chart.xml", pptxTestChart, "ppt/diagram.xml", pptxTestDiagram)
}

func TestPPTXIsRead(t *testing.T) {
	doc, err := Read(context.Background(), sourceOf("a.pptx", zipped(t, pptxTestParts()...)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := `header
  paragraph "대외비"
heading1 "제목\n둘째 줄"
item1 [•] "하나"
item2 [1)] "둘"
item2 [2)] "셋"
item1 [•] "넷"
paragraph "묶음"
paragraph "밖" hidden
table
  2 × 2, headings 1
  (0,0) 1 × 2
    paragraph "합친 칸"
  (1,0) 1 × 1
  (1,1) 1 × 1
    paragraph "b"
chart "매출\n\t1월\t3월\n국내\t7\t8.5"
diagram
  item1 "첫째"
  item1 "둘째"
notes
  paragraph "인사"
comment "고칠 것" by 김
paragraph "숨긴 쪽" hidden
`
	if got := drawnOf(doc.Blocks); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	pages, _ := json.Marshal(doc.Pages)
	if string(pages) != `[{"number":1,"label":"제목 둘째 줄","width":720,"height":540},{"number":2,"width":720,"height":540,"hidden":true}]` {
		t.Errorf("pages %s", pages)
	}
	if !doc.Manifest.Whole || doc.Unit != Slide || doc.Layout != Boxes {
		t.Errorf("%s, %s, %+v", doc.Unit, doc.Layout, doc.Manifest)
	}
	for text, rect := range map[string]Rect{
		"제목\n둘째 줄": {10, 20, 110, 70}, // from the layout
		"하나":       {10, 20, 40, 60},
		"묶음":       {150, 50, 200, 100}, // half as large in its group
		"b":        {100, 10, 200, 20},
		"고칠 것":     {10, 20, 10, 20},
	} {
		Walk(doc.Blocks, func(b *Block) bool {
			if b.Text == text && (b.Rect == nil || *b.Rect != rect || b.Page != 1) {
				t.Errorf("%q: page %d, %+v, want %+v", text, b.Page, b.Rect, rect)
			}
			return true
		})
	}
	text := "# 1\n제목\n둘째 줄\n하나\n둘\n셋\n넷\n묶음\n밖\n합친 칸\n\tb\n매출\n\t1월\t3월\n국내\t7\t8.5\n첫째\n둘째\n[notes]\n인사\n# 2\n숨긴 쪽\n"
	if got := doc.Text(false); got != text {
		t.Errorf("%q, want %q", got, text)
	}
}

func TestPPTXDamageIsNamedWithItsPage(t *testing.T) {
	for _, c := range []struct {
		name, part, from, to, text string
		want                       Gap
	}{
		{"a lost slide", "ppt/_rels/presentation.xml.rels", "slides/slide1.xml", "slides/none.xml", "제목", Gap{What: GapPage, Page: 2, Where: "ppt/slides/none.xml"}},
		{"a cut slide", "ppt/slides/slide2.xml", "<p:graphicFrame>", "", "묶음", Gap{What: GapPage, Page: 1, Where: "ppt/slides/slide2.xml"}},
		{"cut notes", "ppt/notes.xml", "<a:p>", "", "제목", Gap{What: GapPage, Page: 1, Where: "ppt/notes.xml"}},
		{"a cut chart", "ppt/chart.xml", "<c:val>", "", "1월", Gap{What: GapPage, Page: 1, Where: "ppt/chart.xml"}},
		{"a cut list of slides", "ppt/presentation.xml", "<p:sldId id=\"257\"", "", "숨긴 쪽", Gap{What: GapEntry, Where: "ppt/presentation.xml"}},
	} {
		parts := pptxTestParts()
		for i := 0; i < len(parts); i += 2 {
			if parts[i] == c.part && c.to == "" {
				parts[i+1], _, _ = strings.Cut(parts[i+1], c.from)
			} else if parts[i] == c.part {
				parts[i+1] = strings.Replace(parts[i+1], c.from, c.to, 1)
			}
		}
		doc, err := Read(context.Background(), sourceOf("a.pptx", zipped(t, parts...)), Options{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		named := false
		for _, g := range doc.Manifest.Gaps {
			named = named || g.What == c.want.What && g.Page == c.want.Page && g.Where == c.want.Where && g.Why != ""
		}
		if !named || !strings.Contains(doc.Text(false), c.text) {
			t.Errorf("%s: %q, %+v, want %+v", c.name, doc.Text(false), doc.Manifest.Gaps, c.want)
		}
	}
}

// FuzzPPTX reads what nobody wrote: a slide, notes, a chart and a diagram.
func FuzzPPTX(f *testing.F) {
	parts := pptxTestParts()
	part := func(name string) string {
		for i := 0; i < len(parts); i += 2 {
			if parts[i] == name {
				return parts[i+1]
			}
		}
		return ""
	}
	f.Add(part("ppt/slides/slide2.xml"), part("ppt/layout.xml"), part("ppt/chart.xml"), part("ppt/diagram.xml"))
	f.Fuzz(func(t *testing.T, slide, layout, chart, diagram string) {
		parts := append([]string(nil), parts...)
		for i := 0; i < len(parts); i += 2 {
			switch parts[i] {
			case "ppt/slides/slide2.xml":
				parts[i+1] = slide
			case "ppt/layout.xml":
				parts[i+1] = layout
			case "ppt/chart.xml":
				parts[i+1] = chart
			case "ppt/diagram.xml":
				parts[i+1] = diagram
			}
		}
		doc, err := Read(context.Background(), sourceOf("a.pptx", zippedAs(t, zip.Store, parts...)), Options{Limits: Limits{Blocks: 10_000}})
		if err == nil {
			checkBlocks(t, doc.Blocks)
		}
	})
}
