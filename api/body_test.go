package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
)

// TestEveryNumberHasItsBounds puts what does not belong there into every numeric field, and finds each refused and
// never a fault of ours.
func TestEveryNumberHasItsBounds(t *testing.T) {
	server := encoding(new(encoder))
	wrong := []string{`"1"`, `true`, `[]`, `{}`, `NaN`, `1e308`, `-1e308`, `1e400`, `99999999999999999999`, `""`}
	for _, b := range bounds {
		field := strings.TrimSuffix(b.name, "[]")
		put := func(v string) string {
			if field != b.name && field == "logit_bias" {
				v = `{"1":` + v + `}`
			} else if field != b.name {
				v = `[` + v + `]`
			}
			return fmt.Sprintf("%q:%s", field, v)
		}
		for _, v := range append(wrong, decimal(b.min*2-1.5), decimal(b.max*2+1)) {
			for path, rest := range map[string]string{
				"/v1/chat/completions": hello, "/v1/completions": `"prompt":"a"`, "/v1/responses": `"input":"a"`,
				"/v1/embeddings": `"input":"a"`, "/v1/rerank": `"query":"a","documents":["b"]`,
			} {
				if field == "prompt" {
					rest = `"model":""`
				}
				w := post(server, path, "{"+rest+","+put(v)+"}")
				textOfPrompt := field == "prompt" && path == "/v1/completions" && strings.HasPrefix(v, `"`)
				flagOfChat := field == "logprobs" && path == "/v1/chat/completions" && v == "true"
				if w.Code != http.StatusBadRequest && !textOfPrompt && !flagOfChat {
					t.Errorf("%s %s: %d, want 400", path, put(v), w.Code)
				}
			}
		}
	}
}

// TestBodiesAreBounded holds that a body that is too large is refused after reading no more than the limit, and
// that no body costs more memory than a few times its size.
func TestBodiesAreBounded(t *testing.T) {
	server := newServer(says(chat.Finish{Reason: chat.FinishStop}))
	fill := func(head, unit, tail string) string {
		return head + strings.Repeat(unit, (maxBody-len(head)-len(tail))/len(unit)) + tail
	}
	const budget = 16 * maxBody // in all, most of it garbage at once
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"too large": {`{"prompt":"` + strings.Repeat("a", maxBody) + `"}`, 413},
		"ids":       {fill(`{"prompt":[`, "1,", `1]}`), 200},
		"lists":     {fill(`{"prompt":[`, "[1],", `[1]]}`), 400},
		"fields":    {fill(`{"prompt":"a"`, `,"a":1`, `}`), 400},
		"messages":  {fill(`{"messages":[`, "{},", `{}]}`), 400},
		"biases":    {fill(`{"logit_bias":{`, `"1":1,`, `"1":1}}`), 400},
		"stops":     {fill(`{"stop":[`, `"a",`, `"a"]}`), 400},
		"opened":    {strings.Repeat("[", maxBody), 400},
		"escapes":   {fill(`{"prompt":"`, `\u0041`, `"}`), 200},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		path := "/v1/completions"
		if name == "messages" {
			path = "/v1/chat/completions"
		}
		w := post(server, path, c.body)
		runtime.ReadMemStats(&after)
		if w.Code != c.status {
			t.Errorf("%s: %d, want %d: %.200s", name, w.Code, c.status, w.Body)
		}
		if spent := after.TotalAlloc - before.TotalAlloc; spent > budget {
			t.Errorf("%s: %d MiB allocated, want ≤ %d", name, spent>>20, budget>>20)
		}
	}
}

// seeds are bodies that parsers stumble over.
var seeds = []string{
	`{}`, `{"messages":[]}`, `{"messages":[{"role":"user","content":"hi"}]}`, `{"prompt":"a","n":2,"stream":true}`, `{"prompt":[1,2]}`,
	`{"prompt":[[1],[2,3]],"echo":true,"logprobs":3,"max_tokens":0}`, `{"prompt":["a","b"],"stop":["x"],"seed":-1}`,
	`{"messages":[{"role":"user","content":[{"type":"text","text":"a"}]}],"logprobs":true,"top_logprobs":20}`,
	`{"messages":[{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}]}],"tools":[{"type":"function","function":{"name":"f","parameters":{}}}]}`,
	`{"messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_schema","json_schema":{"schema":{}}}}`,
	`{"messages":[{"role":"user","content":"a"}],"logit_bias":{"1":1e308},"temperature":-0}`, `{"prompt":"\ud800"}`, "{\"a\xff\":1}", `{"prompt":`,
	`{"prompt":[` + strings.Repeat("[", 100), `null`, `"x"`, `{"prompt": [ ]}`, `{"prompt":[ ],"stop": null}`, `{"n":1e0,"prompt":"x"}`,
}

func FuzzChatBody(f *testing.F)       { fuzzBody(f, "/v1/chat/completions") }
func FuzzCompletionBody(f *testing.F) { fuzzBody(f, "/v1/completions") }

func fuzzBody(f *testing.F, path string) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	server := newServer(talker)
	f.Fuzz(func(t *testing.T, body []byte) {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(string(body)))
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		switch w.Code {
		case http.StatusOK, http.StatusBadRequest, http.StatusRequestEntityTooLarge:
		default:
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
		talker.mu.Lock()
		talker.asked = nil
		talker.mu.Unlock()
	})
}

// TestDialectsRefuseInTheirShape runs over every dialect: what is not there is refused, and nothing panics.
func TestDialectsRefuseInTheirShape(t *testing.T) {
	for _, d := range dialects {
		for _, rt := range d.routes {
			if rt.method == "" {
				continue
			}
			if !slices.ContainsFunc(Paths(), func(p string) bool { return strings.HasPrefix(rt.path, p) }) {
				t.Errorf("%s: %s is below none of %v", d.name, rt.path, Paths())
			}
			w := httptest.NewRecorder()
			newServer(talker).ServeHTTP(w, httptest.NewRequest(http.MethodDelete, strings.ReplaceAll(rt.path, "{id...}", "x"), nil))
			if w.Code != http.StatusMethodNotAllowed || w.Body.Len() == 0 || w.Header().Get("Allow") != rt.method {
				t.Errorf("%s: DELETE %s: %d %s", d.name, rt.path, w.Code, w.Body)
			}
		}
	}
}
