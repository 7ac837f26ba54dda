package tensor

import (
	"fmt"
	"math"
)

// encoderJob is the operation of an encoder that is running.
type encoderJob struct {
	dst, x, weight, bias []float32
	eps                  float32

	norm, gelu, addRow func(worker, i int) // bound once: a new closure would be on the heap
}

func (c *CPU) bindEncoder() {
	e := &c.encoder
	e.norm, e.gelu, e.addRow = c.layerNormRow, c.geluPiece, c.addRow
	c.whole.unit = c.wholeUnit
}

// LayerNorm implements [Ops]. The mean is sum, and the variance the mean square of what is left without it, by
// kernels.dot.
func (c *CPU) LayerNorm(dst, x, weight, bias []float32, eps float32) {
	if len(bias) != len(weight) || len(dst) != len(x) || len(x)%max(len(weight), 1) != 0 {
		panic(fmt.Sprintf("layer norm: %d numbers to %d, weight of %d, bias of %d", len(x), len(dst), len(weight), len(bias)))
	}
	e := &c.encoder
	e.dst, e.x, e.weight, e.bias, e.eps = dst, x, weight, bias, eps
	c.rows(len(x)/len(weight), 2*len(weight), e.norm)
}

func (c *CPU) layerNormRow(_, i int) {
	e, k := &c.encoder, c.kern.floats
	d := len(e.weight)
	x, dst := e.x[i*d:(i+1)*d], e.dst[i*d:(i+1)*d]
	mean := float64(k.sum(x)) / float64(d)
	k.shift(dst, x, float32(-mean))
	variance := float64(c.kern.dot(dst, dst)) / float64(d)
	k.affine(dst, dst, e.weight, e.bias, float32(1/math.Sqrt(variance+float64(e.eps))))
}

// GELU implements [Ops].
func (c *CPU) GELU(x []float32) {
	c.encoder.x = x
	c.pieces(len(x), c.encoder.gelu)
}

func (c *CPU) geluPiece(_, i int) {
	x := c.encoder.x
	lo, hi := span(i, len(x))
	c.kern.floats.gelu(x[lo:hi])
}

// addRow adds e.x to row i of e.dst.
func (c *CPU) addRow(_, i int) {
	e := &c.encoder
	c.kern.floats.add(e.dst[i*len(e.x):(i+1)*len(e.x)], e.x)
}
