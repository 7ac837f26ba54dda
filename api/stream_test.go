package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exaone/chat"

	"github.com/google/go-cmp/cmp"
)

// chunk is what a chunk of a chat completion looks like but for its choices.
func chunk(choices string) string {
	return `{"choices":` + choices + `,"created":1700000000,"id":"chatcmpl","model":"tiny","object":"chat.completion.chunk","system_fingerprint":"test"}`
}

func TestStreamOfChat(t *testing.T) {
	piece := func(delta, finish string) string {
		return chunk(`[{"delta":` + delta + `,"finish_reason":` + finish + `,"index":0,"logprobs":null}]`)
	}
	role := piece(`{"content":"","role":"assistant"}`, "null")
	for name, c := range map[string]struct {
		model *scripted
		body  string
		want  []string
	}{
		"plain": {talker, "", []string{role, piece(`{"content":"안"}`, "null"), piece(`{"content":"녕"}`, "null"),
			piece(`{"content":"!"}`, "null"), piece(`{}`, `"stop"`), "[DONE]"}},
		"thinking and a call": {says(chat.Phase{Name: "load"}, chat.Delta{Thinking: "음"},
			chat.Call{ToolCall: chat.ToolCall{ID: "1", Name: "f", Arguments: `{"a":1}`}}, chat.Finish{Reason: chat.FinishCalls}), "", []string{
			role, piece(`{"reasoning_content":"음"}`, "null"),
			piece(`{"tool_calls":[{"function":{"arguments":"","name":"f"},"id":"1","index":0,"type":"function"}]}`, "null"),
			piece(`{"tool_calls":[{"function":{"arguments":"{\"a\":1}"},"index":0}]}`, "null"),
			piece(`{}`, `"tool_calls"`), "[DONE]"}},
		"an error after the first word": {fails(errors.New("boom"), chat.Delta{Text: "안"}), "", []string{
			role, piece(`{"content":"안"}`, "null"), "error", ""}},
		"nothing but the end": {says(chat.Finish{Reason: chat.FinishStop}), "", []string{role, piece(`{}`, `"stop"`), "[DONE]"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := post(newServer(c.model), "/v1/chat/completions", `{"stream":true,`+hello+c.body+`}`)
			var got []string
			for _, ev := range events(t, w.Body) {
				ev = plain(t, ev)
				if strings.Contains(ev, `"error":{"code":"internal"`) {
					ev = "error"
				}
				got = append(got, ev)
			}
			if want := c.want; want[len(want)-1] == "" {
				c.want = want[:len(want)-1]
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			if got := w.Header().Get("Content-Type"); got != "text/event-stream; charset=utf-8" {
				t.Errorf("content type %q", got)
			}
		})
	}
}

func TestStreamUsage(t *testing.T) {
	w := post(newServer(talker), "/v1/chat/completions", `{"stream":true,"stream_options":{"include_usage":true},"n":2,`+hello+`}`)
	got := events(t, w.Body)
	for _, ev := range got[:len(got)-2] {
		if !strings.Contains(ev, `"usage":null`) {
			t.Errorf("%s, want usage null", ev)
		}
	}
	want := `"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":6,"total_tokens":11,"prompt_tokens_details":{"cached_tokens":3}}`
	if last := got[len(got)-2]; !strings.Contains(last, want) {
		t.Errorf("got %s, want %s", last, want)
	}
}

func TestStreamOfText(t *testing.T) {
	w := post(newServer(talker), "/v1/completions", `{"stream":true,"prompt":"가","echo":true,"logprobs":0,"max_tokens":1}`)
	var got []string
	for _, ev := range events(t, w.Body) {
		_, ev, _ = strings.Cut(plain(t, ev), `"choices":`)
		ev, _, _ = strings.Cut(ev, `,"created"`)
		got = append(got, ev)
	}
	want := []string{
		`[{"finish_reason":null,"index":0,"logprobs":{"text_offset":[0],"token_logprobs":[null],"tokens":["가"],"top_logprobs":[null]},"text":"가"}]`,
		`[{"finish_reason":null,"index":0,"logprobs":{"text_offset":[1],"token_logprobs":[-0.5],"tokens":["안"],"top_logprobs":[{}]},"text":"안"}]`,
		`[{"finish_reason":"length","index":0,"logprobs":{"text_offset":[],"token_logprobs":[],"tokens":[],"top_logprobs":[]},"text":""}]`,
		"",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// TestStreamOfHalfCharacters holds that a prompt that is echoed byte by byte arrives in whole characters, and that
// the tokens of one character have its offset.
func TestStreamOfHalfCharacters(t *testing.T) {
	var pieces []chat.Event
	for i, b := range []byte("가a나") {
		pieces = append(pieces, chat.Echo{Text: string([]byte{b}), Tokens: []chat.TokenLogprob{{Bytes: []byte{b}, Offset: i}}})
	}
	pieces = append(pieces, chat.Delta{Text: "다", Tokens: []chat.TokenLogprob{token("다", 0, -1)}}, chat.Finish{Reason: chat.FinishLength})
	w := post(newServer(says(pieces...)), "/v1/completions", `{"stream":true,"prompt":"가a나","echo":true,"logprobs":0}`)
	var text strings.Builder
	var offsets []int
	for _, ev := range events(t, w.Body) {
		var c struct {
			Choices []struct {
				Text     string
				Logprobs struct {
					TextOffset []int `json:"text_offset"`
				}
			}
		}
		if json.Unmarshal([]byte(ev), &c) == nil {
			text.WriteString(c.Choices[0].Text)
			offsets = append(offsets, c.Choices[0].Logprobs.TextOffset...)
		}
	}
	if text.String() != "가a나다" {
		t.Errorf("text %q", text.String())
	}
	if diff := cmp.Diff([]int{0, 0, 0, 1, 2, 2, 2, 3}, offsets); diff != "" {
		t.Errorf("offsets (-want +got):\n%s", diff)
	}
}

// TestStreamKeepsAlive holds that a client that waits hears something, and that what goes wrong afterwards comes
// as an event.
func TestStreamKeepsAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := &scripted{answer: func(ctx context.Context, _ chat.Request, yield func(chat.Event, error) bool) {
			if !yield(chat.Phase{Name: "queue"}, nil) {
				return
			}
			time.Sleep(25 * time.Second)
			yield(nil, chat.NewError(chat.CodeBusy, nil, 1, 1))
		}}
		got := events(t, post(newServer(model), "/v1/completions", `{"stream":true,"prompt":"a"}`).Body)
		if len(got) != 3 || got[0] != ": waiting" || got[1] != ": waiting" || !strings.Contains(got[2], `"code":"busy"`) {
			t.Errorf("got %q, want two comments and an error", got)
		}
	})
}

// patience is how long something may take on a machine that others share.
const patience = 2 * time.Minute

// talksOn is a model that talks until it is stopped, which closes the channel. leave is called once it has said some words.
func talksOn(leave func()) (model *scripted, stopped chan struct{}) {
	stopped = make(chan struct{})
	return &scripted{answer: func(ctx context.Context, _ chat.Request, yield func(chat.Event, error) bool) {
		defer close(stopped)
		for n := 0; yield(chat.Delta{Text: "말"}, nil) && ctx.Err() == nil; n++ {
			if n == 20 {
				leave()
			}
			select {
			case <-ctx.Done():
			case <-time.After(time.Millisecond):
			}
		}
	}}, stopped
}

// TestChatStopsWhenReaderLeaves holds that a client that closes its connection cancels the model at once.
func TestChatStopsWhenReaderLeaves(t *testing.T) {
	for _, stream := range []string{"true", "false"} {
		ctx, leave := context.WithCancel(context.Background())
		model, stopped := talksOn(leave)
		server := httptest.NewServer(newServer(model))
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/v1/chat/completions",
			strings.NewReader(`{"stream":`+stream+`,`+hello+`}`))
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			_, err = io.Copy(io.Discard, res.Body)
			res.Body.Close()
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("stream %s: the client got %v", stream, err)
		}
		select {
		case <-stopped:
		case <-time.After(patience):
			t.Fatalf("stream %s: the model still talks", stream)
		}
		server.Close()
	}
	http.DefaultClient.CloseIdleConnections()
}

// TestStreamSaysThatTheServerEnds holds that a request that the server ends says why.
func TestStreamSaysThatTheServerEnds(t *testing.T) {
	ctx, end := context.WithCancelCause(context.Background())
	model := &scripted{answer: func(ctx context.Context, _ chat.Request, yield func(chat.Event, error) bool) {
		if yield(chat.Delta{Text: "안"}, nil) {
			end(chat.NewError(chat.CodeShuttingDown, nil))
			<-ctx.Done()
			yield(nil, ctx.Err())
		}
	}}
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/v1/completions", strings.NewReader(`{"stream":true,"prompt":"a"}`))
	w := httptest.NewRecorder()
	newServer(model).ServeHTTP(w, r)
	if got := events(t, w.Body); len(got) != 2 || !strings.Contains(got[1], "shutting_down") {
		t.Errorf("got %q", got)
	}
}

// TestPanicsEndOneRequest holds that a panic, here or in the model, is an error with an id that is in the log.
func TestPanicsEndOneRequest(t *testing.T) {
	var log bytes.Buffer
	logged := func(o *Options) { o.Log = slog.New(slog.NewTextHandler(&log, nil)) }
	inModel := &scripted{answer: func(context.Context, chat.Request, func(chat.Event, error) bool) { panic("in the model") }}
	check := func(w *httptest.ResponseRecorder) {
		t.Helper()
		id := w.Header().Get("X-Request-Id")
		if w.Code != 500 || id == "" || !strings.Contains(w.Body.String(), id) || !strings.Contains(log.String(), id) {
			t.Errorf("got %d %s, log %s", w.Code, w.Body, &log)
		}
		if strings.Contains(w.Body.String(), "in the model") {
			t.Errorf("the reply tells what happened: %s", w.Body)
		}
	}
	check(post(newServer(inModel, logged), "/v1/completions", `{"prompt":"a"}`))
	check(post(newServer(talker, logged, func(o *Options) {
		o.Authorize = func(*http.Request, string) (chat.Principal, error) { panic("in the model") }
	}), "/v1/completions", `{"prompt":"a"}`))
}

func TestAuthorizeDecides(t *testing.T) {
	model := says(chat.Finish{Reason: chat.FinishStop})
	server := newServer(model, func(o *Options) {
		o.Authorize = func(r *http.Request, scope string) (chat.Principal, error) {
			switch r.Header.Get("Authorization") {
			case "":
				return chat.Principal{}, chat.NewError(chat.CodeKeyMissing, nil)
			case "slow":
				return chat.Principal{}, chat.NewError(chat.CodeRateLimited, nil, 60, 17)
			}
			return chat.Principal{ID: "who-" + scope, Key: r.Header.Get("X-Api-Key")}, nil
		}
	})
	w := post(server, "/v1/completions", `{"prompt":"a"}`)
	if w.Code != 401 || w.Header().Get("WWW-Authenticate") != "Bearer" || !strings.Contains(w.Body.String(), `"type":"authentication_error"`) {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	w = post(server, "/v1/completions", `{"prompt":"a"}`, "Authorization", "slow")
	if w.Code != 429 || w.Header().Get("Retry-After") != "17" {
		t.Errorf("got %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	post(server, "/v1/completions", `{"prompt":"a"}`, "Authorization", "x")
	if got := model.last(t); got.Principal.ID != "who-inference" || got.Scope != "who-inference" {
		t.Errorf("asked for %+v, scope %q", got.Principal, got.Scope)
	}
	for path, body := range map[string]string{
		"/v1/completions":      `{"prompt":"a"}`,
		"/v1/chat/completions": `{"messages":[{"role":"user","content":"a"}]}`,
	} {
		post(server, path, body, "Authorization", "x", "X-Api-Key", "k1")
		if got := model.last(t); got.Scope != "key:k1" || got.Share != "" && got.Share != got.Scope {
			t.Errorf("%s: with a key, scope %q, share %q, want key:k1", path, got.Scope, got.Share)
		}
	}
	if w = httptest.NewRecorder(); true {
		server.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/health", nil))
	}
	if w.Code != 200 {
		t.Errorf("/health needs a key: %d", w.Code)
	}
}

func TestMetricsCount(t *testing.T) {
	server := newServer(talker, func(o *Options) {
		o.Gauges = func() map[string]float64 { return map[string]float64{"engine_waiting": 7} }
	})
	post(server, "/v1/completions", `{"prompt":"a"}`)
	post(server, "/v1/completions", `{`)
	w := httptest.NewRecorder()
	server.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, want := range []string{
		`exaone_requests_total{route="/v1/completions",status="200"} 1`,
		`exaone_requests_total{route="/v1/completions",status="400"} 1`,
		`exaone_tokens_total{kind="prompt"} 5`, `exaone_tokens_total{kind="cached"} 3`, `exaone_tokens_total{kind="completion"} 3`,
		`exaone_first_token_seconds_count 1`, `exaone_token_seconds_count 1`, `exaone_engine_waiting 7`, `go_goroutines`,
		`exaone_requests_open 1`,
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("metrics have no %s:\n%.3000s", want, w.Body)
		}
	}
}
