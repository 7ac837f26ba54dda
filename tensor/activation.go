package tensor

import (
	"math"
	"unsafe"
)

// groupX is how many activations share a scale. Weight groups are 16 or 32 long, so none spans two.
const groupX = 32

// activations are n rows of k float32 rounded to int8 for the quantised weights: x ≈ q · scale, where scale
// is the largest magnitude of a group over 127. k is a multiple of groupX.
type activations struct {
	k      int
	q      []int8    // [n, k], within ±127
	scale  []float32 // [n, k/32]
	sums   []float32 // [n, k/32]: scale · Σq of the group, for weights with a minimum per 32
	sums16 []float32 // [n, k/16]: the same per 16
}

// reset sizes the buffers for n rows of k numbers. What they hold is undefined.
func (a *activations) reset(n, k int) {
	a.k = k
	a.q = grow(a.q, n*k)
	a.scale = grow(a.scale, n*k/groupX)
	a.sums = grow(a.sums, n*k/groupX)
	a.sums16 = grow(a.sums16, n*k/16)
}

// quantise rounds row t. sums says whether the sums are wanted.
func (a *activations) quantise(kern *kernels, t int, x []float32, sums bool) {
	groups := a.k / groupX
	q, scale := a.q[t*a.k:(t+1)*a.k], a.scale[t*groups:(t+1)*groups]
	kern.round(q, scale, x)
	if !sums {
		return
	}
	for g, s := range scale {
		lo, hi := sumInt8(q[g*32:g*32+16]), sumInt8(q[g*32+16:g*32+32])
		a.sums16[(t*groups+g)*2] = float32(lo) * s
		a.sums16[(t*groups+g)*2+1] = float32(hi) * s
		a.sums[t*groups+g] = float32(lo+hi) * s
	}
}

func sumInt8(q []int8) (sum int32) {
	for _, v := range q {
		sum += int32(v)
	}
	return sum
}

// roundPlain rounds x to the nearest, ties to even, in units of a group's largest magnitude over 127. A
// group with a number that is not finite gets a NaN for its scale: the fault stays visible in the result.
func roundPlain(q []int8, scale []float32, x []float32) {
	for g := range scale {
		group, out := (*[groupX]float32)(x[g*groupX:]), (*[groupX]int8)(q[g*groupX:])
		var top, poison float32
		for _, v := range group {
			top = max(top, float32(math.Abs(float64(v))))
			poison += v - v // 0, or NaN
		}
		scale[g] = top/127 + poison
		if top == 0 || poison != 0 {
			*out = [groupX]int8{}
			continue
		}
		inverse := 127 / top
		for i, v := range group {
			// Below 2^22 adding 1.5·2^23 leaves the rounded integer in the mantissa. A subnormal top makes
			// inverse infinite: then nothing of the group can be told apart, and it is 0.
			f := float32(v * inverse)
			if !(f >= -127.5 && f <= 127.5) {
				f = 0
			}
			out[i] = int8(f + roundBig - roundBig)
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
