// Package tensor holds numbers and the few operations a decoder needs, on each device.
//
// It is not a tensor library. Weights are [Tensor] values in any stored [Type], usually pointing into a
// memory-mapped file; activations are float32; keys and values live in the pages of a [KV]. An [Ops]
// implementation computes on them: every implementation, and every fast path of one, gives for one row of
// a batch exactly the same bits whatever other rows are beside it and however many threads work.
package tensor

import (
	"encoding/binary"
	"math"
	"unsafe"
)

// Tensor is a matrix or vector in row-major order. Shape has the slowest dimension first:
// a weight that maps k inputs to n outputs is [n, k].
//
// Data may point into a read-only memory map; nobody writes to a tensor that came from a checkpoint.
type Tensor struct {
	Name  string
	Type  Type
	Shape []int
	Data  []byte

	// Interleaved says that Data is in the form that [Interleave] writes: the same bytes in another order, which
	// the fast kernels read. Only whoever prepares a file sets it.
	Interleaved bool

	// Check has the sums of Data if they are known; operations compare them at the first use.
	Check *Check
}

// Rows returns the product of all dimensions but the last, and Cols the last: every tensor is a stack of rows.
func (t *Tensor) Rows() int {
	n := 1
	for _, d := range t.Shape[:max(len(t.Shape)-1, 0)] {
		n *= d
	}
	return n
}

// Cols returns the length of a row in elements.
func (t *Tensor) Cols() int {
	if len(t.Shape) == 0 {
		return 1
	}
	return t.Shape[len(t.Shape)-1]
}

// Row is one token of a batch as attention sees it: its position in its sequence and the pages that hold
// the keys and values of that sequence. Page i of a sequence holds positions [i*PageSize, (i+1)*PageSize);
// Pages must cover Pos. Rows of one sequence in one batch stand in order of position; attention of a row
// sees the keys of earlier rows of the same batch.
type Row struct {
	Pos   int
	Pages []int32
}

// Bytes returns the memory of x as the data of an F32 tensor. It is for tensors that a program makes itself,
// on machines that store numbers as files do; elsewhere it is a copy.
func Bytes(x []float32) []byte {
	if bigEndian {
		out := make([]byte, 0, 4*len(x))
		for _, v := range x {
			out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
		}
		return out
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 4*len(x))
}
