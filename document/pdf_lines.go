package document

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// Lines are laid out in coordinates along the text: u grows as the text runs, v from a line to the next. For text that
// runs to the right these are x and y; vertical writing and turned text are laid out like any other.

// pdfSheet is the paper that lines are laid out on.
type pdfSheet struct {
	width, height float64
	uprights      []pdfRule // rules from top to bottom: what stands on two sides of one is no line
	spaces        bool      // the file has its spaces as characters; others only leave room
}

// along returns a rectangle of the page in coordinates along text that runs in a direction.
func (s *pdfSheet) along(r Rect, turn int) Rect {
	switch turn {
	case 1:
		return Rect{r.Y0, s.width - r.X1, r.Y1, s.width - r.X0}
	case 2:
		return Rect{s.width - r.X1, s.height - r.Y1, s.width - r.X0, s.height - r.Y0}
	case 3:
		return Rect{s.height - r.Y1, r.X0, s.height - r.Y0, r.X1}
	}
	return r
}

// back is the reverse of along.
func (s *pdfSheet) back(r Rect, turn int) Rect {
	switch turn {
	case 1:
		return Rect{s.width - r.Y1, r.X0, s.width - r.Y0, r.X1}
	case 2:
		return s.along(r, 2)
	case 3:
		return Rect{r.Y0, s.height - r.X1, r.Y1, s.height - r.X0}
	}
	return r
}

// pdfLine is a stretch of text on one line, without wide gaps in it.
type pdfLine struct {
	turn   int
	box    Rect // along the text
	base   float64
	size   float64
	bold   bool
	glyphs []pdfGlyph // those in the file; a space is one with r ' '
	order  int        // of its first glyph among those of the page
	last   Rect       // of its last glyph
	rtl    bool
	spaced bool // a space that is in the file ends it
}

// glyphAt is a glyph with its place in the order of the page.
type glyphAt struct {
	pdfGlyph
	order int
}

// lines puts glyphs, in the order of the file, into lines, in that order too.
func (s *pdfSheet) lines(glyphs []glyphAt) []*pdfLine {
	var out []*pdfLine
	var line *pdfLine
	space := false
	for i := range glyphs {
		g := &glyphs[i]
		if blank(g.r) {
			if space = true; line != nil && !g.made {
				line.spaced = true
				line.pad(s, g)
			}
			continue
		}
		box := s.along(Rect{g.x0, g.y0, g.x1, g.y1}, g.style.turn)
		origin := s.along(Rect{g.x, g.y, g.x, g.y}, g.style.turn)
		if line == nil || !s.continues(line, g, box, origin.Y0) {
			line = &pdfLine{turn: g.style.turn, box: box, base: origin.Y0, size: g.style.size, order: g.order, last: box, rtl: rightToLeft(g.r)}
			out = append(out, line)
			space = false
		} else if space || line.gap(box) > 0.7*max(line.size, g.style.size) && !combining(g.r) {
			line.glyphs = append(line.glyphs, pdfGlyph{r: ' ', style: g.style})
			space = false
		}
		line.add(g, box, origin.Y0)
	}
	for _, l := range out {
		l.measure()
	}
	downwards(out)
	return out
}

// downwards puts lines of turned text, which may come from the last to the first, in order.
func downwards(lines []*pdfLine) {
	for begin := 0; begin < len(lines); {
		end := begin + 1
		for end < len(lines) && lines[begin].turn != 0 && lines[end].turn == lines[begin].turn && lines[end].base < lines[end-1].base-0.5*lines[end].size {
			end++
		}
		slices.Reverse(lines[begin:end])
		begin = end
	}
}

// pad moves the line's end behind a space that is in the file: what follows it belongs to the line, however wide it is.
func (l *pdfLine) pad(s *pdfSheet, g *glyphAt) {
	at := s.along(Rect{g.x, g.y, g.x, g.y}, g.style.turn)
	width := 0.25 * g.style.size
	if g.r == 0x3000 {
		width = g.style.size
	}
	if g.style.turn == l.turn && math.Abs(at.Y0-l.base) < 0.3*l.size && at.X0 >= l.last.X1-width && at.X0 < l.last.X1+1.6*l.size && !l.rtl {
		l.last.X1 = at.X0 + width
	}
}

// gap is the room between the line's last glyph and a box.
func (l *pdfLine) gap(box Rect) float64 { return max(box.X0-l.last.X1, l.last.X0-box.X1) }

// continues reports whether a glyph goes on with a line.
func (s *pdfSheet) continues(l *pdfLine, g *glyphAt, box Rect, base float64) bool {
	if g.style.turn != l.turn {
		return false
	}
	size := max(l.size, g.style.size)
	small := min(l.size, g.style.size) < 0.8*size
	off := math.Abs(base - l.base)
	if off > 0.3*size && !(small && off <= 0.65*size) {
		return false
	}
	forward := box.X0 >= l.last.X0-0.35*size
	backward := (l.rtl || rightToLeft(g.r)) && box.X1 <= l.last.X1+0.35*size
	gap := l.gap(box)
	if !forward && !backward && !combining(g.r) || gap > 1.6*size {
		return false
	}
	return gap < 0.15*size || !s.divided(l, box)
}

// divided reports whether a rule stands between the end of a line and a box.
func (s *pdfSheet) divided(l *pdfLine, box Rect) bool {
	if l.turn != 0 {
		return false
	}
	from, to := min(l.last.X1, box.X1), max(l.last.X0, box.X0)
	y := (box.Y0 + box.Y1) / 2
	first, _ := slices.BinarySearchFunc(s.uprights, from-0.5, func(r pdfRule, x float64) int { return compareFloats(r.x0, x) })
	for _, r := range s.uprights[first:] {
		if r.x0 > to+0.5 {
			break
		}
		if r.x0 >= from-0.5 && r.x0 <= to+0.5 && r.y0 <= y && r.y1 >= y {
			return true
		}
	}
	return false
}

func (l *pdfLine) add(g *glyphAt, box Rect, base float64) {
	if g.style.size > 1.25*l.size { // the line began with something small: a note's mark
		l.size, l.base = g.style.size, base
	}
	l.box = l.box.with(box)
	l.last, l.spaced = box, false
	l.rtl = l.rtl || rightToLeft(g.r)
	l.glyphs = append(l.glyphs, g.pdfGlyph)
}

// with is the smallest rectangle around two.
func (r Rect) with(o Rect) Rect {
	return Rect{min(r.X0, o.X0), min(r.Y0, o.Y0), max(r.X1, o.X1), max(r.Y1, o.Y1)}
}

// measure finds the size of most of the line, and whether it is bold, and gives it the height of a line of that size.
func (l *pdfLine) measure() {
	sizes := map[float64]int{}
	bold, all, alike := 0, 0, 0
	var style *pdfStyle
	for i := range l.glyphs {
		g := &l.glyphs[i]
		if g.r == ' ' {
			continue
		}
		if g.style != style {
			if style != nil {
				sizes[math.Round(style.size*4)/4] += alike
			}
			style, alike = g.style, 0
		}
		alike++
		all++
		if g.style.font.bold {
			bold++
		}
	}
	if style != nil {
		sizes[math.Round(style.size*4)/4] += alike
	}
	most := 0
	for size, n := range sizes {
		if n > most || n == most && size > l.size {
			l.size, most = size, n
		}
	}
	l.bold = all > 0 && bold*10 >= all*9
	l.box.Y0, l.box.Y1 = min(l.box.Y0, l.base-0.8*l.size), max(l.box.Y1, l.base+0.2*l.size)
}

// text is the line's text as the glyphs have it.
func (l *pdfLine) text() string {
	var b strings.Builder
	for _, g := range l.glyphs {
		b.WriteRune(g.r)
	}
	return b.String()
}

// characters counts the line's glyphs without spaces.
func (l *pdfLine) characters() int {
	n := 0
	for _, g := range l.glyphs {
		if g.r != ' ' {
			n++
		}
	}
	return n
}

// upright turns the text of vertical writing so that it runs down: characters of East Asia, each below the one before, by
// as much as it is high.
func upright(glyphs []glyphAt) {
	turned := map[*pdfStyle]*pdfStyle{}
	for begin := 0; begin < len(glyphs); {
		end, wide, last := begin+1, 0, begin
		if eastAsian(glyphs[begin].r) {
			wide++
		}
		for ; end < len(glyphs) && glyphs[begin].style.turn == 0; end++ {
			g := &glyphs[end]
			if blank(g.r) {
				continue
			}
			before := &glyphs[last]
			size := max(before.style.size, 1)
			dx, dy := math.Abs((g.x0+g.x1)-(before.x0+before.x1))/2, (g.y0+g.y1-before.y0-before.y1)/2
			if g.style.turn != 0 || dx > 0.45*size || dy < 0.6*size || dy > 1.35*size {
				break
			}
			if last = end; eastAsian(g.r) {
				wide++
			}
		}
		if n := last - begin + 1; n >= 3 && wide*2 > n {
			for i := begin; i <= last; i++ {
				g := &glyphs[i]
				if turned[g.style] == nil {
					s := *g.style
					s.turn = 1
					turned[g.style] = &s
				}
				g.style = turned[g.style]
				g.x, g.y = (g.x0+g.x1)/2, g.y0 // the middle of the column is its line
			}
		}
		begin = max(last+1, begin+1)
	}
}

func eastAsian(r rune) bool {
	return r >= 0x2e80 && r <= 0x9fff || r >= 0xac00 && r <= 0xd7af || r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe4f ||
		r >= 0xff00 && r <= 0xffef || r >= 0x20000 && r <= 0x3ffff
}

func rightToLeft(r rune) bool {
	return r >= 0x590 && r <= 0x8ff || r >= 0xfb1d && r <= 0xfdff || r >= 0xfe70 && r <= 0xfeff || r >= 0x10800 && r <= 0x10fff
}

func combining(r rune) bool { return unicode.In(r, unicode.Mn, unicode.Me) }

// uprights are the rules that stand, from left to right.
func uprights(rules []pdfRule) []pdfRule {
	_, out := mergeRules(rules)
	slices.SortFunc(out, func(a, b pdfRule) int { return compareFloats(a.x0, b.x0) })
	return out
}

func compareFloats(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
