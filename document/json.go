package document

import (
	"bytes"
	"encoding/json"
	"io"
)

// mostEncoded is how many cells a table has at most that is encoded at once.
const mostEncoded = 1 << 12

// WriteJSON writes what json.Marshal of the document is, and a line end, without having all of it in memory.
func (doc *Document) WriteJSON(w io.Writer) error {
	frame := *doc
	frame.Blocks = nil
	if err := writeAround(w, frame, `"blocks":null`, `"blocks":`, doc.Blocks, writeBlock); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// writeBlock writes a block; the cells of a large table go one by one.
func writeBlock(w io.Writer, b *Block) error {
	if b.Grid == nil || len(b.Grid.Cells) < mostEncoded {
		return writeEncoded(w, b)
	}
	frame, grid := *b, *b.Grid
	grid.Cells, frame.Grid = nil, &grid
	return writeAround(w, frame, `"cells":null`, `"cells":`, b.Grid.Cells, func(w io.Writer, c *Cell) error { return writeEncoded(w, c) })
}

// writeAround writes a value and, in the place of the first list in it that is null, its things one by one. No text of the value
// can be taken for that place: a quotation mark within one is escaped.
func writeAround[T any](w io.Writer, frame any, null, key string, things []T, write func(io.Writer, *T) error) error {
	data, err := json.Marshal(frame)
	if err != nil {
		return err
	}
	before, after, found := bytes.Cut(data, []byte(null))
	if !found || things == nil {
		_, err := w.Write(data)
		return err
	}
	if _, err := w.Write(before); err != nil {
		return err
	}
	next := key + "["
	for i := range things {
		if _, err := io.WriteString(w, next); err != nil {
			return err
		}
		if err := write(w, &things[i]); err != nil {
			return err
		}
		next = ","
	}
	if len(things) == 0 {
		next += "]"
	} else {
		next = "]"
	}
	_, err = w.Write(append([]byte(next), after...))
	return err
}

func writeEncoded(w io.Writer, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}
