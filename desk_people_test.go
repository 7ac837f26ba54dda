package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"exaone/api"
	"exaone/chat"
	"exaone/people"
	"exaone/store"
	"exaone/web"
)

// servePeople serves a desk to people, with a meter, as exaone serve does.
func servePeople(t *testing.T, d *desk) string {
	t.Helper()
	gate, meter := web.NewGate(web.GateOptions{Store: d.store}), newMeter(d)
	server := api.New(api.Options{Model: meter, Models: d.listedFor(gate, meter), Embedder: meter, Ranker: meter,
		Tokens: reached{d, meter}, Memory: reached{d, meter}, Enter: reached{d, meter}.enter, Manages: gate.ManagesModels,
		Authorize: gate.Authorize, Log: slog.New(slog.DiscardHandler)})
	handler, err := web.New(web.Options{Hub: d, API: server, APIPaths: api.Paths(), Store: d.store, Gate: gate, Meter: meter})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s.URL
}

// keyOf makes a person of a role with a key for everything, and returns both.
func keyOf(t *testing.T, d *desk, name, role string) (chat.Principal, string) {
	t.Helper()
	one, err := d.store.CreatePerson(t.Context(), store.System, store.PersonSpec{Name: name, Role: role})
	if err != nil {
		t.Fatal(err)
	}
	who := chat.Principal{ID: one.ID, Role: role}
	secret, _, err := d.store.CreateKey(t.Context(), who, store.KeySpec{Name: "laptop", Scopes: []store.Scope{store.ScopeAdmin}})
	if err != nil {
		t.Fatal(err)
	}
	return who, secret
}

// withKey sends a request with a key and returns the status, the header and the body.
func withKey(t *testing.T, method, url, secret, body string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+secret)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(text)
}

const oneToken = `{"max_tokens":1,"messages":[{"role":"user","content":"안녕"}]}`

// What is asked counts against the quota of whoever asks, and shows on the page until it is refused.
func TestQuotasHoldForTheAPI(t *testing.T) {
	d := authorisationDesk(t)
	hong, secret := keyOf(t, d, "hong", people.Member)
	_, other := keyOf(t, d, "kim", people.Member)
	url := servePeople(t, d)
	if err := d.store.SetQuota(t.Context(), store.System, store.Quota{Subject: hong.ID, PerDay: 5, PerMinute: 2, AtOnce: -1}); err != nil {
		t.Fatal(err)
	}
	if status, _, body := withKey(t, "POST", url+"/v1/chat/completions", secret, oneToken); status != 200 {
		t.Fatalf("the first: %d %s", status, body)
	}
	status, _, body := withKey(t, "POST", url+"/v1/chat/completions", secret, oneToken)
	if status != 429 || !strings.Contains(body, `"quota_day"`) {
		t.Errorf("with the day's tokens used up: %d %s", status, body)
	}
	if _, _, body := withKey(t, "GET", url+"/api/session", secret, ""); !strings.Contains(body, `"quota":{"per_day":5,"used_today":`) || strings.Contains(body, `"used_today":0`) {
		t.Errorf("the page shows %s", body)
	}
	if status, _, body := withKey(t, "POST", url+"/v1/chat/completions", other, oneToken); status != 200 {
		t.Errorf("somebody else: %d %s", status, body)
	}
	if err := d.store.SetQuota(t.Context(), store.System, store.Quota{Subject: hong.ID, PerDay: -1, PerMinute: 1, AtOnce: -1}); err != nil {
		t.Fatal(err)
	}
	withKey(t, "POST", url+"/v1/chat/completions", secret, oneToken)
	status, header, body := withKey(t, "POST", url+"/v1/chat/completions", secret, oneToken)
	if status != 429 || !strings.Contains(body, `"quota_minute"`) || header.Get("Retry-After") == "" {
		t.Errorf("a second within the minute: %d %s, retry after %q", status, body, header.Get("Retry-After"))
	}
}

// A model that somebody may not use is not there for them: neither in lists nor by its name nor as the default.
func TestReadersOfAModel(t *testing.T) {
	d := authorisationDesk(t)
	hong, secret := keyOf(t, d, "hong", people.Member)
	_, other := keyOf(t, d, "kim", people.Admin)
	url := servePeople(t, d)
	if err := d.store.SetModelReaders(t.Context(), store.System, "good", []string{hong.ID}); err != nil {
		t.Fatal(err)
	}
	named := strings.Replace(oneToken, "{", `{"model":"good",`, 1)
	for _, c := range []struct {
		method, path, body string
		yes, no            int
		part               string
	}{
		{"POST", "/v1/chat/completions", oneToken, 200, 404, ""},
		{"POST", "/v1/chat/completions", named, 200, 404, ""},
		{"GET", "/v1/models/good", "", 200, 404, ""},
		{"GET", "/v1/models", "", 200, 200, `"id":"good"`},
		{"GET", "/api/tags", "", 200, 200, `"good"`},
		{"GET", "/api/models", "", 200, 200, `"model":"good"`},
	} {
		status, _, body := withKey(t, c.method, url+c.path, secret, c.body)
		if status != c.yes || !strings.Contains(body, c.part) {
			t.Errorf("%s %s by a reader: %d %s", c.method, c.path, status, body)
		}
		status, _, body = withKey(t, c.method, url+c.path, other, c.body)
		if status != c.no || c.part != "" && strings.Contains(body, c.part) {
			t.Errorf("%s %s by somebody else: %d %s", c.method, c.path, status, body)
		}
	}
}
