package tensor

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Quantising is the other direction of Dequantize: numbers into blocks of small integers and scales. What a file may
// hold is ggml's (quant.go says what); how to choose it is ours. A group's scale is found by trying some near the
// obvious one, each improved by weighted least squares, and keeping the best (see fitScale and fitLine). All of it
// is float64 with products rounded before sums, so equal numbers give equal bytes on every machine.

// quantisers write whole blocks; src is finite.
var quantisers = map[Type]func(dst []byte, src []float32) error{
	F32: storeF32, F16: storeF16, BF16: storeBF16,
	Q4_0: quantiseQ4_0, Q4_1: quantiseQ4_1, Q5_0: quantiseQ5_0, Q5_1: quantiseQ5_1, Q8_0: quantiseQ8_0,
	Q4_K: quantiseQ4_K, Q5_K: quantiseQ5_K, Q6_K: quantiseQ6_K,
}

// Writable reports whether [Quantize] can write the type.
func (t Type) Writable() bool { return quantisers[t] != nil }

// Quantize stores src as type t in dst, which has exactly t.Bytes(len(src)) bytes: another length, or a type that is
// not Writable, is a mistake of the caller and panics. Rows are whole blocks, so a stack of rows may be written at
// once or in pieces, to the same bytes.
//
// A number that is not finite, or one whose block's scale is beyond the range of a float16 (of a number itself for
// F16), is a [*NumberError] that says which, and dst is then undefined. Numbers near zero become zero where the scale would
// be below the smallest float16. Nothing is allocated, and it may be called from many goroutines.
func Quantize(dst []byte, t Type, src []float32) error {
	write := quantisers[t]
	if write == nil {
		panic(fmt.Sprintf("tensor: quantize to %v, which cannot be written", t))
	}
	if t.Bytes(len(src)) != len(dst) {
		panic(fmt.Sprintf("tensor: quantize to %v: %d bytes for %d elements", t, len(dst), len(src)))
	}
	if err := Finite(src); err != nil {
		return err
	}
	return write(dst, src)
}

// NumberError is a number that cannot be stored.
type NumberError struct {
	Index int // in what was to be stored
	Value float32
	Want  string
}

// Error implements error.
func (e *NumberError) Error() string {
	return fmt.Sprintf("element %d is %g, want %s", e.Index, e.Value, e.Want)
}

// Finite returns a *NumberError that names the first number that is infinite or none, nil if there is none.
func Finite(x []float32) error {
	for i, v := range x {
		if v-v != 0 {
			return &NumberError{Index: i, Value: v, Want: "a finite number"}
		}
	}
	return nil
}

func storeF32(dst []byte, src []float32) error {
	for i, v := range src {
		binary.LittleEndian.PutUint32(dst[4*i:], math.Float32bits(v))
	}
	return nil
}

func storeF16(dst []byte, src []float32) error {
	for i, v := range src {
		if math.Abs(float64(v)) >= halfTop {
			return beyond(i, v, F16)
		}
		binary.LittleEndian.PutUint16(dst[2*i:], toF16(v))
	}
	return nil
}

// storeBF16 keeps the upper half of a float32, rounded to the nearest, ties to even.
func storeBF16(dst []byte, src []float32) error {
	for i, v := range src {
		b := math.Float32bits(v)
		b += 0x7fff + b>>16&1
		if b&0x7f800000 == 0x7f800000 {
			return beyond(i, v, BF16)
		}
		binary.LittleEndian.PutUint16(dst[2*i:], uint16(b>>16))
	}
	return nil
}

// halfTop is the least number that rounds beyond the largest float16.
const halfTop = 65520

func beyond(i int, v float32, t Type) error {
	return &NumberError{Index: i, Value: v, Want: "one within the range of " + t.String()}
}

// putHalf stores a scale and returns what a reader will find. ok is false if it is beyond the range of a float16.
func putHalf(dst []byte, scale float64) (stored float64, ok bool) {
	h := toF16(float32(scale))
	binary.LittleEndian.PutUint16(dst, h)
	return float64(fromF16(h)), math.Abs(scale) < halfTop
}

// tooLarge is the error of a block whose scale does not fit: it names the largest number.
func tooLarge(src []float32, block, size int, t Type) error {
	at := block * size
	for i, v := range src[at : at+size] {
		if math.Abs(float64(v)) > math.Abs(float64(src[at])) {
			at = block*size + i
		}
	}
	return beyond(at, src[at], t)
}
