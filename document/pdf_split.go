package document

import (
	"cmp"
	"math"
	"slices"
)

// split divides rows of a table between which no rule stands, but whose cells all have as many short lines, each beside
// those of the others: figures below each other.
func (t *ruledTable) split(sheet *pdfSheet) {
	for r := len(t.ys) - 2; r >= 0; r-- {
		if at := t.splits(sheet, r); len(at) > 0 {
			t.divide(r, at)
		}
	}
}

// splits are the heights at which a row is to be divided, none if it is one. Cells whose lines are not those of most span
// all of them.
func (t *ruledTable) splits(sheet *pdfSheet, r int) []float64 {
	const most, fewest = 18, 3 // characters of a line; cells
	type stack struct {
		cell         *ruledCell
		base, bottom []float64
		letters      int
	}
	var stacks []stack
	for i := range t.cells {
		c := &t.cells[i]
		if c.row != r || c.rowspan != 1 || len(c.inner) > 0 {
			continue
		}
		s := stack{cell: c}
		for _, l := range sheet.lines(c.glyphs) {
			if l.turn != 0 {
				return nil
			}
			s.letters += l.characters()
			if n := len(s.base); n > 0 && math.Abs(s.base[n-1]-l.base) <= 0.4*l.size {
				continue
			}
			s.base, s.bottom = append(s.base, l.base), append(s.bottom, l.box.Y1)
		}
		if len(s.base) > 0 {
			stacks = append(stacks, s)
		}
	}
	for _, model := range stacks {
		if len(model.base) < 2 {
			continue
		}
		same, letters, lines := 0, 0, 0
		for i := range stacks {
			if alike(stacks[i].base, model.base) {
				same++
				letters += stacks[i].letters
				lines += len(stacks[i].base)
			}
		}
		if same < fewest || same*10 < len(stacks)*6 || letters > most*lines {
			continue
		}
		for i := range stacks {
			stacks[i].cell.spans = !alike(stacks[i].base, model.base)
		}
		return model.bottom[:len(model.bottom)-1]
	}
	return nil
}

// alike reports whether lines of two cells are on one height each.
func alike(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Abs(x-y) <= 3 })
}

// divide makes several rows of one.
func (t *ruledTable) divide(r int, at []float64) {
	more := len(at)
	var cells []ruledCell
	for _, c := range t.cells {
		switch {
		case c.row > r:
			c.row += more
		case c.row < r && c.row+c.rowspan > r, c.row == r && (c.rowspan > 1 || len(c.inner) > 0 || c.spans):
			c.rowspan += more
		case c.row == r:
			cells = append(cells, c.parts(at)...)
			continue
		}
		cells = append(cells, c)
	}
	slices.SortStableFunc(cells, func(a, b ruledCell) int { return cmp.Or(a.row-b.row, a.col-b.col) })
	t.cells = cells
	t.ys = slices.Insert(t.ys, r+1, at...)
}

// parts are a cell's, divided at heights.
func (c *ruledCell) parts(at []float64) []ruledCell {
	out := make([]ruledCell, len(at)+1)
	top := c.box.Y0
	for i := range out {
		out[i] = *c
		out[i].row += i
		out[i].glyphs = nil
		out[i].box.Y0 = top
		if i < len(at) {
			out[i].box.Y1, top = at[i], at[i]
		}
	}
	for _, g := range c.glyphs {
		y := (g.y0 + g.y1) / 2
		if blank(g.r) {
			y = g.y - 1
		}
		i := 0
		for i < len(at) && y > at[i] {
			i++
		}
		out[i].glyphs = append(out[i].glyphs, g)
	}
	return out
}
