package document

import "slices"

// readingOrder keeps blocks in the order of the file, which most programs write as it is read, unless that goes up the page
// again and again: then they are put in the order of their places, columns one after the other.
func readingOrder(items []pdfItem) []pdfItem {
	up, pairs := 0, 0
	for i := 1; i < len(items); i++ {
		a, b := items[i-1].Rect, items[i].Rect
		if a == nil || b == nil {
			continue
		}
		pairs++
		over := min(a.X1, b.X1) - max(a.X0, b.X0)
		if b.Y1 <= a.Y0+1 && over > 0.3*min(a.X1-a.X0, b.X1-b.X0) {
			up++
		}
	}
	if up < 2 || up*6 < pairs || slices.ContainsFunc(items, func(i pdfItem) bool { return i.Rect == nil }) {
		return items
	}
	return cut(items, 0)
}

// cut divides blocks by the widest room between columns or else between lines, and orders the parts.
func cut(items []pdfItem, depth int) []pdfItem {
	if len(items) < 2 || depth > 40 {
		return items
	}
	if first, second := divide(items, 8, func(r *Rect) (float64, float64) { return r.X0, r.X1 }); second != nil {
		return append(cut(first, depth+1), cut(second, depth+1)...)
	}
	if first, second := divide(items, 0, func(r *Rect) (float64, float64) { return r.Y0, r.Y1 }); second != nil {
		return append(cut(first, depth+1), cut(second, depth+1)...)
	}
	slices.SortStableFunc(items, func(a, b pdfItem) int { return compareFloats(a.Rect.Y0, b.Rect.Y0) })
	return items
}

// divide puts blocks on two sides of the widest room that is wider than least; second is nil if there is none.
func divide(items []pdfItem, least float64, span func(*Rect) (from, to float64)) (first, second []pdfItem) {
	sorted := slices.Clone(items)
	slices.SortStableFunc(sorted, func(a, b pdfItem) int {
		x, _ := span(a.Rect)
		y, _ := span(b.Rect)
		return compareFloats(x, y)
	})
	at, widest := 0, least
	_, end := span(sorted[0].Rect)
	for i := 1; i < len(sorted); i++ {
		from, to := span(sorted[i].Rect)
		if room := from - end; room > widest {
			at, widest = i, room
		}
		end = max(end, to)
	}
	if at == 0 {
		return items, nil
	}
	return sorted[:at:at], sorted[at:]
}
