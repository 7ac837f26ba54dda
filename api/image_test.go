package api

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"

	"exaone/chat"
)

// dot is a picture of one colour, 6 by 4.
func dot(t *testing.T) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 6, 4))
	for i := range 24 {
		m.Set(i%6, i/6, color.RGBA{10, 200, 30, 255})
	}
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func showing(data []byte) chat.Request {
	return chat.Request{MaxTokens: 8, Messages: []chat.Message{{Role: chat.System, Text: "보세요."},
		{Role: chat.User, Text: "무슨 색인가요?", Images: []chat.Image{{Type: "image/png", Data: data, Width: 6, Height: 4}}}}}
}

// sighted is a server of somebody else's that says, each in its own way, whether its model sees.
func sighted(t *testing.T, owner, entry string, replies map[string]string) *stranger {
	s := newStranger(t, owner, streams(delta("초록"), stopped, ended))
	s.models = `{"data":[{"id":"tiny","owned_by":"` + owner + `"` + entry + `}]}`
	next := s.Config.Handler
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/models" || r.URL.Path == "/v1/chat/completions" {
			next.ServeHTTP(w, r)
			return
		}
		s.mu.Lock()
		s.seen = append(s.seen, r.Method+" "+r.URL.Path)
		s.mu.Unlock()
		reply, ok := replies[r.Method+" "+r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		io.WriteString(w, reply)
	})
	return s
}

func TestPicturesGoToServersWhoseModelsSee(t *testing.T) {
	data := dot(t)
	yes, no := true, false
	for name, one := range map[string]struct {
		owner, entry string
		replies      map[string]string
		eyes         *bool
		sees         bool
	}{
		"Ollama":              {"library", "", map[string]string{"POST /api/show": `{"capabilities":["completion","vision"]}`}, nil, true},
		"Ollama, text":        {"library", "", map[string]string{"POST /api/show": `{"capabilities":["completion","tools"]}`}, nil, false},
		"llama.cpp":           {"llamacpp", "", map[string]string{"GET /props": `{"modalities":{"vision":true,"audio":false}}`}, nil, true},
		"llama.cpp, text":     {"llamacpp", "", map[string]string{"GET /props": `{"modalities":{"vision":false}}`}, nil, false},
		"llama.cpp, old":      {"llamacpp", "", nil, nil, false},
		"OpenRouter":          {"x", `,"architecture":{"input_modalities":["text","image"]}`, nil, nil, true},
		"OpenRouter, text":    {"x", `,"architecture":{"input_modalities":["text"]}`, nil, nil, false},
		"Mistral":             {"mistralai", `,"capabilities":{"completion_chat":true,"vision":true}`, nil, nil, true},
		"Mistral, text":       {"mistralai", `,"capabilities":{"vision":false}`, nil, nil, false},
		"a list":              {"x", `,"capabilities":["chat","vision"]`, nil, nil, true},
		"strange forms":       {"x", `,"capabilities":7,"input_modalities":[]`, map[string]string{"POST /api/show": `[1]`}, nil, false},
		"nothing is told":     {"vllm", "", nil, nil, false},
		"whoever set it up":   {"vllm", "", nil, &yes, true},
		"whoever set it down": {"x", `,"capabilities":["vision"]`, nil, &no, false},
	} {
		s := sighted(t, one.owner, one.entry, one.replies)
		c := remote(t, s.Server, func(o *ClientOptions) { o.Eyes = one.eyes })
		if got, err := c.Sees(t.Context()); err != nil || got != one.sees {
			t.Errorf("%s: sees %v, %v, want %v", name, got, err, one.sees)
		}
		_, code, err := heardFrom(c, showing(data))
		if !one.sees {
			if code != chat.CodeNoEyes || s.count(chatPath) != 0 {
				t.Errorf("%s: %v, asked %d times: want it refused and nothing asked", name, err, s.count(chatPath))
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		// The server looks at the bytes that it gets.
		messages, _ := s.last()["messages"].([]any)
		last, _ := messages[len(messages)-1].(map[string]any)
		parts, _ := last["content"].([]any)
		if len(parts) != 2 || parts[1].(map[string]any)["text"] != "무슨 색인가요?" {
			t.Errorf("%s: content %v", name, last["content"])
			continue
		}
		address := parts[0].(map[string]any)["image_url"].(map[string]any)["url"].(string)
		raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(address, "data:image/png;base64,"))
		if err != nil || !bytes.Equal(raw, data) {
			t.Errorf("%s: %.60s, %v: not the picture that was sent", name, address, err)
		}
	}
}

// Whoever only writes is asked nothing more of than before.
func TestEyesAreLookedForWhenAPictureIsToBeSeen(t *testing.T) {
	s := sighted(t, "library", "", map[string]string{"POST /api/show": `{"capabilities":["vision"]}`})
	c := remote(t, s.Server)
	if _, _, err := heardFrom(c, chat.Request{MaxTokens: 8, Messages: []chat.Message{{Role: chat.User, Text: "안녕"}}}); err != nil {
		t.Fatal(err)
	}
	if n := s.count("/api/show"); n != 0 {
		t.Errorf("asked %d times what the model can", n)
	}
	for range 3 {
		if sees, err := c.Sees(t.Context()); err != nil || !sees {
			t.Errorf("it sees nothing: %v", err)
		}
	}
	if n := s.count("/api/show"); n != 1 {
		t.Errorf("asked %d times what the model can, want once", n)
	}
	if caps := c.Info().Capabilities; caps[len(caps)-1] != "vision" {
		t.Errorf("capabilities %v", caps)
	}
}

// imageBodies are requests with one picture, in each dialect.
func imageBodies(data string) map[string]string {
	address := "data:image/png;base64," + data
	return map[string]string{
		"/v1/chat/completions": `{"model":"tiny","messages":[{"role":"user","content":[{"type":"text","text":"색?"},{"type":"image_url","image_url":{"url":"` + address + `","detail":"low"}}]}]}`,
		"/v1/responses":        `{"model":"tiny","input":[{"role":"user","content":[{"type":"input_text","text":"색?"},{"type":"input_image","image_url":"` + address + `","detail":"auto"}]}]}`,
		"/v1/messages":         `{"model":"tiny","max_tokens":9,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"` + data + `"}},{"type":"text","text":"색?"}]}]}`,
		"/api/chat":            `{"model":"tiny","messages":[{"role":"user","content":"색?","images":["` + data + `"]}]}`,
		"/api/generate":        `{"model":"tiny","prompt":"색?","images":["` + data + `"]}`,
	}
}

func postTo(s *Server, path, body string) (int, string) {
	w := &recorded{header: http.Header{}}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, path, strings.NewReader(body))
	if err != nil {
		return 0, err.Error()
	}
	s.ServeHTTP(w, r)
	return w.status, w.body.String()
}

// recorded is a reply.
type recorded struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorded) Header() http.Header { return r.header }
func (r *recorded) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}
func (r *recorded) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(b)
}

func TestPicturesComeInEachDialect(t *testing.T) {
	data := dot(t)
	for path, body := range imageBodies(base64.StdEncoding.EncodeToString(data)) {
		m := says(chat.Delta{Text: "초록"}, chat.Finish{Reason: chat.FinishStop, Model: "tiny"})
		s := newServer(m, func(o *Options) {
			o.Sees = func(_ context.Context, model string) (bool, error) { return model == "tiny", nil }
		})
		if status, out := postTo(s, path, body); status != http.StatusOK {
			t.Errorf("%s: %d %s", path, status, out)
			continue
		}
		req := m.last(t)
		last := req.Messages[len(req.Messages)-1]
		if last.Text != "색?" || len(last.Images) != 1 || !bytes.Equal(last.Images[0].Data, data) || last.Images[0].Type != "image/png" || last.Images[0].Width != 6 || last.Images[0].Height != 4 {
			t.Errorf("%s: asked %+v", path, last)
		}
		blind := newServer(m)
		if status, out := postTo(blind, path, body); status != http.StatusBadRequest || !strings.Contains(out, "cannot see images") {
			t.Errorf("%s of a model without eyes: %d %s", path, status, out)
		}
	}
}

func TestPicturesThatAreWrongAreRefused(t *testing.T) {
	m := says(chat.Finish{Reason: chat.FinishStop, Model: "tiny"})
	s := newServer(m, func(o *Options) { o.Sees = func(context.Context, string) (bool, error) { return true, nil } })
	good := base64.StdEncoding.EncodeToString(dot(t))
	part := func(address string) string {
		quoted, _ := json.Marshal(address) // a text
		return fmt.Sprintf(`{"type":"image_url","image_url":{"url":%s}}`, quoted)
	}
	asks := func(role, parts string) string {
		return fmt.Sprintf(`{"model":"tiny","messages":[{"role":"user","content":"a"},{"role":%q,"content":[%s]},{"role":"user","content":"b"}]}`, role, parts)
	}
	for name, body := range map[string]string{
		"an address":      asks("user", part("http://127.0.0.1/secret.png")),
		"a file":          asks("user", part("file:///etc/passwd")),
		"no base64":       asks("user", part("data:image/png;base64,!!!")),
		"nothing":         asks("user", part("data:image/png;base64,")),
		"no picture":      asks("user", part("data:image/png;base64,"+base64.StdEncoding.EncodeToString([]byte("<script>")))),
		"cut off":         asks("user", part("data:image/png;base64,"+good[:24])),
		"another type":    asks("user", part("data:image/jpeg;base64,"+good)),
		"SVG":             asks("user", part("data:image/svg+xml;base64,"+base64.StdEncoding.EncodeToString([]byte("<svg/>")))),
		"without base64":  asks("user", part("data:image/png,"+good)),
		"too many":        asks("user", strings.TrimSuffix(strings.Repeat(part("data:image/png;base64,"+good)+",", maxImages+1), ",")),
		"of an assistant": asks("assistant", part("data:image/png;base64,"+good)),
		"of the system":   asks("system", part("data:image/png;base64,"+good)),
		"a field more":    asks("user", `{"type":"image_url","image_url":{"url":"data:image/png;base64,`+good+`","secret":1}}`),
	} {
		if status, out := postTo(s, chatPath, body); status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", name, status, out)
		}
	}
	if len(m.asked) != 0 {
		t.Errorf("the model was asked %d times", len(m.asked))
	}
}
