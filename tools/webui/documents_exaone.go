package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
	"unicode/utf16"
)

// openLibrary starts this program with a model of its own.
func (e *exaone) openLibrary(ctx context.Context, dir, models, model, _ string) error {
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
		return err
	}
	if err := os.Symlink(models, filepath.Join(dir, "data", "models")); err != nil {
		return err
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	e.base = "http://127.0.0.1:" + port
	if err := e.run(ctx, dir, "/health", nil, e.path, "--data", dir+"/data", "--lang", "ko", "serve", "--offline", "--addr", "127.0.0.1:"+port, "--model", model); err != nil {
		return err
	}
	return e.empty(ctx)
}

// empty deletes the documents that it brings, so that it has the same as the other.
func (e *exaone) empty(ctx context.Context) error {
	var list struct{ Items []struct{ ID string } }
	if _, err := e.call(ctx, "GET", "/api/documents?limit=200", "", "", nil, &list); err != nil {
		return err
	}
	for _, d := range list.Items {
		if _, err := e.call(ctx, "DELETE", "/api/documents/"+d.ID, "", "", nil, nil); err != nil {
			return err
		}
	}
	return nil
}

func (e *exaone) add(ctx context.Context, path string) error {
	return e.upload(ctx, "/api/documents", "", path, nil)
}

// ready waits until all that was added has been read.
func (e *exaone) ready(ctx context.Context) error {
	for {
		var list struct {
			Items []struct {
				Name     string
				Versions []struct{ State string }
			}
		}
		if _, err := e.call(ctx, "GET", "/api/documents?limit=200", "", "", nil, &list); err != nil {
			return err
		}
		waiting := 0
		for _, d := range list.Items {
			switch d.Versions[0].State {
			case "waiting":
				waiting++
			case "failed":
				return fmt.Errorf("%s could not be read", d.Name)
			}
		}
		if waiting == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func (e *exaone) inquire(ctx context.Context, question string) (r reply, err error) {
	body, err := json.Marshal(map[string]string{"text": question, "mode": "documents", "scope": "all"})
	if err != nil {
		return r, err
	}
	began := time.Now()
	var turn struct{ Answer struct{ ID string } }
	if _, err := e.call(ctx, "POST", "/api/turns", "", "application/json", bytes.NewReader(body), &turn); err != nil {
		return r, err
	}
	var failed error
	var struck [][2]int // UTF-16 units
	var text []uint16
	err = events(ctx, "GET", e.base+"/api/turns/"+turn.Answer.ID+"/events", "", "", func(event, data string) bool {
		var in struct {
			At         int
			Text       string
			Start, End int
			Missing    []string
			Items      []struct{ Text string }
		}
		_ = json.Unmarshal([]byte(data), &in) // other events have other members
		switch event {
		case "passages":
			for _, p := range in.Items {
				r.sources = append(r.sources, p.Text)
			}
			r.first(began, len(in.Items) > 0)
		case "delta":
			text = append(text[:min(in.At, len(text))], utf16.Encode([]rune(in.Text))...)
			r.first(began, in.Text != "")
		case "claim":
			if len(in.Missing) > 0 {
				struck = append(struck, [2]int{in.Start, in.End})
			}
		case "error":
			failed = errors.New(data)
			return false
		case "finish":
			return false
		}
		return true
	})
	r.text = string(utf16.Decode(text))
	for _, s := range struck {
		r.struck = append(r.struck, [2]int{bytesOf(text, s[0]), bytesOf(text, s[1])})
	}
	return r, errors.Join(err, failed)
}

// bytesOf is how many bytes so many units of a text are.
func bytesOf(text []uint16, units int) int {
	return len(string(utf16.Decode(text[:min(units, len(text))])))
}

// first notes when the first useful line came.
func (r *reply) first(began time.Time, useful bool) {
	if useful && r.useful == 0 {
		r.useful = time.Since(began)
	}
}
