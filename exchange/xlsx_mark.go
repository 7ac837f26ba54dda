package exchange

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"
	"unicode/utf16"

	"exaone/chat"
)

// This file writes what is marked in a table, as a comparison marks what has changed: underlined, as 신구조문 대비표 have it. The text
// of such a cell is in runs, each with its own font (ECMA-376, 18.4.4). A cell that is a number has no parts, and stays one.

// marksOf are the marks of a table by row, without its head, and column.
func marksOf(t chat.Table) map[[2]int][][2]int {
	all := map[[2]int][][2]int{}
	for _, m := range t.Marks {
		at := [2]int{m.Row, m.Column}
		all[at] = append(all[at], [2]int{m.Start, m.End})
	}
	return all
}

// run is a stretch of a cell's text.
type run struct {
	text   string
	marked bool
}

// runsOf divides a text where marks begin and end, which are in UTF-16 units. What of a mark is not in the text, or in the middle of a
// character, is left out.
func runsOf(text string, marked [][2]int) (all []run) {
	wide := utf16.Encode([]rune(text))
	marked = slices.SortedFunc(slices.Values(marked), func(a, b [2]int) int { return cmp.Compare(a[0], b[0]) })
	at := 0
	add := func(to int, marked bool) {
		if to > at {
			all = append(all, run{string(utf16.Decode(wide[at:to])), marked})
			at = to
		}
	}
	for _, m := range marked {
		from, to := max(m[0], at), min(m[1], len(wide))
		if from >= to || within(wide, from) || within(wide, to) {
			continue
		}
		add(from, false)
		add(to, true)
	}
	add(len(wide), false)
	return all
}

// writeRun writes one. Without a font of its own it would have the one of the workbook's first cell style.
func writeRun(w *bufio.Writer, r run, struck bool) {
	line := ""
	if struck {
		line = `<strike/>`
	}
	if r.marked {
		line += `<u/>`
	}
	fmt.Fprintf(w, `<r><rPr>%s<sz val="11"/><rFont val="맑은 고딕"/></rPr><t xml:space="preserve">%s</t></r>`, line, xmlText(r.text))
}
