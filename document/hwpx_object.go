package document

import (
	"bytes"
	"image"
	"strings"
)

// pixels is how wide and high a picture is, 0 and 0 if it is of a kind that is not known.
func pixels(data []byte) (width, height int) {
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return 0, 0
	}
	return c.Width, c.Height
}

// secPr reads the paper of a section.
func (r *hwpxReader) secPr(t *hwpxText) error {
	x := r.x
	if r.plain != nil {
		return x.children(func(name string) error {
			if name != "masterPage" {
				return nil
			}
			return r.master(t, x.attr("idRef"))
		}, nil)
	}
	r.outline = r.head.numberings[x.attr("outlineShapeIDRef")]
	s := &hangulSetup{}
	t.setup = s
	return x.children(func(name string) error {
		switch name {
		case "pagePr":
			s.width, s.height = x.num("width"), x.num("height")
			if x.attr("landscape") == "NARROWLY" {
				s.width, s.height = s.height, s.width
			}
			gutter := x.attr("gutterType")
			return x.children(func(name string) error {
				if name == "margin" {
					s.left, s.right, s.top, s.bottom = x.num("left"), x.num("right"), x.num("top"), x.num("bottom")
					s.header, s.footer, s.gutter = x.num("header"), x.num("footer"), x.num("gutter")
					if gutter == "TOP_BOTTOM" {
						s.top, s.gutter = s.top+s.gutter, 0
					}
				}
				return nil
			}, nil)
		case "startNum":
			if n := x.num("page"); n > 0 {
				r.label.number = n - 1
			}
		case "masterPage":
			return r.master(t, x.attr("idRef"))
		}
		return nil
	}, nil)
}

// master reads a master page (바탕쪽): what is drawn on each page of the section.
func (r *hwpxReader) master(t *hwpxText, id string) error {
	item, ok := r.items[id]
	if !ok {
		return nil
	}
	x, err := r.xml(item.href)
	if err != nil {
		return err
	}
	outer := r.x
	r.x = x
	defer func() { r.x = outer }()
	o := t.hang(r, Block{Kind: Header})
	for err == nil {
		var token xmlToken
		if token, err = x.next(); err == nil && token == xmlOpen && local(x.name) == "subList" {
			err = r.nested(false, func(p *hangulParagraph) { o.paragraphs = append(o.paragraphs, p) })
		}
	}
	if err := untilEnd(err); err != nil {
		if fatal(err) {
			return err
		}
		r.damaged(item.href, err)
	}
	return nil
}

// colPr reads columns.
func (r *hwpxReader) colPr(t *hwpxText) error {
	x := r.x
	const most = 255
	n, gap, same := min(max(x.num("colCount"), 1), most), x.num("sameGap"), x.is("sameSz")
	var widths, gaps []int
	err := x.children(func(name string) error {
		if name == "colSz" && len(widths) < most {
			widths, gaps = append(widths, x.num("width")), append(gaps, x.num("gap"))
		}
		return nil
	}, nil)
	paper := t.setup
	if paper == nil && r.layout != nil {
		paper = &r.layout.setup
	}
	if paper == nil {
		return err
	}
	body := paper.width - paper.left - paper.gutter - paper.right
	if same || len(widths) != n {
		t.columns = hangulEven(n, gap, body)
		return err
	}
	t.columns = &hangulColumns{}
	whole := 0 // widths are shares of 32768
	for i := range widths {
		whole += widths[i] + gaps[i]
	}
	at := 0
	for i := range widths {
		t.columns.x = append(t.columns.x, at*body/max(whole, 1))
		t.columns.width = append(t.columns.width, widths[i]*body/max(whole, 1))
		at += widths[i] + gaps[i]
	}
	return err
}

// hwpxAlign is an alignment by its name.
func hwpxAlign(name string) hangulAlign {
	switch name {
	case "CENTER":
		return atCenter
	case "BOTTOM", "RIGHT":
		return atEnd
	}
	return atStart
}

// hwpxRelative is what a position is counted from, by its name.
func hwpxRelative(name string) hangulRelative {
	switch name {
	case "PAPER":
		return byPaper
	case "PAGE":
		return byPage
	case "COLUMN":
		return byColumn
	}
	return byParagraph
}

func (r *hwpxReader) edges() hangulEdges {
	x := r.x
	return hangulEdges{x.num("left"), x.num("right"), x.num("top"), x.num("bottom")}
}

// frame reads where an object stands and how large it is.
func (r *hwpxReader) frame(o *hangulObject, name string) error {
	x := r.x
	if r.plain != nil {
		return nil
	}
	switch name {
	case "sz":
		o.width, o.height = x.num("width"), x.num("height")
	case "curSz":
		if w, h := x.num("width"), x.num("height"); w > 0 && h > 0 && o.width == 0 {
			o.width, o.height = w, h
		}
	case "orgSz":
		if o.width == 0 {
			o.width, o.height = x.num("width"), x.num("height")
		}
	case "offset":
		o.dx, o.dy = x.num("x"), x.num("y")
	case "pos":
		o.inline = x.is("treatAsChar")
		o.vertical, o.horizontal = hwpxRelative(x.attr("vertRelTo")), hwpxRelative(x.attr("horzRelTo"))
		o.valign, o.halign = hwpxAlign(x.attr("vertAlign")), hwpxAlign(x.attr("horzAlign"))
		o.dy, o.dx = x.num("vertOffset"), x.num("horzOffset")
	case "outMargin":
		o.out = r.edges()
	}
	return nil
}

// object reads what is drawn: a table, a picture, a box with text or without.
func (r *hwpxReader) object(o *hangulObject, kind string) error {
	x := r.x
	if r.plain == nil {
		switch x.attr("textWrap") {
		case "TOP_AND_BOTTOM":
			o.pushes, o.wraps = true, true
		case "SQUARE", "TIGHT", "THROUGH":
			o.wraps = true
		}
	}
	switch kind {
	case "tbl":
		return r.tbl(o)
	case "pic":
		o.Kind = Picture
	case "ole", "chart", "video", "unknownObject":
		o.Kind = Picture
		if err := r.embedded(o, kind); err != nil {
			return err
		}
	case "textart":
		o.Kind = Box
		text := strings.NewReplacer("␍␊", "\n", "␍", "\n", "␊", "\n").Replace(x.attr("text")) // Hangul's signs for a line end
		o.Text = clean(text)
	default:
		o.Kind = Box
	}
	return x.children(func(name string) error { return r.shape(o, name) }, nil)
}

// shape reads what is in a drawing.
func (r *hwpxReader) shape(o *hangulObject, name string) error {
	x := r.x
	switch name {
	case "fillBrush": // before the text
		if r.plain != nil {
			return nil
		}
		return brush(x, &o.ground)
	case "drawText":
		return r.drawText(o)
	case "caption":
		return r.caption(o)
	case "img":
		if id := x.attr("binaryItemIDRef"); o.Kind == Picture && o.Image == 0 && id != "" {
			return r.picture(o, id)
		}
	case "pic", "ole", "container", "line", "rect", "ellipse", "arc", "polygon", "curve", "connectLine", "textart", "chart", "video":
		inner := r.newObject(Block{Place: Place{Section: r.section, Paragraph: r.paragraph}})
		if err := r.part(); err != nil {
			return err
		}
		o.objects = append(o.objects, inner)
		return r.object(inner, name)
	}
	return r.frame(o, name)
}

// drawText reads the text of a box.
func (r *hwpxReader) drawText(o *hangulObject) error {
	return r.subList(o, func(name string) error {
		if name == "textMargin" && r.plain == nil {
			o.in = r.edges()
		}
		return nil
	})
}

// caption reads the caption of a table or picture.
func (r *hwpxReader) caption(o *hangulObject) error {
	c := r.newObject(Block{Kind: Caption, Place: Place{Section: r.section, Paragraph: r.paragraph}})
	o.objects = append(o.objects, c)
	return r.subList(c, nil)
}

// picture reads the picture that an id stands for, once.
func (r *hwpxReader) picture(o *hangulObject, id string) error {
	if n, ok := r.images[id]; ok {
		o.Image = n
		return nil
	}
	item, ok := r.items[id]
	if !ok {
		item, ok = r.unlisted(id)
	}
	if !ok {
		r.b.gap(Gap{What: GapEntry, Page: r.begun, Where: id, Why: "a picture that is not in the list of parts"})
		return nil
	}
	if r.plain != nil {
		r.images[id] = 0
		r.pictured(item)
		return nil
	}
	data, err := r.pack.part(item.href)
	if err != nil {
		if fatal(err) {
			return err
		}
		r.damaged(item.href, err)
	}
	kind := item.kind
	if kind == "image/jpg" {
		kind = "image/jpeg"
	}
	i := Image{Name: item.href, Type: kind, Data: data}
	i.Width, i.Height = pixels(data)
	if r.layout != nil {
		i.Page = max(r.layout.page(), 1)
	}
	o.Image = r.b.image(i)
	r.images[id] = o.Image
	return nil
}

// unlisted is a picture of which the list of parts says nothing: it is lost, or forgot one.
func (r *hwpxReader) unlisted(id string) (hwpxItem, bool) {
	for _, name := range r.pack.names {
		if rest, ok := strings.CutPrefix(name, "BinData/"+id+"."); ok && !strings.Contains(rest, "/") {
			return hwpxItem{id: id, href: name, kind: "image/" + strings.ToLower(rest)}, true
		}
	}
	return hwpxItem{}, false
}
