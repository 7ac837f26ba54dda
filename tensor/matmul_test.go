package tensor

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// halvesOf says where the blocks of a type have 16-bit floats.
var halvesOf = map[Type][]int{Q4_0: {0}, Q4_1: {0, 2}, Q5_0: {0}, Q5_1: {0, 2}, Q8_0: {0}, Q2_K: {80, 82}, Q3_K: {108},
	Q4_K: {0, 2}, Q5_K: {0, 2}, Q6_K: {208}, IQ4NL: {0}, IQ4XS: {0}}

// randomWeight returns a weight [m, k] with random bytes and sane scales.
func randomWeight(r *rand.Rand, t Type, m, k int) *Tensor {
	w := &Tensor{Name: t.String(), Type: t, Shape: []int{m, k}, Data: make([]byte, m*t.Bytes(k))}
	for i := range w.Data {
		w.Data[i] = byte(r.Uint32())
	}
	for at := 0; at < len(w.Data); at += t.BlockBytes() {
		block := w.Data[at:]
		switch t {
		case F32:
			binary.LittleEndian.PutUint32(block, math.Float32bits(float32(r.NormFloat64())))
		case F16:
			binary.LittleEndian.PutUint16(block, toF16(float32(r.NormFloat64())))
		case BF16:
			binary.LittleEndian.PutUint16(block, uint16(math.Float32bits(float32(r.NormFloat64()))>>16))
		}
		for _, off := range halvesOf[t] {
			binary.LittleEndian.PutUint16(block[off:], toF16(float32(r.NormFloat64())/64))
		}
	}
	return w
}

var floatTypes = []Type{F32, F16, BF16}
var quantTypes = []Type{Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4NL, IQ4XS}

// TestBlockKernelsGiveTheBitsOfThePlainLoop runs every quantised type on every path, for odd numbers of rows
// and tokens, and for widths below, at and beyond what a panel holds.
func TestBlockKernelsGiveTheBitsOfThePlainLoop(t *testing.T) {
	for _, kern := range paths() {
		for _, typ := range quantTypes {
			t.Run(kern.name+"/"+typ.String(), func(t *testing.T) {
				for _, size := range [][3]int{{1, 1, 32}, {8, 1, 256}, {13, 3, 288}, {16, 4, 2048}, {24, 7, 2304}, {9, 9, 4352}} {
					m, n, k := size[0], size[1], size[2]
					if k%typ.BlockSize() != 0 {
						k = (k + 255) &^ 255
					}
					checkBlock(t, kern, typ, m, n, k)
				}
			})
		}
	}
}

func checkBlock(t *testing.T, kern *kernels, typ Type, m, n, k int) {
	t.Helper()
	r := random()
	w, x := randomWeight(r, typ, m, k), normals(r, n*k)
	var a activations
	a.reset(n, k)
	for i := range n {
		a.quantise(plain, i, x[i*k:(i+1)*k], true)
	}
	got, want := make([]float32, n*m), make([]float32, n*m)
	var s, ps scratch
	for row := 0; row < m; row += blockRows {
		kern.block(&s, w, row, min(blockRows, m-row), &a, n, got)
		blockPlain(&ps, w, row, min(blockRows, m-row), &a, n, want)
	}
	sameBits(t, fmt.Sprintf("%v [%d, %d] by %d", typ, m, k, n), got, want)
}

// TestMatMulIsCloseToFloat64 holds MatMul to plain sums in float64: exactly dequantised weights within float32
// rounding, rounded activations within a hundredth of the product's size.
func TestMatMulIsCloseToFloat64(t *testing.T) {
	pool := NewPool(2)
	defer pool.Close()
	r := random()
	const m, n, k = 21, 5, 512
	x := normals(r, n*k)
	for _, typ := range append(append([]Type(nil), floatTypes...), quantTypes...) {
		w := randomWeight(r, typ, m, k)
		values := make([]float32, m*k)
		Dequantize(values, typ, w.Data)
		for _, exact := range []bool{true, false} {
			got := make([]float32, n*m)
			NewCPU(pool, exact).MatMul(x, n, Product{got, w})
			tolerance := 2e-6
			if !exact && typ.Quantised() {
				tolerance = 1e-2
			}
			for i := range n {
				for j := range m {
					sum, size := 0.0, 0.0
					for c := range k {
						p := float64(x[i*k+c]) * float64(values[j*k+c])
						sum += p
						size += p * p
					}
					if diff := math.Abs(float64(got[i*m+j])-sum) / math.Sqrt(size); diff > 3*tolerance {
						t.Fatalf("%v exact %v: row %d column %d is %g, want %g", typ, exact, i, j, got[i*m+j], sum)
					}
				}
			}
		}
	}
}

// TestMatMulRowsDoNotDependOnEachOther multiplies rows alone, together, beside other weights, and with other
// numbers of threads.
func TestMatMulRowsDoNotDependOnEachOther(t *testing.T) {
	one, three := NewPool(1), NewPool(3)
	defer one.Close()
	defer three.Close()
	r := random()
	const m, n, k = 43, 11, 768
	x := normals(r, n*k)
	for _, typ := range append(append([]Type(nil), floatTypes...), quantTypes...) {
		w, other := randomWeight(r, typ, m, k), randomWeight(r, Q4_1, 19, k)
		for _, exact := range []bool{true, false} {
			want := make([]float32, n*m)
			for i := range n {
				NewCPU(one, exact).MatMul(x[i*k:(i+1)*k], 1, Product{want[i*m : (i+1)*m], w})
			}
			got, beside := make([]float32, n*m), make([]float32, n*19)
			NewCPU(three, exact).MatMul(x, n, Product{beside, other}, Product{got, w})
			sameBits(t, fmt.Sprintf("%v exact %v", typ, exact), got, want)
		}
	}
}

// BenchmarkMatMul is the conformance table as a benchmark: one token, thirty-two and 256, every type and path.
func BenchmarkMatMul(b *testing.B) {
	for _, kern := range paths() {
		for _, typ := range append(append([]Type(nil), floatTypes...), quantTypes...) {
			for _, n := range []int{1, 32, 256} {
				b.Run(fmt.Sprintf("%s/%v/n=%d", kern.name, typ, n), func(b *testing.B) {
					pool := NewPool(1)
					defer pool.Close()
					const m, k = 1024, 2048
					r := random()
					w, x, y := randomWeight(r, typ, m, k), normals(r, n*k), make([]float32, n*m)
					c := NewCPU(pool, false)
					c.kern = kern
					b.ReportAllocs()
					for b.Loop() {
						c.MatMul(x, n, Product{y, w})
					}
					b.ReportMetric(float64(m*k*n)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GMAC/s")
				})
			}
		}
	}
}
