package assistant

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/store"
)

// A picture that cannot be drawn leaves its words to answer with. What would go into a window is told without drawing any.
func TestAPictureThatCannotBeDrawnHasItsWords(t *testing.T) {
	models := &fakeModels{window: 8192, level: Assist, eyes: true, reply: func(chat.Request) string { return "출장비는 하루 5만원입니다 [1]." }}
	g := newGallery(t, models)
	v := g.picture(store.DocumentSpec{Name: "여비.png"})
	ask := Ask{Text: "출장비를 설명해 주세요", Mode: Auto, Attachments: boxesOn(v, [4]float64{0, 15, 400, 270})}
	tokens := func() int {
		l, err := g.Preview(t.Context(), ann, ask)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(l.Items, func(i chat.LedgerItem) bool { return i.Kind == "picture" })
		if i < 0 {
			t.Fatalf("no picture among %+v", l.Items)
		}
		return l.Items[i].Tokens
	}
	before := tokens()
	path, err := store.BlobPath(v.Hash)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(g.store.Dir(), "blobs", filepath.FromSlash(path))); err != nil {
		t.Fatal(err)
	}
	if after := tokens(); after != before || after == 0 {
		t.Errorf("a picture of %d tokens, want %d as before", after, before)
	}
	r := g.look(ask)
	req := models.requests()[0]
	if len(req.Messages[len(req.Messages)-1].Images) != 0 || !strings.Contains(proseOf(req), "숙박비는 하루 7만원") {
		t.Errorf("asked %q", proseOf(req))
	}
	if len(r.sights) != 1 || r.sights[0].By != chat.SightWords || len(r.claims) != 1 || r.claims[0].Seen || len(r.claims[0].Cites) != 1 {
		t.Errorf("%q, sights %+v, claims %+v", r.Text, r.sights, r.claims)
	}
}
