package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"exaone/chat"
	"exaone/store"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shelf is a Hub of two models: one that is here, and one under a research licence.
type shelf struct {
	mu       sync.Mutex
	state    State
	model    string
	pulls    []Pull
	notes    []Note
	accepted Acceptance
	calls    []string
	err      error
}

func (s *shelf) call(format string, args ...any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, fmt.Sprintf(format, args...))
	return s.err
}

func (s *shelf) Status(context.Context) (Status, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Status{State: s.state, Model: s.model, Pulls: s.pulls, Notes: s.notes}, s.err
}

func (s *shelf) Catalogue(context.Context) ([]Offer, error) {
	return []Offer{
		{Model: "exaone-3.5-2.4b", Title: "EXAONE 3.5 2.4B Instruct (Q4_K_M)", Size: 1_644_918_272, Memory: 2_600_000_000, Window: 32768,
			Korean: true, Fits: true, Note: "hub_note_exaone_3_5_2_4b", Licence: "EXAONE AI Model License Agreement 1.1 - NC", Class: "research"},
		{Model: "exaone-4.0-32b", Title: "EXAONE 4.0 32B (Q4_K_M)", Size: 19_340_000_000, Memory: 24_000_000_000, Window: 131072,
			Korean: true, Note: "hub_note_exaone_4_0_32b", Licence: "EXAONE AI Model License Agreement 1.2 - NC", Class: "research"},
		{Model: "smollm2-135m", Title: "SmolLM2 135M Instruct", Size: 98_000_000, Memory: 300_000_000, Window: 8192, Here: true, Fits: true,
			Note: "hub_note_smollm2_135m", Licence: "Apache License 2.0", Class: "open"},
	}, nil
}

func (s *shelf) Licence(_ context.Context, model string) (Licence, error) {
	if model != "exaone-3.5-2.4b" {
		return Licence{}, chat.NewError(chat.CodeHubUnknown, nil, model)
	}
	return Licence{Model: model, Title: "EXAONE AI Model License Agreement 1.1 - NC", Class: "research",
		URL: "https://example.test/LICENSE", Text: strings.Repeat("This License Agreement is between you and the Licensor.\n\n", 40), Hash: "abc",
		Note: Note{Code: chat.CodeHubLicenceFull}}, nil
}

func (s *shelf) Accept(_ context.Context, who chat.Principal, a Acceptance) error {
	s.mu.Lock()
	s.accepted = a
	s.mu.Unlock()
	return s.call("accept %s %+v", who.ID, a)
}

func (s *shelf) Pull(_ context.Context, who chat.Principal, model string) error {
	s.mu.Lock()
	unaccepted := strings.HasPrefix(model, "exaone") && s.accepted.Model != model
	if !unaccepted {
		s.pulls = []Pull{{Model: model, Phase: "download", Done: 600_000_000, Total: 1_644_918_272, Rate: 24_000_000}}
	}
	s.mu.Unlock()
	if unaccepted {
		return chat.NewError(chat.CodeHubLicence, nil, model, "EXAONE")
	}
	return s.call("pull %s %s", who.ID, model)
}

func (s *shelf) CancelPull(_ context.Context, who chat.Principal, model string) error {
	s.mu.Lock()
	s.pulls = nil
	s.mu.Unlock()
	return s.call("cancel %s %s", who.ID, model)
}

func (s *shelf) UseModel(_ context.Context, who chat.Principal, model string) error {
	return s.call("use %s %s", who.ID, model)
}

// newHandler returns a handler whose API answers everything with "api".
func newHandler(t *testing.T, change func(*Options)) http.Handler {
	t.Helper()
	opts := Options{Hub: &shelf{state: StateReady, model: "smollm2-135m"}, APIPaths: []string{"/v1/", "/health"}, Store: newStore(t),
		API: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "api") })}
	opts.Gate = NewGate(GateOptions{Store: opts.Store, Open: true})
	if change != nil {
		change(&opts)
	}
	h, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// newStore opens a store that is closed with the test.
func newStore(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// do sends a request from this machine to 127.0.0.1:11500. A header Host is the request's own, From is where it comes
// from, and Tls has it encrypted.
func do(h http.Handler, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host, r.RemoteAddr = "127.0.0.1:11500", "127.0.0.1:50000"
	for i := 0; i+1 < len(headers); i += 2 {
		switch headers[i] {
		case "Host":
			r.Host = headers[i+1]
		case "From":
			r.RemoteAddr = headers[i+1]
		case "Tls":
			r.TLS = &tls.ConnectionState{}
		default:
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestRoutes(t *testing.T) {
	for _, c := range []struct {
		name, method, path, body string
		hub                      *shelf
		status                   int
		want, wantNot            string
	}{
		{"page", "GET", "/", "", nil, 200, "<title>ChatEXAONE</title>", "<script>"},
		{"icon", "GET", "/icon.svg", "", nil, 200, "<svg", ""},
		{"api", "POST", "/v1/chat/completions", "{}", nil, 200, "api", ""},
		{"health", "GET", "/health", "", nil, 200, "api", ""},
		{"texts", "GET", "/api/texts?lang=en", "", nil, 200, `"send":"Send"`, "보내기"},
		{"texts are Korean first", "GET", "/api/texts?lang=fr", "", nil, 200, `"lang":"ko"`, ""},
		{"ready", "GET", "/api/status", "", nil, 200, `{"state":"ready","model":"smollm2-135m","pulls":[],"notes":[]}`, ""},
		{"a failed pull", "GET", "/api/status", "", &shelf{state: StateNone, pulls: []Pull{{Model: "m", Phase: "failed", Err: chat.NewError(chat.CodeHubOffline, nil)}}},
			200, `"error":{"code":"hub_offline","text":"--offline이라`, ""},
		{"a fault in a pull", "GET", "/api/status", "", &shelf{pulls: []Pull{{Model: "m", Phase: "failed", Err: errors.New("secret")}}}, 200, `"ui_pull_failed"`, "secret"},
		{"notes", "GET", "/api/status", "", &shelf{notes: []Note{{chat.CodeHubUnreachable, []any{"example.test"}}}}, 200, `example.test에 연결할 수 없습니다`, ""},
		{"a fault", "GET", "/api/status", "", &shelf{err: errors.New("secret")}, 500, `"code":"internal"`, "secret"},
		{"catalogue", "GET", "/api/models", "", nil, 200, `"note":"작은데도 한국어가 자연스럽고`, ""},
		{"licence", "GET", "/api/licence?model=exaone-3.5-2.4b", "", nil, 200, `"hash":"abc"`, ""},
		{"no licence", "GET", "/api/licence?model=x", "", nil, 404, `"code":"hub_unknown"`, ""},
		{"licence is asked for", "POST", "/api/models/pull", `{"model":"exaone-3.5-2.4b"}`, nil, 403, `"code":"hub_licence"`, ""},
		{"pull", "POST", "/api/models/pull", `{"model":"smollm2-135m"}`, nil, 200, `{"ok":true}`, ""},
		{"pull nothing", "POST", "/api/models/pull", `{}`, nil, 400, `"code":"bad_field"`, ""},
		{"unknown field", "POST", "/api/models/pull", `{"model":"a","force":true}`, nil, 400, `"code":"body_not_json"`, ""},
		{"long body", "POST", "/api/models/use", `{"model":"` + strings.Repeat("a", maxBody) + `"}`, nil, 413, `"code":"body_too_large"`, ""},
		{"long name", "POST", "/api/licence/accept", `{"model":"a","hash":"b","person":"` + strings.Repeat("a", 201) + `"}`, nil, 400, `"code":"bad_field"`, ""},
		{"wrong method", "GET", "/api/models/pull", "", nil, 405, `"code":"bad_method"`, ""},
		{"nowhere", "GET", "/api/none", "", nil, 404, `"code":"no_route"`, ""},
		{"no listing", "GET", "/assets/", "", nil, 404, `"code":"no_route"`, ""},
		{"no way out", "GET", "/assets/..%2f..%2fweb.go", "", nil, 404, "", "package web"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHandler(t, func(o *Options) {
				if c.hub != nil {
					o.Hub = c.hub
				}
			})
			w := do(h, c.method, c.path, c.body, "Accept-Language", "ko-KR")
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
				t.Errorf("got %d %.600s\nwant %d %s", w.Code, w.Body, c.status, c.want)
			}
			if c.wantNot != "" && strings.Contains(w.Body.String(), c.wantNot) {
				t.Errorf("%.600s\nwant not in it %s", w.Body, c.wantNot)
			}
			if got := w.Header().Get("Content-Security-Policy"); got != policy {
				t.Errorf("content security policy %q", got)
			}
		})
	}
}

func TestFence(t *testing.T) {
	open := func(o *Options) { o.Exposed, o.Hosts = true, []string{"chat.example.com"} }
	trusting := func(o *Options) { o.Origins = []string{"http://localhost:5173"} }
	const evil = "https://evil.example"
	for _, c := range []struct {
		name, method string
		change       func(*Options)
		headers      []string
		status       int
		cors         string
	}{
		{"loopback", "POST", nil, nil, 200, ""},
		{"localhost", "POST", nil, []string{"Host", "LOCALHOST:11500"}, 200, ""},
		{"IPv6", "POST", nil, []string{"Host", "[::1]:11500"}, 200, ""},
		{"rebound name", "GET", nil, []string{"Host", "evil.example:11500"}, 403, ""},
		{"name that begins well", "GET", nil, []string{"Host", "localhost.evil.example"}, 403, ""},
		{"name of an address", "GET", nil, []string{"Host", "127.0.0.1.evil.example"}, 403, ""},
		{"other address", "GET", nil, []string{"Host", "192.168.0.7:11500"}, 403, ""},
		{"no host", "GET", nil, []string{"Host", ""}, 403, ""},
		{"exposed address", "GET", open, []string{"Host", "192.168.0.7:11500"}, 200, ""},
		{"exposed name", "GET", open, []string{"Host", "Chat.Example.com."}, 200, ""},
		{"exposed, rebound name", "GET", open, []string{"Host", "evil.example"}, 403, ""},
		{"own page", "POST", nil, []string{"Origin", "http://127.0.0.1:11500", "Sec-Fetch-Site", "same-origin"}, 200, ""},
		{"other site", "POST", nil, []string{"Origin", evil, "Sec-Fetch-Site", "cross-site"}, 403, ""},
		{"other port", "POST", nil, []string{"Origin", "http://127.0.0.1:9999", "Sec-Fetch-Site", "same-site"}, 403, ""},
		{"old browser", "POST", nil, []string{"Origin", evil}, 403, ""},
		{"sandboxed page", "POST", nil, []string{"Origin", "null"}, 403, ""},
		{"preflight", "OPTIONS", nil, []string{"Origin", evil, "Sec-Fetch-Site", "cross-site", "Access-Control-Request-Method", "POST"}, 200, ""},
		{"trusted origin", "POST", trusting, []string{"Origin", "http://localhost:5173", "Sec-Fetch-Site", "cross-site"}, 200, "http://localhost:5173"},
		{"trusted preflight", "OPTIONS", trusting, []string{"Origin", "http://localhost:5173"}, 204, "http://localhost:5173"},
		{"not that one", "POST", trusting, []string{"Origin", evil, "Sec-Fetch-Site", "cross-site"}, 403, ""},
	} {
		w := do(newHandler(t, c.change), c.method, "/v1/chat/completions", "{}", c.headers...)
		if got := w.Header().Get("Access-Control-Allow-Origin"); w.Code != c.status || got != c.cors {
			t.Errorf("%s: got %d and origin %q, want %d and %q", c.name, w.Code, got, c.status, c.cors)
		}
	}
}

func TestCheckExposure(t *testing.T) {
	for addr, want := range map[string]chat.Code{
		"127.0.0.1:1": "", "localhost:1": "", "[::1]:1": "", "127.9.9.9:1": "", "[::ffff:127.0.0.1]:1": "",
		":1": chat.CodeExposed, "0.0.0.0:1": chat.CodeExposed, "[::]:1": chat.CodeExposed, "192.168.0.1:1": chat.CodeExposed,
		"my-computer:1": chat.CodeExposed, "127.0.0.1": chat.CodeBadAddress, "": chat.CodeBadAddress,
	} {
		got := chat.Code("")
		if told, ok := errors.AsType[*chat.Error](CheckExposure(addr, false)); ok {
			got = told.Code
		}
		if got != want {
			t.Errorf("%q: %q, want %q", addr, got, want)
		}
		if err := CheckExposure(addr, true); want == chat.CodeExposed && err != nil {
			t.Errorf("%q with keys: %v", addr, err)
		}
	}
}

func TestOwnRoutesAskTheGate(t *testing.T) {
	h := newHandler(t, func(o *Options) { o.Gate = NewGate(GateOptions{Store: o.Store}) })
	for _, rt := range routes {
		path := regexp.MustCompile(`{\w+}`).ReplaceAllString(rt.path, "x")
		w := do(h, rt.method, path, "{}")
		if asked := strings.Contains(w.Body.String(), `"code":"sign_in_needed"`); asked != (rt.action != "") {
			t.Errorf("%s %s by a stranger: %d %s", rt.method, path, w.Code, w.Body)
		}
	}
}

// builtScript is the path of the page's script, as the page names it.
func builtScript(t *testing.T, h http.Handler) string {
	t.Helper()
	found := regexp.MustCompile(`src="(/assets/[^"]+\.js)"`).FindStringSubmatch(do(h, "GET", "/", "").Body.String())
	if found == nil {
		t.Fatal("the page names no script")
	}
	return found[1]
}

func TestFilesAreKeptAndUnchangedOnesNotSentAgain(t *testing.T) {
	h := newHandler(t, nil)
	script := builtScript(t, h)
	for path, want := range map[string]string{"/": "no-cache", "/icon.svg": "no-cache", script: "public, max-age=31536000, immutable"} {
		w := do(h, "GET", path, "")
		if got := w.Header().Get("Cache-Control"); got != want {
			t.Errorf("%s: Cache-Control %q, want %q", path, got, want)
		}
		tag := w.Header().Get("ETag")
		if again := do(h, "GET", path, "", "If-None-Match", tag); again.Code != http.StatusNotModified || tag == "" || again.Body.Len() > 0 {
			t.Errorf("%s: %d and %d bytes for tag %q, want 304 and none", path, again.Code, again.Body.Len(), tag)
		}
	}
}

func TestFilesAreCompressedForWhoReadsIt(t *testing.T) {
	h := newHandler(t, nil)
	script := builtScript(t, h)
	plain := do(h, "GET", script, "")
	for accept, want := range map[string]bool{"gzip, deflate, br": true, "br;q=1, gzip;q=0.5": true, "gzip;q=0": false, "gzip;q=0.0": false, "identity": false} {
		w := do(h, "GET", script, "", "Accept-Encoding", accept)
		if got := w.Header().Get("Content-Encoding") == "gzip"; got != want {
			t.Errorf("Accept-Encoding %q: gzip %t, want %t", accept, got, want)
			continue
		}
		content := w.Body.Bytes()
		if want {
			zip, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			if content, err = io.ReadAll(zip); err != nil {
				t.Fatal(err)
			}
			if w.Header().Get("ETag") == plain.Header().Get("ETag") || w.Header().Get("Vary") != "Accept-Encoding" {
				t.Errorf("one tag for two forms, or caches are not told: %v", w.Header())
			}
		}
		if !bytes.Equal(content, plain.Body.Bytes()) {
			t.Errorf("Accept-Encoding %q: %d bytes, want those of the file, %d", accept, len(content), plain.Body.Len())
		}
	}
}

// TestPageIsSmall holds what a browser must have before it draws anything: the page, its script and its style.
func TestPageIsSmall(t *testing.T) {
	h := newHandler(t, nil)
	page := do(h, "GET", "/", "")
	total := page.Body.Len()
	for _, found := range regexp.MustCompile(`(?:src|href)="(/assets/[^"]+)"`).FindAllStringSubmatch(page.Body.String(), -1) {
		total += do(h, "GET", found[1], "", "Accept-Encoding", "gzip").Body.Len()
	}
	if total > 400<<10 || total < 50<<10 {
		t.Errorf("%d bytes before the first paint, want at most 400 KiB", total)
	}
}

// TestServeEndsInTime holds that a server with a stream and an idle connection ends at once, and tells the stream.
func TestServeEndsInTime(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	began := make(chan struct{})
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		http.NewResponseController(w).Flush()
		close(began)
		<-r.Context().Done()
		told, _ := errors.AsType[*chat.Error](context.Cause(r.Context()))
		fmt.Fprint(w, told.Code)
	})
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	var log bytes.Buffer
	go func() { ended <- Serve(ctx, listener, slow, slog.New(slog.NewTextHandler(&log, nil))) }()
	res, err := http.Get("http://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	<-began
	started := time.Now()
	end()
	body, err := io.ReadAll(res.Body)
	res.Body.Close()
	if string(body) != "shutting_down" || err != nil {
		t.Errorf("the stream got %q, %v", body, err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	t.Logf("ended after %v", time.Since(started))
	if strings.Contains(log.String(), "cut off") {
		t.Errorf("it did not end in time: %s", &log)
	}
	http.DefaultClient.CloseIdleConnections()
}
