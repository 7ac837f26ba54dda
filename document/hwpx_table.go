package document

import "slices"

// tbl reads a table.
func (r *hwpxReader) tbl(o *hangulObject) error {
	x := r.x
	if r.plain != nil {
		return r.plainTable(o)
	}
	t := &hangulTable{spacing: x.num("cellSpacing")}
	o.Kind, o.table, o.ground = Table, t, r.head.fills[x.attr("borderFillIDRef")]
	o.Grid = &Grid{Rows: x.num("rowCnt"), Cols: x.num("colCnt")}
	switch x.attr("pageBreak") {
	case "CELL":
		t.split = splitCells
	case "TABLE":
		t.split = splitRows
	}
	repeats := x.is("repeatHeader")
	row := -1
	err := x.children(func(name string) error {
		switch name {
		case "tr":
			row++
			return x.children(func(name string) error {
				if name != "tc" {
					return nil
				}
				if err := r.part(); err != nil {
					return err
				}
				c := &hangulCell{Cell: Cell{Row: -1, Col: -1}, in: o.in}
				t.cells = append(t.cells, c)
				err := r.tc(c, o.ground)
				if c.Row < 0 || c.Col < 0 {
					c.Row, c.Col = row, nextColumn(t.cells, row)
				}
				return err
			}, nil)
		case "inMargin": // before the rows
			o.in = r.edges()
		case "caption":
			return r.caption(o)
		}
		return r.frame(o, name)
	}, nil)
	r.grid(o, t, repeats)
	return err
}

// nextColumn is the column after the cells of a row that were read.
func nextColumn(cells []*hangulCell, row int) int {
	for i := len(cells) - 2; i >= 0; i-- {
		if cells[i].Row == row {
			return cells[i].Col + max(cells[i].Colspan, 1)
		}
	}
	return 0
}

// tc reads a cell. ground: white text is seen in its table.
func (r *hwpxReader) tc(c *hangulCell, ground bool) error {
	x := r.x
	c.header = x.is("header")
	own := x.is("hasMargin")
	ground = ground || r.head.fills[x.attr("borderFillIDRef")]
	return x.children(func(name string) error {
		switch name {
		case "subList":
			c.text = hwpxAlign(x.attr("vertAlign"))
			return r.nested(ground, func(p *hangulParagraph) { c.paragraphs = append(c.paragraphs, p) })
		case "cellAddr":
			c.Row, c.Col = x.num("rowAddr"), x.num("colAddr")
		case "cellSpan":
			c.Rowspan, c.Colspan = span(x.num("rowSpan")), span(x.num("colSpan"))
		case "cellSz":
			c.width, c.height = x.num("width"), x.num("height")
		case "cellMargin":
			if in := r.edges(); own || c.in == (hangulEdges{}) {
				c.in = in
			}
		}
		return nil
	}, nil)
}

// span is how many rows or columns a cell takes, as Cell has it: 0 is 1.
func span(n int) int {
	if n <= 1 {
		return 0
	}
	return n
}

// grid checks a table's cells and puts them in order. Addresses of a damaged file may be anything.
func (r *hwpxReader) grid(o *hangulObject, t *hangulTable, repeats bool) {
	const most = 1 << 16 // rows or columns that Hangul can count
	g := o.Grid
	g.Rows, g.Cols = min(max(g.Rows, 0), most), min(max(g.Cols, 0), most)
	fits := true
	for _, c := range t.cells {
		if c.Row >= most || c.Col >= most || c.Rowspan >= most || c.Colspan >= most {
			c.Row, c.Col, c.Rowspan, c.Colspan = min(c.Row, most-1), min(c.Col, most-1), 0, 0
			fits = false
		}
		g.Rows, g.Cols = max(g.Rows, c.Row+max(c.Rowspan, 1)), max(g.Cols, c.Col+max(c.Colspan, 1))
	}
	slices.SortStableFunc(t.cells, func(a, b *hangulCell) int {
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		return a.Col - b.Col
	})
	for i := 1; i < len(t.cells); i++ {
		if a, b := t.cells[i-1], t.cells[i]; a.Row == b.Row && a.Col+max(a.Colspan, 1) > b.Col {
			fits = false
		}
	}
	if !fits {
		r.b.gap(Gap{What: GapTable, Page: r.begun, Where: r.name, Why: "cells of a table lie on each other or outside of it"})
	}
	heads := 0
	for _, c := range t.cells {
		if c.header && c.Row <= heads {
			heads = max(heads, c.Row+max(c.Rowspan, 1))
		}
	}
	if g.Headers = min(heads, g.Rows); repeats {
		t.headers = g.Headers
	}
}
