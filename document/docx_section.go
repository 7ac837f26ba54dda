package document

import "slices"

// docxSection is what a section says at its end.
type docxSection struct {
	number        int
	width, height float64 // points
	titlePage     bool
	parts         []docxHeader
}

// docxHeader names a header or footer: which, and for which pages.
type docxHeader struct {
	kind Kind
	id   string
	of   string // "default", "first", "even"
}

// readSection reads the w:sectPr that was opened last.
func (d *docxReader) readSection(x *xmlScanner) error {
	s := &d.section
	s.parts, s.titlePage = nil, false
	return x.inside(func(x *xmlScanner) error {
		switch x.name {
		case "w:headerReference", "w:footerReference":
			kind := Header
			if x.name == "w:footerReference" {
				kind = Footer
			}
			if len(s.parts) < 16 { // there are six
				s.parts = append(s.parts, docxHeader{kind, x.attr("r:id"), x.attr("w:type")})
			}
		case "w:titlePg":
			s.titlePage = onOff(x)
		case "w:pgSz":
			s.width, s.height = float64(intOf(x.attr("w:w"), 0))/20, float64(intOf(x.attr("w:h"), 0))/20
		case "w:sectPrChange":
			return x.skipElement()
		}
		return nil
	})
}

// endSection puts a section's headers before its blocks and its footers after them. A part that two sections share is
// read once, and once more if the first of them did not show it.
func (d *docxReader) endSection(blocks []Block) error {
	if len(blocks) > 0 {
		d.all = append(d.all, blocks)
	}
	first, last := 0, 0 // pages
	if d.begun < len(d.all) {
		piece := d.all[len(d.all)-1]
		first, last = d.all[d.begun][0].Page, piece[len(piece)-1].Page
	}
	var before, after []Block
	for _, h := range d.section.parts {
		name := d.rels[h.id].target
		hidden := h.of == "first" && !d.section.titlePage || h.of == "even" && !d.settings.evenAndOdd
		if name == "" || d.b.o.Plain && d.has(name) || !d.once.first(name, hidden) { // they are not in the text
			continue
		}
		block := Block{Kind: h.kind, Hidden: hidden, Place: Place{Section: d.section.number}}
		err := d.aside(name, func(x *xmlScanner) (err error) {
			block.Blocks, err = d.blocks(x, nil, false)
			return err
		})
		if err != nil {
			return err
		}
		if !saysAnything(block.Blocks) {
			continue
		}
		Walk(block.Blocks, func(b *Block) bool {
			b.Section = block.Section
			return true
		})
		if h.kind == Header {
			block.Page = first
			before = append(before, block)
		} else {
			block.Page = last
			after = append(after, block)
		}
	}
	if len(before) > 0 {
		d.all = slices.Insert(d.all, d.begun, before)
	}
	if len(after) > 0 {
		d.all = append(d.all, after)
	}
	d.begun = len(d.all)
	d.section.number++
	d.section.parts = nil
	d.at.Section, d.at.Paragraph = d.section.number, 0
	return nil
}

// saysAnything reports whether there is a text, a table or a picture among blocks.
func saysAnything(blocks []Block) bool {
	found := false
	Walk(blocks, func(b *Block) bool {
		found = found || b.Text != "" || b.Grid != nil || b.Image > 0
		return !found
	})
	return found
}
