package document

import (
	"archive/zip"
	"context"
	"math/rand/v2"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// plainFolders are the folders of samples of all kinds.
var plainFolders = []string{"hwp", "hwpx", "docx", "hwpml", "odf", "pptx", "xlsx", "epub", "html", "text", "email"}

// TestPlainIsTheText holds what is read for its text alone to the text of what is read whole, and its gaps to those.
func TestPlainIsTheText(t *testing.T) {
	n, only := 0, 0
	for _, folder := range plainFolders {
		for _, s := range samples(t, folder) {
			doc := samePlain(t, s.File, s.source(t), s.source(t))
			if n++; doc != nil && doc.text != nil {
				only++
			}
		}
	}
	if only < 20 {
		t.Errorf("%d of %d files were read for the text alone", only, n)
	}
	t.Logf("%d files, %d of them without blocks", n, only)
}

// besideText are parts that have nothing of the text: nobody looks at them who reads for that alone.
var besideText = regexp.MustCompile(`^(Preview|BinData|META-INF|docProps|customXml|word/(media|theme|glossary))/|^(settings|version)\.xml$|` +
	`^word/(_rels/.*|footnotes|endnotes|comments\w*|(header|footer)\d*|settings|styles\w*|numbering|fontTable|webSettings|people)\.xml(\.rels)?$`)

// samePlain reads a file whole and for its text, which must be the same, as must errors, and gaps but for those beside the text.
func samePlain(t *testing.T, name string, one, other *Source) *Document {
	t.Helper()
	whole, wrong := Read(context.Background(), one, Options{NoCount: true})
	plain, err := Read(context.Background(), other, Options{Plain: true})
	switch {
	case (err == nil) != (wrong == nil) || err != nil && err.Error() != wrong.Error():
		t.Errorf("%s: %v; whole: %v", name, err, wrong)
		return nil
	case whole == nil || plain == nil:
		return nil
	}
	if a, b := plain.Text(false), whole.Text(false); a != b {
		at := 0
		for at < min(len(a), len(b)) && a[at] == b[at] {
			at++
		}
		t.Errorf("%s: byte %d of the text: %.60q, whole: %.60q", name, at, a[max(at-20, 0):], b[max(at-20, 0):])
	}
	beside := len(plain.Manifest.Gaps) == 0 && !slices.ContainsFunc(whole.Manifest.Gaps, func(g Gap) bool { return g.What != GapEntry || !besideText.MatchString(g.Where) })
	if !beside && !slices.Equal(plain.Manifest.Gaps, whole.Manifest.Gaps) {
		t.Errorf("%s: gaps %v, whole: %v", name, plain.Manifest.Gaps, whole.Manifest.Gaps)
	}
	return plain
}

// TestPlainNamesDamage breaks reference documents, and holds that whoever reads one for its text is told what whoever reads
// it whole is told of the text.
func TestPlainNamesDamage(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	for _, folder := range []string{"hwpx", "docx"} {
		var all []sample
		for _, s := range samples(t, folder) {
			if s.Password == "" {
				all = append(all, s)
			}
		}
		for range 150 {
			s, d := all[r.IntN(len(all))], breakages[r.IntN(len(breakages))]
			if broken, where, ok := d.do(r, s.ref(t, s.File)); ok {
				samePlain(t, s.File+", "+d.name+", "+where, sourceOf(path.Base(s.File), broken), sourceOf(path.Base(s.File), broken))
			}
		}
	}
}

// FuzzPlainHWPX holds the text of sections that are anything, read for itself, to that of the same read whole.
func FuzzPlainHWPX(f *testing.F) {
	f.Add(hwpxP(0, hwpxRun(hwpxPaper)+hwpxWords("가"), 0, 0) + hwpxP(1, "") + hwpxP(2, hwpxWords("나 &amp;\u1100\u1161")))
	f.Add(hwpxP(0, hwpxRun(`<hp:tbl rowCnt="1" colCnt="2"><hp:tr><hp:tc><hp:subList>`+hwpxP(0, hwpxWords("나<hp:lineBreak/>"))+`</hp:subList><hp:cellAddr colAddr="0" rowAddr="0"/><hp:cellSpan colSpan="2" rowSpan="3"/></hp:tc></hp:tr></hp:tbl>`)+hwpxWords("다")))
	f.Add(hwpxP(2, hwpxRun(`<hp:ctrl><hp:fieldBegin id="1" type="MEMO"><hp:subList>`+hwpxP(0, hwpxWords("메모"))+`</hp:subList></hp:fieldBegin></hp:ctrl><hp:ctrl><hp:autoNum num="3" numType="TABLE"/></hp:ctrl><hp:ctrl><hp:footNote number="1"><hp:subList>`+hwpxP(0, hwpxWords("주"))+`</hp:subList></hp:footNote></hp:ctrl>`)+hwpxWords("라<hp:tab/><hp:deleteBegin/>마")))
	f.Fuzz(func(t *testing.T, section string) {
		data := hwpxFile(t, map[string]string{"Contents/header.xml": hwpxHeader}, section)
		sameText(t, "a.hwpx", data)
	})
}

// TestPlainUnpacksStylesOnce reads for its text a file whose empty paragraphs ask first for one style, then for all. A limit that
// lets everything be unpacked once is enough, as it is for whoever reads it whole.
func TestPlainUnpacksStylesOnce(t *testing.T) {
	styles := strings.Replace(docxTestStyles, "</w:styles>", `<w:style w:type="paragraph" w:default="1" w:styleId="usual"><w:name w:val="Normal"/></w:style>`+
		"<!--"+strings.Repeat("x", 1<<20)+"--></w:styles>", 1)
	body := wordPara(wordRun("가")) + wordPara("") + wordPara(`<w:pPr><w:pStyle w:val="mine"/></w:pPr>`) + wordPara(wordRun("나"))
	data := zippedAs(t, zip.Deflate, docxParts(body, "word/styles.xml", styles)...)
	for _, plain := range []bool{false, true} {
		doc, err := Read(context.Background(), sourceOf("a.docx", data), Options{Plain: plain, NoCount: true, Limits: Limits{Unpacked: 3 << 19}})
		if err != nil || !doc.Manifest.Whole || doc.Text(false) != "가\n\n\n나\n" {
			t.Errorf("plain %v: %v, %q", plain, err, doc.Text(false))
		}
	}
}

// FuzzPlainDOCX does so with bodies.
func FuzzPlainDOCX(f *testing.F) {
	f.Add(wordPara(wordRun("가")+`<w:ins>`+wordRun("b")+`</w:ins>`) + wordPara(""))
	f.Add(`<w:tbl><w:tr>` + wordCell(`<w:gridSpan w:val="3"/><w:vMerge w:val="restart"/>`, wordPara(wordRun("a"))) + `</w:tr><w:tr>` + wordCell(`<w:vMerge/>`, wordPara(wordRun("b"))) + `</w:tr></w:tbl>`)
	f.Add(wordPara(`<w:pPr><w:pStyle w:val="Heading1"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:fldChar w:fldCharType="begin"/></w:r>`))
	numbering := `<w:numbering ` + docxRoot + `><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="ganada"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`
	f.Fuzz(func(t *testing.T, body string) {
		sameText(t, "a.docx", zippedAs(t, zip.Store, docxParts(body, "word/styles.xml", docxTestStyles, "word/numbering.xml", numbering)...))
	})
}

// sameText reads a file for its text and whole, and holds the texts to each other if the file is whole.
func sameText(t *testing.T, name string, data []byte) {
	t.Helper()
	l := Limits{Blocks: 10_000, Pages: 2000}
	whole, err := Read(context.Background(), sourceOf(name, data), Options{NoCount: true, Limits: l})
	if err != nil || !whole.Manifest.Whole {
		return
	}
	plain, err := Read(context.Background(), sourceOf(name, data), Options{Plain: true, Limits: l})
	if err != nil || !plain.Manifest.Whole {
		t.Fatalf("%v, gaps %v", err, plain.Manifest.Gaps)
	}
	if a, b := plain.Text(false), whole.Text(false); a != b {
		t.Errorf("%q, whole: %q", a, b)
	}
}
