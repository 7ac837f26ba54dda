package document

import (
	"math"
	"slices"
	"strings"
)

// A table without rules is rows of short texts that begin or end below each other.

// rows puts lines that follow each other on one height into rows.
func rows(lines []*pdfLine) [][]*pdfLine {
	var out [][]*pdfLine
	for _, l := range lines {
		if n := len(out); n > 0 {
			m := out[n-1][len(out[n-1])-1]
			if m.turn == l.turn && math.Abs(m.base-l.base) <= 0.3*max(m.size, l.size) && l.box.X0 >= m.box.X1-0.3*l.size {
				out[n-1] = append(out[n-1], l)
				continue
			}
		}
		out = append(out, []*pdfLine{l})
	}
	return out
}

const mostRows = 1000 // of a table by its places

// alignedTable is a table by its places: begin and end are rows.
type alignedTable struct {
	begin, end int
	columns    [][2]float64
}

// aligned finds tables among rows. What it finds has three rows and two columns at least, of texts as short as cells are.
func aligned(all [][]*pdfLine) []alignedTable {
	var out []alignedTable
	for begin := 0; begin < len(all); begin++ {
		if len(all[begin]) < 2 {
			continue
		}
		t := alignedTable{begin: begin, end: begin + 1, columns: spansOf(all[begin])}
		for t.end < len(all) && t.end-begin < mostRows && t.takes(all[t.end-1], all[t.end]) {
			t.end++
		}
		if t.whole(all) {
			out = append(out, t)
			begin = t.end - 1
		}
	}
	return out
}

func spansOf(row []*pdfLine) [][2]float64 {
	var out [][2]float64
	for _, l := range row {
		out = append(out, [2]float64{l.box.X0, l.box.X1})
	}
	return out
}

// takes adds a row to the table if its texts stand in its columns.
func (t *alignedTable) takes(above, row []*pdfLine) bool {
	a, b := above[0], row[0]
	size := max(a.size, b.size)
	if a.turn != b.turn || b.base-a.base < 0.5*size || b.base-a.base > 3*size || math.Abs(a.size-b.size) > 0.25*size {
		return false
	}
	return len(row) >= 2 && t.widen(row)
}

// widen makes the columns as wide as a row is, or adds some; false if a text of it is in two of them.
func (t *alignedTable) widen(row []*pdfLine) bool {
	columns := slices.Clone(t.columns)
	for _, l := range row {
		hit := -1
		for i, c := range columns {
			if l.box.X0 < c[1] && l.box.X1 > c[0] {
				if hit >= 0 {
					return false
				}
				hit = i
			}
		}
		if hit < 0 {
			columns = append(columns, [2]float64{l.box.X0, l.box.X1})
			continue
		}
		columns[hit] = [2]float64{min(columns[hit][0], l.box.X0), max(columns[hit][1], l.box.X1)}
	}
	slices.SortFunc(columns, func(a, b [2]float64) int { return compareFloats(a[0], b[0]) })
	for i := 1; i < len(columns); i++ {
		if columns[i][0] < columns[i-1][1]+0.5*row[0].size {
			return false
		}
	}
	t.columns = columns
	return true
}

// whole reports whether rows are enough of a table, and no text in columns.
func (t *alignedTable) whole(all [][]*pdfLine) bool {
	n, characters, cells := t.end-t.begin, 0, 0
	for _, row := range all[t.begin:t.end] {
		for _, l := range row {
			characters += l.characters()
			cells++
		}
	}
	return n >= 3 && len(t.columns) >= 2 && len(t.columns) <= 30 && characters <= 22*cells && cells*10 >= n*len(t.columns)*6 &&
		!t.leads(all)
}

// wovenColumns finds columns of text that a file has line by line, and puts their lines one column after the other.
func wovenColumns(all [][]*pdfLine) [][]*pdfLine {
	const fewest = 3
	for begin := 0; begin < len(all); begin++ {
		if len(all[begin]) < 2 {
			continue
		}
		t := alignedTable{begin: begin, end: begin + 1, columns: spansOf(all[begin])}
		for t.end < len(all) && t.end-begin < mostRows && t.fits(all[t.end-1], all[t.end]) {
			t.end++
		}
		full, characters, lines := 0, 0, 0
		for _, row := range all[begin:t.end] {
			if len(row) > 1 {
				full++
			}
			for _, l := range row {
				characters += l.characters()
				lines++
			}
		}
		if full < fewest || len(t.columns) > 4 || characters < 20*lines {
			continue
		}
		var apart [][]*pdfLine
		for _, c := range t.columns {
			for _, row := range all[begin:t.end] {
				for _, l := range row {
					if l.box.X0 < c[1] && l.box.X1 > c[0] {
						apart = append(apart, []*pdfLine{l})
					}
				}
			}
		}
		if len(apart) == lines {
			all = slices.Concat(all[:begin], apart, all[t.end:])
			begin += lines - 1
		}
	}
	return all
}

// fits is takes for columns of text: a row may have a line in one of them only.
func (t *alignedTable) fits(above, row []*pdfLine) bool {
	a, b := above[0], row[0]
	size := max(a.size, b.size)
	if a.turn != b.turn || b.base-a.base < 0.3*size || b.base-a.base > 3.5*size {
		return false
	}
	return t.widen(row)
}

// leads reports whether rows are those of a table of contents, or numbers before text: a first or last column of marks.
func (t *alignedTable) leads(all [][]*pdfLine) bool {
	if len(t.columns) != 2 {
		return false
	}
	marks := 0
	for _, row := range all[t.begin:t.end] {
		first := row[0].text()
		if marker.MatchString(first+" ") && len([]rune(first)) <= 4 || strings.HasSuffix(strings.TrimRight(first, " "), "...") {
			marks++
		}
	}
	return marks*2 > t.end-t.begin
}

// grid makes a table of its rows.
func (p *pdfPage) alignedGrid(sheet *pdfSheet, t alignedTable, all [][]*pdfLine) Block {
	g := &Grid{Rows: t.end - t.begin, Cols: len(t.columns)}
	var box Rect
	for r, row := range all[t.begin:t.end] {
		cells := make([]pdfParagraph, len(t.columns))
		for _, l := range row {
			if box == (Rect{}) {
				box = l.box
			}
			box = box.with(l.box)
			for c, span := range t.columns {
				if l.box.X0 < span[1] && l.box.X1 > span[0] {
					cells[c].add(l)
					break
				}
			}
		}
		for c := range cells {
			cell := Cell{Row: r, Col: c}
			if len(cells[c].lines) > 0 {
				b, _ := p.block(sheet, &cells[c], Paragraph)
				cell.Text, cell.Lines = b.Text, b.Lines
			}
			g.Cells = append(g.Cells, cell)
		}
	}
	b := Block{Kind: Table, Grid: g}
	b.Page = p.number
	at := sheet.back(box, all[t.begin][0].turn).rounded()
	b.Rect = &at
	return b
}
