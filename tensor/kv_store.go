package tensor

import (
	"encoding/binary"
	"math"
)

// kvRow is a worker's memory for storing the keys or values of one head and position.
type kvRow struct {
	spread     []float32 // [e]
	inverse    []float32 // [e/group]
	ints       []int8    // [e]
	codes      []byte    // [e]
	scale, min []uint16
}

// store writes the key (which 0) or value (which 1) x [e] of a position inside a page.
func (kv *KV) store(k *kernels, r *kvRow, page int32, layer, which, head, slot int, x []float32) {
	plane, e, size := kv.planeOf(page, layer, which, head), kv.HeadDim, kv.PageSize
	at, step := slot*e, 1 // in numbers: where the first is, and from one to the next
	if which == 0 {
		at, step = slot, size
	}
	switch kv.Type {
	case F32:
		for i, v := range x {
			binary.NativeEndian.PutUint32(plane[4*(at+i*step):], math.Float32bits(v))
		}
		return
	case F16:
		for i, v := range x {
			binary.NativeEndian.PutUint16(plane[2*(at+i*step):], toF16(v))
		}
		return
	}
	if which == 0 {
		r.spread = append(r.spread[:0], x...)
		k.floats.spread(r.spread, kv.spread)
		x = r.spread
	}
	groups := e / kv.group
	r.codes, r.scale, r.min = grow(r.codes, e), grow(r.scale, groups), grow(r.min, groups)
	tail := plane[kv.codeBytes():]
	if kv.Type == Q8_0 {
		k.roundBytes(r, kv.group, x)
		for i, q := range r.ints {
			plane[at+i*step] = byte(q)
		}
	} else {
		for g := range groups {
			r.scale[g], r.min[g] = roundNibbles(r.codes[g*kv.group:(g+1)*kv.group], x[g*kv.group:])
		}
		if which == 1 {
			at = slot * e / 2
		}
		low, high := r.codes[:e/2], r.codes[e/2:]
		for i, q := range low {
			plane[at+i*step] = q | high[i]<<4
		}
		for g, v := range r.min {
			binary.NativeEndian.PutUint16(tail[2*((groups+g)*size+slot):], v)
		}
	}
	for g, v := range r.scale {
		binary.NativeEndian.PutUint16(tail[2*(g*size+slot):], v)
	}
}

// codeBytes returns where the scales begin in a plane.
func (kv *KV) codeBytes() int {
	if kv.Type == Q4_1 {
		return kv.PageSize * kv.HeadDim / 2
	}
	return kv.PageSize * kv.HeadDim
}

// roundBytes sets r.ints and r.scale to x in groups, as roundBytes below rounds one.
func (k *kernels) roundBytes(r *kvRow, group int, x []float32) {
	r.ints, r.inverse = grow(r.ints, len(x)), grow(r.inverse, len(x)/group)
	if group != groupX {
		for g := range r.inverse {
			r.scale[g] = roundBytes(r.ints[g*group:(g+1)*group], x[g*group:])
		}
		return
	}
	k.tops(r.inverse, x)
	for g, top := range r.inverse {
		r.scale[g] = toF16(top / 127)
		r.inverse[g] = 1 / fromF16(r.scale[g])
	}
	k.round(r.ints, groupX, r.inverse, x)
	for g, s := range r.scale {
		if s < leastNormalHalf || s >= mostHalf { // codes may have to be bounded, or it is no number
			r.scale[g] = roundBytes(r.ints[g*group:(g+1)*group], x[g*group:])
		}
	}
}

const (
	leastNormalHalf = 0x0400
	mostHalf        = 0x7bff
)

// roundBytes writes int8 codes of the len(q) numbers of x and returns their scale: x ≈ q·scale. What is not a number,
// or no finite one, makes the scale NaN: the fault stays visible.
func roundBytes(q []int8, x []float32) uint16 {
	x = x[:len(q)]
	var top, poison float32
	for _, v := range x {
		top = max(top, float32(math.Abs(float64(v))))
		poison += v - v
	}
	scale := toF16(top/127 + poison)
	unit := fromF16(scale)
	if !(unit > 0) {
		clear(q)
		return scale
	}
	inverse := 1 / unit
	for i, v := range x {
		f := min(max(float32(v*inverse), -127), 127)
		q[i] = int8(f + roundBig - roundBig)
	}
	return scale
}

// roundNibbles writes 4-bit codes of the len(q) numbers of x and returns their scale and minimum: x ≈ q·scale + min.
func roundNibbles(q []byte, x []float32) (scale, low uint16) {
	x = x[:len(q)]
	least, most, poison := x[0], x[0], float32(0)
	for _, v := range x {
		least, most = min(least, v), max(most, v)
		poison += v - v
	}
	low = toF16(least)
	base := fromF16(low)
	scale = toF16((most-base)/15 + poison)
	unit := fromF16(scale)
	if !(unit > 0) {
		clear(q)
		return scale, low
	}
	inverse := 1 / unit
	for i, v := range x {
		f := min(max(float32((v-base)*inverse), 0), 15)
		q[i] = byte(f + roundBig - roundBig)
	}
	return scale, low
}
