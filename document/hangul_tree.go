package document

import (
	"iter"
	"slices"
)

// What HWP, HWPX and HWPML have in common: paragraphs that remember the lines into which Hangul broke them, and what stands
// in them. Readers build a top paragraph with all that is in it, have it laid out (hangulLayout), and make Blocks of it.
// Lengths are HWPUNIT, 1/7200 inch.

// hangulParagraph is a paragraph. Of its Block kind, level, marker, text and marks are set by the reader.
type hangulParagraph struct {
	Block
	segments  []hangulSegment
	objects   []*hangulObject // in the order in which they stand in the text
	setup     *hangulSetup    // the paper changes here: a section begins
	columns   *hangulColumns  // columns begin here
	newPage   bool            // somebody made it begin a page, a column
	newColumn bool

	plain  []byte    // its text, if it is read for that alone
	reader *hwpxText // that it is read with then
}

// hangulSegment is a line, or what of it is left or right of a picture.
type hangulSegment struct {
	at     int // byte of the text with which it begins
	y      int // of its upper edge, from that of the column, cell or box
	height int
	x      int // of its left edge
	width  int
	more   bool // the line has begun before: this is another stretch of it
}

// hangulSetup is the paper of a section.
type hangulSetup struct {
	width, height                                    int // as it is seen
	left, right, top, bottom, header, footer, gutter int
}

// hangulColumns are the columns of a page: where each begins, from the left edge of the text, and how wide it is.
type hangulColumns struct {
	x, width []int
}

// hangulEven are n columns of the same width.
func hangulEven(n, gap, body int) *hangulColumns {
	c := &hangulColumns{}
	width := max((body-gap*(n-1))/n, 0)
	for i := range n {
		c.x, c.width = append(c.x, i*(width+gap)), append(c.width, width)
	}
	return c
}

// hangulRelative is what a position is counted from.
type hangulRelative byte

const (
	byParagraph hangulRelative = iota
	byColumn
	byPage  // the page without its margins
	byPaper // with them
)

// hangulAlign is where an object, or text in a cell, is aligned.
type hangulAlign byte

const (
	atStart hangulAlign = iota // top, left
	atCenter
	atEnd
)

// hangulObject is what stands in a paragraph: a table, a box, a picture, a note. Its Block has no Blocks yet.
type hangulObject struct {
	Block
	paragraphs []*hangulParagraph // of a box, a note, a header, a caption
	objects    []*hangulObject    // a caption; what is grouped
	table      *hangulTable

	width, height        int
	inline               bool // it stands in the line like a letter
	pushes               bool // text goes on below it
	wraps                bool // text goes around it or goes on below it: a cell is as high as it
	vertical, horizontal hangulRelative
	valign, halign       hangulAlign
	dx, dy               int
	out                  hangulEdges // outside
	in                   hangulEdges // of a box: between its edge and its text
	text                 hangulAlign // where text stands in it, from top to bottom
	ground               bool        // white text is seen in it
}

type hangulEdges struct{ left, right, top, bottom int }

// hangulTable is a table: its cells, and what happens to it at the end of a page.
type hangulTable struct {
	cells   []*hangulCell
	headers int // rows that are repeated on each page
	spacing int // between cells
	split   hangulSplit
}

type hangulSplit byte

const (
	splitNever hangulSplit = iota
	splitRows              // between rows
	splitCells             // also between lines of a cell
)

// hangulCell is a cell. Row, Col and spans are set by the reader.
type hangulCell struct {
	Cell
	paragraphs    []*hangulParagraph
	width, height int // the height is the least
	in            hangulEdges
	text          hangulAlign
	header        bool
}

// anchored are the blocks of what stands in the paragraph.
func (p *hangulParagraph) anchored() iter.Seq[*Block] {
	return func(yield func(*Block) bool) {
		for _, o := range p.objects {
			if !yield(&o.Block) {
				return
			}
		}
	}
}

// block is the paragraph with all that is in it.
func (p *hangulParagraph) block() Block {
	for _, o := range p.objects {
		p.Block.Blocks = append(p.Block.Blocks, o.block())
	}
	p.objects = nil
	return p.Block
}

// block is the object with all that is in it. A note, caption or header of one paragraph has its text itself.
func (o *hangulObject) block() Block {
	b := o.Block
	if o.table != nil {
		b.Grid.Cells = slices.Grow(b.Grid.Cells, len(o.table.cells))
		for i, c := range o.table.cells {
			b.Grid.Cells = append(b.Grid.Cells, c.cell())
			o.table.cells[i] = nil
		}
	}
	if n := len(o.paragraphs); n == 1 && b.Kind != Box && b.Text == "" {
		p := o.paragraphs[0]
		if p.Kind == Paragraph {
			inner := p.block()
			b.Text, b.Marks, b.Lines, b.Blocks = inner.Text, inner.Marks, inner.Lines, inner.Blocks
			if inner.Page > 0 {
				b.Page = inner.Page
			}
		} else {
			b.Blocks = append(b.Blocks, p.block())
		}
	} else {
		for i, p := range o.paragraphs {
			b.Blocks = append(b.Blocks, p.block())
			o.paragraphs[i] = nil
		}
	}
	for _, inner := range o.objects {
		b.Blocks = append(b.Blocks, inner.block())
	}
	return b
}

// cell is the cell with all that is in it: one plain paragraph is its text.
func (c *hangulCell) cell() Cell {
	if len(c.paragraphs) == 1 {
		if p := c.paragraphs[0]; p.Kind == Paragraph && len(p.objects) == 0 && len(p.Marks) == 0 && !p.Hidden {
			c.Cell.Text, c.Cell.Lines = p.Text, p.Lines
			return c.Cell
		}
	}
	for i, p := range c.paragraphs {
		c.Cell.Blocks = append(c.Cell.Blocks, p.block())
		c.paragraphs[i] = nil
	}
	return c.Cell
}

// numbered gives a note the number that is drawn before its first paragraph.
func (o *hangulObject) numbered() {
	if (o.Kind == Footnote || o.Kind == Endnote) && len(o.paragraphs) > 0 && o.paragraphs[0].Kind == Paragraph {
		if p := o.paragraphs[0]; p.Marker != "" {
			o.Marker, p.Marker = p.Marker, ""
		}
	}
}
