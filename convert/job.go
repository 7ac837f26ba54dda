package convert

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"exaone/model"
	"exaone/tensor"
	"exaone/weights"
)

// job is one conversion.
type job struct {
	ctx    context.Context
	o      Options
	f      *weights.File
	infos  map[string]weights.Info
	files  []*os.File // by part, opened when needed
	lanes  []lane
	report Report
	done   int64
	total  int64
}

// lane is the memory of one goroutine.
type lane struct {
	src      *weights.Rows
	raw, out []byte
	x        []float32
	err      error
}

// laneNumbers is how many numbers a lane takes at a time, unless a row has more.
const laneNumbers = 1 << 18

func newJob(ctx context.Context, f *weights.File, o Options) *job {
	j := &job{ctx: ctx, o: o, f: f, infos: map[string]weights.Info{}, lanes: make([]lane, threads(o))}
	j.report.Types = map[tensor.Type]int{}
	for _, t := range f.Tensors() {
		j.infos[t.Name] = t
	}
	j.files = make([]*os.File, len(f.Paths()))
	return j
}

func (j *job) close() {
	for _, f := range j.files {
		if f != nil {
			f.Close() // read only: nothing can be lost
		}
	}
}

// entriesGGUF decides on the types of all tensors.
func (j *job) entriesGGUF(moves []model.Move, layers int, made []*tensor.Tensor) []weights.Entry {
	var entries []weights.Entry
	hasHead := false
	for _, m := range moves {
		hasHead = hasHead || m.GGUF == "output.weight"
	}
	for _, m := range moves {
		t := j.infos[m.From]
		head := m.GGUF == "output.weight" || !hasHead && m.GGUF == "token_embd.weight"
		entries = append(entries, j.entry(m, j.typeGGUF(m, t, layers, head)))
	}
	for _, t := range made {
		j.report.Types[t.Type]++
		entries = append(entries, weights.Stored(t))
	}
	return entries
}

// typeGGUF returns the type that a tensor gets in a GGUF file. Vectors, norms and what is small stay float32.
func (j *job) typeGGUF(m model.Move, t weights.Info, layers int, head bool) tensor.Type {
	switch {
	case len(t.Shape) < 2 || !strings.HasSuffix(m.GGUF, ".weight") || strings.HasSuffix(m.GGUF, "norm.weight"):
		return tensor.F32
	case j.o.Mix.Name == "" && m.Scale == 1:
		return t.Type
	case j.o.Mix.Name == "" || j.o.Mix.Float() && m.Scale != 1:
		return tensor.F32 // a product has more digits than its factors
	}
	want, columns := j.o.Mix.choose(m.GGUF, m.Layer, layers, head), t.Shape[len(t.Shape)-1]
	is := fitting(want, columns)
	if is != want {
		j.report.Fell = append(j.report.Fell, Fallback{Name: m.To, Columns: columns, Want: want, Is: is})
	}
	return is
}

// entry returns what writes a tensor as typ.
func (j *job) entry(m model.Move, typ tensor.Type) weights.Entry {
	t := j.infos[m.From]
	j.report.Types[typ]++
	j.total += t.Bytes
	return weights.Entry{Name: m.To, Type: typ, Shape: t.Shape, Write: func(w io.Writer) error { return j.write(w, t, m, typ) }}
}

// source opens the file of a tensor, and gives each lane a reader of it. The data of a prepared file are compared with
// their sums first.
func (j *job) source(info weights.Info) error {
	if j.files[info.Part] == nil {
		f, err := os.Open(j.f.Paths()[info.Part])
		if err != nil {
			return err
		}
		j.files[info.Part] = f
	}
	for i := range j.lanes {
		var err error
		if j.lanes[i].src, err = j.f.Rows(info.Name, j.files[info.Part]); err != nil {
			return err
		}
	}
	return j.lanes[0].src.Verify()
}

// write reads, changes and writes a tensor. The lanes work on neighbouring stretches of rows at the same time and are
// written in order.
func (j *job) write(w io.Writer, info weights.Info, m model.Move, typ tensor.Type) error {
	if err := j.source(info); err != nil {
		return err
	}
	cols := info.Shape[len(info.Shape)-1]
	rows := 1
	for _, d := range info.Shape[:len(info.Shape)-1] {
		rows *= d
	}
	step := max(1, laneNumbers/cols)
	s := stretch{cols: cols, from: info.Type, to: typ, move: m}
	for lo := 0; lo < rows; lo += step * len(j.lanes) {
		if err := j.ctx.Err(); err != nil {
			return err
		}
		var group sync.WaitGroup
		used := 0
		for i := range j.lanes {
			first := lo + i*step
			if first >= rows {
				break
			}
			used++
			group.Go(func() { j.lanes[i].err = j.lanes[i].run(s, first, min(first+step, rows)) })
		}
		group.Wait()
		for i := range j.lanes[:used] {
			l := &j.lanes[i]
			if l.err != nil {
				return l.err
			}
			if _, err := w.Write(l.out); err != nil {
				return err
			}
			j.advance(int64(len(l.raw)))
		}
	}
	return nil
}

func (j *job) advance(n int64) {
	j.done += n
	if j.o.Progress != nil {
		j.o.Progress(j.done, j.total)
	}
}

// stretch is a tensor to be converted, of which lanes take rows.
type stretch struct {
	cols     int
	from, to tensor.Type
	move     model.Move
}

// run converts rows [lo, hi) into l.out.
func (l *lane) run(s stretch, lo, hi int) error {
	n, row := (hi-lo)*s.cols, s.from.Bytes(s.cols)
	l.raw = grow(l.raw, (hi-lo)*row)
	if s.move.Row == nil {
		if _, err := l.src.ReadAt(l.raw, int64(lo*row)); err != nil {
			return err
		}
	} else {
		for r := lo; r < hi; r++ {
			if _, err := l.src.ReadAt(l.raw[(r-lo)*row:(r-lo+1)*row], int64(s.move.Row(r)*row)); err != nil {
				return err
			}
		}
	}
	l.x = grow(l.x, n)
	tensor.Dequantize(l.x, s.from, l.raw)
	l.out = grow(l.out, s.to.Bytes(n))
	var err error
	switch {
	case !s.move.Exact():
		for i, v := range l.x {
			l.x[i] = (v + s.move.Plus) * s.move.Scale
		}
		err = tensor.Quantize(l.out, s.to, l.x)
	case s.from == s.to:
		err = tensor.Finite(l.x)
		copy(l.out, l.raw)
	default:
		err = tensor.Quantize(l.out, s.to, l.x)
	}
	if bad, ok := errors.AsType[*tensor.NumberError](err); ok {
		return fmt.Errorf("row %d, column %d is %g, want %s", lo+bad.Index/s.cols, bad.Index%s.cols, bad.Value, bad.Want)
	}
	return err
}

// grow returns s with length n, and new memory only if it must.
func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
