package model

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"exaone/reference"
	"exaone/tensor"
)

// sameBits compares logits to the last bit.
func sameBits(t *testing.T, what string, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i := range want {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
			t.Fatalf("%s: number %d is %g, want %g", what, i, got[i], want[i])
		}
	}
}

// randomIDs returns n ids of m's vocabulary.
func randomIDs(r *rand.Rand, m Model, n int) []int32 {
	ids := make([]int32, n)
	for i := range ids {
		ids[i] = int32(r.IntN(m.Shape().Vocab))
	}
	return ids
}

// TestSameBits computes sequences alone, in pieces, eight in one batch, on other pages, and with one, two and
// five threads: every logit has the same bits, for every architecture, with weights as floats and quantised.
func TestSameBits(t *testing.T) {
	for _, name := range tiny {
		t.Run(name, func(t *testing.T) { checkBits(t, load(t, checkpoint(t, name)), nil, true, false) })
	}
	for _, kind := range []string{"Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K_M", "Q4_K_M", "Q5_K_M", "Q6_K", "IQ4_NL", "IQ4_XS"} {
		t.Run(kind, func(t *testing.T) {
			checkBits(t, load(t, reference.Path(t, "golden", "exaone3-tiny-gguf", "exaone3-tiny."+kind+".gguf")), nil)
		})
	}
}

// TestSameBitsWithAdapters is TestSameBits with another adapter for every other sequence of a batch.
func TestSameBitsWithAdapters(t *testing.T) {
	m := load(t, checkpoint(t, "exaone3-tiny"))
	var adapters []*Adapter
	for i := range 8 {
		if i%3 == 2 {
			adapters = append(adapters, nil)
			continue
		}
		a, err := LoadAdapter(reference.Path(t, "golden", "lora", "exaone3-tiny"), m)
		if err != nil {
			t.Fatal(err)
		}
		// The same numbers with another strength are another adapter.
		for _, p := range a.parts {
			p.scale *= float32(i + 1)
		}
		adapters = append(adapters, a)
	}
	checkBits(t, m, adapters, true, false)
}

// checkBits feeds eight sequences of different lengths in several ways, exactly or not or both. adapters is nil
// or one per sequence.
func checkBits(t *testing.T, m Model, adapters []*Adapter, ways ...bool) {
	t.Helper()
	if adapters == nil {
		adapters = make([]*Adapter, 8)
	}
	rng := rand.New(rand.NewPCG(7, 8))
	prompts := make([][]int32, 8)
	counts := []int{1, 2, 5}
	if testing.Short() { // an emulated processor takes minutes for the rest
		prompts, counts = prompts[:3], counts[1:2]
	}
	for i := range prompts {
		prompts[i] = randomIDs(rng, m, 9+3*i)
	}
	for _, exact := range ways {
		kvType := tensor.F16
		if exact {
			kvType = tensor.F32
		}
		var alone [][]float32
		for i, ids := range prompts {
			s := &stream{r: newRunner(t, m, exact, 1, 5, kvType), adapter: adapters[i]}
			alone = append(alone, s.feed(ids))
		}
		for _, threads := range counts {
			what := fmt.Sprintf("exact %v, %d threads", exact, threads)
			r := newRunner(t, m, exact, threads, 60, kvType)
			inPieces(t, r, what, prompts, adapters, alone)
			r = newRunner(t, m, exact, threads, 60, kvType)
			inBatch(t, r, what, prompts, adapters, alone)
		}
	}
}

// inPieces feeds each prompt in pieces of 1, 2, 3, … tokens.
func inPieces(t *testing.T, r *runner, what string, prompts [][]int32, adapters []*Adapter, alone [][]float32) {
	t.Helper()
	for i, ids := range prompts {
		s := &stream{r: r, adapter: adapters[i]}
		var got []float32
		for size := 1; len(ids) > 0; size++ {
			n := min(size, len(ids))
			got = append(got, s.feed(ids[:n])...)
			ids = ids[n:]
		}
		sameBits(t, fmt.Sprintf("%s, sequence %d in pieces", what, i), got, alone[i])
	}
}

// inBatch feeds eight prompts at once, each a few tokens per step, with steps of one token among them.
func inBatch(t *testing.T, r *runner, what string, prompts [][]int32, adapters []*Adapter, alone [][]float32) {
	t.Helper()
	streams := make([]*stream, len(prompts))
	got := make([][]float32, len(prompts))
	for i := range streams {
		streams[i] = &stream{r: r}
	}
	v := r.m.Shape().Vocab
	for step := 0; ; step++ {
		b := &Batch{}
		var owner []int
		for i, s := range streams {
			left := prompts[i][s.pos:]
			n := min(len(left), 1+(i+step)%4)
			b.Rows = append(b.Rows, s.rows(n)...)
			b.IDs = append(b.IDs, left[:n]...)
			for range n {
				b.Adapters = append(b.Adapters, adapters[i])
				b.Want = append(b.Want, len(b.Want))
				owner = append(owner, i)
			}
		}
		if len(b.IDs) == 0 {
			break
		}
		out, err := r.m.Forward(r.ops, b, r.kv)
		if err != nil {
			t.Fatal(err)
		}
		for row, i := range owner {
			got[i] = append(got[i], out[row*v:(row+1)*v]...)
		}
	}
	for i := range prompts {
		sameBits(t, fmt.Sprintf("%s, sequence %d of eight", what, i), got[i], alone[i])
	}
}

// TestOnlyWantedRowsComeBack checks Want and Hidden, and embeddings in the place of ids.
func TestOnlyWantedRowsComeBack(t *testing.T) {
	m := load(t, checkpoint(t, "llama31-tiny"))
	var g golden
	readJSON(t, filepath.Join(checkpoint(t, "llama31-tiny"), "golden.json"), &g)
	ids, v, d := g.PromptIDs[:10], m.Shape().Vocab, m.Shape().Width
	all := (&stream{r: newRunner(t, m, true, 2, 8, tensor.F32)}).feed(ids)

	run := func(change func(b *Batch)) []float32 {
		r := newRunner(t, m, true, 2, 8, tensor.F32)
		b := &Batch{IDs: append([]int32(nil), ids...), Rows: (&stream{r: r}).rows(len(ids)), Want: []int{3, 9}}
		change(b)
		out, err := m.Forward(r.ops, b, r.kv)
		if err != nil {
			t.Fatal(err)
		}
		return append([]float32(nil), out...)
	}
	want := append(append([]float32(nil), all[3*v:4*v]...), all[9*v:]...)
	sameBits(t, "two wanted rows", run(func(*Batch) {}), want)
	var embedded []float32
	hidden := run(func(b *Batch) {
		b.Hidden = true
		b.Tap = func(layer int, name string, data []float32) {
			if layer == 0 && name == "layer_in" {
				embedded = append([]float32(nil), data...)
			}
		}
	})
	if len(hidden) != 2*d {
		t.Errorf("hidden states: %d numbers, want 2 rows of %d", len(hidden), d)
	}
	sameBits(t, "embeddings for ids", run(func(b *Batch) {
		b.Embeddings = make([][]float32, len(ids))
		for i := range ids {
			if i%2 == 0 {
				b.IDs[i], b.Embeddings[i] = 0, embedded[i*d:(i+1)*d]
			}
		}
	}), want)
	if out := run(func(b *Batch) { b.Want = nil }); len(out) != 0 {
		t.Errorf("no wanted rows: %d numbers", len(out))
	}
}

// TestForwardRefusesBadBatches hands in what does not fit; nothing may panic.
func TestForwardRefusesBadBatches(t *testing.T) {
	m := load(t, checkpoint(t, "qwen2-tiny"))
	other := load(t, checkpoint(t, "llama31-tiny"))
	a := &Adapter{model: other.(framed).around()}
	good := func() *Batch {
		return &Batch{IDs: []int32{1, 2}, Rows: []tensor.Row{{Pos: 0, Pages: []int32{0}}, {Pos: 1, Pages: []int32{0}}}, Want: []int{1}}
	}
	for name, change := range map[string]func(b *Batch){
		"an id beyond the vocabulary": func(b *Batch) { b.IDs[0] = 1024 },
		"a negative id":               func(b *Batch) { b.IDs[1] = -1 },
		"no rows":                     func(b *Batch) { *b = Batch{} },
		"fewer ids than rows":         func(b *Batch) { b.IDs = b.IDs[:1] },
		"a position without a page":   func(b *Batch) { b.Rows[1].Pos = testPageSize },
		"a negative position":         func(b *Batch) { b.Rows[0].Pos = -1 },
		"a page that is not there":    func(b *Batch) { b.Rows[0].Pages = []int32{5} },
		"a wanted row twice":          func(b *Batch) { b.Want = []int{1, 1} },
		"a wanted row too many":       func(b *Batch) { b.Want = []int{2} },
		"a short embedding":           func(b *Batch) { b.Embeddings = [][]float32{{1}, nil} },
		"one adapter for two rows":    func(b *Batch) { b.Adapters = []*Adapter{nil} },
		"another model's adapter":     func(b *Batch) { b.Adapters = []*Adapter{nil, a} },
	} {
		r := newRunner(t, m, false, 1, 5, tensor.F16)
		b := good()
		if _, err := m.Forward(r.ops, b, r.kv); err != nil {
			t.Fatal(err)
		}
		change(b)
		if _, err := m.Forward(r.ops, b, r.kv); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
