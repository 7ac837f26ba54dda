package document

import "errors"

// drawing reads the w:drawing, w:pict or w:object that was opened last: pictures, boxes with text, charts, diagrams.
func (d *docxReader) drawing(x *xmlScanner, p *docxParagraph) error {
	var alt string
	hidden := false
	var read func(x *xmlScanner) error
	read = func(x *xmlScanner) error {
		switch x.name {
		case "wp:docPr":
			alt = altOf(x)
			hidden = onOffOf(x.attr("hidden"))
		case "v:shape":
			alt = clean(x.attr("alt"))
		case "w:txbxContent":
			return d.textBox(x, p, hidden)
		case "a:txBody": // of a drawing that was not made for Word
			blocks, err := (&dmlReader{ooxml: d.ooxml, rels: d.rels, spend: d.spendAll, place: d.place()}).paragraphs(x)
			if saysAnything(blocks) {
				p.anchor(Block{Kind: Box, Blocks: blocks, Hidden: hidden, Place: d.place()})
			}
			return err
		case "a:blip", "v:imagedata":
			id := firstOf(x.attr("r:embed"), x.attr("r:id"), x.attr("o:relid"))
			alt := firstOf(alt, clean(x.attr("o:title")))
			seen, err := d.recognised(d.rels[id], d.place())
			p.anchor(Block{Kind: Picture, Text: alt, Image: d.imageOf(d.rels[id]), Hidden: hidden, Blocks: seen, Place: d.place()})
			return errors.Join(err, d.spendAll(1, len(alt)))
		case "v:textpath":
			if text := clean(x.attr("string")); text != "" {
				p.anchor(Block{Kind: Box, Text: text, Hidden: hidden, Place: d.place()})
				return d.spendAll(1, len(text))
			}
		case "c:chart", "cx:chart":
			return d.other(p, d.rels[x.attr("r:id")], hidden, (*dmlReader).chart)
		case "dgm:relIds":
			return d.other(p, d.rels[x.attr("r:dm")], hidden, (*dmlReader).diagram)
		case "o:OLEObject":
			d.embedded(x.attr("r:id"), "an object of "+firstOf(clean(x.attr("ProgID")), "another program"))
		case "mc:AlternateContent":
			return alternate(x, func() error { return x.inside(read) })
		}
		return nil
	}
	return x.inside(read)
}

// textBox reads the w:txbxContent that was opened last.
func (d *docxReader) textBox(x *xmlScanner, p *docxParagraph, hidden bool) error {
	d.boxes++
	fields := d.fields
	d.fields = nil // those that are open are not of the box
	at := d.place()
	blocks, err := d.blocks(x, nil, false)
	d.fields = fields
	d.boxes--
	if saysAnything(blocks) {
		p.anchor(Block{Kind: Box, Blocks: blocks, Hidden: hidden, Place: at})
	}
	return err
}

// other reads a part that is drawn in this one, once.
func (d *docxReader) other(p *docxParagraph, r relation, hidden bool, read func(r *dmlReader, name string) (Block, error)) error {
	if r.out || r.target == "" || !d.once.first(r.target, hidden) {
		return nil
	}
	dml := &dmlReader{ooxml: d.ooxml, rels: d.relations(r.target), spend: d.spendAll, place: d.place()}
	b, err := read(dml, r.target)
	b.Place, b.Hidden = d.place(), hidden
	if b.Text != "" || len(b.Blocks) > 0 {
		p.anchor(b)
	}
	return errors.Join(err, d.spendAll(1, 0))
}

// spendAll takes blocks and bytes of text off what is left.
func (d *docxReader) spendAll(blocks, text int) error {
	if err := d.spend(blocks); err != nil {
		return err
	}
	return d.spendText(text)
}

// embedded notes a file in this one that nobody opens here.
func (d *docxReader) embedded(id, what string) {
	name := d.rels[id].target
	if name == "" || d.rels[id].out {
		name = firstOf(name, d.main)
	}
	d.b.gap(Gap{What: GapEmbedded, Page: d.place().Page, Where: name, Why: what + " is not opened"})
}
