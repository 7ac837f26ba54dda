package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"exaone/engine"
	"exaone/model"
	"exaone/tensor"
	"exaone/weights"
)

// Turn is what a process of its own measures for [RunGenerations]: one design with a number of sequences.
type Turn struct {
	Path      string  // the checkpoint; its prepared form is used if it has one
	Threads   int     // that compute
	Half      bool    // keep keys and values in 16 bits, not in 8
	Reserve   int     // positions that each sequence's cache takes from the beginning, one stretch of memory; 0 is those it has
	Context   int     // positions of each sequence before the steps that are timed
	Sequences int     // that run at once
	Steps     int     // that are timed
	IDs       []int32 // the text, which every sequence goes through from a place of its own
}

// TurnResult is what came of a turn.
type TurnResult struct {
	Seconds []float64 // that each timed step took: one token for every sequence
	Peak    int64     // bytes of the process that were in memory at most, pages of mapped files too; 0 is unknown
	File    int64     // of them pages of files
}

// warmSteps are not timed: they bring the weights from the page cache into the process.
const warmSteps = 2

// RunTurn loads the checkpoint, brings every sequence to its context and takes the steps. A step is what the engine's
// loop does for streams alone: one forward pass over a token of each sequence, and the likeliest next token of each.
// The peak is that of the whole life of the process, so a turn should have one to itself.
func RunTurn(ctx context.Context, t Turn) (r TurnResult, err error) {
	f, _, err := weights.OpenFast(t.Path)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	m, err := model.Load(f)
	if err != nil {
		return r, err
	}
	if err := t.check(m.Shape()); err != nil {
		return r, err
	}
	words, err := engine.OpenTokenizer(t.Path) // an engine has it in memory too
	if err != nil {
		return r, err
	}
	defer runtime.KeepAlive(words)
	s, err := newStepper(t, m)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.begin(); err != nil {
		return r, err
	}
	for i := range warmSteps + t.Steps {
		if ctx.Err() != nil {
			return r, context.Cause(ctx)
		}
		start := time.Now()
		if err := s.step(i); err != nil {
			return r, err
		}
		if i >= warmSteps {
			r.Seconds = append(r.Seconds, time.Since(start).Seconds())
		}
	}
	_, r.File, r.Peak, _ = resident()
	return r, nil
}

func (t *Turn) check(s model.Shape) error {
	for _, x := range []struct {
		name       string
		found, min int
		max        int
	}{
		{"sequences", t.Sequences, 1, 1 << 10}, {"steps", t.Steps, 1, s.Window}, {"threads", t.Threads, 1, 1 << 10},
		{"context", t.Context, 0, s.Window - warmSteps - t.Steps}, {"reserve", t.Reserve, 0, s.Window},
		{"ids", len(t.IDs), 1, 1 << 24},
	} {
		if x.found < x.min || x.found > x.max {
			return fmt.Errorf("%s: found %d, want %d to %d", x.name, x.found, x.min, x.max)
		}
	}
	for _, id := range t.IDs {
		if id < 0 || int(id) >= s.Vocab {
			return fmt.Errorf("ids: found %d, want 0 to %d", id, s.Vocab-1)
		}
	}
	return nil
}

// stepper runs the sequences of a turn.
type stepper struct {
	turn  Turn
	net   model.Model
	pool  *tensor.Pool
	ops   tensor.Ops
	kv    *tensor.KV
	each  int       // pages of a sequence
	pages [][]int32 // of each sequence
	batch model.Batch
}

func newStepper(t Turn, m model.Model) (*stepper, error) {
	shape := m.Shape()
	kind := tensor.Q8_0
	if t.Half || !tensor.KVFits(kind, shape.HeadDim) {
		kind = tensor.F16
	}
	positions := max(t.Reserve, t.Context+warmSteps+t.Steps)
	s := &stepper{turn: t, net: m, each: (positions + pageSpan - 1) / pageSpan}
	var err error
	s.kv, err = tensor.NewKV(tensor.KVOptions{
		Layers: shape.Layers, Heads: shape.KVHeads, HeadDim: shape.HeadDim, PageSize: pageSpan, Pages: s.each * t.Sequences, Type: kind,
	})
	if err != nil {
		return nil, err
	}
	if t.Reserve > 0 {
		touch(s.kv)
	}
	s.pool = tensor.NewPool(t.Threads)
	s.ops = tensor.NewCPU(s.pool, false)
	for i := range t.Sequences {
		list := make([]int32, s.each)
		for j := range list {
			list[j] = int32(i*s.each + j) // one after the other: a sequence's cache is one stretch of memory
		}
		s.pages = append(s.pages, list)
	}
	return s, nil
}

func (s *stepper) close() error {
	s.pool.Close()
	return s.kv.Close()
}

// touch takes all memory of a cache from the system, as a program does that reserves it.
func touch(kv *tensor.KV) {
	for page := range kv.Pages {
		b := kv.PageBytes(int32(page))
		for i := 0; i < len(b); i += 4096 {
			b[i] = 0
		}
	}
}

// begin reads the beginning of the text, a page of it, and gives every sequence its context: copies of that page. What
// is in a cache changes nothing in the time that it takes to read it.
func (s *stepper) begin() error {
	n := min(s.turn.Context, pageSpan)
	if n == 0 {
		return nil
	}
	b := model.Batch{Want: []int{n - 1}, Adapters: make([]*model.Adapter, n)}
	for i := range n {
		b.IDs = append(b.IDs, s.turn.IDs[i%len(s.turn.IDs)])
		b.Rows = append(b.Rows, tensor.Row{Pos: i, Pages: s.pages[0]})
	}
	if _, err := s.net.Forward(s.ops, &b, s.kv); err != nil {
		return err
	}
	filled := (s.turn.Context + pageSpan - 1) / pageSpan
	for i, list := range s.pages {
		for j, page := range list[:filled] {
			if i+j > 0 {
				s.kv.CopyPage(page, s.pages[0][0])
			}
		}
	}
	return nil
}

// step gives every sequence one more token of the text.
func (s *stepper) step(number int) error {
	b := &s.batch
	if b.IDs == nil {
		n := s.turn.Sequences
		b.IDs, b.Rows, b.Adapters = make([]int32, n), make([]tensor.Row, n), make([]*model.Adapter, n)
		for i := range n {
			b.Want = append(b.Want, i)
		}
	}
	total := len(s.turn.IDs)
	for i := range b.IDs {
		b.IDs[i] = s.turn.IDs[(pageSpan+number+i*total/s.turn.Sequences)%total]
		b.Rows[i] = tensor.Row{Pos: s.turn.Context + number, Pages: s.pages[i]}
	}
	logits, err := s.net.Forward(s.ops, b, s.kv)
	if err != nil {
		return err
	}
	vocab := len(logits) / s.turn.Sequences
	for i := range b.IDs {
		row := logits[i*vocab : (i+1)*vocab]
		if best := slices.Max(row); best != best { // the likeliest token of a step is what an engine takes
			return fmt.Errorf("step %d, sequence %d: the logits are not numbers", number, i)
		}
	}
	return nil
}
