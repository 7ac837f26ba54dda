package exchange

import (
	"archive/zip"
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"exaone/chat"
)

// What a sheet holds at most, as Microsoft's specification of limits has it.
const (
	maxSheetRows = 1_048_576
	maxSheetCols = 16_384
	maxSheetCell = 32_767 // UTF-16 units of a cell's text
)

// WriteXLSX writes a table as a workbook of one sheet (ECMA-376, Office Open XML): numbers and dates are such, and nothing in
// it is a formula, whatever it begins with. The first row has the columns' names and stays in sight. Rows that do not stand are struck
// through, and a last column says why, in a language. CodeTableTooLarge says that a sheet cannot hold it,
// CodeTableFormless that CSV cannot either; nothing is written then.
func WriteXLSX(w io.Writer, t chat.Table, lang chat.Language) error {
	s := sheet{Table: t, struck: t.Struck(), notes: t.Notes(lang), marks: marksOf(t)}
	if err := s.fits(); err != nil {
		return cmp.Or(formless(err, uneven(t, s.notes)), err)
	}
	z := zip.NewWriter(w)
	for _, part := range []struct {
		name  string
		write func(*bufio.Writer)
	}{
		{"[Content_Types].xml", text(xlsxTypes)},
		{"_rels/.rels", text(xlsxRoot)},
		{"xl/workbook.xml", func(w *bufio.Writer) { writeWorkbook(w, t.Title) }},
		{"xl/_rels/workbook.xml.rels", text(xlsxBook)},
		{"xl/styles.xml", writeStyles},
		{"xl/worksheets/sheet1.xml", s.write},
	} {
		f, err := z.Create(part.name)
		if err != nil {
			return err
		}
		b := bufio.NewWriter(f)
		b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n")
		part.write(b)
		if err := b.Flush(); err != nil {
			return err
		}
	}
	return z.Close()
}

// sheet is a table as a sheet has it. Where a row has no cell nothing is written, so that what is written is as much as there is.
type sheet struct {
	chat.Table
	struck func(row, column int) bool
	notes  chat.TableNotes
	marks  map[[2]int][][2]int
}

// row is a row, from 0 or -1 for the heading.
func (s *sheet) row(n int) []string {
	if n < 0 {
		return s.Columns
	}
	return s.Rows[n]
}

// fits is an error for a table that a sheet cannot hold.
func (s *sheet) fits() error {
	if n := len(s.Rows) + 1; n > maxSheetRows {
		return chat.NewError(chat.CodeTableTooLarge, nil, n, maxSheetRows)
	}
	columns := s.notes.Column
	if s.notes.Any() {
		columns++
	}
	if columns > maxSheetCols {
		return chat.NewError(chat.CodeTableTooLarge, nil, columns, maxSheetCols)
	}
	for n := -1; n < len(s.Rows); n++ {
		if err := fitsCell(s.notes.Of(n)); err != nil {
			return err
		}
		for _, cell := range s.row(n) {
			if err := fitsCell(cell); err != nil {
				return err
			}
		}
	}
	return nil
}

func fitsCell(text string) error {
	if len(text) <= maxSheetCell { // no character has more units than bytes
		return nil
	}
	units := 0
	for _, r := range text {
		units += utf16.RuneLen(r)
	}
	if units > maxSheetCell {
		return chat.NewError(chat.CodeTableTooLarge, nil, units, maxSheetCell)
	}
	return nil
}

func text(s string) func(*bufio.Writer) { return func(w *bufio.Writer) { w.WriteString(s) } }

const (
	xlsxTypes = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`
	relations = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	office    = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	xlsxRoot  = relations + `<Relationship Id="rId1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	xlsxBook  = relations + `<Relationship Id="rId1" Type="` + office + `/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="` + office + `/styles" Target="styles.xml"/></Relationships>`
	spreadsheet = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
)

func writeWorkbook(w *bufio.Writer, title string) {
	fmt.Fprintf(w, `<workbook %s xmlns:r="%s"><sheets><sheet name="%s" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		spreadsheet, office, xmlText(sheetName(title)))
}

// sheetName is a title as a sheet may be called: at most 31 UTF-16 units, without []:*?/\ and no quotation mark at an end.
func sheetName(title string) string {
	var name strings.Builder
	units := 0
	for _, r := range title {
		if strings.ContainsRune(`[]:*?/\`, r) || unicode.IsControl(r) || r == utf8.RuneError {
			r = ' '
		}
		if units += utf16.RuneLen(r); units > 31 {
			break
		}
		name.WriteRune(r)
	}
	if s := strings.Trim(strings.TrimSpace(name.String()), "' "); s != "" {
		return s
	}
	return "Table"
}

// writeStyles writes the forms, in their order: a number format, a font, a ground; and then the same again, struck through.
func writeStyles(w *bufio.Writer) {
	fmt.Fprintf(w, `<styleSheet %s><numFmts count="%d">`, spreadsheet, len(codes))
	const own = 164 // the first number that is not the program's
	for n, code := range codes {
		fmt.Fprintf(w, `<numFmt numFmtId="%d" formatCode="%s"/>`, own+n, xmlText(or(code, "General")))
	}
	w.WriteString(`</numFmts><fonts count="3"><font><sz val="11"/><name val="맑은 고딕"/></font>` +
		`<font><b/><sz val="11"/><name val="맑은 고딕"/></font><font><strike/><sz val="11"/><color rgb="FFB3261E"/><name val="맑은 고딕"/></font></fonts>` +
		`<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>` +
		`<fill><patternFill patternType="solid"><fgColor rgb="FFEDEFF2"/></patternFill></fill></fills>` +
		`<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>`)
	fmt.Fprintf(w, `<cellXfs count="%d">`, 2*len(codes))
	for n, code := range append(codes[:], codes[:]...) {
		font, fill, quote := 0, 0, ""
		if n >= len(codes) {
			n -= len(codes)
			font = 2
		}
		switch form(n) {
		case formHead:
			font, fill = 1, 2
		case formQuoted:
			quote = ` quotePrefix="1"`
		}
		id := own + n
		if code == "" {
			id = 0
		}
		fmt.Fprintf(w, `<xf numFmtId="%d" fontId="%d" fillId="%d" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1"%s>`+
			`<alignment vertical="top" wrapText="1"/></xf>`, id, font, fill, quote)
	}
	w.WriteString(`</cellXfs></styleSheet>`)
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (s *sheet) write(w *bufio.Writer) {
	fmt.Fprintf(w, `<worksheet %s><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>`+
		`</sheetView></sheetViews>`, spreadsheet)
	s.writeWidths(w)
	w.WriteString(`<sheetData>`)
	for n := -1; n < len(s.Rows); n++ {
		fmt.Fprintf(w, `<row r="%d">`, n+2)
		for c, cell := range s.row(n) {
			var marked [][2]int
			if n >= 0 {
				marked = s.marks[[2]int{n, c}]
			}
			writeCell(w, n+1, c, cell, look{head: n < 0, struck: s.struck(n, c), marked: marked})
		}
		writeCell(w, n+1, s.notes.Column, s.notes.Of(n), look{head: n < 0})
		w.WriteString(`</row>`)
	}
	w.WriteString(`</sheetData></worksheet>`)
}

// writeWidths makes columns as wide as what is in them, within reason.
func (s *sheet) writeWidths(w *bufio.Writer) {
	widths := make([]int, s.notes.Column+1)
	for n := -1; n < min(len(s.Rows), 1000); n++ {
		for c, cell := range s.row(n) {
			widths[c] = max(widths[c], widthOf(cell))
		}
		widths[s.notes.Column] = max(widths[s.notes.Column], widthOf(s.notes.Of(n)))
	}
	if !s.notes.Any() {
		widths = widths[:s.notes.Column]
	}
	if len(widths) == 0 {
		return
	}
	w.WriteString(`<cols>`)
	for c, n := range widths {
		fmt.Fprintf(w, `<col min="%d" max="%[1]d" width="%d" customWidth="1"/>`, c+1, min(max(n, 6), 60))
	}
	w.WriteString(`</cols>`)
}

// widthOf is how wide the widest line of a cell is. A Korean character is as wide as two digits.
func widthOf(cell string) (widest int) {
	for line := range strings.SplitSeq(cell, "\n") {
		n := 2
		for _, r := range line {
			n++
			if r >= 0x1100 {
				n++
			}
		}
		widest = max(widest, n)
	}
	return widest
}

// look is how a cell looks beside its number format.
type look struct {
	head   bool
	struck bool
	marked [][2]int // in UTF-16 units of its text
}

// writeCell writes the cell of a row and a column, both from 0; one without text is none.
func writeCell(w *bufio.Writer, row, column int, text string, l look) {
	if text == "" {
		return
	}
	at := columnName(column) + strconv.Itoa(row+1)
	value, f, number := valueOf(text)
	switch {
	case l.head:
		f, number = formHead, false
	case !number && formula(text):
		f = formQuoted
	}
	if l.struck {
		f += form(len(codes))
	}
	if number {
		fmt.Fprintf(w, `<c r="%s" s="%d"><v>%s</v></c>`, at, f, value)
		return
	}
	fmt.Fprintf(w, `<c r="%s" s="%d" t="inlineStr"><is>`, at, f)
	if len(l.marked) > 0 {
		for _, r := range runsOf(text, l.marked) {
			writeRun(w, r, l.struck)
		}
	} else {
		fmt.Fprintf(w, `<t xml:space="preserve">%s</t>`, xmlText(text))
	}
	w.WriteString(`</is></c>`)
}

// columnName is the letters of a column, from 0: A, Z, AA.
func columnName(n int) string {
	name := ""
	for n++; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}

// xmlText writes a text for XML 1.0. What that cannot hold is written _xHHHH_, as the format has it (ST_Xstring), and so is
// the beginning of what would be read as such.
func xmlText(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '_' && escaped(s[i:]):
			b.WriteString("_x005F_")
		case r < ' ' && r != '\n' && r != '\t', r == 0xfffe, r == 0xffff:
			fmt.Fprintf(&b, "_x%04X_", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// escaped reports whether a text begins as _xHHHH_ does.
func escaped(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(s[2:6], 16, 16)
	return err == nil
}
