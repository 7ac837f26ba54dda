package document

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestPlacesOfAParagraph(t *testing.T) {
	const text = "출장비 daily 5만원\n다음"
	first := strings.Index(text, "\n")
	d := &Document{Blocks: []Block{
		{Kind: Heading, Text: "여비", Place: Place{Section: 1, Paragraph: 1}},
		{Kind: Paragraph, Text: text, Place: Place{Page: 2, Rect: &Rect{0, 0, 200, 40}}, Lines: []Line{
			{Start: 0, End: first, Page: 2, Rect: Rect{10, 10, 93, 20}, Steps: []uint16{1000, 1000, 1000, 300, 500, 500, 500, 500, 500, 300, 500, 1000, 700}},
			{Start: first + 1, End: len(text), Page: 3, Rect: Rect{10, 30, 30, 40}},
		}},
		{Kind: Table, Grid: &Grid{Rows: 1, Cols: 2, Cells: []Cell{{Text: "구분"}, {Col: 1, Blocks: []Block{{Text: "숙박비"}}}}}},
	}}
	at := func(s string) Stretch {
		i := strings.Index(text, s)
		return Stretch{Text: 1, Start: i, End: i + len(s)}
	}
	spots, marked := d.Places([]Stretch{at("daily"), at("5만원\n다"), {Text: 0, Start: 0, End: 6}, {Text: 4, Start: 3, End: 9}})
	want := []Spot{
		{Stretch: 0, Page: 2, Rect: &Rect{43, 10, 68, 20}, Exact: true},
		{Stretch: 1, Page: 2, Rect: &Rect{71, 10, 93, 20}, Exact: true},
		{Stretch: 1, Page: 3, Rect: &Rect{10, 30, 30, 40}}, // nobody knows where in the line it is
		{Stretch: 2, Section: 1, Paragraph: 1},
		{Stretch: 3},
	}
	if len(spots) != len(want) {
		t.Fatalf("%d spots %+v, want %d", len(spots), spots, len(want))
	}
	for i, w := range want {
		got := spots[i]
		if (got.Rect == nil) != (w.Rect == nil) || got.Rect != nil && got.Rect.rounded() != *w.Rect {
			t.Errorf("spot %d in %v, want %v", i, got.Rect, w.Rect)
		}
		got.Rect, w.Rect = nil, nil
		if got != w {
			t.Errorf("spot %d is %+v, want %+v", i, got, w)
		}
	}
	if len(marked) != 4 || marked[3].Text != "숙박비" {
		t.Errorf("texts %+v", marked)
	}
}

func TestPlacesOfWhatIsNotThere(t *testing.T) {
	d := &Document{Blocks: []Block{{Kind: Paragraph, Text: "여비"}}}
	for _, s := range []Stretch{{Text: 1, End: 1}, {Text: -1, End: 3}, {Start: -3, End: 3}, {Start: 0, End: 9}, {Start: 1, End: 3}, {Start: 3, End: 3}, {Start: 6, End: 3}} {
		if spots, marked := d.Places([]Stretch{s}); len(spots)+len(marked) != 0 {
			t.Errorf("%+v stands at %+v", s, spots)
		}
	}
}

func TestPartsHaveEveryTextOnce(t *testing.T) {
	long := Block{Kind: Table, Grid: &Grid{Rows: 3000, Cols: 3}, Place: Place{Page: 2}, Blocks: []Block{{Kind: Comment, Text: "끝"}}}
	for r := range 3000 {
		for c := range 3 {
			long.Grid.Cells = append(long.Grid.Cells, Cell{Row: r, Col: c, Text: strconv.Itoa(r)})
		}
	}
	d := &Document{Blocks: []Block{{Kind: Heading, Text: "1", Place: Place{Page: 1}}, long, {Kind: Paragraph, Text: "뒤", Place: Place{Page: 2}}}}
	for range 900 {
		d.Blocks = append(d.Blocks, Block{Kind: Paragraph, Place: Place{Page: 2}})
	}
	all := 0
	for range d.Texts() {
		all++
	}
	next, row := 0, 0
	for i, p := range d.Parts() {
		if p.Text != next || p.Texts == 0 || p.Texts > mostTexts+3 {
			t.Fatalf("part %d has texts %d to %d, want it to begin at %d", i, p.Text, p.Text+p.Texts, next)
		}
		if p.EndRow > 0 {
			if p.Row != row {
				t.Errorf("part %d begins with row %d, want %d", i, p.Row, row)
			}
			row = p.EndRow
		}
		next += p.Texts
	}
	if next != all || row != 3000 {
		t.Errorf("parts have %d texts of %d, and %d rows", next, all, row)
	}
	_, marked := d.Places([]Stretch{{Text: 2 + 3*2999, Start: 0, End: 4}, {Text: all - 901 + 0, Start: 0, End: 3}})
	if len(marked) != 2 || marked[0].Text != "2999" || marked[1].Text != "뒤" {
		t.Fatalf("%+v", marked)
	}
	for i, m := range marked {
		if p := d.Parts()[m.Part]; m.Stretch.Text < p.Text || m.Stretch.Text >= p.Text+p.Texts {
			t.Errorf("text %d is said to be in part %d, which begins with %d", i, m.Part, p.Text)
		}
	}
}

// popplerWord is a word as pdftotext tells where it stands.
var popplerWord = regexp.MustCompile(`<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<&]*)</word>`)

// TestPlacesOfWordsInPDF holds where words are said to stand to where Poppler says that they do.
func TestPlacesOfWordsInPDF(t *testing.T) {
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext: not here")
	}
	for _, name := range []string{"ko-press-release.pdf", "ko-text-align.pdf", "tracemonkey.pdf"} {
		t.Run(name, func(t *testing.T) {
			var file sample
			for _, s := range samples(t, "pdf") {
				if s.File == name {
					file = s
				}
			}
			d, err := Read(context.Background(), file.source(t), Options{NoCount: true})
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(path, file.ref(t, name), 0o600); err != nil {
				t.Fatal(err)
			}
			found, missed := holdToPoppler(t, d, path)
			t.Logf("%d words where Poppler has them, %d are not", found, missed)
			if found < 45 || missed*100 > 2*found {
				t.Errorf("%d words where Poppler has them, %d are not", found, missed)
			}
		})
	}
}

// holdToPoppler counts the words that Poppler has once on a page, and that stand once in a document, by whether both say
// that they stand at one place.
func holdToPoppler(t *testing.T, d *Document, path string) (found, missed int) {
	t.Helper()
	for page := range d.Pages {
		out, err := exec.Command("pdftotext", "-bbox", "-f", strconv.Itoa(page+1), "-l", strconv.Itoa(page+1), path, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		words := map[string][]Rect{}
		for _, m := range popplerWord.FindAllStringSubmatch(string(out), -1) {
			var r Rect
			for i, to := range []*float64{&r.X0, &r.Y0, &r.X1, &r.Y1} {
				*to, _ = strconv.ParseFloat(m[1+i], 64)
			}
			words[m[5]] = append(words[m[5]], r)
		}
		for word, rects := range words {
			if len(rects) != 1 || len([]rune(word)) < 3 {
				continue
			}
			var all []Stretch
			for n, text := range d.Texts() {
				for _, l := range text.Lines {
					if i := strings.Index(text.Text[l.Start:l.End], word); i >= 0 && l.Page == page+1 {
						all = append(all, Stretch{n, l.Start + i, l.Start + i + len(word)})
					}
				}
			}
			if len(all) != 1 {
				continue
			}
			spots, _ := d.Places(all)
			if len(spots) != 1 || spots[0].Rect == nil || !spots[0].Exact || spots[0].Page != page+1 {
				t.Errorf("page %d: %q stands at %+v", page+1, word, spots)
				continue
			}
			near := max(2.5, 0.3*(rects[0].Y1-rects[0].Y0)) // points: boxes around glyphs, and around the room they take
			if r := spots[0].Rect; max(r.X0-rects[0].X0, rects[0].X0-r.X0, r.X1-rects[0].X1, rects[0].X1-r.X1) > near {
				missed++
				t.Logf("page %d: %q from %.1f to %.1f, Poppler has it from %.1f to %.1f", page+1, word, r.X0, r.X1, rects[0].X0, rects[0].X1)
			} else {
				found++
			}
		}
	}
	return found, missed
}
