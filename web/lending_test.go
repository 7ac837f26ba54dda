package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http/httptest"
	"testing"
	"testing/synctest"

	"exaone/chat"
	"exaone/document"
)

// oneInner are documents of which each has one file in it.
type oneInner struct {
	Documents
	data string
}

func (o oneInner) Document(context.Context, chat.Principal, string) (*document.Document, error) {
	sum := sha256.Sum256([]byte(o.data))
	inner := &document.Document{Manifest: document.Manifest{SHA256: hex.EncodeToString(sum[:])}}
	return &document.Document{Attachments: []document.Attachment{{Name: "a.txt", Size: int64(len(o.data)), Read: inner}}}, nil
}

func (o oneInner) Inner(context.Context, chat.Principal, string, document.Inner) (io.ReadSeekCloser, error) {
	return struct {
		io.ReadSeeker
		io.Closer
	}{bytes.NewReader([]byte(o.data)), io.NopCloser(nil)}, nil
}

// stalled is a reader who takes nothing until told to.
type stalled struct {
	*httptest.ResponseRecorder
	goOn chan struct{}
}

func (s stalled) Write(p []byte) (int, error) {
	<-s.goOn
	return s.ResponseRecorder.Write(p)
}

// A download that stands still keeps nothing else from whoever began it, until there are too many of them: that is told, and is over as
// soon as one of them ends.
func TestAStalledDownloadKeepsNoOtherBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &handler{opts: Options{Documents: oneInner{data: "글"}}}
		ask := func(who string, goOn chan struct{}) (string, error) {
			w := stalled{httptest.NewRecorder(), goOn}
			_, err := h.innerFile(w, httptest.NewRequestWithContext(t.Context(), "GET", "/api/versions/v/file?file=0", nil), chat.Principal{ID: who})
			return w.Body.String(), err
		}
		slow, quick := make(chan struct{}), make(chan struct{})
		close(quick)
		for range mostLent - 1 {
			go ask("ann", slow)
		}
		synctest.Wait()
		if got, err := ask("ann", quick); got != "글" || err != nil {
			t.Errorf("beside %d stalled ones: %q, %v", mostLent-1, got, err)
		}
		go ask("ann", slow)
		synctest.Wait()
		_, err := ask("ann", quick)
		if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeBusy {
			t.Errorf("beside %d stalled ones: %v", mostLent, err)
		}
		if got, err := ask("bob", quick); got != "글" || err != nil {
			t.Errorf("of somebody else: %q, %v", got, err)
		}
		waits := make(chan error)
		go func() {
			_, err := ask("ann", quick)
			waits <- err
		}()
		synctest.Wait()
		close(slow)
		if err := <-waits; err != nil {
			t.Errorf("when the others end: %v", err)
		}
		synctest.Wait()
		if len(h.lending.now) != 0 || len(h.unpacking.now) != 0 {
			t.Errorf("at the end %d and %d are under way", len(h.lending.now), len(h.unpacking.now))
		}
	})
}

// All of a document is in memory until it is sent: whoever takes none of it has it there once, however often they ask, and keeps nobody
// else from theirs.
func TestAWholeDocumentIsSentOnceAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &handler{opts: Options{Documents: oneInner{data: "글"}}}
		ask := func(who string, goOn chan struct{}) (sent int) {
			w := stalled{httptest.NewRecorder(), goOn}
			if _, err := h.versionContent(w, httptest.NewRequestWithContext(t.Context(), "GET", "/api/versions/v/content", nil), chat.Principal{ID: who}); err != nil {
				t.Error(err)
			}
			return w.Body.Len()
		}
		slow, quick := make(chan struct{}), make(chan struct{})
		close(quick)
		go ask("ann", slow)
		synctest.Wait()
		again := make(chan int, 1)
		go func() { again <- ask("ann", quick) }()
		synctest.Wait()
		if len(again) != 0 {
			t.Error("a second one is sent beside the first")
		}
		if ask("bob", quick) == 0 {
			t.Error("somebody else is sent nothing")
		}
		close(slow)
		if <-again == 0 {
			t.Error("the second is sent nothing in its turn")
		}
		synctest.Wait()
		if len(h.showing.now) != 0 {
			t.Errorf("at the end %d are under way", len(h.showing.now))
		}
	})
}
