package tensor

import (
	"encoding/binary"
	"math"
)

// floatKernels are the inner loops of attention and of the small operations. As with [kernels], every path gives the
// bits of the plain one.
type floatKernels struct {
	// tile multiplies rows of a by the panel b [k, 16]: for each r below rows, at most maxTile, and j below 16,
	// c[r·cs+j] becomes a chain of fused a[r·as+i]·b[16i+j] over i in order, that begins with c[r·cs+j] if more is
	// set and with 0 otherwise.
	tile func(c []float32, cs int, a []float32, as int, b []float32, k, rows int, more bool)
	// tile2 is tile of maxTile rows and two panels, bs numbers apart, for columns 0 to 15 and 16 to 31 of c; k is
	// positive. nil where one panel is as fast.
	tile2 func(c []float32, cs int, a []float32, as int, b []float32, bs, k int, more bool)

	// dotHalves and dotBfloats are kernels.dot of numbers of two bytes, little-endian; nil where a row is better
	// widened first.
	dotHalves  func(w []byte, x []float32) float32
	dotBfloats func(w []byte, x []float32) float32
	// dot6 continues the chains of kernels.dot, before they are reduced, of two rows of w, ws apart, and three of x, xs
	// apart, over n columns, a multiple of lanes: those of row r and token t are chains[3r+t].
	dot6 func(chains *[6][lanes]float32, w []float32, ws int, x []float32, xs, n int)
	// dot6Halves is dot6 of numbers of two bytes in F16, ws numbers apart; nil where they are better widened first.
	dot6Halves func(chains *[6][lanes]float32, w []byte, ws int, x []float32, xs, n int)
	// reduce6 adds the lanes of six chains, as kernels.dot does.
	reduce6 func(dst *[6]float32, chains *[6][lanes]float32)

	// panelFloats and panelHalves widen n rows of width numbers, stride bytes apart, to rows of a panel.
	panelFloats func(dst []float32, src []byte, stride, n, width int)
	panelHalves func(dst []float32, src []byte, stride, n, width int)
	// panelBytes widens n rows of width int8 and multiplies column j by scale[j]; lineBytes sixteen columns, row i by
	// scale[i]. Scales and minima are halves.
	panelBytes func(dst []float32, src []byte, stride, n, width int, scale []byte)
	lineBytes  func(dst []float32, src []byte, stride, n int, scale []byte)
	// panelNibbles and lineNibbles do so with the four bits at shift, and add a minimum, fused.
	panelNibbles func(dst []float32, src []byte, stride, n, width, shift int, scale, low []byte)
	lineNibbles  func(dst []float32, src []byte, stride, n, width, shift int, scale, low []byte)

	// spread applies the Walsh-Hadamard transform, not normalised, to each stretch of n of x: n is a power of two, and
	// len(x) a multiple of it.
	spread func(x []float32, n int)

	// ask tells memory that b will be read soon; nil where nothing can be told.
	ask func(b []byte)

	// top returns the largest of x and of begin. It may skip a NaN: the sum of the exponentials shows it.
	top func(x []float32, begin float32) float32
	// add, scale and blend: dst += x; x *= s; dst = dst·a + x·b, of which the second product is fused.
	add   func(dst, x []float32)
	scale func(x []float32, s float32)
	blend func(dst, x []float32, a, b float32)
	// normalise sets dst to (x·s)·weight.
	normalise func(dst, x, weight []float32, s float32)
	// sum returns Σ x, with the lanes of kernels.dot.
	sum func(x []float32) float32
	// shift sets dst to x + s, and affine to (x·s)·weight + bias, of which the last product is fused.
	shift  func(dst, x []float32, s float32)
	affine func(dst, x, weight, bias []float32, s float32)
	// gelu is that of [Ops].
	gelu func(x []float32)
	// turn rotates the pairs (lo[i], hi[i]), and turnPairs the pairs (x[2i], x[2i+1]).
	turn      func(lo, hi, cos, sin []float32)
	turnPairs func(x, cos, sin []float32)
	// geglu and softCap are those of [Ops].
	geglu   func(dst, gate, up []float32)
	softCap func(x []float32, limit float32)
}

// maxTile is how many rows a tile has at most: with two vectors each, as many as there are registers for.
const maxTile = 6

var plainFloats = floatKernels{tile: tilePlain, dot6: dot6Plain, reduce6: reduce6Plain,
	panelFloats: panelFloatsPlain, panelHalves: panelHalvesPlain,
	panelBytes: panelBytesPlain, lineBytes: lineBytesPlain, panelNibbles: panelNibblesPlain, lineNibbles: lineNibblesPlain,
	spread: spreadPlain, top: topPlain, add: addPlain, scale: scalePlain, blend: blendPlain, normalise: normalisePlain, sum: sumPlain, shift: shiftPlain, affine: affinePlain, gelu: geluPlain, turn: turnPlain, turnPairs: turnPairsPlain,
	geglu: gegluPlain, softCap: softCapPlain}

func tilePlain(c []float32, cs int, a []float32, as int, b []float32, k, rows int, more bool) {
	for r := range rows {
		out := (*[panelWidth]float32)(c[r*cs:])
		if !more {
			*out = [panelWidth]float32{}
		}
		for i, v := range a[r*as:][:k] {
			row := (*[panelWidth]float32)(b[i*panelWidth:])
			for j := range out {
				out[j] = fma32(v, row[j], out[j])
			}
		}
	}
}

func dot6Plain(chains *[6][lanes]float32, w []float32, ws int, x []float32, xs, n int) {
	for i := range chains {
		l := &chains[i]
		a, b := w[i/3*ws:], x[i%3*xs:]
		for j := range n {
			l[j%lanes] = fma32(a[j], b[j], l[j%lanes])
		}
	}
}

func reduce6Plain(dst *[6]float32, chains *[6][lanes]float32) {
	for i := range dst {
		dst[i] = reduceLanes(&chains[i])
	}
}

// reduceLanes adds sixteen lanes by halves.
func reduceLanes(l *[lanes]float32) float32 {
	var half [8]float32
	for j := range half {
		half[j] = l[j] + l[j+8]
	}
	return reduce8(&half)
}

func nativeHalf(b []byte) uint16 { return binary.NativeEndian.Uint16(b) }

func panelFloatsPlain(dst []float32, src []byte, stride, n, width int) {
	for i := range n {
		for j := range width {
			dst[i*panelWidth+j] = math.Float32frombits(binary.NativeEndian.Uint32(src[i*stride+4*j:]))
		}
	}
}

func panelHalvesPlain(dst []float32, src []byte, stride, n, width int) {
	for i := range n {
		for j := range width {
			dst[i*panelWidth+j] = fromF16(nativeHalf(src[i*stride+2*j:]))
		}
	}
}

func panelBytesPlain(dst []float32, src []byte, stride, n, width int, scale []byte) {
	for i := range n {
		for j, q := range src[i*stride:][:width] {
			dst[i*panelWidth+j] = float32(int8(q)) * fromF16(nativeHalf(scale[2*j:]))
		}
	}
}

func lineBytesPlain(dst []float32, src []byte, stride, n int, scale []byte) {
	for i := range n {
		for j, q := range src[i*stride:][:panelWidth] {
			dst[i*panelWidth+j] = float32(int8(q)) * fromF16(nativeHalf(scale[2*i:]))
		}
	}
}

func panelNibblesPlain(dst []float32, src []byte, stride, n, width, shift int, scale, low []byte) {
	for i := range n {
		for j, q := range src[i*stride:][:width] {
			dst[i*panelWidth+j] = fma32(float32(q>>shift&15), fromF16(nativeHalf(scale[2*j:])), fromF16(nativeHalf(low[2*j:])))
		}
	}
}

func lineNibblesPlain(dst []float32, src []byte, stride, n, width, shift int, scale, low []byte) {
	for i := range n {
		for j, q := range src[i*stride:][:width] {
			dst[i*panelWidth+j] = fma32(float32(q>>shift&15), fromF16(nativeHalf(scale[2*i:])), fromF16(nativeHalf(low[2*i:])))
		}
	}
}

func spreadPlain(x []float32, n int) {
	for half := 1; half < n; half *= 2 {
		for i := 0; i < len(x); i += 2 * half {
			for j := i; j < i+half; j++ {
				x[j], x[j+half] = x[j]+x[j+half], x[j]-x[j+half]
			}
		}
	}
}

func topPlain(x []float32, begin float32) float32 {
	for _, v := range x {
		if v > begin {
			begin = v
		}
	}
	return begin
}

func addPlain(dst, x []float32) {
	for i, v := range x {
		dst[i] += v
	}
}

func scalePlain(x []float32, s float32) {
	for i := range x {
		x[i] *= s
	}
}

func blendPlain(dst, x []float32, a, b float32) {
	for i, v := range x {
		dst[i] = fma32(v, b, float32(dst[i]*a))
	}
}

func normalisePlain(dst, x, weight []float32, s float32) {
	for i, w := range weight {
		dst[i] = float32(x[i]*s) * w
	}
}

func turnPlain(lo, hi, cos, sin []float32) {
	for i, c := range cos {
		a, b := lo[i], hi[i]
		lo[i] = float32(a*c) - float32(b*sin[i])
		hi[i] = float32(b*c) + float32(a*sin[i])
	}
}

func turnPairsPlain(x, cos, sin []float32) {
	for i, c := range cos {
		a, b := x[2*i], x[2*i+1]
		x[2*i] = float32(a*c) - float32(b*sin[i])
		x[2*i+1] = float32(b*c) + float32(a*sin[i])
	}
}

// gegluPlain: gelu(g) = g/2 · (1 + tanh(u)) = g · sigmoid(2u), u = √(2/π) · (g + 0.044715 g³).
func gegluPlain(dst, gate, up []float32) {
	const twice = 2 * 0.7978845608028654
	for i, g := range gate {
		u := twice * (g + float32(0.044715*float32(float32(g*g)*g)))
		dst[i] = g / (1 + exp32(-u)) * up[i]
	}
}

func softCapPlain(x []float32, limit float32) {
	for i, v := range x {
		x[i] = limit * tanh32(v/limit)
	}
}
