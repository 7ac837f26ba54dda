package model

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"exaone/reference"
	"exaone/tensor"
)

// realGolden is the reference of a published model: transformers 5.24.0 in float32 on dequantised weights.
type realGolden struct {
	Prompts []struct {
		IDs          []int32      `json:"ids"`
		Top20        [][2]float64 `json:"top20"`
		GreedyIDs    []int32      `json:"greedy_ids"`
		GreedyMargin []float64    `json:"greedy_margin"`
	} `json:"prompts"`
	NLL []struct {
		IDs  []int32 `json:"ids"`
		Mean float64 `json:"mean_nll"`
	} `json:"nll"`
}

var realModels = []struct{ file, golden string }{
	{"SmolLM2-135M-Instruct.Q4_1.gguf", "smollm2-golden.json"},
	{"gemma-3-270m-q4_k_m.gguf", "gemma3-golden.json"},
}

// realModel returns the path of a published model's file in the folder EXAONE_MODELS.
func realModel(t testing.TB, file string) string {
	t.Helper()
	dir := os.Getenv("EXAONE_MODELS")
	if dir == "" {
		t.Skipf("EXAONE_MODELS is not set: %s not here", file)
	}
	path := filepath.Join(dir, file)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("EXAONE_MODELS: %s not here", file)
	}
	return path
}

// TestRealModels holds two published models to their references, exactly, and measures what 8-bit activations
// cost. A greedy choice counts up to the first whose reference margin is below 0.01.
func TestRealModels(t *testing.T) {
	if testing.Short() {
		t.Skip("short: takes a minute")
	}
	for _, c := range realModels {
		t.Run(c.file, func(t *testing.T) {
			m := load(t, realModel(t, c.file))
			var g realGolden
			readJSON(t, reference.Path(t, "golden", "real", c.golden), &g)
			for i, p := range g.Prompts {
				checkPrompt(t, m, i, p.IDs, p.GreedyIDs, p.GreedyMargin, p.Top20)
			}
			for i, n := range g.NLL {
				checkNLL(t, m, i, n.IDs, n.Mean)
			}
		})
	}
}

// checkPrompt feeds a prompt and the reference's greedy ids together: as long as every choice before it agrees,
// the argmax at a position is what a greedy run would pick there.
func checkPrompt(t *testing.T, m Model, number int, ids, greedy []int32, margin []float64, top20 [][2]float64) {
	t.Helper()
	const limit, least = 1e-3, 0.01
	v, n := m.Shape().Vocab, len(ids)
	fed := append(append([]int32(nil), ids...), greedy[:len(greedy)-1]...)
	all := (&stream{r: newRunner(t, m, true, 2, 20, tensor.F32)}).feed(fed)
	probs := logProbs(all[(n-1)*v : n*v])
	worst := 0.0
	for _, top := range top20 {
		worst = max(worst, math.Abs(probs[int(top[0])]-top[1]))
	}
	if !(worst <= limit) {
		t.Errorf("prompt %d: log-probabilities of the top 20 differ by %.3g, want at most %g", number, worst, limit)
	}
	sure, equal := 0, 0
	for sure < len(margin) && margin[sure] >= least {
		sure++
	}
	for equal < len(greedy) && argmax(all[(n-1+equal)*v:(n+equal)*v]) == int(greedy[equal]) {
		equal++
	}
	if equal < sure {
		t.Errorf("prompt %d: greedy id %d is not %d (margin %.3g)", number, equal, greedy[equal], margin[equal])
	}
	rounded := (&stream{r: newRunner(t, m, false, 2, 20, tensor.F16)}).feed(ids)
	kld := divergence(all[:n*v], rounded, v)
	t.Logf("prompt %d: top 20 within %.2g, greedy ids equal %d of %d (sure up to %d); 8-bit activations: mean KL %.5f",
		number, worst, equal, len(greedy), sure, kld)
	if !(kld <= 0.03) {
		t.Errorf("prompt %d: 8-bit activations: mean KL %.3g, want at most 0.03", number, kld)
	}
}

func checkNLL(t *testing.T, m Model, number int, ids []int32, want float64) {
	t.Helper()
	exact, rounded := meanNLL(t, m, ids, true), meanNLL(t, m, ids, false)
	if math.Abs(exact-want) > 2e-4 {
		t.Errorf("text %d: mean NLL %.6f, want %.6f within 2e-4", number, exact, want)
	}
	if math.Abs(rounded-want) > 0.03 {
		t.Errorf("text %d: mean NLL %.6f with 8-bit activations, want %.6f within 0.03", number, rounded, want)
	}
	t.Logf("text %d of %d ids: NLL %.6f, reference %.6f (%+.1e); 8-bit activations %.6f (%+.4f)",
		number, len(ids), exact, want, exact-want, rounded, rounded-want)
}

// meanNLL returns the mean negative log-likelihood of ids after the first, fed in chunks as an engine would.
func meanNLL(t *testing.T, m Model, ids []int32, exact bool) float64 {
	t.Helper()
	kvType := tensor.F16
	if exact {
		kvType = tensor.F32
	}
	s := &stream{r: newRunner(t, m, exact, 2, 60, kvType)}
	v, total := m.Shape().Vocab, 0.0
	for lo := 0; lo < len(ids); lo += 128 {
		hi := min(lo+128, len(ids))
		logits := s.feed(ids[lo:hi])
		for i := lo; i < hi && i+1 < len(ids); i++ {
			total -= logProbs(logits[(i-lo)*v : (i-lo+1)*v])[ids[i+1]]
		}
	}
	return total / float64(len(ids)-1)
}

// BenchmarkReal measures a published model: tokens per second of one sequence at a depth of 128 tokens, and of
// reading a prompt of 256.
func BenchmarkReal(b *testing.B) {
	for _, c := range realModels {
		b.Run(c.file+"/decode", func(b *testing.B) {
			m := load(b, realModel(b, c.file))
			r := newRunner(b, m, false, 2, 1000, tensor.F16)
			s := &stream{r: r}
			ids := make([]int32, 128)
			for i := range ids {
				ids[i] = int32(1000 + i)
			}
			s.feed(ids)
			b.ReportAllocs()
			b.ResetTimer()
			start := time.Now()
			for range b.N {
				s.feed([]int32{int32(1000 + s.pos%1000)})
			}
			b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "tokens/s")
		})
		b.Run(c.file+"/read", func(b *testing.B) {
			m := load(b, realModel(b, c.file))
			r := newRunner(b, m, false, 2, 20, tensor.F16)
			ids := make([]int32, 256)
			for i := range ids {
				ids[i] = int32(1000 + i)
			}
			b.ResetTimer()
			start := time.Now()
			for range b.N {
				s := &stream{r: r}
				rows := s.rows(len(ids))
				if _, err := m.Forward(r.ops, &Batch{IDs: ids, Rows: rows, Want: []int{len(ids) - 1}}, r.kv); err != nil {
					b.Fatal(err)
				}
				r.free = s.pages
			}
			b.ReportMetric(float64(b.N*len(ids))/time.Since(start).Seconds(), "tokens/s")
		})
	}
}
