package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// mostEncoded is how many blocks and cells are encoded at once at most.
const mostEncoded = 1 << 12

// WriteJSON writes what json.Marshal of the document is, and a line end, piece by piece: wherever its blocks and the cells of its tables
// stand, in each other and in files within it, only so many of them are encoded at once. What a document has beside these is encoded
// at once: its lists of pages and pictures, its outline, what its manifest tells, its plain text. The error is that of w.
func (doc *Document) WriteJSON(w io.Writer) error {
	if err := writeDocument(w, doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func writeDocument(w io.Writer, doc *Document) error {
	frame := *doc
	return writeAround(w, &frame, holeOf("blocks", &frame.Blocks, writeBlock), holeOf("attachments", &frame.Attachments, writeAttachment))
}

func writeAttachment(w io.Writer, a *Attachment) error {
	if a.Read == nil {
		return writeEncoded(w, a)
	}
	frame := *a
	frame.Read = &Document{}
	return writeAround(w, &frame, hole{"document", frame.Read, func(w io.Writer) error { return writeDocument(w, a.Read) }})
}

// writeBlock writes a block; of one that has much in it, these things go one by one.
func writeBlock(w io.Writer, b *Block) error {
	cells := 0
	if b.Grid != nil {
		cells = cellsIn(b.Grid, mostEncoded)
	}
	if cells+blocksIn(b.Blocks, mostEncoded) <= mostEncoded {
		return writeEncoded(w, b)
	}
	frame := *b
	var inGrid hole
	if b.Grid != nil {
		grid := *b.Grid
		frame.Grid = &grid
		inGrid = holeOf("cells", &grid.Cells, writeCell)
	}
	return writeAround(w, &frame, inGrid, holeOf("blocks", &frame.Blocks, writeBlock))
}

func writeCell(w io.Writer, c *Cell) error {
	if blocksIn(c.Blocks, mostEncoded) <= mostEncoded {
		return writeEncoded(w, c)
	}
	frame := *c
	return writeAround(w, &frame, holeOf("blocks", &frame.Blocks, writeBlock))
}

// blocksIn is how many blocks and cells there are in some blocks, with themselves. Nothing is counted beyond most.
func blocksIn(blocks []Block, most int) int {
	n := len(blocks)
	for i := range blocks {
		if n > most {
			break
		}
		n += blocksIn(blocks[i].Blocks, most-n)
		if g := blocks[i].Grid; g != nil {
			n += cellsIn(g, most-n)
		}
	}
	return n
}

func cellsIn(g *Grid, most int) int {
	n := len(g.Cells)
	for i := range g.Cells {
		if n > most {
			break
		}
		n += blocksIn(g.Cells[i].Blocks, most-n)
	}
	return n
}

// hole is the place of something that is written by itself, within what is encoded at once.
type hole struct {
	key   string
	stand any // what is encoded there instead
	fill  func(io.Writer) error
}

// holeOf puts one empty thing in the place of a list, which is what fills the hole. An empty list is none.
func holeOf[T any](key string, list *[]T, write func(io.Writer, *T) error) hole {
	things := *list
	if len(things) == 0 {
		return hole{}
	}
	*list = make([]T, 1)
	return hole{key, *list, func(w io.Writer) error {
		before := "["
		for i := range things {
			if _, err := io.WriteString(w, before); err != nil {
				return err
			}
			before = ","
			if err := write(w, &things[i]); err != nil {
				return err
			}
		}
		_, err := io.WriteString(w, "]")
		return err
	}}
}

// writeAround writes a value with what its holes are filled with, which are in the order of its fields. No text of the value can be
// taken for a hole: a quotation mark within one is escaped.
func writeAround(w io.Writer, frame any, holes ...hole) error {
	rest, err := json.Marshal(frame)
	if err != nil {
		return err
	}
	for _, h := range holes {
		if h.fill == nil {
			continue
		}
		key := `"` + h.key + `":`
		stand, err := json.Marshal(h.stand)
		if err != nil {
			return err
		}
		before, after, found := bytes.Cut(rest, append([]byte(key), stand...))
		if !found {
			return fmt.Errorf("no %s in what a %T is encoded to", key, frame)
		}
		if _, err := w.Write(rest[:len(before)+len(key)]); err != nil {
			return err
		}
		if err := h.fill(w); err != nil {
			return err
		}
		rest = after
	}
	_, err = w.Write(rest)
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
