package engine

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"testing"

	"exaone/chat"
	"exaone/model"
	"exaone/tensor"
)

// variants are requests with every kind of sampling, prompts that repeat themselves, stops and limits.
func variants() []chat.Request {
	list := questions()
	verse := []int32{40, 51, 62, 73, 84, 95, 106}
	var song []int32
	for range 12 {
		song = append(song, verse...)
	}
	for i, s := range []chat.Sampling{
		{},
		{Temperature: 0.3, Seed: 1},
		{Temperature: 0.7, TopK: 5, Seed: 2},
		{Temperature: 1.2, MinP: 0.2, Seed: 3},
		{RepetitionPenalty: 1.3},
		{Temperature: 0.5, TopP: 0.5, FrequencyPenalty: 0.4, PresencePenalty: 0.1, Seed: 4},
		{LogitBias: map[int32]float32{40: 3, 51: 2.9}},
	} {
		r := chat.Request{Prompt: &chat.Prompt{IDs: song[:60+i]}, MaxTokens: 30 + 7*i, Logprobs: 1 + i%3, Sampling: s}
		if i%2 == 1 {
			r.PromptLogprobs = 1
		}
		list = append(list, r)
	}
	return list
}

// Guessing changes no bit of any answer: greedy or sampled, with penalties, alone or with others, with few pages, with
// stop strings and limits that fall among guesses.
func TestSameBitsWithSpeculation(t *testing.T) {
	reqs := variants()
	off := newEngine(t, Options{Threads: 2, Speculate: SpeculateOff})
	var want []outcome
	for i := range reqs {
		o := collect(t, off, reqs[i])
		if i%3 == 0 { // and once more up to a stop string
			r := reqs[i]
			if at := len(o.text) / 2; at > 0 {
				r.Stop = []string{o.text[at:min(at+5, len(o.text))]}
				o, reqs[i] = collect(t, off, r), r
			}
		}
		want = append(want, o)
	}
	few := cacheFor(t, off, reqs) / 4
	for _, c := range []struct {
		name string
		o    Options
	}{
		{"one guess", Options{Threads: 2, drafts: 1}},
		{"four guesses", Options{Threads: 2, drafts: 4}},
		{"sixteen guesses", Options{Threads: 1, drafts: 16}},
		{"sixteen guesses and few pages", Options{Threads: 2, drafts: 16, CacheSize: few}},
		{"guesses where they pay", Options{Threads: 2}},
	} {
		e := newEngine(t, c.o)
		check := func(list []outcome) {
			for i, got := range list {
				sameBits(t, fmt.Sprintf("%s, together, request %d", c.name, i), got, want[i])
			}
		}
		if c.o.CacheSize > 0 {
			togetherWithFewPages(t, e, reqs, check)
		} else {
			check(together(t, e, reqs))
		}
		for i, r := range reqs {
			sameBits(t, fmt.Sprintf("%s, alone, request %d", c.name, i), collect(t, e, r), want[i])
		}
		st := e.Loaded()[0]
		if c.o.drafts > 0 && (st.Accepted == 0 || st.Accepted == st.Drafted) {
			t.Errorf("%s: %d of %d guesses came true, want some of both", c.name, st.Accepted, st.Drafted)
		}
		t.Logf("%s: %d tokens in %d steps, %d of %d guesses came true", c.name, st.OutTokens, st.Steps, st.Accepted, st.Drafted)
	}
}

// reciter is a model that says a text by heart, whatever it is given, and checks that it is given its own text.
type reciter struct {
	text  []int32
	wrong int // rows that held something else at their position
	rows  int
	work  func(rows int) // what a step does besides, if not nil
}

func (m *reciter) Shape() model.Shape { return model.Shape{Vocab: 64, Window: 1 << 12} }

func (m *reciter) Forward(_ tensor.Ops, b *model.Batch, _ *tensor.KV) ([]float32, error) {
	m.rows += len(b.Rows)
	if m.work != nil {
		m.work(len(b.Rows))
	}
	out := make([]float32, len(b.Want)*64)
	for i, w := range b.Want {
		if b.IDs[w] != m.text[b.Rows[w].Pos] {
			m.wrong++
		}
		out[i*64+int(m.text[b.Rows[w].Pos+1])] = 1
	}
	return out, nil
}

// recite runs one sequence to its end with a reciter and returns what it said.
func recite(t *testing.T, m *reciter, prompt, most, always int, end map[int32]bool) (said []int32, why chat.FinishReason, r *runner) {
	t.Helper()
	l := limits{window: 1 << 12, sequences: 4, queue: 4}
	r = newRunner(m, nil, nil, 128, pageSize, l, newPace(1, m.Shape(), 0), drafter{always: always}, nil, slog.New(slog.DiscardHandler))
	t.Cleanup(r.stop)
	s := &sequence{ctx: context.Background(), ids: slices.Clone(m.text[:prompt]), prompt: prompt, most: most, end: end,
		out: mailbox{signal: make(chan struct{}, 1)}}
	if err := r.submit(s); err != nil {
		t.Fatal(err)
	}
	for {
		list, err := s.out.take(context.Background(), r.done, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range list {
			if n.isToken {
				said = append(said, n.token.ID)
			}
			if n.end != "" || n.err != nil {
				return said, n.end, r
			}
		}
	}
}

func TestGuessesAtTheEndOfAnAnswer(t *testing.T) {
	text := make([]int32, 400)
	for i := range text {
		text[i] = int32(i % 10)
	}
	for most := 1; most < 40; most++ { // the limit falls on every place of a draft
		said, why, r := recite(t, &reciter{text: text}, 30, most, 16, nil)
		if !slices.Equal(said, text[30:30+most]) || why != chat.FinishLength {
			t.Errorf("most %d: got %v (%s)", most, said, why)
		}
		if over := r.stats.accepted.Load() - int64(most); over >= 0 {
			t.Errorf("most %d: %d guesses more than tokens", most, over)
		}
	}
	for at := 31; at < 60; at++ { // the end falls on every place of a draft, and was guessed or was not
		ended := slices.Clone(text)
		ended[at] = 63
		for _, heard := range []bool{false, true} {
			if ended[12] = text[12]; heard {
				ended[12] = 63
			}
			said, why, _ := recite(t, &reciter{text: ended}, 30, 100, 16, map[int32]bool{63: true})
			if !slices.Equal(said, ended[30:at]) || why != chat.FinishStop {
				t.Errorf("end at %d, guessed %v: got %v (%s)", at, heard, said, why)
			}
		}
	}
}

// A step with n guesses that come true runs n rows for n+1 tokens and nothing twice.
func TestNothingIsComputedTwice(t *testing.T) {
	text := make([]int32, 400)
	for i := range text {
		text[i] = int32(i % 10)
	}
	m := &reciter{text: text}
	said, _, r := recite(t, m, 40, 170, 16, nil)
	r.stop()
	rejected := int(r.stats.drafted.Load() - r.stats.accepted.Load())
	if want := 40 + len(said) - 1 + rejected; m.rows != want || rejected != 0 || m.wrong != 0 {
		t.Errorf("%d rows (%d rejected, %d wrong), want %d", m.rows, rejected, m.wrong, want)
	}
	if steps := int(r.stats.steps.Load()); steps > 13 {
		t.Errorf("%d steps for 170 tokens in drafts of 16, want 13 at most", steps)
	}
}

// A reader who leaves in the middle of guesses frees all pages.
func TestLeavingAmongGuesses(t *testing.T) {
	e := newEngine(t, Options{drafts: 8})
	for stop := 1; stop < 12; stop++ {
		n := 0
		for range e.Chat(context.Background(), chat.Request{Prompt: &chat.Prompt{IDs: []int32{40, 41, 42}}, MaxTokens: 100}) {
			if n++; n == stop {
				break
			}
		}
	}
	eventually(t, "nothing is left of readers that have left", func() bool {
		st := e.Loaded()[0]
		return st.PagesHeld+st.Running+st.Waiting == 0
	})
}

// The index finds the longest of the places that agree with the end, as a search through everything does.
func TestLookupFindsTheLongestMatch(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		ids := make([]int32, 2+random.IntN(20))
		for i := range ids {
			ids[i] = random.Int32N(5)
		}
		l := newLookup(ids, 100)
		for range 60 {
			ids = append(ids, random.Int32N(5))
			l.push(ids)
			want := longest(ids)
			if l.long > want || l.long < min(want, 2) || want <= 4 && l.long < want && places(ids) <= mostPlaces {
				t.Fatalf("%v: a match of %d, want %d", ids, l.long, want)
			}
			if l.long > 0 && !slices.Equal(ids[l.from-l.long:l.from], ids[len(ids)-l.long:]) {
				t.Fatalf("%v: %d ids before %d do not agree with the end", ids, l.long, l.from)
			}
		}
	}
}

// longest is the length of the longest earlier match of the end of ids, of two at least, or 0.
func longest(ids []int32) int {
	best := 0
	for end := 0; end < len(ids)-1; end++ {
		n := 0
		for n < longestMatch && n <= end && ids[end-n] == ids[len(ids)-1-n] {
			n++
		}
		best = max(best, n)
	}
	if best < 2 {
		return 0
	}
	return best
}

// places counts where the last two ids stand together.
func places(ids []int32) int {
	n := 0
	for i := 1; i < len(ids); i++ {
		if ids[i-1] == ids[len(ids)-2] && ids[i] == ids[len(ids)-1] {
			n++
		}
	}
	return n
}

// What repeats itself is guessed to go on so, beyond its end.
func TestADraftGoesOnInCircles(t *testing.T) {
	l := newLookup([]int32{1, 2, 3, 1, 2, 3, 1, 2}, 10)
	got := l.draft(nil, []int32{1, 2, 3, 1, 2, 3, 1, 2}, 7)
	if want := []int32{3, 1, 2, 3, 1, 2, 3}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// raced reports whether the race detector watches, which allocates.
func raced() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// A step of streams allocates nothing, with guesses and without: what is allocated in it, the collector has to find
// while everybody waits for the next token.
func TestAStepAllocatesNothing(t *testing.T) {
	if raced() {
		t.Skip("race: the detector allocates")
	}
	text := make([]int32, 4000)
	random := rand.New(rand.NewPCG(3, 1))
	for i := range text {
		if text[i] = random.Int32N(60); i%100 > 50 && i > 200 {
			text[i] = text[i-100]
		}
	}
	for _, d := range []drafter{{mode: SpeculateOff}, {always: 4}} {
		m := &reciter{text: text}
		l := limits{window: 1 << 12, sequences: 4, queue: 4}
		r := newRunner(&still{reciter: m}, nil, nil, 400, pageSize, l, newPace(1, m.Shape(), 0), d, nil, slog.New(slog.DiscardHandler))
		r.stop() // from here on the test is the runner's goroutine
		for i := range 3 {
			s := &sequence{ctx: context.Background(), prompt: 30, most: 3000, noShare: true,
				ids: append(make([]int32, 0, 4000), text[:30]...), out: mailbox{signal: make(chan struct{}, 1)}}
			if i == 2 {
				s.sampling = chat.Sampling{Temperature: 0.5, TopP: 0.9, RepetitionPenalty: 1.01}
			}
			line(r, s)
		}
		r.admit()
		step := func() {
			r.step()
			for _, s := range r.running {
				s.out.queue = s.out.queue[:0] // as a reader takes it
			}
		}
		for range 300 {
			step()
		}
		if n := testing.AllocsPerRun(200, step); n > 0 || len(r.running) != 3 {
			t.Errorf("%+v: %g allocations a step of %d sequences, want 0 of 3", d, n, len(r.running))
		}
	}
}

// still is a reciter that allocates nothing, as models do.
type still struct {
	*reciter
	out []float32
}

func (m *still) Forward(_ tensor.Ops, b *model.Batch, _ *tensor.KV) ([]float32, error) {
	m.out = append(m.out[:0], make([]float32, len(b.Want)*64)...)
	for i, w := range b.Want {
		m.out[i*64+int(m.text[b.Rows[w].Pos+1])] = 1e3
	}
	return m.out, nil
}
