package document

import (
	"strings"
)

// xlsxFormula is a formula that several cells share: it is written once, for the first of them.
type xlsxFormula struct {
	text     string
	row, col int
}

// formula is the formula of a cell, whose text is in s.f. share is the name of the one that it shares with others.
func (s *xlsxSheet) formula(share string, row, col int) string {
	text := clean(string(s.f))
	if share == "" {
		return text
	}
	first, known := s.shared[share]
	switch {
	case text != "":
		s.shared[share] = xlsxFormula{text, row, col}
		return text
	case known:
		return moved(first.text, row-first.row, col-first.col)
	}
	return ""
}

// moved is a formula as it is so many rows further down and columns to the right: what it refers to moves along, but for
// what a dollar sign holds. What is in quotation marks, and names that look like cells, stay.
func moved(formula string, rows, cols int) string {
	const most = 8192 // characters of a formula, in Excel
	if rows == 0 && cols == 0 || len(formula) > most {
		return formula
	}
	var out strings.Builder
	for i := 0; i < len(formula); {
		c := formula[i]
		switch {
		case c == '"' || c == '\'':
			end := strings.IndexByte(formula[i+1:], c)
			if end < 0 {
				return out.String() + formula[i:]
			}
			out.WriteString(formula[i : i+end+2])
			i += end + 2
		case c == '$' || isNamePart(c):
			end := i
			for end < len(formula) && (formula[end] == '$' || isNamePart(formula[end])) {
				end++
			}
			word := formula[i:end]
			if end < len(formula) && (formula[end] == '(' || formula[end] == '!') {
				out.WriteString(word)
			} else {
				out.WriteString(movedCell(word, rows, cols))
			}
			i = end
		default:
			out.WriteByte(c)
			i++
		}
	}
	return out.String()
}

func isNamePart(c byte) bool {
	return isLetter(c) || c >= '0' && c <= '9' || c == '_' || c == '.' || c >= 0x80
}

// movedCell moves the name of a cell; another word is what it was.
func movedCell(word string, rows, cols int) string {
	rest := word
	heldCol, heldRow := strings.HasPrefix(rest, "$"), false
	rest = strings.TrimPrefix(rest, "$")
	letters := 0
	for letters < len(rest) && isLetter(rest[letters]) {
		letters++
	}
	name := rest[:letters]
	rest = rest[letters:]
	heldRow = strings.HasPrefix(rest, "$")
	rest = strings.TrimPrefix(rest, "$")
	row, col, after := cellAt(name + rest)
	if letters == 0 || rest == "" || row < 0 || col < 0 || after != "" {
		return word
	}
	if !heldRow {
		row += rows
	}
	if !heldCol {
		col += cols
	}
	if row < 0 || col < 0 || row >= xlsxRows || col >= xlsxCols {
		return "#REF!"
	}
	moved := cellName(row, col)
	split := strings.IndexAny(moved, "0123456789")
	sign := map[bool]string{true: "$"}
	return sign[heldCol] + moved[:split] + sign[heldRow] + moved[split:]
}
