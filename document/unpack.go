package document

import (
	"archive/zip"
	"encoding/binary"
	"hash/crc32"
	"io"
	"strings"
	"sync"
)

// Parts of archives, unpacked at once: their list says how large they are, packed and unpacked. What does not fit, or is
// damaged, is left to archive/zip, which tells what is wrong and gives what there is of it.

// How large a part may be to be unpacked at once, packed and unpacked, in bytes.
const (
	maxPacked = 8 << 20
	maxWhole  = 64 << 20
)

// maxHeld is how large a file may be to be read into memory before anything else: office files are, and a reader asks for
// many small pieces.
const maxHeld = 2 << 20

// held is a file in memory.
type held []byte

// ReadAt copies from the file.
func (h held) ReadAt(p []byte, at int64) (n int, err error) {
	if at < 0 || at > int64(len(h)) {
		return 0, io.EOF
	}
	if n = copy(p, h[at:]); n < len(p) {
		err = io.EOF
	}
	return n, err
}

// inMemory is the source with its file in memory, if that is small and can be read; memory gives it, of so many bytes.
func (src *Source) inMemory(memory func(n int) []byte) *Source {
	if _, is := src.ReaderAt.(held); is || src.Size <= 0 || src.Size > maxHeld {
		return src
	}
	data := held(memory(int(src.Size)))
	if n, _ := src.ReadAt(data, 0); n < len(data) {
		return src
	}
	return &Source{ReaderAt: data, Size: src.Size, Name: src.Name, Password: src.Password}
}

// atOnce is how large the list says that a part is, and whether that may be believed and the part be unpacked at once: what
// deflate packs is never more than 1032 times as large.
func (p *pack) atOnce(f *zip.File) (size int, ok bool) {
	const most = 1032
	packed, whole := f.CompressedSize64, f.UncompressedSize64
	switch {
	case packed > maxPacked, whole > maxWhole, packed > uint64(p.size), whole > most*packed, strings.HasSuffix(f.Name, "/"):
		return 0, false
	case f.Method == zip.Store:
		return int(whole), packed == whole
	case f.Method == zip.Deflate:
		return int(whole), f.CRC32 != 0
	}
	return 0, false
}

// unpackInto unpacks a part into dst, which has the part's size and inflateMargin more. It is false if the part is not what
// the list says.
func (p *pack) unpackInto(dst []byte, f *zip.File) bool {
	packed, ok := p.packed(f)
	if !ok {
		return false
	}
	size := len(dst) - inflateMargin
	if f.Method == zip.Store {
		copy(dst, packed)
	} else if n, err := inflate(dst, packed); err != nil || n != size {
		return false
	}
	return crc32.ChecksumIEEE(dst[:size]) == f.CRC32
}

// whole reports whether a part is what the list says.
func (p *pack) whole(f *zip.File) bool {
	size, ok := p.atOnce(f)
	if !ok {
		return false
	}
	if f.Method == zip.Store {
		packed, ok := p.packed(f)
		return ok && crc32.ChecksumIEEE(packed) == f.CRC32
	}
	room := rooms.Get().(*room)
	defer room.leave()
	return p.unpackInto(room.take(size+inflateMargin), f)
}

// packed is a part as it is packed. What follows it must say the same of it as the list.
func (p *pack) packed(f *zip.File) ([]byte, bool) {
	at, err := f.DataOffset()
	if err != nil {
		return nil, false
	}
	size := int64(f.CompressedSize64)
	var data []byte
	const behind = 16 // at most, that follow: a signature, the checksum, sizes
	if h, is := p.src.ReaderAt.(held); is {
		data = h[min(at, int64(len(h))):min(at+size+behind, int64(len(h)))]
	} else {
		data = make([]byte, size+behind)
		n, _ := p.src.ReadAt(data, at)
		data = data[:n]
	}
	if int64(len(data)) < size {
		return nil, false
	}
	if f.Flags&8 != 0 && !described(data[size:], f.CRC32) {
		return nil, false
	}
	return data[:size], true
}

// described reports whether what follows a part has its checksum. [APPNOTE.TXT 4.3.9]
func described(after []byte, sum uint32) bool {
	const signature, size = 0x08074b50, 12
	if len(after) >= 4 && binary.LittleEndian.Uint32(after) == signature {
		after = after[4:]
	}
	return len(after) >= size && binary.LittleEndian.Uint32(after) == sum
}

// room is memory that is used again and again. What was taken of it is nobody's once it is taken again.
type room struct {
	data []byte
	used int
}

// maxRoom is how large a room is that is kept.
const maxRoom = 4 << 20

var rooms = sync.Pool{New: func() any { return &room{} }}

// take takes n bytes, and forgets what was taken before.
func (r *room) take(n int) []byte {
	r.used = 0
	return r.more(n)
}

// more takes n bytes more.
func (r *room) more(n int) []byte {
	if n > maxRoom {
		return make([]byte, n)
	}
	if n > len(r.data)-r.used {
		const least = 256 << 10
		r.data, r.used = make([]byte, max(n, min(2*len(r.data), maxRoom), least)), 0
	}
	out := r.data[r.used : r.used+n : r.used+n]
	r.used += n
	return out
}

// leave gives the room to others.
func (r *room) leave() {
	r.used = 0
	rooms.Put(r)
}
