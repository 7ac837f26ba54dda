package tensor

import "encoding/binary"

// The K types: blocks of 256 elements in groups of 16 or 32, whose scales are small integers beside one
// float16 scale d of the block (and one dmin for the minima). A group's scale is d·sc, computed first, as in
// ggml; both factors are short, so the product is exact.

// unpackQ2_K: 16 bytes with a 4-bit scale (low) and a 4-bit minimum (high) each, 64 bytes of 2-bit elements,
// d, dmin; w = d·sc·n - dmin·m. Bits 2s and 2s+1 of byte 32h+l are element 128h+32s+l.
func unpackQ2_K(src, q []byte, scales, mins []float32) {
	for ; len(src) >= 84; src, q, scales, mins = src[84:], q[256:], scales[16:], mins[16:] {
		d, dmin := half(src[80:]), half(src[82:])
		for g, b := range src[:16] {
			scales[g] = d * float32(b&15)
			mins[g] = -(dmin * float32(b>>4))
		}
		for i := 0; i < 64; i += 8 {
			x, out := word(src[16+i:]), q[i/32*128+i%32:]
			putWord(out, x&every3)
			putWord(out[32:], x>>2&every3)
			putWord(out[64:], x>>4&every3)
			putWord(out[96:], x>>6&every3)
		}
	}
}

// unpackQ3_K: 32 bytes of third bits, 64 bytes of 2-bit elements (as in Q2_K), 12 bytes of sixteen 6-bit
// scales, d; w = d·(sc-32)·(n-4). Bit 4h+s of byte l of the first is the third bit of element 128h+32s+l.
func unpackQ3_K(src, q []byte, scales []float32) {
	for ; len(src) >= 110; src, q, scales = src[110:], q[256:], scales[16:] {
		d, packed := half(src[108:]), src[96:108]
		for g := range 16 {
			low := packed[g%8] >> (g / 8 * 4) & 15
			high := packed[8+g%4] >> (g / 4 * 2) & 3
			scales[g] = d * float32(int(low|high<<4)-32)
		}
		for i := 0; i < 64; i += 8 {
			x, out := word(src[32+i:]), q[i/32*128+i%32:]
			h := word(src[i%32:]) >> (i / 32 * 4)
			putWord(out, minus(x&every3|h&every1<<2, 4))
			putWord(out[32:], minus(x>>2&every3|h>>1&every1<<2, 4))
			putWord(out[64:], minus(x>>4&every3|h>>2&every1<<2, 4))
			putWord(out[96:], minus(x>>6&every3|h>>3&every1<<2, 4))
		}
	}
}

// scalesK reads the start of a Q4_K or Q5_K block: d, dmin, and 12 bytes with eight scales and eight minima of
// 6 bits. The first four of each have bytes of their own, whose spare top bits complete the last four.
func scalesK(src []byte, scales, mins []float32) {
	d, dmin, p := half(src), half(src[2:]), src[4:16]
	for g := range 4 {
		scales[g] = d * float32(p[g]&63)
		mins[g] = -(dmin * float32(p[g+4]&63))
		scales[g+4] = d * float32(p[g+8]&15|p[g]>>6<<4)
		mins[g+4] = -(dmin * float32(p[g+8]>>4|p[g+4]>>6<<4))
	}
}

// unpackQ4_K: scales as above, 128 bytes of nibbles; w = d·sc·n - dmin·m. Byte 32c+l has element 64c+l in its
// low half and 64c+32+l in its high half.
func unpackQ4_K(src, q []byte, scales, mins []float32) {
	for ; len(src) >= 144; src, q, scales, mins = src[144:], q[256:], scales[8:], mins[8:] {
		scalesK(src, scales, mins)
		for i := 0; i < 128; i += 8 {
			x, out := word(src[16+i:]), q[i/32*64+i%32:]
			putWord(out, x&every15)
			putWord(out[32:], x>>4&every15)
		}
	}
}

// unpackQ5_K: scales as above, 32 bytes of fifth bits, nibbles as in Q4_K; w = d·sc·n - dmin·m. Bit g of byte l
// of the fifth bits belongs to element 32g+l.
func unpackQ5_K(src, q []byte, scales, mins []float32) {
	for ; len(src) >= 176; src, q, scales, mins = src[176:], q[256:], scales[8:], mins[8:] {
		scalesK(src, scales, mins)
		for i := 0; i < 128; i += 8 {
			x, out := word(src[48+i:]), q[i/32*64+i%32:]
			h := word(src[16+i%32:]) >> (i / 32 * 2)
			putWord(out, x&every15|h&every1<<4)
			putWord(out[32:], x>>4&every15|h>>1&every1<<4)
		}
	}
}

// unpackQ6_K: 128 bytes of nibbles, 64 bytes of high bit pairs, 16 int8 scales, d; w = d·sc·(n-32). Byte 64h+l of
// the nibbles has element 128h+l in its low half and 128h+64+l in its high half; pair s of byte 32h+l of the
// high bits belongs to element 128h+32s+l.
func unpackQ6_K(src, q []byte, scales []float32) {
	for ; len(src) >= 210; src, q, scales = src[210:], q[256:], scales[16:] {
		d := half(src[208:])
		for g, b := range src[192:208] {
			scales[g] = d * float32(int8(b))
		}
		for i := 0; i < 64; i += 8 {
			n := i/32*64 + i%32
			x, y, h := word(src[n:]), word(src[n+32:]), word(src[128+i:])
			out := q[i/32*128+i%32:]
			putWord(out, minus(x&every15|h&every3<<4, 32))
			putWord(out[32:], minus(y&every15|h>>2&every3<<4, 32))
			putWord(out[64:], minus(x>>4&every15|h>>4&every3<<4, 32))
			putWord(out[96:], minus(y>>4&every15|h>>6&every3<<4, 32))
		}
	}
}

// iq4Values are the sixteen values of the IQ4 types, denser near zero (ggml-common.h, kvalues_iq4nl).
var iq4Values = [16]int8{-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113}

// lookUp32 replaces 16 bytes of nibbles by 32 values of the table.
func lookUp32(q, src []byte) {
	for i, b := range src[:16] {
		q[i] = byte(iq4Values[b&15])
		q[i+16] = byte(iq4Values[b>>4])
	}
}

// unpackIQ4NL: blocks of 32 as in Q4_0, the nibble being an index of iq4Values; w = d·v.
func unpackIQ4NL(src, q []byte, scales []float32) {
	for i := range scales {
		b := src[18*i : 18*i+18]
		scales[i] = half(b)
		lookUp32(q[32*i:32*i+32], b[2:])
	}
}

// unpackIQ4XS: d, 16 bits with the high pairs and 4 bytes with the low nibbles of eight 6-bit scales, then 16
// bytes of indexes for each group of 32; w = d·(sc-32)·v.
func unpackIQ4XS(src, q []byte, scales []float32) {
	for ; len(src) >= 136; src, q, scales = src[136:], q[256:], scales[8:] {
		d, high := half(src), binary.LittleEndian.Uint16(src[2:])
		for g := range 8 {
			low := src[4+g/2] >> (g % 2 * 4) & 15
			scales[g] = d * float32(int(low|byte(high>>(2*g)&3)<<4)-32)
			lookUp32(q[32*g:32*g+32], src[8+16*g:8+16*g+16])
		}
	}
}
