package api

import (
	"context"
	"net/http/httptest"
	"testing"

	"exaone/chat"
)

// What asks for no answer is counted all the same, once each, before anything is done, and over when it is.
func TestEverythingIsLetIn(t *testing.T) {
	memory := &kept{}
	open, entered := 0, 0
	var refuse error
	server := newServer(talker, withAll, func(o *Options) {
		o.Memory = memory
		o.Enter = func(_ context.Context, who chat.Principal, model string) (func(), error) {
			if who.ID != chat.Local.ID || model != "tiny" {
				t.Errorf("%s enters for %q", who.ID, model)
			}
			if refuse != nil {
				return nil, refuse
			}
			open++
			entered++
			return func() { open-- }, nil
		}
	})
	requests := []struct{ path, body string }{
		{"/tokenize", `{"model":"tiny","content":"가"}`},
		{"/detokenize", `{"model":"tiny","tokens":[300]}`},
		{"/apply-template", `{"model":"tiny",` + hello + `}`},
		{"/v1/messages/count_tokens", `{"model":"tiny",` + hello + `}`},
		{"/api/generate", `{"model":"tiny"}`},
		{"/api/generate", `{"model":"tiny","keep_alive":0}`},
		{"/api/chat", `{"model":"tiny","messages":[]}`},
	}
	for i, r := range requests {
		if w := post(server, r.path, r.body); w.Code != 200 || open != 0 || entered != i+1 {
			t.Errorf("%s: %d %s; %d open, %d entered", r.path, w.Code, w.Body, open, entered)
		}
	}
	done := len(memory.said)
	refuse = chat.NewError(chat.CodeQuotaMinute, nil, 2, 30)
	for _, r := range requests {
		var w *httptest.ResponseRecorder
		if w = post(server, r.path, r.body); w.Code != 429 || w.Header().Get("Retry-After") != "30" {
			t.Errorf("%s, refused: %d %s", r.path, w.Code, w.Body)
		}
	}
	if len(memory.said) != done {
		t.Errorf("refused, and done: %q", memory.said[done:])
	}
}
