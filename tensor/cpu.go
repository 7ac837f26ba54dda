package tensor

import (
	"fmt"
	"math"
)

// CPU computes on the processor, sharing a pool with others.
type CPU struct {
	pool    *Pool
	exact   bool
	kern    *kernels
	act     activations
	workers []scratch // one per thread of the pool
	lines   tokenLines

	// Of the MatMul that is running.
	unit    func(worker, unit int) // compute, bound once: a new closure would be on the heap
	parts   []part
	units   int
	product []Product
	x       []float32
	n       int

	attention attendJob
}

// scratch is one worker's memory between calls.
type scratch struct {
	floats           [blockRows][]float32 // rows of a weight in float32
	q                []int8               // rows of a quantised weight, or a panel of them
	scale, min       []float32            // of its groups
	rowQ             []int8               // rows of a panel before they are interleaved
	rowScale, rowMin []float32
	acc              []float32 // results of a block of rows, [n, blockRows]
	attend           attendScratch
	row              []byte // of an interleaved weight
	vector           vectorScratch
	four             [4]float32 // what dot4 returns; here, because a local would move to the heap
}

// NewCPU returns the operations on this machine's processor, on the best path it has or the one that
// [ForceCPU] chose. With exact, weights of every type are dequantised and multiplied in float32; otherwise
// activations are rounded to int8 for quantised weights. The pool stays the caller's.
func NewCPU(pool *Pool, exact bool) *CPU {
	c := &CPU{pool: pool, exact: exact, kern: bestPath(), workers: make([]scratch, pool.Threads())}
	c.unit = c.compute
	c.bindAttend()
	return c
}

// Exact implements [Ops].
func (c *CPU) Exact() bool { return c.exact }

// Path returns the name of the kernels in use.
func (c *CPU) Path() string { return c.kern.name }

// Embed implements [Ops].
func (c *CPU) Embed(dst []float32, table *Tensor, ids []int32) {
	c.verify(table)
	d := table.Cols()
	for i, id := range ids {
		c.row(&c.workers[0], dst[i*d:(i+1)*d], table, int(id))
	}
}

// row writes row r of w to dst in float32.
func (c *CPU) row(s *scratch, dst []float32, w *Tensor, r int) {
	data := rowOf(w, r, &s.row)
	switch w.Type {
	case BF16:
		c.kern.bfloats(dst, data)
	case F16:
		c.kern.halves(dst, data)
	default:
		Dequantize(dst, w.Type, data)
	}
}

// RMSNorm implements [Ops]. The sum of squares is kernels.dot.
func (c *CPU) RMSNorm(dst, x, weight []float32, eps float32) {
	d := len(weight)
	c.rows(len(x)/d, d, func(_, i int) {
		src, out := x[i*d:(i+1)*d], dst[i*d:(i+1)*d]
		mean := float64(c.kern.dot(src, src)) / float64(d)
		s := float32(1 / math.Sqrt(mean+float64(eps)))
		for j, w := range weight {
			out[j] = float32(src[j]*s) * w
		}
	})
}

// rows calls f for n rows of d numbers: on the pool if it is worth waking it.
func (c *CPU) rows(n, d int, f func(worker, i int)) {
	const worthwhile = 1 << 14
	if n > 1 && n*d >= worthwhile {
		c.pool.Run(n, f)
		return
	}
	for i := range n {
		f(0, i)
	}
}

// Rotate implements [Ops].
func (c *CPU) Rotate(x []float32, heads int, r *Rotation) {
	half := r.Half
	if len(r.Sin) != len(r.Cos) || len(x) != 2*heads*len(r.Cos) {
		panic(fmt.Sprintf("rotate: %d numbers, want %d heads of twice %d angles", len(x), heads, len(r.Cos)))
	}
	for row := range len(r.Cos) / half {
		cos, sin := r.Cos[row*half:(row+1)*half], r.Sin[row*half:(row+1)*half]
		for h := range heads {
			head := x[(row*heads+h)*2*half:][:2*half]
			if r.Interleaved {
				rotatePairs(head, cos, sin)
			} else {
				rotateHalves(head, cos, sin)
			}
		}
	}
}

func rotateHalves(x, cos, sin []float32) {
	lo, hi := x[:len(cos)], x[len(cos):]
	for i, c := range cos {
		a, b := lo[i], hi[i]
		lo[i] = float32(a*c) - float32(b*sin[i])
		hi[i] = float32(b*c) + float32(a*sin[i])
	}
}

func rotatePairs(x, cos, sin []float32) {
	for i, c := range cos {
		a, b := x[2*i], x[2*i+1]
		x[2*i] = float32(a*c) - float32(b*sin[i])
		x[2*i+1] = float32(b*c) + float32(a*sin[i])
	}
}

// piece is how many numbers of an elementwise operation a worker takes at once.
const piece = 1024

// pieces calls f for stretches [lo, hi) that cover [0, n).
func (c *CPU) pieces(n int, f func(lo, hi int)) {
	c.rows((n+piece-1)/piece, 2*piece, func(_, i int) { f(i*piece, min((i+1)*piece, n)) })
}

// SwiGLU implements [Ops].
func (c *CPU) SwiGLU(dst, gate, up []float32) {
	c.pieces(len(gate), func(lo, hi int) { c.kern.swiglu(dst[lo:hi], gate[lo:hi], up[lo:hi]) })
}

// GeGLU implements [Ops]. gelu(g) = g/2 · (1 + tanh(u)) = g · sigmoid(2u), u = √(2/π) · (g + 0.044715 g³).
func (c *CPU) GeGLU(dst, gate, up []float32) {
	const twice = 2 * 0.7978845608028654
	c.pieces(len(gate), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			g := gate[i]
			u := twice * (g + float32(0.044715*float32(float32(g*g)*g)))
			dst[i] = g / (1 + exp32(-u)) * up[i]
		}
	})
}

// Add implements [Ops].
func (c *CPU) Add(dst, x []float32) {
	for len(dst) >= len(x) && len(x) > 0 {
		row := dst[:len(x)]
		for i, v := range x {
			row[i] += v
		}
		dst = dst[len(x):]
	}
	if len(dst) != 0 {
		panic(fmt.Sprintf("add: %d numbers left over, want a multiple of %d", len(dst), len(x)))
	}
}

// Scale implements [Ops].
func (c *CPU) Scale(x []float32, s float32) {
	for i := range x {
		x[i] *= s
	}
}

// SoftCap implements [Ops].
func (c *CPU) SoftCap(x []float32, limit float32) {
	c.pieces(len(x), func(lo, hi int) { softCap(x[lo:hi], limit) })
}

func softCap(x []float32, limit float32) {
	for i, v := range x {
		x[i] = limit * tanh32(v/limit)
	}
}
