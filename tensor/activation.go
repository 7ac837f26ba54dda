package tensor

import (
	"math"
	"unsafe"
)

// Rounded activations have one scale for superX of them, and in each groupX of those a factor, a power of two.
// Weight groups are 16 or 32 long, so none spans two.
const (
	groupX = 32
	superX = 256
)

// supers returns how many scales k activations have: the last may be of fewer.
func supers(k int) int { return (k + superX - 1) / superX }

// activations are n rows of k float32 rounded to int8 for the quantised weights: x ≈ q · factor · scale. A scale is
// the largest magnitude of 256 over 127, a factor the smallest power of two that leaves its 32 within ±127, and no
// smaller than 2^-15: so what is large in one group takes at most one bit from others. k is a multiple of groupX.
type activations struct {
	k       int
	q       []int8    // [n, k], within ±127
	factor  []float32 // [n, k/32]
	scale   []float32 // [n, k/256]
	sums    []float32 // [n, k/32]: factor · Σq of the group, for weights with a minimum per 32
	sums16  []float32 // [n, k/16]: the same per 16
	inverse []float32 // [n, k/32]: what q is x times of, while rounding
}

// reset sizes the buffers for n rows of k numbers. What they hold is undefined.
func (a *activations) reset(n, k int) {
	a.k = k
	groups := n * k / groupX
	a.q, a.factor, a.inverse, a.scale = grow(a.q, n*k), grow(a.factor, groups), grow(a.inverse, groups), grow(a.scale, n*supers(k))
	a.sums, a.sums16 = grow(a.sums, groups), grow(a.sums16, 2*groups)
}

// quantise rounds row t. sums says whether the sums are wanted.
func (a *activations) quantise(kern *kernels, t int, x []float32, sums bool) {
	groups := a.k / groupX
	q, factor := a.q[t*a.k:(t+1)*a.k], a.factor[t*groups:(t+1)*groups]
	kern.roundRow(q, groupX, factor, a.scale[t*supers(a.k):(t+1)*supers(a.k)], a.inverse[t*groups:(t+1)*groups], x)
	if !sums {
		return
	}
	for g, f := range factor {
		lo, hi := sumInt8(q[g*32:g*32+16]), sumInt8(q[g*32+16:g*32+32])
		a.sums16[(t*groups+g)*2] = float32(lo) * f
		a.sums16[(t*groups+g)*2+1] = float32(hi) * f
		a.sums[t*groups+g] = float32(lo+hi) * f
	}
}

func sumInt8(q []int8) (sum int32) {
	for _, v := range q {
		sum += int32(v)
	}
	return sum
}

// roundRow rounds x, groups of 32 to q stride apart. What a number that is not finite belongs to gets a NaN for its
// scale: the fault stays visible in the result. inverse is memory for it.
func (k *kernels) roundRow(q []int8, stride int, factor, scale, inverse, x []float32) {
	k.tops(inverse, x)
	for s := range scale {
		groups := inverse[s*(superX/groupX) : min((s+1)*(superX/groupX), len(inverse))]
		var top float32
		for _, v := range groups {
			top = max(top, v) // NaN if one is
		}
		scale[s] = top / 127
		whole := 127 / top
		for g, own := range groups {
			shift := factorShift(top, own)
			factor[s*(superX/groupX)+g] = math.Float32frombits((127 - shift) << 23)
			groups[g] = whole * math.Float32frombits((127+shift)<<23)
		}
	}
	k.round(q, stride, inverse, x)
}

// factorShift returns the largest n up to 15 with own ≤ top·2^-n, given own ≤ top: floats are ordered as their bits
// are, and 2^-n takes n from the exponent.
func factorShift(top, own float32) uint32 {
	t, o := math.Float32bits(top), math.Float32bits(own)
	if !(own <= top) { // NaN
		return 0
	}
	return min((t-o)>>23, 15)
}

// topsPlain sets tops to the largest magnitudes of groups of 32, NaN where not all are finite.
func topsPlain(tops, x []float32) {
	for g := range tops {
		var top, poison float32
		for _, v := range (*[groupX]float32)(x[g*groupX:]) {
			top = max(top, float32(math.Abs(float64(v))))
			poison += v - v // 0, or NaN
		}
		tops[g] = top + poison
	}
}

// roundPlain rounds x times a factor for every 32 to the nearest, ties to even. What is no number then, or too large,
// is 0: that happens where a scale is NaN, or 0, or so small that its inverse is infinite and nothing can be told apart.
func roundPlain(q []int8, stride int, inverse, x []float32) {
	for g, f := range inverse {
		group, out := (*[groupX]float32)(x[g*groupX:]), (*[groupX]int8)(q[g*stride:])
		for i, v := range group {
			// Below 2^22 adding 1.5·2^23 leaves the rounded integer in the mantissa.
			r := float32(v * f)
			if !(r >= -127.5 && r <= 127.5) {
				r = 0
			}
			out[i] = int8(r + roundBig - roundBig)
		}
	}
}

// grow returns s with length n, and new memory only if it must.
func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// growAligned is grow for bytes that begin on a cache line.
func growAligned(s []byte, n int) []byte {
	if cap(s) < n {
		s = make([]byte, n+lineBytes-1)
		s = s[-uintptr(unsafe.Pointer(&s[0]))%lineBytes:]
	}
	return s[:n]
}

// growFloats is growAligned for float32.
func growFloats(s []float32, n int) []float32 {
	if cap(s) < n {
		b := growAligned(nil, 4*n)
		s = unsafe.Slice((*float32)(unsafe.Pointer(&b[0])), n)
	}
	return s[:n]
}
