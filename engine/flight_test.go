package engine

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"exaone/chat"
	"exaone/model"
	"exaone/tensor"
)

// layered is a model whose layers a test runs one by one. It computes nothing: what is tested is who gets a turn.
type layered struct {
	enter chan []tensor.Row // the rows of a pass that is about to begin a layer
	leave chan struct{}
}

const flightLayers = 4

func (m *layered) Shape() model.Shape {
	return model.Shape{Layers: flightLayers, Heads: 1, KVHeads: 1, HeadDim: 32, Width: 32, Vocab: 8, Window: 1024}
}

func (m *layered) Forward(_ tensor.Ops, b *model.Batch, _ *tensor.KV) ([]float32, error) {
	for l := range flightLayers {
		if l > 0 && b.Pause != nil {
			if _, err := b.Pause(); err != nil {
				return nil, err
			}
		}
		if b.Pause != nil || l == 0 {
			m.enter <- b.Rows
			<-m.leave
		}
	}
	return make([]float32, len(b.Want)*m.Shape().Vocab), nil
}

// layer waits for the next layer and returns the rows of its pass; then the layer is over.
func (m *layered) layer(t *testing.T) []tensor.Row {
	t.Helper()
	select {
	case rows := <-m.enter:
		m.leave <- struct{}{}
		return rows
	case <-time.After(mostWait):
		t.Fatal("no layer began")
		return nil
	}
}

func flightRunner(t *testing.T) (*layered, *runner) {
	t.Helper()
	m := &layered{enter: make(chan []tensor.Row), leave: make(chan struct{})}
	kv, err := tensor.NewKV(tensor.KVOptions{Layers: flightLayers, Heads: 1, HeadDim: 32, PageSize: pageSize, Pages: 64, Type: tensor.F16})
	if err != nil {
		t.Fatal(err)
	}
	r := newRunner(m, nil, kv, 64, pageSize, limits{window: 1024, sequences: 8, queue: 8}, newPace(1, m.Shape(), 600), drafter{mode: SpeculateOff},
		nil, slog.New(slog.DiscardHandler))
	t.Cleanup(func() {
		go func() { // whatever is under way may end
			for {
				select {
				case <-m.enter:
					m.leave <- struct{}{}
				case <-r.done:
					return
				}
			}
		}()
		r.stop()
		if err := kv.Close(); err != nil {
			t.Error(err)
		}
	})
	return m, r
}

func flightSequence(ctx context.Context, prompt, most int, share string) *sequence {
	return &sequence{ctx: ctx, ids: make([]int32, prompt), prompt: prompt, most: most, share: share, noShare: true,
		out: mailbox{signal: make(chan struct{}, 1)}}
}

// tokens counts what a sequence has said so far.
func (s *sequence) tokens() (n int) {
	s.out.mu.Lock()
	defer s.out.mu.Unlock()
	for _, v := range s.out.queue {
		if v.isToken {
			n++
		}
	}
	return n
}

// A short question that comes while a long prompt is read is answered before that prompt's pass has ended; a long one
// waits for it.
func TestShortQuestionsRunBetweenTheLayersOfALongPrompt(t *testing.T) {
	m, r := flightRunner(t)
	long := flightSequence(context.Background(), 500, 2, "a")
	if err := r.submit(long); err != nil {
		t.Fatal(err)
	}
	if n := len(m.layer(t)); n != 500 {
		t.Fatalf("the first pass has %d rows, want the whole prompt of 500", n)
	}
	rows := <-m.enter // the second layer: two more arrive during it
	short, other := flightSequence(context.Background(), 3, 1, "b"), flightSequence(context.Background(), 900, 1, "c")
	for _, s := range []*sequence{other, short} {
		if err := r.submit(s); err != nil {
			t.Fatal(err)
		}
	}
	m.leave <- struct{}{}
	if len(rows) != 500 {
		t.Errorf("the second layer has %d rows, want 500", len(rows))
	}
	if n := len(m.layer(t)); n != 3 {
		t.Errorf("between the layers a pass of %d rows, want the short prompt's 3", n)
	}
	<-m.enter // the long prompt's third layer
	if n := short.tokens(); n != 1 {
		t.Errorf("the short question has %d tokens before the long prompt is read, want 1", n)
	}
	if n := long.tokens() + other.tokens(); n != 0 {
		t.Errorf("the long ones have %d tokens, want 0", n)
	}
	m.leave <- struct{}{}
	m.layer(t) // its fourth
	if n := len(m.layer(t)); n != 600-1+1 {
		t.Errorf("the next pass has %d rows, want 600: the long prompt's token and a piece of the other", n)
	}
}

// Who leaves while his prompt is read ends the pass at the next layer, and his pages are free.
func TestLeavingHaltsAPass(t *testing.T) {
	m, r := flightRunner(t)
	ctx, cancel := context.WithCancel(context.Background())
	if err := r.submit(flightSequence(ctx, 500, 2, "a")); err != nil {
		t.Fatal(err)
	}
	<-m.enter
	cancel()
	m.leave <- struct{}{}
	next := flightSequence(context.Background(), 7, 1, "b")
	if err := r.submit(next); err != nil {
		t.Fatal(err)
	}
	if n := len(m.layer(t)); n != 7 {
		t.Fatalf("the next layer has %d rows, want the 7 of the next prompt", n)
	}
	for range flightLayers - 1 {
		m.layer(t)
	}
	if _, err := next.out.take(context.Background(), r.done, nil); err != nil {
		t.Fatal(err)
	}
	if held := r.stats.pagesHeld.Load(); held > 1 {
		t.Errorf("%d pages are held, want 1 at most", held)
	}
}

// Shutting down ends a pass at the next layer, with an error for whoever waits.
func TestShuttingDownHaltsAPass(t *testing.T) {
	m, r := flightRunner(t)
	s := flightSequence(context.Background(), 500, 2, "a")
	if err := r.submit(s); err != nil {
		t.Fatal(err)
	}
	<-m.enter
	ended := make(chan struct{})
	go func() { r.stop(); close(ended) }()
	<-r.quit
	m.leave <- struct{}{}
	select {
	case <-ended:
	case <-m.enter:
		t.Fatal("another layer began")
	}
	news, err := s.out.take(context.Background(), r.done, nil)
	if err == nil && len(news) > 0 {
		err = news[len(news)-1].err
	}
	if e, ok := errors.AsType[*chat.Error](err); !ok || e.Code != chat.CodeShuttingDown {
		t.Errorf("the reader got %v, want %s", err, chat.CodeShuttingDown)
	}
}
