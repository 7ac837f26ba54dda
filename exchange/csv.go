package exchange

import (
	"bufio"
	"encoding/csv"
	"io"

	"exaone/chat"
)

// WriteCSV writes a table as RFC 4180 has it, with the mark of UTF-8 at its beginning, without which Excel takes Korean for
// something else. What does not stand, or was not checked, is told in a last column, in a language. Before what a spreadsheet would take for a formula stands an apostrophe, which makes it text there.
func WriteCSV(w io.Writer, t chat.Table, lang chat.Language) error {
	t = t.Told(lang)
	b := bufio.NewWriter(w)
	b.WriteString("\ufeff")
	c := csv.NewWriter(b)
	c.UseCRLF = true
	for n := range len(t.Rows) + 1 {
		row := t.Columns
		if n > 0 {
			row = t.Rows[n-1]
		}
		safe := make([]string, len(row))
		for i, cell := range row {
			if formula(cell) {
				cell = "'" + cell
			}
			safe[i] = cell
		}
		if err := c.Write(safe); err != nil {
			return err
		}
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return err
	}
	return b.Flush()
}
