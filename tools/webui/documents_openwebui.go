package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"time"
)

// openLibrary starts it with our server for its model and its embedder. Its pieces are of 500 characters instead of 1,000, which
// have more tokens than the embedder takes, and it may show as many of them as we do, eight instead of three.
func (o *openWebUI) openLibrary(ctx context.Context, dir, _, model, backend string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	o.model = model
	o.env = []string{"RAG_EMBEDDING_ENGINE=openai", "RAG_EMBEDDING_MODEL=e5-small", "RAG_OPENAI_API_BASE_URL=" + backend, "RAG_OPENAI_API_KEY=x",
		"RAG_EMBEDDING_QUERY_PREFIX=query: ", "RAG_EMBEDDING_CONTENT_PREFIX=passage: ",
		"CHUNK_SIZE=500", "CHUNK_OVERLAP=50", "RAG_TOP_K=8",
		"ENABLE_RETRIEVAL_QUERY_GENERATION=False", "ENABLE_TITLE_GENERATION=False", "ENABLE_TAGS_GENERATION=False", "ENABLE_FOLLOW_UP_GENERATION=False"}
	if err := o.start(ctx, dir, backend); err != nil {
		return err
	}
	if err := o.enter(ctx); err != nil {
		return err
	}
	var out struct{ ID string }
	_, err := o.call(ctx, "POST", "/api/v1/knowledge/create", o.token, "application/json", strings.NewReader(`{"name":"자료","description":"자료"}`), &out)
	o.knowledge = out.ID
	return err
}

func (o *openWebUI) add(ctx context.Context, path string) error {
	var file struct{ ID string }
	if err := o.upload(ctx, "/api/v1/files/?process=true&process_in_background=false", o.token, path, &file); err != nil {
		return err
	}
	body, err := json.Marshal(map[string]string{"file_id": file.ID})
	if err != nil {
		return err
	}
	_, err = o.call(ctx, "POST", "/api/v1/knowledge/"+o.knowledge+"/file/add", o.token, "application/json", bytes.NewReader(body), nil)
	return err
}

// ready is at once: adding waits.
func (o *openWebUI) ready(context.Context) error { return nil }

func (o *openWebUI) inquire(ctx context.Context, question string) (r reply, err error) {
	body, err := json.Marshal(map[string]any{"model": o.model, "stream": true, "max_tokens": 200, "messages": []any{map[string]string{"role": "user", "content": question}},
		"files": []any{map[string]string{"type": "collection", "id": o.knowledge}}})
	if err != nil {
		return r, err
	}
	began := time.Now()
	var text strings.Builder
	err = events(ctx, "POST", o.base+"/api/chat/completions", o.token, string(body), func(_, data string) bool {
		if data == "[DONE]" {
			return false
		}
		var in struct {
			Sources []struct{ Document []string }
			Choices []struct{ Delta struct{ Content string } }
		}
		_ = json.Unmarshal([]byte(data), &in) // other events have other members
		for _, s := range in.Sources {
			r.sources = append(r.sources, s.Document...)
		}
		r.first(began, len(in.Sources) > 0)
		for _, c := range in.Choices {
			text.WriteString(c.Delta.Content)
			r.first(began, c.Delta.Content != "")
		}
		return true
	})
	r.text = text.String()
	return r, err
}
