package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"exaone/chat"

	"github.com/google/go-cmp/cmp"
)

// callsOf returns the calls that a chunk of a chat completion has.
func callsOf(t *testing.T, event string) []chatCall {
	t.Helper()
	var c struct {
		Choices []struct {
			Delta struct {
				Calls []chatCall `json:"tool_calls"`
			}
		}
	}
	if event == string(done) {
		return nil
	}
	if err := json.Unmarshal([]byte(event), &c); err != nil {
		t.Fatalf("%s: %v", event, err)
	}
	var out []chatCall
	for _, choice := range c.Choices {
		out = append(out, choice.Delta.Calls...)
	}
	return out
}

// TestGrammarsArrive holds that each way to say what an answer must match reaches the model as the same grammar.
func TestGrammarsArrive(t *testing.T) {
	schema := chat.Grammar{Schema: `{"type":"object","properties":{"z":{},"a":{}}}`}
	object := chat.Grammar{Schema: `{"type":"object"}`}
	for body, want := range map[string]chat.Grammar{
		`"response_format":{"type":"text"}`:        {},
		`"response_format":{"type":"json_object"}`: object,
		`"response_format":{"type":"json_object","schema":{"type":"object","properties":{"z":{},"a":{}}}}`:                  schema,
		`"response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":` + schema.Schema + `}}`:  schema,
		`"response_format":{"type":"json_schema","json_schema":{"name":"n","strict":false,"schema":` + schema.Schema + `}}`: schema,
		`"response_format":{"type":"regex","regex":"[가-힣]+"}`:                                                               {Regex: "[가-힣]+"},
		`"response_format":{"type":"grammar","grammar":"root ::= \"a\""}`:                                                   {GBNF: `root ::= "a"`},
		`"response_format":{"type":"choice","choices":["예","아니요"]}`:                                                         {Choices: []string{"예", "아니요"}},
		`"guided_json":` + schema.Schema:                                                    schema,
		`"guided_json":"{\"type\":\"object\",\"properties\":{\"z\":{},\"a\":{}}}"`:          schema,
		`"guided_json":null,"guided_regex":null,"guided_choice":null,"guided_grammar":null`: {},
		`"guided_regex":"a+"`:                                                {Regex: "a+"},
		`"guided_choice":["예","아니요"]`:                                        {Choices: []string{"예", "아니요"}},
		`"guided_grammar":"root ::= \"a\"","guided_decoding_backend":"auto"`: {GBNF: `root ::= "a"`},
		`"structured_outputs":{"json":` + schema.Schema + `}`:                schema,
		`"structured_outputs":{"json_object":true}`:                          object,
		`"structured_outputs":{"regex":"a+","disable_fallback":false}`:       {Regex: "a+"},
		`"structured_outputs":{"choice":["a"]}`:                              {Choices: []string{"a"}},
		`"structured_outputs":{"grammar":"root ::= \"a\""}`:                  {GBNF: `root ::= "a"`},
		`"json_schema":` + schema.Schema:                                     schema,
		`"grammar":"root ::= \"a\""`:                                         {GBNF: `root ::= "a"`},
		`"grammar":""`:                                                       {},
	} {
		for path, rest := range map[string]string{"/v1/chat/completions": hello, "/v1/completions": `"prompt":"a"`} {
			model := says(chat.Finish{Reason: chat.FinishStop})
			if w := post(newServer(model), path, `{`+body+`,`+rest+`}`); w.Code != 200 {
				t.Errorf("%s %s: %d %s", path, body, w.Code, w.Body)
				continue
			}
			if diff := cmp.Diff(want, model.last(t).Grammar); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", path, body, diff)
			}
		}
	}
}

// TestWarningsOfGrammars holds that what constrains nothing is said once, in a whole reply and in a stream.
func TestWarningsOfGrammars(t *testing.T) {
	model := says(chat.Delta{Text: "{}"}, chat.Finish{Reason: chat.FinishStop,
		Warnings: []chat.Warning{{Path: "/properties/a", Keyword: "format", Text: "nobody knows the format \"x\""}}})
	want := `"warnings":[{"path":"/properties/a","keyword":"format","text":"nobody knows the format \"x\""}]`
	for path, rest := range map[string]string{
		"/v1/chat/completions": hello + `,"n":2`, "/v1/completions": `"prompt":["a","b"]`, "/v1/responses": `"input":"a"`,
	} {
		for _, streamed := range []string{"false", "true"} {
			w := post(newServer(model), path, `{"stream":`+streamed+`,`+rest+`}`)
			if n := strings.Count(w.Body.String(), want); n != 1 {
				t.Errorf("%s, stream %s: %d times %s in %s", path, streamed, n, want, w.Body)
			}
		}
	}
}

// TestSuffixGoesToModelsThatFillIn holds that a model that was taught to fill in between gets what follows the gap.
func TestSuffixGoesToModelsThatFillIn(t *testing.T) {
	model := says(chat.Delta{Text: "b"}, chat.Finish{Reason: chat.FinishStop})
	server := newServer(model, func(o *Options) {
		o.Models = fixed(ModelInfo{ID: "coder", Capabilities: []string{"insert"}}, ModelInfo{ID: "talker", Default: true})
	})
	if w := post(server, "/v1/completions", `{"model":"coder","prompt":"a","suffix":"c"}`); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if diff := cmp.Diff(&chat.Prompt{Text: "a", Suffix: "c"}, model.last(t).Prompt); diff != "" {
		t.Errorf("prompt (-want +got):\n%s", diff)
	}
	if w := post(server, "/v1/completions", `{"prompt":"a","suffix":"c"}`); w.Code != 400 || !strings.Contains(w.Body.String(), `"suffix"`) {
		t.Errorf("the default model: %d %s", w.Code, w.Body)
	}
}

// fixed is a list of models.
func fixed(models ...ModelInfo) func(*http.Request) ([]ModelInfo, error) {
	return func(*http.Request) ([]ModelInfo, error) { return models, nil }
}
