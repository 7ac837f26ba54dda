package ocr

import "slices"

// level makes paper white and ink black: it divides by how bright the paper is nearby, which takes shadows, uneven light and
// fills behind text away, and then stretches what is between ink and paper. It reports whether there is any ink.
func level(g *gray) (*gray, bool) {
	out := g.divided(g.background())
	_, ink, paper, share := otsu(out.histogram())
	if paper-ink < 10 || share == 0 {
		return out, false
	}
	// Thin strokes are never as dark as thick ones, and the class above the threshold has their edges in it: the mean of the
	// dark class goes to nearly black.
	low, high := ink-0.15*(paper-ink), min(paper+2, 255)
	var table [256]uint8
	for v := range table {
		table[v] = uint8(min(max((float64(v)-low)*255/(high-low), 0), 255))
	}
	for i, v := range out.pix {
		out.pix[i] = table[v]
	}
	return out, true
}

// shade is how bright paper is, for every cell of a picture.
type shade struct {
	cell, w, h int
	v          []uint8
}

// background is how bright the paper is: in cells the shade that a fifth of the pixels exceed, and what is darker and
// smaller than five cells, a line of text, closed by what is around it.
func (g *gray) background() *shade {
	cell := max(min(g.w, g.h)/100, 8)
	s := &shade{cell: cell, w: (g.w + cell - 1) / cell, h: (g.h + cell - 1) / cell}
	s.v = make([]uint8, s.w*s.h)
	for cy := range s.h {
		for cx := range s.w {
			var h [256]int
			n := 0
			for y := cy * cell; y < min((cy+1)*cell, g.h); y++ {
				for _, v := range g.pix[y*g.w+cx*cell : y*g.w+min((cx+1)*cell, g.w)] {
					h[v]++
					n++
				}
			}
			v := 255
			for above := h[255]; above <= n/5 && v > 0; above += h[v] {
				v--
			}
			s.v[cy*s.w+cx] = uint8(v)
		}
	}
	const reach = 2
	s.spread(reach, func(a, b uint8) uint8 { return max(a, b) })
	s.spread(reach, func(a, b uint8) uint8 { return min(a, b) })
	s.smooth()
	return s
}

// spread gives each cell the most, or the least, of its neighbours.
func (s *shade) spread(reach int, pick func(a, b uint8) uint8) {
	line := func(n, stride, at int) {
		old := make([]uint8, n)
		for i := range old {
			old[i] = s.v[at+i*stride]
		}
		for i := range old {
			v := old[i]
			for j := max(i-reach, 0); j <= min(i+reach, n-1); j++ {
				v = pick(v, old[j])
			}
			s.v[at+i*stride] = v
		}
	}
	for y := range s.h {
		line(s.w, 1, y*s.w)
	}
	for x := range s.w {
		line(s.h, s.w, x)
	}
}

// smooth gives each cell the mean of its neighbours.
func (s *shade) smooth() {
	old := slices.Clone(s.v)
	for y := range s.h {
		for x := range s.w {
			sum, n := 0, 0
			for v := max(y-1, 0); v <= min(y+1, s.h-1); v++ {
				for u := max(x-1, 0); u <= min(x+1, s.w-1); u++ {
					sum += int(old[v*s.w+u])
					n++
				}
			}
			s.v[y*s.w+x] = uint8(sum / n)
		}
	}
}

// at is the shade at a pixel, between the middles of cells.
func (s *shade) row(y int, to []int32) {
	fy := max(float64(y)/float64(s.cell)-0.5, 0)
	y0 := min(int(fy), s.h-1)
	y1, ty := min(y0+1, s.h-1), int32(256*(fy-float64(y0)))
	for x := range to {
		fx := max((x<<8+s.cell/2)/s.cell-128, 0)
		x0 := min(fx>>8, s.w-1)
		x1, tx := min(x0+1, s.w-1), int32(fx&255)
		top := int32(s.v[y0*s.w+x0])*(256-tx) + int32(s.v[y0*s.w+x1])*tx
		low := int32(s.v[y1*s.w+x0])*(256-tx) + int32(s.v[y1*s.w+x1])*tx
		to[x] = (top*(256-ty) + low*ty + 1<<15) >> 16
	}
}

// divided is the picture with paper at 255. Where the paper is much darker than elsewhere, it is no paper but a fill, and
// stays dark.
func (g *gray) divided(s *shade) *gray {
	sorted := slices.Clone(s.v)
	slices.Sort(sorted)
	least := int32(sorted[len(sorted)/2]) * 2 / 5
	out := newGray(g.w, g.h)
	line := make([]int32, g.w)
	for y := range g.h {
		s.row(y, line)
		from, to := g.row(y), out.row(y)
		for x, v := range from {
			to[x] = uint8(min(int32(v)*255/max(line[x], least, 1), 255))
		}
	}
	return out
}
