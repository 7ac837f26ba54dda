package ocr

// rule is a straight line that somebody ruled: level, or upright.
type rule struct {
	box
}

// maxRules is how many pieces of rules of a direction a page may have. A picture with more is a pattern.
const maxRules = 1000

// ruled finds the level rules of a bitmap of letters of size em. Each column of each of them is passed to erase, from y0 up to
// y1.
func ruled(b *bitmap, em float64, erase func(x, y0, y1 int)) []rule {
	long := newBitmap(b.w, b.h)
	for y := range b.h {
		// A line, and one of dots or dashes, which must be much longer: strokes of letters stand in rows too.
		stretches(b.row(y), long.row(y), max(int(em/20), 1), int(2.5*em))
		stretches(b.row(y), long.row(y), max(int(em/6), 3), int(10*em))
	}
	all := parts(long)
	var rules []rule
	var which []int
	for i, p := range all.parts {
		thick := float64(p.area) / float64(p.w())
		if thick <= max(0.3*em, 4) && float64(p.h()) <= max(0.35*em, 5)+0.03*float64(p.w()) {
			which = append(which, i)
			rules = append(rules, rule{p.box})
		}
	}
	if len(rules) > maxRules {
		return nil
	}
	for _, i := range which {
		left := all.parts[i].x0
		columns := make([]gap, all.parts[i].w()) // from its top to its foot
		all.each(i, func(y, x0, x1 int) {
			for x := x0 - left; x < x1-left; x++ {
				if columns[x].x1 == 0 {
					columns[x].x0 = y
				}
				columns[x].x1 = y + 1
			}
		})
		for x, c := range columns {
			if c.x1 > 0 {
				erase(left+x, c.x0, c.x1)
			}
		}
	}
	return joined(rules, em)
}

// stretches writes ink with gaps of up to bridge pixels, if it is so long at least.
func stretches(row, to []uint8, bridge, least int) {
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

// joined makes one rule of pieces that go on where another ends.
func joined(rules []rule, em float64) []rule {
	for again, round := true, 0; again && round < 4; round++ {
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

// unruled finds the rules of a page and takes them out of its ink and its picture: those of its ink, and then faint ones,
// which are in a bitmap of their own. Where ink goes on on both sides, a letter stands on the rule, and stays.
func unruled(g *gray, b, faint *bitmap, em float64) (level, upright []rule) {
	inked := func(x, y int) bool { return x >= 0 && y >= 0 && x < b.w && y < b.h && b.pix[y*b.w+x] != 0 }
	wipe := func(x0, y0, x1, y1 int) {
		for y := max(y0, 0); y < min(y1, b.h); y++ {
			for x := max(x0, 0); x < min(x1, b.w); x++ {
				b.pix[y*b.w+x], faint.pix[y*b.w+x], g.pix[y*b.w+x] = 0, 0, 255
			}
		}
	}
	for _, from := range []*bitmap{b, faint} {
		over := from.transposed()
		level = append(level, ruled(from, em, func(x, y0, y1 int) {
			if !inked(x, y0-2) || !inked(x, y1+1) {
				wipe(x, y0-1, x+1, y1+1)
			}
		})...)
		for _, r := range ruled(over, em, func(y, x0, x1 int) {
			if !inked(x0-2, y) || !inked(x1+1, y) {
				wipe(x0-1, y, x1+1, y+1)
			}
		}) {
			upright = append(upright, rule{box{r.y0, r.x0, r.y1, r.x1}})
		}
	}
	return level, upright
}
