package tensor

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// Interleaving moves every byte and loses none, for every type that has the form and any number of rows.
func TestInterleaveIsInvertible(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for typ, layout := range fields {
		covered := make([]int, typ.BlockBytes())
		for _, f := range layout {
			for i := range f.size {
				covered[f.offset+i]++
			}
		}
		for i, n := range covered {
			if n != 1 {
				t.Errorf("%v: byte %d of a block is in %d fields", typ, i, n)
			}
		}
		for _, rows := range []int{0, 1, 15, 16, 17, 48} {
			cols := 3 * typ.BlockSize()
			src := make([]byte, rows*typ.Bytes(cols))
			for i := range src {
				src[i] = byte(random.Uint32())
			}
			mid, back := make([]byte, len(src)), make([]byte, len(src))
			Interleave(mid, typ, rows, cols, src)
			Deinterleave(back, typ, rows, cols, mid)
			if !bytes.Equal(back, src) {
				t.Fatalf("%v, %d rows: not what went in", typ, rows)
			}
			if rows >= 16 {
				if bytes.Equal(mid, src) {
					t.Fatalf("%v, %d rows: nothing moved", typ, rows)
				}
				row := make([]byte, typ.Bytes(cols))
				for r := range 16 {
					deinterleaveBlocks(row, typ, mid[:16*len(row)], r, 0)
					if !bytes.Equal(row, src[r*len(row):(r+1)*len(row)]) {
						t.Fatalf("%v: row %d of a strip is another", typ, r)
					}
				}
			}
		}
	}
}
