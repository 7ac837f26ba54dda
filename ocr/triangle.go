package ocr

import (
	"math"
	"strings"
)

// triangles finds what stands for a minus in Korean accounts, △ and ▲, which Tesseract's models do not know and read as
// syllables or digits: parts that become evenly wider from a tip to a foot that is whole, with nothing or everything inside.
func triangles(all *partList, em float64) (found []box) {
	for i, p := range all.parts {
		w, h := float64(p.w()), float64(p.h())
		if w < 0.3*em || w > 1.3*em || h < 0.6*w || h > 1.25*w || p.h() < 8 || len(found) == maxCircles {
			continue
		}
		if all.triangle(i) {
			found = append(found, p.box)
		}
	}
	return found
}

// triangle reports whether a part is one.
func (l *partList) triangle(i int) bool {
	b := l.parts[i].box
	type row struct{ x0, x1, ink, runs int }
	rows := make([]row, b.h())
	l.each(i, func(y, x0, x1 int) {
		r := &rows[y-b.y0]
		if r.runs == 0 {
			r.x0 = x0
		}
		r.x1, r.ink, r.runs = x1, r.ink+x1-x0, r.runs+1
	})
	w, h := float64(b.w()), float64(b.h())
	middle, near := float64(b.x0+b.x1)/2, max(0.1*w, 1.5)
	hollow, full := 0, 0
	for y, r := range rows[:len(rows)*4/5] {
		half := w / 2 * (float64(y) + 0.5) / h
		if r.runs == 0 || r.runs > 2 || math.Abs(float64(r.x0)-(middle-half)) > near || math.Abs(float64(r.x1)-(middle+half)) > near {
			return false
		}
		if y > len(rows)/2 && r.runs == 2 {
			hollow++
		} else if y > len(rows)/2 && 10*r.ink >= 9*(r.x1-r.x0) {
			full++
		}
	}
	foot := false
	for _, r := range rows[len(rows)*4/5:] {
		foot = foot || r.runs == 1 && float64(r.ink) > 0.85*w
	}
	lower := len(rows)*4/5 - len(rows)/2 - 1
	return foot && (hollow >= lower || full >= lower)
}

// signed puts triangles back where the dashes that took their places were read. If others were read too, all remain dashes,
// which say the same.
func (p *page) signed(s *segment, words []word) []word {
	triangles, dashes := 0, 0
	for _, b := range p.minuses {
		if s.holds(b) {
			triangles++
		}
	}
	for _, w := range words {
		dashes += strings.Count(w.text, "-")
	}
	if triangles != dashes {
		return words
	}
	for i := range words {
		words[i].text = strings.ReplaceAll(words[i].text, "-", "△")
	}
	return words
}
