package document

import (
	"cmp"
	"slices"
	"strings"
)

// docxPiece is how many blocks a piece of a document has.
const docxPiece = 4096

// blocks reads paragraphs, tables and what holds them, to the end of the element that was opened last. c is the cell whose
// content they are, if they are one's. At the top sections end, and what was before goes to its own.
func (d *docxReader) blocks(x *xmlScanner, c *docxCell, top bool) (out []Block, err error) {
	err = x.inside(func(x *xmlScanner) (err error) {
		switch x.name {
		case "w:p":
			var b Block
			ends := false
			b, ends, err = d.paragraph(x)
			all, full := added(out, b)
			out, err = all, cmp.Or(err, full)
			if ends && top && err == nil {
				err = d.endSection(out)
				out = nil
			} else if top && len(out) >= docxPiece {
				d.all = append(d.all, out)
				out = nil
			}
		case "w:tbl":
			var b Block
			b, err = d.table(x)
			out = append(out, b)
		case "m:oMath", "m:oMathPara":
			var b Block
			b, err = d.equation(x)
			out = append(out, b)
		case "w:sectPr":
			if top {
				err = d.readSection(x)
			} else {
				err = x.skipElement()
			}
		case "w:tcPr":
			if c != nil {
				err = c.readProperties(x)
			} else {
				err = x.skipElement()
			}
		case "w:altChunk":
			d.embedded(x.attr("r:id"), "a document within this one")
		case "mc:AlternateContent":
			err = alternate(x, func() error {
				more, err := d.blocks(x, c, false)
				out = append(out, more...)
				return err
			})
		case "w:sdtPr", "w:sdtEndPr", "w:customXmlPr", "w:trPr", "w:tblPr":
			err = x.skipElement()
		}
		return err
	})
	return out, err
}

// paragraph reads the w:p that was opened last, and reports whether a section ends with it.
func (d *docxReader) paragraph(x *xmlScanner) (b Block, ends bool, err error) {
	if err := d.spend(1); err != nil {
		return Block{Kind: Paragraph}, false, err
	}
	d.at.Paragraph++
	at := d.place()
	p := &docxParagraph{docxFormat: unformatted(), page: at.Page}
	err = d.inline(x, p)
	for len(d.fields) > 0 && d.fields[len(d.fields)-1].code { // its instructions ended, or will not
		d.fields = d.fields[:len(d.fields)-1]
	}
	b = d.finished(p)
	b.Place = at
	b.Page = p.page
	return b, p.ends, err
}

// place is where what is read now stands. Only the body has places.
func (d *docxReader) place() Place {
	if !d.body {
		return Place{}
	}
	at := d.at
	at.Page = d.pages + 1
	return at
}

// finished makes a block of a paragraph that was read.
func (d *docxReader) finished(p *docxParagraph) Block {
	if d.b.o.Plain {
		if len(p.text) > 0 {
			p.normalise()
			return Block{Kind: Paragraph, Text: string(p.text), Blocks: p.blocks}
		}
		if d.emptyIsPlain(p) {
			return Block{Kind: Paragraph}
		}
		d.look(&d.laterStyles)
	}
	l := d.styles.look(p.style)
	if l.hidden {
		p.vanish()
	}
	p.normalise()
	b := Block{Kind: l.kind, Text: string(p.text), Marks: p.marks, Blocks: p.blocks}
	b.Hidden = hiddenWhole(b.Text, b.Marks, each(b.Blocks))
	heading := l.heading
	if p.outline >= 0 {
		heading = (p.outline + 1) % 10
	}
	list, level := p.list, p.level
	if d.laterLists != nil && (list > 0 || list < 0 && l.list > 0) {
		d.look(&d.laterLists)
	}
	if list < 0 {
		list = l.list
		if level < 0 {
			level = l.level
		}
		if level < 0 && list > 0 {
			level = d.numbering.levelOf(list, l.linked)
		}
	}
	level = max(level, 0)
	if list > 0 {
		if marker, ok := d.numbering.next(list, level); ok && !hidesAll(b.Text, b.Marks) {
			b.Marker = marker
			if b.Kind == Paragraph && marker != "" {
				b.Kind, b.Level = Item, level+1
			}
		}
	}
	if heading > 0 && (strings.TrimSpace(b.Text) != "" || b.Marker != "") {
		b.Kind, b.Level = Heading, heading
	}
	if len(b.Blocks) == 1 && b.Blocks[0].Kind == Equation && b.Text == "" && b.Kind == Paragraph {
		b.Kind, b.Text, b.Blocks = Equation, b.Blocks[0].Text, nil
	}
	return b
}

// readProperties reads the w:pPr that was opened last.
func (p *docxParagraph) readProperties(d *docxReader, x *xmlScanner) error {
	return x.inside(func(x *xmlScanner) error {
		switch x.name {
		case "w:pStyle":
			p.style = x.attr("w:val")
		case "w:sectPr":
			p.ends = true
			return d.readSection(x)
		case "w:rPr", "w:pPrChange": // of the mark at the end; how it was before
			return x.skipElement()
		default:
			p.readFormat(x)
		}
		return nil
	})
}

// equation reads the formula that was opened last.
func (d *docxReader) equation(x *xmlScanner) (Block, error) {
	text, err := linearMath(x)
	if over := d.spendAll(1, len(text)); over != nil {
		err = over
	}
	return Block{Kind: Equation, Text: text, Place: d.place()}, err
}

// spendText takes text off what is left, before it is kept.
func (d *docxReader) spendText(n int) error {
	if d.text += int64(n); d.text > d.b.limits.Text {
		return d.b.limits.over("text")
	}
	return nil
}

// docxCell is a cell that is being read.
type docxCell struct {
	span   int
	across string // of a cell merged across, as old files have it: "restart", "continue"
	down   string // of a cell merged down
}

// maxSpan is how many columns a cell may span: Word makes no more than 63 columns.
const maxSpan = 1024

func (c *docxCell) readProperties(x *xmlScanner) error {
	return x.inside(func(x *xmlScanner) error {
		merged := func() string {
			if x.attr("w:val") == "restart" {
				return "restart"
			}
			return "continue"
		}
		switch x.name {
		case "w:gridSpan":
			c.span = min(max(intOf(x.attr("w:val"), 1), 1), maxSpan)
		case "w:vMerge":
			c.down = merged()
		case "w:hMerge":
			c.across = merged()
		case "w:tcPrChange":
			return x.skipElement()
		}
		return nil
	})
}

// docxTable is a table that is being read.
type docxTable struct {
	grid  *Grid
	above []docxAbove // cells that may go on below, in the order of columns
	next  []docxAbove
	col   int
}

// docxAbove is a cell of the row above: its column, and which of the table's it is.
type docxAbove struct{ col, cell int }

// table reads the w:tbl that was opened last.
func (d *docxReader) table(x *xmlScanner) (b Block, err error) {
	b = Block{Kind: Table, Place: d.place(), Grid: &Grid{}}
	b.Paragraph++ // that of its first cell
	if !d.body {
		b.Paragraph = 0
	}
	if err := d.spend(1); err != nil {
		return b, err
	}
	d.tables++
	defer func() { d.tables-- }()
	t := &docxTable{grid: b.Grid}
	err = x.inside(func(x *xmlScanner) error {
		switch x.name {
		case "w:tr":
			return d.row(x, t)
		case "w:tblGrid":
			columns := 0
			err := x.inside(func(x *xmlScanner) error {
				switch x.name {
				case "w:gridCol":
					columns++
				case "w:tblGridChange":
					return x.skipElement()
				}
				return nil
			})
			b.Grid.Cols = min(columns, maxSpan)
			return err
		case "w:tblPr", "w:sdtPr", "w:sdtEndPr", "w:customXmlPr":
			return x.skipElement()
		}
		return nil
	})
	if cells := b.Grid.Cells; len(cells) > 0 && len(cells[0].Blocks) > 0 { // where a table begins, Word says in its first cell
		b.Page = cells[0].Blocks[0].Page
	}
	return b, err
}

// row reads the w:tr that was opened last.
func (d *docxReader) row(x *xmlScanner, t *docxTable) error {
	g := t.grid
	row := g.Rows
	g.Rows++
	t.col, t.next = 0, t.next[:0]
	page, last := d.pages, d.pages // each cell of a row begins on the page on which the row does
	err := x.inside(func(x *xmlScanner) error {
		switch x.name {
		case "w:gridBefore":
			t.col = min(max(intOf(x.attr("w:val"), 0), 0), maxSpan)
		case "w:tblHeader":
			if g.Headers == row && onOff(x) {
				g.Headers = row + 1
			}
		case "w:trPrChange", "w:tblPrEx", "w:sdtPr", "w:sdtEndPr", "w:customXmlPr":
			return x.skipElement()
		case "w:tc":
			d.pages = page
			err := d.cell(x, t, row)
			last = max(last, d.pages)
			return err
		}
		return nil
	})
	d.pages = last
	g.Cols = max(g.Cols, t.col)
	t.above, t.next = t.next, t.above
	return err
}

// cell reads the w:tc that was opened last.
func (d *docxReader) cell(x *xmlScanner, t *docxTable, row int) error {
	if err := d.spend(1); err != nil {
		return err
	}
	c := docxCell{span: 1}
	blocks, err := d.blocks(x, &c, false)
	col := t.col
	t.col += c.span
	g := t.grid
	if c.across == "continue" && len(g.Cells) > 0 && g.Cells[len(g.Cells)-1].Row == row {
		before := &g.Cells[len(g.Cells)-1]
		before.Colspan = max(before.Colspan, 1) + c.span
		before.Blocks = append(before.Blocks, covered(blocks)...)
		return err
	}
	if c.down == "continue" {
		at, ok := slices.BinarySearchFunc(t.above, col, func(a docxAbove, col int) int { return a.col - col })
		if ok {
			a := t.above[at]
			above := &g.Cells[a.cell]
			above.Rowspan = row - above.Row + 1
			above.Blocks = append(above.Blocks, covered(blocks)...)
			t.next = append(t.next, a)
			return err
		}
	}
	cell := Cell{Row: row, Col: col, Blocks: blocks}
	if c.span > 1 {
		cell.Colspan = c.span
	}
	if c.down != "" {
		t.next = append(t.next, docxAbove{col, len(g.Cells)})
	}
	all, full := added(g.Cells, cell)
	g.Cells = all
	return cmp.Or(err, full)
}

// covered is what a cell has that is merged into another one: it is not shown.
func covered(blocks []Block) []Block {
	if !saysAnything(blocks) {
		return nil
	}
	for i := range blocks {
		blocks[i].Hidden = true
	}
	return blocks
}
