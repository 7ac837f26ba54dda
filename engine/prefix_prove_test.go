package engine

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"exaone/chat"
)

// A long beginning that many share, on a real model: how long the first token takes when it was computed before, by
// somebody else in the scope, by several at once, and by a program that has ended; against computing it. What is held
// are counts of tokens; times are shown.
func TestSharedBeginningOfARealModel(t *testing.T) {
	dir := os.Getenv("EXAONE_MODELS")
	if dir == "" {
		t.Skip("EXAONE_MODELS names no folder of models")
	}
	files, err := filepath.Glob(filepath.Join(dir, "SmolLM2-135M*.gguf"))
	if err != nil || len(files) == 0 {
		t.Skipf("no SmolLM2-135M in %s", dir)
	}
	rounds, err := strconv.Atoi(os.Getenv("EXAONE_PREFIX_ROUNDS"))
	if err != nil || rounds < 2 {
		t.Skip("EXAONE_PREFIX_ROUNDS is not a number above 1: make prove-prefix runs it")
	}
	const shared, own, readers = 2048, 32, 8
	store := t.TempDir()
	o := Options{PrefixDir: store, Resolve: func(string) (Spec, error) { return Spec{Name: "x", Path: files[0]}, nil }}
	// ask returns how long the first token took and how many tokens of the prompt were computed.
	ask := func(e *Engine, scope string, ids []int32) (time.Duration, int) {
		start := time.Now()
		var first time.Duration
		computed := 0
		for ev, err := range e.Chat(context.Background(), chat.Request{Prompt: &chat.Prompt{IDs: ids}, MaxTokens: 2, Logprobs: 1, Scope: scope}) {
			if err != nil {
				t.Error(err)
				break
			}
			switch ev := ev.(type) {
			case chat.Delta:
				if first == 0 {
					first = time.Since(start)
				}
			case chat.Finish:
				computed = ev.Usage.PromptTokens - ev.Usage.CachedTokens
			}
		}
		return first, computed
	}
	prompt := func(round, reader int) []int32 {
		return append(promptIDs(100+round, shared), promptIDs(1000+10*round+reader, own)...)
	}
	open := func() *Engine {
		e := New(o)
		if err := e.Preload(context.Background(), ""); err != nil {
			t.Fatal(err)
		}
		ask(e, "warm", promptIDs(99, 64)) // the weights are in memory
		return e
	}
	var cold, warm, disk, together []time.Duration
	crossed, once := 0, 0
	e := open()
	for round := range rounds {
		took, n := ask(e, "a", prompt(round, 0))
		if n != shared+own {
			t.Errorf("cold: %d tokens computed, want %d", n, shared+own)
		}
		cold = append(cold, took)
		took, n = ask(e, "a", prompt(round, 1))
		if n != own {
			t.Errorf("warm: %d tokens computed, want %d", n, own)
		}
		warm = append(warm, took)
		var wg sync.WaitGroup
		times := make([]time.Duration, readers)
		for i := range readers {
			wg.Go(func() { times[i], _ = ask(e, "a", prompt(round, 2+i)) })
		}
		wg.Wait()
		together = append(together, slices.Max(times))
	}
	_, n := ask(e, "b", prompt(0, 0))
	crossed += shared + own - n
	// Nobody has computed this one when all of them come.
	var wg sync.WaitGroup
	var mu sync.Mutex
	for i := range readers {
		wg.Go(func() {
			_, n := ask(e, "a", prompt(rounds, i))
			mu.Lock()
			once += n
			mu.Unlock()
		})
	}
	wg.Wait()
	if most := shared + readers*own; once != most {
		t.Errorf("%d tokens were computed for %d that came at once, want %d", once, readers, most)
	}
	whole := raw("nobody else", prompt(0, 0))
	want := collect(t, e, whole)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	for round := range rounds {
		e := open()
		took, n := ask(e, "a", prompt(round, 20))
		if n != own {
			t.Errorf("after a restart: %d tokens computed, want %d", n, own)
		}
		disk = append(disk, took)
		_, n = ask(e, "b", prompt((round+1)%rounds, 21))
		crossed += shared + own - n
		whole.Scope = "a"
		sameBits(t, "after a restart", collect(t, e, whole), want)
		e.Forget("b")
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if crossed != 0 {
		t.Errorf("%d tokens were found across scopes, want 0", crossed)
	}
	median := func(list []time.Duration) time.Duration { slices.Sort(list); return list[len(list)/2] }
	c := median(cold)
	ratio := func(list []time.Duration) float64 { return float64(c) / float64(median(list)) }
	t.Logf("first token, %d shared + %d new tokens, median of %d: cold %v; warm 1/%.0f of it; %d readers at once, the last of them 1/%.0f; after a restart 1/%.0f",
		shared, own, rounds, c.Round(time.Millisecond), ratio(warm), readers, ratio(together), ratio(disk))
	t.Logf("%d that came at once, with nothing computed: %d tokens computed, %d without sharing; across scopes: %d tokens found",
		readers, once, readers*(shared+own), crossed)
}
