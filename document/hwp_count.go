package document

import (
	"bufio"
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
)

// The second pass over files of Hangul: a straight scan over the heads of records, with a compound file of its own. It
// knows no levels but the outermost, no lists and no layout. With the reader it shares the ciphers alone: what they get
// wrong cannot be unpacked, and is no miscount.

// hwpTally is a file that is being counted.
type hwpTally struct {
	ctx    context.Context
	file   *hwpSectors
	left   int64 // bytes that may still be unpacked
	packed bool
	secret hwpCipher
	Count
}

func countHWP(ctx context.Context, src *Source, l Limits) (Count, error) {
	file, err := hwpOpenSectors(src, l.Entries)
	if err != nil {
		return Count{}, err
	}
	t := &hwpTally{ctx: ctx, file: file, left: l.Unpacked, packed: true}
	folder := "BodyText"
	if head, err := io.ReadAll(io.LimitReader(file.stream("FileHeader"), 48)); err == nil && len(head) == 48 {
		flags := binary.LittleEndian.Uint32(head[36:])
		t.packed = flags&1 != 0
		if flags&4 != 0 {
			folder = "ViewText"
		}
		if flags&2 != 0 {
			t.decide(binary.LittleEndian.Uint32(head[44:]), src.Password)
		}
	}
	for name := range file.streams {
		switch folderOf, base := path.Split(name); {
		case folderOf == "BinData/" && hwpPictures[strings.ToLower(strings.TrimPrefix(path.Ext(base), "."))] != "":
			t.Images++
		case folderOf == folder+"/" && strings.HasPrefix(base, "Section"):
			if err := t.section(name, folder == "ViewText"); err != nil {
				return Count{}, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return t.Count, ctx.Err()
}

// decide finds the cipher under which the list of shapes unpacks.
func (t *hwpTally) decide(version uint32, password string) {
	for _, t.secret = range hwpCiphers(version, password) {
		if _, err := io.CopyN(io.Discard, t.plain("DocInfo", false), 64); err == nil {
			return
		}
	}
}

// plain is a stream decrypted and unpacked. One for distribution that has no key is empty.
func (t *hwpTally) plain(name string, distributed bool) io.Reader {
	r := t.file.stream(name)
	if t.secret != nil {
		r = t.secret(bufio.NewReader(r))
	}
	if distributed {
		open, err := hwpDistributed(bufio.NewReader(r))
		if err != nil {
			return strings.NewReader("")
		}
		r = open
	}
	if t.packed {
		r = flate.NewReader(bufio.NewReader(r))
	}
	return r
}

// section counts what the records of a section say. A stream that ends too early is counted as far as it goes: the reader
// is the one to say so.
func (t *hwpTally) section(name string, distributed bool) error {
	r := bufio.NewReaderSize(t.plain(name, distributed), 64<<10)
	page := hwpPageTally{columns: 1}
	var data bytes.Buffer
	for records := 0; ; records++ {
		if records > 8<<20 {
			return errors.New("more than eight million records")
		}
		if records&4095 == 0 && t.ctx.Err() != nil {
			return t.ctx.Err()
		}
		var word [4]byte
		if _, err := io.ReadFull(r, word[:]); err != nil {
			t.Pages += page.pages
			return nil
		}
		head := binary.LittleEndian.Uint32(word[:])
		size := int64(head >> 20)
		if size == 4095 {
			if _, err := io.ReadFull(r, word[:]); err != nil {
				return nil
			}
			size = int64(binary.LittleEndian.Uint32(word[:]))
		}
		if t.left -= size + 4; t.left < 0 {
			return errors.New("more than may be unpacked")
		}
		tag, level := head%1024, head/1024%1024
		if tag < 66 || tag > 88 || tag > 71 && tag != 77 && tag != 88 {
			if _, err := io.CopyN(io.Discard, r, size); err != nil {
				return nil
			}
			continue
		}
		data.Reset()
		const most = 8 << 20
		if _, err := io.CopyN(&data, r, min(size, most)); err == nil && size > most {
			io.CopyN(io.Discard, r, size-most) // what is missing then shows at the next head
		}
		t.record(int(tag), int(level), data.Bytes(), &page)
	}
}

// record counts one record.
func (t *hwpTally) record(tag, level int, data []byte, page *hwpPageTally) {
	le := binary.LittleEndian
	switch tag {
	case 66:
		if level == 0 && len(data) > 11 {
			page.turns = page.turns || data[11]&4 != 0
			if data[11]&2 != 0 { // other columns: heights begin anew
				page.last = 0
			}
		}
	case 67: // text
		t.Characters += hwpLetters(data)
	case 88: // equation: its script has its length before it
		if len(data) >= 6 {
			t.Characters += hwpLetters(data[6:min(6+2*int(le.Uint16(data[4:])), len(data))])
		}
	case 77: // table: rows say how many cells each has
		t.Tables++
		if len(data) < 18 {
			return
		}
		for row := range int(le.Uint16(data[4:])) {
			if at := 18 + 2*row; at+2 <= len(data) {
				t.Cells += int(le.Uint16(data[at:]))
			}
		}
	case 69:
		if level == 1 {
			page.lines(data)
		}
	case 71:
		if len(data) >= 6 {
			t.control(string(data[:4]), data[4:])
		}
		if level == 1 && len(data) >= 6 && string(data[:4]) == "dloc" {
			page.columns = max(int(le.Uint16(data[4:])>>2&255), 1)
		}
	}
}

// control counts what a control draws in the text: letters on each other, ruby with what it is above, numbers of captions
// (a number that is not in digits as one letter).
func (t *hwpTally) control(name string, data []byte) {
	le := binary.LittleEndian
	text := func() {
		if len(data) >= 2 {
			n := min(2+2*int(le.Uint16(data)), len(data))
			t.Characters += hwpLetters(data[2:n])
			data = data[n:]
		}
	}
	switch {
	case name == "spct":
		text()
	case name == "tudt":
		text()
		text()
	case name == "onta" && len(data) >= 6:
		bits, number := le.Uint32(data), le.Uint16(data[4:])
		switch kind := bits & 15; {
		case kind < 3 || kind > 5 || number == 0:
		case bits>>4&255 == 0:
			t.Characters += int64(len(strconv.Itoa(int(number))))
		default:
			t.Characters++
		}
	}
}

// hwpPageTally counts pages from below: each fall of lines in a single column is one, and each that a paragraph wants.
type hwpPageTally struct {
	pages, columns, last int
	turns                bool // a paragraph wants the next one
}

func (p *hwpPageTally) lines(data []byte) {
	for ; len(data) >= 36; data = data[36:] {
		y := int(int32(binary.LittleEndian.Uint32(data[4:])))
		if p.pages == 0 || p.turns || y < p.last && p.columns == 1 {
			p.pages++
		}
		p.turns = false
		p.last = y
	}
}

// hwpLetters counts the letters of a text in composed form, without control characters and white space.
func hwpLetters(data []byte) (n int64) {
	units := make([]uint16, 0, len(data)/2)
	for ; len(data) >= 2; data = data[2:] {
		switch u := binary.LittleEndian.Uint16(data); {
		case u == 24:
			units = append(units, '-')
		case u >= 32:
			units = append(units, u)
		case u == 0 || u == 10 || u == 13 || u > 24:
		default: // eight units long
			data = data[min(14, len(data)-2):]
		}
	}
	for _, r := range norm.NFC.String(string(utf16.Decode(units))) {
		if !unicode.IsSpace(r) && !unicode.IsControl(r) && r != '\ufeff' {
			n++
		}
	}
	return n
}

// hwpSectors is a compound file as the second pass opens it: all of its table of sectors, and where each stream begins.
type hwpSectors struct {
	src     io.ReaderAt
	unit    int64
	whole   int64  // streams as long as this are in sectors of their own
	next    []byte // four bytes each
	small   []byte // of small sectors
	inner   []byte // where small streams are: the root's stream
	streams map[string][2]int64
}

const hwpMostInner = 64 << 20

func hwpOpenSectors(src *Source, entries int) (*hwpSectors, error) {
	h := make([]byte, 512)
	if _, err := src.ReadAt(h, 0); err != nil {
		return nil, err
	}
	le := binary.LittleEndian
	f := &hwpSectors{src: src, unit: 512, streams: map[string][2]int64{}}
	f.whole = int64(le.Uint32(h[56:]))
	if le.Uint16(h[30:]) == 12 {
		f.unit = 4096
	}
	most := src.Size/f.unit + 1
	lists := h[76:512]
	for chain, seen := int64(le.Uint32(h[68:])), int64(0); ; seen++ {
		for ; len(lists) >= 4 && int64(len(f.next)) < 4*most; lists = lists[4:] {
			if at := int64(le.Uint32(lists)); at < most {
				f.next = append(f.next, f.sector(at)...)
			}
		}
		if chain >= most || seen > most {
			break
		}
		list := f.sector(chain)
		if int64(len(list)) < f.unit {
			break
		}
		lists, chain = list[:f.unit-4], int64(le.Uint32(list[f.unit-4:]))
	}
	directory, _ := io.ReadAll(io.LimitReader(f.chain(int64(le.Uint32(h[48:])), src.Size), int64(entries)*128))
	f.small, _ = io.ReadAll(f.chain(int64(le.Uint32(h[60:])), int64(le.Uint32(h[64:]))*f.unit))
	if len(directory) < 128 {
		return nil, errors.New("the list of streams cannot be read")
	}
	f.inner, _ = io.ReadAll(f.chain(int64(le.Uint32(directory[116:])), min(int64(le.Uint32(directory[120:])), hwpMostInner)))
	f.walk(directory, le.Uint32(directory[76:]), "", make([]bool, len(directory)/128))
	return f, nil
}

// walk notes the streams of a folder, by the names of the folders that they are in.
func (f *hwpSectors) walk(directory []byte, at uint32, folder string, seen []bool) {
	for int64(at) < int64(len(seen)) && !seen[at] {
		seen[at] = true
		e := directory[int(at)*128:][:128]
		le := binary.LittleEndian
		name := ""
		for i := 0; i < 64 && e[i]|e[i+1] != 0; i += 2 {
			name += string(rune(le.Uint16(e[i:])))
		}
		if e[66] == 2 {
			f.streams[folder+name] = [2]int64{int64(le.Uint32(e[116:])), int64(le.Uint32(e[120:]))}
		} else if len(folder) < 256 {
			f.walk(directory, le.Uint32(e[76:]), folder+name+"/", seen)
		}
		f.walk(directory, le.Uint32(e[68:]), folder, seen)
		at = le.Uint32(e[72:])
	}
}

// sector is one sector, shorter at the end of the file.
func (f *hwpSectors) sector(at int64) []byte {
	data := make([]byte, f.unit)
	n, _ := f.src.ReadAt(data, (at+1)*f.unit)
	return data[:n]
}

// stream is a stream by its path, empty if there is none.
func (f *hwpSectors) stream(name string) io.Reader {
	at, ok := f.streams[name]
	switch {
	case !ok:
		return strings.NewReader("")
	case at[1] >= f.whole:
		return f.chain(at[0], at[1])
	}
	var data []byte
	for s := at[0]; int64(len(data)) < at[1] && (s+1)*64 <= int64(len(f.inner)) && 4*s+4 <= int64(len(f.small)); {
		data = append(data, f.inner[s*64:(s+1)*64]...)
		s = int64(binary.LittleEndian.Uint32(f.small[4*s:]))
	}
	return strings.NewReader(string(data[:min(int64(len(data)), at[1])]))
}

// chain reads sectors that follow each other, no more than there are.
func (f *hwpSectors) chain(at, size int64) io.Reader {
	return &hwpChain{f: f, at: at, left: size, most: int64(len(f.next) / 4)}
}

type hwpChain struct {
	f              *hwpSectors
	at, left, most int64
	ready          []byte
}

func (c *hwpChain) Read(p []byte) (int, error) {
	if len(c.ready) == 0 {
		if c.left <= 0 || c.most <= 0 || c.at < 0 || c.at*4+4 > int64(len(c.f.next)) {
			return 0, io.EOF
		}
		c.ready = c.f.sector(c.at)
		c.ready = c.ready[:min(int64(len(c.ready)), c.left)]
		c.left -= int64(len(c.ready))
		c.at = int64(binary.LittleEndian.Uint32(c.f.next[c.at*4:]))
		c.most--
		if len(c.ready) == 0 {
			return 0, io.EOF
		}
	}
	n := copy(p, c.ready)
	c.ready = c.ready[n:]
	return n, nil
}
