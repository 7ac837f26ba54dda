package store

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"exaone/chat"
)

// fileReads counts how often a file is read that is being stored.
type fileReads struct {
	context.Context
	n atomic.Int64
}

// Err is asked before each read.
func (c *fileReads) Err() error {
	if pc, _, _, ok := runtime.Caller(1); ok && strings.HasSuffix(runtime.FuncForPC(pc).Name(), "contextReader.Read") {
		c.n.Add(1)
	}
	return c.Context.Err()
}

// A file that many messages name is written once, and each of them has it.
func TestAnImportWritesAFileOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		b := put(t, s, chat.Local, "probe", "표")
		must(t, s.ReleaseBlob(ctx, chat.Local, "probe", b.Hash))
		names := json.RawMessage(fmt.Sprintf(`[{"name":"표.csv","mime":"text/csv","blob":%q,"size":3}]`, b.Hash))
		var all []ImportedConversation
		for range 2 {
			c := thread("파일", importChunk)
			for i := range c.Messages {
				c.Messages[i].Attachments = names
			}
			c.Files = map[string]ImportedFile{b.Hash: {MIME: "text/csv", Content: []byte("표")}}
			all = append(all, c)
		}
		reads := &fileReads{Context: ctx}
		ids, err := s.Import(reads, chat.Local, all)
		must(t, err)
		if n := reads.n.Load(); n != 2 { // and its end
			t.Errorf("the file was read %d times to be written, want 2", n)
		}
		blobs, err := s.Blobs(ctx, chat.Local)
		must(t, err)
		if want := 2 * len(all[0].Messages); len(blobs) != want {
			t.Errorf("%d messages have it, want %d", len(blobs), want)
		}
		// It stays with the last of them.
		must(t, s.DeleteConversations(ctx, chat.Local, ids[:1]))
		f, got, err := s.OpenBlob(ctx, chat.Local, b.Hash)
		if text := content(t, f, err); text != "표" || got.Mime != "text/csv" {
			t.Errorf("the other has %q of %q", text, got.Mime)
		}
		must(t, s.Check(ctx))
	})
}

// However many files a message names, they are told apart in no time: an import has the only place there is. Twenty times as
// many take some twenty times as long, and not four hundred times.
func TestManyFilesOfOneMessage(t *testing.T) {
	const few, times = 2_000, 20
	shortest := func(many, tries int) time.Duration {
		events := make([]Event, 0, 2*many)
		for i := range 2 * many { // each is named twice
			data := fmt.Appendf(nil, `{"name":"a","blob":"%064x"}`, i%many)
			events = append(events, Event{Number: int64(i + 1), Kind: "file", Version: 1, Data: data})
		}
		w := Whole{Messages: []Message{{ID: "a"}}, Events: map[string][]Event{"a": events}}
		least := time.Hour
		for range tries {
			begun := time.Now()
			all := w.Files()
			least = min(least, time.Since(begun))
			if len(all) != many || all[1] != fmt.Sprintf("%064x", 1) {
				t.Fatalf("%d files, want %d", len(all), many)
			}
		}
		return least
	}
	a, b := shortest(few, 3), shortest(times*few, 3)
	for range 20 { // what else runs on the machine takes part of each try
		if b <= 5*times*a {
			return
		}
		b = min(b, shortest(times*few, 1))
	}
	t.Errorf("%d files take %v, and %d take %v", few, a, times*few, b)
}
