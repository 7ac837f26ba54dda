package document

import (
	"encoding/binary"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// hwpPara is a paragraph that is being read.
type hwpPara struct {
	h        *hwpReader
	frame    hwpFrame
	breaks   int // what begins before it: hwpBreakSection, …
	shape    hwpParagraphShape
	style    int    // level of its style, if that is one of headings
	units    []byte // its text in UTF-16, with control characters
	anchors  []hwpAnchor
	runs     []hwpRun
	lines    []hwpLine
	placed   bool
	guessed  bool // the file has no lines of it: one is made up, for what hangs from it
	controls []hwpControl
}

// hwpFrame is what a paragraph stands in.
type hwpFrame struct {
	body   bool   // its lines are on pages; else they are relative to what they are in, which moves them
	note   bool   // of a note: where its lines are is not known
	behind uint32 // colour
	width  int    // of what it stands in, where that is known
}

// hwpAnchor is a control character that stands for a control: where it is in units, and which kind.
type hwpAnchor struct {
	unit int
	id   uint32
}

// hwpRun is from where on letters have a shape.
type hwpRun struct{ unit, shape int }

// hwpControl is what a control brings into its paragraph.
type hwpControl struct {
	anchor int    // of hwpPara.anchors
	insert string // drawn in the text
	number bool   // it is a number that Hangul counts
	blocks []Block
	kind   MarkKind // of a field
	value  string
	offset int // once the text is known
}

// hwpWide reports whether a control character is eight units long, and whether a control belongs to it.
func hwpWide(c uint16) (wide, control bool) {
	switch c {
	case 1, 2, 3, 11, 12, 14, 15, 16, 17, 18, 21, 22, 23:
		return true, true
	case 4, 5, 6, 7, 8, 9, 19, 20:
		return true, false
	}
	return false, false
}

const hwpWideUnits = 8

// setText takes the text of a paragraph, and finds the controls in it.
func (p *hwpPara) setText(data []byte) {
	p.units = append(p.units[:0], data[:len(data)&^1]...)
	p.anchors = p.anchors[:0]
	for i := 0; i+1 < len(p.units); i += 2 {
		c := binary.LittleEndian.Uint16(p.units[i:])
		if c >= 32 {
			continue
		}
		wide, control := hwpWide(c)
		if control && i+6 <= len(p.units) {
			p.anchors = append(p.anchors, hwpAnchor{unit: i / 2, id: binary.LittleEndian.Uint32(p.units[i+2:])})
		}
		if wide {
			i += 2 * (hwpWideUnits - 1)
		}
	}
}

// anchor finds the control character of the next control: the next one, or, where records are missing, the next of its kind.
func (p *hwpPara) anchor(id uint32) int {
	next := 0
	if n := len(p.controls); n > 0 {
		next = p.controls[n-1].anchor + 1
	}
	for at := next; at < min(len(p.anchors), next+64); at++ {
		if p.anchors[at].id == id {
			return at
		}
	}
	return min(next, len(p.anchors))
}

// hwpText is the text of a paragraph, and where its units are in it.
type hwpText struct {
	out   []byte
	at    []int // byte of each unit, and of the end
	plain bool  // every character is its own normal form
	marks []Mark
	open  []int // controls of fields that have begun
}

// text is what the paragraph says. It sets the offsets of its controls.
func (p *hwpPara) text() *hwpText {
	n := len(p.units) / 2
	t := &hwpText{out: make([]byte, 0, n+n/2), at: make([]int, n+1), plain: true}
	control := 0
	for i := 0; i < n; {
		c := binary.LittleEndian.Uint16(p.units[2*i:])
		t.at[i] = len(t.out)
		if c >= 32 {
			i += t.letter(p.units, i, c)
			continue
		}
		wide, extended := hwpWide(c)
		if extended {
			for control < len(p.controls) && p.controls[control].anchor < len(p.anchors) && p.anchors[p.controls[control].anchor].unit <= i {
				t.control(p, control)
				control++
			}
		}
		switch c {
		case 4:
			t.close(p)
		case 9:
			t.out = append(t.out, '\t')
		case 10:
			t.out = append(t.out, '\n')
		case 24:
			t.out = append(t.out, '-')
		case 30, 31:
			t.out = append(t.out, ' ')
		}
		i++ // what a control draws begins with it
		if !wide {
			continue
		}
		for range min(hwpWideUnits-1, n-i) {
			t.at[i] = len(t.out)
			i++
		}
	}
	t.at[n] = len(t.out)
	for ; control < len(p.controls); control++ {
		t.control(p, control)
	}
	for len(t.open) > 0 {
		t.close(p)
	}
	if !t.plain {
		t.normalise(p)
	}
	return t
}

// letter adds a character and returns how many units it had.
func (t *hwpText) letter(units []byte, i int, c uint16) int {
	r, n := rune(c), 1
	switch {
	case c >= 0xac00 && c < 0xd7a4 || c < 0x7f || c >= 0x4e00 && c < 0xa000: // as it is
	case utf16.IsSurrogate(r):
		r = utf8.RuneError
		if 2*i+4 <= len(units) {
			if both := utf16.DecodeRune(rune(c), rune(binary.LittleEndian.Uint16(units[2*i+2:]))); both != utf8.RuneError {
				r, n = both, 2
				t.at[i+1] = len(t.out)
				t.plain = false
			}
		}
	case r == '\u2028' || r == '\u2029' || r == '\u0085':
		r = '\n'
	case unicode.IsControl(r) || r == '\ufeff':
		return n
	case r >= 0x300 && !(r >= 0x2010 && r < 0x2100) && !(r >= 0x3000 && r < 0x3099) && !(r >= 0xff00 && r < 0xfff0):
		t.plain = false
	}
	t.out = utf8.AppendRune(t.out, r)
	return n
}

// control notes where a control is, and puts in what it draws.
func (t *hwpText) control(p *hwpPara, at int) {
	c := &p.controls[at]
	c.offset = len(t.out)
	if c.insert != "" {
		t.out = append(t.out, c.insert...)
		t.plain = false
		if c.number {
			t.marks = append(t.marks, Mark{Start: c.offset, End: len(t.out), Kind: MarkNumber})
		}
	}
	if c.kind != "" && len(t.open) < 64 {
		t.open = append(t.open, at)
	}
}

// close ends the field that began last.
func (t *hwpText) close(p *hwpPara) {
	if len(t.open) == 0 {
		return
	}
	c := p.controls[t.open[len(t.open)-1]]
	t.open = t.open[:len(t.open)-1]
	if c.offset < len(t.out) {
		t.marks = append(t.marks, Mark{Start: c.offset, End: len(t.out), Kind: c.kind, Value: c.value})
	}
}

// normalise composes the text, and moves what points into it. What pointed between characters that are one now points
// before it.
func (t *hwpText) normalise(p *hwpPara) {
	if norm.NFC.IsNormal(t.out) {
		return
	}
	raw := t.out
	moved := make([]int, len(raw)+1)
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		n := norm.NFC.NextBoundary(raw[i:], true)
		for k := i; k < i+n; k++ {
			moved[k] = len(out)
		}
		out = norm.NFC.Append(out, raw[i:i+n]...)
		i += n
	}
	moved[len(raw)] = len(out)
	t.out = out
	for i := range t.at {
		t.at[i] = min(moved[t.at[i]], len(out))
	}
	for i := range p.controls {
		p.controls[i].offset = moved[p.controls[i].offset]
	}
	for i := range t.marks {
		t.marks[i].Start, t.marks[i].End = moved[t.marks[i].Start], moved[t.marks[i].End]
	}
}

// unit is the byte of a unit.
func (t *hwpText) unit(at int) int { return t.at[min(max(at, 0), len(t.at)-1)] }

// unitOf is where a control stands in the units: behind all of them, if its character is missing.
func (p *hwpPara) unitOf(c *hwpControl) int {
	if c.anchor < len(p.anchors) {
		return p.anchors[c.anchor].unit
	}
	return len(p.units) / 2
}

// hide marks what nobody sees.
func (p *hwpPara) hide(t *hwpText) {
	behind := p.h.info.fill(p.shape.fill, p.frame.behind)
	reached := 0 // a file may go back, for ever
	controls := p.controls
	for i, run := range p.runs {
		hidden := run.shape < len(p.h.info.characters) && p.h.info.characters[run.shape].hidden(behind)
		start, end, next := max(t.unit(run.unit), reached), len(t.out), len(p.units)
		if i+1 < len(p.runs) {
			next = p.runs[i+1].unit
			end = t.unit(next)
		}
		for ; len(controls) > 0 && p.unitOf(&controls[0]) < next; controls = controls[1:] {
			if hidden && p.unitOf(&controls[0]) >= run.unit {
				hideReadings(controls[0].blocks)
			}
		}
		if start >= end {
			continue
		}
		reached = end
		switch last := len(t.marks) - 1; {
		case !hidden:
		case last >= 0 && t.marks[last].Kind == MarkHidden && t.marks[last].End == start:
			t.marks[last].End = end
		default:
			t.marks = append(t.marks, Mark{Start: start, End: end, Kind: MarkHidden})
		}
	}
}
