package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/tiff"

	"exaone/chat"
)

// seenOf is the picture that Draw makes.
func seenOf(t *testing.T, data []byte, name string, v View) (Drawing, image.Image) {
	t.Helper()
	d, err := Draw(t.Context(), &Source{ReaderAt: bytes.NewReader(data), Size: int64(len(data)), Name: name}, v, Options{})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	m, err := png.Decode(bytes.NewReader(d.PNG))
	if err != nil {
		t.Fatal(err)
	}
	if m.Bounds() != image.Rect(0, 0, d.Width, d.Height) {
		t.Errorf("%s: a picture of %v, and it says %d × %d", name, m.Bounds(), d.Width, d.Height)
	}
	return d, m
}

// hue is a colour of a picture by its letter: . is white.
func hue(m image.Image, x, y int) byte {
	r, g, b, _ := m.At(x, y).RGBA()
	at := slices.Index([]uint32{0xfff, 0xf00, 0x0f0, 0x00f, 0xff0, 0x000}, r>>12<<8|g>>12<<4|b>>12)
	return "?.RGBYK"[at+1]
}

// seenAs is a picture of squares of so many pixels as the letters of their middles, row by row.
func seenAs(m image.Image, square int) string {
	var rows []string
	for y := square / 2; y < m.Bounds().Dy(); y += square {
		row := ""
		for x := square / 2; x < m.Bounds().Dx(); x += square {
			row += string(hue(m, x, y))
		}
		rows = append(rows, row)
	}
	return strings.Join(rows, "/")
}

// squares is a picture of squares of so many pixels, by rows of letters.
func squares(square int, rows ...string) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, square*len(rows[0]), square*len(rows)))
	of := map[byte]color.NRGBA{'.': {255, 255, 255, 255}, 'R': {255, 0, 0, 255}, 'G': {0, 255, 0, 255}, 'B': {0, 0, 255, 255}, 'Y': {255, 255, 0, 255}, 'K': {0, 0, 0, 255}}
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			m.SetNRGBA(x, y, of[rows[y/square][x/square]])
		}
	}
	return m
}

// asPNG is a picture as a file.
func asPNG(t *testing.T, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// heldAs is a picture as a file that says how its camera held it.
func heldAs(t *testing.T, m image.Image, held byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: 100}); err != nil {
		t.Fatal(err)
	}
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(rune(held)) + "\x00\x00\x00\x00\x00\x00"
	return slices.Concat(out.Bytes()[:2], []byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, []byte(exif), out.Bytes()[2:])
}

// A picture is seen upright, all of it and every part, however its camera was held. [Exif 2.3, tag 0x0112]
func TestPicturesAreDrawnUpright(t *testing.T) {
	// As it is stored, and as each way to hold it has it seen.
	stored := squares(20, "RG.", "BKY")
	for held, want := range []string{"", "RG./BKY", ".GR/YKB", "YKB/.GR", "BKY/RG.", "RB/GK/.Y", "BR/KG/Y.", "Y./KG/BR", ".Y/GK/RB"} {
		if held == 0 {
			continue
		}
		data := heldAs(t, stored, byte(held))
		d, m := seenOf(t, data, "a.jpg", View{Page: 1})
		if got := seenAs(m, 20); got != want {
			t.Errorf("held as %d: %s, want %s", held, got, want)
		}
		if _, m := seenOf(t, data, "a.jpg", View{Page: 1, Width: int(d.Page.Width) / 2}); seenAs(m, 10) != want {
			t.Errorf("held as %d, half as large: %s, want %s", held, seenAs(m, 10), want)
		}
		rows := strings.Split(want, "/")
		for y := range rows {
			for x := range rows[y] {
				part := Rect{float64(20 * x), float64(20 * y), float64(20*x + 20), float64(20*y + 20)}
				for _, width := range []int{5, 20, 60} {
					if d, m := seenOf(t, data, "a.jpg", View{Page: 1, Rect: &part, Width: width}); d.Width != width || hue(m, width/2, width/2) != rows[y][x] {
						t.Errorf("held as %d, %v, %d wide: %c, want %c", held, part, width, hue(m, width/2, width/2), rows[y][x])
					}
				}
			}
		}
	}
}

// A pixel of a smaller picture is the mean of what it covers, and a large one takes no memory beside it.
func TestLargePicturesBecomeSmall(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 6000, 6000))
	for y := range 6000 {
		for x := range 6000 {
			if (x+y)%2 == 0 || x < 3000 {
				m.Pix[y*m.Stride+x] = 200
			}
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	small := cutOut(m, 1, Drawing{Page: Page{Width: 6000, Height: 6000}, Rect: Rect{0, 0, 6000, 6000}, Width: 700, Height: 700})
	runtime.ReadMemStats(&after)
	if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 16 {
		t.Errorf("took %d MB, want the picture's 2 and a little", took)
	}
	for y := range 700 {
		for x := range 700 {
			want := 200
			if x > 350 {
				want = 100
			}
			got := small.RGBAAt(x, y)
			if d := int(got.G) - want; x != 350 && (d < -4 || d > 4) || got.R != got.B || got.A != 255 { // a pixel is 8.57 wide
				t.Fatalf("%d, %d: %v, want %d", x, y, got, want)
			}
		}
	}
	clear := cutOut(image.NewNRGBA(image.Rect(0, 0, 99, 77)), 1, Drawing{Rect: Rect{0, 0, 99, 77}, Width: 13, Height: 10})
	if got := seenAs(clear, 1); strings.Trim(got, "./") != "" {
		t.Errorf("what is transparent is %s", got)
	}
}

func TestPagesOfATIFFAreDrawn(t *testing.T) {
	var out bytes.Buffer
	if err := tiff.Encode(&out, squares(10, "RG", "BK"), nil); err != nil {
		t.Fatal(err)
	}
	data := severalPages(out.Bytes(), 3)
	for page := 1; page <= 3; page++ {
		if d, m := seenOf(t, data, "a.tif", View{Page: page}); d.Page.Number != page || seenAs(m, 10) != "RG/BK" {
			t.Errorf("page %d: %s", d.Page.Number, seenAs(m, 10))
		}
	}
	_, err := Draw(t.Context(), &Source{ReaderAt: bytes.NewReader(data), Size: int64(len(data)), Name: "a.tif"}, View{Page: 4}, Options{})
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeBoxNoPage {
		t.Errorf("page 4: %v", err)
	}
}

// A page of a PDF is drawn as it is seen: turned, and without what is cut off. Parts are of that.
func TestPagesOfAPDFAreDrawnAsTheyAreSeen(t *testing.T) {
	fill := func(colour string, x, y int) string { return fmt.Sprintf("%s rg %d %d 100 100 re f\n", colour, x, y) }
	content := fill("1 0 0", 100, 500) + fill("0 1 0", 200, 500) + fill("0 0 1", 100, 400) + fill("0 0 0", 200, 400) + fill("1 1 0", 0, 0)
	for page, want := range map[string]string{
		"/CropBox[100 400 300 600]":             "RG/BK",
		"/CropBox[100 400 300 600] /Rotate 90":  "BR/KG",
		"/CropBox[100 400 300 600] /Rotate 180": "KB/GR",
		"/CropBox[100 400 300 600] /Rotate 270": "GK/RB",
		"/CropBox[100 400 300 500] /Rotate 90":  "B/K",
		"/CropBox[0 0 200 100]":                 "Y.",
	} {
		data := madePages([]string{content}, page, "")
		d, m := seenOf(t, data, "a.pdf", View{Page: 1, Width: 50 * (strings.Index(want+"/", "/"))})
		rows := strings.Split(want, "/")
		if got := seenAs(m, 50); got != want || d.Page.Width != float64(100*len(rows[0])) || d.Page.Height != float64(100*len(rows)) {
			t.Errorf("%s: %s on a page of %v × %v, want %s", page, got, d.Page.Width, d.Page.Height, want)
			continue
		}
		for y := range rows {
			for x := range rows[y] {
				part := Rect{float64(100*x) + 10, float64(100*y) + 10, float64(100*x) + 90, float64(100*y) + 90}
				if _, m := seenOf(t, data, "a.pdf", View{Page: 1, Rect: &part, Width: 20}); strings.Trim(seenAs(m, 4), "/"+rows[y][x:x+1]) != "" {
					t.Errorf("%s: %v is %s, want %c", page, part, seenAs(m, 4), rows[y][x])
				}
			}
		}
	}
}

// A part too small to see anything is refused, as is what is left of one at the edge of its page; what is left is drawn.
func TestPartsThatAreTooSmallAreRefused(t *testing.T) {
	pdf, png := madePages([]string{""}, "", ""), asPNG(t, squares(20, "RG"))
	for _, r := range []Rect{{0, 0, 1e-9, 5}, {0, 0, 5, 1e-9}, {39.99999, 0, 1000, 5}, {0, 799.99999, 5, 1e300}, {599.99999, 1, 1e6, 5}} {
		for name, data := range map[string][]byte{"a.pdf": pdf, "a.png": png} {
			if name == "a.pdf" && r.X0 == 39.99999 {
				continue
			}
			_, err := Draw(t.Context(), &Source{ReaderAt: bytes.NewReader(data), Size: int64(len(data)), Name: name}, View{Page: 1, Rect: &r, Width: 100}, Options{})
			if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeBoxOutside {
				t.Errorf("%s, %v: %v", name, r, err)
			}
		}
	}
	for text, fine := range map[string]bool{"1,2,3,4": true, "0,0,0.1,0.1": true, "0,0,1e-9,5": false, "0,0,5,0.09": false, "3,2,1,4": false, "0,0,Inf,1": false, "0,0,1": false} {
		if _, err := ParseRect(text); (err == nil) != fine {
			t.Errorf("%s: %v", text, err)
		}
	}
	if d, _ := seenOf(t, pdf, "a.pdf", View{Page: 1, Rect: &Rect{10, 10, 10.1001, 700}, Width: 100}); d.Width < 1 {
		t.Error(d.Width)
	}
}

// What is known of a page says how large its picture will be.
func TestDrawingsAreMeasured(t *testing.T) {
	for name, data := range map[string][]byte{"a.pdf": madePages([]string{""}, "/Rotate 90", ""), "a.jpg": heldAs(t, squares(200, "RG"), 6)} {
		doc, err := Read(t.Context(), &Source{ReaderAt: bytes.NewReader(data), Size: int64(len(data)), Name: name}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range []View{{Page: 1}, {Page: 1, Width: 300}, {Page: 1, Most: 111}, {Page: 1, Rect: &Rect{10, 20, 110, 60}, Most: 90}} {
			want, _ := seenOf(t, data, name, v)
			got, err := v.Measure(doc.Pages[0], doc.Format, name)
			if err != nil || got.Width != want.Width || got.Height != want.Height || got.Rect != want.Rect {
				t.Errorf("%s, %+v: %d × %d, want %d × %d, %v", name, v, got.Width, got.Height, want.Width, want.Height, err)
			}
		}
	}
	if _, err := (View{Page: 1}).Measure(Page{}, "docx", "a.docx"); err == nil {
		t.Error("a format that nobody draws: no error")
	}
}

// While pages are being recognised, others are drawn to be seen.
func TestWhatIsRecognisedKeepsNobodyFromSeeing(t *testing.T) {
	p := pool(t)
	for range mostAnew {
		p.anew <- struct{}{} // each of them takes minutes
	}
	path := write(t, string(asPNG(t, squares(20, "RG"))))
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	for range mostViews + 1 {
		if _, err := p.Draw(ctx, path, "a.png", View{Page: 1, Words: true}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("recognised beside: %v", err)
		}
	}
	if d, err := p.Draw(t.Context(), path, "a.png", View{Page: 1}); err != nil || d.Width != 40 {
		t.Errorf("%d wide, %v", d.Width, err)
	}
}
