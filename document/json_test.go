package document

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// TestWriteJSON holds what is written piece by piece to what encoding/json makes of the whole.
func TestWriteJSON(t *testing.T) {
	cells := make([]Cell, mostEncoded)
	for i := range cells {
		cells[i] = Cell{Row: i, Text: `"cells":null`, Blocks: []Block{{Kind: Table, Grid: &Grid{}}}}
	}
	big := Block{Kind: Table, Text: `"cells":null & <가>`, Grid: &Grid{Rows: len(cells), Cells: cells, HiddenRows: [][2]int{{1, 2}}}, Blocks: []Block{{Kind: Table, Grid: &Grid{}}}}
	for name, doc := range map[string]*Document{
		"nothing": {},
		"empty":   {Blocks: []Block{}, Pages: []Page{}, Attachments: []Attachment{}},
		"flow": {Meta: Meta{Title: `"blocks":null`}, Blocks: []Block{{Kind: Paragraph, Text: "가"}, {Kind: Table, Grid: &Grid{}}, big, {Kind: Heading, Level: 2}},
			Plain: `"attachments":[{"name":"","size":0}]`},
		"nested":             {Blocks: []Block{big}, Attachments: []Attachment{{Name: "a", Read: &Document{}}, {Name: `"document":`, Why: "x"}}},
		"deep":               deepDocument(),
		"one that is hollow": {Blocks: []Block{{}}, Attachments: []Attachment{{}, {Read: &Document{Blocks: []Block{{}}}}}},
	} {
		want, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := doc.WriteJSON(&out); err != nil {
			t.Fatal(err)
		}
		if got := out.Bytes(); !bytes.Equal(got, append(want, '\n')) {
			t.Errorf("%s: %d bytes, want %d: %.300s", name, len(got), len(want)+1, got)
		}
	}
}

// deepDocument has much in a table within a cell, in blocks within a block, and in a file within a file.
func deepDocument() *Document {
	text := strings.Repeat("가", 100)
	within := Document{Format: "txt", Blocks: slices.Repeat([]Block{{Kind: Paragraph, Text: text}}, 2*mostEncoded)}
	inner := Block{Kind: Table, Grid: &Grid{Cells: slices.Repeat([]Cell{{Text: text}}, 2*mostEncoded)}}
	outer := Block{Kind: Table, Grid: &Grid{Cells: []Cell{{Text: "a"}, {Blocks: []Block{{Text: "b"}, inner}}, {Text: "c"}}}}
	box := Block{Kind: Paragraph, Blocks: slices.Repeat([]Block{{Kind: Paragraph, Text: text}}, 2*mostEncoded)}
	archive := &Document{Format: "zip", Attachments: []Attachment{{Name: "1.txt", Read: &within}, {Name: "2.txt", Read: &within}}}
	return &Document{Format: "eml", Blocks: []Block{outer, {Kind: Paragraph, Blocks: []Block{box, box}}}, Attachments: []Attachment{{Name: "a.zip", Read: archive, Why: "x"}}}
}

// longestWrite is how much is written at once.
type longestWrite int

func (l *longestWrite) Write(data []byte) (int, error) {
	*l = max(*l, longestWrite(len(data)))
	return len(data), nil
}

// Wherever in a document much of it is, it is not encoded all at once.
func TestWriteJSONPieceByPiece(t *testing.T) {
	var longest longestWrite
	if err := deepDocument().WriteJSON(&longest); err != nil {
		t.Fatal(err)
	}
	if longest > 1000 {
		t.Errorf("%d bytes are encoded at once, want no more than a block and what stands around it", longest)
	}
}
