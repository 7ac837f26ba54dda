package ocr

import (
	"math"
	"slices"
)

// segment is a stretch of a line of text, without gaps wider than a character.
type segment struct {
	box
	size  float64 // of its characters, in pixels
	slope float64 // pixels down for each to the right
	words []word

	// Its strip: what a pixel of the page is in it, which place of the page is at its edges, and its gaps.
	scale, left, top float64
	gaps             []gap
}

// segments divides the ink of a page, without its rules, into stretches of lines. apart says whether something (the wall of
// a cell) stands between two boxes.
func segments(b *bitmap, em float64, apart func(a, c box) bool) []*segment {
	letters := tidied(b, em)
	blobs := parts(smeared(letters, int(0.5*em), int(0.18*em+0.5)))
	var pieces []box
	for _, p := range blobs.parts {
		pieces = append(pieces, p.box)
	}
	if len(pieces) > maxPieces {
		slices.SortFunc(pieces, func(a, c box) int { return c.w()*c.h() - a.w()*a.h() })
		pieces = pieces[:maxPieces]
	}
	slices.SortFunc(pieces, func(a, c box) int { return a.x0 - c.x0 })
	owner := linked(pieces, em, apart)
	groups := map[int]*segment{}
	var all []*segment
	for i, p := range pieces {
		if s := groups[owner[i]]; s != nil {
			s.box = s.box.with(p)
			continue
		}
		s := &segment{box: p}
		groups[owner[i]] = s
		all = append(all, s)
	}
	all = slices.DeleteFunc(all, func(s *segment) bool {
		w, h := float64(s.w()), float64(s.h())
		return h < 0.3*em && w < 0.45*em || // dust, or a dot that stands alone
			h < 0.35*em && w > 2*em // what is left of a rule
	})
	fit(all, letters, em)
	return all
}

// maxPieces is how many words and pieces of words a page may have; of more, the largest are taken.
const maxPieces = 30_000

// tidied is a bitmap without what cannot be of letters: specks, and parts much larger than they.
func tidied(b *bitmap, em float64) *bitmap {
	return parts(b).only(b.w, b.h, func(p part) bool {
		w, h := float64(p.w()), float64(p.h())
		speck := float64(p.area) < max(0.006*em*em, 3)
		huge := h > 6*em || w > 10*em && h > 2.5*em
		rim := (p.x0 == 0 || p.y0 == 0 || p.x1 == b.w || p.y1 == b.h) && max(w, h) > 3*em
		return !speck && !huge && !rim && !p.solid(int(1.2*em))
	})
}

// smeared closes gaps of up to dx pixels in rows and up to dy in columns.
func smeared(b *bitmap, dx, dy int) *bitmap {
	out := newBitmap(b.w, b.h)
	for y := range b.h {
		row, to := b.row(y), out.row(y)
		last := -dx - 2
		for x, v := range row {
			if v == 0 {
				continue
			}
			if x-last-1 <= dx {
				for i := last + 1; i < x; i++ {
					to[i] = 1
				}
			}
			to[x], last = 1, x
		}
	}
	last := make([]int, b.w)
	for x := range last {
		last[x] = -dy - 2
	}
	for y := range b.h {
		row := out.row(y)
		for x, v := range row {
			if v == 0 {
				continue
			}
			if y-last[x]-1 <= dy {
				for i := max(last[x]+1, 0); i < y; i++ {
					out.pix[i*out.w+x] = 1
				}
			}
			last[x] = y
		}
	}
	return out
}

// linked joins pieces with what follows them in their line, and says for each of which line it is. Pieces are in order of
// their left sides.
func linked(pieces []box, em float64, apart func(a, c box) bool) []int {
	parent := make([]int, len(pieces))
	for i := range parent {
		parent[i] = i
	}
	find := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for i, a := range pieces {
		reach := 1.1 * max(em, min(0.8*float64(a.h()), 3*em))
		best := -1
		for j := i + 1; j < len(pieces) && float64(pieces[j].x0-a.x1) <= reach; j++ {
			c := pieces[j]
			same := overlap(a.y0, a.y1, c.y0, c.y1)
			over := overlap(a.x0, a.x1, c.x0, c.x1)
			inside := same == min(a.h(), c.h()) && over > 0
			// What lies under or over a letter, and into it, is of it: a final consonant, a dot.
			both := a.with(c)
			foot := 2*over >= min(a.w(), c.w()) && (same > 0 && 5*min(a.h(), c.h()) <= 3*max(a.h(), c.h()) ||
				both.h() <= a.h()+c.h()+both.h()/16 && 10*both.w() <= 13*both.h())
			if 2*same < min(a.h(), c.h()) && !foot || apart(a, c) {
				continue
			}
			// A line of a title beside two lines of text is none of theirs.
			if !inside && !foot && max(a.h(), c.h()) > 2*min(a.h(), c.h()) && min(float64(a.h()), float64(c.h())) > 0.6*em {
				continue
			}
			if over > 0 {
				parent[find(j)] = find(i)
			} else if best < 0 || c.x0 < pieces[best].x0 {
				best = j
			}
		}
		if best >= 0 {
			parent[find(best)] = find(i)
		}
	}
	for i := range parent {
		parent[i] = find(i)
	}
	return parent
}

// fit works out how large the characters of segments are, and how much each slopes: what is left of a tilt where the page
// was not flat before the camera changes evenly from its head to its foot.
func fit(all []*segment, ink *bitmap, em float64) {
	var at, slopes []float64
	for _, s := range all {
		if w := float64(s.w()); w > 10*em && float64(s.h()) < 3*em+0.1*w && len(slopes) < 200 {
			at, slopes = append(at, float64(s.y0+s.y1)/2), append(slopes, slope(ink, s.box))
		}
	}
	base, change := trend(at, slopes, 3*em)
	for _, s := range all {
		drop := (base + change*float64(s.y0+s.y1)/2) * float64(s.w())
		if math.Abs(drop) > 0.06*em && math.Abs(drop) < 0.7*float64(s.h()) {
			s.slope = drop / float64(s.w())
		}
		s.size = max(float64(s.h())-math.Abs(s.slope)*float64(s.w()), 0.6*em)
	}
}

// trend is the line through values at places by the medians of what each two of them say, 0 if there are too few of them.
// [Theil, A rank-invariant method of linear and polynomial regression analysis, 1950; Sen, 1968]
func trend(at, values []float64, apart float64) (base, change float64) {
	if len(values) < 4 {
		return 0, 0
	}
	var changes []float64
	for i := range at {
		for j := range i {
			if d := at[i] - at[j]; math.Abs(d) > apart {
				changes = append(changes, (values[i]-values[j])/d)
			}
		}
	}
	if len(changes) > 0 {
		slices.Sort(changes)
		change = changes[len(changes)/2]
	}
	var bases []float64
	for i := range at {
		bases = append(bases, values[i]-change*at[i])
	}
	slices.Sort(bases)
	return bases[len(bases)/2], change
}

// slope is by how much the line in a box falls to the right: the slope along which its ink is divided most sharply.
func slope(ink *bitmap, b box) float64 {
	p := &profile{w: b.w(), h: b.h()}
	for y := b.y0; y < b.y1; y++ {
		for x, v := range ink.row(y)[b.x0:b.x1] {
			if v != 0 {
				p.points = append(p.points, dot{float32(x), float32(y - b.y0), 1})
			}
		}
	}
	most := math.Atan(float64(b.h())/float64(b.w())) * 180 / math.Pi
	angle, _ := p.best(0, most, most/10)
	angle, _ = p.best(angle, most/10, most/50)
	return math.Tan(angle * math.Pi / 180)
}
