package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
)

// openWebUI is Open WebUI as its package on PyPI installs it.
type openWebUI struct {
	program
	path  string
	token string
	env   []string // beside what it always has

	model, knowledge string // of its documents
}

func newOpenWebUI(path string) *openWebUI { return &openWebUI{path: path} }

func (o *openWebUI) name() string { return "open-webui" }

func (o *openWebUI) start(ctx context.Context, dir, backend string) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	o.base = "http://127.0.0.1:" + port
	env := []string{"DATA_DIR=" + dir, "WEBUI_AUTH=False", "WEBUI_SECRET_KEY=secret", "OPENAI_API_BASE_URL=" + backend, "OPENAI_API_KEY=x",
		"ENABLE_OLLAMA_API=False", "OFFLINE_MODE=True", "HF_HUB_OFFLINE=1", "ANONYMIZED_TELEMETRY=False", "DO_NOT_TRACK=True", "SCARF_NO_ANALYTICS=True"}
	return o.run(ctx, dir, "/health", append(env, o.env...), o.path, "serve", "--host", "127.0.0.1", "--port", port)
}

func (o *openWebUI) enter(ctx context.Context) error {
	var in struct{ Token string }
	if _, err := o.call(ctx, "POST", "/api/v1/auths/signin", "", "application/json", bytes.NewReader([]byte(`{"email":"","password":""}`)), &in); err != nil {
		return err
	}
	o.token = in.Token
	_, err := o.call(ctx, "GET", "/api/models", o.token, "", nil, nil) // it learns which there are
	return err
}

func (o *openWebUI) ask(ctx context.Context, text string, token func()) error {
	body, err := json.Marshal(map[string]any{"model": "scripted", "stream": true, "messages": []any{map[string]string{"role": "user", "content": text}}})
	if err != nil {
		return err
	}
	return chunks(ctx, o.base+"/api/chat/completions", o.token, string(body), token)
}

func (o *openWebUI) bring(ctx context.Context, n int) (string, error) {
	body, err := json.Marshal(map[string]any{"chat": longChat(n)})
	if err != nil {
		return "", err
	}
	var out struct{ ID string }
	_, err = o.call(ctx, "POST", "/api/v1/chats/new", o.token, "application/json", bytes.NewReader(body), &out)
	return out.ID, err
}

func (o *openWebUI) open(ctx context.Context, id string) (int, error) {
	return o.call(ctx, "GET", "/api/v1/chats/"+id, o.token, "", nil, nil)
}

// longChat is a conversation as Open WebUI keeps it.
func longChat(n int) map[string]any {
	all := map[string]any{}
	last := ""
	for i := range n {
		id := fmt.Sprintf("00000000-0000-4000-8000-%012d", i+1)
		m := map[string]any{"id": id, "parentId": nil, "childrenIds": []string{}, "role": "user", "content": fmt.Sprintf("%d번째 물음입니다. 출장비 정산 기준을 알려 주세요.", i/2+1), "timestamp": 1_760_000_000 + i}
		if i%2 == 1 {
			m["role"], m["model"], m["done"] = "assistant", "scripted", true
			m["content"] = fmt.Sprintf("**%d번째 답**입니다.\n\n| 항목 | 한도 |\n|---|---|\n| 교통비 | 실비 |\n| 숙박비 | 10만 원 |\n\n영수증은 `7일` 안에 내야 합니다.", i/2+1)
		}
		if last != "" {
			m["parentId"] = last
			all[last].(map[string]any)["childrenIds"] = []string{id}
		}
		all[id], last = m, id
	}
	return map[string]any{"title": "긴 대화", "models": []string{"scripted"}, "history": map[string]any{"messages": all, "currentId": last}, "messages": []any{}, "timestamp": 1_760_000_000_000}
}
