package assistant

import (
	"context"
	"sync"
	"testing"
	"time"

	"exaone/chat"
	"exaone/store"
)

// watched is who may go on no more, by id.
type watched struct {
	mu   sync.Mutex
	ends map[string]context.CancelCauseFunc
	now  map[string]int // how many watches there are of each
}

func (w *watched) watch(ctx context.Context, who chat.Principal) (context.Context, func()) {
	ctx, end := context.WithCancelCause(ctx)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ends == nil {
		w.ends, w.now = make(map[string]context.CancelCauseFunc), make(map[string]int)
	}
	w.ends[who.ID] = end
	w.now[who.ID]++
	return ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.now[who.ID]--
		end(nil)
	}
}

func (w *watched) off(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ends[id](chat.NewError(chat.CodePrincipalOff, nil, id))
}

func (w *watched) left() (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, more := range w.now {
		n += more
	}
	return n
}

// watchedTurns are turns whose owners are watched.
func watchedTurns(t *testing.T, models *fakeModels, modes ...Mode) (*Turns, *watched) {
	t.Helper()
	w := &watched{}
	turns := newTurns(t, models, modes...)
	turns.opts.Watch = w.watch
	return turns, w
}

// firstAdmin lets the first administrator in, who has from then on what was asked on this machine.
func firstAdmin(t *testing.T, s *store.Store) chat.Principal {
	t.Helper()
	secret, _, err := s.CreateLink(t.Context(), store.System, store.LinkSpec{Kind: store.LinkFirst, Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.UseLink(t.Context(), secret, store.PersonSpec{Name: "관리자"})
	if err != nil {
		t.Fatal(err)
	}
	return chat.Principal{ID: p.ID, Role: p.Role}
}

// An answer that is being written when its conversation is handed over is the heir's: they follow it and stop it, they are
// watched, and whoever asked is a stranger to it.
func TestAnswersAreHandedOverWithTheirConversation(t *testing.T) {
	turns, w := watchedTurns(t, nil, scripted{name: "all", events: everyEvent, hold: make(chan struct{})})
	_, followed := start(t, turns, Ask{Text: "하나", Mode: "all"})
	_, stopped := start(t, turns, Ask{Text: "둘", Mode: "all"})
	boss := firstAdmin(t, turns.opts.Store)
	if code(turns.Stop(t.Context(), chat.Principal{ID: "person-eve"}, followed.ID)) != chat.CodeNoMessage {
		t.Error("a stranger reaches it")
	}
	if err := turns.Stop(t.Context(), boss, stopped.ID); err != nil { // before anybody has said so
		t.Fatal(err)
	}
	if m, err := turns.opts.Store.Message(t.Context(), boss, stopped.ID); err != nil || m.State != store.StateStopped {
		t.Errorf("stopped: %s, %v", m.State, err)
	}
	turns.Adopt(ann.ID, boss)
	if err := turns.Stop(t.Context(), ann, followed.ID); code(err) != chat.CodeNoMessage {
		t.Errorf("whoever asked stops it: %v", err)
	}
	w.off(boss.ID)
	var end error
	for _, err := range turns.Follow(t.Context(), boss, followed.ID, 0) {
		end = err
	}
	if code(end) != chat.CodePrincipalOff {
		t.Errorf("when the heir may go on no more it ends with %v", end)
	}
	turns.work.Add(-1) // the keeper, which goes on
	turns.work.Wait()
	turns.work.Add(1)
	if n := w.left(); n != 0 {
		t.Errorf("%d watches are left", n)
	}
}

// What an answer keeps beside itself is its heir's, too.
func TestSummariesAndTitlesAreTheHeirs(t *testing.T) {
	hold, held := make(chan struct{}), make(chan struct{}, 8)
	models := &fakeModels{window: 4096, level: Assist, reply: says("연차 휴가 규정")}
	models.before = func(context.Context, chat.Request) { held <- struct{}{}; <-hold }
	turns, _ := watchedTurns(t, models)
	_, a := start(t, turns, Ask{Text: "연차는?"})
	<-held
	boss := firstAdmin(t, turns.opts.Store)
	turns.Adopt(ann.ID, boss)
	q := Question{Principal: ann, Pass: "pass of " + ann.ID, Conversation: a.Conversation, Message: a.Parent, Model: Model{Name: "fake"}}
	if s := turns.keepSummary(t.Context(), q, Summary{Until: a.Parent, Text: "짧게"}); s.ID == "" {
		t.Error("a summary is not kept")
	}
	close(hold)
	turns.work.Add(-1)
	turns.work.Wait()
	turns.work.Add(1)
	c, err := turns.opts.Store.Conversation(t.Context(), boss, a.Conversation)
	if err != nil || c.Title != "연차 휴가 규정" || c.Titled != store.TitledModel {
		t.Errorf("named %q by %q, %v", c.Title, c.Titled, err)
	}
}

// Somebody who may go on no more has no conversation named after the end of their answer.
func TestTitlesOfWhoMayGoOnNoMore(t *testing.T) {
	held := make(chan struct{}, 8)
	models := &fakeModels{window: 4096, level: Assist, reply: says("제목")}
	ended := make(chan error, 1)
	models.before = func(ctx context.Context, req chat.Request) {
		if req.Grammar.Regex == "" {
			return // the answer
		}
		held <- struct{}{}
		select {
		case <-ctx.Done():
			ended <- context.Cause(ctx)
		case <-time.After(time.Minute):
			ended <- nil
		}
	}
	turns, w := watchedTurns(t, models)
	_, a := start(t, turns, Ask{Text: "연차는?"})
	done(t, turns, a)
	<-held
	w.off(ann.ID)
	if err := <-ended; code(err) != chat.CodePrincipalOff {
		t.Errorf("the title ends with %v, want %s", err, chat.CodePrincipalOff)
	}
}

// An answer that is on the disk as being written, but that nobody writes, cannot be stopped, and nobody says it was.
func TestStoppingWhatNobodyWrites(t *testing.T) {
	turns := newTurns(t, nil)
	c, err := turns.opts.Store.CreateConversation(t.Context(), ann, store.ConversationSpec{})
	if err != nil {
		t.Fatal(err)
	}
	_, a, err := turns.opts.Store.AddTurn(t.Context(), ann, store.MessageSpec{Conversation: c.ID, Text: "?"}, store.MessageSpec{})
	if err != nil {
		t.Fatal(err)
	}
	if err := turns.Stop(t.Context(), ann, a.ID); code(err) != chat.CodeTurnInterrupted {
		t.Errorf("got %v, want %s", err, chat.CodeTurnInterrupted)
	}
}
