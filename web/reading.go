package web

import (
	"unicode/utf16"
	"unicode/utf8"

	"exaone/document"
)

// What the reading room shows of a document: its texts with their numbers, and nothing of where they stand on paper.

type contentJSON struct {
	Reading string          `json:"reading"` // as placesJSON has it
	Format  string          `json:"format"`
	Unit    document.Unit   `json:"unit"`
	Layout  document.Layout `json:"layout"`
	Title   string          `json:"title"`
	Pages   []document.Page `json:"pages,omitempty"`
	Parts   []document.Part `json:"parts,omitempty"`
	Items   []partJSON      `json:"items"`
}

// partJSON is one of the parts.
type partJSON struct {
	Part   int         `json:"part"`
	Page   int         `json:"page,omitempty"`
	Blocks []blockJSON `json:"blocks"`
}

// blockJSON is a block. What counts characters counts UTF-16 units.
type blockJSON struct {
	Number int             `json:"n"` // of its text
	Kind   document.Kind   `json:"kind"`
	Level  int             `json:"level,omitempty"`
	Marker string          `json:"marker,omitempty"`
	Text   string          `json:"text,omitempty"`
	Marks  []document.Mark `json:"marks,omitempty"`
	Page   int             `json:"page,omitempty"`
	Offset int             `json:"offset,omitempty"`
	Hidden bool            `json:"hidden,omitempty"`
	Author string          `json:"author,omitempty"`
	Table  *gridJSON       `json:"table,omitempty"`
	Blocks []blockJSON     `json:"blocks,omitempty"`
}

type gridJSON struct {
	Rows    int        `json:"rows"`
	Cols    int        `json:"cols"`
	Headers int        `json:"headers,omitempty"`
	Cells   []cellJSON `json:"cells"`
}

// cellJSON is a cell. One with blocks has no text of its own, and the number -1.
type cellJSON struct {
	Number  int         `json:"n"`
	Row     int         `json:"r"`
	Col     int         `json:"c"`
	Rowspan int         `json:"rs,omitempty"`
	Colspan int         `json:"cs,omitempty"`
	Text    string      `json:"text,omitempty"`
	Shown   string      `json:"shown,omitempty"`
	Formula string      `json:"formula,omitempty"`
	Blocks  []blockJSON `json:"blocks,omitempty"`
}

// newContent is what is shown of parts from to to of a document, both among them, the first being 0. bare leaves out the lists of
// pages and parts, which are long and always the same.
func newContent(doc *document.Document, from, to int, bare bool) contentJSON {
	parts := doc.Parts()
	out := contentJSON{Format: doc.Format, Unit: doc.Unit, Layout: doc.Layout, Title: doc.Meta.Title, Items: []partJSON{}}
	if !bare {
		out.Pages, out.Parts = doc.Pages, parts
	}
	for n := from; n <= to && n < len(parts); n++ {
		v := &viewer{text: parts[n].Text}
		out.Items = append(out.Items, partJSON{Part: n, Page: parts[n].Page, Blocks: v.part(doc, &parts[n])})
	}
	return out
}

// viewer puts a part into the form in which it is sent, and counts its texts as document.Texts does.
type viewer struct {
	text   int
	hidden bool // what is looked at is in a block that is hidden
}

func (v *viewer) part(doc *document.Document, p *document.Part) []blockJSON {
	if p.EndRow == 0 {
		return v.blocks(doc.Blocks[p.Block:p.End])
	}
	b := doc.Blocks[p.Block]
	grid := *b.Grid
	last := p.Cells[1] == len(grid.Cells)
	grid.Cells = grid.Cells[p.Cells[0]:p.Cells[1]]
	if b.Grid = &grid; !last {
		b.Blocks = nil
	}
	if p.Cells[0] == 0 {
		return []blockJSON{v.block(&b)}
	}
	v.text-- // the block's own text is in the first of its parts
	out := v.block(&b)
	out.Number, out.Text, out.Marks = -1, "", nil
	return []blockJSON{out}
}

func (v *viewer) blocks(blocks []document.Block) []blockJSON {
	out := make([]blockJSON, 0, len(blocks))
	for i := range blocks {
		out = append(out, v.block(&blocks[i]))
	}
	return out
}

func (v *viewer) block(b *document.Block) blockJSON {
	above := v.hidden
	v.hidden = above || b.Hidden // words alone that nobody sees hide nothing that is anchored among them
	defer func() { v.hidden = above }()
	out := blockJSON{Number: v.text, Kind: b.Kind, Level: b.Level, Marker: b.Marker, Text: b.Text, Page: b.Page, Offset: b.Offset, Hidden: above || b.Unseen(), Author: b.Author}
	v.text++
	count := unitCount{text: b.Text}
	for _, m := range b.Marks {
		m.Start, m.End = count.to(m.Start), count.to(m.End)
		out.Marks = append(out.Marks, m)
	}
	if g := b.Grid; g != nil {
		out.Table = &gridJSON{Rows: g.Rows, Cols: g.Cols, Headers: g.Headers, Cells: make([]cellJSON, 0, len(g.Cells))}
		for i := range g.Cells {
			out.Table.Cells = append(out.Table.Cells, v.cell(&g.Cells[i]))
		}
	}
	if len(b.Blocks) > 0 {
		out.Blocks = v.blocks(b.Blocks)
		count := unitCount{text: b.Text}
		for i := range out.Blocks {
			out.Blocks[i].Offset = count.to(b.Blocks[i].Offset)
		}
	}
	return out
}

func (v *viewer) cell(c *document.Cell) cellJSON {
	out := cellJSON{Number: -1, Row: c.Row, Col: c.Col, Rowspan: c.Rowspan, Colspan: c.Colspan, Shown: c.Shown, Formula: c.Formula}
	if len(c.Blocks) > 0 {
		out.Blocks = v.blocks(c.Blocks)
		return out
	}
	out.Number, out.Text = v.text, c.Text
	v.text++
	return out
}

// unitsTo is how many UTF-16 units there are before a byte of a text.
func unitsTo(text string, byte int) int { return (&unitCount{text: text}).to(byte) }

// unitCount counts UTF-16 units of a text. It goes through it once: what is asked for must not come before what was.
type unitCount struct {
	text string
	at   int
	unit int
}

func (u *unitCount) to(byte int) int {
	for u.at < min(byte, len(u.text)) {
		c, size := utf8.DecodeRuneInString(u.text[u.at:])
		u.at += size
		u.unit += max(utf16.RuneLen(c), 1)
	}
	return u.unit
}
