package tensor

import (
	"encoding/binary"
	"math"
)

// lanes is how many chains a dot product has: two vectors of eight.
const lanes = 16

func dotPlain(w, x []float32) float32 {
	var l [lanes]float32
	x = x[:len(w)]
	for len(w) >= lanes {
		a, b := (*[lanes]float32)(w), (*[lanes]float32)(x)
		for j := range l {
			l[j] = fma32(a[j], b[j], l[j])
		}
		w, x = w[lanes:], x[lanes:]
	}
	return tail(reduceLanes(&l), w, x)
}

// tail continues the sum y of a dot product in one chain, over what is left beyond whole lanes.
func tail(y float32, w, x []float32) float32 {
	for i, v := range w {
		y = fma32(v, x[i], y)
	}
	return y
}

// reduce8 adds eight lanes by halves: i and i+4, i and i+2, i and i+1.
func reduce8(l *[8]float32) float32 {
	a, b, c, d := l[0]+l[4], l[1]+l[5], l[2]+l[6], l[3]+l[7]
	a, b = a+c, b+d
	return a + b
}

func expSumPlain(x []float32, top float32) float32 {
	var l [8]float32
	for i := range x {
		x[i] = exp32(x[i] - top)
		l[i%8] += x[i]
	}
	return reduce8(&l)
}

func swigluPlain(dst, gate, up []float32) {
	for i, g := range gate {
		dst[i] = g / (1 + exp32(-g)) * up[i]
	}
}

func halvesPlain(dst []float32, src []byte) {
	for i := range dst {
		dst[i] = fromF16(binary.LittleEndian.Uint16(src[2*i:]))
	}
}

func bfloatsPlain(dst []float32, src []byte) {
	for i := range dst {
		dst[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(src[2*i:])) << 16)
	}
}

// fromF16 widens a half.
func fromF16(h uint16) float32 {
	bits := uint32(h&0x7fff) << 13
	switch {
	case bits >= 0x7c00<<13: // infinity, NaN
		bits += 0x70000000
	case bits >= 0x400<<13: // normal: from bias 15 to bias 127
		bits += 112 << 23
	default: // subnormal
		bits = math.Float32bits(float32(h&0x3ff) * (1.0 / (1 << 24)))
	}
	return math.Float32frombits(bits | uint32(h&0x8000)<<16)
}
