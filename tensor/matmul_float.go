package tensor

import "unsafe"

// floatRows is how many rows of a float weight are computed together: all tokens pass by once for so many.
const floatRows = 16

// floatBlock multiplies rows [row, row+rows) of w, in float32, with n rows of x. Each result is kernels.dot. One row of
// x meets weights of two bytes where they lie, read once and in order; more rows meet them widened.
func (c *CPU) floatBlock(s *scratch, w *Tensor, row, rows int, x []float32, n int, dst []float32) {
	k, m := w.Cols(), w.Rows()
	if n == 1 && c.dotRows(w, row, rows, x, dst) {
		return
	}
	if n < worthWidening && c.halvesBlock(s, w, row, rows, x, n, dst) {
		return
	}
	weights, stride := floatsOf(w, row, rows), k
	if weights == nil || n >= worthCopying {
		lie := weights
		stride = staggered(k)
		s.floats = grow(s.floats, rows*stride)
		weights = s.floats
		for r := range rows {
			if lie != nil {
				copy(weights[r*stride:], lie[r*k:(r+1)*k])
			} else {
				c.row(s, weights[r*stride:][:k], w, row+r)
			}
		}
	}
	whole, even := n/tileTokens*tileTokens, rows&^1
	c.tileBlock(s, weights, stride, even, x, whole, k, dst[row:], m)
	for t := range n {
		from := 0
		if t < whole {
			from = even
		}
		for r := from; r < rows; r++ {
			dst[t*m+row+r] = c.kern.dot(weights[r*stride:][:k], x[t*k:(t+1)*k])
		}
	}
}

// tileTokens is how many tokens kernels.dot6 takes, and tileColumns how many columns of a block of rows and of those
// tokens stay in the first-level cache.
const (
	tileTokens  = 3
	tileColumns = 256
)

// worthCopying is for how many tokens float32 weights are copied to a better stride.
const worthCopying = 16

// staggered returns a stride for rows of k numbers at which the same columns of neighbouring rows do not fall on one
// another in a first-level cache, whose sets repeat every 4 KiB: a quarter of that more than a multiple.
func staggered(k int) int {
	const set, step = 1024, 256
	return (k-step+set-1)/set*set + step
}

// tileBlock is floatBlock for an even number of rows, which are wstride apart, and a multiple of tileTokens. Results of a
// token are stride apart.
func (c *CPU) tileBlock(s *scratch, weights []float32, wstride, rows int, x []float32, n, k int, dst []float32, stride int) {
	pairs, end := rows/2, k&^(lanes-1)
	s.chains = grow(s.chains, n/tileTokens*pairs)
	clear(s.chains)
	for at := 0; at < end; at += tileColumns {
		columns := min(tileColumns, end-at)
		for t := 0; t < n; t += tileTokens {
			for p := range pairs {
				c.kern.floats.dot6(&s.chains[t/tileTokens*pairs+p], weights[2*p*wstride+at:], wstride, x[t*k+at:], k, columns)
			}
		}
	}
	for i := range s.chains {
		t, r := i/pairs*tileTokens, i%pairs*2
		c.kern.floats.reduce6(&s.six, &s.chains[i])
		for j, y := range s.six {
			row, token := r+j/tileTokens, t+j%tileTokens
			dst[token*stride+row] = tail(y, weights[row*wstride:][end:k], x[token*k+end:(token+1)*k])
		}
	}
}

// worthWidening is for how many tokens weights of two bytes are widened once for all of them, and halvesColumns how many
// columns of two rows meet all tokens before the next, where they are not: enough for the memory to be read in order.
const (
	worthWidening = 16
	halvesColumns = 1024
)

// halvesBlock is floatBlock of weights in F16 where they lie, for a few tokens: they are read once, and widened for
// three tokens at a time. It reports whether it has. The last three tokens may be some that had their turn: they get
// the same again.
func (c *CPU) halvesBlock(s *scratch, w *Tensor, row, rows int, x []float32, n int, dst []float32) bool {
	dot6 := c.kern.floats.dot6Halves
	if w.Type != F16 || dot6 == nil {
		return false
	}
	k, m := w.Cols(), w.Rows()
	even, end := rows&^1, k&^(lanes-1)
	if n < tileTokens {
		even = 0
	}
	triples := (n + tileTokens - 1) / tileTokens
	for r := 0; r < even; r += 2 {
		two := w.Data[2*(row+r)*k : 2*(row+r+2)*k]
		s.chains = grow(s.chains, triples)
		clear(s.chains)
		for at := 0; at < end; at += halvesColumns {
			for i := range triples {
				t := min(i*tileTokens, n-tileTokens)
				dot6(&s.chains[i], two[2*at:], k, x[t*k+at:], k, min(halvesColumns, end-at))
			}
		}
		for i := range triples {
			t := min(i*tileTokens, n-tileTokens)
			c.kern.floats.reduce6(&s.six, &s.chains[i])
			for j, y := range s.six {
				at, token := j/tileTokens, t+j%tileTokens
				for e := end; e < k; e++ {
					var one [1]float32
					halvesPlain(one[:], two[2*(at*k+e):])
					y = fma32(one[0], x[token*k+e], y)
				}
				dst[token*m+row+r+at] = y
			}
		}
	}
	for t := range n {
		c.dotRows(w, row+even, rows-even, x[t*k:(t+1)*k], dst[t*m:])
	}
	return true
}

// dotRows multiplies rows of two-byte floats with one row x, and reports whether it has: not for other types.
func (c *CPU) dotRows(w *Tensor, row, rows int, x, dst []float32) bool {
	var dot func(w []byte, x []float32) float32
	switch w.Type {
	case F16:
		dot = c.kern.floats.dotHalves
	case BF16:
		dot = c.kern.floats.dotBfloats
	}
	if dot == nil {
		return false
	}
	size := 2 * len(x)
	for r := row; r < row+rows; r++ {
		dst[r] = dot(w.Data[r*size:(r+1)*size], x)
	}
	return true
}

// floatsOf returns rows [row, row+rows) of w where they lie, or nil if they are not float32 or their address is odd.
func floatsOf(w *Tensor, row, rows int) []float32 {
	k := w.Cols()
	if w.Type != F32 || k == 0 || w.Interleaved {
		return nil
	}
	p := unsafe.Pointer(&w.Data[row*k*4 : (row+rows)*k*4][0])
	if uintptr(p)%4 != 0 || bigEndian {
		return nil
	}
	return unsafe.Slice((*float32)(p), rows*k)
}

// bigEndian says that numbers in a file cannot be used where they lie.
var bigEndian = func() bool { x := uint16(1); return *(*byte)(unsafe.Pointer(&x)) == 0 }()
