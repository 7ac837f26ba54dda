package tensor

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// TestEmulatedFMA holds the emulation to exact arithmetic; the cases where rounding twice goes wrong, which
// random numbers seldom meet, are written out.
func TestEmulatedFMA(t *testing.T) {
	check := func(x, y, z, want float32) {
		t.Helper()
		if got := emulatedFMA(x, y, z); math.Float32bits(got) != math.Float32bits(want) {
			t.Errorf("fma(%g, %g, %g) = %g, want %g", x, y, z, got, want)
		}
	}
	check(2, 3, 4, 10)
	check(1+0x1p-23, 1+0x1p-23, -1, 0x1p-22+0x1p-46)
	// x·y is half a unit above 1, and z a breath more: a sum rounded to float64 first forgets the breath and
	// then rounds the tie to even, down.
	check(1+0x1p-12, 1-0x1p-12+0x1p-23, 0, float32(float64(1+0x1p-12)*float64(1-0x1p-12+0x1p-23)))
	check(0x1p-12-0x1p-30, 0x1p-12, 1, 1)   // just below half a unit
	check(0x1p-12, 0x1p-12, 1, 1)           // a tie, to even
	check(1, 0x1p-24, 1, 1)                 // a tie, to even
	check(1+0x1p-23, 0x1p-24, 1, 1+0x1p-23) // just above it: needs one rounding
	inf := float32(math.Inf(1))
	check(inf, -1, 3, -inf)
	check(inf, 1, 3, inf)
	if got := emulatedFMA(inf, 0, 1); got == got {
		t.Errorf("fma(inf, 0, 1) = %g, want NaN", got)
	}
	check(math.MaxFloat32, 2, 0, inf)
	check(math.MaxFloat32, -2, 0, -inf)
	r := random()
	for range 20000 {
		x, y, z := wild(r), wild(r), wild(r)
		sum := big.NewFloat(0).SetPrec(400).Mul(big.NewFloat(float64(x)), big.NewFloat(float64(y)))
		want, _ := sum.Add(sum, big.NewFloat(float64(z))).Float32()
		check(x, y, z, want)
		if fma32(x, y, z) != want {
			t.Fatalf("fma32(%g, %g, %g) = %g, want %g", x, y, z, fma32(x, y, z), want)
		}
	}
}

func random() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// wild returns numbers of many magnitudes.
func wild(r *rand.Rand) float32 {
	return float32(r.NormFloat64()) * float32(math.Ldexp(1, r.IntN(40)-20))
}

func normals(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

func TestExp32(t *testing.T) {
	worst := 0.0
	for x := float32(-87.3); x < 88.3; x += 0.00137 {
		got, want := float64(exp32(x)), math.Exp(float64(x))
		worst = max(worst, math.Abs(got-want)/want)
	}
	if worst > 2.5e-7 {
		t.Errorf("relative error %g, want at most 2.5e-7", worst)
	}
	inf := float32(math.Inf(1))
	if exp32(-inf) != 0 || exp32(0) != 1 || math.IsInf(float64(exp32(inf)), 0) || exp32(inf-inf) == exp32(inf-inf) {
		t.Errorf("exp32 of -inf, 0, inf, NaN: %g %g %g %g", exp32(-inf), exp32(0), exp32(inf), exp32(inf-inf))
	}
}

// sameBits compares float slices, NaN equal to NaN.
func sameBits(t *testing.T, what string, got, want []float32) {
	t.Helper()
	for i := range want {
		g, w := got[i], want[i]
		if math.Float32bits(g) != math.Float32bits(w) && !(g != g && w != w) {
			t.Fatalf("%s: element %d of %d is %g (%08x), want %g (%08x)", what, i, len(want), g, math.Float32bits(g), w, math.Float32bits(w))
		}
	}
}

// TestPathsGiveTheBitsOfThePlainOne runs every kernel of every path of this machine on odd and even sizes.
func TestPathsGiveTheBitsOfThePlainOne(t *testing.T) {
	for _, k := range paths() {
		t.Run(k.name, func(t *testing.T) {
			for _, n := range []int{0, 1, 5, 8, 15, 16, 17, 24, 40, 64, 80, 100, 128, 257, 576} {
				checkKernels(t, k, n)
			}
			checkRound(t, k)
			checkSpread(t, k)
			checkTiles(t, k)
			checkPanels(t, k)
		})
	}
}

func checkKernels(t *testing.T, k *kernels, n int) {
	r := random()
	w, x := normals(r, n), normals(r, 3*n)
	name := fmt.Sprintf("n=%d ", n)
	sameBits(t, name+"dot", []float32{k.dot(w, x)}, []float32{dotPlain(w, x)})
	padded := normals(r, (n+7)&^7)
	for i := range padded {
		padded[i] *= 30
		if i%11 == 5 {
			padded[i] = float32(math.Inf(-1))
		}
	}
	other := append([]float32(nil), padded...)
	sum, wantSum := k.expSum(padded, 61), expSumPlain(other, 61)
	sameBits(t, name+"expSum", append(padded, sum), append(other, wantSum))
	gate, up := normals(r, n), normals(r, n)
	for i := range gate {
		gate[i] *= 40
	}
	a, b := make([]float32, n), make([]float32, n)
	k.swiglu(a, gate, up)
	swigluPlain(b, gate, up)
	sameBits(t, name+"swiglu", a, b)
	src := make([]byte, 2*n)
	for i := range src {
		src[i] = byte(r.Uint32())
	}
	k.halves(a, src)
	halvesPlain(b, src)
	sameBits(t, name+"halves", a, b)
	k.bfloats(a, src)
	bfloatsPlain(b, src)
	sameBits(t, name+"bfloats", a, b)
	if k.floats.dotHalves != nil {
		halvesPlain(a, src)
		bfloatsPlain(b, src)
		sameBits(t, name+"dotHalves", []float32{k.floats.dotHalves(src, w)}, []float32{dotPlain(a, w)})
		sameBits(t, name+"dotBfloats", []float32{k.floats.dotBfloats(src, w)}, []float32{dotPlain(b, w)})
	}
	var six, wantSix [6][lanes]float32
	rows, whole := normals(r, 2*n), n&^(lanes-1)
	for range 2 { // the second time they go on
		k.floats.dot6(&six, rows, n, x, n, whole)
		dot6Plain(&wantSix, rows, n, x, n, whole)
	}
	for i := range six {
		sameBits(t, name+"dot6", six[i][:], wantSix[i][:])
	}
	var sums, wantSums [6]float32
	k.floats.reduce6(&sums, &six)
	reduce6Plain(&wantSums, &six)
	sameBits(t, name+"reduce6", sums[:], wantSums[:])
	checkSmall(t, name, k.floats, n)
}

// checkSmall compares the loops of the small operations.
func checkSmall(t *testing.T, name string, k *floatKernels, n int) {
	r := random()
	x, y, z := normals(r, 2*n), normals(r, 2*n), normals(r, 2*n)
	for i := range x {
		x[i] *= 20
	}
	sameBits(t, name+"top", []float32{k.top(x, -3), k.top(x, 1e9)}, []float32{topPlain(x, -3), topPlain(x, 1e9)})
	run := func(what string, f func(k *floatKernels, dst, x []float32)) {
		got, want := append([]float32(nil), z...), append([]float32(nil), z...)
		other := append([]float32(nil), x...)
		f(k, got, other)
		f(&plainFloats, want, append([]float32(nil), x...))
		sameBits(t, name+what, got, want)
	}
	run("add", func(k *floatKernels, dst, x []float32) { k.add(dst, x) })
	run("scale", func(k *floatKernels, dst, x []float32) { k.scale(dst, 0.3) })
	run("blend", func(k *floatKernels, dst, x []float32) { k.blend(dst, x, 0.3, 0.7) })
	run("normalise", func(k *floatKernels, dst, x []float32) { k.normalise(dst, x, y, 0.3) })
	sameBits(t, name+"sum", []float32{k.sum(x)}, []float32{sumPlain(x)})
	run("shift", func(k *floatKernels, dst, x []float32) { k.shift(dst, x, 0.3) })
	run("affine", func(k *floatKernels, dst, x []float32) { k.affine(dst, x, y, z, 0.3) })
	run("gelu", func(k *floatKernels, dst, x []float32) { copy(dst, x); k.gelu(dst) })
	run("turn", func(k *floatKernels, dst, x []float32) { k.turn(dst[:n], dst[n:], x[:n], y[:n]) })
	run("turnPairs", func(k *floatKernels, dst, x []float32) { k.turnPairs(dst, x[:n], y[:n]) })
	run("geglu", func(k *floatKernels, dst, x []float32) { k.geglu(dst, x, y) })
	run("softCap", func(k *floatKernels, dst, x []float32) { k.scale(dst, 40); k.softCap(dst, 30) })
}

// checkSpread transforms stretches of every power of two.
func checkSpread(t *testing.T, k *kernels) {
	for n := 1; n <= 256; n *= 2 {
		got := normals(random(), 3*n)
		want := append([]float32(nil), got...)
		k.floats.spread(got, n)
		spreadPlain(want, n)
		sameBits(t, fmt.Sprintf("spread of %d", n), got, want)
	}
}

// checkTiles multiplies tiles of every height, with strides beyond their rows.
func checkTiles(t *testing.T, k *kernels) {
	r := random()
	for rows := 1; rows <= maxTile; rows++ {
		for _, n := range []int{0, 1, 2, 7, 64, 129} {
			for _, more := range []bool{false, true} {
				const cs = panelWidth + 5
				as := n + 3
				a, b, got := normals(r, rows*as), normals(r, n*panelWidth), normals(r, rows*cs)
				want := append([]float32(nil), got...)
				k.floats.tile(got, cs, a, as, b, n, rows, more)
				tilePlain(want, cs, a, as, b, n, rows, more)
				sameBits(t, fmt.Sprintf("tile of %d by %d, more %v", rows, n, more), got, want)
			}
		}
	}
}

// checkPanels widens rows of every stored form.
func checkPanels(t *testing.T, k *kernels) {
	r := random()
	src, scale, low := make([]byte, 40*80), make([]byte, 80), make([]byte, 80)
	for i := range src {
		src[i] = byte(r.Uint32())
	}
	for i := range 40 {
		binary.NativeEndian.PutUint16(scale[2*i:], toF16(float32(r.NormFloat64())))
		binary.NativeEndian.PutUint16(low[2*i:], toF16(float32(r.NormFloat64())))
	}
	for _, n := range []int{0, 1, 3, 32} {
		for _, width := range []int{1, 7, panelWidth} {
			run := func(what string, f func(k *floatKernels, dst []float32)) {
				got, want := make([]float32, n*panelWidth), make([]float32, n*panelWidth)
				f(k.floats, got)
				f(&plainFloats, want)
				sameBits(t, fmt.Sprintf("%s of %d by %d", what, n, width), got, want)
			}
			run("floats", func(k *floatKernels, dst []float32) { k.panelFloats(dst, src, 80, n, width) })
			run("halves", func(k *floatKernels, dst []float32) { k.panelHalves(dst, src, 80, n, width) })
			run("bytes", func(k *floatKernels, dst []float32) { k.panelBytes(dst, src, 80, n, width, scale) })
			run("lines of bytes", func(k *floatKernels, dst []float32) { k.lineBytes(dst, src, 80, n, scale) })
			for _, shift := range []int{0, 4} {
				run("nibbles", func(k *floatKernels, dst []float32) { k.panelNibbles(dst, src, 80, n, width, shift, scale, low) })
				run("lines of nibbles", func(k *floatKernels, dst []float32) { k.lineNibbles(dst, src, 80, n, width, shift, scale, low) })
			}
		}
	}
}

// checkRound rounds groups with all that can be in them: zeros, ties, tiny, huge and no numbers at all.
func checkRound(t *testing.T, k *kernels) {
	r := random()
	const groups = 403 // the last scale is of three
	x := normals(r, groups*groupX)
	for g := range groups {
		group := x[g*groupX : (g+1)*groupX]
		kind := g % 8
		if g/8%4 != 0 && (kind == 2 || kind == 3) { // a number that is not finite spoils all with its scale
			kind = 0
		}
		if g/8%2 == 1 && kind == 5 { // so large that the rest is nothing beside it
			kind = 7
		}
		switch kind {
		case 1:
			clear(group)
		case 2:
			group[r.IntN(groupX)] = float32(math.NaN())
		case 3:
			group[r.IntN(groupX)] = float32(math.Inf(1 - 2*r.IntN(2)))
		case 4:
			for i := range group {
				group[i] = math.Float32frombits(r.Uint32N(40)) // subnormal
			}
		case 5:
			for i := range group {
				group[i] *= 1e38
			}
		case 7:
			for i := range group {
				group[i] *= float32(int(1) << r.IntN(20))
			}
		case 6:
			for i := range group {
				group[i] = float32(r.IntN(255)-127) / 2
			}
			group[0] = 127
		}
	}
	var got, want activations
	for a, kern := range map[*activations]*kernels{&got: k, &want: plain} {
		a.reset(1, len(x))
		a.quantise(kern, 0, x, true)
	}
	sameBits(t, "scale", got.scale, want.scale)
	sameBits(t, "factor", got.factor, want.factor)
	for i, q := range got.q {
		if q != want.q[i] {
			t.Fatalf("round: element %d of group %d (%g, scale %g times %g) is %d, want %d", i%groupX, i/groupX, x[i],
				got.scale[i/superX], got.factor[i/groupX], q, want.q[i])
		}
	}
}

// TestRoundingIsWithinHalfAStep rounds stretches with channels far above the rest: every number comes back within half
// a step of its own group, and no step is more than twice as long as it would be alone, or 2^-15 of the longest.
func TestRoundingIsWithinHalfAStep(t *testing.T) {
	r := random()
	const k = 5*superX + 3*groupX
	x := normals(r, k)
	for range k / 20 {
		x[r.IntN(k)] *= float32(int(1) << r.IntN(24))
	}
	var a activations
	a.reset(1, k)
	a.quantise(plain, 0, x, false)
	for g, f := range a.factor {
		group := x[g*groupX : (g+1)*groupX]
		step, top := float64(f)*float64(a.scale[g*groupX/superX]), 0.0
		for i, v := range group {
			top = max(top, math.Abs(float64(v)))
			if diff := math.Abs(float64(v) - float64(a.q[g*groupX+i])*step); diff > 0.501*step {
				t.Errorf("group %d: %g is %d steps of %g, %g off", g, v, a.q[g*groupX+i], step, diff)
			}
		}
		if longest := float64(a.scale[g*groupX/superX]); step > 2.001*top/127 && step > longest*0x1p-15 {
			// A group may lie between: then all of its scale's share its step.
			if f != 1 || top*2 < longest*127 {
				t.Errorf("group %d: a step of %g for numbers up to %g", g, step, top)
			}
		}
	}
}

func TestHalvesRoundTrip(t *testing.T) {
	for i := range 1 << 16 {
		h := uint16(i)
		f := fromF16(h)
		if f != f {
			continue
		}
		want := h
		if h&0x7fff == 0x7c00 { // infinities become the largest
			want = h - 1
		}
		if got := toF16(f); got != want {
			t.Fatalf("half %04x is %g and back %04x", h, f, got)
		}
	}
	check := func(f float32, want uint16) {
		t.Helper()
		if got := toF16(f); got != want {
			t.Errorf("toF16(%g) = %04x, want %04x", f, got, want)
		}
	}
	check(1+0x1p-11, 0x3c00) // a tie, to even
	check(1+0x1p-11+0x1p-20, 0x3c01)
	check(0x1p-25, 0) // a tie, to even
	check(0x1.8p-25, 1)
	check(65519, 0x7bff)
	check(1e9, 0x7bff)
	check(-1e9, 0xfbff)
}
