package engine

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"exaone/chat"
	"exaone/weights"
)

// slow is an engine that prepares a model and stops on the way, until it is told to go on.
type slow struct {
	engine  *Engine
	path    string
	begun   chan struct{} // closed at the first progress
	goOn    chan struct{}
	started atomic.Int64 // preparations
}

func newSlow(t *testing.T) *slow {
	s := &slow{path: quantised(t), begun: make(chan struct{}), goOn: make(chan struct{})}
	var last atomic.Int64
	var once sync.Once
	s.engine = newEngine(t, Options{
		Resolve: func(string) (Spec, error) { return Spec{Name: "tiny", Path: s.path}, nil },
		Preparing: func(_ string, done, total int64) {
			if done <= last.Swap(done) || s.started.Load() == 0 {
				s.started.Add(1)
			}
			once.Do(func() { close(s.begun) })
			<-s.goOn
		},
	})
	return s
}

// TestPreparingOutlivesWhoeverAsked has a client begin to prepare a model and leave: it hears so at once, another who
// waits gets the answer, and the work was done once.
func TestPreparingOutlivesWhoeverAsked(t *testing.T) {
	s := newSlow(t)
	first, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() { left <- s.engine.Preload(first, "") }()
	<-s.begun
	waits := make(chan error)
	go func() { waits <- s.engine.Preload(t.Context(), "") }()
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("who left got %v, want %v", err, context.Canceled)
	}
	close(s.goOn)
	if err := <-waits; err != nil {
		t.Errorf("who waited got %v", err)
	}
	collect(t, s.engine, chat.Request{Prompt: &chat.Prompt{IDs: []int32{1, 2}}, MaxTokens: 2})
	if n := s.started.Load(); n != 1 {
		t.Errorf("it was prepared %d times, want 1", n)
	}
	if _, err := os.Stat(weights.PreparedPath(s.path)); err != nil {
		t.Error(err)
	}
	if err := s.engine.Unload(t.Context(), "tiny"); err != nil { // nobody holds it any more
		t.Error(err)
	}
}

// TestPreparingEndsWithTheEngine closes an engine that is preparing for somebody who waits and somebody who has left.
func TestPreparingEndsWithTheEngine(t *testing.T) {
	s := newSlow(t)
	first, leave := context.WithCancel(t.Context())
	left, waits, closed := make(chan error), make(chan error), make(chan error)
	go func() { left <- s.engine.Preload(first, "") }()
	<-s.begun
	go func() { waits <- s.engine.Preload(t.Context(), "") }()
	leave()
	<-left
	go func() { closed <- s.engine.Close() }()
	if told, ok := errors.AsType[*chat.Error](<-waits); !ok || told.Code != chat.CodeShuttingDown {
		t.Errorf("who waited got %v, want %s", told, chat.CodeShuttingDown)
	}
	close(s.goOn)
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if files, err := os.ReadDir(filepath.Dir(s.path)); err != nil || len(files) != 1 {
		t.Errorf("%v are left, want the model alone: %v", files, err)
	}
}

// TestAForeignPreparedFile is a model beside which something else has the name of its prepared form: it is used as it
// is, and what lies there stays.
func TestAForeignPreparedFile(t *testing.T) {
	path := quantised(t)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(weights.PreparedPath(path), data, 0o600); err != nil {
		t.Fatal(err)
	}
	e := newEngine(t, Options{Resolve: func(string) (Spec, error) { return Spec{Name: "tiny", Path: path}, nil }})
	if o := collect(t, e, chat.Request{Prompt: &chat.Prompt{IDs: []int32{1, 2}}, MaxTokens: 2, Logprobs: 1}); len(o.ids) == 0 {
		t.Error("no answer")
	}
	if now, err := os.ReadFile(weights.PreparedPath(path)); err != nil || string(now) != string(data) {
		t.Errorf("what was there is changed: %v", err)
	}
}

// panics is a log whose reader falls over a message that a model gives rise to.
type panics struct{ slog.Handler }

func (panics) Handle(_ context.Context, r slog.Record) error {
	if r.Level == slog.LevelWarn {
		panic("what nobody thought of")
	}
	return nil
}

func (panics) Enabled(context.Context, slog.Level) bool { return true }

// TestAPanicOnTheWay is a model that nobody can bring, whatever stage panics: everybody is told, each time, and the
// engine can be closed.
func TestAPanicOnTheWay(t *testing.T) {
	path := quantised(t)
	for stage, o := range map[string]Options{
		"opening":   {Log: slog.New(panics{slog.DiscardHandler})},
		"preparing": {Preparing: func(string, int64, int64) { panic("what nobody thought of") }},
	} {
		t.Run(stage, func(t *testing.T) {
			if stage == "opening" { // gives rise to a warning
				if err := os.WriteFile(weights.PreparedPath(path), []byte("no checkpoint"), 0o600); err != nil {
					t.Fatal(err)
				}
				defer os.Remove(weights.PreparedPath(path))
			}
			o.Resolve = func(string) (Spec, error) { return Spec{Name: "tiny", Path: path}, nil }
			e := newEngine(t, o)
			for range 2 {
				if told, ok := errors.AsType[*chat.Error](e.Preload(t.Context(), "")); !ok || told.Code != chat.CodeBadModel {
					t.Errorf("got %v, want %s", told, chat.CodeBadModel)
				}
			}
			if err := weights.Prepare(t.Context(), path, nil); errors.Is(err, weights.ErrPreparing) {
				t.Error(err)
			}
		})
	}
}
