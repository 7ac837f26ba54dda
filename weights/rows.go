package weights

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"exaone/tensor"
)

// Rows reads the data of one tensor as the original has them, row by row, with plain reads and not through the map: it
// takes the memory of two strips however large the tensor is, and a file that was cut short is an error and no fault.
// It is for one goroutine at a time.
type Rows struct {
	file       io.ReaderAt
	at         int64 // of the tensor's data in the file
	info       Info
	stored     preparedTensor // the zero value for an original
	strip      int            // bytes of one
	inStrips   int64          // bytes of all; what follows is in order
	which      int64          // the strip that is in plain; -1 is none
	raw, plain []byte
}

// Rows returns a reader of a tensor. file is the one that the tensor is in, as [File.Paths] and its [Info] say, and
// stays the caller's.
func (f *File) Rows(name string, file io.ReaderAt) (*Rows, error) {
	i, ok := f.byName[name]
	if !ok {
		return nil, fmt.Errorf("tensor %q: missing", name)
	}
	t := f.tensors[i]
	r := &Rows{file: file, at: f.parts[t.Part].start + t.Offset, info: t, stored: f.prepared[name], which: -1}
	if r.stored.Interleaved {
		row := t.Type.Bytes(t.Shape[1])
		r.strip = tensor.InterleavedRows * row
		r.inStrips = int64(t.Shape[0]/tensor.InterleavedRows) * int64(r.strip)
		r.raw, r.plain = make([]byte, r.strip), make([]byte, r.strip)
	}
	return r, nil
}

// Verify compares all of the data with their sums; those of an original have none. The error is a *tensor.Damage, or of
// the file.
func (r *Rows) Verify() error {
	if len(r.stored.Sums) == 0 {
		return nil
	}
	buffer := make([]byte, min(r.info.Bytes, tensor.CheckBytes))
	for i, want := range r.stored.Sums {
		at := int64(i) * tensor.CheckBytes
		piece := buffer[:min(r.info.Bytes-at, tensor.CheckBytes)]
		if err := r.read(piece, at); err != nil {
			return err
		}
		if crc32.Checksum(piece, castagnoli) != want {
			return &tensor.Damage{Tensor: r.info.Name, At: int(at)}
		}
	}
	return nil
}

// ReadAt implements [io.ReaderAt] for the data of the tensor in row-major order.
func (r *Rows) ReadAt(b []byte, off int64) (n int, err error) {
	if off < 0 || off > r.info.Bytes-int64(len(b)) {
		return 0, fmt.Errorf("tensor %q: bytes %d to %d, want within %d", r.info.Name, off, off+int64(len(b)), r.info.Bytes)
	}
	for n < len(b) {
		at := off + int64(n)
		if at >= r.inStrips {
			return len(b), r.read(b[n:], at)
		}
		if err := r.take(at / int64(r.strip)); err != nil {
			return n, err
		}
		n += copy(b[n:], r.plain[at%int64(r.strip):])
	}
	return n, nil
}

// take reads a strip and puts it in order. The last one is kept, since rows may be asked for out of order.
func (r *Rows) take(which int64) error {
	if which == r.which {
		return nil
	}
	r.which = -1
	if err := r.read(r.raw, which*int64(r.strip)); err != nil {
		return err
	}
	tensor.Deinterleave(r.plain, r.info.Type, tensor.InterleavedRows, r.info.Shape[1], r.raw)
	r.which = which
	return nil
}

// read reads all of b from where the tensor's data are. A file that became shorter since it was opened is an error.
func (r *Rows) read(b []byte, at int64) error {
	n, err := r.file.ReadAt(b, r.at+at)
	if n == len(b) {
		return nil
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("at byte %d of the file: %w", r.at+at+int64(n), err)
}
