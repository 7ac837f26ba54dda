package document

import (
	"slices"
	"strings"
)

// pdfTag is an element of a document's structure: what its author says a piece of a page is.
type pdfTag struct {
	role             string // "P", "H1", "TD"
	parent           *pdfTag
	order            int // of its beginning, among all of the page
	rowspan, colspan int
}

const (
	mostTags     = 100_000 // of a page
	mostTagDepth = 100
)

// readTags reads the page's part of the structure.
func (r *pdfReader) readTags(p *pdfPage, page uint64) {
	tree := r.call("FPDF_StructTree_GetForPage", page)
	if tree == 0 {
		return
	}
	defer r.call("FPDF_StructTree_Close", tree)
	w := &tagWalk{pdfReader: r, found: map[int]*pdfTag{}}
	for i := range uint64(max(r.number("FPDF_StructTree_CountChildren", tree), 0)) {
		if element := r.call("FPDF_StructTree_GetChildAtIndex", tree, i); element != 0 {
			w.element(element, nil, 0)
		}
	}
	p.tags, p.cells = w.found, w.cells
}

type tagWalk struct {
	*pdfReader
	found map[int]*pdfTag
	cells []*pdfTag
	seen  int
}

func (w *tagWalk) element(element uint64, parent *pdfTag, depth int) {
	if w.seen++; w.seen > mostTags || depth > mostTagDepth || w.err != nil {
		return
	}
	tag := &pdfTag{role: w.wide("FPDF_StructElement_GetType", element), parent: parent, order: w.seen}
	if tag.role == "TD" || tag.role == "TH" {
		w.cells = append(w.cells, tag)
		tag.rowspan, tag.colspan = w.span(element, "RowSpan"), w.span(element, "ColSpan")
	}
	n := w.number("FPDF_StructElement_CountChildren", element)
	for i := range uint64(max(n, 0)) {
		if child := w.call("FPDF_StructElement_GetChildAtIndex", element, i); child != 0 {
			w.element(child, tag, depth+1)
			continue
		}
		id := w.number("FPDF_StructElement_GetChildMarkedContentID", element, i)
		if id >= 0 && w.found[id] == nil {
			w.seen++
			w.found[id] = &pdfTag{role: "", parent: tag, order: w.seen}
		}
	}
}

// span reads how many rows or columns a cell spans.
func (w *tagWalk) span(element uint64, name string) int {
	at := w.text(name)
	defer w.call("free", at)
	for i := range uint64(min(max(w.number("FPDF_StructElement_GetAttributeCount", element), 0), 20)) {
		attribute := w.call("FPDF_StructElement_GetAttributeAtIndex", element, i)
		value := w.call("FPDF_StructElement_Attr_GetValue", attribute, at)
		if value == 0 || w.number("FPDF_StructElement_Attr_GetNumberValue", value, w.scratch) == 0 {
			continue
		}
		var n [1]float64
		w.floats(n[:])
		if n[0] >= 1 && n[0] <= 1000 {
			return int(n[0])
		}
	}
	return 1
}

// blockRoles are the elements that stand for themselves: a paragraph, a cell. What is in them and is none of them (a span,
// a link) is part of their text.
var blockRoles = []string{
	"P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "Title", "LI", "LBody", "Lbl", "TD", "TH", "Caption", "Note", "FENote", "BlockQuote", "TOCI",
	"Formula", "Code", "Figure", "BibEntry", "Aside",
}

// block is the element that a piece of a page belongs to as a block.
func (t *pdfTag) block() *pdfTag {
	for a := t; a != nil; a = a.parent {
		if slices.Contains(blockRoles, a.role) {
			if (a.role == "Lbl" || a.role == "LBody") && a.parent != nil {
				return a.parent.itemOf(a)
			}
			return a
		}
	}
	for a := t; a != nil; a = a.parent { // what is in no block is a paragraph of its own parent
		if a.role != "" && a.role != "Span" && a.role != "Link" {
			return a
		}
	}
	return t
}

// itemOf is the list item that a label or a body belongs to, or the body itself.
func (t *pdfTag) itemOf(inner *pdfTag) *pdfTag {
	if t.role == "LI" || t.role == "Note" || t.role == "TOCI" {
		return t
	}
	return inner
}

// within is the nearest element of a role, nil if there is none.
func (t *pdfTag) within(roles ...string) *pdfTag {
	for a := t; a != nil; a = a.parent {
		if slices.Contains(roles, a.role) {
			return a
		}
	}
	return nil
}

// level is of a heading, 0 for anything else.
func (t *pdfTag) level() int {
	switch {
	case t.role == "H" || t.role == "Title":
		return 1
	case len(t.role) == 2 && strings.HasPrefix(t.role, "H") && t.role[1] >= '1' && t.role[1] <= '6':
		return int(t.role[1] - '0')
	}
	return 0
}

// rowsOf lists the rows of a table and the cells of each, from all the elements of the page.
func (p *pdfPage) rowsOf(table *pdfTag) [][]*pdfTag {
	var out [][]*pdfTag
	at := map[*pdfTag]int{}
	for _, cell := range p.cells {
		row := cell.within("TR")
		if row == nil || row.within("Table") != table {
			continue
		}
		if _, ok := at[row]; !ok {
			at[row] = len(out)
			out = append(out, nil)
		}
		out[at[row]] = append(out[at[row]], cell)
	}
	return out
}
