package tensor

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// TestGELU holds the rational form to the error function: within 3e-7 of what it is at a magnitude below 1, and of the
// number itself above.
func TestGELU(t *testing.T) {
	var x []float32
	for v := float32(-12); v < 12; v += 0.000731 {
		x = append(x, v)
	}
	x = append(x, 0, 1e-30, -1e-30, 1e6, -1e6, 5.59, 5.6, 5.61, -5.6)
	got := slices.Clone(x)
	geluPlain(got)
	worst := 0.0
	for i, v := range x {
		want := float64(v) * 0.5 * math.Erfc(-float64(v)/math.Sqrt2)
		diff := math.Abs(float64(got[i])-want) / max(1, math.Abs(float64(v)))
		if worst = max(worst, diff); !(diff <= 3e-7) {
			t.Fatalf("gelu(%g) = %g, want %g", v, got[i], want)
		}
	}
	t.Logf("largest error %.2g", worst)
	if high, low := got[len(x)-6], got[len(x)-5]; high != 1e6 || low != 0 {
		t.Errorf("gelu of 1e6 and -1e6 is %g and %g, want 1e6 and 0", high, low)
	}
	nan := []float32{float32(math.NaN()), float32(math.Inf(1))}
	geluPlain(nan)
	if nan[0] == nan[0] || !math.IsInf(float64(nan[1]), 1) {
		t.Errorf("gelu of NaN and +Inf is %v", nan)
	}
}

func TestLayerNorm(t *testing.T) {
	r := random()
	for _, d := range []int{1, 7, 16, 48, 384, 1025} {
		const n = 5
		x, weight, bias := normals(r, n*d), normals(r, d), normals(r, d)
		for i := range x {
			x[i] = x[i]*3 + 10
		}
		pool := NewPool(2)
		got := make([]float32, n*d)
		NewCPU(pool, true).LayerNorm(got, x, weight, bias, 1e-5)
		pool.Close()
		for row := range n {
			var mean, variance float64
			for _, v := range x[row*d : (row+1)*d] {
				mean += float64(v) / float64(d)
			}
			for _, v := range x[row*d : (row+1)*d] {
				variance += (float64(v) - mean) * (float64(v) - mean) / float64(d)
			}
			for i, v := range x[row*d : (row+1)*d] {
				want := (float64(v)-mean)/math.Sqrt(variance+1e-5)*float64(weight[i]) + float64(bias[i])
				if diff := math.Abs(float64(got[row*d+i]) - want); !(diff <= 2e-5) {
					t.Fatalf("d=%d: %g, want %g", d, got[row*d+i], want)
				}
			}
		}
	}
}

// wholeCase is texts for AttendWhole.
type wholeCase struct {
	heads, e int
	lengths  []int
}

func (w wholeCase) rows() int {
	n := 0
	for _, l := range w.lengths {
		n += l
	}
	return n
}

// TestAttendWhole holds it to the textbook in float64, and each text's bits, on every path and number of threads, to
// those it has alone on the plain path.
func TestAttendWhole(t *testing.T) {
	for _, w := range []wholeCase{{1, 16, []int{1}}, {3, 16, []int{5, 1, 16, 17}}, {2, 32, []int{127, 129, 3, 300}}, {2, 64, []int{64}}, {1, 24, []int{33}}, {12, 32, []int{20, 7}}} {
		t.Run(fmt.Sprint(w), func(t *testing.T) {
			r := random()
			size := w.rows() * w.heads * w.e
			a := &Attention{Q: normals(r, size), K: normals(r, size), V: normals(r, size), Heads: w.heads, Scale: float32(1 / math.Sqrt(float64(w.e)))}
			want := attendAlone(w, a)
			compareWhole(t, w, a, want)
			for _, path := range CPUPaths() {
				for _, threads := range []int{1, 3} {
					got := make([]float32, size)
					onPath(t, path, threads, func(c *CPU) { c.AttendWhole(got, a, w.lengths) })
					sameBits(t, fmt.Sprintf("%s, %d threads", path, threads), got, want)
				}
			}
		})
	}
}

func onPath(t *testing.T, path string, threads int, f func(c *CPU)) {
	t.Helper()
	if err := ForceCPU(path); err != nil {
		t.Fatal(err)
	}
	defer ForceCPU("")
	pool := NewPool(threads)
	defer pool.Close()
	f(NewCPU(pool, true))
}

// attendAlone attends to each text by itself, on the plain path.
func attendAlone(w wholeCase, a *Attention) []float32 {
	if err := ForceCPU("plain"); err != nil {
		panic(err)
	}
	defer ForceCPU("")
	pool := NewPool(1)
	defer pool.Close()
	c, row, d := NewCPU(pool, true), 0, w.heads*w.e
	out := make([]float32, len(a.Q))
	for _, n := range w.lengths {
		from, to := row*d, (row+n)*d
		one := &Attention{Q: a.Q[from:to], K: a.K[from:to], V: a.V[from:to], Heads: a.Heads, Scale: a.Scale}
		c.AttendWhole(out[from:to], one, []int{n})
		row += n
	}
	return out
}

func compareWhole(t *testing.T, w wholeCase, a *Attention, got []float32) {
	t.Helper()
	first, d := 0, w.heads*w.e
	for _, n := range w.lengths {
		for i := range n * w.heads {
			row, head := first+i/w.heads, i%w.heads
			weights, sum := make([]float64, n), 0.0
			for k := range n {
				dot := 0.0
				for c := range w.e {
					dot += float64(a.Q[row*d+head*w.e+c]) * float64(a.K[(first+k)*d+head*w.e+c])
				}
				weights[k] = math.Exp(dot * float64(a.Scale))
				sum += weights[k]
			}
			for c := range w.e {
				want := 0.0
				for k := range n {
					want += weights[k] / sum * float64(a.V[(first+k)*d+head*w.e+c])
				}
				if diff := math.Abs(want - float64(got[row*d+head*w.e+c])); !(diff <= 5e-6) {
					t.Fatalf("row %d, head %d: %g, want %g", row, head, got[row*d+head*w.e+c], want)
				}
			}
		}
		first += n
	}
}

// BenchmarkAttendWhole is a batch of 1,024 rows of e5-small, in texts of some lengths.
func BenchmarkAttendWhole(b *testing.B) {
	for _, length := range []int{16, 64, 128, 512} {
		b.Run(fmt.Sprint(length), func(b *testing.B) {
			w := wholeCase{12, 32, slices.Repeat([]int{length}, 1024/length)}
			size := w.rows() * w.heads * w.e
			r := random()
			a := &Attention{Q: normals(r, size), K: normals(r, size), V: normals(r, size), Heads: w.heads, Scale: 0.2}
			dst := make([]float32, size)
			pool := NewPool(1)
			defer pool.Close()
			c := NewCPU(pool, false)
			for b.Loop() {
				c.AttendWhole(dst, a, w.lengths)
			}
			b.ReportMetric(float64(b.N)*2*float64(1024*length*w.heads*w.e)/b.Elapsed().Seconds()/1e9, "GMAC/s")
		})
	}
}

// BenchmarkGELU is what the MLP of e5-small has for 256 rows.
func BenchmarkGELU(b *testing.B) {
	x := normals(random(), 256*1536)
	y := slices.Clone(x)
	pool := NewPool(1)
	defer pool.Close()
	c := NewCPU(pool, false)
	for b.Loop() {
		copy(y, x)
		c.GELU(y)
	}
	b.ReportMetric(float64(b.N)*float64(len(x))/b.Elapsed().Seconds()/1e6, "M/s")
}
