package api

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"exaone/chat"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// scripted is a chat.Model that says what it is told to, and remembers what it was asked.
type scripted struct {
	answer func(ctx context.Context, req chat.Request, yield func(chat.Event, error) bool)

	mu    sync.Mutex
	asked []chat.Request
}

func (m *scripted) Chat(ctx context.Context, req chat.Request) iter.Seq2[chat.Event, error] {
	m.mu.Lock()
	m.asked = append(m.asked, req)
	m.mu.Unlock()
	return func(yield func(chat.Event, error) bool) { m.answer(ctx, req, yield) }
}

// last is the request that was asked last.
func (m *scripted) last(t *testing.T) chat.Request {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.asked) == 0 {
		t.Fatal("the model was not asked")
	}
	return m.asked[len(m.asked)-1]
}

// says yields events in order until the reader leaves.
func says(events ...chat.Event) *scripted {
	return &scripted{answer: func(_ context.Context, _ chat.Request, yield func(chat.Event, error) bool) {
		for _, ev := range events {
			if !yield(ev, nil) {
				return
			}
		}
	}}
}

// fails yields events and then an error.
func fails(err error, events ...chat.Event) *scripted {
	return &scripted{answer: func(_ context.Context, _ chat.Request, yield func(chat.Event, error) bool) {
		for _, ev := range events {
			if !yield(ev, nil) {
				return
			}
		}
		yield(nil, err)
	}}
}

func token(text string, offset int, logprob float32, top ...chat.TokenLogprob) chat.TokenLogprob {
	return chat.TokenLogprob{ID: int32(len(text)), Bytes: []byte(text), Offset: offset, Logprob: logprob, Top: top}
}

// talker answers like a model would: it echoes, has tokens where they are asked for, and stops by itself. Each
// character is a token.
var talker = &scripted{answer: func(_ context.Context, req chat.Request, yield func(chat.Event, error) bool) {
	usage := chat.Usage{PromptTokens: 5, CachedTokens: 3}
	if req.PromptLogprobs > 0 {
		text := req.Prompt.Text
		if req.Prompt.IDs != nil {
			text = strings.Repeat("가", len(req.Prompt.IDs))
		}
		var tokens []chat.TokenLogprob
		for at, r := range text {
			tokens = append(tokens, token(string(r), at, -0.25, topOf(string(r), req.PromptLogprobs)...))
		}
		if len(tokens) > 0 {
			tokens[0].Logprob, tokens[0].Top = 0, nil
		}
		if !yield(chat.Echo{Text: text, Tokens: tokens}, nil) {
			return
		}
	}
	at := 0
	for _, piece := range []string{"안", "녕", "!"} {
		if req.MaxTokens < 0 || req.MaxTokens > 0 && usage.CompletionTokens == req.MaxTokens {
			break
		}
		delta := chat.Delta{Text: piece}
		if req.Logprobs > 0 {
			delta.Tokens = []chat.TokenLogprob{token(piece, at, -0.5, topOf(piece, req.Logprobs)...)}
		}
		at += len(piece)
		usage.CompletionTokens++
		if !yield(delta, nil) {
			return
		}
	}
	reason := chat.FinishStop
	if usage.CompletionTokens < 3 {
		reason = chat.FinishLength
	}
	yield(chat.Finish{Reason: reason, Model: "tiny", Usage: usage}, nil)
}}

// topOf is as chat.Request says: n-1 alternatives.
func topOf(text string, n int) []chat.TokenLogprob {
	all := []chat.TokenLogprob{token(text, 0, -0.5), token("\xec\x95", 0, -1.5), token("z", 0, -2)}
	return all[:min(n-1, len(all))]
}

func tinyModels(*http.Request) ([]ModelInfo, error) {
	return []ModelInfo{
		{ID: "tiny", Created: time.Unix(1700000000, 0), OwnedBy: "us", Window: 4096, Size: 12, Loaded: true, Default: true,
			Capabilities: []string{"chat"}},
		{ID: "org/other"},
	}, nil
}

// newServer returns a server over a model with a clock that stands still.
func newServer(model chat.Model, change ...func(*Options)) *Server {
	opts := Options{Model: model, Models: tinyModels, Version: "test",
		Now: func() time.Time { return time.Unix(1700000000, 0) }}
	for _, c := range change {
		c(&opts)
	}
	return New(opts)
}

// post sends a body to a handler and returns the reply.
func post(h http.Handler, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// events returns the data of server-sent events, and comments with their colon.
func events(t *testing.T, body io.Reader) []string {
	t.Helper()
	var out []string
	lines := bufio.NewScanner(body)
	for lines.Scan() {
		line := lines.Text()
		switch data, ok := strings.CutPrefix(line, "data: "); {
		case ok:
			out = append(out, data)
		case strings.HasPrefix(line, ":"):
			out = append(out, line)
		case line != "":
			t.Errorf("line %q is no event", line)
		}
	}
	return out
}

// plain replaces what is different each time.
func plain(t *testing.T, text string) string {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%q is not UTF-8", text)
	}
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return text
	}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if id, ok := v["id"].(string); ok {
				head, _, _ := strings.Cut(id, "-")
				v["id"] = head
			}
			for _, inner := range v {
				walk(inner)
			}
		case []any:
			for _, inner := range v {
				walk(inner)
			}
		}
	}
	walk(v)
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
