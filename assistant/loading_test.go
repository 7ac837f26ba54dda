package assistant

import (
	"context"
	"testing"
	"time"

	"exaone/chat"
	"exaone/store"
)

// sleepy is models of which one takes its time to come into memory.
type sleepy struct {
	fakeModels
	ready chan struct{}
}

func (s *sleepy) Describe(ctx context.Context, who chat.Principal, name string) (Model, error) {
	select {
	case <-s.ready:
		return s.fakeModels.Describe(ctx, who, name)
	case <-ctx.Done():
		return Model{}, context.Cause(ctx)
	}
}

func TestQuestionIsTakenWhileTheModelLoads(t *testing.T) {
	models := &sleepy{fakeModels: fakeModels{window: 300, reply: says("네")}, ready: make(chan struct{})}
	turns, err := NewTurns(t.Context(), Options{Store: openStore(t, t.TempDir()), Models: models})
	if err != nil {
		t.Fatal(err)
	}
	defer turns.Shutdown(context.Background())
	began := time.Now()
	_, a := start(t, turns, Ask{Text: "기다릴게요"})
	if took := time.Since(began); took > patience+time.Minute {
		t.Errorf("Start took %v", took)
	}
	first := true
	for n, err := range turns.Follow(t.Context(), ann, a.ID, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if first {
			if p, ok := n.Event.(chat.Phase); !ok || p.Name != "load" {
				t.Errorf("first it is told %#v, want that the model is being loaded", n.Event)
			}
			first = false
			close(models.ready)
		}
	}
	if m := message(t, turns, a.ID); m.State != store.StateDone || m.Text != "네" {
		t.Errorf("kept: %s %q", m.State, m.Text)
	}
}
