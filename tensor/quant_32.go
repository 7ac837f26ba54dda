package tensor

// The types with blocks of 32 elements: a float16 scale d, maybe a float16 minimum m, maybe the fifth bits of
// all elements, then nibbles (or bytes). Byte j of the nibbles has element j in its low half and element
// j+16 in its high half.

// nibbles32 splits 16 bytes into 32 elements.
func nibbles32(q, src []byte) {
	_, _ = q[31], src[15]
	x, y := word(src), word(src[8:])
	putWord(q, x&every15)
	putWord(q[8:], y&every15)
	putWord(q[16:], x>>4&every15)
	putWord(q[24:], y>>4&every15)
}

// offset32 subtracts k from 32 elements.
func offset32(q []byte, k uint64) {
	for i := 0; i < 32; i += 8 {
		putWord(q[i:], minus(word(q[i:]), k))
	}
}

// fifth32 sets bit 4 of 32 elements from 32 bits.
func fifth32(q, bits []byte) {
	for i := range 4 {
		putWord(q[8*i:], word(q[8*i:])|spread(bits[i])<<4)
	}
}

// unpackQ4_0: d, 16 bytes of nibbles; w = d·(n-8).
func unpackQ4_0(src, q []byte, scales []float32) {
	for i := range scales {
		b, out := src[18*i:18*i+18], q[32*i:32*i+32]
		scales[i] = half(b)
		nibbles32(out, b[2:])
		offset32(out, 8)
	}
}

// unpackQ4_1: d, m, 16 bytes of nibbles; w = d·n + m.
func unpackQ4_1(src, q []byte, scales, mins []float32) {
	for i := range scales {
		b := src[20*i : 20*i+20]
		scales[i], mins[i] = half(b), half(b[2:])
		nibbles32(q[32*i:32*i+32], b[4:])
	}
}

// unpackQ5_0: d, 32 fifth bits, 16 bytes of nibbles; w = d·(n-16).
func unpackQ5_0(src, q []byte, scales []float32) {
	for i := range scales {
		b, out := src[22*i:22*i+22], q[32*i:32*i+32]
		scales[i] = half(b)
		nibbles32(out, b[6:])
		fifth32(out, b[2:6])
		offset32(out, 16)
	}
}

// unpackQ5_1: d, m, 32 fifth bits, 16 bytes of nibbles; w = d·n + m.
func unpackQ5_1(src, q []byte, scales, mins []float32) {
	for i := range scales {
		b, out := src[24*i:24*i+24], q[32*i:32*i+32]
		scales[i], mins[i] = half(b), half(b[2:])
		nibbles32(out, b[8:])
		fifth32(out, b[4:8])
	}
}

// unpackQ8_0: d, 32 int8; w = d·q.
func unpackQ8_0(src, q []byte, scales []float32) {
	for i := range scales {
		b := src[34*i : 34*i+34]
		scales[i] = half(b)
		copy(q[32*i:32*i+32], b[2:])
	}
}
