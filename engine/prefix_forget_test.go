package engine

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// hook is a log that calls a function at every line.
type hook func(message string)

func (h hook) Enabled(context.Context, slog.Level) bool { return true }
func (h hook) Handle(_ context.Context, r slog.Record) error {
	h(r.Message)
	return nil
}
func (h hook) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h hook) WithGroup(string) slog.Handler      { return h }

// mostWait is how long something may take on a machine that others share.
const mostWait = 2 * time.Minute

// eventually waits until something is so.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(mostWait); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Errorf("not in %v: %s", mostWait, what)
			return
		}
	}
}

// A model that is on its way, and has looked at the files, forgets what it found there.
func TestForgetReachesModelsThatLoad(t *testing.T) {
	dir, path := t.TempDir(), tiny(t)
	o := Options{Threads: 1, PrefixDir: dir, Resolve: func(string) (Spec, error) { return Spec{Name: "x", Path: path}, nil }}
	mine := promptIDs(1, 6*pageSize)
	first := New(o)
	collect(t, first, raw("a person", mine))
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	files := runFiles(t, dir)
	if len(files) == 0 {
		t.Fatal("nothing was written")
	}
	// Of what is damaged there is a line in the log once the rest has been entered.
	if err := os.WriteFile(filepath.Join(filepath.Dir(files[0]), "ffffff-0"+runSuffix), []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	var e *Engine
	forgotten := make(chan struct{})
	o.Log = slog.New(hook(func(message string) {
		if strings.HasPrefix(message, "prefixes on disk that cannot be used") {
			go func() {
				e.Forget("a person")
				close(forgotten)
			}()
			eventually(t, "the files are deleted", func() bool { return holding(t, dir, mine) == 0 })
		}
	}))
	e = New(o)
	if err := e.Preload(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	<-forgotten
	r := e.snapshot()[0].runner
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if n := len(r.pages.nodes()); n != 0 {
		t.Errorf("%d pages of a forgotten scope can still be found", n)
	}
}

// A model that is being unloaded writes nothing of a scope that is forgotten meanwhile.
func TestForgetReachesModelsThatLeave(t *testing.T) {
	dir := t.TempDir()
	e := newEngine(t, Options{Threads: 1, PrefixDir: dir})
	m, err := e.acquire(t.Context(), "", func() bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	mine := promptIDs(1, 6*pageSize)
	req := raw("a person", mine)
	req.MaxTokens = 0 // it runs when the model is told to go: its reader has left, and it has not noticed
	seq, _, err := m.prepare(context.Background(), req)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.runner.submit(seq); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the sequence runs", func() bool { return m.runner.stats.outTokens.Load() > 0 })
	e.mu.Lock()
	m.uses--
	m.ready = false // as unloading begins
	e.mu.Unlock()
	e.Forget("a person")
	e.drop(m)
	if n := holding(t, dir, mine); n != 0 {
		t.Errorf("%d files hold the ids of a forgotten scope", n)
	}
}
