package web

import (
	"context"
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
