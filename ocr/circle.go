package ocr

import (
	"context"
	"math"
	"strconv"
	"strings"
)

// circled is a number in a circle: ① to ⑳, as articles and lists are numbered in Korean. Tesseract's models do not know them.
type circled struct {
	box
	number int // 0: not read
}

// circles finds rings of about the size of a character with something in them.
func circles(all *partList, em float64) (found []circled) {
	for i, p := range all.parts {
		w, h := float64(p.w()), float64(p.h())
		if w < 0.55*em || w > 1.8*em || math.Abs(w-h) > max(0.12*w, 2) || float64(p.area) > 0.4*w*h {
			continue
		}
		if all.ring(i) && all.filled(p.box, i) {
			found = append(found, circled{box: p.box})
		}
	}
	return found[:min(len(found), maxCircles)]
}

// maxCircles is how many numbers in circles are read on a page.
const maxCircles = 300

// ring reports whether a part is a thin circle: nearly all of its ink lies at its rim, all around.
func (l *partList) ring(i int) bool {
	b := l.parts[i].box
	x, y, r := float64(b.x0+b.x1)/2, float64(b.y0+b.y1)/2, float64(b.w()+b.h())/4
	const sectors = 24
	var around [sectors]bool
	rim, all := 0, 0
	l.each(i, func(v, x0, x1 int) {
		for u := x0; u < x1; u++ {
			dx, dy := float64(u)+0.5-x, float64(v)+0.5-y
			d := math.Hypot(dx, dy)
			all++
			if d > 0.72*r && d < 1.12*r {
				rim++
				around[int((math.Atan2(dy, dx)/(2*math.Pi)+1)*sectors)%sectors] = true
			}
		}
	})
	whole := 0
	for _, is := range around {
		if is {
			whole++
		}
	}
	return whole == sectors && 20*rim >= 19*all
}

// filled reports whether other parts lie within a box, away from its edge.
func (l *partList) filled(b box, but int) bool {
	inner := box{b.x0 + b.w()/8, b.y0 + b.h()/8, b.x1 - b.w()/8, b.y1 - b.h()/8}
	for i, p := range l.parts {
		if i != but && p.x0 >= inner.x0 && p.x1 <= inner.x1 && p.y0 >= inner.y0 && p.y1 <= inner.y1 && 3*p.h() >= b.h() {
			return true
		}
	}
	return false
}

// number reads the numbers in the circles of a page, and forgets the circles that hold none.
func (r *Reader) number(ctx context.Context, p *page) error {
	var strips []*gray
	for _, c := range p.circles {
		strips = append(strips, p.inside(c.box))
	}
	words, err := r.tesseract(ctx, strips, "-l", strings.TrimPrefix(r.language, "kor+"), "--psm", "8", "-c", "tessedit_char_whitelist=0123456789")
	if err != nil {
		return err
	}
	var known []circled
	for i, c := range p.circles {
		if len(words[i]) != 1 || words[i][0].confidence < 0.4 {
			continue
		}
		if n, err := strconv.Atoi(words[i][0].text); err == nil && n >= 1 && n <= 20 {
			known = append(known, circled{c.box, n})
		}
	}
	p.circles = known
	return nil
}

// inside is the picture of what is in a circle, on white.
func (p *page) inside(b box) *gray {
	const side = 64
	scale := float64(b.w()) / side
	out := newGray(side+2*stripEdge, side+2*stripEdge)
	x, y, r := float64(b.x0+b.x1)/2, float64(b.y0+b.y1)/2, 0.74*float64(b.w()+b.h())/4
	for v := range out.h {
		row := out.row(v)
		for u := range row {
			dx, dy := (float64(u)+0.5-float64(out.w)/2)*scale, (float64(v)+0.5-float64(out.h)/2)*scale
			row[u] = 255
			if math.Hypot(dx, dy) < r {
				row[u] = p.g.sample(x+dx-0.5, y+dy-0.5, scale)
			}
		}
	}
	return out
}

// covered paints the circles of a page that are in a segment white in its strip, and returns the words that they are.
// Triangles become dashes.
func (p *page) covered(s *segment, strip *gray) (words []word) {
	for _, c := range p.circles {
		if !s.holds(c.box) {
			continue
		}
		b := s.inStrip(c.box)
		for y := max(b.y0-2, 0); y < min(b.y1+2, strip.h); y++ {
			for x := max(b.x0-2, 0); x < min(b.x1+2, strip.w); x++ {
				strip.pix[y*strip.w+x] = 255
			}
		}
		words = append(words, word{b, string(rune('①' + c.number - 1)), 0.9})
	}
	for _, c := range p.minuses { // a triangle becomes the dash that it stands for
		if s.holds(c) {
			b := s.inStrip(c)
			for y := max(b.y0-2, 0); y < min(b.y1+2, strip.h); y++ {
				for x := max(b.x0-2, 0); x < min(b.x1+2, strip.w); x++ {
					dash := y >= (b.y0+b.y1)/2 && y < (b.y0+b.y1)/2+4 && x >= b.x0+b.w()/5 && x < b.x1-b.w()/5
					strip.pix[y*strip.w+x] = 255
					if dash {
						strip.pix[y*strip.w+x] = 0
					}
				}
			}
		}
	}
	return words
}
