package document

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"exaone/chat"
)

// TestOOXMLSamplesAreWhole: what the second pass counts in the samples came out, and nothing is missing but what is an
// object of another program.
func TestOOXMLSamplesAreWhole(t *testing.T) {
	for _, folder := range []string{"docx", "pptx"} {
		for _, s := range samples(t, folder) {
			doc, err := Read(context.Background(), s.source(t), Options{})
			if err != nil {
				t.Errorf("%s: %v", s.File, err)
				continue
			}
			for _, g := range doc.Manifest.Gaps {
				if g.What != GapEmbedded {
					t.Errorf("%s: %+v", s.File, g)
				}
			}
			if in := doc.Manifest.In; in == nil {
				t.Errorf("%s: nothing was counted", s.File)
			}
		}
	}
}

// TestOOXMLHostile: what attacks readers gives text or an error that says why, soon.
func TestOOXMLHostile(t *testing.T) {
	for _, s := range samples(t, "hostile") {
		if !strings.HasSuffix(s.File, ".docx") && !strings.HasSuffix(s.File, ".pptx") {
			continue
		}
		begun := time.Now()
		doc, err := Read(context.Background(), s.source(t), Options{})
		if took := time.Since(begun); took > time.Minute {
			t.Errorf("%s: %v", s.File, took)
		}
		if _, told := errors.AsType[*chat.Error](err); err != nil && !told {
			t.Errorf("%s: %v, want an error that people can read", s.File, err)
		}
		if err == nil && doc.Manifest.Whole {
			t.Errorf("%s: whole, want holes to be named", s.File)
		}
		if doc != nil {
			t.Logf("%s: %v, %d characters, %+v", s.File, err, doc.Manifest.Out.Characters, doc.Manifest.Gaps)
		} else {
			t.Logf("%s: %v", s.File, err)
		}
	}
}

// TestPicturesOfSlidesAreRecognised: what is written on a picture stands on the slide where the picture does.
func TestPicturesOfSlidesAreRecognised(t *testing.T) {
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 200, 100))); err != nil {
		t.Fatal(err)
	}
	pic := `<p:pic><p:nvPicPr><p:cNvPr id="1" name="x" descr="공장 사진"/></p:nvPicPr><p:blipFill><a:blip r:embed="i"/></p:blipFill><p:spPr><a:xfrm><a:off x="127000" y="254000"/><a:ext cx="1270000" cy="635000"/></a:xfrm></p:spPr></p:pic>`
	parts := pptxParts("", pic+pic, "ppt/slides/_rels/slide1.xml.rels", relationsOf("i", "image", "../image.png"), "ppt/image.png", picture.String())
	looked := 0
	o := Options{Recognise: func(_ context.Context, i Image) ([]Block, error) {
		looked++
		if len(i.Data) != picture.Len() || i.Width != 200 || i.Type != "image/png" {
			t.Errorf("%+v", i)
		}
		at := Rect{20, 10, 100, 30}
		return []Block{{Kind: Paragraph, Text: "정문", Place: Place{Page: 1, Rect: &at}, Lines: []Line{{End: 6, Page: 1, Rect: at, Confidence: 0.9}}}}, nil
	}}
	doc, err := Read(context.Background(), sourceOf("a.pptx", zipped(t, parts...)), o)
	if err != nil {
		t.Fatal(err)
	}
	b := doc.Blocks[len(doc.Blocks)-2] // the first of two that show it
	if looked != 1 || b.Kind != Picture || b.Image != 1 || b.Text != "공장 사진" || b.Page != 2 || len(b.Blocks) != 1 {
		t.Fatalf("looked %d times, %+v", looked, b)
	}
	want := Rect{20, 25, 60, 35}
	if in := b.Blocks[0]; in.Page != 2 || *in.Rect != want || in.Lines[0].Page != 2 || in.Lines[0].Rect != want {
		t.Errorf("%+v, want it on page 2 at %+v", in, want)
	}
	if len(doc.Images) != 1 || doc.Manifest.In.Images != 1 {
		t.Errorf("%+v, %+v", doc.Images, doc.Manifest)
	}
}

// TestOOXMLDamagesAreNamed: whatever part of a file is damaged, cut short or taken out, it is said, and a file of which the
// list of parts is lost is read all the same.
func TestOOXMLDamagesAreNamed(t *testing.T) {
	notes := `<w:footnotes ` + docxRoot + `><w:footnote w:id="1">` + wordPara(wordRun("note")) + `</w:footnote></w:footnotes>`
	files := map[string][]string{
		"a.docx": docxParts(wordPara(wordRun("one")+`<w:r><w:footnoteReference w:id="1"/></w:r>`), "word/styles.xml", docxTestStyles, "word/footnotes.xml", notes, "word/image1.png", "no picture"),
		"a.pptx": pptxTestParts(),
	}
	damages := 0
	check := func(file, damage, part string, data []byte) {
		t.Helper()
		damages++
		doc, err := Read(context.Background(), sourceOf(file, data), Options{})
		if err != nil {
			return // says that it is damaged
		}
		for _, g := range doc.Manifest.Gaps {
			if part == "" || strings.Contains(g.Where, part) || g.What == GapCounted {
				return
			}
		}
		t.Errorf("%s: %s of %s: %+v", file, damage, part, doc.Manifest.Gaps)
	}
	for file, parts := range files {
		whole := zipped(t, parts...)
		for i := 0; i < len(parts); i += 2 {
			name := parts[i]
			without := append(append([]string(nil), parts[:i]...), parts[i+2:]...)
			lost := name
			if strings.HasSuffix(name, ".rels") {
				lost = "" // then what it leads to is named
			}
			check(file, "without", lost, zipped(t, without...))
			cut := append([]string(nil), parts...)
			cut[i+1] = cut[i+1][:len(cut[i+1])*2/3]
			if strings.HasPrefix(parts[i+1], "<") {
				check(file, "cut", name, zipped(t, cut...))
			}
			at := bytes.Index(whole, []byte(name)) + len(name)
			for _, by := range []int{2, 9, 17} {
				flipped := bytes.Clone(whole)
				flipped[at+by] ^= 0x40
				check(file, "flipped", name, flipped)
			}
		}
		for percent := 5; percent < 100; percent += 5 {
			check(file, "cut off", "", whole[:len(whole)*percent/100])
		}
	}
	t.Logf("%d damages", damages)
}
