package engine

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"exaone/chat"
	"exaone/weights"
)

// sized returns the bytes that the tiny model takes with the cache that these tests give it.
func sized(t *testing.T, dir string) int64 {
	t.Helper()
	e := newEngine(t, Options{CacheSize: 512, Resolve: func(string) (Spec, error) { return Spec{Name: "x", Path: dir}, nil }})
	if err := e.Preload(context.Background(), ""); err != nil {
		t.Fatal(err)
	}
	return e.Loaded()[0].Bytes
}

// Three models under a budget for two, readers that leave at any moment, models that are unloaded by hand, and an end
// in the middle of it: everybody gets an answer or an error that says why not, and nothing is left behind.
func TestModelsComeAndGoWhileReadersLeave(t *testing.T) {
	dir := tiny(t)
	one := sized(t, dir)
	for round := range 3 {
		e := New(Options{CacheSize: 512, Memory: 2*one + one/2, Threads: 2, patience: 5 * time.Millisecond,
			Resolve: func(n string) (Spec, error) { return Spec{Name: n, Path: dir}, nil }})
		var answered, ended atomic.Int64
		over := make(chan struct{})
		var readers sync.WaitGroup
		for i := range 12 {
			random := rand.New(rand.NewPCG(uint64(round), uint64(i)))
			readers.Go(func() {
				for n, closed := 0, false; n < 25 || !closed; n++ { // some ask a closed engine
					select {
					case <-over:
						closed = true
					default:
					}
					// They stay longer and longer: however slow the machine is, somebody hears an answer.
					ctx, cancel := context.WithTimeout(context.Background(), time.Duration(random.IntN(20000*(1+n/25)))*time.Microsecond)
					err := askAndLeave(ctx, e, random)
					cancel()
					told, ok := errors.AsType[*chat.Error](err)
					switch {
					case err == nil:
						answered.Add(1)
					case ok && told.Code == chat.CodeShuttingDown:
						ended.Add(1)
					case !errors.Is(err, context.DeadlineExceeded):
						t.Errorf("got %v, want an answer, the deadline, or the end", err)
					}
					if random.IntN(10) == 0 {
						e.Forget("a")
						e.Loaded()
						ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
						_ = e.Unload(ctx, strconv.Itoa(random.IntN(3))) // the deadline, if somebody uses it all the time
						cancel()
					}
				}
			})
		}
		time.Sleep(150 * time.Millisecond)
		eventually(t, "somebody is answered", func() bool { return answered.Load() > 0 })
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		close(over)
		readers.Wait()
		if len(e.models) != 0 || answered.Load() == 0 {
			t.Errorf("%d models left, %d answers, %d told of the end", len(e.models), answered.Load(), ended.Load())
		}
	}
}

// askAndLeave asks one of three models and often breaks off.
func askAndLeave(ctx context.Context, e *Engine, random *rand.Rand) error {
	leave := random.IntN(8)
	req := chat.Request{Model: strconv.Itoa(random.IntN(3)), Prompt: &chat.Prompt{IDs: []int32{40, 41}}, MaxTokens: 8, Scope: "a"}
	for _, err := range e.Chat(ctx, req) {
		if err != nil {
			return err
		}
		if leave--; leave == 0 {
			return nil
		}
	}
	return nil
}

// A reader who is gone when a model has to be loaded takes nothing with him: not the models that would have made
// room, and not the name.
func TestLeavingBeforeAModelIsLoaded(t *testing.T) {
	dir := tiny(t)
	one := sized(t, dir)
	e := newEngine(t, Options{CacheSize: 512, Memory: one + one/2, Resolve: func(n string) (Spec, error) { return Spec{Name: n, Path: dir}, nil }})
	ask := func(name string) chat.Request {
		return chat.Request{Model: name, Prompt: &chat.Prompt{IDs: []int32{40}}, MaxTokens: 2}
	}
	collect(t, e, ask("a"))
	for ev := range e.Chat(context.Background(), ask("b")) {
		if p, ok := ev.(chat.Phase); !ok || p.Name != "load" {
			t.Errorf("got %v, want the phase load", ev)
		}
		break
	}
	if list := e.Loaded(); len(list) != 1 || list[0].Name != "a" {
		t.Errorf("loaded are %v, want a", list)
	}
	collect(t, e, ask("b"))
}

// What is busy all the time does not keep another model out for ever.
func TestABusyModelMakesRoomInTheEnd(t *testing.T) {
	dir := tiny(t)
	one := sized(t, dir)
	e := newEngine(t, Options{CacheSize: 512, Memory: one + one/2, patience: 20 * time.Millisecond,
		Resolve: func(n string) (Spec, error) { return Spec{Name: n, Path: dir}, nil }})
	ctx, stop := context.WithCancel(context.Background())
	var readers sync.WaitGroup
	defer readers.Wait()
	defer stop()
	for range 4 {
		readers.Go(func() {
			for ctx.Err() == nil {
				_, _, _ = chat.Collect(e.Chat(ctx, chat.Request{Model: "a", Prompt: &chat.Prompt{IDs: []int32{40}}, MaxTokens: 30}))
			}
		})
	}
	for e.Loaded() == nil {
		time.Sleep(time.Millisecond)
	}
	limit, cancel := context.WithTimeout(context.Background(), mostWait)
	defer cancel()
	if err := e.Preload(limit, "b"); err != nil {
		t.Error(err)
	}
}

// Those who wait for a model that cannot be loaded all hear why, its file is tried once, and nothing is left open.
func TestAModelThatCannotBeLoadedIsTriedOnce(t *testing.T) {
	dir := tiny(t)
	config := filepath.Join(dir, "tokenizer.json")
	if err := os.WriteFile(config, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int64
	e := newEngine(t, Options{Resolve: func(n string) (Spec, error) {
		asked.Add(1)
		return Spec{Name: "x", Path: dir}, nil
	}})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			_, _, err := chat.Collect(e.Chat(context.Background(), chat.Request{Prompt: &chat.Prompt{IDs: []int32{40}}}))
			if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeBadModel {
				t.Errorf("got %v, want %s", err, chat.CodeBadModel)
			}
		})
	}
	readers.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.models) != 0 {
		t.Errorf("%d models are left in the table", len(e.models))
	}
}

// Another file under the name of one that is loaded is what answers from then on.
func TestANameThatMeansAnotherFile(t *testing.T) {
	first, second := tiny(t), tiny(t)
	now := first
	e := newEngine(t, Options{Resolve: func(string) (Spec, error) { return Spec{Name: "x", Path: now}, nil }})
	for _, now = range []string{first, second} {
		if err := e.Preload(context.Background(), ""); err != nil {
			t.Fatal(err)
		}
		if got := e.snapshot()[0].spec.Path; got != now {
			t.Errorf("loaded is %s, want %s", got, now)
		}
	}
}

// A file that is cut short while it is read ends the answer with an error that says so, and not the program. Once the
// file is whole again, the model answers as before.
func TestAFileCutShortUnderTheModel(t *testing.T) {
	for _, threads := range []int{1, 2} { // with two, the fault is mostly another thread's
		dir := tiny(t)
		e := newEngine(t, Options{Threads: threads, Resolve: func(string) (Spec, error) { return Spec{Name: "x", Path: dir}, nil }})
		req := chat.Request{Prompt: &chat.Prompt{IDs: []int32{40}}, MaxTokens: 4, Logprobs: 2}
		want := collect(t, e, req)
		path := filepath.Join(dir, "model.safetensors")
		whole := cut(t, path)
		_, _, err := chat.Collect(e.Chat(context.Background(), req))
		if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeModelDamaged {
			t.Errorf("%d threads: the error is %v, want %s", threads, err, chat.CodeModelDamaged)
		}
		_, _, err = chat.Collect(e.Chat(context.Background(), req))
		if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeBadModel {
			t.Errorf("%d threads: asked again, the error is %v, want %s", threads, err, chat.CodeBadModel)
		}
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		same(t, "whole again", collect(t, e, req), want)
	}
}

// A prepared file that is cut short under the model is made again of the original.
func TestAPreparedFileCutShortUnderTheModel(t *testing.T) {
	path := quantised(t)
	e := newEngine(t, Options{Threads: 2, Resolve: func(string) (Spec, error) { return Spec{Name: "tiny", Path: path}, nil }})
	req := chat.Request{Prompt: &chat.Prompt{IDs: []int32{1, 2, 3, 4, 5, 6, 7}}, MaxTokens: 8, Logprobs: 3}
	want := collect(t, e, req)
	cut(t, weights.PreparedPath(path))
	mustRepair(t, e, req)
	same(t, "asked again", collect(t, e, req), want)
	if err := weights.VerifyPrepared(context.Background(), path, nil); err != nil {
		t.Errorf("made again: %v", err)
	}
}

// cut leaves a page of a file that is mapped, and returns what was in it.
func cut(t *testing.T, path string) []byte {
	t.Helper()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, int64(os.Getpagesize())); err != nil {
		t.Skipf("truncating a mapped file: %v", err)
	}
	return whole
}
