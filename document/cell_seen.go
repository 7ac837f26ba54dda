package document

// Seen calls f for the texts of a cell as a reader of the document sees them, in order: without what is hidden in them, and without
// those that are hidden, or were taken out, altogether. of is the *Block or the *Cell that a text is of, as in [Document.Texts].
// They are the same texts that [Document.Passages] has of the cell in passages that are not hidden.
func (c *Cell) Seen(f func(text string, of any)) {
	(&passages{}).cell(c, func(text string, marks []Mark, of any, _ []Line) {
		f(shownOf(text, marks), of)
	}, func(string, any, []Line) {})
}

// SeenGrids are the blocks of a document that have a table and are shown to a reader, in the order of [Document.Texts], those within cells
// of others among them: what hides a block, or took it out, does the same to what is in it.
func (d *Document) SeenGrids() []*Block {
	var all []*Block
	Walk(d.Blocks, func(b *Block) bool {
		if b.Hidden || b.Kind == Hidden || b.Kind == Deleted {
			return false
		}
		if b.Grid != nil {
			all = append(all, b)
		}
		return true
	})
	return all
}
