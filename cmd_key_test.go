package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"exaone/api"
	"exaone/chat"
	"exaone/engine"
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
	handler, err := web.New(web.Options{Hub: d, API: server, APIPaths: api.Paths(), Store: d.store, Gate: gate, Log: d.log})
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

// keepOnDisk has a desk keep prefixes on disk as exaone serve does, and returns where.
func keepOnDisk(t *testing.T, d *desk) string {
	t.Helper()
	if err := d.engine.Close(); err != nil {
		t.Fatal(err)
	}
	dir := (&app{data: d.store.Dir()}).prefixDir()
	d.engine = engine.New(engine.Options{Resolve: d.resolve, Threads: 1, PrefixDir: dir})
	return dir
}

// ask has the model read a question of a key that fills pages.
func ask(t *testing.T, d *desk, key string, first int32) {
	t.Helper()
	ids := make([]int32, 70)
	for i := range ids {
		ids[i] = first + int32(i*i%200)
	}
	who := chat.Principal{ID: chat.Local.ID, Key: key}
	_, _, err := chat.Collect(d.Chat(d.ctx, chat.Request{Model: "good", Prompt: &chat.Prompt{IDs: ids}, MaxTokens: 1,
		Principal: who, Scope: who.Scope()}))
	if err != nil {
		t.Fatal(err)
	}
}

// runsLeft waits until so many runs are below a directory.
func runsLeft(t *testing.T, dir string, want int) {
	t.Helper()
	n := 0
	if !comes(func() bool {
		list, err := filepath.Glob(filepath.Join(dir, "*", "*.run"))
		if err != nil {
			t.Fatal(err)
		}
		n = len(list)
		return n == want
	}) {
		t.Fatalf("%d runs are left, want %d", n, want)
	}
}

// To revoke a key deletes what was asked with it, and nothing else.
func TestRevokingDeletesWhatWasAsked(t *testing.T) {
	d := newDesk(t)
	dir := keepOnDisk(t, d)
	_, kim := newKey(t, d, "kim")
	_, lee := newKey(t, d, "lee")
	ask(t, d, kim, 40)
	ask(t, d, lee, 41)
	ask(t, d, "", 42)
	if err := d.engine.Close(); err != nil {
		t.Fatal(err)
	}
	runsLeft(t, dir, 3)
	a := newApp(strings.NewReader(""), io.Discard, io.Discard)
	a.ctx, a.data, a.opened = d.ctx, d.store.Dir(), d.store
	if err := (&keyRevokeCmd{ID: kim}).Run(a); err != nil {
		t.Fatal(err)
	}
	runsLeft(t, dir, 2)
	if err := (&keyRevokeCmd{ID: lee}).Run(a); err != nil {
		t.Fatal(err)
	}
	runsLeft(t, dir, 1)
}

// A server deletes what keys have left that ended while none ran, and what a key leaves that expires, when it does.
func TestServersForgetKeysThatEnd(t *testing.T) {
	d := newDesk(t)
	dir := keepOnDisk(t, d)
	_, kim := newKey(t, d, "kim")
	_, brief, err := d.store.CreateKey(d.ctx, chat.Local, store.KeySpec{Name: "brief", Scopes: []store.Scope{store.ScopeInference},
		Expires: time.Now().Add(2 * time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	ask(t, d, kim, 40)
	ask(t, d, brief.ID, 41)
	ask(t, d, "", 42)
	runsLeft(t, dir, 3)
	if err := d.store.RevokeKey(d.ctx, chat.Local, kim); err != nil {
		t.Fatal(err)
	}
	d.forgetKeys(dir)
	runsLeft(t, dir, 1)
}
