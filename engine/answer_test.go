package engine

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"exaone/chat"
	"exaone/model"
	"exaone/tensor"
)

// Whatever the tokens and stop strings are, also those that begin or end inside a token or a character: text is what
// the tokens spell up to the first stop string, and no token is lost, doubled or out of order.
func TestTokensSpellTheText(t *testing.T) {
	tok, err := OpenTokenizer(tiny(t))
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 4))
	stopped := 0
	for range 3000 {
		ids := make([]int32, 1+random.IntN(20))
		for i := range ids {
			for ids[i] = random.Int32N(int32(tok.Len())); tok.IsAdded(ids[i]); {
				ids[i] = random.Int32N(int32(tok.Len()))
			}
		}
		stream := tok.Stream()
		var whole string
		for _, id := range ids {
			whole += stream.Push(id)
		}
		whole += stream.Close()
		var stops []string
		for range random.IntN(3) {
			if at := random.IntN(len(whole) + 1); at < len(whole) {
				stops = append(stops, whole[at:min(at+1+random.IntN(5), len(whole))])
			}
		}
		want := whole
		if at, _ := findStop(whole, stops); at >= 0 {
			want = whole[:at]
			stopped++
		}
		a := &answer{tok: tok, stream: tok.Stream(), stops: stops, keep: true}
		var events []chat.Event
		for _, id := range ids {
			more, done := a.token(chat.TokenLogprob{ID: id})
			if events = append(events, more...); done {
				break
			}
		}
		text, tokens := spelled(append(events, a.close()...))
		if text != want {
			t.Fatalf("%q with stops %q: got %q, want %q", whole, stops, text, want)
		}
		for i, got := range tokens {
			if got.ID != ids[i] {
				t.Fatalf("token %d of %v is %d", i, ids, got.ID)
			}
			if got.Offset > len(text) {
				t.Fatalf("token %d of %v begins at %d of a text of %d bytes", i, ids, got.Offset, len(text))
			}
		}
		var bytes []byte
		for _, got := range tokens {
			bytes = append(bytes, got.Bytes...)
		}
		if utf8.Valid(bytes) && !strings.HasPrefix(string(bytes), text) {
			t.Fatalf("tokens spell %q, the text is %q", bytes, text)
		}
		if want == whole && len(tokens) != len(ids) {
			t.Fatalf("%d tokens reported, want %d", len(tokens), len(ids))
		}
	}
	if stopped < 500 {
		t.Errorf("only %d answers met a stop string", stopped)
	}
}

func spelled(events []chat.Event) (text string, tokens []chat.TokenLogprob) {
	for _, ev := range events {
		if d, ok := ev.(chat.Delta); ok {
			text += d.Text
			tokens = append(tokens, d.Tokens...)
		}
	}
	return text, tokens
}

// Pieces of an echo are whole characters although its tokens are not.
func TestAnEchoIsWholeCharacters(t *testing.T) {
	e := newEngine(t, Options{})
	const prompt = "안녕하세요 뷁 쀍 🙂 é"
	text, tokens := "", 0
	for ev, err := range e.Chat(context.Background(), chat.Request{Prompt: &chat.Prompt{Text: prompt}, MaxTokens: -1, PromptLogprobs: 1}) {
		if err != nil {
			t.Fatal(err)
		}
		switch ev := ev.(type) {
		case chat.Echo:
			if !utf8.ValidString(ev.Text) {
				t.Errorf("%q is cut inside a character", ev.Text)
			}
			text += ev.Text
			tokens += len(ev.Tokens)
		case chat.Finish:
			if tokens != ev.Usage.PromptTokens {
				t.Errorf("%d tokens echoed, want %d", tokens, ev.Usage.PromptTokens)
			}
		}
	}
	if !strings.HasSuffix(text, prompt) {
		t.Errorf("echoed %q, want %q", text, prompt)
	}
}

// At the edge of the window a prompt is read, answered or refused, with numbers that are true.
func TestPromptsAtTheEdgeOfTheWindow(t *testing.T) {
	e := newEngine(t, Options{CacheSize: 4 * pageSize})
	window := 4 * pageSize
	for _, c := range []struct {
		prompt, most int
		code         chat.Code
		tokens       int
	}{
		{window, -1, "", 0},
		{window, 0, chat.CodeTooManyTokens, 0},
		{window, 1, chat.CodeTooManyTokens, 0},
		{window - 1, 0, "", 1},
		{window - 1, 1, "", 1},
		{window - 1, 2, chat.CodeTooManyTokens, 0},
		{window - 1, math.MaxInt, chat.CodeTooManyTokens, 0},
		{window + 1, -1, chat.CodeTooLong, 0},
		{window + 1, 1, chat.CodeTooLong, 0},
	} {
		ids := make([]int32, c.prompt)
		for i := range ids {
			ids[i] = int32(30 + i)
		}
		_, finish, err := chat.Collect(e.Chat(context.Background(), chat.Request{Prompt: &chat.Prompt{IDs: ids}, MaxTokens: c.most}))
		told, _ := errors.AsType[*chat.Error](err)
		if (told == nil) != (c.code == "") || told != nil && told.Code != c.code || finish.Usage.CompletionTokens != c.tokens {
			t.Errorf("prompt %d, most %d: got %d tokens and %v, want %d and %q", c.prompt, c.most, finish.Usage.CompletionTokens, err, c.tokens, c.code)
		}
	}
}

// oracle is a model whose logits are what a test says, or that panics.
type oracle struct {
	vocab  int
	logits func(id int32) float32
}

func (o oracle) Shape() model.Shape { return model.Shape{Vocab: o.vocab, Window: 1 << 10} }

func (o oracle) Forward(_ tensor.Ops, b *model.Batch, _ *tensor.KV) ([]float32, error) {
	out := make([]float32, 0, len(b.Want)*o.vocab)
	for range b.Want {
		for id := range int32(o.vocab) {
			out = append(out, o.logits(id))
		}
	}
	return out, nil
}

func newOracle(t *testing.T, sequences, queue int, logits func(int32) float32) *runner {
	l := limits{window: 1 << 10, sequences: sequences, queue: queue}
	r := newRunner(oracle{4, logits}, nil, nil, 64, pageSize, l, newPace(1, model.Shape{}, 0), drafter{mode: SpeculateOff}, nil, slog.New(slog.DiscardHandler))
	t.Cleanup(r.stop)
	return r
}

func newSequence(share string, most int) *sequence {
	return &sequence{ctx: context.Background(), ids: []int32{1, 2, 3}, prompt: 3, most: most, share: share,
		out: mailbox{signal: make(chan struct{}, 1)}}
}

// line lets a sequence wait for a runner whose goroutine is the test's.
func line(r *runner, s *sequence) {
	r.queue.again(s.share)
	r.waiting = append(r.waiting, s)
}

// wait returns the error or nil that a sequence ended with.
func wait(r *runner, s *sequence) error {
	for {
		list, err := s.out.take(context.Background(), r.done, nil)
		if err != nil {
			return err
		}
		for _, n := range list {
			if n.err != nil || n.end != "" {
				return n.err
			}
		}
	}
}

// What is no number is an error and not an answer; a step that panics ends its sequences and not the runner.
func TestAModelThatComputesNonsense(t *testing.T) {
	what := float32(math.NaN())
	r := newOracle(t, 4, 4, func(int32) float32 {
		if what < 0 {
			panic("out of luck")
		}
		return what
	})
	for _, c := range []struct {
		logit float32
		fails bool
	}{{float32(math.NaN()), true}, {float32(math.Inf(1)), true}, {-1, true}, {1, false}} {
		what = c.logit
		s := newSequence("", 3)
		if err := r.submit(s); err != nil {
			t.Fatal(err)
		}
		err := wait(r, s)
		if (err != nil) != c.fails {
			t.Errorf("logits %g: got %v", c.logit, err)
		}
		if told, ok := errors.AsType[*chat.Error](err); c.fails && c.logit != -1 && (!ok || told.Code != chat.CodeModelNoNumbers) {
			t.Errorf("logits %g: got %v, want %s", c.logit, err, chat.CodeModelNoNumbers)
		}
	}
}

// Who asks once waits for one answer to somebody who asks fifty times, and not for fifty.
func TestSharesTakeTurns(t *testing.T) {
	r := newOracle(t, 1, 100, func(int32) float32 { return 1 })
	r.stop() // from here on the test is the runner's goroutine
	for range 50 {
		line(r, newSequence("many", 5))
	}
	r.admit()
	one := newSequence("one", 5)
	line(r, one)
	for one.generated() < 5 {
		r.step()
		r.admit()
	}
	if left := len(r.waiting) + len(r.running); left != 49 {
		t.Errorf("%d of the fifty were left when the one was answered, want 49", left)
	}
	for len(r.running) > 0 {
		r.step()
		r.admit()
	}
	if len(r.served) != 0 {
		t.Errorf("%v is remembered when nobody is here", r.served)
	}
}

// Who holds every place gives one to whoever has none, without an answer having to end first, and loses nothing by it.
func TestAShareGivesUpAPlaceToWhoHasNone(t *testing.T) {
	r := newOracle(t, 4, 100, func(int32) float32 { return 1 })
	r.stop() // from here on the test is the runner's goroutine
	var many []*sequence
	for range 6 {
		s := newSequence("many", 40)
		many = append(many, s)
		line(r, s)
	}
	for range 3 {
		r.admit()
		r.step()
	}
	one := newSequence("one", 5)
	line(r, one)
	for one.generated() < 5 {
		r.admit()
		r.step()
		if len(r.running) > 4 {
			t.Fatalf("%d run at once, want 4 at most", len(r.running))
		}
	}
	ended := 0
	for _, s := range many {
		if s.generated() == 40 {
			ended++
		}
	}
	if ended > 0 {
		t.Errorf("%d long answers ended before the short one of somebody else", ended)
	}
	if n := r.stats.preempted.Load(); n != 1 {
		t.Errorf("%d sequences were preempted, want 1", n)
	}
	for len(r.running)+len(r.waiting) > 0 {
		r.admit()
		r.step()
	}
	for i, s := range many {
		if s.generated() != 40 {
			t.Errorf("answer %d has %d tokens, want 40", i, s.generated())
		}
	}
}

// Who fills the queue keeps himself out, and not others.
func TestAFullQueueHasRoomForOthers(t *testing.T) {
	var q queue
	const most = 3
	for i, c := range []struct {
		share string
		ok    bool
	}{{"a", true}, {"a", true}, {"a", true}, {"a", false}, {"b", true}, {"b", false}, {"c", true}, {"d", true}, {"e", false}} {
		if n, ok := q.enter(c.share, most); ok != c.ok {
			t.Errorf("%d: %s entered: %v with %d waiting, want %v", i, c.share, ok, n, c.ok)
		}
	}
	for _, share := range []string{"a", "a", "a", "b", "c", "d"} {
		q.leave(share)
	}
	if q.length() != 0 || len(q.share) != 0 {
		t.Errorf("%d wait when all have left, of %v", q.length(), q.share)
	}
}

// A share is forgotten with its last sequence, also with one that was preempted and left while it waited, and is
// charged for a prompt once.
func TestPreemptedSequencesAreChargedOnce(t *testing.T) {
	r := newOracle(t, 2, 10, func(int32) float32 { return 1 })
	r.stop()
	ctx, leave := context.WithCancel(context.Background())
	s := newSequence("a", 5)
	s.ctx = ctx
	line(r, s)
	r.admit()
	charged := r.served["a"]
	r.release(s)
	r.preempt([]int{0})
	r.admit()
	if r.served["a"] != charged {
		t.Errorf("charged %g after a preemption, want %g", r.served["a"], charged)
	}
	r.release(s)
	r.preempt([]int{0})
	leave()
	r.dropLeft()
	if len(r.served) != 0 || len(r.waiting) != 0 {
		t.Errorf("left are %v and %d waiting", r.served, len(r.waiting))
	}
}

// What was asked before a scope was forgotten leaves no pages behind, whether it runs or waits.
func TestForgetReachesWhoWaits(t *testing.T) {
	r := newOracle(t, 1, 10, func(int32) float32 { return 1 })
	r.stop()
	runs, waits, comes := newSequence("a", 100), newSequence("a", 100), newSequence("a", 100)
	r.running = []*sequence{runs}
	line(r, waits)
	r.queue.again(comes.share)
	r.inbox <- comes
	r.forgetNow(forget{[]tag{{}}, make(chan struct{})})
	r.retire(0)
	for len(r.waiting)+len(r.running) > 0 {
		r.admit()
		r.step()
	}
	if r.pages.cached != 0 || len(r.pages.nodes()) != 0 {
		t.Errorf("%d pages of a forgotten scope are cached", r.pages.cached)
	}
	if waits.generated() != 100 || comes.generated() != 100 {
		t.Errorf("%d and %d tokens, want 100 and 100", waits.generated(), comes.generated())
	}
}
