package document

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// docx reads Word's files: WordprocessingML, part 1 of ECMA-376, and its macro-enabled and template variants.
//
// A file of this format keeps text in order and no layout. What it may keep is where pages ended when Word last drew them
// (w:lastRenderedPageBreak), and how many there were. Where the two agree, text has these pages; where they do not, or
// nothing is said, the document is a flow, and text knows its section and paragraph.
var docx = format{
	name:       "docx",
	extensions: []string{".docx", ".docm", ".dotx", ".dotm"},
	is:         isOOXML("word", ".docx", ".docm", ".dotx", ".dotm"),
	read:       readDOCX,
	count:      countDOCX,
	skip:       docxSkip,
	lets:       true,
}

var docxSkip = []Kind{Header, Footer, Footnote, Endnote, Comment, Picture, Chart, Diagram}

// docxReader is a file that is being read.
type docxReader struct {
	*ooxml
	styles    docxStyles
	numbering docxNumbering
	settings  docxSettings
	notes     map[string][]Block // of kind and id: "footnote 1"
	comments  map[string]Block
	order     []string // of notes, as the file has them

	rels     relations // of the part that is being read
	body     bool      // whether that is the main one
	fields   []docxField
	tables   int          // how many are open
	boxes    int          // text boxes
	once     once         // headers, charts and diagrams, by their parts
	numbered map[Kind]int // notes, so far

	section   docxSection
	at        Place     // of the paragraph that is being read
	pages     int       // that ended so far
	laid      bool      // whether pages are known at all
	all       [][]Block // in pieces, so that a long document is not copied while it grows
	begun     int       // the first piece of the section
	text      int64
	blocksOut int

	// Of a file that is read for its text alone: what reads how paragraphs look, if one is met that has no text.
	laterStyles, laterLists   func() error
	scanStyles                xmlScan
	defaultRead, defaultPlain bool  // the style of paragraphs that name none, and that it makes nothing of them
	wrong                     error // what came of that
}

// docxSettings are what word/settings.xml says that changes what is read.
type docxSettings struct {
	evenAndOdd        bool
	footnote, endnote string // formats of their numbers
}

// readDOCX reads a file; for its text alone, if that is asked for and all is well with the file.
func readDOCX(_ context.Context, src *Source, b *builder) error {
	return plainly(b, func(b *builder) error { return readDOCXInto(src, b) })
}

func readDOCXInto(src *Source, b *builder) error {
	o, err := openOOXML(src, b, "word")
	if err != nil {
		return err
	}
	defer o.close()
	d := &docxReader{ooxml: o, notes: map[string][]Block{}, comments: map[string]Block{},
		numbered: map[Kind]int{}, settings: docxSettings{footnote: "decimal", endnote: "lowerRoman"}}
	pages, err := o.meta()
	if err != nil {
		return err
	}
	err = d.readParts()
	if err != nil {
		d.shorten()
	}
	if b.o.Plain {
		if err == nil {
			err = d.plainText()
		}
	} else if kept := d.finish(pages); err == nil {
		err = kept
	}
	if err == nil {
		err = o.verify()
	}
	return err
}

// readParts reads the main part and what belongs to it.
func (d *docxReader) readParts() error {
	d.rels = d.relations(d.main)
	for _, step := range []struct {
		kind string
		read func(name string) error
	}{
		{"styles", d.readStyles}, {"numbering", d.readNumbering}, {"settings", d.readSettings},
		{"footnotes", d.readNotes(Footnote)}, {"endnotes", d.readNotes(Endnote)}, {"comments", d.readComments},
	} {
		if name := d.rels.first(step.kind); name != "" {
			read := step.read
			if d.b.o.Plain {
				read = d.plainPart(step.kind, read)
			}
			if err := read(name); err != nil {
				return err
			}
		}
	}
	if err := d.readImages(d.rels, 0); err != nil {
		return err
	}
	d.body = true
	d.section.number = 1
	d.at = Place{Section: 1}
	err := d.story(d.main, func(x *xmlScanner) error {
		out, err := d.blocks(x, nil, true)
		return errors.Join(err, d.endSection(out))
	})
	d.body = false
	if err != nil {
		return err
	}
	return d.readLeft()
}

// story reads a part that has text: read is called with its root open. Errors of limits alone come back.
func (d *docxReader) story(name string, read func(x *xmlScanner) error) error {
	x, err := d.xml(name)
	if x == nil {
		return err
	}
	if _, err = x.next(); err == nil {
		err = read(x)
	}
	d.fields = d.fields[:0]
	return d.damaged(name, err)
}

// aside reads a part that has text of its own beside the body's, with its own relations.
func (d *docxReader) aside(name string, read func(x *xmlScanner) error) error {
	rels, body, at, fields := d.rels, d.body, d.at, d.fields
	d.rels, d.body, d.at, d.fields = d.relations(name), false, Place{}, nil
	err := d.readImages(d.rels, 0)
	if err == nil {
		err = d.story(name, read)
	}
	d.rels, d.body, d.at, d.fields = rels, body, at, fields
	return err
}

func (d *docxReader) readSettings(name string) error {
	return d.scan(name, func(x *xmlScanner) error {
		switch x.name {
		case "w:evenAndOddHeaders":
			d.settings.evenAndOdd = onOff(x)
		case "w:footnotePr", "w:endnotePr":
			format := &d.settings.footnote
			if x.name == "w:endnotePr" {
				format = &d.settings.endnote
			}
			return x.inside(func(x *xmlScanner) error {
				if x.name == "w:numFmt" {
					*format = x.attr("w:val")
				}
				return nil
			})
		}
		return nil
	})
}

// readNotes returns what reads a part of notes.
func (d *docxReader) readNotes(kind Kind) func(name string) error {
	return func(name string) error {
		return d.aside(name, func(x *xmlScanner) error {
			return x.inside(func(x *xmlScanner) error {
				if x.name != "w:footnote" && x.name != "w:endnote" {
					return nil
				}
				if t := x.attr("w:type"); t != "" && t != "normal" {
					return x.skipElement() // the line between text and notes
				}
				key := string(kind) + " " + x.attr("w:id")
				if err := d.spend(1); err != nil {
					return err
				}
				blocks, err := d.blocks(x, nil, false)
				if _, twice := d.notes[key]; !twice {
					d.notes[key] = blocks
					d.order = append(d.order, key)
				}
				return err
			})
		})
	}
}

func (d *docxReader) readComments(name string) error {
	return d.aside(name, func(x *xmlScanner) error {
		return x.inside(func(x *xmlScanner) error {
			if x.name != "w:comment" {
				return nil
			}
			id := x.attr("w:id")
			if err := d.spend(1); err != nil {
				return err
			}
			c := Block{Kind: Comment, Author: clean(x.attr("w:author"))}
			var err error
			c.Blocks, err = d.blocks(x, nil, false)
			if _, twice := d.comments[id]; !twice {
				d.comments[id] = c
				d.order = append(d.order, id)
			}
			return err
		})
	})
}

// readLeft adds notes and comments that nothing in the text refers to, at the end.
func (d *docxReader) readLeft() error {
	for _, key := range d.order {
		if c, ok := d.comments[key]; ok {
			d.all = append(d.all, []Block{c})
			continue
		}
		blocks, ok := d.notes[key]
		if !ok {
			continue
		}
		kind := Footnote
		if key[0] == 'e' {
			kind = Endnote
		}
		d.all = append(d.all, []Block{{Kind: kind, Blocks: blocks}})
	}
	return nil
}

// spend takes blocks off what is left, before they are made.
func (d *docxReader) spend(blocks int) error {
	if d.blocksOut += blocks; d.blocksOut > d.b.limits.Blocks {
		return d.b.limits.over("blocks")
	}
	return d.b.ctx.Err()
}

// shorten leaves of a file that goes beyond a limit what shows what it is: handing all of it over takes as much again.
func (d *docxReader) shorten() {
	const pieces = 16
	if len(d.all) > pieces {
		clear(d.all[pieces:])
		d.all = d.all[:pieces]
	}
}

// finish hands over what was read, with pages if they are known.
func (d *docxReader) finish(counted int) error {
	known := d.laid && counted == d.pages+1
	if known {
		d.b.doc.Unit, d.b.doc.Layout, d.b.total = Paper, PageOnly, counted
	}
	blocks := 0
	for _, piece := range d.all {
		blocks += len(piece)
	}
	d.b.doc.Blocks = slices.Grow(d.b.doc.Blocks, blocks)
	for i, piece := range d.all {
		d.all[i] = nil
		if !known {
			Walk(piece, func(b *Block) bool {
				b.Page = 0
				return true
			})
			if err := d.b.add(piece...); err != nil {
				return err
			}
			continue
		}
		for at := range piece {
			if err := d.turnTo(max(piece[at].Page, 1)); err != nil {
				return err
			}
			if err := d.b.add(piece[at]); err != nil {
				return err
			}
		}
	}
	if known {
		return d.turnTo(counted)
	}
	return nil
}

// turnTo begins the pages up to one.
func (d *docxReader) turnTo(page int) error {
	for n := len(d.b.doc.Pages); n < page; n++ {
		if err := d.b.page(Page{Number: n + 1, Width: d.section.width, Height: d.section.height}); err != nil {
			return err
		}
	}
	return nil
}

// onOff is the value of a switch: it is on unless it says that it is off.
func onOff(x *xmlScanner) bool {
	switch x.attr("w:val") {
	case "0", "false", "off", "none":
		return false
	}
	return true
}

// note is a note that the text refers to, with its number. Nil if it is not there, or was shown already.
func (d *docxReader) note(kind Kind, id string, custom bool) *Block {
	key := fmt.Sprintf("%s %s", kind, id)
	blocks, ok := d.notes[key]
	if !ok {
		return nil
	}
	delete(d.notes, key)
	format := d.settings.footnote
	if kind == Endnote {
		format = d.settings.endnote
	}
	note := &Block{Kind: kind, Blocks: blocks, Place: d.at}
	if !custom { // else what follows in the text is its mark
		d.numbered[kind]++
		note.Marker = docxNumber(format, d.numbered[kind])
	}
	Walk(blocks, func(b *Block) bool {
		b.Place = d.at
		return true
	})
	return note
}
