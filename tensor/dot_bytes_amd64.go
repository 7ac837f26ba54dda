package tensor

import "golang.org/x/sys/cpu"

//go:noescape
func dotBytesAVX2(dst *int32, rows *byte, x *int8, count, width, n int)

func bestDotBytes(dst []int32, rows []byte, x []int8) {
	n := len(x) &^ 31
	if !cpu.X86.HasAVX2 || n == 0 || len(dst) == 0 {
		dotBytesPlain(dst, rows, x)
		return
	}
	dotBytesAVX2(&dst[0], &rows[0], &x[0], len(dst), len(x), n)
	if n == len(x) {
		return
	}
	for i := range dst { // what is left beyond whole vectors
		row := rows[i*len(x):][:len(x)]
		for j := n; j < len(x); j++ {
			dst[i] += int32(x[j]) * int32(int8(row[j]))
		}
	}
}
