package document

import "strconv"

// maxRepeats is how many times one cell or row that has something in it is written out. More is what bombs have.
const maxRepeats = 1000

// odfGrid is a table while it is being read.
type odfGrid struct {
	*Grid
	row, col int // where the next cell is
	sheet    bool
}

// table reads a table of a text or slide.
func (r *odfReader) table(to sink) error {
	x := r.x
	r.pages.before(r, "table/"+x.attr("table:style-name"))
	b := Block{Kind: Table, Grid: &Grid{}, Place: r.place(), Hidden: r.hidden}
	g := &odfGrid{Grid: b.Grid}
	err := r.part()
	if err == nil {
		r.nested++
		err = r.rows(&b, g)
		r.nested--
	}
	g.Rows = max(g.Rows, g.row)
	if out := to(b); out != nil {
		return out
	}
	return err
}

// rows reads rows, columns and what holds them.
func (r *odfReader) rows(b *Block, g *odfGrid) error {
	x := r.x
	return x.children(func(string) error {
		switch x.name {
		case "table:table-header-rows":
			top := g.row == g.Headers
			err := r.rows(b, g)
			if top {
				g.Headers = g.row
			}
			return err
		case "table:table-rows", "table:table-row-group", "table:table-columns", "table:table-header-columns", "table:table-column-group":
			return r.rows(b, g)
		case "table:table-column":
			if !g.sheet {
				g.Cols = min(g.Cols+max(x.num("table:number-columns-repeated"), 1), maxColumns)
			}
		case "table:table-row":
			return r.row(b, g)
		case "text:soft-page-break":
			r.pages.next(r)
		case "table:shapes":
			return r.content(into(&b.Blocks))
		default:
			if isDrawing(x.name) {
				return r.drawing(into(&b.Blocks))
			}
		}
		return nil
	}, nil)
}

// maxColumns is how many columns a table may have, as sheets have at most.
const maxColumns = 1 << 14

// row reads a row, and repeats it if something is in it.
func (r *odfReader) row(b *Block, g *odfGrid) error {
	x := r.x
	times := max(x.num("table:number-rows-repeated"), 1)
	begin := len(g.Cells)
	g.col = 0
	err := x.children(func(string) error {
		switch x.name {
		case "table:table-cell":
			return r.cell(b, g, false)
		case "table:covered-table-cell":
			return r.cell(b, g, true)
		}
		return nil
	}, nil)
	if !g.sheet && len(g.Cells) == begin && g.col == 0 {
		times = 1
	}
	if row := g.Cells[begin:]; len(row) > 0 {
		copies := min(times, maxRepeats)
		if times > copies {
			r.b.gap(Gap{What: GapCells, Page: len(r.b.doc.Pages), Where: cellName(g.row, row[0].Col), In: int64(times) * int64(len(row)), Out: int64(copies) * int64(len(row)), Why: "a row that is repeated very often"})
		}
		g.Rows = g.row + copies
		row = row[:len(row):len(row)]
		for i := 1; i < copies; i++ {
			for _, c := range row {
				if err := r.part(); err != nil {
					return err
				}
				c.Row = g.row + i
				if err := g.put(c); err != nil {
					return err
				}
			}
		}
	}
	if g.row += times; g.row > maxRows {
		g.row = maxRows
	}
	return err
}

// maxRows is how many rows a sheet may have.
const maxRows = 1 << 20

// put adds a cell, if there is memory for it.
func (g *odfGrid) put(c Cell) (err error) {
	g.Cells, err = added(g.Cells, c)
	return err
}

// cell reads a cell of a text's table or of a sheet.
func (r *odfReader) cell(b *Block, g *odfGrid, covered bool) error {
	x := r.x
	times := max(x.num("table:number-columns-repeated"), 1)
	c := Cell{Row: g.row, Col: g.col}
	rows, cols := x.num("table:number-rows-spanned"), x.num("table:number-columns-spanned")
	c.Rowspan, c.Colspan = span(min(rows, maxRows-g.row)), span(min(cols, maxColumns-g.col))
	if g.sheet {
		r.value(&c)
	}
	comments := len(b.Blocks)
	err := r.inCell(b, g, &c)
	if comments < len(b.Blocks) { // of a sheet
		for i := comments; i < len(b.Blocks); i++ {
			b.Blocks[i].Marker = cellName(c.Row, c.Col)
		}
	}
	empty := c.Text == "" && c.Formula == "" && len(c.Blocks) == 0
	if keep := !empty || !covered && !g.sheet; keep && g.col < maxColumns && g.row < maxRows {
		copies := min(times, maxRepeats, maxColumns-g.col)
		if times > copies {
			r.b.gap(Gap{What: GapCells, Page: len(r.b.doc.Pages), Where: cellName(c.Row, c.Col), In: int64(times), Out: int64(copies), Why: "a cell that is repeated very often"})
		}
		for i := range copies {
			if err := r.part(); err != nil {
				return err
			}
			c.Col = g.col + i
			if err := g.put(c); err != nil {
				return err
			}
		}
		g.Cols = max(g.Cols, c.Col+max(c.Colspan, 1))
		g.Rows = max(g.Rows, c.Row+max(c.Rowspan, 1))
	}
	g.col = min(g.col+times, maxColumns)
	return err
}

// inCell reads what is in a cell. A sheet's cell has one text; a table's its blocks.
func (r *odfReader) inCell(b *Block, g *odfGrid, c *Cell) error {
	x := r.x
	r.grounds = append(r.grounds, "table-cell/"+x.attr("table:style-name"))
	defer func() { r.grounds = r.grounds[:len(r.grounds)-1] }()
	if !g.sheet {
		holder := Block{Kind: Box}
		err := r.inner(&holder, r.content)
		if len(holder.Blocks) == 1 {
			if p := holder.Blocks[0]; p.Kind == Paragraph && len(p.Blocks) == 0 && len(p.Marks) == 0 {
				c.Text = p.Text
				return err
			}
		}
		c.Blocks = holder.Blocks
		return err
	}
	shown, lines := "", 0
	err := x.children(func(string) error {
		switch x.name {
		case "text:p", "text:h":
			t, err := r.text()
			if lines++; lines > 1 {
				shown += "\n"
			}
			shown += t.Text
			b.Blocks = append(b.Blocks, t.Blocks...)
			return err
		case "office:annotation":
			comment, err := r.annotation()
			b.Blocks = append(b.Blocks, comment)
			return err
		case "table:detective":
			return nil
		}
		return r.block(into(&b.Blocks))
	}, nil)
	if c.Text == "" {
		c.Text = shown
	} else if shown != c.Text {
		c.Shown = shown
	}
	return err
}

// cellName is how a sheet calls a cell: "B4".
func cellName(row, col int) string {
	name := ""
	for n := col + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name + strconv.Itoa(row+1)
}
