package index

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"sync/atomic"
)

// An image is the bytes of one of our files: sections one behind the other, then what makes them sure.
//
//	sections   their bytes, any length
//	sums       CRC-32C of each 64 KiB of the sections
//	table      for each section, its offset and length (uint64 each)
//	tail       how many sections (uint32), CRC-32C of sums, table and that number (uint32), magic
//
// Numbers are little-endian. The tail, the sums and the table are checked when it is opened, each chunk when it is first
// read: opening does not read the file, and nothing that changed on the disk is ever taken for what was written.
const (
	chunkSize  = 64 << 10
	tailSize   = 4 + 4 + 8
	imageMagic = "exaidx1\n"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// imageWriter writes an image. Its errors come with the end.
type imageWriter struct {
	to       *bufio.Writer
	size     int64
	sums     []byte
	sum      uint32
	chunk    int // bytes of the current chunk
	sections []int64
}

func newImageWriter(w io.Writer) *imageWriter {
	return &imageWriter{to: bufio.NewWriterSize(w, chunkSize)}
}

// section begins the next section.
func (w *imageWriter) section() { w.sections = append(w.sections, w.size) }

// offset returns how many bytes the section has so far.
func (w *imageWriter) offset() int64 { return w.size - w.sections[len(w.sections)-1] }

func (w *imageWriter) Write(b []byte) (int, error) {
	written := len(b)
	w.size += int64(len(b))
	for len(b) > 0 {
		part := b[:min(len(b), chunkSize-w.chunk)]
		w.sum = crc32.Update(w.sum, castagnoli, part)
		if w.chunk += len(part); w.chunk == chunkSize {
			w.endChunk()
		}
		if _, err := w.to.Write(part); err != nil {
			return 0, err
		}
		b = b[len(part):]
	}
	return written, nil
}

func (w *imageWriter) endChunk() {
	w.sums = binary.LittleEndian.AppendUint32(w.sums, w.sum)
	w.sum, w.chunk = 0, 0
}

// close writes what comes behind the sections, and returns the first error of all writing.
func (w *imageWriter) close() error {
	if w.chunk > 0 {
		w.endChunk()
	}
	end := w.sums
	for i, at := range w.sections {
		to := w.size
		if i+1 < len(w.sections) {
			to = w.sections[i+1]
		}
		end = binary.LittleEndian.AppendUint64(end, uint64(at))
		end = binary.LittleEndian.AppendUint64(end, uint64(to-at))
	}
	end = binary.LittleEndian.AppendUint32(end, uint32(len(w.sections)))
	end = binary.LittleEndian.AppendUint32(end, crc32.Checksum(end, castagnoli))
	end = append(end, imageMagic...)
	w.to.Write(end) // an error stays with the writer
	return w.to.Flush()
}

// image is an open one. Many goroutines may read it.
type image struct {
	name     string // for errors
	data     []byte
	sums     []byte // of the chunks of data
	checked  []atomic.Uint32
	sections []section
}

type section struct{ at, size int }

// openImage looks at the end of a file's bytes. If they are trusted, because this process wrote them to its memory,
// chunks are not checked.
func openImage(name string, data []byte, trusted bool) (*image, error) {
	m := &image{name: name}
	if len(data) < tailSize || string(data[len(data)-len(imageMagic):]) != imageMagic {
		return nil, fmt.Errorf("%s: %d bytes without the end of an index file", name, len(data))
	}
	n := int(binary.LittleEndian.Uint32(data[len(data)-tailSize:]))
	sum := binary.LittleEndian.Uint32(data[len(data)-tailSize+4:])
	if n > 64 || len(data) < tailSize+16*n {
		return nil, fmt.Errorf("%s: %d sections in %d bytes", name, n, len(data))
	}
	table := data[len(data)-tailSize-16*n : len(data)-tailSize]
	size := 0
	for i := range n {
		at, length := binary.LittleEndian.Uint64(table[16*i:]), binary.LittleEndian.Uint64(table[16*i+8:])
		if at != uint64(size) || length > uint64(len(data)-size) {
			return nil, fmt.Errorf("%s: section %d is %d bytes at %d, want it at %d in a file of %d", name, i, length, at, size, len(data))
		}
		m.sections = append(m.sections, section{size, int(length)})
		size += int(length)
	}
	chunks := (size + chunkSize - 1) / chunkSize
	if want := size + 4*chunks + 16*n + tailSize; want != len(data) {
		return nil, fmt.Errorf("%s: %d bytes, want %d", name, len(data), want)
	}
	if got := crc32.Checksum(data[size:len(data)-tailSize+4], castagnoli); got != sum {
		return nil, fmt.Errorf("%s: the table's checksum is %08x, want %08x", name, got, sum)
	}
	m.data, m.sums = data[:size], data[size:size+4*chunks]
	if !trusted {
		m.checked = make([]atomic.Uint32, (chunks+31)/32)
	}
	return m, nil
}

var errShort = errors.New("a length that goes beyond its section")

// read returns bytes at to at+size of a section, checked. They are the image's; nobody may change them, and their
// capacity goes on to the section's end.
func (m *image) read(sec, at, size int) ([]byte, error) {
	s := m.sections[sec]
	if at < 0 || size < 0 || at > s.size || size > s.size-at {
		return nil, m.wrong(sec, errShort)
	}
	if err := m.check(s.at+at, size); err != nil {
		return nil, err
	}
	return m.data[s.at+at : s.at+at+size : s.at+s.size], nil
}

// check compares the chunks that a range touches with their sums, those that nobody has compared before.
func (m *image) check(at, size int) error {
	if m.checked == nil || size == 0 {
		return nil
	}
	for chunk := at / chunkSize; chunk <= (at+size-1)/chunkSize; chunk++ {
		bit := uint32(1) << (chunk % 32)
		if m.checked[chunk/32].Load()&bit != 0 {
			continue
		}
		part := m.data[chunk*chunkSize : min((chunk+1)*chunkSize, len(m.data))]
		if got, want := crc32.Checksum(part, castagnoli), binary.LittleEndian.Uint32(m.sums[4*chunk:]); got != want {
			return &fileError{m.name, fmt.Errorf("the checksum of bytes %d to %d is %08x, want %08x",
				chunk*chunkSize, chunk*chunkSize+len(part), got, want)}
		}
		m.checked[chunk/32].Or(bit)
	}
	return nil
}

// checkAll compares every chunk.
func (m *image) checkAll() error { return m.check(0, len(m.data)) }

// wrong names the file and section of an error.
func (m *image) wrong(sec int, err error) error {
	return &fileError{m.name, fmt.Errorf("section %d: %w", sec, err)}
}

// fileError is an error in what a file holds.
type fileError struct {
	file string
	err  error
}

func (e *fileError) Error() string { return e.file + ": " + e.err.Error() }
func (e *fileError) Unwrap() error { return e.err }
