package assistant

import (
	"encoding/json"
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

// Of two pictures of which one cannot be drawn, the other is shown, and nobody is told that both are.
func TestAPictureThatCannotBeDrawnIsNamed(t *testing.T) {
	models := &fakeModels{window: 32768, level: Assist, eyes: true, reply: func(chat.Request) string { return "빨간 네모가 있습니다." }}
	g := newGallery(t, models)
	here, lost := g.picture(store.DocumentSpec{Name: "가.png"}), g.picture(store.DocumentSpec{Name: "나.png"})
	g.says, g.undrawn = nil, "나.png"
	attached, err := json.Marshal([]map[string]string{{"document": here.Document, "mime": "image/png"}, {"document": lost.Document, "mime": "image/png"}})
	if err != nil {
		t.Fatal(err)
	}
	r := g.look(Ask{Text: "무엇이 보이나요?", Mode: Documents, Attachments: attached})
	fates := map[string]string{}
	for _, ev := range r.Others {
		if l, ok := ev.(chat.Ledger); ok {
			for _, i := range l.Items {
				if i.Kind == "picture" {
					fates[i.Label] = string(i.Fate)
				}
			}
		}
	}
	if len(fates) != 2 || fates["가.png, 1쪽"] != string(chat.FateKept) || fates["나.png, 1쪽"] != string(chat.FateLeftOut) {
		t.Errorf("the account of the window says %v", fates)
	}
	asked := firstWithImages(models)
	if last := asked.Messages[len(asked.Messages)-1]; len(last.Images) != 1 || !strings.Contains(last.Text, "보여 줄 수 없는 그림이 더 있습니다(나.png, 1쪽)") {
		t.Errorf("%d images with %q", len(last.Images), last.Text)
	}
}
