package assistant

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/document"
	"exaone/store"
)

// askedWith is the last message of the request that a question was answered with: not the choice of a mode, a title, or the question put
// anew.
func (g *gallery) askedWith(text string) chat.Message {
	g.t.Helper()
	all := g.models.requests()
	for _, req := range slices.Backward(all) {
		last := req.Messages[len(req.Messages)-1]
		if len(req.Messages) > 1 && req.Messages[0].Role == chat.System && req.Grammar.Regex == "" && strings.HasSuffix(last.Text, text) {
			return last
		}
	}
	g.t.Fatalf("%q was not asked", text)
	return chat.Message{}
}

const below = "그럼 그 아래 숫자는?"

// A question about a picture is followed by another, and the picture is in view still: for each mode, with what the preview said.
func TestAFollowUpKeepsThePictureInView(t *testing.T) {
	for which, ask := range map[string]Ask{
		"chat":      {Mode: "chat", Scope: ScopeNone},
		"auto":      {Mode: Auto},
		"documents": {Mode: Documents},
	} {
		g := newGallery(t, &fakeModels{window: 8192, level: Assist, eyes: true, reply: says("빨간 네모가 3개 보입니다.")})
		v := g.picture(store.DocumentSpec{Name: "여비.png"})
		first := ask
		first.Text, first.Attachments = "이 그림에는 무엇이 보이나요?", comesWith(v)
		r := g.look(first)
		shown := g.askedWith(first.Text)
		for n := range 2 { // and the one after it, too
			ask.Text, ask.Conversation = below, r.answer.Conversation
			before, err := g.Preview(t.Context(), ann, ask)
			if err != nil {
				t.Fatal(err)
			}
			again := g.look(ask)
			last := g.askedWith(ask.Text)
			if len(last.Images) != 1 || !bytes.Equal(last.Images[0].Data, shown.Images[0].Data) || !strings.Contains(last.Text, "그림 1: 여비.png, 1쪽 (앞의 질문과 함께 온 그림)") {
				t.Errorf("%s, %d: asked with %d pictures and %q", which, n, len(last.Images), last.Text)
			}
			if len(again.sights) != 1 || again.sights[0].By != chat.SightBoth && again.sights[0].By != chat.SightModel || again.sights[0].Version != v.ID {
				t.Errorf("%s, %d: sights %+v", which, n, again.sights)
			}
			if kept, left := again.items("picture"); len(kept) != 1 || len(left) != 0 || kept[0].Label != "여비.png, 1쪽" || kept[0].Tokens == 0 || !slices.Contains(before.Items, kept[0]) {
				t.Errorf("%s, %d: pictures %+v, not %+v, ahead %+v", which, n, kept, left, before.Items)
			}
			if ask.Mode == Documents && (len(again.claims) != 1 || !again.claims[0].Seen) {
				t.Errorf("%s, %d: claims %+v of what was only seen", which, n, again.claims)
			}
		}
	}
}

// A model without eyes reads the question as it was put.
func TestAFollowUpToAModelWithoutEyesIsAsItWas(t *testing.T) {
	g := newGallery(t, &fakeModels{window: 8192, level: Assist, reply: says("출장비는 하루 5만원입니다.")})
	v := g.picture(store.DocumentSpec{Name: "여비.png"})
	r := g.look(Ask{Text: "무엇이 적혀 있나요?", Mode: "chat", Attachments: comesWith(v)})
	again := g.look(Ask{Text: below, Mode: "chat", Conversation: r.answer.Conversation})
	if last := g.askedWith(below); last.Text != below || len(last.Images) > 0 || len(again.sights) > 0 {
		t.Errorf("asked with %d pictures and %q; sights %+v", len(last.Images), last.Text, again.sights)
	}
	if kept, left := again.items("picture"); len(kept)+len(left) != 0 {
		t.Errorf("pictures %+v and %+v", kept, left)
	}
}

// The part that somebody has dragged stays in view as it was seen, with its words and not those around it.
func TestAFollowUpKeepsTheBoxInView(t *testing.T) {
	g := newGallery(t, &fakeModels{window: 8192, level: Assist, eyes: true, reply: says("출장비는 하루 5만원입니다 [1].")})
	v := g.picture(store.DocumentSpec{Name: "여비.png"})
	first := g.look(Ask{Text: "여기 뭐라고 써 있어?", Mode: Auto, Attachments: boxesOn(v, rules)})
	shown := g.askedWith("여기 뭐라고 써 있어?")
	for _, mode := range []string{"chat", Documents} {
		ask := Ask{Text: below, Mode: mode, Conversation: first.answer.Conversation}
		if mode == "chat" {
			ask.Scope = ScopeNone
		}
		r := g.look(ask)
		last := g.askedWith(below)
		if len(last.Images) != 1 || last.Images[0].Width != 768 || !bytes.Equal(last.Images[0].Data, shown.Images[0].Data) {
			t.Errorf("%s: asked with %d pictures", mode, len(last.Images))
		}
		if mode == "chat" && (!strings.Contains(last.Text, "숙박비는 하루 7만원") || strings.Contains(last.Text, "매출")) {
			t.Errorf("%s: asked %q", mode, last.Text)
		}
		want := chat.Sight{By: chat.SightBoth, Version: v.ID, Page: 1, Box: rules[:]}
		if len(r.sights) != 1 || !reflect.DeepEqual(r.sights[0], want) {
			t.Errorf("%s: sights %+v, want %+v", mode, r.sights, want)
		}
	}
}

// Of pictures that came with several questions those of the last are shown as far as there is room, a question's own before them, and
// the model and the person are told of the others.
func TestTheNewestPicturesStayInView(t *testing.T) {
	const window = 1400
	g := newGallery(t, &fakeModels{window: window, level: Assist, eyes: true, reply: says("네.")})
	g.says = []document.Block{}
	ask := Ask{Mode: "chat", Scope: ScopeNone}
	var all []store.Version
	for n := range 4 {
		v := g.picture(store.DocumentSpec{Name: fmt.Sprintf("%d번.png", n+1)})
		all = append(all, v)
		ask.Text, ask.Attachments = fmt.Sprintf("%d번은?", n+1), comesWith(v)
		r := g.look(ask)
		ask.Conversation = r.answer.Conversation
	}
	if own := g.askedWith("4번은?"); !strings.Contains(own.Text, "그림 1: 4번.png, 1쪽\n") || !strings.Contains(own.Text, "그림 2: 3번.png, 1쪽 (앞의") {
		t.Errorf("with its own picture asked %q", own.Text)
	}
	ask.Text, ask.Attachments = below, nil
	r := g.look(ask)
	last := g.askedWith(below)
	if len(last.Images) != 2 || !strings.Contains(last.Text, "그림 1: 4번.png, 1쪽 (앞의") || !strings.Contains(last.Text, "그림 2: 3번.png, 1쪽 (앞의") {
		t.Errorf("asked with %d pictures and %q", len(last.Images), last.Text)
	}
	if told := chat.Text(chat.Korean, chat.CodeAskNotAgain, "2번.png, 1쪽; 1번.png, 1쪽"); !strings.Contains(last.Text, told) {
		t.Errorf("asked %q without %q", last.Text, told)
	}
	kept, left := r.items("picture")
	if len(kept) != 2 || len(left) != 2 || left[0].Label != "2번.png, 1쪽" || left[1].Label != "1번.png, 1쪽" {
		t.Errorf("pictures %+v, not %+v", kept, left)
	}
	if tokens := imageTokens(last.Images); tokens > window/seenShare {
		t.Errorf("%d tokens of pictures in a window of %d", tokens, window)
	}
	if len(r.sights) != 1 || r.sights[0].Version != all[3].ID || !slices.Equal(r.sights[0].Others, []string{all[2].ID}) {
		t.Errorf("sights %+v", r.sights)
	}
}

// What is on another branch is not in view.
func TestAPictureOfAnotherBranchIsNotInView(t *testing.T) {
	g := newGallery(t, &fakeModels{window: 8192, level: Assist, eyes: true, reply: says("네.")})
	v := g.picture(store.DocumentSpec{Name: "여비.png"})
	r := g.look(Ask{Text: "무엇이 보이나요?", Mode: "chat", Attachments: comesWith(v)})
	beginning := ""
	g.look(Ask{Text: below, Mode: "chat", Scope: ScopeNone, Conversation: r.answer.Conversation, Parent: &beginning})
	if last := g.askedWith(below); len(last.Images) > 0 || last.Text != below {
		t.Errorf("asked with %d pictures and %q", len(last.Images), last.Text)
	}
	again := g.look(Ask{Text: below, Mode: "chat", Scope: ScopeNone, Conversation: r.answer.Conversation, Parent: &r.answer.ID})
	if last := g.askedWith(below); len(last.Images) != 1 {
		t.Errorf("on the branch of the picture asked with %d", len(last.Images))
	}
	asked := len(g.models.requests())
	g.look(Ask{Regenerate: again.answer.ID})
	if last := g.models.requests()[asked].Messages; len(last[len(last)-1].Images) != 1 {
		t.Errorf("another answer is given without the picture")
	}
}

// A picture that is deleted, or that somebody may read no more, is not shown again, and nothing of it is told but that.
func TestAPictureThatIsGoneIsNotInView(t *testing.T) {
	for _, mode := range []string{"chat", Documents} {
		g := newGallery(t, &fakeModels{window: 8192, level: Assist, eyes: true, reply: says("도장이 보입니다.")})
		g.says = []document.Block{}
		owner, asker := g.person("주인"), g.person("동료")
		gone := g.putAs(asker, store.DocumentSpec{Name: "버릴 그림.png"}, []byte(painting()))
		taken := g.putAs(owner, store.DocumentSpec{Name: "남의 그림.png", Readers: []string{asker.ID}}, []byte(painting()))
		ask := Ask{Text: "무엇이 보이나요?", Mode: mode, Attachments: comesWith(gone, taken)}
		first := g.lookAs(asker, ask)
		if last := g.askedWith(ask.Text); len(last.Images) != 2 {
			t.Fatalf("%s: shown %d pictures", mode, len(last.Images))
		}
		ask = Ask{Text: below, Mode: mode, Conversation: first.answer.Conversation}
		if _, err := g.store.UpdateDocument(t.Context(), owner, taken.Document, store.DocumentChange{Readers: &[]string{}}); err != nil {
			t.Fatal(err)
		}
		r := g.lookAs(asker, ask)
		hidden := chat.Text(chat.Korean, chat.CodeDocumentHidden)
		last := g.askedWith(below)
		if len(last.Images) != 1 || !strings.Contains(last.Text, chat.Text(chat.Korean, chat.CodeAskNotAgain, hidden)) || strings.Contains(last.Text, "남의 그림") {
			t.Errorf("%s: a grant was taken: asked with %d pictures and %q", mode, len(last.Images), last.Text)
		}
		if kept, left := r.items("picture"); len(kept) != 1 || len(left) != 1 || left[0].Label != hidden || len(r.sights) != 1 || r.sights[0].Version != gone.ID || len(r.sights[0].Others) > 0 {
			t.Errorf("%s: pictures %+v, not %+v, sights %+v", mode, kept, left, r.sights)
		}
		if err := g.store.DeleteDocument(t.Context(), asker, gone.Document); err != nil {
			t.Fatal(err)
		}
		asked := len(g.models.requests())
		r = g.lookAs(asker, ask)
		for _, req := range g.models.requests()[asked:] {
			if req.ShowsImages() || strings.Contains(proseOf(req), "버릴 그림") {
				t.Errorf("%s: deleted, and shown: %q", mode, proseOf(req))
			}
		}
		_, left := r.items("passage")
		if !slices.ContainsFunc(left, func(i chat.LedgerItem) bool { return i.Label == chat.Text(chat.Korean, chat.CodeDocumentGone) }) || len(r.sights) > 0 {
			t.Errorf("%s: left out %+v, sights %+v", mode, left, r.sights)
		}
	}
}

// Where a question speaks of no picture, what is said rests on documents, whatever is in view still.
func TestAPictureInViewLetsNobodyOffAProof(t *testing.T) {
	g := newGallery(t, &fakeModels{window: 8192, level: Assist, eyes: true, reply: says("총 연차휴가는 25일을 넘지 못합니다.")})
	v := g.picture(store.DocumentSpec{Name: "여비.png"})
	g.bring(store.DocumentSpec{Name: "휴가.txt"}, leaveRules)
	first := g.look(Ask{Text: "무엇이 보이나요?", Mode: Documents, Attachments: comesWith(v)})
	for text, seen := range map[string]bool{
		"총 연차휴가는 며칠을 넘지 못하나요?":  false,
		"그럼 연차는 며칠인가요?":         false,
		"왜 연차휴가는 25일을 넘지 못하나요?": false,
		"연차휴가는?": false,
		"연차휴가 신청 화면에서 며칠을 넘지 못하나요?":       false,
		"연차휴가 며칠인지 증명사진을 내나요?":            false,
		"총 연차휴가는 며칠을 넘지 못하는지 그 그림에 나오나요?": true,
		"그 사진에서 연차휴가는 며칠인가요?":             true,
	} {
		r := g.look(Ask{Text: text, Mode: Documents, Scope: ScopeAll, Conversation: first.answer.Conversation, Parent: &first.answer.ID})
		last := g.askedWith(text)
		if len(last.Images) != 1 || strings.Contains(last.Text, chat.Text(chat.Korean, chat.CodeAskSeen)) != seen {
			t.Errorf("%s: asked with %d pictures and %q", text, len(last.Images), last.Text)
		}
		if len(r.claims) != 1 || r.claims[0].Seen != seen || len(r.claims[0].Missing) > 0 == seen {
			t.Errorf("%s: claims %+v", text, r.claims)
		}
	}
}

// A question that nothing answers goes unanswered in a conversation with a picture as in one without, unless it is of the picture: it
// names it, or goes on from what was asked of it.
func TestAPictureInViewAnswersNoQuestionOfOtherThings(t *testing.T) {
	g := newGallery(t, &fakeModels{window: 8192, level: Assist, eyes: true, reply: says("일억 원으로 보입니다.")})
	g.says = []document.Block{}
	v := g.picture(store.DocumentSpec{Name: "여비.png"})
	note := g.bring(store.DocumentSpec{Name: "휴가.txt"}, leaveRules)
	on := func(before looked, text string, attached ...store.Version) looked {
		ask := Ask{Text: text, Mode: Documents, Scope: ScopeAll, Conversation: before.answer.Conversation, Parent: &before.answer.ID}
		if len(attached) > 0 {
			ask.Attachments = comesWith(attached...)
		}
		return g.look(ask)
	}
	first := g.look(Ask{Text: "무엇이 보이나요?", Mode: Documents, Attachments: comesWith(v)})
	seen := func(which string, r looked, want bool) {
		t.Helper()
		abstains := saysNotFound(r.Text) && len(r.claims) == 0 && len(r.sights) == 0
		if answers := len(r.claims) == 1 && r.claims[0].Seen && len(r.sights) == 1; answers != want || abstains == want {
			t.Errorf("%s: %q, claims %+v, sights %+v", which, r.Text, r.claims, r.sights)
		}
	}
	salary := "대표이사 연봉은 얼마인가요?"
	lost := on(first, salary)
	seen("another thing", lost, false)
	seen("another thing of another word", on(first, "does the company charter say what the chairman earns?"), false)
	seen("named", on(first, "대표이사 연봉은 그림에 얼마로 나오나요?"), true)
	seen("named in English", on(first, "does the chart say what the chairman earns?"), true)
	next := on(first, below)
	seen("referred to", next, true)
	seen("referred to again", on(next, "그 옆의 숫자는?"), true)
	seen("after another thing", on(lost, below), false)
	seen("with another document", on(first, "그럼 이건 무엇인가요?", note), false)
}

// However many came before, the store is asked for so many, and the others are counted.
func TestManyEarlierPicturesAreCounted(t *testing.T) {
	g := newGallery(t, &fakeModels{window: 32_768, level: Assist, eyes: true, hidden: true, reply: says("네.")})
	g.says = []document.Block{}
	var all []store.Version
	for n := range mostRecalled + 3 {
		all = append(all, g.picture(store.DocumentSpec{Name: fmt.Sprintf("%d번.png", n+1)}))
	}
	first := g.look(Ask{Text: "무엇이 보이나요?", Mode: "chat", Attachments: comesWith(all...)})
	r := g.look(Ask{Text: below, Mode: "chat", Scope: ScopeNone, Conversation: first.answer.Conversation})
	kept, left := r.items("picture")
	if len(kept) != mostPieces || len(left) != mostRecalled-mostPieces+1 || left[len(left)-1].Label != chat.Text(chat.Korean, chat.CodeEarlierMore, 3) {
		t.Errorf("shown %d, not %d: %+v", len(kept), len(left), left)
	}
	if last := g.askedWith(below); len(last.Images) != mostPieces || !strings.Contains(last.Text, "16번.png, 1쪽; …") {
		t.Errorf("asked with %d pictures and %q", len(last.Images), last.Text)
	}
}

// A question that a window holds alone it holds after a picture, too.
func TestALongQuestionIsNotCrowdedOut(t *testing.T) {
	for _, mode := range []string{"chat", Documents} {
		g := newGallery(t, &fakeModels{window: 1500, level: Assist, eyes: true, reply: says("네.")})
		v := g.picture(store.DocumentSpec{Name: strings.Repeat("긴 이름 ", 20) + ".png"})
		first := g.look(Ask{Text: "무엇이 보이나요?", Mode: mode, Attachments: comesWith(v)})
		fit, shown := 0, 0
		for n := 100; n < 1200; n += 13 {
			ask := Ask{Text: strings.Repeat("가", n), Mode: mode, Scope: ScopeAttached}
			if mode == "chat" {
				ask.Scope = ScopeNone
			}
			if _, err := g.Preview(t.Context(), ann, ask); err != nil {
				break
			}
			fit++
			ask.Conversation = first.answer.Conversation
			l, err := g.Preview(t.Context(), ann, ask)
			if err != nil {
				t.Errorf("%s: %d characters: %v", mode, n, err)
				break
			}
			if slices.ContainsFunc(l.Items, func(i chat.LedgerItem) bool { return i.Kind == "picture" && i.Fate == chat.FateKept }) {
				shown++
			}
		}
		if fit < 10 || shown == 0 || shown == fit {
			t.Errorf("%s: of %d questions that fit, %d have the picture in view", mode, fit, shown)
		}
	}
}

// person is somebody of the workspace.
func (g *gallery) person(name string) chat.Principal {
	g.t.Helper()
	p, err := g.store.CreatePerson(g.t.Context(), store.System, store.PersonSpec{Name: name, Role: store.RoleMember})
	if err != nil {
		g.t.Fatal(err)
	}
	return chat.Principal{ID: p.ID}
}

// putAs brings a picture of somebody, and waits until it is read.
func (g *gallery) putAs(who chat.Principal, spec store.DocumentSpec, data []byte) store.Version {
	g.t.Helper()
	spec.Mime = "image/png"
	_, v, err := g.store.AddDocument(g.t.Context(), who, spec, bytes.NewReader(data))
	if err != nil {
		g.t.Fatal(err)
	}
	g.shelf.Wake()
	for until := time.Now().Add(2 * time.Minute); time.Now().Before(until); time.Sleep(5 * time.Millisecond) {
		if v, err = g.store.Version(g.t.Context(), who, v.ID); err != nil || v.State != store.VersionWaiting {
			break
		}
	}
	if err != nil || v.State != store.VersionRead {
		g.t.Fatalf("%s is not read: %s, %v", spec.Name, v.State, err)
	}
	return v
}

// lookAs is what somebody is answered.
func (g *gallery) lookAs(who chat.Principal, ask Ask) (r looked) {
	g.t.Helper()
	_, a, err := g.Start(g.t.Context(), who, ask)
	if err != nil {
		g.t.Errorf("%s: %v", ask.Text, err)
		return r
	}
	r.answer = a
	for n, err := range g.Follow(g.t.Context(), who, a.ID, 0) {
		if err != nil {
			g.t.Errorf("%s: %v", ask.Text, err)
			return r
		}
		r.take(n)
		switch ev := n.Event.(type) {
		case chat.Sight:
			r.sights = append(r.sights, ev)
		case chat.Claim:
			r.claims = append(r.claims, ev)
		}
	}
	return r
}
