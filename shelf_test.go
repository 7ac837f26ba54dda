package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/document"
	"exaone/intake"
	"exaone/store"
)

// inProcess reads files in this process.
type inProcess struct{}

func (inProcess) Read(ctx context.Context, path, name, password string, o document.Options) (*document.Document, error) {
	return document.ReadFile(ctx, path, name, password, o)
}

// bringDocument puts a document into a store and waits until a shelf has read it.
func bringDocument(t *testing.T, s *store.Store, shelf *intake.Shelf, who chat.Principal, spec store.DocumentSpec, content string) (store.Document, store.Version) {
	t.Helper()
	d, v, err := s.AddDocument(t.Context(), who, spec, strings.NewReader(content))
	must(t, err)
	shelf.Wake()
	for v.State == store.VersionWaiting {
		changed := shelf.Changed()
		v, err = s.Version(t.Context(), who, v.ID)
		must(t, err)
		if v.State == store.VersionWaiting {
			select {
			case <-changed:
			case <-time.After(time.Minute):
				t.Fatalf("%s is not read", spec.Name)
			}
		}
	}
	if v.State != store.VersionRead {
		t.Fatalf("%s: %s, %v", spec.Name, v.State, v.Error)
	}
	return d, v
}
