package tensor

import (
	"encoding/binary"
	"fmt"
)

// InterleavedRows is how many rows of a quantised matrix are stored together in interleaved form: the lanes of
// the widest vector of 32-bit numbers.
const InterleavedRows = 16

// A field is a part of a block: size bytes at offset, which interleaving moves in units of 2 or 4 bytes.
type field struct{ offset, size, unit int }

// fields are the blocks of the types that can be interleaved, in the order in which a tile stores them: what
// the integers are scaled with comes first.
var fields = map[Type][]field{
	Q4_0:  {{0, 2, 2}, {2, 16, 4}},
	Q4_1:  {{0, 2, 2}, {2, 2, 2}, {4, 16, 4}},
	Q5_0:  {{0, 2, 2}, {2, 4, 4}, {6, 16, 4}},
	Q5_1:  {{0, 2, 2}, {2, 2, 2}, {4, 4, 4}, {8, 16, 4}},
	Q8_0:  {{0, 2, 2}, {2, 32, 4}},
	IQ4NL: {{0, 2, 2}, {2, 16, 4}},
	Q4_K:  {{0, 2, 2}, {2, 2, 2}, {4, 12, 4}, {16, 128, 4}},
	Q5_K:  {{0, 2, 2}, {2, 2, 2}, {4, 12, 4}, {16, 32, 4}, {48, 128, 4}},
	Q6_K:  {{208, 2, 2}, {192, 16, 4}, {0, 128, 4}, {128, 64, 4}},
	IQ4XS: {{0, 2, 2}, {2, 2, 2}, {4, 4, 4}, {8, 128, 4}},
}

// CanInterleave reports whether matrices of the type have an interleaved form.
func (t Type) CanInterleave() bool { return fields[t] != nil }

// Interleave writes the matrix src [rows, cols] of type t to dst in interleaved form: as many bytes in another
// order, so that one vector register takes four neighbouring columns of sixteen rows.
//
// Sixteen rows are a strip. A strip is a sequence of tiles, one per block of columns; a tile holds the sixteen
// blocks of its rows, field by field, and each field unit by unit: unit 0 of all rows, then unit 1 of all rows.
// Rows beyond a multiple of sixteen follow the strips as they were. Deinterleave is the inverse.
//
// A type that cannot be interleaved or slices of a wrong length are mistakes of the caller and panic. dst and
// src must not overlap.
func Interleave(dst []byte, t Type, rows, cols int, src []byte) {
	reorder(dst, t, rows, cols, src, func(tile, blocks []byte, stride int, layout []field) {
		at := 0
		for _, f := range layout {
			for u := f.offset; u < f.offset+f.size; u += f.unit {
				if f.unit == 2 {
					for r := range InterleavedRows {
						binary.LittleEndian.PutUint16(tile[at+2*r:], binary.LittleEndian.Uint16(blocks[r*stride+u:]))
					}
				} else {
					for r := range InterleavedRows {
						binary.LittleEndian.PutUint32(tile[at+4*r:], binary.LittleEndian.Uint32(blocks[r*stride+u:]))
					}
				}
				at += f.unit * InterleavedRows
			}
		}
	}, false)
}

// Deinterleave is the inverse of [Interleave]: src is interleaved, dst becomes row-major.
func Deinterleave(dst []byte, t Type, rows, cols int, src []byte) {
	reorder(src, t, rows, cols, dst, func(tile, blocks []byte, stride int, layout []field) {
		at := 0
		for _, f := range layout {
			for u := f.offset; u < f.offset+f.size; u += f.unit {
				if f.unit == 2 {
					for r := range InterleavedRows {
						binary.LittleEndian.PutUint16(blocks[r*stride+u:], binary.LittleEndian.Uint16(tile[at+2*r:]))
					}
				} else {
					for r := range InterleavedRows {
						binary.LittleEndian.PutUint32(blocks[r*stride+u:], binary.LittleEndian.Uint32(tile[at+4*r:]))
					}
				}
				at += f.unit * InterleavedRows
			}
		}
	}, true)
}

// reorder calls move for every tile of the interleaved matrix and its sixteen blocks in the row-major one, and
// copies the rows that are in no strip.
func reorder(interleaved []byte, t Type, rows, cols int, plain []byte, move func(tile, blocks []byte, stride int, layout []field), back bool) {
	layout, stride := fields[t], t.Bytes(cols)
	if layout == nil || stride < 0 || rows < 0 || len(plain) != rows*stride || len(interleaved) != len(plain) {
		panic(fmt.Sprintf("interleave %v [%d, %d]: %d bytes and %d", t, rows, cols, len(plain), len(interleaved)))
	}
	block := t.BlockBytes()
	strips := rows / InterleavedRows
	for s := range strips {
		strip := interleaved[s*InterleavedRows*stride:][:InterleavedRows*stride]
		lines := plain[s*InterleavedRows*stride:][:InterleavedRows*stride]
		for at := 0; at < stride; at += block {
			move(strip[at*InterleavedRows:][:block*InterleavedRows], lines[at:], stride, layout)
		}
	}
	rest := strips * InterleavedRows * stride
	if back {
		copy(plain[rest:], interleaved[rest:])
	} else {
		copy(interleaved[rest:], plain[rest:])
	}
}

// deinterleaveBlocks writes the blocks of row r of a strip, in row-major form, to dst: n blocks from block first.
func deinterleaveBlocks(dst []byte, t Type, strip []byte, r, first int) {
	block := t.BlockBytes()
	for b := range len(dst) / block {
		tile := strip[(first+b)*block*InterleavedRows:][:block*InterleavedRows]
		out := dst[b*block:][:block]
		at := 0
		for _, f := range fields[t] {
			for u := f.offset; u < f.offset+f.size; u += f.unit {
				copy(out[u:u+f.unit], tile[at+r*f.unit:])
				at += f.unit * InterleavedRows
			}
		}
	}
}

// RowMajor returns the data of t in the order of a file: Data itself, or a copy if it is interleaved.
func (t *Tensor) RowMajor() []byte {
	if !t.Interleaved {
		return t.Data
	}
	out := make([]byte, len(t.Data))
	Deinterleave(out, t.Type, t.Rows(), t.Cols(), t.Data)
	return out
}
