package document

import "strings"

// noteMark begins the Author of a block that is a note, or the place of one, until notes are placed.
const noteMark = "\x00#"

// htmlNote is the kind of note that an element is, as books have them (https://www.w3.org/TR/epub-ssv-11/), "" if none.
func htmlNote(attrs attributes) Kind {
	for _, kind := range strings.Fields(attrs["epub:type"] + " " + attrs["role"]) {
		switch kind {
		case "footnote", "note", "doc-footnote":
			return Footnote
		case "endnote", "rearnote", "doc-endnote":
			return Endnote
		}
	}
	return ""
}

// noteRef reads a reference to a note of the same page: the note is to hang from here.
func (r *htmlReader) noteRef(attrs attributes) bool {
	kinds := " " + attrs["epub:type"] + " " + attrs["role"] + " "
	if !strings.Contains(kinds, " noteref ") && !strings.Contains(kinds, " doc-noteref ") {
		return false
	}
	id, ok := strings.CutPrefix(attrs["href"], "#")
	if !ok || id == "" || r.notes[id] {
		return false
	}
	r.notes[id] = true
	r.in.para.anchor(Block{Kind: Footnote, Author: noteMark + id, Level: -1})
	return true
}

// placeNotes hangs notes from where they are referred to. One that nobody refers to stays where it was.
func (r *htmlReader) placeNotes(blocks []Block) []Block {
	found := map[string]Block{}
	if len(r.notes) > 0 {
		blocks = takeNotes(blocks, r.notes, found)
	}
	var put func(blocks []Block) []Block
	put = func(blocks []Block) []Block {
		kept := blocks[:0]
		for i := range blocks {
			b := blocks[i]
			if id, ok := strings.CutPrefix(b.Author, noteMark); ok {
				note, is := found[id]
				switch {
				case b.Level == -1 && is:
					note.Offset = b.Offset
					b = note
				case b.Level == -1:
					continue // the note is not in this page
				}
				b.Author = ""
			}
			b.Blocks = put(b.Blocks)
			if b.Grid != nil {
				for c := range b.Grid.Cells {
					b.Grid.Cells[c].Blocks = put(b.Grid.Cells[c].Blocks)
				}
			}
			if b.Kind != Paragraph || b.Text != "" || len(b.Blocks) > 0 {
				kept = append(kept, b)
			}
		}
		if len(kept) == 0 {
			return nil
		}
		return kept
	}
	return put(blocks)
}

// takeNotes takes out the notes that are referred to.
func takeNotes(blocks []Block, wanted map[string]bool, found map[string]Block) []Block {
	kept := blocks[:0]
	for i := range blocks {
		b := blocks[i]
		b.Blocks = takeNotes(b.Blocks, wanted, found)
		if id, ok := strings.CutPrefix(b.Author, noteMark); ok && b.Level != -1 && wanted[id] {
			if _, twice := found[id]; !twice {
				found[id] = b
				continue
			}
		}
		kept = append(kept, b)
	}
	if len(kept) == 0 {
		return nil
	}
	return kept
}
