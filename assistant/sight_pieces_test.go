package assistant

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/document"
	"exaone/store"
)

// screen is a picture of a long page on a screen, 1,000 pixels wide, with a black square of 16 pixels, as large as a letter, in every
// stretch of 100.
func screen(h int) []byte {
	m := image.NewGray(image.Rect(0, 0, 1000, h))
	draw.Draw(m, m.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	for y := 0; y+100 <= h; y += 100 {
		draw.Draw(m, image.Rect(40, y+42, 56, y+58), image.NewUniform(color.Black), image.Point{}, draw.Src)
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, m); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// put brings a file that is a picture, and waits until it is read.
func (g *gallery) put(name string, data []byte) store.Version {
	g.t.Helper()
	_, v, err := g.store.AddDocument(g.t.Context(), ann, store.DocumentSpec{Name: name, Mime: "image/png"}, bytes.NewReader(data))
	if err != nil {
		g.t.Fatal(err)
	}
	g.shelf.Wake()
	for until := time.Now().Add(2 * time.Minute); time.Now().Before(until); time.Sleep(5 * time.Millisecond) {
		if v, err = g.store.Version(g.t.Context(), ann, v.ID); err != nil || v.State != store.VersionWaiting {
			break
		}
	}
	if err != nil || v.State != store.VersionRead {
		g.t.Fatalf("%s is not read: %s, %v", name, v.State, err)
	}
	return v
}

// marksOf counts the marks in the pictures that a model is shown, each once where pieces have it both, and says how large they are.
func marksOf(t *testing.T, images []chat.Image, whole float64) (marks int, pixels float64) {
	t.Helper()
	seen := map[int]bool{}
	at := 0.0 // where a piece begins, if each goes as far as the others
	for i, one := range images {
		m, err := png.Decode(bytes.NewReader(one.Data))
		if err != nil || m.Bounds() != image.Rect(0, 0, one.Width, one.Height) {
			t.Fatalf("%v, %v", m.Bounds(), err)
		}
		scale := float64(one.Width) / 1000
		long := float64(one.Height) / scale
		if len(images) > 1 {
			at = float64(i) * (whole - long) / float64(len(images)-1)
		}
		x := int(48 * scale)
		for y := 0; y < one.Height; y++ {
			from := y
			for y < one.Height && isDark(m, x, y) {
				y++
			}
			if n := float64(y - from); n > 0 && from > 0 && y < one.Height {
				seen[int((at+float64(from)/scale)/100)] = true
				pixels = max(pixels, n)
			}
		}
	}
	return len(seen), pixels
}

func isDark(m image.Image, x, y int) bool {
	v, _, _, _ := m.At(x, y).RGBA()
	return v < 0x8000
}

// A long picture is shown in pieces in which letters can be read, and the model, the ledger and the person are told how many.
func TestALongPictureIsShownInPieces(t *testing.T) {
	for _, one := range []struct {
		window, pieces int
		least          float64 // pixels of a mark of 16
		coarse         bool
		mode           string
	}{
		{32_768, 9, 9, false, "chat"},
		{8192, 5, 5, true, Documents},
	} {
		models := &fakeModels{window: one.window, level: Assist, eyes: true, hidden: true, reply: says("긴 화면입니다.")}
		g := newGallery(t, models)
		g.says = []document.Block{}
		v := g.put("화면.png", screen(20_000))
		ask := Ask{Text: "무엇이 보이나요?", Mode: one.mode, Attachments: comesWith(v)}
		before, err := g.Preview(t.Context(), ann, ask)
		if err != nil {
			t.Fatal(err)
		}
		r := g.look(ask)
		last := firstWithImages(models).Messages
		asked := last[len(last)-1]
		pixels := 0
		for _, i := range asked.Images {
			pixels += i.Width * i.Height
		}
		marks, size := marksOf(t, asked.Images, 20_000)
		if len(asked.Images) != one.pieces || size < one.least || marks != 200 || pixels > mostSent || imageTokens(asked.Images) > one.window/seenShare+mostPieces {
			t.Errorf("window %d: %d pieces with %d of 200 marks, %.0f pixels large, %d pixels, %d tokens", one.window, len(asked.Images), marks, size, pixels, imageTokens(asked.Images))
		}
		if caption := fmt.Sprintf("그림 1–%d: 화면.png, 1쪽", one.pieces); !strings.Contains(asked.Text, caption) || strings.Contains(asked.Text, "작은 글씨는") != one.coarse {
			t.Errorf("window %d: asked %q", one.window, asked.Text)
		}
		if len(r.sights) != 1 || r.sights[0].By != chat.SightModel || r.sights[0].Pieces != one.pieces || r.sights[0].Coarse != one.coarse {
			t.Errorf("window %d: sights %+v", one.window, r.sights)
		}
		if kept, _ := r.items("picture"); len(kept) != 1 || !slices.Contains(before.Items, kept[0]) {
			t.Errorf("window %d: %+v in the ledger, and %+v ahead", one.window, kept, before.Items)
		}
	}
}

// A box on a long picture that is long itself is cut, too; several pictures share what there is.
func TestPiecesAreShared(t *testing.T) {
	models := &fakeModels{window: 65_536, level: Assist, eyes: true, hidden: true, reply: says("긴 화면입니다.")}
	g := newGallery(t, models)
	g.says = []document.Block{}
	v := g.put("화면.png", screen(6000))
	r := g.look(Ask{Text: "무엇이 보이나요?", Mode: Documents, Attachments: boxesOn(v, [4]float64{0, 0, 1000, 5000}, [4]float64{0, 40, 1000, 60})})
	asked := firstWithImages(models).Messages
	images := asked[len(asked)-1].Images
	if len(images) != 4 || images[3].Width < 768 || images[3].Height > 40 || len(r.sights) != 1 || r.sights[0].Pieces != 3 {
		t.Errorf("%d images, sights %+v", len(images), r.sights)
	}
	if text := asked[len(asked)-1].Text; !strings.Contains(text, "그림 1–3: ") || !strings.Contains(text, "그림 4: ") {
		t.Errorf("asked %q", text)
	}
}
