//go:build unix

package main

import (
	"fmt"
	"strings"
	"testing"
)

// crowd is how much a bomb unpacks to that is within what may be unpacked: nothing of it is refused for its size.
const crowd = 240 << 20

// crowds writes files that unpack to very many of the smallest things there are in their format: each takes more memory than it
// has bytes.
func crowds(t *testing.T, add func(name string, data []byte)) {
	t.Helper()
	full := func(one string) string { return strings.Repeat(one, crowd/len(one)) }
	// numbered is full of elements that all have a name of their own.
	numbered := func(format string) string {
		var out strings.Builder
		for n := 0; out.Len() < crowd; n++ {
			fmt.Fprintf(&out, format, n)
		}
		return out.String()
	}
	with := func(parts map[string]string, name, content string) map[string]string {
		parts[name] = content
		return parts
	}

	const w = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	add("paragraphs-empty.docx", squeezed(t, docxOf(full(`<w:p/>`))))
	add("runs-empty.docx", squeezed(t, docxOf(`<w:p>`+full(`<w:r/>`)+`</w:p>`)))
	add("tabs.docx", squeezed(t, docxOf(`<w:p><w:r>`+full(`<w:tab/>`)+`</w:r></w:p>`)))
	add("cells-empty.docx", squeezed(t, docxOf(`<w:tbl><w:tr>`+full(`<w:tc/>`)+`</w:tr></w:tbl>`)))
	relations := func(kind, part string) string {
		return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/` + kind + `" Target="` + part + `"/></Relationships>`
	}
	for _, part := range []struct{ kind, root, one string }{
		{"styles", "styles", `<w:style w:styleId="%d"/>`},
		{"numbering", "numbering", `<w:num w:numId="%d"/>`},
		{"footnotes", "footnotes", `<w:footnote w:id="%d"/>`},
		{"comments", "comments", `<w:comment w:id="%d"/>`},
	} {
		parts := with(docxOf(`<w:p><w:pPr><w:pStyle w:val="1"/><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>가</w:t></w:r></w:p>`), "word/_rels/document.xml.rels", relations(part.kind, part.kind+".xml"))
		add(part.kind+".docx", squeezed(t, with(parts, "word/"+part.kind+".xml", `<w:`+part.root+` `+w+`>`+numbered(part.one)+`</w:`+part.root+`>`)))
	}
	add("relations.docx", squeezed(t, with(docxOf(`<w:p/>`), "word/_rels/document.xml.rels",
		`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`+numbered(`<Relationship Id="%d" Type="x/image" Target="a"/>`)+`</Relationships>`)))
	add("types.docx", squeezed(t, with(docxOf(`<w:p/>`), "[Content_Types].xml",
		`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">`+numbered(`<Override PartName="/%d" ContentType="a"/>`)+`</Types>`)))

	const hs = `<hs:sec xmlns:hs="http://www.hancom.co.kr/hwpml/2011/section" xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph">`
	section := func(body string) map[string]string {
		return map[string]string{"mimetype": "application/hwp+zip", "Contents/section0.xml": hs + body + `</hs:sec>`}
	}
	add("paragraphs-empty.hwpx", squeezed(t, section(full(`<hp:p/>`))))
	add("lines.hwpx", squeezed(t, section(`<hp:p><hp:linesegarray>`+full(`<hp:lineseg/>`)+`</hp:linesegarray></hp:p>`)))
	add("cells-empty.hwpx", squeezed(t, section(`<hp:p><hp:run><hp:tbl><hp:tr>`+full(`<hp:tc/>`)+`</hp:tr></hp:tbl></hp:run></hp:p>`)))
	add("styles.hwpx", squeezed(t, with(section(`<hp:p><hp:run><hp:t>가</hp:t></hp:run></hp:p>`), "Contents/header.xml",
		`<hh:head xmlns:hh="http://www.hancom.co.kr/hwpml/2011/head"><hh:refList><hh:charProperties>`+numbered(`<hh:charPr id="%d"/>`)+`</hh:charProperties></hh:refList></hh:head>`)))

	const office = `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">`
	odt := func(styles, body string) map[string]string {
		return map[string]string{"mimetype": "application/vnd.oasis.opendocument.text",
			"content.xml": office + `<office:automatic-styles>` + styles + `</office:automatic-styles><office:body><office:text>` + body + `</office:text></office:body></office:document-content>`}
	}
	add("paragraphs-empty.odt", squeezed(t, odt("", full(`<text:p/>`))))
	add("styles.odt", squeezed(t, odt(numbered(`<style:style style:name="%d"/>`), `<text:p>가</text:p>`)))

	const main = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	book := func(sheet, strings string) map[string]string {
		parts := ooxmlOf("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
			`<workbook `+main+` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>`)
		parts["xl/_rels/workbook.xml.rels"] = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>`
		parts["xl/worksheets/sheet1.xml"] = `<worksheet ` + main + `><sheetData>` + sheet + `</sheetData></worksheet>`
		parts["xl/sharedStrings.xml"] = `<sst ` + main + `>` + strings + `</sst>`
		return parts
	}
	add("cells-empty.xlsx", squeezed(t, book(`<row>`+full(`<c/>`)+`</row>`, "")))
	add("rows-empty.xlsx", squeezed(t, book(full(`<row/>`), "")))
	add("strings.xlsx", squeezed(t, book(`<row><c t="s"><v>1</v></c></row>`, full(`<si/>`))))
}
