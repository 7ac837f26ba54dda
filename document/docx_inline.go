package document

import (
	"slices"
	"strings"
)

// docxParagraph is a paragraph that is being read, or a stretch of one.
type docxParagraph struct {
	richText
	docxFormat
	style string
	page  int
	ends  bool // a section
	shown []docxShown
}

// docxShown is a run that says that it is shown, whatever the paragraph's style says: its text and what is anchored in it.
type docxShown struct{ from, to, first, last int }

// show notes that what was read since a byte of the text and a block is shown. What is in it is shown with it.
func (p *docxParagraph) show(from, first int) {
	for n := len(p.shown); n > 0 && p.shown[n-1].from >= from && p.shown[n-1].first >= first; n-- {
		p.shown = p.shown[:n-1]
	}
	p.shown = append(p.shown, docxShown{from, len(p.text), first, len(p.blocks)})
}

// vanish hides the paragraph, as its style says, but for the runs that say otherwise.
func (p *docxParagraph) vanish() {
	if len(p.shown) == 0 {
		p.hide(0)
		hide(p.blocks)
		return
	}
	at, block := 0, 0
	p.show(len(p.text), len(p.blocks)) // the end
	for _, s := range p.shown {
		if at < s.from {
			p.marks = append(p.marks, Mark{Start: at, End: s.from, Kind: MarkHidden})
		}
		hide(p.blocks[min(block, s.first):s.first])
		at, block = max(at, s.to), max(block, s.last)
	}
}

// docxField is a field that is being read: instructions, then what came of them.
type docxField struct {
	code        bool // still instructions
	instruction []byte
	start       int
	of          *docxParagraph
}

// maxInstruction is as much of a field's instructions as is looked at.
const maxInstruction = 4096

// inline reads what is in a paragraph, to the end of the element that was opened last.
func (d *docxReader) inline(x *xmlScanner, p *docxParagraph) error {
	return x.inside(func(x *xmlScanner) (err error) {
		start := len(p.text)
		switch x.name {
		case "w:r":
			err = d.run(x, p)
		case "w:pPr":
			err = p.readProperties(d, x)
		case "w:ins", "w:moveTo":
			author := clean(x.attr("w:author"))
			err = d.inline(x, p)
			p.mark(start, MarkInserted, author)
		case "w:del", "w:moveFrom":
			err = d.deleted(x, p)
		case "w:hyperlink":
			to := d.rels[x.attr("r:id")].target
			if anchor := x.attr("w:anchor"); anchor != "" {
				to += "#" + anchor
			}
			err = d.inline(x, p)
			p.mark(start, MarkLink, clean(to))
		case "w:fldSimple":
			f := docxField{instruction: []byte(x.attr("w:instr")), start: start, of: p}
			err = d.inline(x, p)
			f.end()
		case "m:oMath", "m:oMathPara":
			var b Block
			b, err = d.equation(x)
			p.anchor(b)
		case "mc:AlternateContent":
			err = alternate(x, func() error { return d.inline(x, p) })
		case "w:sdtPr", "w:sdtEndPr", "w:customXmlPr", "w:smartTagPr":
			err = x.skipElement()
		case "w:p", "w:tbl": // where they do not belong: nothing is lost
			var b Block
			if x.name == "w:p" {
				b, _, err = d.paragraph(x)
			} else {
				b, err = d.table(x)
			}
			p.anchor(b)
		}
		return err
	})
}

// deleted reads what a tracked change took out, to the end of the element that was opened last.
func (d *docxReader) deleted(x *xmlScanner, p *docxParagraph) error {
	author := clean(x.attr("w:author"))
	gone := &docxParagraph{page: p.page}
	err := d.inline(x, gone)
	gone.normalise()
	if len(gone.text) == 0 && len(gone.blocks) == 0 {
		return err
	}
	if n := len(p.blocks); n > 0 { // a change is often written in pieces
		last := &p.blocks[n-1]
		const most = 1 << 12 // what is longer is not written in pieces
		if len(last.Text) < most && last.Kind == Deleted && last.Offset == len(p.text) && last.Author == author && len(last.Blocks) == 0 {
			last.Text += string(gone.text)
			last.Blocks = gone.blocks
			return err
		}
	}
	if over := d.spend(1); over != nil {
		return over
	}
	p.anchor(Block{Kind: Deleted, Author: author, Text: string(gone.text), Blocks: gone.blocks, Place: d.place()})
	return err
}

// run reads text of one look, to the end of the element that was opened last.
func (d *docxReader) run(x *xmlScanner, p *docxParagraph) error {
	start, from, unseen := len(p.text), len(p.blocks), docxUnseen{}
	err := d.runContent(x, p, &unseen)
	if unseen.words {
		p.mark(start, MarkHidden, "")
	}
	if unseen.not {
		p.show(start, min(from, len(p.blocks)))
	}
	for b := range each(p.blocks[min(from, len(p.blocks)):]) {
		b.Hidden = b.Hidden || unseen.all || unseen.words && (b.Kind == Ruby || b.Kind == Field) // which have the look of the words
	}
	return err
}

// docxUnseen says what nobody sees of a run: the words, or with them what is anchored among them; or that it does not vanish.
type docxUnseen struct{ words, all, not bool }

func (d *docxReader) runContent(x *xmlScanner, p *docxParagraph, unseen *docxUnseen) error {
	return x.inside(func(x *xmlScanner) (err error) {
		switch x.name {
		case "w:t", "w:delText":
			err = d.textOf(x, p)
		case "w:rPr":
			*unseen, err = d.runProperties(x, p)
		case "w:tab", "w:ptab":
			err = d.write(p, "\t")
		case "w:br":
			if t := x.attr("w:type"); t == "" || t == "textWrapping" {
				err = d.write(p, "\n")
			}
		case "w:cr":
			err = d.write(p, "\n")
		case "w:noBreakHyphen":
			err = d.write(p, "-")
		case "w:sym":
			err = d.write(p, symbolOf(x.attr("w:font"), x.attr("w:char")))
		case "w:lastRenderedPageBreak":
			if d.body && d.boxes == 0 {
				d.pages, d.laid = d.pages+1, true
				if len(p.text) == 0 {
					p.page = d.pages + 1
				}
			}
		case "w:fldChar":
			err = d.fieldChar(x, p)
		case "w:instrText":
			err = d.instruction(x)
		case "w:footnoteReference", "w:endnoteReference":
			kind := Footnote
			if x.name == "w:endnoteReference" {
				kind = Endnote
			}
			if note := d.note(kind, x.attr("w:id"), onOffOf(x.attr("w:customMarkFollows"))); note != nil {
				p.anchor(*note)
			}
		case "w:commentReference":
			id := x.attr("w:id")
			if c, ok := d.comments[id]; ok {
				delete(d.comments, id)
				c.Place = d.place()
				Walk(c.Blocks, func(b *Block) bool {
					b.Place = c.Place
					return true
				})
				p.anchor(c)
			}
		case "w:ruby":
			err = d.ruby(x, p)
		case "w:drawing", "w:pict", "w:object":
			err = d.drawing(x, p)
		case "m:oMath", "m:oMathPara":
			var b Block
			b, err = d.equation(x)
			p.anchor(b)
		case "mc:AlternateContent":
			err = alternate(x, func() error { return d.runContent(x, p, unseen) })
		}
		return err
	})
}

// textOf reads the text of the element that was opened last.
func (d *docxReader) textOf(x *xmlScanner, p *docxParagraph) error {
	for {
		token, err := x.next()
		if err != nil || token == xmlClose {
			return err
		}
		if token == xmlOpen { // an element where there should be text alone
			if err := d.textOf(x, p); err != nil {
				return err
			}
			continue
		}
		if d.inCode() {
			continue
		}
		if err := d.spendText(len(x.text)); err != nil {
			return err
		}
		p.write(x.text)
	}
}

// write adds what is no text in the file.
func (d *docxReader) write(p *docxParagraph, text string) error {
	if d.inCode() {
		return nil
	}
	p.text = append(p.text, text...)
	return d.spendText(len(text))
}

// inCode reports whether what is read now is instructions of a field.
func (d *docxReader) inCode() bool {
	return len(d.fields) > 0 && slices.ContainsFunc(d.fields, func(f docxField) bool { return f.code })
}

// maxFields is how many fields may be in each other.
const maxFields = 64

// fieldChar reads a mark of a field: its beginning, the end of its instructions, its end.
func (d *docxReader) fieldChar(x *xmlScanner, p *docxParagraph) error {
	top := len(d.fields) - 1
	switch x.attr("w:fldCharType") {
	case "begin":
		if len(d.fields) >= maxFields {
			return tooMuch("depth", maxFields)
		}
		d.fields = append(d.fields, docxField{code: true, start: len(p.text), of: p})
		return d.formField(x, p)
	case "separate":
		if top >= 0 {
			d.fields[top].code = false
			d.fields[top].start, d.fields[top].of = len(p.text), p
		}
	case "end":
		if top >= 0 {
			f := d.fields[top]
			d.fields = d.fields[:top]
			if f.of == p {
				f.end()
			}
		}
	}
	return nil
}

// instruction reads instructions of the innermost field.
func (d *docxReader) instruction(x *xmlScanner) error {
	text, err := x.textInside()
	if top := len(d.fields) - 1; top >= 0 && len(d.fields[top].instruction) < maxInstruction {
		d.fields[top].instruction = append(d.fields[top].instruction, text[:min(len(text), maxInstruction)]...)
	}
	return err
}

// end marks what came of a field: where a link leads, or of which field it is.
func (f *docxField) end() {
	words := strings.Fields(string(f.instruction))
	if len(words) == 0 {
		return
	}
	name := strings.ToUpper(words[0])
	if name != "HYPERLINK" {
		f.of.mark(f.start, MarkField, clean(name))
		return
	}
	to, anchor := "", ""
	for i := 1; i < len(words); i++ {
		switch word := strings.Trim(words[i], `"`); {
		case words[i] == `\l` && i+1 < len(words):
			i++
			anchor = "#" + strings.Trim(words[i], `"`)
		case strings.HasPrefix(words[i], `\`):
		case to == "":
			to = word
		}
	}
	if to += anchor; to != "" {
		f.of.mark(f.start, MarkLink, clean(to))
	}
}

// formField reads what an old form's field has of its own: whether a box is ticked, which entry of a list was chosen.
func (d *docxReader) formField(x *xmlScanner, p *docxParagraph) error {
	b := Block{Kind: Field, Place: d.place()}
	ticked, chosen := "", 0
	var entries []string
	err := x.inside(func(x *xmlScanner) error {
		switch x.name {
		case "w:name":
			b.Marker = clean(x.attr("w:val"))
		case "w:checkBox":
			ticked = "☐"
		case "w:default", "w:checked":
			if ticked != "" {
				ticked = "☐"
				if onOff(x) {
					ticked = "☑"
				}
			}
		case "w:result":
			chosen = intOf(x.attr("w:val"), 0)
		case "w:listEntry":
			if len(entries) < 1000 {
				entries = append(entries, clean(x.attr("w:val")))
			}
		}
		return nil
	})
	b.Text = ticked
	if chosen >= 0 && chosen < len(entries) {
		b.Text = entries[chosen]
	}
	if b.Text != "" {
		p.anchor(b)
		if over := d.spendAll(1, len(b.Text)); over != nil {
			return over
		}
	}
	return err
}

// runProperties reads the w:rPr that was opened last and says what it hides: all there is, by name or by a style; or the words, in
// letters too small to be seen, or in white on what nobody has painted.
func (d *docxReader) runProperties(x *xmlScanner, p *docxParagraph) (unseen docxUnseen, err error) {
	if d.b.o.Plain {
		return unseen, x.skipElement()
	}
	said, white, painted := false, false, p.shaded || d.tables > 0 || d.boxes > 0
	style := ""
	err = x.inside(func(x *xmlScanner) error {
		switch x.name {
		case "w:rStyle":
			style = x.attr("w:val")
		case "w:vanish":
			said = true
			unseen.all = onOff(x)
			unseen.words, unseen.not = unseen.all, !unseen.all
		case "w:color":
			white = strings.EqualFold(x.attr("w:val"), "FFFFFF")
		case "w:shd":
			painted = painted || shaded(x)
		case "w:highlight":
			painted = true
		case "w:sz":
			if size := intOf(x.attr("w:val"), 20); size > 0 && size <= 2 { // half points
				said, unseen.words = true, true
			}
		case "w:rPrChange":
			return x.skipElement()
		}
		return nil
	})
	if !said && style != "" {
		unseen.all = d.styles.look(style).hidden
		unseen.words = unseen.all
	}
	if white && !painted && !d.styles.look(p.style).shaded {
		unseen.words = true
	}
	return unseen, err
}

// ruby reads a word with a reading aid above it.
func (d *docxReader) ruby(x *xmlScanner, p *docxParagraph) error {
	above := &docxParagraph{page: p.page}
	start := len(p.text)
	err := x.inside(func(x *xmlScanner) error {
		switch x.name {
		case "w:rt":
			return d.inline(x, above)
		case "w:rubyBase":
			return d.inline(x, p)
		case "w:rubyPr":
			return x.skipElement()
		}
		return nil
	})
	above.normalise()
	if len(above.text) > 0 {
		b := Block{Kind: Ruby, Text: string(above.text), Marks: above.marks, Blocks: above.blocks, Place: d.place()}
		p.anchor(b)
		p.blocks[len(p.blocks)-1].Offset = start
		if over := d.spend(1); over != nil {
			return over
		}
	}
	return err
}
