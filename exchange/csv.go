package exchange

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"errors"
	"io"

	"exaone/chat"
)

// WriteCSV writes a table as RFC 4180 has it, with the mark of UTF-8 at its beginning, without which Excel takes Korean for
// something else. What does not stand, or was not checked, is told in a last column, in a language; CodeTableRagged says that the rows are
// too uneven for one, CodeTableFormless that no sheet can hold them either, and nothing is written then. Before what a spreadsheet would take for a formula stands an apostrophe, which makes it
// text there.
func WriteCSV(w io.Writer, t chat.Table, lang chat.Language) error {
	notes := t.Notes(lang)
	if err := uneven(t, notes); err != nil {
		s := sheet{Table: t, notes: notes}
		return cmp.Or(formless(s.fits(), err), err)
	}
	b := bufio.NewWriter(w)
	b.WriteString("\ufeff")
	c := csv.NewWriter(b)
	c.UseCRLF = true
	var cells []string // of one row
	for n := range len(t.Rows) + 1 {
		row := t.Columns
		if n > 0 {
			row = t.Rows[n-1]
		}
		cells = notes.Row(cells[:0], n-1, row)
		for i, cell := range cells {
			if formula(cell) {
				cells[i] = "'" + cell
			}
		}
		if err := c.Write(cells); err != nil {
			return err
		}
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return err
	}
	return b.Flush()
}

// uneven is an error for a table that CSV cannot hold.
func uneven(t chat.Table, notes chat.TableNotes) error {
	if cells, most := t.Lacking(); notes.Any() && cells > most {
		return chat.NewError(chat.CodeTableRagged, nil, cells, most)
	}
	return nil
}

// formless is an error for a table that neither form can hold, of the errors for a sheet and for CSV; nil where one of them can. Each of
// the two names the other form, which would be refused then as well.
func formless(sheet, uneven error) error {
	told, ok := errors.AsType[*chat.Error](uneven)
	if sheet == nil || !ok {
		return nil
	}
	return chat.NewError(chat.CodeTableFormless, sheet, told.Params...)
}
