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
	q, a, known, err := turns.Taken(t.Context(), ann, "a")
	if err != nil || !known || a.ID != answers[0].ID || q.Text != "한 번만" || a.Text != "답: 한 번만" {
		t.Errorf("afterwards it is %v %+v %+v, %v", known, q, a, err)
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
	if _, _, known, err := turns.Taken(t.Context(), other, "a"); known || err != nil {
		t.Errorf("somebody else's is known: %v, %v", known, err)
	}
}
