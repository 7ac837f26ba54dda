package document

import (
	"context"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// ten are steps of so many characters of ten points.
func ten(n int) []uint16 { return slices.Repeat([]uint16{1000}, n) }

// lineAt is all of a text as a line of characters of ten points.
func lineAt(text string, page int, x, y float64) []Line {
	n := len([]rune(text))
	return []Line{{End: len(text), Page: page, Rect: Rect{x, y, x + 10*float64(n), y + 10}, Steps: ten(n)}}
}

// leaf is a page with a heading, a paragraph, a table of three rows and three columns, and something hidden.
func leaf() *Document {
	first := "출장비는 하루 5만원이다"
	second := "숙박비는 7만원"
	text := first + " " + second
	lines := append(lineAt(first, 2, 10, 30), Line{Start: len(first) + 1, End: len(text), Page: 2, Rect: Rect{10, 45, 90, 55}, Steps: ten(8)})
	grid := &Grid{Rows: 3, Cols: 3}
	for i, word := range strings.Fields("구분 2023 2024 매출 120 150 이익 12 -") {
		r, c := i/3, i%3
		if word != "-" {
			grid.Cells = append(grid.Cells, Cell{Row: r, Col: c, Text: word, Lines: lineAt(word, 2, 10+100*float64(c), 100+20*float64(r))})
		} else {
			grid.Cells = append(grid.Cells, Cell{Row: r, Col: c})
		}
	}
	return &Document{Unit: Paper, Layout: Boxes, Pages: []Page{{Number: 1}, {Number: 2, Width: 400, Height: 300}}, Blocks: []Block{
		{Kind: Paragraph, Text: "앞쪽", Lines: lineAt("앞쪽", 1, 10, 30)},
		{Kind: Heading, Level: 1, Text: "여비", Lines: lineAt("여비", 2, 10, 10)},
		{Kind: Paragraph, Marker: "①", Text: text, Lines: lines},
		{Kind: Paragraph, Hidden: true, Text: "숨긴 말", Lines: lineAt("숨긴 말", 2, 200, 30)},
		{Kind: Table, Place: Place{Page: 2, Rect: &Rect{5, 95, 305, 160}}, Grid: grid},
	}}
}

func TestWithinARectangleAreItsWords(t *testing.T) {
	for _, one := range []struct {
		box  Rect
		want string
	}{
		{Rect{0, 25, 400, 60}, "① 출장비는 하루 5만원이다 숙박비는 7만원"},
		{Rect{55, 25, 88, 42}, "하루"},         // the words beside it are cut by less than half, or more
		{Rect{55, 25, 400, 42}, "하루 5만원이다"},  // what is hidden is not seen
		{Rect{0, 25, 52, 60}, "① 출장비는 숙박비는"}, // what stands between is not in it
		{Rect{0, 95, 400, 160}, "구분\t2023\t2024\n매출\t120\t150\n이익\t12"},
		{Rect{100, 115, 400, 135}, "120\t150"},
		{Rect{300, 200, 400, 300}, ""},
	} {
		var texts []string
		for _, p := range leaf().Within(2, one.box) {
			texts = append(texts, p.Text)
			if p.Page != 2 || p.Last != 2 || p.Heading != "여비" {
				t.Errorf("%v: page %d to %d under %q", one.box, p.Page, p.Last, p.Heading)
			}
			checkSpans(t, leaf(), p)
		}
		if got := strings.Join(texts, " | "); got != one.want {
			t.Errorf("%v: %q, want %q", one.box, got, one.want)
		}
	}
	if all := leaf().Within(3, Rect{0, 0, 400, 300}); len(all) != 0 {
		t.Errorf("a page that is not there has %v", all)
	}
}

// checkSpans holds the spans of a passage against the texts of its document.
func checkSpans(t *testing.T, d *Document, p Passage) {
	t.Helper()
	texts := map[int]string{}
	for n, one := range d.Texts() {
		texts[n] = one.Text
	}
	for _, s := range p.Spans {
		if got, want := texts[s.Text][s.From:s.From+s.End-s.Start], p.Text[s.Start:s.End]; got != want {
			t.Errorf("text %d has %q, want %q", s.Text, got, want)
		}
	}
}

// tables are those of a rectangle of the second page.
func tables(t *testing.T, d *Document, r Rect) []TablePart {
	t.Helper()
	room := MostPlaces
	all, err := d.TablesWithin(t.Context(), 2, r, &room)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range all {
		room += len(one.Rows) * len(one.Rows[0])
	}
	if room != MostPlaces {
		t.Errorf("room for %d cells before, want %d", room, MostPlaces)
	}
	return all
}

// However many tables a page says it has, and how large: their cells fit into the room that there is for all of them.
func TestTablesOfAPageHaveOneRoom(t *testing.T) {
	cell := func(row, col, span int, text string) Cell {
		at := Rect{10, 10, 20, 20}
		return Cell{Row: row, Col: col, Colspan: span, Text: text, Lines: []Line{{Page: 1, Rect: at, End: len(text)}}}
	}
	d := &Document{Layout: Boxes, Pages: []Page{{Number: 1, Width: 100, Height: 100}}}
	for range 1000 {
		d.Blocks = append(d.Blocks, Block{Kind: Table, Place: Place{Page: 1, Rect: &Rect{0, 0, 50, 50}},
			Grid: &Grid{Rows: 2, Cols: 1000, Cells: []Cell{cell(0, 0, 1000, "가"), cell(1, 0, 1000, "나")}}})
	}
	room := 9000
	got, err := d.TablesWithin(t.Context(), 1, Rect{0, 0, 100, 100}, &room)
	if err != nil || len(got) != 4 || room != 1000 {
		t.Errorf("%d tables, and room for %d cells, %v; want 4 and 1000", len(got), room, err)
	}
	for n, one := range got {
		if !slices.Equal(one.Texts, []int{3*n + 1, 3*n + 2}) {
			t.Errorf("table %d has texts %v", n, one.Texts)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.TablesWithin(ctx, 1, Rect{0, 0, 100, 100}, &room); err == nil {
		t.Error("nobody wants them any more: no error")
	}
}

func TestTheTableOfARectangle(t *testing.T) {
	for name, one := range map[string]struct {
		box  Rect
		want [][]string
	}{
		"all":        {Rect{0, 90, 310, 165}, [][]string{{"구분", "2023", "2024"}, {"매출", "120", "150"}, {"이익", "12", ""}}},
		"with text":  {Rect{0, 0, 400, 300}, [][]string{{"구분", "2023", "2024"}, {"매출", "120", "150"}, {"이익", "12", ""}}},
		"two rows":   {Rect{0, 90, 310, 135}, [][]string{{"구분", "2023", "2024"}, {"매출", "120", "150"}}},
		"a column":   {Rect{100, 90, 200, 160}, [][]string{{"2023"}, {"120"}, {"12"}}},
		"a cell":     {Rect{100, 115, 200, 135}, nil},
		"paragraphs": {Rect{0, 0, 400, 60}, nil},
	} {
		parts := tables(t, leaf(), one.box)
		if one.want == nil {
			if len(parts) != 0 {
				t.Errorf("%s: %v", name, parts)
			}
			continue
		}
		if len(parts) != 1 || !reflect.DeepEqual(parts[0].Rows, one.want) {
			t.Errorf("%s: %v, want %v", name, parts, one.want)
			continue
		}
		if len(parts[0].Texts) != len(one.want)*len(one.want[0]) || parts[0].Texts[0] < 5 {
			t.Errorf("%s: texts %v", name, parts[0].Texts)
		}
	}
}

// Whatever a document says of its lines, nothing is read beyond its texts.
func TestWithinOfADocumentThatIsWrong(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		d := leaf()
		Walk(d.Blocks, func(b *Block) bool {
			for i := range b.Lines {
				l := &b.Lines[i]
				l.Start, l.End = r.IntN(60)-10, r.IntN(60)-10
				l.Steps = ten(r.IntN(20))
				l.Turn = r.IntN(6)
			}
			if b.Grid != nil {
				b.Grid.Rows, b.Grid.Cols = r.IntN(4), r.IntN(1<<20)
				for i := range b.Grid.Cells {
					c := &b.Grid.Cells[i]
					c.Row, c.Col, c.Rowspan, c.Colspan = r.IntN(9), r.IntN(9), r.IntN(1<<30), r.IntN(1<<30)
				}
			}
			return true
		})
		for _, p := range d.Within(2, Rect{0, 0, 400, 300}) {
			checkSpans(t, d, p)
		}
		tables(t, d, Rect{0, 0, 400, 300})
	}
}
