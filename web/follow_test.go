package web

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exaone/assistant"
	"exaone/chat"
)

// deaf is a reader who is gone.
type deaf struct{ http.ResponseWriter }

func (deaf) Write([]byte) (int, error) { return 0, errors.New("gone") }

// While nothing happens something is sent all the same, and whoever is gone is let go of.
func TestRelay(t *testing.T) {
	synctest.Test(t, testRelay)
}

func testRelay(t *testing.T) {
	h := &handler{log: slog.New(slog.DiscardHandler)}
	r := httptest.NewRequest("GET", "/", nil)
	events := make(chan heard)
	go func() {
		events <- heard{assistant.Numbered{Number: 7, Event: chat.Delta{At: 3, Text: "가"}}, nil}
		time.Sleep(60 * time.Millisecond)
		events <- heard{err: chat.NewError(chat.CodeTurnInterrupted, nil)}
	}()
	w := httptest.NewRecorder()
	h.relay(newStream(w, r), events, 10*time.Millisecond)
	got := w.Body.String()
	if !strings.HasPrefix(got, "id: 7\nevent: delta\ndata: {\"at\":3,\"text\":\"가\",\"thinking_at\":0,\"thinking\":\"\"}\n\n: \n\n") {
		t.Errorf("an event and then silence: %q", got)
	}
	if !strings.Contains(got, "\n\nevent: error\ndata: {\"code\":\"turn_interrupted\",") || !strings.HasSuffix(got, "}\n\n") {
		t.Errorf("an answer that was interrupted: %q", got)
	}

	over := make(chan struct{})
	go func() {
		h.relay(newStream(deaf{httptest.NewRecorder()}, r), make(chan heard), time.Millisecond)
		close(over)
	}()
	select {
	case <-over:
	case <-time.After(mostWait):
		t.Error("it goes on for a reader who is gone")
	}
}

// A file that cannot be written to its end is cut off, so that nobody takes it for a whole one.
func TestHalfADownloadIsCutOff(t *testing.T) {
	h := &handler{log: slog.New(slog.DiscardHandler)}
	server := httptest.NewServer(h.guard([]route{{http.MethodGet, "/", "", func(h *handler, w http.ResponseWriter, r *http.Request, _ chat.Principal) (any, error) {
		return h.download(w, r, "x.zip", "application/zip", func(w io.Writer) error {
			if _, err := io.WriteString(w, strings.Repeat("half", 1<<14)); err != nil {
				return err
			}
			return errors.New("the disk is gone")
		})
	}}}))
	defer server.Close()
	reply, err := http.Get(server.URL)
	if err == nil {
		_, err = io.Copy(io.Discard, reply.Body)
		reply.Body.Close()
	}
	if err == nil {
		t.Error("half a file came as a whole one")
	}
	http.DefaultClient.CloseIdleConnections()
}
