package document

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
)

// The size of a sheet: 1,048,576 rows of 16,384 columns.
const (
	xlsxRows = 1 << 20
	xlsxCols = 1 << 14
)

// xlsxSheet is a sheet that is being read.
type xlsxSheet struct {
	*xlsxReader
	number int
	entry  xlsxEntry
	rels   relations
	grid   Grid

	row, col  int // of the cell that was read last
	unordered bool
	text      int64
	v, f      []byte // of the cell that is being read
	shared    map[string]xlsxFormula
	merges    []xlsxArea
	links     map[xlsxAt]string
	margins   []Block // headers and footers

	frozen int // rows that do not scroll
	filter int // rows down to the one with filters
	first  int // the first row with a number, -1
}

type xlsxAt struct{ row, col int }

// xlsxArea is a range of cells, its last row and column in it.
type xlsxArea struct{ row, col, toRow, toCol int }

// readSheet reads a sheet and what is on it.
func (r *xlsxReader) readSheet(number int, entry xlsxEntry) error {
	to := r.rels[entry.id]
	if to.target == "" || to.out {
		r.b.gap(Gap{What: GapPage, Page: number, Where: entry.name, Why: fmt.Sprintf("no part of the file is its sheet: %q", entry.id)})
		return nil
	}
	s := &xlsxSheet{xlsxReader: r, number: number, entry: entry, rels: r.relations(to.target), row: -1, col: -1, first: -1,
		shared: map[string]xlsxFormula{}, links: map[xlsxAt]string{}}
	known := r.missed[to.target]
	err := r.scan(to.target, s.element)
	if r.missed[to.target] && !known {
		where := entry.name
		if s.row >= 0 {
			where += "!" + cellName(s.row, max(s.col, 0))
		}
		r.b.gap(Gap{What: GapPage, Page: number, Where: where, Why: "what follows could not be read"})
	}
	if kept := s.finish(); err == nil {
		err = kept
	}
	return err
}

// element reads an element of a sheet's part.
func (s *xlsxSheet) element(x *xmlScanner) error {
	switch local(x.name) {
	case "sheetData":
		size := len(x.data) - x.pos // a cell takes about so many bytes
		s.grid.Cells = make([]Cell, 0, max(min(size/40, s.b.limits.Blocks-s.b.blocks), 0))
		return s.data(x)
	case "pane":
		if state := x.attr("state"); state == "frozen" || state == "frozenSplit" {
			s.frozen = x.num("ySplit")
		}
	case "col":
		if onOffOf(firstOf(x.attr("hidden"), "0")) {
			from, to := x.num("min")-1, x.num("max")-1
			if from >= 0 && to >= from && to < xlsxCols {
				s.grid.HiddenCols = hideRun(s.grid.HiddenCols, from, to)
			}
		}
	case "autoFilter":
		if a, ok := areaOf(x.attr("ref")); ok {
			s.filter = a.row + 1
		}
	case "mergeCell":
		if a, ok := areaOf(x.attr("ref")); ok && len(s.merges) < s.b.limits.Blocks {
			s.merges = append(s.merges, a)
		}
	case "hyperlink":
		if a, ok := areaOf(x.attr("ref")); ok {
			s.links[xlsxAt{a.row, a.col}] = clean(firstOf(s.rels[x.attr("r:id")].target, x.attr("location")))
		}
	case "oddHeader", "evenHeader", "firstHeader":
		return s.margin(x, Header)
	case "oddFooter", "evenFooter", "firstFooter":
		return s.margin(x, Footer)
	}
	return nil
}

// data reads the rows.
func (s *xlsxSheet) data(x *xmlScanner) error {
	return x.inside(func(x *xmlScanner) error {
		switch local(x.name) {
		case "row":
			n := x.num("r") - 1
			if n < 0 || n >= xlsxRows {
				n = s.row + 1
			}
			s.unordered = s.unordered || n <= s.row
			s.row, s.col = n, -1
			if onOffOf(firstOf(x.attr("hidden"), "0")) {
				s.grid.HiddenRows = hideRun(s.grid.HiddenRows, n, n)
			}
			if n&1023 == 0 && s.b.ctx.Err() != nil {
				return s.b.ctx.Err()
			}
		case "c":
			return s.cell(x)
		}
		return nil
	})
}

// hideRun adds a run of rows or columns; it goes on with the one before if it follows it.
func hideRun(runs [][2]int, from, to int) [][2]int {
	if n := len(runs); n > 0 && runs[n-1][1]+1 == from {
		runs[n-1][1] = to
		return runs
	}
	return append(runs, [2]int{from, to})
}

// finish adds what was read of the sheet, whole or not.
func (s *xlsxSheet) finish() error {
	notes, err := s.comments()
	if err != nil {
		return err
	}
	s.order()
	s.merge()
	s.annotate(notes)
	g := &s.grid
	for i := range g.Cells {
		c := &g.Cells[i]
		g.Rows, g.Cols = max(g.Rows, c.Row+max(c.Rowspan, 1)), max(g.Cols, c.Col+max(c.Colspan, 1))
	}
	g.HiddenRows, g.HiddenCols = within(g.HiddenRows, g.Rows), within(g.HiddenCols, g.Cols)
	if err := s.readTables(); err != nil {
		return err
	}
	g.Headers = s.headers()
	var blocks []Block
	if len(g.Cells) > 0 {
		blocks = append(blocks, Block{Kind: Table, Grid: g})
	}
	drawn, err := s.drawings()
	blocks = append(append(blocks, drawn...), s.margins...)
	if s.entry.hidden {
		hide(blocks)
	}
	if over := s.b.add(blocks...); over != nil {
		return over
	}
	return err
}

// within cuts runs to what there is.
func within(runs [][2]int, n int) [][2]int {
	var kept [][2]int
	for _, r := range runs {
		if r[0] < n {
			kept = append(kept, [2]int{r[0], min(r[1], n-1)})
		}
	}
	return kept
}

func byPlace(a, b Cell) int { return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Col, b.Col)) }

// order sorts the cells if they were not; a cell that is there twice stays once.
func (s *xlsxSheet) order() {
	if !s.unordered {
		return
	}
	slices.SortStableFunc(s.grid.Cells, byPlace)
	s.grid.Cells = slices.CompactFunc(s.grid.Cells, func(a, b Cell) bool {
		twice := a.Row == b.Row && a.Col == b.Col
		if twice {
			s.b.gap(Gap{What: GapCell, Page: s.number, Where: s.entry.name + "!" + cellName(a.Row, a.Col), Why: "the cell is there twice"})
		}
		return twice
	})
}

// find returns the cell at a place, nil if nothing is there.
func (s *xlsxSheet) find(at xlsxAt) *Cell {
	i, ok := slices.BinarySearchFunc(s.grid.Cells, Cell{Row: at.row, Col: at.col}, byPlace)
	if !ok {
		return nil
	}
	return &s.grid.Cells[i]
}

// merge gives merged cells their spans.
func (s *xlsxSheet) merge() {
	for _, m := range s.merges {
		if c := s.find(xlsxAt{m.row, m.col}); c != nil {
			c.Rowspan, c.Colspan = m.toRow-m.row+1, m.toCol-m.col+1
			if c.Rowspan == 1 {
				c.Rowspan = 0
			}
			if c.Colspan == 1 {
				c.Colspan = 0
			}
		}
	}
}

// headers guesses how many rows at the top are headings: those that do not scroll, those down to the filters, or those
// above the first number.
func (s *xlsxSheet) headers() int {
	const most = 10
	for _, n := range []int{s.frozen, s.filter, s.first} {
		if n > 0 && n <= most && n < s.grid.Rows {
			return n
		}
	}
	return 0
}

// readTables reads where the tables on the sheet have their headings.
func (s *xlsxSheet) readTables() error {
	for _, id := range s.rels.ids() {
		if r := s.rels[id]; r.kind == "table" && s.filter == 0 {
			err := s.scan(r.target, func(x *xmlScanner) error {
				if a, ok := areaOf(x.attr("ref")); ok && local(x.name) == "table" && x.attr("headerRowCount") != "0" {
					s.filter = a.row + 1
				}
				return io.EOF // of what matters
			})
			if err != nil && !errors.Is(err, io.EOF) {
				return err
			}
		}
	}
	return nil
}

// areaOf reads a range of cells, or one cell: "A1:C3".
func areaOf(ref string) (a xlsxArea, ok bool) {
	a.row, a.col, ref = cellAt(ref)
	if a.row < 0 || a.col < 0 {
		return a, false
	}
	a.toRow, a.toCol = a.row, a.col
	if ref == "" {
		return a, true
	}
	if ref[0] != ':' {
		return a, false
	}
	a.toRow, a.toCol, ref = cellAt(ref[1:])
	return a, ref == "" && a.toRow >= a.row && a.toCol >= a.col
}

// cellAt reads a cell's name at the beginning of a text, and returns what follows; -1 if there is none.
func cellAt[T string | []byte](ref T) (row, col int, rest T) {
	i := 0
	for ; i < len(ref) && i < 4 && (ref[i]|0x20) >= 'a' && (ref[i]|0x20) <= 'z' && ref[i] >= 'A'; i++ {
		col = col*26 + int(ref[i]|0x20-'a') + 1
	}
	letters := i
	for ; i < len(ref) && i < letters+8 && ref[i] >= '0' && ref[i] <= '9'; i++ {
		row = row*10 + int(ref[i]-'0')
	}
	if row--; row >= xlsxRows {
		row = -1
	}
	if col--; col >= xlsxCols {
		col = -1
	}
	return row, col, ref[i:]
}
