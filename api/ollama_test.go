package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"exaone/chat"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// letters is a Tokens in which each character is a token, and < begins a text.
type letters struct{}

func (letters) Encode(_ context.Context, _ chat.Principal, _, text string, _, whole bool) ([]int32, error) {
	if whole {
		text = "<" + strings.TrimPrefix(text, "<")
	}
	return []int32(text), nil
}

func (letters) Pieces(_ context.Context, _ chat.Principal, _ string, ids []int32) ([][]byte, error) {
	out := make([][]byte, len(ids))
	for i, id := range ids {
		switch {
		case id > utf8.MaxRune:
			return nil, chat.NewError(chat.CodeBadField, nil, "tokens", id, "less")
		case id < 0x100: // stands for a byte, which may be no character
			out[i] = bytewise[id : id+1]
		default:
			out[i] = []byte(string(id))
		}
	}
	return out, nil
}

var bytewise = func() (b []byte) {
	for i := range 0x100 {
		b = append(b, byte(i))
	}
	return b
}()

func (l letters) Prompt(ctx context.Context, req chat.Request) (string, []int32, error) {
	if req.Prompt != nil {
		return "", req.Prompt.IDs, nil
	}
	text := "<"
	for _, t := range req.Tools {
		text += "[" + t.Name + "]"
	}
	for _, m := range req.Messages {
		text += string(m.Role[0]) + ":" + m.Text + "\n"
	}
	return text, []int32(text), nil
}

// kept remembers what was asked of a Memory.
type kept struct{ said []string }

func (k *kept) Load(_ context.Context, _ chat.Principal, model string) error {
	if model == "none" {
		return chat.NewError(chat.CodeNoModel, nil, model)
	}
	k.said = append(k.said, "load "+model)
	return nil
}

func (k *kept) Keep(_ context.Context, who chat.Principal, of Keeping) error {
	whose := "for " + who.ID
	if of.All {
		whose = "for all"
	}
	k.said = append(k.said, "keep "+of.Model+" "+of.For.String()+" "+whose)
	return nil
}

// halves is an Embedder whose vectors are made of the length of a text; one longer than eight bytes is cut.
type halves struct{ asked chat.EmbedRequest }

func (h *halves) Embed(_ context.Context, req chat.EmbedRequest) (chat.Embeddings, error) {
	h.asked = req
	out := chat.Embeddings{Model: "vectors"}
	for i, text := range req.Texts {
		if len(text) > 8 && !req.Cut {
			return out, chat.NewError(chat.CodeTooLong, nil, len(text), 8)
		}
		if len(text) > 8 {
			out.Cut = append(out.Cut, i)
		}
		out.Tokens += len(text)
		out.Vectors = append(out.Vectors, []float32{float32(len(text)) / 2, 0})
	}
	return out, nil
}

// whole is what a server with everything has.
func withAll(o *Options) { o.Tokens, o.Memory, o.Embedder = letters{}, &kept{}, &halves{} }

// ticking is a clock that moves on by a millisecond each time it is looked at.
func ticking(o *Options) {
	at := time.Unix(1700000000, 0)
	o.Now = func() time.Time { at = at.Add(time.Millisecond); return at }
}

func get(h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const ollamaNow = `"created_at":"2023-11-14T22:13:20Z"`

func TestOllamaReplies(t *testing.T) {
	call := says(chat.Delta{Thinking: "음"}, chat.Call{ToolCall: chat.ToolCall{ID: "call_1", Name: "날씨", Arguments: `{"곳":"서울"}`}},
		chat.Finish{Reason: chat.FinishCalls, Usage: chat.Usage{PromptTokens: 9, CompletionTokens: 4}})
	for _, c := range []struct {
		name, path, body string
		model            chat.Model
		status           int
		want, wantNot    string
	}{
		{"chat", "/api/chat", `{"model":"tiny","stream":false,` + hello + `}`, nil, 200,
			`{"model":"tiny",` + ollamaNow + `,"message":{"role":"assistant","content":"안녕!"},"done":true,"done_reason":"stop","total_duration":0,"load_duration":0,"prompt_eval_count":5,"prompt_eval_duration":0,"eval_count":3,"eval_duration":0}`, "logprobs"},
		{"chat with a tag", "/api/chat", `{"model":"tiny:latest","stream":false,` + hello + `}`, nil, 200, `"model":"tiny"`, "latest"},
		{"a call", "/api/chat", `{"stream":false,` + hello + `}`, call, 200,
			`"message":{"role":"assistant","content":"","thinking":"음","tool_calls":[{"id":"call_1","function":{"index":0,"name":"날씨","arguments":{"곳":"서울"}}}]},"done":true,"done_reason":"stop"`, ""},
		{"length", "/api/chat", `{"stream":false,"options":{"num_predict":2},` + hello + `}`, nil, 200, `"content":"안녕"},"done":true,"done_reason":"length"`, ""},
		{"logprobs", "/api/chat", `{"stream":false,"logprobs":true,"top_logprobs":1,"options":{"num_predict":1},` + hello + `}`, nil, 200,
			`"logprobs":[{"token":"안","logprob":-0.5,"bytes":[236,149,136],"top_logprobs":[{"token":"안","logprob":-0.5,"bytes":[236,149,136]}]}]`, ""},
		{"generate", "/api/generate", `{"model":"tiny","prompt":"안","stream":false}`, nil, 200, `"response":"안녕!","done":true,"done_reason":"stop"`, "message"},
		{"load", "/api/generate", `{"model":"tiny"}`, nil, 200, `{"model":"tiny",` + ollamaNow + `,"response":"","done":true,"done_reason":"load"}`, ""},
		{"load by chat", "/api/chat", `{"model":"tiny","messages":[]}`, nil, 200, `"message":{"role":"assistant","content":""},"done":true,"done_reason":"load"}`, ""},
		{"unload", "/api/generate", `{"model":"tiny","keep_alive":0}`, nil, 200, `"done_reason":"unload"}`, ""},
		{"unload what is not", "/api/generate", `{"model":"none","keep_alive":0}`, nil, 404, `{"error":"there is no model`, ""},
		{"version", "/api/version", "", nil, 200, `{"version":"test"}`, ""},
		{"tags", "/api/tags", "", nil, 200,
			`{"models":[{"name":"tiny","model":"tiny","modified_at":"2023-11-14T22:13:20Z","size":12,"digest":"abc","details":{"parent_model":"","format":"gguf","family":"llama","families":["llama"],"parameter_size":"134.52M","quantization_level":"Q4_1"}}`, "expires_at"},
		{"running", "/api/ps", "", nil, 200, `"expires_at":"9999-12-31T23:59:59Z","size_vram":0,"context_length":4096}]}`, "org/other"},
		{"show", "/api/show", `{"model":"tiny"}`, nil, 200,
			`"model_info":{"general.architecture":"llama","general.parameter_count":134515008,"llama.context_length":4096},"capabilities":["chat"]`, ""},
		{"show by the older field", "/api/show", `{"name":"org/other:latest","verbose":true}`, nil, 200, `"capabilities":[]`, "tiny"},
		{"show what is not", "/api/show", `{"model":"none"}`, nil, 404, `{"error":`, ""},
		{"embed", "/api/embed", `{"model":"v","input":["a","가"]}`, nil, 200, `{"model":"vectors","embeddings":[[0.5,0],[1.5,0]],"total_duration":0,"load_duration":0,"prompt_eval_count":4}`, ""},
		{"embed nothing", "/api/embed", `{"model":"v","input":[]}`, nil, 200, `"embeddings":[]`, ""},
		{"embed what is too long", "/api/embed", `{"model":"v","input":"123456789","truncate":false}`, nil, 400, `9 tokens, more than this model's window of 8`, ""},
		{"embeddings", "/api/embeddings", `{"model":"v","prompt":"ab"}`, nil, 200, `{"embedding":[1,0]}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			model := c.model
			if model == nil {
				model = talker
			}
			server := newServer(model, withAll, func(o *Options) {
				o.Models = func(*http.Request) ([]ModelInfo, error) {
					list, err := tinyModels(nil)
					m := &list[0]
					m.Format, m.Family, m.Quantization, m.Parameters, m.Digest = "gguf", "llama", "Q4_1", 134515008, "abc"
					return list, err
				}
			})
			w := get(server, c.path)
			if c.body != "" {
				w = post(server, c.path, c.body)
			}
			if got := w.Body.String(); w.Code != c.status || !strings.Contains(got, c.want) || c.wantNot != "" && strings.Contains(got, c.wantNot) {
				t.Errorf("%d %s\nwant %d %s\nand not %s", w.Code, got, c.status, c.want, c.wantNot)
			}
		})
	}
}

// lines returns the lines of a stream.
func lines(body string) []string { return strings.Split(strings.TrimSuffix(body, "\n"), "\n") }

func TestOllamaStreams(t *testing.T) {
	line := func(rest string) string { return `{"model":"tiny",` + ollamaNow + `,` + rest }
	message := func(rest string) string { return line(`"message":{"role":"assistant",` + rest + `},"done":false}`) }
	numbers := func(prompt, said string) string {
		return `"total_duration":0,"load_duration":0,"prompt_eval_count":` + prompt + `,"prompt_eval_duration":0,"eval_count":` + said + `,"eval_duration":0}`
	}
	pieces := says(chat.Phase{Name: "load"}, chat.Delta{Thinking: "음"}, chat.Delta{Text: "자"},
		chat.CallDelta{ID: "1", Name: "f"}, chat.CallDelta{Arguments: `{"a":1}`},
		chat.Call{ToolCall: chat.ToolCall{ID: "1", Name: "f", Arguments: `{"a":1}`}},
		chat.Finish{Reason: chat.FinishCalls, Usage: chat.Usage{PromptTokens: 2, CompletionTokens: 7}})
	for _, c := range []struct {
		name, path, body string
		model            chat.Model
		want             []string
	}{
		{"generate", "/api/generate", `{"prompt":"a"}`, talker, []string{
			line(`"response":"안","done":false}`), line(`"response":"녕","done":false}`), line(`"response":"!","done":false}`),
			line(`"response":"","done":true,"done_reason":"stop",` + numbers("5", "3"))}},
		{"chat", "/api/chat", `{` + hello + `}`, pieces, []string{
			message(`"content":"","thinking":"음"`), message(`"content":"자"`),
			message(`"content":"","tool_calls":[{"id":"1","function":{"index":0,"name":"f","arguments":{"a":1}}}]`),
			line(`"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop",` + numbers("2", "7"))}},
		{"a fault", "/api/generate", `{"prompt":"a"}`, fails(chat.NewError(chat.CodeShuttingDown, nil), chat.Delta{Text: "안"}), []string{
			line(`"response":"안","done":false}`), `{"error":"the program is shutting down"}`}},
	} {
		w := post(newServer(c.model, withAll), c.path, c.body)
		if diff := cmp.Diff(c.want, lines(w.Body.String())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if kind := w.Header().Get("Content-Type"); kind != "application/x-ndjson" {
			t.Errorf("%s: content type %q", c.name, kind)
		}
	}
}

// TestOllamaCountsTime holds that load, prompt and answer each get the time in which they were what went on.
func TestOllamaCountsTime(t *testing.T) {
	model := says(chat.Phase{Name: "queue"}, chat.Phase{Name: "load"}, chat.Phase{Name: "read", Total: 2}, chat.Delta{Text: "a"},
		chat.Delta{Text: "b"}, chat.Finish{Reason: chat.FinishStop})
	w := post(newServer(model, withAll, ticking), "/api/generate", `{"prompt":"a","stream":false}`)
	var got struct {
		Total int `json:"total_duration"`
		Load  int `json:"load_duration"`
		Read  int `json:"prompt_eval_duration"`
		Say   int `json:"eval_duration"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Load <= 0 || got.Read <= 0 || got.Say <= got.Load || got.Total <= got.Load+got.Read+got.Say {
		t.Errorf("got %+v, want each to be something, and the whole to be more, by the time in the queue", got)
	}
}

func TestOllamaConverts(t *testing.T) {
	yes := true
	tool := `"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"z":1,"a":{}}}},{"type":"function","function":{"name":"g"}}]`
	for _, c := range []struct {
		name, path, body string
		want             chat.Request
	}{
		{"chat", "/api/chat", `{"model":"m:latest","stream":false,"think":"high","format":"json","keep_alive":"5m","options":{"temperature":0,"top_k":-1,"top_p":0.5,
			"min_p":0.1,"repeat_penalty":1.1,"repeat_last_n":-1,"presence_penalty":-2,"frequency_penalty":2,"seed":7,"num_predict":9,"stop":["끝"],"num_gpu":99,"num_thread":4,
			"mirostat":0,"mirostat_tau":5,"typical_p":1.0,"numa":false,"use_mmap":true},` + tool + `,"messages":[{"role":"system","content":"s"},{"role":"user","content":"q","images":[]},
			{"role":"assistant","content":"","thinking":"t","tool_calls":[{"function":{"name":"f","arguments":{"b":1, "a":2}}},{"id":"x","function":{"name":"g","arguments":{}}}]},
			{"role":"tool","tool_name":"g","content":"r2"},{"role":"tool","content":"r1"}]}`,
			chat.Request{Model: "m", Thinking: &yes, Grammar: chat.Grammar{Schema: `{"type":"object"}`}, MaxTokens: 9, Stop: []string{"끝"},
				Sampling: chat.Sampling{TopP: 0.5, MinP: 0.1, RepetitionPenalty: 1.1, PresencePenalty: -2, FrequencyPenalty: 2, Seed: 7},
				Tools:    []chat.ToolSpec{{Name: "f", Description: "d", Parameters: `{"z":1,"a":{}}`}, {Name: "g", Parameters: `{"type":"object","properties":{}}`}},
				Messages: []chat.Message{{Role: chat.System, Text: "s"}, {Role: chat.User, Text: "q"},
					{Role: chat.Assistant, Thinking: "t", Calls: []chat.ToolCall{{ID: "call_2_0", Name: "f", Arguments: `{"b":1,"a":2}`}, {ID: "x", Name: "g", Arguments: "{}"}}},
					{Role: chat.Tool, CallID: "x", Name: "g", Text: "r2"}, {Role: chat.Tool, CallID: "call_2_0", Name: "f", Text: "r1"}}}},
		{"generate", "/api/generate", `{"stream":false,"prompt":"q","system":"s","think":false,"options":{"seed":1},"format":{"type":"object","properties":{"a":{}}}}`,
			chat.Request{Thinking: new(bool), Grammar: chat.Grammar{Schema: `{"type":"object","properties":{"a":{}}}`},
				Sampling: chat.Sampling{Temperature: 0.8, TopK: 40, TopP: 0.9, Seed: 1},
				Messages: []chat.Message{{Role: chat.System, Text: "s"}, {Role: chat.User, Text: "q"}}}},
		{"raw", "/api/generate", `{"stream":false,"raw":true,"prompt":"<가","options":{"seed":1,"repeat_penalty":2,"repeat_last_n":0}}`,
			chat.Request{Sampling: chat.Sampling{Temperature: 0.8, TopK: 40, TopP: 0.9, Seed: 1}, Prompt: &chat.Prompt{IDs: []int32("<가")}}},
		{"a window", "/api/generate", `{"stream":false,"raw":true,"prompt":"<가","options":{"seed":1,"num_ctx":100}}`,
			chat.Request{MaxTokens: 98, Sampling: chat.Sampling{Temperature: 0.8, TopK: 40, TopP: 0.9, Seed: 1}, Prompt: &chat.Prompt{IDs: []int32("<가")}}},
		{"a window larger than the model's", "/api/generate", `{"stream":false,"raw":true,"prompt":"<가","options":{"seed":1,"num_ctx":8192}}`,
			chat.Request{Sampling: chat.Sampling{Temperature: 0.8, TopK: 40, TopP: 0.9, Seed: 1}, Prompt: &chat.Prompt{IDs: []int32("<가")}}},
	} {
		model := says(chat.Finish{Reason: chat.FinishStop})
		if w := post(newServer(model, withAll), c.path, c.body); w.Code != 200 {
			t.Fatalf("%s: %d %s", c.name, w.Code, w.Body)
		}
		c.want.Principal, c.want.Scope = chat.Local, "local"
		if diff := cmp.Diff(c.want, model.last(t), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: the request (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestOllamaRefuses(t *testing.T) {
	for body, want := range map[string]string{
		`{"prompt":"a","suffix":"b"}`:                                          "suffix is not supported",
		`{"prompt":"a","template":"{{ .Prompt }}"}`:                            "template is not supported",
		`{"prompt":"a","context":[1,2]}`:                                       "context is not supported",
		`{"prompt":"a","images":["aGk="]}`:                                     "cannot see images",
		`{"prompt":"a","raw":true,"system":"s"}`:                               "system",
		`{"prompt":"a","truncate":true}`:                                       "truncate is not supported",
		`{"prompt":"a","think":"very"}`:                                        "low | medium | high",
		`{"prompt":"a","format":"xml"}`:                                        "format",
		`{"prompt":"a","keep_alive":"soon"}`:                                   "keep_alive",
		`{"prompt":"a","keep_alive":1e300}`:                                    "keep_alive",
		`{"prompt":"a","keep_alive":"99999999h"}`:                              "keep_alive",
		`{"prompt":"a","options":{"temprature":1}}`:                            "unknown field: options.temprature",
		`{"prompt":"a","options":{"mirostat":2}}`:                              "options.mirostat is not supported",
		`{"prompt":"a","options":{"tfs_z":0.5}}`:                               "options.tfs_z is not supported",
		`{"prompt":"a","options":{"num_predict":0}}`:                           "options.num_predict",
		`{"prompt":"a","options":{"repeat_penalty":1.1,"repeat_last_n":64}}`:   "options.repeat_last_n is not supported",
		`{"raw":true,"prompt":"abcdef","options":{"num_ctx":5}}`:               "the prompt has 7 tokens, more than this model's window of 5",
		`{"raw":true,"prompt":"abcd","options":{"num_ctx":9,"num_predict":6}}`: "a prompt of 5 tokens and an answer of up to 6 tokens exceed this model's window of 9",
		`{"prompt":"a","top_logprobs":3}`:                                      "top_logprobs",
	} {
		model := says(chat.Finish{Reason: chat.FinishStop})
		w := post(newServer(model, withAll), "/api/generate", body)
		var got struct{ Error string }
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 400 || !strings.Contains(got.Error, want) {
			t.Errorf("%s: %d %s, want 400 and %s", body, w.Code, w.Body, want)
		}
		if len(model.asked) > 0 {
			t.Errorf("%s: the model was asked", body)
		}
	}
	for _, path := range []string{"/api/pull", "/api/push", "/api/create", "/api/copy", "/api/delete", "/api/blobs/sha256:00"} {
		for _, method := range []string{http.MethodPost, http.MethodDelete, http.MethodHead} {
			w := httptest.NewRecorder()
			newServer(talker).ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader("{}")))
			if w.Code != http.StatusNotImplemented || !strings.Contains(w.Body.String(), "exaone pull") {
				t.Errorf("%s %s: %d %s", method, path, w.Code, w.Body)
			}
		}
	}
}

// TestOllamaKeepsModels holds that keep_alive arrives once the answer is over, and not where nobody keeps models.
func TestOllamaKeepsModels(t *testing.T) {
	memory := &kept{}
	manages := true
	server := newServer(talker, withAll, func(o *Options) {
		o.Memory, o.Manages = memory, func(*http.Request) bool { return manages }
	})
	post(server, "/api/generate", `{"model":"tiny","prompt":"a","keep_alive":"-1m"}`)
	post(server, "/api/chat", `{"model":"tiny","keep_alive":1.5,`+hello+`}`)
	post(server, "/api/generate", `{"model":"tiny","keep_alive":"5m"}`)
	manages = false
	post(server, "/api/generate", `{"model":"tiny","keep_alive":0}`)
	want := []string{"keep tiny -1m0s for all", "keep tiny 1.5s for all", "load tiny", "keep tiny 5m0s for all", "keep tiny 0s for local"}
	if diff := cmp.Diff(want, memory.said); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if w := post(newServer(talker), "/api/generate", `{"prompt":"a","keep_alive":0}`); w.Code != 400 {
		t.Errorf("without a memory: %d %s", w.Code, w.Body)
	}
	if w := post(server, "/api/generate", `{"model":"none"}`); w.Code != 404 {
		t.Errorf("a model that is not: %d %s", w.Code, w.Body)
	}
}

// TestOllamaSaysWhatWasCut holds that a text that is embedded in part is named.
func TestOllamaSaysWhatWasCut(t *testing.T) {
	w := post(newServer(talker, withAll), "/api/embed", `{"input":["short","much too long"]}`)
	if got := w.Header().Values(warningHeader); len(got) != 1 || !strings.HasPrefix(got[0], "input[1] ") {
		t.Errorf("warnings %q, want one about input[1]", got)
	}
	w = post(newServer(talker), "/api/embed", `{"input":"a"}`)
	if w.Code == 200 || !strings.Contains(w.Body.String(), `"error"`) {
		t.Errorf("without an embedder: %d %s", w.Code, w.Body)
	}
}

// TestOllamaHidesFaults holds that a fault of ours is an id, in Ollama's shape.
func TestOllamaHidesFaults(t *testing.T) {
	w := post(newServer(fails(errors.New("secret")), withAll), "/api/chat", `{`+hello+`}`)
	if w.Code != 500 || strings.Contains(w.Body.String(), "secret") || !strings.HasPrefix(w.Body.String(), `{"error":"something went wrong`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
