package document

import (
	"bytes"
	"context"
)

// countSeparated counts fields byte by byte: what divides them is ASCII in every charset, and no second byte of a
// character. Of each separator that it may be it counts the fields of each line, and takes the one of which most lines
// have as many.
func countSeparated(_ context.Context, src *Source, l Limits) (Count, error) {
	data, err := src.bytes(l)
	if err != nil {
		return Count{}, err
	}
	data = byteText(data)
	marks := []byte(",;\t|")
	if len(data) > 5 && bytes.HasPrefix(data, []byte("sep=")) && (data[5] == '\n' || data[5] == '\r') {
		marks, data = data[4:5], data[5:]
	}
	n := Count{Cells: mostFields(data, marks)}
	if n.Cells > 0 {
		n.Tables = 1
	}
	// A separator within a field is a character that comes out, and is not counted here.
	plain := bytes.Clone(data)
	for i, c := range plain {
		if c == '"' || bytes.IndexByte(marks, c) >= 0 {
			plain[i] = ' '
		}
	}
	n.Characters = countCharacters(plain)
	return n, nil
}

// mostFields is how many fields there are.
func mostFields(data []byte, marks []byte) int {
	type tally struct {
		all, row int
		rows     map[int]int
	}
	tallies := make([]tally, len(marks))
	for i := range tallies {
		tallies[i].rows = map[int]int{}
	}
	inside, empty, before := false, true, byte('\n')
	endRow := func() {
		for i := range tallies {
			if t := &tallies[i]; !empty {
				t.all += t.row + 1
				t.rows[t.row]++
				t.row = 0
			}
		}
		empty = true
	}
	for _, c := range data {
		switch {
		case c == '"' && inside:
			inside = false
		case c == '"' && (before == '"' || before == '\n' || before == '\r' || bytes.IndexByte(marks, before) >= 0):
			inside, empty = true, false
		case inside:
		case c == '\n' || c == '\r':
			endRow()
		default:
			empty = false
			if i := bytes.IndexByte(marks, c); i >= 0 {
				tallies[i].row++
			}
		}
		before = c
	}
	if inside {
		return 0 // where the last mark should have closed, nobody knows
	}
	endRow()
	best, most := tallies[0].all, 0
	for _, t := range tallies {
		for fields, rows := range t.rows {
			if fields > 0 && rows > most {
				best, most = t.all, rows
			}
		}
	}
	return best
}
