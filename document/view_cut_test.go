package document

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"slices"
	"testing"
)

// cutOf is a long picture in pieces, decoded.
func cutOf(t *testing.T, data []byte, name string, v View) (Drawing, []image.Image) {
	t.Helper()
	d, err := Draw(t.Context(), &Source{ReaderAt: bytes.NewReader(data), Size: int64(len(data)), Name: name}, v, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var all []image.Image
	for i, p := range d.All() {
		m, err := png.Decode(bytes.NewReader(p.PNG))
		if err != nil || m.Bounds() != image.Rect(0, 0, p.Width, p.Height) {
			t.Fatalf("piece %d is %v, %v, and says %d × %d", i, m.Bounds(), err, p.Width, p.Height)
		}
		all = append(all, m)
	}
	return d, all
}

// striped is a picture of a screen's length with a black line, two pixels thick, at each of some rows.
func striped(w, h int, rows ...int) *image.Gray {
	m := image.NewGray(image.Rect(0, 0, w, h))
	draw.Draw(m, m.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	for _, y := range rows {
		draw.Draw(m, image.Rect(0, y, w, y+2), image.NewUniform(color.Black), image.Point{}, draw.Src)
	}
	return m
}

// turned is a picture with rows and columns changed round.
func turned(m *image.Gray) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, m.Rect.Dy(), m.Rect.Dx()))
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			out.SetGray(y, x, m.GrayAt(x, y))
		}
	}
	return out
}

// dark reports whether as much of a picture, between two of its rows or columns, is black as if all between them were.
func dark(m image.Image, across bool, from, to float64) bool {
	last := m.Bounds().Dy()
	if across {
		last = m.Bounds().Dx()
	}
	if from < 0 || to > float64(last)+0.01 {
		return false
	}
	black := 0.0
	for n := int(from); n < min(int(math.Ceil(to)), last); n++ {
		x, y := m.Bounds().Dx()/2, n
		if across {
			x, y = n, m.Bounds().Dy()/2
		}
		v, _, _, _ := m.At(x, y).RGBA()
		black += 1 - float64(v)/0xffff
	}
	return black > 0.9*(to-from)
}

// All of a long picture is in its pieces, in order, each line whole in one of them; and what there are of pixels is kept to.
func TestALongPictureIsCut(t *testing.T) {
	rows := []int{0, 240, 622, 625, 628, 1240, 2000, 3998}
	long := striped(200, 4000, rows...)
	for _, one := range []struct {
		name   string
		m      image.Image
		view   View
		pieces int
	}{
		{"long", long, View{Page: 1, Most: 627, Pieces: 12, Pixels: 1_500_000}, 6},
		{"wide", turned(long), View{Page: 1, Most: 627, Pieces: 12, Pixels: 1_500_000}, 6},
		{"three", long, View{Page: 1, Most: 627, Pieces: 3}, 3},
		{"few pixels", long, View{Page: 1, Most: 627, Pieces: 12, Pixels: 240_000}, 4},
		{"a part", long, View{Page: 1, Most: 627, Pieces: 12, Rect: &Rect{0, 0, 200, 1200}}, 2},
		{"whole", long, View{Page: 1, Most: 627, Pieces: 1}, 1},
		{"a page", striped(400, 566, rows...), View{Page: 1, Most: 280, Pieces: 12}, 1},
		{"a telephone", striped(280, 600, rows...), View{Page: 1, Most: 627, Pieces: 12}, 1},
		{"to be recognised", long, View{Page: 1, Most: 627, Pieces: 12, Words: true}, 1},
	} {
		d, all := cutOf(t, asPNG(t, one.m), "a.png", one.view)
		if len(all) != one.pieces {
			t.Errorf("%s: %d pieces, want %d: %+v", one.name, len(all), one.pieces, d.Rect)
			continue
		}
		pixels, end := 0, 0.0
		wide := one.m.Bounds().Dx() > one.m.Bounds().Dy()
		for i, p := range d.All() {
			pixels += p.Width * p.Height
			from, to, last := p.Rect.Y0, p.Rect.Y1, d.Rect.Y1
			if wide {
				from, to, last = p.Rect.X0, p.Rect.X1, d.Rect.X1
			}
			if i > 0 && !(from < end-10) || i == 0 && from != 0 || i == one.pieces-1 && to != last || p.Width > 627 || p.Height > 627 {
				t.Errorf("%s, piece %d: %+v after one that ends at %v", one.name, i, p.Rect, end)
			}
			end = to
		}
		if one.view.Pixels > 0 && pixels > one.view.Pixels+2000*one.pieces { // sides are whole pixels
			t.Errorf("%s: %d pixels, want at most %d", one.name, pixels, one.view.Pixels)
		}
		if one.pieces < 6 {
			continue
		}
		for _, y := range rows {
			if !slices.ContainsFunc(all, func(m image.Image) bool {
				p := d.Pieces[slices.Index(all, m)]
				from, scale := p.Rect.Y0, float64(p.Height)/(p.Rect.Y1-p.Rect.Y0)
				if wide {
					from, scale = p.Rect.X0, float64(p.Width)/(p.Rect.X1-p.Rect.X0)
				}
				return dark(m, wide, (float64(y)-from)*scale, (float64(y+2)-from)*scale)
			}) {
				t.Errorf("%s: the line at %d is whole in no piece", one.name, y)
			}
		}
		doc := Page{Number: 1, Width: float64(one.m.Bounds().Dx()), Height: float64(one.m.Bounds().Dy())}
		measured, err := one.view.Measure(doc, "png", "a.png")
		if err != nil || len(measured.Pieces) != len(d.Pieces) {
			t.Fatalf("measured %d pieces, %v", len(measured.Pieces), err)
		}
		for i, p := range measured.Pieces {
			if p.Rect != d.Pieces[i].Rect || p.Width != d.Pieces[i].Width || p.Height != d.Pieces[i].Height || p.PNG != nil {
				t.Errorf("measured %+v", p)
			}
		}
	}
}

// A page of a PDF that is one long strip is cut like a picture.
func TestALongPageIsCut(t *testing.T) {
	data := madePages([]string{"0 0 0 rg 0 0 20 20 re f"}, "/MediaBox [0 0 100 2000]", "")
	d, all := cutOf(t, data, "a.pdf", View{Page: 1, Most: 1568, Pieces: 12})
	if d.Page.Height != 2000 {
		t.Fatalf("a page of %+v", d.Page)
	}
	if len(all) < 3 {
		t.Fatalf("%d pieces", len(all))
	}
	last := d.Pieces[len(all)-1]
	if r, _, _, _ := all[len(all)-1].At(4, last.Height-4).RGBA(); r > 0x3000 {
		t.Errorf("the corner of the last piece is %x", r)
	}
	if r, _, _, _ := all[0].At(4, d.Pieces[0].Height-4).RGBA(); r < 0xf000 {
		t.Errorf("the corner of the first piece is %x", r)
	}
}

// Shapes that nobody has: as long as a picture may be, a pixel wide, and no pixels at all to be had.
func TestStrangeShapesAreCut(t *testing.T) {
	for _, one := range []struct{ w, h float64 }{{1, 65_000}, {65_000, 1}, {0.1, 14_400}, {1e-3, 1e-2}, {3, 7}, {1e9, 1}} {
		for _, v := range []View{{Page: 1, Pieces: 1 << 30}, {Page: 1, Pieces: 12, Most: 1568, Pixels: 784}, {Page: 1, Pieces: 12, Pixels: 1}, {Page: 1, Pieces: -1, Pixels: -1}} {
			for _, format := range []string{"png", "pdf"} {
				d, err := v.Measure(Page{Number: 1, Width: one.w, Height: one.h}, format, "a")
				if err != nil {
					t.Fatal(err)
				}
				all := d.All()
				if len(all) > mostPieces {
					t.Errorf("%v: %d pieces", one, len(all))
				}
				for _, p := range all {
					if p.Width < 1 || p.Height < 1 || p.Width > mostPixels || p.Height > mostPixels {
						t.Errorf("%v, %+v: %d × %d pixels", one, v, p.Width, p.Height)
					}
				}
			}
		}
	}
}
