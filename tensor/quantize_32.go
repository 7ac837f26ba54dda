package tensor

import (
	"encoding/binary"
	"math"
)

// The types with blocks of 32 elements; quant_32.go says how they are stored.

// pack32 stores 32 integers of 4 or 5 bits: nibbles to dst, the fifth bits to high if it is not nil.
func pack32(dst, high []byte, q *[32]uint8) {
	var bits uint32
	for i := range 16 {
		dst[i] = q[i]&15 | q[i+16]<<4
		bits |= uint32(q[i]>>4)<<i | uint32(q[i+16]>>4)<<(i+16)
	}
	if high != nil {
		binary.LittleEndian.PutUint32(high, bits)
	}
}

// scaled32 quantises blocks w = d·(n-offset): the scale at the start, maybe fifth bits, nibbles at the end.
func scaled32(dst []byte, src []float32, t Type, offset float64) error {
	size := t.BlockBytes()
	var f fit
	var q [32]uint8
	for b := range len(src) / 32 {
		out := dst[b*size : (b+1)*size]
		f.set(src[32*b : 32*b+32])
		d, ok := putHalf(out, f.fitScale(-offset, offset-1))
		if !ok {
			return tooLarge(src, b, 32, t)
		}
		inverse := invert(d)
		for i, x := range f.x {
			q[i] = uint8(nearest(float64(x*inverse), -offset, offset-1) + offset)
		}
		pack32(out[size-16:], between(out, 2, size-16), &q)
	}
	return nil
}

// lined32 quantises blocks w = d·n + m: scale, minimum, maybe fifth bits, nibbles.
func lined32(dst []byte, src []float32, t Type, top float64) error {
	size := t.BlockBytes()
	var f fit
	var q [32]uint8
	for b := range len(src) / 32 {
		out := dst[b*size : (b+1)*size]
		f.set(src[32*b : 32*b+32])
		scale, offset := f.fitLine(top, false)
		d, ok := putHalf(out, scale)
		m, okM := putHalf(out[2:], offset)
		if !ok || !okM {
			return tooLarge(src, b, 32, t)
		}
		inverse := invert(d)
		for i, x := range f.x {
			q[i] = uint8(nearest(float64((x-m)*inverse), 0, top))
		}
		pack32(out[size-16:], between(out, 4, size-16), &q)
	}
	return nil
}

// between returns b[lo:hi], nil if that is empty.
func between(b []byte, lo, hi int) []byte {
	if lo == hi {
		return nil
	}
	return b[lo:hi]
}

// invert returns 1/d, and 0 for 0: then every integer is the one that stands for 0.
func invert(d float64) float64 {
	if d == 0 {
		return 0
	}
	return 1 / d
}

func quantiseQ4_0(dst []byte, src []float32) error { return scaled32(dst, src, Q4_0, 8) }
func quantiseQ5_0(dst []byte, src []float32) error { return scaled32(dst, src, Q5_0, 16) }
func quantiseQ4_1(dst []byte, src []float32) error { return lined32(dst, src, Q4_1, 15) }
func quantiseQ5_1(dst []byte, src []float32) error { return lined32(dst, src, Q5_1, 31) }

// quantiseQ8_0 gives the largest magnitude of a block 127. Eight bits leave nothing to search for: this is what ggml
// does, in the same float32 arithmetic, and the bytes are equal.
func quantiseQ8_0(dst []byte, src []float32) error {
	for b := range len(src) / 32 {
		in, out := src[32*b:32*b+32], dst[34*b:34*b+34]
		var top float32
		for _, v := range in {
			top = max(top, float32(math.Abs(float64(v))))
		}
		d := top / 127
		if _, ok := putHalf(out, float64(d)); !ok {
			return tooLarge(src, b, 32, Q8_0)
		}
		var inverse float32
		if d != 0 {
			inverse = 1 / d
		}
		for i, v := range in {
			q := math.Round(float64(v * inverse)) // a subnormal d has an infinite inverse: 0·Inf is no number
			if !(q >= -127 && q <= 127) {
				q = 0
			}
			out[2+i] = byte(int8(q))
		}
	}
	return nil
}
