package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"exaone/assistant"
	"exaone/chat"
	"exaone/document"
	"exaone/exchange"
	"exaone/intake"
	"exaone/ocr"
)

// pictured are the documents of whose pages pictures are made, with the pages.
var pictured = map[string][]int{
	"ko-report-tables": {1, 2, 3, 4, 5, 6}, "ko-regulation-20p": {2, 3, 5, 7, 9, 11, 13, 15, 17, 19, 20}, "ko-handbook-320p": {40, 80, 120, 160, 200, 240},
}

// pictureTruth is what is known of a document that was made: what is on which page.
type pictureTruth struct {
	Pages []struct {
		Page   int
		Blocks []struct {
			Type, Text string
			Rows, Cols int
			Cells      []struct {
				Row, Col int
				Text     string
			}
		}
	}
	Sentences []struct {
		Text string
		Page int
		Kind string
	}
}

// TestPicturesAreAskedAbout makes pictures of pages at 200 dots an inch, has them read, and asks about parts of them: what is
// written there, in a box around a sentence; a question of its words, in a box around its neighbours, too; and for the table, in
// a box around one. What is right is known from the documents that the pages are of, not from the pictures. A sentence is right
// if the text that the answer cites has it, but for one character in ten.
func TestPicturesAreAskedAbout(t *testing.T) {
	shared := os.Getenv("EXAONE_SHARED")
	if shared == "" || os.Getenv("EXAONE_PICTURES") == "" {
		t.Skip("make prove-pictures runs it")
	}
	p := &pictureProof{t: t, dir: t.TempDir()}
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range pictured {
			if !yield(name) {
				return
			}
		}
	}) {
		p.document(filepath.Join(shared, "samples/pdf"), name, pictured[name])
	}
	t.Logf("%d pictures: of %d boxes around a sentence %d are answered by it, of %d questions of its words %d; every answer holds when it is checked again: %d of %d",
		p.pictures, p.pointed, p.pointedRight, p.asked, p.askedRight, p.holds, p.answers)
	t.Logf("tables: %d of %d come out, %d of their %d cells are right, %d with every cell; %d of %d workbooks have the cells of their table",
		p.tables, p.tablesWanted, p.cellsRight, p.cells, p.tablesWhole, p.books, p.tables)
	for _, short := range p.short() {
		t.Error(short)
	}
}

// What is looked for is known before anybody looks: as many sentences and tables as stand on the pages. One that is not found on its
// page any more would be missing on both sides of every comparison.
const (
	wantPictures = 23
	wantPointed  = 45
	wantTables   = 7
	wantCells    = 379
)

// short is where less was measured than there is, or came out than is promised.
func (p *pictureProof) short() (all []string) {
	for _, m := range []struct {
		what      string
		got, want int
	}{
		{"pictures", p.pictures, wantPictures},
		{"boxes around a sentence", p.pointed, wantPointed},
		{"questions of the words of a sentence", p.asked, wantPointed},
		{"tables", p.tablesWanted, wantTables},
		{"cells of tables", p.cells, wantCells},
		{"answers", p.answers, 2*wantPointed + wantTables},
		{"answers that hold", p.holds, p.answers},
		{"workbooks that have their cells", p.books, p.tables},
		{"hundredths of boxes that are answered", 100 * p.pointedRight, 90 * p.pointed},
		{"hundredths of questions that are answered", 100 * p.askedRight, 80 * p.asked},
		{"hundredths of cells that are right", 100 * p.cellsRight, 90 * p.cells},
	} {
		if m.got < m.want {
			all = append(all, fmt.Sprintf("%d %s, want at least %d", m.got, m.what, m.want))
		}
	}
	return all
}

// The bar is no bar where nothing is measured, or less than there is.
func TestTheBarOfPicturesCountsWhatIsMeasured(t *testing.T) {
	full := pictureProof{pictures: 23, pointed: 45, pointedRight: 44, asked: 45, askedRight: 44, tablesWanted: 7, tables: 7, cells: 379, cellsRight: 377, tablesWhole: 5,
		books: 7, answers: 97, holds: 97}
	if got := full.short(); len(got) > 0 {
		t.Errorf("what was measured last falls short: %q", got)
	}
	for name, change := range map[string]func(p *pictureProof){
		"nothing":       func(p *pictureProof) { *p = pictureProof{} },
		"a sentence":    func(p *pictureProof) { p.pointed, p.pointedRight = 44, 44 },
		"a question":    func(p *pictureProof) { p.asked, p.askedRight = 44, 44 },
		"a table":       func(p *pictureProof) { p.tablesWanted, p.tables, p.books = 6, 6, 6 },
		"its cells":     func(p *pictureProof) { p.cells, p.cellsRight = 0, 0 },
		"a false cite":  func(p *pictureProof) { p.holds-- },
		"a wrong book":  func(p *pictureProof) { p.books-- },
		"wrong answers": func(p *pictureProof) { p.askedRight = 35 },
		"wrong cells":   func(p *pictureProof) { p.cellsRight = 341 },
	} {
		p := full
		if change(&p); len(p.short()) == 0 {
			t.Errorf("without %s the bar is reached", name)
		}
	}
}

// pictureProof counts.
type pictureProof struct {
	t   *testing.T
	dir string

	pictures, answers, holds                 int
	pointed, pointedRight, asked, askedRight int
	tables, tablesWanted, cells, cellsRight  int
	tablesWhole, books                       int
}

func (p *pictureProof) document(dir, name string, pages []int) {
	p.t.Helper()
	file := filepath.Join(dir, name+".pdf")
	var truth pictureTruth
	data, err := os.ReadFile(filepath.Join(dir, "ref", name+".truth.json"))
	must(p.t, err)
	must(p.t, json.Unmarshal(data, &truth))
	paper, err := document.ReadFile(p.t.Context(), file, "", "", document.Options{NoCount: true})
	must(p.t, err)
	for _, page := range pages {
		if page > len(paper.Pages) {
			continue
		}
		drawn, err := document.DrawFile(p.t.Context(), file, "", document.View{Page: page}, document.Options{})
		must(p.t, err)
		path := filepath.Join(p.dir, fmt.Sprintf("%s-%d.png", name, page))
		must(p.t, os.WriteFile(path, drawn.PNG, 0o600))
		p.picture(path, float64(drawn.Width)/drawn.Page.Width, paper, page, &truth)
	}
}

// picture asks about a picture of a page, of so many pixels a point.
func (p *pictureProof) picture(path string, scale float64, paper *document.Document, page int, truth *pictureTruth) {
	p.t.Helper()
	files, err := intake.OpenFiles(p.t.Context(), intake.FilesOptions{Paths: []string{path}, Reader: inProcess{},
		Draw: func(ctx context.Context, path, name string, v document.View) (document.Drawing, error) {
			return document.DrawFile(ctx, path, name, v, document.Options{})
		}, Options: document.Options{NoCount: true, Recognise: ocr.New(ocr.Options{}).Recognise}})
	must(p.t, err)
	defer files.Close()
	p.pictures++
	const each = 3 // sentences of a page
	n := 0
	for _, s := range truth.Sentences {
		if n == each || s.Page != page || s.Kind == "heading" || len([]rune(s.Text)) < 16 {
			continue
		}
		rect, ok := onPage(paper, page, s.Text)
		if !ok {
			continue
		}
		n++
		text := p.ask(files, "여기 뭐라고 써 있어?", margined(rect, 3, scale)).cited
		p.pointed++
		if errorsIn(s.Text, text) <= 0.1 {
			p.pointedRight++
		} else {
			p.t.Logf("%s: %q, want %q", filepath.Base(path), text, s.Text)
		}
		words := strings.Fields(strings.TrimRight(s.Text, "."))
		text = p.ask(files, strings.Join(words[:min(len(words), 5)], " ")+"?", margined(rect, 40, scale)).cited
		p.asked++
		if errorsIn(s.Text, text) <= 0.1 {
			p.askedRight++
		} else {
			p.t.Logf("%s: asked for %q, %q", filepath.Base(path), s.Text, text)
		}
	}
	for _, one := range truth.Pages {
		if one.Page != page {
			continue
		}
		for _, b := range one.Blocks {
			if b.Type == "table" && len(b.Cells) > 0 {
				want := make([][]string, b.Rows)
				for i := range want {
					want[i] = make([]string, b.Cols)
				}
				for _, c := range b.Cells {
					want[c.Row][c.Col] = c.Text
				}
				p.table(files, paper, page, scale, want)
			}
		}
	}
	p.t.Logf("%s: until now %d of %d boxes, %d of %d questions, %d of %d cells", filepath.Base(path), p.pointedRight, p.pointed, p.askedRight, p.asked, p.cellsRight, p.cells)
}

// pictureAnswer is what came of a question.
type pictureAnswer struct {
	cited  string
	tables []chat.Table
}

func (p *pictureProof) ask(files *intake.Files, question string, box document.Rect) (a pictureAnswer) {
	p.t.Helper()
	v := files.Versions()[0]
	var events []chat.Event
	said := ""
	q := assistant.Question{Principal: chat.Local, Text: question, Boxes: []assistant.Box{{Document: "d", Version: v, Page: 1, Rect: &box}}}
	doc, err := files.Document(p.t.Context(), chat.Local, v)
	must(p.t, err)
	var texts []string
	for _, one := range doc.Texts() {
		texts = append(texts, one.Text)
	}
	for ev, err := range assistant.Alone(p.t.Context(), nil, files, q) {
		must(p.t, err)
		events = append(events, ev)
		switch ev := ev.(type) {
		case chat.Delta:
			said += ev.Text
		case chat.Table:
			a.tables = append(a.tables, ev)
		case chat.Claim:
			for _, c := range ev.Cites {
				for _, s := range c.Spans {
					a.cited += texts[s.Text][s.Start:s.End]
				}
			}
		}
	}
	proof, err := assistant.Verify(p.t.Context(), chat.Local, files, said, events)
	must(p.t, err)
	p.answers++
	if proof.Holds() {
		p.holds++
	}
	return a
}

// table asks for a table whose cells are known.
func (p *pictureProof) table(files *intake.Files, paper *document.Document, page int, scale float64, want [][]string) {
	p.t.Helper()
	var found *document.Block
	for i := range paper.Blocks {
		if b := &paper.Blocks[i]; b.Kind == document.Table && b.Page == page && b.Rect != nil && b.Grid.Rows == len(want) && b.Grid.Cols == len(want[0]) {
			if cell := b.Grid.Cells[0]; bare(cell.Text) == bare(want[0][0]) || cell.Text == "" {
				found = b
			}
		}
	}
	if found == nil {
		return // it goes on from another page, or is not known to stand anywhere
	}
	p.tablesWanted++
	all := len(want) * len(want[0])
	p.cells += all
	a := p.ask(files, "이 부분을 표로 옮겨 주세요", margined(*found.Rect, 6, scale))
	if len(a.tables) != 1 {
		p.t.Logf("page %d: %d tables", page, len(a.tables))
		return
	}
	p.tables++
	got := append([][]string{a.tables[0].Columns}, a.tables[0].Rows...)
	right := 0
	for r, row := range want {
		for c, text := range row {
			if r < len(got) && c < len(got[r]) && bare(got[r][c]) == bare(text) {
				right++
			} else if r < len(got) && c < len(got[r]) {
				p.t.Logf("page %d: cell %d, %d is %q, want %q", page, r, c, got[r][c], text)
			}
		}
	}
	p.cellsRight += right
	if right == all && len(got) == len(want) {
		p.tablesWhole++
	}
	var book bytes.Buffer
	must(p.t, exchange.WriteXLSX(&book, a.tables[0], chat.Korean))
	data := book.Bytes()
	doc, err := document.Read(p.t.Context(), &document.Source{ReaderAt: bytes.NewReader(data), Size: int64(len(data)), Name: "표.xlsx"}, document.Options{})
	must(p.t, err)
	var cells, wanted []string
	document.Walk(doc.Blocks, func(b *document.Block) bool {
		if b.Grid != nil {
			for _, c := range b.Grid.Cells {
				if text := bare(c.Text); text != "" {
					cells = append(cells, text)
				}
			}
		}
		return true
	})
	for _, row := range got {
		for _, text := range row {
			if text = bare(text); text != "" {
				wanted = append(wanted, text)
			}
		}
	}
	if len(cells) >= len(wanted) && slices.EqualFunc(cells[len(cells)-len(wanted):], wanted, sameCell) { // a title may stand above
		p.books++
	} else {
		p.t.Logf("a workbook has %q, want %q", cells, wanted)
	}
}

// sameCell reports whether a cell of a workbook says what one of a table does: as a text, or as the number that it is.
func sameCell(a, b string) bool {
	number := func(text string) (float64, bool) {
		v, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
		return v, err == nil
	}
	x, one := number(a)
	y, other := number(b)
	return a == b || one && other && x == y
}

// lettersOf are the letters and digits of a text: a number may be written in another form.
func lettersOf(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
}

// bare is a text without white space.
func bare(text string) string { return strings.Join(strings.Fields(text), "") }

// margined is a rectangle with so many points around it, in pixels.
func margined(r document.Rect, points, scale float64) document.Rect {
	return document.Rect{X0: max(r.X0-points, 0) * scale, Y0: max(r.Y0-points, 0) * scale, X1: (r.X1 + points) * scale, Y1: (r.Y1 + points) * scale}
}

// onPage is around where a sentence stands on a page, if all of it does.
func onPage(doc *document.Document, page int, sentence string) (r document.Rect, ok bool) {
	for n, one := range doc.Texts() {
		at := strings.Index(one.Text, sentence)
		if at < 0 || one.Cell != nil {
			continue
		}
		spots, _ := doc.Places([]document.Stretch{{Text: n, Start: at, End: at + len(sentence)}})
		for _, s := range spots {
			if s.Page != page || s.Rect == nil {
				return r, false
			}
			if !ok {
				r, ok = *s.Rect, true
			}
			r = document.Rect{X0: min(r.X0, s.Rect.X0), Y0: min(r.Y0, s.Rect.Y0), X1: max(r.X1, s.Rect.X1), Y1: max(r.Y1, s.Rect.Y1)}
		}
		return r, ok
	}
	return r, false
}

// errorsIn is the share of the characters of a text that are not in another, in order: what is beside them does not count.
func errorsIn(want, got string) float64 {
	a, b := []rune(lettersOf(want)), []rune(lettersOf(got))
	row := make([]int, len(b)+1) // what is before it may be left out
	for i := range a {
		last := row[0]
		row[0] = i + 1
		for k := range b {
			same := last
			if a[i] != b[k] {
				same++
			}
			last = row[k+1]
			row[k+1] = min(same, row[k]+1, row[k+1]+1)
		}
	}
	return float64(slices.Min(row)) / float64(max(len(a), 1))
}
