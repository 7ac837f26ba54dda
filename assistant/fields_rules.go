package assistant

import (
	"regexp"
	"slices"
	"strings"

	"exaone/document"
)

// entry is a row of a table that was collected: its cells in the order of the columns, and the passage that has them.
type entry struct {
	Cells   []string `json:"cells"`
	Passage int      `json:"passage"`
	Others  []int    `json:"others,omitempty"` // passages that have some of its cells
}

// from notes that passages have a cell of the row.
func (e *entry) from(passages ...int) {
	for _, p := range passages {
		switch {
		case p == e.Passage || slices.Contains(e.Others, p):
		case e.Passage < 0:
			e.Passage = p
		default:
			e.Others = append(e.Others, p)
		}
	}
}

// Bounds of what is collected.
const (
	mostEntries = 10_000
	mostHeads   = 5   // rows at the top of a table that may be its heading
	mostAcross  = 256 // columns of a table that are looked at
)

// collected are the rows that rules find in a book.
type collected struct {
	b        *book
	columns  []string
	at       map[int][]int // the passages that have each text: several, if it is long
	numbers  map[any]int   // of a *document.Block or a *document.Cell
	fromGrid []entry
	fromText []entry
	used     map[int]bool // passages whose rows are in it
	more     int          // rows beyond mostEntries
}

// collect takes what existing tables and lists of labels have under the columns.
func (b *book) collect(columns []string) *collected {
	c := &collected{b: b, columns: columns, at: map[int][]int{}, numbers: map[any]int{}, used: map[int]bool{}}
	had := map[int]int{} // bytes of each text that passages before have
	for i, p := range b.passages {
		if p.Hidden {
			continue
		}
		for _, s := range p.Spans {
			end := s.From + s.End - s.Start
			if end <= had[s.Text] { // a heading, or a cell of rows before, again
				continue
			}
			if had[s.Text] = end; !slices.Contains(c.at[s.Text], i) {
				c.at[s.Text] = append(c.at[s.Text], i)
			}
		}
	}
	for n, t := range b.doc.Texts() {
		if t.Cell != nil {
			c.numbers[t.Cell] = n
		} else {
			c.numbers[t.Block] = n
		}
	}
	for _, g := range b.doc.SeenGrids() {
		if !c.table(g.Grid) {
			c.form(g.Grid)
		}
	}
	c.labels()
	return c
}

// enough is how many of the columns a table or a list must have to be what was meant.
func (c *collected) enough() int { return max(2, (len(c.columns)+1)/2) }

// textOf is what a reader sees in a cell, and the passages that have it.
func (c *collected) textOf(cell *document.Cell) (text string, passages []int) {
	if cell == nil {
		return "", nil
	}
	var parts []string
	cell.Seen(func(text string, of any) {
		if text = strings.TrimSpace(text); text == "" {
			return
		}
		if of == any(cell) && cell.Shown != "" {
			text = strings.TrimSpace(cell.Shown)
		}
		parts = append(parts, text)
		if n, ok := c.numbers[of]; ok {
			for _, at := range c.at[n] {
				if !slices.Contains(passages, at) {
					passages = append(passages, at)
				}
			}
		}
	})
	return strings.Join(parts, "\n"), passages
}

// laid are the cells of a table by row and column, as far as it is looked at; a merged one is in each place that it covers.
func laid(g *document.Grid) [][]*document.Cell {
	var rows [][]*document.Cell
	for i := range g.Cells {
		cell := &g.Cells[i]
		if cell.Col >= mostAcross || cell.Row >= 4*mostEntries {
			continue
		}
		for r := cell.Row; r < min(cell.Row+max(cell.Rowspan, 1), 4*mostEntries); r++ {
			for len(rows) <= r {
				rows = append(rows, nil)
			}
			for col := cell.Col; col < min(cell.Col+max(cell.Colspan, 1), mostAcross); col++ {
				for len(rows[r]) <= col {
					rows[r] = append(rows[r], nil)
				}
				rows[r][col] = cell
			}
		}
	}
	return rows
}

// table takes the rows of a table whose heading has the columns, and reports whether it has.
func (c *collected) table(g *document.Grid) bool {
	rows := laid(g)
	best, head, at, heads := 0, -1, []int(nil), []string(nil)
	for r := range min(len(rows), mostHeads) {
		these := make([]string, len(rows[r]))
		for col, cell := range rows[r] {
			these[col], _ = c.textOf(cell)
		}
		if where, n := columnsAmong(c.columns, these); n > best {
			best, head, at, heads = n, r, where, these
		}
	}
	if best < c.enough() || len(rows) < head+2 {
		return false
	}
	for _, row := range rows[head+1:] { // names below names: not a heading, but a form
		for _, col := range at {
			if col >= 0 && col < len(row) {
				if text, _ := c.textOf(row[col]); row[col] != rows[head][col] && c.column(text) >= 0 && text != heads[col] {
					return false
				}
			}
		}
	}
	for _, row := range rows[head+1:] {
		one := entry{Cells: make([]string, len(c.columns)), Passage: -1}
		heading := true
		for i, col := range at {
			if col < 0 || col >= len(row) {
				continue
			}
			text, passages := c.textOf(row[col])
			heading = heading && text == heads[col]
			one.Cells[i] = text
			one.from(passages...)
		}
		if !heading {
			c.take(&c.fromGrid, one)
		}
	}
	return true
}

// form takes a table in which names stand beside what they are of, as one row.
func (c *collected) form(g *document.Grid) {
	one := entry{Cells: make([]string, len(c.columns)), Passage: -1}
	found := 0
	for _, row := range laid(g) {
		for col := 0; col+1 < len(row); col++ {
			name, _ := c.textOf(row[col])
			value, passages := c.textOf(row[col+1])
			i := c.column(name)
			if i < 0 || one.Cells[i] != "" || value == "" || row[col] == row[col+1] || c.column(value) >= 0 {
				continue
			}
			one.Cells[i] = value
			found++
			one.from(passages...)
		}
	}
	if found >= c.enough() {
		c.take(&c.fromGrid, one)
	}
}

// column is the column that a label names, -1 for none.
func (c *collected) column(label string) int {
	best := -1
	for i, name := range c.columns {
		if n := alikeColumns(name, label); n >= 2 && (best < 0 || n == 3) {
			best = i
		}
	}
	return best
}

// labelled matches a line that names what it has: 성명: 김철수.
var labelled = regexp.MustCompile(`^[\s○◦●•·□■▪\-*]*(?:[가-하\d]{1,2}[.)]\s*)?([^:：|]{1,20}?)\s*[:：]\s*(.+)$`)

// labels takes lines that name what they have; where a name comes again, another row begins.
func (c *collected) labels() {
	one, found, last := entry{Cells: make([]string, len(c.columns)), Passage: -1}, 0, 0
	done := func() {
		if found >= c.enough() {
			c.take(&c.fromText, one)
		}
		one, found = entry{Cells: make([]string, len(c.columns)), Passage: -1}, 0
	}
	for n, l := range c.b.clauses() {
		m := labelled.FindStringSubmatch(l.text)
		if m == nil {
			continue
		}
		i := c.column(m[1])
		if i < 0 {
			continue
		}
		const apart = 12 // lines between two of one row
		if one.Cells[i] != "" || found > 0 && n-last > apart {
			done()
		}
		one.Cells[i], last = strings.TrimSpace(m[2]), n
		found++
		for _, at := range l.places {
			one.from(at.passage)
		}
	}
	done()
}

// take adds a row that has anything in it.
func (c *collected) take(to *[]entry, one entry) {
	if one.Passage < 0 || !slices.ContainsFunc(one.Cells, func(s string) bool { return s != "" }) {
		return
	}
	if len(c.fromGrid)+len(c.fromText) >= mostEntries {
		c.more++
		return
	}
	c.used[one.Passage] = true
	*to = append(*to, one)
}
