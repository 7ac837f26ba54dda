package main

import (
	"fmt"
	"strconv"
	"strings"
)

// The shapes of cells, as styles.xml of the table numbers them.
const (
	plainCell, headCell, moneyCell, titleCell = 0, 1, 2, 3
)

// writeXLSX makes a workbook of sheets: a line "# NAME" begins one, whose first row is its title and whose second row is its
// head. Cells are divided by tabs; one that begins with = is a formula with its value behind "→".
func writeXLSX(source string) ([]byte, error) {
	type sheet struct {
		name string
		rows [][]string
	}
	var sheets []sheet
	for n, line := range strings.Split(strings.TrimSpace(source), "\n") {
		if name, ok := strings.CutPrefix(line, "# "); ok {
			sheets = append(sheets, sheet{name: name})
			continue
		}
		if len(sheets) == 0 {
			return nil, fmt.Errorf("costs.tsv:%d: a row before the first sheet", n+1)
		}
		last := &sheets[len(sheets)-1]
		last.rows = append(last.rows, strings.Split(line, "\t"))
	}
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
	var list, relations, types strings.Builder
	var all []part
	for i, s := range sheets {
		n := i + 1
		fmt.Fprintf(&list, `<sheet name="%s" sheetId="%d" r:id="rId%[2]d"/>`, escaped(s.name), n)
		fmt.Fprintf(&relations, `<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet%[1]d.xml"/>`, n)
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, n)
		all = append(all, part{fmt.Sprintf("xl/worksheets/sheet%d.xml", n), head + sheetXML(s.rows)})
	}
	const main = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	return archive(append([]part{
		{"[Content_Types].xml", head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` + types.String() + `</Types>`},
		{"_rels/.rels", head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", head + `<workbook ` + main + ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>` + list.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + relations.String() + `<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`},
		{"xl/styles.xml", head + `<styleSheet ` + main + `><fonts count="3"><font><sz val="10"/><name val="맑은 고딕"/></font><font><b/><sz val="10"/><name val="맑은 고딕"/></font><font><b/><sz val="14"/><name val="맑은 고딕"/></font></fonts><fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE8EDF3"/></patternFill></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>` +
			`<cellXfs count="4"><xf/><xf fontId="1" fillId="2" applyFont="1" applyFill="1"/><xf numFmtId="3" applyNumberFormat="1"/><xf fontId="2" applyFont="1"/></cellXfs></styleSheet>`},
	}, all...)...)
}

// sheetXML is a sheet: its title goes over all columns.
func sheetXML(rows [][]string) string {
	columns := 0
	for _, row := range rows {
		columns = max(columns, len(row))
	}
	var b strings.Builder
	b.WriteString(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="2" topLeftCell="A3" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`)
	fmt.Fprintf(&b, `<col min="1" max="%d" width="14" customWidth="1"/></cols><sheetData>`, columns)
	for r, row := range rows {
		fmt.Fprintf(&b, `<row r="%d">`, r+1)
		for c, cell := range row {
			shape := plainCell
			switch r {
			case 0:
				shape = titleCell
			case 1:
				shape = headCell
			}
			b.WriteString(cellXML(fmt.Sprintf("%c%d", 'A'+c, r+1), cell, shape))
		}
		b.WriteString(`</row>`)
	}
	fmt.Fprintf(&b, `</sheetData><mergeCells count="1"><mergeCell ref="A1:%c1"/></mergeCells></worksheet>`, 'A'+columns-1)
	return b.String()
}

// cellXML is a cell: a number, a formula with its value, or text.
func cellXML(at, cell string, shape int) string {
	if formula, value, ok := strings.Cut(cell, "→"); ok && strings.HasPrefix(formula, "=") {
		return fmt.Sprintf(`<c r="%s" s="%d"><f>%s</f><v>%s</v></c>`, at, moneyCell, escaped(formula[1:]), value)
	}
	if _, err := strconv.ParseInt(cell, 10, 64); err == nil && shape == plainCell {
		return fmt.Sprintf(`<c r="%s" s="%d"><v>%s</v></c>`, at, moneyCell, cell)
	}
	return fmt.Sprintf(`<c r="%s" s="%d" t="inlineStr"><is><t>%s</t></is></c>`, at, shape, escaped(cell))
}
