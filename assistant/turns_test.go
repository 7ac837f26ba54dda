package assistant

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"exaone/chat"
	"exaone/store"

	"github.com/google/go-cmp/cmp"
)

func TestEveryEventIsTheSameLiveFromMemoryAndFromTheStore(t *testing.T) {
	hold := make(chan struct{})
	turns := newTurns(t, nil, scripted{name: "all", events: everyEvent, hold: hold})
	_, a := start(t, turns, Ask{Text: "다 보여 줘", Mode: "all"})

	var want heard
	for i, ev := range everyEvent {
		want.take(Numbered{Number: int64(i + 1), Event: placed(everyEvent[:i], ev)})
	}
	got := make(chan heard, 2)
	go func() { h, _ := follow(t.Context(), turns, a.ID, 0); got <- h }()
	for len(storedEvents(t, turns, a.ID)) < 15 { // what is kept by now has been joined in memory, too
		runtime.Gosched()
	}
	go func() { h, _ := follow(t.Context(), turns, a.ID, 0); got <- h }()
	close(hold)
	for _, how := range []string{"one follower", "the other"} {
		if diff := cmp.Diff(want, <-got); diff != "" {
			t.Errorf("live, %s (-want +got):\n%s", how, diff)
		}
	}
	later, err := follow(t.Context(), turns, a.ID, 0)
	if diff := cmp.Diff(want, later); diff != "" || err != nil {
		t.Errorf("from the store (-want +got): %v\n%s", err, diff)
	}
	m := message(t, turns, a.ID)
	if m.State != store.StateDone || m.Text != want.Text || m.Thinking != want.Thinking || m.Finish != "stop" || m.Usage.CompletionTokens != 4 {
		t.Errorf("kept: %+v", m)
	}
}

// placed is an event as it is numbered after others.
func placed(before []chat.Event, ev chat.Event) chat.Event {
	d, ok := ev.(chat.Delta)
	if !ok {
		return ev
	}
	for _, b := range before {
		if b, ok := b.(chat.Delta); ok {
			d.At += units(b.Text)
			d.ThinkingAt += units(b.Thinking)
		}
	}
	return d
}

func storedEvents(t *testing.T, turns *Turns, id string) []store.Event {
	t.Helper()
	events, err := turns.opts.Store.Events(t.Context(), ann, id, 0)
	if err != nil {
		t.Fatal(err)
	}
	return events
}

func TestFollowGoesOnFromAnyNumber(t *testing.T) {
	turns := newTurns(t, nil, scripted{name: "all", events: everyEvent})
	_, a := start(t, turns, Ask{Text: "다", Mode: "all"})
	whole, err := follow(t.Context(), turns, a.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	for after := range whole.Last {
		// A page that has heard up to a number hears the rest, whether it was told one by one or is told joined.
		var h heard
		for i, ev := range everyEvent[:after] {
			h.take(Numbered{Number: int64(i + 1), Event: placed(everyEvent[:i], ev)})
		}
		for n, err := range turns.Follow(t.Context(), ann, a.ID, after) {
			if err != nil {
				t.Fatal(err)
			}
			h.take(n)
		}
		if diff := cmp.Diff(whole, h); diff != "" {
			t.Errorf("after %d (-want +got):\n%s", after, diff)
		}
	}
}

func TestTurnOutlivesTheRequestThatBeganIt(t *testing.T) {
	hold := make(chan struct{})
	turns := newTurns(t, nil, scripted{name: "all", events: everyEvent, hold: hold})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, a, err := turns.Start(ctx, ann, Ask{Text: "나 간다", Mode: "all"})
	if err != nil {
		t.Fatal(err)
	}
	for range turns.Follow(ctx, ann, a.ID, 0) {
		cancel()
		break
	}
	close(hold)
	if _, err := follow(t.Context(), turns, a.ID, 0); err != nil {
		t.Fatal(err)
	}
	if m := message(t, turns, a.ID); m.State != store.StateDone {
		t.Errorf("state %s, want done", m.State)
	}
}

func TestRestartLeavesWhatWasWritten(t *testing.T) {
	hold := make(chan struct{})
	s := openStore(t, t.TempDir())
	turns := turnsOn(t, s, nil, scripted{name: "all", events: everyEvent, hold: hold})
	_, a := start(t, turns, Ask{Text: "쓰다가", Mode: "all"})
	var before heard
	for n := range turns.Follow(t.Context(), ann, a.ID, 0) {
		if before.take(n); before.Last == int64(len(everyEvent)-1) {
			break
		}
	}
	for events := storedEvents(t, turns, a.ID); len(events) == 0 || events[len(events)-1].Number < before.Last; events = storedEvents(t, turns, a.ID) {
		runtime.Gosched()
	}
	again := turnsOn(t, s, nil) // as a new process finds it
	after, err := follow(t.Context(), again, a.ID, 0)
	if code(err) != chat.CodeTurnInterrupted {
		t.Errorf("ends with %v, want %s", err, chat.CodeTurnInterrupted)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("before and after the restart (-before +after):\n%s", diff)
	}
	if m := message(t, again, a.ID); m.State != store.StateInterrupted || m.Text != before.Text || m.Thinking != before.Thinking {
		t.Errorf("kept: %+v", m)
	}
	close(hold)
}

func TestShutdownInterruptsAndKeeps(t *testing.T) {
	turns := newTurns(t, nil, scripted{name: "all", events: everyEvent, hold: make(chan struct{})})
	_, a := start(t, turns, Ask{Text: "끝나기 전에", Mode: "all"})
	heardAll := make(chan error, 1)
	var before heard
	reached := make(chan struct{})
	go func() {
		for n, err := range turns.Follow(t.Context(), ann, a.ID, 0) {
			if err != nil {
				heardAll <- err
				return
			}
			if before.take(n); n.Number == int64(len(everyEvent)-1) {
				close(reached)
			}
		}
		heardAll <- nil
	}()
	<-reached
	if err := turns.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-heardAll; code(err) != chat.CodeTurnInterrupted {
		t.Errorf("followers hear %v, want %s", err, chat.CodeTurnInterrupted)
	}
	if m := message(t, turns, a.ID); m.State != store.StateInterrupted || m.Text != before.Text {
		t.Errorf("kept: %s %q, want interrupted %q", m.State, m.Text, before.Text)
	}
	if _, _, err := turns.Start(t.Context(), ann, Ask{Text: "또"}); code(err) != chat.CodeShuttingDown {
		t.Errorf("afterwards Start says %v", err)
	}
}

func TestStopKeepsTheTextAndIsSoon(t *testing.T) {
	synctest.Test(t, testStopKeepsTheTextAndIsSoon) // how busy the machine is does not count as time
}

func testStopKeepsTheTextAndIsSoon(t *testing.T) {
	turns := newTurns(t, nil, scripted{name: "all", events: everyEvent, hold: make(chan struct{})})
	_, a := start(t, turns, Ask{Text: "그만", Mode: "all"})
	for n := range turns.Follow(t.Context(), ann, a.ID, 0) {
		if n.Number == int64(len(everyEvent)-1) {
			break
		}
	}
	if err := turns.Stop(t.Context(), chat.Principal{ID: "person-eve"}, a.ID); code(err) != chat.CodeNoMessage {
		t.Errorf("somebody else's Stop says %v, want %s", err, chat.CodeNoMessage)
	}
	if m := message(t, turns, a.ID); m.State != store.StateWriting {
		t.Fatalf("somebody else stopped it: %s", m.State)
	}
	begun := time.Now()
	if err := turns.Stop(t.Context(), ann, a.ID); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took > 200*time.Millisecond {
		t.Errorf("stopping took %v", took)
	}
	h, err := follow(t.Context(), turns, a.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	if f, ok := h.Others[len(h.Others)-1].(chat.Finish); !ok || f.Reason != chat.FinishStopped {
		t.Errorf("the last event is %#v", h.Others[len(h.Others)-1])
	}
	if m := message(t, turns, a.ID); m.State != store.StateStopped || m.Text != "안녕하세요 👋 끝." || m.Finish != "stopped" {
		t.Errorf("kept: %+v", m)
	}
	if err := turns.Stop(t.Context(), ann, a.ID); err != nil {
		t.Errorf("stopping again: %v", err)
	}
}

func TestDisabledPersonsTurnEnds(t *testing.T) {
	off := make(chan struct{})
	s := openStore(t, t.TempDir())
	turns, err := NewTurns(t.Context(), Options{Store: s, Models: &fakeModels{window: 4096, reply: says("네")}, Every: time.Millisecond,
		Modes: []Offer{{Mode: scripted{name: "all", events: everyEvent, hold: make(chan struct{})}}},
		Watch: func(ctx context.Context, who chat.Principal) (context.Context, func()) {
			ctx, cancel := context.WithCancelCause(ctx)
			go func() {
				select {
				case <-off:
					cancel(chat.NewError(chat.CodePrincipalOff, nil, who.ID))
				case <-ctx.Done():
				}
			}()
			return ctx, func() { cancel(nil) }
		}})
	if err != nil {
		t.Fatal(err)
	}
	defer turns.Shutdown(context.Background())
	_, a := start(t, turns, Ask{Text: "나야", Mode: "all"})
	close(off)
	if _, err := follow(t.Context(), turns, a.ID, 0); code(err) != chat.CodePrincipalOff {
		t.Errorf("ends with %v, want %s", err, chat.CodePrincipalOff)
	}
	if m := message(t, turns, a.ID); m.State != store.StateFailed || m.Error == nil || m.Error.Code != chat.CodePrincipalOff {
		t.Errorf("kept: %s %v", m.State, m.Error)
	}
	if _, err := follow(t.Context(), turns, a.ID, 0); code(err) != chat.CodePrincipalOff {
		t.Errorf("later it ends with %v", err)
	}
}

func TestFailuresAreToldAndKept(t *testing.T) {
	cut := everyEvent[:8]
	for name, c := range map[string]struct {
		mode Mode
		want chat.Code
	}{
		"told":   {scripted{name: "m", events: cut, err: chat.NewError(chat.CodeBusy, nil, 3, 2)}, chat.CodeBusy},
		"untold": {scripted{name: "m", events: cut, err: errors.New("pipe burst")}, chat.CodeInternal},
		"panic":  {panicking{scripted{name: "m", events: cut}}, chat.CodeInternal},
	} {
		t.Run(name, func(t *testing.T) {
			turns := newTurns(t, nil, c.mode)
			_, a := start(t, turns, Ask{Text: "어때", Mode: "m"})
			for range 2 {
				h, err := follow(t.Context(), turns, a.ID, 0)
				if code(err) != c.want || h.Text != "안녕하세요 👋 " {
					t.Errorf("after %q it ends with %v, want %s", h.Text, err, c.want)
				}
			}
			if m := message(t, turns, a.ID); m.State != store.StateFailed || m.Error.Code != c.want || m.Text != "안녕하세요 👋 " {
				t.Errorf("kept: %s %q %v", m.State, m.Text, m.Error)
			}
		})
	}
}

// panicking panics where the other mode ends.
type panicking struct{ scripted }

func (p panicking) Answer(ctx context.Context, q Question) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		p.scripted.Answer(ctx, q)(yield)
		panic("a mistake of ours")
	}
}

func TestWhatCannotBeKeptIsSaidAndKeptLater(t *testing.T) {
	turns := newTurns(t, nil, scripted{name: "all", events: everyEvent})
	var mu sync.Mutex
	full := true
	really := turns.append
	turns.append = func(ctx context.Context, id string, events []store.Event) error {
		mu.Lock()
		defer mu.Unlock()
		if full {
			return chat.NewError(chat.CodeStoreFull, nil, "store.db")
		}
		return really(ctx, id, events)
	}
	_, a := start(t, turns, Ask{Text: "디스크", Mode: "all"})
	h, err := follow(t.Context(), turns, a.ID, 0)
	if code(err) != chat.CodeTurnNotKept {
		t.Fatalf("ends with %v, want %s", err, chat.CodeTurnNotKept)
	}
	if h.Text != "안녕하세요 👋 끝." {
		t.Errorf("followers heard %q", h.Text)
	}
	if told, _ := errors.AsType[*chat.Error](err); told.In(chat.Korean) == "" || told.In(chat.English) == told.In(chat.Korean) {
		t.Errorf("said as %q", told.In(chat.Korean))
	}
	mu.Lock()
	full = false
	mu.Unlock()
	for message(t, turns, a.ID).State == store.StateWriting {
		runtime.Gosched()
	}
	if m := message(t, turns, a.ID); m.State != store.StateDone || m.Text != h.Text {
		t.Errorf("kept later: %s %q", m.State, m.Text)
	}
	later, err := follow(t.Context(), turns, a.ID, 0)
	if err != nil || later.Text != h.Text || later.Last != int64(len(everyEvent)) {
		t.Errorf("followed later: %+v %v", later, err)
	}
}

func TestDeletingTheConversationEndsItsTurn(t *testing.T) {
	turns := newTurns(t, nil, scripted{name: "slow", events: slowly(10000), each: time.Millisecond})
	_, a := start(t, turns, Ask{Text: "지울 것", Mode: "slow"})
	if err := turns.opts.Store.DeleteConversations(t.Context(), ann, []string{a.Conversation}); err != nil {
		t.Fatal(err)
	}
	if _, err := follow(t.Context(), turns, a.ID, 0); code(err) != chat.CodeNoMessage {
		t.Errorf("ends with %v, want %s", err, chat.CodeNoMessage)
	}
}

func slowly(n int) []chat.Event {
	var events []chat.Event
	for i := range n {
		events = append(events, chat.Delta{Text: fmt.Sprintf("%d ", i)})
	}
	return append(events, chat.Finish{Reason: chat.FinishStop, Model: "fake"})
}

func TestTwoHundredTurnsDoNotWaitForSlowFollowers(t *testing.T) {
	const turnsAtOnce, words = 200, 40
	turns := newTurns(t, nil, scripted{name: "slow", events: slowly(words), each: time.Millisecond})
	turns.opts.MostEach = turnsAtOnce
	var all sync.WaitGroup
	for i := range turnsAtOnce {
		_, a := start(t, turns, Ask{Text: fmt.Sprint("질문 ", i), Mode: "slow"})
		for range 2 {
			all.Go(func() {
				if h, err := follow(t.Context(), turns, a.ID, 0); err != nil || h.Last < words {
					t.Errorf("%s: heard up to %d, %v", a.ID, h.Last, err)
				}
			})
		}
		all.Go(func() { // one that takes an event, and never the next until the turn is over
			for n, err := range turns.Follow(t.Context(), ann, a.ID, 0) {
				if err != nil {
					t.Error(err)
				}
				if n.Number == 1 {
					for turns.find(t.Context(), ann, a.ID) != nil {
						time.Sleep(10 * time.Millisecond)
					}
				}
			}
		})
	}
	all.Wait()
	conversations, err := turns.opts.Store.Conversations(t.Context(), ann, store.ConversationFilter{Limit: 200})
	if err != nil || len(conversations) != turnsAtOnce {
		t.Errorf("%d conversations, %v", len(conversations), err)
	}
}
