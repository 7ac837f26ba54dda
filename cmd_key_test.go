package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"exaone/api"
	"exaone/chat"
	"exaone/store"
	"exaone/web"
)

// serveDesk serves a desk over HTTP as exaone serve does, on this machine alone.
func serveDesk(t *testing.T, d *desk) string {
	t.Helper()
	gate, _, err := (&serveCmd{Addr: "127.0.0.1:0"}).gate(d.ctx, d.store)
	if err != nil {
		t.Fatal(err)
	}
	server := api.New(api.Options{Model: d, Authorize: gate.Authorize, Log: d.log})
	handler, err := web.New(web.Options{Hub: d, API: server, APIPaths: api.Paths(), Gate: gate, Log: d.log})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s.URL
}

// newKey makes a key as exaone key create does, and returns its secret and its id.
func newKey(t *testing.T, d *desk, name string) (secret, id string) {
	t.Helper()
	secret, key, err := d.store.CreateKey(d.ctx, chat.Local, store.KeySpec{Name: name, Scopes: []store.Scope{store.ScopeInference}})
	if err != nil {
		t.Fatal(err)
	}
	return secret, key.ID
}

// cached posts a question and returns how many of its tokens the answer says came from the cache.
func cached(t *testing.T, url, secret string, body any) int {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if secret != "" {
		req.Header.Set("Authorization", "Bearer "+secret)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var reply struct {
		Usage struct {
			Details struct {
				Cached *int `json:"cached_tokens"`
			} `json:"prompt_tokens_details"`
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&reply); err != nil || reply.Usage.Details.Cached == nil {
		t.Fatalf("status %d, no count of cached tokens: %v", resp.StatusCode, err)
	}
	return *reply.Usage.Details.Cached
}

// Two people with a key each learn nothing of what the other asked: neither the whole of it nor how it begins. Whoever
// comes without a key is a third. To the same key what it asked before is cached.
func TestKeysShareNoPrefix(t *testing.T) {
	d := newDesk(t)
	local, err := d.find("good")
	if err != nil {
		t.Fatal(err)
	}
	d.use(local, nil)
	d.work.Wait()
	kim, _ := newKey(t, d, "kim")
	lee, _ := newKey(t, d, "lee")
	url := serveDesk(t, d)
	var ids []int
	for i := range 120 {
		ids = append(ids, 40+i*i%200)
	}
	text := map[string]any{"prompt": ids, "max_tokens": 2}
	half := map[string]any{"prompt": ids[:70], "max_tokens": 2}
	talk := map[string]any{"max_tokens": 2, "messages": []any{map[string]string{"role": "user", "content": strings.Repeat("비밀 ", 20)}}}
	for _, c := range []struct {
		path string
		body any
	}{{"/v1/completions", text}, {"/v1/completions", half}, {"/v1/chat/completions", talk}} {
		first := cached(t, url+c.path, kim, c.body)
		if n := cached(t, url+c.path, kim, c.body); n == 0 || n < first {
			t.Errorf("%s: %d tokens were cached for the key that had asked", c.path, n)
		}
	}
	for who, secret := range map[string]string{"another key": lee, "nobody": ""} {
		for path, body := range map[string]any{"/v1/completions": half, "/v1/chat/completions": talk} {
			if n := cached(t, url+path, secret, body); n != 0 {
				t.Errorf("%s: %s found %d tokens of what kim's key had asked, want 0", path, who, n)
			}
		}
	}
}
