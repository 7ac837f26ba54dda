package web

import (
	"context"
	"errors"
	"testing"

	"exaone/chat"
	"exaone/document"
	"exaone/store"
)

// readsForever is a reader that ends when nobody wants it any more.
type readsForever struct{}

func (readsForever) Read(ctx context.Context, _, _, _ string, _ document.Options) (*document.Document, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// A reading is cancelled by its version or by its job: whoever follows it is told, and may have it read again.
func TestReadingsAreCancelled(t *testing.T) {
	w := newArchiveOf(t, readsForever{})
	ann, bob := w.join("ann", "member"), w.join("bob", "member")
	_, out := ann.put("/api/documents", "긴 문서.txt", "글", "grade", "0", "reader", bob.who.ID)
	version := out.text("versions", 0, "id")
	job := func() string {
		t.Helper()
		v, err := w.store.Version(t.Context(), ann.who, version)
		if err != nil {
			t.Fatal(err)
		}
		return v.Job
	}
	ended := func() {
		t.Helper()
		if states := ann.readEvents(version); len(states) != 1 || states[0] != "cancelled" {
			t.Errorf("whoever follows it is told %q, want that it was cancelled", states)
		}
		if j, err := w.store.Job(t.Context(), ann.who, job()); err != nil || j.State != store.JobCancelled {
			t.Errorf("its job: %+v, %v; want cancelled", j, err)
		}
		if v := ann.must("POST", "/api/versions/"+version+"/reading", nil); v.text("state") != "waiting" {
			t.Errorf("asked for again: %v", v)
		}
	}
	bob.refused("DELETE", "/api/versions/"+version+"/reading", nil, chat.CodeNoDocument)
	if v := ann.must("DELETE", "/api/versions/"+version+"/reading", nil); v.text("state") != "cancelled" {
		t.Errorf("cancelled: %v", v)
	}
	ended()
	if err := w.store.CancelJob(t.Context(), ann.who, job()); err != nil {
		t.Fatal(err)
	}
	ended()
}

// halfOnce is a reader that ends before the last block, and when it is asked again goes on until nobody wants it any more.
type halfOnce struct{ again chan bool }

func (r halfOnce) Read(ctx context.Context, path, name, _ string, o document.Options) (*document.Document, error) {
	select {
	case <-r.again:
		<-ctx.Done()
		return nil, ctx.Err()
	default:
	}
	close(r.again)
	doc, err := document.ReadFile(ctx, path, name, "", o)
	if err != nil {
		return nil, err
	}
	doc.Blocks, doc.Manifest.Cut = doc.Blocks[:len(doc.Blocks)-1], true
	return doc, chat.NewError(chat.CodeDocumentReader, errors.New("killed"), name)
}

// Half of a document can be opened while it is read again, and a list of documents tells that there is something to open.
func TestAHalfIsOpenedWhileItIsReadAgain(t *testing.T) {
	w := newArchiveOf(t, halfOnce{make(chan bool)})
	ann := w.join("ann", "member")
	_, out := ann.put("/api/documents", "규정.md", "출장비 규정\n\n숙박비 한도", "grade", "0")
	version := out.text("versions", 0, "id")
	if out.at("versions", 0, "has_reading") != false {
		t.Errorf("before anything was read: %v", out)
	}
	ann.readEvents(version)
	ann.must("POST", "/api/versions/"+version+"/reading", nil)
	listed := ann.must("GET", "/api/documents", nil)
	if listed.text("items", 0, "versions", 0, "state") != "waiting" || listed.at("items", 0, "versions", 0, "has_reading") != true {
		t.Errorf("listed: %v", listed)
	}
	if doc := ann.must("GET", "/api/versions/"+version+"/content", nil); doc.text("blocks", 0, "text") != "출장비 규정" || doc.at("blocks", 1) != nil {
		t.Errorf("opened: %v", doc)
	}
}
