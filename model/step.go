package model

import (
	"errors"
	"fmt"

	"exaone/tensor"
)

// step is one Forward on its way: the batch, and the activations of its n rows. Its memory is kept from
// step to step. The methods are the parts that decoders share; an architecture's Forward strings them
// together, and each names what it has made for Batch.Tap.
type step struct {
	frame *frame
	ops   tensor.Ops
	b     *Batch
	kv    *tensor.KV
	n     int
	layer int

	x       []float32 // the residual stream, [n, d]
	a       []float32 // x after a norm, [n, d]; attention and MLP read it
	y       []float32 // what attention or MLP adds, [n, d]
	q       []float32 // [n, h, e]
	k, v    []float32 // [n, g, e]
	mix     []float32 // [n, h, e]
	gate    []float32 // [n, f]
	up      []float32 // [n, f]
	wanted  []float32 // rows of Want, [len(Want), d]
	out     []float32 // [len(Want), v]
	low     []float32 // of adapters: [rows, r]
	high    []float32 // of adapters: [rows, m]
	ropes   []*rope   // whose angles are those of the batch
	product []tensor.Product
	attn    tensor.Attention // here, because a local would be on the heap
}

// frame is what all decoders have around their layers.
type frame struct {
	shape    Shape
	ffn      int
	eps      float32
	embed    *tensor.Tensor // [v, d]
	scale    float32        // of the embedding
	norm     []float32      // [d]
	head     *tensor.Tensor // [v, d]
	finalCap float32
	linears  map[string]int // where each linear is in an Adapter, by its GGUF name
	sizes    *[][2]int      // of each linear: outputs and inputs
	steps    [2]step        // one, and one that runs while it pauses
	paused   bool
}

// Shape implements [Model].
func (f *frame) Shape() Shape { return f.shape }

// begin checks the batch and embeds it.
func (f *frame) begin(ops tensor.Ops, b *Batch, kv *tensor.KV, ropes ...*rope) (*step, error) {
	if err := f.check(b, kv); err != nil {
		return nil, err
	}
	s := &f.steps[0]
	if f.paused {
		s = &f.steps[1]
	}
	s.frame, s.ops, s.b, s.kv, s.n, s.layer = f, ops, b, kv, len(b.Rows), -1
	s.ropes = append(s.ropes[:0], ropes...)
	n, q, g := s.n, f.shape.Heads*f.shape.HeadDim, f.shape.KVHeads*f.shape.HeadDim
	s.x, s.a, s.y = grow(s.x, n*f.shape.Width), grow(s.a, n*f.shape.Width), grow(s.y, n*f.shape.Width)
	s.q, s.mix = grow(s.q, n*q), grow(s.mix, n*q)
	s.k, s.v = grow(s.k, n*g), grow(s.v, n*g)
	s.gate, s.up = grow(s.gate, n*f.ffn), grow(s.up, n*f.ffn)
	ops.Embed(s.x, f.embed, b.IDs)
	if f.scale != 1 {
		ops.Scale(s.x, f.scale)
	}
	for i, e := range b.Embeddings {
		if e != nil {
			copy(s.x[i*f.shape.Width:(i+1)*f.shape.Width], e)
		}
	}
	for _, r := range s.ropes {
		r.turn(b.Rows)
	}
	return s, nil
}

// check reports a batch that does not fit the model or the cache.
func (f *frame) check(b *Batch, kv *tensor.KV) error {
	n := len(b.Rows)
	if f.paused && b.Pause != nil {
		return errors.New("a batch that runs while another pauses may not pause itself")
	}
	if kv.Layers != f.shape.Layers || kv.Heads != f.shape.KVHeads || kv.HeadDim != f.shape.HeadDim {
		return fmt.Errorf("cache of %d layers, %d heads of %d, want %d, %d of %d",
			kv.Layers, kv.Heads, kv.HeadDim, f.shape.Layers, f.shape.KVHeads, f.shape.HeadDim)
	}
	if n == 0 || len(b.IDs) != n || b.Embeddings != nil && len(b.Embeddings) != n || b.Adapters != nil && len(b.Adapters) != n {
		return fmt.Errorf("batch of %d rows, %d ids, %d embeddings, %d adapters, want as many of each", n, len(b.IDs),
			len(b.Embeddings), len(b.Adapters))
	}
	for i, row := range b.Rows {
		if id := b.IDs[i]; id < 0 || int(id) >= f.shape.Vocab {
			return fmt.Errorf("row %d: id %d, want 0 to %d", i, id, f.shape.Vocab-1)
		}
		if row.Pos < 0 || row.Pos/kv.PageSize >= len(row.Pages) {
			return fmt.Errorf("row %d: position %d is not on its %d pages of %d", i, row.Pos, len(row.Pages), kv.PageSize)
		}
		for _, p := range row.Pages[:row.Pos/kv.PageSize+1] {
			if p < 0 || int(p) >= kv.Pages {
				return fmt.Errorf("row %d: page %d, want 0 to %d", i, p, kv.Pages-1)
			}
		}
		if b.Embeddings != nil && b.Embeddings[i] != nil && len(b.Embeddings[i]) != f.shape.Width {
			return fmt.Errorf("row %d: embedding of %d numbers, want %d", i, len(b.Embeddings[i]), f.shape.Width)
		}
		if b.Adapters != nil && b.Adapters[i] != nil && b.Adapters[i].model != f {
			return fmt.Errorf("row %d: adapter of another model", i)
		}
	}
	last := -1
	for _, w := range b.Want {
		if w <= last || w >= n {
			return fmt.Errorf("wanted row %d after %d of %d rows, want ascending", w, last, n)
		}
		last = w
	}
	return nil
}

func (s *step) tap(name string, data []float32) {
	if s.b.Tap != nil {
		s.b.Tap(s.layer, name, data)
	}
}

// enter begins layer l.
func (s *step) enter(l int) error {
	if l > 0 && s.b.Pause != nil {
		if err := s.pause(); err != nil {
			return err
		}
	}
	s.layer = l
	s.tap("layer_in", s.x)
	return nil
}

// pause lets other batches run. The angles are all that they share with this one.
func (s *step) pause() error {
	f := s.frame
	f.paused = true
	defer func() { f.paused = false }() // also if one panics
	ran, err := s.b.Pause()
	if ran {
		for _, r := range s.ropes {
			r.turn(s.b.Rows)
		}
	}
	return err
}

// norm writes the normalised residual stream to s.a.
func (s *step) norm(name string, weight []float32) {
	s.ops.RMSNorm(s.a, s.x, weight, s.frame.eps)
	s.tap(name, s.a)
}

// bare takes the residual stream as it is into s.a.
func (s *step) bare() { copy(s.a, s.x) }

// qkv projects s.a to queries, keys and values.
func (s *step) qkv(l *attention) {
	s.multiply(s.a, to{s.q, &l.q}, to{s.k, &l.k}, to{s.v, &l.v})
	s.tap("q", s.q)
	s.tap("k", s.k)
	s.tap("v", s.v)
}

// headNorm normalises every head of queries and keys.
func (s *step) headNorm(l *attention) {
	s.ops.RMSNorm(s.q, s.q, l.qNorm, s.frame.eps)
	s.ops.RMSNorm(s.k, s.k, l.kNorm, s.frame.eps)
}

// rotate applies rotary positions; a nil rope leaves queries and keys without.
func (s *step) rotate(r *rope) {
	if r != nil {
		s.ops.Rotate(s.q, s.frame.shape.Heads, &r.rotation)
		s.ops.Rotate(s.k, s.frame.shape.KVHeads, &r.rotation)
	}
	s.tap("q_rope", s.q)
	s.tap("k_rope", s.k)
}

// attend mixes values and projects the result to s.y.
func (s *step) attend(l *attention, scale, softCap float32, window int) {
	s.attn = tensor.Attention{Q: s.q, K: s.k, V: s.v, Heads: s.frame.shape.Heads, Scale: scale, SoftCap: softCap, Window: window}
	s.ops.Attend(s.mix, &s.attn, s.kv, s.layer, s.b.Rows)
	s.tap("attn_mix", s.mix)
	s.multiply(s.mix, to{s.y, &l.o})
	s.tap("attn_out", s.y)
}

// swiglu and geglu run the MLP on s.a into s.y.
func (s *step) swiglu(l *mlp) {
	s.multiply(s.a, to{s.gate, &l.gate}, to{s.up, &l.up})
	s.ops.SwiGLU(s.gate, s.gate, s.up)
	s.down(l)
}

func (s *step) geglu(l *mlp) {
	s.multiply(s.a, to{s.gate, &l.gate}, to{s.up, &l.up})
	s.ops.GeGLU(s.gate, s.gate, s.up)
	s.down(l)
}

func (s *step) down(l *mlp) {
	s.tap("ffn_act", s.gate)
	s.multiply(s.gate, to{s.y, &l.down})
	s.tap("ffn_out", s.y)
}

// postNorm normalises what attention or MLP adds.
func (s *step) postNorm(name string, weight []float32) {
	s.ops.RMSNorm(s.y, s.y, weight, s.frame.eps)
	s.tap(name, s.y)
}

// residual adds s.y to the residual stream.
func (s *step) residual(name string) {
	s.ops.Add(s.x, s.y)
	s.tap(name, s.x)
}

// finish normalises the wanted rows and, unless hidden states are wanted, multiplies them by the head.
func (s *step) finish() ([]float32, error) {
	f, d := s.frame, s.frame.shape.Width
	s.layer = -1
	s.wanted = grow(s.wanted, len(s.b.Want)*d)
	for i, w := range s.b.Want {
		copy(s.wanted[i*d:], s.x[w*d:(w+1)*d])
	}
	if len(s.b.Want) == 0 {
		return s.wanted, nil
	}
	s.ops.RMSNorm(s.wanted, s.wanted, f.norm, f.eps)
	s.tap("final_norm", s.wanted)
	if s.b.Hidden {
		return s.wanted, nil
	}
	s.out = grow(s.out, len(s.b.Want)*f.shape.Vocab)
	s.product = append(s.product[:0], tensor.Product{Dst: s.out, W: f.head})
	s.ops.MatMul(s.wanted, len(s.b.Want), s.product...)
	if f.finalCap != 0 {
		s.ops.SoftCap(s.out, f.finalCap)
	}
	return s.out, nil
}
