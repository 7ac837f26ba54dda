package document

// graphic reads the p:graphicFrame that was opened last: a table, a chart, a diagram, an object of another program.
func (p *pptxReader) graphic(x *xmlScanner, s *pptxSlide, at placing) error {
	shape := pptxShape{}
	place := func() Place {
		rect := shape.frame.rect(at)
		if rect == nil && shape.isPlaceholder {
			rect, _ = s.master.inherited(shape.kind, shape.index)
		}
		return Place{Page: s.number, Rect: rect}
	}
	var read func(x *xmlScanner) error
	read = func(x *xmlScanner) error {
		switch x.name {
		case "p:cNvPr":
			shape.alt, shape.hidden = altOf(x), onOffOf(x.attr("hidden"))
		case "p:ph":
			shape.isPlaceholder, shape.kind, shape.index = true, firstOf(x.attr("type"), "obj"), x.attr("idx")
		case "p:xfrm":
			return x.inside(func(x *xmlScanner) error {
				shape.frame.read(x)
				return nil
			})
		case "a:tbl":
			b, err := p.table(x, s, place(), shape.frame, at)
			b.Hidden = shape.hidden || p.away(b.Rect)
			s.blocks = append(s.blocks, b)
			return err
		case "c:chart", "cx:chart":
			return p.other(s, s.rels[x.attr("r:id")], place(), shape.hidden, (*dmlReader).chart)
		case "dgm:relIds":
			return p.other(s, s.rels[x.attr("r:dm")], place(), shape.hidden, (*dmlReader).diagram)
		case "p:oleObj":
			p.embedded(s, x.attr("r:id"), "an object of "+firstOf(clean(x.attr("progId")), "another program"))
		case "p:pic":
			return p.picture(x, s, at)
		case "mc:AlternateContent":
			return alternate(x, func() error { return x.inside(read) })
		}
		return nil
	}
	return x.inside(read)
}

// other reads a part that is drawn on slides, once.
func (p *pptxReader) other(s *pptxSlide, r relation, place Place, hidden bool, read func(r *dmlReader, name string) (Block, error)) error {
	if r.out || r.target == "" || !p.once.first(r.target, s.hidden || hidden) {
		return nil
	}
	dml := &dmlReader{ooxml: p.ooxml, rels: p.relations(r.target), spend: p.spend, place: place}
	known := p.missed[r.target]
	b, err := read(dml, r.target)
	if p.missed[r.target] && !known {
		p.b.gap(Gap{What: GapPage, Page: s.number, Where: r.target, Why: "not all of it could be read"})
	}
	b.Place, b.Hidden = place, hidden
	if b.Text != "" || len(b.Blocks) > 0 {
		s.blocks = append(s.blocks, b)
	}
	if over := p.spend(1, 0); over != nil {
		return over
	}
	return err
}

// pptxTable is a table that is being read.
type pptxTable struct {
	grid    *Grid
	columns []float64 // where they begin, in EMU from the left of the table
	top     float64   // of the row
	height  float64
	col     int
	owner   []int // of each column: the cell that was there last
	frame   pptxFrame
	at      placing
	page    int
}

// table reads the a:tbl that was opened last. Where a row grew with its text, the file does not say: boxes of cells are
// those of the heights that it keeps.
func (p *pptxReader) table(x *xmlScanner, s *pptxSlide, place Place, frame pptxFrame, at placing) (Block, error) {
	b := Block{Kind: Table, Place: place, Grid: &Grid{}}
	t := &pptxTable{grid: b.Grid, columns: []float64{0}, frame: frame, at: at, page: s.number}
	err := x.inside(func(x *xmlScanner) error {
		switch x.name {
		case "a:tblPr":
			if onOffOf(x.attr("firstRow")) {
				b.Grid.Headers = 1
			}
			return x.skipElement()
		case "a:gridCol":
			if len(t.columns) <= maxSpan {
				t.columns = append(t.columns, t.columns[len(t.columns)-1]+length(x.attr("w")))
			}
		case "a:tr":
			t.top, t.height, t.col = t.top+t.height, length(x.attr("h")), 0
			b.Grid.Rows++
		case "a:tc":
			if b.Grid.Rows == 0 {
				return x.skipElement()
			}
			return p.cell(x, s, t)
		}
		return nil
	})
	b.Grid.Cols = max(b.Grid.Cols, len(t.columns)-1)
	b.Grid.Headers = min(b.Grid.Headers, b.Grid.Rows)
	for i := range b.Grid.Cells {
		if c := &b.Grid.Cells[i]; c.Rowspan > b.Grid.Rows-c.Row {
			c.Rowspan = b.Grid.Rows - c.Row
		}
	}
	if over := p.spend(1, 0); over != nil {
		return b, over
	}
	return b, err
}

// cell reads the a:tc that was opened last.
func (p *pptxReader) cell(x *xmlScanner, s *pptxSlide, t *pptxTable) error {
	if err := p.spend(1, 0); err != nil {
		return err
	}
	g, row, col := t.grid, t.grid.Rows-1, t.col
	span := func(name string) int { return min(max(intOf(x.attr(name), 1), 1), maxSpan) }
	across, down := span("gridSpan"), span("rowSpan")
	merged := onOffOf(x.attr("hMerge")) || onOffOf(x.attr("vMerge"))
	if columns := len(t.columns) - 1; col < columns {
		across = min(across, columns-col)
	}
	t.col++
	g.Cols = max(g.Cols, col+across)
	var blocks []Block
	var err error
	dml := p.dml(s, Place{Page: t.page, Rect: t.rect(col, across)})
	err = x.inside(func(x *xmlScanner) error {
		if x.name != "a:txBody" {
			return nil
		}
		more, err := dml.paragraphs(x)
		blocks = append(blocks, more...)
		return err
	})
	if merged && col < len(t.owner) && t.owner[col] >= 0 {
		owner := &g.Cells[t.owner[col]]
		if owner.Row+max(owner.Rowspan, 1) > row {
			owner.Blocks = append(owner.Blocks, covered(blocks)...)
			return err
		}
	}
	cell := Cell{Row: row, Col: col, Blocks: blocks}
	if across > 1 {
		cell.Colspan = across
	}
	if down > 1 {
		cell.Rowspan = down
	}
	for len(t.owner) < col+across {
		t.owner = append(t.owner, -1)
	}
	for i := col; i < col+across; i++ {
		t.owner[i] = len(g.Cells)
	}
	g.Cells = append(g.Cells, cell)
	return err
}

// rect is the box of a cell, in points.
func (t *pptxTable) rect(col, span int) *Rect {
	if !t.frame.known || len(t.columns) < 2 {
		return nil
	}
	column := func(i int) float64 { return t.columns[min(i, len(t.columns)-1)] }
	f := pptxFrame{known: true, x: t.frame.x + column(col), y: t.frame.y + t.top, width: column(col+span) - column(col), height: t.height}
	return f.rect(t.at)
}
