package document

import (
	"encoding/binary"
	"fmt"
)

// What a paragraph begins before itself.
const (
	hwpBreakSection = 1 << 0
	hwpBreakColumns = 1 << 1 // other columns
	hwpBreakPage    = 1 << 2
	hwpBreakColumn  = 1 << 3
)

// hwpMaxNested is how deep lists of paragraphs may be in each other: tables in tables.
const hwpMaxNested = 24

// paragraph reads the paragraph at which the records are, with all that hangs from it.
func (h *hwpReader) paragraph(r *hwpRecords, frame hwpFrame) (Block, error) {
	p := &hwpPara{h: h, frame: frame}
	level := r.level
	f := hwpFields{data: r.data}
	units := int(f.u32() & 0x7fffffff)
	f.take(4)
	p.shape = of(h.info.paragraphs, f.u16())
	p.style = of(h.info.styles, f.u8())
	p.breaks = f.u8()
	for r.next(); r.ok && r.level > level; {
		switch r.tag {
		case hwpParaText:
			p.setText(r.data)
		case hwpParaCharShape:
			p.setRuns(r.data)
		case hwpParaLineSeg:
			p.setLines(r.data)
		case hwpCtrlHeader:
			if err := p.control(r); err != nil {
				return Block{}, err
			}
			continue
		case hwpMemoList:
			if err := p.memo(r); err != nil {
				return Block{}, err
			}
			continue
		case hwpListHeader: // a page that lies under others: the last one, or any
			blocks, _, err := h.list(r, hwpFrame{note: true, behind: hwpWhite})
			if err != nil {
				return Block{}, err
			}
			p.add(hwpControl{anchor: len(p.anchors), blocks: []Block{{Kind: Header, Blocks: blocks}}})
			continue
		}
		r.next()
	}
	if got := len(p.units) / 2; got != units && max(got, units) > 1 {
		h.b.gap(Gap{What: GapStream, Page: h.flow.page, Where: h.place(), Why: fmt.Sprintf("%d characters, want %d", got, units)})
	}
	if own := p.own(); own < len(p.anchors) {
		h.b.gap(Gap{What: GapStream, Page: h.flow.page, Where: h.place(), Why: fmt.Sprintf("%d controls, want %d", own, len(p.anchors))})
	}
	block := p.build()
	h.waitText += int64(len(block.Text))
	return block, h.wait(1)
}

// wait counts blocks, cells and controls that are not added to the document yet.
func (h *hwpReader) wait(n int) error {
	h.waiting += n
	switch {
	case h.b.blocks+h.waiting > h.b.limits.Blocks:
		return h.b.limits.over("blocks")
	case h.b.text+h.waitText > h.b.limits.Text:
		return h.b.limits.over("text")
	}
	return nil
}

// place names where reading is, for gaps.
func (h *hwpReader) place() string {
	return fmt.Sprintf("section %d, paragraph %d", h.where.section, h.where.paragraph)
}

// own is how many controls have a character in the text.
func (p *hwpPara) own() (n int) {
	for i := range p.controls {
		if p.controls[i].anchor < len(p.anchors) {
			n++
		}
	}
	return n
}

func (p *hwpPara) add(c hwpControl) { p.controls = append(p.controls, c) }

// setRuns takes the shapes of letters.
func (p *hwpPara) setRuns(data []byte) {
	p.runs = make([]hwpRun, 0, len(data)/8)
	for ; len(data) >= 8; data = data[8:] {
		at, shape := binary.LittleEndian.Uint32(data), binary.LittleEndian.Uint32(data[4:])
		p.runs = append(p.runs, hwpRun{int(at & 0x7fffffff), int(shape)})
	}
}

// list reads a list of paragraphs with the header at which the records are: a cell, a caption, a note. It returns a copy of
// the header. The paragraphs have the level of their header.
func (h *hwpReader) list(r *hwpRecords, frame hwpFrame) ([]Block, hwpFields, error) {
	level := r.level
	header := hwpFields{data: append([]byte(nil), r.data...)}
	want := int(int16((&hwpFields{data: header.data}).u16()))
	r.next()
	if h.nested >= hwpMaxNested {
		h.b.gap(Gap{What: GapTable, Page: h.flow.page, Where: h.place(), Why: "lists of paragraphs are nested too deep"})
		for r.ok && (r.level > level || r.level == level && r.tag == hwpParaHeader) {
			r.next()
		}
		return nil, header, nil
	}
	h.nested++
	defer func() { h.nested-- }()
	var blocks []Block
	for r.ok && r.level >= level {
		if r.level == level && r.tag != hwpParaHeader {
			break
		}
		if r.tag != hwpParaHeader {
			r.next()
			continue
		}
		block, err := h.paragraph(r, frame)
		if err != nil {
			return nil, header, err
		}
		blocks = append(blocks, block)
	}
	if !frame.note {
		h.loose = hwpFill(blocks, float64(frame.width)*hwpUnit) || h.loose
	}
	if len(blocks) < want {
		h.b.gap(Gap{What: GapStream, Page: h.flow.page, Where: h.place(), Why: fmt.Sprintf("%d paragraphs of a list, want %d", len(blocks), want)})
	}
	return blocks, header, nil
}

// build makes a block of what was read.
func (p *hwpPara) build() Block {
	p.toPage()
	t := p.text()
	b := Block{Kind: Paragraph}
	b.Section, b.Paragraph = p.h.where.section, p.h.where.paragraph
	p.head(&b)
	p.hide(t)
	b.Text = string(t.out)
	b.Marks = t.marks
	p.place(&b, t)
	for i := range p.controls {
		c := &p.controls[i]
		for k := range c.blocks {
			c.blocks[k].Offset = c.offset
			if b.Page > 0 {
				hwpMove(c.blocks[k:k+1], hwpTo(b.Page, 0), 0) // what does not know better is where it hangs
			}
		}
		b.Blocks = append(b.Blocks, c.blocks...)
	}
	b.Hidden = hiddenWhole(b.Text, b.Marks, each(b.Blocks))
	return b
}

// head is what stands before the text.
func (p *hwpPara) head(b *Block) {
	h := p.h
	numbered := func(with int) string {
		if with < 1 || with > len(h.info.numberings) {
			return ""
		}
		return h.info.numberings[with-1].next(p.shape.level)
	}
	switch p.shape.head {
	case hwpHeadOutline:
		b.Kind, b.Level, b.Marker = Heading, p.shape.level+1, numbered(max(h.outline, 1))
	case hwpHeadNumber:
		b.Kind, b.Level, b.Marker = Item, p.shape.level+1, numbered(p.shape.with)
	case hwpHeadBullet:
		b.Kind, b.Level, b.Marker = Item, p.shape.level+1, of(h.info.bullets, p.shape.with-1)
	default:
		if p.style > 0 {
			b.Kind, b.Level = Heading, p.style
		}
	}
}
