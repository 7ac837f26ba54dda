package document

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
)

// pptx reads PowerPoint's files: PresentationML, part 1 of ECMA-376, and its macro-enabled, template and show variants.
//
// A slide's shapes come in the order in which the file has them, from the back to the front: that is the order in which
// PowerPoint reads a slide aloud, and the only one that an author can set. Each text has the box of its shape. A slide that is not shown
// is hidden with all that is on it, as a sheet is: whoever is at the show or has it as a PDF does not see it.
var pptx = format{
	name:       "pptx",
	extensions: pptxExtensions,
	is:         isOOXML("ppt", pptxExtensions...),
	read:       readPPTX,
	count:      countPPTX,
	skip:       []Kind{Header, Comment, Picture},
}

var pptxExtensions = []string{".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"}

// pptxReader is a file that is being read.
type pptxReader struct {
	*ooxml
	rels          relations // of the presentation
	width, height float64   // points
	masters       map[string]*pptxMaster
	authors       map[string]string
	once          once // charts and diagrams, by their parts
	blocksOut     int
	before        int // of these, on slides before this one
	textOut       int64
}

// pptxSlide is a slide, or a page of notes, that is being read.
type pptxSlide struct {
	number int
	rels   relations
	master *pptxMaster
	notes  bool
	hidden bool
	title  string
	blocks []Block
}

// emu is how many of the lengths that office files use make a point.
const emu = 12700

func readPPTX(ctx context.Context, src *Source, b *builder) error {
	o, err := openOOXML(src, b, "ppt")
	if err != nil {
		return err
	}
	b.doc.Unit, b.doc.Layout = Slide, Boxes
	p := &pptxReader{ooxml: o, masters: map[string]*pptxMaster{}, authors: map[string]string{}}
	p.rels = p.relations(p.main)
	if _, err := o.meta(); err != nil {
		return err
	}
	ids, err := p.readPresentation()
	if err != nil {
		return err
	}
	if err := p.readAuthors(); err != nil {
		return err
	}
	b.total = len(ids)
	for i, id := range ids {
		if err := p.slide(i+1, p.rels[id].target, id); err != nil {
			return err
		}
	}
	return o.verify()
}

// readPresentation returns the relations of the slides in order.
func (p *pptxReader) readPresentation() ([]string, error) {
	var ids []string
	err := p.scan(p.main, func(x *xmlScanner) error {
		switch x.name {
		case "p:sldId":
			if len(ids) >= p.b.limits.Pages {
				return tooMuch("pages", p.b.limits.Pages)
			}
			ids = append(ids, x.attr("r:id"))
		case "p:sldSz":
			p.width, p.height = length(x.attr("cx"))/emu, length(x.attr("cy"))/emu
		}
		return nil
	})
	if p.missed[p.main] { // slides of which it does not tell any more, by their names
		for _, id := range p.rels.ids() {
			if p.rels[id].kind == "slide" && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids, err
}

// length is a length as the file has it; 0 where there is none.
func length(text string) float64 { return float64(intOf(text, 0)) }

// maxOnSlide is how many blocks a slide may have with its notes and comments.
const maxOnSlide = 1 << 18

// slide reads a slide with its notes and comments, and hands it over.
func (p *pptxReader) slide(number int, name, id string) error {
	p.before = p.blocksOut
	page := Page{Number: number, Width: p.width, Height: p.height}
	if !p.has(name) {
		if err := p.b.page(page); err != nil {
			return err
		}
		p.b.gap(Gap{What: GapPage, Page: number, Where: cmp.Or(name, id), Why: "the slide is not in the file"})
		return nil
	}
	s := &pptxSlide{number: number, rels: p.relations(name)}
	if err := p.readImages(s.rels, number); err != nil {
		return err
	}
	var err error
	if s.master, err = p.master(s.rels.first("slideLayout"), 0); err != nil {
		return err
	}
	err = p.slidePart(name, number, func(x *xmlScanner) error {
		s.hidden = x.attr("show") == "0" || x.attr("show") == "false"
		s.blocks = append(s.blocks, s.master.shown(x, s.hidden)...)
		Walk(s.blocks, func(b *Block) bool {
			b.Page = number
			return true
		})
		return p.shapes(x, s, identity)
	})
	page.Label, page.Hidden = s.title, s.hidden
	for _, part := range []struct {
		kind string
		read func(s *pptxSlide, name string) error
	}{{"notesSlide", p.notes}, {"comments", p.comments}} {
		if name := s.rels.first(part.kind); name != "" && err == nil {
			err = part.read(s, name)
		}
	}
	const most = 1 << 16 // of a slide that goes beyond a limit: enough to show what it is
	if err != nil && len(s.blocks) > most {
		s.blocks = slices.Clone(s.blocks[:most])
	}
	if s.hidden {
		hide(s.blocks)
	}
	if told := p.b.page(page); told != nil {
		return told
	}
	return errors.Join(p.b.add(s.blocks...), err)
}

// slidePart reads a part that belongs to a slide, with its root open. What is damaged is a gap of that page.
func (p *pptxReader) slidePart(name string, page int, read func(x *xmlScanner) error) error {
	known := p.missed[name]
	x, err := p.xml(name)
	if x != nil && err == nil {
		if _, err = x.next(); err == nil {
			err = read(x)
		}
		err = p.damaged(name, err)
	}
	if p.missed[name] && !known {
		p.b.gap(Gap{What: GapPage, Page: page, Where: name, Why: "not all of it could be read"})
	}
	return err
}

// notes reads what the speaker wrote for himself. A page of notes has a header, a footer, a date, a number and a picture of
// the slide too; they are not taken.
func (p *pptxReader) notes(s *pptxSlide, name string) error {
	n := &pptxSlide{number: s.number, rels: p.relations(name), notes: true}
	if err := p.readImages(n.rels, s.number); err != nil {
		return err
	}
	err := p.slidePart(name, s.number, func(x *xmlScanner) error { return p.shapes(x, n, identity) })
	if saysAnything(n.blocks) {
		Walk(n.blocks, func(b *Block) bool {
			b.Rect = nil // its place is on another sheet
			return true
		})
		s.blocks = append(s.blocks, Block{Kind: Notes, Blocks: n.blocks, Place: Place{Page: s.number}})
	}
	return err
}

// readAuthors reads who has written comments.
func (p *pptxReader) readAuthors() error {
	for _, kind := range []string{"commentAuthors", "authors"} {
		name := p.rels.first(kind)
		if name == "" {
			continue
		}
		err := p.scan(name, func(x *xmlScanner) error {
			if x.name == "p:cmAuthor" || x.name == "p188:author" {
				p.authors[x.attr("id")] = clean(x.attr("name"))
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// comments reads the comments to a slide: the older ones and the threads of newer programs.
func (p *pptxReader) comments(s *pptxSlide, name string) error {
	dml := p.dml(s, Place{Page: s.number})
	return p.slidePart(name, s.number, func(x *xmlScanner) error {
		var open []*Block // a comment, and an answer in it
		return x.inside(func(x *xmlScanner) error {
			switch x.name {
			case "p:cm", "p188:cm", "p188:reply":
				if err := p.spend(1, 0); err != nil {
					return err
				}
				b := Block{Kind: Comment, Author: p.authors[x.attr("authorId")], Place: Place{Page: s.number}}
				s.blocks = append(s.blocks, b)
				open = []*Block{&s.blocks[len(s.blocks)-1]}
			case "p:pos": // in 1/576 inch
				if len(open) > 0 {
					px, py := length(x.attr("x"))/8, length(x.attr("y"))/8
					open[0].Rect = &Rect{px, py, px, py}
				}
			case "p:text":
				text, err := x.textInside()
				if len(open) > 0 {
					open[0].Text = text
				}
				return errors.Join(err, p.spend(0, len(text)))
			case "p188:txBody":
				blocks, err := dml.paragraphs(x)
				if len(open) > 0 {
					open[0].Blocks = blocks
				}
				return err
			}
			return nil
		})
	})
}

func (p *pptxReader) dml(s *pptxSlide, place Place) *dmlReader {
	return &dmlReader{ooxml: p.ooxml, rels: s.rels, spend: p.spend, place: place}
}

// spend takes blocks and bytes of text off what is left, before they are made.
func (p *pptxReader) spend(blocks, text int) error {
	p.blocksOut += blocks
	p.textOut += int64(text)
	switch {
	case p.blocksOut > p.b.limits.Blocks:
		return p.b.limits.over("blocks")
	case p.blocksOut-p.before > maxOnSlide:
		return tooMuch("blocks", maxOnSlide)
	case p.textOut > p.b.limits.Text:
		return p.b.limits.over("text")
	}
	return p.b.ctx.Err()
}

// embedded notes a file in a slide that nobody opens here.
func (p *pptxReader) embedded(s *pptxSlide, id, what string) {
	p.b.gap(Gap{What: GapEmbedded, Page: s.number, Where: firstOf(s.rels[id].target, id), Why: fmt.Sprintf("%s is not opened", what)})
}
