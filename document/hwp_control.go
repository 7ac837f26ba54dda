package document

import (
	"fmt"
	"strconv"
	"strings"
)

// Controls by their names, as they are stored. [table 127]
const (
	hwpCtrlTable      = 't'<<24 | 'b'<<16 | 'l'<<8 | ' '
	hwpCtrlShape      = 'g'<<24 | 's'<<16 | 'o'<<8 | ' '
	hwpCtrlEquation   = 'e'<<24 | 'q'<<16 | 'e'<<8 | 'd'
	hwpCtrlForm       = 'f'<<24 | 'o'<<16 | 'r'<<8 | 'm'
	hwpCtrlSection    = 's'<<24 | 'e'<<16 | 'c'<<8 | 'd'
	hwpCtrlColumns    = 'c'<<24 | 'o'<<16 | 'l'<<8 | 'd'
	hwpCtrlHead       = 'h'<<24 | 'e'<<16 | 'a'<<8 | 'd'
	hwpCtrlFoot       = 'f'<<24 | 'o'<<16 | 'o'<<8 | 't'
	hwpCtrlFootnote   = 'f'<<24 | 'n'<<16 | ' '<<8 | ' '
	hwpCtrlEndnote    = 'e'<<24 | 'n'<<16 | ' '<<8 | ' '
	hwpCtrlAutoNumber = 'a'<<24 | 't'<<16 | 'n'<<8 | 'o'
	hwpCtrlNewNumber  = 'n'<<24 | 'w'<<16 | 'n'<<8 | 'o'
	hwpCtrlPageNumber = 'p'<<24 | 'g'<<16 | 'n'<<8 | 'p'
	hwpCtrlOverlap    = 't'<<24 | 'c'<<16 | 'p'<<8 | 's'
	hwpCtrlRuby       = 't'<<24 | 'd'<<16 | 'u'<<8 | 't'
	hwpCtrlHidden     = 't'<<24 | 'c'<<16 | 'm'<<8 | 't'
	hwpFieldClick     = '%'<<24 | 'c'<<16 | 'l'<<8 | 'k'
	hwpFieldLink      = '%'<<24 | 'h'<<16 | 'l'<<8 | 'k'
	hwpFieldMemo      = '%'<<24 | '%'<<16 | 'm'<<8 | 'e'
	hwpFieldUnknown   = '%'<<24 | 'u'<<16 | 'n'<<8 | 'k'
)

// control reads the control at which the records are, with all that is in it.
func (p *hwpPara) control(r *hwpRecords) error {
	level := r.level
	f := hwpFields{data: r.data}
	id := f.u32()
	c := hwpControl{anchor: p.anchor(id)}
	if id != hwpCtrlSection && id != hwpCtrlColumns {
		p.toPage()
	}
	var err error
	switch id {
	case hwpCtrlSection:
		err = p.sectionDefinition(r, f, &c)
	case hwpCtrlColumns:
		if p.frame.body {
			p.h.flow.setColumns(f.data)
		}
		r.next()
	case hwpCtrlTable:
		err = p.table(r, hwpObjectOf(f), &c)
	case hwpCtrlShape, hwpCtrlEquation, hwpCtrlForm:
		err = p.object(r, hwpObjectOf(f), &c)
	case hwpCtrlHead, hwpCtrlFoot:
		err = p.headOrFoot(r, id, &c)
	case hwpCtrlFootnote, hwpCtrlEndnote:
		err = p.note(r, id, f, &c)
	case hwpCtrlAutoNumber:
		c.insert, c.number = hwpAutoNumber(f), true
		r.next()
	case hwpCtrlNewNumber:
		if kind := f.u32() & 15; kind == 0 && p.frame.body {
			p.h.flow.number = f.u16() - max(p.h.flow.page, 1)
			p.h.relabel()
		}
		r.next()
	case hwpCtrlPageNumber:
		p.h.flow.setLabel(f)
		p.h.relabel()
		r.next()
	case hwpCtrlOverlap:
		c.insert = clean(f.text())
		r.next()
	case hwpCtrlRuby:
		c.insert = clean(f.text())
		if over := clean(f.text()); over != "" {
			c.blocks = []Block{{Kind: Ruby, Text: over, Place: p.sameParagraph()}}
		}
		r.next()
	case hwpCtrlHidden:
		err = p.lists(r, level, Block{Kind: Hidden, Hidden: true}, hwpFrame{note: true, behind: hwpAnyColour}, &c)
	default:
		if id>>24 == '%' {
			p.field(r, id, f, &c)
		} else {
			r.next()
		}
	}
	if err != nil {
		return err
	}
	// What is in a control that is not known, or behind what was wanted of one, may have text.
	if err := p.rest(r, level, &c); err != nil {
		return err
	}
	p.add(c)
	return p.h.wait(1)
}

// sameParagraph is the place of something within the paragraph that is being read.
func (p *hwpPara) sameParagraph() Place {
	return Place{Section: p.h.where.section, Paragraph: p.h.where.paragraph}
}

// rest reads what is left in a control: lists of paragraphs become boxes, the rest is no text.
func (p *hwpPara) rest(r *hwpRecords, level int, c *hwpControl) error {
	for r.ok && r.level > level {
		switch r.tag {
		case hwpListHeader:
			blocks, _, err := p.h.list(r, hwpFrame{note: true, behind: hwpAnyColour})
			if err != nil {
				return err
			}
			c.blocks = append(c.blocks, Block{Kind: Box, Place: p.sameParagraph(), Blocks: blocks})
		case hwpParaHeader:
			block, err := p.h.paragraph(r, hwpFrame{note: true, behind: hwpAnyColour})
			if err != nil {
				return err
			}
			c.blocks = append(c.blocks, block)
		case hwpVideo:
			p.h.b.gap(Gap{What: GapEmbedded, Page: p.h.flow.page, Where: p.h.place(), Why: "a film"})
			r.next()
		default:
			r.next()
		}
	}
	return nil
}

// lists reads a control that has a list of paragraphs and nothing else.
func (p *hwpPara) lists(r *hwpRecords, level int, b Block, frame hwpFrame, c *hwpControl) error {
	b.Place = p.sameParagraph()
	for r.next(); r.ok && r.level > level; {
		if r.tag != hwpListHeader {
			r.next()
			continue
		}
		blocks, _, err := p.h.list(r, frame)
		if err != nil {
			return err
		}
		b.Blocks = append(b.Blocks, blocks...)
	}
	c.blocks = append(c.blocks, b)
	return nil
}

// sectionDefinition reads the paper of a section, and the pages that lie under its pages.
func (p *hwpPara) sectionDefinition(r *hwpRecords, f hwpFields, c *hwpControl) error {
	h, level := p.h, r.level
	f.take(14)
	if p.frame.body {
		h.outline = f.u16()
		if first := f.u16(); first > 0 {
			h.flow.number = first - h.flow.page - 1
			if !h.flow.next && h.flow.page > 0 {
				h.flow.number++
			}
		}
	}
	for r.next(); r.ok && r.level > level; {
		switch r.tag {
		case hwpPageDef:
			if paper := hwpPaperOf(r.data); p.frame.body && paper.width > 0 && paper.height > 0 {
				h.flow.paper = paper
			}
			r.next()
		case hwpListHeader:
			blocks, _, err := h.list(r, hwpFrame{note: true, behind: hwpAnyColour})
			if err != nil {
				return err
			}
			h.before = append(h.before, Block{Kind: Header, Place: p.sameParagraph(), Blocks: blocks})
		default:
			r.next()
		}
	}
	return nil
}

// headOrFoot reads a header or a footer. Its lines are placed on the first page that has it.
func (p *hwpPara) headOrFoot(r *hwpRecords, id uint32, c *hwpControl) error {
	kind, paper := Header, p.h.flow.paper
	top := paper.top
	if id == hwpCtrlFoot {
		kind, top = Footer, paper.height-paper.bottom-paper.footer
	}
	frame := hwpFrame{note: !p.frame.body, behind: hwpWhite}
	if err := p.lists(r, r.level, Block{Kind: kind}, frame, c); err != nil {
		return err
	}
	if p.frame.body && p.h.flow.page > 0 {
		hwpMove(c.blocks, hwpTo(p.h.flow.page, float64(top)*hwpUnit), float64(paper.bodyLeft)*hwpUnit)
	} else {
		hwpLift(c.blocks)
	}
	return nil
}

// note reads a footnote or an endnote.
func (p *hwpPara) note(r *hwpRecords, id uint32, f hwpFields, c *hwpControl) error {
	kind := Footnote
	if id == hwpCtrlEndnote {
		kind = Endnote
	}
	number := int(f.u32())
	before, after := hwpSign(f.u16()), hwpSign(f.u16())
	marker := before + hangulNumber(int(f.u32()&0xff), number) + after
	if number < 1 {
		marker = ""
	}
	return p.lists(r, r.level, Block{Kind: kind, Marker: marker}, hwpFrame{note: true, behind: hwpWhite}, c)
}

// hwpSign is a character that decorates a number.
func hwpSign(c int) string {
	if c == 0 {
		return ""
	}
	return clean(string(rune(c)))
}

// hwpAutoNumber is the number of a figure, a table or an equation, as it is drawn. Those of notes are drawn with the note,
// those of pages differ from page to page.
func hwpAutoNumber(f hwpFields) string {
	bits := f.u32()
	number := f.u16()
	f.take(2)
	before, after := hwpSign(f.u16()), hwpSign(f.u16())
	if kind := bits & 15; kind < 3 || kind > 5 || number < 1 {
		return ""
	}
	return before + hangulNumber(int(bits>>4&0xff), number) + after
}

// setLabel takes how numbers of pages are drawn.
func (f *hwpFlow) setLabel(fields hwpFields) {
	bits := fields.u32()
	fields.take(4)
	l := hwpPageLabel{set: true, format: int(bits & 0xff), before: hwpSign(fields.u16()), after: hwpSign(fields.u16())}
	if l.before == "-" {
		l.before, l.after = "- ", " -"
	}
	f.label = l
}

// hwpMaxMemos is how many comments know where they belong.
const hwpMaxMemos = 1 << 16

// field reads the beginning of a field: its text is in the paragraph, up to where it ends.
func (p *hwpPara) field(r *hwpRecords, id uint32, f hwpFields, c *hwpControl) {
	level := r.level
	f.take(5)
	command := clean(f.text())
	f.take(4)
	memo := f.i32()
	switch id {
	case hwpFieldLink:
		c.kind, c.value = MarkLink, hwpLink(command)
	case hwpFieldMemo, hwpFieldUnknown:
		if !f.short && p.frame.body && len(p.h.memos) < hwpMaxMemos {
			p.h.memos[memo] = Place{Page: p.h.flow.page, Section: p.h.where.section, Paragraph: p.h.where.paragraph}
		}
	default:
		c.kind, c.value = MarkField, hwpFieldName(id, command)
	}
	for r.next(); r.ok && r.level > level && r.tag == hwpCtrlData; r.next() {
		if name := hwpParameter(r.data); name != "" && c.kind == MarkField {
			c.value = name
		}
	}
}

// hwpLink is where a link leads: what is before its first ";", which "\" makes a plain character.
func hwpLink(command string) string {
	var out strings.Builder
	for i := 0; i < len(command); i++ {
		switch {
		case command[i] == '\\' && i+1 < len(command):
			i++
		case command[i] == ';':
			return out.String()
		}
		out.WriteByte(command[i])
	}
	return out.String()
}

// hwpFieldName is the name of a field that has none of its own: what it asks for, or what it is.
func hwpFieldName(id uint32, command string) string {
	if id == hwpFieldClick {
		if _, asked, ok := strings.Cut(command, "Direction:wstring:"); ok {
			if text, ok := hwpCounted(asked); ok {
				return text
			}
		}
		return ""
	}
	if strings.Contains(command, ":set:") {
		command = "" // how it is made
	}
	return strings.TrimSpace(fmt.Sprintf("%c%c%c %s", rune(id>>16&0x7f), rune(id>>8&0x7f), rune(id&0x7f), command))
}

// hwpCounted is a text that has its length before it: "3:가나다".
func hwpCounted(text string) (string, bool) {
	digits, rest, ok := strings.Cut(text, ":")
	n, err := strconv.Atoi(digits)
	letters := []rune(rest)
	if !ok || err != nil || n < 0 || n > len(letters) {
		return "", false
	}
	return string(letters[:n]), true
}

// hwpParameter is the name in a set of parameters: of a field, a bookmark, a cell. Only what Hangul writes is read: a set
// 0x21b that begins with text 0x4000.
func hwpParameter(data []byte) string {
	f := hwpFields{data: data}
	set, n := f.u16(), f.u16()
	f.take(2)
	if id, kind := f.u16(), f.u16(); set != 0x21b || n < 1 || id != 0x4000 || kind != 1 {
		return ""
	}
	return clean(f.text())
}

// memo reads a comment on the text: it stands at the end of a section.
func (p *hwpPara) memo(r *hwpRecords) error {
	level := r.level
	f := hwpFields{data: r.data}
	place, ok := p.h.memos[f.i32()]
	if !ok {
		place = p.sameParagraph()
	}
	b := Block{Kind: Comment, Place: place}
	for r.next(); r.ok && r.level >= level && r.tag != hwpMemoList && r.tag != hwpCtrlHeader; {
		if r.tag != hwpListHeader {
			r.next()
			continue
		}
		blocks, _, err := p.h.list(r, hwpFrame{note: true, behind: hwpAnyColour})
		if err != nil {
			return err
		}
		b.Blocks = append(b.Blocks, blocks...)
	}
	if place.Page > 0 {
		hwpMove(b.Blocks, hwpTo(place.Page, 0), 0)
	}
	p.add(hwpControl{anchor: len(p.anchors), blocks: []Block{b}})
	return nil
}
