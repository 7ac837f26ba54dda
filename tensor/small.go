package tensor

import (
	"fmt"
	"math"
)

// smallJob is the small operation that is running. The functions that the pool runs are bound once, because a new
// closure would be on the heap.
type smallJob struct {
	dst, x, y []float32
	eps       float32
	rotation  *Rotation
	heads     int

	norm, rotate, swiglu, geglu, softCap, add func(worker, i int)
}

func (c *CPU) bindSmall() {
	s := &c.small
	s.norm, s.rotate = c.normRow, c.rotateRow
	s.swiglu, s.geglu, s.softCap, s.add = c.swigluPiece, c.gegluPiece, c.softCapPiece, c.addPiece
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

// piece is how many numbers of an elementwise operation a worker takes at once.
const piece = 1024

// pieces calls f for the pieces of n numbers.
func (c *CPU) pieces(n int, f func(worker, i int)) { c.rows((n+piece-1)/piece, 2*piece, f) }

// span returns where piece i of n numbers begins and ends.
func span(i, n int) (lo, hi int) { return i * piece, min((i+1)*piece, n) }

// RMSNorm implements [Ops]. The sum of squares is kernels.dot.
func (c *CPU) RMSNorm(dst, x, weight []float32, eps float32) {
	s := &c.small
	s.dst, s.x, s.y, s.eps = dst, x, weight, eps
	c.rows(len(x)/len(weight), len(weight), s.norm)
}

func (c *CPU) normRow(_, i int) {
	s := &c.small
	d := len(s.y)
	x := s.x[i*d : (i+1)*d]
	mean := float64(c.kern.dot(x, x)) / float64(d)
	c.kern.floats.normalise(s.dst[i*d:(i+1)*d], x, s.y, float32(1/math.Sqrt(mean+float64(s.eps))))
}

// Rotate implements [Ops].
func (c *CPU) Rotate(x []float32, heads int, r *Rotation) {
	if len(r.Sin) != len(r.Cos) || len(x) != 2*heads*len(r.Cos) {
		panic(fmt.Sprintf("rotate: %d numbers, want %d heads of twice %d angles", len(x), heads, len(r.Cos)))
	}
	s := &c.small
	s.x, s.heads, s.rotation = x, heads, r
	c.rows(len(r.Cos)/r.Half, 2*heads*r.Half, s.rotate)
}

func (c *CPU) rotateRow(_, i int) {
	s := &c.small
	half := s.rotation.Half
	cos, sin := s.rotation.Cos[i*half:(i+1)*half], s.rotation.Sin[i*half:(i+1)*half]
	for h := range s.heads {
		head := s.x[(i*s.heads+h)*2*half:][:2*half]
		if s.rotation.Interleaved {
			c.kern.floats.turnPairs(head, cos, sin)
		} else {
			c.kern.floats.turn(head[:half], head[half:], cos, sin)
		}
	}
}

// SwiGLU implements [Ops].
func (c *CPU) SwiGLU(dst, gate, up []float32) {
	s := &c.small
	s.dst, s.x, s.y = dst, gate, up
	c.pieces(len(gate), s.swiglu)
}

func (c *CPU) swigluPiece(_, i int) {
	s := &c.small
	lo, hi := span(i, len(s.x))
	c.kern.swiglu(s.dst[lo:hi], s.x[lo:hi], s.y[lo:hi])
}

// GeGLU implements [Ops].
func (c *CPU) GeGLU(dst, gate, up []float32) {
	s := &c.small
	s.dst, s.x, s.y = dst, gate, up
	c.pieces(len(gate), s.geglu)
}

func (c *CPU) gegluPiece(_, i int) {
	s := &c.small
	lo, hi := span(i, len(s.x))
	c.kern.floats.geglu(s.dst[lo:hi], s.x[lo:hi], s.y[lo:hi])
}

// Add implements [Ops].
func (c *CPU) Add(dst, x []float32) {
	if len(dst) == len(x) {
		s := &c.small
		s.dst, s.x = dst, x
		c.pieces(len(x), s.add)
		return
	}
	if len(x) == 0 || len(dst)%len(x) != 0 {
		panic(fmt.Sprintf("add: %d numbers, want a multiple of %d", len(dst), len(x)))
	}
	c.encoder.dst, c.encoder.x = dst, x
	c.rows(len(dst)/len(x), len(x), c.encoder.addRow)
}

func (c *CPU) addPiece(_, i int) {
	s := &c.small
	lo, hi := span(i, len(s.x))
	c.kern.floats.add(s.dst[lo:hi], s.x[lo:hi])
}

// Scale implements [Ops].
func (c *CPU) Scale(x []float32, s float32) { c.kern.floats.scale(x, s) }

// SoftCap implements [Ops].
func (c *CPU) SoftCap(x []float32, limit float32) {
	s := &c.small
	s.x, s.eps = x, limit
	c.pieces(len(x), s.softCap)
}

func (c *CPU) softCapPiece(_, i int) {
	lo, hi := span(i, len(c.small.x))
	c.kern.floats.softCap(c.small.x[lo:hi], c.small.eps)
}
