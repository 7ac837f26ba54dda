package tensor

import (
	"encoding/binary"
	"fmt"
	"math"
	"unsafe"
)

// Quantised types, as ggml defines them (ggml-common.h for the layout of blocks, ggml-quants.c for their
// meaning). Whatever the type, an element is a small integer q and its group has a scale and maybe a minimum:
//
//	w = scale·q          without a minimum
//	w = scale·q + min    with one (ggml subtracts where the type is Q*_K: here the sign is in min)
//
// in float32, the product rounded before the sum. ggml computes the same products in the same order, so the
// values are equal to its own to the last bit.

// blockMax is the largest BlockSize of a readable type, and groupsMax the most groups of such a block.
const (
	blockMax  = 256
	groupsMax = blockMax / 16
)

// Unpack splits len(q) elements of a quantised type into integers and group scales: element i is
// scales[i/t.Group()]·q[i], plus mins[i/t.Group()] if t.HasMin(). mins may be nil if not.
//
// src holds exactly t.Bytes(len(q)) bytes, scales and mins have len(q)/t.Group() elements: anything else is a
// mistake of the caller and panics. Integers of all types but Q8_0 (-128 to 127), IQ4_NL and IQ4_XS (-127 to
// 113) are within -32 and 31. Nothing is allocated.
func Unpack(t Type, src []byte, q []int8, scales, mins []float32) {
	l := t.layout()
	if l.group == 0 {
		panic(fmt.Sprintf("tensor: unpack %v, which is not quantised", t))
	}
	groups := len(q) / l.group
	if t.Bytes(len(q)) != len(src) || len(scales) != groups || l.min && len(mins) != groups {
		panic(fmt.Sprintf("tensor: unpack %v: %d bytes, %d elements, %d scales, %d minima", t, len(src), len(q), len(scales), len(mins)))
	}
	// The integers are written eight at a time, as the bytes that they are.
	b := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(q))), len(q))
	switch t {
	case Q4_0:
		unpackQ4_0(src, b, scales)
	case Q4_1:
		unpackQ4_1(src, b, scales, mins)
	case Q5_0:
		unpackQ5_0(src, b, scales)
	case Q5_1:
		unpackQ5_1(src, b, scales, mins)
	case Q8_0:
		unpackQ8_0(src, b, scales)
	case Q2_K:
		unpackQ2_K(src, b, scales, mins)
	case Q3_K:
		unpackQ3_K(src, b, scales)
	case Q4_K:
		unpackQ4_K(src, b, scales, mins)
	case Q5_K:
		unpackQ5_K(src, b, scales, mins)
	case Q6_K:
		unpackQ6_K(src, b, scales)
	case IQ4NL:
		unpackIQ4NL(src, b, scales)
	case IQ4XS:
		unpackIQ4XS(src, b, scales)
	}
}

// Dequantize writes len(dst) elements stored in src, which holds exactly t.Bytes(len(dst)) bytes, as float32.
// Another length, or a type that is not Readable, is a mistake of the caller and panics. Values are those of
// ggml's own dequantisation, bit for bit.
func Dequantize(dst []float32, t Type, src []byte) {
	if !t.Readable() {
		panic(fmt.Sprintf("tensor: dequantize %v, which cannot be read", t))
	}
	if t.Bytes(len(dst)) != len(src) {
		panic(fmt.Sprintf("tensor: dequantize %v: %d bytes for %d elements", t, len(src), len(dst)))
	}
	switch t {
	case F32:
		for i := range dst {
			dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(src[4*i:]))
		}
	case F16:
		for i := range dst {
			dst[i] = half(src[2*i:])
		}
	case BF16:
		for i := range dst {
			dst[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(src[2*i:])) << 16)
		}
	default:
		dequantizeGroups(dst, t, src)
	}
}

// dequantizeGroups is Dequantize for quantised types: it unpacks a stretch that fits the nearest cache and
// multiplies.
func dequantizeGroups(dst []float32, t Type, src []byte) {
	var q [blockMax]int8
	var scales, mins [groupsMax]float32
	l := t.layout()
	for len(dst) > 0 {
		n := min(len(dst), blockMax)
		bytes := n / l.block * l.bytes
		groups := n / l.group
		Unpack(t, src[:bytes], q[:n], scales[:groups], mins[:groups])
		for g := range groups {
			out := dst[g*l.group : (g+1)*l.group]
			in := q[g*l.group : (g+1)*l.group]
			scale, low := scales[g], mins[g]
			if l.min {
				for i := range out {
					out[i] = float32(scale*float32(in[i])) + low
				}
			} else { // adding 0 would turn -0 into 0
				for i := range out {
					out[i] = scale * float32(in[i])
				}
			}
		}
		dst, src = dst[n:], src[bytes:]
	}
}

// half reads a number of IEEE 754's 16-bit format, little-endian.
func half(b []byte) float32 { return fromF16(binary.LittleEndian.Uint16(b)) }

// Eight elements are handled at a time as the bytes of a word; these are masks for every byte of one.
const (
	every1  = 0x0101010101010101
	every3  = 0x0303030303030303
	every15 = 0x0f0f0f0f0f0f0f0f
	everyHi = 0x8080808080808080
)

// minus subtracts k, at most 128, from every byte of x, each at most 127, giving int8 values.
func minus(x, k uint64) uint64 { return ((x | everyHi) - k*every1) ^ everyHi }

// spread returns a word whose byte i is bit i of b.
func spread(b byte) uint64 {
	// Byte i keeps bit i alone; adding 127 carries it, wherever it is, to the byte's top.
	x := uint64(b) * every1 & 0x8040201008040201
	return (x + 0x7f*every1) >> 7 & every1
}

// word and putWord read and write eight elements.
func word(b []byte) uint64       { return binary.LittleEndian.Uint64(b) }
func putWord(b []byte, x uint64) { binary.LittleEndian.PutUint64(b, x) }
