package document

import (
	"context"
	"strings"
	"testing"

	"golang.org/x/text/encoding/korean"
)

func TestPlainTextIsRead(t *testing.T) {
	cp949, err := korean.EUCKR.NewEncoder().String("제목\r\n\r\n둘째 줄\t끝\r\n")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := Read(context.Background(), sourceOf("메모.txt", []byte(cp949)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := doc.Text(false), "제목\n\n둘째 줄\t끝\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if last := doc.Blocks[2]; last.Paragraph != 3 || doc.Meta.Encoding != "cp949" || !doc.Manifest.Whole {
		t.Errorf("line %d, in %s, whole: %v", last.Paragraph, doc.Meta.Encoding, doc.Manifest.Whole)
	}
}

func TestPlainTextWithDamageSaysWhere(t *testing.T) {
	doc, err := Read(context.Background(), sourceOf("a.txt", []byte("한글 첫 줄입니다\n둘째 \xff줄입니다\n")), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if g := doc.Manifest.Gaps; len(g) != 1 || g[0].What != GapText || g[0].Where != "line 2" || doc.Manifest.Whole {
		t.Errorf("gaps %+v, want one in line 2", g)
	}
}

func TestPlainTextOfManyLines(t *testing.T) {
	text := strings.Repeat("가\n", 250_000)
	doc, err := Read(context.Background(), sourceOf("a.log", []byte(text)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := doc.Text(false); got != text || len(doc.Blocks) > mostLines {
		t.Errorf("%d bytes of %d, in %d blocks", len(got), len(text), len(doc.Blocks))
	}
	if last := doc.Blocks[len(doc.Blocks)-1]; last.Paragraph != 249_999-249_999%3+1 {
		t.Errorf("the last block begins in line %d", last.Paragraph)
	}
}

func TestPlainTextIsNotEverything(t *testing.T) {
	for name, data := range map[string]string{
		"nothing":   "",
		"machine":   "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00\x3e\x00",
		"deflated":  "\x78\x9c\x4b\x4c\x4a\x06\x00\x02\x4d\x01\x27\x13\x05\x8e\x1b\x02\x0f\x99\x01\x00\x7c\xff\x04",
		"pseudo 16": "\x00\x01\x02\x03\x00\x05\x06\x00\x11\x10\x00\x00\x00\x13\x00\x00",
	} {
		if doc, err := Read(context.Background(), sourceOf("x.bin", []byte(data)), Options{}); err == nil {
			t.Errorf("%s: read as %s", name, doc.Format)
		}
	}
}

func TestTextSamples(t *testing.T) {
	checkText(t, "text", 0.995, nil)
}

// checkWhole holds the samples of a folder to be whole: the second pass found no more than the reader.
func checkWhole(t *testing.T, folder string, holes map[string]string) {
	t.Helper()
	for _, s := range samples(t, folder) {
		doc, err := Read(context.Background(), s.source(t), Options{})
		if err != nil {
			continue // checkText says so
		}
		if m := doc.Manifest; !m.Whole && holes[s.File] == "" {
			t.Errorf("%s: %+v, in %+v, out %+v", s.File, m.Gaps, m.In, m.Out)
		}
	}
}

func TestTextSamplesAreWhole(t *testing.T) {
	checkWhole(t, "text", nil)
}

func FuzzPlainText(f *testing.F) {
	f.Add([]byte("가\n\n나"), "a.txt")
	f.Add([]byte("a,\"b\n\",c\n1,2,3"), "a.csv")
	f.Add([]byte("sep=|\na|b"), "a.tsv")
	f.Fuzz(func(t *testing.T, data []byte, name string) {
		src := sourceOf(name, data)
		for _, form := range []*format{&plainText, &separated} {
			doc, err := readAs(context.Background(), form, src, Options{}, 0)
			if err == nil {
				doc.Text(true)
			}
			if err == nil && len(doc.Manifest.Gaps) == 0 && doc.Manifest.In == nil {
				t.Errorf("%q was not counted", data)
			}
		}
	})
}
