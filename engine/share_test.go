package engine

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"exaone/chat"
)

// TestTwoModelsAtOnce prints how fast two models answer at once against taking turns, and how long a goroutine that
// has something to do waits meanwhile, as a request for /health would. EXAONE_MODELS has the GGUF files.
func TestTwoModelsAtOnce(t *testing.T) {
	if os.Getenv("EXAONE_MODELS") == "" {
		t.Skip("EXAONE_MODELS names no folder of models")
	}
	paths, err := filepath.Glob(filepath.Join(os.Getenv("EXAONE_MODELS"), "*.gguf"))
	if err != nil || len(paths) < 2 {
		t.Skipf("EXAONE_MODELS has %d GGUF files, want two", len(paths))
	}
	runtime.GOMAXPROCS(runtime.NumCPU() + 2) // as main does
	e := newEngine(t, Options{Threads: runtime.NumCPU(), CacheSize: 4096, Speculate: SpeculateOff,
		Resolve: func(n string) (Spec, error) { return Spec{Name: n, Path: n}, nil }})
	const tokens = 48
	say := func(path string) (took time.Duration) {
		req := chat.Request{Model: path, Prompt: &chat.Prompt{Text: "Once upon a time"}, MaxTokens: tokens}
		start := time.Now()
		for ev, err := range e.Chat(context.Background(), req) {
			if err != nil {
				t.Error(err)
				return 0
			}
			if f, ok := ev.(chat.Finish); ok && f.Usage.CompletionTokens < tokens {
				t.Logf("%s ended after %d tokens", filepath.Base(path), f.Usage.CompletionTokens)
			}
		}
		return time.Since(start)
	}
	for _, p := range paths[:2] {
		say(p)
	}
	var ratios []float64
	var waits []time.Duration
	for range 5 {
		turns := say(paths[0]) + say(paths[1])
		stop := make(chan struct{})
		var watch, both sync.WaitGroup
		watch.Go(func() { waits = append(waits, watchClock(stop)...) })
		start := time.Now()
		for _, p := range paths[:2] {
			both.Go(func() { say(p) })
		}
		both.Wait()
		ratios = append(ratios, turns.Seconds()/time.Since(start).Seconds())
		close(stop)
		watch.Wait()
	}
	slices.Sort(ratios)
	slices.Sort(waits)
	t.Logf("%s: at once %.2f× of taking turns (%.2f to %.2f)", strings.Join([]string{filepath.Base(paths[0]), filepath.Base(paths[1])}, " and "),
		ratios[2], ratios[0], ratios[4])
	t.Logf("a goroutine with something to do waits p50 %v, p99 %v", waits[len(waits)/2], waits[len(waits)*99/100])
}

// watchClock returns how late a goroutine woke that wanted to wake every 5 ms.
func watchClock(stop chan struct{}) (late []time.Duration) {
	const every = 5 * time.Millisecond
	for {
		start := time.Now()
		select {
		case <-stop:
			return late
		case <-time.After(every):
			late = append(late, time.Since(start)-every)
		}
	}
}

// TestForeignBusyProcess prints how fast a model answers while another process keeps one core busy, against idle.
// EXAONE_MODELS has the GGUF files.
func TestForeignBusyProcess(t *testing.T) {
	paths, _ := filepath.Glob(filepath.Join(os.Getenv("EXAONE_MODELS"), "*.gguf"))
	if os.Getenv("EXAONE_MODELS") == "" || len(paths) == 0 {
		t.Skip("EXAONE_MODELS names no folder of models")
	}
	e := newEngine(t, Options{Threads: runtime.NumCPU(), CacheSize: 4096, Speculate: SpeculateOff,
		Resolve: func(n string) (Spec, error) { return Spec{Name: n, Path: n}, nil }})
	for _, p := range paths[:min(len(paths), 2)] {
		say := func() float64 {
			start := time.Now()
			if _, _, err := chat.Collect(e.Chat(context.Background(), chat.Request{Model: p, Prompt: &chat.Prompt{Text: "Once upon a time"}, MaxTokens: 48})); err != nil {
				t.Error(err)
			}
			return time.Since(start).Seconds()
		}
		say()
		var ratios []float64
		for range 5 {
			idle := say()
			stop := busyProcess(t)
			ratios = append(ratios, idle/say())
			stop()
		}
		slices.Sort(ratios)
		t.Logf("%s: %.2f of its idle speed beside one busy process (%.2f to %.2f)", filepath.Base(p), ratios[2], ratios[0], ratios[4])
	}
}

// busyEnv makes the test binary a process that computes until it is killed.
const busyEnv = "EXAONE_TEST_BUSY"

// busy does not return if this process is to be busy.
func busy() {
	if os.Getenv(busyEnv) != "" {
		for x := uint64(1); x != 0; x = x*6364136223846793005 | 1 {
		}
	}
}

// busyProcess starts a process that keeps one core busy, and returns what stops it.
func busyProcess(t *testing.T) func() {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), busyEnv+"=1")
	if err := cmd.Start(); err != nil {
		t.Skipf("another process: %v", err)
	}
	return func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
}
