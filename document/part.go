package document

// Part is a piece of a document that is shown at once: blocks of one page, or rows of a long table. Parts are in the order of
// the document and have everything of it, each text in one.
type Part struct {
	Page  int `json:"page,omitempty"` // of its first block
	Text  int `json:"text"`           // the number of its first text, as Document.Texts counts
	Texts int `json:"texts"`          // how many texts it has, those of cells that are not in it left out
	Block int `json:"-"`              // the first of its blocks, among Document.Blocks
	End   int `json:"-"`              // the one behind its last
	// Of a part that is rows of a table, its only block: the first row and the one behind the last, and the cells, as indices
	// of Grid.Cells. All are 0 if the part is whole blocks.
	Row    int    `json:"row,omitempty"`
	EndRow int    `json:"end_row,omitempty"`
	Cells  [2]int `json:"-"`
}

// mostTexts is how many texts a part may have, unless one block or one row of a table has more.
const mostTexts = 400

// Parts divides a document into what is shown at once.
func (d *Document) Parts() []Part {
	p := &parts{}
	for i := range d.Blocks {
		b := &d.Blocks[i]
		n := textsIn(b)
		now := p.last()
		if b.Grid != nil && n > 2*mostTexts {
			p.table(b, i)
			continue
		}
		if now == nil || now.EndRow > 0 || b.Page > now.Page || now.Texts+n > mostTexts {
			p.all = append(p.all, Part{Page: b.Page, Text: p.text, Block: i})
			now = p.last()
		}
		now.End = i + 1
		now.Texts += n
		p.text += n
	}
	return p.all
}

// parts is a document that is being divided.
type parts struct {
	all  []Part
	text int // the number of the next text
}

func (p *parts) last() *Part {
	if len(p.all) == 0 {
		return nil
	}
	return &p.all[len(p.all)-1]
}

// table divides a long table between rows. What hangs from it comes with its last rows.
func (p *parts) table(b *Block, at int) {
	cells := b.Grid.Cells
	texts := 1 // the block's own
	begin := 0
	cut := func(end, endRow int) {
		row := 0
		if begin > 0 {
			row = cells[begin].Row
		}
		p.all = append(p.all, Part{Page: b.Page, Text: p.text, Texts: texts, Block: at, End: at + 1, Row: row, EndRow: max(endRow, row+1), Cells: [2]int{begin, end}})
		p.text += texts
		texts, begin = 0, end
	}
	for c := range cells {
		if c > begin && cells[c].Row > cells[c-1].Row && texts >= mostTexts {
			cut(c, cells[c].Row)
		}
		texts += textsOfCell(&cells[c])
	}
	for i := range b.Blocks {
		texts += textsIn(&b.Blocks[i])
	}
	cut(len(cells), b.Grid.Rows)
}

// textsIn is how many texts are in a block, its own among them.
func textsIn(b *Block) int {
	n := 1
	if b.Grid != nil {
		for c := range b.Grid.Cells {
			n += textsOfCell(&b.Grid.Cells[c])
		}
	}
	for i := range b.Blocks {
		n += textsIn(&b.Blocks[i])
	}
	return n
}

func textsOfCell(c *Cell) int {
	if len(c.Blocks) == 0 {
		return 1
	}
	n := 0
	for i := range c.Blocks {
		n += textsIn(&c.Blocks[i])
	}
	return n
}
