package engine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// A run is a file of consecutive pages of one prefix, all of one scope: keys and values as the cache has them, and
// what they are of. Numbers are little endian.
//
//	  0  magic, with the version
//	 16  model: which weights, form of page and arithmetic (see prefixTag)
//	 48  adapter
//	 80  scope
//	112  bytes of the header: a multiple of 4,096
//	116  index of the first page in its prefix
//	120  pages
//	124  how many pages from the start of the prefix are public
//	128  ids
//	132  zero
//	136  bytes of a page
//	144  CRC32C of the header, without these four bytes
//	148  ids of the whole prefix up to the end of the run, four bytes each
//	     CRC32C of each page, four bytes each; zeros up to the end of the header
//	     pages
//
// The ids of the whole prefix are there so that nothing else has to be believed to know what the pages hold.
const (
	runMagic   = "exaone prefix 1\n"
	runFixed   = 148
	runSum     = 144
	runAlign   = 4096
	mostPages  = 16      // of a run: what is written at once, and kept from other use meanwhile
	mostRunIDs = 1 << 20 // longer than any window
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// runHeader is what a run says of itself.
type runHeader struct {
	model, adapter, scope tag
	first, public         int // pages of the prefix before the run; pages of it that are public
	ids                   []int32
	sums                  []uint32 // of the pages
	pageBytes             int64
}

// size is the bytes of the encoded header.
func (h *runHeader) size() int { return headerSize(len(h.ids), len(h.sums)) }

func headerSize(ids, pages int) int {
	return (runFixed + 4*ids + 4*pages + runAlign - 1) / runAlign * runAlign
}

// fileSize is the bytes of the whole run.
func (h *runHeader) fileSize() int64 { return int64(h.size()) + int64(len(h.sums))*h.pageBytes }

func (h *runHeader) encode() []byte {
	b := make([]byte, h.size())
	copy(b, runMagic)
	copy(b[16:], h.model[:])
	copy(b[48:], h.adapter[:])
	copy(b[80:], h.scope[:])
	for i, n := range []int{h.size(), h.first, len(h.sums), h.public, len(h.ids)} {
		binary.LittleEndian.PutUint32(b[112+4*i:], uint32(n))
	}
	binary.LittleEndian.PutUint64(b[136:], uint64(h.pageBytes))
	at := runFixed
	for _, id := range h.ids {
		binary.LittleEndian.PutUint32(b[at:], uint32(id))
		at += 4
	}
	for _, sum := range h.sums {
		binary.LittleEndian.PutUint32(b[at:], sum)
		at += 4
	}
	binary.LittleEndian.PutUint32(b[runSum:], headerSum(b))
	return b
}

// headerSum is the CRC32C of a header but for where it is written.
func headerSum(b []byte) uint32 {
	return crc32.Update(crc32.Checksum(b[:runSum], castagnoli), castagnoli, b[runSum+4:])
}

// readRunHeader reads and checks the header of a file of size bytes whose pages have pageSize positions. It allocates
// in proportion to the file at most.
func readRunHeader(r io.ReaderAt, size int64, pageSize int) (*runHeader, error) {
	fixed := make([]byte, runFixed)
	if _, err := r.ReadAt(fixed, 0); err != nil {
		return nil, errors.Join(fmt.Errorf("%d bytes, want %d at least", size, runFixed), err)
	}
	if string(fixed[:len(runMagic)]) != runMagic {
		return nil, fmt.Errorf("begins with %q, want %q", fixed[:len(runMagic)], runMagic)
	}
	word := func(at int) int { return int(binary.LittleEndian.Uint32(fixed[at:])) }
	h := &runHeader{
		model: tag(fixed[16:48]), adapter: tag(fixed[48:80]), scope: tag(fixed[80:112]),
		first: word(116), public: word(124), pageBytes: int64(binary.LittleEndian.Uint64(fixed[136:])),
	}
	bytes, count, ids := word(112), word(120), word(128)
	last := pagesFor(ids, pageSize) // of the prefix, and of the run
	switch {
	case ids < 1 || ids > mostRunIDs || count < 1 || count > mostPages || h.first != last-count || h.public > last:
		return nil, fmt.Errorf("%d pages from %d on for %d ids, %d of them public: no such run", count, h.first, ids, h.public)
	case h.public > h.first && h.scope != (tag{}) || h.scope == (tag{}) && h.public != last:
		return nil, fmt.Errorf("%d pages of %d are public in the wrong scope", h.public, last)
	case h.pageBytes < 1 || h.pageBytes > size:
		return nil, fmt.Errorf("pages of %d bytes in a file of %d", h.pageBytes, size)
	}
	head := headerSize(ids, count)
	if want := int64(head) + int64(count)*h.pageBytes; bytes != head || size != want {
		return nil, fmt.Errorf("%d bytes with a header of %d, want %d with one of %d", size, bytes, want, head)
	}
	h.ids, h.sums = make([]int32, ids), make([]uint32, count)
	b := make([]byte, bytes)
	if _, err := r.ReadAt(b, 0); err != nil {
		return nil, err
	}
	if got, want := headerSum(b), uint32(word(runSum)); got != want {
		return nil, fmt.Errorf("header: CRC32C %08x, want %08x", got, want)
	}
	for i := range h.ids {
		h.ids[i] = int32(binary.LittleEndian.Uint32(b[runFixed+4*i:]))
	}
	for i := range h.sums {
		h.sums[i] = binary.LittleEndian.Uint32(b[runFixed+4*ids+4*i:])
	}
	return h, nil
}
