package ocr

import (
	"math"
	"strings"

	"exaone/document"
)

// compose makes blocks of what was recognised, in the order of reading, on a page of the document.
func (p *page) compose(number int) []document.Block {
	c := &composer{page: p, number: number}
	var all []piece
	inside := map[place][]piece{}
	put := func(x piece, at place) {
		if at.table < 0 {
			all = append(all, x)
		} else {
			inside[at] = append(inside[at], x)
		}
	}
	for i, t := range p.tables {
		put(piece{box: t.box, table: t, number: i}, placeAround(p.tables, i))
	}
	for _, s := range p.segments {
		if len(s.words) > 0 {
			put(piece{box: s.box, segment: s}, placeOf(p.tables, s.box))
		}
	}
	c.inside = inside
	c.size = usual(p.segments)
	return c.flow(all)
}

// placeAround is the cell of a larger table in which a table is.
func placeAround(all []*table, i int) place {
	for j := i + 1; j < len(all); j++ {
		if c := all[j].cellAt(all[i].box); all[j].holds(all[i].box) && c >= 0 {
			return place{j, c}
		}
	}
	return place{-1, -1}
}

// composer makes blocks.
type composer struct {
	page   *page
	number int
	size   float64 // of the characters of most lines
	inside map[place][]piece
}

// flow makes blocks of the pieces of a page, or of a cell.
func (c *composer) flow(pieces []piece) []document.Block {
	var out []document.Block
	for _, column := range ordered(pieces, c.page.em, 0) {
		out = append(out, c.column(column)...)
	}
	return out
}

// column makes blocks of the pieces of a column.
func (c *composer) column(pieces []piece) []document.Block {
	var out []document.Block
	rows := rowsOf(pieces)
	edge := bounds(pieces)
	leading := leading(rows)
	for i := 0; i < len(rows); {
		if rows[i][0].table != nil {
			out = append(out, c.table(rows[i][0]))
			i++
			continue
		}
		if n := aligned(rows[i:], c.page.em); n > 0 {
			out = append(out, c.listing(rows[i:i+n]))
			i += n
			continue
		}
		j := i + 1
		for j < len(rows) && goesOn(rows[j-1], rows[j], edge, leading, j-1 == i) {
			j++
		}
		out = append(out, c.paragraph(rows[i:j]))
		i = j
	}
	return out
}

// paragraph makes a block of rows of segments.
func (c *composer) paragraph(rows [][]piece) document.Block {
	b := document.Block{Kind: document.Paragraph}
	var text strings.Builder
	edge := rows[0][0].box
	for i, row := range rows {
		if i > 0 && !together(rows[i-1], row) {
			text.WriteByte(' ')
		}
		at := document.Line{Start: text.Len(), Page: c.number}
		around := bounds(row)
		edge = edge.with(around)
		sum, n := 0.0, 0.0
		for i, p := range row {
			if i > 0 {
				text.WriteByte(' ')
			}
			s, sure := p.segment.text()
			text.WriteString(s)
			sum, n = sum+sure*float64(len(s)), n+float64(len(s))
		}
		at.End, at.Rect, at.Confidence = text.Len(), c.rect(around), sum/max(n, 1)
		c.steps(&at, row, around)
		b.Lines = append(b.Lines, at)
	}
	b.Text = text.String()
	if size := rows[0][0].segment.size; len(rows) == 1 && len(rows[0]) == 1 && size > 1.3*c.size {
		b.Kind, b.Level = document.Heading, 2
		if size > 1.75*c.size {
			b.Level = 1
		}
	}
	rect := c.rect(edge)
	b.Place = document.Place{Page: c.number, Rect: &rect}
	return b
}

// table makes a block of a table.
func (c *composer) table(p piece) document.Block {
	t := p.table
	g := &document.Grid{Rows: len(t.ys) - 1, Cols: len(t.xs) - 1}
	for i, at := range t.cells {
		cell := document.Cell{Row: at.row, Col: at.col}
		if at.rows > 1 {
			cell.Rowspan = at.rows
		}
		if at.cols > 1 {
			cell.Colspan = at.cols
		}
		blocks := c.flow(c.inside[place{p.number, i}])
		if len(blocks) == 1 && blocks[0].Kind == document.Paragraph {
			cell.Text, cell.Lines = blocks[0].Text, blocks[0].Lines
		} else {
			cell.Blocks = blocks
		}
		g.Cells = append(g.Cells, cell)
	}
	rect := c.rect(t.box)
	return document.Block{Kind: document.Table, Place: document.Place{Page: c.number, Rect: &rect}, Grid: g}
}

// rect is around where a box of the page is in the picture.
func (c *composer) rect(b box) document.Rect {
	out := document.Rect{X0: math.Inf(1), Y0: math.Inf(1), X1: math.Inf(-1), Y1: math.Inf(-1)}
	for _, p := range [4]point{{float64(b.x0), float64(b.y0)}, {float64(b.x1), float64(b.y0)}, {float64(b.x0), float64(b.y1)}, {float64(b.x1), float64(b.y1)}} {
		q := c.page.back.apply(p)
		out.X0, out.Y0, out.X1, out.Y1 = min(out.X0, q.x), min(out.Y0, q.y), max(out.X1, q.x), max(out.Y1, q.y)
	}
	return out
}
