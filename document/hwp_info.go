package document

import (
	"fmt"
	"strconv"
	"strings"
)

// hwpInfo is what paragraphs refer to: the document's list of shapes, styles, numberings and files. Each is known by its
// place in its list.
type hwpInfo struct {
	sections   int // as the file says; 0 if it does not
	files      []hwpFile
	fills      []uint32 // colour behind a cell or a paragraph, hwpNoColour without
	characters []hwpCharacters
	numberings []*hangulNumbering
	bullets    []string
	paragraphs []hwpParagraphShape
	styles     []int // level of headings; 0 of other styles
	wanted     []int // how many of each kind the file says that it has
}

// hwpFile is a picture or an object in the file.
type hwpFile struct {
	kind      int // 0 a link to elsewhere, 1 a file, 2 an object
	id        int // "BIN0001.png" has 1
	extension string
	packing   int // 0 as the document, 1 packed, 2 not
	link      string
}

// path is where the file is in the compound file.
func (f hwpFile) path() string { return fmt.Sprintf("BinData/BIN%04X.%s", f.id, f.extension) }

// hwpNoColour is where no colour is set, hwpAnyColour where a gradient or a picture is.
const (
	hwpNoColour  = 0xffffffff
	hwpAnyColour = 0xfffffffe
	hwpWhite     = 0xffffff
)

type hwpCharacters struct {
	size   int // 1/100 point
	colour uint32
	shade  uint32
}

// hidden reports whether letters on a colour are seen by nobody: they have that colour, or no size.
func (c hwpCharacters) hidden(behind uint32) bool {
	if c.shade != hwpNoColour {
		behind = c.shade
	}
	return c.colour == behind || c.size > 0 && c.size <= 100
}

// Kinds of what stands before a paragraph.
const (
	hwpHeadOutline = 1
	hwpHeadNumber  = 2
	hwpHeadBullet  = 3
)

type hwpParagraphShape struct {
	head  int // hwpHeadOutline, …; 0 nothing
	level int // from 0
	with  int // which numbering or bullet, from 1
	fill  int // from 1
}

// hwpOutlineOf is the level of a style for headings by its names, from 1; 0 of others.
func hwpOutlineOf(name, english string) int {
	digits, ok := strings.CutPrefix(name, "개요 ")
	if !ok {
		digits, ok = strings.CutPrefix(strings.ToLower(english), "outline ")
	}
	if level, err := strconv.Atoi(strings.TrimSpace(digits)); ok && err == nil && level > 0 && level <= hangulLevels {
		return level
	}
	return 0
}

// read adds what a record says. A record of another kind says nothing here.
func (i *hwpInfo) read(tag int, data []byte) {
	f := hwpFields{data: data}
	switch tag {
	case hwpDocumentProperties:
		const properties, noise = 26, 256
		if len(data) >= noise+properties { // encrypted before Hangul 2007: something random to begin with
			f.take(noise)
		}
		i.sections = f.u16()
	case hwpIDMappings:
		for len(f.data) >= 4 && len(i.wanted) < 15 {
			i.wanted = append(i.wanted, f.i32())
		}
	case hwpBinData:
		i.files = append(i.files, hwpFileOf(&f))
	case hwpBorderFill:
		f.take(32) // lines
		fill := uint32(hwpNoColour)
		switch kind := f.u32(); {
		case kind&^1 != 0:
			fill = hwpAnyColour
		case kind == 1:
			fill = f.u32()
		}
		i.fills = append(i.fills, fill)
	case hwpCharShape:
		f.take(42) // fonts
		c := hwpCharacters{size: f.i32()}
		f.take(6)
		c.colour = f.u32()
		f.take(4)
		c.shade = f.u32()
		if f.short {
			c.shade = hwpNoColour
		}
		i.characters = append(i.characters, c)
	case hwpNumbering:
		i.numberings = append(i.numberings, hwpNumberingOf(&f))
	case hwpBullet:
		f.take(12)
		i.bullets = append(i.bullets, hangulBullet(utf16Text(f.take(2))))
	case hwpParaShape:
		i.paragraphs = append(i.paragraphs, hwpParagraphShapeOf(&f))
	case hwpStyle:
		i.styles = append(i.styles, hwpOutlineOf(f.text(), f.text()))
	}
}

func hwpFileOf(f *hwpFields) hwpFile {
	bits := f.u16()
	file := hwpFile{kind: bits & 15, packing: bits >> 4 & 3}
	if file.kind == 0 {
		file.link = f.text()
		return file
	}
	file.id = f.u16()
	file.extension = f.text()
	return file
}

func hwpNumberingOf(f *hwpFields) *hangulNumbering {
	n := &hangulNumbering{}
	levels := func(from, to int) {
		for at := from; at < to; at++ {
			n.levels[at].format = int(f.u32() >> 5 & 15)
			f.take(8)
			n.levels[at].text = f.text()
		}
	}
	starts := func(from, to int) {
		for at := from; at < to; at++ {
			n.levels[at].start = int(f.u32())
		}
	}
	levels(0, 7)
	n.levels[0].start = f.u16()
	if len(f.data) > 0 { // from 5.0.2.5
		starts(0, 7)
	}
	if len(f.data) > 0 { // from 5.1
		levels(7, hangulLevels)
		starts(7, hangulLevels)
	}
	return n
}

func hwpParagraphShapeOf(f *hwpFields) hwpParagraphShape {
	bits := f.u32()
	s := hwpParagraphShape{head: int(bits >> 23 & 3), level: int(bits >> 25 & 7)}
	f.take(26)
	s.with = f.u16()
	s.fill = f.u16()
	f.take(20)
	if level := int(f.u32()); level < hangulLevels && level > s.level {
		s.level = level // eighth to tenth
	}
	return s
}

// missing says what the file's own count of its lists has and the lists have not.
func (i *hwpInfo) missing() string {
	have := map[int]int{0: len(i.files), 8: len(i.fills), 9: len(i.characters), 11: len(i.numberings), 12: len(i.bullets), 13: len(i.paragraphs), 14: len(i.styles)}
	names := map[int]string{0: "files", 8: "borders", 9: "character shapes", 11: "numberings", 12: "bullets", 13: "paragraph shapes", 14: "styles"}
	var out []string
	for at, want := range i.wanted {
		if name := names[at]; name != "" && have[at] < want {
			out = append(out, fmt.Sprintf("%d %s, want %d", have[at], name, want))
		}
	}
	return strings.Join(out, "; ")
}

// fill is the colour behind what has a border by its number.
func (i *hwpInfo) fill(number int, behind uint32) uint32 {
	if number < 1 || number > len(i.fills) || i.fills[number-1] == hwpNoColour {
		return behind
	}
	return i.fills[number-1]
}

// of returns an element of a list, or nothing.
func of[T any](list []T, at int) (t T) {
	if at >= 0 && at < len(list) {
		return list[at]
	}
	return t
}
