package tensor

import "golang.org/x/sys/cpu"

// vectorPaths returns the vector paths of this machine. The AVX2 path also uses F16C, which every processor
// with AVX2 has (Intel since Ivy Bridge, AMD since Piledriver) and x/sys/cpu does not report.
func vectorPaths() []*kernels {
	if !cpu.X86.HasAVX2 || !cpu.X86.HasFMA {
		return nil
	}
	found := []*kernels{avx2}
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL && cpu.X86.HasAVX512DQ {
		found = append(found, avx2.with("avx512", &stripAVX512))
		if cpu.X86.HasAVX512VNNI {
			found = append(found, avx2.with("vnni", &stripVNNI))
		}
	}
	return found
}

// with returns a path of a processor with AVX-512: it has its own kernels for interleaved weights and for what
// attention does most, and shares the rest.
func (k *kernels) with(name string, strips *stripKernels) *kernels {
	path := *k
	path.name, path.strips, path.floats, path.expSum, path.swiglu = name, strips, floatsAVX512, expSumWide, swigluWide
	return &path
}

var avx2 = &kernels{name: "avx2", dot: dotVector, expSum: expSumVector,
	swiglu: swigluVector, halves: halvesVector, bfloats: bfloatsVector, tops: topsVector, round: roundVector, block: blockVector,
	strips: &stripAVX2, floats: &floatsAVX2}

// The functions in float_amd64.s take whole vectors; these take the tails.

//go:noescape
func dotAVX2(w, x *float32, n int) float32

//go:noescape
func expSumAVX2(x *float32, n int, top float32) float32

//go:noescape
func swigluAVX2(dst, gate, up *float32, n int)

//go:noescape
func halvesAVX2(dst *float32, src *byte, n int)

//go:noescape
func bfloatsAVX2(dst *float32, src *byte, n int)

//go:noescape
func topsAVX2(tops, x *float32, groups int)

//go:noescape
func roundAVX2(q *int8, inverse, x *float32, groups, stride int)

func dotVector(w, x []float32) float32 {
	n := len(w) &^ (lanes - 1)
	y := float32(0)
	if n > 0 {
		x = x[:len(w)]
		y = dotAVX2(&w[0], &x[0], n)
	}
	for i := n; i < len(w); i++ {
		y = fma32(w[i], x[i], y)
	}
	return y
}

func expSumVector(x []float32, top float32) float32 {
	if len(x) == 0 || len(x)%8 != 0 {
		return expSumPlain(x, top)
	}
	return expSumAVX2(&x[0], len(x), top)
}

func swigluVector(dst, gate, up []float32) {
	n := len(gate) &^ 7
	dst, up = dst[:len(gate)], up[:len(gate)]
	if n > 0 {
		swigluAVX2(&dst[0], &gate[0], &up[0], n)
	}
	swigluPlain(dst[n:], gate[n:], up[n:])
}

func halvesVector(dst []float32, src []byte) {
	n := len(dst) &^ 7
	src = src[:2*len(dst)]
	if n > 0 {
		halvesAVX2(&dst[0], &src[0], n)
	}
	halvesPlain(dst[n:], src[2*n:])
}

func bfloatsVector(dst []float32, src []byte) {
	n := len(dst) &^ 7
	src = src[:2*len(dst)]
	if n > 0 {
		bfloatsAVX2(&dst[0], &src[0], n)
	}
	bfloatsPlain(dst[n:], src[2*n:])
}

func topsVector(tops, x []float32) {
	if len(tops) > 0 {
		topsAVX2(&tops[0], &x[:len(tops)*groupX][0], len(tops))
	}
}

func roundVector(q []int8, stride int, inverse, x []float32) {
	n := len(inverse)
	if n == 0 {
		return
	}
	_, _ = q[(n-1)*stride+groupX-1], x[n*groupX-1]
	roundAVX2(&q[0], &inverse[0], &x[0], n, stride)
}
