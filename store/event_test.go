package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"exaone/chat"
)

// delta is the n-th event of an answer: a text that goes behind so many UTF-16 units.
func delta(n int64, at int, text string) Event {
	kind, version, data, err := chat.EncodeEvent(chat.Delta{At: at, Text: text})
	if err != nil {
		panic(err)
	}
	return Event{Number: n, First: n, Kind: kind, Version: version, Data: data}
}

// answer begins an answer in a conversation of its own.
func answer(t testing.TB, s *Store, who chat.Principal) Message {
	t.Helper()
	_, _, a, err := s.StartConversation(t.Context(), who, ConversationSpec{}, MessageSpec{Text: "?"}, MessageSpec{})
	must(t, err)
	return a
}

func TestEventsComeBackAfterANumber(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		a := answer(t, s, chat.Local)
		all := []Event{{1, 1, "phase", 1, []byte(`{"name":"read"}`)}, {4, 2, "delta", 1, []byte(`{"text":"세 조각"}`)}, {5, 5, "later_kind", 9, []byte(`{"x":[1]}`)}}
		must(t, s.AppendEvents(ctx, a.ID, all[:2]))
		must(t, s.AppendEvents(ctx, a.ID, all[:2])) // again, after an error say
		must(t, s.AppendEvents(ctx, a.ID, all[1:]))
		must(t, s.AppendEvents(ctx, a.ID, nil))
		for after, want := range map[int64][]Event{0: all, 1: all[1:], 2: all[1:], 4: all[2:], 5: nil} {
			if got, err := s.Events(ctx, chat.Local, a.ID, after); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("after %d: %v, %v; want %v", after, got, err, want)
			}
		}
		for _, bad := range [][]Event{{{Number: 6}}, {{7, 7, "delta", 1, []byte(`{`)}}, {{7, 8, "delta", 1, []byte(`{}`)}}, {delta(8, 0, "x"), delta(8, 0, "x")}, {delta(0, 0, "x")}} {
			if err := s.AppendEvents(ctx, a.ID, bad); err == nil {
				t.Errorf("%+v was kept", bad)
			}
		}
		wantCode(t, s.AppendEvents(ctx, "message-nowhere", all), chat.CodeNoMessage)
	})
}

// Fifty answers are written at once and read meanwhile. What AppendEvents acknowledged is there for whoever reads, and
// what is wrong with one answer is no matter of the others.
func TestManyAnswersAreWrittenAtOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		const writers, batches = 50, 12
		var wg sync.WaitGroup
		for w := range writers {
			a := answer(t, s, chat.Local)
			over := answer(t, s, chat.Local)
			must(t, s.FinishMessage(ctx, over.ID, MessageEnd{State: StateDone}))
			wg.Go(func() {
				at, n := 0, int64(0)
				var said strings.Builder
				for i := range batches {
					var batch []Event
					for range 1 + (w+i)%3 {
						n++
						text := fmt.Sprintf("%d한😀 ", n)
						batch = append(batch, delta(n, at, text))
						at += len(utf16.Encode([]rune(text)))
						said.WriteString(text)
					}
					if err := s.AppendEvents(ctx, a.ID, batch); err != nil {
						t.Errorf("append: %v", err)
					}
					got, err := s.Events(ctx, chat.Local, a.ID, 0)
					if err != nil || int64(len(got)) != n {
						t.Errorf("%d events, %v; want the %d acknowledged", len(got), err, n)
					}
					if i%4 == 0 {
						err := s.AppendEvents(ctx, over.ID, batch)
						if e, ok := errors.AsType[*chat.Error](err); !ok || e.Code != chat.CodeAnswerOver {
							t.Errorf("an answer that is over: %v", err)
						}
					}
				}
				if got, err := s.Events(ctx, chat.Local, a.ID, 0); err != nil {
					t.Error(err)
				} else if text, _ := spelt(got); text != said.String() {
					t.Errorf("the events spell %q, want %q", text, said.String())
				}
			})
		}
		wg.Wait()
		must(t, s.Check(ctx))
	})
}

// Whoever waits behind a transaction may leave: their events are not kept then.
func TestAppendEventsWaitsNoLongerThanItsContext(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		a, b := answer(t, s, chat.Local), answer(t, s, chat.Local)
		hold, err := s.writer.BeginTx(t.Context(), nil)
		must(t, err)
		first := make(chan error)
		go func() { first <- s.AppendEvents(context.Background(), a.ID, []Event{delta(1, 0, "x")}) }()
		for { // until it writes
			s.events.mu.Lock()
			writing := s.events.writing
			s.events.mu.Unlock()
			if writing {
				break
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.AppendEvents(ctx, b.ID, []Event{delta(1, 0, "x")}); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want that it was cancelled", err)
		}
		must(t, hold.Rollback())
		must(t, <-first)
		if got, err := s.Events(t.Context(), chat.Local, b.ID, 0); err != nil || len(got) != 0 {
			t.Errorf("events %v, %v; want none", got, err)
		}
	})
}

func TestInterruptedAnswersKeepWhatWasWritten(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir)
	ctx := t.Context()
	half, none, done := answer(t, s, chat.Local), answer(t, s, chat.Local), answer(t, s, chat.Local)
	thought := Event{1, 1, "delta", 1, []byte(`{"thinking":"음"}`)}
	// The last piece says again where a longer one goes.
	must(t, s.AppendEvents(ctx, half.ID, []Event{thought, delta(2, 0, "한😀"), {3, 3, "phase", 1, []byte(`{}`)}, delta(4, 3, "국"), delta(6, 3, "국어")}))
	must(t, s.FinishMessage(ctx, done.ID, MessageEnd{State: StateDone, Text: "끝"}))
	must(t, s.Close())

	s = openTest(t, dir)
	if n, err := s.InterruptWriting(ctx); n != 2 || err != nil {
		t.Fatalf("%d answers, %v; want 2", n, err)
	}
	for _, want := range []Message{{ID: half.ID, State: StateInterrupted, Text: "한😀국어", Thinking: "음"}, {ID: none.ID, State: StateInterrupted}, {ID: done.ID, State: StateDone, Text: "끝"}} {
		got, err := s.Message(ctx, chat.Local, want.ID)
		if err != nil || got.State != want.State || got.Text != want.Text || got.Thinking != want.Thinking {
			t.Errorf("got %+v, %v; want %+v", got, err, want)
		}
	}
	if n, err := s.InterruptWriting(ctx); n != 0 || err != nil {
		t.Errorf("again: %d, %v", n, err)
	}
}
