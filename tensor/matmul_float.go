package tensor

import "unsafe"

// floatBlock multiplies rows [row, row+rows) of w, in float32, with n rows of x. Each result is kernels.dot. One row of
// x meets weights of two bytes where they lie, read once and in order; more rows meet them widened.
func (c *CPU) floatBlock(s *scratch, w *Tensor, row, rows int, x []float32, n int, dst []float32) {
	k, m := w.Cols(), w.Rows()
	if n == 1 && c.dotRows(w, row, rows, x, dst) {
		return
	}
	weights := floatsOf(w, row, rows)
	if weights == nil {
		s.floats = grow(s.floats, rows*k)
		weights = s.floats
		for r := range rows {
			c.row(s, weights[r*k:(r+1)*k], w, row+r)
		}
	}
	t := 0
	for ; t+3 <= n; t += 3 {
		r := 0
		for ; r+2 <= rows; r += 2 {
			c.kern.floats.dot6(&s.six, weights[r*k:], x[t*k:], k)
			for i, y := range s.six {
				dst[(t+i%3)*m+row+r+i/3] = y
			}
		}
		if r < rows {
			for i := range 3 {
				dst[(t+i)*m+row+r] = c.kern.dot(weights[r*k:(r+1)*k], x[(t+i)*k:(t+i+1)*k])
			}
		}
	}
	for ; t < n; t++ {
		for r := range rows {
			dst[t*m+row+r] = c.kern.dot(weights[r*k:(r+1)*k], x[t*k:(t+1)*k])
		}
	}
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
