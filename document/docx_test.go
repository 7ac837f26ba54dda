package document

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestDOCXSamples(t *testing.T) {
	checkText(t, "docx", 0.995, map[string]string{})
}

func TestDOCXTables(t *testing.T) {
	checkTables(t, "docx", map[string]string{})
}

const docxRoot = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"`

// docxParts are the parts of a Word file with a body, and other parts by name and content in turn. A part that is in the
// folder of the main one gets a relation with its name, without the extension, of the kind that its name begins with.
func docxParts(body string, parts ...string) []string {
	types := `<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>`
	relations := ""
	for i := 0; i < len(parts); i += 2 {
		name := strings.TrimSuffix(strings.TrimPrefix(parts[i], "word/"), ".xml")
		base, _, _ := strings.Cut(name[strings.LastIndexByte(name, '/')+1:], ".")
		kind := strings.TrimRight(base, "0123456789")
		relations += fmt.Sprintf(`<Relationship Id="%s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/>`, base, kind, strings.TrimPrefix(parts[i], "word/"))
	}
	return append([]string{
		"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` + types + `</Types>`,
		"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml", `<?xml version="1.0"?><w:document ` + docxRoot + `><w:body>` + body + `</w:body></w:document>`,
		"word/_rels/document.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="web" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="https://example.com/" TargetMode="External"/>` + relations + `</Relationships>`,
	}, parts...)
}

// drawnOf is a document in a line for each block: its depth, kind, marker, text and what else there is to say.
func drawnOf(blocks []Block) string {
	var out strings.Builder
	var put func(blocks []Block, depth int)
	put = func(blocks []Block, depth int) {
		for i := range blocks {
			b := &blocks[i]
			fmt.Fprintf(&out, "%s%s", strings.Repeat("  ", depth), b.Kind)
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
			if b.Hidden {
				out.WriteString(" hidden")
			}
			if b.Author != "" {
				fmt.Fprintf(&out, " by %s", b.Author)
			}
			if b.Image > 0 {
				fmt.Fprintf(&out, " image %d", b.Image)
			}
			for _, m := range b.Marks {
				fmt.Fprintf(&out, " %s(%d-%d%s)", m.Kind, m.Start, m.End, strings.TrimRight(" "+m.Value, " "))
			}
			out.WriteByte('\n')
			if b.Grid != nil {
				fmt.Fprintf(&out, "%s  %d × %d, headings %d\n", strings.Repeat("  ", depth), b.Grid.Rows, b.Grid.Cols, b.Grid.Headers)
				for _, c := range b.Grid.Cells {
					fmt.Fprintf(&out, "%s  (%d,%d) %d × %d\n", strings.Repeat("  ", depth), c.Row, c.Col, max(c.Rowspan, 1), max(c.Colspan, 1))
					put(c.Blocks, depth+2)
				}
			}
			put(b.Blocks, depth+1)
		}
	}
	put(blocks, 0)
	return out.String()
}

// wordRun is a run of text.
func wordRun(text string) string { return `<w:r><w:t xml:space="preserve">` + text + `</w:t></w:r>` }

// wordPara is a paragraph, wordCell a cell.
func wordPara(content string) string { return `<w:p>` + content + `</w:p>` }

func wordCell(properties, content string) string {
	return `<w:tc><w:tcPr>` + properties + `</w:tcPr>` + content + `</w:tc>`
}

const docxTestStyles = `<w:styles ` + docxRoot + `><w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="mine"><w:name w:val="My own"/><w:basedOn w:val="1"/></w:style>
<w:style w:type="paragraph" w:styleId="loop"><w:name w:val="l"/><w:basedOn w:val="pool"/></w:style><w:style w:type="paragraph" w:styleId="pool"><w:name w:val="p"/><w:basedOn w:val="loop"/></w:style>
<w:style w:type="paragraph" w:styleId="c"><w:name w:val="caption"/></w:style>
<w:style w:type="character" w:styleId="secret"><w:name w:val="s"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>`

func TestDOCXIsRead(t *testing.T) {
	for _, c := range []struct {
		name, body string
		parts      []string
		want       string
	}{
		{"headings through styles", wordPara(`<w:pPr><w:pStyle w:val="mine"/></w:pPr>`+wordRun("총칙")) + wordPara(`<w:pPr><w:pStyle w:val="loop"/></w:pPr>`+wordRun("text")) +
			wordPara(`<w:pPr><w:pStyle w:val="1"/><w:outlineLvl w:val="9"/></w:pPr>`+wordRun("no heading")) + wordPara(`<w:pPr><w:pStyle w:val="c"/></w:pPr>`+wordRun("그림 1")),
			[]string{"word/styles.xml", docxTestStyles}, `heading1 "총칙"
paragraph "text"
paragraph "no heading"
caption "그림 1"
`},
		{"runs, breaks and fields", wordPara(wordRun("가&amp;나") + `<w:r><w:tab/><w:t>x</w:t><w:br/><w:br w:type="page"/><w:noBreakHyphen/><w:sym w:font="Symbol" w:char="F061"/></w:r>` +
			`<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>` + wordRun("7") + `<w:r><w:fldChar w:fldCharType="end"/></w:r>` +
			`<w:hyperlink r:id="web" w:anchor="top">` + wordRun("link") + `</w:hyperlink>`), nil,
			`paragraph "가&나\tx\n-α7link" field(13-14 PAGE) link(14-18 https://example.com/#top)
`},
		{"tracked changes", wordPara(wordRun("a") + `<w:ins w:author="김">` + wordRun("b") + `</w:ins><w:del w:author="이"><w:r><w:delText>c</w:delText></w:r><w:r><w:delText>d</w:delText></w:r></w:del>` + wordRun("e") + `<w:moveFrom>` + wordRun("f") + `</w:moveFrom>`), nil,
			`paragraph "abe" inserted(1-2 김)
  deleted "cd" @2 by 이
  deleted "f" @3
`},
		{"hidden text", wordPara(wordRun("a")+`<w:r><w:rPr><w:vanish/></w:rPr><w:t>b</w:t></w:r><w:r><w:rPr><w:rStyle w:val="secret"/></w:rPr><w:t>c</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/><w:rStyle w:val="secret"/></w:rPr><w:t>d</w:t></w:r>`) +
			wordPara(`<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>white</w:t></w:r>`) + wordPara(`<w:r><w:rPr><w:color w:val="FFFFFF"/><w:highlight w:val="black"/></w:rPr><w:t>on black</w:t></w:r>`),
			[]string{"word/styles.xml", docxTestStyles}, `paragraph "abcd" hidden(1-3)
paragraph "white" hidden hidden(0-5)
paragraph "on black"
`},
		{"content controls, ruby, the first of alternatives", `<w:sdt><w:sdtPr><w:alias w:val="x"/></w:sdtPr><w:sdtContent>` + wordPara(`<w:sdt><w:sdtContent>`+wordRun("칸")+`</w:sdtContent></w:sdt><w:r><w:ruby><w:rubyPr/><w:rt>`+wordRun("한")+`</w:rt><w:rubyBase>`+wordRun("韓")+`</w:rubyBase></w:ruby></w:r>`) + `</w:sdtContent></w:sdt>` +
			wordPara(`<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:docPr descr="box"/><wps:txbx><w:txbxContent>`+wordPara(wordRun("in"))+`</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>`+wordPara(wordRun("in"))+`</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>`), nil,
			`paragraph "칸韓"
  ruby "한" @3
paragraph
  box
    paragraph "in"
`},
		{"merged and nested tables", `<w:tbl><w:tblGrid><w:gridCol/><w:gridCol/><w:gridCol/></w:tblGrid><w:tr><w:trPr><w:tblHeader/></w:trPr>` + wordCell(`<w:vMerge w:val="restart"/>`, wordPara(wordRun("a"))) + wordCell(`<w:gridSpan w:val="2"/>`, wordPara(wordRun("b"))) + `</w:tr><w:tr>` +
			wordCell(`<w:vMerge/>`, wordPara("")) + wordCell(``, `<w:tbl><w:tr>`+wordCell(``, wordPara(wordRun("in")))+`</w:tr></w:tbl>`+wordPara("")) + wordCell(`<w:vMerge/>`, wordPara(wordRun("none above"))) + `</w:tr></w:tbl>`, nil,
			`table
  2 × 3, headings 1
  (0,0) 2 × 1
    paragraph "a"
  (0,1) 1 × 2
    paragraph "b"
  (1,1) 1 × 1
    table
      1 × 1, headings 0
      (0,0) 1 × 1
        paragraph "in"
    paragraph
  (1,2) 1 × 1
    paragraph "none above"
`},
		{"notes, comments, headers", wordPara(wordRun("본문")+`<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:endnoteReference w:id="1"/></w:r><w:r><w:commentReference w:id="0"/></w:r><w:r><w:footnoteReference w:id="2"/></w:r>`) + `<w:sectPr><w:headerReference w:type="default" r:id="header1"/><w:headerReference w:type="first" r:id="header2"/><w:footerReference r:id="footer1"/></w:sectPr>`,
			[]string{"word/footnotes.xml", `<w:footnotes ` + docxRoot + `><w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote><w:footnote w:id="2">` + wordPara(`<w:r><w:footnoteRef/></w:r>`+wordRun("각주")) + `</w:footnote><w:footnote w:id="3">` + wordPara(wordRun("left")) + `</w:footnote></w:footnotes>`,
				"word/endnotes.xml", `<w:endnotes ` + docxRoot + `><w:endnote w:id="1">` + wordPara(wordRun("미주")) + `</w:endnote></w:endnotes>`,
				"word/comments.xml", `<w:comments ` + docxRoot + `><w:comment w:id="0" w:author="박">` + wordPara(wordRun("왜?")) + `</w:comment></w:comments>`,
				"word/header1.xml", `<w:hdr ` + docxRoot + `>` + wordPara(wordRun("머리")) + `</w:hdr>`, "word/header2.xml", `<w:hdr ` + docxRoot + `>` + wordPara(wordRun("첫 머리")) + `</w:hdr>`,
				"word/footer1.xml", `<w:ftr ` + docxRoot + `>` + wordPara(``) + `</w:ftr>`},
			`header
  paragraph "머리"
header hidden
  paragraph "첫 머리"
paragraph "본문"
  footnote [1] @6
    paragraph "각주"
  endnote [i] @6
    paragraph "미주"
  comment @6 by 박
    paragraph "왜?"
footnote
  paragraph "left"
`},
		{"formulas", wordPara(`<m:oMathPara><m:oMath><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath></m:oMathPara>`) +
			wordPara(wordRun("x ")+`<m:oMath><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>`), nil,
			`equation "(a+b)/2"
paragraph "x "
  equation "x^2" @2
`},
	} {
		doc, err := Read(context.Background(), sourceOf("a.docx", zipped(t, docxParts(c.body, c.parts...)...)), Options{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := drawnOf(doc.Blocks); got != c.want {
			t.Errorf("%s:\n%s\nwant:\n%s", c.name, got, c.want)
		}
		if !doc.Manifest.Whole {
			t.Errorf("%s: %+v", c.name, doc.Manifest)
		}
	}
}

func TestDOCXNumbers(t *testing.T) {
	numbering := `<w:numbering ` + docxRoot + `><w:abstractNum w:abstractNumId="0">` +
		`<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="제%1장"/></w:lvl>` +
		`<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="ganada"/><w:lvlText w:val="%1-%2."/></w:lvl>` +
		`<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimalEnclosedCircle"/><w:lvlText w:val="%3"/><w:lvlRestart w:val="0"/></w:lvl></w:abstractNum>` +
		`<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/></w:lvl></w:abstractNum>` +
		`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>` +
		`<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num></w:numbering>`
	body, want := "", []string{}
	for _, item := range []struct {
		list, level int
		marker      string
	}{
		{1, 0, "제1장"}, {1, 1, "1-가."}, {1, 1, "1-나."}, {1, 2, "①"}, {1, 0, "제2장"}, {1, 1, "2-가."}, {1, 2, "②"},
		{2, 0, "•"}, {3, 0, "제5장"}, {3, 1, "5-가."}, {1, 0, "제6장"}, {0, 0, ""}, {9, 0, ""}, {1, 12, ""},
	} {
		body += wordPara(fmt.Sprintf(`<w:pPr><w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr></w:pPr>`, item.level, item.list) + wordRun("x"))
		want = append(want, item.marker)
	}
	doc, err := Read(context.Background(), sourceOf("a.docx", zipped(t, docxParts(body, "word/numbering.xml", numbering)...)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range doc.Blocks {
		got = append(got, b.Marker)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestDOCXNumberFormats(t *testing.T) {
	for _, c := range []struct {
		format string
		n      int
		want   string
	}{
		{"decimal", 12, "12"}, {"upperRoman", 4, "IV"}, {"lowerLetter", 28, "bb"}, {"ganada", 14, "하"}, {"ganada", 15, "가"}, {"chosung", 2, "ㄴ"},
		{"decimalEnclosedCircle", 20, "⑳"}, {"decimalEnclosedParen", 3, "⑶"}, {"koreanDigital", 10, "일영"}, {"koreanCounting", 23, "이십삼"},
		{"koreanLegal", 21, "스물하나"}, {"ideographTraditional", 11, "甲"}, {"decimalZero", 7, "07"}, {"decimalZero3", 7, "0007"}, {"ordinal", 12, "12th"},
		{"none", 1, ""}, {"ganada", 0, "0"}, {"decimalFullWidth", 10, "１０"}, {"never heard of", 3, "3"},
	} {
		if got := docxNumber(c.format, c.n); got != c.want {
			t.Errorf("%s %d: %q, want %q", c.format, c.n, got, c.want)
		}
	}
}

func TestDOCXPagesAreThoseOfWord(t *testing.T) {
	broken := `<w:r><w:lastRenderedPageBreak/></w:r>`
	body := wordPara(wordRun("one")) + wordPara(broken+wordRun("two")) + `<w:tbl><w:tr>` + wordCell(``, wordPara(broken+wordRun("three"))) + wordCell(``, wordPara(broken+wordRun("three, too"))) + `</w:tr></w:tbl>` + wordPara(wordRun("still three"))
	app := func(pages int) string {
		return fmt.Sprintf(`<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Pages>%d</Pages></Properties>`, pages)
	}
	for _, c := range []struct {
		pages int
		want  string
	}{
		{3, "page pages [1 2 3 3]"},
		{4, "flow paragraphs [0 0 0 0]"}, // Word has counted otherwise: nobody knows
	} {
		parts := docxParts(body, "docProps/app.xml", app(c.pages))
		parts[3] = strings.Replace(parts[3], "</Relationships>", `<Relationship Id="b" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties" Target="docProps/app.xml"/></Relationships>`, 1)
		doc, err := Read(context.Background(), sourceOf("a.docx", zipped(t, parts...)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		var pages []int
		for _, b := range doc.Blocks {
			pages = append(pages, b.Page)
		}
		if got := fmt.Sprint(doc.Unit, " ", doc.Layout, " ", pages); got != c.want {
			t.Errorf("%d pages: %s, want %s", c.pages, got, c.want)
		}
	}
}

func TestDOCXDamageIsNamed(t *testing.T) {
	notes := `<w:footnotes ` + docxRoot + `><w:footnote w:id="1">` + wordPara(wordRun("note")) + `</w:footnote></w:footnotes>`
	whole := docxParts(wordPara(wordRun("one"))+wordPara(wordRun("two")+`<w:r><w:footnoteReference w:id="1"/></w:r>`), "word/footnotes.xml", notes)
	for _, c := range []struct{ name, part, from, to, text, where string }{
		{"cut body", "word/document.xml", "</w:t></w:r><w:r><w:foot", "", "one", "word/document.xml"},
		{"cut notes", "word/footnotes.xml", "</w:p></w:footnote>", "", "one", "word/footnotes.xml"},
		{"lost notes", "word/_rels/document.xml.rels", "footnotes.xml", "nothing.xml", "one", "word/nothing.xml"},
		{"lost relations", "_rels/.rels", "<Relationship ", "<", "one", "_rels/.rels"},
		{"entities", "word/document.xml", `<?xml version="1.0"?>`, `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>`, "one", "word/document.xml"},
	} {
		parts := append([]string(nil), whole...)
		for i := 0; i < len(parts); i += 2 {
			if parts[i] == c.part && c.to == "" {
				parts[i+1], _, _ = strings.Cut(parts[i+1], c.from)
			} else if parts[i] == c.part {
				parts[i+1] = strings.Replace(parts[i+1], c.from, c.to, 1)
			}
		}
		doc, err := Read(context.Background(), sourceOf("a.docx", zipped(t, parts...)), Options{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		gaps, _ := json.Marshal(doc.Manifest.Gaps)
		if !strings.Contains(doc.Text(false), c.text) || !strings.Contains(string(gaps), c.where) {
			t.Errorf("%s: %q, %s", c.name, doc.Text(false), gaps)
		}
	}
}

// FuzzDOCX reads what nobody wrote: a body, styles, lists and notes. Nothing panics, and what is read fits together.
func FuzzDOCX(f *testing.F) {
	f.Add(wordPara(wordRun("가")+`<w:ins>`+wordRun("b")+`</w:ins>`), docxTestStyles, `<w:numbering/>`, `<w:footnotes/>`)
	f.Add(`<w:tbl><w:tr>`+wordCell(`<w:gridSpan w:val="3"/><w:vMerge w:val="restart"/>`, wordPara(wordRun("a")))+`</w:tr><w:tr>`+wordCell(`<w:vMerge/>`, wordPara(wordRun("b")))+`</w:tr></w:tbl>`, ``, ``, ``)
	f.Add(wordPara(`<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr><m:oMath><m:m><m:mr><m:e/></m:mr></m:m></m:oMath><w:r><w:footnoteReference w:id="1"/><w:fldChar w:fldCharType="begin"/></w:r>`), ``,
		`<w:numbering `+docxRoot+`><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="1"><w:numFmt w:val="ganada"/><w:lvlText w:val="%1%2"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`,
		`<w:footnotes `+docxRoot+`><w:footnote w:id="1">`+wordPara(wordRun("n"))+`</w:footnote></w:footnotes>`)
	f.Fuzz(func(t *testing.T, body, styles, numbering, notes string) {
		data := zippedAs(t, zip.Store, docxParts(body, "word/styles.xml", styles, "word/numbering.xml", numbering, "word/footnotes.xml", notes)...)
		doc, err := Read(context.Background(), sourceOf("a.docx", data), Options{Limits: Limits{Blocks: 10_000}})
		if err == nil {
			checkBlocks(t, doc.Blocks)
		}
	})
}

// checkBlocks holds what is read to what it promises: marks and places within texts, cells within tables.
func checkBlocks(t *testing.T, blocks []Block) {
	t.Helper()
	Walk(blocks, func(b *Block) bool {
		if b.Text != clean(b.Text) {
			t.Errorf("%q is not clean", b.Text)
		}
		for _, m := range b.Marks {
			if m.Start < 0 || m.Start >= m.End || m.End > len(b.Text) {
				t.Errorf("%q: mark %+v", b.Text, m)
			}
		}
		for _, in := range b.Blocks {
			if in.Offset < 0 || in.Offset > len(b.Text) {
				t.Errorf("%q: %s at %d", b.Text, in.Kind, in.Offset)
			}
		}
		if b.Grid != nil {
			for _, c := range b.Grid.Cells {
				if c.Row < 0 || c.Row+max(c.Rowspan, 1) > b.Grid.Rows || c.Col < 0 || c.Col+max(c.Colspan, 1) > b.Grid.Cols {
					t.Errorf("a table of %d × %d has %+v", b.Grid.Rows, b.Grid.Cols, c)
				}
			}
		}
		return true
	})
}
