package assistant

import (
	"sync"
	"testing"

	"exaone/chat"
	"exaone/store"
)

func TestWhatIsAskedTwiceUnderOneNameIsOneTurn(t *testing.T) {
	turns := newTurns(t, &fakeModels{window: 4096, reply: echo})
	var all sync.WaitGroup
	answers := make([]store.Message, 8)
	for i := range answers {
		all.Go(func() { _, answers[i] = start(t, turns, Ask{Text: "한 번만", Once: "a"}) })
	}
	all.Wait()
	done(t, turns, answers[0])
	for _, a := range answers {
		if a.ID != answers[0].ID {
			t.Errorf("asked at once, it is answered by %s and %s", answers[0].ID, a.ID)
		}
	}
	q, a := start(t, turns, Ask{Text: "한 번만", Once: "a"})
	if a.ID != answers[0].ID || q.Text != "한 번만" || a.Text != "답: 한 번만" {
		t.Errorf("afterwards it is %+v %+v", q, a)
	}
	list, err := turns.opts.Store.Conversations(t.Context(), ann, store.ConversationFilter{})
	if err != nil || len(list) != 1 {
		t.Errorf("%d conversations, want 1: %v", len(list), err)
	}

	// Another answer to the same question has no question of its own.
	_, first := start(t, turns, Ask{Regenerate: answers[0].ID, Once: "b"})
	_, second := start(t, turns, Ask{Regenerate: answers[0].ID, Once: "b"})
	if first.ID != second.ID || first.ID == answers[0].ID {
		t.Errorf("another answer, asked for twice, is %s and %s", first.ID, second.ID)
	}
	done(t, turns, first)

	// The name is whose it is.
	other := chat.Principal{ID: "person-other"}
	if m, known, err := turns.opts.Store.MessageOnce(t.Context(), other, "a"); known || err != nil {
		t.Errorf("somebody else's is known: %+v, %v", m, err)
	}
}

// A question that has been taken is not refused when it comes again because no more than it may be asked at once.
func TestWhatWasTakenIsNotRefusedTheSecondTime(t *testing.T) {
	turns := newTurns(t, nil, careful{make(chan bool, 1)})
	turns.opts.MostEach = 1
	_, first := start(t, turns, Ask{Text: "지워 줘", Mode: "careful", Once: "a"})
	_, again, err := turns.Start(t.Context(), ann, Ask{Text: "지워 줘", Mode: "careful", Once: "a"})
	if err != nil || again.ID != first.ID {
		t.Errorf("asked again, it is %q, %v; want %q", again.ID, err, first.ID)
	}
	if _, _, err := turns.Start(t.Context(), ann, Ask{Text: "또", Mode: "careful", Once: "b"}); code(err) != chat.CodeTurnTooManyYours {
		t.Errorf("another: %v", err)
	}
}
