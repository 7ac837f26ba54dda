package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"strings"
)

// exaone is this program with a model elsewhere.
type exaone struct {
	program
	path string
}

func newExaone(path string) *exaone { return &exaone{path: path} }

func (e *exaone) name() string { return "exaone" }

func (e *exaone) start(ctx context.Context, dir, backend string) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	e.base = "http://127.0.0.1:" + port
	return e.run(ctx, dir, "/health", nil, e.path, "--data", dir+"/data", "--lang", "en", "serve", "--addr", "127.0.0.1:"+port, "--model", "openai:"+backend+"#scripted")
}

func (e *exaone) enter(ctx context.Context) error {
	_, err := e.call(ctx, "GET", "/api/session", "", "", nil, nil)
	return err
}

func (e *exaone) ask(ctx context.Context, text string, token func()) error {
	body, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		return err
	}
	var turn struct{ Answer struct{ ID string } }
	if _, err := e.call(ctx, "POST", "/api/turns", "", "application/json", bytes.NewReader(body), &turn); err != nil {
		return err
	}
	var failed error
	err = events(ctx, "GET", e.base+"/api/turns/"+turn.Answer.ID+"/events", "", "", func(event, data string) bool {
		switch event {
		case "delta":
			if strings.Contains(data, `"text":"`) {
				token()
			}
		case "error":
			failed = errors.New(data)
			return false
		case "finish":
			return false
		}
		return true
	})
	return errors.Join(err, failed)
}

func (e *exaone) bring(ctx context.Context, n int) (string, error) {
	chats, err := json.Marshal([]any{map[string]any{"id": "long", "title": "긴 대화", "created_at": 1_760_000_000, "updated_at": 1_760_000_000, "chat": longChat(n)}})
	if err != nil {
		return "", err
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "chats.json")
	if err != nil {
		return "", err
	}
	part.Write(chats) // into memory
	form.Close()
	if _, err := e.call(ctx, "POST", "/api/import", "", form.FormDataContentType(), &body, nil); err != nil {
		return "", err
	}
	var list struct {
		Items []struct{ ID, Title string }
	}
	cursor := ""
	for range 10 {
		var page struct{ Next string }
		raw := struct {
			Items *[]struct{ ID, Title string } `json:"items"`
			Next  *string                       `json:"next"`
		}{&list.Items, &page.Next}
		if _, err := e.call(ctx, "GET", "/api/conversations?cursor="+cursor, "", "", nil, &raw); err != nil {
			return "", err
		}
		for _, c := range list.Items {
			if c.Title == "긴 대화" {
				return c.ID, nil
			}
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	return "", fmt.Errorf("the conversation that was brought is in no list")
}

func (e *exaone) open(ctx context.Context, id string) (int, error) {
	return e.call(ctx, "GET", "/api/conversations/"+id, "", "", nil, nil)
}
