package ocr

import (
	"math"
	"slices"
)

// table is a grid of cells between rules.
type table struct {
	box
	xs, ys []int // where its columns and rows begin, and where the last ends
	cells  []cell
	at     []int // the cell at each place, by rows
}

// cell is a cell, perhaps over several rows and columns.
type cell struct {
	box
	row, col, rows, cols int
}

// tables finds the grids that rules make.
func tables(level, upright []rule, em float64) []*table {
	near := int(0.45*em) + 1
	n := len(level)
	parent := make([]int, n+len(upright))
	for i := range parent {
		parent[i] = i
	}
	find := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for i, l := range level {
		for j, u := range upright {
			if u.x1+near >= l.x0 && u.x0-near <= l.x1 && l.y1+near >= u.y0 && l.y0-near <= u.y1 {
				parent[find(n+j)] = find(i)
			}
		}
	}
	type pair struct{ level, upright []rule }
	groups := map[int]*pair{}
	var order []int
	for i := range parent {
		root := find(i)
		if groups[root] == nil {
			groups[root] = &pair{}
			order = append(order, root)
		}
		if i < n {
			groups[root].level = append(groups[root].level, level[i])
		} else {
			groups[root].upright = append(groups[root].upright, upright[i-n])
		}
	}
	var all []*table
	for _, root := range order {
		if g := groups[root]; len(g.level) >= 2 && len(g.upright) >= 1 {
			if t := grid(g.level, g.upright, em); t != nil {
				all = append(all, t)
			}
		}
	}
	return all
}

// maxCells is how many places for cells a table in a picture may have.
const maxCells = 10_000

// grid makes a table of rules that meet; nil if they are none.
func grid(level, upright []rule, em float64) *table {
	whole := level[0].box
	for _, l := range level {
		whole = whole.with(l.box)
	}
	var xs, ys []int
	for _, l := range level {
		ys = append(ys, (l.y0+l.y1)/2)
	}
	for _, u := range upright {
		xs = append(xs, (u.x0+u.x1)/2)
		if u.h() > whole.h()/2 { // beyond the level ones: open at its top or foot
			ys = append(ys, u.y0, u.y1)
		}
	}
	// Many tables are open at their sides: their level rules say how wide they are.
	xs = append(xs, whole.x0, whole.x1)
	xs, ys = clustered(xs, int(0.6*em)), clustered(ys, int(0.6*em))
	if len(xs) < 2 || len(ys) < 2 || (len(xs)-1)*(len(ys)-1) > maxCells {
		return nil
	}
	t := &table{box: box{xs[0], ys[0], xs[len(xs)-1], ys[len(ys)-1]}, xs: xs, ys: ys}
	t.merge(level, upright, int(0.6*em))
	if len(t.cells) < 2 {
		return nil
	}
	return t
}

// clustered are the means of numbers that are no further apart than near.
func clustered(v []int, near int) (means []int) {
	slices.Sort(v)
	for i := 0; i < len(v); {
		sum, j := v[i], i+1
		for ; j < len(v) && v[j]-v[j-1] <= near; j++ {
			sum += v[j]
		}
		means = append(means, sum/(j-i))
		i = j
	}
	return means
}

// merge makes cells of the places between which no rule stands.
func (t *table) merge(level, upright []rule, near int) {
	rows, cols := len(t.ys)-1, len(t.xs)-1
	t.at = make([]int, rows*cols)
	for i := range t.at {
		t.at[i] = -1
	}
	for r := range rows {
		for c := range cols {
			if t.at[r*cols+c] >= 0 {
				continue
			}
			// As wide as no upright rule divides its first row, then as high as no level one divides its width.
			w, h := 1, 1
			for c+w < cols && t.at[r*cols+c+w] < 0 && !t.wall(upright, true, t.xs[c+w], t.ys[r], t.ys[r+1], near) {
				w++
			}
			for r+h < rows && !t.wall(level, false, t.ys[r+h], t.xs[c], t.xs[c+w], near) && t.free(r+h, c, w) {
				h++
			}
			n := len(t.cells)
			t.cells = append(t.cells, cell{box: box{t.xs[c], t.ys[r], t.xs[c+w], t.ys[r+h]}, row: r, col: c, rows: h, cols: w})
			for y := r; y < r+h; y++ {
				for x := c; x < c+w; x++ {
					t.at[y*cols+x] = n
				}
			}
		}
	}
}

// free reports whether w places of a row from a column on have no cell yet.
func (t *table) free(row, col, w int) bool {
	cols := len(t.xs) - 1
	for x := col; x < col+w; x++ {
		if t.at[row*cols+x] >= 0 {
			return false
		}
	}
	return true
}

// wall reports whether rules at about a place cover at least half of a stretch.
func (t *table) wall(rules []rule, upright bool, at, from, to, near int) bool {
	covered := 0
	for _, r := range rules {
		mid, a, b := (r.y0+r.y1)/2, r.x0, r.x1
		if upright {
			mid, a, b = (r.x0+r.x1)/2, r.y0, r.y1
		}
		if math.Abs(float64(mid-at)) <= float64(near) {
			covered = max(covered, overlap(a, b, from, to))
		}
	}
	return 2*covered >= to-from
}

// cellAt is the number of the cell in which the middle of a box is, -1 if it is outside.
func (t *table) cellAt(b box) int {
	x, y := (b.x0+b.x1)/2, (b.y0+b.y1)/2
	c, _ := slices.BinarySearch(t.xs, x+1)
	r, _ := slices.BinarySearch(t.ys, y+1)
	if c == 0 || r == 0 || c == len(t.xs) || r == len(t.ys) {
		return -1
	}
	return t.at[(r-1)*(len(t.xs)-1)+c-1]
}

// place is where something stands: in a cell of a table, or on the page.
type place struct{ table, cell int }

// placeOf is the innermost cell in which a box is; tables are from small to large.
func placeOf(all []*table, b box) place {
	for i, t := range all {
		if !t.holds(b) {
			continue
		}
		if c := t.cellAt(b); c >= 0 {
			return place{i, c}
		}
	}
	return place{-1, -1}
}
