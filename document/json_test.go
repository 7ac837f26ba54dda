package document

import (
	"bytes"
	"encoding/json"
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
		"empty":   {Blocks: []Block{}, Pages: []Page{}},
		"flow":    {Meta: Meta{Title: `"blocks":null`}, Blocks: []Block{{Kind: Paragraph, Text: "가"}, {Kind: Table, Grid: &Grid{}}, big, {Kind: Heading, Level: 2}}},
		"nested":  {Blocks: []Block{big}, Attachments: []Attachment{{Name: "a", Read: &Document{}}}},
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
