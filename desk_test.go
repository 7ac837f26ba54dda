package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"exaone/chat"
	"exaone/engine"
	"exaone/hub"
	"exaone/store"
	"exaone/web"
)

// newDesk returns a desk over models that are folders under a data directory: good, a tiny one, and bad, whose
// tokenizer is cut short.
func newDesk(t *testing.T) *desk {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"bad", "good"} {
		if err := os.CopyFS(filepath.Join(dir, "models", name), os.DirFS(tinyModel(t))); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "models", "bad", "tokenizer.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s, err := store.Open(ctx, store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	d := &desk{ctx: ctx, store: s, log: log, offline: true, tell: func(error) {},
		hub: hub.New(hub.Options{Dir: dir, Offline: true, Log: log})}
	d.engine = engine.New(engine.Options{Resolve: d.resolve, Threads: 1})
	t.Cleanup(func() {
		stop()
		d.work.Wait()
		if err := errors.Join(d.engine.Close(), s.Close()); err != nil {
			t.Error(err)
		}
	})
	return d
}

// mostWait is how long something may take on a machine that others share.
const mostWait = 2 * time.Minute

// comes waits until something is so, and reports whether it came.
func comes(is func() bool) bool {
	for until := time.Now().Add(mostWait); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(until) {
			return false
		}
	}
	return true
}

// until waits for a status.
func until(t *testing.T, d *desk, want string, ok func(web.Status) bool) {
	t.Helper()
	var s web.Status
	if !comes(func() bool {
		var err error
		if s, err = d.Status(d.ctx); err != nil {
			t.Fatal(err)
		}
		return ok(s)
	}) {
		t.Fatalf("got %+v, want %s", s, want)
	}
}

// kept is the model that a restart would begin with.
func kept(t *testing.T, d *desk) string {
	t.Helper()
	var name string
	if _, err := d.store.Setting(d.ctx, store.System, modelSetting, &name); err != nil {
		t.Fatal(err)
	}
	return name
}

// A model that is chosen and cannot be loaded leaves the one that answered where it was, and says why.
func TestChoosingABadModelKeepsTheGoodOne(t *testing.T) {
	d := newDesk(t)
	if err := d.UseModel(d.ctx, chat.Local, "good"); err != nil {
		t.Fatal(err)
	}
	until(t, d, "good is ready", func(s web.Status) bool { return s.Model == "good" && kept(t, d) == "good" })
	if err := d.UseModel(d.ctx, chat.Local, "bad"); err != nil {
		t.Fatal(err)
	}
	until(t, d, "good again, and why not bad", func(s web.Status) bool {
		return s.State == web.StateReady && s.Model == "good" && len(s.Notes) == 1 && s.Notes[0].Code == chat.CodeBadModel
	})
	if name := kept(t, d); name != "good" {
		t.Errorf("a restart would begin with %q, want good", name)
	}
}

// The name of a model in a request is a name and never a path.
func TestAPathIsNoName(t *testing.T) {
	d := newDesk(t)
	outside := filepath.Join(t.TempDir(), "outside")
	if err := os.CopyFS(outside, os.DirFS(tinyModel(t))); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{outside, "../../etc/passwd", "/etc/passwd", "models/good", "./good", "good/", "good\x00", "..", "file:///etc/passwd"} {
		_, _, err := chat.Collect(d.Chat(d.ctx, chat.Request{Model: name, Prompt: &chat.Prompt{Text: "a"}}))
		if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeNoModel {
			t.Errorf("%q: got %v, want %s", name, err, chat.CodeNoModel)
		}
		if err := d.UseModel(d.ctx, chat.Local, name); err == nil {
			t.Errorf("%q was made the current model", name)
		}
		if err := d.Pull(d.ctx, chat.Local, name); err == nil {
			t.Errorf("%q began to be brought", name)
		}
	}
}
