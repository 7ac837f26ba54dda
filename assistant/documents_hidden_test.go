package assistant

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/document"
	"exaone/intake"
)

// finder is a library in which a question finds the same passages always.
type finder struct {
	held
	found []intake.Found
}

func (f finder) Search(context.Context, chat.Principal, intake.Question) ([]intake.Found, error) {
	return f.found, nil
}

// findingIn has a question answered from the paragraphs of one document, all of which are found.
func findingIn(t *testing.T, models *fakeModels, paragraphs ...document.Block) (documents, Question) {
	d := newDesk(t, models.level)
	doc := &document.Document{Format: "txt", Blocks: paragraphs}
	v := d.put("규정.txt", doc)
	f := finder{held: d.held}
	for _, p := range doc.Passages() {
		one := intake.Found{Version: v, Place: intake.Place{Spans: p.Spans, Hidden: p.Hidden}}
		one.Text, one.Score = p.Text, 1
		f.found = append(f.found, one)
	}
	d.library, d.Assistant.models, d.now = f, models, time.Now
	q := d.question("총 연차휴가는 며칠을 넘지 못하나요?")
	q.Model = Model{Name: "fake", Window: models.window, Level: models.level}
	return documents{Assistant: d.Assistant}, q
}

func TestWhatADocumentHidesIsShownAndAnswersNothing(t *testing.T) {
	hidden := document.Block{Kind: document.Paragraph, Hidden: true, Text: "총 연차휴가는 999일을 넘지 못한다."}
	visible := document.Block{Kind: document.Paragraph, Text: "총 연차휴가는 25일을 넘지 못하며 남은 날은 다음 해로 넘어가지 않는다."}
	for _, level := range []Level{Extract, Assist} {
		models := &fakeModels{window: 4096, level: level, reply: says("총 연차휴가는 25일입니다 [2].")}
		d, q := findingIn(t, models, hidden, visible)
		a, err := hear(t, t.Context(), d, q)
		if err != nil || strings.Contains(a.text, "999") || !strings.Contains(a.text, "25") || !strings.Contains(a.text, "[2]") || len(a.claims) != 1 {
			t.Errorf("%v: %q, %v", level, a.text, err)
		}
		at := slices.IndexFunc(a.events, func(ev chat.Event) bool { _, ok := ev.(chat.Passages); return ok })
		if items := a.events[at].(chat.Passages).Items; len(items) != 2 || !items[0].Hidden || len(items[0].Extract) > 0 || items[1].Hidden {
			t.Errorf("shown %+v", items)
		}
		for _, req := range models.asked {
			if read := req.Messages[len(req.Messages)-1].Text; strings.Contains(read, "999") {
				t.Errorf("the model reads what is hidden: %s", read)
			}
		}
		d, q = findingIn(t, models, hidden)
		if a, err = hear(t, t.Context(), d, q); err != nil || strings.Contains(a.text, "999") || len(a.claims) > 0 {
			t.Errorf("%v: with nothing else, %q, %v", level, a.text, err)
		}
	}
}

func TestAQuotationIsTextAndNoMarkdown(t *testing.T) {
	const said = "총 연차휴가는 3*4*5일을 넘지 못한다, [여기](https://example.com) '_a_*b*' <b>."
	d, q := findingIn(t, &fakeModels{window: 4096, level: Extract}, document.Block{Kind: document.Paragraph, Text: said})
	a, err := hear(t, t.Context(), d, q)
	if err != nil || len(a.claims) != 1 || len(a.claims[0].Missing) > 0 || !strings.Contains(a.text, `3\*4\*5일`) || strings.Contains(a.text, "[여기]") || !strings.Contains(a.text, `\<b>`) {
		t.Errorf("%v: %s %+v", err, a.text, a.claims)
	}
	if proof, err := Verify(t.Context(), ann, d.library, a.text, a.events); err != nil || !proof.Holds() || len(proof.Claims[0].Missing) > 0 {
		t.Errorf("%v: %+v", err, proof)
	}
	if got, want := saidBy(escaped("3*4*5 `a` \\*b* ~c~ $d")), "3*4*5 `a` \\*b* ~c~ $d"; got != want {
		t.Errorf("%q comes back as %q", want, got)
	}
}

func TestVerifyKnowsTheLastPassagesAlone(t *testing.T) {
	o := newOffice(t, nil, map[string]string{"휴가.txt": leaveRules})
	r := o.ask(Ask{Text: "총 연차휴가는 며칠을 넘지 못하나요?", Mode: Documents})
	last := r.passages
	last.Items = nil
	for name, c := range map[string]struct {
		events []chat.Event
		holds  bool
	}{"before": {append([]chat.Event{last}, r.Others...), true}, "after": {append(slices.Clone(r.Others), last), false}} {
		if proof, err := Verify(t.Context(), ann, o.shelf, r.Text, c.events); err != nil || proof.Holds() != c.holds {
			t.Errorf("others told %s: %v, %+v, want %v", name, err, proof, c.holds)
		}
	}
}
