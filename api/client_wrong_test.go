package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"exaone/chat"
)

// TestClientNoticesWrongReplies holds that a reply that is not one ends in an error that says so, and is not asked for
// again once something was said.
func TestClientNoticesWrongReplies(t *testing.T) {
	for name, c := range map[string]struct {
		lines string
		code  chat.Code
	}{
		"no JSON":             {"data: hello\n\n", chat.CodeRemoteBadReply},
		"an object of texts":  {"data: {\"choices\":\"x\"}\n\n", chat.CodeRemoteBadReply},
		"content in parts":    {"data: {\"choices\":[{\"delta\":{\"content\":[]}}]}\n\n", chat.CodeRemoteBadReply},
		"two choices":         {"data: {\"choices\":[{\"index\":1,\"delta\":{}}]}\n\n", chat.CodeRemoteBadReply},
		"an error":            {delta("a") + "data: {\"error\":{\"message\":\"out of memory\"}}\n\n", chat.CodeRemoteFailed},
		"an error in its own": {"error: {\"error\":{\"message\":\"slot\"}}\n\n", chat.CodeRemoteFailed},
		"cut after a word":    {delta("a"), chat.CodeRemoteCut},
		"done after a word":   {delta("a") + ended, chat.CodeRemoteCut},
		"withheld":            {delta("a") + strings.Replace(stopped, "stop", "content_filter", 1), chat.CodeRemoteWithheld},
		"a reason of its own": {delta("a") + strings.Replace(stopped, "\"stop\"", "\"abort\"", 1), chat.CodeRemoteBadReply},
		"arguments that are none": {"data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"[1]\"}}]},\"finish_reason\":\"stop\"}]}\n\n",
			chat.CodeRemoteBadReply},
		"a call without a name": {"data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\"}]}\n\n",
			chat.CodeRemoteBadReply},
		"call 7 first":   {"data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":7,\"function\":{\"name\":\"f\"}}]}}]}\n\n", chat.CodeRemoteBadReply},
		"a huge line":    {"data: " + strings.Repeat("x", mostOfEvent+1) + "\n\n", chat.CodeRemoteBadReply},
		"no end of line": {strings.Repeat("x", mostOfEvent+1), chat.CodeRemoteBadReply},
		"a huge event":   {strings.Repeat("data: "+strings.Repeat("x", 1<<20)+"\n", mostOfEvent>>20+1), chat.CodeRemoteBadReply},
	} {
		server := newStranger(t, "somebody", streams(c.lines))
		_, code, err := heardFrom(remote(t, server.Server), hi)
		if code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
		if n := server.count(chatPath); n != 1 {
			t.Errorf("%s: asked %d times, want once", name, n)
		}
	}
	for _, reply := range []string{`{"error":"no streams"}`, "", "<html>"} {
		server := newStranger(t, "somebody", func(w http.ResponseWriter, _ *http.Request, _ map[string]any) { io.WriteString(w, reply) })
		if _, code, err := heardFrom(remote(t, server.Server), hi); code != chat.CodeRemoteBadReply {
			t.Errorf("%q instead of a stream: %v", reply, err)
		}
	}
}

// TestClientTriesAgain holds what is tried again, how often, and that nothing is once an answer has begun.
func TestClientTriesAgain(t *testing.T) {
	hangUp := func(w http.ResponseWriter) { panic(http.ErrAbortHandler) }
	for name, c := range map[string]struct {
		answers []func(w http.ResponseWriter) // the last one again and again; nil is a good answer
		code    chat.Code
		asked   int
		want    string
	}{
		"hangs up twice":    {[]func(http.ResponseWriter){hangUp, hangUp, nil}, "", 3, ""},
		"always hangs up":   {[]func(http.ResponseWriter){hangUp}, chat.CodeRemoteUnreachable, tries, ""},
		"busy once":         {[]func(http.ResponseWriter){func(w http.ResponseWriter) { w.WriteHeader(503) }, nil}, "", 2, ""},
		"always busy":       {[]func(http.ResponseWriter){func(w http.ResponseWriter) { w.WriteHeader(429) }}, chat.CodeRemoteBusy, tries, "HTTP 429"},
		"busy for a moment": {[]func(http.ResponseWriter){func(w http.ResponseWriter) { w.Header().Set("Retry-After", "0"); w.WriteHeader(429) }, nil}, "", 2, ""},
		"busy for long": {[]func(http.ResponseWriter){func(w http.ResponseWriter) { w.Header().Set("Retry-After", "120"); w.WriteHeader(429) }},
			chat.CodeRemoteBusy, 1, "120 seconds"},
		"busy until a date": {[]func(http.ResponseWriter){func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
			w.WriteHeader(503)
		}}, chat.CodeRemoteBusy, 1, "seconds"},
		"broken": {[]func(http.ResponseWriter){func(w http.ResponseWriter) { http.Error(w, `{"detail":"boom"}`, 500) }}, chat.CodeRemoteFailed, 1, "boom"},
		"refuses": {[]func(http.ResponseWriter){func(w http.ResponseWriter) {
			http.Error(w, `{"message":"no\u0007 such\nthing"}`, http.StatusUnprocessableEntity)
		}}, chat.CodeRemoteRefused, 1, "no such thing"},
		"wants a key": {[]func(http.ResponseWriter){func(w http.ResponseWriter) { http.Error(w, "", http.StatusUnauthorized) }}, chat.CodeRemoteKey, 1, "API key"},
		"cut before a word": {[]func(http.ResponseWriter){func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/event-stream")
			w.WriteHeader(200)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, nil}, "", 2, ""},
		"cut after a word": {[]func(http.ResponseWriter){func(w http.ResponseWriter) {
			streams(delta("a"))(w, nil, nil)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, nil}, chat.CodeRemoteCut, 1, ""},
	} {
		var n atomic.Int64
		server := newStranger(t, "somebody", func(w http.ResponseWriter, r *http.Request, body map[string]any) {
			answer := c.answers[min(int(n.Add(1)), len(c.answers))-1]
			if answer != nil {
				answer(w)
				return
			}
			streams(delta("a"), stopped, ended)(w, r, body)
		})
		_, code, err := heardFrom(remote(t, server.Server), hi)
		if code != c.code || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.code)
		}
		if n := int(n.Load()); n != c.asked {
			t.Errorf("%s: asked %d times, want %d", name, n, c.asked)
		}
	}
}

// TestClientIsNotKeptWaiting holds that a server that says nothing is given up, before and after its first word, and
// that its connection is closed when the reader leaves.
func TestClientIsNotKeptWaiting(t *testing.T) {
	for name, first := range map[string]string{"no headers": "", "no more words": delta("a")} {
		gone := make(chan struct{})
		server := newStranger(t, "somebody", func(w http.ResponseWriter, r *http.Request, body map[string]any) {
			defer close(gone)
			if first != "" {
				streams(first)(w, r, body)
				w.(http.Flusher).Flush()
			}
			<-r.Context().Done()
		})
		client := remote(t, server.Server, func(o *ClientOptions) { o.Silence = 500 * time.Millisecond })
		if _, code, err := heardFrom(client, hi); code != chat.CodeRemoteSilent {
			t.Errorf("%s: %v", name, err)
		}
		<-gone
	}
	for name, leave := range map[string]func(context.CancelFunc) bool{
		"breaks off": func(context.CancelFunc) bool { return false },
		"cancels":    func(cancel context.CancelFunc) bool { cancel(); return true },
	} {
		gone := make(chan struct{})
		server := newStranger(t, "somebody", func(w http.ResponseWriter, r *http.Request, body map[string]any) {
			defer close(gone)
			streams(delta("a"))(w, r, body)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		})
		ctx, cancel := context.WithCancel(context.Background())
		for _, err := range remote(t, server.Server).Chat(ctx, hi) {
			if err == nil && leave(cancel) {
				continue
			}
			if err != nil && err != context.Canceled {
				t.Errorf("%s: %v", name, err)
			}
			break
		}
		select {
		case <-gone:
		case <-time.After(patience):
			t.Errorf("%s: the server still talks", name)
		}
		cancel()
	}
}

// TestClientContactsNobodyElse holds that nothing is asked before somebody asks, that the list of models is read once,
// and that redirections are not followed.
func TestClientContactsNobodyElse(t *testing.T) {
	server := newStranger(t, "vllm", streams(delta("a"), stopped, ended))
	client := remote(t, server.Server)
	if info := client.Info(); info.ID != "tiny" || info.Window != 0 || len(server.seen) > 0 {
		t.Errorf("%+v after %v, want nothing asked", info, server.seen)
	}
	for range 3 {
		if _, _, err := heardFrom(client, hi); err != nil {
			t.Fatal(err)
		}
	}
	if n := server.count("/v1/models"); n != 1 {
		t.Errorf("the models were asked for %d times", n)
	}
	if info := client.Info(); info.Window != 2048 {
		t.Errorf("the window is %d, want 2048", info.Window)
	}
	elsewhere := newStranger(t, "somebody", streams(delta("a"), stopped, ended))
	away := newStranger(t, "somebody", func(w http.ResponseWriter, r *http.Request, _ map[string]any) {
		http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
	})
	if _, code, err := heardFrom(remote(t, away.Server), hi); code != chat.CodeRemoteFailed || len(elsewhere.seen) > 0 {
		t.Errorf("redirected: %v, and there %v was asked", err, elsewhere.seen)
	}
}

// TestClientFindsTheOnlyModel holds that a name may be left out where a server has one model.
func TestClientFindsTheOnlyModel(t *testing.T) {
	unnamed := func(o *ClientOptions) { o.Model = "" }
	server := newStranger(t, "vllm", streams(delta("a"), stopped, ended))
	if _, _, err := heardFrom(remote(t, server.Server, unnamed), hi); err != nil || server.last()["model"] != "tiny" {
		t.Errorf("%v, model %v", err, server.last()["model"])
	}
	server.models = `{"data":[{"id":"a"},{"id":"b"}]}`
	if _, code, err := heardFrom(remote(t, server.Server, unnamed), hi); code != chat.CodeRemoteWhich || !strings.Contains(err.Error(), "a, b") {
		t.Errorf("of two: %v", err)
	}
	server.models = ""
	if _, _, err := heardFrom(remote(t, server.Server), hi); err != nil {
		t.Errorf("without a list, named: %v", err)
	}
}

// TestKeysStaySecret holds that the key is sent and is in no error and no log, whatever the server says.
func TestKeysStaySecret(t *testing.T) {
	const key = "sk-very-secret"
	var log bytes.Buffer
	for _, status := range []int{400, 401, 429, 500} {
		server := newStranger(t, "somebody", func(w http.ResponseWriter, r *http.Request, _ map[string]any) {
			if r.Header.Get("Authorization") != "Bearer "+key {
				t.Errorf("authorization %q", r.Header.Get("Authorization"))
			}
			http.Error(w, `{"error":{"message":"wrong key: `+key+`"}}`, status)
		})
		client := remote(t, server.Server, func(o *ClientOptions) {
			o.Key, o.Log = key, slog.New(slog.NewTextHandler(&log, nil))
		})
		_, _, err := heardFrom(client, hi)
		if err == nil || strings.Contains(fmt.Sprintf("%+v", err), key) || strings.Contains(log.String(), key) {
			t.Errorf("%d: error %v, log %s", status, err, &log)
		}
	}
	for _, bad := range []string{"a b", "a\nb", "키"} {
		if _, err := NewClient(ClientOptions{URL: "http://127.0.0.1:1", Key: bad}); codeOf(err) != chat.CodeRemoteKeyForm || strings.Contains(err.Error(), bad) {
			t.Errorf("key %q: %v", bad, err)
		}
	}
}

func TestParseRemote(t *testing.T) {
	for in, want := range map[string]ClientOptions{
		"openai:http://127.0.0.1:8000/v1#LGAI/EXAONE-3.5": {URL: "http://127.0.0.1:8000/v1", Model: "LGAI/EXAONE-3.5"},
		"openai:https://api.example.com":                  {URL: "https://api.example.com"},
		"openai:http://[::1]:8000/v1/#모델":                 {URL: "http://[::1]:8000/v1/", Model: "모델"},
	} {
		got, err := ParseRemote(in)
		if err != nil || got.URL != want.URL || got.Model != want.Model {
			t.Errorf("%s: %+v, %v", in, got, err)
		}
	}
	for in, want := range map[string]chat.Code{
		"openai:": chat.CodeRemoteAddress, "openai:127.0.0.1:8000": chat.CodeRemoteAddress, "openai:ftp://x/v1": chat.CodeRemoteAddress,
		"openai:http://": chat.CodeRemoteAddress, "openai:http://x/v1?key=1": chat.CodeRemoteAddress, "openai:http:x": chat.CodeRemoteAddress,
		"openai:http://me:secret@x/v1": chat.CodeRemoteSecret, "openai:http://me:sec%ret@x/v1": chat.CodeRemoteSecret,
	} {
		if _, err := ParseRemote(in); codeOf(err) != want || strings.Contains(fmt.Sprint(err), "sec%ret") || strings.Contains(fmt.Sprint(err), "secret") {
			t.Errorf("%s: %v, want %s", in, err, want)
		}
	}
	for host, fine := range map[string]bool{
		"127.0.0.1:1": true, "localhost:1": true, "[::1]:1": true, "127.9.9.9": true, "10.0.0.1": false, "example.com": false, "localhost.example.com": false,
	} {
		_, err := NewClient(ClientOptions{URL: "http://" + host + "/v1", Loopback: true})
		if fine != (err == nil) || !fine && codeOf(err) != chat.CodeRemoteOffline {
			t.Errorf("offline, %s: %v", host, err)
		}
	}
}

// FuzzClientReply gives a client any reply, streamed and whole. Nothing panics, calls are objects, and what goes wrong is
// said in words of ours.
func FuzzClientReply(f *testing.F) {
	for _, seed := range []string{
		delta("안") + stopped + ended, "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\"}]}\n\n",
		`{"choices":[{"text":"가나다","finish_reason":"length","logprobs":{"tokens":["가","나","bytes:\\xeb\\x8b"],"token_logprobs":[null,-1,-2],"top_logprobs":[null,{"a":-1},{}],"text_offset":[0,1,2]}}],"usage":{"prompt_tokens":2}}`,
		"error: {}\n\n", "data\n\n", ":\n\ndata: [DONE]", "data: {\"choices\":[{\"logprobs\":{\"content\":[{\"token\":\"\",\"top_logprobs\":[{}]}]},\"delta\":{\"content\":\"a\"}}]}\n\n" + stopped,
	} {
		f.Add([]byte(seed))
	}
	client, err := NewClient(ClientOptions{URL: "http://127.0.0.1:1/v1", Model: "tiny"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, q := range []asked{{streamed: true, logprobs: true, top: 2}, {echoed: true, echo: "가", top: 2, logprobs: true}} {
			h := newHeard(client, q)
			say := func(ev chat.Event) bool {
				if call, ok := ev.(chat.Call); ok && !strings.HasPrefix(strings.TrimSpace(call.Arguments), "{") {
					t.Errorf("arguments %q", call.Arguments)
				}
				return true
			}
			read := h.whole
			if q.streamed {
				read = h.stream
			}
			if err := read(&heardReply{Reader: bytes.NewReader(body), kind: "text/event-stream"}, say); err != nil && codeOf(err) == "" {
				t.Errorf("%v is not for people", err)
			}
		}
	})
}
