package ocr

// rule is a straight line that somebody ruled: level, or upright.
type rule struct {
	box
}

// ruled finds the level rules of a bitmap of letters of size em, and takes them out of it. The pixels that it took out are
// passed to erase, as a row from x0 up to x1.
func ruled(b *bitmap, em float64, erase func(y, x0, x1 int)) []rule {
	least, bridge := int(2.5*em), max(int(em/20), 1)
	long := newBitmap(b.w, b.h)
	for y := range b.h {
		row, to := b.row(y), long.row(y)
		for x := 0; x < len(row); x++ {
			if row[x] == 0 {
				continue
			}
			x0, end := x, x+1
			for x = end; x < len(row) && x-end <= bridge; x++ {
				if row[x] != 0 {
					end = x + 1
				}
			}
			x = end
			if end-x0 >= least {
				for i := x0; i < end; i++ {
					to[i] = 1
				}
			}
		}
	}
	all := parts(long)
	var rules []rule
	is := make([]bool, len(all.parts))
	for i, p := range all.parts {
		thick := float64(p.area) / float64(p.w())
		if thick <= max(0.3*em, 4) && float64(p.h()) <= max(0.35*em, 5)+0.012*float64(p.w()) {
			is[i] = true
			rules = append(rules, rule{p.box})
		}
	}
	for i, r := range all.runs {
		if is[all.of[i]] {
			erase(int(r.y), int(r.x0), int(r.x1))
		}
	}
	return joined(rules, em)
}

// joined makes one rule of pieces that go on where another ends.
func joined(rules []rule, em float64) []rule {
	for again := true; again; {
		again = false
		for i := 0; i < len(rules); i++ {
			for j := i + 1; j < len(rules); j++ {
				a, b := rules[i], rules[j]
				gap := max(a.x0, b.x0) - min(a.x1, b.x1)
				apart := max(a.y0, b.y0) - min(a.y1, b.y1)
				if float64(gap) <= 0.6*em && apart <= 1 {
					rules[i] = rule{a.box.with(b.box)}
					rules = append(rules[:j], rules[j+1:]...)
					j, again = i, true
				}
			}
		}
	}
	return rules
}

// unruled finds the rules of a page and takes them out of its ink and its picture.
func unruled(g *gray, b *bitmap, em float64) (level, upright []rule) {
	// Upright ones are found first in a copy, so that neither direction cuts the other into pieces.
	over := b.transposed()
	level = ruled(b, em, func(y, x0, x1 int) {
		for v := max(y-1, 0); v <= min(y+1, b.h-1); v++ {
			for x := x0; x < x1; x++ {
				b.pix[v*b.w+x] = 0
				g.pix[v*g.w+x] = 255
			}
		}
	})
	upright = ruled(over, em, func(x, y0, y1 int) {
		for y := y0; y < y1; y++ {
			for u := max(x-1, 0); u <= min(x+1, b.w-1); u++ {
				b.pix[y*b.w+u] = 0
				g.pix[y*g.w+u] = 255
			}
		}
	})
	for i, r := range upright {
		upright[i] = rule{box{r.y0, r.x0, r.y1, r.x1}}
	}
	return level, upright
}
