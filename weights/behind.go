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
	end   int    // its length when it is full
	done  sync.WaitGroup
	mu    sync.Mutex
	err   error // the first one
}

// Pieces end at multiples of behindBytes of the file: file systems keep what is written at once in one large page, and
// a map of whole pages of two megabytes is what a model is read through.
const (
	behindPieces = 3
	behindBytes  = 4 << 20
)

// writeBehind calls write, which reads maps, with a writer that writes to w, from offset at of a file on, in a goroutine
// of its own. The goroutine has ended when writeBehind has, even by a panic.
func writeBehind(w io.Writer, at int64, write func(io.Writer) error) (err error) {
	b := newBehind(w, at)
	defer func() { err = errors.Join(err, b.close()) }()
	return guard(func() error { return write(b) })
}

// newBehind begins to write to w, at offset at. Call close in any case.
func newBehind(w io.Writer, at int64) *behind {
	b := &behind{full: make(chan []byte, behindPieces), empty: make(chan []byte, behindPieces), end: behindBytes - int(at%behindBytes)}
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
		n := min(len(data)-written, b.end-len(b.piece))
		b.piece = append(b.piece, data[written:written+n]...)
		written += n
		if len(b.piece) == b.end {
			b.full <- b.piece
			b.piece, b.end = nil, behindBytes
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
