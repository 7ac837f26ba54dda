package tensor

import (
	"fmt"
)

// blockRows is how many rows of a weight are computed together: the lanes of a vector of 32-bit numbers.
const blockRows = 8

// MatMul implements [Ops]. The unit of work is a block of rows of one weight, or a strip, against all tokens:
// the weight, which is what costs memory traffic, is read once.
func (c *CPU) MatMul(x []float32, n int, products ...Product) {
	if n == 0 || len(products) == 0 {
		return
	}
	k := len(x) / n
	c.parts = c.parts[:0]
	c.units, c.n = 0, n
	var need rounding
	for i, p := range products {
		m := p.W.Rows()
		if p.W.Cols() != k || len(x) != n*k || len(p.Dst) != n*m {
			panic(fmt.Sprintf("matmul %s: %d rows of %d by %v to %d", p.W.Name, n, k, p.W.Shape, len(p.Dst)))
		}
		c.verify(p.W)
		c.split(i, p.W, &need)
	}
	c.round(x, n, k, need)
	c.product, c.x = products, x
	c.pool.Run(c.units, c.unit)
	c.product, c.x = nil, nil
}

// A part is the rows of one product that are computed in one way.
type part struct {
	product  int
	strips   bool
	row      int // the first
	rows     int
	each     int // rows of a unit of work
	unit     int // the number of the first one
	quantise bool
}

// rounding is in which forms the activations of a MatMul are needed.
type rounding struct{ rows, sums, lines bool }

// split appends the parts of weight w of product i.
func (c *CPU) split(i int, w *Tensor, need *rounding) {
	quantise := !c.exact && w.Type.Quantised()
	row, m := 0, w.Rows()
	if quantise && w.Interleaved {
		rows := m / InterleavedRows * InterleavedRows
		c.part(part{product: i, strips: true, rows: rows, each: InterleavedRows * c.stripsOfUnit(w), quantise: true})
		row = rows
		if c.kern.strips != nil {
			need.lines = need.lines || rows > 0
		} else {
			need.rows, need.sums = true, need.sums || w.Type.HasMin()
		}
	}
	if row < m {
		each := blockRows
		if !quantise {
			each = floatRows
		}
		c.part(part{product: i, row: row, rows: m - row, each: each, quantise: quantise})
		if quantise {
			need.rows, need.sums = true, need.sums || w.Type.HasMin()
		}
	}
}

// stripsOfUnit returns how many strips of w a worker takes at once: several, if the lines of all tokens do not fit a
// cache near it. With few tokens memory is what there is to wait for: a worker takes what lies together, because what it
// asks for ahead of its end is for another worker.
func (c *CPU) stripsOfUnit(w *Tensor) int {
	if c.n > manyTokens {
		return groupStrips
	}
	const together = 256 << 10
	strips := w.Rows() / InterleavedRows
	least := min(c.n, 2) // which some kernels take together
	return max(min(together/(len(w.Data)/w.Rows()*InterleavedRows), strips/(8*c.pool.Threads()))&^(least-1), least)
}

func (c *CPU) part(p part) {
	p.unit = c.units
	c.units += (p.rows + p.each - 1) / p.each
	c.parts = append(c.parts, p)
}

// round brings the n rows of x into the forms that are needed.
func (c *CPU) round(x []float32, n, k int, need rounding) {
	c.x, c.need = x, need
	if need.rows {
		c.act.reset(n, k)
		c.rows(n, k, c.roundRow)
	}
	if need.lines {
		c.lines.reset(n, k)
		c.rows(n, k, c.roundLine)
	}
}

func (c *CPU) quantiseRow(_, t int) {
	k := c.act.k
	c.act.quantise(c.kern, t, c.x[t*k:(t+1)*k], c.need.sums)
}

func (c *CPU) quantiseLine(worker, t int) {
	k := len(c.x) / c.n
	c.kern.strips.line(&c.workers[worker], c.kern, c.lines.row(t), c.x[t*k:(t+1)*k])
}

// compute is one unit of work of the MatMul that is running.
func (c *CPU) compute(worker, unit int) {
	i := len(c.parts) - 1
	for c.parts[i].unit > unit {
		i--
	}
	p := &c.parts[i]
	w, dst, s := c.product[p.product].W, c.product[p.product].Dst, &c.workers[worker]
	at := (unit - p.unit) * p.each
	row, rows := p.row+at, min(p.each, p.rows-at)
	switch {
	case p.strips && c.kern.strips != nil:
		c.kern.strips.strips(s, w, row/InterleavedRows, rows/InterleavedRows, &c.lines, c.n, dst)
	case p.strips:
		blockPlain(s, w, row, rows, &c.act, c.n, dst)
	case p.quantise && w.Interleaved: // what no strip holds
		blockPlain(s, w, row, rows, &c.act, c.n, dst)
	case p.quantise:
		c.kern.block(s, w, row, rows, &c.act, c.n, dst)
	default:
		c.floatBlock(s, w, row, rows, c.x, c.n, dst)
	}
}

// blockPlain multiplies rows [row, row+rows) of the quantised weight w with n rounded rows of activations:
//
//	y = Σ_s fma(Σ_g fma(xf·Σ_i wq·xq, ws, ·) + Σ_g fma(wmin, xsum, ·), xs, ·)
//
// over the weight's groups g of 256 columns s, in ascending order: first all products of a stretch, then, in the same
// chain, all its minima. The sum over i inside a group is one of integers, and its product with the power of two xf
// is exact. Every path computes exactly this.
func blockPlain(s *scratch, w *Tensor, row, rows int, a *activations, n int, dst []float32) {
	k, m, groups := w.Cols(), w.Rows(), w.Cols()/w.Type.Group()
	s.q, s.scale, s.min = grow(s.q, k), grow(s.scale, groups), grow(s.min, groups)
	for r := row; r < row+rows; r++ {
		Unpack(w.Type, rowOf(w, r, &s.row), s.q, s.scale, s.min)
		for t := range n {
			y, xs := float32(0), a.scale[t*supers(k):]
			for at := 0; at < k; at += superX {
				y = fma32(s.stretch(w.Type, a, t, at, min(at+superX, k)), xs[at/superX], y)
			}
			dst[t*m+r] = y
		}
	}
}

// stretch multiplies columns [at, end) of the unpacked row with those of token t.
func (s *scratch) stretch(typ Type, a *activations, t, at, end int) (y float32) {
	group := typ.Group()
	q, factor := a.q[t*a.k:(t+1)*a.k], a.factor[t*a.k/groupX:]
	for g := at / group; g < end/group; g++ {
		sum := int32(0)
		wg, xg := s.q[g*group:(g+1)*group], q[g*group:(g+1)*group]
		for i, v := range wg {
			sum += int32(v) * int32(xg[i])
		}
		y = fma32(float32(sum)*factor[g*group/groupX], s.scale[g], y)
	}
	if !typ.HasMin() {
		return y
	}
	xsums := a.sums
	if group == 16 {
		xsums = a.sums16
	}
	for g := at / group; g < end/group; g++ {
		y = fma32(s.min[g], xsums[t*a.k/group+g], y)
	}
	return y
}
