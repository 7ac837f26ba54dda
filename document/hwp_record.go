package document

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"unicode/utf16"
)

// Tags of records: of the list of shapes and styles, and of sections. [한글 문서 파일 형식 5.0 revision 1.3, tables 13 and 57]
const (
	hwpDocumentProperties = 0x10
	hwpIDMappings         = 0x11
	hwpBinData            = 0x12
	hwpBorderFill         = 0x14
	hwpCharShape          = 0x15
	hwpNumbering          = 0x17
	hwpBullet             = 0x18
	hwpParaShape          = 0x19
	hwpStyle              = 0x1a
	hwpDistribution       = 0x1c
	hwpParaHeader         = 0x42
	hwpParaText           = 0x43
	hwpParaCharShape      = 0x44
	hwpParaLineSeg        = 0x45
	hwpCtrlHeader         = 0x47
	hwpListHeader         = 0x48
	hwpPageDef            = 0x49
	hwpShapeComponent     = 0x4c
	hwpTable              = 0x4d
	hwpShapeOLE           = 0x54
	hwpShapePicture       = 0x55
	hwpCtrlData           = 0x57
	hwpEquation           = 0x58
	hwpTextArt            = 0x5a
	hwpFormObject         = 0x5b
	hwpMemoList           = 0x5d
	hwpVideo              = 0x62
)

// hwpRecords are the records of a stream, one after the other: what is in a record follows it, with a level one higher.
// The record that it stands at is valid while ok; its data is only until next.
type hwpRecords struct {
	from        io.Reader
	raw         *bufio.Reader // behind from if that unpacks: what follows the packed data
	distributed bool          // that is in blocks of its own
	b           *builder
	ok          bool
	tag         int
	level       int
	data        []byte
	err         error // why it ended, nil at the end of the stream
	buf         []byte
	over        []byte // what is read and not kept
	sum         uint32
	n           int64 // bytes so far
	ended       bool  // behind the last record
	records     int
}

// hwpChunk is how much of a record is read at a time, as its size is not believed; hwpMaxRecord how much of it is kept. No
// record that Hangul writes is as long: a paragraph of that many bytes has four million letters.
const (
	hwpChunk     = 1 << 20
	hwpMaxRecord = 8 << 20
)

// hwpMaxRecords is how many records a stream may have: those of ten thousand pages.
const hwpMaxRecords = 8 << 20

// next goes to the next record. A record that is cut off is given as far as it goes, and is the last.
func (r *hwpRecords) next() {
	r.ok = false
	if r.err != nil || r.ended {
		return
	}
	switch r.records++; {
	case r.records > hwpMaxRecords:
		r.err = tooMuch("records", hwpMaxRecords)
		return
	case r.records&1023 == 0 && r.b.ctx.Err() != nil:
		r.err = r.b.ctx.Err()
		return
	}
	var head [8]byte
	n, err := io.ReadFull(r.from, head[:4])
	if n == 0 && errors.Is(err, io.EOF) {
		r.ended = true
		r.end()
		return
	}
	size := 0
	if err == nil {
		size = int(binary.LittleEndian.Uint32(head[:]) >> 20)
		if size == 0xfff {
			var more int
			more, err = io.ReadFull(r.from, head[4:])
			n += more
			size = int(binary.LittleEndian.Uint32(head[4:]))
		}
	}
	r.count(head[:n])
	if err != nil {
		r.cut("the head of a record", err)
		return
	}
	bits := binary.LittleEndian.Uint32(head[:])
	r.tag, r.level, r.ok = int(bits&0x3ff), int(bits>>10&0x3ff), true
	r.body(size)
}

// body reads the data of a record.
func (r *hwpRecords) body(size int) {
	if size <= cap(r.buf) {
		r.buf = r.buf[:size]
		n, err := io.ReadFull(r.from, r.buf)
		r.data = r.buf[:n]
		r.count(r.data)
		if err != nil {
			r.cut(fmt.Sprintf("a record of %d bytes", size), err)
		}
		return
	}
	r.buf = r.buf[:0]
	for left := size; left > 0 && r.err == nil; {
		n, at := min(left, hwpChunk), len(r.buf)
		into := r.over
		if kept := at < hwpMaxRecord; kept {
			r.buf = append(r.buf, make([]byte, n)...)
			into = r.buf[at:]
		} else if into == nil {
			r.over = make([]byte, hwpChunk)
			into = r.over
		}
		n, err := io.ReadFull(r.from, into[:n])
		r.buf = r.buf[:min(len(r.buf), at+n)]
		left -= n
		r.count(into[:n])
		if err != nil {
			r.cut(fmt.Sprintf("a record of %d bytes", size), err)
		}
	}
	r.data = r.buf
}

// count adds bytes to what has been read.
func (r *hwpRecords) count(data []byte) {
	r.n += int64(len(data))
	r.sum = crc32.Update(r.sum, crc32.IEEETable, data)
	if err := r.b.unpack(int64(len(data))); err != nil && r.err == nil {
		r.err = err
	}
}

// cut notes that the stream ended within something.
func (r *hwpRecords) cut(what string, err error) {
	if r.err == nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		r.err = fmt.Errorf("after %d bytes, in %s: %w", r.n, what, err)
	}
}

// end holds what was read to what Hangul writes behind packed data: a checksum (0 by other programs) and the length.
func (r *hwpRecords) end() {
	if r.raw == nil {
		return
	}
	r.err = hwpTrailer(r.raw, r.distributed, r.sum, r.n)
}

// hwpTrailer compares what was unpacked with what stands behind it, if anything does. Encrypted for distribution, checksum
// and length are each in a block of their own, behind the end of the block before.
func hwpTrailer(raw io.Reader, distributed bool, sum uint32, n int64) error {
	var tail [64]byte
	got, err := io.ReadFull(raw, tail[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	at, length := 0, 4
	if distributed {
		at, length = got-32, got-16
	}
	if at < 0 || got < length+4 {
		return nil
	}
	wantSum, want := binary.LittleEndian.Uint32(tail[at:]), int64(binary.LittleEndian.Uint32(tail[length:]))
	switch {
	case wantSum == 0 && want == 0: // padding
	case want != n&0xffffffff:
		return fmt.Errorf("%d bytes unpacked, want %d", n, want)
	case wantSum != 0 && wantSum != sum:
		return fmt.Errorf("checksum %08x, want %08x", sum, wantSum)
	}
	return nil
}

// hwpFields are the fields of a record in order. Behind its end everything is 0: old versions have shorter records.
type hwpFields struct {
	data  []byte
	short bool // something was behind the end
}

func (f *hwpFields) take(n int) []byte {
	if n > len(f.data) {
		f.short = true
		f.data = nil
		return nil
	}
	at := f.data[:n]
	f.data = f.data[n:]
	return at
}

func (f *hwpFields) u8() int {
	if at := f.take(1); at != nil {
		return int(at[0])
	}
	return 0
}

func (f *hwpFields) u16() int {
	if at := f.take(2); at != nil {
		return int(binary.LittleEndian.Uint16(at))
	}
	return 0
}

func (f *hwpFields) u32() uint32 {
	if at := f.take(4); at != nil {
		return binary.LittleEndian.Uint32(at)
	}
	return 0
}

func (f *hwpFields) i32() int { return int(int32(f.u32())) }

// text is a text with its length before it.
func (f *hwpFields) text() string { return utf16Text(f.take(2 * f.u16())) }

// utf16Text is a text in UTF-16, low byte first.
func utf16Text(data []byte) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units))
}
