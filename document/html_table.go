package document

import "strconv"

// htmlTable is a table that is being read.
type htmlTable struct {
	grid     Grid
	row      int   // the one that is open, -1 before the first
	col      int   // where the next cell goes, unless one from above is there
	until    []int // of each column: the first row that a cell from above does not reach
	headings bool  // all rows so far are headings
	header   bool  // in <thead>
	inRow    int   // cells in this row

	hiddenPart, hiddenRow bool
}

const (
	mostSpan = 1000  // columns of a cell: HTML's own limit
	mostCols = 16384 // of a table
)

// openTable begins a table.
func (r *htmlReader) openTable() *htmlContainer {
	c := r.contain(Block{}, false)
	c.table = &htmlTable{row: -1, headings: true}
	r.tables++
	return c
}

// htmlTablePart are the elements of which a table consists.
var htmlTablePart = wordSet("caption thead tbody tfoot tr td th")

// inTable reads a part of the innermost table; it returns the container of a cell.
func (r *htmlReader) inTable(name string, attrs attributes, hidden bool) *htmlContainer {
	t := r.in.table
	switch name {
	case "caption":
		return r.contain(Block{Kind: Caption, Hidden: hidden}, false)
	case "thead", "tbody", "tfoot":
		t.header, t.hiddenPart, t.hiddenRow = name == "thead", hidden, false
	case "tr":
		t.endRow()
		t.row++
		t.col, t.inRow, t.hiddenRow = 0, 0, hidden
	case "td", "th":
		if t.row < 0 {
			t.row = 0
		}
		cell := t.cell(attrs)
		if name == "td" && !t.header {
			t.headings = false
		}
		c := r.contain(Block{}, false)
		c.cell = cell
		if (hidden || t.hiddenRow || t.hiddenPart) && !r.isHidden() {
			c.block = Block{Kind: Hidden, Hidden: true}
		}
		return c
	}
	return nil
}

// cell places a cell.
func (t *htmlTable) cell(attrs attributes) *Cell {
	for t.col < len(t.until) && t.until[t.col] > t.row {
		t.col++
	}
	span := func(name string, most int) int {
		n, err := strconv.Atoi(attrs[name])
		if err != nil || n < 1 {
			return 1
		}
		return min(n, most)
	}
	c := &Cell{Row: t.row, Col: t.col, Colspan: span("colspan", mostSpan), Rowspan: span("rowspan", 65534)}
	if attrs["rowspan"] == "0" {
		c.Rowspan = 65534 // to the end
	}
	if c.Col+c.Colspan > mostCols {
		c.Colspan = 1
	}
	for i := c.Col; i < c.Col+c.Colspan; i++ {
		if i >= len(t.until) {
			t.until = append(t.until, 0)
		}
		t.until[i] = max(t.until[i], t.row+c.Rowspan)
	}
	t.col = c.Col + c.Colspan
	t.inRow++
	return c
}

// put adds a cell that is whole.
func (t *htmlTable) put(c *Cell, blocks []Block) {
	if text, ok := onlyText(blocks); ok {
		c.Text = text
	} else {
		c.Blocks = blocks
	}
	t.grid.Cells = append(t.grid.Cells, *c)
	t.grid.Cols = max(t.grid.Cols, c.Col+c.Colspan)
}

// endRow counts the rows of headings at the top.
func (t *htmlTable) endRow() {
	if t.row >= 0 && t.inRow > 0 && t.headings && t.grid.Headers == t.row {
		t.grid.Headers = t.row + 1
	}
}

// end returns the table, if it has cells. What reaches below its last row is cut.
func (t *htmlTable) end() (Block, bool) {
	t.endRow()
	if len(t.grid.Cells) == 0 {
		return Block{}, false
	}
	t.grid.Rows = t.row + 1
	for i := range t.grid.Cells {
		c := &t.grid.Cells[i]
		c.Rowspan = min(c.Rowspan, t.grid.Rows-c.Row)
		if c.Rowspan == 1 {
			c.Rowspan = 0
		}
		if c.Colspan == 1 {
			c.Colspan = 0
		}
	}
	if t.grid.Headers == t.grid.Rows {
		t.grid.Headers = 0 // a table of nothing but headings has none
	}
	return Block{Kind: Table, Grid: &t.grid}, true
}
