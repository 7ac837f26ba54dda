package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/document"
	"exaone/library"
	"exaone/store"
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

// TestExamplesAreThereOnce starts with an empty store: what is deleted does not come back, and a store that was used gets
// nothing.
func TestExamplesAreThereOnce(t *testing.T) {
	ctx := t.Context()
	s, err := store.Open(ctx, store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	put, err := putExamples(ctx, s, chat.Korean)
	if err != nil || len(put) != len(library.Documents()) {
		t.Fatalf("put in: %v, %v", put, err)
	}
	collections, err := s.Collections(ctx, chat.Local)
	if err != nil || len(collections) != 1 || collections[0].Name != "예제 자료" || collections[0].Documents != len(library.Documents()) {
		t.Fatalf("collections %+v, %v", collections, err)
	}
	if put, err := putExamples(ctx, s, chat.Korean); err != nil || len(put) > 0 {
		t.Errorf("put in again: %v, %v", put, err)
	}
	if err := s.DeleteCollection(ctx, chat.Local, collections[0].ID); err != nil {
		t.Fatal(err)
	}
	if put, err := putExamples(ctx, s, chat.Korean); err != nil || len(put) > 0 {
		t.Errorf("put in after they were deleted: %v, %v", put, err)
	}

	used, err := store.Open(ctx, store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { used.Close() })
	if _, _, err := used.AddDocument(ctx, chat.Local, store.DocumentSpec{Name: "a.txt", Mime: "text/plain"}, strings.NewReader("가")); err != nil {
		t.Fatal(err)
	}
	if put, err := putExamples(ctx, used, chat.Korean); err != nil || len(put) > 0 {
		t.Errorf("put into a store that was used: %v, %v", put, err)
	}
}
