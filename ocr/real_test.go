package ocr

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"exaone/document"
)

// picture is an entry of the manifest of reference pictures.
type picture struct {
	File, Reference, Structure string
	Features                   []string
	Alone                      float64 `json:"ocr_cer"` // Tesseract's own error
}

// reference returns the folder of reference pictures and what is in it, or skips.
func reference(t *testing.T) (string, []picture) {
	t.Helper()
	shared := os.Getenv("EXAONE_SHARED")
	if shared == "" {
		t.Skip("no reference data (EXAONE_SHARED)")
	}
	needTesseract(t)
	dir := filepath.Join(shared, "samples", "images")
	data, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []picture
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return dir, all
}

func needTesseract(t *testing.T) {
	t.Helper()
	if err := New(Options{}).languages(context.Background()); err != nil {
		if _, missing := exec.LookPath("tesseract"); missing != nil || strings.Contains(fmt.Sprint(err), "kor") {
			t.Skip("no Tesseract with Korean (tesseract-ocr-kor)")
		}
		t.Fatal(err)
	}
}

// classes are kinds of pictures and the share of characters that may be wrong on average. A picture is of the first that
// fits: of two columns, whatever else was done to it, as its order is what is hard about it.
var classes = []struct {
	name  string
	is    func(p picture) bool
	least float64
}{
	{"chart", func(p picture) bool { return p.has("chart") }, 0.10},
	{"two columns", func(p picture) bool { return p.has("two columns") }, 0.15},
	{"photo", func(p picture) bool { return p.has("photo") }, 0.25},
	{"rotated 90°", func(p picture) bool { return p.has("rotated") }, 0.12},
	{"low contrast", func(p picture) bool { return p.has("low contrast") }, 0.11},
	{"noise", func(p picture) bool { return p.has("noise") }, 0.11},
	{"skewed 2°", func(p picture) bool { return p.has("skewed") }, 0.09},
	{"JPEG quality 18", func(p picture) bool { return p.has("JPEG") }, 0.09},
	{"1 bit: TIFF, BMP, GIF", func(p picture) bool { return p.has("1 bit") }, 0.09},
	{"clean", func(picture) bool { return true }, 0.09},
}

func (p picture) has(feature string) bool {
	return slices.ContainsFunc(p.Features, func(f string) bool { return strings.Contains(f, feature) })
}

// TestReferencePictures holds the mean error of each class of pictures, by the order of reading and without white space, to
// its bar. Of a chart, whose labels have no order, the characters alone are compared.
func TestReferencePictures(t *testing.T) {
	if os.Getenv("EXAONE_OCR") == "" {
		t.Skip("make prove-ocr runs it: minutes")
	}
	dir, all := reference(t)
	r := New(Options{})
	type sum struct {
		n                  int
		error, alone, took float64
	}
	sums := map[string]*sum{}
	for _, p := range all {
		data := read(t, filepath.Join(dir, p.File))
		want := string(read(t, filepath.Join(dir, p.Reference)))
		begun := time.Now()
		blocks, err := r.Recognise(context.Background(), document.Image{Data: data, Page: 1})
		if err != nil {
			t.Errorf("%s: %v", p.File, err)
			continue
		}
		took := time.Since(begun).Seconds()
		got := (&document.Document{Blocks: blocks}).Text(true)
		class := classes[slices.IndexFunc(classes, func(c struct {
			name  string
			is    func(p picture) bool
			least float64
		}) bool {
			return c.is(p)
		})].name
		wrong := characterError(got, want)
		if class == "chart" {
			wrong = bagError(got, want)
		}
		t.Logf("%-42s %-22s %.4f (Tesseract alone %.4f)  %.1f s", p.File, class, wrong, p.Alone, took)
		if os.Getenv("EXAONE_OCR") == "text" {
			t.Logf("\n%s", got)
		}
		if sums[class] == nil {
			sums[class] = &sum{}
		}
		s := sums[class]
		s.n, s.error, s.alone, s.took = s.n+1, s.error+wrong, s.alone+p.Alone, s.took+took
	}
	for _, c := range classes {
		s := sums[c.name]
		if s == nil {
			continue
		}
		n := float64(s.n)
		t.Logf("%-22s %2d pictures: %.4f, at most %.2f; Tesseract alone %.4f; %.1f s each", c.name, s.n, s.error/n, c.least, s.alone/n, s.took/n)
		if s.error/n > c.least {
			t.Errorf("%s: %.4f of the characters are wrong, want at most %.2f", c.name, s.error/n, c.least)
		}
	}
}

// TestMergedTableHasItsShape compares the table of a picture with how it was made.
func TestMergedTableHasItsShape(t *testing.T) {
	dir, all := reference(t)
	for _, p := range all {
		if p.Structure == "" {
			continue
		}
		var want struct {
			Rows, Cols int
			Cells      []struct {
				Row, Col, Rowspan, Colspan int
				Text                       string
			}
		}
		if err := json.Unmarshal(read(t, filepath.Join(dir, p.Structure)), &want); err != nil {
			t.Fatal(err)
		}
		blocks, err := New(Options{}).Recognise(context.Background(), document.Image{Data: read(t, filepath.Join(dir, p.File))})
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(blocks, func(b document.Block) bool { return b.Grid != nil })
		if at < 0 {
			t.Fatalf("%s: no table", p.File)
		}
		g := blocks[at].Grid
		if g.Rows != want.Rows || g.Cols != want.Cols || len(g.Cells) != len(want.Cells) {
			t.Fatalf("%s: %d × %d, %d cells, want %d × %d, %d", p.File, g.Rows, g.Cols, len(g.Cells), want.Rows, want.Cols, len(want.Cells))
		}
		same := 0
		for i, w := range want.Cells {
			c := g.Cells[i]
			if c.Row != w.Row || c.Col != w.Col || max(c.Rowspan, 1) != w.Rowspan || max(c.Colspan, 1) != w.Colspan {
				t.Errorf("cell %d: %+v, want %+v", i, c, w)
			}
			if string(squeezed(c.Text)) != string(squeezed(w.Text)) {
				t.Logf("%q, want %q", c.Text, w.Text)
			}
			if string(squeezed(c.Text)) == string(squeezed(w.Text)) {
				same++
			}
		}
		t.Logf("%s: %d of %d cells say the same", p.File, same, len(want.Cells))
		if 10*same < 9*len(want.Cells) {
			t.Errorf("%s: %d of %d cells say the same", p.File, same, len(want.Cells))
		}
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func squeezed(s string) []rune {
	return slices.DeleteFunc([]rune(norm.NFC.String(s)), unicode.IsSpace)
}

// characterError is Levenshtein's distance by the length of what is wanted, without white space.
func characterError(got, want string) float64 {
	a, b := squeezed(got), squeezed(want)
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		before := row[0]
		row[0] = i + 1
		for j := range b {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, before+1)
		}
	}
	return float64(row[len(b)]) / float64(max(len(b), 1))
}

// bagError counts characters that are too many or too few.
func bagError(got, want string) float64 {
	n := map[rune]int{}
	for _, r := range squeezed(want) {
		n[r]++
	}
	extra, missing := 0, 0
	for _, r := range squeezed(got) {
		if n[r]--; n[r] < 0 {
			extra++
		}
	}
	for v := range maps.Values(n) {
		missing += max(v, 0)
	}
	return float64(max(extra, missing)) / float64(max(len(squeezed(want)), 1))
}
