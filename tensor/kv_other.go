//go:build !unix

package tensor

import (
	"errors"
	"unsafe"
)

// maxHeapKV is the most that is taken from the Go heap, where asking for more memory than there is ends
// the program.
const maxHeapKV = 64 << 30

// reserve returns size zero bytes, aligned for float32. The system commits large allocations lazily.
func reserve(size int) ([]byte, func() error, error) {
	if size > maxHeapKV {
		return nil, nil, errors.New("more than this system's heap may hold")
	}
	words := make([]uint64, (size+7)/8)
	return unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), size), func() error { return nil }, nil
}
