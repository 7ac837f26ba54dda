package document

import "slices"

// hangulFrame is where text in a cell or box stands: its corner on a page, in HWPUNIT from that of the paper, and where it
// goes on when a line does not fit any more.
type hangulFrame struct {
	page, x, y int
	limit      int // below which no line goes on this page; 0: there is none
	further    []hangulPiece
	margin     int // above the text in each piece
}

// hangulPiece is what of a table is on one page or in one column.
type hangulPiece struct {
	page, x, top, limit int
}

// stack places paragraphs in a frame.
func (l *hangulLayout) stack(paragraphs []*hangulParagraph, f *hangulFrame) {
	last, told := -1, rewinds(paragraphs)
	for _, p := range paragraphs {
		objects := p.objects
		var start hangulLine
		for i, s := range p.segments {
			y := f.y + s.y
			over := s.y < last || !told && f.limit > 0 && y+s.height > f.limit+slack
			if over && len(f.further) > 0 && !(s.more && i > 0) {
				next := f.further[0]
				f.further = f.further[1:]
				f.page, f.x, f.limit = next.page, f.x+next.x, next.limit
				f.y = next.top + f.margin - s.y
				y = f.y + s.y
			}
			last = s.y
			line := hangulLine{page: f.page, x: f.x + s.x, y: y, width: s.width, height: s.height}
			if i == 0 {
				start = line
			}
			p.place(i, line)
			for len(objects) > 0 && (i+1 == len(p.segments) || objects[0].Offset < p.segments[i+1].at) {
				l.object(objects[0], start, line, false)
				objects = objects[1:]
			}
		}
		if len(p.segments) == 0 {
			p.Page = f.page
		}
		for _, o := range objects {
			l.pageOnly(o, f.page)
		}
	}
}

// hangulGrid is the measure of a table: where columns begin, how high rows are.
type hangulGrid struct {
	x       []int // of each column, and of the right edge
	heights []int
}

// measure measures a table; false if its cells do not fit together.
func (t *hangulTable) measure() (*hangulGrid, bool) {
	rows, cols := 0, 0
	for _, c := range t.cells {
		rows, cols = max(rows, c.Row+max(c.Rowspan, 1)), max(cols, c.Col+max(c.Colspan, 1))
	}
	if most := 4*len(t.cells) + 64; rows > most || cols > most {
		return nil, false
	}
	g := &hangulGrid{x: make([]int, cols+1), heights: make([]int, rows)}
	for i := 1; i <= cols; i++ {
		g.x[i] = -1
	}
	for range 4 { // cells that span columns help where others do not say
		for _, c := range t.cells {
			if to := c.Col + max(c.Colspan, 1); g.x[c.Col] >= 0 && g.x[to] < 0 {
				g.x[to] = g.x[c.Col] + c.width + t.spacing
			}
		}
	}
	for i := 1; i <= cols; i++ {
		g.x[i] = max(g.x[i], g.x[i-1])
	}
	spans := slices.Clone(t.cells)
	slices.SortStableFunc(spans, func(a, b *hangulCell) int { return max(a.Rowspan, 1) - max(b.Rowspan, 1) })
	for _, c := range spans {
		to := c.Row + max(c.Rowspan, 1)
		have := t.spacing * (to - c.Row - 1)
		for _, h := range g.heights[c.Row:to] {
			have += h
		}
		if need := max(c.height, contentHeight(c.paragraphs)+c.in.top+c.in.bottom); need > have {
			g.heights[to-1] += need - have
		}
	}
	return g, true
}

// fixedTable places a table that is on one page.
func (l *hangulLayout) fixedTable(o *hangulObject, page, x, y int) {
	g, ok := o.table.measure()
	if !ok {
		l.pageOnly(o, page)
		return
	}
	o.Page = page
	tops := make([]int, len(g.heights)+1)
	tops[0] = y
	for i, h := range g.heights {
		tops[i+1] = tops[i] + h + o.table.spacing
	}
	bottom := tops[len(g.heights)]
	o.Rect = &Rect{points(x), points(y), points(x + max(o.width, g.x[len(g.x)-1])), points(bottom)}
	for _, c := range o.table.cells {
		room := tops[c.Row+max(c.Rowspan, 1)] - tops[c.Row] - c.in.top - c.in.bottom
		top := tops[c.Row] + c.in.top + c.text.shift(room, contentHeight(c.paragraphs))
		l.stack(c.paragraphs, &hangulFrame{page: page, x: x + g.x[c.Col] + c.in.left, y: top})
	}
	l.captions(o, page)
}

// captions says where captions of a table are.
func (l *hangulLayout) captions(o *hangulObject, page int) {
	for _, inner := range o.objects {
		l.pageOnly(inner, page)
	}
}

// flowTable places a table that stands between lines of the text and goes on on the next page when it does not fit.
func (l *hangulLayout) flowTable(o *hangulObject, x, y int) {
	g, ok := o.table.measure()
	if !ok {
		l.pageOnly(o, l.page())
		l.sure = false
		return
	}
	t := &tableFlow{l: l, o: o, grid: g, y: y}
	columnX, _ := l.columnAt()
	t.dx = x - columnX
	t.begin()
	for r, h := range g.heights[:min(o.table.headers, len(g.heights))] {
		if r < len(g.heights)-1 {
			t.head += h + o.table.spacing
		}
	}
	t.rows()
	o.Page = t.pieces[0].page
	o.Rect = &Rect{points(x), points(y), points(x + max(o.width, g.x[len(g.x)-1])), points(t.bottom(0))}
	t.cells()
	l.captions(o, o.Page)
	l.floor = t.y + o.out.bottom - l.top()
}

// tableFlow is a table that is being divided.
type tableFlow struct {
	l      *hangulLayout
	o      *hangulObject
	grid   *hangulGrid
	dx     int // from the left edge of the column
	y      int // where the next row begins, from the corner of the paper
	head   int // height of the rows that are repeated
	pieces []hangulPiece
	starts []rowStart
}

// rowStart is where a row begins and where it ends.
type rowStart struct {
	piece, y  int
	last, end int
}

// begin begins the piece of the table on the present page and column.
func (t *tableFlow) begin() {
	x, _ := t.l.columnAt()
	t.pieces = append(t.pieces, hangulPiece{page: t.l.page(), x: x + t.dx, top: t.y, limit: t.l.top() + t.l.body() - t.o.out.bottom})
}

// next goes on to the next page or column.
func (t *tableFlow) next() {
	t.l.advance()
	t.y = t.l.top() + t.o.out.top + t.head
	t.begin()
}

// rows finds where each row is.
func (t *tableFlow) rows() {
	lines := make([][]*hangulCell, len(t.grid.heights)) // cells by row, where rows can be divided
	if t.o.table.split == splitCells {
		for _, c := range t.o.table.cells {
			if c.Rowspan <= 1 {
				lines[c.Row] = append(lines[c.Row], c)
			}
		}
	}
	for r, h := range t.grid.heights {
		piece := t.pieces[len(t.pieces)-1]
		over := t.y+h > piece.limit+slack && t.o.table.split != splitNever
		if over && t.y > piece.top && (len(lines[r]) == 0 || !t.divisible(lines[r], piece.limit)) {
			t.next()
			piece = t.pieces[len(t.pieces)-1]
			over = t.y+h > piece.limit+slack
		}
		start := rowStart{piece: len(t.pieces) - 1, y: t.y}
		if over && len(lines[r]) > 0 && t.divisible(lines[r], piece.limit) {
			t.divide(lines[r])
		} else {
			t.y += h
		}
		start.last, start.end = len(t.pieces)-1, t.y
		t.y += t.o.table.spacing
		t.starts = append(t.starts, start)
		if len(t.pieces) > t.l.most() {
			break
		}
	}
	for len(t.starts) < len(t.grid.heights) { // more pages than any document has
		t.starts = append(t.starts, rowStart{piece: len(t.pieces) - 1, y: t.y, last: len(t.pieces) - 1, end: t.y})
	}
}

// most is how many pieces a table may have: as many as a document may have pages, by far.
func (l *hangulLayout) most() int { return 20_000 }

// divisible reports whether the first line of each cell fits and some cell has more lines.
func (t *tableFlow) divisible(cells []*hangulCell, limit int) bool {
	more := false
	for _, c := range cells {
		n := 0
		for _, p := range c.paragraphs {
			for _, s := range p.segments {
				if n == 0 && t.y+c.in.top+s.y+s.height > limit {
					return false
				}
				n++
			}
		}
		more = more || n > 1
	}
	return more
}

// divide divides a row between lines of its cells; the row ends where the longest does.
func (t *tableFlow) divide(cells []*hangulCell) {
	first := len(t.pieces) - 1
	top := t.y
	last, end := first, top
	for _, c := range cells {
		piece, shift, before, told := first, top+c.in.top, -1, rewinds(c.paragraphs)
		for _, p := range c.paragraphs {
			for _, s := range p.segments {
				over := s.y < before || !told && shift+s.y+s.height > t.pieces[piece].limit-c.in.bottom+slack
				if before = s.y; over && len(t.pieces) <= t.l.most() {
					if piece++; piece == len(t.pieces) {
						t.next()
					}
					shift = t.pieces[piece].top + c.in.top - s.y
				}
				if bottom := shift + s.y + s.height + c.in.bottom; piece > last || piece == last && bottom > end {
					last, end = piece, bottom
				}
			}
		}
	}
	t.y = end
}

// bottom is where a piece of the table ends.
func (t *tableFlow) bottom(piece int) int {
	end := t.pieces[piece].top
	for _, s := range t.starts {
		if s.piece == piece && s.last == piece {
			end = max(end, s.end)
		} else if s.piece <= piece && s.last >= piece {
			end = t.pieces[piece].limit
		}
	}
	return end
}

// cells places the text of the cells.
func (t *tableFlow) cells() {
	for _, c := range t.o.table.cells {
		from, to := t.starts[c.Row], t.starts[c.Row+max(c.Rowspan, 1)-1]
		piece := t.pieces[from.piece]
		f := &hangulFrame{page: piece.page, x: piece.x + t.grid.x[c.Col] + c.in.left, y: from.y + c.in.top, margin: c.in.top}
		if from.piece == to.last {
			f.y += c.text.shift(to.end-from.y-c.in.top-c.in.bottom, contentHeight(c.paragraphs))
		} else {
			f.limit = piece.limit
			for i := from.piece + 1; i <= to.last; i++ {
				next := t.pieces[i]
				next.x -= t.pieces[i-1].x // how far further right
				f.further = append(f.further, next)
			}
		}
		t.l.stack(c.paragraphs, f)
	}
}
