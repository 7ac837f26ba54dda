package hub

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"exaone/chat"
)

const repo = "hf:someone/thing-GGUF/thing-Q4_K_M.gguf"

func oneFile(n int) map[string][]byte {
	return map[string][]byte{"thing-Q4_K_M.gguf": noise(1, n)}
}

func TestPullBringsOneFile(t *testing.T) {
	f := newFakeHub(t, oneFile(700_000))
	f.token = "secret"
	h := newTestHub(t, f, func(o *Options) { o.Token = "secret" })
	var phases []Phase
	var last Progress
	for p, err := range h.Pull(t.Context(), repo) {
		if err != nil {
			t.Fatal(err)
		}
		if len(phases) == 0 || phases[len(phases)-1] != p.Phase {
			phases = append(phases, p.Phase)
		}
		if p.Phase == PhaseDownload && p.Total != 700_000 {
			t.Errorf("total %d, want 700000", p.Total)
		}
		last = p
	}
	if got := fmt.Sprint(phases); got != "[ask download done]" {
		t.Errorf("phases %s, want [ask download done]", got)
	}
	l := last.Local
	wantFile(t, l.Path, f.files["thing-Q4_K_M.gguf"])
	if l.Name != "thing-q4_k_m" || l.Source != "huggingface" || l.Err != nil || l.Class != Unknown {
		t.Errorf("local %+v", l)
	}
	if l.Files[0].SHA256 != sum256(f.files["thing-Q4_K_M.gguf"]) {
		t.Errorf("sha256 %s", l.Files[0].SHA256)
	}
	asked := len(f.requests)
	if _, err := Wait(h.Pull(t.Context(), repo)); err != nil {
		t.Fatal(err)
	}
	if len(f.requests) != asked {
		t.Errorf("requests %v for a model that is here", f.requests[asked:])
	}
}

func TestPullBringsFolder(t *testing.T) {
	f := newFakeHub(t, map[string][]byte{
		"config.json":                       []byte(`{"architectures":["ExaoneForCausalLM"]}`),
		"tokenizer.json":                    noise(2, 5000),
		"model-00001-of-00002.safetensors":  noise(3, 300_000),
		"model-00002-of-00002.safetensors":  noise(4, 200_000),
		"model.safetensors.index.json":      []byte(`{}`),
		"README.md":                         []byte("not wanted"),
		"original/consolidated.safetensors": noise(5, 100),
	})
	h := newTestHub(t, f)
	l, err := Wait(h.Pull(t.Context(), "hf:someone/folder"))
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Files) != 5 || l.Path != filepath.Join(h.dir, "folder") {
		t.Errorf("path %s, files %v", l.Path, l.Files)
	}
	for _, file := range l.Files {
		wantFile(t, filepath.Join(l.Dir, file.Name), f.files[file.Name])
	}
}

func TestPullBringsSplit(t *testing.T) {
	f := newFakeHub(t, map[string][]byte{
		"q4/big-Q4_K_M-00001-of-00002.gguf": noise(3, 3000),
		"q4/big-Q4_K_M-00002-of-00002.gguf": noise(4, 2000),
		"q8/big-Q8_0.gguf":                  noise(5, 1000),
	})
	for _, what := range []string{"hf:someone/big", "hf:someone/big/q4/big-Q4_K_M-00001-of-00002.gguf"} {
		h := newTestHub(t, f)
		l, err := Wait(h.Pull(t.Context(), what))
		if err != nil {
			t.Fatal(err)
		}
		if len(l.Files) != 2 || filepath.Base(l.Path) != "big-Q4_K_M-00001-of-00002.gguf" {
			t.Errorf("%s: path %s, files %v", what, l.Path, l.Files)
		}
	}
}

func TestPullAsksToPick(t *testing.T) {
	f := newFakeHub(t, map[string][]byte{"a-Q4_0.gguf": noise(1, 10), "a-Q8_0.gguf": noise(2, 10)})
	_, err := Wait(newTestHub(t, f).Pull(t.Context(), "hf:someone/a"))
	wantCode(t, err, chat.CodeHubPickFile)
	f = newFakeHub(t, map[string][]byte{"README.md": noise(1, 10)})
	_, err = Wait(newTestHub(t, f).Pull(t.Context(), "hf:someone/a"))
	wantCode(t, err, chat.CodeHubNoCheckpoint)
}

func TestPullExplainsRefusals(t *testing.T) {
	cases := []struct {
		name   string
		gated  bool
		token  string
		what   string
		want   chat.Code
		within string // of the English text
	}{
		{"gated, nobody", true, "", repo, chat.CodeHubGated, "HF_TOKEN"},
		{"gated, somebody", true, "mine", repo, chat.CodeHubGatedToken, "/someone/thing-GGUF"},
		{"no such file", false, "", "hf:someone/thing-GGUF/other.gguf", chat.CodeHubNotFound, "thing-GGUF"},
		{"nobody home", false, "", "hf:a/b@../x/c.gguf", chat.CodeHubBadName, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := newFakeHub(t, oneFile(100))
			f.gated = c.gated
			h := newTestHub(t, f, func(o *Options) { o.Token = c.token })
			_, err := Wait(h.Pull(t.Context(), c.what))
			if told := wantCode(t, err, c.want); !strings.Contains(told.In(chat.English), c.within) {
				t.Errorf("%q lacks %q", told.In(chat.English), c.within)
			}
			wantNothing(t, h)
		})
	}
}

// TestPullThroughTrouble: what goes wrong on the way, and the whole file in the end.
func TestPullThroughTrouble(t *testing.T) {
	const n = 1 << 20
	status := func(code int) func(int, http.ResponseWriter, *http.Request, []byte) bool {
		return func(i int, w http.ResponseWriter, _ *http.Request, _ []byte) bool {
			if i <= 3 {
				w.WriteHeader(code)
			}
			return i <= 3
		}
	}
	cases := []struct {
		name    string
		prepare func(*fakeHub)
		most    int // bytes sent for the file; 0 does not matter
	}{
		{"503 three times", func(f *fakeHub) { f.onCDN = status(503) }, n},
		{"429 three times", func(f *fakeHub) { f.onCDN = status(429) }, n},
		{"expired address", func(f *fakeHub) { f.onCDN = status(403) }, n},
		{"cut twice", func(f *fakeHub) {
			f.onCDN = func(i int, w http.ResponseWriter, r *http.Request, body []byte) bool {
				if i == 1 {
					cutAfter(w, body, 300_000)
				}
				if i == 2 && r.Header.Get("Range") == "" {
					f.t.Error("did not resume")
				}
				return false
			}
		}, n - 200_000},
		{"no ranges", func(f *fakeHub) {
			f.noRange = true
			f.onCDN = func(i int, w http.ResponseWriter, _ *http.Request, body []byte) bool {
				if i == 1 {
					cutAfter(w, body, 300_000)
				}
				return false
			}
		}, n},
		{"etag changes: the file is sent anew", func(f *fakeHub) {
			f.onCDN = func(i int, w http.ResponseWriter, _ *http.Request, body []byte) bool {
				if i == 1 {
					cutAfter(w, body, 300_000)
				}
				f.etag = `"two"`
				w.Header().Set("ETag", f.etag)
				return false
			}
		}, n},
		{"a piece of something else", func(f *fakeHub) {
			f.onCDN = func(i int, w http.ResponseWriter, r *http.Request, body []byte) bool {
				if i == 1 {
					cutAfter(w, noise(99, len(body)), 300_000)
				}
				return false
			}
		}, 0},
		{"silence", func(f *fakeHub) {
			f.onCDN = func(i int, w http.ResponseWriter, r *http.Request, body []byte) bool {
				if i > 1 {
					return false
				}
				w.Header().Set("Content-Length", fmt.Sprint(len(body)))
				_, _ = w.Write(body[:200_000])
				w.(http.Flusher).Flush()
				select {
				case <-r.Context().Done():
				case <-time.After(time.Minute):
					f.t.Error("the client waited")
				}
				return true
			}
		}, n - 100_000},
		{"ends early without a length", func(f *fakeHub) {
			f.onCDN = func(i int, w http.ResponseWriter, r *http.Request, body []byte) bool {
				if i == 1 {
					_, _ = w.Write(body[:300_000])
					w.(http.Flusher).Flush()
				}
				return i == 1
			}
		}, n - 200_000},
		{"range beyond the end", func(f *fakeHub) {
			f.onCDN = func(i int, w http.ResponseWriter, r *http.Request, body []byte) bool {
				switch i {
				case 1:
					cutAfter(w, body, 300_000)
				case 2:
					w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
					return true
				}
				return false
			}
		}, n},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := newFakeHub(t, oneFile(n))
			c.prepare(f)
			h := newTestHub(t, f)
			if c.name == "silence" {
				h.timing.idle = time.Second
			}
			l, err := Wait(h.Pull(t.Context(), repo))
			if err != nil {
				t.Fatal(err)
			}
			wantFile(t, l.Path, f.files["thing-Q4_K_M.gguf"])
			f.mu.Lock()
			defer f.mu.Unlock()
			if c.most > 0 && f.sent.Load() > int64(c.most) {
				t.Errorf("sent %d bytes, want at most %d", f.sent.Load(), c.most)
			}
		})
	}
}

func TestPullGivesUp(t *testing.T) {
	const n = 400_000
	cases := []struct {
		name    string
		prepare func(*fakeHub)
		want    chat.Code
	}{
		{"wrong hash", func(f *fakeHub) { f.lie["thing-Q4_K_M.gguf"] = strings.Repeat("0", 64) }, chat.CodeHubWrongHash},
		{"too long", func(f *fakeHub) {
			f.onCDN = func(_ int, w http.ResponseWriter, _ *http.Request, body []byte) bool {
				_, _ = w.Write(body)
				w.(http.Flusher).Flush()
				_, _ = w.Write([]byte("and more"))
				return true
			}
		}, chat.CodeHubWrongSize},
		{"another length", func(f *fakeHub) {
			f.onCDN = func(_ int, w http.ResponseWriter, _ *http.Request, body []byte) bool {
				_, _ = w.Write(body[:10])
				return true
			}
		}, chat.CodeHubWrongSize},
		{"500 for ever", func(f *fakeHub) {
			f.onCDN = func(_ int, w http.ResponseWriter, _ *http.Request, _ []byte) bool {
				w.WriteHeader(500)
				return true
			}
		}, chat.CodeHubRefused},
		{"a hash that changes its mind", func(f *fakeHub) {
			f.onCDN = func(i int, w http.ResponseWriter, r *http.Request, body []byte) bool {
				if r.Header.Get("Range") == "" {
					cutAfter(w, noise(uint64(i+100), len(body)), 300_000)
				}
				return false
			}
		}, chat.CodeHubUnreachable},
		{"to http from nowhere", func(f *fakeHub) {
			f.onCDN = func(_ int, w http.ResponseWriter, r *http.Request, _ []byte) bool {
				http.Redirect(w, r, "ftp://example.invalid/x", http.StatusFound)
				return true
			}
		}, chat.CodeHubRedirect},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := newFakeHub(t, oneFile(n))
			c.prepare(f)
			h := newTestHub(t, f)
			_, err := Wait(h.Pull(t.Context(), repo))
			wantCode(t, err, c.want)
			wantNothing(t, h)
		})
	}
}

func TestPullTrustsTheCatalogueMost(t *testing.T) {
	m, err := Find("qwen3-0.6b")
	if err != nil {
		t.Fatal(err)
	}
	name := m.Origins[0].Files[0].Name
	f := newFakeHub(t, map[string][]byte{name: noise(1, 1000)})
	f.commit = m.Origins[0].Revision
	h := newTestHub(t, f)
	_, err = Wait(h.Pull(t.Context(), "qwen3-0.6b"))
	wantCode(t, err, chat.CodeHubWrongHash)
	if f.cdnCount != 0 {
		t.Error("downloaded what the repository says is something else")
	}
}

func TestPullStopsWhenReaderLeaves(t *testing.T) {
	f := newFakeHub(t, oneFile(8<<20))
	f.onCDN = func(_ int, w http.ResponseWriter, r *http.Request, body []byte) bool {
		for len(body) > 0 {
			n := min(len(body), 64<<10)
			if _, err := w.Write(body[:n]); err != nil {
				return true
			}
			w.(http.Flusher).Flush()
			body = body[n:]
			time.Sleep(20 * time.Millisecond)
		}
		return true
	}
	h := newTestHub(t, f)
	for p, err := range h.Pull(t.Context(), repo) {
		if err != nil {
			t.Fatal(err)
		}
		if p.Done > 0 {
			break
		}
	}
	wantNothing(t, h)
	f.mu.Lock()
	f.onCDN = nil
	sent := f.sent.Load()
	f.mu.Unlock()
	if _, err := Wait(h.Pull(t.Context(), repo)); err != nil {
		t.Fatal(err)
	}
	if again := f.sent.Load() - sent; again >= 8<<20 {
		t.Errorf("sent %d bytes again, want fewer than all", again)
	}
}

func TestOfflineConnectsNowhere(t *testing.T) {
	f := newFakeHub(t, oneFile(100))
	h := newTestHub(t, f, func(o *Options) { o.Offline = true; o.Ledger = &memoryLedger{} })
	for _, what := range []string{repo, f.server.URL + "/x.gguf", "smollm2-135m"} {
		_, err := Wait(h.Pull(t.Context(), what))
		wantCode(t, err, chat.CodeHubOffline)
	}
	_, err := Wait(h.Bring(t.Context()))
	wantCode(t, err, chat.CodeHubOffline)
	if _, err := h.Licence(t.Context(), "exaone-3.5-2.4b"); err != nil {
		t.Error(err)
	}
	if len(f.requests) != 0 {
		t.Errorf("requests %v, want none", f.requests)
	}
}
