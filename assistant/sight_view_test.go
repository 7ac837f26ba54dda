package assistant

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/document"
	"exaone/store"
)

// A part of a PDF is never coarser than the page that it is on, and small parts are enlarged as far as they go.
func TestAPartIsDrawnNoCoarserThanItsPage(t *testing.T) {
	const plenty = 1 << 30 // pixels
	for _, one := range []struct {
		wide, high  float64
		picture     bool
		least, most int // pixels of the width, 0 the natural ones
	}{
		{400, 255, true, 768, 768},
		{100, 20, true, 400, 400}, // four times
		{900, 300, true, 0, 0},
		{400, 255, false, 0, 0}, // 1,111 pixels as it is
		{500, 700, false, 0, 0},
		{200, 100, false, 768, 768}, // 556 pixels as it is
		{20, 10, false, 222, 223},   // 56 as it is
	} {
		v := Box{Page: 1, Rect: &document.Rect{X0: 10, Y0: 10, X1: 10 + one.wide, Y1: 10 + one.high}}.view(one.picture, plenty, 1)
		if v.Width < one.least || v.Width > one.most || v.Most != mostSeen {
			t.Errorf("%+v: %d pixels wide, at most %d", one, v.Width, v.Most)
		}
	}
}

// What is a picture a model is shown, whatever whoever put it in says it is, and what it is not shown for want of room is told.
func TestPicturesThatAreNotShownAreTold(t *testing.T) {
	models := &fakeModels{window: 32768, level: Assist, eyes: true, reply: func(chat.Request) string { return "빨간 네모가 있습니다." }}
	g := newGallery(t, models)
	g.says = nil
	var all []map[string]any
	for n := range store.MostBoxes + 2 {
		v := g.picture(store.DocumentSpec{Name: fmt.Sprintf("%d번.png", n), Mime: "application/octet-stream"})
		all = append(all, map[string]any{"document": v.Document})
	}
	attachments, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	r := g.look(Ask{Text: "무엇이 보이나요?", Mode: Documents, Attachments: attachments})
	asked := firstWithImages(models).Messages
	if n := len(asked[len(asked)-1].Images); n != store.MostBoxes {
		t.Errorf("shown %d pictures, want %d", n, store.MostBoxes)
	}
	var left []string
	for _, ev := range r.Others {
		if l, ok := ev.(chat.Ledger); ok {
			for _, item := range l.Items {
				if item.Kind == "picture" && item.Fate == chat.FateLeftOut {
					left = append(left, item.Label)
				}
			}
		}
	}
	if want := []string{"4번.png, 1쪽", "5번.png, 1쪽"}; !slices.Equal(left, want) {
		t.Errorf("left out %q, want %q", left, want)
	}
}

func TestThePagesOfAPictureAreShown(t *testing.T) {
	var w with
	w.picture(store.Version{ID: "a", Document: "a", Name: "팩스.tif", Mime: "application/octet-stream", Format: "tiff", Pages: 3}, chat.Korean)
	w.picture(store.Version{ID: "b", Document: "b", Name: "글.png", Mime: "image/png", Format: "text", Pages: 1}, chat.Korean) // it only says so
	w.picture(store.Version{ID: "c", Document: "c", Name: "도면.tif", Format: "tiff", Pages: 30}, chat.Korean)
	w.picture(store.Version{ID: "d", Document: "d", Name: "끝.tif", Format: "tiff", Pages: 2}, chat.Korean)
	var pages []string
	for _, b := range w.pictures {
		pages = append(pages, fmt.Sprint(b.Version, b.Page))
	}
	if want := []string{"a1", "a2", "a3", "c1"}; !slices.Equal(pages, want) {
		t.Errorf("shown %v, want %v", pages, want)
	}
	if want := []string{"도면.tif, 2–30쪽", "끝.tif, 1–2쪽"}; !slices.Equal(w.unshown, want) {
		t.Errorf("not shown %q, want %q", w.unshown, want)
	}
}

func TestAPictureThatIsShownSmallerIsToldSo(t *testing.T) {
	long := sighted{images: []chat.Image{{Width: 113, Height: 1568}}, part: document.Rect{X1: 1080, Y1: 15000}, from: "화면.png", box: Box{Page: 1}}
	if text := long.caption(chat.Korean, 1); !strings.Contains(text, "1080 × 15000") || !strings.Contains(text, "113 × 1568") {
		t.Errorf("%q", text)
	}
	if s := sightBy([]sighted{long}, nil); !s.Coarse || s.Pieces != 0 || s.By != chat.SightModel {
		t.Errorf("sight %+v", s)
	}
	near := sighted{images: []chat.Image{{Width: 1000, Height: 750}}, part: document.Rect{X1: 1600, Y1: 1200}}
	if text := near.coarseness(chat.Korean); text != "" || sightBy([]sighted{near}, nil).Coarse {
		t.Errorf("%q is said of one that can be read", text)
	}
}
