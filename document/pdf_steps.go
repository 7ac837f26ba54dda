package document

import (
	"math"
	"unicode/utf8"
)

// mostUneven is how many glyphs a line may have whose text has another number of characters: they are matched one by one.
const mostUneven = 500

// steps are Line.Steps of the line, whose text is as it was written: cleaned, so that it may have fewer characters than the
// line has glyphs (or, of a ligature, more). nil if the text runs from right to left, and where glyphs lie in no order.
func (l *pdfLine) steps(s *pdfSheet, text string) []uint16 {
	n := utf8.RuneCountInString(text)
	if l.rtl || n == 0 || len(l.glyphs) == 0 {
		return nil
	}
	edges := l.edges(s)
	upto := func(i int) int { return i } // how many characters the first i glyphs are
	if n != len(l.glyphs) {
		if len(l.glyphs) > mostUneven {
			return nil
		}
		counts := l.counts(n)
		upto = func(i int) int { return counts[i] }
	}
	out := make([]uint16, n)
	last := 0.0
	for i := 0; i < len(l.glyphs); {
		j := i + 1
		for j < len(l.glyphs) && upto(j) <= upto(i) {
			j++
		}
		from, to := upto(i), upto(j)
		if j == len(l.glyphs) {
			to = n
		}
		for c := from; c < to; c++ {
			end := edges[i] + (edges[j]-edges[i])*float64(c-from+1)/float64(to-from)
			step := math.Round((end - last) * 100)
			if step > math.MaxUint16 {
				return nil
			}
			out[c] = uint16(max(step, 0))
			last += float64(out[c]) / 100
		}
		i = j
	}
	return out
}

// counts are how many of n characters the first 0, 1, … glyphs become.
func (l *pdfLine) counts(n int) []int {
	counts := make([]int, len(l.glyphs)+1)
	run := make([]rune, 0, len(l.glyphs))
	for i, g := range l.glyphs {
		run = append(run, g.r)
		counts[i+1] = min(max(utf8.RuneCountInString(clean(string(run))), counts[i]), n)
	}
	return counts
}

// edges are where along the line its glyphs begin, from its own beginning on, and where the last one ends: each begins at its
// origin, and a space, which has no place of its own, where the glyph before it ends.
func (l *pdfLine) edges(s *pdfSheet) []float64 {
	n := len(l.glyphs)
	edges := make([]float64, n+1)
	origin := func(i int) float64 {
		g := &l.glyphs[i]
		return s.along(Rect{g.x, g.y, g.x, g.y}, l.turn).X0 - l.box.X0
	}
	edges[n] = l.box.X1 - l.box.X0
	for i := 1; i < n; i++ {
		edge := edges[i-1]
		switch {
		case l.glyphs[i].r != ' ':
			edge = origin(i)
		case l.glyphs[i-1].r != ' ' && i+1 < n:
			g := &l.glyphs[i-1]
			end := s.along(Rect{g.x0, g.y0, g.x1, g.y1}, l.turn).X1 - l.box.X0
			edge = wordEnd(edges[:i], end, origin(i+1))
		}
		edges[i] = min(max(edge, edges[i-1]), edges[n])
	}
	return edges
}

// wordEnd is where the last glyph before a space ends: a little behind its box, which is around its ink, unless that is in the way
// of what follows. The boxes of some fonts are all as wide as their letters are high; then it is as wide as the one before it,
// or has half of the room.
func wordEnd(begins []float64, end, next float64) float64 {
	last := len(begins) - 1
	if end <= next {
		return end + 0.25*(next-end)
	}
	if last > 0 {
		if like := begins[last] + begins[last] - begins[last-1]; like < next {
			return like
		}
	}
	return (begins[last] + next) / 2
}
