package assistant

import (
	"context"
	"iter"
	"testing"

	"exaone/chat"
	"exaone/store"
)

// careful is a mode that asks before it does something.
type careful struct{ did chan bool }

func (careful) Name() string { return "careful" }

func (c careful) Answer(ctx context.Context, q Question) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		if !yield(chat.Approval{ID: "a1", What: "지우기", Where: "표", Effect: "되돌릴 수 없음"}, nil) {
			return
		}
		allowed, err := q.Approved(ctx, "a1")
		if err != nil {
			yield(nil, err)
			return
		}
		c.did <- allowed
		if yield(chat.Delta{Text: "끝."}, nil) {
			yield(chat.Finish{Reason: chat.FinishStop}, nil)
		}
	}
}

func TestNothingIsDoneBeforeItIsAllowed(t *testing.T) {
	for _, allow := range []bool{true, false} {
		mode := careful{make(chan bool, 1)}
		turns := newTurns(t, nil, mode)
		_, a := start(t, turns, Ask{Text: "지워 줘", Mode: "careful"})
		for one, err := range turns.Follow(t.Context(), ann, a.ID, 0) {
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := one.Event.(chat.Approval); ok {
				break
			}
		}
		for name, c := range map[string]struct {
			who         chat.Principal
			message, id string
			want        chat.Code
		}{
			"somebody else":     {chat.Principal{ID: "person-other"}, a.ID, "a1", chat.CodeNoMessage},
			"what is not asked": {ann, a.ID, "a2", chat.CodeApprovalOver},
			"another answer":    {ann, "message-x", "a1", chat.CodeNoMessage},
		} {
			if err := turns.Approve(t.Context(), c.who, c.message, c.id, true); !hasCode(err, c.want) {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
		}
		if len(mode.did) > 0 {
			t.Fatal("done before it was allowed")
		}
		if err := turns.Approve(t.Context(), ann, a.ID, "a1", allow); err != nil {
			t.Fatal(err)
		}
		if err := turns.Approve(t.Context(), ann, a.ID, "a1", !allow); !hasCode(err, chat.CodeApprovalOver) {
			t.Errorf("answered twice: %v", err)
		}
		if m := done(t, turns, a); m.Text != "끝." {
			t.Errorf("the answer is %+v", m)
		}
		if did := <-mode.did; did != allow {
			t.Errorf("allowed is %v, want %v", did, allow)
		}
		if err := turns.Approve(t.Context(), ann, a.ID, "a1", allow); !hasCode(err, chat.CodeApprovalOver) {
			t.Errorf("after the answer: %v", err)
		}
		// Whoever looks later sees what was said.
		want := map[bool]string{true: "allowed", false: "refused"}[allow]
		got := ""
		for _, ev := range storedEvents(t, turns, a.ID) {
			if r, ok := chat.DecodeEvent(ev.Kind, ev.Version, ev.Data).(chat.Result); ok && r.CallID == "a1" {
				got = r.Text
			}
		}
		if got != want {
			t.Errorf("kept as %q, want %q", got, want)
		}
	}
}

func TestStopEndsWhatWaitsForApproval(t *testing.T) {
	turns := newTurns(t, nil, careful{make(chan bool, 1)})
	_, a := start(t, turns, Ask{Text: "지워 줘", Mode: "careful"})
	if err := turns.Stop(t.Context(), ann, a.ID); err != nil {
		t.Fatal(err)
	}
	if m := message(t, turns, a.ID); m.State != store.StateStopped {
		t.Errorf("it is %s", m.State)
	}
}

// hasty is a mode that asks and does not wait, or asks many times under one name and waits for as many answers.
type hasty struct{ times int }

func (hasty) Name() string { return "hasty" }

func (h hasty) Answer(ctx context.Context, q Question) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		for range h.times {
			if !yield(chat.Approval{ID: "a1", What: "지우기"}, nil) {
				return
			}
		}
		if h.times > 1 {
			for range h.times {
				if _, err := q.Approved(ctx, "a1"); err != nil {
					yield(nil, err)
					return
				}
			}
		}
		yield(chat.Finish{Reason: chat.FinishStop}, nil)
	}
}

// What is allowed when nobody waits any more is not taken for allowed, and does not come in between the end and its place.
func TestNothingIsAllowedAfterTheEnd(t *testing.T) {
	models := &fakeModels{window: 4096, reply: says("끝.")}
	turns := newTurns(t, models, hasty{1})
	var over error
	models.left = func() {
		turns.mu.Lock()
		var live []string
		for id := range turns.live {
			live = append(live, id)
		}
		turns.mu.Unlock()
		over = turns.Approve(t.Context(), ann, live[0], "a1", true)
	}
	_, a := start(t, turns, Ask{Text: "지워 줘", Mode: "hasty"})
	if m := done(t, turns, a); m.State != store.StateDone {
		t.Fatalf("it is %s", m.State)
	}
	if !hasCode(over, chat.CodeApprovalOver) {
		t.Errorf("between the end and its being kept: %v", over)
	}
	events := storedEvents(t, turns, a.ID)
	if last := events[len(events)-1]; last.Kind != "finish" {
		t.Errorf("the last event kept is %s", last.Kind)
	}
}

func TestAModeThatAsksTwiceUnderOneNameFails(t *testing.T) {
	turns := newTurns(t, nil, hasty{2})
	_, a := start(t, turns, Ask{Text: "지워 줘", Mode: "hasty"})
	if _, err := follow(t.Context(), turns, a.ID, 0); !hasCode(err, chat.CodeInternal) {
		t.Errorf("it ends with %v", err)
	}
}
