package document

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"exaone/chat"
	"exaone/reference"
)

// drawn is a small picture, in every format.
func drawn(t testing.TB) map[string][]byte {
	t.Helper()
	m := image.NewPaletted(image.Rect(0, 0, 31, 17), color.Palette{color.White, color.Black})
	for i := range m.Pix {
		m.Pix[i] = uint8(i / 3 % 2)
	}
	all := map[string][]byte{}
	encode := func(name string, f func(w *bytes.Buffer) error) {
		var out bytes.Buffer
		if err := f(&out); err != nil {
			t.Fatal(err)
		}
		all[name] = out.Bytes()
	}
	encode("a.png", func(w *bytes.Buffer) error { return png.Encode(w, m) })
	encode("a.jpg", func(w *bytes.Buffer) error { return jpeg.Encode(w, m, nil) })
	encode("a.gif", func(w *bytes.Buffer) error { return gif.Encode(w, m, nil) })
	encode("a.bmp", func(w *bytes.Buffer) error { return bmp.Encode(w, m) })
	encode("a.tif", func(w *bytes.Buffer) error { return tiff.Encode(w, m, nil) })
	// One pixel, lossless.
	webp, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	if err != nil {
		t.Fatal(err)
	}
	all["a.webp"] = webp
	all["several.tif"] = severalPages(all["a.tif"], 3)
	return all
}

// severalPages is a TIFF whose one directory comes several times, each time another.
func severalPages(one []byte, pages int) []byte {
	all := slices.Clone(one)
	at := int(binary.LittleEndian.Uint32(one[4:]))
	size := 2 + 12*int(binary.LittleEndian.Uint16(one[at:]))
	next := at + size
	for range pages - 1 {
		binary.LittleEndian.PutUint32(all[next:], uint32(len(all)))
		next = len(all) + size
		all = append(all, one[at:at+size+4]...)
	}
	return all
}

func TestPicturesAreRead(t *testing.T) {
	for name, data := range drawn(t) {
		pages, width, height := 1, 31, 17
		switch name {
		case "a.webp":
			width, height = 1, 1
		case "several.tif":
			pages = 3
		}
		doc, err := Read(context.Background(), sourceOf(name, data), Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(doc.Pages) != pages || doc.Manifest.In == nil || doc.Manifest.In.Pages != pages || len(doc.Images) != pages {
			t.Errorf("%s: %d pages, in %+v, want %d", name, len(doc.Pages), doc.Manifest.In, pages)
		}
		if i := doc.Images[0]; i.Width != width || i.Height != height || doc.Pages[0].Width != float64(width) {
			t.Errorf("%s: %d × %d, want %d × %d", name, i.Width, i.Height, width, height)
		}
		if len(doc.Manifest.Gaps) != pages || doc.Manifest.Gaps[0].What != GapScan || doc.Manifest.Whole {
			t.Errorf("%s: gaps %+v, want a scan for each page", name, doc.Manifest.Gaps)
		}
	}
}

func TestPicturesAreRecognisedPageByPage(t *testing.T) {
	for name, data := range drawn(t) {
		var seen []int
		o := Options{Recognise: func(_ context.Context, i Image) ([]Block, error) {
			if m, _, err := DecodePicture(i.Data, 1<<20); err != nil || m.Bounds().Dx() != i.Width {
				t.Errorf("%s: page %d: %v", name, i.Page, err)
			}
			seen = append(seen, i.Page)
			return []Block{{Kind: Paragraph, Text: "글"}}, nil
		}}
		doc, err := Read(context.Background(), sourceOf(name, data), o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if want := len(doc.Pages); len(seen) != want || seen[want-1] != want || !doc.Manifest.Whole {
			t.Errorf("%s: recognised pages %v of %d, gaps %+v", name, seen, want, doc.Manifest.Gaps)
		}
		if got := doc.Blocks[len(doc.Blocks)-1]; got.Text != "글" || got.Page != len(doc.Pages) || doc.Layout != Boxes {
			t.Errorf("%s: last block %+v", name, got)
		}
	}
}

func TestAPictureThatCannotBeRecognisedSaysWhy(t *testing.T) {
	data := drawn(t)["a.png"]
	want := chat.NewError(chat.CodeDocumentNeedsOCR, nil)
	_, err := Read(context.Background(), sourceOf("a.png", data), Options{Recognise: func(context.Context, Image) ([]Block, error) { return nil, want }})
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

// TestCutPicturesAreNamed cuts each picture in its middle: it is an error, or its manifest has a hole.
func TestCutPicturesAreNamed(t *testing.T) {
	recognise := func(_ context.Context, i Image) ([]Block, error) {
		_, _, err := DecodePicture(i.Data, 1<<20)
		return nil, err
	}
	for name, data := range drawn(t) {
		for cut := 1; cut < len(data); cut++ {
			doc, err := Read(context.Background(), sourceOf(name, data[:cut]), Options{Recognise: recognise})
			if err == nil && doc.Manifest.Whole {
				t.Errorf("%s of %d bytes: whole, want a hole", name, cut)
			}
		}
	}
}

func TestDecodePictureRefusesLargeOnes(t *testing.T) {
	for name, data := range drawn(t) {
		limit := int64(31*17 - 1)
		if name == "a.webp" {
			limit = 0
		}
		_, _, err := DecodePicture(data, limit)
		if coded, ok := errors.AsType[*chat.Error](err); !ok || coded.Code != chat.CodeDocumentTooMuch {
			t.Errorf("%s: got %v, want %s", name, err, chat.CodeDocumentTooMuch)
		}
	}
	// A header that claims the most that a PNG can.
	claims := slices.Clone(drawn(t)["a.png"])
	copy(claims[16:24], "\x7f\xff\xff\xff\x7f\xff\xff\xff")
	if _, _, err := DecodePicture(claims, 64<<20); err == nil {
		t.Error("2³¹ × 2³¹ pixels were decoded")
	}
}

func TestOrientationIsTheCameras(t *testing.T) {
	plain := drawn(t)["a.jpg"]
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
	turned := slices.Concat(plain[:2], []byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, []byte(exif), plain[2:])
	if got := orientation(turned); got != 6 {
		t.Errorf("orientation %d, want 6", got)
	}
	doc, err := Read(context.Background(), sourceOf("a.jpg", turned), Options{})
	if err != nil || doc.Images[0].Width != 17 || doc.Pages[0].Height != 31 {
		t.Errorf("%+v, %v: want 17 × 31, as it is seen", doc.Pages, err)
	}
	if got := orientation(plain); got != 1 {
		t.Errorf("orientation %d, want 1", got)
	}
}

func TestAnAnimationHasAHole(t *testing.T) {
	frame := image.NewPaletted(image.Rect(0, 0, 4, 4), color.Palette{color.White, color.Black})
	var out bytes.Buffer
	if err := gif.EncodeAll(&out, &gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	doc, err := Read(context.Background(), sourceOf("a.gif", out.Bytes()), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(doc.Manifest.Gaps, func(g Gap) bool { return g.What == GapPages && strings.Contains(g.Why, "animation") }) {
		t.Errorf("gaps %+v, want one of the frames", doc.Manifest.Gaps)
	}
}

// TestSamplePictures reads every picture of the reference data, and the one of 3.6 gigapixels.
func TestSamplePictures(t *testing.T) {
	for _, s := range samples(t, "images") {
		src := s.source(t)
		doc, err := Read(context.Background(), src, Options{Images: true})
		if err != nil || len(doc.Pages) != 1 || doc.Manifest.In == nil {
			t.Errorf("%s: %v", s.File, err)
			continue
		}
		m, _, err := DecodePicture(doc.Images[0].Data, 64<<20)
		if err != nil || m.Bounds().Dx() != doc.Images[0].Width {
			t.Errorf("%s: %v", s.File, err)
			continue
		}
		if r, _, _, _ := m.At(m.Bounds().Min.X, m.Bounds().Min.Y).RGBA(); r < 0x8000 && !strings.Contains(s.File, "photo") {
			t.Errorf("%s: the corner of the page is black", s.File)
		}
	}
	data, err := os.ReadFile(reference.Path(t, "samples/hostile/huge-pixels.png"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Read(context.Background(), sourceOf("huge-pixels.png", data), Options{})
	if coded, ok := errors.AsType[*chat.Error](err); !ok || coded.Code != chat.CodeDocumentTooMuch {
		t.Errorf("huge-pixels.png: got %v, want %s", err, chat.CodeDocumentTooMuch)
	}
}

func FuzzPicture(f *testing.F) {
	for _, data := range drawn(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		recognise := func(_ context.Context, i Image) ([]Block, error) {
			_, _, err := DecodePicture(i.Data, 1<<16)
			return nil, err
		}
		for _, p := range pictures {
			if !p.is(data[:min(len(data), headBytes)], nil) {
				continue
			}
			_, err := readAs(context.Background(), &p.format, sourceOf("a", data), Options{Recognise: recognise, Limits: Limits{Pixels: 1 << 16, Pages: 8}}, 0)
			_ = err
		}
	})
}
