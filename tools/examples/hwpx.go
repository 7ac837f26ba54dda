package main

import (
	"fmt"
	"strings"
)

// The regulation is laid out as Hangul would: A4, 12 points, so that the file says on which page each line stands. Lengths
// are of 1/7200 inch, as HWPX has them.
const (
	textWidth  = 42520 // between margins of 30 mm
	textHeight = 65762
	textSize   = 1200
	lineStep   = 2280 // 190 %
	afterText  = 500
	cellHeight = 2400
)

// Shapes of paragraphs and letters, as header.xml of the file numbers them.
const (
	shapeText, shapeTitle, shapeChapter, shapeItem = 0, 1, 2, 3
	lettersText, lettersTitle, lettersBold         = 0, 1, 2
)

// hwpxWriter is a section in the making.
type hwpxWriter struct {
	xml     strings.Builder
	preview strings.Builder
	y       int  // where the next line stands on its page
	fresh   bool // the next paragraph begins a page
	table   [][]string
	tables  int
	article string // the title of an article whose text follows in the same paragraph
}

// writeHWPX makes a HWPX of a source: T is the title, C a line below it, H a chapter, A the title of an article, P a
// paragraph, N a numbered item, | a row of a table whose first row is its head, B the end of a page.
func writeHWPX(source string) ([]byte, error) {
	w := &hwpxWriter{}
	for n, line := range strings.Split(strings.TrimSpace(source), "\n") {
		kind, text, _ := strings.Cut(line, " ")
		if kind != "|" {
			w.endTable()
		}
		switch kind {
		case "T":
			w.paragraph(shapeTitle, []letters{{lettersTitle, text}}, 2000)
		case "C":
			w.paragraph(shapeTitle, []letters{{lettersText, text}}, afterText)
		case "H":
			w.paragraph(shapeChapter, []letters{{lettersBold, text}}, afterText)
		case "A":
			w.article = text
		case "P":
			runs := []letters{{lettersText, text}}
			if w.article != "" {
				runs = []letters{{lettersBold, w.article}, {lettersText, " " + text}}
			}
			w.article = ""
			w.paragraph(shapeText, runs, afterText)
		case "N":
			w.paragraph(shapeItem, []letters{{lettersText, text}}, afterText)
		case "B":
			w.fresh = true
		case "|":
			var row []string
			for cell := range strings.SplitSeq(text, "|") {
				row = append(row, strings.TrimSpace(cell))
			}
			w.table = append(w.table, row)
		default:
			return nil, fmt.Errorf("regulation.txt:%d: begins %q, want T, C, H, A, P, N, | or B", n+1, kind)
		}
	}
	w.endTable()
	section := `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><hs:sec ` + spaces + `>` + w.xml.String() + `</hs:sec>`
	return archive(
		part{"mimetype", "application/hwp+zip"},
		part{"version.xml", hwpxVersion},
		part{"Contents/header.xml", hwpxHeader()},
		part{"Contents/section0.xml", section},
		part{"Preview/PrvText.txt", w.preview.String()},
		part{"settings.xml", hwpxSettings},
		part{"Contents/content.hpf", hwpxContents},
		part{"META-INF/container.xml", hwpxContainer},
		part{"META-INF/manifest.xml", hwpxManifest},
	)
}

// letters are text in one shape of letters.
type letters struct {
	shape int
	text  string
}

// paragraph adds a paragraph, with space after it.
func (w *hwpxWriter) paragraph(shape int, runs []letters, after int) {
	size, step, left := textSize, lineStep, 0
	switch shape {
	case shapeTitle:
		if runs[0].shape == lettersTitle {
			size, step = 2000, 3400
		}
	case shapeChapter:
		w.y += 1200
	case shapeItem:
		left = 1500
	}
	var all strings.Builder
	for _, r := range runs {
		all.WriteString(r.text)
	}
	lines := broken(all.String(), textWidth-left, size)
	if shape == shapeChapter && w.y+4*lineStep > textHeight { // no chapter begins at the foot of a page
		w.fresh = true
	}
	w.open(shape, func() {
		for _, r := range runs {
			fmt.Fprintf(&w.xml, `<hp:run charPrIDRef="%d"><hp:t>%s</hp:t></hp:run>`, r.shape, escaped(r.text))
		}
	}, func() {
		for _, at := range lines {
			w.line(at, size, step, left)
		}
	})
	w.y += after
	if w.preview.Len() < 3000 {
		w.preview.WriteString(all.String() + "\r\n")
	}
}

// open writes a paragraph: what is in it, and then its lines. The first one says how the section is set up.
func (w *hwpxWriter) open(shape int, content, lines func()) {
	brk := 0
	first := w.xml.Len() == 0
	if w.fresh && !first {
		brk, w.y = 1, 0
	}
	w.fresh = false
	fmt.Fprintf(&w.xml, `<hp:p id="0" paraPrIDRef="%d" styleIDRef="0" pageBreak="%d" columnBreak="0" merged="0">`, shape, brk)
	if first {
		w.xml.WriteString(`<hp:run charPrIDRef="0">` + hwpxSetup + `</hp:run>`)
	}
	content()
	w.xml.WriteString(`<hp:linesegarray>`)
	lines()
	w.xml.WriteString(`</hp:linesegarray></hp:p>`)
}

// line writes where a line stands, on the next page if there is no room for it on this one.
func (w *hwpxWriter) line(at, size, step, left int) {
	if w.y+size > textHeight {
		w.y = 0
	}
	fmt.Fprintf(&w.xml, `<hp:lineseg textpos="%d" vertpos="%d" vertsize="%d" textheight="%[3]d" baseline="%d" spacing="%d" horzpos="%d" horzsize="%d" flags="393216"/>`,
		at, w.y, size, size*85/100, step-size, left, textWidth-left)
	w.y += step
}

// broken says where the lines of a text begin that is set in a width, in UTF-16 units, as HWPX counts. Hangul is as wide as
// it is high, other letters about half of that.
func broken(text string, width, size int) []int {
	starts := []int{0}
	used, at := 0, 0
	for _, r := range text {
		wide := size
		if r < 0x1100 {
			wide = size / 2
		}
		if used+wide > width {
			starts, used = append(starts, at), 0
		}
		used += wide
		at++ // nothing here is beyond the basic plane
	}
	return starts
}

// endTable writes the table whose rows were gathered, as a letter of a paragraph of its own.
func (w *hwpxWriter) endTable() {
	if len(w.table) == 0 {
		return
	}
	rows := w.table
	w.table = nil
	w.tables++
	columns := len(rows[0])
	widths := columnWidths(rows)
	high := cellHeight * len(rows)
	w.open(shapeText, func() {
		fmt.Fprintf(&w.xml, `<hp:run charPrIDRef="0"><hp:tbl id="%d" zOrder="%d" numberingType="TABLE" textWrap="TOP_AND_BOTTOM" textFlow="BOTH_SIDES" lock="0" dropcapstyle="None" pageBreak="CELL" repeatHeader="1" rowCnt="%d" colCnt="%d" cellSpacing="0" borderFillIDRef="2" noAdjust="0">`,
			1000+w.tables, w.tables, len(rows), columns)
		fmt.Fprintf(&w.xml, `<hp:sz width="%d" widthRelTo="ABSOLUTE" height="%d" heightRelTo="ABSOLUTE" protect="0"/><hp:pos treatAsChar="1" affectLSpacing="0" flowWithText="1" allowOverlap="0" holdAnchorAndSO="0" vertRelTo="PARA" horzRelTo="PARA" vertAlign="TOP" horzAlign="LEFT" vertOffset="0" horzOffset="0"/>`,
			textWidth, high)
		w.xml.WriteString(`<hp:outMargin left="0" right="0" top="0" bottom="0"/><hp:inMargin left="510" right="510" top="141" bottom="141"/>`)
		for r, row := range rows {
			w.xml.WriteString(`<hp:tr>`)
			for c, cell := range row {
				w.cell(cell, r, c, widths[c])
			}
			w.xml.WriteString(`</hp:tr>`)
		}
		w.xml.WriteString(`</hp:tbl><hp:t/></hp:run>`)
	}, func() { w.line(0, high, high+600, 0) })
	w.y += afterText
}

// columnWidths gives each column room for its longest cell, all of them the whole width.
func columnWidths(rows [][]string) []int {
	longest := make([]int, len(rows[0]))
	for _, row := range rows {
		for c, cell := range row {
			longest[c] = max(longest[c], min(len([]rune(cell)), 24)+2)
		}
	}
	all := 0
	for _, n := range longest {
		all += n
	}
	left := textWidth
	for c, n := range longest {
		longest[c] = textWidth * n / all
		left -= longest[c]
	}
	longest[len(longest)-1] += left
	return longest
}

// cell writes a cell of a table. Letters are small enough that it takes two lines at most.
func (w *hwpxWriter) cell(text string, row, column, width int) {
	const small = 900
	head, letters, fill := 0, 3, 3
	if row == 0 {
		head, letters, fill = 1, 4, 4
	}
	fmt.Fprintf(&w.xml, `<hp:tc name="" header="%d" hasMargin="0" protect="0" editable="0" dirty="0" borderFillIDRef="%d"><hp:subList id="" textDirection="HORIZONTAL" lineWrap="BREAK" vertAlign="CENTER" linkListIDRef="0" linkListNextIDRef="0" textWidth="0" textHeight="0" hasTextRef="0" hasNumRef="0">`, head, fill)
	fmt.Fprintf(&w.xml, `<hp:p id="0" paraPrIDRef="4" styleIDRef="0" pageBreak="0" columnBreak="0" merged="0"><hp:run charPrIDRef="%d"><hp:t>%s</hp:t></hp:run><hp:linesegarray>`, letters, escaped(text))
	for n, at := range broken(text, width-1020, small) {
		fmt.Fprintf(&w.xml, `<hp:lineseg textpos="%d" vertpos="%d" vertsize="%d" textheight="%[3]d" baseline="%d" spacing="180" horzpos="0" horzsize="%d" flags="393216"/>`,
			at, n*(small+180), small, small*85/100, width-1020)
	}
	fmt.Fprintf(&w.xml, `</hp:linesegarray></hp:p></hp:subList><hp:cellAddr colAddr="%d" rowAddr="%d"/><hp:cellSpan colSpan="1" rowSpan="1"/><hp:cellSz width="%d" height="%d"/><hp:cellMargin left="510" right="510" top="141" bottom="141"/></hp:tc>`,
		column, row, width, cellHeight)
}
