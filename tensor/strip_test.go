package tensor

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// interleaved returns w in the other form.
func interleaved(w *Tensor) *Tensor {
	out := &Tensor{Name: w.Name, Type: w.Type, Shape: w.Shape, Data: growAligned(nil, len(w.Data)), Interleaved: true}
	Interleave(out.Data, w.Type, w.Rows(), w.Cols(), w.Data)
	return out
}

// interleavedTypes are the types that have the form.
func interleavedTypes() (out []Type) {
	for t := range fields {
		out = append(out, t)
	}
	slices.Sort(out)
	return out
}

// stripCase is one product of the conformance table.
type stripCase struct {
	m, n, k int
	fill    string // of weights and activations
}

var stripCases = []stripCase{
	{16, 1, 256, "random"}, {33, 1, 1280, "random"}, {16, 1, 4352, "outliers"}, {16, 2, 256, "random"},
	{48, 3, 1024, "random"}, {16, 4, 2304, "random"}, {17, 5, 768, "outliers"}, {16, 7, 1280, "random"},
	{32, 8, 512, "random"}, {16, 12, 2048, "random"}, {16, 13, 1536, "outliers"}, {16, 27, 1280, "random"},
	{16, 1, 96, "random"}, {32, 2, 576, "random"}, {16, 6, 352, "outliers"}, {16, 8, 576, "random"}, {16, 13, 96, "random"}, // of blocks of 32
	{16, 8, 512, "high"}, {16, 8, 512, "low"}, {16, 1, 512, "high"}, {16, 3, 512, "high"}, {16, 12, 512, "high"}, {16, 1, 512, "low"}, {16, 3, 512, "low"}, {16, 12, 512, "low"},
}

// product returns the weight and the activations of a case. The fills "high" and "low" have the largest sums:
// every integer of the weights the largest or the smallest, and all activations 127 or -127.
func (c stripCase) product(r *rand.Rand, t Type) (*Tensor, []float32) {
	w, x := randomWeight(r, t, c.m, c.k), normals(r, c.n*c.k)
	switch c.fill {
	case "outliers": // four channels of a trained model are sixty times the rest
		for i := range c.n {
			for _, channel := range []int{3, 77, 130, 255} {
				x[i*c.k+channel] *= 60
			}
		}
	case "high", "low":
		for i := range w.Data {
			w.Data[i] = byte(0xff)
			if c.fill == "low" {
				w.Data[i] = 0x80 & -byte(i%34/33) // all zero for most types
			}
			if t == Q8_0 {
				w.Data[i] = map[string]byte{"high": 0x7f, "low": 0x80}[c.fill]
			}
		}
		for at := 0; at < len(w.Data); at += t.BlockBytes() {
			for _, off := range halvesOf[t] {
				w.Data[at+off], w.Data[at+off+1] = 0, 0x3c
			}
		}
		for i := range x {
			x[i] = 1
			if c.fill == "low" || i/groupX%2 == 1 {
				x[i] = -1
			}
		}
	}
	return w, x
}

// TestStripKernelsGiveTheBitsOfThePlainLoop runs every type that can be interleaved on every path, and holds it
// to the plain loop on the same weight as it is in a file.
func TestStripKernelsGiveTheBitsOfThePlainLoop(t *testing.T) {
	defer ForceCPU("")
	pool := NewPool(1)
	defer pool.Close()
	for _, path := range CPUPaths() {
		for _, typ := range interleavedTypes() {
			t.Run(path+"/"+typ.String(), func(t *testing.T) {
				for _, c := range stripCases {
					if c.k%typ.BlockSize() != 0 {
						continue
					}
					w, x := c.product(random(), typ)
					want, got := make([]float32, c.n*c.m), make([]float32, c.n*c.m)
					ForceCPU("plain")
					NewCPU(pool, false).MatMul(x, c.n, Product{want, w})
					ForceCPU(path)
					NewCPU(pool, false).MatMul(x, c.n, Product{got, interleaved(w)})
					sameBits(t, fmt.Sprintf("%v [%d, %d] by %d, %s", typ, c.m, c.k, c.n, c.fill), got, want)
				}
			})
		}
	}
}

// TestInterleavedRowsAreReadAsTheyWere embeds from, and multiplies exactly with, the interleaved form.
func TestInterleavedRowsAreReadAsTheyWere(t *testing.T) {
	pool := NewPool(2)
	defer pool.Close()
	const m, k = 37, 512
	for _, typ := range interleavedTypes() {
		w := randomWeight(random(), typ, m, k)
		ids := []int32{0, 36, 15, 16, 31, 32, 7}
		got, want := make([]float32, len(ids)*k), make([]float32, len(ids)*k)
		cpu := NewCPU(pool, true)
		cpu.Embed(got, interleaved(w), ids)
		cpu.Embed(want, w, ids)
		sameBits(t, typ.String()+" embed", got, want)
		x := normals(random(), 3*k)
		got, want = make([]float32, 3*m), make([]float32, 3*m)
		cpu.MatMul(x, 3, Product{got, interleaved(w)})
		cpu.MatMul(x, 3, Product{want, w})
		sameBits(t, typ.String()+" exact", got, want)
	}
}
