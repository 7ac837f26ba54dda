package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"exaone/chat"
	"exaone/document"
	"exaone/store"
)

const mailOfOne = "From: a@example.com\nSubject: x\nContent-Type: text/plain; name=a.txt\nContent-Disposition: attachment; filename=a.txt\n\n붙인 글"

// extractHere finds files within files in this process, and then says what it is told.
func extractHere(said *error) Extract {
	return func(ctx context.Context, path, name string, in document.Inner, w io.Writer) error {
		data, err := document.ExtractFile(ctx, path, name, in, document.Options{})
		if err == nil {
			_, err = w.Write(data)
		}
		return errors.Join(err, *said)
	}
}

// A file within a document is given to whoever may read that, and lies nowhere afterwards, however it ends.
func TestFilesWithinAreLent(t *testing.T) {
	var said error
	h := newHouse(t, Options{Extract: extractHere(&said)})
	ada, bob := h.person("ada"), h.person("bob")
	d, v := h.add(ada, "규정.eml", mailOfOne)
	h.until(ada, v.ID, store.VersionRead)
	doc, err := h.shelf.Document(t.Context(), ada, v.ID)
	must(t, err)
	in, ok := doc.Inner([]int{0})
	if !ok {
		t.Fatalf("%+v", doc.Attachments)
	}
	left := func() []string {
		t.Helper()
		all, err := filepath.Glob(filepath.Join(h.dir, "documents", "read", "saving-*"))
		must(t, err)
		return all
	}
	f, err := h.shelf.Inner(t.Context(), ada, v.ID, in)
	must(t, err)
	got, err := io.ReadAll(f)
	must(t, errors.Join(err, f.Close()))
	if string(got) != "붙인 글" || len(left()) > 0 {
		t.Errorf("%q; left: %q", got, left())
	}
	wantCode := func(who chat.Principal, want chat.Code) {
		t.Helper()
		f, err := h.shelf.Inner(t.Context(), who, v.ID, in)
		if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != want {
			t.Errorf("%v, want %s", err, want)
		}
		if err == nil {
			_ = f.Close()
		}
		if len(left()) > 0 {
			t.Errorf("after %s there is %q", want, left())
		}
	}
	wantCode(bob, chat.CodeNoDocument)
	said = chat.NewError(chat.CodeDocumentMemory, nil, "규정.eml", 448)
	wantCode(ada, chat.CodeDocumentMemory)
	said = fmt.Errorf("write: %w", syscall.ENOSPC)
	wantCode(ada, chat.CodeStoreFull)
	said = nil
	free := h.shelf.o.free
	h.shelf.o.free = func(string) (int64, error) { return leastRoom, nil }
	wantCode(ada, chat.CodeStoreFull)
	h.shelf.o.free = free
	must(t, h.store.DeleteDocument(t.Context(), ada, d.ID))
	wantCode(ada, chat.CodeNoDocument)

	// What a crash leaves is taken away.
	one, err := h.shelf.kept.lend()
	must(t, err)
	must(t, os.WriteFile(one.Name(), []byte("붙인 글"), 0o600))
	must(t, one.File.Close())
	h.close()
	h.open()
	if len(left()) > 0 {
		t.Errorf("after a crash there is %q", left())
	}
}
