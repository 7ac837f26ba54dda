package tensor

import (
	"fmt"
	"hash/crc32"
	"sync/atomic"
)

// CheckBytes is how many bytes of a tensor's data have a sum of their own.
const CheckBytes = 1 << 20

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Check holds the sums of a tensor's data, which are compared when it is first used. It may be shared.
type Check struct {
	sums []uint32
	done atomic.Bool
}

// NewCheck returns a check of data whose stretches of CheckBytes have the given CRC-32C sums.
func NewCheck(sums []uint32) *Check { return &Check{sums: sums} }

// Sums returns the CRC-32C (RFC 3720, Castagnoli) of each stretch of CheckBytes of data.
func Sums(data []byte) []uint32 {
	sums := make([]uint32, checkPieces(len(data)))
	for i := range sums {
		sums[i] = sum(checkPiece(data, i))
	}
	return sums
}

// nearBytes is how much is brought into the cache before it is summed. The processor sums three stretches of
// kilobytes at once, which its prefetchers follow badly: from memory, that alone runs at half the speed of reading.
const nearBytes = 16 << 10

// sum returns the CRC-32C of data, about as fast as memory gives it.
func sum(data []byte) uint32 {
	s := uint32(0)
	for len(data) > 0 {
		near := data[:min(nearBytes, len(data))]
		touch(near)
		s = crc32.Update(s, castagnoli, near)
		data = data[len(near):]
	}
	return s
}

// touch reads a byte of every line of the cache that data is in.
//
//go:noinline
func touch(data []byte) (all byte) {
	for i := 0; i < len(data); i += 64 {
		all ^= data[i]
	}
	return all
}

func checkPieces(n int) int { return (n + CheckBytes - 1) / CheckBytes }

func checkPiece(data []byte, i int) []byte {
	return data[i*CheckBytes : min((i+1)*CheckBytes, len(data))]
}

// Damage is the panic of an [Ops] that meets a tensor whose data are not what was written.
type Damage struct {
	Tensor string
	At     int // the byte of its data where the stretch that differs begins
}

// Error implements error.
func (d *Damage) Error() string {
	return fmt.Sprintf("tensor %s: the data at byte %d are not what was written there", d.Tensor, d.At)
}

// Verify compares the data of a tensor with its sums, once; later calls, and those for a tensor without sums,
// return nil at once. The error is a *Damage.
func (t *Tensor) Verify() error { return t.verify(serially) }

// serially calls f(0, i) for every i in [0, n).
func serially(n int, f func(worker, i int)) {
	for i := range n {
		f(0, i)
	}
}

// verify is Verify; run calls a function for many numbers, as Pool.Run does.
func (t *Tensor) verify(run func(n int, f func(worker, i int))) error {
	c := t.Check
	if c == nil || c.done.Load() {
		return nil
	}
	if len(c.sums) != checkPieces(len(t.Data)) {
		return &Damage{Tensor: t.Name}
	}
	var bad atomic.Int64 // 1 + the number of a piece
	run(len(c.sums), func(_, i int) {
		if sum(checkPiece(t.Data, i)) != c.sums[i] {
			bad.Store(int64(i) + 1)
		}
	})
	if i := int(bad.Load()); i > 0 {
		return &Damage{Tensor: t.Name, At: (i - 1) * CheckBytes}
	}
	c.done.Store(true)
	return nil
}

// verify panics with a *Damage if the data of w, which is about to be used for the first time, are not what was
// written. It reads them with all threads, which brings them near for the use itself.
func (c *CPU) verify(w *Tensor) {
	if w.Check == nil || w.Check.done.Load() {
		return
	}
	if err := w.verify(c.pool.Run); err != nil {
		panic(err)
	}
}
