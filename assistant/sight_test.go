package assistant

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/document"
	"exaone/store"
)

// An answer of a model that was shown pictures of two documents rests on both, and goes with either.
func TestAnAnswerRestsOnEveryPictureThatWasSeen(t *testing.T) {
	for which, boxed := range map[string]bool{"pictures": false, "boxes": true} {
		models := &fakeModels{window: 8192, level: Assist, eyes: true, reply: func(chat.Request) string { return "둘째 그림에 비밀 도장이 찍혀 있습니다." }}
		g := newGallery(t, models)
		g.says = []document.Block{} // no words, and so no passages
		first := g.picture(store.DocumentSpec{Name: "여비.png"})
		second := g.picture(store.DocumentSpec{Name: "도장.png"})
		all := []map[string]any{{"document": first.Document, "version": first.ID}, {"document": second.Document, "version": second.ID}}
		for i := range all {
			if boxed {
				all[i]["page"], all[i]["box"] = 1, red
			}
		}
		attachments, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		r := g.look(Ask{Text: "무엇이 보이나요?", Mode: Documents, Attachments: attachments})
		if len(r.sights) != 1 || r.sights[0].By != chat.SightModel || r.sights[0].Version != first.ID || !slices.Equal(r.sights[0].Others, []string{second.ID}) || !strings.Contains(r.Text, "도장") {
			t.Fatalf("%s: %q, sights %+v", which, r.Text, r.sights)
		}
		if err := g.store.DeleteDocument(t.Context(), ann, second.Document); err != nil {
			t.Fatal(err)
		}
		answer, err := g.store.Message(t.Context(), ann, r.answer.ID)
		if err != nil || strings.Contains(answer.Text, "도장") {
			t.Errorf("%s: %q, %v: what the model said of the deleted picture is still there", which, answer.Text, err)
		}
	}
}
