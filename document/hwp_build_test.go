package document

import (
	"bytes"
	"compress/flate"
	"crypto/aes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"unicode/utf16"
)

// hwpFields in writing: numbers of 1, 2 and 4 bytes, low byte first, and texts with their length before them.
type hwpBytes []byte

func (b hwpBytes) u8(values ...int) hwpBytes {
	for _, v := range values {
		b = append(b, byte(v))
	}
	return b
}

func (b hwpBytes) u16(values ...int) hwpBytes {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	return b
}

func (b hwpBytes) u32(values ...int) hwpBytes {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	return b
}

func (b hwpBytes) zeros(n int) hwpBytes { return append(b, make([]byte, n)...) }

func (b hwpBytes) text(text string) hwpBytes {
	units := utf16.Encode([]rune(text))
	b = b.u16(len(units))
	for _, u := range units {
		b = b.u16(int(u))
	}
	return b
}

// hwpRecord is a record as it is stored.
func hwpRecord(tag, level int, data hwpBytes) hwpBytes {
	size := min(len(data), 0xfff)
	out := hwpBytes{}.u32(tag | level<<10 | size<<20)
	if size == 0xfff {
		out = out.u32(len(data))
	}
	return append(out, data...)
}

// hwpDoc builds sections, paragraph by paragraph.
type hwpDoc struct {
	out    hwpBytes
	level  int
	breaks int
	shape  int
	y      int // of the next line
}

// hwpSays are the letters of a text as units; {name} is a control character of eight units, of a field's end {/name}.
func hwpSays(text string) (units hwpBytes) {
	codes := map[string]int{"secd": 2, "cold": 2, "tbl ": 11, "gso ": 11, "eqed": 11, "form": 11, "head": 16, "foot": 16, "fn  ": 17, "en  ": 17, "atno": 18, "pgnp": 21, "nwno": 21, "tcps": 23, "tdut": 23, "tcmt": 15}
	for len(text) > 0 {
		if text[0] == '{' {
			end := bytes.IndexByte([]byte(text), '}')
			name := text[1:end]
			text = text[end+1:]
			code, ok := codes[name]
			switch {
			case name[0] == '/':
				code, name = 4, name[1:]
			case !ok:
				code = 3
			}
			units = units.u16(code)
			for i := range 4 {
				units = append(units, name[3-i])
			}
			units = units.zeros(8).u16(code)
			continue
		}
		r := []rune(text)[0]
		text = text[len(string(r)):]
		if r == '\t' {
			units = units.u16(9).zeros(12).u16(9)
			continue
		}
		for _, u := range utf16.Encode([]rune{r}) {
			units = units.u16(int(u))
		}
	}
	return units.u16(13)
}

// para adds a paragraph with one line of 10 points for each n characters, and what f adds to it.
func (d *hwpDoc) para(text string, f func()) {
	units := hwpSays(text)
	d.out = append(d.out, hwpRecord(hwpParaHeader, d.level, hwpBytes{}.u32(len(units)/2, 0).u16(d.shape).u8(0, d.breaks).u16(1, 0, 1).u32(0).u16(0))...)
	d.breaks = 0
	d.level++
	d.out = append(d.out, hwpRecord(hwpParaText, d.level, units)...)
	d.out = append(d.out, hwpRecord(hwpParaCharShape, d.level, hwpBytes{}.u32(0, 0))...)
	d.line(0)
	if f != nil {
		f()
	}
	d.level--
}

// line adds the line segment of a paragraph.
func (d *hwpDoc) line(unit int) {
	d.out = append(d.out, hwpRecord(hwpParaLineSeg, d.level, hwpBytes{}.u32(unit, d.y, 1000, 1000, 850, 600, 0, 42520, 3<<17))...)
	d.y += 1600
}

// ctrl adds a control and what is in it.
func (d *hwpDoc) ctrl(name string, data hwpBytes, f func()) {
	d.out = append(d.out, hwpRecord(hwpCtrlHeader, d.level, append(hwpBytes{name[3], name[2], name[1], name[0]}, data...))...)
	if f != nil {
		d.level++
		f()
		d.level--
	}
}

// list adds a list of paragraphs, one for each text.
func (d *hwpDoc) list(header hwpBytes, texts ...string) {
	d.listOf(header, len(texts), func() {
		for _, text := range texts {
			d.para(text, nil)
		}
	})
}

func (d *hwpDoc) listOf(header hwpBytes, n int, f func()) {
	d.out = append(d.out, hwpRecord(hwpListHeader, d.level, append(hwpBytes{}.u32(n, 0), header...))...)
	y := d.y
	d.y = 0
	f()
	d.y = y
}

// page begins a section: paper of A4.
func (d *hwpDoc) page() {
	d.ctrl("secd", hwpBytes{}.zeros(14).u16(1).zeros(10), func() {
		d.out = append(d.out, hwpRecord(hwpPageDef, d.level, hwpBytes{}.u32(59528, 84188, 8504, 8504, 5668, 4252, 4252, 4252, 0, 0))...)
	})
}

// object is the beginning of what stands in the text: a table, a drawing.
func (d *hwpDoc) object(inline bool, w, h int) hwpBytes {
	bits := 0x082a2210
	if inline {
		bits |= 1
	}
	return hwpBytes{}.u32(bits, 0, 0, w, h, 0).u16(283, 283, 283, 283).u32(1, 0).u16(0)
}

// table adds a table of a column for each text of a row.
func (d *hwpDoc) table(bits int, rows ...[]string) {
	w := 42520 / len(rows[0])
	d.ctrl("tbl ", d.object(false, 42520, 1282*len(rows)), func() {
		record := hwpBytes{}.u32(bits).u16(len(rows), len(rows[0]), 0, 510, 510, 141, 141)
		for _, row := range rows {
			record = record.u16(len(row))
		}
		d.out = append(d.out, hwpRecord(hwpTable, d.level, record.u16(0, 0))...)
		for r, row := range rows {
			for c, text := range row {
				heading := 0
				if r == 0 {
					heading = hwpCellIsHeading
				}
				if text != "-" { // one that the table has and the file has not
					d.cell(r, c, 1, 1, heading, w, text)
				}
			}
		}
	})
}

func (d *hwpDoc) cell(row, col, rows, cols, bits, w int, texts ...string) {
	header := hwpBytes{}.u32(len(texts), bits).u16(col, row, cols, rows).u32(w, 1282).u16(510, 510, 141, 141, 1).u32(w).zeros(13)
	d.out = append(d.out, hwpRecord(hwpListHeader, d.level, header)...)
	y := d.y
	for d.y = 0; len(texts) > 0; texts = texts[1:] {
		d.para(texts[0], nil)
	}
	d.y = y
}

// hwpPack packs a stream as Hangul does, with its checksum and length behind it.
func hwpPack(data []byte) []byte {
	var out bytes.Buffer
	w, _ := flate.NewWriter(&out, flate.BestCompression)
	w.Write(data)
	w.Close()
	return hwpBytes(out.Bytes()).u32(int(crc32.ChecksumIEEE(data)), len(data))
}

// hwpShapes is a list of shapes: letters, one numbering, one bullet, and paragraphs without and with what stands before them.
func hwpShapes(sections, pictures int) hwpBytes {
	out := hwpRecord(hwpDocumentProperties, 0, hwpBytes{}.u16(sections).zeros(24))
	out = append(out, hwpRecord(hwpIDMappings, 0, hwpBytes{}.u32(pictures, 0, 0, 0, 0, 0, 0, 0, 2, 3, 0, 1, 1, 4, 1).u32(0, 0, 0))...)
	for i := range pictures {
		out = append(out, hwpRecord(hwpBinData, 1, hwpBytes{}.u16(1, i+1).text("png"))...)
	}
	out = append(out, hwpRecord(hwpBorderFill, 1, hwpBytes{}.zeros(32).u32(0))...)
	out = append(out, hwpRecord(hwpBorderFill, 1, hwpBytes{}.zeros(32).u32(1, 0, 0, 0))...) // black
	for _, c := range []struct{ size, colour int }{{1000, 0}, {1000, hwpWhite}, {100, 0}} {
		out = append(out, hwpRecord(hwpCharShape, 1, hwpBytes{}.zeros(42).u32(c.size, 0).u16(0).u32(c.colour, 0, hwpNoColour, 0))...)
	}
	var numbering hwpBytes
	for level := 1; level <= 7; level++ {
		format := 0
		if level == 2 {
			format = 8
		}
		numbering = numbering.u32(format<<5, 0, 0).text(fmt.Sprintf("^%d.", level))
	}
	out = append(out, hwpRecord(hwpNumbering, 1, numbering.u16(1).u32(1, 1, 1, 1, 1, 1, 1))...)
	out = append(out, hwpRecord(hwpBullet, 1, hwpBytes{}.zeros(12).u16('●'))...)
	for _, head := range []int{0, hwpHeadOutline << 23, hwpHeadNumber<<23 | 1<<25, hwpHeadBullet << 23} {
		out = append(out, hwpRecord(hwpParaShape, 1, hwpBytes{}.u32(head).zeros(26).u16(1).zeros(26))...)
	}
	return append(out, hwpRecord(hwpStyle, 1, hwpBytes{}.text("바탕글").text("Normal").zeros(10))...)
}

// hwpBuild builds a file of Hangul: packed, of 5.0.5.0.
func hwpBuild(flags int, streams map[string][]byte, sections ...hwpBytes) []byte {
	pictures := 0
	for name := range streams {
		if strings.HasPrefix(name, "BinData/") {
			pictures++
		}
	}
	all := map[string][]byte{"FileHeader": hwpBytes(hwpSignature).zeros(15).u32(0x05000500, flags|hwpPacked, 0, 4).zeros(208), "DocInfo": hwpPack(hwpShapes(len(sections), pictures))}
	for i, s := range sections {
		all[fmt.Sprintf("BodyText/Section%d", i)] = hwpPack(s)
	}
	for name, data := range streams {
		all[name] = data
	}
	return compoundOf(all)
}

// hwpForDistribution encrypts a packed section as documents for distribution have it.
func hwpForDistribution(packed []byte) []byte {
	var key [256]byte
	for i := range key {
		key[i] = byte(i * 7)
	}
	block := sure(aes.NewCipher(append([]byte(nil), func() []byte { k := hwpDistributionKey(key); return k[:] }()...)))
	at := len(packed) - 8
	var plain []byte
	for _, piece := range [][]byte{packed[:at], packed[at : at+4], packed[at+4:]} {
		plain = append(plain, piece...)
		plain = append(plain, make([]byte, (16-len(plain)%16)%16)...)
	}
	for i := 0; i < len(plain); i += 16 {
		block.Encrypt(plain[i:], plain[i:])
	}
	return append(hwpRecord(hwpDistribution, 0, key[:]), plain...)
}
