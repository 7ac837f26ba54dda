package document

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
)

// truth is what a made file has on its pages, from the program that made it.
type truth struct {
	Pages []truthPage
}

type truthPage struct {
	Page   int
	Blocks []truthBlock
}

// each lists the page's blocks. Notes that the file has as one are one each.
func (p truthPage) each() []truthBlock {
	var out []truthBlock
	for _, b := range p.Blocks {
		if b.Type != "footnote" {
			out = append(out, b)
			continue
		}
		for note := range strings.Lines(b.Text) {
			out = append(out, truthBlock{Type: b.Type, Text: note})
		}
	}
	return out
}

type truthBlock struct {
	Type, Text, Caption string
	Level, Rows, Cols   int
	Cells               []cellShape
}

// TestPDFBlocks holds the made files to their truth, as they are tagged and as if they were not: how many of the blocks
// are there word for word and are what they are called, and how many tables are there cell for cell.
func TestPDFBlocks(t *testing.T) {
	least := map[bool]float64{false: 0.97, true: 0.93}
	for _, noTags := range []bool{false, true} {
		var all, texts, kinds, tables, same int
		for _, s := range samples(t, "pdf") {
			if s.Truth == "" {
				continue
			}
			var want truth
			if err := json.Unmarshal(s.ref(t, s.Truth), &want); err != nil {
				t.Fatal(err)
			}
			doc, err := Read(context.Background(), s.source(t), Options{noTags: noTags})
			if err != nil {
				t.Fatalf("%s: %v", s.File, err)
			}
			got := doc.byPage()
			for _, page := range want.Pages {
				for _, w := range page.each() {
					if w.Type == "table" {
						tables++
						if why := w.inTables(got[page.Page]); why == "" {
							same++
						} else {
							t.Logf("%s, page %d, noTags %v: %s", s.File, page.Page, noTags, why)
						}
						continue
					}
					if w.Type == "figure" { // the letters of a drawing, in no order
						continue
					}
					all++
					b := find(got[page.Page], w.Text, w.kind())
					if b == nil {
						t.Logf("%s, page %d, noTags %v: no block is %s %q", s.File, page.Page, noTags, w.Type, w.Text)
						continue
					}
					texts++
					if b.Kind == w.kind() {
						kinds++
					} else {
						t.Logf("%s, page %d, noTags %v: %q is %s, want %s", s.File, page.Page, noTags, w.Text, b.Kind, w.kind())
					}
				}
			}
		}
		t.Logf("noTags %v: of %d blocks %.4f word for word, %.4f what they are called; of %d tables %d cell for cell",
			noTags, all, float64(texts)/float64(all), float64(kinds)/float64(all), tables, same)
		if float64(kinds) < least[noTags]*float64(all) || same < tables {
			t.Errorf("noTags %v: fewer than %.2f of the blocks, or not all tables", noTags, least[noTags])
		}
	}
}

func (d *Document) byPage() map[int][]*Block {
	out := map[int][]*Block{}
	for i := range d.Blocks {
		out[d.Blocks[i].Page] = append(out[d.Blocks[i].Page], &d.Blocks[i])
	}
	return out
}

// find is the block with a text, of a kind if there is one.
func find(blocks []*Block, text string, kind Kind) *Block {
	var found *Block
	for _, b := range blocks {
		if squeezed(b.Text) == squeezed(text) && (found == nil || b.Kind == kind) {
			found = b
		}
	}
	return found
}

// kind is what the truth's words are here.
func (w truthBlock) kind() Kind {
	switch w.Type {
	case "header", "footer", "footnote", "heading", "equation":
		return Kind(w.Type)
	case "title":
		return Heading
	}
	return Paragraph
}

// inTables reports how the table differs from those of a page, "" if one is equal.
func (w truthBlock) inTables(blocks []*Block) string {
	want := tableShape{Rows: w.Rows, Cols: w.Cols, Cells: w.Cells}
	why := "no table on the page"
	for _, b := range blocks {
		if b.Grid == nil {
			continue
		}
		got := shapes(&Document{Blocks: []Block{*b}})
		if why = differs(got[:1], []tableShape{want}); why == "" {
			return ""
		}
	}
	return strings.TrimPrefix(why, "table 0")
}
