package model

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"exaone/reference"
	"exaone/tensor"
	"exaone/weights"
)

// checkpoint returns the folder of a tiny checkpoint: the committed one, else the shared one.
func checkpoint(t testing.TB, name string) string {
	t.Helper()
	if dir := filepath.Join("testdata", name); exists(filepath.Join(dir, "model.safetensors")) {
		return dir
	}
	return reference.Path(t, "golden", name)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// load opens and loads a checkpoint for the length of the test.
func load(t testing.TB, path string) Model {
	t.Helper()
	f, err := weights.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	m, err := Load(f)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func readJSON(t testing.TB, path string, v any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func readFloats(t testing.TB, path string) []float32 {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float32, len(data)/4)
	for i := range x {
		x[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return x
}

// runner drives a model: it owns a cache and hands its pages out in a scattered order.
type runner struct {
	t    testing.TB
	m    Model
	ops  tensor.Ops
	kv   *tensor.KV
	free []int32
	tap  func(layer int, name string, data []float32)
}

// stream is one sequence of a runner.
type stream struct {
	r       *runner
	pages   []int32
	pos     int
	adapter *Adapter
}

const testPageSize = 16

func newRunner(t testing.TB, m Model, exact bool, threads, pages int, kvType tensor.Type) *runner {
	t.Helper()
	pool := tensor.NewPool(threads)
	s := m.Shape()
	kv, err := tensor.NewKV(tensor.KVOptions{Layers: s.Layers, Heads: s.KVHeads, HeadDim: s.HeadDim,
		PageSize: testPageSize, Pages: pages, Type: kvType})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		pool.Close()
		if err := kv.Close(); err != nil {
			t.Error(err)
		}
	})
	r := &runner{t: t, m: m, ops: tensor.NewCPU(pool, exact), kv: kv}
	for i := range pages {
		r.free = append(r.free, int32((i*7+3)%pages))
	}
	if pages%7 == 0 {
		t.Fatalf("%d pages: a multiple of 7 hands one out twice", pages)
	}
	return r
}

// rows returns the rows for n more tokens.
func (s *stream) rows(n int) []tensor.Row {
	s.r.t.Helper()
	for len(s.pages)*testPageSize < s.pos+n {
		if len(s.r.free) == 0 {
			s.r.t.Fatal("out of pages")
		}
		s.pages = append(s.pages, s.r.free[0])
		s.r.free = s.r.free[1:]
	}
	rows := make([]tensor.Row, n)
	for i := range rows {
		rows[i] = tensor.Row{Pos: s.pos + i, Pages: s.pages}
	}
	s.pos += n
	return rows
}

// feed runs ids of one sequence and returns the logits of all, [len(ids), v].
func (s *stream) feed(ids []int32) []float32 {
	s.r.t.Helper()
	b := &Batch{IDs: ids, Rows: s.rows(len(ids)), Tap: s.r.tap}
	for i := range ids {
		b.Want = append(b.Want, i)
		if s.adapter != nil {
			b.Adapters = append(b.Adapters, s.adapter)
		}
	}
	out, err := s.r.m.Forward(s.r.ops, b, s.r.kv)
	if err != nil {
		s.r.t.Fatal(err)
	}
	return append([]float32(nil), out...)
}

// greedy continues a sequence whose last logits are given.
func (s *stream) greedy(logits []float32, n int) []int32 {
	v := s.r.m.Shape().Vocab
	var ids []int32
	for range n {
		id := int32(argmax(logits[len(logits)-v:]))
		ids = append(ids, id)
		logits = s.feed([]int32{id})
	}
	return ids
}

func argmax(x []float32) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	return best
}

// logProbs returns the log-probabilities of one row, in float64.
func logProbs(x []float32) []float64 {
	top := float64(x[argmax(x)])
	sum := 0.0
	for _, v := range x {
		sum += math.Exp(float64(v) - top)
	}
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v) - top - math.Log(sum)
	}
	return out
}

// divergence returns the mean KL(want || got) over rows of v logits.
func divergence(want, got []float32, v int) float64 {
	total := 0.0
	for r := range len(want) / v {
		p, q := logProbs(want[r*v:(r+1)*v]), logProbs(got[r*v:(r+1)*v])
		for i := range p {
			total += math.Exp(p[i]) * (p[i] - q[i])
		}
	}
	return total / float64(len(want)/v)
}

// furthest returns the largest absolute difference.
func furthest(got, want []float32) float64 {
	worst := 0.0
	for i := range want {
		d := math.Abs(float64(got[i]) - float64(want[i]))
		if !(d <= worst) { // a NaN is the worst
			worst = d
		}
	}
	return worst
}
