package api

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"exaone/chat"

	"github.com/google/go-cmp/cmp"
)

// stranger is a server of somebody else's: it says who it is, and answers chat by its script.
type stranger struct {
	*httptest.Server
	models, version string // replies; "" is 404
	answer          func(w http.ResponseWriter, r *http.Request, body map[string]any)

	mu    sync.Mutex
	seen  []string // methods and paths
	asked []map[string]any
}

// newStranger serves until the test ends. owner is whose the models are.
func newStranger(t *testing.T, owner string, answer func(w http.ResponseWriter, r *http.Request, body map[string]any)) *stranger {
	s := &stranger{answer: answer, models: fmt.Sprintf(`{"object":"list","data":[{"id":"tiny","object":"model","owned_by":%q,"max_model_len":2048}]}`, owner)}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *stranger) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.seen = append(s.seen, r.Method+" "+r.URL.Path)
	s.mu.Unlock()
	for path, reply := range map[string]string{"/v1/models": s.models, "/version": s.version} {
		if r.URL.Path == path {
			if reply == "" {
				http.NotFound(w, r)
			}
			io.WriteString(w, reply)
			return
		}
	}
	var body map[string]any
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, err.Error(), 400)
		return
	}
	s.mu.Lock()
	s.asked = append(s.asked, body)
	s.mu.Unlock()
	s.answer(w, r, body)
}

// count returns how often a path was asked for.
func (s *stranger) count(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, seen := range s.seen {
		if strings.HasSuffix(seen, " "+path) {
			n++
		}
	}
	return n
}

func (s *stranger) last() map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[len(s.asked)-1]
}

// streams replies with events as they are.
func streams(lines ...string) func(http.ResponseWriter, *http.Request, map[string]any) {
	return func(w http.ResponseWriter, _ *http.Request, _ map[string]any) {
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, strings.Join(lines, ""))
	}
}

func delta(text string) string {
	return fmt.Sprintf("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":%q}}]}\n\n", text)
}

const (
	stopped = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
	ended   = "data: [DONE]\n\n"
)

const chatPath = "/v1/chat/completions"

// TestGrammarsGoAsEachServerWantsThem holds that a grammar is written in the server's own way, and refused where it has
// none, before anything is asked.
func TestGrammarsGoAsEachServerWantsThem(t *testing.T) {
	schema, regex := chat.Grammar{Schema: `{"type":"object"}`}, chat.Grammar{Regex: "a+"}
	rules, choice := chat.Grammar{GBNF: `root ::= "a"`}, chat.Grammar{Choices: []string{`a"\`, "b.c"}}
	format := `{"response_format":{"json_schema":{"name":"answer","schema":{"type":"object"},"strict":true},"type":"json_schema"}}`
	for _, c := range []struct {
		owner, version string
		g              chat.Grammar
		want           string // what the body has beside the rest; "" is refused
	}{
		{"vllm", "0.12.1", schema, format},
		{"vllm", "0.12.1", regex, `{"structured_outputs":{"regex":"a+"}}`},
		{"vllm", "0.11.0rc2", rules, `{"structured_outputs":{"grammar":"root ::= \"a\""}}`},
		{"vllm", "0.10.2", choice, `{"guided_choice":["a\"\\","b.c"]}`},
		{"vllm", "0.9.1", regex, `{"guided_regex":"a+"}`},
		{"sglang", "", schema, format},
		{"sglang", "", regex, `{"regex":"a+"}`},
		{"sglang", "", rules, `{"ebnf":"root ::= \"a\""}`},
		{"sglang", "", choice, `{"regex":"(a\"\\\\|b\\.c)"}`},
		{"llamacpp", "", schema, `{"json_schema":{"type":"object"}}`},
		{"llamacpp", "", rules, `{"grammar":"root ::= \"a\""}`},
		{"llamacpp", "", choice, `{"grammar":"root ::= \"a\\\"\\\\\" | \"b.c\""}`},
		{"llamacpp", "", regex, ""},
		{"somebody", "", regex, ""},
		{"somebody", "", choice, ""},
	} {
		server := newStranger(t, c.owner, streams(delta("a"), stopped, ended))
		if c.version != "" {
			server.version = fmt.Sprintf(`{"version":%q}`, c.version)
		}
		client := remote(t, server.Server)
		req := hi
		req.Grammar = c.g
		_, code, err := heardFrom(client, req)
		if c.want == "" {
			if code != chat.CodeRemoteNoGrammar || server.count(chatPath) > 0 {
				t.Errorf("%s: %+v: %v after %d requests, want it refused before any", c.owner, c.g, err, server.count(chatPath))
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %+v: %v", c.owner, c.g, err)
			continue
		}
		body := server.last()
		for _, field := range []string{"model", "messages", "stream", "stream_options", "temperature"} {
			delete(body, field)
		}
		var want map[string]any
		if err := json.Unmarshal([]byte(c.want), &want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, body); diff != "" {
			t.Errorf("%s %s: %+v (-want +got):\n%s", c.owner, c.version, c.g, diff)
		}
	}
}

// TestClientTriesGrammarsOnServersThatMayNotHaveThem holds that a server that nobody knows is asked once whether it
// heeds a schema, and that one that does not is not given any.
func TestClientTriesGrammarsOnServersThatMayNotHaveThem(t *testing.T) {
	whole := func(w http.ResponseWriter, text string) {
		json.NewEncoder(w).Encode(map[string]any{"choices": []any{map[string]any{"message": map[string]any{"content": text}}}})
	}
	for name, c := range map[string]struct {
		owner string
		g     chat.Grammar
		heeds string // the field that it heeds
		reply string // to who asks with it
		ok    bool
	}{
		"heeds":               {"somebody", chat.Grammar{Schema: `{}`}, "response_format", `{"word": "zephyr"}`, true},
		"ignores":             {"somebody", chat.Grammar{Schema: `{}`}, "nothing", "", false},
		"refuses":             {"somebody", chat.Grammar{Schema: `{}`}, "refuse", "", false},
		"an old vLLM behind":  {"vllm", chat.Grammar{Regex: "a"}, "guided_choice", "zephyr", true},
		"a new vLLM behind":   {"vllm", chat.Grammar{Regex: "a"}, "structured_outputs", "zephyr", true},
		"a vLLM without them": {"vllm", chat.Grammar{Regex: "a"}, "nothing", "", false},
	} {
		server := newStranger(t, c.owner, func(w http.ResponseWriter, r *http.Request, body map[string]any) {
			_, asked := body[c.heeds]
			switch {
			case body["stream"] == true:
				streams(delta("a"), stopped, ended)(w, r, body)
			case asked:
				whole(w, c.reply)
			case c.heeds == "refuse":
				http.Error(w, `{"error":{"message":"no such field"}}`, 400)
			default:
				whole(w, "Hello! How can I help?")
			}
		})
		client := remote(t, server.Server)
		req := hi
		req.Grammar = c.g
		probes := 0
		for range 2 {
			_, code, err := heardFrom(client, req)
			if c.ok != (err == nil) || !c.ok && code != chat.CodeRemoteNoGrammar {
				t.Errorf("%s: %v, want ok: %v", name, err, c.ok)
			}
			if probes == 0 {
				probes = server.count(chatPath)
			}
		}
		if c.ok && server.count(chatPath) != probes+1 || !c.ok && server.count(chatPath) != probes {
			t.Errorf("%s: %d requests, %d of them the first time: it tries again", name, server.count(chatPath), probes)
		}
	}
}

// TestClientRefusesWhatAServerLacks holds that a field that a server does not have is refused by name, and that those
// of servers that we know go by their own names.
func TestClientRefusesWhatAServerLacks(t *testing.T) {
	yes := true
	ask := func(change func(*chat.Request)) chat.Request {
		req := hi
		change(&req)
		return req
	}
	for _, c := range []struct {
		owner, want string
		req         chat.Request
	}{
		{"somebody", "min_p", ask(func(r *chat.Request) { r.Sampling.MinP = 0.1 })},
		{"somebody", "top_k", ask(func(r *chat.Request) { r.Sampling.TopK = 5 })},
		{"somebody", "repetition_penalty", ask(func(r *chat.Request) { r.Sampling.RepetitionPenalty = 1.1 })},
		{"somebody", "thinking", ask(func(r *chat.Request) { r.Thinking = &yes })},
		{"vllm", "adapter", ask(func(r *chat.Request) { r.Adapter = "a" })},
		{"vllm", "prompt logprobs", ask(func(r *chat.Request) { r.PromptLogprobs = 1 })},
		{"vllm", "suffix", chat.Request{Prompt: &chat.Prompt{Text: "a", Suffix: "b"}}},
		{"llamacpp", "prompt logprobs", chat.Request{Prompt: &chat.Prompt{Text: "a"}, PromptLogprobs: 1}},
		{"somebody", "window", chat.Request{Prompt: &chat.Prompt{Text: "a"}}},
		{"vllm", "logprobs", ask(func(r *chat.Request) { r.Logprobs = 1 })}, // it says nothing of them
	} {
		server := newStranger(t, c.owner, streams(delta("a"), stopped, ended))
		_, code, err := heardFrom(remote(t, server.Server), c.req)
		if code != chat.CodeRemoteCannot || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want it to name %s", c.owner, err, c.want)
		}
	}
	server := newStranger(t, "llamacpp", streams(delta("a"), stopped, ended))
	req := ask(func(r *chat.Request) {
		r.Sampling.RepetitionPenalty = 1.5
		r.Tools = []chat.ToolSpec{{Name: "f", Parameters: "{}"}, {Name: "g", Parameters: "{}"}}
		r.Choice = chat.ToolChoice{Mode: chat.ToolNamed, Name: "g"}
	})
	if _, _, err := heardFrom(remote(t, server.Server), req); err != nil {
		t.Fatal(err)
	}
	body := server.last()
	if tools, _ := body["tools"].([]any); len(tools) != 1 || body["tool_choice"] != "required" || body["repeat_penalty"] != 1.5 || body["repeat_last_n"] != -1.0 {
		t.Errorf("llama.cpp was asked %v", body)
	}
}

// TestClientReadsWhatServersWrite holds that each server's own ways of writing come out as the same events.
func TestClientReadsWhatServersWrite(t *testing.T) {
	call := func(i int, id, name, arguments string) string {
		return fmt.Sprintf("data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":%d,\"id\":%q,\"function\":{\"name\":%q,\"arguments\":%q}}]}}]}\n\n", i, id, name, arguments)
	}
	end := chat.Finish{Reason: chat.FinishStop, Model: "tiny"}
	called := chat.Finish{Reason: chat.FinishCalls, Model: "tiny"}
	for name, c := range map[string]struct {
		lines string
		want  []chat.Event
	}{
		"vLLM": {"data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n" +
			"data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning\":\"음\"}}]}\n\n" + delta("안") +
			"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"stop\",\"stop_reason\":\"끝\"}]}\n\n" +
			"data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"total_tokens\":7,\"completion_tokens\":2,\"prompt_tokens_details\":null}}\n\n" + ended,
			[]chat.Event{chat.Delta{Thinking: "음"}, chat.Delta{Text: "안"}, chat.Finish{Reason: chat.FinishStop, Stop: "끝", Model: "tiny", Usage: chat.Usage{PromptTokens: 5, CompletionTokens: 2}}}},
		"SGLang": {"data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"음\",\"content\":null,\"tool_calls\":null}}]}\n\n" + delta("안") +
			"data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\",\"matched_stop\":361}],\"usage\":null}\n\n" + ended,
			[]chat.Event{chat.Delta{Thinking: "음"}, chat.Delta{Text: "안"}, end}},
		"llama.cpp":            {"\xef\xbb\xbf" + delta("안") + stopped, []chat.Event{chat.Delta{Text: "안"}, end}},
		"lines of Windows":     {strings.ReplaceAll(delta("안")+stopped+ended, "\n", "\r\n"), []chat.Event{chat.Delta{Text: "안"}, end}},
		"no space":             {"data:{\"choices\":[{\"delta\":{\"content\":\"안\"}}]}\n\n" + stopped + ended, []chat.Event{chat.Delta{Text: "안"}, end}},
		"no last line":         {delta("안") + strings.TrimSpace(stopped), []chat.Event{chat.Delta{Text: "안"}, end}},
		"names and ids":        {"event: message\nid: 7\nretry: 5\n" + delta("안") + stopped + ended, []chat.Event{chat.Delta{Text: "안"}, end}},
		"one event, two lines": {"data: {\"choices\":[{\"delta\":\ndata: {\"content\":\"안\"}}]}\n\n" + stopped + ended, []chat.Event{chat.Delta{Text: "안"}, end}},
		"a refusal":            {"data: {\"choices\":[{\"delta\":{\"refusal\":\"싫어\"}}]}\n\n" + stopped + ended, []chat.Event{chat.Delta{Text: "싫어"}, end}},
		"calls in pieces": {call(0, "a", "f", "") + call(0, "", "", "{\"x\":") + call(0, "", "", "1}") + call(1, "b", "g", "{}") +
			"data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n" + ended,
			[]chat.Event{chat.CallDelta{ID: "a", Name: "f"}, chat.CallDelta{Arguments: `{"x":`}, chat.CallDelta{Arguments: "1}"},
				chat.Call{ToolCall: chat.ToolCall{ID: "a", Name: "f", Arguments: `{"x":1}`}}, chat.CallDelta{Index: 1, ID: "b", Name: "g", Arguments: "{}"},
				chat.Call{ToolCall: chat.ToolCall{ID: "b", Name: "g", Arguments: `{}`}}, called}},
		"a named call that stops": {call(0, "a", "f", "") + stopped + ended,
			[]chat.Event{chat.CallDelta{ID: "a", Name: "f"}, chat.Call{ToolCall: chat.ToolCall{ID: "a", Name: "f", Arguments: `{}`}}, called}},
		"calls without numbers": {"data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\"}]}\n\n",
			[]chat.Event{chat.CallDelta{ID: "a", Name: "f", Arguments: "{}"}, chat.Call{ToolCall: chat.ToolCall{ID: "a", Name: "f", Arguments: `{}`}}, called}},
		"a call cut short": {call(0, "a", "f", "{\"x") + "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}\n\n" + ended,
			[]chat.Event{chat.CallDelta{ID: "a", Name: "f", Arguments: `{"x`}, chat.Finish{Reason: chat.FinishLength, Model: "tiny"}}},
	} {
		server := newStranger(t, "somebody", streams(c.lines))
		got, _, err := heardFrom(remote(t, server.Server), hi)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}
