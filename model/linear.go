package model

import "exaone/tensor"

// linear is y = W·x + bias, and the number under which adapters change it.
type linear struct {
	w     *tensor.Tensor // [m, k]
	bias  []float32      // [m], or nil
	index int
}

// attention holds the weights of one layer's attention. The norms are nil where there are none.
type attention struct {
	q, k, v, o   linear
	qNorm, kNorm []float32 // [e]
}

// mlp holds the weights of one layer's gated MLP.
type mlp struct {
	gate, up, down linear
}

// to is one linear of several that read the same rows, and where its result goes.
type to struct {
	dst []float32
	l   *linear
}

// multiply runs linears on the n rows of x, with biases and each row's adapter.
func (s *step) multiply(x []float32, outs ...to) {
	s.product = s.product[:0]
	for _, o := range outs {
		s.product = append(s.product, tensor.Product{Dst: o.dst, W: o.l.w})
	}
	s.ops.MatMul(x, s.n, s.product...)
	for _, o := range outs {
		if o.l.bias != nil {
			s.ops.Add(o.dst, o.l.bias)
		}
		s.adapt(o.dst, x, o.l.index)
	}
}

// adapt adds the low-rank change of each row's adapter: y += (alpha/r)·B(A·x). Rows that follow each other
// with the same adapter go together, which changes no bit of them.
func (s *step) adapt(dst, x []float32, index int) {
	adapters := s.b.Adapters
	for lo := 0; lo < len(adapters); {
		hi := lo + 1
		for hi < len(adapters) && adapters[hi] == adapters[lo] {
			hi++
		}
		if adapters[lo] != nil {
			if p := adapters[lo].parts[index]; p != nil {
				s.adaptRows(dst, x, p, lo, hi)
			}
		}
		lo = hi
	}
}

// adaptRows is adapt for rows [lo, hi).
func (s *step) adaptRows(dst, x []float32, p *lowRank, lo, hi int) {
	n, k, r, m := hi-lo, p.a.Cols(), p.a.Rows(), p.b.Rows()
	s.low, s.high = grow(s.low, n*r), grow(s.high, n*m)
	s.ops.MatMul(x[lo*k:hi*k], n, tensor.Product{Dst: s.low, W: p.a})
	s.ops.MatMul(s.low, n, tensor.Product{Dst: s.high, W: p.b})
	s.ops.Scale(s.high, p.scale)
	s.ops.Add(dst[lo*m:hi*m], s.high)
}
