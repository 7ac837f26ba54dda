package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"exaone/api"
	"exaone/engine"
	"exaone/reference"
)

// tinyModel returns a folder with a tiny random model of EXAONE's form and a tokenizer.
func tinyModel(t testing.TB) string {
	t.Helper()
	if dir, ok := reference.Find("golden/exaone3-tiny"); ok {
		return dir
	}
	dir := t.TempDir()
	for _, from := range []string{"model/testdata/exaone35-tiny", "tokenizer/testdata/tiny"} {
		files, err := os.ReadDir(from)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if f.IsDir() {
				continue
			}
			b, err := os.ReadFile(filepath.Join(from, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, f.Name()), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// tinyServer serves the tiny model on a loopback port.
type tinyServer struct {
	engine *engine.Engine
	http   *http.Server
	base   string
}

func newTinyServer(t testing.TB, o engine.Options) *tinyServer {
	t.Helper()
	dir := tinyModel(t)
	o.Resolve = func(string) (engine.Spec, error) { return engine.Spec{Name: "tiny", Path: dir}, nil }
	e := engine.New(o)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &tinyServer{engine: e, base: "http://" + l.Addr().String(),
		http: &http.Server{Handler: api.New(api.Options{Model: e}), ReadHeaderTimeout: 10 * time.Second}}
	go s.http.Serve(l)
	return s
}

// question is the body of request i. There are 48 different ones; half are sampled.
func question(i int, stream bool) []byte {
	k := i % 48
	body := map[string]any{
		"model": "tiny", "max_tokens": 16, "stream": stream, "seed": k,
		"messages": []any{map[string]any{"role": "user", "content": fmt.Sprintf("질문 %d: %s", k, strings.Repeat("what 무엇 ", k%9))}},
	}
	if k%2 == 1 {
		body["temperature"] = 0.9
	} else {
		body["temperature"] = 0
	}
	b, _ := json.Marshal(body)
	return b
}

// ask sends request i and returns the text of the answer. With leave it stops reading after the first words.
// 429 is tried again after a while.
func (s *tinyServer) ask(client *http.Client, i int, leave bool, retries *atomic.Int64) (string, error) {
	for {
		ctx, cancel := context.WithCancel(context.Background())
		text, status, err := s.askOnce(ctx, client, i, leave)
		cancel()
		if status != http.StatusTooManyRequests {
			return text, err
		}
		retries.Add(1)
		time.Sleep(time.Duration(20+rand.IntN(60)) * time.Millisecond)
	}
}

func (s *tinyServer) askOnce(ctx context.Context, client *http.Client, i int, leave bool) (string, int, error) {
	req, err := http.NewRequestWithContext(ctx, "POST", s.base+"/v1/chat/completions", bytes.NewReader(question(i, true)))
	if err != nil {
		return "", 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return "", 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != 200 {
		b, _ := io.ReadAll(resp.Body)
		if after, err := strconv.Atoi(resp.Header.Get("Retry-After")); resp.StatusCode == 429 && (err != nil || after < 1) {
			return "", 0, fmt.Errorf("429 with Retry-After %q, want seconds", resp.Header.Get("Retry-After"))
		}
		return "", resp.StatusCode, fmt.Errorf("status %d: %s", resp.StatusCode, b)
	}
	var text strings.Builder
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		if data == "[DONE]" {
			return text.String(), 200, nil
		}
		var chunk struct {
			Choices []struct{ Delta struct{ Content string } }
			Error   any
		}
		if err := json.Unmarshal([]byte(data), &chunk); err != nil || chunk.Error != nil {
			return "", 200, fmt.Errorf("chunk %s: %v", data, err)
		}
		for _, c := range chunk.Choices {
			text.WriteString(c.Delta.Content)
		}
		if leave && text.Len() > 0 {
			return "", 200, nil
		}
	}
	return "", 200, fmt.Errorf("the stream ended without [DONE]: %v", lines.Err())
}

// TestLoad has many clients ask at once, a third of whom leave. Every answer that is waited for equals its solo
// run, and in the end no page and no goroutine is left. EXAONE_LOAD_REQUESTS and EXAONE_LOAD_CLIENTS size it.
func TestLoad(t *testing.T) {
	requests, clients := envInt("EXAONE_LOAD_REQUESTS", 200), envInt("EXAONE_LOAD_CLIENTS", 16)
	runtime.GOMAXPROCS(runtime.NumCPU() + 2)
	solo := newTinyServer(t, engine.Options{Threads: 1})
	want := make([]string, 48)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	var none atomic.Int64
	for i := range want {
		text, err := solo.ask(client, i, false, &none)
		if err != nil || text == "" {
			t.Fatalf("solo run %d: %q, %v", i, text, err)
		}
		want[i] = text
	}
	solo.close(t)
	client.CloseIdleConnections()
	before := settled(t, 0)

	s := newTinyServer(t, engine.Options{Threads: runtime.NumCPU(), Queue: 24, Sequences: 24})
	var retries, equal, left atomic.Int64
	healthDone := make(chan []time.Duration)
	stopHealth := make(chan struct{})
	go func() { healthDone <- s.watchHealth(t, stopHealth) }()
	var next atomic.Int64
	var wg sync.WaitGroup
	start := time.Now()
	for range clients {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < requests; i = int(next.Add(1)) - 1 {
				leave := i%3 == 2
				text, err := s.ask(client, i, leave, &retries)
				switch {
				case err != nil:
					t.Errorf("request %d: %v", i, err)
				case leave:
					left.Add(1)
				case text != want[i%48]:
					t.Errorf("request %d: got %q, alone %q", i, text, want[i%48])
				default:
					equal.Add(1)
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	close(stopHealth)
	health := <-healthDone
	client.CloseIdleConnections()
	held := s.pagesHeld()
	stats := s.engine.Loaded()[0]
	stopped := s.close(t)
	after := settled(t, before)
	slices.Sort(health)
	t.Logf("%d requests from %d clients in %.1fs: %d answers equal their solo run, %d left early, %d times 429, %d preemptions",
		requests, clients, took.Seconds(), equal.Load(), left.Load(), retries.Load(), stats.Preempted)
	t.Logf("pages leaked %d, goroutines leaked %d, clean stop in %v", held, after-before, stopped.Round(time.Millisecond))
	t.Logf("/health p50 %v p99 %v max %v over %d requests", health[len(health)/2], health[len(health)*99/100], health[len(health)-1], len(health))
	if held != 0 {
		t.Errorf("%d pages are still held", held)
	}
	if after > before {
		t.Errorf("%d goroutines are left over", after-before)
	}
	if stopped > 30*time.Second {
		t.Errorf("stopping took %v", stopped)
	}
}

// close stops the server while nobody asks and returns how long that took.
func (s *tinyServer) close(t *testing.T) time.Duration {
	t.Helper()
	start := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), mostWait)
	defer cancel()
	if err := s.http.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	if err := s.engine.Close(); err != nil {
		t.Error(err)
	}
	return time.Since(start)
}

// pagesHeld waits for the last readers to be missed, and returns the pages that are held then.
func (s *tinyServer) pagesHeld() int {
	comes(func() bool { return s.engine.Loaded()[0].PagesHeld == 0 })
	return s.engine.Loaded()[0].PagesHeld
}

// watchHealth asks for /health until it is told to stop and returns how long each answer took.
func (s *tinyServer) watchHealth(t *testing.T, stop chan struct{}) []time.Duration {
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	var took []time.Duration
	for {
		start := time.Now()
		resp, err := client.Get(s.base + "/health")
		if err != nil || resp.StatusCode != 200 {
			t.Errorf("/health: %v %v", resp, err)
			return append(took, 0)
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		took = append(took, time.Since(start))
		select {
		case <-stop:
			return took
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// settled waits until there are no more than want goroutines, or until their number has stopped falling.
func settled(t *testing.T, want int) int {
	t.Helper()
	if want > 0 {
		comes(func() bool { return runtime.NumGoroutine() <= want })
		return runtime.NumGoroutine()
	}
	time.Sleep(2 * time.Second)
	return runtime.NumGoroutine()
}

func envInt(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return otherwise
}
