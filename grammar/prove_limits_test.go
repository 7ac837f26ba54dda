package grammar_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"testing"
	"time"

	"exaone/grammar"
	"exaone/tokenizer"
)

// What a hostile source may cost: no panic, this much memory, and a time far below the deadline that ends the test.
const (
	mostHeap = 64 << 20
	deadline = time.Minute
	wanted   = time.Second // shown where it is passed; no test fails by a time

	longestEnding = 1 << 16 // bytes that are asked for; no answer has more
)

// heavy are the sources that take seconds. EXAONE_HOSTILE=all takes them too.
var heavy = []string{
	"regex 100,000 words", "regex a million letters", "schema a chain of 20,000 references", "schema 10,000 required",
	"schema unique 10^5", "schema allOf of 300 anyOf", "schema allOf of 300 oneOf", "schema 500 dependentRequired",
	"schema propertyNames against patternProperties", "schema a property of half a mebibyte",
}

// TestHostileSources compiles what is made to exhaust a compiler, and walks what compiles: masks, the shortest ending,
// what is forced. Each is a grammar or an error, and neither takes long or much.
func TestHostileSources(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(25)) // what is counted is mostly held, and not yet to be collected
	tok, err := tokenizer.Load(filepath.Join("..", "tokenizer", "testdata", "tiny"))
	if err != nil {
		t.Fatal(err)
	}
	vocabulary := grammar.NewVocabulary(tok, tok.Len())
	var slowest time.Duration
	var largest uint64
	for _, h := range hostile() {
		if slices.Contains(heavy, h.name) && os.Getenv("EXAONE_HOSTILE") != "all" {
			continue
		}
		t.Run(h.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), deadline)
			defer cancel()
			memory := watchHeap()
			start := time.Now()
			g, err := grammar.Compile(ctx, h.source)
			took := time.Since(start)
			what := "compiled"
			if err != nil {
				what = err.Error()[:min(len(err.Error()), 120)]
			}
			walked := time.Duration(0)
			if err == nil {
				start := time.Now()
				walkHostile(t, ctx, g.Matcher(vocabulary), vocabulary, tok, h.text)
				walked = time.Since(start)
			}
			grown := memory.stop()
			runtime.KeepAlive(g)
			note := ""
			if took > wanted {
				note = "  SLOW"
			}
			t.Logf("%7.1f ms, walked in %7.1f ms, %5.1f MiB%s: %s", milliseconds(took), milliseconds(walked), float64(grown)/(1<<20), note, what)
			if ctx.Err() != nil {
				t.Errorf("more than %s", deadline)
			}
			if known, ok := errors.AsType[*grammar.Error](err); err != nil && (!ok || known.Err == nil) {
				t.Errorf("%v is no *grammar.Error that says what is wrong", err)
			}
			if grown > mostHeap {
				t.Errorf("the heap grew by %d MiB, want at most %d", grown>>20, mostHeap>>20)
			}
			slowest, largest = max(slowest, took), max(largest, grown)
		})
	}
	t.Logf("%d sources: the slowest took %.0f ms, the largest %.1f MiB", len(hostile()), milliseconds(slowest), float64(largest)/(1<<20))
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }

// walkHostile asks for masks along a text while it is let through, and then how the rest may be said.
func walkHostile(t *testing.T, ctx context.Context, m *grammar.Matcher, v *grammar.Vocabulary, tok *tokenizer.Tokenizer, text string) {
	defer func() {
		if err := m.Err(); err != nil {
			t.Log(err)
		}
	}()
	mask := make([]uint64, (tok.Len()+63)/64)
	const masks = 64 // along the whole text
	every := len(text)/masks + 1
	for i := range len(text) {
		if i%every == 0 {
			m.Mask(mask)
		}
		if !m.AdvanceBytes([]byte(text[i : i+1])) {
			t.Logf("refused at byte %d of %d", i, len(text))
			break
		}
		if ctx.Err() != nil {
			return
		}
	}
	state := m.State()
	m.Mask(mask)
	forced := m.Forced(64)
	var closing []byte
	var tokens []int32
	if distance := m.Distance(); distance > 0 && distance <= longestEnding { // who may write less than this asks for none
		closing, tokens = m.Closing(), m.ClosingTokens(nil)
		if len(closing) != distance && m.Err() == nil {
			t.Errorf("%d bytes end the text, want %d", len(closing), distance)
		}
	}
	m.Restore(state)
	if len(closing) > 0 && !(m.AdvanceBytes(closing) && m.Accepts()) && m.Err() == nil {
		t.Errorf("%.100q does not end the text", closing)
	}
	m.Restore(state)
	if len(forced) > 0 && !m.AdvanceBytes(forced) && m.Err() == nil {
		t.Errorf("%q is forced and refused", forced)
	}
	m.Restore(state)
	var spelled []byte
	for _, id := range tokens {
		if !m.Advance(id) && m.Err() == nil {
			t.Errorf("token %d of the ending is refused after %.100q", id, spelled)
			break
		}
		spelled = append(spelled, tok.Bytes(id)...)
	}
}

// heapWatch samples how large the heap is.
type heapWatch struct {
	done, ended chan struct{}
	before      uint64
	peak        uint64
}

func heapSize() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

func watchHeap() *heapWatch {
	runtime.GC()
	w := &heapWatch{done: make(chan struct{}), ended: make(chan struct{}), before: heapSize()}
	go func() {
		defer close(w.ended)
		for {
			w.peak = max(w.peak, heapSize())
			select {
			case <-w.done:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	return w
}

// stop returns by how much the heap had grown at its largest, what nobody holds any more included.
func (w *heapWatch) stop() uint64 {
	close(w.done)
	<-w.ended
	w.peak = max(w.peak, heapSize())
	return w.peak - min(w.peak, w.before)
}

// Who leaves while a grammar is compiled is not waited for: what takes long ends with its context.
func TestCompileEndsWithItsContext(t *testing.T) {
	if os.Getenv("EXAONE_HOSTILE") != "all" {
		t.Skip("EXAONE_HOSTILE is not all: make prove-grammar-fuzz runs it")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, h := range hostile() {
		if !slices.Contains(heavy, h.name) {
			continue
		}
		t.Run(h.name, func(t *testing.T) {
			ended := make(chan error, 1)
			go func() {
				_, err := grammar.Compile(ctx, h.source)
				ended <- err
			}()
			select {
			case err := <-ended:
				if _, known := errors.AsType[*grammar.Error](err); err != nil && !known && !errors.Is(err, context.Canceled) {
					t.Errorf("got %v, want %v", err, context.Canceled)
				}
			case <-time.After(deadline):
				t.Fatalf("it is compiled %s after its context has ended", deadline)
			}
		})
	}
}
