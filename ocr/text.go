package ocr

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// text is what a segment says, and how sure that is.
func (s *segment) text() (string, float64) {
	var out strings.Builder
	sum, n := 0.0, 0.0
	spaced := s.spaced()
	for i, w := range s.words {
		if i > 0 && spaced[i] {
			out.WriteByte(' ')
		}
		out.WriteString(w.text)
		l := float64(len([]rune(w.text)))
		sum, n = sum+l*w.confidence, n+l
	}
	return out.String(), sum / max(n, 1)
}

// gap is a stretch of a strip without ink from top to bottom.
type gap struct{ x0, x1 int }

// gapsOf finds the gaps between the ink of a strip.
func gapsOf(strip *gray) (gaps []gap) {
	inked := make([]bool, strip.w)
	for y := range strip.h {
		for x, v := range strip.row(y) {
			inked[x] = inked[x] || v < inkBelow
		}
	}
	last := -1
	for x, is := range inked {
		if !is {
			continue
		}
		if last >= 0 && x-last > 1 {
			gaps = append(gaps, gap{last + 1, x})
		}
		last = x
	}
	return gaps
}

// spaced says of each word whether a space is before it. Tesseract divides Korean between syllables that stand a little wide,
// and often puts each into a word of its own: what counts is the white between them. A space is at least a fifth of a
// character, and clearly wider than what is between the letters of the line; it belongs to the word that begins at its end.
func (s *segment) spaced() []bool {
	const reach = stripSize * 0.45
	out := make([]bool, len(s.words))
	least := s.space()
	for _, g := range s.gaps {
		if float64(g.x1-g.x0) < least || len(out) == 0 {
			continue
		}
		best, off := 0, reach // no space is before the first
		for i, w := range s.words {
			if d := math.Abs(float64(w.x0 - g.x1)); d <= off {
				best, off = i, d
			}
		}
		out[best] = true
	}
	return out
}

// space is how wide a space is at least in the strip of a segment, in pixels.
func (s *segment) space() float64 {
	var widths []int
	for _, g := range s.gaps {
		widths = append(widths, g.x1-g.x0)
	}
	if len(widths) < 4 {
		return 0.24 * stripSize
	}
	slices.Sort(widths)
	return min(max(2*float64(widths[len(widths)/2]), 0.2*stripSize), 0.3*stripSize)
}

// particles begin no word: where a line begins with one, the word was broken at the end of the line before. Korean is set
// without hyphens, and may be broken between any two syllables.
var particles = []string{"을", "를", "은", "는", "의", "에", "에서", "에게", "으로", "로", "와", "과", "까지", "부터", "다", "니다",
	"한다", "된다", "하여", "하고", "하는", "되는", "였다", "었다", "이다"}

// together reports whether the words at the end of one row and the beginning of the next are one.
func together(a, b []piece) bool {
	before, _ := a[len(a)-1].segment.text()
	after, _ := b[0].segment.text()
	if before == "" || after == "" {
		return true
	}
	runes := []rune(before)
	if !unicode.Is(unicode.Hangul, runes[len(runes)-1]) {
		return false
	}
	first, _, _ := strings.Cut(after, " ")
	return slices.Contains(particles, strings.TrimRight(first, ".,"))
}

// usual is the size of the characters of most text.
func usual(all []*segment) float64 {
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(a, b *segment) int { return int(a.size - b.size) })
	width := 0
	for _, s := range sorted {
		width += s.w()
	}
	for _, s := range sorted {
		if width -= 2 * s.w(); width <= 0 {
			return s.size
		}
	}
	return 1
}
