package document

import (
	"cmp"
	"slices"
	"strings"
)

// tagGroup is the glyphs of one element of the structure.
type tagGroup struct {
	tag    *pdfTag
	glyphs []glyphAt
	order  int // in the structure
}

// byTag divides glyphs into those whose element is known, by element, and the others. A page of which the structure knows
// less than half is read as if it had none.
func (p *pdfPage) byTag(glyphs []glyphAt) (groups []*tagGroup, loose []glyphAt) {
	if len(p.tags) == 0 {
		return nil, glyphs
	}
	known := 0
	leaf := p.leaves()
	for i := range glyphs {
		if leaf(glyphs[i].style) != nil {
			known++
		}
	}
	if known*2 < len(glyphs) {
		return nil, glyphs
	}
	at := map[*pdfTag]*tagGroup{}
	var last *tagGroup
	var before, block *pdfTag
	for _, g := range glyphs {
		leaf := leaf(g.style)
		if leaf == nil {
			if blank(g.r) && last != nil {
				last.glyphs = append(last.glyphs, g)
			} else {
				loose = append(loose, g)
				last = nil
			}
			continue
		}
		if leaf == before {
			last = at[block]
			last.glyphs = append(last.glyphs, g)
			continue
		}
		before, block = leaf, leaf.block()
		if at[block] == nil {
			at[block] = &tagGroup{tag: block, order: leaf.order}
			groups = append(groups, at[block])
		}
		last = at[block]
		last.order = min(last.order, leaf.order)
		last.glyphs = append(last.glyphs, g)
	}
	slices.SortStableFunc(groups, func(a, b *tagGroup) int { return a.order - b.order })
	return groups, loose
}

// leaves finds the element of a style; neighbours have the same.
func (p *pdfPage) leaves() func(*pdfStyle) *pdfTag {
	var last *pdfStyle
	var leaf *pdfTag
	return func(s *pdfStyle) *pdfTag {
		if s != last {
			last, leaf = s, p.tags[s.tag]
		}
		return leaf
	}
}

// layTagged makes items of the elements of the structure, in its order, and puts those that are in none before the element
// that follows them in the file.
func (p *pdfPage) layTagged(sheet *pdfSheet, groups []*tagGroup, loose []pdfItem) []pdfItem {
	w := &taggedLayout{page: p, tables: map[*pdfTag]*taggedTable{}}
	for _, g := range groups {
		elements := p.elements(sheet, g)
		t := w.table(g.tag.within("Table"), g)
		cell := g.tag.within("TD", "TH")
		switch {
		case t == nil:
			w.items = append(w.items, elements...)
		case cell != nil && cell.within("Table") == t.tag:
			c := t.cell(cell)
			c.items = append(c.items, elements...)
		default: // a caption
			for _, i := range elements {
				i.Kind, i.fixed = Caption, true
				t.captions = append(t.captions, i)
			}
		}
	}
	var items []pdfItem
	for _, i := range w.items {
		if i.table != nil {
			items = append(items, i.table.captions...)
			i.Grid, i.Rect = i.table.grid(p)
			i.Page = p.number
		}
		items = append(items, i)
	}
	return withLoose(items, loose)
}

type taggedLayout struct {
	page   *pdfPage
	items  []pdfItem
	tables map[*pdfTag]*taggedTable
}

// table is that of an element, where it first comes in the order of the page: among the blocks, or in a cell of another.
func (w *taggedLayout) table(tag *pdfTag, g *tagGroup) *taggedTable {
	if tag == nil {
		return nil
	}
	if w.tables[tag] == nil {
		t := &taggedTable{tag: tag}
		w.tables[tag] = t
		item := pdfItem{Block: Block{Kind: Table}, order: g.glyphs[0].order, fixed: true, table: t}
		outer := w.table(tag.parent.within("Table"), g)
		if cell := tag.parent.within("TD", "TH"); outer != nil && cell != nil {
			c := outer.cell(cell)
			c.items = append(c.items, item)
		} else {
			w.items = append(w.items, item)
		}
	}
	return w.tables[tag]
}

// withLoose puts blocks that are in no element among those that are.
func withLoose(items, loose []pdfItem) []pdfItem {
	for i := range loose {
		l := loose[i]
		l.artifact = true
		at := slices.IndexFunc(items, func(i pdfItem) bool { return !i.artifact && i.order > l.order })
		if at < 0 {
			at = len(items)
		}
		items = slices.Insert(items, at, l)
	}
	return items
}

// elements makes items of an element: mostly one, more if its text stands in several places.
func (p *pdfPage) elements(sheet *pdfSheet, g *tagGroup) []pdfItem {
	lines := sheet.lines(g.glyphs)
	if len(lines) == 0 {
		return nil
	}
	whole := &pdfParagraph{}
	for _, l := range lines {
		whole.add(l)
	}
	i := p.item(sheet, whole)
	i.fixed = true
	switch role := g.tag.role; {
	case g.tag.level() > 0:
		i.Kind, i.Level = Heading, g.tag.level()
		if role == "Title" {
			i.Level = 1
		}
	case role == "LI" || role == "LBody" || role == "Lbl":
		i.Kind, i.Level = Item, listDepth(g.tag)
	case role == "Caption":
		i.Kind = Caption
	case role == "Note" || role == "FENote":
		i.Kind = Footnote
	case role == "Formula":
		i.Kind = Equation
	case role == "Code":
		i.Kind = Code
	case role == "Figure":
		i.Kind = Picture
	default:
		i.fixed = false
		if role != "P" && role != "TD" && role != "TH" && !strings.HasPrefix(role, "BlockQ") {
			return p.divided(sheet, lines) // an element that only holds others may hold several paragraphs
		}
	}
	return []pdfItem{i}
}

// divided makes items of lines by their looks.
func (p *pdfPage) divided(sheet *pdfSheet, lines []*pdfLine) []pdfItem {
	var items []pdfItem
	for _, para := range paragraphs(lines) {
		items = append(items, p.item(sheet, para))
	}
	return items
}

// listDepth counts the lists that an item is in.
func listDepth(t *pdfTag) int {
	n := 0
	for a := t; a != nil; a = a.parent {
		if a.role == "L" {
			n++
		}
	}
	return max(n, 1)
}

// taggedTable is a table of the structure on its way.
type taggedTable struct {
	tag      *pdfTag
	captions []pdfItem
	cells    []*taggedCell
}

type taggedCell struct {
	tag   *pdfTag
	items []pdfItem
}

func (t *taggedTable) cell(tag *pdfTag) *taggedCell {
	for _, c := range t.cells {
		if c.tag == tag {
			return c
		}
	}
	c := &taggedCell{tag: tag}
	t.cells = append(t.cells, c)
	return c
}

// grid lays the cells into rows and columns: each takes the first place in its row that no cell before it has taken.
func (t *taggedTable) grid(p *pdfPage) (*Grid, *Rect) {
	const most = 100_000
	g := &Grid{}
	var box *Rect
	taken := map[[2]int]bool{}
	rows := p.rowsOf(t.tag)
	plain := len(rows)
	for r, row := range rows {
		c := 0
		for _, tag := range row {
			for taken[[2]int{r, c}] {
				c++
			}
			high, wide := max(min(tag.rowspan, len(rows)-r), 1), max(tag.colspan, 1)
			if len(taken)+high*wide > most {
				break
			}
			for y := r; y < r+high; y++ {
				for x := c; x < c+wide; x++ {
					taken[[2]int{y, x}] = true
				}
			}
			cell := Cell{Row: r, Col: c, Rowspan: high, Colspan: wide}
			items := t.cell(tag).items
			for i := range items {
				if inner := items[i].table; inner != nil {
					items[i].Grid, items[i].Rect = inner.grid(p)
					items[i].Page = p.number
				}
				box = around(box, items[i].Rect)
			}
			cell.fill(items)
			if tag.role != "TH" {
				plain = min(plain, r)
			}
			g.Cells = append(g.Cells, cell)
			c += wide
			g.Cols = max(g.Cols, c)
		}
	}
	if g.Rows = len(rows); plain < g.Rows {
		g.Headers = plain
	}
	return g, box
}

// around is the smallest rectangle around two, either of which may be nil.
func around(a, b *Rect) *Rect {
	if a == nil || b == nil {
		return cmp.Or(a, b)
	}
	both := a.with(*b)
	return &both
}
