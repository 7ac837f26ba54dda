package ocr

import "math"

// maxSkew is the largest angle, in degrees, by which lines of a picture may fall or rise and are made level.
const maxSkew = 20.0

// em is about how large a character is, in pixels. Parts of letters say so roughly; closed to words by that, the shorter
// sides of words say it well, whichever way they run.
func em(b *bitmap) float64 {
	all := parts(b)
	rough := middle(all, func(p part) int {
		side := max(p.w(), p.h())
		if side < 6 || side > max(b.w, b.h)/12 || min(p.w(), p.h()) < 2 || 12*p.area < side*side || p.solid(12) {
			return 0
		}
		return side
	})
	if rough == 0 {
		return float64(max(min(b.w, b.h)/40, 12))
	}
	keep := func(p part) bool {
		return p.area >= rough*rough/100 && max(p.w(), p.h()) < 8*rough && !p.solid(rough)
	}
	near := max(rough/5, 1)
	words := parts(smeared(all.only(b.w, b.h, keep), near, near))
	// Digits and small letters are lower than syllables.
	return max(1.15*float64(middle(words, func(p part) int {
		long, short := max(p.w(), p.h()), min(p.w(), p.h())
		if 2*long < 3*short { // a single letter, which may be narrow
			return long
		}
		return short
	})), 8)
}

// middle is the size of parts, of those that have one, that divides their extent into halves.
func middle(all *partList, size func(p part) int) int {
	sizes := map[int]int{}
	sum := 0
	for _, p := range all.parts {
		if n := size(p); n > 0 {
			sizes[n] += p.w() * p.h()
			sum += p.w() * p.h()
		}
	}
	seen, n := 0, 0
	for 2*seen < sum {
		n++
		seen += sizes[n]
	}
	return n
}

// direction says how many pieces of writing have their nearest neighbour beside them, and how many above or below: letters
// are nearer to the next one than to the next line. [O'Gorman, The document spectrum for page layout analysis, 1993]
func direction(letters *bitmap, em float64) (beside, above int) {
	near := max(int(0.1*em), 1)
	var pieces []box
	for _, p := range parts(smeared(letters, near, near)).parts {
		if side := float64(max(p.w(), p.h())); side > 0.35*em && side < 8*em {
			pieces = append(pieces, p.box)
		}
	}
	cells := map[[2]int][]int{} // pieces by where they are, in squares of two characters
	square := max(int(2*em), 1)
	each := func(b box, reach int, f func(at [2]int)) {
		for y := (b.y0 - reach) / square; y <= (b.y1+reach)/square; y++ {
			for x := (b.x0 - reach) / square; x <= (b.x1+reach)/square; x++ {
				f([2]int{x, y})
			}
		}
	}
	for i, p := range pieces {
		each(p, 0, func(at [2]int) { cells[at] = append(cells[at], i) })
	}
	for i, p := range pieces {
		nearest, flat := square, false
		each(p, square, func(at [2]int) {
			for _, j := range cells[at] {
				q := pieces[j]
				dx, dy := max(p.x0, q.x0)-min(p.x1, q.x1), max(p.y0, q.y0)-min(p.y1, q.y1)
				// Straight beside or straight above, or none of either.
				if i == j || (dx >= 0) == (dy >= 0) || max(dx, dy) >= nearest {
					continue
				}
				nearest, flat = max(dx, dy), dx >= 0
			}
		})
		switch {
		case nearest == square:
		case flat:
			beside++
		default:
			above++
		}
	}
	return beside, above
}

// profile is how ink lies along lines of a direction: much where there are lines of text, little between them.
type profile struct {
	points []dot
	w, h   int
}

// dot is an amount of ink at a place.
type dot struct{ x, y, ink float32 }

// profileOf gathers the ink of a bitmap in dots, so many along its longer side.
func profileOf(b *bitmap, side int) *profile {
	factor := max((max(b.w, b.h)+side-1)/side, 1)
	p := &profile{w: b.w/factor + 1, h: b.h/factor + 1}
	sums := make([]float32, p.w)
	for y := 0; y < b.h; y++ {
		for x, v := range b.row(y) {
			if v != 0 {
				sums[x/factor]++
			}
		}
		if y%factor == factor-1 || y == b.h-1 {
			for x, s := range sums {
				if s > 0 {
					p.points = append(p.points, dot{float32(x), float32(y / factor), s})
				}
			}
			clear(sums)
		}
	}
	return p
}

// score says how sharply the ink is divided into lines that fall by an angle in degrees: the sum of the squares of the steps
// between neighbouring lines. [Postl, Detection of linear oblique structures and skew scan in digitized documents, 1986]
func (p *profile) score(degrees float64) float64 {
	slope := float32(math.Tan(degrees * math.Pi / 180))
	margin := int(math.Abs(float64(slope))*float64(p.w)) + 2
	bins := make([]float32, p.h+2*margin)
	for _, d := range p.points {
		at := d.y - slope*d.x + float32(margin)
		i := int(at)
		f := at - float32(i)
		if i >= 0 && i+1 < len(bins) {
			bins[i] += d.ink * (1 - f)
			bins[i+1] += d.ink * f
		}
	}
	sum := 0.0
	for i := 1; i < len(bins); i++ {
		step := float64(bins[i] - bins[i-1])
		sum += step * step
	}
	return sum
}

// best is the angle with the highest score within reach of another, by steps.
func (p *profile) best(around, reach, step float64) (angle, score float64) {
	angle, score = around, -1
	for a := around - reach; a <= around+reach+step/2; a += step {
		if s := p.score(a); s > score {
			angle, score = a, s
		}
	}
	return angle, score
}

// skew is the angle in degrees by which the lines of a picture fall to the right.
func skew(b *bitmap) float64 {
	coarse := profileOf(b, 500)
	angle, _ := coarse.best(0, maxSkew, 0.5)
	fine := profileOf(b, 1600)
	angle, _ = fine.best(angle, 0.5, 0.1)
	angle, _ = fine.best(angle, 0.1, 0.02)
	return angle
}

// transposed is the bitmap with rows and columns exchanged.
func (b *bitmap) transposed() *bitmap {
	out := newBitmap(b.h, b.w)
	for y := range b.h {
		for x, v := range b.row(y) {
			out.pix[x*out.w+y] = v
		}
	}
	return out
}
