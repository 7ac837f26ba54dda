package ocr

import "slices"

// piece is something with a place in the order of reading: a segment of text, or a table.
type piece struct {
	box
	segment *segment
	table   *table
	number  int // of the table
}

// ordered divides pieces into columns and puts them into the order in which they are read: what stands above columns, the
// columns from left to right, what stands below. Each of the lists is one column.
func ordered(pieces []piece, em float64, depth int) [][]piece {
	if len(pieces) == 0 {
		return nil
	}
	g, ok := widest(pieces, em)
	if !ok || depth > 16 {
		return [][]piece{pieces}
	}
	var above, left, right, below []piece
	for _, p := range pieces {
		switch mid := (p.y0 + p.y1) / 2; {
		case mid < g.y0:
			above = append(above, p)
		case mid >= g.y1:
			below = append(below, p)
		case (p.x0+p.x1)/2 < (g.x0+g.x1)/2:
			left = append(left, p)
		default:
			right = append(right, p)
		}
	}
	var out [][]piece
	for _, part := range [][]piece{above, left, right, below} {
		out = append(out, ordered(part, em, depth+1)...)
	}
	return out
}

// widest finds the gutter between two columns of text that divides the most: white from top to bottom, with at least three
// lines on either side that fill their column. Short entries that stand side by side are rows of a table, and are
// read as rows.
func widest(pieces []piece, em float64) (best box, found bool) {
	byTop := slices.Clone(pieces)
	slices.SortFunc(byTop, func(a, b piece) int { return a.y0 - b.y0 })
	most := 0 // pieces that it divides
	for _, x := range gaps(byTop, em) {
		// Stretches of pieces that do not stand in the way.
		for i := 0; i < len(byTop); {
			j := i
			for j < len(byTop) && !(byTop[j].x0 < x && byTop[j].x1 > x) {
				j++
			}
			if j-i > most && columns(byTop[i:j], x, em) {
				g := box{x, byTop[i].y0, x, byTop[i].y1}
				for _, p := range byTop[i:j] {
					g.y0, g.y1 = min(g.y0, p.y0), max(g.y1, p.y1)
				}
				best, most, found = trimmed(byTop[i:j], g, em), j-i, true
			}
			i = max(j, i+1)
			for i < len(byTop) && byTop[i].x0 < x && byTop[i].x1 > x {
				i++
			}
		}
	}
	return best, found
}

// gaps are places at which columns may be divided: the middles between pieces and what stands next to their right, on about
// the same height. Lines of columns need not be level with each other.
func gaps(pieces []piece, em float64) (xs []int) {
	reach := int(em)
	for _, a := range pieces {
		next := -1
		for j, b := range pieces {
			if b.x0 >= a.x1 && overlap(a.y0-reach, a.y1+reach, b.y0, b.y1) > 0 && (next < 0 || b.x0 < pieces[next].x0) {
				next = j
			}
		}
		if next >= 0 && float64(pieces[next].x0-a.x1) >= 0.9*em {
			xs = append(xs, (pieces[next].x0+a.x1)/2)
		}
	}
	slices.Sort(xs)
	near := max(reach/3, 1)
	return slices.CompactFunc(xs, func(a, b int) bool { return a/near == b/near })
}

// columns reports whether pieces, none of which crosses x, are two columns of text.
func columns(pieces []piece, x int, em float64) bool {
	var sides [2][]piece
	for _, p := range pieces {
		side := 0
		if p.x0 >= x {
			side = 1
		}
		sides[side] = append(sides[side], p)
	}
	if min(lines(sides[0]), lines(sides[1])) < 3 {
		return false
	}
	for _, side := range sides {
		edge := side[0].box
		for _, p := range side {
			edge = edge.with(p.box)
		}
		// Of a column of text some lines are as wide as it, and it is as wide as a few words.
		full := 0
		for _, p := range side {
			if p.table != nil || 10*p.w() >= 8*edge.w() {
				full++
			}
		}
		if float64(edge.w()) < 8*em || full < 3 {
			return false
		}
	}
	// Columns stand side by side.
	a, b := bounds(sides[0]), bounds(sides[1])
	return 2*overlap(a.y0, a.y1, b.y0, b.y1) >= min(a.h(), b.h())
}

func bounds(pieces []piece) box {
	edge := pieces[0].box
	for _, p := range pieces {
		edge = edge.with(p.box)
	}
	return edge
}

// lines counts the lines of pieces in order of their tops.
func lines(pieces []piece) int {
	n, foot := 0, -1
	for _, p := range pieces {
		if (p.y0+p.y1)/2 > foot {
			n, foot = n+1, p.y1
		}
	}
	return n
}

// trimmed leaves out what stands on one side only, far above or below the other: a title flush left, a footnote.
func trimmed(pieces []piece, g box, em float64) box {
	for again := true; again; {
		again = false
		var sides [2][]piece
		for _, p := range pieces {
			if mid := (p.y0 + p.y1) / 2; mid < g.y0 || mid >= g.y1 {
				continue
			}
			side := 0
			if p.x0 >= g.x0 {
				side = 1
			}
			sides[side] = append(sides[side], p)
		}
		for s, side := range sides {
			other := sides[1-s]
			if len(side) == 0 || len(other) == 0 {
				return g
			}
			first, last := bounds(other).y0, bounds(other).y1
			for i, p := range side {
				if i+1 < len(side) && p.y1 < first && float64(side[i+1].y0-p.y1) > 2.5*em {
					g.y0, again = side[i+1].y0, true
				}
				if i > 0 && p.y0 > last && float64(p.y0-side[i-1].y1) > 2.5*em && !again {
					g.y1, again = p.y0-1, true
				}
			}
		}
	}
	return g
}

// rowsOf puts the pieces of a column into lines, from the top; a table is a line of its own.
func rowsOf(pieces []piece) [][]piece {
	sorted := slices.Clone(pieces)
	slices.SortFunc(sorted, func(a, b piece) int { return (a.y0 + a.y1) - (b.y0 + b.y1) })
	var rows [][]piece
	for _, p := range sorted {
		if n := len(rows) - 1; n >= 0 && p.table == nil && rows[n][0].table == nil {
			edge := bounds(rows[n])
			if 2*overlap(edge.y0, edge.y1, p.y0, p.y1) > min(edge.h(), p.h()) {
				rows[n] = append(rows[n], p)
				continue
			}
		}
		rows = append(rows, []piece{p})
	}
	for _, r := range rows {
		slices.SortFunc(r, func(a, b piece) int { return a.x0 - b.x0 })
	}
	return rows
}
