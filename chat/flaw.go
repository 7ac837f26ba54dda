package chat

import "strings"

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

// Width is how many columns the table has: as many as its widest row has cells, or its heading.
func (t Table) Width() int {
	width := len(t.Columns)
	for _, row := range t.Rows {
		width = max(width, len(row))
	}
	return width
}

// Lacking is how many cells the rows of the table have less than the widest of them, and how many of these a form may fill in that knows
// no short rows. A table of more is Ragged: one wide row and thousands of empty ones are a few kilobytes, and all the cells between
// them gigabytes.
func (t Table) Lacking() (cells, most int) {
	const (
		always = 1 << 10 // however few cells there are
		each   = 4       // for each row and cell that is there
	)
	there := len(t.Columns)
	for _, row := range t.Rows {
		there += len(row)
	}
	return (len(t.Rows)+1)*t.Width() - there, always + each*(there+len(t.Rows))
}

// Ragged reports whether more cells are lacking than may be filled in.
func (t Table) Ragged() bool {
	cells, most := t.Lacking()
	return cells > most
}

// TableNotes are the flaws of a table in words, for a form that has no other place for them: in a last column, which a table without any has
// not.
type TableNotes struct {
	Column int // in which they stand, from 0: behind all others
	Head   string
	rows   map[int]string
	ragged bool
}

// Notes puts the flaws of the table into words.
func (t Table) Notes(lang Language) TableNotes {
	n := TableNotes{Column: t.Width(), Head: Text(lang, CodeRowChecked), rows: map[int]string{}, ragged: t.Ragged()}
	for _, f := range t.Flaws {
		if f.Row >= 0 && f.Row < len(t.Rows) {
			n.rows[f.Row] = f.In(lang)
		}
	}
	return n
}

// Any reports whether there are any: if not, there is no column of them.
func (n TableNotes) Any() bool { return len(n.rows) > 0 }

// Of is what is wrong with a row, from 0; "" if nothing is. -1 is the heading.
func (n TableNotes) Of(row int) string {
	if row < 0 && n.Any() {
		return n.Head
	}
	return n.rows[row]
}

// Row appends to a list the cells of a row, from 0 or -1 for the heading, and its note if the table has any: in the column of notes, for
// which as many cells are filled in. In a Ragged table that is done for the heading alone: a note stands there right behind the cells.
func (n TableNotes) Row(to []string, row int, cells []string) []string {
	to = append(to, cells...)
	if !n.Any() {
		return to
	}
	if row < 0 || !n.ragged {
		for range n.Column - len(cells) {
			to = append(to, "")
		}
	}
	return append(to, n.Of(row))
}
