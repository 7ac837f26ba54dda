package document

import (
	"slices"
	"strings"
)

// pdfItem is a block on its way out, with what tells where it belongs.
type pdfItem struct {
	Block
	order     int // of its first glyph
	size      float64
	bold      bool
	lines     int
	size0     int    // characters
	signature string // what its text is like: numbers are all the same
	box       Rect   // on the page
	fixed     bool   // its kind is what the file says
	artifact  bool   // the file says that it is no part of the text
	table     *taggedTable
	soft      []int // where a line's end in the text may be within a word: a space is there now
}

// laid is a page as blocks.
type laid struct {
	*pdfPage
	items    []pdfItem
	sizes    map[float64]int // characters of each size
	picture  []byte          // of the page, as a PNG, if it is to be recognised
	dots     float64         // an inch of it
	panicked any             // a fault of ours, for the goroutine that reads
}

// lay makes blocks of what is on a page.
func lay(p *pdfPage) *laid {
	sheet := &pdfSheet{width: p.width, height: p.height, uprights: uprights(p.rules)}
	glyphs := make([]glyphAt, 0, len(p.glyphs))
	out := &laid{pdfPage: p, sizes: map[float64]int{}}
	real, made := 0, 0
	for i, g := range p.glyphs {
		if g.made && g.r != ' ' {
			continue
		}
		if g.made {
			made++
		} else if blank(g.r) {
			real++
		}
		glyphs = append(glyphs, glyphAt{g, i})
		if !blank(g.r) {
			out.sizes[float64(int(g.style.size*2+0.5))/2]++
		}
	}
	p.glyphs = nil
	sheet.spaces = real > 10 && real > 4*made
	upright(glyphs)
	tagged, loose := p.byTag(glyphs)
	items := p.layLoose(sheet, loose)
	if tagged != nil {
		items = p.layTagged(sheet, tagged, items)
	}
	out.items = p.placePictures(items)
	for i := range out.items {
		out.items[i].settle()
	}
	return out
}

// settle notes what tells the blocks of a page apart.
func (i *pdfItem) settle() {
	i.signature = signature(i.Text)
	i.size0 = int(characters(i.Text))
	if i.Rect != nil {
		i.box = *i.Rect
	}
}

// signature is a text with its numbers left out.
func signature(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return -1
		case r == ' ' || r == '\t':
			return -1
		}
		return r
	}, text)
}

// layLoose lays out glyphs that nothing is known of but their places.
func (p *pdfPage) layLoose(sheet *pdfSheet, glyphs []glyphAt) []pdfItem {
	tables := p.ruledTables()
	rest := inTables(tables, glyphs)
	if real := slices.DeleteFunc(slices.Clone(tables), (*ruledTable).drawing); len(real) < len(tables) {
		tables = real
		rest = inTables(tables, glyphs)
	}
	nest(tables)
	var items []pdfItem
	for _, t := range tables {
		if !t.inside {
			items = append(items, p.tableItem(sheet, tables, t))
		}
	}
	items = append(items, p.layText(sheet, rest)...)
	slices.SortStableFunc(items, func(a, b pdfItem) int { return a.order - b.order })
	return readingOrder(items)
}

// layText lays out glyphs as paragraphs and tables without rules.
func (p *pdfPage) layText(sheet *pdfSheet, glyphs []glyphAt) []pdfItem {
	lines := sheet.lines(glyphs)
	all := wovenColumns(rows(lines))
	var items []pdfItem
	var plain []*pdfLine
	flush := func() {
		for _, para := range paragraphs(plain) {
			items = append(items, p.item(sheet, para))
		}
		plain = plain[:0]
	}
	tables := aligned(all)
	for i := 0; i < len(all); i++ {
		if len(tables) > 0 && tables[0].begin == i {
			flush()
			item := pdfItem{Block: p.alignedGrid(sheet, tables[0], all), order: all[i][0].order, size: all[i][0].size}
			items = append(items, item)
			i, tables = tables[0].end-1, tables[1:]
			continue
		}
		plain = append(plain, all[i]...)
	}
	flush()
	return items
}

// item makes an item of a paragraph.
func (p *pdfPage) item(sheet *pdfSheet, para *pdfParagraph) pdfItem {
	i := pdfItem{order: para.order, lines: len(para.lines), bold: true}
	i.Block, i.soft = p.block(sheet, para, Paragraph)
	for _, l := range para.lines {
		i.size = max(i.size, l.size)
		i.bold = i.bold && l.bold
	}
	return i
}

// inTables gives the glyphs that are in cells to them, and returns the others. A glyph in several tables is the smallest's.
func inTables(tables []*ruledTable, glyphs []glyphAt) []glyphAt {
	area := func(t *ruledTable) float64 { b := t.box(); return (b.X1 - b.X0) * (b.Y1 - b.Y0) }
	slices.SortFunc(tables, func(a, b *ruledTable) int { return compareFloats(area(a), area(b)) })
	for _, t := range tables {
		t.order = -1
	}
	rest := make([]glyphAt, 0, len(glyphs))
	for _, g := range glyphs {
		x, y := (g.x0+g.x1)/2, (g.y0+g.y1)/2
		if blank(g.r) {
			x, y = g.x, g.y-0.3*g.style.size
		}
		found := false
		for _, t := range tables {
			if c := t.cellAt(x, y); c != nil {
				c.glyphs = append(c.glyphs, g)
				if t.order < 0 && !blank(g.r) {
					t.order = g.order
				}
				found = true
				break
			}
		}
		if !found {
			rest = append(rest, g)
		}
	}
	return rest
}

// drawing reports whether what looks like a table is none: the grid of a chart has no text in it.
func (t *ruledTable) drawing() bool {
	full := 0
	for i := range t.cells {
		if slices.ContainsFunc(t.cells[i].glyphs, func(g glyphAt) bool { return !blank(g.r) }) {
			full++
		}
	}
	return full < 2 || full*12 < len(t.cells)
}

// nest puts tables into the cells that they are in. They come in order of their size.
func nest(tables []*ruledTable) {
	for i, t := range tables {
		b := t.box()
		for _, outer := range tables[i+1:] {
			c := outer.cellAt((b.X0+b.X1)/2, (b.Y0+b.Y1)/2)
			if c == nil || b.X1-b.X0 > c.box.X1-c.box.X0+near || b.Y1-b.Y0 > c.box.Y1-c.box.Y0+near {
				continue
			}
			c.inner = append(c.inner, i)
			t.inside = true
			if outer.order < 0 || t.order < outer.order {
				outer.order = t.order
			}
			break
		}
	}
}

// tableItem makes a block of a table.
func (p *pdfPage) tableItem(sheet *pdfSheet, all []*ruledTable, t *ruledTable) pdfItem {
	t.split(sheet)
	g := &Grid{Rows: len(t.ys) - 1, Cols: len(t.xs) - 1}
	head := true
	for i := range t.cells {
		c := &t.cells[i]
		cell := Cell{Row: c.row, Col: c.col, Rowspan: c.rowspan, Colspan: c.colspan}
		items := p.layText(sheet, c.glyphs)
		for _, n := range c.inner {
			items = append(items, p.tableItem(sheet, all, all[n]))
		}
		slices.SortStableFunc(items, func(a, b pdfItem) int { return a.order - b.order })
		cell.fill(items)
		g.Cells = append(g.Cells, cell)
		bold := !slices.ContainsFunc(items, func(i pdfItem) bool { return !i.bold })
		if head = head && (c.shaded || bold && len(items) > 0); head {
			g.Headers = max(g.Headers, c.row+1)
		}
	}
	if g.Headers > 0 && !head && g.Headers < g.Rows { // a row counts when all of it is a heading
		g.Headers = headRows(t)
	}
	if g.Headers >= g.Rows {
		g.Headers = 0
	}
	i := pdfItem{Block: Block{Kind: Table, Grid: g}, order: t.order, fixed: true}
	i.Page = p.number
	box := t.box().rounded()
	i.Rect = &box
	return i
}

// headRows counts the rows at the top that are shaded in all their cells, while others below are not.
func headRows(t *ruledTable) int {
	plain := len(t.ys)
	for i := range t.cells {
		if !t.cells[i].shaded {
			plain = min(plain, t.cells[i].row)
		}
	}
	return min(plain, len(t.ys)-1)
}

// fill puts what is in a cell into it.
func (c *Cell) fill(items []pdfItem) {
	if c.Rowspan == 1 {
		c.Rowspan = 0
	}
	if c.Colspan == 1 {
		c.Colspan = 0
	}
	if len(items) == 1 && items[0].Kind == Paragraph && len(items[0].Marks) == 0 && !items[0].Hidden {
		c.Text, c.Lines = items[0].Text, items[0].Lines
		return
	}
	for _, i := range items {
		c.Blocks = append(c.Blocks, i.Block)
	}
}
