package document

import "slices"

// pptxMaster is a layout or the master of a layout: what slides inherit of places and bullets, and what it shows on each.
type pptxMaster struct {
	above        *pptxMaster // a layout's master
	placeholders []pptxPlaceholder
	title        *dmlList // of a master
	body         *dmlList
	other        *dmlList
	fixed        []Block // texts that it shows on all its slides
	hides        bool    // what is above it
	told         once    // whether fixed has come out
}

// pptxPlaceholder is a place that slides fill.
type pptxPlaceholder struct {
	kind, index string
	rect        *Rect
	list        *dmlList
}

// master reads a layout, or the master of one, once.
func (p *pptxReader) master(name string, depth int) (*pptxMaster, error) {
	if name == "" || depth > 1 {
		return nil, nil
	}
	if m, ok := p.masters[name]; ok {
		return m, nil
	}
	m := &pptxMaster{}
	p.masters[name] = m
	if !p.has(name) {
		_, err := p.part(name)
		p.missing(name, err)
		return m, nil
	}
	rels := p.relations(name)
	var err error
	if m.above, err = p.master(rels.first("slideMaster"), depth+1); err != nil {
		return nil, err
	}
	s := &pptxSlide{rels: rels, master: m}
	return m, p.scan(name, func(x *xmlScanner) (err error) {
		switch x.name {
		case "p:sldLayout":
			m.hides = x.attr("showMasterSp") == "0"
		case "p:sp":
			err = p.placeholder(x, m, s)
		case "p:titleStyle":
			m.title, err = readList(x)
		case "p:bodyStyle":
			m.body, err = readList(x)
		case "p:otherStyle":
			m.other, err = readList(x)
		}
		return err
	})
}

// placeholder reads a p:sp of a layout or master: a place to fill, or a text that is shown as it is.
func (p *pptxReader) placeholder(x *xmlScanner, m *pptxMaster, s *pptxSlide) error {
	shape := pptxShape{}
	err := p.shapeParts(x, &shape, func(x *xmlScanner) error {
		if !shape.isPlaceholder {
			blocks, err := p.dml(s, Place{Rect: shape.frame.rect(identity)}).paragraphs(x)
			if saysAnything(blocks) && !shape.hidden {
				m.fixed = append(m.fixed, Block{Kind: Header, Blocks: blocks})
			}
			return err
		}
		return x.inside(func(x *xmlScanner) (err error) {
			if x.name == "a:lstStyle" {
				shape.list, err = readList(x)
			}
			return err
		})
	})
	const most = 1024 // a layout has a dozen
	if shape.isPlaceholder && len(m.placeholders) < most {
		m.placeholders = append(m.placeholders, pptxPlaceholder{shape.kind, shape.index, shape.frame.rect(identity), shape.list})
	}
	return err
}

// find returns the place of a layout or master that a slide's placeholder fills.
func (m *pptxMaster) find(kind, index string, layout bool) *pptxPlaceholder {
	if m == nil {
		return nil
	}
	for i := range m.placeholders { // a layout's by its number, a master's by what it is for
		if at := &m.placeholders[i]; layout && index != "" && at.index == index {
			return at
		}
	}
	for i := range m.placeholders {
		if at := &m.placeholders[i]; usualKind(at.kind) == usualKind(kind) {
			return at
		}
	}
	return nil
}

// usualKind is the kind of placeholder of a master from which others inherit.
func usualKind(kind string) string {
	switch kind {
	case "ctrTitle":
		return "title"
	case "dt", "ftr", "sldNum", "title", "hdr":
		return kind
	}
	return "body"
}

// inherited returns the box and the bullets that a slide's placeholder has from its layout and master.
func (m *pptxMaster) inherited(kind, index string) (rect *Rect, lists []*dmlList) {
	if m == nil {
		return nil, nil
	}
	from := m.find(kind, index, true)
	above := m.above
	if from != nil {
		rect, lists, kind = from.rect, append(lists, from.list), firstOf(kind, from.kind)
	}
	if at := above.find(kind, "", false); at != nil {
		if rect == nil {
			rect = at.rect
		}
		lists = append(lists, at.list)
	}
	if above != nil {
		switch usualKind(kind) {
		case "title":
			lists = append(lists, above.title)
		case "body":
			lists = append(lists, above.body)
		}
	}
	return rect, lists
}

// shown are the texts that a slide, whose root is open, shows of its layout and master: with the first of their slides, and with a hidden
// one if that is before.
func (m *pptxMaster) shown(x *xmlScanner, hidden bool) []Block {
	if m == nil || x.attr("showMasterSp") == "0" {
		return nil
	}
	var out []Block
	if m.above != nil && !m.hides && m.above.told.first("", hidden) {
		out = append(out, m.above.fixed...)
	}
	if m.told.first("", hidden) {
		out = append(out, m.fixed...)
	}
	for i := range out { // the page that they are on is not that of another slide
		out[i].Blocks = slices.Clone(out[i].Blocks)
	}
	return out
}
