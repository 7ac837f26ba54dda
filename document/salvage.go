package document

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"io"
)

// salvaged opens an archive whose list of files is lost, as when it was cut off: the entries are found by their own headers,
// one after the other, and a new list is put behind them. [APPNOTE.TXT 4.3]
func salvaged(src *Source, l Limits) (*zip.Reader, error) {
	s := &salvager{src: src, left: l.Unpacked}
	for at := int64(0); at >= 0 && at < src.Size; {
		if s.entries >= min(l.Entries, 1<<16-2) {
			return nil, tooMuch("entries", l.Entries)
		}
		at = s.next(s.entry(at))
	}
	if s.entries == 0 {
		return nil, errors.New("no entries")
	}
	var end [22]byte
	copy(end[:], "PK\x05\x06")
	binary.LittleEndian.PutUint16(end[8:], uint16(s.entries))
	binary.LittleEndian.PutUint16(end[10:], uint16(s.entries))
	binary.LittleEndian.PutUint32(end[12:], uint32(s.list.Len()))
	binary.LittleEndian.PutUint32(end[16:], uint32(src.Size))
	s.list.Write(end[:])
	return zip.NewReader(&continued{src, src.Size, s.list.Bytes()}, src.Size+int64(s.list.Len()))
}

// salvager makes a list of the files of an archive.
type salvager struct {
	src     *Source
	list    bytes.Buffer
	entries int
	left    int64 // bytes that may be unpacked to find ends
}

// entry lists the entry at a place and returns where it ends; if there is none, where to look on.
func (s *salvager) entry(at int64) int64 {
	var h [30]byte
	if _, err := s.src.ReadAt(h[:], at); err != nil || string(h[:4]) != "PK\x03\x04" {
		return at + 1
	}
	nameSize, extraSize := binary.LittleEndian.Uint16(h[26:]), binary.LittleEndian.Uint16(h[28:])
	body := at + 30 + int64(nameSize) + int64(extraSize)
	name := make([]byte, nameSize)
	if _, err := s.src.ReadAt(name, at+30); err != nil || body > s.src.Size || nameSize == 0 {
		return at + 1
	}
	packed, whole := int64(binary.LittleEndian.Uint32(h[18:])), binary.LittleEndian.Uint32(h[22:])
	crc := binary.LittleEndian.Uint32(h[14:])
	if h[6]&8 != 0 { // its sizes come after it
		packed, whole, crc = s.measure(body, binary.LittleEndian.Uint16(h[8:]))
	}
	packed = min(packed, s.src.Size-body)
	var c [46]byte
	copy(c[:], "PK\x01\x02")
	copy(c[6:], h[4:6])
	copy(c[8:], h[6:14])
	binary.LittleEndian.PutUint32(c[16:], crc)
	binary.LittleEndian.PutUint32(c[20:], uint32(packed))
	binary.LittleEndian.PutUint32(c[24:], whole)
	binary.LittleEndian.PutUint16(c[28:], nameSize)
	binary.LittleEndian.PutUint32(c[42:], uint32(at))
	c[8] &^= 8
	s.list.Write(c[:])
	s.list.Write(name)
	s.entries++
	return body + packed
}

// measure unpacks an entry to see where it ends. Its checksum follows it.
func (s *salvager) measure(at int64, method uint16) (packed int64, whole, crc uint32) {
	if method != zip.Deflate {
		return s.next(at+1) - at, 0, 0
	}
	from := &measured{at: at, src: s.src}
	inflate := flate.NewReader(from)
	defer inflate.Close()
	n, _ := io.Copy(io.Discard, io.LimitReader(inflate, s.left))
	s.left -= n
	var after [8]byte
	if _, err := s.src.ReadAt(after[:], from.at); err == nil {
		crc = binary.LittleEndian.Uint32(after[:])
		if string(after[:4]) == "PK\x07\x08" {
			crc = binary.LittleEndian.Uint32(after[4:])
		}
	}
	return from.at - at, uint32(n), crc
}

// measured reads bytes and knows how far it came.
type measured struct {
	src *Source
	at  int64
	buf [4096]byte
	has []byte
}

// ReadByte is how flate reads.
func (m *measured) ReadByte() (byte, error) {
	if len(m.has) == 0 {
		n, err := m.src.ReadAt(m.buf[:], m.at)
		if n == 0 {
			return 0, err
		}
		m.has = m.buf[:n]
	}
	b := m.has[0]
	m.has = m.has[1:]
	m.at++
	return b, nil
}

// Read is for blocks that are stored as they are.
func (m *measured) Read(p []byte) (int, error) {
	for i := range p {
		b, err := m.ReadByte()
		if err != nil {
			return i, err
		}
		p[i] = b
	}
	return len(p), nil
}

// next is where the next entry begins, from a place on; -1 if there is none.
func (s *salvager) next(at int64) int64 {
	buf := make([]byte, 64<<10)
	for at < s.src.Size {
		n, _ := s.src.ReadAt(buf, at)
		if found := bytes.Index(buf[:n], []byte("PK\x03\x04")); found >= 0 {
			return at + int64(found)
		}
		if n < len(buf) {
			return -1
		}
		at += int64(n) - 3
	}
	return -1
}

// continued is a file with something behind it.
type continued struct {
	io.ReaderAt
	size   int64
	behind []byte
}

// ReadAt reads from the file, and goes on behind it.
func (c *continued) ReadAt(p []byte, at int64) (int, error) {
	n := 0
	if at < c.size {
		m, err := c.ReaderAt.ReadAt(p[:min(int64(len(p)), c.size-at)], at)
		if n = m; err != nil && !errors.Is(err, io.EOF) || n == len(p) {
			return n, err
		}
		at += int64(n)
	}
	m, err := bytes.NewReader(c.behind).ReadAt(p[n:], at-c.size)
	return n + m, err
}
