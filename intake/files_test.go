package intake

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"exaone/chat"
	"exaone/document"
)

// writeFiles writes files below a folder, and returns that.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFilesAreFoundByTheirNames(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"규정/출장.txt":     "출장비는 돌아온 뒤 7일 안에 정산한다.\n",
		"규정/휴가.txt":     "연차는 15일이다.\n",
		"규정/.숨김.txt":    "출장비를 숨긴다.\n",
		"memo.txt":      "회식비는 부서장이 승인한다.\n",
		"damaged.hwpx":  "PK\x03\x04 no archive",
		"elsewhere.txt": "출장비는 여기에도 있다.\n",
	})
	told := map[string]bool{}
	last := 0
	f, err := OpenFiles(context.Background(), FilesOptions{Reader: here{}, Most: 2,
		Paths: []string{filepath.Join(dir, "memo.txt"), filepath.Join(dir, "규정"), filepath.Join(dir, "damaged.hwpx"), filepath.Join(dir, "규정", "출장.txt")},
		Seen: func(name string, doc *document.Document, err error, done, all int) {
			told[filepath.Base(name)] = err == nil
			if last = done; all != 4 {
				t.Errorf("%s is one of %d files, want 4", name, all)
			}
		}})
	if err != nil {
		t.Fatal(err)
	}
	if want := map[string]bool{"memo.txt": true, "출장.txt": true, "휴가.txt": true, "damaged.hwpx": false}; len(told) != len(want) || last != len(want) || told["damaged.hwpx"] || !told["출장.txt"] {
		t.Errorf("told of %v, the last as number %d, want %v", told, last, want)
	}
	if n := len(f.Versions()); n != 3 {
		t.Errorf("%d files can be asked about, want 3", n)
	}
	found, err := f.Search(context.Background(), chat.Local, Question{Text: "출장비는 언제 정산하나요"})
	if err != nil || len(found) == 0 {
		t.Fatalf("nothing found, %v", err)
	}
	best := found[0]
	if want := filepath.ToSlash(filepath.Join(dir, "규정", "출장.txt")); best.Version.Name != want || len(best.Place.Spans) == 0 {
		t.Errorf("found %q with %d spans, want %q", best.Version.Name, len(best.Place.Spans), want)
	}
	doc, err := f.Document(context.Background(), chat.Local, best.Version.ID)
	if err != nil || len(doc.Blocks) == 0 {
		t.Errorf("the document that was found: %v, %v", doc, err)
	}
	only := slices.DeleteFunc(f.Versions(), func(id string) bool { return id == best.Version.ID })
	if found, err = f.Search(context.Background(), chat.Local, Question{Text: "출장비", Versions: only}); err != nil || len(found) > 0 {
		t.Errorf("found %v among others, %v", found, err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(f.room.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left: %v", f.room.dir, err)
	}
}

func TestFilesThatAreNotThere(t *testing.T) {
	_, err := OpenFiles(context.Background(), FilesOptions{Reader: here{}, Paths: []string{filepath.Join(t.TempDir(), "nothing.hwp")}})
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeDocumentMissing {
		t.Errorf("%v, want %s", err, chat.CodeDocumentMissing)
	}
	ended, end := context.WithCancel(context.Background())
	end()
	dir := writeFiles(t, map[string]string{"a.txt": "가"})
	if _, err := OpenFiles(ended, FilesOptions{Reader: here{}, Paths: []string{dir}}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was cancelled", err)
	}
}
