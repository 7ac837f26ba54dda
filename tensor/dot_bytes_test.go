package tensor

import (
	"fmt"
	"slices"
	"testing"
)

func TestDotBytesGivesWhatThePlainLoopGives(t *testing.T) {
	r := random()
	for _, width := range []int{1, 2, 31, 32, 33, 63, 64, 100, 384, 1000, 1024, 4096} {
		for _, count := range []int{0, 1, 2, 7, 64} {
			rows, x := make([]byte, count*width), make([]int8, width)
			for i := range rows {
				rows[i] = byte(r.IntN(256))
			}
			for i := range x {
				x[i] = int8(r.IntN(256) - 128)
			}
			if count == 2 { // the largest sums there are
				for i := range rows {
					rows[i] = 0x80
				}
				for i := range x {
					x[i] = -128
				}
			}
			got, want := make([]int32, count), make([]int32, count)
			DotBytes(got, rows, x)
			dotBytesPlain(want, rows, x)
			if !slices.Equal(got, want) {
				t.Errorf("%d rows of %d: %v, want %v", count, width, got, want)
			}
		}
	}
}

func BenchmarkDotBytes(b *testing.B) {
	for _, width := range []int{384, 1024} {
		b.Run(fmt.Sprint(width), func(b *testing.B) {
			dst, rows, x := make([]int32, 64), make([]byte, 64*width), make([]int8, width)
			b.SetBytes(int64(len(rows)))
			for b.Loop() {
				DotBytes(dst, rows, x)
			}
		})
	}
}
