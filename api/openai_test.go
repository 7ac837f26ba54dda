package api

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"exaone/chat"

	"github.com/google/go-cmp/cmp"
)

const hello = `"messages":[{"role":"user","content":"안녕"}]`

// withTool is hello with a tool beside it.
const withTool = hello + `,"tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object"}}}]`

func TestOpenAIReplies(t *testing.T) {
	call := says(chat.Delta{Thinking: "음"}, chat.Call{ToolCall: chat.ToolCall{ID: "call_1", Name: "날씨", Arguments: `{"곳":"서울"}`}},
		chat.Finish{Reason: chat.FinishCalls, Usage: chat.Usage{PromptTokens: 9, CompletionTokens: 4}})
	for _, c := range []struct {
		name, method, path, body string
		model                    chat.Model
		status                   int
		want, wantNot            string
	}{
		{"models", "GET", "/v1/models", "", nil, 200,
			`{"id":"tiny","object":"model","created":1700000000,"owned_by":"us","context_window":4096,"max_model_len":4096,"capabilities":["chat"],"size":12,"loaded":true,"default":true}`, "null"},
		{"one model", "GET", "/v1/models/org/other", "", nil, 200, `"id":"org/other"`, "tiny"},
		{"no such model", "GET", "/v1/models/none", "", nil, 404, `"param":"model","code":"no_model"`, ""},
		{"chat", "POST", "/v1/chat/completions", `{"model":"tiny",` + hello + `}`, nil, 200,
			`"choices":[{"index":0,"message":{"role":"assistant","content":"안녕!"},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":3,"total_tokens":8,"prompt_tokens_details":{"cached_tokens":3}}`, "tool_calls"},
		{"chat without a model", "POST", "/v1/chat/completions", `{` + hello + `}`, nil, 200, `"model":"tiny"`, ""},
		{"two choices", "POST", "/v1/chat/completions", `{"n":2,` + hello + `}`, nil, 200, `"completion_tokens":6,"total_tokens":11`, ""},
		{"length", "POST", "/v1/chat/completions", `{"max_completion_tokens":2,` + hello + `}`, nil, 200, `"content":"안녕"},"logprobs":null,"finish_reason":"length"`, ""},
		{"chat logprobs", "POST", "/v1/chat/completions", `{"max_tokens":1,"logprobs":true,"top_logprobs":2,` + hello + `}`, nil, 200,
			`"logprobs":{"content":[{"token":"안","logprob":-0.5,"bytes":[236,149,136],"top_logprobs":[{"token":"안","logprob":-0.5,"bytes":[236,149,136]},{"token":"�","logprob":-1.5,"bytes":[236,149]}]}]}`, ""},
		{"no alternatives", "POST", "/v1/chat/completions", `{"max_tokens":1,"logprobs":true,` + hello + `}`, nil, 200, `"top_logprobs":[]`, ""},
		{"a call", "POST", "/v1/chat/completions", `{` + hello + `}`, call, 200,
			`"message":{"role":"assistant","content":null,"reasoning_content":"음","tool_calls":[{"id":"call_1","type":"function","function":{"name":"날씨","arguments":"{\"곳\":\"서울\"}"}}]},"logprobs":null,"finish_reason":"tool_calls"`, ""},
		{"text", "POST", "/v1/completions", `{"prompt":"가나"}`, nil, 200, `"choices":[{"index":0,"text":"안녕!","logprobs":null,"finish_reason":"stop"}]`, ""},
		{"echo alone", "POST", "/v1/completions", `{"prompt":"가나","echo":true,"max_tokens":0}`, nil, 200, `"text":"가나","logprobs":null,"finish_reason":"length"`, ""},
		{"echo with logprobs", "POST", "/v1/completions", `{"prompt":"가나","echo":true,"max_tokens":1,"logprobs":1}`, nil, 200,
			`"text":"가나안","logprobs":{"tokens":["가","나","안"],"token_logprobs":[null,-0.25,-0.5],"top_logprobs":[null,{"나":-0.5},{"안":-0.5}],"text_offset":[0,1,2]}`, ""},
		{"an end", "POST", "/v1/completions", `{"prompt":"가","max_tokens":2,"logprobs":1}`, says(
			chat.Delta{Text: "나", Tokens: []chat.TokenLogprob{token("나", 0, -0.5)}},
			chat.Finish{Reason: chat.FinishStop, End: &chat.TokenLogprob{ID: 2, Bytes: []byte("<end>"), Offset: 3, Logprob: -0.25}}), 200,
			`"text":"나","logprobs":{"tokens":["나","<end>"],"token_logprobs":[-0.5,-0.25],"top_logprobs":[{},{}],"text_offset":[0,1]}`, ""},
		{"half characters", "POST", "/v1/completions", `{"prompt":"가","max_tokens":1,"logprobs":2}`, nil, 200, `"top_logprobs":[{"bytes:\\xec\\x95":-1.5,"안":-0.5}]`, ""},
		{"ids", "POST", "/v1/completions", `{"prompt":[1,2,3],"echo":true,"max_tokens":0}`, nil, 200, `"text":"가가가"`, ""},
		{"lists of ids", "POST", "/v1/completions", `{"prompt":[[1,2],[3]],"max_tokens":1,"echo":true,"logprobs":0}`, nil, 200, `"text":"가안"`, ""},
		{"list of texts", "POST", "/v1/completions", `{"prompt":["하나"," 둘"],"n":2,"echo":true}`, nil, 200, `{"index":3,"text":" 둘안녕!"`, ""},
		{"busy", "POST", "/v1/chat/completions", `{"stream":true,` + hello + `}`, fails(chat.NewError(chat.CodeBusy, nil, 128, 128), chat.Phase{Name: "load"}), 429, `"type":"rate_limit_error","param":null,"code":"busy"`, "data:"},
		{"too long", "POST", "/v1/chat/completions", `{` + hello + `}`, fails(chat.NewError(chat.CodeTooLong, nil, 5000, 4096)), 400, `5000 tokens, more than this model's window of 4096`, ""},
		{"no model yet", "POST", "/v1/chat/completions", `{` + hello + `}`, fails(chat.NewError(chat.CodeNoModelYet, nil)), 503, `"code":"no_model_yet"`, ""},
		{"shutting down", "POST", "/v1/completions", `{"prompt":"a"}`, fails(chat.NewError(chat.CodeShuttingDown, nil)), 503, `"code":"shutting_down"`, ""},
		{"secret", "POST", "/v1/completions", `{"prompt":"a"}`, fails(errors.New("secret path")), 500, `"type":"server_error","param":null,"code":"internal"`, "secret"},
		{"no finish", "POST", "/v1/completions", `{"prompt":"a"}`, says(chat.Delta{Text: "x"}), 500, `"code":"internal"`, ""},
		{"wrong method", "GET", "/v1/completions", "", nil, 405, `"code":"bad_method"`, ""},
		{"nowhere", "POST", "/v1/engines", "{}", nil, 404, `"code":"no_route"`, ""},
		{"health", "GET", "/health", "", nil, 200, `{"status":"ok"}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			model := c.model
			if model == nil {
				model = talker
			}
			w := httptest.NewRecorder()
			newServer(model).ServeHTTP(w, httptest.NewRequest(c.method, c.path, strings.NewReader(c.body)))
			got := w.Body.String()
			if w.Code != c.status {
				t.Errorf("status %d, want %d: %s", w.Code, c.status, got)
			}
			if !strings.Contains(got, c.want) {
				t.Errorf("got %s\nwant in it %s", got, c.want)
			}
			if c.wantNot != "" && strings.Contains(got, c.wantNot) {
				t.Errorf("got %s\nwant not in it %s", got, c.wantNot)
			}
		})
	}
}

// TestOpenAIRefuses holds that what is not understood is refused with the field's name, and never ignored.
func TestOpenAIRefuses(t *testing.T) {
	chatPath, textPath := "/v1/chat/completions", "/v1/completions"
	for _, c := range []struct{ path, body, code, param string }{
		{chatPath, ``, "body_not_json", ""},
		{chatPath, `[]`, "bad_field", "body"},
		{chatPath, `{` + hello + `} {}`, "body_not_json", ""},
		{chatPath, `{` + hello, "body_not_json", ""},
		{chatPath, `{"n":1,"n":2,` + hello + `}`, "bad_field", "n"},
		{chatPath, "{\"model\":\"\xff\"," + hello + "}", "body_not_json", ""},
		{chatPath, `{}`, "bad_field", "messages"},
		{chatPath, `{"messages":[]}`, "bad_field", "messages"},
		{chatPath, `{"messages":{}}`, "bad_field", "messages"},
		{chatPath, `{"messages":["hi"]}`, "bad_field", "messages[0]"},
		{chatPath, `{"messages":[{"role":"pope","content":"x"}]}`, "bad_field", "messages[0].role"},
		{chatPath, `{"messages":[{"content":"x"}]}`, "bad_field", "messages[0].role"},
		{chatPath, `{"messages":[{"role":"user"}]}`, "bad_field", "messages[0].content"},
		{chatPath, `{"messages":[{"role":"tool","content":"x"}]}`, "bad_field", "messages[0].tool_call_id"},
		{chatPath, `{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]}`, "no_eyes", "messages[0].content[0]"},
		{chatPath, `{"messages":[{"role":"user","content":"x","shout":true}]}`, "unknown_field", "messages[0].shout"},
		{chatPath, `{"temperature":-1,` + hello + `}`, "bad_field", "temperature"},
		{chatPath, `{"temperature":NaN,` + hello + `}`, "body_not_json", ""},
		{chatPath, `{"temperature":1e999,` + hello + `}`, "bad_field", "temperature"},
		{chatPath, `{"temperature":"hot",` + hello + `}`, "bad_field", "temperature"},
		{chatPath, `{"max_tokens":1.5,` + hello + `}`, "bad_field", "max_tokens"},
		{chatPath, `{"max_tokens":0,` + hello + `}`, "bad_field", "max_tokens"},
		{chatPath, `{"max_tokens":1,"max_completion_tokens":2,` + hello + `}`, "bad_field", "max_tokens"},
		{chatPath, `{"seed":9223372036854775808,` + hello + `}`, "bad_field", "seed"},
		{chatPath, `{"n":17,` + hello + `}`, "bad_field", "n"},
		{chatPath, `{"top_logprobs":3,` + hello + `}`, "bad_field", "top_logprobs"},
		{chatPath, `{"logit_bias":{"x":1},` + hello + `}`, "bad_field", "logit_bias"},
		{chatPath, `{"logit_bias":{"7":101},` + hello + `}`, "bad_field", "logit_bias[7]"},
		{chatPath, `{"stop":"",` + hello + `}`, "bad_field", "stop"},
		{chatPath, `{"stop":[1],` + hello + `}`, "bad_field", "stop"},
		{chatPath, `{"stream_options":{"include_usage":true},` + hello + `}`, "bad_field", "stream_options"},
		{chatPath, `{"max_tokens":-2,` + hello + `}`, "bad_field", "max_tokens"},
		{chatPath, `{"store":true,` + hello + `}`, "unsupported_field", "store"},
		{chatPath, `{"verbosity":"low",` + hello + `}`, "unsupported_field", "verbosity"},
		{chatPath, `{"tool_choice":"required",` + hello + `}`, "bad_field", "tool_choice"},
		{chatPath, `{"tool_choice":"any",` + withTool + `}`, "bad_field", "tool_choice"},
		{chatPath, `{"tool_choice":7,` + withTool + `}`, "bad_field", "tool_choice"},
		{chatPath, `{"tool_choice":{"type":"function","function":{"name":"g"}},` + withTool + `}`, "bad_field", "tool_choice.function.name"},
		{chatPath, `{"tool_choice":{"type":"function"},` + withTool + `}`, "bad_field", "tool_choice.function"},
		{chatPath, `{"tool_choice":{"type":"allowed_tools","allowed_tools":{}},` + withTool + `}`, "unsupported_field", "tool_choice.type"},
		{chatPath, `{"tools":[{"type":"web_search"}],` + hello + `}`, "unsupported_field", "tools[0].type"},
		{chatPath, `{"tools":[{"type":"custom","custom":{"name":"x"}}],` + hello + `}`, "unsupported_field", "tools[0].type"},
		{chatPath, `{"tools":[{"function":{"name":"f"}}],` + hello + `}`, "bad_field", "tools[0].type"},
		{chatPath, `{"tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"f"}}],` + hello + `}`, "bad_field", "tools[1].name"},
		{chatPath, `{"parallel_tool_calls":"no",` + withTool + `}`, "bad_field", "parallel_tool_calls"},
		{chatPath, `{"response_format":{"type":"json_schema"},` + hello + `}`, "bad_field", "response_format.json_schema"},
		{chatPath, `{"response_format":{"type":"yaml"},` + hello + `}`, "bad_field", "response_format.type"},
		{chatPath, `{"modalities":["audio"],` + hello + `}`, "unsupported_field", "modalities"},
		{chatPath, `{"chat_template_kwargs":{"tokenize":true},` + hello + `}`, "unknown_field", "chat_template_kwargs.tokenize"},
		{chatPath, `{"guided_json":7,` + hello + `}`, "bad_field", "guided_json"},
		{chatPath, `{"guided_json":"[1]",` + hello + `}`, "bad_field", "guided_json"},
		{chatPath, `{"guided_choice":[],` + hello + `}`, "bad_field", "guided_choice"},
		{chatPath, `{"guided_choice":["a",1],` + hello + `}`, "bad_field", "guided_choice[1]"},
		{chatPath, `{"guided_regex":"",` + hello + `}`, "bad_field", "guided_regex"},
		{chatPath, `{"guided_regex":"a","guided_json":{},` + hello + `}`, "bad_field", "guided_regex"},
		{chatPath, `{"guided_regex":"a","response_format":{"type":"json_object"},` + hello + `}`, "bad_field", "guided_regex"},
		{chatPath, `{"guided_whitespace_pattern":" ",` + hello + `}`, "unsupported_field", "guided_whitespace_pattern"},
		{chatPath, `{"structured_outputs":{"structural_tag":"x"},` + hello + `}`, "unsupported_field", "structured_outputs.structural_tag"},
		{chatPath, `{"structured_outputs":{"json":{},"regex":"a"},` + hello + `}`, "bad_field", "structured_outputs.regex"},
		{chatPath, `{"structured_outputs":{"yaml":"a"},` + hello + `}`, "unknown_field", "structured_outputs.yaml"},
		{chatPath, `{"messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"","format":"wav"}}]}]}`, "no_eyes", "messages[0].content[0]"},
		{chatPath, `{"functions":[{}],` + hello + `}`, "unsupported_field", "functions"},
		{textPath, `{}`, "bad_field", "prompt"},
		{textPath, `{"prompt":[]}`, "bad_field", "prompt"},
		{textPath, `{"prompt":[1,1.5]}`, "bad_field", "prompt[1]"},
		{textPath, `{"prompt":[-1]}`, "bad_field", "prompt[0]"},
		{textPath, `{"prompt":[[]]}`, "bad_field", "prompt[0]"},
		{textPath, `{"prompt":["a",1]}`, "bad_field", "prompt[1]"},
		{textPath, `{"prompt":{"a":1}}`, "bad_field", "prompt"},
		{textPath, `{"prompt":"a","suffix":"b"}`, "unsupported_field", "suffix"},
		{textPath, `{"prompt":"a","suffix":"b","echo":true}`, "bad_field", "echo"},
		{textPath, `{"prompt":"a","best_of":2}`, "unsupported_field", "best_of"},
		{textPath, `{"prompt":"a","max_tokens":0}`, "bad_field", "max_tokens"},
		{textPath, `{"prompt":"a","messages":[]}`, "unknown_field", "messages"},
		{textPath, `{"prompt":` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + `}`, "body_too_deep", ""},
	} {
		model := says()
		w := post(newServer(model), c.path, c.body)
		want := fmt.Sprintf(`"type":"invalid_request_error","param":null,"code":%q`, c.code)
		if c.param != "" {
			want = fmt.Sprintf(`"param":%q,"code":%q`, c.param, c.code)
		}
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%.200s\ngot %d %s\nwant 400 %s", c.body, w.Code, w.Body, want)
		}
		if len(model.asked) > 0 {
			t.Errorf("%.200s: the model was asked", c.body)
		}
	}
}

// TestOpenAIConverts holds that what a body says arrives at the model.
func TestOpenAIConverts(t *testing.T) {
	model := says(chat.Finish{Reason: chat.FinishStop})
	body := `{"model":"m","adapter":"a","max_tokens":7,"temperature":0,"top_p":0.5,"top_k":-1,"min_p":0.1,"repetition_penalty":1.1,
		"presence_penalty":-2,"frequency_penalty":2,"logit_bias":{"5":-100},"seed":-1,"stop":["끝"],"logprobs":true,"top_logprobs":4,
		"user":"u","metadata":{"a":1},"store":false,"reasoning_effort":"high","response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"b":1, "a":2}}},
		"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"z":1,"a":{}}}}],"tool_choice":"auto","parallel_tool_calls":true,
		"messages":[{"role":"developer","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
		{"role":"assistant","content":null,"reasoning_content":"t","refusal":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},
		{"role":"tool","tool_call_id":"1","content":"r"}]}`
	if w := post(newServer(model), "/v1/chat/completions", body); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	yes := true
	want := chat.Request{
		Model: "m", Adapter: "a", MaxTokens: 7, Stop: []string{"끝"}, Thinking: &yes, Logprobs: 5,
		Grammar:   chat.Grammar{Schema: `{"b":1,"a":2}`},
		Tools:     []chat.ToolSpec{{Name: "f", Description: "d", Parameters: `{"z":1,"a":{}}`}},
		Principal: chat.Local, Scope: "local",
		Sampling: chat.Sampling{TopP: 0.5, MinP: 0.1, RepetitionPenalty: 1.1, PresencePenalty: -2, FrequencyPenalty: 2,
			LogitBias: map[int32]float32{5: -100}, Seed: 1<<64 - 1},
		Messages: []chat.Message{
			{Role: chat.System, Text: "ab"},
			{Role: chat.Assistant, Thinking: "t", Calls: []chat.ToolCall{{ID: "1", Name: "f", Arguments: "{}"}}},
			{Role: chat.Tool, CallID: "1", Text: "r"},
		},
	}
	if diff := cmp.Diff(want, model.last(t)); diff != "" {
		t.Errorf("the request (-want +got):\n%s", diff)
	}
}

func TestOpenAIChoicesHaveSeedsOfTheirOwn(t *testing.T) {
	model := says(chat.Finish{Reason: chat.FinishStop})
	post(newServer(model), "/v1/completions", `{"prompt":["a","b"],"n":3,"seed":10}`)
	var seeds []uint64
	for _, req := range model.asked {
		seeds = append(seeds, req.Sampling.Seed)
	}
	slices.Sort(seeds)
	if want := []uint64{10, 10, 11, 11, 12, 12}; !slices.Equal(seeds, want) {
		t.Errorf("seeds %v, want %v", seeds, want)
	}
}

func TestOpenAIErrorsAreInTheLanguageAsked(t *testing.T) {
	for header, want := range map[string]string{
		"": "nothing at POST /v1/x", "*": "nothing at POST", "en,ko": "nothing at POST", "ko-KR,ko;q=0.9,en;q=0.8": "아무것도 없습니다",
	} {
		w := post(newServer(talker), "/v1/x", "{}", "Accept-Language", header)
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%q: got %s, want %s", header, w.Body, want)
		}
	}
}
