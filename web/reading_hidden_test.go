package web

import (
	"testing"

	"exaone/document"
)

// Whoever reads a document is told which words nobody sees on its paper, and that what is anchored among them is seen.
func TestReadingRoomTellsWhichWordsAreHidden(t *testing.T) {
	table := document.Block{Kind: document.Table, Grid: &document.Grid{Rows: 1, Cols: 1, Cells: []document.Cell{{Text: "15일"}}}}
	marks := []document.Mark{{Kind: document.MarkHidden, End: len("숨긴")}}
	for name, c := range map[string]struct {
		block document.Block
		want  bool
	}{
		"white words":        {document.Block{Kind: document.Paragraph, Text: "숨긴 ", Marks: marks, Blocks: []document.Block{table}}, true},
		"a part of them":     {document.Block{Kind: document.Paragraph, Text: "숨긴 글", Marks: marks}, false},
		"a hidden paragraph": {document.Block{Kind: document.Paragraph, Text: "글", Hidden: true}, true},
	} {
		got := (&viewer{}).block(&c.block)
		if got.Hidden != c.want || len(got.Blocks) != len(c.block.Blocks) || len(got.Blocks) > 0 && got.Blocks[0].Hidden {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// A block that is hidden is so with all that is in it: in its cells as well, and no longer after it.
func TestReadingRoomTellsThatAllWithinAHiddenBlockIsHidden(t *testing.T) {
	words := func(kind document.Kind) document.Block { return document.Block{Kind: kind, Text: "글"} }
	table := document.Block{Kind: document.Table, Grid: &document.Grid{Rows: 1, Cols: 1, Cells: []document.Cell{{Blocks: []document.Block{words(document.Paragraph)}}}}}
	box := document.Block{Kind: document.Box, Hidden: true, Blocks: []document.Block{words(document.Caption), table}}
	got := (&viewer{}).blocks([]document.Block{box, words(document.Heading)})
	caption, sheet := got[0].Blocks[0], got[0].Blocks[1]
	if !got[0].Hidden || !caption.Hidden || !sheet.Hidden || !sheet.Table.Cells[0].Blocks[0].Hidden {
		t.Errorf("in a hidden box: %+v", got[0])
	}
	if got[1].Hidden {
		t.Errorf("after a hidden box: %+v", got[1])
	}
}
