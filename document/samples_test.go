package document

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"exaone/chat"
	"exaone/reference"
)

// sample is an entry of a manifest of reference documents: what other programs say of a file.
type sample struct {
	File, Reference, Structure, Password, Expect, Prefer, Truth string

	SecondReference string `json:"second_reference"`
	LayoutReference string `json:"layout_reference"`
	TruthText       string `json:"truth_text"`
	dir             string
}

// samples returns the reference documents of a folder, or skips.
func samples(t testing.TB, folder string) []sample {
	t.Helper()
	dir := reference.Path(t, "samples", folder)
	data, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []sample
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	for i := range all {
		all[i].dir = dir
	}
	return all
}

// source is the sample's file.
func (s sample) source(t testing.TB) *Source {
	t.Helper()
	src := sourceOf(s.File, s.ref(t, s.File))
	src.Password = s.Password
	return src
}

// ref returns a file beside the sample.
func (s sample) ref(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// text is what the sample says, by the better of its references.
func (s sample) text(t testing.TB) string {
	t.Helper()
	if s.Prefer != "structure body" {
		return string(s.ref(t, s.Reference))
	}
	var of struct{ Body []string }
	if err := json.Unmarshal(s.ref(t, s.Structure), &of); err != nil {
		t.Fatal(err)
	}
	return strings.Join(of.Body, "\n")
}

func sourceOf(name string, data []byte) *Source {
	return &Source{ReaderAt: bytes.NewReader(data), Size: int64(len(data)), Name: name}
}

// checkText reads the samples of a folder and holds each text to at least the given F1 of character bigrams against the
// reference, in NFC and without white space. misses are the files that may fall below, each with its reason.
func checkText(t *testing.T, folder string, least float64, misses map[string]string) {
	t.Helper()
	sum, n := 0.0, 0
	for _, s := range samples(t, folder) {
		if s.Reference == "" {
			continue
		}
		doc, err := Read(context.Background(), s.source(t), Options{})
		if told, ok := errors.AsType[*chat.Error](err); ok && told.Code == chat.CodeDocumentNeedsOffice {
			t.Logf("%s: left out: LibreOffice is not here", s.File)
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", s.File, err)
			continue
		}
		f1 := bigramF1(doc.Text(false), s.text(t))
		sum, n = sum+f1, n+1
		switch why := misses[s.File]; {
		case f1 >= least:
		case why != "":
			t.Logf("%s: %.4f: %s", s.File, f1, why)
		default:
			t.Errorf("%s: bigram F1 %.4f, want %.3f", s.File, f1, least)
		}
	}
	t.Logf("%s: %d files, mean bigram F1 %.4f", folder, n, sum/float64(max(n, 1)))
}

// bigramF1 compares texts by their pairs of characters, in NFC and without white space: 1 if they have the same.
func bigramF1(a, b string) float64 {
	x, y := bigrams(a), bigrams(b)
	same, all := 0, 0
	for pair, n := range x {
		same += min(n, y[pair])
		all += n
	}
	for _, n := range y {
		all += n
	}
	if all == 0 {
		return 1
	}
	return 2 * float64(same) / float64(all)
}

func bigrams(text string) map[string]int {
	var runes []rune
	for _, r := range norm.NFC.String(text) {
		if !unicode.IsSpace(r) {
			runes = append(runes, r)
		}
	}
	pairs := map[string]int{}
	if len(runes) == 1 {
		pairs[string(runes)]++
	}
	for i := 1; i < len(runes); i++ {
		pairs[string(runes[i-1:i+1])]++
	}
	return pairs
}

// tableShape is a table as reference data has it.
type tableShape struct {
	Index  int         `json:"index"`
	Parent *int        `json:"parent"`
	Rows   int         `json:"rows"`
	Cols   int         `json:"cols"`
	Cells  []cellShape `json:"cells"`
}

type cellShape struct {
	Row, Col, Rowspan, Colspan int
	Text                       string

	whole string // with the tables in it, as some references have it
}

// checkTables holds the tables of each sample of a folder to its reference: how many, which is in which, rows and columns,
// where each cell begins and how far it spans, and what it says, white space left out. It returns how many were equal.
func checkTables(t *testing.T, folder string, misses map[string]string) {
	t.Helper()
	tables, cells := 0, 0
	for _, s := range samples(t, folder) {
		if s.Structure == "" {
			continue
		}
		var want struct{ Tables []tableShape }
		if err := json.Unmarshal(s.ref(t, s.Structure), &want); err != nil {
			t.Fatalf("%s: %v", s.File, err)
		}
		doc, err := Read(context.Background(), s.source(t), Options{})
		if err != nil {
			t.Errorf("%s: %v", s.File, err)
			continue
		}
		got := shapes(doc)
		slices.SortFunc(want.Tables, func(a, b tableShape) int { return cmp.Compare(a.Index, b.Index) })
		if why := differs(got, want.Tables); why != "" {
			if reason := misses[s.File]; reason != "" {
				t.Logf("%s: %s: %s", s.File, why, reason)
			} else {
				t.Errorf("%s: %s", s.File, why)
			}
			continue
		}
		tables += len(got)
		for _, g := range got {
			cells += len(g.Cells)
		}
	}
	t.Logf("%s: %d tables, %d cells equal", folder, tables, cells)
}

// shapes are the tables of a document in the order in which they begin.
func shapes(doc *Document) []tableShape {
	var all []tableShape
	var walk func(blocks []Block, parent *int)
	walk = func(blocks []Block, parent *int) {
		for i := range blocks {
			b := &blocks[i]
			if b.Grid != nil {
				at := len(all)
				all = append(all, tableShape{Index: at, Parent: parent, Rows: b.Grid.Rows, Cols: b.Grid.Cols})
				for c := range b.Grid.Cells {
					cell := &b.Grid.Cells[c]
					all[at].Cells = append(all[at].Cells, cellShape{cell.Row, cell.Col, max(cell.Rowspan, 1), max(cell.Colspan, 1), ownText(cell), (&textWriter{}).cell(cell)})
				}
				for c := range b.Grid.Cells {
					walk(b.Grid.Cells[c].Blocks, &at)
				}
			}
			walk(b.Blocks, parent)
		}
	}
	walk(doc.Blocks, nil)
	return all
}

// ownText is what a cell says beside the tables in it.
func ownText(c *Cell) string {
	if len(c.Blocks) == 0 {
		return c.Text
	}
	var out strings.Builder
	Walk(c.Blocks, func(b *Block) bool {
		if b.Kind != Paragraph && b.Kind != Heading && b.Kind != Item {
			return false
		}
		out.WriteString(b.Text + "\n")
		return true
	})
	return out.String()
}

// differs says how tables differ, "" if they do not.
func differs(got, want []tableShape) string {
	if len(got) != len(want) {
		return fmt.Sprintf("%d tables, want %d", len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		switch {
		case (g.Parent == nil) != (w.Parent == nil) || g.Parent != nil && *g.Parent != *w.Parent:
			return fmt.Sprintf("table %d is in another", i)
		case g.Rows != w.Rows || g.Cols != w.Cols:
			return fmt.Sprintf("table %d: %d × %d, want %d × %d", i, g.Rows, g.Cols, w.Rows, w.Cols)
		case len(g.Cells) != len(w.Cells):
			return fmt.Sprintf("table %d: %d cells, want %d", i, len(g.Cells), len(w.Cells))
		}
		for c := range w.Cells {
			a, b := g.Cells[c], w.Cells[c]
			whole := squeezed(a.whole)
			a.Text, b.Text, a.whole = squeezed(a.Text), squeezed(b.Text), ""
			if whole == b.Text {
				a.Text = whole
			}
			if a != b {
				return fmt.Sprintf("table %d, cell %d: %+v, want %+v", i, c, a, b)
			}
		}
	}
	return ""
}

// squeezed is a text in NFC without white space.
func squeezed(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, norm.NFC.String(text))
}
