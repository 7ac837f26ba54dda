package api

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"exaone/chat"
)

// Whether a model sees is not known while its server cannot be reached: that is said, and not that it cannot see.
func TestAServerOutOfReachIsNotAModelWithoutEyes(t *testing.T) {
	s := newStranger(t, "vllm", streams(stopped, ended))
	c := remote(t, s.Server)
	s.Close()
	if sees, err := c.Sees(t.Context()); codeOf(err) != chat.CodeRemoteUnreachable || sees {
		t.Errorf("sees %v, %v, want %s", sees, err, chat.CodeRemoteUnreachable)
	}
	m := says(chat.Finish{Reason: chat.FinishStop, Model: "tiny"})
	server := newServer(m, func(o *Options) { o.Sees = func(ctx context.Context, _ string) (bool, error) { return c.Sees(ctx) } })
	for path, body := range imageBodies(base64.StdEncoding.EncodeToString(dot(t))) {
		if status, out := postTo(server, path, body); status != http.StatusBadGateway || strings.Contains(out, "cannot see images") {
			t.Errorf("%s: %d %s, want %d", path, status, out, http.StatusBadGateway)
		}
	}
	if len(m.asked) != 0 {
		t.Errorf("the model was asked %d times", len(m.asked))
	}
}

// The word in a text is no picture: nobody is asked what a model can.
func TestEyesAreLookedForOnlyWhereAPictureIs(t *testing.T) {
	looked := 0
	m := says(chat.Delta{Text: "네"}, chat.Finish{Reason: chat.FinishStop, Model: "tiny"})
	s := newServer(m, func(o *Options) { o.Sees = func(context.Context, string) (bool, error) { looked++; return true, nil } })
	text := `{"model":"tiny","messages":[{"role":"user","content":[{"type":"text","text":"an \"image\" of images"}]}]}`
	if status, out := postTo(s, chatPath, text); status != http.StatusOK || looked != 0 {
		t.Errorf("%d %s, looked %d times, want never", status, out, looked)
	}
	part := `{"type":"image_url","image_url":{"url":"data:image/png;base64,` + base64.StdEncoding.EncodeToString(dot(t)) + `"}}`
	two := `{"model":"tiny","messages":[{"role":"user","content":[` + part + `,` + part + `]}]}`
	if status, out := postTo(s, chatPath, two); status != http.StatusOK || looked != 1 {
		t.Errorf("%d %s, looked %d times, want once", status, out, looked)
	}
}

// While a server is asked whether its model sees, the client says what it knows, answers texts, and forgets what has changed.
func TestALookAtEyesHoldsNobodyUp(t *testing.T) {
	began, goes := make(chan struct{}), make(chan struct{})
	s := sighted(t, "library", "", nil)
	next := s.Config.Handler
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/show" {
			close(began)
			<-goes
		}
		next.ServeHTTP(w, r)
	})
	c := remote(t, s.Server)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.Sees(ctx)
	}()
	<-began
	if !c.Info().Loaded {
		t.Error("what is known of the server is not told")
	}
	for ev, err := range c.Chat(ctx, chat.Request{MaxTokens: 8, Messages: []chat.Message{{Role: chat.User, Text: "안녕"}}}) {
		if err != nil {
			t.Errorf("a text meanwhile: %v, %v", ev, err)
		}
	}
	c.forget()
	if c.Info().Loaded {
		t.Error("it was not forgotten")
	}
	close(goes)
	<-done
}
