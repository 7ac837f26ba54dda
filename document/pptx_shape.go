package document

import (
	"math"
	"strings"
)

// placing takes lengths of a group to those of the slide, in EMU.
type placing struct{ scaleX, scaleY, x, y float64 }

var identity = placing{scaleX: 1, scaleY: 1}

// within is the placing of what is in a group that has its own lengths.
func (p placing) within(f pptxFrame) placing {
	in := placing{scaleX: 1, scaleY: 1, x: f.x - f.childX, y: f.y - f.childY}
	if f.childWidth > 0 && f.childHeight > 0 {
		in.scaleX, in.scaleY = f.width/f.childWidth, f.height/f.childHeight
		in.x, in.y = f.x-f.childX*in.scaleX, f.y-f.childY*in.scaleY
	}
	return placing{p.scaleX * in.scaleX, p.scaleY * in.scaleY, p.x + p.scaleX*in.x, p.y + p.scaleY*in.y}
}

// pptxFrame is where a shape stands, in EMU and degrees.
type pptxFrame struct {
	known                                   bool
	x, y, width, height                     float64
	turned                                  float64
	childX, childY, childWidth, childHeight float64 // of a group
}

// read reads an element of an a:xfrm.
func (f *pptxFrame) read(x *xmlScanner) {
	switch x.name {
	case "a:xfrm", "p:xfrm":
		f.turned = length(x.attr("rot")) / 60000
	case "a:off":
		f.x, f.y = length(x.attr("x")), length(x.attr("y"))
	case "a:ext":
		if w, ok := x.has("cx"); ok {
			f.width, f.height, f.known = length(w), length(x.attr("cy")), true
		}
	case "a:chOff":
		f.childX, f.childY = length(x.attr("x")), length(x.attr("y"))
	case "a:chExt":
		f.childWidth, f.childHeight = length(x.attr("cx")), length(x.attr("cy"))
	}
}

// rect is the box around the shape on the slide, in points; nil if the file does not say.
func (f *pptxFrame) rect(p placing) *Rect {
	if !f.known {
		return nil
	}
	width, height := f.width*p.scaleX, f.height*p.scaleY
	middleX, middleY := p.x+f.x*p.scaleX+width/2, p.y+f.y*p.scaleY+height/2
	sin, cos := math.Sincos(f.turned * math.Pi / 180)
	w := math.Abs(width*cos) + math.Abs(height*sin)
	h := math.Abs(width*sin) + math.Abs(height*cos)
	points := func(v float64) float64 { return math.Round(v/emu*100) / 100 }
	return &Rect{points(middleX - w/2), points(middleY - h/2), points(middleX + w/2), points(middleY + h/2)}
}

// pptxShape is a shape that is being read.
type pptxShape struct {
	frame         pptxFrame
	isPlaceholder bool
	kind, index   string
	alt           string
	hidden        bool
	list          *dmlList
}

// shapes reads the shapes in the element that was opened last.
func (p *pptxReader) shapes(x *xmlScanner, s *pptxSlide, at placing) error {
	var group pptxFrame
	within, from, hidden := at, len(s.blocks), false
	var read func(x *xmlScanner) error
	read = func(x *xmlScanner) error {
		switch x.name {
		case "p:cNvPr": // of the group
			hidden = onOffOf(x.attr("hidden"))
		case "p:grpSpPr":
			err := x.inside(func(x *xmlScanner) error {
				group.read(x)
				return nil
			})
			if group.known {
				within = at.within(group)
			}
			return err
		case "p:grpSp":
			return p.shapes(x, s, within)
		case "p:sp", "p:cxnSp":
			return p.shape(x, s, within)
		case "p:pic":
			return p.picture(x, s, within)
		case "p:graphicFrame":
			return p.graphic(x, s, within)
		case "mc:AlternateContent":
			return alternate(x, func() error { return x.inside(read) })
		case "p:timing", "p:extLst", "p:transition":
			return x.skipElement()
		}
		return nil
	}
	err := x.inside(read)
	if hidden {
		hide(s.blocks[from:])
	}
	return err
}

// shapeParts reads what a shape says of itself, and calls text for its text, when all else is known.
func (p *pptxReader) shapeParts(x *xmlScanner, shape *pptxShape, text func(x *xmlScanner) error) error {
	return x.inside(func(x *xmlScanner) error {
		switch x.name {
		case "p:cNvPr":
			shape.alt, shape.hidden = altOf(x), onOffOf(x.attr("hidden"))
		case "p:ph":
			shape.isPlaceholder, shape.kind, shape.index = true, firstOf(x.attr("type"), "obj"), x.attr("idx")
		case "p:spPr":
			return x.inside(func(x *xmlScanner) error {
				if x.name == "a:ext" && len(x.attributes()) == 1 { // of an extension
					return nil
				}
				shape.frame.read(x)
				return nil
			})
		case "p:txBody":
			return text(x)
		case "p:style", "p:extLst":
			return x.skipElement()
		}
		return nil
	})
}

// shape reads the p:sp that was opened last.
func (p *pptxReader) shape(x *xmlScanner, s *pptxSlide, at placing) error {
	shape := pptxShape{}
	return p.shapeParts(x, &shape, func(x *xmlScanner) error {
		if s.notes && asideOfNotes(shape.kind) {
			return x.skipElement()
		}
		rect := shape.frame.rect(at)
		var lists []*dmlList
		if shape.isPlaceholder {
			var inherited *Rect
			inherited, lists = s.master.inherited(shape.kind, shape.index)
			if rect == nil {
				rect = inherited
			}
		}
		blocks, err := p.dml(s, Place{Page: s.number, Rect: rect}).paragraphs(x, lists...)
		if !saysAnything(blocks) {
			return err
		}
		if p.away(rect) || shape.hidden {
			hide(blocks)
		}
		if !s.notes {
			blocks = s.named(shape.kind, blocks)
		}
		s.blocks = append(s.blocks, blocks...)
		return err
	})
}

// asideOfNotes are the placeholders of a page of notes that are no notes.
func asideOfNotes(kind string) bool {
	switch kind {
	case "sldImg", "sldNum", "dt", "hdr", "ftr":
		return true
	}
	return false
}

// named gives the blocks of a placeholder the kinds that it makes of them.
func (s *pptxSlide) named(kind string, blocks []Block) []Block {
	switch kind {
	case "title", "ctrTitle":
		title := oneOf(blocks)
		title.Kind, title.Level = Heading, 1
		if s.title == "" {
			s.title = strings.TrimSpace(strings.ReplaceAll(title.Text, "\n", " "))
		}
		return []Block{title}
	case "dt", "ftr", "sldNum", "hdr":
		for i := range blocks {
			blocks[i].Kind, blocks[i].Level, blocks[i].Marker = Footer, 0, ""
		}
	}
	return blocks
}

// oneOf makes one block of the paragraphs of a text.
func oneOf(blocks []Block) Block {
	one := blocks[0]
	var text strings.Builder
	text.WriteString(one.Text)
	for _, b := range blocks[1:] {
		text.WriteByte('\n')
		by := text.Len()
		text.WriteString(b.Text)
		for _, m := range b.Marks {
			m.Start, m.End = m.Start+by, m.End+by
			one.Marks = append(one.Marks, m)
		}
		for _, inner := range b.Blocks {
			inner.Offset += by
			one.Blocks = append(one.Blocks, inner)
		}
	}
	one.Text, one.Marker = text.String(), ""
	return one
}

// away reports whether a box is beside the slide, where nobody sees it.
func (p *pptxReader) away(r *Rect) bool {
	return r != nil && p.width > 0 && p.height > 0 && (r.X1 < 0 || r.Y1 < 0 || r.X0 > p.width || r.Y0 > p.height)
}

// picture reads the p:pic that was opened last.
func (p *pptxReader) picture(x *xmlScanner, s *pptxSlide, at placing) error {
	shape, b := pptxShape{}, Block{Kind: Picture}
	var of relation
	err := x.inside(func(x *xmlScanner) error {
		switch x.name {
		case "p:cNvPr":
			shape.alt, shape.hidden = altOf(x), onOffOf(x.attr("hidden"))
		case "p:ph":
			shape.isPlaceholder, shape.kind, shape.index = true, firstOf(x.attr("type"), "obj"), x.attr("idx")
		case "a:videoFile", "a:audioFile", "a:wavAudioFile":
			p.embedded(s, firstOf(x.attr("r:link"), x.attr("r:embed")), "a recording")
		case "a:blip":
			if b.Image == 0 {
				of = s.rels[x.attr("r:embed")]
				b.Image = p.imageOf(of)
			}
		case "a:xfrm", "a:off", "a:ext":
			shape.frame.read(x)
		case "p:txBody", "p:style":
			return x.skipElement()
		}
		return nil
	})
	b.Text, b.Hidden = shape.alt, shape.hidden
	b.Place = Place{Page: s.number, Rect: shape.frame.rect(at)}
	if b.Rect == nil && shape.isPlaceholder {
		b.Rect, _ = s.master.inherited(shape.kind, shape.index)
	}
	b.Hidden = b.Hidden || p.away(b.Rect)
	if err == nil {
		b.Blocks, err = p.recognised(of, b.Place)
	}
	if !s.notes {
		s.blocks = append(s.blocks, b)
	}
	if over := p.spend(1, len(b.Text)); over != nil {
		return over
	}
	return err
}
