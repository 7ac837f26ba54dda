package document

import (
	"context"
	"math"
	"strings"
)

// TablePart is a table that stands in a rectangle of a page, or those of its rows and columns that do.
type TablePart struct {
	Rows    [][]string // all of one length; a merged cell is there once, at its top left
	Headers int        // rows at the top that are headings; 0 is not known
	Texts   []int      // numbers of the texts of the cells, in order
}

// MostPlaces is how many cells, empty ones too, the tables that are taken out of pages for one answer may have together.
const MostPlaces = 1 << 16

// TablesWithin are the tables of a page that a rectangle is about: it has most of one, or most of its words are of one. Of a
// table that is not all in it, those rows and columns are told of which a cell is. A cell of which something is in it is told
// whole. room is how many cells there may still be, empty ones too, and is less by those of the tables; a table for which there
// is no room is left out. The error is ctx's.
func (d *Document) TablesWithin(ctx context.Context, page int, r Rect, room *int) ([]TablePart, error) {
	all := 0
	w := &inside{page: page, rect: r, of: map[*Grid]*tableInside{}}
	w.put = func(at seat, n int) {
		all += n
		if t := w.of[at.grid]; t != nil {
			t.letters += n
			if t.cells == nil {
				t.cells = map[[2]int]bool{}
			}
			t.cells[[2]int{at.row, at.col}] = true
		}
	}
	w.blocks(d.Blocks, false, nil)
	var out []TablePart
	var parts []*tableInside
	for _, t := range w.tables {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if len(t.cells) == 0 || len(t.cells) < 2 && len(t.block.Grid.Cells) > 1 {
			continue
		}
		most := t.block.Rect != nil && t.block.Page == page && w.covers(*t.block.Rect)
		if !most && 2*t.letters < all {
			continue
		}
		if part, ok := t.part(r, room); ok {
			out, parts = append(out, part), append(parts, t)
		}
	}
	d.textsOfCells(parts, out)
	return out, nil
}

// tableInside is a table of which something is in a rectangle: the row and column of each cell that is.
type tableInside struct {
	block                  *Block
	cells                  map[[2]int]bool
	letters                int
	row0, row1, col0, col1 int // of the part; row1 and col1 are the last ones
}

// part takes the part of a table out, and takes its cells from room; false if there is too little of it.
func (t *tableInside) part(r Rect, room *int) (TablePart, bool) {
	g := t.block.Grid
	t.row0, t.col0 = math.MaxInt, math.MaxInt
	for i := range g.Cells {
		if c := &g.Cells[i]; t.cells[[2]int{c.Row, c.Col}] {
			t.row0, t.row1 = min(t.row0, c.Row), max(t.row1, c.Row+max(c.Rowspan, 1)-1)
			t.col0, t.col1 = min(t.col0, c.Col), max(t.col1, c.Col+max(c.Colspan, 1)-1)
		}
	}
	if b := t.block.Rect; b != nil && whole(*b, r) {
		t.row0, t.row1, t.col0, t.col1 = 0, g.Rows-1, 0, g.Cols-1
	}
	t.row1, t.col1 = min(t.row1, g.Rows-1), min(t.col1, g.Cols-1)
	rows, cols := t.row1-t.row0+1, t.col1-t.col0+1
	if rows < 1 || cols < 1 || rows > *room/cols {
		return TablePart{}, false
	}
	*room -= rows * cols
	part := TablePart{Rows: make([][]string, rows), Headers: min(max(g.Headers-t.row0, 0), rows)}
	for i := range part.Rows {
		part.Rows[i] = make([]string, cols)
	}
	for i := range g.Cells {
		if c := &g.Cells[i]; t.has(c) {
			part.Rows[max(c.Row-t.row0, 0)][max(c.Col-t.col0, 0)] = strings.TrimSpace(c.plain())
		}
	}
	return part, true
}

// whole reports whether nearly all of a rectangle is in another.
func whole(r, in Rect) bool {
	wide, high := min(r.X1, in.X1)-max(r.X0, in.X0), min(r.Y1, in.Y1)-max(r.Y0, in.Y0)
	return wide > 0 && high > 0 && wide*high >= 0.95*(r.X1-r.X0)*(r.Y1-r.Y0)
}

// has reports whether something of a cell is in the part.
func (t *tableInside) has(c *Cell) bool {
	return c.Row <= t.row1 && c.Row+max(c.Rowspan, 1) > t.row0 && c.Col <= t.col1 && c.Col+max(c.Colspan, 1) > t.col0
}

// plain is what a reader sees of a cell.
func (c *Cell) plain() string {
	if len(c.Blocks) == 0 {
		return c.Text
	}
	var parts []string
	Walk(c.Blocks, func(b *Block) bool {
		if b.Hidden || b.Kind == Hidden || b.Kind == Deleted {
			return false
		}
		if text := strings.TrimSpace(b.Marker + " " + shownOf(b.Text, b.Marks)); text != "" && !hidesAll(b.Text, b.Marks) {
			parts = append(parts, text)
		}
		if b.Grid != nil {
			for i := range b.Grid.Cells {
				if inner := &b.Grid.Cells[i]; len(inner.Blocks) == 0 && inner.Text != "" {
					parts = append(parts, inner.Text)
				}
			}
		}
		return true
	})
	return strings.Join(parts, "\n")
}

// textsOfCells fills in the numbers of the texts of the cells of some parts of tables.
func (d *Document) textsOfCells(tables []*tableInside, parts []TablePart) {
	if len(tables) == 0 {
		return
	}
	blocks, cells := map[*Block]int{}, map[*Cell]int{} // which part they are of
	for n, t := range tables {
		for i := range t.block.Grid.Cells {
			c := &t.block.Grid.Cells[i]
			if !t.has(c) {
				continue
			}
			cells[c] = n
			Walk(c.Blocks, func(b *Block) bool {
				blocks[b] = n
				if b.Grid != nil {
					for i := range b.Grid.Cells {
						cells[&b.Grid.Cells[i]] = n
					}
				}
				return true
			})
		}
	}
	for number, one := range d.Texts() {
		n, ok := cells[one.Cell]
		if one.Cell == nil {
			n, ok = blocks[one.Block]
		}
		if ok {
			parts[n].Texts = append(parts[n].Texts, number)
		}
	}
}
