package tensor

import (
	"fmt"
	"sort"
	"unsafe"
)

// blockRows is how many rows of a weight are computed together: the lanes of a vector of 32-bit numbers.
const blockRows = 8

// MatMul implements [Ops]. The unit of work is a block of rows of one weight against all tokens: the
// weight, which is what costs memory traffic, is read once.
func (c *CPU) MatMul(x []float32, n int, products ...Product) {
	if n == 0 || len(products) == 0 {
		return
	}
	k := len(x) / n
	units := 0
	c.blocks = c.blocks[:0]
	quantised, sums := false, false
	for _, p := range products {
		m := p.W.Rows()
		if p.W.Cols() != k || len(x) != n*k || len(p.Dst) != n*m {
			panic(fmt.Sprintf("matmul %s: %d rows of %d by %v to %d", p.W.Name, n, k, p.W.Shape, len(p.Dst)))
		}
		c.blocks = append(c.blocks, units)
		units += (m + blockRows - 1) / blockRows
		if !c.exact && p.W.Type.Quantised() {
			quantised = true
			sums = sums || p.W.Type.HasMin()
		}
	}
	if quantised {
		c.act.reset(n, k)
		c.rows(n, k, func(_, t int) { c.act.quantise(c.kern, t, x[t*k:(t+1)*k], sums) })
	}
	c.pool.Run(units, func(worker, unit int) {
		i := sort.SearchInts(c.blocks, unit+1) - 1
		p := products[i]
		m := p.W.Rows()
		row := (unit - c.blocks[i]) * blockRows
		rows := min(blockRows, m-row)
		if !c.exact && p.W.Type.Quantised() {
			c.kern.block(&c.workers[worker], p.W, row, rows, &c.act, n, p.Dst)
		} else {
			c.floatBlock(&c.workers[worker], p.W, row, rows, x, n, p.Dst)
		}
	})
}

// floatBlock multiplies rows [row, row+rows) of w, in float32, with n rows of x. Each result is kernels.dot.
func (c *CPU) floatBlock(s *scratch, w *Tensor, row, rows int, x []float32, n int, dst []float32) {
	k, m := w.Cols(), w.Rows()
	var weights [blockRows][]float32
	for r := range rows {
		weights[r] = floatsOf(w, row+r)
		if weights[r] == nil {
			s.floats[r] = grow(s.floats[r], k)
			weights[r] = s.floats[r]
			c.row(weights[r], w, row+r)
		}
	}
	y := &s.four
	t := 0
	for ; t+4 <= n; t += 4 {
		for r := range rows {
			c.kern.dot4(y, weights[r], x[t*k:], k)
			for i, v := range y {
				dst[(t+i)*m+row+r] = v
			}
		}
	}
	for ; t < n; t++ {
		for r := range rows {
			dst[t*m+row+r] = c.kern.dot(weights[r], x[t*k:(t+1)*k])
		}
	}
}

// floatsOf returns row r of w where it lies, or nil if it is not float32 or its address is odd.
func floatsOf(w *Tensor, r int) []float32 {
	k := w.Cols()
	if w.Type != F32 || k == 0 {
		return nil
	}
	p := unsafe.Pointer(&w.Data[r*k*4 : (r+1)*k*4][0])
	if uintptr(p)%4 != 0 || bigEndian {
		return nil
	}
	return unsafe.Slice((*float32)(p), k)
}

// bigEndian says that numbers in a file cannot be used where they lie.
var bigEndian = func() bool { x := uint16(1); return *(*byte)(unsafe.Pointer(&x)) == 0 }()

// blockPlain multiplies rows [row, row+rows) of the quantised weight w with n rounded rows of activations:
//
//	y = Σ_g fma(Σ_i wq·xq, ws·xs, ·)  +  Σ_g fma(wmin, xsum, ·)
//
// over the weight's groups g in ascending order; the sum over i inside a group is one of integers. Every
// path computes exactly this.
func blockPlain(s *scratch, w *Tensor, row, rows int, a *activations, n int, dst []float32) {
	k, m, group := w.Cols(), w.Rows(), w.Type.Group()
	groups := k / group
	s.q, s.scale, s.min = grow(s.q, k), grow(s.scale, groups), grow(s.min, groups)
	size := len(w.Data) / m
	xsums := a.sums
	if group == 16 {
		xsums = a.sums16
	}
	for r := row; r < row+rows; r++ {
		Unpack(w.Type, w.Data[r*size:(r+1)*size], s.q, s.scale, s.min)
		for t := range n {
			q, xs := a.q[t*k:(t+1)*k], a.scale[t*k/groupX:]
			y := float32(0)
			for g, ws := range s.scale {
				sum := int32(0)
				wg, xg := s.q[g*group:(g+1)*group], q[g*group:(g+1)*group]
				for i, v := range wg {
					sum += int32(v) * int32(xg[i])
				}
				y = fma32(float32(sum), float32(ws*xs[g*group/groupX]), y)
			}
			if w.Type.HasMin() {
				y += chain(s.min, xsums[t*groups:])
			}
			dst[t*m+r] = y
		}
	}
}

// chain returns Σ a·b in order, fused, in one chain.
func chain(a, b []float32) (y float32) {
	for i, v := range a {
		y = fma32(v, b[i], y)
	}
	return y
}
