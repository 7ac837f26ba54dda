package document

import (
	"slices"
	"strconv"
	"strings"
)

// Text is the document as plain text in reading order: a line for each paragraph, its notes, tables and boxes after it,
// cells by tabs and rows by lines; before each sheet a line "# NAME", before each slide "# NUMBER". What a format's plain
// text usually leaves out (of a DOCX headers, notes and comments) is left out; all tells everything.
func (d *Document) Text(all bool) string {
	w := &textWriter{skip: []Kind{Deleted}, sheet: d.Unit == Sheet, all: all}
	if f := byName(d.Format); f != nil {
		w.rows = f.rows
		if !all {
			w.skip = append(w.skip, f.skip...)
			w.bare = f.bare
		}
	}
	switch {
	case d.text != nil:
		w.out.WriteString(*d.text)
	case d.Plain != "":
		w.line(strings.TrimRight(d.Plain, "\n"))
	case w.sheet, d.Unit == Slide:
		w.pages(d)
	default:
		for i := range d.Blocks {
			w.block(&d.Blocks[i])
		}
	}
	for _, a := range d.Attachments {
		if a.Read != nil {
			w.line(a.Name)
			w.out.WriteString(a.Read.Text(all))
		}
	}
	return w.out.String()
}

// pages writes sheets under their names and slides under their numbers, also those with nothing on them.
func (w *textWriter) pages(d *Document) {
	at := 0
	for _, p := range d.Pages {
		name := "# " + p.Label
		switch {
		case d.Unit == Slide:
			name = "# " + strconv.Itoa(p.Number)
		case p.Hidden:
			name += " (hidden)"
		}
		if !w.bare {
			w.line(name)
		}
		for ; at < len(d.Blocks) && d.Blocks[at].Page <= p.Number; at++ {
			w.block(&d.Blocks[at])
		}
	}
	for ; at < len(d.Blocks); at++ {
		w.block(&d.Blocks[at])
	}
}

func byName(name string) *format {
	for _, f := range formats {
		if f.name == name {
			return f
		}
	}
	return nil
}

type textWriter struct {
	out   strings.Builder
	skip  []Kind
	sheet bool // cells stand below each other: each empty one before another is a tab
	rows  bool // as of format
	bare  bool // as of format
	all   bool
}

func (w *textWriter) line(text string) {
	w.out.WriteString(text)
	w.out.WriteByte('\n')
}

func (w *textWriter) block(b *Block) {
	if slices.Contains(w.skip, b.Kind) {
		return
	}
	if b.Kind == Notes && !w.bare {
		w.line("[notes]") // what is said, beside what is shown
	}
	text := b.Text
	if !w.all {
		text = uncounted(b)
	}
	if w.bare && (b.Kind == Footnote || b.Kind == Endnote) {
		text = b.Marker + text // as it stands in the text
	}
	if text != "" || b.Kind == Paragraph {
		w.line(text)
	}
	if b.Grid != nil {
		w.grid(b.Grid)
	}
	for i := range b.Blocks {
		w.block(&b.Blocks[i])
	}
}

// uncounted is the text of a block without the numbers that its program counts.
func uncounted(b *Block) string {
	text, at := "", 0
	for _, m := range b.Marks {
		if m.Kind == MarkNumber && m.Start >= at && m.End <= len(b.Text) {
			text, at = text+b.Text[at:m.Start], m.End
		}
	}
	return text + b.Text[at:]
}

// mostTabs is how many tabs a table may have for cells that are not there: a sheet has 16,384 columns.
const mostTabs = 1 << 20

// grid writes a row a line. A cell of several paragraphs is written as they are, one a line.
func (w *textWriter) grid(g *Grid) {
	row, col, tabs := -1, 0, mostTabs
	for i := range g.Cells {
		c := &g.Cells[i]
		switch {
		case row < 0:
		case c.Row != row:
			w.out.WriteByte('\n')
			col = 0
		case !w.sheet:
			w.out.WriteByte('\t')
		}
		if gap := c.Col - col; w.sheet && gap > 0 {
			if tabs -= gap; tabs < 0 {
				gap = 1
			}
			w.out.WriteString(strings.Repeat("\t", gap))
		}
		row, col = c.Row, max(c.Col, col)
		w.out.WriteString(w.cell(c))
	}
	if row >= 0 {
		w.out.WriteByte('\n')
	}
}

// oneLine writes what would end a line or a cell so that it does not.
var oneLine = strings.NewReplacer("\n", `\n`, "\t", `\t`)

// cell is the text of a cell.
func (w *textWriter) cell(c *Cell) string {
	text := c.Text
	if !w.sheet {
		text = strings.TrimRight(text, "\n") // as of blocks
	}
	if w.bare && c.Shown != "" {
		text = c.Shown
	}
	if len(c.Blocks) > 0 {
		inner := &textWriter{all: w.all, skip: w.skip, bare: w.bare}
		for i := range c.Blocks {
			inner.block(&c.Blocks[i])
		}
		text = strings.TrimRight(inner.out.String(), "\n")
	}
	if w.rows {
		return oneLine.Replace(text)
	}
	return text
}
