package ocr

import "slices"

// bitmap is a picture of ink (1) and paper (0).
type bitmap struct {
	w, h int
	pix  []uint8
}

func newBitmap(w, h int) *bitmap { return &bitmap{w, h, make([]uint8, w*h)} }

func (b *bitmap) row(y int) []uint8 { return b.pix[y*b.w : (y+1)*b.w] }

// ink is what of a picture is darker than a threshold.
func (g *gray) ink(threshold int) *bitmap {
	b := newBitmap(g.w, g.h)
	for i, v := range g.pix {
		if int(v) < threshold {
			b.pix[i] = 1
		}
	}
	return b
}

// part is a piece of ink that hangs together.
type part struct {
	box
	area int // pixels of ink
}

// solid reports whether a part is a filled shape longer than that, and no line: a bar of a chart, not a letter.
func (p part) solid(side int) bool {
	return max(p.w(), p.h()) >= side && 5*min(p.w(), p.h()) >= 2*side && 20*p.area > 17*p.w()*p.h()
}

// partList are the parts of a bitmap, and the runs of pixels that they are made of.
type partList struct {
	parts []part
	runs  []run
	of    []int32 // the part of each run
	order []int32 // the runs by their parts, once somebody asks
	start []int32 // where those of each part begin in order
}

// run is ink in a row from x0 up to x1.
type run struct{ y, x0, x1 int32 }

// parts finds what hangs together, corners included: runs of a row are joined with those of the row before.
func parts(b *bitmap) *partList {
	l := &partList{}
	var parent []int32
	find := func(i int32) int32 {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	before, begin := 0, 0 // the runs of the row before
	for y := range b.h {
		row := b.row(y)
		before, begin = begin, len(l.runs)
		at := before
		for x := 0; x < len(row); x++ {
			if row[x] == 0 {
				continue
			}
			x0 := x
			for x < len(row) && row[x] != 0 {
				x++
			}
			me := int32(len(l.runs))
			l.runs = append(l.runs, run{int32(y), int32(x0), int32(x)})
			parent = append(parent, me)
			for at < begin && int(l.runs[at].x1) < x0 {
				at++
			}
			for o := at; o < begin && int(l.runs[o].x0) <= x; o++ {
				a, c := find(int32(o)), find(me)
				parent[max(a, c)] = min(a, c)
			}
		}
	}
	// A root is the first run of its part, so that its number is known before the others of the part come.
	l.of = make([]int32, len(l.runs))
	for i, r := range l.runs {
		root := find(int32(i))
		if root == int32(i) {
			l.of[i] = int32(len(l.parts))
			l.parts = append(l.parts, part{box: box{int(r.x0), int(r.y), int(r.x1), int(r.y) + 1}})
		}
		n := l.of[root]
		p := &l.parts[n]
		p.box = p.box.with(box{int(r.x0), int(r.y), int(r.x1), int(r.y) + 1})
		p.area += int(r.x1 - r.x0)
		l.of[i] = n
	}
	return l
}

// each calls f for the runs of a part.
func (l *partList) each(n int, f func(y, x0, x1 int)) {
	if l.order == nil { // the runs by their parts
		l.start = make([]int32, len(l.parts)+1)
		for _, p := range l.of {
			l.start[p+1]++
		}
		for i := range l.parts {
			l.start[i+1] += l.start[i]
		}
		l.order = make([]int32, len(l.runs))
		at := slices.Clone(l.start)
		for i, p := range l.of {
			l.order[at[p]] = int32(i)
			at[p]++
		}
	}
	for _, i := range l.order[l.start[n]:l.start[n+1]] {
		r := l.runs[i]
		f(int(r.y), int(r.x0), int(r.x1))
	}
}

// only is a bitmap of some of the parts.
func (l *partList) only(w, h int, keep func(p part) bool) *bitmap {
	is := make([]bool, len(l.parts))
	for i, p := range l.parts {
		is[i] = keep(p)
	}
	out := newBitmap(w, h)
	for i, r := range l.runs {
		if is[l.of[i]] {
			row := out.row(int(r.y))
			for x := r.x0; x < r.x1; x++ {
				row[x] = 1
			}
		}
	}
	return out
}

// maxRuns is how many runs of ink a picture of writing may have: a page of a newspaper has a third of them.
const maxRuns = 4 << 20

// noisy reports whether a bitmap has more runs of ink than writing has.
func (b *bitmap) noisy() bool {
	n := 0
	for y := range b.h {
		before := uint8(0)
		for _, v := range b.row(y) {
			if v > before {
				n++
			}
			before = v
		}
	}
	return n > maxRuns
}
