package tensor

import (
	"math"
	"testing"
)

// TestErrorBesideGGML holds the error that rounding activations makes to 1.5 times that of ggml, which rounds
// them in groups of 32 with a scale of 16 bits (block_q8_0, block_q8_1) beside weights in blocks of 32, and in
// groups of 256 (block_q8_K) beside those in blocks of 256. Four channels are sixty times the rest, as they are in
// trained models of 7B and more.
func TestErrorBesideGGML(t *testing.T) {
	pool := NewPool(1)
	defer pool.Close()
	const m, n, k = 64, 8, 2048
	for _, fill := range []string{"random", "outliers"} {
		for _, typ := range quantTypes {
			w, x := stripCase{m: m, n: n, k: k, fill: fill}.product(random(), typ)
			values := make([]float32, m*k)
			Dequantize(values, typ, w.Data)
			got := make([]float32, n*m)
			NewCPU(pool, false).MatMul(x, n, Product{got, w})
			rounded := roundAsGGML(x, typ.BlockSize())
			var ours, theirs, size float64
			for i := range n {
				for j := range m {
					exact, peer := dot64(values[j*k:(j+1)*k], x[i*k:]), dot64(values[j*k:(j+1)*k], rounded[i*k:])
					ours += math.Pow(float64(got[i*m+j])-exact, 2)
					theirs += math.Pow(peer-exact, 2)
					size += exact * exact
				}
			}
			ratio := math.Sqrt(ours / theirs)
			t.Logf("%-7v %-8s error %.2e of the product, %.2f of ggml's", typ, fill, math.Sqrt(ours/size), ratio)
			if !(ratio <= 1.5) {
				t.Errorf("%v, %s: %.2f times ggml's error, want at most 1.5", typ, fill, ratio)
			}
		}
	}
}

func dot64(w, x []float32) (sum float64) {
	for i, v := range w {
		sum += float64(v) * float64(x[i])
	}
	return sum
}

// roundAsGGML returns x as ggml's vector products see it: quantize_row_q8_0 for blocks of 32, quantize_row_q8_K
// for blocks of 256 (ggml-quants.c).
func roundAsGGML(x []float32, block int) []float32 {
	out := make([]float32, len(x))
	for at := 0; at < len(x); at += block {
		top := 0.0
		for _, v := range x[at : at+block] {
			top = max(top, math.Abs(float64(v)))
		}
		scale := top / 127
		stored := scale
		if block == 32 {
			stored = float64(fromF16(toF16(float32(scale))))
		}
		for i := at; i < at+block; i++ {
			out[i] = float32(stored * math.Round(float64(x[i])/scale))
		}
	}
	return out
}
