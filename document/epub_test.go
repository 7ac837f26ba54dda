package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"exaone/chat"
)

// testBook is a book of two chapters; more parts may stand in for others.
func testBook(t testing.TB, more map[string]string) []byte {
	t.Helper()
	parts := map[string]string{
		"META-INF/container.xml": `<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="책/content.opf"/></rootfiles></container>`,
		"책/content.opf": `<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>지침</dc:title><dc:creator>편집부</dc:creator><dc:language>ko</dc:language></metadata>
<manifest><item id="a" href="1%EC%9E%A5.xhtml" media-type="application/xhtml+xml"/><item id="b" href="two.xhtml"/><item id="n" href="nav.xhtml" properties="nav"/><item id="p" href="p.png"/></manifest>
<spine><itemref idref="b"/><itemref idref="a"/></spine></package>`,
		"책/nav.xhtml": `<html xmlns="http://www.w3.org/1999/xhtml"><nav><ol><li><a href="two.xhtml#x">둘째 <b>장</b></a></li></ol></nav></html>`,
		"책/1장.xhtml":  `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body><h1>끝 장</h1><p>글<a epub:type="noteref" href="#n">1</a></p><aside epub:type="footnote" id="n">주</aside><img src="p.png" alt="그림"/></body></html>`,
		"책/two.xhtml": `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>처음</p><table><tr><td>칸</td></tr></table><svg><image xlink:href="p.png"/></svg></body></html>`,
		"책/p.png":     "\x89PNG\r\n\x1a\n",
	}
	for name, data := range more {
		parts[name] = data
	}
	files := []string{"mimetype", "application/epub+zip"}
	for _, name := range []string{"META-INF/container.xml", "책/content.opf", "책/nav.xhtml", "책/1장.xhtml", "책/two.xhtml", "책/p.png", "META-INF/encryption.xml", "META-INF/rights.xml"} {
		if parts[name] != "" {
			files = append(files, name, parts[name])
		}
	}
	return archived(t, files...)
}

func TestBookIsRead(t *testing.T) {
	doc, err := Read(context.Background(), sourceOf("a.epub", testBook(t, nil)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	const want = `paragraph "처음"
table
  1 × 1, headings 0
  0,0 "칸"
paragraph
  picture
heading 1 "끝 장"
paragraph "글1"
  footnote "주" at 3
paragraph
  picture "그림"
`
	if got := outline(doc.Blocks); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got := fmt.Sprint(doc.Pages[0].Label, "/", doc.Pages[1].Label, "/", doc.Meta.Title, "/", doc.Meta.Author, "/", doc.Blocks[3].Page, len(doc.Images)); got != "둘째 장/끝 장/지침/편집부/2 1" {
		t.Error(got)
	}
	if !doc.Manifest.Whole {
		t.Errorf("%+v", doc.Manifest)
	}
}

func TestBookWithDamageSaysWhere(t *testing.T) {
	opf := `<package><manifest><item id="a" href="1장.xhtml"/><item id="z" href="three.xhtml"/></manifest><spine><itemref idref="z"/><itemref idref="y"/><itemref idref="a"/></spine></package>`
	doc, err := Read(context.Background(), sourceOf("a.epub", testBook(t, map[string]string{"책/content.opf": opf})), Options{})
	if err != nil || !strings.Contains(doc.Text(false), "끝 장") {
		t.Fatalf("%v, %q", err, doc.Text(false))
	}
	said := fmt.Sprintf("%+v", doc.Manifest.Gaps)
	for _, want := range []string{"Page:1 Where:책/three.xhtml", "Where:y"} {
		if !strings.Contains(said, want) {
			t.Errorf("no gap %s: %s", want, said)
		}
	}
	cut := testBook(t, nil)
	cut = cut[:bytes.Index(cut, []byte("PK\x01\x02"))]
	if doc, err = Read(context.Background(), sourceOf("a.epub", cut), Options{}); err != nil || doc.Manifest.Whole || !strings.Contains(doc.Text(false), "끝 장") {
		t.Errorf("without its list of entries: %v, %+v", err, doc.Manifest)
	}
	if doc, err = Read(context.Background(), sourceOf("a.epub", testBook(t, map[string]string{"META-INF/container.xml": "<container/>", "책/content.opf": "<package/>"})), Options{}); err != nil || doc.Manifest.Whole || !strings.Contains(doc.Text(false), "처음") {
		t.Errorf("without a spine: %v, %+v", err, doc.Manifest)
	}
}

func TestBookThatIsSealed(t *testing.T) {
	seal := `<encryption><EncryptedData><EncryptionMethod Algorithm="%s"/><CipherData><CipherReference URI="책/two.xhtml"/></CipherData></EncryptedData></encryption>`
	data := testBook(t, map[string]string{"META-INF/encryption.xml": fmt.Sprintf(seal, "http://www.w3.org/2001/04/xmlenc#aes128-cbc"), "META-INF/rights.xml": "<r/>"})
	_, err := Read(context.Background(), sourceOf("a.epub", data), Options{})
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeDocumentProtected || !strings.Contains(fmt.Sprint(told), "Adobe") {
		t.Errorf("%v", err)
	}
	data = testBook(t, map[string]string{"META-INF/encryption.xml": fmt.Sprintf(seal, "http://www.idpf.org/2008/embedding")})
	if _, err = Read(context.Background(), sourceOf("a.epub", data), Options{}); err != nil {
		t.Errorf("a font that is obfuscated: %v", err)
	}
}

func TestEPUBSamples(t *testing.T) {
	checkText(t, "epub", 0.995, nil)
}

func TestEPUBSamplesAreWhole(t *testing.T) {
	checkWhole(t, "epub", nil)
}

func FuzzEPUB(f *testing.F) {
	f.Add(`<package><metadata><dc:title>a</dc:title></metadata><manifest><item id="a" href="two.xhtml"/></manifest><spine toc="a"><itemref idref="a"/></spine></package>`, `<nav><a href="two.xhtml">x</a></nav>`, `<p>a<a role="doc-noteref" href="#i">1</a><aside id="i" role="doc-endnote">b`)
	f.Fuzz(func(t *testing.T, opf, nav, chapter string) {
		data := testBook(t, map[string]string{"책/content.opf": opf, "책/nav.xhtml": nav, "책/two.xhtml": chapter})
		if doc, err := readAs(context.Background(), &epub, sourceOf("a.epub", data), Options{}, 0); err == nil {
			doc.Text(false)
		}
	})
}
