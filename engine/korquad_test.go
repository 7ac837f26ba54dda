package engine

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"exaone/model"
	"exaone/reference"
	"exaone/tensor"
)

// passage is a paragraph of KorQuAD with one of its questions.
type passage struct {
	context, question string
	sentence          string // of the context, with the answer in it
}

// korquad returns passages of KorQuAD, in the order of the file.
func korquad(t *testing.T) []passage {
	t.Helper()
	var list []passage
	for _, a := range reference.KorQuAD(t) {
		for _, p := range a.Paragraphs {
			for _, q := range p.Questions {
				if s := sentenceAround(p.Text, q.Answer()); len(s) > 100 && len(s) < 600 {
					list = append(list, passage{p.Text, q.Text, s})
					break
				}
			}
		}
	}
	return list
}

// sentenceAround is the sentence of a context that an answer is in.
func sentenceAround(context, answer string) string {
	at := strings.Index(context, answer)
	if at < 0 {
		return ""
	}
	begin := strings.LastIndex(context[:at], "다. ")
	if begin < 0 {
		begin = 0
	} else {
		begin += len("다. ")
	}
	end := strings.Index(context[at:], "다. ")
	if end < 0 {
		return context[begin:]
	}
	return context[begin : at+end+len("다.")]
}

// replay is a model that says a given text: it computes what the model beneath does, and then something else.
type replay struct {
	model.Model
	text []int32
}

func (m *replay) Forward(ops tensor.Ops, b *model.Batch, kv *tensor.KV) ([]float32, error) {
	out, err := m.Model.Forward(ops, b, kv)
	if err != nil {
		return nil, err
	}
	width := m.Shape().Vocab
	for i, w := range b.Want {
		out[i*width+int(m.text[b.Rows[w].Pos+1])] = 1e9
	}
	return out, nil
}

// stage is a model that replays, run with and without guesses.
type stage struct {
	loaded    *loaded
	model     *replay
	with, out *runner
}

func newStage(t *testing.T, e *Engine, path string) *stage {
	t.Helper()
	m, err := e.acquire(context.Background(), path, func() bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.release(m) })
	s := &stage{loaded: m, model: &replay{Model: m.runner.model}}
	make := func(mode Speculation) *runner {
		kv, err := tensor.NewKV(m.kv)
		if err != nil {
			t.Fatal(err)
		}
		l := limits{window: m.window, sequences: 1, queue: 1}
		r := newRunner(s.model, m.runner.ops, kv, m.pageCount, pageSize, l, newPace(m.file.Size(), m.info.Shape, 0),
			drafter{mode: mode}, nil, slog.New(slog.DiscardHandler))
		t.Cleanup(func() { r.stop(); _ = kv.Close() })
		return r
	}
	s.with, s.out = make(SpeculateAuto), make(SpeculateOff)
	return s
}

// say replays an answer and returns how long its tokens took after the first.
func (s *stage) say(t *testing.T, r *runner, prompt, answer []int32) time.Duration {
	t.Helper()
	s.model.text = append(slices.Concat(prompt, answer), 0)
	q := &sequence{ctx: context.Background(), ids: slices.Clone(prompt), prompt: len(prompt), most: len(answer),
		out: mailbox{signal: make(chan struct{}, 1)}}
	if err := r.submit(q); err != nil {
		t.Fatal(err)
	}
	var start time.Time
	var said []int32
	for {
		list, err := q.out.take(context.Background(), r.done, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range list {
			switch {
			case n.err != nil:
				t.Fatal(n.err)
			case n.isToken:
				said = append(said, n.token.ID)
				if start.IsZero() {
					start = time.Now()
				}
			case n.end != "":
				if !slices.Equal(said, answer) {
					t.Fatalf("said %v, want %v", said, answer)
				}
				return time.Since(start)
			}
		}
	}
}

// pair says an answer without and with guesses, in turns, and returns the ratio of the times.
func (s *stage) pair(t *testing.T, prompt, answer []int32) float64 {
	out, with := time.Duration(1<<62), time.Duration(1<<62)
	for range 2 {
		out = min(out, s.say(t, s.out, prompt, answer))
		with = min(with, s.say(t, s.with, prompt, answer))
	}
	t.Logf("%d tokens: %.2f s, %.2f s with guesses", len(answer), out.Seconds(), with.Seconds())
	return out.Seconds() / with.Seconds()
}

// TestSpeculationOnKorQuAD prints how much faster answers come that quote their prompt: sentences of the context alone,
// 60 % of the tokens, none. What is not quoted is of other articles. EXAONE_SPECULATION names the GGUF files, separated
// by spaces; EXAONE_SPECULATION_ITEMS says how many passages, and EXAONE_SPECULATION_CONTEXT how many tokens of each.
func TestSpeculationOnKorQuAD(t *testing.T) {
	paths := strings.Fields(os.Getenv("EXAONE_SPECULATION"))
	if len(paths) == 0 {
		t.Skip("EXAONE_SPECULATION names no model")
	}
	passages := korquad(t)
	number := func(name string, otherwise int) int {
		if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
			return n
		}
		return otherwise
	}
	items, length := number("EXAONE_SPECULATION_ITEMS", 12), number("EXAONE_SPECULATION_CONTEXT", 600)
	runtime.GOMAXPROCS(runtime.NumCPU() + 2)
	for _, path := range paths {
		e := newEngine(t, Options{Threads: runtime.NumCPU(), CacheSize: 4096, Resolve: func(n string) (Spec, error) { return Spec{Name: n, Path: n}, nil }})
		s := newStage(t, e, path)
		random := rand.New(rand.NewPCG(7, 8))
		encode := func(text string, most int) []int32 {
			ids, err := s.loaded.tok.TryEncode(nil, text, false)
			if err != nil {
				t.Fatal(err)
			}
			return ids[:min(len(ids), most)]
		}
		ratios := make(map[string][]float64)
		for i := range items {
			p := passages[(i*37)%len(passages)]
			other := func(n int) []int32 { return encode(passages[random.IntN(len(passages))].sentence, n) }
			// The sentence is at the front of what is read, however little that is.
			known := p.context[strings.Index(p.context, p.sentence):]
			prompt := slices.Concat(encode(known, length), encode("\n\n질문: "+p.question+"\n답: ", 40))
			quote := encode(p.sentence, min(90, length))
			free := len(quote) * 2 / 3 / 2
			ratios["quoted"] = append(ratios["quoted"], s.pair(t, prompt, quote))
			ratios["60 % quoted"] = append(ratios["60 % quoted"], s.pair(t, prompt, slices.Concat(other(free), quote, other(free))))
			ratios["free"] = append(ratios["free"], s.pair(t, prompt, other(60)))
		}
		for _, kind := range []string{"quoted", "60 % quoted", "free"} {
			list := ratios[kind]
			slices.Sort(list)
			t.Logf("%s, %s: %.2f× (%.2f to %.2f) of %d pairs", filepath.Base(path), kind, list[len(list)/2], list[0], list[len(list)-1], len(list))
		}
		st := &s.with.stats
		t.Logf("%s: %d of %d guesses came true; %d tokens in %d steps", filepath.Base(path),
			st.accepted.Load(), st.drafted.Load(), st.outTokens.Load(), st.steps.Load())
		for n := 1; n <= 17; n++ {
			t.Logf("a step of %d rows at 600: %.1f ms", n, 1e3*s.with.pace.seconds(span(600, n)))
		}
	}
}
