package document

import (
	"slices"
	"strings"
)

// Text is the document as plain text in reading order: a line for each paragraph, its notes, tables and boxes after it,
// cells by tabs and rows by lines. What a format's plain text usually leaves out (of a DOCX headers, notes and comments)
// is left out; all tells everything.
func (d *Document) Text(all bool) string {
	w := &textWriter{skip: []Kind{Deleted}}
	if !all {
		if f := byName(d.Format); f != nil {
			w.skip = append(w.skip, f.skip...)
		}
	}
	sheet := d.Unit == Sheet
	page := 0
	for i := range d.Blocks {
		if b := &d.Blocks[i]; sheet && b.Page != page {
			page = b.Page
			w.line("# " + d.label(page))
		}
		w.block(&d.Blocks[i])
	}
	for _, a := range d.Attachments {
		if a.Read != nil {
			w.line(a.Name)
			w.out.WriteString(a.Read.Text(all))
		}
	}
	return w.out.String()
}

// label is what is written on a page.
func (d *Document) label(page int) string {
	for _, p := range d.Pages {
		if p.Number == page {
			return p.Label
		}
	}
	return ""
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
	out  strings.Builder
	skip []Kind
}

func (w *textWriter) line(text string) {
	w.out.WriteString(text)
	w.out.WriteByte('\n')
}

func (w *textWriter) block(b *Block) {
	if slices.Contains(w.skip, b.Kind) {
		return
	}
	if b.Text != "" || b.Kind == Paragraph {
		w.line(b.Text)
	}
	if b.Grid != nil {
		w.grid(b.Grid)
	}
	for i := range b.Blocks {
		w.block(&b.Blocks[i])
	}
}

// grid writes a row a line. A cell of several paragraphs is written as they are, one a line.
func (w *textWriter) grid(g *Grid) {
	row := -1
	for i := range g.Cells {
		c := &g.Cells[i]
		switch {
		case row < 0:
		case c.Row != row:
			w.out.WriteByte('\n')
		default:
			w.out.WriteByte('\t')
		}
		row = c.Row
		w.out.WriteString(w.cell(c))
	}
	if row >= 0 {
		w.out.WriteByte('\n')
	}
}

// cell is the text of a cell.
func (w *textWriter) cell(c *Cell) string {
	if len(c.Blocks) == 0 {
		return c.Text
	}
	inner := &textWriter{skip: w.skip}
	for i := range c.Blocks {
		inner.block(&c.Blocks[i])
	}
	return strings.TrimRight(inner.out.String(), "\n")
}
