package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"exaone/api"
	"exaone/chat"
	"exaone/engine"
	"exaone/hub"
	"exaone/web"
)

// serveAll serves a desk with everything that clients of the dialects need.
func serveAll(t *testing.T, d *desk) string {
	t.Helper()
	server := api.New(api.Options{Model: d, Models: func(r *http.Request) ([]api.ModelInfo, error) { return d.models(r.Context()) }, Tokens: reached{d, newMeter(d)}, Memory: reached{d, newMeter(d)}, Version: "test", Log: d.log})
	handler, err := web.New(web.Options{Hub: d, API: server, APIPaths: api.Paths(), Log: d.log})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s.URL
}

// send posts a body and decodes the reply.
func send(t *testing.T, url, body string, reply any) int {
	t.Helper()
	resp, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, reply); err != nil {
		t.Fatalf("%s: %d %s", url, resp.StatusCode, text)
	}
	return resp.StatusCode
}

// waitLoaded waits until a model is in memory, or is not.
func waitLoaded(t *testing.T, d *desk, want bool) {
	t.Helper()
	if !comes(func() bool { return (len(d.engine.Loaded()) > 0) == want }) {
		t.Fatalf("in memory: %v, want %v", !want, want)
	}
}

// A client of Ollama says how long a model stays: until nobody uses it, for a while, or until its memory is needed.
// Whoever uses it meanwhile, by whatever dialect, keeps it.
func TestKeepAliveIsHonoured(t *testing.T) {
	d := newDesk(t)
	url := serveAll(t, d)
	var r struct {
		Reason string `json:"done_reason"`
		Error  string
	}
	if send(t, url+"/api/generate", `{"model":"good:latest"}`, &r); r.Reason != "load" {
		t.Fatalf("got %+v, want load", r)
	}
	waitLoaded(t, d, true)
	var ps struct {
		Models []struct {
			Name    string
			Size    int64
			Expires time.Time `json:"expires_at"`
		}
	}
	running := func() {
		t.Helper()
		resp, err := http.Get(url + "/api/ps")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if err := json.NewDecoder(resp.Body).Decode(&ps); err != nil {
			t.Fatal(err)
		}
	}
	if running(); len(ps.Models) != 1 || ps.Models[0].Name != "good" || ps.Models[0].Size == 0 || ps.Models[0].Expires.Year() != 9999 {
		t.Errorf("running %+v, want good, for ever", ps.Models)
	}
	send(t, url+"/api/generate", `{"model":"good","keep_alive":"1h"}`, &r)
	if running(); len(ps.Models) != 1 || time.Until(ps.Models[0].Expires) > time.Hour || time.Until(ps.Models[0].Expires) < 50*time.Minute {
		t.Errorf("running %+v, want good, for an hour", ps.Models)
	}
	over := d.uses(chat.Local, "good") // somebody is answered
	if send(t, url+"/api/generate", `{"model":"good","keep_alive":0}`, &r); r.Reason != "unload" {
		t.Fatalf("got %+v, want unload", r)
	}
	if len(d.engine.Loaded()) != 1 {
		t.Error("a model that is used was let go")
	}
	over()
	waitLoaded(t, d, false)
	send(t, url+"/api/chat", `{"model":"good","stream":false,"keep_alive":"20ms","options":{"num_predict":1},"messages":[{"role":"user","content":"a"}]}`, &r)
	waitLoaded(t, d, false)
	if send(t, url+"/api/chat", `{"model":"nobody","messages":[{"role":"user","content":"a"}]}`, &r) != 404 || r.Error == "" {
		t.Errorf("a model that is not here: %+v", r)
	}
}

// What the dialects say of tokens agrees with what the model reads, through all that lies between.
func TestDialectsCountAlike(t *testing.T) {
	d := newDesk(t)
	url := serveAll(t, d)
	talk := `"messages":[{"role":"user","content":"안녕하세요?"}]`
	var counted struct {
		N int `json:"input_tokens"`
	}
	send(t, url+"/v1/messages/count_tokens", `{"model":"good",`+talk+`}`, &counted)
	var said struct {
		Usage struct {
			Prompt int `json:"prompt_tokens"`
		}
	}
	send(t, url+"/v1/chat/completions", `{"model":"good","max_tokens":1,`+talk+`}`, &said)
	var rendered struct{ Prompt string }
	send(t, url+"/apply-template", `{"model":"good",`+talk+`}`, &rendered)
	text, err := json.Marshal(rendered.Prompt)
	if err != nil {
		t.Fatal(err)
	}
	var tokens struct{ Tokens []int32 }
	send(t, url+"/tokenize", `{"model":"good","add_special":true,"content":`+string(text)+`}`, &tokens)
	var raw struct {
		Read   int `json:"tokens_evaluated"`
		Prompt string
	}
	send(t, url+"/completion", `{"model":"good","n_predict":1,"prompt":`+string(text)+`}`, &raw)
	if n := counted.N; n == 0 || said.Usage.Prompt != n || len(tokens.Tokens) != n || raw.Read != n || raw.Prompt != rendered.Prompt {
		t.Errorf("counted %d, read %d, tokens %d, read raw %d; prompt %q, want %q", n, said.Usage.Prompt, len(tokens.Tokens), raw.Read, raw.Prompt, rendered.Prompt)
	}
	resp, err := http.Head(url + "/")
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body.Close(); resp.StatusCode != 200 {
		t.Errorf("HEAD /: %d, want 200: Ollama's clients look there", resp.StatusCode)
	}
}

// What a file is called says how its numbers are stored, where it says so.
func TestDescribeReadsNames(t *testing.T) {
	for path, want := range map[string]api.ModelInfo{
		"/x/SmolLM2-135M-Instruct.Q4_1.gguf": {Format: "gguf", Quantization: "Q4_1"},
		"/x/gemma-3-270m-q4_k_m.gguf":        {Format: "gguf", Quantization: "Q4_K_M"},
		"/x/model-iq4_xs.GGUF":               {Format: "gguf", Quantization: "IQ4_XS"},
		"/x/model-f16.gguf":                  {Format: "gguf", Quantization: "F16"},
		"/x/model.gguf":                      {Format: "gguf"},
		"/x/folder":                          {Format: "safetensors"},
	} {
		var got api.ModelInfo
		describe(&got, hub.Local{Path: path}, engine.Status{})
		if got.Format != want.Format || got.Quantization != want.Quantization {
			t.Errorf("%s: %q %q, want %q %q", path, got.Format, got.Quantization, want.Format, want.Quantization)
		}
	}
	var got api.ModelInfo
	describe(&got, hub.Local{Files: []hub.File{{SHA256: "abc"}}, Model: &hub.Model{Params: 7}}, engine.Status{Architecture: "LlamaForCausalLM", Bytes: 5})
	if got.Family != "llama" || got.Digest != "abc" || got.Parameters != 7 || got.Memory != 5 {
		t.Errorf("got %+v", got)
	}
}
