package web

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"exaone/chat"
)

// What reads a whole branch or conversation waits while something else of the same person does, and for nobody else.
func TestOneAtATimeOfEach(t *testing.T) {
	for _, test := range []struct {
		path, body string
		of         func(*handler) *singly
		want       chat.Code // in its turn
	}{
		{"POST /api/shared", `{"secret":"x"}`, func(h *handler) *singly { return &h.opening }, chat.CodeNoShare},
		{"POST /api/shared/branch", `{"secret":"x"}`, func(h *handler) *singly { return &h.opening }, chat.CodeNoShare},
		{"POST /api/conversations/{id}/branch", `{}`, func(h *handler) *singly { return &h.opening }, chat.CodeNoConversation},
		{"GET /api/conversations/{id}/export", "", func(h *handler) *singly { return &h.exporting }, chat.CodeNoConversation},
		{"POST /api/conversations/bulk", `{"ids":["x"],"action":"export"}`, func(h *handler) *singly { return &h.exporting }, chat.CodeNoConversation},
	} {
		h := &handler{store: newStore(t)}
		at := slices.IndexFunc(routes, func(r route) bool { return r.method+" "+r.path == test.path })
		ask := func(who string, wait time.Duration) error {
			ctx, cancel := context.WithTimeout(t.Context(), wait)
			defer cancel()
			method, path, _ := strings.Cut(test.path, " ")
			r := httptest.NewRequestWithContext(ctx, method, path+"?format=md", strings.NewReader(test.body))
			r.Header.Set("Content-Type", "application/json")
			_, err := routes[at].handle(h, httptest.NewRecorder(), r, chat.Principal{ID: who})
			return err
		}
		code := func(err error) chat.Code {
			if told, ok := errors.AsType[*chat.Error](err); ok {
				return told.Code
			}
			return chat.Code(fmt.Sprint(err))
		}
		leave, err := test.of(h).enter(t.Context(), chat.Local.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := ask(chat.Local.ID, 20*time.Millisecond); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s did not wait: %v", test.path, err)
		}
		if got := code(ask("somebody", time.Minute)); got != test.want {
			t.Errorf("%s of somebody else: %s, want %s", test.path, got, test.want)
		}
		leave()
		if got := code(ask(chat.Local.ID, time.Minute)); got != test.want {
			t.Errorf("%s in its turn: %s, want %s", test.path, got, test.want)
		}
		if n := len(test.of(h).now); n != 0 {
			t.Errorf("%s: %d are under way", test.path, n)
		}
	}
}

// Of many at once each has its turn, and no two have it together.
func TestEachHasItsTurn(t *testing.T) {
	var s singly
	var inside, done atomic.Int64
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			leave, err := s.enter(t.Context(), "a")
			if err != nil {
				t.Error(err)
				return
			}
			if n := inside.Add(1); n != 1 {
				t.Errorf("%d at once", n)
			}
			done.Add(1)
			inside.Add(-1)
			leave()
		})
	}
	all.Wait()
	if done.Load() != 50 || len(s.now) != 0 {
		t.Errorf("%d had a turn, %d are under way", done.Load(), len(s.now))
	}
}
