package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"exaone/chat"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const llamaNoTime = `"prompt_ms":0,"prompt_per_token_ms":0,"prompt_per_second":0,"predicted_n":3,"predicted_ms":0,"predicted_per_token_ms":0,"predicted_per_second":0}`

func TestLlamaReplies(t *testing.T) {
	stopped := says(chat.Delta{Text: "가\n"}, chat.Finish{Reason: chat.FinishStop, Stop: "끝"})
	for _, c := range []struct {
		name, path, body string
		model            chat.Model
		want             string
	}{
		{"completion", "/completion", `{"model":"tiny","prompt":"가","seed":7}`, nil, `{"index":0,"content":"안녕!","tokens":[],"stop":true,"id_slot":-1,"tokens_predicted":3,"tokens_evaluated":5,` +
			`"timings":{"cache_n":3,"prompt_n":2,` + llamaNoTime + `,"model":"tiny","generation_settings":{"n_predict":-1,"max_tokens":-1,"seed":7,"temperature":0.8,"top_k":40,"top_p":0.95,"min_p":0.05,` +
			`"repeat_penalty":1,"repeat_last_n":-1,"presence_penalty":0,"frequency_penalty":0,"stop":[],"samplers":["penalties","temperature","top_k","top_p","min_p"]},` +
			`"prompt":"\u003c가","has_new_line":false,"truncated":false,"stop_type":"eos","stopping_word":"","tokens_cached":3}`},
		{"the other path", "/completions", `{"prompt":"가"}`, nil, `"content":"안녕!"`},
		{"length", "/completion", `{"prompt":"가","n_predict":2}`, nil, `"stop_type":"limit"`},
		{"a word", "/completion", `{"prompt":"가","stop":["끝"]}`, stopped, `"has_new_line":true,"truncated":false,"stop_type":"word","stopping_word":"끝"`},
		{"ids", "/completion", `{"prompt":"가","n_predict":1,"return_tokens":true}`, nil, `"tokens":[3]`},
		{"probabilities", "/completion", `{"prompt":"가","n_predict":1,"n_probs":1}`, nil,
			`"completion_probabilities":[{"id":3,"token":"안","bytes":[236,149,136],"logprob":-0.5,"top_logprobs":[{"id":3,"token":"안","bytes":[236,149,136],"logprob":-0.5}]}]`},
		{"several", "/completion", `{"prompt":["가","나"],"n_cmpl":2}`, nil, `},{"index":3,`},
		{"tokenize", "/tokenize", `{"content":"<a"}`, nil, `{"tokens":[60,97]}`},
		{"tokenize with its beginning", "/tokenize", `{"content":"a","add_special":true}`, nil, `{"tokens":[60,97]}`},
		{"pieces", "/tokenize", `{"content":"가á","with_pieces":true}`, nil, `{"tokens":[{"id":44032,"piece":"가"},{"id":225,"piece":[225]}]}`},
		{"tokenize nothing", "/tokenize", `{"content":""}`, nil, `{"tokens":[]}`},
		{"detokenize", "/detokenize", `{"tokens":[44032,44032]}`, nil, `{"content":"가가"}`},
		{"detokenize nothing", "/detokenize", `{"tokens":[]}`, nil, `{"content":""}`},
		{"template", "/apply-template", `{` + hello + `}`, nil, `{"prompt":"<u:안녕\n"}`},
	} {
		if c.model == nil {
			c.model = talker
		}
		w := post(newServer(c.model, withAll), c.path, c.body)
		want := strings.ReplaceAll(c.want, `\u003c`, "<")
		if got := w.Body.String(); w.Code != 200 || !strings.Contains(got, want) {
			t.Errorf("%s: %d %s\nwant %s", c.name, w.Code, got, want)
		}
	}
	w := get(newServer(talker, withAll), "/props")
	if want := `"default_generation_settings":{"n_ctx":4096,`; w.Code != 200 || !strings.Contains(w.Body.String(), want) || !strings.Contains(w.Body.String(), `"model_alias":"tiny"`) {
		t.Errorf("props: %d %s", w.Code, w.Body)
	}
}

func TestLlamaStreams(t *testing.T) {
	piece := func(text, said string) string {
		return `{"index":0,"content":"` + text + `","tokens":[],"stop":false,"id_slot":-1,"tokens_predicted":` + said + `,"tokens_evaluated":2}`
	}
	w := post(newServer(talker, withAll), "/completion", `{"prompt":"가","stream":true,"model":"tiny"}`)
	got := events(t, w.Body)
	want := []string{piece("안", "1"), piece("녕", "2"), piece("!", "3")}
	if len(got) != 4 {
		t.Fatalf("got %q, want three pieces and an end", got)
	}
	if diff := cmp.Diff(want, got[:3]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if end := got[3]; !strings.HasPrefix(end, `{"index":0,"content":"","tokens":[],"stop":true,`) || !strings.Contains(end, `"timings":{"cache_n":3,"prompt_n":2,`) {
		t.Errorf("the end is %s", end)
	}
	broken := fails(chat.NewError(chat.CodeShuttingDown, nil), chat.Delta{Text: "안"})
	got = events(t, post(newServer(broken, withAll), "/completion", `{"prompt":"가","stream":true}`).Body)
	if len(got) != 2 || got[1] != `{"error":{"code":503,"message":"the program is shutting down","type":"unavailable_error"}}` {
		t.Errorf("got %q", got)
	}
}

func TestLlamaPrompts(t *testing.T) {
	for prompt, want := range map[string][][]int32{
		`"가"`: {{'<', '가'}},
		`{"prompt_string":"가","multimodal_data":[]}`: {{'<', '가'}},
		`[1,2]`:                   {{1, 2}},
		`[1,"가",2,3]`:             {{1, '가', 2, 3}},
		`["가",1]`:                 {{'<', '가', 1}},
		`["가","나"]`:               {{'<', '가'}, {'<', '나'}},
		`[[1,2],"가",[3,"나"]]`:     {{1, 2}, {'<', '가'}, {3, '나'}},
		`[{"prompt_string":"1"}]`: {{'<', '1'}},
	} {
		model := says(chat.Finish{Reason: chat.FinishStop})
		if w := post(newServer(model, withAll), "/completion", `{"prompt":`+prompt+`}`); w.Code != 200 {
			t.Errorf("%s: %d %s", prompt, w.Code, w.Body)
		}
		got := make([][]int32, len(want))
		for _, req := range model.asked {
			for i := range want {
				if cmp.Equal(want[i], req.Prompt.IDs) {
					got[i] = req.Prompt.IDs
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || len(model.asked) != len(want) {
			t.Errorf("%s: %d requests (-want +got):\n%s", prompt, len(model.asked), diff)
		}
	}
}

func TestLlamaConverts(t *testing.T) {
	model := says(chat.Finish{Reason: chat.FinishStop})
	body := `{"model":"m","prompt":[1],"n_predict":7,"temperature":0,"top_k":0,"top_p":0.5,"min_p":0.1,"repeat_penalty":1.5,"repeat_last_n":-1,"presence_penalty":-2,"frequency_penalty":2,
		"seed":3,"stop":["끝"],"grammar":"root ::= \"a\"","logit_bias":[[5,-100],[6,false]],"n_probs":2,"cache_prompt":false,"id_slot":-1,"n_keep":-1,"ignore_eos":false,
		"samplers":["penalties","temperature","top_k","top_p","min_p"],"mirostat":0,"dry_multiplier":0.0,"dry_base":1.75,"dry_sequence_breakers":["\n"],"xtc_probability":0,"xtc_threshold":0.1,
		"dynatemp_range":0,"dynatemp_exponent":1,"typical_p":1,"min_keep":0,"t_max_predict_ms":0,"speculative.n_max":16,"lora":[],"timings_per_token":true}`
	if w := post(newServer(model, withAll), "/completion", body); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	want := chat.Request{Model: "m", Prompt: &chat.Prompt{IDs: []int32{1}}, MaxTokens: 7, Stop: []string{"끝"}, Grammar: chat.Grammar{GBNF: `root ::= "a"`}, Logprobs: 3,
		Principal: chat.Local, Scope: "local",
		Sampling: chat.Sampling{TopP: 0.5, MinP: 0.1, RepetitionPenalty: 1.5, PresencePenalty: -2, FrequencyPenalty: 2, Seed: 3,
			LogitBias: map[int32]float32{5: -100, 6: -1e9}}}
	if diff := cmp.Diff(want, model.last(t)); diff != "" {
		t.Errorf("the request (-want +got):\n%s", diff)
	}
	for fields, check := range map[string]chat.Request{
		`"json_schema":{"b":1, "a":2}`: {Grammar: chat.Grammar{Schema: `{"b":1,"a":2}`}},
		`"n_predict":-1`:               {},
		`"n_predict":0`:                {MaxTokens: -1},
		`"max_tokens":5`:               {MaxTokens: 5},
		`"logit_bias":{"5":1}`:         {},
	} {
		post(newServer(model, withAll), "/completion", `{"prompt":"a",`+fields+`}`)
		if diff := cmp.Diff(check, model.last(t), cmpopts.IgnoreFields(chat.Request{}, "Prompt", "Sampling", "Principal", "Scope")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", fields, diff)
		}
	}
}

func TestLlamaRefuses(t *testing.T) {
	for _, c := range []struct{ path, body, want string }{
		{"/completion", `{}`, "prompt: found nothing"},
		{"/completion", `{"prompt":[]}`, "at least one prompt"},
		{"/completion", `{"prompt":[[]]}`, "at least one id"},
		{"/completion", `{"prompt":[1,-2]}`, "prompt[1]"},
		{"/completion", `{"prompt":["a",1.5]}`, "prompt[1]"},
		{"/completion", `{"prompt":{"prompt_string":"a","multimodal_data":["aGk="]}}`, "cannot see images"},
		{"/completion", `{"prompt":"a","grammar":"root ::= x","json_schema":{}}`, "one of them"},
		{"/completion", `{"prompt":"a","json_schema":[]}`, "json_schema"},
		{"/completion", `{"prompt":"a","mirostat":2}`, "mirostat is not supported"},
		{"/completion", `{"prompt":"a","dry_multiplier":0.8}`, "dry_multiplier is not supported"},
		{"/completion", `{"prompt":"a","xtc_probability":0.5}`, "xtc_probability is not supported"},
		{"/completion", `{"prompt":"a","samplers":["top_k"]}`, "samplers is not supported"},
		{"/completion", `{"prompt":"a","ignore_eos":true}`, "ignore_eos is not supported"},
		{"/completion", `{"prompt":"a","response_fields":["content"]}`, "response_fields is not supported"},
		{"/completion", `{"prompt":"a","lora":[{"id":0,"scale":1}]}`, "lora is not supported"},
		{"/completion", `{"prompt":"a","post_sampling_probs":true}`, "post_sampling_probs is not supported"},
		{"/completion", `{"prompt":"a","n_predict":5,"max_tokens":6}`, "max_tokens"},
		{"/completion", `{"prompt":"a","n_probs":21}`, "n_probs"},
		{"/completion", `{"prompt":"a","logit_bias":[["a",1]]}`, "logit_bias[0]"},
		{"/completion", `{"prompt":"a","logit_bias":[[1]]}`, "logit_bias[0]"},
		{"/completion", `{"prompt":"a","what":1}`, "unknown field: what"},
		{"/tokenize", `{}`, "content: found nothing"},
		{"/tokenize", `{"content":1}`, "content"},
		{"/detokenize", `{}`, "tokens: found nothing"},
		{"/detokenize", `{"tokens":"a"}`, "a list of ids"},
		{"/detokenize", `{"tokens":[1e9]}`, "tokens[0]"},
		{"/apply-template", `{"add_generation_prompt":false,` + hello + `}`, "add_generation_prompt is not supported"},
	} {
		model := says(chat.Finish{Reason: chat.FinishStop})
		w := post(newServer(model, withAll), c.path, c.body)
		var got llamaFailure
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 400 || got.Error.Code != 400 || got.Error.Type != "invalid_request_error" || !strings.Contains(got.Error.Message, c.want) {
			t.Errorf("%s %s: %d %s, want 400 and %s", c.path, c.body, w.Code, w.Body, c.want)
		}
		if len(model.asked) > 0 {
			t.Errorf("%s: the model was asked", c.body)
		}
	}
	w := post(newServer(fails(chat.NewError(chat.CodeTooLong, nil, 9, 8)), withAll), "/completion", `{"prompt":"a"}`)
	if w.Code != 400 || !strings.Contains(w.Body.String(), `"type":"exceed_context_size_error"`) {
		t.Errorf("too long: %d %s", w.Code, w.Body)
	}
	for _, path := range []string{"/slots", "/slots/0", "/infill"} {
		w := httptest.NewRecorder()
		newServer(talker).ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, strings.NewReader("{}")))
		if w.Code != 501 || !strings.Contains(w.Body.String(), "not_supported_error") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if w := post(newServer(talker), "/completion", `{"prompt":"a"}`); w.Code != 400 {
		t.Errorf("without tokens: %d %s", w.Code, w.Body)
	}
}
