package document

import "encoding/binary"

// Lengths in files of Hangul are 1/7200 inch.
const hwpUnit = 1.0 / 100 // points

// hwpLine is a line segment: a piece of a line. [table 62]
type hwpLine struct {
	unit       int // where its text begins
	x, y, w, h int // in what the paragraph stands in; once it is placed on a page, on the page
	gap        int // below it
	page       int
	continues  bool // a line that something stands in the middle of: this piece is not its first
}

// setLines takes the line segments.
func (p *hwpPara) setLines(data []byte) {
	const segment = 36
	p.lines = make([]hwpLine, 0, len(data)/segment)
	for ; len(data) >= segment; data = data[segment:] {
		at := func(i int) int { return int(int32(binary.LittleEndian.Uint32(data[4*i:]))) }
		p.lines = append(p.lines, hwpLine{
			unit: at(0), y: at(1), h: at(2), gap: at(5), x: at(6), w: at(7),
			continues: binary.LittleEndian.Uint32(data[32:])&(1<<17) == 0 && binary.LittleEndian.Uint32(data[32:])&(1<<18) != 0,
		})
	}
}

// hwpPaper is the paper of a section. [PAGE_DEF]
type hwpPaper struct {
	width, height            int
	left, right, top, bottom int
	header, footer, gutter   int
	bodyLeft, bodyTop        int
	bodyWidth, bodyHeight    int
}

func hwpPaperOf(data []byte) hwpPaper {
	f := hwpFields{data: data}
	p := hwpPaper{width: f.i32(), height: f.i32(), left: f.i32(), right: f.i32(), top: f.i32(), bottom: f.i32(), header: f.i32(), footer: f.i32(), gutter: f.i32()}
	if bits := f.u32(); bits&1 != 0 && p.width < p.height {
		p.width, p.height = p.height, p.width
	}
	p.bodyLeft, p.bodyTop = p.left+p.gutter, p.top+p.header
	p.bodyWidth = p.width - p.bodyLeft - p.right
	p.bodyHeight = p.height - p.bodyTop - p.bottom - p.footer
	return p
}

// hwpColumn is a column of text, from the left of the body.
type hwpColumn struct{ x, w int }

// hwpFlow is where on which page reading has come. Heights of lines are from where their columns begin: at the top of the
// page, or below what was before the columns changed.
type hwpFlow struct {
	page    int // from 1; 0 before the first line
	paper   hwpPaper
	columns []hwpColumn
	column  int
	origin  int     // where the columns begin, from the top of the body
	deepest int     // how far down the page is full, from there too
	next    bool    // the next line is on a new page
	change  bool    // the next line begins other columns
	begun   bool    // there is a line in this column
	last    hwpLine // as it is stored
	bottom  int     // of the last line, on its page
	number  int     // what is printed on page 1, less 1
	label   hwpPageLabel
}

// hwpPageLabel is how numbers of pages are drawn.
type hwpPageLabel struct {
	set           bool
	format        int
	before, after string
}

// of is what is printed on a page.
func (l hwpPageLabel) of(number int) string {
	return l.before + hangulNumber(l.format, number) + l.after
}

// section begins another section: on a new page, unless it is the first.
func (f *hwpFlow) section() {
	f.next = f.page > 0
	f.columns = nil
}

// setColumns takes a definition of columns. [COLUMN_DEF, table 138]
func (f *hwpFlow) setColumns(data []byte) {
	fields := hwpFields{data: data}
	bits := fields.u16()
	n := bits >> 2 & 0xff
	f.columns = nil
	if n < 2 || f.paper.bodyWidth <= 0 {
		return
	}
	if bits>>12&1 != 0 {
		gap := fields.u16()
		w := (f.paper.bodyWidth - gap*(n-1)) / n
		for i := range n {
			f.columns = append(f.columns, hwpColumn{x: i * (w + gap), w: w})
		}
	} else { // widths and gaps as shares
		fields.take(2)
		all, x := 0, 0
		shares := make([]int, 2*n)
		for i := range shares {
			shares[i] = fields.u16()
			all += shares[i]
		}
		for i := 0; i < 2*n && all > 0; i += 2 {
			w := shares[i] * f.paper.bodyWidth / all
			f.columns = append(f.columns, hwpColumn{x: x, w: w})
			x += w + shares[i+1]*f.paper.bodyWidth/all
		}
	}
	if bits>>10&3 == 1 { // from the right
		for i, j := 0, len(f.columns)-1; i < j; i, j = i+1, j-1 {
			f.columns[i], f.columns[j] = f.columns[j], f.columns[i]
		}
	}
}

// breaks begins what a paragraph has before it.
func (f *hwpFlow) breaks(bits int) {
	f.change = bits&hwpBreakColumns != 0
	switch {
	case bits&hwpBreakPage != 0 && f.deepest > 0:
		f.next = true
	case bits&hwpBreakColumn != 0 && f.begun && !f.change:
		f.turn()
	}
}

// turn goes on to the next column, or page.
func (f *hwpFlow) turn() {
	if f.column+1 < len(f.columns) {
		f.column++
		f.begun = false
		return
	}
	f.next = true
}

func (f *hwpFlow) newPage() {
	f.page++
	f.next, f.change, f.begun = false, false, false
	f.column, f.origin, f.deepest = 0, 0, 0
}

// hwpOverhang is how far a line may reach below the body: two points.
const hwpOverhang = 200

// line places a line on a page: where heights fall back a column begins, and after the last one a page.
func (f *hwpFlow) line(l *hwpLine) {
	if f.page == 0 || f.next {
		f.newPage()
	}
	if f.change {
		f.change, f.begun, f.column = false, false, 0
		if l.y < f.last.y || l.y == 0 { // else heights go on from the top of the page
			if f.origin = f.deepest; f.origin+l.h > f.paper.bodyHeight+hwpOverhang && f.deepest > 0 {
				f.newPage()
			}
		}
	}
	if f.begun && !l.continues {
		falls := l.y < f.last.y || l.y == f.last.y && l.y == 0 && f.last.h > 0 && l.x <= f.last.x
		below := f.paper.bodyHeight > 0 && f.origin+l.y+l.h > f.paper.bodyHeight+hwpOverhang && l.y > f.last.y
		if falls || below {
			f.turn()
		}
		if below { // what is stored is older than what is before it
			l.y = 0
		}
		if f.next {
			f.newPage()
		}
	}
	f.begun = true
	f.last = *l
	f.deepest = max(f.deepest, f.origin+l.y+l.h+l.gap)
	l.page = f.page
	l.x += f.paper.bodyLeft + of(f.columns, f.column).x
	l.y += f.paper.bodyTop + f.origin
	f.bottom = l.y + l.h
}

// toPage places the lines of a paragraph of the body, once what defines its page and columns has been read.
func (p *hwpPara) toPage() {
	if p.placed || !p.frame.body {
		return
	}
	p.placed = true
	p.h.flow.breaks(p.breaks)
	for i := range p.lines {
		p.h.flow.line(&p.lines[i])
	}
	if len(p.lines) == 0 && len(p.anchors) > 0 {
		p.guess()
	}
}

// guess makes up a line below the last one, for what hangs from a paragraph whose lines are not stored.
func (p *hwpPara) guess() {
	f := &p.h.flow
	if f.turned() == 0 {
		return
	}
	column := hwpColumn{w: f.paper.bodyWidth}
	if f.column < len(f.columns) {
		column = f.columns[f.column]
	}
	y := f.paper.bodyTop
	if f.begun {
		y = f.bottom
	}
	p.lines = []hwpLine{{x: f.paper.bodyLeft + column.x, y: y, w: column.w, h: 1000, page: f.page}}
	p.guessed = true
}

// place says where a paragraph's text stands.
func (p *hwpPara) place(b *Block, t *hwpText) {
	switch {
	case p.frame.note:
		return
	case len(p.lines) == 0 && p.frame.body:
		b.Page = p.h.flow.turned()
		return
	case p.guessed:
		b.Page = p.lines[0].page
		return
	case len(p.lines) == 0:
		return
	}
	b.Page = p.lines[0].page
	box := p.lines[0].rect()
	reached := 0
	for i := range p.lines {
		l := &p.lines[i]
		if l.page == b.Page {
			r := l.rect()
			box = Rect{min(box.X0, r.X0), min(box.Y0, r.Y0), max(box.X1, r.X1), max(box.Y1, r.Y1)}
		}
		start, end := max(t.unit(l.unit), reached), len(t.out)
		if i == 0 {
			start = 0
		}
		if i+1 < len(p.lines) {
			end = t.unit(p.lines[i+1].unit)
		}
		if start < end {
			reached = end
			b.Lines = append(b.Lines, Line{Start: start, End: end, Page: l.page, Rect: l.rect()})
		}
	}
	b.Rect = &box
}

// turned is the page on which what has no lines stands, as far as is known before the next line.
func (f *hwpFlow) turned() int {
	if f.page > 0 && f.next {
		f.newPage()
	}
	return f.page
}

func (l *hwpLine) rect() Rect {
	return Rect{float64(l.x) * hwpUnit, float64(l.y) * hwpUnit, float64(l.x+l.w) * hwpUnit, float64(l.y+l.h) * hwpUnit}
}

// hwpSpot says where on which page something between two heights comes to stand: the page, and how much is added to them.
type hwpSpot func(y0, y1 float64) (page int, down float64)

// hwpTo is one page, everything moved by as much; lengths are in points.
func hwpTo(page int, down float64) hwpSpot {
	return func(_, _ float64) (int, float64) { return page, down }
}

// hwpMove moves what is not on a page yet: to a page (0 if it is still not on one), to the right and down.
func hwpMove(blocks []Block, to hwpSpot, right float64) {
	for i := range blocks {
		b := &blocks[i]
		page, _ := to(0, 0)
		if b.Rect != nil && b.Page == 0 {
			var down float64
			page, down = to(b.Rect.Y0, b.Rect.Y1)
			b.Rect.move(right, down)
		}
		for l := range b.Lines {
			if line := &b.Lines[l]; line.Page == 0 {
				at, by := to(line.Rect.Y0, line.Rect.Y1)
				line.Page = at
				line.Rect.move(right, by)
			}
		}
		if b.Page == 0 {
			b.Page = page
		}
		if b.Grid != nil {
			for c := range b.Grid.Cells {
				hwpMove(b.Grid.Cells[c].Blocks, to, right)
			}
		}
		hwpMove(b.Blocks, to, right)
	}
}

func (r *Rect) move(right, down float64) {
	r.X0, r.X1 = r.X0+right, r.X1+right
	r.Y0, r.Y1 = r.Y0+down, r.Y1+down
}

// hwpLift takes away where things stand, for what is in something whose place is not known.
func hwpLift(blocks []Block) {
	for i := range blocks {
		b := &blocks[i]
		b.Rect, b.Lines = nil, nil
		if b.Grid != nil {
			for c := range b.Grid.Cells {
				hwpLift(b.Grid.Cells[c].Blocks)
			}
		}
		hwpLift(b.Blocks)
	}
}

// hwpFill puts paragraphs of a list whose lines are not stored between their neighbours; lengths are in points. It reports
// whether there was no room for one.
func hwpFill(blocks []Block, width float64) (loose bool) {
	const line = 10 // points
	at := 0.0
	for i := 0; i < len(blocks); i++ {
		b := &blocks[i]
		if b.Rect != nil || b.Page > 0 {
			if b.Rect != nil {
				at = max(at, b.Rect.Y1)
			}
			continue
		}
		n, to := 1, -1.0
		for ; i+n < len(blocks); n++ {
			if next := blocks[i+n].Rect; next != nil {
				to = next.Y0
				break
			}
		}
		if to < 0 {
			to = at + float64(n)*line
		}
		each := (to - at) / float64(n)
		for k := range n {
			b := &blocks[i+k]
			if each <= 2 {
				loose = loose || b.Text != ""
				continue
			}
			b.Rect = &Rect{0, at, width, at + each}
			if at += each; b.Text != "" {
				b.Lines = []Line{{End: len(b.Text), Rect: *b.Rect}}
			}
		}
		i += n - 1
	}
	return loose
}
