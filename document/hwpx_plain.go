package document

import (
	"bytes"
	"fmt"
	"io/fs"
)

// What is different where the text of a file is wanted and nothing else: no lines, no shapes of letters, no places. Of
// header.xml one thing changes the text: a paragraph of a list with nothing in it has no line of its own.

// plainly reads for the text alone, if that is asked for, and whole if it is not, or something is wrong with the file.
func plainly(b *builder, read func(b *builder) error) error {
	if !b.o.Plain {
		return read(b)
	}
	only := *b
	only.doc = &Document{Format: b.doc.Format, Unit: b.doc.Unit, Layout: b.doc.Layout}
	if err := read(&only); b.ctx.Err() != nil {
		return err
	} else if err == nil && len(only.doc.Manifest.Gaps) == 0 {
		only.doc.Manifest = b.doc.Manifest
		*b.doc = *only.doc
		b.text, b.blocks, b.unpacked = only.text, only.blocks, only.unpacked
		return nil
	}
	b.o.Plain = false
	return read(b)
}

// plainWithout are the elements of a run that are not in the text.
var plainWithout = map[string]bool{"equation": true, "edit": true, "comboBox": true, "listBox": true, "btn": true, "checkBtn": true,
	"radioBtn": true, "scrollBar": true, "colPr": true, "fieldEnd": true, "newNum": true, "pageNum": true}

// newParagraph returns a paragraph to be read.
func (r *hwpxReader) newParagraph() *hangulParagraph {
	if r.plain != nil {
		return r.plain.take()
	}
	return &hangulParagraph{}
}

// newObject returns an object to be read.
func (r *hwpxReader) newObject(b Block) *hangulObject {
	if r.plain == nil {
		return &hangulObject{Block: b}
	}
	o := r.plain.objects.take()
	o.Block = b
	return o
}

// plainP reads the text of a paragraph and of what is in it.
func (r *hwpxReader) plainP(p *hangulParagraph) error {
	x, t := r.x, p.reader
	p.Kind = Paragraph
	shape := x.written("paraPrIDRef")
	t.text = p.plain
	depth := x.depth()
	for {
		token, err := x.next()
		if err == nil && token == xmlClose {
			break
		}
		if err == nil && token == xmlOpen && x.local == "run" {
			err = r.plainRun(t)
		}
		for err == nil && x.depth() > depth {
			err = x.skipElement()
		}
		if err != nil {
			p.plain = t.text
			return err
		}
	}
	p.plain = t.text
	if len(p.plain) == 0 || len(p.Marks) > 0 {
		p.Kind = r.plainKind(shape, len(p.plain))
	}
	return nil
}

// plainRun reads the run that was opened last.
func (r *hwpxReader) plainRun(t *hwpxText) error {
	x := r.x
	depth := x.depth()
	for {
		token, err := x.next()
		if err != nil {
			return err
		}
		if token == xmlClose {
			return nil
		}
		if token != xmlOpen {
			continue
		}
		if err := r.run(t, x.local); err != nil {
			return err
		}
		for x.depth() > depth {
			if err := x.skipElement(); err != nil {
				return err
			}
		}
	}
}

// plainKind is the kind of a paragraph of a shape.
func (r *hwpxReader) plainKind(shape []byte, text int) Kind {
	if _, known := r.head.paragraphs[string(shape)]; !known && r.headData != nil && !r.plainShape(shape) {
		r.plainHead()
	}
	switch s := r.head.paragraphs[string(shape)]; s.heading {
	case "NUMBER", "Number", "BULLET", "Bullet":
		return Item
	case "OUTLINE", "Outline":
		if text > 0 {
			return Heading
		}
	}
	return Paragraph
}

// plainShape reads the shape of paragraphs that has an id, if it is written as programs do.
func (r *hwpxReader) plainShape(id []byte) bool {
	if len(r.head.paragraphs) == 0 { // the first: most of the part is before them
		if at := bytes.Index(r.headData, []byte(":paraProperties")); at > 0 {
			r.headData = r.headData[max(bytes.LastIndexByte(r.headData[:at], '<'), 0):]
		}
	}
	r.mark = append(append(append(r.mark[:0], ":paraPr id=\""...), id...), '"')
	at := bytes.Index(r.headData, r.mark)
	if at < 0 {
		return false
	}
	x := r.scanner(r.headData[max(bytes.LastIndexByte(r.headData[:at], '<'), 0):])
	token, err := x.next()
	return err == nil && token == xmlOpen && x.local == "paraPr" && r.plainHeading(x)
}

// plainHeading reads of the shape that was opened last whether it is of a heading or a list. It is false if there is no more.
func (r *hwpxReader) plainHeading(x *xmlScanner) bool {
	id, depth := string(x.written("id")), x.depth()
	r.head.paragraphs[id] = hangulShape{}
	for x.depth() >= depth {
		token, err := x.next()
		if err != nil {
			return false
		}
		if token == xmlOpen && x.local == "heading" && x.depth() == depth+1 {
			r.head.paragraphs[id] = hangulShape{heading: string(x.written("type"))}
			for range 2 { // itself, and what is after it
				if x.skipElement() != nil {
					return false
				}
			}
		}
	}
	return true
}

// plainHead reads the shapes of paragraphs in header.xml, from where they begin.
func (r *hwpxReader) plainHead() {
	data := r.headData
	r.headData = nil
	at := bytes.Index(data, []byte(":paraProperties"))
	if at < 0 {
		at = 0
	}
	x := r.scanner(data[max(bytes.LastIndexByte(data[:at], '<'), 0):])
	for opened := 0; ; {
		token, err := x.next()
		if err != nil || token == xmlClose && x.depth() == 0 && opened > 0 {
			return // what is wrong with it after its beginning is wrong with no text
		}
		if token != xmlOpen {
			continue
		}
		if opened++; x.local == "paraPr" && !r.plainHeading(x) {
			return
		}
	}
}

// closed reports whether a part of XML ends with the end of an element, as one does that is whole.
func closed(data []byte) error {
	data = bytes.TrimRight(data, " \t\r\n\x00")
	at := bytes.LastIndexByte(data, '<')
	if len(data) == 0 || at < 0 || data[len(data)-1] != '>' {
		return fmt.Errorf("byte %d: %w", len(data), errXMLEnd)
	}
	return nil
}

// pictured notes a picture that is not there. What is wrong with others shows when all that was not read is looked at.
func (r *hwpxReader) pictured(i hwpxItem) {
	if !r.pack.has(i.href) {
		r.damaged(i.href, fmt.Errorf("%s: %w", i.href, fs.ErrNotExist))
	}
}

// plainTable reads the text of a table.
func (r *hwpxReader) plainTable(o *hangulObject) error {
	x := r.x
	t := r.plain.tables.take()
	o.Kind, o.table, o.Grid = Table, t, &Grid{}
	row := -1
	err := x.children(func(name string) error {
		switch name {
		case "tr":
			row++
			return x.children(func(name string) error {
				if name != "tc" {
					return nil
				}
				return r.plainCell(t, row)
			}, nil)
		case "caption":
			return r.caption(o)
		}
		return nil
	}, nil)
	r.grid(o, t, false)
	return err
}

// plainCell reads the cell that was opened last.
func (r *hwpxReader) plainCell(t *hangulTable, row int) error {
	if err := r.part(); err != nil {
		return err
	}
	x, c := r.x, r.plain.cells.take()
	c.Row, c.Col = -1, -1
	t.cells = append(t.cells, c)
	err := x.children(func(name string) error {
		switch name {
		case "subList":
			return r.nested(false, func(p *hangulParagraph) { c.paragraphs = append(c.paragraphs, p) })
		case "cellAddr":
			c.Row, c.Col = x.num("rowAddr"), x.num("colAddr")
		case "cellSpan":
			c.Rowspan, c.Colspan = span(x.num("rowSpan")), span(x.num("colSpan"))
		}
		return nil
	}, nil)
	if c.Row < 0 || c.Col < 0 {
		c.Row, c.Col = row, nextColumn(t.cells, row)
	}
	return err
}
