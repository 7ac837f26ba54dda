package weights

import (
	"errors"
	"io"
	"sync"
)

// behind writes in a goroutine of its own, so that what comes next is computed meanwhile. It keeps at most
// behindPieces pieces of behindBytes, and what was written is copied: the caller keeps its slice.
type behind struct {
	full  chan []byte // to be written; closed by close
	empty chan []byte
	piece []byte // being filled
	done  sync.WaitGroup
	mu    sync.Mutex
	err   error // the first one
}

const (
	behindPieces = 3
	behindBytes  = 4 << 20
)

// writeBehind calls write, which reads maps, with a writer that writes to w in a goroutine of its own. The goroutine has
// ended when writeBehind has, even by a panic.
func writeBehind(w io.Writer, write func(io.Writer) error) (err error) {
	b := newBehind(w)
	defer func() { err = errors.Join(err, b.close()) }()
	return guard(func() error { return write(b) })
}

// newBehind begins to write to w. Call close in any case.
func newBehind(w io.Writer) *behind {
	b := &behind{full: make(chan []byte, behindPieces), empty: make(chan []byte, behindPieces)}
	for range behindPieces {
		b.empty <- make([]byte, 0, behindBytes)
	}
	b.done.Go(func() {
		for piece := range b.full {
			if b.failure() == nil {
				if _, err := w.Write(piece); err != nil {
					b.mu.Lock()
					b.err = err
					b.mu.Unlock()
				}
			}
			b.empty <- piece[:0]
		}
	})
	return b
}

func (b *behind) failure() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
}

// Write implements io.Writer. An error may be that of an earlier piece.
func (b *behind) Write(data []byte) (int, error) {
	written := 0
	for written < len(data) {
		if b.piece == nil {
			b.piece = <-b.empty
			if err := b.failure(); err != nil {
				return written, err
			}
		}
		n := min(len(data)-written, behindBytes-len(b.piece))
		b.piece = append(b.piece, data[written:written+n]...)
		written += n
		if len(b.piece) == behindBytes {
			b.full <- b.piece
			b.piece = nil
		}
	}
	return written, nil
}

// close writes what is left and returns the first error of all.
func (b *behind) close() error {
	if len(b.piece) > 0 {
		b.full <- b.piece
		b.piece = nil
	}
	close(b.full)
	b.done.Wait()
	return b.err
}
