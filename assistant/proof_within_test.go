package assistant

import (
	"strings"
	"testing"

	"exaone/chat"
	"exaone/store"
)

// A file within a mail is cited as any other text is: by the sentences that carry what is said, and no more.
func TestFilesWithinFilesAreCitedBySentence(t *testing.T) {
	o := newOffice(t, &fakeModels{window: 4096, level: Full, reply: says("병가는 한 해 60일까지 준다 [1]. 병가는 한 해 90일까지 준다 [1].")}, nil)
	o.bring(store.DocumentSpec{Name: "규정.eml"}, "From: a@example.com\nSubject: 자료\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain; charset=utf-8\n\n"+
		"붙인 파일을 보세요.\n--x\nContent-Type: text/plain; charset=utf-8; name=a.txt\nContent-Disposition: attachment; filename=a.txt\n\n"+leaveRules+"\n--x--\n")
	r := o.ask(Ask{Text: "병가는 며칠까지 주나요?", Mode: Documents, Scope: ScopeAll})
	if len(r.claims) != 2 || len(r.claims[1].Missing) == 0 {
		t.Fatalf("%+v", r.claims)
	}
	cite := r.claims[0].Cites[0]
	passage := r.passages.Items[cite.Index-1]
	texts, ok := partsOf(passage.Text, cite.Within)
	if text := strings.Join(texts, "|"); !ok || len(cite.Spans) > 0 || text != "병가는 진단서를 낸 직원에게 한 해 60일까지 준다." {
		t.Fatalf("it cites %q of %q", text, passage.Text)
	}
	if len(r.cited) != 1 || !strings.HasPrefix(r.cited[0].Snippet, "병가는 진단서를") {
		t.Errorf("%+v", r.cited)
	}
	for name, change := range map[string]func(*chat.Cite){
		"another part":           func(c *chat.Cite) { c.Within = [][2]int{{0, 9}} },
		"the middle of a letter": func(c *chat.Cite) { c.Within = [][2]int{{c.Within[0][0] + 1, c.Within[0][1]}} },
		"beyond the end":         func(c *chat.Cite) { c.Within = [][2]int{{0, 99999}} },
		"all of it":              func(c *chat.Cite) { c.Within = nil },
	} {
		claim := r.claims[0]
		claim.Cites = []chat.Cite{cite}
		change(&claim.Cites[0])
		p, err := Verify(t.Context(), ann, o.shelf, r.Text, []chat.Event{r.passages, claim, r.claims[1]})
		if err != nil || p.Holds() {
			t.Errorf("%s holds: %+v, %v", name, p, err)
		}
	}
}
