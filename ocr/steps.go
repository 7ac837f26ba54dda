package ocr

import (
	"math"
	"unicode/utf8"

	"exaone/document"
)

// steps fills in which way a line runs in the picture, and how far it is from each of its characters to the next, as
// document.Line.Steps says: Tesseract tells where words stand, and within a word characters are taken to be of one width.
func (c *composer) steps(at *document.Line, row []piece, around box) {
	starts, n := c.starts(row)
	a := c.page.back.apply(point{float64(around.x0), float64(around.y0+around.y1) / 2})
	b := c.page.back.apply(point{float64(around.x1), float64(around.y0+around.y1) / 2})
	long := at.Rect.X1 - at.Rect.X0
	switch dx, dy := b.x-a.x, b.y-a.y; {
	case math.Abs(dx) >= math.Abs(dy) && dx < 0:
		at.Turn = 2
	case math.Abs(dx) < math.Abs(dy) && dy > 0:
		at.Turn, long = 1, at.Rect.Y1-at.Rect.Y0
	case math.Abs(dx) < math.Abs(dy):
		at.Turn, long = 3, at.Rect.Y1-at.Rect.Y0
	}
	if n == 0 || around.w() <= 0 {
		return
	}
	scale := 100 * long / float64(around.w())
	steps := make([]uint16, n)
	done := 0.0 // of the line, so that rounding does not add up
	for i := range steps {
		end := float64(around.x1)
		if i+1 < n {
			end = min(max(starts[i+1], float64(around.x0)), end)
		}
		to := scale * (end - float64(around.x0))
		step := math.Round(to - done)
		if step > math.MaxUint16 {
			return // letters as large as a poster
		}
		steps[i] = uint16(max(step, 0))
		done += float64(steps[i])
	}
	at.Steps = steps
}

// starts is where each of the n characters of a row begins, in pixels of the page, from left to right: those of the words, and
// the spaces between them as paragraph writes them.
func (c *composer) starts(row []piece) (starts []float64, n int) {
	last := math.Inf(-1)
	put := func(x float64) {
		last = max(last, x)
		starts = append(starts, last)
	}
	before := 0.0 // where the last word ends
	for i, p := range row {
		s := p.segment
		if i > 0 {
			put(before)
		}
		page := func(x int) float64 {
			if s.scale <= 0 {
				return float64(s.x0)
			}
			return s.left + float64(x-stripEdge)/s.scale
		}
		spaced := s.spaced()
		for k, w := range s.words {
			x0, x1 := page(w.x0), page(w.x1)
			if k > 0 && spaced[k] {
				put(before)
			}
			letters := utf8.RuneCountInString(w.text)
			for l := range letters {
				put(x0 + (x1-x0)*float64(l)/float64(letters))
			}
			before = x1
		}
	}
	return starts, len(starts)
}
