package tensor

import "testing"

// BenchmarkInterleave is the speed of bringing a matrix into interleaved form and back, in bytes of the matrix.
func BenchmarkInterleave(b *testing.B) {
	for _, typ := range []Type{Q4_0, Q8_0, Q4_K, Q6_K} {
		rows, cols := 256, 4096
		src := make([]byte, rows*typ.Bytes(cols))
		dst := make([]byte, len(src))
		for name, f := range map[string]func(dst []byte, t Type, rows, cols int, src []byte){"there": Interleave, "back": Deinterleave} {
			b.Run(typ.String()+"/"+name, func(b *testing.B) {
				b.SetBytes(int64(len(src)))
				for b.Loop() {
					f(dst, typ, rows, cols, src)
				}
			})
		}
	}
}
