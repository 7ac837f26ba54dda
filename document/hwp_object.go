package document

import (
	"sort"
	"strings"
)

// hwpObject is what tables, drawings and equations have in common: how big they are, and where they are wanted. [table 68]
type hwpObject struct {
	bits       uint32
	x, y, w, h int
	margins    [4]int // left, right, top, bottom
}

func hwpObjectOf(f hwpFields) hwpObject {
	o := hwpObject{bits: f.u32(), y: f.i32(), x: f.i32(), w: f.i32(), h: f.i32()}
	f.take(4)
	for i := range o.margins {
		o.margins[i] = f.u16()
	}
	return o
}

// inline reports whether it stands in its line as a letter does.
func (o hwpObject) inline() bool { return o.bits&1 != 0 }

// What places are from. [table 69]
const (
	hwpFromPaper     = 0
	hwpFromPage      = 1
	hwpFromParagraph = 2 // of heights
	hwpFromColumn    = 2 // of widths
)

// hwpPlace is where something begins: on a page, or in what its paragraph stands in.
type hwpPlace struct{ page, x, y int }

// spot is where an object begins that is anchored in the paragraph. It is false where that is not known.
func (p *hwpPara) spot(o hwpObject, caption *hwpCaption, anchor int) (hwpPlace, bool) {
	if p.frame.note || len(p.lines) == 0 {
		return hwpPlace{}, false
	}
	at := 0
	if anchor < len(p.anchors) {
		unit := p.anchors[anchor].unit
		at = max(sort.Search(len(p.lines), func(i int) bool { return p.lines[i].unit > unit })-1, 0)
	}
	line := p.lines[at]
	spot := hwpPlace{page: line.page, x: line.x + o.margins[0], y: line.y + o.margins[2]}
	above, before := caption.room()
	if !o.inline() {
		spot.x, spot.y = p.across(o, line), p.down(o, line)
	}
	spot.x += before
	spot.y += above
	return spot, true
}

// down is how far from the top an object is that stands by itself.
func (p *hwpPara) down(o hwpObject, line hwpLine) int {
	paper := p.h.flow.paper
	from, height := line.y, 0
	switch kind := o.bits >> 3 & 3; {
	case !p.frame.body || kind == hwpFromParagraph:
		return from + o.y + o.margins[2]
	case kind == hwpFromPaper:
		from, height = 0, paper.height
	case kind == hwpFromPage:
		from, height = paper.bodyTop, paper.bodyHeight
	}
	switch o.bits >> 5 & 7 {
	case 1:
		return from + (height-o.h)/2 + o.y
	case 2, 4:
		return from + height - o.h - o.y
	}
	return from + o.y
}

// across is how far from the left an object is that stands by itself.
func (p *hwpPara) across(o hwpObject, line hwpLine) int {
	paper := p.h.flow.paper
	from, width := line.x, line.w
	if p.frame.body {
		switch o.bits >> 8 & 3 {
		case hwpFromPaper:
			from, width = 0, paper.width
		case hwpFromPage:
			from, width = paper.bodyLeft, paper.bodyWidth
		default:
			column := hwpColumn{w: paper.bodyWidth}
			if p.h.flow.column < len(p.h.flow.columns) {
				column = p.h.flow.columns[p.h.flow.column]
			}
			from, width = paper.bodyLeft+column.x, column.w
		}
	}
	switch o.bits >> 10 & 7 {
	case 1:
		return from + (width-o.w)/2 + o.x
	case 2, 4:
		return from + width - o.w - o.x
	}
	return from + o.x
}

// hwpCaption is the caption of an object.
type hwpCaption struct {
	blocks []Block
	side   int // 0 left, 1 right, 2 above, 3 below
	width  int
	gap    int
}

// caption reads a caption.
func (p *hwpPara) caption(r *hwpRecords, c *hwpCaption) error {
	width := hwpFields{data: r.data}
	width.take(12)
	blocks, f, err := p.h.list(r, hwpFrame{note: p.frame.note, behind: p.frame.behind, width: width.i32()})
	if err != nil {
		return err
	}
	c.blocks = append(c.blocks, blocks...)
	f.take(8)
	c.side = int(f.u32() & 3)
	c.width = f.i32()
	c.gap = f.u16()
	return nil
}

// room is how much a caption takes above the object, and before it.
func (c *hwpCaption) room() (above, before int) {
	switch {
	case len(c.blocks) == 0:
	case c.side == 0:
		return 0, c.width + c.gap
	case c.side == 2:
		return int(hwpBottom(c.blocks)/hwpUnit) + c.gap, 0
	}
	return 0, 0
}

// move puts a caption beside its object.
func (c *hwpCaption) move(at hwpPlace, o hwpObject) {
	above, before := c.room()
	x, y := at.x-before, at.y-above
	switch c.side {
	case 1:
		x = at.x + o.w + c.gap
	case 3:
		y = at.y + o.h + c.gap
	}
	hwpMove(c.blocks, hwpTo(at.page, float64(y)*hwpUnit), float64(x)*hwpUnit)
}

// object reads a drawing, an equation or a part of a form.
func (p *hwpPara) object(r *hwpRecords, o hwpObject, c *hwpControl) error {
	level := r.level
	var caption hwpCaption
	var blocks []Block
	for r.next(); r.ok && r.level > level; {
		switch r.tag {
		case hwpListHeader:
			if err := p.caption(r, &caption); err != nil {
				return err
			}
			continue
		case hwpShapeComponent:
			drawn, err := p.shapes(r, true, p.frame.behind)
			if err != nil {
				return err
			}
			blocks = append(blocks, drawn...)
			continue
		case hwpEquation:
			f := hwpFields{data: r.data}
			f.take(4)
			blocks = append(blocks, Block{Kind: Equation, Text: strings.TrimSpace(clean(f.text())), Place: p.sameParagraph()})
		case hwpFormObject:
			blocks = append(blocks, p.form(r.data))
		}
		r.next()
	}
	if spot, ok := p.spot(o, &caption, c.anchor); ok {
		caption.move(spot, o)
		for i := range blocks {
			if blocks[i].Rect == nil {
				blocks[i].Rect = &Rect{0, 0, float64(o.w) * hwpUnit, float64(o.h) * hwpUnit}
			}
		}
		hwpMove(blocks, hwpTo(spot.page, float64(spot.y)*hwpUnit), float64(spot.x)*hwpUnit)
	} else {
		hwpLift(caption.blocks)
		hwpLift(blocks)
	}
	if len(caption.blocks) > 0 {
		c.blocks = append(c.blocks, Block{Kind: Caption, Place: p.sameParagraph(), Blocks: caption.blocks})
	}
	c.blocks = append(c.blocks, blocks...)
	return nil
}

// Kinds of shapes that have a record which says what they show.
const (
	hwpKindPicture = '$'<<24 | 'p'<<16 | 'i'<<8 | 'c'
	hwpKindOLE     = '$'<<24 | 'o'<<16 | 'l'<<8 | 'e'
)

// shapes reads a drawing, or those of a group: its boxes with text, its pictures and objects. Lines and circles without
// text are nothing to read.
func (p *hwpPara) shapes(r *hwpRecords, outer bool, behind uint32) ([]Block, error) {
	level := r.level
	x, y, w, h, fill := hwpShapeOf(r.data, outer)
	if fill != hwpNoColour {
		behind = fill
	}
	if p.h.nested >= hwpMaxNested {
		r.next()
		return nil, nil
	}
	p.h.nested++
	defer func() { p.h.nested-- }()
	var out []Block
	kind, found := (&hwpFields{data: r.data}).u32(), false
	box := Block{Kind: Box, Place: p.sameParagraph()}
	for r.next(); r.ok && r.level > level; {
		switch r.tag {
		case hwpListHeader:
			f := hwpFields{data: r.data}
			f.take(8)
			left, right, top := f.u16(), f.u16(), f.u16()
			blocks, _, err := p.h.list(r, hwpFrame{note: p.frame.note, behind: behind, width: w - left - right})
			if err != nil {
				return nil, err
			}
			hwpMove(blocks, hwpTo(0, float64(top)*hwpUnit), float64(left)*hwpUnit)
			box.Blocks = append(box.Blocks, blocks...)
			continue
		case hwpShapeComponent:
			inner, err := p.shapes(r, false, behind)
			if err != nil {
				return nil, err
			}
			out = append(out, inner...)
			continue
		case hwpShapePicture:
			found = true
			b, err := p.picture(r.data)
			if err != nil {
				return nil, err
			}
			out = append(out, b)
		case hwpShapeOLE:
			found = true
			f := hwpFields{data: r.data}
			f.take(12)
			shown, err := p.h.object(f.u16(), p.sameParagraph())
			if err != nil {
				return nil, err
			}
			out = append(out, shown...)
		case hwpTextArt:
			f := hwpFields{data: r.data}
			f.take(32)
			if text := clean(f.text()); text != "" {
				box.Blocks = append(box.Blocks, Block{Kind: Paragraph, Text: text, Place: p.sameParagraph()})
			}
		}
		r.next()
	}
	if (kind == hwpKindPicture || kind == hwpKindOLE) && !found {
		p.h.b.gap(Gap{What: GapImages, Page: p.h.flow.page, Where: p.h.place(), Why: "a picture or an object without its record"})
	}
	if len(box.Blocks) > 0 {
		out = append(out, box)
	}
	if !p.frame.note {
		for i := range out {
			if out[i].Rect == nil {
				out[i].Rect = &Rect{0, 0, float64(w) * hwpUnit, float64(h) * hwpUnit}
			}
		}
	}
	if !outer {
		hwpMove(out, hwpTo(0, float64(y)*hwpUnit), float64(x)*hwpUnit)
	}
	return out, nil
}

// hwpShapeOf is where a shape is within its group, how big, and its colour if it has one. [SHAPE_COMPONENT, tables 82, 83]
func hwpShapeOf(data []byte, outer bool) (x, y, w, h int, fill uint32) {
	f := hwpFields{data: data}
	f.take(4)
	if outer {
		f.take(4) // its kind once more
	}
	x, y = f.i32(), f.i32()
	f.take(12)
	w, h = f.i32(), f.i32()
	f.take(14)
	f.take(48 + 96*f.u16()) // matrices
	f.take(13)              // line
	switch kind := f.u32(); {
	case f.short || kind == 0:
		return x, y, w, h, hwpNoColour
	case kind == 1:
		return x, y, w, h, f.u32()
	}
	return x, y, w, h, hwpAnyColour
}

// form reads a part of a form: a button, a box to fill in.
func (p *hwpPara) form(data []byte) Block {
	f := hwpFields{data: data}
	kind := f.u32()
	f.take(8)
	set := clean(f.text())
	value := func(name string) string {
		for _, before := range []string{":", " "} { // first of its set, or not
			if _, rest, ok := strings.Cut(set, before+name+":wstring:"); ok {
				text, _ := hwpCounted(rest)
				return text
			}
		}
		return ""
	}
	text := firstOf(value("Text"), value("Caption"))
	const check, radio = '+'<<24 | 'c'<<16 | 'b'<<8 | 't', '+'<<24 | 'r'<<16 | 'b'<<8 | 't'
	if kind == check || kind == radio {
		sign := "☐ "
		if strings.Contains(" "+set, " Value:int:1") {
			sign = "☑ "
		}
		text = sign + text
	}
	return Block{Kind: Field, Marker: value("Name"), Text: text, Place: p.sameParagraph()}
}

// picture reads a picture in the text.
func (p *hwpPara) picture(data []byte) (Block, error) {
	f := hwpFields{data: data}
	f.take(71) // frame, corners, what is cut off, margins, brightness, contrast, effect
	number := f.u16()
	image, err := p.h.picture(number)
	if err != nil {
		return Block{}, err
	}
	return Block{Kind: Picture, Image: image, Place: p.sameParagraph()}, nil
}
