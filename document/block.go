package document

import (
	"math"
	"strconv"
	"strings"
)

// Kind is what a block is.
type Kind string

// The kinds of blocks.
const (
	Paragraph Kind = "paragraph"
	Heading   Kind = "heading"
	Item      Kind = "item" // of a list
	Table     Kind = "table"
	Picture   Kind = "picture"
	Equation  Kind = "equation"
	Caption   Kind = "caption"
	Box       Kind = "box" // a text box, a drawing with text: its Blocks
	Footnote  Kind = "footnote"
	Endnote   Kind = "endnote"
	Header    Kind = "header"
	Footer    Kind = "footer"
	Comment   Kind = "comment"
	Notes     Kind = "notes"   // a speaker's, to a slide
	Hidden    Kind = "hidden"  // what the file keeps and does not show: HWP's 숨은 설명
	Deleted   Kind = "deleted" // text that a tracked change took out
	Ruby      Kind = "ruby"    // reading aid above a word (덧말)
	Code      Kind = "code"
	Field     Kind = "field"   // of a form: Text is what is filled in, Marker its name
	Chart     Kind = "chart"   // its title, categories and series, a line each, values divided by tabs
	Diagram   Kind = "diagram" // boxes that are drawn together: what is in them are its Blocks
)

// Block is a piece of a document: a paragraph, a table, a picture. What is anchored in a paragraph's text (notes, tables,
// boxes, comments) is among its Blocks, each with the Offset at which it is anchored.
type Block struct {
	Kind   Kind   `json:"kind"`
	Level  int    `json:"level,omitempty"`  // of a heading or an item, from 1
	Marker string `json:"marker,omitempty"` // what is drawn before the text and is not in it: "1.", "가.", "•"; a note's number
	Text   string `json:"text,omitempty"`   // NFC; "\n" is a line break that somebody made, "\t" a tab; of an equation its script
	Marks  []Mark `json:"marks,omitempty"`
	Lines  []Line `json:"lines,omitempty"` // where the text stands, if the format knows; in the order of the text
	Place
	Offset int     `json:"offset,omitempty"` // bytes into the text of the block that this one hangs from
	Hidden bool    `json:"hidden,omitempty"` // it is not shown to a reader, and what is in it is not; text alone that nobody sees has marks
	Grid   *Grid   `json:"table,omitempty"`  // of a table
	Image  int     `json:"image,omitempty"`  // of a picture: 1 is the first of Document.Images; 0 none
	Author string  `json:"author,omitempty"` // of a comment or a change
	Blocks []Block `json:"blocks,omitempty"`
}

// Place is where a block begins. What the format does not know is 0: Document.Layout says which to expect.
type Place struct {
	Page      int   `json:"page,omitempty"` // from 1
	Rect      *Rect `json:"box,omitempty"`
	Section   int   `json:"section,omitempty"`   // from 1
	Paragraph int   `json:"paragraph,omitempty"` // from 1, within the section
}

// Rect is a rectangle on a page, in points of 1/72 inch from its top left corner as it is seen (turned pages are turned).
type Rect struct {
	X0 float64 `json:"x0"`
	Y0 float64 `json:"y0"`
	X1 float64 `json:"x1"`
	Y1 float64 `json:"y1"`
}

// Corners is a rectangle as a person reads it, to a tenth of a point: [x0, y0, x1, y1].
func (r Rect) Corners() string {
	var all [4]string
	for i, v := range []float64{r.X0, r.Y0, r.X1, r.Y1} {
		const large = 1e9 // tenths are not seen in it, and it may be anything
		if math.Abs(v) < large {
			v = math.Round(10*v) / 10
		}
		all[i] = strconv.FormatFloat(v, 'g', -1, 64)
	}
	return "[" + strings.Join(all[:], ", ") + "]"
}

// Line is where bytes Start to End of a block's text stand.
type Line struct {
	Start      int     `json:"start"`
	End        int     `json:"end"`
	Page       int     `json:"page"`
	Rect       Rect    `json:"box"`
	Confidence float64 `json:"confidence,omitempty"` // 0 to 1, of text that was recognised in a picture; 0: not recognised
	Turn       int     `json:"turn,omitempty"`       // the text runs: 0 to the right, 1 down, 2 to the left, 3 up
	// Steps are how much of the line each character takes, the first at its beginning, in hundredths of a point; together they
	// are as long as the line. nil where that is not known.
	Steps []uint16 `json:"-"`
}

// MarkKind is what a stretch of text is.
type MarkKind string

// The kinds of marks.
const (
	MarkHidden   MarkKind = "hidden"
	MarkInserted MarkKind = "inserted" // by a tracked change
	MarkLink     MarkKind = "link"     // Value is where it leads; nobody follows it
	MarkField    MarkKind = "field"    // Value is the field's name
	MarkNumber   MarkKind = "number"   // counted by the program and drawn in the text: of a figure, a table. Like a marker, it is not in the plain text
)

// Mark is something about bytes Start to End of a block's text.
type Mark struct {
	Start int      `json:"start"`
	End   int      `json:"end"`
	Kind  MarkKind `json:"kind"`
	Value string   `json:"value,omitempty"`
}

// Grid is a table. Cells are in order of row and column; a merged cell is there once, at its top left. Of a sheet, cells
// with nothing in them are left out.
type Grid struct {
	Rows    int    `json:"rows"`
	Cols    int    `json:"cols"`
	Headers int    `json:"headers,omitempty"` // rows at the top that are headings
	Cells   []Cell `json:"cells"`
	// Rows and columns of a sheet that are not shown, each pair the first and the last of a run.
	HiddenRows [][2]int `json:"hidden_rows,omitempty"`
	HiddenCols [][2]int `json:"hidden_cols,omitempty"`
}

// Cell is a cell of a table. A cell with one plain paragraph and nothing else may have it as Text, without Blocks; the
// millions of a sheet do.
type Cell struct {
	Row     int     `json:"row"` // from 0
	Col     int     `json:"col"`
	Rowspan int     `json:"rowspan,omitempty"` // 0 is 1
	Colspan int     `json:"colspan,omitempty"`
	Text    string  `json:"text,omitempty"`
	Formula string  `json:"formula,omitempty"` // of a sheet's cell, without "="
	Shown   string  `json:"shown,omitempty"`   // of a sheet's cell: how it looks, where that is not its raw value
	Lines   []Line  `json:"lines,omitempty"`   // where Text stands
	Blocks  []Block `json:"blocks,omitempty"`
}

// Walk calls f for the blocks and, unless f returns false, for what is in each: cells of its table, then its own blocks.
func Walk(blocks []Block, f func(b *Block) bool) {
	for i := range blocks {
		b := &blocks[i]
		if !f(b) {
			continue
		}
		if b.Grid != nil {
			for c := range b.Grid.Cells {
				Walk(b.Grid.Cells[c].Blocks, f)
			}
		}
		Walk(b.Blocks, f)
	}
}
