package model

import (
	"errors"
	"fmt"
	"math"

	"exaone/tensor"
)

// Encoder is a loaded encoder: it reads whole texts, each token of which sees all others, and makes of each text a
// vector, or a score. It is immutable after load, but for the memory of its step: Encode may be called by one
// goroutine at a time.
type Encoder struct {
	config *encoderConfig

	words     *tensor.Tensor // [v, d]
	positions *tensor.Tensor // [positions, d]
	types     *tensor.Tensor // [types, d]; nil if there are none
	norm      layerNorm
	layers    []encoderLayer
	head      *rankHead // nil for one that embeds

	step encoderStep
}

// layerNorm is the weight and the bias of a norm, [d] each.
type layerNorm struct{ weight, bias []float32 }

// encoderLayer is one layer: attention and MLP, each followed by a norm of its sum with what it read.
type encoderLayer struct {
	q, k, v, o        linear
	up, down          linear
	attnNorm, outNorm layerNorm
}

// rankHead makes a score of the first token's hidden state: tanh(dense(x)) is projected to one number. dense.w is nil
// if there is no such layer.
type rankHead struct{ dense, out linear }

// Texts is one step of an encoder: whole texts, one after another.
type Texts struct {
	IDs     []int32
	Types   []int32 // the token type of each id; nil is 0 for all
	Lengths []int   // ids of each text

	// Stopped, if not nil, is asked between layers; true ends the step with [ErrStopped].
	Stopped func() bool

	// Tap is that of [Batch].
	Tap func(layer int, name string, data []float32)
}

// ErrStopped says that a step was ended because nobody wants what it makes.
var ErrStopped = errors.New("stopped")

// encoderStep is one Encode on its way: the activations of its n rows. Its memory is kept from step to step.
type encoderStep struct {
	ops   tensor.Ops
	texts *Texts
	n     int

	x, y     []float32 // [n, d]
	q, k, v  []float32 // [n, d]
	mix      []float32 // [n, d]
	up       []float32 // [n, f]
	place    []int32   // [n]
	pooled   []float32 // [texts, d]
	dense    []float32 // [texts, d]
	out      []float32 // [texts, d or 1]
	product  []tensor.Product
	attn     tensor.Attention // here, because a local would be on the heap
	typeZero []int32          // zeros
}

// Info returns what is known of the encoder.
func (e *Encoder) Info() EncoderInfo { return e.config.EncoderInfo }

// Encode returns one row for each text, in their order: a vector [texts, width], which is pooled and of any length, or
// a score [texts, 1]. What a text becomes is the same to the last bit whatever texts are beside it. The returned slice
// is valid until the next Encode.
func (e *Encoder) Encode(ops tensor.Ops, t *Texts) ([]float32, error) {
	if err := e.check(t); err != nil {
		return nil, err
	}
	s := &e.step
	s.ops, s.texts, s.n = ops, t, len(t.IDs)
	d, n := e.config.Width, s.n
	for _, list := range []*[]float32{&s.x, &s.y, &s.q, &s.k, &s.v, &s.mix} {
		*list = grow(*list, n*d)
	}
	s.up = grow(s.up, n*e.config.FFN)
	e.embed(s)
	for i := range e.layers {
		if t.Stopped != nil && t.Stopped() {
			return nil, ErrStopped
		}
		e.layer(s, i)
	}
	if e.head != nil {
		return e.score(s), nil
	}
	return e.pool(s), nil
}

// check reports texts that do not fit the encoder.
func (e *Encoder) check(t *Texts) error {
	n, c := 0, e.config
	for i, length := range t.Lengths {
		if length < 1 || length > c.Window {
			return fmt.Errorf("text %d: %d ids, want 1 to %d", i, length, c.Window)
		}
		n += length
	}
	if n == 0 || len(t.IDs) != n || t.Types != nil && len(t.Types) != n {
		return fmt.Errorf("%d ids and %d types of texts of %d, want as many of each, and some", len(t.IDs), len(t.Types), n)
	}
	for i, id := range t.IDs {
		if id < 0 || int(id) >= c.Vocab {
			return fmt.Errorf("id %d: %d, want 0 to %d", i, id, c.Vocab-1)
		}
	}
	for i, typ := range t.Types {
		if typ < 0 || int(typ) >= max(c.Types, 1) {
			return fmt.Errorf("token type %d: %d, want 0 to %d", i, typ, max(c.Types, 1)-1)
		}
	}
	return nil
}

func (s *encoderStep) tap(layer int, name string, data []float32) {
	if s.texts.Tap != nil {
		s.texts.Tap(layer, name, data)
	}
}

// embed adds up what each row begins with: its word, its place and its type.
func (e *Encoder) embed(s *encoderStep) {
	ops := s.ops
	ops.Embed(s.x, e.words, s.texts.IDs)
	s.place = s.place[:0]
	for _, length := range s.texts.Lengths {
		for i := range length {
			s.place = append(s.place, int32(e.config.offset+i))
		}
	}
	ops.Embed(s.y, e.positions, s.place)
	ops.Add(s.x, s.y)
	if e.types != nil {
		types := s.texts.Types
		if types == nil {
			for len(s.typeZero) < s.n {
				s.typeZero = append(s.typeZero, 0)
			}
			types = s.typeZero[:s.n]
		}
		ops.Embed(s.y, e.types, types)
		ops.Add(s.x, s.y)
	}
	s.tap(-1, "emb_sum", s.x)
	e.normalise(s, e.norm)
	s.tap(-1, "emb_norm", s.x)
}

func (e *Encoder) normalise(s *encoderStep, n layerNorm) {
	s.ops.LayerNorm(s.x, s.x, n.weight, n.bias, e.config.eps)
}

// layer runs layer i on s.x.
func (e *Encoder) layer(s *encoderStep, i int) {
	l, ops, c := &e.layers[i], s.ops, e.config
	s.tap(i, "layer_in", s.x)
	s.multiply(s.x, s.n, to{s.q, &l.q}, to{s.k, &l.k}, to{s.v, &l.v})
	s.tap(i, "q", s.q)
	s.tap(i, "k", s.k)
	s.tap(i, "v", s.v)
	s.attn = tensor.Attention{Q: s.q, K: s.k, V: s.v, Heads: c.Heads, Scale: float32(1 / math.Sqrt(float64(c.HeadDim)))}
	ops.AttendWhole(s.mix, &s.attn, s.texts.Lengths)
	s.tap(i, "attn_mix", s.mix)
	s.multiply(s.mix, s.n, to{s.y, &l.o})
	s.tap(i, "attn_out", s.y)
	ops.Add(s.x, s.y)
	e.normalise(s, l.attnNorm)
	s.tap(i, "attn_norm", s.x)
	s.multiply(s.x, s.n, to{s.up, &l.up})
	ops.GELU(s.up)
	s.tap(i, "ffn_act", s.up)
	s.multiply(s.up, s.n, to{s.y, &l.down})
	s.tap(i, "ffn_out", s.y)
	ops.Add(s.x, s.y)
	e.normalise(s, l.outNorm)
	s.tap(i, "layer_out", s.x)
}

// multiply runs linears on n rows, with their biases.
func (s *encoderStep) multiply(x []float32, n int, outs ...to) {
	s.product = s.product[:0]
	for _, o := range outs {
		s.product = append(s.product, tensor.Product{Dst: o.dst, W: o.l.w})
	}
	s.ops.MatMul(x, n, s.product...)
	for _, o := range outs {
		s.ops.Add(o.dst, o.l.bias)
	}
}

// pool makes one row of the rows of each text.
func (e *Encoder) pool(s *encoderStep) []float32 {
	d, row := e.config.Width, 0
	s.out = grow(s.out, len(s.texts.Lengths)*d)
	for i, length := range s.texts.Lengths {
		out := s.out[i*d : (i+1)*d]
		copy(out, s.x[row*d:(row+1)*d])
		if e.config.Pooling == PoolMean {
			for r := row + 1; r < row+length; r++ {
				s.ops.Add(out, s.x[r*d:(r+1)*d])
			}
			s.ops.Scale(out, 1/float32(length))
		}
		row += length
	}
	return s.out
}

// score makes a number of the first row of each text.
func (e *Encoder) score(s *encoderStep) []float32 {
	d, n, row := e.config.Width, len(s.texts.Lengths), 0
	s.pooled, s.dense, s.out = grow(s.pooled, n*d), grow(s.dense, n*d), grow(s.out, n)
	for i, length := range s.texts.Lengths {
		copy(s.pooled[i*d:(i+1)*d], s.x[row*d:])
		row += length
	}
	last := s.pooled
	if e.head.dense.w != nil {
		s.multiply(s.pooled, n, to{s.dense, &e.head.dense})
		s.ops.SoftCap(s.dense, 1) // tanh
		last = s.dense
	}
	s.multiply(last, n, to{s.out, &e.head.out})
	return s.out
}
