package hub

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"exaone/chat"
)

// fakeHub is a server that speaks the Hugging Face protocol: large files are redirected to a second server, as
// the real one does.
type fakeHub struct {
	t        *testing.T
	server   *httptest.Server
	cdn      *httptest.Server
	commit   string
	mu       sync.Mutex
	files    map[string][]byte // path in every repository → content
	requests []string          // "GET path range"
	sent     atomic.Int64      // bytes of bodies of the cdn

	token    string                                                                // if set, everything needs it
	gated    bool                                                                  // 401/403 with GatedRepo
	lie      map[string]string                                                     // path → the sha256 that is claimed
	onCDN    func(n int, w http.ResponseWriter, r *http.Request, body []byte) bool // handles request n itself
	cdnCount int
	noRange  bool
	etag     string // of the cdn
}

func newFakeHub(t *testing.T, files map[string][]byte) *fakeHub {
	f := &fakeHub{t: t, files: files, commit: strings.Repeat("ab", 20), lie: map[string]string{}, etag: `"one"`}
	f.server = httptest.NewServer(http.HandlerFunc(f.hub))
	f.cdn = httptest.NewServer(http.HandlerFunc(f.serveCDN))
	t.Cleanup(f.server.Close)
	t.Cleanup(f.cdn.Close)
	return f
}

func (f *fakeHub) hub(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests = append(f.requests, r.Method+" "+r.URL.Path)
	if f.gated || f.token != "" && r.Header.Get("Authorization") != "Bearer "+f.token {
		status := http.StatusUnauthorized
		if r.Header.Get("Authorization") != "" {
			status = http.StatusForbidden
		}
		w.Header().Set("X-Error-Code", "GatedRepo")
		w.WriteHeader(status)
		return
	}
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case len(parts) == 6 && parts[0] == "api" && parts[4] == "revision":
		fmt.Fprintf(w, `{"sha":%q}`, f.commit)
	case len(parts) == 6 && parts[0] == "api" && parts[4] == "tree" && parts[5] == f.commit:
		f.tree(w)
	case len(parts) >= 5 && parts[2] == "resolve" && (parts[3] == f.commit || parts[3] == "main"):
		f.resolve(w, r, strings.Join(parts[4:], "/"))
	default:
		w.Header().Set("X-Error-Code", "RepoNotFound")
		w.WriteHeader(http.StatusNotFound)
	}
}

func isLarge(path string) bool { return IsWeights(path) }

func (f *fakeHub) sum(path string) string {
	if lie := f.lie[path]; lie != "" {
		return lie
	}
	return sum256(f.files[path])
}

func (f *fakeHub) resolve(w http.ResponseWriter, r *http.Request, path string) {
	body, ok := f.files[path]
	if !ok {
		w.Header().Set("X-Error-Code", "EntryNotFound")
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("X-Repo-Commit", f.commit)
	if !isLarge(path) {
		w.Header().Set("ETag", `"`+blobSum(body)+`"`)
		http.ServeContent(w, r, path, time.Time{}, bytes.NewReader(body))
		return
	}
	w.Header().Set("X-Linked-Etag", `"`+f.sum(path)+`"`)
	w.Header().Set("X-Linked-Size", strconv.Itoa(len(body)))
	http.Redirect(w, r, f.cdn.URL+"/store/"+path+"?signed=yes", http.StatusFound)
}

func (f *fakeHub) tree(w http.ResponseWriter) {
	var entries []map[string]any
	for path, body := range f.files {
		e := map[string]any{"type": "file", "path": path, "size": len(body), "oid": blobSum(body)}
		if isLarge(path) {
			e["lfs"] = map[string]any{"oid": f.sum(path), "size": len(body), "pointerSize": 134}
		}
		entries = append(entries, e)
	}
	entries = append(entries, map[string]any{"type": "directory", "path": "sub", "size": 0, "oid": ""},
		map[string]any{"type": "file", "path": "sub/..", "size": 3, "oid": "x"})
	if err := json.NewEncoder(w).Encode(entries); err != nil {
		f.t.Error(err)
	}
}

func (f *fakeHub) serveCDN(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests = append(f.requests, "CDN "+r.Header.Get("Range"))
	if r.Header.Get("Authorization") != "" {
		f.t.Error("the token went to the cdn")
	}
	f.cdnCount++
	body := f.files[strings.TrimPrefix(r.URL.Path, "/store/")]
	w.Header().Set("ETag", f.etag)
	if f.onCDN != nil && f.onCDN(f.cdnCount, w, r, body) {
		return
	}
	if f.noRange {
		r.Header.Del("Range")
	}
	counting := &countingWriter{ResponseWriter: w, n: &f.sent}
	http.ServeContent(counting, r, "file", time.Time{}, bytes.NewReader(body))
}

type countingWriter struct {
	http.ResponseWriter
	n *atomic.Int64
}

func (w *countingWriter) Write(b []byte) (int, error) {
	n, err := w.ResponseWriter.Write(b)
	w.n.Add(int64(n))
	return n, err
}

// cutAfter sends n bytes of a body that promised more, and breaks the connection.
func cutAfter(w http.ResponseWriter, body []byte, n int) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if _, err := w.Write(body[:n]); err != nil {
		return
	}
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

func sum256(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func blobSum(b []byte) string {
	s := sha1.Sum(append([]byte("blob "+strconv.Itoa(len(b))+"\x00"), b...))
	return hex.EncodeToString(s[:])
}

// noise is n bytes that do not repeat.
func noise(seed uint64, n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)})
	_, _ = r.Read(b) // never fails
	return b
}

// newTestHub is a hub in a folder of the test, which tries again at once, with nothing but f to talk to.
func newTestHub(t *testing.T, f *fakeHub, change ...func(*Options)) *Hub {
	t.Helper()
	o := Options{Dir: t.TempDir()}
	if f != nil {
		o.Endpoint = f.server.URL
	}
	for _, c := range change {
		c(&o)
	}
	h := New(o)
	h.timing = timing{connect: time.Minute, idle: time.Minute, probe: time.Minute,
		backoff: time.Millisecond, poll: 5 * time.Millisecond}
	h.pip = []string{filepath.Join(t.TempDir(), "no-pip-here")}
	return h
}

// memoryLedger is a ledger of a test.
type memoryLedger struct {
	mu  sync.Mutex
	all []Acceptance
}

func (l *memoryLedger) Accepted(_ context.Context, model, hash string) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.all {
		if a.Model == model && a.TextHash == hash {
			return true, nil
		}
	}
	return false, nil
}

func (l *memoryLedger) Record(_ context.Context, a Acceptance) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, a)
	return nil
}

// wantCode fails the test unless err is a *chat.Error of a code.
func wantCode(t *testing.T, err error, code chat.Code) *chat.Error {
	t.Helper()
	told, ok := errors.AsType[*chat.Error](err)
	if !ok || told.Code != code {
		t.Fatalf("error %v, want code %s", err, code)
	}
	for _, lang := range []chat.Language{chat.Korean, chat.English} {
		if s := told.In(lang); strings.Contains(s, "%!") {
			t.Errorf("text with wrong parameters: %s", s)
		}
	}
	return told
}

// wantFile fails the test unless a file has this content.
func wantFile(t *testing.T, path string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("%s: %d bytes with hash %s, want %d with %s", path, len(got), sum256(got), len(want), sum256(want))
	}
}

// wantNothing fails the test if a model is where models are.
func wantNothing(t *testing.T, h *Hub) {
	t.Helper()
	entries, err := os.ReadDir(h.dir)
	if err != nil && !isMissing(err) {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != partialDir {
			t.Errorf("found %s, want nothing", e.Name())
		}
	}
}
