package document

import (
	"cmp"
	"slices"
)

// hwpGrid is a table that is being read.
type hwpGrid struct {
	grid    Grid
	cells   []hwpCell
	bits    uint32
	margins [4]int // of cells that have none of their own: left, right, top, bottom
	want    int    // cells
	rows    []int  // where rows begin at all, in order
	tops    []int  // and how high above them the table is; one more
	columns []int
	lefts   []int
}

// hwpCell is a cell and what of it matters for where it stands.
type hwpCell struct {
	Cell
	width, height int
	margins       [4]int
	align         int // 0 top, 1 centre, 2 bottom
	content       int // height of its text
	heading       bool
}

// Bits of a table and of its cells. [tables 76, 67]
const (
	hwpTableDivided  = 3 // 0: it is on one page
	hwpTableRepeats  = 1 << 2
	hwpCellMargins   = 1 << 16
	hwpCellIsHeading = 1 << 18
)

// table reads a table: a caption before its record, cells behind it.
func (p *hwpPara) table(r *hwpRecords, o hwpObject, c *hwpControl) error {
	level := r.level
	g := &hwpGrid{}
	var caption hwpCaption
	seen := false
	for r.next(); r.ok && r.level > level; {
		switch {
		case r.tag == hwpTable && !seen:
			seen = true
			g.read(r.data)
			r.next()
		case r.tag == hwpListHeader && !seen:
			if err := p.caption(r, &caption); err != nil {
				return err
			}
		case r.tag == hwpListHeader:
			if err := p.cell(r, g); err != nil {
				return err
			}
		default:
			r.next()
		}
	}
	if len(g.cells) != g.want || !seen {
		p.h.b.gap(Gap{What: GapTable, Page: p.h.flow.page, Where: p.h.place(), In: int64(g.want), Out: int64(len(g.cells)), Why: "cells of a table"})
	}
	slices.SortStableFunc(g.cells, func(a, b hwpCell) int { return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Col, b.Col)) })
	b := Block{Kind: Table, Place: p.sameParagraph(), Grid: &g.grid}
	p.placeTable(&b, g, o, &caption, c.anchor)
	for i := range g.cells {
		g.grid.Cells = append(g.grid.Cells, g.cells[i].Cell)
	}
	if len(caption.blocks) > 0 {
		c.blocks = append(c.blocks, Block{Kind: Caption, Place: p.sameParagraph(), Blocks: caption.blocks})
	}
	c.blocks = append(c.blocks, b)
	return nil
}

// read takes the record of a table.
func (g *hwpGrid) read(data []byte) {
	f := hwpFields{data: data}
	g.bits = f.u32()
	g.grid.Rows, g.grid.Cols = f.u16(), f.u16()
	f.take(2)
	for i := range g.margins {
		g.margins[i] = f.u16()
	}
	for range g.grid.Rows {
		if len(f.data) < 2 {
			break
		}
		g.want += f.u16()
	}
}

// cell reads a cell.
func (p *hwpPara) cell(r *hwpRecords, g *hwpGrid) error {
	f := hwpFields{data: r.data}
	f.take(4)
	bits := f.u32()
	cell := hwpCell{align: int(bits >> 5 & 3), heading: bits&hwpCellIsHeading != 0, margins: g.margins}
	cell.Col, cell.Row = f.u16(), f.u16()
	cell.Colspan, cell.Rowspan = max(f.u16(), 1), max(f.u16(), 1)
	cell.width, cell.height = f.i32(), f.i32()
	for i := range cell.margins {
		if own := f.u16(); bits&hwpCellMargins != 0 {
			cell.margins[i] = own
		}
	}
	frame := hwpFrame{note: p.frame.note, behind: p.h.info.fill(f.u16(), p.frame.behind), width: cell.width - cell.margins[0] - cell.margins[1]}
	f.take(4)
	name := ""
	if f.u8() == 0xff {
		name = hwpParameter(f.data)
	}
	blocks, _, err := p.h.list(r, frame)
	if err != nil {
		return err
	}
	if name != "" && len(blocks) > 0 && blocks[0].Text != "" {
		blocks[0].Marks = append(blocks[0].Marks, Mark{End: len(blocks[0].Text), Kind: MarkField, Value: name})
	}
	cell.content = int(hwpBottom(blocks) / hwpUnit)
	cell.Blocks = blocks
	if len(blocks) == 1 && hwpPlain(&blocks[0]) {
		blocks[0].Offset = 0
	}
	if cell.heading && cell.Row == g.grid.Headers {
		g.grid.Headers = min(cell.Row+cell.Rowspan, g.grid.Rows)
	}
	g.cells = append(g.cells, cell)
	return p.h.wait(1)
}

// hwpPlain reports whether a block is a paragraph and nothing else.
func hwpPlain(b *Block) bool {
	return b.Kind == Paragraph && len(b.Blocks) == 0 && len(b.Marks) == 0 && !b.Hidden
}

// hwpBottom is how far down what is not on a page yet reaches, in points.
func hwpBottom(blocks []Block) float64 {
	bottom := 0.0
	for i := range blocks {
		b := &blocks[i]
		if b.Rect != nil {
			bottom = max(bottom, b.Rect.Y1)
		}
		bottom = max(bottom, hwpBottom(b.Blocks))
	}
	return bottom
}

// hwpMaxSpans is how many rows all cells of a table together may be over and still be measured.
const hwpMaxSpans = 1 << 22

// measure works out where rows and columns are. Rows and columns in which nothing begins take no part: a file may say that
// it has many.
func (g *hwpGrid) measure() {
	for i := range g.cells {
		c := &g.cells[i]
		g.rows = append(g.rows, c.Row)
		g.columns = append(g.columns, c.Col, c.Col+c.Colspan)
	}
	slices.Sort(g.rows)
	slices.Sort(g.columns)
	g.rows, g.columns = slices.Compact(g.rows), slices.Compact(g.columns)
	heights := make([]int, len(g.rows))
	left := hwpMaxSpans
	for _, spans := range []bool{false, true} {
		for i := range g.cells {
			c := &g.cells[i]
			first, _ := slices.BinarySearch(g.rows, c.Row)
			end, _ := slices.BinarySearch(g.rows, c.Row+c.Rowspan)
			if spans != (end-first > 1) || left < end-first {
				continue
			}
			left -= end - first
			missing := max(c.height, c.content+c.margins[2]+c.margins[3])
			for _, h := range heights[first:end] {
				missing -= h
			}
			if missing > 0 {
				heights[end-1] += missing
			}
		}
	}
	g.tops = make([]int, len(heights)+1)
	for i, h := range heights {
		g.tops[i+1] = g.tops[i] + h
	}
	g.lefts = make([]int, len(g.columns))
	for range 2 { // merged cells may be before those that tell where they begin
		for i := range g.cells {
			c := &g.cells[i]
			from, _ := slices.BinarySearch(g.columns, c.Col)
			to, _ := slices.BinarySearch(g.columns, c.Col+c.Colspan)
			if g.lefts[to] == 0 && (from == 0 || g.lefts[from] > 0) {
				g.lefts[to] = g.lefts[from] + c.width
			}
		}
	}
}

// height is that of all rows.
func (g *hwpGrid) height() int { return g.tops[len(g.tops)-1] }

// settle puts the text of cells where the cells are, from the top left of the table.
func (g *hwpGrid) settle() {
	for i := range g.cells {
		c := &g.cells[i]
		row, _ := slices.BinarySearch(g.rows, c.Row)
		end, _ := slices.BinarySearch(g.rows, c.Row+c.Rowspan)
		column, _ := slices.BinarySearch(g.columns, c.Col)
		free := max(g.tops[end]-g.tops[row]-c.margins[2]-c.margins[3]-c.content, 0)
		down := g.tops[row] + c.margins[2] + free*min(c.align, 2)/2
		hwpMove(c.Blocks, hwpTo(0, float64(down)*hwpUnit), float64(g.lefts[column]+c.margins[0])*hwpUnit)
	}
}

// placeTable puts a table where it stands; one of the body that is too high goes on on the next pages.
func (p *hwpPara) placeTable(b *Block, g *hwpGrid, o hwpObject, caption *hwpCaption, anchor int) {
	g.measure()
	g.settle()
	o.h = max(g.height(), 0)
	spot, ok := p.spot(o, caption, anchor)
	if !ok {
		hwpLift(caption.blocks)
		for i := range g.cells {
			hwpLift(g.cells[i].Blocks)
		}
		return
	}
	caption.move(spot, o)
	to := hwpTo(spot.page, float64(spot.y)*hwpUnit)
	box := Rect{float64(spot.x), float64(spot.y), float64(spot.x + o.w), float64(spot.y + o.h)}
	if strip := p.divide(g, o, spot); strip != nil {
		to = strip.spot
		box.Y1 = float64(strip.parts[0].end - strip.parts[0].from + strip.parts[0].y)
	}
	box = Rect{box.X0 * hwpUnit, box.Y0 * hwpUnit, box.X1 * hwpUnit, box.Y1 * hwpUnit}
	b.Page, b.Rect = spot.page, &box
	for i := range g.cells {
		hwpMove(g.cells[i].Blocks, to, float64(spot.x)*hwpUnit)
	}
}

// hwpStrip is a table that goes over several pages: which stretch of it is where.
type hwpStrip struct{ parts []hwpPart }

// hwpPart is the stretch of a strip from one height to another, which begins at y on a page.
type hwpPart struct{ from, end, page, y int }

// spot is where on which page something of the strip stands: where its end is, as a line is not divided.
func (s *hwpStrip) spot(y0, y1 float64) (page int, down float64) {
	at, _ := slices.BinarySearchFunc(s.parts, int(y1/hwpUnit), func(part hwpPart, y int) int { return cmp.Compare(part.end, y) })
	part := s.parts[min(at, len(s.parts)-1)]
	return part.page, (float64(part.y) - min(float64(part.from), y0/hwpUnit)) * hwpUnit
}

// hwpMaxParts is over how many pages one table may go.
const hwpMaxParts = 5000

// divide works out how a table of the body goes over pages, and takes the flow there; nil if it is on one. Between the
// table and the end of the body is its margin, on each page; rows of headings come again where the table says so.
func (p *hwpPara) divide(g *hwpGrid, o hwpObject, spot hwpPlace) *hwpStrip {
	flow := &p.h.flow
	bottom := flow.paper.bodyTop + flow.paper.bodyHeight - o.margins[3]
	if !p.frame.body || o.inline() || g.bits&hwpTableDivided == 0 || spot.y+g.height() <= bottom || flow.paper.bodyHeight <= 0 {
		return nil
	}
	top := flow.paper.bodyTop + o.margins[2]
	repeated := 0
	if at, _ := slices.BinarySearch(g.rows, g.grid.Headers); g.bits&hwpTableRepeats != 0 && at < len(g.tops) {
		if repeated = g.tops[at]; top+repeated >= bottom {
			repeated = 0
		}
	}
	s := &hwpStrip{}
	part := hwpPart{page: spot.page, y: spot.y}
	turn := func(at int) {
		part.end = at
		s.parts = append(s.parts, part)
		part = hwpPart{from: at, page: part.page + 1, y: top + repeated}
	}
	for i := range g.rows {
		for len(s.parts) < hwpMaxParts && part.y+g.tops[i+1]-part.from > bottom {
			room := bottom - part.y
			switch {
			case g.tops[i] > part.from: // the row goes to the next page
				turn(g.tops[i])
			case g.tops[i+1]-part.from > bottom-top-repeated && room > 0: // it is higher than a page
				turn(part.from + room)
			default:
				turn(part.from) // not even the first row has room here
			}
			if bottom-part.y <= 0 {
				break
			}
		}
	}
	part.end = g.height() + 1
	s.parts = append(s.parts, part)
	flow.page = part.page
	flow.column, flow.origin, flow.begun = 0, 0, true
	flow.bottom = part.y + g.height() - part.from
	flow.deepest = flow.bottom - flow.paper.bodyTop
	flow.last = hwpLine{y: max(flow.deepest, 0) / 2, h: 1} // what follows is below, if not on the next page
	return s
}
