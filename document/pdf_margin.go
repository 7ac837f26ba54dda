package document

import (
	"math"
	"regexp"
	"strings"
)

// pdfWriter writes pages into a document, each once the two after it are known: what stands at the same place on all of
// them is no text of any.
type pdfWriter struct {
	b     *builder
	pages []*laid // two before the one to be written, it, and those after it
	at    int     // of the one to be written
	sizes map[float64]int
	seen  map[uint64]int // images by their key
	words map[string]int
}

func newPDFWriter(b *builder) *pdfWriter {
	return &pdfWriter{b: b, sizes: map[float64]int{}, seen: map[uint64]int{}, words: map[string]int{}}
}

const pagesBeside = 2

// take takes the next page, and writes those that can be.
func (w *pdfWriter) take(page *laid, last bool) error {
	for size, n := range page.sizes {
		w.sizes[size] += n
	}
	w.pages = append(w.pages, page)
	w.learn(page)
	for w.at < len(w.pages) && (last || len(w.pages)-w.at > pagesBeside) {
		if err := w.write(w.pages[w.at]); err != nil {
			return err
		}
		if w.at++; w.at > pagesBeside {
			w.pages = w.pages[1:]
			w.at--
		}
	}
	return nil
}

// write writes a page.
func (w *pdfWriter) write(p *laid) error {
	if err := w.b.page(Page{Number: p.number, Label: p.label, Width: p.width, Height: p.height}); err != nil {
		return err
	}
	w.margins(p)
	w.classify(p)
	for i := range p.items {
		w.join(&p.items[i])
	}
	blocks := inOrder(p.items)
	blocks = append(blocks, p.fields...)
	blocks = append(blocks, p.notes...)
	w.pictures(p, blocks)
	w.holes(p)
	if p.picture != nil {
		recognised, err := w.recognise(p)
		if err != nil {
			return err
		}
		blocks = append(blocks, recognised...)
	}
	return w.b.add(blocks...)
}

// inOrder puts headers before the text of a page, and footers after it.
func inOrder(items []pdfItem) []Block {
	var head, body, foot []Block
	for i := range items {
		switch items[i].Kind {
		case Header:
			head = append(head, items[i].Block)
		case Footer:
			foot = append(foot, items[i].Block)
		default:
			body = append(body, items[i].Block)
		}
	}
	return append(append(head, body...), foot...)
}

// holes notes what of a page could not be read.
func (w *pdfWriter) holes(p *laid) {
	out := &w.b.doc.Manifest.Out
	if out.pages == nil {
		out.pages = new([]pageCount)
	}
	*out.pages = append(*out.pages, pageCount{page: p.number, characters: p.drawn, images: len(p.pictures)})
	switch {
	case p.err != nil:
		w.b.gap(Gap{What: GapPage, Page: p.number, Why: p.err.Error()})
	case p.scanned() && p.picture == nil:
		w.b.gap(Gap{What: GapScan, Page: p.number})
	}
	if p.odd {
		w.b.gap(Gap{What: GapPage, Page: p.number, Why: "more on the page than is looked at"})
	}
	if p.unmapped*10 > p.drawn && p.drawn > 0 {
		w.b.gap(Gap{What: GapText, Page: p.number, In: p.drawn, Out: p.drawn - p.unmapped, Why: "fonts that do not say which characters they draw"})
	}
}

// recognise reads the picture of a page.
func (w *pdfWriter) recognise(p *laid) ([]Block, error) {
	width, height := int(p.width*p.dots/72+0.5), int(p.height*p.dots/72+0.5)
	blocks, err := w.b.o.Recognise(w.b.ctx, Image{
		Type: "image/png", Page: p.number, Width: width, Height: height, Size: int64(len(p.picture)), Data: p.picture,
	})
	p.picture = nil
	if err != nil {
		if w.b.ctx.Err() != nil {
			return nil, w.b.ctx.Err()
		}
		w.b.gap(Gap{What: GapScan, Page: p.number, Why: err.Error()})
		return nil, nil
	}
	scale := func(r *Rect) {
		f := 72 / p.dots
		*r = Rect{r.X0 * f, r.Y0 * f, r.X1 * f, r.Y1 * f}.rounded()
	}
	lines := func(all []Line) {
		for i := range all {
			all[i].Page = p.number
			scale(&all[i].Rect)
			for k, step := range all[i].Steps {
				all[i].Steps[k] = uint16(float64(step)*72/p.dots + 0.5)
			}
		}
	}
	Walk(blocks, func(b *Block) bool {
		b.Page = p.number
		if b.Rect != nil {
			box := *b.Rect
			scale(&box)
			b.Rect = &box
		}
		lines(b.Lines)
		if b.Grid != nil {
			for i := range b.Grid.Cells {
				lines(b.Grid.Cells[i].Lines)
			}
		}
		return true
	})
	return blocks, nil
}

// pictures gives the blocks of pictures their images.
func (w *pdfWriter) pictures(p *laid, blocks []Block) {
	for i := range blocks {
		b := &blocks[i]
		if b.Kind != Picture || b.Image == 0 {
			continue
		}
		picture := &p.pdfPage.pictures[b.Image-1]
		if n := w.seen[picture.key]; n > 0 {
			b.Image = n
			w.b.doc.Manifest.Out.Images++
			continue
		}
		b.Image = w.b.image(picture.image)
		w.seen[picture.key] = b.Image
	}
}

// pageNumber is all that a line of a page says when it says the number of the page.
var pageNumber = regexp.MustCompile(`^(?:[-–—·|<\[(]\s*)?(?:(?i:page|p\.|쪽|페이지)\s*)?(?:\d{1,5}|[ivxlcIVXLC]{1,7})(?:\s*(?:쪽|페이지|면))?(?:\s*(?:/|of|중)\s*\d{1,5})?(?:\s*[-–—·|>\])])?$`)

// margins finds headers and footers: what stands at the top or bottom and, but for its numbers, on a page beside this one
// too, at the same place; and the number of the page.
func (w *pdfWriter) margins(p *laid) {
	const margin = 0.13 // of the page's height
	top, bottom := p.height*margin, p.height*(1-margin)
	for i := range p.items {
		item := &p.items[i]
		if item.Kind != Paragraph && item.Kind != Footnote || item.Rect == nil || item.lines > 3 || item.fixed && !item.artifact {
			continue
		}
		kind := Header
		switch {
		case item.box.Y1 <= top:
		case item.box.Y0 >= bottom:
			kind = Footer
		default:
			continue
		}
		if p.footnote(i, w.body()) {
			continue
		}
		large := item.size >= 1.25*w.body() // a heading: "Chapter 1" is no header of "Chapter 2"
		number := pageNumber.MatchString(strings.TrimSpace(item.Text))
		if number && p.outermost(i, kind) || w.repeated(p, item, large) || item.artifact {
			item.Kind, item.fixed = kind, true
		}
	}
}

// outermost reports whether nothing is above a header or below a footer but others.
func (l *laid) outermost(at int, kind Kind) bool {
	for i := range l.items {
		o := &l.items[i]
		if i == at || o.Rect == nil || o.Kind == kind {
			continue
		}
		if kind == Header && o.box.Y1 < l.items[at].box.Y0 || kind == Footer && o.box.Y0 > l.items[at].box.Y1 {
			return false
		}
	}
	return true
}

// repeated reports whether a page beside this one has the same text at the same place; but for numbers, unless it is to be
// the same exactly.
func (w *pdfWriter) repeated(p *laid, item *pdfItem, exactly bool) bool {
	for i := max(w.at-pagesBeside, 0); i < len(w.pages) && i <= w.at+pagesBeside; i++ {
		if q := w.pages[i]; q != p {
			for k := range q.items {
				o := &q.items[k]
				if o.Rect != nil && o.signature == item.signature && (!exactly || o.Text == item.Text) && math.Abs(o.box.Y0-item.box.Y0) < 3 {
					return true
				}
			}
		}
	}
	return false
}
