package document

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// isDrawing reports whether an element is something drawn.
func isDrawing(name string) bool {
	switch name {
	case "draw:frame", "draw:rect", "draw:line", "draw:polyline", "draw:polygon", "draw:regular-polygon", "draw:path", "draw:circle", "draw:ellipse", "draw:g", "draw:custom-shape",
		"draw:connector", "draw:caption", "draw:measure", "draw:text-box", "draw:image", "draw:object", "draw:object-ole", "draw:a", "draw:control", "dr3d:scene", "draw:plugin", "draw:floating-frame":
		return true
	}
	return false
}

// rect is where a drawing is on a slide.
func (r *odfReader) rect() *Rect {
	if r.b.doc.Unit != Slide {
		return nil
	}
	x := r.x
	w, h := odfLength(x.attr("svg:width")), odfLength(x.attr("svg:height"))
	left, top := odfLength(x.attr("svg:x")), odfLength(x.attr("svg:y"))
	if w <= 0 || h <= 0 {
		return nil
	}
	return &Rect{left, top, left + w, top + h}
}

// drawing reads something drawn: a box of its text, pictures, what is grouped.
func (r *odfReader) drawing(to sink) error {
	x := r.x
	r.grounds = append(r.grounds, "graphic/"+x.attr("draw:style-name"))
	defer func() { r.grounds = r.grounds[:len(r.grounds)-1] }()
	switch x.name {
	case "draw:frame":
		return r.frame(to)
	case "draw:g", "draw:a", "dr3d:scene":
		return r.content(to)
	case "draw:image":
		b := Block{Kind: Picture, Place: r.place(), Hidden: r.hidden}
		err := r.picture(&b)
		return r.placed(to, b, err)
	case "draw:object", "draw:object-ole", "draw:plugin", "draw:floating-frame":
		return r.object(to, nil)
	}
	b := Block{Kind: Box, Place: r.place()}
	b.Rect = r.rect()
	err := r.boxed(&b, r.content)
	if len(b.Blocks) == 0 {
		return err
	}
	return r.placed(to, b, err)
}

// placed gives a block on, also one that could not be read to its end.
func (r *odfReader) placed(to sink, b Block, err error) error {
	if err == nil {
		err = r.part()
	}
	if out := to(b); out != nil {
		return out
	}
	return err
}

// boxed reads what is in a box. A drawing's empty paragraphs say nothing.
func (r *odfReader) boxed(b *Block, read func(sink) error) error {
	err := r.inner(b, read)
	for i := range b.Blocks {
		if p := &b.Blocks[i]; p.Text != "" || p.Kind != Paragraph || len(p.Blocks) > 0 {
			return err
		}
	}
	b.Blocks = nil
	return err
}

// frame reads a frame, which has its content in several ways: the first that can be read counts.
func (r *odfReader) frame(to sink) error {
	x := r.x
	rect, class := r.rect(), x.attr("presentation:class")
	if x.is("presentation:placeholder") {
		return nil // it asks for what nobody has written
	}
	done := false
	return x.children(func(string) error {
		if done {
			return nil
		}
		switch x.name {
		case "draw:text-box":
			done = true
			b := Block{Kind: Box, Place: r.place()}
			b.Rect = rect
			err := r.boxed(&b, r.content)
			if len(b.Blocks) == 0 {
				return err
			}
			return r.placed(to, byClass(b, class), err)
		case "draw:image":
			done = true
			b := Block{Kind: Picture, Place: r.place(), Hidden: r.hidden}
			b.Rect = rect
			err := r.picture(&b)
			return r.placed(to, b, err)
		case "draw:object", "draw:object-ole", "draw:plugin", "draw:floating-frame":
			done = true
			return r.object(to, rect)
		case "table:table":
			done = true
			return r.table(func(b Block) error {
				b.Rect = rect
				return to(b)
			})
		}
		return nil
	}, nil)
}

// byClass is a box on a slide as what it is there: a title is a heading.
func byClass(b Block, class string) Block {
	switch class {
	case "title":
		if len(b.Blocks) == 1 && len(b.Blocks[0].Blocks) == 0 {
			p := b.Blocks[0]
			p.Kind, p.Level, p.Rect = Heading, 1, b.Rect
			return p
		}
		b.Blocks[0].Kind, b.Blocks[0].Level = Heading, 1
	case "footer", "date-time", "page-number":
		b.Kind = Footer
	case "header":
		b.Kind = Header
	}
	return b
}

// picture reads a picture: a part of the file, or base64 in flat XML.
func (r *odfReader) picture(b *Block) error {
	x := r.x
	href := strings.TrimPrefix(x.attr("xlink:href"), "./")
	err := x.children(func(string) error {
		if x.name != "office:binary-data" {
			return nil
		}
		text, err := x.wholeText()
		data, fault := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		if fault != nil {
			r.b.gap(Gap{What: GapEntry, Page: len(r.b.doc.Pages), Where: "office:binary-data", Why: fault.Error()})
		}
		i := Image{Name: "office:binary-data", Data: data, Page: r.pages.page()}
		i.Width, i.Height = pixels(data)
		b.Image = r.b.image(i)
		return err
	}, nil)
	if err != nil || href == "" || b.Image > 0 {
		return err
	}
	return r.image(b, href)
}

// image reads the picture that a part is, once.
func (r *odfReader) image(b *Block, name string) error {
	if n, ok := r.images[name]; ok {
		b.Image = n
		return nil
	}
	if r.pack == nil || strings.Contains(name, "://") || strings.HasPrefix(name, "../") {
		r.images[name] = 0
		r.b.gap(Gap{What: GapEntry, Page: len(r.b.doc.Pages), Where: name, Why: "a picture that is not in the file"})
		return nil
	}
	data, err := r.pack.part(name)
	if err != nil {
		if fatal(err) {
			return err
		}
		r.b.gap(Gap{What: GapEntry, Page: len(r.b.doc.Pages), Where: name, Why: err.Error()})
	}
	i := Image{Name: name, Type: odfPicture(name), Data: data, Page: len(r.b.doc.Pages)}
	i.Width, i.Height = pixels(data)
	b.Image = r.b.image(i)
	r.images[name] = b.Image
	return nil
}

// odfPicture is the media type of a picture by its name.
func odfPicture(name string) string {
	types := map[string]string{".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".svg": "image/svg+xml", ".bmp": "image/bmp", ".tif": "image/tiff", ".tiff": "image/tiff", ".webp": "image/webp", ".wmf": "image/wmf", ".emf": "image/emf"}
	return types[strings.ToLower(name[strings.LastIndexByte(name, '.')+1-min(1, strings.Count(name, ".")):])]
}

// object reads an object in the document: a formula, a chart. Others are a gap.
func (r *odfReader) object(to sink, rect *Rect) error {
	x := r.x
	kind, href := local(x.name), strings.Trim(x.attr("xlink:href"), "./")
	b := Block{Kind: Picture, Place: r.place(), Hidden: r.hidden}
	b.Rect = rect
	found := false
	err := x.children(func(string) error { // flat XML has the object here
		switch x.name {
		case "math:math":
			found = true
			return r.formula(&b)
		case "office:document":
			found = true
			return r.chart(&b)
		}
		return nil
	}, nil)
	if part := href + "/content.xml"; err == nil && !found && kind == "object" && href != "" && r.pack != nil && r.pack.has(part) {
		found, err = r.embedded(&b, part)
	}
	if err == nil && kind == "object-ole" && href != "" && r.pack != nil && r.pack.has(href) {
		data, fault := r.pack.part(href)
		if fault != nil && fatal(fault) {
			return fault
		}
		found, err = true, r.b.ole(href, len(r.b.doc.Pages), data)
	}
	if !found {
		r.b.gap(Gap{What: GapEmbedded, Page: len(r.b.doc.Pages), Where: href, Why: kind})
	}
	return r.placed(to, b, err)
}

// embedded reads the part of an object.
func (r *odfReader) embedded(b *Block, part string) (bool, error) {
	data, err := r.pack.part(part)
	if err != nil {
		if fatal(err) {
			return false, err
		}
		r.b.gap(Gap{What: GapEntry, Page: len(r.b.doc.Pages), Where: part, Why: err.Error()})
	}
	outer, name := r.x, r.name
	r.x, r.name = newXML(data, odfSpaces, xmlNesting*r.b.limits.Depth), part
	defer func() { r.x, r.name = outer, name }()
	for {
		token, err := r.x.next()
		if err != nil {
			return bytes.Contains(data, []byte("<")), r.damaged(err)
		}
		if token != xmlOpen {
			continue
		}
		switch r.x.name {
		case "math:math":
			return true, r.damaged(r.formula(b))
		case "office:body":
			return true, r.damaged(r.chart(b))
		}
	}
}

// formula reads a formula: as it was typed, if that is with it, else the signs of its MathML.
func (r *odfReader) formula(b *Block) error {
	x := r.x
	b.Kind = Equation
	var typed, signs string
	for depth := x.depth(); ; {
		token, err := x.next()
		if err == nil && token == xmlOpen && x.name == "math:annotation" {
			typed, err = x.wholeText()
		}
		if typed = strings.TrimSpace(typed); err != nil || token == xmlClose && x.depth() < depth {
			if b.Text = clean(typed); b.Text == "" {
				b.Text = clean(strings.Join(strings.Fields(signs), " "))
			}
			return err
		}
		if token == xmlText {
			signs += string(x.text) + " "
		}
		const most = 1 << 16
		if len(signs) > most {
			signs = signs[:most]
		}
	}
}

// chart reads the titles and the table of a chart, or of another document in this one.
func (r *odfReader) chart(b *Block) error {
	x := r.x
	b.Kind = Chart
	return r.inner(b, func(to sink) error {
		for depth := x.depth(); ; {
			token, err := x.next()
			if err == nil && token == xmlOpen && x.name == "office:spreadsheet" {
				err = r.innerSheets(to)
			}
			if err != nil || token == xmlClose && x.depth() < depth {
				return err
			}
			if token == xmlOpen && (x.name == "text:p" || x.name == "text:h" || x.name == "table:table") {
				if err := r.block(to); err != nil {
					return err
				}
			}
		}
	})
}
