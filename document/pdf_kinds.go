package document

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// placePictures puts a block for each picture before the first block that is below it.
func (p *pdfPage) placePictures(items []pdfItem) []pdfItem {
	for i := range p.pictures {
		box := p.pictures[i].Rect.rounded()
		picture := pdfItem{Block: Block{Kind: Picture, Image: i + 1}, fixed: true}
		picture.Page, picture.Rect = p.number, &box
		at := slices.IndexFunc(items, func(i pdfItem) bool {
			return i.Rect != nil && i.Rect.Y0 >= box.Y1-2 && i.Rect.X0 < box.X1 && i.Rect.X1 > box.X0
		})
		if at < 0 {
			at = len(items)
		}
		items = slices.Insert(items, at, picture)
	}
	return items
}

// body is the size of most of the text that has been seen.
func (w *pdfWriter) body() float64 {
	size, most := 10.0, 0
	for s, n := range w.sizes {
		if n > most || n == most && s < size {
			size, most = s, n
		}
	}
	return size
}

var (
	captionStart = regexp.MustCompile(`^[〈<\[【(]?\s*(?:그림|표|사진|도표|도해|Figure|Fig\.|Table|TABLE|FIGURE)\s*[0-9IVX]+(?:-\d+)?(?:[\s.:〉>\])】–—]|$)`)
	noteStart    = regexp.MustCompile(`^(?:\d{1,3}\s?[).]|\d{1,3}\s|\*{1,3}|[†‡§]|주\s?\d{0,3}\s?[):.]|[①-⑳])`)
	numbered     = regexp.MustCompile(`^(?:\d{1,2}[.)]|\(\d{1,2}\)|[가나다라마바사아자차카타파하][.)]|\([가나다라마바사아자차카타파하]\)|[a-z][.)])\s?`)
)

// classify says what the blocks of a page are, where the file does not.
func (w *pdfWriter) classify(p *laid) {
	body := w.body()
	outline := map[string]int{}
	for _, m := range w.b.doc.Outline {
		if m.Page == p.number {
			outline[squeeze(m.Title)] = m.Level
		}
	}
	var open []float64
	for i := range p.items {
		item := &p.items[i]
		if item.fixed || item.Kind != Paragraph {
			continue
		}
		listed := bullet.MatchString(item.Text) || numbered.MatchString(item.Text) && p.numberedBeside(i)
		switch level := outline[squeeze(item.Text)]; {
		case level > 0 && item.lines <= 3:
			item.Kind, item.Level = Heading, level
		case p.footnote(i, body):
			item.Kind = Footnote
		case captionStart.MatchString(item.Text) && item.lines <= 3 && p.captioned(i):
			item.Kind = Caption
		case item.heading(body, p.bold()):
			item.Kind, item.Level = Heading, headingLevel(item.size/body)
		case listed && item.Rect != nil:
			item.Kind, item.Level = Item, itemLevel(item.box.X0, item.size, &open)
			continue
		}
		if item.Kind == Heading {
			open = open[:0]
		}
	}
}

// squeeze is a text without white space.
func squeeze(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}

// heading reports whether a block looks like one: larger than the text of the document, or bold where that is not.
func (i *pdfItem) heading(body float64, boldPage bool) bool {
	const longest = 100 // characters
	if i.lines > 3 || i.size0 > longest || i.Hidden || !strings.ContainsFunc(i.Text, unicode.IsLetter) || bullet.MatchString(i.Text) {
		return false
	}
	if i.size >= 1.15*body {
		return i.size >= 1.4*body || !sentence(i.Text)
	}
	return i.bold && !boldPage && i.size >= 0.98*body && i.lines <= 2 && i.size0 <= 60 && !sentence(i.Text)
}

// headingLevel goes by how much larger than the text a heading is.
func headingLevel(ratio float64) int {
	switch {
	case ratio >= 1.7:
		return 1
	case ratio >= 1.3:
		return 2
	}
	return 3
}

// bold reports whether most of a page's text is.
func (l *laid) bold() bool {
	bold, all := 0, 0
	for i := range l.items {
		all += l.items[i].size0
		if l.items[i].bold {
			bold += l.items[i].size0
		}
	}
	return bold*2 > all
}

// footnote reports whether a block is a note at the foot: smaller than the text, with a note's mark, in the lower part of
// the page, under a short line or after another note.
func (l *laid) footnote(at int, body float64) bool {
	i := &l.items[at]
	if i.Rect == nil || i.size > 0.95*body || i.box.Y0 < 0.5*l.height || !noteStart.MatchString(i.Text) {
		return false
	}
	if at > 0 && l.items[at-1].Kind == Footnote {
		return true
	}
	for _, r := range l.rules {
		flat := r.y1-r.y0 < 1.5
		if flat && r.x1-r.x0 < 0.6*l.width && r.y0 <= i.box.Y0+2 && i.box.Y0-r.y0 < 3*i.size && r.x0 <= i.box.X0+i.size && r.x1 > i.box.X0 {
			return true
		}
	}
	return i.size <= 0.88*body && i.box.Y0 > 0.7*l.height
}

// captioned reports whether a table or a picture is beside a block.
func (l *laid) captioned(at int) bool {
	for _, k := range []int{at - 1, at + 1} {
		if k >= 0 && k < len(l.items) && (l.items[k].Kind == Table || l.items[k].Kind == Picture) {
			return true
		}
	}
	return l.items[at].size0 <= 60
}

// numberedBeside reports whether the block before or after one is numbered as it is, at the same place.
func (l *laid) numberedBeside(at int) bool {
	for _, k := range []int{at - 1, at + 1} {
		if k < 0 || k >= len(l.items) || l.items[k].Rect == nil || l.items[at].Rect == nil {
			continue
		}
		o := &l.items[k]
		d := o.box.X0 - l.items[at].box.X0
		if (o.Kind == Paragraph || o.Kind == Item) && numbered.MatchString(o.Text) && d < o.size && d > -o.size && o.size0 < 200 {
			return true
		}
	}
	return false
}
