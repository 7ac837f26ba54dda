package tensor

import "unsafe"

// floatBlock multiplies rows [row, row+rows) of w, in float32, with n rows of x. Each result is kernels.dot.
func (c *CPU) floatBlock(s *scratch, w *Tensor, row, rows int, x []float32, n int, dst []float32) {
	k, m := w.Cols(), w.Rows()
	var weights [blockRows][]float32
	for r := range rows {
		weights[r] = floatsOf(w, row+r)
		if weights[r] == nil {
			s.floats[r] = grow(s.floats[r], k)
			weights[r] = s.floats[r]
			c.row(s, weights[r], w, row+r)
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
	if w.Type != F32 || k == 0 || w.Interleaved {
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
