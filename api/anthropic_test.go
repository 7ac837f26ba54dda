package api

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exaone/chat"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const sky = `"model":"tiny","max_tokens":9,"messages":[{"role":"user","content":"안녕"}]`

// named events of a stream, as NAME DATA, with ids made plain.
func namedEvents(t *testing.T, body string) []string {
	t.Helper()
	var out []string
	name := ""
	lines := bufio.NewScanner(strings.NewReader(body))
	for lines.Scan() {
		line := lines.Text()
		if n, ok := strings.CutPrefix(line, "event: "); ok {
			name = n
			continue
		}
		data, ok := strings.CutPrefix(line, "data: ")
		if !ok {
			if line != "" {
				t.Errorf("line %q is no event", line)
			}
			continue
		}
		var typed struct{ Type string }
		if err := json.Unmarshal([]byte(data), &typed); err != nil || typed.Type != name {
			t.Errorf("event %q has the type %q: %v", name, typed.Type, err)
		}
		out = append(out, anonymous.ReplaceAllString(data, `"id":"$1"`))
	}
	return out
}

var anonymous = regexp.MustCompile(`"id":"(msg|toolu)_[0-9a-f]{24}"`)

func TestAnthropicReplies(t *testing.T) {
	usage := `"usage":{"input_tokens":2,"cache_creation_input_tokens":0,"cache_read_input_tokens":3,"output_tokens":3,"service_tier":"standard"}}`
	think := says(chat.Delta{Thinking: "음"}, chat.Delta{Thinking: "…"}, chat.Delta{Text: "자"}, chat.CallDelta{ID: "c1", Name: "f"},
		chat.Call{ToolCall: chat.ToolCall{ID: "c1", Name: "f", Arguments: `{"b":1,"a":2}`}}, chat.Call{ToolCall: chat.ToolCall{Name: "g", Arguments: `{}`}},
		chat.Finish{Reason: chat.FinishCalls, Usage: chat.Usage{PromptTokens: 9, CompletionTokens: 4}})
	stopped := says(chat.Delta{Text: "가"}, chat.Finish{Reason: chat.FinishStop, Stop: "끝"})
	for _, c := range []struct {
		name, body string
		model      chat.Model
		want       string
	}{
		{"text", `{` + sky + `}`, talker, `{"id":"msg","type":"message","role":"assistant","model":"tiny","content":[{"type":"text","text":"안녕!"}],"stop_reason":"end_turn","stop_sequence":null,` + usage},
		{"length", `{"model":"tiny","max_tokens":1,"messages":[{"role":"user","content":"a"}]}`, talker, `"content":[{"type":"text","text":"안"}],"stop_reason":"max_tokens"`},
		{"nothing", `{"max_tokens":0,"messages":[{"role":"user","content":"a"}]}`, talker, `"content":[],"stop_reason":"max_tokens"`},
		{"a stop sequence", `{"stop_sequences":["끝"],` + sky + `}`, stopped, `"stop_reason":"stop_sequence","stop_sequence":"끝"`},
		{"a model's own end", `{` + sky + `}`, stopped, `"stop_reason":"end_turn","stop_sequence":null`},
		{"thinking and calls", `{` + sky + `}`, think, `"content":[{"type":"thinking","thinking":"음…","signature":"` + signature("음…") + `"},{"type":"text","text":"자"},` +
			`{"type":"tool_use","id":"c1","name":"f","input":{"b":1,"a":2}},{"type":"tool_use","id":"toolu","name":"g","input":{}}],"stop_reason":"tool_use"`},
	} {
		w := post(newServer(c.model, withAll), "/v1/messages", c.body)
		got := anonymous.ReplaceAllString(w.Body.String(), `"id":"$1"`)
		if w.Code != 200 || !strings.Contains(got, c.want) {
			t.Errorf("%s: %d %s\nwant %s", c.name, w.Code, got, c.want)
		}
		if id := w.Header().Get("Request-Id"); id == "" || id != w.Header().Get("X-Request-Id") {
			t.Errorf("%s: request id %q", c.name, id)
		}
	}
}

func TestAnthropicStreams(t *testing.T) {
	start := func(input string) string {
		return `{"type":"message_start","message":{"id":"msg","type":"message","role":"assistant","model":"tiny","content":[],"stop_reason":null,"stop_sequence":null,` +
			`"usage":{"input_tokens":` + input + `,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0,"service_tier":"standard"}}}`
	}
	open := func(at, block string) string {
		return `{"type":"content_block_start","index":` + at + `,"content_block":` + block + `}`
	}
	delta := func(at, piece string) string {
		return `{"type":"content_block_delta","index":` + at + `,"delta":` + piece + `}`
	}
	shut := func(at string) string { return `{"type":"content_block_stop","index":` + at + `}` }
	end := func(reason, stop, usage string) string {
		return `{"type":"message_delta","delta":{"stop_reason":` + reason + `,"stop_sequence":` + stop + `},"usage":` + usage + `}`
	}
	usage := func(input, cached, output string) string {
		return `{"input_tokens":` + input + `,"cache_creation_input_tokens":0,"cache_read_input_tokens":` + cached + `,"output_tokens":` + output + `}`
	}
	const ping, stop = `{"type":"ping"}`, `{"type":"message_stop"}`
	call := func(id, args string) chat.Call {
		return chat.Call{ToolCall: chat.ToolCall{ID: id, Name: "f", Arguments: args}}
	}
	for name, c := range map[string]struct {
		model *scripted
		want  []string
	}{
		"text": {talker, []string{start("0"), open("0", `{"type":"text","text":""}`), ping, delta("0", `{"type":"text_delta","text":"안"}`),
			delta("0", `{"type":"text_delta","text":"녕"}`), delta("0", `{"type":"text_delta","text":"!"}`), shut("0"),
			end(`"end_turn"`, "null", usage("2", "3", "3")), stop}},
		"thinking, text and a call in pieces": {says(chat.Phase{Name: "load"}, chat.Phase{Name: "read", Total: 7}, chat.Delta{Thinking: "음"}, chat.Delta{Thinking: "…"},
			chat.Delta{Text: "자"}, chat.CallDelta{ID: "c1", Name: "f"}, chat.CallDelta{Arguments: `{"a"`}, chat.CallDelta{Arguments: `:1}`}, call("c1", `{"a":1}`),
			chat.CallDelta{Index: 1, ID: "c2", Name: "f", Arguments: "{}"}, call("c2", "{}"),
			chat.Finish{Reason: chat.FinishCalls, Usage: chat.Usage{PromptTokens: 7, CompletionTokens: 9}}), []string{
			start("7"), open("0", `{"type":"thinking","thinking":"","signature":""}`), ping, delta("0", `{"type":"thinking_delta","thinking":"음"}`),
			delta("0", `{"type":"thinking_delta","thinking":"…"}`), delta("0", `{"type":"signature_delta","signature":"`+signature("음…")+`"}`), shut("0"),
			open("1", `{"type":"text","text":""}`), delta("1", `{"type":"text_delta","text":"자"}`), shut("1"),
			open("2", `{"type":"tool_use","id":"c1","name":"f","input":{}}`), delta("2", `{"type":"input_json_delta","partial_json":"{\"a\""}`),
			delta("2", `{"type":"input_json_delta","partial_json":":1}"}`), shut("2"),
			open("3", `{"type":"tool_use","id":"c2","name":"f","input":{}}`), delta("3", `{"type":"input_json_delta","partial_json":"{}"}`), shut("3"),
			end(`"tool_use"`, "null", usage("7", "0", "9")), stop}},
		"a call at once": {says(call("", `{"a":1}`), chat.Finish{Reason: chat.FinishCalls}), []string{start("0"), open("0", `{"type":"tool_use","id":"toolu","name":"f","input":{}}`), ping,
			delta("0", `{"type":"input_json_delta","partial_json":"{\"a\":1}"}`), shut("0"), end(`"tool_use"`, "null", usage("0", "0", "0")), stop}},
		"a call that is cut short": {says(chat.CallDelta{ID: "c", Name: "f"}, chat.CallDelta{Arguments: "{"}, chat.Finish{Reason: chat.FinishLength}), []string{
			start("0"), open("0", `{"type":"tool_use","id":"c","name":"f","input":{}}`), ping, delta("0", `{"type":"input_json_delta","partial_json":"{"}`), shut("0"),
			end(`"max_tokens"`, "null", usage("0", "0", "0")), stop}},
		"nothing": {says(chat.Finish{Reason: chat.FinishStop, Stop: "끝"}), []string{start("0"), end(`"stop_sequence"`, `"끝"`, usage("0", "0", "0")), stop}},
		"a fault": {fails(chat.NewError(chat.CodeShuttingDown, nil), chat.Delta{Text: "안"}), []string{start("0"), open("0", `{"type":"text","text":""}`), ping,
			delta("0", `{"type":"text_delta","text":"안"}`), `{"type":"error","error":{"type":"api_error","message":"the program is shutting down"}}`}},
	} {
		w := post(newServer(c.model, withAll), "/v1/messages", `{"stream":true,"stop_sequences":["끝"],`+sky+`}`)
		if diff := cmp.Diff(c.want, namedEvents(t, w.Body.String())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestAnthropicPings holds that a client that waits hears pings, and that a stream that has not begun is refused as usual.
func TestAnthropicPings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &scripted{answer: func(_ context.Context, _ chat.Request, yield func(chat.Event, error) bool) {
			time.Sleep(25 * time.Second)
			yield(chat.Finish{Reason: chat.FinishStop}, nil)
		}}
		got := namedEvents(t, post(newServer(slow), "/v1/messages", `{"stream":true,`+sky+`}`).Body.String())
		if len(got) != 5 || got[0] != `{"type": "ping"}` || got[1] != got[0] || !strings.Contains(got[2], "message_start") {
			t.Errorf("got %q, want two pings and a message", got)
		}
	})
	w := post(newServer(fails(chat.NewError(chat.CodeTooLong, nil, 9, 8))), "/v1/messages", `{"stream":true,`+sky+`}`)
	if w.Code != 400 || !strings.Contains(w.Body.String(), "the prompt has 9 tokens, more than this model's window of 8") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestAnthropicConverts(t *testing.T) {
	model := says(chat.Finish{Reason: chat.FinishStop})
	body := `{"model":"m","max_tokens":2048,"temperature":0,"top_p":0.5,"top_k":7,"stop_sequences":["끝"],"metadata":{"user_id":"u"},"service_tier":"auto","cache_control":{"type":"ephemeral"},
		"thinking":{"type":"enabled","budget_tokens":1024},"output_config":{"format":{"type":"json_schema","schema":{"b":1, "a":2}},"effort":"high"},
		"system":[{"type":"text","text":"s1","cache_control":{"type":"ephemeral","ttl":"1h"}},{"type":"text","text":"s2"}],
		"tools":[{"name":"f","description":"d","input_schema":{"z":1,"a":{}},"strict":true,"cache_control":{"type":"ephemeral"}},{"type":"custom","name":"g","input_schema":{"type":"object"}}],
		"tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},
		"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b","citations":null}]},
		{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"whatever"},{"type":"text","text":"c"},{"type":"text","text":"d"},
		{"type":"tool_use","id":"1","name":"f","input":{"y":1, "x":2}},{"type":"tool_use","id":"2","name":"g","input":{}}]},
		{"role":"user","content":[{"type":"tool_result","tool_use_id":"2","content":[{"type":"text","text":"r"}],"is_error":true},
		{"type":"tool_result","tool_use_id":"1","content":"맑음"},{"type":"tool_result","tool_use_id":"1"},{"type":"text","text":"e"}]}]}`
	w := post(newServer(model, withAll), "/v1/messages", body)
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if got := w.Header().Get(warningHeader); !strings.HasPrefix(got, "thinking.budget_tokens: ") {
		t.Errorf("warning %q, want one about the budget", got)
	}
	yes := true
	want := chat.Request{
		Model: "m", MaxTokens: 2048, Stop: []string{"끝"}, Thinking: &yes, Grammar: chat.Grammar{Schema: `{"b":1,"a":2}`},
		Tools:  []chat.ToolSpec{{Name: "f", Description: "d", Parameters: `{"z":1,"a":{}}`}, {Name: "g", Parameters: `{"type":"object"}`}},
		Choice: chat.ToolChoice{Mode: chat.ToolNamed, Name: "f"}, OneCall: true,
		Sampling: chat.Sampling{TopP: 0.5, TopK: 7}, Principal: chat.Local, Scope: "local",
		Messages: []chat.Message{
			{Role: chat.System, Text: "s1\n\ns2"}, {Role: chat.User, Text: "a\n\nb"},
			{Role: chat.Assistant, Thinking: "t", Text: "cd", Calls: []chat.ToolCall{{ID: "1", Name: "f", Arguments: `{"y":1,"x":2}`}, {ID: "2", Name: "g", Arguments: "{}"}}},
			{Role: chat.Tool, CallID: "2", Name: "g", Text: "Error: r"}, {Role: chat.Tool, CallID: "1", Name: "f", Text: "맑음"}, {Role: chat.Tool, CallID: "1", Name: "f"},
			{Role: chat.User, Text: "e"},
		},
	}
	if diff := cmp.Diff(want, model.last(t), cmpopts.IgnoreFields(chat.Sampling{}, "Seed")); diff != "" {
		t.Errorf("the request (-want +got):\n%s", diff)
	}
	for choice, want := range map[string]chat.ToolChoice{`{"type":"auto"}`: {}, `{"type":"any"}`: {Mode: chat.ToolRequired}, `{"type":"none"}`: {Mode: chat.ToolNone}} {
		post(newServer(model), "/v1/messages", `{"tools":[{"name":"f","input_schema":{}}],"tool_choice":`+choice+`,`+sky+`}`)
		if got := model.last(t); got.Choice != want || got.OneCall || len(got.Tools) != 1 || *got.Thinking {
			t.Errorf("%s: %+v", choice, got)
		}
	}
	post(newServer(model), "/v1/messages", `{"thinking":{"type":"adaptive"},`+sky+`}`)
	if got := model.last(t); got.Thinking != nil {
		t.Errorf("adaptive: %v, want the model's own habit", *got.Thinking)
	}
}

func TestAnthropicRefuses(t *testing.T) {
	user := func(block string) string {
		return `{"max_tokens":9,"messages":[{"role":"user","content":[` + block + `]}]}`
	}
	for body, want := range map[string]string{
		`{"messages":[{"role":"user","content":"a"}]}`: "max_tokens: found nothing",
		`{"max_tokens":9}`:               "messages: found nothing",
		`{"max_tokens":9,"messages":[]}`: "at least one message",
		`{"max_tokens":9,"messages":[{"role":"system","content":"a"}]}`:                                  "user | assistant",
		`{"max_tokens":9,"messages":[{"role":"user"}]}`:                                                  "messages[0].content",
		`{"max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}`: "messages[1].role: a last message of the assistant",
		user(`{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="}}`):       "cannot see images or hear sound (messages[0].content[0])",
		user(`{"type":"document","source":{"type":"text","data":"a"}}`):                                  "cannot see images or hear sound (messages[0].content[0])",
		user(`{"type":"search_result"}`):                                                                 "messages[0].content[0].type is not supported",
		user(`{"type":"tool_result","tool_use_id":"x","content":"a"}`):                                   "messages[0].content[0].tool_use_id",
		user(`{"type":"text"}`):                                                                           "messages[0].content[0].text",
		user(`{"type":"text","text":"a","extra":1}`):                                                      "unknown field: messages[0].content[0].extra",
		`{"temperature":1.5,` + sky + `}`:                                                                 "temperature: found 1.5, want a number, 0 … 1",
		`{"top_k":-1,` + sky + `}`:                                                                        "top_k",
		`{"seed":1,` + sky + `}`:                                                                          "unknown field: seed",
		`{"stop_sequences":[""],` + sky + `}`:                                                             "stop_sequences[0]",
		`{"thinking":{"type":"enabled","budget_tokens":1023},` + sky + `}`:                                "thinking.budget_tokens: found 1023, want a whole number, 1024",
		`{"thinking":{"type":"enabled","budget_tokens":1024},` + sky + `}`:                                "less than max_tokens, 9",
		`{"thinking":{"type":"enabled"},` + sky + `}`:                                                     "thinking.budget_tokens: found nothing",
		`{"thinking":{},` + sky + `}`:                                                                     "thinking.type",
		`{"tools":[{"type":"web_search_20250305","name":"web_search"}],` + sky + `}`:                      `tools[0].type is not supported: "web_search_20250305"`,
		`{"tools":[{"input_schema":{}}],` + sky + `}`:                                                     "tools[0].name",
		`{"tool_choice":{"type":"any"},` + sky + `}`:                                                      "tools beside it",
		`{"tools":[{"name":"f","input_schema":{}}],"tool_choice":{"type":"tool","name":"g"},` + sky + `}`: "tool_choice.name",
		`{"mcp_servers":[{}],` + sky + `}`:                                                                "mcp_servers is not supported",
		`{"output_config":{"effort":"max"},` + sky + `}`:                                                  "output_config.effort is not supported",
		`{"max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"redacted_thinking","data":"x"}]},{"role":"user","content":"a"}]}`: "messages[1].content[0] is not supported",
	} {
		model := says(chat.Finish{Reason: chat.FinishStop})
		w := post(newServer(model, withAll), "/v1/messages", body)
		var got anthropicFailure
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 400 || got.Type != "error" || got.Error.Type != "invalid_request_error" ||
			got.RequestID != w.Header().Get("Request-Id") || !strings.Contains(got.Error.Message, want) {
			t.Errorf("%s: %d %s, want 400 and %s", body, w.Code, w.Body, want)
		}
		if len(model.asked) > 0 {
			t.Errorf("%s: the model was asked", body)
		}
	}
}

func TestAnthropicErrors(t *testing.T) {
	for _, c := range []struct {
		err    *chat.Error
		status int
		kind   string
	}{
		{chat.NewError(chat.CodeKeyMissing, nil), 401, "authentication_error"},
		{chat.NewError(chat.CodeKeyScope, nil, "x"), 403, "permission_error"},
		{chat.NewError(chat.CodeNoModel, nil, "x"), 404, "not_found_error"},
		{chat.NewError(chat.CodeBodyTooLarge, nil, 8), 413, "request_too_large"},
		{chat.NewError(chat.CodeRateLimited, nil, 60, 17), 429, "rate_limit_error"},
		{chat.NewError(chat.CodeBusy, nil, 1, 1), 529, "overloaded_error"},
		{chat.NewError(chat.CodeNoModelYet, nil), 503, "api_error"},
		{chat.NewError(chat.CodeTooLong, nil, 2, 1), 400, "invalid_request_error"},
	} {
		w := post(newServer(fails(c.err)), "/v1/messages", `{`+sky+`}`)
		if w.Code != c.status || !strings.Contains(w.Body.String(), `{"type":"error","error":{"type":"`+c.kind+`"`) {
			t.Errorf("%s: %d %s, want %d %s", c.err.Code, w.Code, w.Body, c.status, c.kind)
		}
	}
}

// TestAnthropicSharesPaths holds that the header of Anthropic's clients decides whose list of models it is, and whose
// shape an error below /v1/ has.
func TestAnthropicSharesPaths(t *testing.T) {
	server := newServer(talker)
	version := []string{"Anthropic-Version", "2023-06-01"}
	for _, c := range []struct {
		path    string
		headers []string
		status  int
		want    string
	}{
		{"/v1/models", version, 200, `{"data":[{"type":"model","id":"tiny","display_name":"tiny","created_at":"2023-11-14T22:13:20Z","lifecycle":"active","max_input_tokens":4096},{"type":"model","id":"org/other","display_name":"org/other","created_at":"0001-01-01T00:00:00Z","lifecycle":"active"}],"first_id":"tiny","last_id":"org/other","has_more":false}`},
		{"/v1/models", nil, 200, `"object":"list"`},
		{"/v1/models?limit=1", version, 200, `"first_id":"tiny","last_id":"tiny","has_more":true}`},
		{"/v1/models?limit=1&after_id=tiny", version, 200, `"first_id":"org/other","last_id":"org/other","has_more":false}`},
		{"/v1/models?before_id=org/other", version, 200, `"first_id":"tiny","last_id":"tiny","has_more":false}`},
		{"/v1/models?after_id=org/other", version, 200, `{"data":[],"first_id":null,"last_id":null,"has_more":false}`},
		{"/v1/models?limit=0", version, 400, `limit: found 0, want a whole number, 1 … 1000`},
		{"/v1/models?limit=x", version, 400, `limit: found \"x\"`},
		{"/v1/models?after_id=none", version, 400, `after_id`},
		{"/v1/models?after_id=tiny&before_id=tiny", version, 400, `before_id`},
		{"/v1/models/org/other", version, 200, `{"type":"model","id":"org/other"`},
		{"/v1/models/none", version, 404, `{"type":"error","error":{"type":"not_found_error"`},
		{"/v1/files", version, 404, `{"type":"error","error":{"type":"not_found_error"`},
		{"/v1/files", nil, 404, `{"error":{"message":`},
		{"/v1/messages", nil, 405, `{"type":"error","error":{"type":"invalid_request_error"`},
	} {
		if w := get(server, c.path, c.headers...); w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s %v: %d %s, want %d %s", c.path, c.headers, w.Code, w.Body, c.status, c.want)
		}
	}
	w := httptest.NewRecorder()
	server.ServeHTTP(w, httptest.NewRequest(http.MethodPut, "/v1/models", nil))
	if w.Code != 405 || w.Header().Get("Allow") != "GET" {
		t.Errorf("PUT: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

// TestAnthropicCounts holds that a count is of what the model would read, tools and system included.
func TestAnthropicCounts(t *testing.T) {
	body := `{"model":"tiny","system":"ab","tools":[{"name":"f","input_schema":{}}],"messages":[{"role":"user","content":"가나"}]}`
	w := post(newServer(talker, withAll), "/v1/messages/count_tokens", body)
	if want := `{"input_tokens":` + "14}\n"; w.Code != 200 || w.Body.String() != want { // <[f]s:ab\nu:가나\n
		t.Errorf("%d %s, want %s", w.Code, w.Body, want)
	}
	if w := post(newServer(talker, withAll), "/v1/messages/count_tokens", `{"max_tokens":1,`+body[1:]); w.Code != 400 {
		t.Errorf("max_tokens: %d %s", w.Code, w.Body)
	}
	if w := post(newServer(talker), "/v1/messages/count_tokens", body); w.Code != 400 {
		t.Errorf("without tokens: %d %s", w.Code, w.Body)
	}
}
