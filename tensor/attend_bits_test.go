package tensor

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

var kvTypes = []Type{F32, F16, Q8_0, Q4_1}

// attendCase is a sequence and how it is attended to.
type attendCase struct {
	heads, kv, e, window, size, n int
	cap                           float32
	typ                           Type
}

// filled returns a cache that holds the keys and values of n positions, and the queries of all of them.
func (c attendCase) filled(t testing.TB, r *rand.Rand, cpu *CPU) (*KV, *Attention, []Row) {
	t.Helper()
	pages := make([]int32, (c.n+c.size-1)/c.size)
	for i, p := range r.Perm(len(pages) + 3)[:len(pages)] {
		pages[i] = int32(p)
	}
	kv, err := NewKV(KVOptions{Layers: 1, Heads: c.kv, HeadDim: c.e, PageSize: c.size, Pages: len(pages) + 3, Type: c.typ})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kv.Close() })
	for i := range kv.data {
		kv.data[i] = 0xff // what nobody has written must not be read: NaN in every type
	}
	rows := make([]Row, c.n)
	for i := range rows {
		rows[i] = Row{Pos: i, Pages: pages}
	}
	a := &Attention{Q: normals(r, c.n*c.heads*c.e), K: normals(r, c.n*c.kv*c.e), V: normals(r, c.n*c.kv*c.e),
		Heads: c.heads, Scale: 0.3, SoftCap: c.cap, Window: c.window}
	return kv, a, rows
}

// some returns the part of a that belongs to rows [lo, hi).
func (c attendCase) some(a *Attention, lo, hi int) *Attention {
	b := *a
	b.Q = a.Q[lo*c.heads*c.e : hi*c.heads*c.e]
	b.K, b.V = a.K[lo*c.kv*c.e:hi*c.kv*c.e], a.V[lo*c.kv*c.e:hi*c.kv*c.e]
	return &b
}

// TestAttendGivesARowTheSameBits computes sequences at once, row by row, in pieces, on 1, 2 and 5 threads and on every
// path: no bit differs, whether or not ranges are computed apart.
func TestAttendGivesARowTheSameBits(t *testing.T) {
	for _, c := range []attendCase{
		{heads: 4, kv: 1, e: 32, size: 32, n: 1300, typ: Q8_0},
		{heads: 3, kv: 1, e: 48, size: 16, n: 300, typ: Q4_1},
		{heads: 6, kv: 2, e: 16, size: 8, n: 150, typ: Q8_0},
		{heads: 6, kv: 2, e: 16, size: 8, n: 150, typ: Q4_1},
		{heads: 4, kv: 4, e: 40, size: 32, n: 200, typ: F16, window: 37},
		{heads: 5, kv: 1, e: 24, size: 32, n: 260, typ: F32, cap: 5, window: 130},
		{heads: 2, kv: 1, e: 64, size: 32, n: 1200, typ: F16, window: 1100},
	} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			want := make([]float32, c.n*c.heads*c.e)
			pool := NewPool(1)
			defer pool.Close()
			cpu := NewCPU(pool, false)
			kv, a, rows := c.filled(t, random(), cpu)
			width := c.heads * c.e
			for i := range rows {
				cpu.Attend(want[i*width:(i+1)*width], c.some(a, i, i+1), kv, 0, rows[i:i+1])
			}
			for i, v := range want {
				if v != v {
					t.Fatalf("number %d is not one: something was read that nobody wrote", i)
				}
			}
			for _, threads := range []int{1, 2, 5} {
				for _, piece := range []int{c.n, 61, 1} {
					for _, k := range paths() {
						if piece == 1 && threads == 1 || k == plain && (piece != c.n || threads != 1) {
							continue
						}
						c.again(t, k, threads, piece, want)
					}
				}
			}
		})
	}
}

// again computes the case in pieces and compares.
func (c attendCase) again(t *testing.T, k *kernels, threads, piece int, want []float32) {
	t.Helper()
	pool := NewPool(threads)
	defer pool.Close()
	cpu := NewCPU(pool, false)
	cpu.kern = k
	kv, a, rows := c.filled(t, random(), cpu)
	got := make([]float32, len(want))
	width := c.heads * c.e
	for lo := 0; lo < c.n; lo += piece {
		hi := min(lo+piece, c.n)
		cpu.Attend(got[lo*width:hi*width], c.some(a, lo, hi), kv, 0, rows[lo:hi])
	}
	sameBits(t, fmt.Sprintf("%s, %d threads, pieces of %d", k.name, threads, piece), got, want)
}

// TestAttendServesManySequences has rows of two sequences beside each other.
func TestAttendServesManySequences(t *testing.T) {
	c := attendCase{heads: 4, kv: 2, e: 32, size: 8, n: 40, typ: Q8_0}
	pool := NewPool(3)
	defer pool.Close()
	cpu := NewCPU(pool, false)
	kv, a, rows := c.filled(t, random(), cpu)
	width := c.heads * c.e
	want := make([]float32, c.n*width)
	// What is beyond two pages is another sequence on pages of its own.
	first, second := rows[0].Pages[:2], rows[0].Pages[2:]
	for i := range rows {
		rows[i] = Row{Pos: i, Pages: first}
		if i >= len(first)*c.size {
			rows[i] = Row{Pos: i - len(first)*c.size, Pages: second}
		}
	}
	for i := range rows {
		cpu.Attend(want[i*width:(i+1)*width], c.some(a, i, i+1), kv, 0, rows[i:i+1])
	}
	got := make([]float32, len(want))
	cpu.Attend(got, a, kv, 0, rows)
	sameBits(t, "two sequences", got, want)
}

// TestStoredKeysAndValuesComeBack reads what was stored through the panels, within what the type promises.
func TestStoredKeysAndValuesComeBack(t *testing.T) {
	for _, typ := range kvTypes {
		for _, e := range []int{16, 48, 64, 128} {
			for _, size := range []int{4, 16, 32} {
				checkStored(t, typ, e, size)
			}
		}
	}
}

func checkStored(t *testing.T, typ Type, e, size int) {
	t.Helper()
	r := random()
	kv, err := NewKV(KVOptions{Layers: 2, Heads: 2, HeadDim: e, PageSize: size, Pages: 16, Type: typ})
	if err != nil {
		t.Fatal(err)
	}
	defer kv.Close()
	pages := []int32{3, 9, 1, 0, 14, 6, 2, 5, 8, 4}
	n := min(40, len(pages)*size)
	x := normals(r, 2*n*e)
	var row kvRow
	for p := range n {
		for which := range 2 {
			kv.store(plain, &row, pages[p/size], 1, which, 1, p%size, x[(2*p+which)*e:][:e])
		}
	}
	limit := map[Type]float64{F32: 0, F16: 2e-3, Q8_0: 0.04, Q4_1: 0.5}[typ]
	check := func(what string, p, d int, got, want float32) {
		if !(math.Abs(float64(got-want)) <= limit) {
			t.Fatalf("%v, head size %d, pages of %d: %s of position %d channel %d is %g, want %g within %g", typ, e, size, what, p, d, got, want, limit)
		}
	}
	for _, k := range paths() {
		dst := make([]float32, max(e, n)*panelWidth)
		for p := 0; p < n; p += panelWidth {
			kv.keyPanel(k.floats, dst, pages, 1, 1, p, n)
			for j := range min(panelWidth, n-p) {
				key := make([]float32, e)
				for d := range key {
					key[d] = dst[d*panelWidth+j]
				}
				if n := kv.spread; n > 0 { // the transform is its own inverse but for a factor
					spreadPlain(key, n)
					scalePlain(key, 1/float32(n))
				}
				for d := range e {
					check("key", p+j, d, key[d], x[2*(p+j)*e+d])
				}
			}
		}
		for d := 0; d < e; d += panelWidth {
			kv.valuePanel(k.floats, dst, pages, 1, 1, d, 3, n)
			for p := 3; p < n; p++ {
				for j := range min(panelWidth, e-d) {
					check("value", p, d+j, dst[(p-3)*panelWidth+j], x[(2*p+1)*e+d+j])
				}
			}
		}
	}
}

// TestWhatIsNoNumberStaysVisible stores NaN and infinities.
func TestWhatIsNoNumberStaysVisible(t *testing.T) {
	q := make([]byte, 32)
	for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
		x := normals(random(), 32)
		x[17] = bad
		if s := fromF16(roundBytes(make([]int8, 32), x)); s == s {
			t.Errorf("%g: 8-bit scale %g", bad, s)
		}
		if s, _ := roundNibbles(q, x); fromF16(s) == fromF16(s) {
			t.Errorf("%g: 4-bit scale %g", bad, fromF16(s))
		}
	}
	for _, flat := range []float32{0, 1e-30, 3} {
		x := make([]float32, 32)
		for i := range x {
			x[i] = flat
		}
		s, low := roundNibbles(q, x)
		if got := fma32(float32(q[5]), fromF16(s), fromF16(low)); math.Abs(float64(got-flat)) > 1e-7 {
			t.Errorf("4 bits of %g are %g", flat, got)
		}
	}
}

// TestCachedBytesAreThePlainOnes rounds keys and values of every size on every path: also those whose scales are
// coarse, too large or no numbers.
func TestCachedBytesAreThePlainOnes(t *testing.T) {
	r := random()
	for _, kern := range paths() {
		for _, factor := range []float32{0, 1e-12, 3e-8, 1e-5, 2e-3, 1, 1e4, 8e6, 1e38, float32(math.Inf(1)), float32(math.NaN())} {
			x := normals(r, 128)
			for i := range x[:64] {
				x[i] *= factor
			}
			row := kvRow{scale: make([]uint16, 4)}
			kern.roundBytes(&row, groupX, x)
			for g, s := range row.scale {
				want := make([]int8, groupX)
				if ws := roundBytes(want, x[g*groupX:]); ws != s || !slices.Equal(want, row.ints[g*groupX:(g+1)*groupX]) {
					t.Errorf("%s, numbers around %g, group %d: %x %v, want %x %v", kern.name, factor, g, s, row.ints[g*groupX:(g+1)*groupX], ws, want)
				}
			}
		}
	}
}

// BenchmarkAttend measures the arithmetic of a prompt of 4,096 tokens, its last 512 rows, and of one row behind it, with
// the heads of EXAONE 3.0 7.8B.
func BenchmarkAttend(b *testing.B) {
	for _, typ := range kvTypes {
		for _, threads := range []int{1, 2} {
			for _, rows := range []int{1, 512} {
				b.Run(fmt.Sprintf("%v/threads=%d/rows=%d", typ, threads, rows), func(b *testing.B) {
					benchAttend(b, attendCase{heads: 32, kv: 8, e: 128, size: 32, n: 4096, typ: typ}, threads, rows)
				})
			}
		}
	}
}

func benchAttend(b *testing.B, c attendCase, threads, n int) {
	pool := NewPool(threads)
	defer pool.Close()
	cpu := NewCPU(pool, false)
	kv, a, rows := c.filled(b, random(), cpu)
	dst := make([]float32, c.n*c.heads*c.e)
	width := c.heads * c.e
	for lo := 0; lo < c.n; lo += 512 {
		cpu.Attend(dst[lo*width:(lo+512)*width], c.some(a, lo, lo+512), kv, 0, rows[lo:lo+512])
	}
	lo := c.n - n
	last := c.some(a, lo, c.n)
	b.ReportAllocs()
	for b.Loop() {
		cpu.Attend(dst[lo*width:], last, kv, 0, rows[lo:])
	}
	seconds := b.Elapsed().Seconds() / float64(b.N)
	seen := 0
	for _, r := range rows[lo:] {
		seen += r.Pos + 1
	}
	b.ReportMetric(4*float64(seen*width)/seconds/1e9, "GFLOPS")
	if n == 1 {
		b.ReportMetric(float64(2*c.kv*c.n)*float64(kv.plane)/float64(c.size)/seconds/1e9, "GB/s")
	}
}

// BenchmarkTile measures the inner loop alone, from the first-level cache: its share of the processor's peak.
func BenchmarkTile(b *testing.B) {
	for _, k := range paths() {
		for rows := 1; rows <= maxTile; rows++ {
			b.Run(fmt.Sprintf("%s/rows=%d", k.name, rows), func(b *testing.B) {
				r := random()
				q, keys, out := normals(r, maxTile*128), normals(r, 128*panelWidth), make([]float32, maxTile*panelWidth)
				for b.Loop() {
					k.floats.tile(out, panelWidth, q, 128, keys, 128, rows, false)
				}
				b.ReportMetric(2*float64(rows*128*panelWidth)/b.Elapsed().Seconds()*float64(b.N)/1e9, "GFLOPS")
			})
		}
	}
}
