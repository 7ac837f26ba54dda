package ocr

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// straightened is a picture of which it is known how it was held.
type straightened struct {
	g     *gray
	m     matrix // from its sheet to the picture
	w, h  int    // of its sheet
	plain bool   // the sheet is the picture
	turns []int  // by how many quarters it may have to be turned to the right: the likeliest first
	angle [4]float64
	pages [4]*page // that were made, by the quarters they were turned
}

// straighten looks for the sheet in a picture, and for the direction of its lines; nil if nothing is written on it. A picture
// of noise is an error.
func straighten(g *gray) (*straightened, error) {
	s := &straightened{g: g, m: identity, w: g.w, h: g.h, plain: true}
	if m, w, h, ok := sheet(g); ok {
		s.m, s.w, s.h, s.plain = m, w, h, false
	}
	seen := s.straight(identity, s.w, s.h, s.plain)
	if _, dark, bright, share := otsu(seen.histogram()); share > 0.65 && bright-dark > 30 { // white on black
		s.g = g.inverted()
		seen = s.straight(identity, s.w, s.h, s.plain)
	}
	bright, any := level(seen)
	if !any {
		return nil, nil
	}
	_, find := bright.cleaned()
	b := find.ink(inkBelow)
	if b.noisy() {
		return nil, fmt.Errorf("more than %d runs of ink: noise, no writing", maxRuns)
	}
	size := em(b)
	unruled(newGray(b.w, b.h), b, newBitmap(b.w, b.h), size)
	letters := tidied(b, size)
	switch beside, above := direction(letters, size); {
	case beside > 2*above || beside+above < 4:
		s.turns = []int{0}
	case above > 2*beside:
		s.turns = []int{1, 3}
	default:
		s.turns = []int{0, 1, 3, 2}
	}
	if s.turns[0] == 0 {
		s.angle[0] = skew(letters)
	}
	if len(s.turns) > 1 {
		s.angle[1] = skew(letters.turned())
	}
	s.angle[2], s.angle[3] = s.angle[0], s.angle[1]
	return s, nil
}

// inkBelow is the shade below which a pixel of a levelled picture is ink.
const inkBelow = 144

// faintBelow is the shade below which a pixel may be of a rule that is thin or gray.
const faintBelow = 210

// turned is the bitmap turned to the right by a quarter.
func (b *bitmap) turned() *bitmap {
	g := (&gray{b.w, b.h, b.pix}).turned(1)
	return &bitmap{g.w, g.h, g.pix}
}

// straight is the picture of a sheet that was turned and made level by a map; plain if there is nothing to map.
func (s *straightened) straight(m matrix, w, h int, plain bool) *gray {
	if plain {
		return &gray{w, h, slices.Clone(s.g.pix)}
	}
	return s.g.warped(s.m.after(m), w, h)
}

// page is a sheet that stands upright and level, without its rules.
type page struct {
	g        *gray
	back     matrix // to the picture
	em       float64
	tables   []*table // from small to large
	segments []*segment
	circles  []circled
	minuses  []box // triangles that stand for a minus
}

// page turns the sheet, makes its lines level, and takes it apart.
func (s *straightened) page(quarters int) *page {
	if p := s.pages[quarters&3]; p != nil {
		return p
	}
	w, h := s.w, s.h
	if quarters&1 == 1 {
		w, h = h, w
	}
	m := turn(quarters, s.w, s.h)
	plain := s.plain && quarters&3 == 0
	if a := s.angle[quarters&3]; math.Abs(a) >= 0.04 {
		m, plain = m.after(rotation(a*math.Pi/180, w, h)), false
	}
	p := &page{back: s.m.after(m)}
	s.pages[quarters&3] = p
	raw, _ := level(s.straight(m, w, h, plain))
	read, find := raw.cleaned()
	p.g = read
	b := find.ink(inkBelow)
	p.em = em(b)
	faint := b
	if find == read { // no grain that would be taken for ink; dotted rules would be taken for specks
		if faint = raw.ink(faintBelow); faint.noisy() {
			faint = b
		}
	}
	level, upright := unruled(p.g, b, faint, p.em)
	p.tables = tables(level, upright, p.em)
	slices.SortFunc(p.tables, func(a, b *table) int { return a.w()*a.h() - b.w()*b.h() })
	all := parts(b)
	p.circles, p.minuses = circles(all, p.em), triangles(all, p.em)
	p.segments = segments(b, p.em, func(a, c box) bool { return placeOf(p.tables, a) != placeOf(p.tables, c) })
	return p
}

// longest are the longest segments of a page.
func (p *page) longest(n int) []*segment {
	all := slices.Clone(p.segments)
	slices.SortStableFunc(all, func(a, b *segment) int {
		return cmp.Compare(float64(b.w())/max(b.size, 1), float64(a.w())/max(a.size, 1))
	})
	return all[:min(n, len(all))]
}

// confidence is Tesseract's in the words of segments, by their length.
func (p *page) confidence(segments []*segment) float64 {
	sum, n := 0.0, 0.0
	for _, s := range segments {
		for _, w := range s.words {
			l := float64(len([]rune(w.text)))
			sum, n = sum+l*w.confidence, n+l
		}
	}
	return sum / max(n, 1)
}

// How strips are cut: so many pixels for a character, and white around.
const (
	stripSize = 42.0
	stripEdge = 12
)

// strip is the picture of a segment: level, of one size, with white around.
func (p *page) strip(s *segment) *gray {
	scale := min(max(stripSize/s.size, 0.2), 5)
	drop := s.slope * float64(s.w())
	top := float64(s.y0)
	if drop < 0 {
		top -= drop
	}
	margin := 0.15 * s.size // for the tails of commas, which are thin
	top -= margin
	left, width := float64(s.x0)-margin, float64(s.w())+2*margin
	height := float64(s.h()) - math.Abs(drop) + 2*margin
	s.scale, s.left, s.top = scale, left, top
	out := newGray(min(int(scale*width), 30000)+2*stripEdge, min(int(scale*height), 2000)+2*stripEdge)
	for i := range out.pix {
		out.pix[i] = 255
	}
	for y := stripEdge; y < out.h-stripEdge; y++ {
		row := out.row(y)
		for x := stripEdge; x < out.w-stripEdge; x++ {
			u := left + (float64(x-stripEdge)+0.5)/scale
			v := top + (float64(y-stripEdge)+0.5)/scale + s.slope*(u-float64(s.x0))
			row[x] = p.g.sample(u-0.5, v-0.5, 1/scale)
		}
	}
	return out
}

// inStrip is where a box of the page is in the strip of a segment.
func (s *segment) inStrip(b box) box {
	x := func(v int) int { return int(math.Round((float64(v)-s.left)*s.scale)) + stripEdge }
	y := func(v int) int {
		return int(math.Round((float64(v)-s.top-s.slope*float64(b.x0-s.x0))*s.scale)) + stripEdge
	}
	return box{x(b.x0), y(b.y0), x(b.x1), y(b.y1)}
}

// sample is the shade around a place between pixels, of an area of the given side.
func (g *gray) sample(x, y, side float64) uint8 {
	if side <= 1.1 {
		return g.cubic(x, y)
	}
	n := int(math.Ceil(side))
	sum := 0
	for i := range n {
		for j := range n {
			sum += int(g.between(x+side*((float64(j)+0.5)/float64(n)-0.5), y+side*((float64(i)+0.5)/float64(n)-0.5)))
		}
	}
	return uint8((sum + n*n/2) / (n * n))
}

// cubic is the shade between pixels by a spline through sixteen. [Keys, Cubic convolution interpolation, 1981]
func (g *gray) cubic(x, y float64) uint8 {
	x0, y0 := int(math.Floor(x)), int(math.Floor(y))
	wx, wy := keys(x-float64(x0)), keys(y-float64(y0))
	sum := 0.0
	for i, a := range wy {
		row := g.row(min(max(y0-1+i, 0), g.h-1))
		for j, c := range wx {
			sum += a * c * float64(row[min(max(x0-1+j, 0), g.w-1)])
		}
	}
	return uint8(min(max(sum+0.5, 0), 255))
}

func keys(t float64) [4]float64 {
	return [4]float64{((2-t)*t - 1) * t / 2, ((3*t-5)*t*t + 2) / 2, ((4-3*t)*t + 1) * t / 2, (t - 1) * t * t / 2}
}
