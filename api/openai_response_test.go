package api

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"exaone/chat"

	"github.com/google/go-cmp/cmp"
)

// told is an event of a streamed response, as far as tests look.
type told struct {
	Type     string
	Sequence int    `json:"sequence_number"`
	ItemID   string `json:"item_id"`
	Output   *int   `json:"output_index"`
	Content  *int   `json:"content_index"`
	Delta    string
	Text     string
	Item     *struct{ ID, Type, Status, Arguments string }
	Part     *struct{ Type, Text string }
	Response *struct{ Status string }
}

// responseEvents returns the events of a streamed response as lines, and fails if a name, a number or an item's id is not
// what it should be.
func responseEvents(t *testing.T, body string) []string {
	t.Helper()
	var out []string
	items := make(map[int]string)
	for i, block := range strings.Split(strings.TrimSuffix(body, "\n\n"), "\n\n") {
		head, data, ok := strings.Cut(block, "\ndata: ")
		var e told
		if err := json.Unmarshal([]byte(data), &e); !ok || err != nil || head != "event: "+e.Type {
			t.Fatalf("event %d: %q: %v", i, block, err)
		}
		if e.Sequence != i {
			t.Errorf("event %d has number %d", i, e.Sequence)
		}
		line := strings.TrimPrefix(e.Type, "response.")
		if e.Output != nil {
			line += fmt.Sprint(" ", *e.Output)
			if e.Item != nil {
				items[*e.Output] = e.Item.ID
			} else if e.ItemID == "" || items[*e.Output] != e.ItemID {
				t.Errorf("%s is of item %q, want %q", line, e.ItemID, items[*e.Output])
			}
		}
		if e.Content != nil && *e.Content != 0 {
			t.Errorf("%s: part %d, want 0", line, *e.Content)
		}
		switch {
		case e.Item != nil:
			line += " " + e.Item.Type + " " + e.Item.Status
		case e.Part != nil:
			line += " " + e.Part.Type + " " + e.Part.Text
		case e.Response != nil:
			line += " " + e.Response.Status
		}
		out = append(out, strings.TrimSpace(line+" "+e.Delta+e.Text))
	}
	return out
}

// TestResponseEvents holds the order of events that OpenAI's clients are written for.
func TestResponseEvents(t *testing.T) {
	head := []string{"created in_progress", "in_progress in_progress"}
	for name, c := range map[string]struct {
		events []chat.Event
		want   []string
	}{
		"a message": {[]chat.Event{chat.Phase{Name: "read"}, chat.Delta{Text: "안"}, chat.Delta{Text: "녕"}, chat.Finish{Reason: chat.FinishStop}}, []string{
			"output_item.added 0 message in_progress", "content_part.added 0 output_text", "output_text.delta 0 안", "output_text.delta 0 녕",
			"output_text.done 0 안녕", "content_part.done 0 output_text 안녕", "output_item.done 0 message completed", "completed completed"}},
		"nothing": {[]chat.Event{chat.Finish{Reason: chat.FinishStop}}, []string{
			"output_item.added 0 message in_progress", "content_part.added 0 output_text", "output_text.delta 0",
			"output_text.done 0", "content_part.done 0 output_text", "output_item.done 0 message completed", "completed completed"}},
		"cut short": {[]chat.Event{chat.Delta{Text: "안"}, chat.Finish{Reason: chat.FinishLength}}, []string{
			"output_item.added 0 message in_progress", "content_part.added 0 output_text", "output_text.delta 0 안",
			"output_text.done 0 안", "content_part.done 0 output_text 안", "output_item.done 0 message incomplete", "incomplete incomplete"}},
		"thought, said and called": {append([]chat.Event{chat.Delta{Thinking: "음"}, chat.Delta{Text: "네"}}, inPieces...), []string{
			"output_item.added 0 reasoning in_progress", "content_part.added 0 reasoning_text", "reasoning_text.delta 0 음",
			"reasoning_text.done 0 음", "content_part.done 0 reasoning_text 음", "output_item.done 0 reasoning completed",
			"output_item.added 1 message in_progress", "content_part.added 1 output_text", "output_text.delta 1 네",
			"output_text.done 1 네", "content_part.done 1 output_text 네", "output_item.done 1 message completed",
			"output_item.added 2 function_call in_progress", `function_call_arguments.delta 2 {"곳":`, `function_call_arguments.delta 2 "서울"}`,
			"function_call_arguments.done 2", "output_item.done 2 function_call completed",
			"output_item.added 3 function_call in_progress", `function_call_arguments.delta 3 {}`,
			"function_call_arguments.done 3", "output_item.done 3 function_call completed", "completed completed"}},
	} {
		w := post(newServer(says(c.events...)), "/v1/responses", `{"stream":true,"input":"안녕"}`)
		if diff := cmp.Diff(append(head, c.want...), responseEvents(t, w.Body.String())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	w := post(newServer(fails(chat.NewError(chat.CodeBusy, nil, 1, 1), chat.Delta{Text: "안"})), "/v1/responses", `{"stream":true,"input":"안녕"}`)
	got := responseEvents(t, w.Body.String())
	if last := got[len(got)-1]; last != "failed failed" || !strings.Contains(w.Body.String(), `"error":{"code":"busy"`) {
		t.Errorf("a failure ends with %q", last)
	}
}

// TestResponseAsAWhole holds the form of a response, and that it is the last event of the streamed one.
func TestResponseAsAWhole(t *testing.T) {
	model := says(append([]chat.Event{chat.Delta{Text: "네", Tokens: []chat.TokenLogprob{token("네", 0, -0.5)}}}, inPieces[:4]...)...)
	model.answer = says(chat.Delta{Text: "네", Tokens: []chat.TokenLogprob{token("네", 0, -0.5)}},
		chat.Call{ToolCall: chat.ToolCall{ID: "a", Name: "f", Arguments: `{}`}},
		chat.Finish{Reason: chat.FinishCalls, Model: "tiny", Usage: chat.Usage{PromptTokens: 7, CachedTokens: 2, CompletionTokens: 3}}).answer
	body := `"instructions":"짧게","input":"안녕","max_output_tokens":9,"temperature":0.5,"metadata":{"k":"v"},"include":["message.output_text.logprobs"],
		"tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object"},"strict":true}],"text":{"format":{"type":"text"}},"user":"u"`
	w := post(newServer(model), "/v1/responses", `{`+body+`}`)
	var got map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	streamed := post(newServer(model), "/v1/responses", `{"stream":true,`+body+`}`).Body.String()
	var last struct{ Response map[string]any }
	if err := json.Unmarshal([]byte(streamed[strings.LastIndex(streamed, "data: ")+6:]), &last); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"object": "response", "created_at": 1700000000.0, "status": "completed", "background": false, "error": nil, "incomplete_details": nil,
		"instructions": "짧게", "max_output_tokens": 9.0, "max_tool_calls": nil, "metadata": map[string]any{"k": "v"}, "model": "tiny",
		"parallel_tool_calls": true, "previous_response_id": nil, "reasoning": map[string]any{"effort": nil, "summary": nil}, "store": false,
		"temperature": 0.5, "text": map[string]any{"format": map[string]any{"type": "text"}}, "tool_choice": "auto", "top_logprobs": 0.0, "top_p": 1.0,
		"tools":      []any{map[string]any{"type": "function", "name": "f", "description": "d", "parameters": map[string]any{"type": "object"}, "strict": true}},
		"truncation": "disabled", "user": "u",
		"usage": map[string]any{"input_tokens": 7.0, "input_tokens_details": map[string]any{"cached_tokens": 2.0}, "output_tokens": 3.0,
			"output_tokens_details": map[string]any{"reasoning_tokens": 0.0}, "total_tokens": 10.0},
		"output": []any{
			map[string]any{"type": "message", "status": "completed", "role": "assistant", "content": []any{map[string]any{
				"type": "output_text", "text": "네", "annotations": []any{}, "logprobs": []any{map[string]any{
					"token": "네", "logprob": -0.5, "bytes": []any{235.0, 132.0, 164.0}, "top_logprobs": []any{}}}}}},
			map[string]any{"type": "function_call", "status": "completed", "call_id": "a", "name": "f", "arguments": "{}"},
		},
	}
	for name, r := range map[string]map[string]any{"whole": got, "streamed": last.Response} {
		if id, _ := r["id"].(string); !strings.HasPrefix(id, "resp_") {
			t.Errorf("%s: id %q", name, id)
		}
		delete(r, "id")
		for _, item := range r["output"].([]any) {
			delete(item.(map[string]any), "id")
		}
		if diff := cmp.Diff(want, r); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestResponseInput holds that items become the conversation that they are of.
func TestResponseInput(t *testing.T) {
	model := says(chat.Finish{Reason: chat.FinishStop})
	body := `{"instructions":"짧게","reasoning":{"effort":"low","summary":"auto"},"text":{"format":{"type":"json_schema","name":"n","schema":{"b":1},"strict":true},"verbosity":"medium"},
		"include":["reasoning.encrypted_content"],"store":false,"truncation":"disabled","background":false,"max_output_tokens":5,"input":[
		{"role":"developer","content":"d"},{"type":"message","role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_text","text":"b"}]},
		{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"s"}],"content":[{"type":"reasoning_text","text":"t"}],"encrypted_content":null,"status":"completed"},
		{"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"x","annotations":[],"logprobs":[]}]},
		{"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":"{}","status":"completed"},
		{"type":"function_call","call_id":"c2","name":"g","arguments":"{\"a\":1}"},
		{"type":"function_call_output","call_id":"c1","output":"1"},{"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"2"}]},
		{"role":"assistant","content":"y"},{"role":"user","content":"z"}]}`
	if w := post(newServer(model), "/v1/responses", body); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	got := model.last(t)
	want := []chat.Message{
		{Role: chat.System, Text: "짧게"}, {Role: chat.System, Text: "d"}, {Role: chat.User, Text: "ab"},
		{Role: chat.Assistant, Text: "x", Thinking: "st", Calls: []chat.ToolCall{{ID: "c1", Name: "f", Arguments: "{}"}, {ID: "c2", Name: "g", Arguments: `{"a":1}`}}},
		{Role: chat.Tool, CallID: "c1", Name: "f", Text: "1"}, {Role: chat.Tool, CallID: "c2", Name: "g", Text: "2"},
		{Role: chat.Assistant, Text: "y"}, {Role: chat.User, Text: "z"},
	}
	if diff := cmp.Diff(want, got.Messages); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	if got.Grammar.Schema != `{"b":1}` || got.MaxTokens != 5 || got.Thinking == nil || !*got.Thinking || got.Principal.ID != chat.Local.ID || got.Scope != "local" {
		t.Errorf("the request is %+v", got)
	}
}

func TestResponseRefuses(t *testing.T) {
	const input = `,"input":"a"}`
	for _, c := range []struct{ body, code, param string }{
		{`{}`, "bad_field", "input"},
		{`{"input":[]}`, "bad_field", "input"},
		{`{"store":true` + input, "unsupported_field", "store"},
		{`{"previous_response_id":"resp_1"` + input, "unsupported_field", "previous_response_id"},
		{`{"conversation":"c"` + input, "unsupported_field", "conversation"},
		{`{"background":true` + input, "unsupported_field", "background"},
		{`{"truncation":"auto"` + input, "unsupported_field", "truncation"},
		{`{"prompt":{"id":"p"}` + input, "unsupported_field", "prompt"},
		{`{"max_tool_calls":3` + input, "unsupported_field", "max_tool_calls"},
		{`{"include":["file_search_call.results"]` + input, "unsupported_field", "include[0]"},
		{`{"top_logprobs":3` + input, "bad_field", "top_logprobs"},
		{`{"max_output_tokens":0` + input, "bad_field", "max_output_tokens"},
		{`{"reasoning":{"summary":"detailed"}` + input, "unsupported_field", "reasoning.summary"},
		{`{"text":{"verbosity":"high"}` + input, "unsupported_field", "text.verbosity"},
		{`{"text":{"format":{"type":"json_schema","name":"n"}}` + input, "bad_field", "text.format.schema"},
		{`{"text":{"format":{"type":"json_object"}},"guided_regex":"a"` + input, "bad_field", "guided_regex"},
		{`{"tools":[{"type":"web_search_preview"}]` + input, "unsupported_field", "tools[0].type"},
		{`{"tools":[{"type":"code_interpreter","container":{"type":"auto"}}]` + input, "unsupported_field", "tools[0].type"},
		{`{"tools":[{"type":"mcp","server_label":"x"}]` + input, "unsupported_field", "tools[0].type"},
		{`{"n":2` + input, "unknown_field", "n"},
		{`{"input":[{"type":"item_reference","id":"x"}]}`, "unsupported_field", "input[0].type"},
		{`{"input":[{"type":"computer_call"}]}`, "unsupported_field", "input[0].type"},
		{`{"input":[{"role":"user","content":[{"type":"input_image","image_url":"x"}]}]}`, "no_eyes", "input[0].content[0]"},
		{`{"input":[{"role":"user","content":[{"type":"input_file","file_id":"x"}]}]}`, "no_eyes", "input[0].content[0]"},
		{`{"input":[{"type":"function_call_output","call_id":"x","output":"1"}]}`, "bad_field", "input[0].call_id"},
		{`{"input":[{"type":"function_call","call_id":"x","name":"f","arguments":"{"}]}`, "bad_field", "input[0].arguments"},
		{`{"input":[{"type":"reasoning","summary":[],"encrypted_content":"xx"}]}`, "unsupported_field", "input[0].encrypted_content"},
		{`{"input":[{"role":"tool","content":"x"}]}`, "bad_field", "input[0].role"},
	} {
		model := says()
		w := post(newServer(model), "/v1/responses", c.body)
		if want := fmt.Sprintf(`"param":%q,"code":%q`, c.param, c.code); w.Code != 400 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s\ngot %d %s\nwant 400 %s", c.body, w.Code, w.Body, want)
		}
		if len(model.asked) > 0 {
			t.Errorf("%s: the model was asked", c.body)
		}
	}
}
