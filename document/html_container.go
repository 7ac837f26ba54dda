package document

// htmlContainer collects blocks: a page, a cell, a note, something hidden.
type htmlContainer struct {
	parent *htmlContainer
	block  Block // what its blocks are put in; Kind "" for a page and a cell
	depth  int
	inline bool     // it hangs from the text of its parent
	drop   bool     // what is in it is for machines
	blocks []Block  // that are whole
	para   htmlText // that is being written
	table  *htmlTable
	cell   *Cell // its blocks are this cell's
	id     string
	lists  []htmlList // of its parent, outside of which its own begin
}

// contain opens a container for a block.
func (r *htmlReader) contain(block Block, inline bool) *htmlContainer {
	if !inline {
		r.flush()
	}
	r.in = &htmlContainer{parent: r.in, block: block, inline: inline, lists: r.lists, depth: r.in.depth + 1}
	r.lists = nil
	return r.in
}

// close ends a container.
func (r *htmlReader) close(c *htmlContainer) {
	r.flush()
	r.in, r.lists = c.parent, c.lists
	block := c.block
	switch {
	case c.drop:
		return
	case c.table != nil:
		r.tables--
		if block, ok := c.table.end(); ok {
			r.place(block)
		}
		return
	case c.cell != nil:
		if block.Kind == Hidden && len(c.blocks) > 0 {
			block.Blocks = c.blocks
			c.blocks = []Block{block}
		}
		r.in.table.put(c.cell, c.blocks)
		return
	}
	block.Blocks = c.blocks
	if plain, ok := onlyText(c.blocks); ok && block.Kind != Hidden {
		block.Text, block.Blocks = plain, nil
	}
	switch {
	case c.id != "":
		block.Author = noteMark + c.id // until notes are placed
	case len(c.blocks) == 0:
		return
	}
	if c.inline {
		r.in.para.anchor(block)
		return
	}
	r.place(block)
}

// place adds a block to what is open. What is in a table and in none of its cells is before the table.
func (r *htmlReader) place(block Block) {
	to := r.in
	for to.table != nil {
		to = to.parent
	}
	to.blocks = append(to.blocks, block)
}

// onlyText returns the text of one plain paragraph, if that is all.
func onlyText(blocks []Block) (string, bool) {
	if len(blocks) == 0 {
		return "", true
	}
	p := &blocks[0]
	if len(blocks) == 1 && p.Kind == Paragraph && len(p.Marks) == 0 && len(p.Blocks) == 0 && !p.Hidden {
		return p.Text, true
	}
	return "", false
}

// inNote reports whether what is read is in a note.
func (r *htmlReader) inNote() bool {
	for c := r.in; c != nil; c = c.parent {
		if c.block.Kind == Footnote || c.block.Kind == Endnote {
			return true
		}
	}
	return false
}

// isHidden reports whether what is read is in something hidden.
func (r *htmlReader) isHidden() bool {
	for c := r.in; c != nil; c = c.parent {
		if c.block.Kind == Hidden {
			return true
		}
	}
	return false
}
