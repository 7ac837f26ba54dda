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

// An answer of a model that was shown pictures of two documents rests on both: it goes with either, and whoever may not read one of
// them is not shown what the model saw in it.
func TestAnAnswerRestsOnEveryPictureThatWasSeen(t *testing.T) {
	for which, boxed := range map[string]bool{"pictures": false, "boxes": true} {
		models := &fakeModels{window: 8192, level: Assist, eyes: true, reply: func(chat.Request) string { return "둘째 그림에 비밀 도장이 찍혀 있습니다." }}
		g := newGallery(t, models)
		g.says = []document.Block{} // no words, and so no passages
		first := g.picture(store.DocumentSpec{Name: "여비.png", Readers: []string{store.Everybody}})
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
		link, _, err := g.store.CreateShare(t.Context(), ann, store.ShareSpec{Conversation: r.answer.Conversation, Audience: []string{store.Everybody}})
		if err != nil {
			t.Fatal(err)
		}
		_, whole, err := g.store.OpenShare(t.Context(), chat.Principal{ID: "bob"}, link)
		if err != nil || len(whole.Messages) != 2 || strings.Contains(whole.Messages[1].Text, "도장") {
			t.Errorf("%s: %+v, %v: what the model said of a picture is shown to somebody who may not read that", which, whole.Messages, err)
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
