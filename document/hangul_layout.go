package document

// hangulLayout works out on which page and where on it the lines of a document stand, from what Hangul keeps of its last
// layout: the vertical position of each line in its column. Within a column lines only go down; where the position falls
// back the next column or page begins. Tables that run over the end of a page keep nothing of it and are divided again, in
// the way in which Hangul divides them; whether that came out right shows in the line that follows (sure).
type hangulLayout struct {
	setup   hangulSetup
	columns *hangulColumns
	papers  []hangulSetup // of each page until now
	column  int
	base    int  // taken off vertical positions
	last    int  // position of the last line of this column; -1: there is none
	floor   int  // where the flow goes on below a table; -1: where the last line says
	sure    bool // nothing was found that does not fit
}

func newHangulLayout() *hangulLayout { return &hangulLayout{last: -1, floor: -1, sure: true} }

// points are a length in points.
func points(units int) float64 { return float64(units) / 100 }

// page is the number of the page that is being filled.
func (l *hangulLayout) page() int { return len(l.papers) }

// left, top and body are where the text of a page begins, and how high it is.
func (l *hangulLayout) left() int { return l.setup.left + l.setup.gutter }
func (l *hangulLayout) top() int  { return l.setup.top + l.setup.header }
func (l *hangulLayout) body() int {
	return l.setup.height - l.top() - l.setup.bottom - l.setup.footer
}

// columnAt is where the present column begins on the paper, and how wide it is.
func (l *hangulLayout) columnAt() (x, width int) {
	if l.columns == nil || l.column >= len(l.columns.x) {
		return l.left(), l.setup.width - l.left() - l.setup.right
	}
	return l.left() + l.columns.x[l.column], l.columns.width[l.column]
}

func (l *hangulLayout) newPage() {
	l.papers = append(l.papers, l.setup)
	l.column, l.base, l.last, l.floor = 0, 0, -1, -1
}

// advance goes on to the next column, or the next page after the last.
func (l *hangulLayout) advance() {
	if l.columns == nil || l.column+1 >= len(l.columns.x) {
		l.newPage()
		return
	}
	l.column++
	l.base, l.last, l.floor = 0, -1, -1
}

// paragraph lays out a paragraph of the text itself, after the ones before.
func (l *hangulLayout) paragraph(p *hangulParagraph) {
	if p.setup != nil {
		l.setup, l.columns = *p.setup, nil
		l.newPage()
	}
	if l.page() == 0 {
		l.newPage()
	}
	switch {
	case p.newPage && (l.last >= 0 || l.column > 0):
		l.newPage()
	case p.newColumn && l.last >= 0:
		l.advance()
	}
	if p.columns != nil {
		l.columns, l.column = p.columns, 0
		if len(p.segments) > 0 && p.segments[0].y-l.base < l.last {
			l.base = -l.bottom() // columns below other text: positions begin anew
			l.last = -1
		}
	}
	objects := p.objects
	var start hangulLine
	for i, s := range p.segments {
		line := l.line(s, i == 0)
		if i == 0 {
			start = line
		}
		p.place(i, line)
		for len(objects) > 0 && (i+1 == len(p.segments) || objects[0].Offset < p.segments[i+1].at) {
			l.object(objects[0], start, line, true)
			objects = objects[1:]
		}
	}
	if len(p.segments) == 0 {
		p.Page = l.page()
	}
	for _, o := range objects {
		l.pageOnly(o, l.page())
	}
}

// bottom is where text of this column ended.
func (l *hangulLayout) bottom() int {
	if l.floor >= 0 {
		return l.floor
	}
	return max(l.last, 0)
}

// hangulLine is where a line stands: on a page, in HWPUNIT from the corner of the paper.
type hangulLine struct {
	page, x, y, width, height int
}

// slack is how far a line may be from where it is expected.
const slack = 150

// line places a line of the text itself.
func (l *hangulLayout) line(s hangulSegment, first bool) hangulLine {
	y := s.y - l.base
	switch {
	case s.more && !first:
	case l.floor >= 0:
		l.afterTable(s)
		y = s.y - l.base
	case l.last >= 0 && y <= l.last:
		l.advance()
		y = s.y
	case l.last >= 0 && y > l.body(): // a writer that counts on through the whole document
		l.advance()
		l.base, y = s.y, 0
	}
	l.floor = -1
	l.last = y
	x, _ := l.columnAt()
	return hangulLine{page: l.page(), x: x + s.x, y: l.top() + y, width: s.width, height: s.height}
}

// afterTable places the line after a table on its last page, or goes on to the next.
func (l *hangulLayout) afterTable(s hangulSegment) {
	y := s.y - l.base
	switch {
	case y >= l.floor-slack: // below the table, space between paragraphs included
		if y > l.floor+5000 {
			l.sure = false
		}
	case y <= l.last, l.floor+s.height > l.body():
		l.advance()
	case l.last < 0: // the table began on a page before, and should end lower on this one
		l.sure = false
	}
}

// place notes where the i-th line of a paragraph stands.
func (p *hangulParagraph) place(i int, at hangulLine) {
	rect := Rect{points(at.x), points(at.y), points(at.x + at.width), points(at.y + at.height)}
	if i == 0 {
		p.Page, p.Rect = at.page, &Rect{rect.X0, rect.Y0, rect.X1, rect.Y1}
	} else if p.Page == at.page {
		p.Rect.X0, p.Rect.Y0 = min(p.Rect.X0, rect.X0), min(p.Rect.Y0, rect.Y0)
		p.Rect.X1, p.Rect.Y1 = max(p.Rect.X1, rect.X1), max(p.Rect.Y1, rect.Y1)
	}
	start, end := p.segments[i].at, len(p.Text)
	if i+1 < len(p.segments) {
		end = p.segments[i+1].at
	}
	if start < end {
		p.Lines = append(p.Lines, Line{Start: start, End: end, Page: at.page, Rect: rect})
	}
}

// object places what stands in a line of a paragraph that began with another. flows: the paragraph is of the text itself.
func (l *hangulLayout) object(o *hangulObject, start, line hangulLine, flows bool) {
	o.Page = line.page
	switch o.Kind {
	case Header, Footer:
		l.margin(o)
		return
	case Footnote, Endnote, Comment, Hidden, Deleted, Ruby, Field:
		l.pageOnly(o, line.page)
		return
	}
	paper := l.papers[min(max(line.page, 1), len(l.papers))-1]
	x, y := line.x+o.out.left, line.y+o.out.top
	if !o.inline {
		x, y = l.floating(o, paper, start)
	}
	if o.table != nil {
		if !o.inline && o.pushes && o.vertical == byParagraph && flows {
			l.flowTable(o, x, y)
		} else {
			l.fixedTable(o, line.page, x, y)
		}
		return
	}
	if o.width > 0 && o.height > 0 {
		o.Rect = &Rect{points(x), points(y), points(x + o.width), points(y + o.height)}
	}
	l.inside(o, line.page, x, y)
	if flows && !o.inline && o.pushes && o.vertical == byParagraph {
		l.floor = max(l.floor, y+o.height+o.out.bottom-l.top())
	}
}

// floating is where an object stands that is not part of a line.
func (l *hangulLayout) floating(o *hangulObject, paper hangulSetup, start hangulLine) (x, y int) {
	left, top := paper.left+paper.gutter, paper.top+paper.header
	width := paper.width - left - paper.right
	height := paper.height - top - paper.bottom - paper.footer
	columnX, columnWidth := l.columnAt()
	across := func(from, size int) int {
		switch o.halign {
		case atCenter:
			return from + (size-o.width)/2 + o.dx
		case atEnd:
			return from + size - o.width - o.out.right - o.dx
		}
		return from + o.dx + o.out.left
	}
	down := func(from, size int) int {
		switch o.valign {
		case atCenter:
			return from + (size-o.height)/2 + o.dy
		case atEnd:
			return from + size - o.height - o.out.bottom - o.dy
		}
		return from + o.dy + o.out.top
	}
	switch o.horizontal {
	case byPaper:
		x = across(0, paper.width)
	case byPage:
		x = across(left, width)
	case byColumn:
		x = across(columnX, columnWidth)
	default:
		x = across(start.x, max(start.width, o.width))
	}
	switch o.vertical {
	case byPaper:
		y = down(0, paper.height)
	case byPage:
		y = down(top, height)
	default:
		y = start.y + o.dy + o.out.top
	}
	return x, y
}

// margin places a header or footer where the page leaves room for it.
func (l *hangulLayout) margin(o *hangulObject) {
	x, y, area := l.left(), l.setup.top, l.setup.header
	if o.Kind == Footer {
		y, area = l.setup.height-l.setup.bottom-l.setup.footer, l.setup.footer
	}
	l.stack(o.paragraphs, &hangulFrame{page: l.page(), x: x, y: y + o.text.shift(area, contentHeight(o.paragraphs))})
}

// shift is how far text of a height stands below the upper edge of an area.
func (a hangulAlign) shift(area, height int) int {
	switch a {
	case atCenter:
		return max((area-height)/2, 0)
	case atEnd:
		return max(area-height, 0)
	}
	return 0
}

// inside places the text of a box, and what is grouped in it.
func (l *hangulLayout) inside(o *hangulObject, page, x, y int) {
	area := o.height - o.in.top - o.in.bottom
	l.stack(o.paragraphs, &hangulFrame{page: page, x: x + o.in.left, y: y + o.in.top + o.text.shift(area, contentHeight(o.paragraphs))})
	for _, inner := range o.objects {
		if inner.Kind == Caption {
			l.pageOnly(inner, page) // beside, above or below: where exactly is not kept
			continue
		}
		inner.Page = page
		if inner.width > 0 && inner.height > 0 {
			inner.Rect = &Rect{points(x + inner.dx), points(y + inner.dy), points(x + inner.dx + inner.width), points(y + inner.dy + inner.height)}
		}
		l.inside(inner, page, x+inner.dx, y+inner.dy)
	}
}

// pageOnly says of what is in an object on which page it is: what the file keeps of notes says no more.
func (l *hangulLayout) pageOnly(o *hangulObject, page int) {
	o.Page = page
	for _, p := range o.paragraphs {
		p.Page = page
		for _, inner := range p.objects {
			l.pageOnly(inner, page)
		}
	}
	for _, inner := range o.objects {
		l.pageOnly(inner, page)
	}
	if o.table != nil {
		for _, c := range o.table.cells {
			for _, p := range c.paragraphs {
				p.Page = page
				for _, inner := range p.objects {
					l.pageOnly(inner, page)
				}
			}
		}
	}
}

// contentHeight is how high paragraphs of a cell or box are, with what pushes text down in them. Where positions fall back
// a page ended: what is before and after counts together.
func contentHeight(paragraphs []*hangulParagraph) int {
	before, height, last := 0, 0, -1
	for _, p := range paragraphs {
		for i, s := range p.segments {
			if s.y < last {
				before, height = before+height, 0
			}
			last = s.y
			height = max(height, s.y+s.height)
			if i > 0 {
				continue
			}
			for _, o := range p.objects {
				if !o.inline && o.wraps && o.vertical == byParagraph {
					height = max(height, s.y+o.dy+o.height+o.out.top+o.out.bottom)
				}
			}
		}
	}
	return before + height
}

// rewinds reports whether positions fall back in paragraphs: Hangul divided them between pages there.
func rewinds(paragraphs []*hangulParagraph) bool {
	last := -1
	for _, p := range paragraphs {
		for _, s := range p.segments {
			if s.y < last {
				return true
			}
			last = s.y
		}
	}
	return false
}
