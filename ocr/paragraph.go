package ocr

import (
	"math"
	"regexp"
	"slices"

	"exaone/document"
)

// leading is how far it usually is from one line of a column to the next, 0 if that cannot be said.
func leading(rows [][]piece) float64 {
	var steps []int
	for i := 1; i < len(rows); i++ {
		a, b := rows[i-1][0], rows[i][0]
		if a.table == nil && b.table == nil && alike(a.segment.size, b.segment.size) {
			steps = append(steps, middleOf(bounds(rows[i]))-middleOf(bounds(rows[i-1])))
		}
	}
	if len(steps) == 0 {
		return 0
	}
	slices.Sort(steps)
	return float64(steps[len(steps)/3]) // the lines within paragraphs are the closer ones
}

func middleOf(b box) int { return (b.y0 + b.y1) / 2 }

// alike reports whether characters are of about one size.
func alike(a, b float64) bool { return math.Abs(a-b) < 0.25*max(a, b) }

// marker begins an item of a list, a heading or an article.
var marker = regexp.MustCompile(`^([\x{2460}-\x{2473}]|[-–·•◦○●□■◇◆▪※*]|\(?[0-9]{1,3}[.)]|\(?[가-하][.)]|제 ?[0-9]+ ?[조장절관항])`)

// goesOn reports whether a row goes on with the paragraph of the one before: it is of the same size and no farther away than
// lines usually are, that one reaches the right edge of the column, and this one begins neither further in nor with a mark.
func goesOn(a, b []piece, edge box, leading float64, first bool) bool {
	if b[0].table != nil || leading == 0 {
		return false
	}
	s, t := bounds(a), bounds(b)
	size := max(a[0].segment.size, b[0].segment.size)
	if !alike(a[0].segment.size, b[0].segment.size) || broken(a, size) || broken(b, size) {
		return false
	}
	step := float64(middleOf(t) - middleOf(s))
	if step > 1.2*leading+0.1*size || step > 2.6*size || float64(edge.x1-s.x1) > 2*size {
		return false
	}
	before, _ := a[0].segment.text()
	after, _ := b[0].segment.text()
	hanging := first && marker.MatchString(before)
	return !marker.MatchString(after) && (hanging || float64(t.x0-s.x0) < 0.8*size)
}

// broken reports whether a row has gaps that are no spaces.
func broken(row []piece, size float64) bool {
	for i := 1; i < len(row); i++ {
		if float64(row[i].x0-row[i-1].x1) > 2.5*size {
			return true
		}
	}
	return false
}

// aligned is how many rows at the beginning make a table without rules: at least three of at least two entries each, which
// stand below each other. 0 if they make none.
func aligned(rows [][]piece, em float64) int {
	n := 0
	for n < len(rows) && len(rows[n]) > 1 && (n == 0 || float64(bounds(rows[n]).y0-bounds(rows[n-1]).y1) < 3*em) {
		n++
	}
	for ; n >= 3; n-- {
		if columns := stacks(rows[:n], em); len(columns) > 1 && fits(rows[:n], columns) {
			return n
		}
	}
	return 0
}

// stacks are the stretches from left to right in which entries stand below each other.
func stacks(rows [][]piece, em float64) []gap {
	var all []gap
	for _, row := range rows {
		for _, p := range row {
			all = append(all, gap{p.x0, p.x1})
		}
	}
	slices.SortFunc(all, func(a, b gap) int { return a.x0 - b.x0 })
	var out []gap
	for _, g := range all {
		if n := len(out) - 1; n >= 0 && float64(g.x0) < float64(out[n].x1)+0.3*em {
			out[n].x1 = max(out[n].x1, g.x1)
		} else {
			out = append(out, g)
		}
	}
	return out
}

// column is the stretch in which an entry stands.
func column(columns []gap, p piece) int {
	return slices.IndexFunc(columns, func(g gap) bool { return p.x0 >= g.x0 && p.x1 <= g.x1 })
}

// fits reports whether the entries of each row stand in different columns, and most columns are filled.
func fits(rows [][]piece, columns []gap) bool {
	entries := 0
	for _, row := range rows {
		last := -1
		for _, p := range row {
			c := column(columns, p)
			if c <= last {
				return false
			}
			last = c
			entries++
		}
	}
	return 3*entries >= 2*len(rows)*len(columns)
}

// listing makes a table of rows that are aligned.
func (c *composer) listing(rows [][]piece) document.Block {
	columns := stacks(rows, c.page.em)
	g := &document.Grid{Rows: len(rows), Cols: len(columns)}
	edge := bounds(rows[0])
	for r, row := range rows {
		edge = edge.with(bounds(row))
		for i := range columns {
			cell := document.Cell{Row: r, Col: i}
			for _, p := range row {
				if column(columns, p) == i {
					b := c.paragraph([][]piece{{p}})
					cell.Text, cell.Lines = b.Text, b.Lines
				}
			}
			g.Cells = append(g.Cells, cell)
		}
	}
	rect := c.rect(edge)
	return document.Block{Kind: document.Table, Place: document.Place{Page: c.number, Rect: &rect}, Grid: g}
}
