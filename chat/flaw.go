package chat

import (
	"slices"
	"strings"
)

// TableFlaw is a row of a table that does not stand, or that nothing was checked of. A row with anything in Missing is shown
// struck through, as a sentence is.
type TableFlaw struct {
	Row int `json:"row"` // from 0
	// Missing are numbers, names in quotation marks and other words of its cells that the sources of the row do not have.
	Missing []string `json:"missing,omitempty"`
	// Unchecked says that the row names no source, or one in which nothing could be looked up.
	Unchecked bool `json:"unchecked,omitempty"`
}

// In says in a language what is wrong with the row.
func (f TableFlaw) In(lang Language) string {
	if len(f.Missing) > 0 {
		return Text(lang, CodeClaimMissing, strings.Join(f.Missing, ", "))
	}
	return Text(lang, CodeRowUnchecked)
}

// Struck tells which cells of a table are shown struck through: those of rows that do not stand, but for the one that names their
// sources. Row and column are from 0; what is no cell of the table is not struck.
func (t Table) Struck() func(row, column int) bool {
	rows := map[int]bool{}
	for _, f := range t.Flaws {
		if f.Row >= 0 && f.Row < len(t.Rows) && len(f.Missing) > 0 {
			rows[f.Row] = true
		}
	}
	return func(row, column int) bool {
		return rows[row] && column != t.Sources-1 && column < len(t.Rows[row])
	}
}

// Told is the table with its flaws in words, for a form that has no other place for them: in a last column, which a table without any has
// not. The rest of the table is shared with t.
func (t Table) Told(lang Language) Table {
	words := map[int]string{}
	for _, f := range t.Flaws {
		if f.Row >= 0 && f.Row < len(t.Rows) {
			words[f.Row] = f.In(lang)
		}
	}
	if len(words) == 0 {
		return t
	}
	width := len(t.Columns)
	for _, row := range t.Rows {
		width = max(width, len(row))
	}
	with := func(row []string, last string) []string {
		row = append(slices.Clip(row), make([]string, width-len(row))...)
		return append(row, last)
	}
	t.Columns = with(t.Columns, Text(lang, CodeRowChecked))
	rows := make([][]string, len(t.Rows))
	for n, row := range t.Rows {
		rows[n] = with(row, words[n])
	}
	t.Rows = rows
	return t
}
