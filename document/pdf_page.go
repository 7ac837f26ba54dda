package document

import (
	"math"
)

// pdfGlyph is a character on a page: where it stands in points from the page's top left corner as it is seen, and how it
// is drawn.
type pdfGlyph struct {
	r              rune
	x0, y0, x1, y1 float64
	x, y           float64 // where it begins on its line
	style          *pdfStyle
	made           bool // not in the file: a space or a line end that PDFium put between what stands apart
}

// pdfStyle is how a stretch of text is drawn. Neighbours that are drawn alike share it.
type pdfStyle struct {
	font   *pdfFont
	size   float64 // as seen, points
	turn   int     // the text runs: 0 right, 1 down, 2 left, 3 up
	hidden bool
	ghost  bool // drawn in no colour, by render mode 3: the text of a scan, or hidden
	pale   bool // white: hidden unless something dark is behind it
	tag    int  // marked content, -1 for none
}

type pdfFont struct {
	name   string
	bold   bool
	italic bool
	mono   bool
}

// pdfPage is what a page has on it, as PDFium says it.
type pdfPage struct {
	number        int
	label         string
	width, height float64
	frame         pdfFrame
	glyphs        []pdfGlyph
	rules         []pdfRule
	fills         []pdfFill
	pictures      []pdfPicture
	links         []pdfLink
	linkBands     map[int][]int // of links, by height
	notes         []Block       // comments
	fields        []Block
	tags          map[int]*pdfTag // by marked content; nil for a page without
	cells         []*pdfTag       // cells of tables among the elements, in order
	drawn         int64           // characters that PDFium found, without white space
	unmapped      int64           // of those, the ones whose font does not say what they are
	odd           bool            // more objects than are looked at
	err           error           // why the page is not whole
}

// pdfRule is a straight line along the page's edges.
type pdfRule struct{ x0, y0, x1, y1 float64 }

// pdfFill is a filled area.
type pdfFill struct {
	Rect
	dark bool
}

type pdfPicture struct {
	Rect
	image Image
	key   uint64 // equal for equal pictures
}

type pdfLink struct {
	Rect
	to string
}

// pdfFrame turns the coordinates of a page's content into those of the page as it is seen.
type pdfFrame struct {
	left, bottom, right, top float64
	rotation                 int // quarter turns, clockwise
}

// at is where a point of the content is seen.
func (f pdfFrame) at(x, y float64) (float64, float64) {
	switch f.rotation {
	case 1:
		return y - f.bottom, x - f.left
	case 2:
		return f.right - x, y - f.bottom
	case 3:
		return f.top - y, f.right - x
	}
	return x - f.left, f.top - y
}

// rect is where a rectangle of the content is seen.
func (f pdfFrame) rect(x0, y0, x1, y1 float64) Rect {
	ax, ay := f.at(x0, y0)
	bx, by := f.at(x1, y1)
	return Rect{min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)}
}

// size is the page's as it is seen.
func (f pdfFrame) size() (width, height float64) {
	width, height = f.right-f.left, f.top-f.bottom
	if f.rotation%2 == 1 {
		return height, width
	}
	return width, height
}

// pdfReader reads pages of a document, one at a time.
type pdfReader struct {
	*engine
	fonts   map[uint64]*pdfFont
	images  bool
	tagged  bool
	noTags  bool // tests read what is tagged as if it were not
	unicode wasmFunction
	box     wasmFunction
	origin  wasmFunction
	object  wasmFunction
	made    wasmFunction
	wrong   wasmFunction
	mark    wasmFunction
	drawnBy wasmFunction
	sized   wasmFunction
	placed  wasmFunction
	mode    wasmFunction
	colours wasmFunction
}

// bindText looks up what is called for every character: a document may have millions.
func (r *pdfReader) bindText() {
	r.unicode = r.function("FPDFText_GetUnicode")
	r.box = r.function("FPDFText_GetCharBox")
	r.origin = r.function("FPDFText_GetCharOrigin")
	r.object = r.function("FPDFText_GetTextObject")
	r.made = r.function("FPDFText_IsGenerated")
	r.wrong = r.function("FPDFText_HasUnicodeMapError")
	r.mark = r.function("FPDFPageObj_GetMarkedContentID")
	r.drawnBy = r.function("FPDFTextObj_GetFont")
	r.sized = r.function("FPDFTextObj_GetFontSize")
	r.placed = r.function("FPDFText_GetMatrix")
	r.mode = r.function("FPDFTextObj_GetTextRenderMode")
	r.colours = r.function("FPDFPageObj_GetFillColor")
}

// page reads page number n, from 1. Its error is in it.
func (r *pdfReader) page(n int) *pdfPage {
	p := &pdfPage{number: n}
	p.label = r.wide("FPDF_GetPageLabel", r.doc, uint64(n-1))
	page := r.call("FPDF_LoadPage", r.doc, uint64(n-1))
	if page == 0 {
		p.err = errNoPage
		if r.err != nil {
			p.err = r.err
		}
		return p
	}
	r.measure(p, page)
	r.readText(p, page)
	r.objects(p, page)
	r.annotations(p, page)
	if r.tagged && !r.noTags {
		r.readTags(p, page)
	}
	r.call("FPDF_ClosePage", page)
	p.settleHidden()
	p.bandLinks()
	p.err = r.err
	return p
}

// measure finds the page's size and how it is turned.
func (r *pdfReader) measure(p *pdfPage, page uint64) {
	var box [4]float64 // left, top, right, bottom
	r.call("FPDF_GetPageBoundingBox", page, r.scratch)
	r.floats(box[:])
	p.frame = pdfFrame{left: box[0], top: box[1], right: box[2], bottom: box[3], rotation: r.number("FPDFPage_GetRotation", page) & 3}
	p.width, p.height = p.frame.size()
	if !(p.width > 0 && p.height > 0) || math.IsInf(p.width*p.height, 0) {
		p.frame = pdfFrame{right: 612, top: 792}
		p.width, p.height = p.frame.size()
	}
}

// mostGlyphs bounds the characters of a page: a page of a newspaper has 30,000.
const mostGlyphs = 500_000

// readText reads the page's characters in the order in which PDFium puts them: that of the file, the lines of one place
// together, from left to right what is written so, and the other way round what is not.
func (r *pdfReader) readText(p *pdfPage, page uint64) {
	text := r.call("FPDFText_LoadPage", page)
	if text == 0 {
		return
	}
	defer r.call("FPDFText_ClosePage", text)
	n := r.number("FPDFText_CountChars", text)
	if n > mostGlyphs {
		n, p.odd = mostGlyphs, true
	}
	p.glyphs = make([]pdfGlyph, 0, max(n, 0))
	var object uint64
	var style *pdfStyle
	var at [4]float64
	for i := range uint64(max(n, 0)) {
		g := pdfGlyph{r: rune(int32(r.invoke(r.unicode, text, i)))}
		if blank(g.r) && len(p.glyphs) > 0 && int32(r.invoke(r.made, text, i)) == 1 { // it stands where the one before it ends
			before := p.glyphs[len(p.glyphs)-1]
			g.made, g.style = true, style
			g.x0, g.y0, g.x1, g.y1, g.x, g.y = before.x1, before.y0, before.x1, before.y1, before.x1, before.y
			p.glyphs = append(p.glyphs, g)
			continue
		}
		if o := r.invoke(r.object, text, i); o != 0 && (o != object || style == nil) {
			object = o
			style = r.style(text, i, o, style, p.frame)
		}
		if r.err != nil {
			return
		}
		g.style = style
		r.invoke(r.box, text, i, r.scratch, r.scratch+8, r.scratch+16, r.scratch+24) // left, right, bottom, top
		r.doubles(at[:])
		box := p.frame.rect(at[0], at[2], at[1], at[3])
		g.x0, g.y0, g.x1, g.y1 = box.X0, box.Y0, box.X1, box.Y1
		r.invoke(r.origin, text, i, r.scratch, r.scratch+8)
		r.doubles(at[:2])
		g.x, g.y = p.frame.at(at[0], at[1])
		if g.style == nil || !finite(g.x0, g.y0, g.x1, g.y1, g.x, g.y) {
			g.style = &pdfStyle{font: &pdfFont{}, size: 10, tag: -1}
			if style == nil {
				style = g.style
			}
			g.x0, g.y0, g.x1, g.y1, g.x, g.y = 0, 0, 0, 0, 0, 0
		}
		if !blank(g.r) {
			p.drawn++
			if g.r == 0 || int32(r.invoke(r.wrong, text, i)) == 1 {
				p.unmapped++
			}
		}
		if g.r = plainRune(g.r); g.r != 0 {
			p.glyphs = append(p.glyphs, g)
		}
	}
}

// plainRune is a character as PDFium says it, in words of our own: a hyphen that ends a line comes as U+0002.
func plainRune(r rune) rune {
	switch {
	case r == 2 || r == 0xfffe:
		return '-'
	case r == '\n' || r == '\r' || r == '\t':
		return r
	case r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0xd800 && r < 0xe000 || r > 0x10ffff || r == 0xffff || r == 0xad:
		return 0
	case r == 0xa0 || r == 0x2007 || r == 0x202f:
		return ' '
	}
	return r
}

func blank(r rune) bool {
	return r == ' ' || r == '\n' || r == '\r' || r == '\t' || r == 0xa0 || r == 0x3000
}

func finite(numbers ...float64) bool {
	for _, f := range numbers {
		if math.IsNaN(f) || math.Abs(f) > 1e7 {
			return false
		}
	}
	return true
}

// style reads how a text object is drawn, and returns the style before it if that is the same.
func (r *pdfReader) style(text, i, object uint64, before *pdfStyle, frame pdfFrame) *pdfStyle {
	s := pdfStyle{tag: int(int32(r.invoke(r.mark, object)))}
	s.font = r.font(r.invoke(r.drawnBy, object))
	var m [6]float64
	r.invoke(r.sized, object, r.scratch)
	r.floats(m[:1])
	s.size = m[0]
	if int32(r.invoke(r.placed, text, i, r.scratch)) != 0 {
		r.floats(m[:])
		s.size = math.Abs(s.size) * math.Hypot(m[2], m[3])
		s.turn = turnOf(m[0], m[1], frame.rotation)
	}
	if !finite(s.size) || s.size <= 0 {
		s.size = 1
	}
	mode := int32(r.invoke(r.mode, object))
	s.ghost = mode == 3 || mode == 7
	if int32(r.invoke(r.colours, object, r.scratch, r.scratch+4, r.scratch+8, r.scratch+12)) != 0 {
		red, green, blue, alpha := r.colour()
		s.pale = mode == 0 && red > 249 && green > 249 && blue > 249
		s.ghost = s.ghost || mode == 0 && alpha == 0
	}
	s.hidden = s.size < 1
	if before != nil && *before == s && !s.pale { // what is behind each white text tells whether it is seen
		return before
	}
	kept := s // only what is new is of the heap
	return &kept
}

// colour reads a colour from the scratch.
func (r *pdfReader) colour() (red, green, blue, alpha byte) {
	b := r.bytes(r.scratch, 16)
	if len(b) < 16 {
		return 0, 0, 0, 255
	}
	return b[0], b[4], b[8], b[12]
}

// turnOf is the direction of text whose matrix begins with a and b, on a page that is turned.
func turnOf(a, b float64, rotation int) int {
	quarter := int(math.Round(math.Atan2(b, a) / (math.Pi / 2))) // counterclockwise
	return ((rotation-quarter)%4 + 4) % 4
}

// font reads what is known of a font.
func (r *pdfReader) font(handle uint64) *pdfFont {
	if f := r.fonts[handle]; f != nil {
		return f
	}
	f := &pdfFont{}
	if handle != 0 {
		f.name = r.narrow("FPDFFont_GetBaseFontName", handle)
		flags := r.number("FPDFFont_GetFlags", handle)
		weight := r.number("FPDFFont_GetWeight", handle)
		f.bold = weight >= 600 || flags&(1<<18) != 0 || boldName(f.name)
		f.italic = flags&(1<<6) != 0
		f.mono = flags&1 != 0
	}
	if len(r.fonts) < 10_000 {
		r.fonts[handle] = f
	}
	return f
}

// settleHidden decides which text nobody sees, once it is known what is behind it.
func (p *pdfPage) settleHidden() {
	scan := p.picturesCover() > 0.5 // a recogniser's text lies invisible over the picture of it
	dark := map[*pdfStyle]bool{}
	for i := range p.glyphs {
		g := &p.glyphs[i]
		s := g.style
		switch {
		case s.hidden:
			continue
		case s.ghost && !scan:
			s.hidden = true
		case s.pale && !dark[s]:
			if p.darkBehind(g) {
				dark[s] = true
			}
		}
	}
	for i := range p.glyphs {
		s := p.glyphs[i].style
		s.hidden = s.hidden || s.pale && !dark[s]
	}
}

// darkBehind reports whether something that white text is seen on is behind a character.
func (p *pdfPage) darkBehind(g *pdfGlyph) bool {
	x, y := (g.x0+g.x1)/2, (g.y0+g.y1)/2
	for _, f := range p.fills {
		if f.dark && f.has(x, y) {
			return true
		}
	}
	for _, f := range p.pictures {
		if f.has(x, y) {
			return true
		}
	}
	return false
}

func (r Rect) has(x, y float64) bool { return x >= r.X0 && x <= r.X1 && y >= r.Y0 && y <= r.Y1 }

// picturesCover is the share of the page that the largest picture on it takes.
func (p *pdfPage) picturesCover() float64 {
	most := 0.0
	for _, f := range p.pictures {
		w := min(f.X1, p.width) - max(f.X0, 0)
		h := min(f.Y1, p.height) - max(f.Y0, 0)
		if w > 0 && h > 0 {
			most = max(most, w*h)
		}
	}
	return most / (p.width * p.height)
}
