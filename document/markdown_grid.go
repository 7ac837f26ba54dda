package document

import (
	"fmt"
	stdhtml "html"
	"slices"
	"strings"
)

// mostHTML is how many cells a table may have that is written as HTML although it is a sheet: of larger ones merged cells
// are not worth as much as that anyone can read the rest.
const mostHTML = 4000

// grid writes a table.
func (w *markdownWriter) grid(g *Grid) {
	if len(g.Cells) == 0 {
		return
	}
	plain := true
	for i := range g.Cells {
		c := &g.Cells[i]
		plain = plain && c.Rowspan <= 1 && c.Colspan <= 1 && isSimple(c.Blocks)
	}
	if plain || w.doc.Unit == Sheet && len(g.Cells) > mostHTML {
		w.rows(g)
		return
	}
	w.gap()
	w.lines("", w.html(g))
}

// isSimple reports whether blocks are paragraphs, one of them or a few, in which nothing hangs that is not of a line.
func isSimple(blocks []Block) bool {
	for i := range blocks {
		b := &blocks[i]
		if b.Kind != Paragraph || slices.ContainsFunc(b.Blocks, func(b Block) bool { return !isInline(&b) }) {
			return false
		}
	}
	return true
}

// rows writes a table in GitHub's way: rows and columns that have something in them, the first row as headings if it is.
func (w *markdownWriter) rows(g *Grid) {
	column := map[int]int{} // of the grid → of the table
	for i := range g.Cells {
		column[g.Cells[i].Col] = 0
	}
	order := make([]int, 0, len(column))
	for col := range column {
		order = append(order, col)
	}
	slices.Sort(order)
	for i, col := range order {
		column[col] = i
	}
	w.gap()
	divider := "|" + strings.Repeat(" --- |", len(order))
	if g.Headers == 0 {
		w.lines("", "|"+strings.Repeat("   |", len(order)))
		w.lines("", divider)
	}
	rows := 0
	for i := range g.Cells {
		if i == 0 || g.Cells[i].Row != g.Cells[i-1].Row {
			rows++
		}
	}
	sparse := rows*len(order) > mostBlank
	written := 0
	for i := 0; i < len(g.Cells); {
		end := i
		for end < len(g.Cells) && g.Cells[end].Row == g.Cells[i].Row {
			end++
		}
		w.row(g.Cells[i:end], column, sparse)
		if written++; written == 1 && g.Headers > 0 {
			w.lines("", divider)
		}
		i = end
	}
}

// mostBlank is how many cells a table may have with those that are not there: a sheet that has one in each of a million
// rows and in each of 16,384 columns would fill a disk. Of a larger one the cells of a row follow each other.
const mostBlank = 16 << 20

// row writes the cells of a row, each in its column; sparse ones one after the other.
func (w *markdownWriter) row(cells []Cell, column map[int]int, sparse bool) {
	var line strings.Builder
	line.WriteByte('|')
	at := 0
	for i := range cells {
		c := &cells[i]
		if gap := column[c.Col] - at; gap > 0 && !sparse {
			line.WriteString(strings.Repeat("   |", gap))
		}
		at = column[c.Col] + 1
		line.WriteString(" " + strings.ReplaceAll(strings.ReplaceAll(w.cellLine(c), "|", `\|`), "\n", "<br>") + " |")
	}
	if !sparse {
		line.WriteString(strings.Repeat("   |", max(len(column)-at, 0)))
	}
	w.out.WriteString(w.quote + line.String() + "\n")
}

// cellLine is what a cell says, its paragraphs divided by line breaks, what is hidden of it in comments; of a sheet's cell, as it looks.
func (w *markdownWriter) cellLine(c *Cell) string {
	if len(c.Blocks) == 0 {
		return escaped(strings.TrimSpace(firstOf(c.Shown, c.Text)))
	}
	var lines []string
	for i := range c.Blocks {
		b := &c.Blocks[i]
		if !b.Hidden && b.Kind != Hidden {
			lines = append(lines, w.inline(b))
		} else if text := w.plain(b); text != "" {
			lines = append(lines, "<!-- hidden: "+inComment(text)+" -->")
		}
	}
	return strings.Join(lines, "\n")
}

// html is a table as HTML, without an empty line, which would end it.
func (w *markdownWriter) html(g *Grid) string {
	const most = 12 // tables in each other
	if w.depth >= most {
		return ""
	}
	w.depth++
	defer func() { w.depth-- }()
	t := newHTMLGrid(g)
	t.out.WriteString("<table>\n")
	for i := 0; i < len(g.Cells); {
		t.out.WriteString("<tr>")
		row := g.Cells[i].Row
		for ; i < len(g.Cells) && g.Cells[i].Row == row; i++ {
			c := &g.Cells[i]
			t.fill(t.index(t.cols, c.Col))
			t.cell(c, w.htmlCell(c))
		}
		t.out.WriteString("</tr>\n")
		t.row, t.col = t.row+1, 0
	}
	t.out.WriteString("</table>")
	return t.out.String()
}

// htmlGrid is a table that is written as HTML: its rows and columns in which a cell begins, and no others.
type htmlGrid struct {
	grid       *Grid
	out        strings.Builder
	rows, cols []int
	row, col   int   // where the next cell goes
	until      []int // of each column: the first row that no cell from above reaches
	sparse     bool  // so much is not there that it is left out
}

func newHTMLGrid(g *Grid) *htmlGrid {
	t := &htmlGrid{grid: g}
	for i := range g.Cells {
		t.rows, t.cols = append(t.rows, g.Cells[i].Row), append(t.cols, g.Cells[i].Col)
	}
	slices.Sort(t.rows)
	slices.Sort(t.cols)
	t.rows, t.cols = slices.Compact(t.rows), slices.Compact(t.cols)
	t.until = make([]int, len(t.cols))
	t.sparse = len(t.rows)*len(t.cols) > mostBlank
	return t
}

// index is how many of some rows or columns are before one.
func (t *htmlGrid) index(of []int, n int) int {
	i, _ := slices.BinarySearch(of, n)
	return i
}

// fill writes empty cells up to a column, where nothing from above is.
func (t *htmlGrid) fill(to int) {
	for ; t.col < to; t.col++ {
		if t.until[t.col] <= t.row && !t.sparse {
			t.out.WriteString("<td></td>")
		}
	}
}

// cell writes a cell.
func (t *htmlGrid) cell(c *Cell, text string) {
	name := "td"
	if c.Row < t.grid.Headers {
		name = "th"
	}
	rows := max(t.index(t.rows, c.Row+max(c.Rowspan, 1))-t.row, 1)
	cols := max(t.index(t.cols, c.Col+max(c.Colspan, 1))-t.col, 1)
	t.out.WriteString("<" + name)
	if rows > 1 {
		fmt.Fprintf(&t.out, ` rowspan="%d"`, rows)
	}
	if cols > 1 {
		fmt.Fprintf(&t.out, ` colspan="%d"`, cols)
	}
	t.out.WriteString(">" + text + "</" + name + ">")
	for end := min(t.col+cols, len(t.cols)); t.col < end; t.col++ {
		t.until[t.col] = max(t.until[t.col], t.row+rows)
	}
}

// htmlCell is what is in a cell as HTML.
func (w *markdownWriter) htmlCell(c *Cell) string {
	if len(c.Blocks) == 0 {
		return inHTML(strings.TrimSpace(firstOf(c.Shown, c.Text)))
	}
	return strings.Join(w.htmlBlocks(c.Blocks), "<br>")
}

func (w *markdownWriter) htmlBlocks(blocks []Block) []string {
	var parts []string
	for i := range blocks {
		b := &blocks[i]
		switch {
		case b.Hidden || b.Kind == Hidden:
			parts = append(parts, "<!-- hidden: "+inComment(w.plain(b))+" -->")
			continue
		case b.Kind == Footnote || b.Kind == Endnote || b.Kind == Comment:
			parts = append(parts, w.footnote(b))
			continue
		case b.Kind == Picture && b.Text == "" && len(b.Blocks) == 0:
			continue
		}
		text := w.seenHTML(b)
		if b.Marker != "" && b.Kind != Field && !hidesAll(b.Text, b.Marks) {
			text = inHTML(b.Marker) + " " + text
		}
		if strings.TrimSpace(text) != "" {
			parts = append(parts, text)
		}
		if b.Grid != nil {
			parts = append(parts, w.html(b.Grid))
		}
		parts = append(parts, w.htmlBlocks(b.Blocks)...)
	}
	return parts
}

// seenHTML is the text of a block as HTML, what is hidden of it in comments.
func (w *markdownWriter) seenHTML(b *Block) string {
	var out strings.Builder
	for _, s := range stretchesOf(b.Text, b.Marks) {
		if text := b.Text[s.from:s.to]; s.hidden {
			out.WriteString("<!-- hidden: " + inComment(text) + " -->")
		} else {
			out.WriteString(inHTML(text))
		}
	}
	return out.String()
}

// inHTML is a text as HTML has it, in one line.
func inHTML(text string) string {
	return strings.ReplaceAll(stdhtml.EscapeString(text), "\n", "<br>")
}
