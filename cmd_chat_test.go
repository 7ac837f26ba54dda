package main

import (
	"bytes"
	"context"
	"testing"

	"exaone/chat"
	"exaone/engine"
)

// On a terminal, what is happening is wiped away before the answer, and no word of the answer with it.
func TestAnAnswerOnATerminalStays(t *testing.T) {
	dir := tinyModel(t)
	e := engine.New(engine.Options{Threads: 1, Resolve: func(string) (engine.Spec, error) {
		return engine.Spec{Name: "tiny", Path: dir}, nil
	}})
	defer e.Close()
	var terminal bytes.Buffer
	a := newApp(&bytes.Buffer{}, &terminal, &terminal)
	a.lang, a.errTTY = chat.English, true
	talk := &talk{app: a, model: e, request: chat.Request{MaxTokens: 12}}
	if err := talk.ask(context.Background(), "hello there"); err != nil {
		t.Fatal(err)
	}
	said := talk.request.Messages[1].Text
	if said == "" || !bytes.Contains(terminal.Bytes(), []byte("\r\x1b[K"+said+"\n")) {
		t.Errorf("the terminal shows %q, want %q after the last wipe", terminal.String(), said)
	}
}
