package document

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"math/rand"
	"strings"
	"testing"
)

func TestHWPSaysWhatIsMissing(t *testing.T) {
	d := &hwpDoc{}
	d.para("{secd}앞", d.page)
	d.para("{tbl }", func() { d.table(6, []string{"가", "나"}, []string{"다", "라"}) })
	d.para("뒤", nil)
	packed := hwpPack(d.out)
	check := func(name string, data []byte, kind GapKind, where string, still ...string) {
		t.Helper()
		doc := readBuilt(t, data, "")
		found := false
		for _, g := range doc.Manifest.Gaps {
			found = found || g.What == kind && strings.Contains(g.Where, where)
		}
		if !found || doc.Manifest.Whole {
			t.Errorf("%s: gaps %+v, want %s in %q", name, doc.Manifest.Gaps, kind, where)
		}
		for _, text := range still {
			if !strings.Contains(doc.Text(true), text) {
				t.Errorf("%s: %q is not there any more:\n%s", name, text, doc.Text(true))
			}
		}
	}
	with := func(stream string, data []byte) []byte {
		return hwpBuild(0, map[string][]byte{stream: data}, d.out)
	}
	check("a section that is cut", with("BodyText/Section0", packed[:len(packed)-40]), GapStream, "BodyText/Section0", "앞")
	bad := bytes.Clone(packed)
	bad[len(bad)-8] ^= 1
	check("a checksum that is another", with("BodyText/Section0", bad), GapStream, "BodyText/Section0", "앞", "라", "뒤")
	check("a list of shapes that is no such thing", with("DocInfo", []byte("nichts")), GapStream, "DocInfo", "앞", "라", "뒤")
	check("a header that is no such thing", with("FileHeader", []byte("nichts")), GapStream, "FileHeader", "앞", "라", "뒤")
	check("a section that is not there", compoundOf(map[string][]byte{"FileHeader": hwpBytes(hwpSignature).zeros(15).u32(0x05000500, hwpPacked, 0, 4).zeros(208), "DocInfo": hwpPack(hwpShapes(2, 0)), "BodyText/Section0": packed}), GapStream, "BodyText", "앞")
	check("a picture that is not there", compoundOf(map[string][]byte{"FileHeader": hwpBytes(hwpSignature).zeros(15).u32(0x05000500, hwpPacked, 0, 4).zeros(208), "DocInfo": hwpPack(hwpShapes(1, 1)), "BodyText/Section0": packed}), GapStream, "BIN0001.png", "앞")
	hole := &hwpDoc{}
	hole.para("{secd}앞{tbl }", func() {
		hole.page()
		hole.table(6, []string{"가", "나"}, []string{"다", "-"})
	})
	hole.para("뒤", nil)
	check("a cell that is not there", hwpBuild(0, nil, hole.out), GapTable, "section 1, paragraph 1", "앞", "다", "뒤")
}

// TestHWPDamageIsNamed damages a file two hundred times, in its streams, its tables of sectors, its list of streams: each time
// something says so, or nothing is missing.
func TestHWPDamageIsNamed(t *testing.T) {
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 90, 90))); err != nil {
		t.Fatal(err)
	}
	data := hwpBuild(0, map[string][]byte{"BinData/BIN0001.png": hwpPack(picture.Bytes())}, hwpWhole(), hwpWhole())
	said := func(doc *Document) string { return fmt.Sprint(hwpOutline(doc.Blocks), len(doc.Images), doc.Pages) }
	want := said(readBuilt(t, data, ""))
	random := rand.New(rand.NewSource(5))
	named := 0
	for i := range 200 {
		damaged := bytes.Clone(data)
		at := random.Intn(len(data))
		if i%10 == 0 {
			damaged = damaged[:at]
		} else {
			for k := at; k < min(at+1+random.Intn(32), len(data)); k++ {
				damaged[k] ^= byte(1 + random.Intn(255))
			}
		}
		doc, err := Read(context.Background(), sourceOf("a.hwp", damaged), Options{})
		switch {
		case err != nil || len(doc.Manifest.Gaps) > 0:
			named++
		case said(doc) != want:
			t.Errorf("damage %d, at byte %d: nothing says that something is missing:\n%s", i, at, hwpOutline(doc.Blocks))
		}
	}
	t.Logf("200 damages: %d named, %d without harm", named, 200-named)
}
