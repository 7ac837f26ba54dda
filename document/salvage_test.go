package document

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
)

// zipped makes an archive of names and contents in turn.
func zipped(t testing.TB, files ...string) []byte { return zippedAs(t, zip.Deflate, files...) }

func zippedAs(t testing.TB, method uint16, files ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		f, err := w.CreateHeader(&zip.FileHeader{Name: files[i], Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, files[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestArchiveWithoutItsListIsOpened(t *testing.T) {
	whole := zipped(t, "가.txt", strings.Repeat("첫째 ", 500), "b/c.txt", "둘째", "d.txt", strings.Repeat("셋째 ", 100))
	list := bytes.Index(whole, []byte("PK\x01\x02"))
	for _, c := range []struct {
		name  string
		data  []byte
		parts string // and how they read
	}{
		{"whole", whole, "가.txt ok, b/c.txt ok, d.txt ok"},
		{"without the list", whole[:list], "가.txt ok, b/c.txt ok, d.txt ok"},
		{"cut in the last entry", whole[:list-20], "가.txt ok, b/c.txt ok, d.txt cut"},
	} {
		b := &builder{ctx: context.Background(), doc: &Document{}, limits: Limits{}.or()}
		p, err := openPack(sourceOf("a.zip", c.data), b)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for _, name := range p.names {
			how := " ok"
			if _, err := p.part(name); err != nil {
				how = " cut"
			}
			got = append(got, name+how)
		}
		if strings.Join(got, ", ") != c.parts {
			t.Errorf("%s: %s, want %s", c.name, strings.Join(got, ", "), c.parts)
		}
		if told := len(b.doc.Manifest.Gaps) > 0; told != (c.name != "whole") {
			t.Errorf("%s: gaps %+v", c.name, b.doc.Manifest.Gaps)
		}
	}
}

func FuzzSalvage(f *testing.F) {
	whole := zipped(f, "a.txt", strings.Repeat("a", 100), "b.txt", "b")
	f.Add(whole)
	f.Add(whole[:len(whole)-30])
	f.Fuzz(func(t *testing.T, data []byte) {
		l := Limits{Entries: 100, Unpacked: 1 << 20}.or()
		r, err := salvaged(sourceOf("a", data), l)
		if err != nil {
			return
		}
		for _, file := range r.File {
			if from, err := file.Open(); err == nil {
				io.Copy(io.Discard, io.LimitReader(from, 1<<20))
				from.Close()
			}
		}
	})
}
