package document

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

// laughing is a page whose form shows a form twice, that shows a form twice, and so on: 2^depth in all.
func laughing(depth int) []byte {
	m := &madePDF{}
	tree := m.add("")
	form := m.stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]", "0 0 5 5 re f")
	for range depth {
		form = m.stream(fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</a %d 0 R>>>>", form), "/a Do /a Do")
	}
	content := m.stream("", "/a Do")
	page := m.add("<</Type/Page/Parent %d 0 R/MediaBox[0 0 99 99]/Contents %d 0 R/Resources<</XObject<</a %d 0 R>>>>>>", tree, content, form)
	m.objects[tree-1] = fmt.Appendf(nil, "<</Type/Pages/Kids[%d 0 R]/Count 1>>", page)
	return m.bytes(m.add("<</Type/Catalog/Pages %d 0 R>>", tree), "")
}

// TestPDFHostile reads files that were made to exhaust: what cannot be read is named, and the page after it comes.
func TestPDFHostile(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	bomb := madePages([]string{strings.Repeat("0 0 m 9 9 l S\n", 6_000_000), put("F1", 10, 60, 700, "after it")}, "", "")
	deep := []byte("%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj" + strings.Repeat("[", 500_000) + "\nendobj\ntrailer<</Root 1 0 R>>")
	loop := []byte("%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R 3 0 R]/Count 999999999>>endobj\n" +
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Size 4/Root 1 0 R>>\n")
	for name, data := range map[string][]byte{"forms in forms": laughing(30), "a bomb": bomb, "deep": deep, "a loop": loop} {
		began := time.Now()
		doc, err := Read(context.Background(), sourceOf("hostile.pdf", data), Options{})
		if err == nil && doc.Manifest.Whole {
			t.Errorf("%s: nothing is missing", name)
		}
		if name == "a bomb" && !strings.Contains(doc.Text(false), "after it") {
			t.Errorf("%s: the page after it is lost: %v", name, err)
		}
		t.Logf("%s: %.1f s, %v", name, time.Since(began).Seconds(), err)
	}
}

func TestPDFHostileSamples(t *testing.T) {
	for _, s := range samples(t, "hostile") {
		if !strings.HasSuffix(s.File, ".pdf") {
			continue
		}
		doc, err := Read(context.Background(), s.source(t), Options{})
		if err == nil && doc.Manifest.Whole {
			t.Errorf("%s: nothing is missing", s.File)
		}
	}
}
