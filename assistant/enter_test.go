package assistant

import (
	"context"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/store"
)

// A question that is not let in leaves nothing behind, and one that is keeps its place until its answer has ended.
func TestQuestionsAreLetIn(t *testing.T) {
	models := &fakeModels{window: 320, level: Assist, reply: echo}
	hold := make(chan struct{})
	turns := newTurns(t, models, scripted{name: "all", events: everyEvent, hold: hold})
	models.refuse = chat.NewError(chat.CodeQuotaAtOnce, nil, 1)
	before := count(t, turns)
	if _, _, err := turns.Start(t.Context(), ann, Ask{Text: "하나"}); code(err) != chat.CodeQuotaAtOnce {
		t.Errorf("refused with %v", err)
	}
	if n := count(t, turns) - before; n != 0 {
		t.Errorf("%d messages were made", n)
	}
	models.refuse = nil
	if _, _, err := turns.Start(t.Context(), ann, Ask{Text: strings.Repeat("가", 400)}); code(err) != chat.CodeTooLong {
		t.Errorf("too long: %v", err)
	}
	if n := models.within(ann); n != 0 {
		t.Errorf("%d questions are within after one that was too long", n)
	}
	_, a := start(t, turns, Ask{Text: "둘", Mode: "all"})
	if n := models.within(ann); n != 1 {
		t.Errorf("%d questions are within, want 1", n)
	}
	close(hold)
	for n := range turns.Follow(t.Context(), ann, a.ID, 0) {
		if _, over := n.Event.(chat.Finish); over && models.within(ann) != 0 {
			t.Error("the end is told before the place is free")
		}
	}
}

// Whatever the model is asked for a question is part of it: a choice of mode, a summary, the answer, a title.
func TestAllThatIsAskedIsPartOfTheQuestion(t *testing.T) {
	models := &fakeModels{window: 700, level: Assist}
	models.reply = func(req chat.Request) string {
		if len(req.Grammar.Choices) > 0 {
			return "chat"
		}
		return "네, " + strings.Repeat("그렇습니다 ", 8)
	}
	turns := newTurns(t, models, scripted{name: "all", events: everyEvent})
	var parent store.Message
	for i := range 6 {
		_, a := start(t, turns, Ask{Conversation: parent.Conversation, Text: strings.Repeat("질문 ", 10+i), Mode: Auto})
		parent = done(t, turns, a)
	}
	turns.work.Add(-1)
	turns.work.Wait()
	turns.work.Add(1)
	kinds := map[string]int{}
	for _, req := range models.asked {
		switch {
		case len(req.Grammar.Choices) > 0:
			kinds["choice"]++
		case req.Grammar.Regex != "":
			kinds["title"]++
		case req.MaxTokens == mostSummary(700):
			kinds["summary"]++
		default:
			kinds["answer"]++
		}
		if req.Pass != "pass of "+ann.ID {
			t.Errorf("a request has the pass %q: %+v", req.Pass, req)
		}
	}
	if kinds["choice"] != 6 || kinds["title"] != 1 || kinds["summary"] == 0 || kinds["answer"] != 6 {
		t.Errorf("asked %v", kinds)
	}
}

// One person has so many answers written at once, and leaves room for others.
func TestAnswersOfOnePersonAtOnce(t *testing.T) {
	hold := make(chan struct{})
	turns := newTurns(t, nil, scripted{name: "all", events: everyEvent, hold: hold})
	turns.opts.MostEach = 2
	for range 2 {
		start(t, turns, Ask{Text: "하나", Mode: "all"})
	}
	if _, _, err := turns.Start(t.Context(), ann, Ask{Text: "셋", Mode: "all"}); code(err) != chat.CodeTurnTooManyYours {
		t.Errorf("a third: %v, want %s", err, chat.CodeTurnTooManyYours)
	}
	boss := firstAdmin(t, turns.opts.Store)
	if _, _, err := turns.Start(t.Context(), boss, Ask{Text: "넷", Mode: "all"}); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	close(hold)
}

// What is told before a turn is what its mode puts into the window, and what is asked before; afterwards it is what was.
func TestPreviewIsOfTheMode(t *testing.T) {
	models := &fakeModels{window: 1000, level: Assist, reply: says("chat")}
	own := previewing{scripted{name: "own", events: []chat.Event{chat.Ledger{Window: 9}, chat.Finish{}}}}
	turns := newTurns(t, models, own)
	if l, err := turns.Preview(t.Context(), ann, Ask{Text: "?", Mode: "own"}); err != nil || l.Window != 7 || l.Rounds != 0 {
		t.Errorf("its own: %+v, %v", l, err)
	}
	l, err := turns.Preview(t.Context(), ann, Ask{Text: "?", Mode: Auto})
	if err != nil || l.Window != 1000 || l.Rounds != 1 || l.RoundTokens == 0 || len(l.Items) == 0 {
		t.Errorf("auto's: %+v, %v", l, err)
	}
	if len(models.asked) > 0 {
		t.Error("a preview asks the model")
	}
	_, a := start(t, turns, Ask{Text: "?", Mode: Auto})
	h, err := follow(t.Context(), turns, a.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, ev := range h.Others {
		if after, ok := ev.(chat.Ledger); ok && (after.Rounds != 1 || after.RoundTokens == 0 || after.RoundTokens > l.RoundTokens) {
			t.Errorf("afterwards %+v, before %+v", after, l)
		}
	}
	models.level = Extract
	if l, err := turns.Preview(t.Context(), ann, Ask{Text: "?", Mode: Auto}); err != nil || l.Rounds != 0 {
		t.Errorf("by rule: %+v, %v", l, err)
	}
}

// previewing is a mode that tells what it would put into the window.
type previewing struct{ scripted }

func (previewing) Preview(_ context.Context, _ Question) (chat.Ledger, error) {
	return chat.Ledger{Window: 7}, nil
}

// nameless is a mode whose name is a mistake of ours once broken is set.
type nameless struct {
	scripted
	broken *bool
}

func (n nameless) Name() string {
	if *n.broken {
		panic("a mistake of ours")
	}
	return "nameless"
}

// A question that ends in a panic gives its place back: nobody else would.
func TestAPanicKeepsNoPlace(t *testing.T) {
	models := &fakeModels{window: 4096, reply: echo}
	broken := false
	turns := newTurns(t, models, nameless{scripted{}, &broken})
	broken = true
	func() {
		defer func() {
			if recover() == nil {
				t.Error("nothing panicked")
			}
		}()
		_, _, _ = turns.Start(t.Context(), ann, Ask{Text: "?", Mode: "nameless"})
	}()
	if n := models.within(ann); n != 0 {
		t.Errorf("%d questions are let in and will never end", n)
	}
}
