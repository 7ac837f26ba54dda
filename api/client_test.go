package api

import (
	"context"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"exaone/chat"

	"github.com/google/go-cmp/cmp"
)

// remote returns a client of a server that waits but a moment before it tries again.
func remote(t *testing.T, server *httptest.Server, change ...func(*ClientOptions)) *Client {
	t.Helper()
	opts := ClientOptions{URL: server.URL + "/v1", Model: "tiny", Wait: time.Millisecond}
	for _, c := range change {
		c(&opts)
	}
	c, err := NewClient(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// served serves a handler until the test ends.
func served(t *testing.T, s *Server) *httptest.Server {
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return server
}

// heardFrom returns the events of an answer, and its error's code.
func heardFrom(c *Client, req chat.Request) (events []chat.Event, code chat.Code, err error) {
	for ev, e := range c.Chat(context.Background(), req) {
		if e != nil {
			return events, codeOf(e), e
		}
		events = append(events, ev)
	}
	return events, "", nil
}

var hi = chat.Request{Messages: []chat.Message{{Role: chat.User, Text: "안녕"}}}

// TestClientHearsWhatOurServerSays holds that a model reached through another exaone says the same as without.
func TestClientHearsWhatOurServerSays(t *testing.T) {
	top := []chat.TokenLogprob{{ID: -1, Bytes: []byte("안"), Logprob: -0.5}, {ID: -1, Bytes: []byte("\xec\x95"), Logprob: -1.5}}
	tokens := []chat.TokenLogprob{{ID: -1, Bytes: []byte("안"), Logprob: -0.5, Top: top}}
	calls := append(inPieces[:4:4], chat.CallDelta{Index: 1, ID: "b", Name: "g"}, chat.CallDelta{Index: 1, Arguments: "{}"}, inPieces[5])
	for name, c := range map[string]struct {
		model *scripted
		req   chat.Request
		want  []chat.Event
	}{
		"said": {talker, hi, []chat.Event{chat.Delta{Text: "안"}, chat.Delta{Text: "녕"}, chat.Delta{Text: "!"},
			chat.Finish{Reason: chat.FinishStop, Model: "tiny", Usage: chat.Usage{PromptTokens: 5, CachedTokens: 3, CompletionTokens: 3}}}},
		"cut short, with logprobs": {talker, chat.Request{Messages: hi.Messages, MaxTokens: 1, Logprobs: 3}, []chat.Event{
			chat.Delta{Text: "안", Tokens: tokens},
			chat.Finish{Reason: chat.FinishLength, Model: "tiny", Usage: chat.Usage{PromptTokens: 5, CachedTokens: 3, CompletionTokens: 1}}}},
		"called in pieces": {says(append([]chat.Event{chat.Delta{Thinking: "음"}}, inPieces...)...), hi, append([]chat.Event{chat.Delta{Thinking: "음"}},
			append(calls[:len(calls):len(calls)], chat.Finish{Reason: chat.FinishCalls, Model: "tiny"})...)},
		"warned": {says(chat.Finish{Reason: chat.FinishStop, Warnings: []chat.Warning{{Path: "/a", Keyword: "k", Text: "t"}}}), hi, []chat.Event{
			chat.Finish{Reason: chat.FinishStop, Model: "tiny", Warnings: []chat.Warning{{Path: "/a", Keyword: "k", Text: "t"}}}}},
		"continued": {talker, chat.Request{Prompt: &chat.Prompt{Text: "가"}, MaxTokens: 1, Logprobs: 3}, []chat.Event{
			chat.Delta{Text: "안", Tokens: []chat.TokenLogprob{{ID: -1, Bytes: []byte("안"), Logprob: -0.5, Top: top}}},
			chat.Finish{Reason: chat.FinishLength, Model: "tiny", Usage: chat.Usage{PromptTokens: 5, CachedTokens: 3, CompletionTokens: 1}}}},
	} {
		client := remote(t, served(t, newServer(c.model)))
		got, _, err := heardFrom(client, c.req)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		spoken := got[:0]
		for _, ev := range got { // a chunk with the role has an empty text
			if d, ok := ev.(chat.Delta); !ok || d.Text != "" || d.Thinking != "" {
				spoken = append(spoken, ev)
			}
		}
		if diff := cmp.Diff(c.want, spoken); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestClientHearsThePrompt holds that likelihoods of a prompt come through, and where it ends.
func TestClientHearsThePrompt(t *testing.T) {
	model := says(
		chat.Echo{Text: "가나", Tokens: []chat.TokenLogprob{token("가", 0, 0), token("나", 3, -0.25, token("다", 0, -0.125))}},
		chat.Delta{Text: "라", Tokens: []chat.TokenLogprob{token("라", 0, -2)}},
		chat.Finish{Reason: chat.FinishLength, Usage: chat.Usage{PromptTokens: 2, CompletionTokens: 1}})
	client := remote(t, served(t, newServer(model)))
	none := []chat.TokenLogprob(nil)
	bare := func(text string, at int, logprob float32, top []chat.TokenLogprob) chat.TokenLogprob {
		return chat.TokenLogprob{ID: -1, Bytes: []byte(text), Offset: at, Logprob: logprob, Top: top}
	}
	echo := chat.Echo{Text: "가나", Tokens: []chat.TokenLogprob{bare("가", 0, 0, none),
		bare("나", 3, -0.25, []chat.TokenLogprob{bare("다", 0, -0.125, none)})}}
	end := chat.Finish{Reason: chat.FinishLength, Model: "tiny", Usage: chat.Usage{PromptTokens: 2, CompletionTokens: 1}}
	for _, c := range []struct {
		req  chat.Request
		want []chat.Event
	}{
		{chat.Request{Prompt: &chat.Prompt{Text: "가나"}, MaxTokens: 1, PromptLogprobs: 2, Logprobs: 1},
			[]chat.Event{echo, chat.Delta{Text: "라", Tokens: []chat.TokenLogprob{bare("라", 0, -2, none)}}, end}},
		{chat.Request{Prompt: &chat.Prompt{IDs: []int32{1, 2}}, MaxTokens: 1, PromptLogprobs: 2},
			[]chat.Event{echo, chat.Delta{Text: "라"}, end}},
	} {
		got, _, err := heardFrom(client, c.req)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%+v: %v (-want +got):\n%s", c.req, err, diff)
		}
	}
}

// TestClientAsksOurServerAll holds that a request arrives at another exaone as it was.
func TestClientAsksOurServerAll(t *testing.T) {
	model := says(chat.Finish{Reason: chat.FinishStop})
	client := remote(t, served(t, newServer(model)))
	yes := true
	want := chat.Request{
		Model: "tiny", Adapter: "a", MaxTokens: 7, Stop: []string{"끝", "\n"}, Thinking: &yes, Logprobs: 5, OneCall: true,
		Choice: chat.ToolChoice{Mode: chat.ToolNamed, Name: "f"},
		Tools:  []chat.ToolSpec{{Name: "f", Description: "d", Parameters: `{"z":1,"a":{}}`}, {Name: "g", Parameters: `{}`}},
		Sampling: chat.Sampling{Temperature: 0.25, TopK: 40, TopP: 0.5, MinP: 0.125, RepetitionPenalty: 1.5, PresencePenalty: -2, FrequencyPenalty: 2,
			LogitBias: map[int32]float32{5: -100}, Seed: math.MaxUint64},
		Messages: []chat.Message{
			{Role: chat.System, Text: "<b>&"}, {Role: chat.User, Text: "a"},
			{Role: chat.Assistant, Thinking: "t", Calls: []chat.ToolCall{{ID: "1", Name: "f", Arguments: "{}"}}},
			{Role: chat.Tool, CallID: "1", Name: "f", Text: "r"},
		},
	}
	for _, g := range []chat.Grammar{{}, {Schema: `{"z":1,"a":{}}`}, {Regex: "[가-힣]+"}, {GBNF: `root ::= "a"`}, {Choices: []string{"예", "아니요"}}} {
		want.Grammar = g
		if _, _, err := heardFrom(client, want); err != nil {
			t.Fatalf("%+v: %v", g, err)
		}
		got := model.last(t)
		got.Principal, got.Scope = chat.Principal{}, ""
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the request (-want +got):\n%s", diff)
		}
	}
	for _, p := range []chat.Prompt{{Text: "가"}, {IDs: []int32{3, 1}}} {
		req := chat.Request{Model: "tiny", Prompt: &p, Stop: []string{"x"}}
		if _, _, err := heardFrom(client, req); err != nil {
			t.Fatal(err)
		}
		got := model.last(t)
		if got.MaxTokens != 0 {
			t.Errorf("%+v: %d tokens at most, want to the end of the window", p, got.MaxTokens)
		}
		if diff := cmp.Diff(&p, got.Prompt); diff != "" {
			t.Errorf("prompt (-want +got):\n%s", diff)
		}
	}
}

// TestClientEmbedsWithOurServer holds that vectors come through, of length 1, with what was asked.
func TestClientEmbedsWithOurServer(t *testing.T) {
	e := new(encoder)
	client := remote(t, served(t, encoding(e)))
	req := chat.EmbedRequest{Model: "tiny", Texts: []string{"abc", "가"}, Purpose: chat.PurposeQuery, Dimensions: 3, Cut: true}
	got, err := client.Embed(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	unit := []float32{3 / 3.2015621, 0.5 / 3.2015621, -1 / 3.2015621}
	for _, v := range got.Vectors {
		for i := range v {
			if math.Abs(float64(v[i]-unit[i])) > 1e-6 {
				t.Errorf("vector %v, want %v", v, unit)
			}
		}
	}
	if len(got.Vectors) != 2 || got.Tokens != 6 || got.Model != "tiny" {
		t.Errorf("got %+v", got)
	}
	req.Principal = chat.Local
	if diff := cmp.Diff(req, e.embed); diff != "" {
		t.Errorf("the request (-want +got):\n%s", diff)
	}
	ids, err := client.Embed(t.Context(), chat.EmbedRequest{IDs: [][]int32{{1}, {2, 3}}, Cut: true})
	if err != nil || len(ids.Vectors) != 2 || !cmp.Equal(ids.Cut, []int{0, 1}) {
		t.Errorf("of ids: %+v, %v", ids, err)
	}
}

// TestClientPassesErrorsOn holds that what another exaone refuses is refused here with its words, in the language of
// whoever reads them, and with the right status.
func TestClientPassesErrorsOn(t *testing.T) {
	for _, c := range []struct {
		err    error
		code   chat.Code
		status int
		want   string
	}{
		{chat.NewError(chat.CodeTooLong, nil, 5000, 4096), chat.CodeRemoteRefused, 400, "5000 tokens, more than this model's window of 4096"},
		{chat.NewError(chat.CodeNoModel, nil, "tiny"), chat.CodeRemoteNoModel, 404, `has no model "tiny"`},
		{chat.NewError(chat.CodeKeyMissing, nil), chat.CodeRemoteKey, 502, "does not accept the API key"},
		{chat.NewError(chat.CodeInternal, nil, "req_1"), chat.CodeRemoteFailed, 502, "req_1"},
	} {
		there := served(t, newServer(fails(c.err)))
		client := remote(t, there)
		_, code, err := heardFrom(client, hi)
		if code != c.code || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: got %s %v, want %s %s", c.err, code, err, c.code, c.want)
		}
		w := post(newServer(client), "/v1/chat/completions", `{`+hello+`}`, "Accept-Language", "ko")
		if w.Code != c.status || !strings.Contains(w.Body.String(), "서버") {
			t.Errorf("%v: our reply %d %s, want %d in Korean", c.err, w.Code, w.Body, c.status)
		}
	}
	busy := newStranger(t, "somebody", func(w http.ResponseWriter, _ *http.Request, _ map[string]any) {
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	w := post(newServer(remote(t, busy.Server)), "/v1/chat/completions", `{`+hello+`}`)
	if w.Code != 503 || w.Header().Get("Retry-After") != "60" {
		t.Errorf("of one that is busy: %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
}

// TestServersInARow holds that a server whose model is on another server says what the other one does.
func TestServersInARow(t *testing.T) {
	direct := newServer(obedient)
	relayed := newServer(remote(t, served(t, direct)))
	tool := `"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"integer"}}}}}],"tool_choice":"required"`
	for path, body := range map[string]string{
		"/v1/chat/completions": `{"temperature":0,` + hello + `}`, "/v1/completions": `{"temperature":0,"prompt":"가","max_tokens":2}`,
	} {
		want, got := post(direct, path, body).Body.String(), post(relayed, path, body).Body.String()
		if plain(t, want) != plain(t, got) {
			t.Errorf("%s:\ndirect  %s\nrelayed %s", path, want, got)
		}
	}
	w := post(relayed, "/v1/chat/completions", `{"stream":true,`+tool+`,`+hello+`}`)
	pieces := 0
	for _, ev := range events(t, w.Body) {
		pieces += len(callsOf(t, ev))
	}
	if pieces != 3 {
		t.Errorf("a call came in %d pieces, want 3: %s", pieces, w.Body)
	}
}
