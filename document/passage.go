package document

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"exaone/korean"
)

// Passage is a stretch of a document that is found, shown and cited as one: paragraphs under a heading, rows of a table.
type Passage struct {
	Number  int    `json:"number"`            // from 0, in the document's order
	Heading string `json:"heading,omitempty"` // the headings above it, the outermost first, divided by " › "
	Text    string `json:"text"`
	Page    int    `json:"page,omitempty"` // where it begins; 0 if the format has no pages
	Last    int    `json:"last,omitempty"` // the page on which it ends
	Section int    `json:"section,omitempty"`
	Start   int    `json:"paragraph,omitempty"` // the paragraph of the section in which it begins
	Hidden  bool   `json:"hidden,omitempty"`    // the document does not show it to a reader
	Spans   []Span `json:"spans"`
}

// Span says where bytes Start to End of a passage's text are from: a text of the document, by its number in the order of
// Document.Texts, from byte From on. What is between spans (tabs between cells, line ends) is the passage's own.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
	Text  int `json:"text"`
	From  int `json:"from"`
}

// Sizes of passages, in characters: long enough to say something, and short enough that several fit into a small window.
const (
	passageWanted = 400 // a passage that has so many ends with its block
	passageMost   = 800 // a block that has more is divided between sentences
	repeatMost    = 100 // what is in many passages (headings, cells that span rows) is there with its beginning
	mostHeadings  = 16  // levels of headings
)

// TextOf is one text of a document: of a block, or of a cell that has no blocks.
type TextOf struct {
	Block *Block // in which it is: the block itself, or the table of the cell
	Cell  *Cell  // nil if it is the block's own
	Text  string
	Lines []Line

	Hidden bool // the block, or one that it is in, is not shown to a reader, or was taken out
}

// Texts yields the texts of a document, numbered from 0, in the order of Walk; the cells of a table come where the table
// is. Texts that are empty count.
func (d *Document) Texts() iter.Seq2[int, TextOf] {
	return func(yield func(int, TextOf) bool) {
		n := 0
		textsOf(d.Blocks, false, func(t TextOf) bool {
			n++
			return yield(n-1, t)
		})
	}
}

// textsOf calls f for the texts of blocks, which are in what is hidden or not, until it returns false, and reports whether it never did.
func textsOf(blocks []Block, hidden bool, f func(TextOf) bool) bool {
	for i := range blocks {
		b := &blocks[i]
		hidden := hidden || b.Hidden || b.Kind == Hidden || b.Kind == Deleted
		if !f(TextOf{Block: b, Text: b.Text, Lines: b.Lines, Hidden: hidden}) {
			return false
		}
		if b.Grid != nil {
			for c := range b.Grid.Cells {
				cell := &b.Grid.Cells[c]
				if len(cell.Blocks) == 0 && !f(TextOf{Block: b, Cell: cell, Text: cell.Text, Lines: cell.Lines, Hidden: hidden}) {
					return false
				}
				if !textsOf(cell.Blocks, hidden, f) {
					return false
				}
			}
		}
		if !textsOf(b.Blocks, hidden, f) {
			return false
		}
	}
	return true
}

// Passages divides a document. Headers and footers are in it once each; what tracked changes took out is not. Every other
// character is in exactly one passage, but for cells that span rows and rows of headings, which each passage of a table has.
func (d *Document) Passages() []Passage {
	p := &passages{numbers: map[any]int{}}
	for n, t := range d.Texts() {
		if t.Cell != nil {
			p.numbers[t.Cell] = n
		} else {
			p.numbers[t.Block] = n
		}
	}
	p.blocks(d.Blocks, false)
	p.flush()
	return p.all
}

// passages is a document that is being divided.
type passages struct {
	all     []Passage
	above   headings // the headings that a reader sees, for what is shown
	behind  headings // those and the others, for what is hidden: a slide that is not shown has a title of its own
	text    strings.Builder
	size    int // characters of text
	now     Passage
	numbers map[any]int // of a *Block or a *Cell
	edges   once        // headers and footers
	unseen  []unseen    // what the text that is being written hides, for a passage of its own
}

// unseen is text that a document does not show, within some that it does.
type unseen struct {
	block *Block
	text  string
	from  int
	of    any
	lines []Line
}

func (p *passages) blocks(blocks []Block, hidden bool) {
	for i := range blocks {
		p.block(&blocks[i], hidden)
	}
}

func (p *passages) block(b *Block, hidden bool) {
	hidden = hidden || b.Hidden || b.Kind == Hidden
	switch b.Kind {
	case Deleted:
		return
	case Header, Footer:
		if !p.edges.first(plain(b), hidden || b.Unseen()) {
			return
		}
	case Heading:
		p.flush()
		p.above.seen(b, hidden)
		p.behind.open(b, b.Text)
	}
	if hidden != p.now.Hidden {
		p.flush()
		p.now.Hidden = hidden
	}
	p.own(b)
	if b.Grid != nil {
		p.grid(b)
	}
	p.blocks(b.Blocks, hidden)
	if b.Kind != Heading && p.size >= passageWanted {
		p.flush()
	}
}

// own adds the text of a block itself. What stands before a paragraph whose words are hidden is not shown, either: a number without
// words would be what nobody wrote, and so would the white space between them.
func (p *passages) own(b *Block) {
	if strings.TrimSpace(b.Text) == "" {
		return
	}
	if hidesAll(b.Text, b.Marks) {
		p.hide(b, b.Text, b.Marks, b, b.Lines)
		return
	}
	if p.size > 0 && p.size+utf8.RuneCountInString(b.Text) > passageMost {
		p.flush()
	}
	p.begin(b)
	if b.Marker != "" {
		p.write(b.Marker + " ")
	}
	p.long(b, b.Text, b.Marks, b, b.Lines)
	p.write("\n")
	p.hide(b, b.Text, b.Marks, b, b.Lines)
}

// long adds a text of a block or a cell, without what is hidden of it, divided between sentences if it is long.
func (p *passages) long(b *Block, text string, marks []Mark, of any, lines []Line) {
	for _, s := range stretchesOf(text, marks) {
		part := text[s.from:s.to]
		switch {
		case s.hidden:
		case utf8.RuneCountInString(part) <= passageMost:
			p.piece(part, s.from, p.numbers[of], lines)
		default:
			p.divided(b, part, s.from, of, lines)
		}
	}
}

// hide keeps what is hidden of a text for a passage of its own.
func (p *passages) hide(b *Block, text string, marks []Mark, of any, lines []Line) {
	for _, s := range stretchesOf(text, marks) {
		if s.hidden {
			p.unseen = append(p.unseen, unseen{b, text[s.from:s.to], s.from, of, lines})
		}
	}
}

// divided adds a long text that is from byte from on of a text of the document.
func (p *passages) divided(b *Block, text string, from int, of any, lines []Line) {
	last := 0
	for _, to := range korean.Sentences(text) {
		for to-last > 0 {
			part := atMost(text[last:to], passageMost)
			if p.size > 0 && p.size+utf8.RuneCountInString(part) > passageMost {
				p.flush()
				p.begin(b)
			}
			p.piece(part, from+last, p.numbers[of], lines)
			last += len(part)
		}
	}
}

// atMost is the beginning of a text of at most so many characters.
func atMost(text string, most int) string {
	n := 0
	for i := range text {
		if n == most {
			return text[:i]
		}
		n++
	}
	return text
}

// grid adds a table row by row. A cell that spans rows is in each of them.
func (p *passages) grid(b *Block) {
	g := b.Grid
	rows := make([][]*Cell, 0, min(g.Rows, len(g.Cells)))
	last := -1
	for i := range g.Cells {
		if c := &g.Cells[i]; c.Row != last {
			last = c.Row
			rows = append(rows, nil)
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], &g.Cells[i])
	}
	var spanning []*Cell
	for n, own := range rows {
		if p.size > passageWanted {
			p.flush()
			for h := 0; h < min(g.Headers, n); h++ {
				p.row(b, rows[h], -1)
			}
		}
		row := own[0].Row
		cells := make([]*Cell, 0, len(own)+len(spanning))
		kept := spanning[:0]
		for _, c := range spanning {
			if c.Row+max(c.Rowspan, 1) > row {
				cells, kept = append(cells, c), append(kept, c)
			}
		}
		spanning = kept
		cells = append(cells, own...)
		for _, c := range own {
			if c.Rowspan > 1 {
				spanning = append(spanning, c)
			}
		}
		slices.SortStableFunc(cells, func(x, y *Cell) int { return cmp.Compare(x.Col, y.Col) })
		p.row(b, cells, row)
	}
}

// row adds cells, divided by tabs. Those that do not begin in the row have been added before: their beginnings are enough.
func (p *passages) row(b *Block, cells []*Cell, row int) {
	written := false
	for _, c := range cells {
		first := true
		p.cell(c, func(text string, marks []Mark, of any, lines []Line) {
			if text = strings.TrimRight(text, "\n"); strings.TrimSpace(text) == "" {
				return
			}
			if c.Row == row {
				p.hide(b, text, marks, of, lines)
			}
			if hidesAll(text, marks) {
				return
			}
			if c.Row != row {
				text = atMost(text, repeatMost)
			}
			p.begin(b)
			switch {
			case !first:
				p.write(" ")
			case written:
				p.write("\t")
			}
			first, written = false, true
			p.long(b, text, marks, of, lines)
		}, func(text string, of any, lines []Line) {
			if c.Row == row {
				p.unseen = append(p.unseen, unseen{b, text, 0, of, lines})
			}
		})
	}
	if written {
		p.write("\n")
	}
}

// cell calls shown for the texts of a cell that a reader sees, and hidden for the others.
func (p *passages) cell(c *Cell, shown func(string, []Mark, any, []Line), hidden func(string, any, []Line)) {
	if len(c.Blocks) == 0 {
		shown(c.Text, nil, c, c.Lines)
		return
	}
	var walk func(blocks []Block, unseen bool)
	walk = func(blocks []Block, unseen bool) {
		for i := range blocks {
			b := &blocks[i]
			if b.Kind == Deleted {
				continue
			}
			unseen := unseen || b.Hidden || b.Kind == Hidden
			if unseen {
				hidden(b.Text, b, b.Lines)
			} else {
				shown(b.Text, b.Marks, b, b.Lines)
			}
			if b.Grid != nil {
				for n := range b.Grid.Cells {
					inner := &b.Grid.Cells[n]
					if len(inner.Blocks) == 0 {
						if unseen {
							hidden(inner.Text, inner, inner.Lines)
						} else {
							shown(inner.Text, nil, inner, inner.Lines)
						}
					}
					walk(inner.Blocks, unseen)
				}
			}
			walk(b.Blocks, unseen)
		}
	}
	walk(c.Blocks, false)
}

// begin notes where a passage begins, if it is empty.
func (p *passages) begin(b *Block) {
	if p.size > 0 || len(p.now.Spans) > 0 {
		return
	}
	p.now.Page, p.now.Last, p.now.Section, p.now.Start = b.Page, b.Page, b.Section, b.Paragraph
	p.now.Heading = p.above.String()
	if p.now.Hidden {
		p.now.Heading = p.behind.String()
	}
}

// piece adds text that is from byte from on of a text of the document.
func (p *passages) piece(text string, from, number int, lines []Line) {
	start := p.text.Len()
	p.write(text)
	p.now.Spans = append(p.now.Spans, Span{Start: start, End: p.text.Len(), Text: number, From: from})
	for _, l := range lines {
		if l.Start < from+len(text) && l.End > from {
			if p.now.Page == 0 || len(p.now.Spans) == 1 && start == 0 && l.Start <= from {
				p.now.Page = l.Page
			}
			p.now.Last = max(p.now.Last, l.Page)
		}
	}
}

func (p *passages) write(text string) {
	p.text.WriteString(text)
	p.size += utf8.RuneCountInString(text)
}

// flush ends a passage. What it hides becomes one of its own, behind it.
func (p *passages) flush() {
	p.end()
	if len(p.unseen) == 0 {
		return
	}
	all := p.unseen
	p.unseen = nil
	was := p.now.Hidden
	p.now.Hidden = true
	for _, u := range all {
		if strings.TrimSpace(u.text) == "" {
			continue
		}
		p.begin(u.block)
		p.divided(u.block, u.text, u.from, u.of, u.lines)
		p.write("\n")
	}
	p.end()
	p.now.Hidden = was
}

// end makes what has been written a passage.
func (p *passages) end() {
	if len(p.now.Spans) > 0 {
		p.now.Number = len(p.all)
		p.now.Text = strings.TrimSuffix(p.text.String(), "\n")
		p.now.Last = max(p.now.Last, p.now.Page)
		p.all = append(p.all, p.now)
	}
	p.now = Passage{Hidden: p.now.Hidden}
	p.text.Reset()
	p.size = 0
}

// plain is all the text of a block.
func plain(b *Block) string {
	w := &textWriter{}
	w.block(b)
	return w.out.String()
}
