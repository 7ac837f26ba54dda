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
	written := 0
	for i := 0; i < len(g.Cells); {
		end := i
		for end < len(g.Cells) && g.Cells[end].Row == g.Cells[i].Row {
			end++
		}
		w.row(g.Cells[i:end], column, len(order))
		if written++; written == 1 && g.Headers > 0 {
			w.lines("", divider)
		}
		i = end
	}
}

// mostBlank is how many cells that are not there a row may have between those that are: a sheet has 16,384 columns.
const mostBlank = 64

// row writes the cells of a row, each in its column.
func (w *markdownWriter) row(cells []Cell, column map[int]int, columns int) {
	var line strings.Builder
	line.WriteByte('|')
	at := 0
	for i := range cells {
		c := &cells[i]
		for blank := 0; at < column[c.Col] && (columns <= mostBlank || blank < mostBlank); at++ {
			line.WriteString("   |")
			blank++
		}
		at = column[c.Col] + 1
		line.WriteString(" " + strings.ReplaceAll(strings.ReplaceAll(w.cellLine(c), "|", `\|`), "\n", "<br>") + " |")
	}
	if columns <= mostBlank {
		line.WriteString(strings.Repeat("   |", max(columns-at, 0)))
	}
	w.out.WriteString(w.quote + line.String() + "\n")
}

// cellLine is what a cell says, its paragraphs divided by line breaks; of a sheet's cell, as it looks.
func (w *markdownWriter) cellLine(c *Cell) string {
	if len(c.Blocks) == 0 {
		return escaped(strings.TrimSpace(firstOf(c.Shown, c.Text)))
	}
	var lines []string
	for i := range c.Blocks {
		lines = append(lines, w.inline(&c.Blocks[i]))
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
	var out strings.Builder
	out.WriteString("<table>\n")
	row := -1
	for i := range g.Cells {
		c := &g.Cells[i]
		if c.Row != row {
			if row >= 0 {
				out.WriteString("</tr>\n")
			}
			out.WriteString("<tr>")
			row = c.Row
		}
		name := "td"
		if c.Row < g.Headers {
			name = "th"
		}
		out.WriteString("<" + name)
		if c.Rowspan > 1 {
			fmt.Fprintf(&out, ` rowspan="%d"`, c.Rowspan)
		}
		if c.Colspan > 1 {
			fmt.Fprintf(&out, ` colspan="%d"`, c.Colspan)
		}
		out.WriteString(">" + w.htmlCell(c) + "</" + name + ">")
	}
	if row >= 0 {
		out.WriteString("</tr>\n")
	}
	out.WriteString("</table>")
	return out.String()
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
		text := inHTML(b.Text)
		if b.Marker != "" && b.Kind != Field {
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

// inHTML is a text as HTML has it, in one line.
func inHTML(text string) string {
	return strings.ReplaceAll(stdhtml.EscapeString(text), "\n", "<br>")
}
