package ocr

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/document"
)

// drawn is a page with lines of letter-like shapes: strokes of characters of a size, in words.
func drawn(w, h int, boxes ...box) *gray {
	g := newGray(w, h)
	for i := range g.pix {
		g.pix[i] = 250
	}
	for _, b := range boxes {
		for y := b.y0; y < b.y1; y++ {
			for x := b.x0; x < b.x1; x++ {
				g.pix[y*w+x] = 10
			}
		}
	}
	return g
}

// letters are shapes that look like a line of text: uprights with feet.
func letters(x, y, size, n int) (all []box) {
	for i := range n {
		at := x + i*(size+size/5)
		if i%5 == 4 {
			continue // a space
		}
		all = append(all, box{at, y, at + size/6, y + size}, box{at, y + size - size/6, at + size*3/4, y + size}, box{at + size/2, y, at + size/2 + size/6, y + size})
	}
	return all
}

func encode(t testing.TB, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (g *gray) image() *image.Gray {
	return &image.Gray{Pix: g.pix, Stride: g.w, Rect: image.Rect(0, 0, g.w, g.h)}
}

// page takes a drawn page apart as Recognise does.
func (g *gray) page(t *testing.T) *page {
	t.Helper()
	s, err := straighten(g)
	if s == nil {
		t.Fatalf("nothing is written there: %v", err)
	}
	return s.page(s.turns[0])
}

func TestAnEmptyPictureHasNoBlocks(t *testing.T) {
	needTesseract(t)
	for _, shade := range []uint8{0, 128, 255} {
		g := newGray(200, 100)
		for i := range g.pix {
			g.pix[i] = shade
		}
		blocks, err := New(Options{}).Recognise(context.Background(), document.Image{Data: encode(t, g.image())})
		if err != nil || len(blocks) != 0 {
			t.Errorf("shade %d: %d blocks, %v", shade, len(blocks), err)
		}
	}
}

func TestWithoutTesseractItSaysSo(t *testing.T) {
	r := New(Options{Tesseract: filepath.Join(t.TempDir(), "none")})
	_, err := r.Recognise(context.Background(), document.Image{Data: encode(t, newGray(8, 8).image())})
	if coded, ok := errors.AsType[*chat.Error](err); !ok || coded.Code != chat.CodeDocumentNeedsOCR {
		t.Errorf("got %v, want %s", err, chat.CodeDocumentNeedsOCR)
	}
}

// script is a program that stands for Tesseract.
func script(t *testing.T, text string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("a shell script stands for Tesseract")
	}
	name := filepath.Join(t.TempDir(), "tesseract")
	if err := os.WriteFile(name, []byte("#!/bin/sh\n"+text), 0o755); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestWithoutKoreanItSaysSo(t *testing.T) {
	r := New(Options{Tesseract: script(t, "echo 'List of available languages (1):'; echo eng\n")})
	_, err := r.Recognise(context.Background(), document.Image{Data: encode(t, newGray(8, 8).image())})
	if coded, ok := errors.AsType[*chat.Error](err); !ok || coded.Code != chat.CodeDocumentNeedsKorean {
		t.Errorf("got %v, want %s", err, chat.CodeDocumentNeedsKorean)
	}
}

func TestTesseractIsStoppedInTime(t *testing.T) {
	r := New(Options{Tesseract: script(t, `[ "$1" = --list-langs ] && { echo kor; exit; }; exec sleep 600`), Timeout: time.Second})
	g := drawn(800, 200, letters(40, 40, 40, 12)...)
	begun := time.Now()
	_, err := r.Recognise(context.Background(), document.Image{Data: encode(t, g.image())})
	if coded, ok := errors.AsType[*chat.Error](err); !ok || coded.Code != chat.CodeDocumentSlow {
		t.Errorf("got %v, want %s", err, chat.CodeDocumentSlow)
	}
	if took := time.Since(begun); took > time.Minute {
		t.Errorf("stopped after %v", took)
	}
	r.o.Timeout = time.Minute
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(200*time.Millisecond, cancel)
	if _, err := New(r.o).Recognise(ctx, document.Image{Data: encode(t, g.image())}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestTesseractSeesNoSecrets(t *testing.T) {
	t.Setenv("EXAONE_API_KEY", "secret")
	seen := filepath.Join(t.TempDir(), "seen")
	r := New(Options{Tesseract: script(t, `[ "$1" = --list-langs ] && { echo kor; exit; }; env >`+seen)})
	if _, err := r.Recognise(context.Background(), document.Image{Data: encode(t, drawn(800, 200, letters(40, 40, 40, 12)...).image())}); err != nil {
		t.Fatal(err)
	}
	env, err := os.ReadFile(seen)
	if err != nil || strings.Contains(string(env), "secret") || !strings.Contains(string(env), "OMP_THREAD_LIMIT=1") {
		t.Errorf("%s, %v", env, err)
	}
}

func TestWhatTesseractWritesIsBounded(t *testing.T) {
	r := New(Options{Tesseract: script(t, `[ "$1" = --list-langs ] && { echo kor; exit; }; yes 0000000000000000000000000000000`), Timeout: 20 * time.Second})
	_, err := r.Recognise(context.Background(), document.Image{Data: encode(t, drawn(800, 200, letters(40, 40, 40, 12)...).image())})
	if err == nil {
		t.Error("an endless answer was taken")
	}
}

// TestBoxesAreThoseOfTheGivenPicture turns and tilts a page, and looks for a line where it was drawn.
func TestBoxesAreThoseOfTheGivenPicture(t *testing.T) {
	var boxes []box
	for i := range 12 {
		boxes = append(boxes, letters(100, 100+i*70, 34, 24)...)
	}
	flat := drawn(1200, 1000, boxes...)
	for _, quarters := range []int{0, 1, 2, 3} {
		for _, angle := range []float64{0, 3, -7} {
			m := rotation(-angle*math.Pi/180, flat.w, flat.h)
			g := flat.warped(m, flat.w, flat.h).turned(quarters)
			s, err := straighten(g)
			if s == nil {
				t.Fatalf("nothing is written there: %v", err)
			}
			// Which of the two directions is up, the shapes do not say.
			p := s.page((4 - quarters) & 3)
			if quarters&1 != s.turns[0]&1 {
				t.Errorf("turned by %d: to be turned by %v", quarters, s.turns)
			}
			first := p.segments[0].box
			for _, s := range p.segments {
				if s.y0 < first.y0 {
					first = s.box
				}
			}
			// From the page to the given picture, and on to where it was drawn.
			given := p.back.apply(point{float64(first.x0), float64(first.y0)})
			at := m.apply(turn(quarters, flat.w, flat.h).apply(given))
			if math.Abs(at.x-100) > 8 || math.Abs(at.y-100) > 8 {
				t.Errorf("turned by %d, tilted by %v: the first line is at %.0f, %.0f, want 100, 100", quarters, angle, at.x, at.y)
			}
		}
	}
}

func TestASheetIsFoundInAPhotograph(t *testing.T) {
	var boxes []box
	for i := range 10 {
		boxes = append(boxes, letters(120, 150+i*90, 36, 16)...)
	}
	flat := drawn(1000, 1300, boxes...)
	q := [4]point{{150, 90}, {980, 160}, {930, 1400}, {80, 1290}}
	m, ok := projection(1000, 1300, q)
	if !ok {
		t.Fatal("no map")
	}
	photo := newGray(1100, 1500)
	for i := range photo.pix {
		photo.pix[i] = 70
	}
	for y := range 1300 * 2 {
		for x := range 1000 * 2 {
			p := m.apply(point{float64(x)/2 + 0.25, float64(y)/2 + 0.25})
			photo.pix[int(p.y)*photo.w+int(p.x)] = flat.pix[y/2*flat.w+x/2]
		}
	}
	got, w, h, found := sheet(photo)
	if !found {
		t.Fatal("no sheet was found")
	}
	for i, c := range [4]point{{0, 0}, {float64(w), 0}, {float64(w), float64(h)}, {0, float64(h)}} {
		if p := got.apply(c); distance(p, q[i]) > 6 {
			t.Errorf("corner %d at %.0f, %.0f, want %.0f, %.0f", i, p.x, p.y, q[i].x, q[i].y)
		}
	}
	if _, _, _, found := sheet(flat); found {
		t.Error("a sheet was found in a scan")
	}
	if p := photo.page(t); len(p.segments) != 40 && len(p.segments) != 10 {
		t.Errorf("%d segments, want the 10 lines", len(p.segments))
	}
}

func TestRulesMakeATable(t *testing.T) {
	var boxes []box
	line := func(b box) { boxes = append(boxes, b) }
	for _, y := range []int{100, 180, 260, 340} {
		x0 := 100
		if y == 180 {
			x0 = 300 // the first cell is two rows high
		}
		line(box{x0, y, 903, y + 3})
	}
	for _, x := range []int{100, 300, 600, 900} {
		y0 := 100
		if x == 600 {
			y0 = 180 // and the first row of the others is one cell
		}
		line(box{x, y0, x + 3, 343})
	}
	boxes = append(boxes, letters(130, 165, 30, 3)...)
	boxes = append(boxes, letters(400, 125, 30, 4)...)
	boxes = append(boxes, letters(330, 205, 30, 4)...)
	boxes = append(boxes, letters(100, 500, 30, 20)...)
	p := drawn(1000, 700, boxes...).page(t)
	if len(p.tables) != 1 {
		t.Fatalf("%d tables, want 1", len(p.tables))
	}
	var got []box
	for _, c := range p.tables[0].cells {
		got = append(got, box{c.col, c.row, c.cols, c.rows})
	}
	want := []box{{0, 0, 1, 2}, {1, 0, 2, 1}, {1, 1, 1, 1}, {2, 1, 1, 1}, {0, 2, 1, 1}, {1, 2, 1, 1}, {2, 2, 1, 1}}
	if len(got) != len(want) {
		t.Fatalf("cells %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("cell %d: %v, want %v (column, row, columns, rows)", i, got[i], want[i])
		}
	}
	inside := 0
	for _, s := range p.segments {
		if placeOf(p.tables, s.box).table == 0 {
			inside++
		}
	}
	if inside != 3 {
		t.Errorf("%d segments in the table, want 3", inside)
	}
}

func TestColumnsAreReadOneAfterAnother(t *testing.T) {
	var pieces []piece
	add := func(x0, y0, x1 int) {
		pieces = append(pieces, piece{box: box{x0, y0, x1, y0 + 20}, segment: &segment{size: 20}})
	}
	add(100, 50, 800) // a title over both
	for i := range 6 {
		add(100, 100+30*i, 420)
		add(460, 100+30*i, 800)
	}
	add(100, 600, 500) // a footnote
	var order []box
	for _, column := range ordered(pieces, 20, 0) {
		for _, row := range rowsOf(column) {
			for _, p := range row {
				order = append(order, p.box)
			}
		}
	}
	for i, b := range order {
		left, right := i >= 1 && i <= 6, i >= 7 && i <= 12
		if left && b.x0 != 100 || right && b.x0 != 460 {
			t.Errorf("place %d: %v", i, b)
		}
	}
	// Rows of short entries are no columns.
	pieces = nil
	for i := range 6 {
		add(100, 100+30*i, 200)
		add(460, 100+30*i, 520)
	}
	if got := len(ordered(pieces, 20, 0)); got != 1 {
		t.Errorf("entries side by side make %d columns", got)
	}
}

func TestSpacesAreWhite(t *testing.T) {
	s := &segment{
		words: []word{{text: "취", box: box{12, 0, 50, 40}}, {text: "업", box: box{58, 0, 95, 40}}, {text: "규칙은", box: box{115, 0, 210, 40}}},
		gaps:  []gap{{50, 57}, {95, 114}, {150, 155}, {180, 186}},
	}
	if got, _ := s.text(); got != "취업 규칙은" {
		t.Errorf("got %q", got)
	}
}

func TestKoreanIsPreferredToLatinLettersThatAreNone(t *testing.T) {
	words := []word{{text: "SARE", confidence: 0.7, box: box{80, 0, 200, 40}}, {text: "API", confidence: 0.9, box: box{220, 0, 300, 40}}}
	korean := []word{{text: "회", confidence: 0.93, box: box{80, 0, 118, 40}}, {text: "사는", confidence: 0.93, box: box{120, 0, 200, 40}}, {text: "스71", confidence: 0.5, box: box{221, 0, 300, 40}}}
	got := better(words, korean)
	if len(got) != 3 || got[0].text != "회" || got[2].text != "API" {
		t.Errorf("got %v", got)
	}
}

func TestEXIFTurnsThePicture(t *testing.T) {
	g := newGray(3, 2)
	for i := range g.pix {
		g.pix[i] = uint8(i) // 0 1 2 / 3 4 5
	}
	want := map[int]string{1: "\x00\x01\x02\x03\x04\x05", 3: "\x05\x04\x03\x02\x01\x00", 6: "\x03\x00\x04\x01\x05\x02", 8: "\x02\x05\x01\x04\x00\x03",
		2: "\x02\x01\x00\x05\x04\x03", 4: "\x03\x04\x05\x00\x01\x02", 5: "\x00\x03\x01\x04\x02\x05", 7: "\x05\x02\x04\x01\x03\x00"}
	for o, pixels := range want {
		got, _ := grayOf(g.image(), o)
		if string(got.pix) != pixels {
			t.Errorf("orientation %d: %v, want %v", o, got.pix, []byte(pixels))
		}
		for i := range g.pix {
			g.pix[i] = uint8(i)
		}
	}
}

func TestGrayOfColours(t *testing.T) {
	m := image.NewNRGBA(image.Rect(5, 5, 7, 6))
	m.Set(5, 5, color.NRGBA{0, 0, 0, 0})
	m.Set(6, 5, color.NRGBA{255, 255, 255, 128})
	if g, _ := grayOf(m, 1); g.pix[0] != 255 || g.pix[1] != 255 {
		t.Errorf("%v: what is transparent is white", g.pix)
	}
	if g, _ := grayOf(image.NewRGBA64(image.Rect(0, 0, 1, 1)), 1); g.pix[0] != 255 {
		t.Errorf("%v: what is transparent is white", g.pix)
	}
	if g, _ := grayOf(image.NewCMYK(image.Rect(0, 0, 1, 1)), 1); g.pix[0] != 255 {
		t.Errorf("%v: no ink is white", g.pix)
	}
}

func TestTrianglesStandForAMinus(t *testing.T) {
	b := newBitmap(200, 60)
	for y := range 20 { // hollow, filled, and a roof without a foot
		for x := range 2 {
			b.pix[(20+y)*b.w+30-y/2+x], b.pix[(20+y)*b.w+30+y/2+x] = 1, 1
			b.pix[(20+y)*b.w+150-y/2+x], b.pix[(20+y)*b.w+150+y/2+x] = 1, 1
		}
		for x := 90 - y/2; x < 92+y/2; x++ {
			b.pix[(20+y)*b.w+x] = 1
		}
	}
	for x := 21; x < 41; x++ {
		b.pix[39*b.w+x] = 1
	}
	found := triangles(parts(b), 24)
	if len(found) != 2 || found[0].x0 > 30 || found[1].x0 < 60 || found[1].x0 > 100 {
		t.Fatalf("%v, want the hollow and the filled one", found)
	}
	p := &page{minuses: found[:1]}
	s := &segment{box: box{0, 0, 60, 60}}
	if got := p.signed(s, []word{{text: "(-35.4)"}}); got[0].text != "(△35.4)" {
		t.Errorf("got %q", got[0].text)
	}
	if got := p.signed(s, []word{{text: "2024-03"}, {text: "-1"}}); got[0].text != "2024-03" || got[1].text != "-1" {
		t.Errorf("got %v", got)
	}
}

func TestDottedRulesAreNoSpecks(t *testing.T) {
	g := drawn(200, 40)
	for x := 0; x < 200; x += 2 {
		g.pix[20*g.w+x] = 0
	}
	if share, _ := g.specks(); share > 0 {
		t.Errorf("%v of the pixels are specks", share)
	}
	for i := 17; i < len(g.pix); i += 331 {
		g.pix[i] = 0
	}
	if share, _ := g.specks(); share == 0 {
		t.Error("no specks were found")
	}
}

// TestAPictureIsADocument reads a picture of two lines by way of package document.
func TestAPictureIsADocument(t *testing.T) {
	answer := `[ "$1" = --list-langs ] && { echo kor; exit; }; printf '5\t1\t1\t1\t1\t1\t14\t14\t60\t40\t95\t규칙\n5\t2\t1\t1\t1\t1\t14\t14\t60\t40\t80\t제5조\n'`
	g := drawn(700, 300, append(letters(60, 50, 30, 4), letters(60, 200, 30, 4)...)...)
	data := encode(t, g.image())
	src := &document.Source{ReaderAt: bytes.NewReader(data), Size: int64(len(data)), Name: "a.png"}
	doc, err := document.Read(context.Background(), src, document.Options{Recognise: New(Options{Tesseract: script(t, answer)}).Recognise})
	if err != nil {
		t.Fatal(err)
	}
	if got := doc.Text(true); got != "규칙\n제5조\n" || !doc.Manifest.Whole || doc.Layout != document.Boxes {
		t.Errorf("%q, %+v", got, doc.Manifest)
	}
	line := doc.Blocks[1].Lines[0]
	if math.Abs(line.Confidence-0.95) > 1e-9 || line.Page != 1 || math.Abs(line.Rect.X0-60) > 2 || math.Abs(line.Rect.Y1-80) > 2 {
		t.Errorf("%+v, want it where it was drawn", line)
	}
}

func FuzzTSV(f *testing.F) {
	f.Add("level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n5\t1\t1\t1\t1\t1\t10\t12\t30\t40\t96.5\t규칙\n")
	f.Add("5\t1\t1\t1\t1\t1\t10\t12\t30\t40\t-1\t\t\n")
	f.Add("5\t2\t1\t1\t1\t1\t10\t12\t30\t40\tNaN\tx\n")
	f.Fuzz(func(t *testing.T, text string) {
		words, err := parseTSV(text, 3)
		if err != nil {
			return
		}
		for _, page := range words {
			for _, w := range page {
				if w.text == "" || w.confidence < 0 || w.confidence > 1 || w.x1 < w.x0 {
					t.Fatalf("%+v", w)
				}
			}
			s := &segment{words: page, gaps: []gap{{1, 20}}}
			s.text()
		}
	})
}
