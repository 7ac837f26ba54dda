package document

import (
	"cmp"
	"math"
	"slices"
)

// A ruled table is what lines that cross each other enclose. Its rows and columns are where any of them is; a cell is
// the places between which no line stands.

// ruledTable is the lines of a table, before its text.
type ruledTable struct {
	xs, ys []float64 // the edges of columns and rows
	cells  []ruledCell
	at     []int // the cell of each place, row by row
	order  int   // of its first glyph
	inside bool  // a cell of another table
}

type ruledCell struct {
	row, col, rowspan, colspan int
	box                        Rect
	glyphs                     []glyphAt
	inner                      []int // tables within, by their number on the page
	shaded                     bool
	spans                      bool // all rows that its row is divided into
}

func (t *ruledTable) box() Rect {
	return Rect{t.xs[0], t.ys[0], t.xs[len(t.xs)-1], t.ys[len(t.ys)-1]}
}

const (
	near         = 2.0 // points between lines that meet, or are one
	mostTableLen = 400 // rules of one table's direction, for what grows with their product
)

// ruledTables finds tables among the page's rules.
func (p *pdfPage) ruledTables() []*ruledTable {
	flat, standing := mergeRules(p.rules)
	if len(flat)*len(standing) > 4_000_000 || len(flat) < 2 {
		return nil
	}
	groups := crossing(flat, standing)
	var out []*ruledTable
	for _, g := range groups {
		if t := newRuledTable(g.flat, g.standing); t != nil {
			t.shade(p.fills)
			out = append(out, t)
		}
	}
	return out
}

// mergeRules puts rules into those that lie and those that stand, and joins what is one line in pieces.
func mergeRules(rules []pdfRule) (flat, standing []pdfRule) {
	for _, r := range rules {
		if r.x1-r.x0 >= r.y1-r.y0 {
			y := (r.y0 + r.y1) / 2
			flat = append(flat, pdfRule{r.x0, y, r.x1, y})
		} else {
			x := (r.x0 + r.x1) / 2
			standing = append(standing, pdfRule{x, r.y0, x, r.y1})
		}
	}
	flip := func(rules []pdfRule) {
		for i, r := range rules {
			rules[i] = pdfRule{r.y0, r.x0, r.y1, r.x1}
		}
	}
	flat = joinFlat(flat)
	flip(standing)
	standing = joinFlat(standing)
	flip(standing)
	return flat, standing
}

// joinFlat joins lying rules that continue each other.
func joinFlat(rules []pdfRule) []pdfRule {
	slices.SortFunc(rules, func(a, b pdfRule) int { return cmp.Or(compareFloats(a.y0, b.y0), compareFloats(a.x0, b.x0)) })
	var out []pdfRule
	for begin := 0; begin < len(rules); {
		end := begin + 1
		for end < len(rules) && rules[end].y0-rules[begin].y0 <= 1.2 {
			end++
		}
		band := slices.Clone(rules[begin:end])
		slices.SortFunc(band, func(a, b pdfRule) int { return compareFloats(a.x0, b.x0) })
		for i, r := range band {
			if last := len(out) - 1; i > 0 && r.x0 <= out[last].x1+near {
				out[last].x1 = max(out[last].x1, r.x1)
				continue
			}
			out = append(out, r)
		}
		begin = end
	}
	return out
}

type ruleGroup struct{ flat, standing []pdfRule }

// crossing puts rules that meet, over any number of others, into groups.
func crossing(flat, standing []pdfRule) []ruleGroup {
	parent := make([]int, len(flat)+len(standing))
	for i := range parent {
		parent[i] = i
	}
	root := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for i, f := range flat {
		for j, s := range standing {
			if s.x0 >= f.x0-near && s.x0 <= f.x1+near && f.y0 >= s.y0-near && f.y0 <= s.y1+near {
				parent[root(i)] = root(len(flat) + j)
			}
		}
	}
	at := map[int]int{}
	var groups []ruleGroup
	group := func(i int) *ruleGroup {
		r := root(i)
		if _, ok := at[r]; !ok {
			at[r] = len(groups)
			groups = append(groups, ruleGroup{})
		}
		return &groups[at[r]]
	}
	for i, f := range flat {
		g := group(i)
		g.flat = append(g.flat, f)
	}
	for j, s := range standing {
		g := group(len(flat) + j)
		g.standing = append(g.standing, s)
	}
	return groups
}

// newRuledTable makes a table of rules that meet; nil if they enclose fewer than two cells.
func newRuledTable(flat, standing []pdfRule) *ruledTable {
	if len(flat) < 2 || len(standing) < 1 || len(flat) > mostTableLen || len(standing) > mostTableLen {
		return nil
	}
	var xs, ys []float64
	for _, s := range standing {
		xs = append(xs, s.x0)
		ys = append(ys, s.y0, s.y1)
	}
	for _, f := range flat {
		ys = append(ys, f.y0)
		xs = append(xs, f.x0, f.x1)
	}
	t := &ruledTable{xs: clusters(xs), ys: clusters(ys)}
	rows, cols := len(t.ys)-1, len(t.xs)-1
	if rows < 1 || cols < 1 || rows*cols < 2 || rows*cols > 100_000 {
		return nil
	}
	t.merge(flat, standing)
	if len(t.cells) < 2 {
		return nil
	}
	return t
}

// clusters are the middles of numbers that are near each other.
func clusters(numbers []float64) []float64 {
	slices.Sort(numbers)
	var out []float64
	for begin := 0; begin < len(numbers); {
		end := begin + 1
		for end < len(numbers) && numbers[end]-numbers[begin] <= 1.5*near {
			end++
		}
		sum := 0.0
		for _, n := range numbers[begin:end] {
			sum += n
		}
		out = append(out, sum/float64(end-begin))
		begin = end
	}
	return out
}

// merge finds the cells: places between which no rule stands are one, as long as that is a rectangle.
func (t *ruledTable) merge(flat, standing []pdfRule) {
	rows, cols := len(t.ys)-1, len(t.xs)-1
	under := t.covered(flat, t.ys, t.xs, func(r pdfRule) (at, from, to float64) { return r.y0, r.x0, r.x1 })
	beside := t.covered(standing, t.xs, t.ys, func(r pdfRule) (at, from, to float64) { return r.x0, r.y0, r.y1 })
	taken := make([]bool, rows*cols)
	t.at = make([]int, rows*cols)
	for r := range rows {
		for c := range cols {
			if taken[r*cols+c] {
				continue
			}
			wide := 1
			for c+wide < cols && !beside[c+wide][r] && !taken[r*cols+c+wide] {
				wide++
			}
			high := 1
			for r+high < rows && t.open(under, beside, taken, r+high, c, wide) {
				high++
			}
			for y := r; y < r+high; y++ {
				for x := c; x < c+wide; x++ {
					taken[y*cols+x] = true
					t.at[y*cols+x] = len(t.cells)
				}
			}
			t.cells = append(t.cells, ruledCell{row: r, col: c, rowspan: high, colspan: wide, box: Rect{t.xs[c], t.ys[r], t.xs[c+wide], t.ys[r+high]}})
		}
	}
}

// open reports whether a row of places goes on with those above it.
func (t *ruledTable) open(under, beside [][]bool, taken []bool, r, c, wide int) bool {
	cols := len(t.xs) - 1
	for x := c; x < c+wide; x++ {
		if under[r][x] || taken[r*cols+x] || x > c && beside[x][r] {
			return false
		}
	}
	return true
}

// covered says for each edge and each place along it whether a rule stands there.
func (t *ruledTable) covered(rules []pdfRule, edges, places []float64, of func(pdfRule) (at, from, to float64)) [][]bool {
	out := make([][]bool, len(edges))
	for i := range out {
		out[i] = make([]bool, len(places)-1)
	}
	for _, r := range rules {
		at, from, to := of(r)
		for i, edge := range edges {
			if math.Abs(edge-at) > 1.5*near {
				continue
			}
			for k := range places[1:] {
				middle := (places[k] + places[k+1]) / 2
				if from <= middle && to >= middle {
					out[i][k] = true
				}
			}
		}
	}
	return out
}

// shade marks cells that are filled with a colour of their own.
func (t *ruledTable) shade(fills []pdfFill) {
	for _, f := range fills {
		if !f.dark && !t.box().has(f.X0+near, f.Y0+near) {
			continue
		}
		for i := range t.cells {
			c := &t.cells[i]
			if f.dark && f.has((c.box.X0+c.box.X1)/2, (c.box.Y0+c.box.Y1)/2) {
				c.shaded = true
			}
		}
	}
}

// cellAt is the cell at a point, nil if there is none.
func (t *ruledTable) cellAt(x, y float64) *ruledCell {
	if !t.box().has(x, y) {
		return nil
	}
	col, _ := slices.BinarySearch(t.xs[1:len(t.xs)-1], x)
	row, _ := slices.BinarySearch(t.ys[1:len(t.ys)-1], y)
	return &t.cells[t.at[row*(len(t.xs)-1)+col]]
}
