package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"exaone/document"
	"exaone/library"
)

// TestExamplesReadWhole holds that of our own documents nothing is missing, and that they are what they are meant to show.
func TestExamplesReadWhole(t *testing.T) {
	size := 0
	for _, d := range library.Documents() {
		size += len(d.Data)
		doc, err := document.Read(context.Background(), &document.Source{ReaderAt: bytes.NewReader(d.Data), Size: int64(len(d.Data)), Name: d.Name}, document.Options{})
		if err != nil {
			t.Fatalf("%s: %v", d.Name, err)
		}
		if m := doc.Manifest; !m.Whole || len(m.Gaps) > 0 {
			t.Errorf("%s is not whole: %v", d.Name, m.Gaps)
		}
		want := map[string]struct {
			pages, tables int
			says          string
		}{
			"hwpx": {10, 4, "7일 이내에 출장 여비를 정산하여야 한다"},
			"pdf":  {3, 1, "그림 1. 부서별 여비."},
			"xlsx": {2, 2, "2025년 월별 출장 경비"},
		}[doc.Format]
		if n := len(doc.Pages); n < want.pages {
			t.Errorf("%s has %d pages, want %d or more", d.Name, n, want.pages)
		}
		if n := doc.Manifest.Out.Tables; n < want.tables {
			t.Errorf("%s has %d tables, want %d or more", d.Name, n, want.tables)
		}
		if !strings.Contains(doc.Text(false), want.says) {
			t.Errorf("%s does not say %q", d.Name, want.says)
		}
	}
	if size > 300<<10 {
		t.Errorf("our documents take %d bytes, want 300 KiB at most", size)
	}
}
