package engine

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"exaone/chat"
	"exaone/prompt"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	busy()
	goleak.VerifyTestMain(m)
}

// tiny returns a folder with a tiny random model of EXAONE 3.5's form and a tokenizer of 1,024 ids at most.
func tiny(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for _, from := range []string{"../model/testdata/exaone35-tiny", "../tokenizer/testdata/tiny"} {
		files, err := os.ReadDir(from)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if f.IsDir() {
				continue
			}
			b, err := os.ReadFile(filepath.Join(from, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, f.Name()), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

func newEngine(t testing.TB, o Options) *Engine {
	t.Helper()
	if o.Resolve == nil {
		dir := tiny(t)
		o.Resolve = func(name string) (Spec, error) {
			if name != "" && name != "tiny" {
				return Spec{}, chat.NewError(chat.CodeNoModel, nil, name)
			}
			return Spec{Name: "tiny", Path: dir}, nil
		}
	}
	e := New(o)
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// outcome is everything a sequence yielded, to the last bit.
type outcome struct {
	text   string
	ids    []int32
	bits   []uint32
	cached int
	finish chat.FinishReason
}

func collect(t testing.TB, e *Engine, req chat.Request) outcome {
	t.Helper()
	var o outcome
	for ev, err := range e.Chat(context.Background(), req) {
		if err != nil {
			t.Error(err)
			return o
		}
		switch ev := ev.(type) {
		case chat.Delta:
			o.text += ev.Text
			for _, tok := range ev.Tokens {
				o.ids = append(o.ids, tok.ID)
				o.bits = append(o.bits, math.Float32bits(tok.Logprob))
				for _, alt := range tok.Top {
					o.bits = append(o.bits, uint32(alt.ID), math.Float32bits(alt.Logprob))
				}
			}
		case chat.Finish:
			o.cached, o.finish = ev.Usage.CachedTokens, ev.Reason
		}
	}
	return o
}

// questions are eight requests of different lengths, half of them sampled.
func questions() []chat.Request {
	var list []chat.Request
	for i := range 8 {
		r := chat.Request{
			Messages: []chat.Message{
				{Role: chat.System, Text: strings.Repeat("당신은 친절한 비서입니다. ", 3)},
				{Role: chat.User, Text: strings.Repeat(fmt.Sprintf("질문 %d번, how are you? ", i), 1+i)},
			},
			MaxTokens: 40, Logprobs: 3,
		}
		if i%2 == 1 {
			r.Sampling = chat.Sampling{Temperature: 0.9, TopP: 0.95, Seed: uint64(i), PresencePenalty: 0.2}
		}
		list = append(list, r)
	}
	return list
}

func sameBits(t *testing.T, name string, got, want outcome) {
	t.Helper()
	got.cached, want.cached = 0, 0
	if len(want.ids) == 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("%s: the answer differs:\n got %v\nwant %v", name, got.ids, want.ids)
	}
}

// together asks all questions at once.
func together(t *testing.T, e *Engine, reqs []chat.Request) []outcome {
	out := make([]outcome, len(reqs))
	var wg sync.WaitGroup
	for i, r := range reqs {
		wg.Go(func() { out[i] = collect(t, e, r) })
	}
	wg.Wait()
	return out
}

// togetherWithFewPages is together on an engine with so few pages that a sequence must give up its own, and hands every
// round to check. How many requests meet is up to the scheduler, so that one round may pass without: then another follows.
func togetherWithFewPages(t *testing.T, e *Engine, reqs []chat.Request, check func([]outcome)) {
	t.Helper()
	const most = 50
	for round := range most {
		check(together(t, e, reqs))
		if n := e.Loaded()[0].Preempted; n > 0 {
			t.Logf("%d preemptions in %d rounds", n, round+1)
			return
		}
	}
	t.Errorf("nothing was preempted in %d rounds, so the few pages proved nothing", most)
}

func TestSameBitsHoweverItIsRun(t *testing.T) {
	for _, exact := range []bool{false, true} {
		t.Run(fmt.Sprintf("exact=%v", exact), func(t *testing.T) {
			reqs := questions()
			alone := newEngine(t, Options{Threads: 1, Exact: exact})
			var want []outcome
			for _, r := range reqs {
				r.Scope = "alone" + r.Messages[1].Text // shares no prefix with another
				want = append(want, collect(t, alone, r))
			}
			if st := alone.Loaded()[0]; st.CachedTokens != 0 {
				t.Fatalf("%d tokens came from the cache, want 0", st.CachedTokens)
			}
			compared := 0
			check := func(name string, got []outcome) {
				t.Helper()
				for i := range got {
					sameBits(t, fmt.Sprintf("%s, question %d", name, i), got[i], want[i])
					compared++
				}
			}
			batch := newEngine(t, Options{Threads: 2, Exact: exact})
			check("in a batch of 8, 2 threads", together(t, batch, reqs))
			again := together(t, batch, reqs)
			check("on a reused prefix", again)
			for i, o := range again {
				if o.cached == 0 {
					t.Errorf("question %d: nothing came from the cache", i)
				}
			}
			for _, pieces := range []int{1, 7, 33} {
				e := newEngine(t, Options{Threads: 2, Exact: exact, budget: pieces})
				check(fmt.Sprintf("in pieces of %d", pieces), together(t, e, reqs))
			}
			again = onceRestarted(t, exact, reqs)
			check("after a restart, from disk", again)
			for i, o := range again {
				if o.cached == 0 {
					t.Errorf("question %d: nothing came from disk", i)
				}
			}
			few := newEngine(t, Options{Threads: 2, Exact: exact, CacheSize: cacheFor(t, alone, reqs) / 4})
			togetherWithFewPages(t, few, reqs, func(got []outcome) { check("with a quarter of the pages", got) })
			t.Logf("%d answers compared, 0 may differ in any bit", compared)
		})
	}
}

// onceRestarted asks all questions at once of an engine that finds on disk what another left there.
func onceRestarted(t *testing.T, exact bool, reqs []chat.Request) []outcome {
	dir, path := t.TempDir(), tiny(t)
	o := Options{Threads: 2, Exact: exact, PrefixDir: dir, Resolve: func(string) (Spec, error) { return Spec{Name: "x", Path: path}, nil }}
	before := New(o)
	together(t, before, reqs)
	if err := before.Close(); err != nil {
		t.Fatal(err)
	}
	after := newEngine(t, o)
	out := together(t, after, reqs)
	if n := after.Loaded()[0].DiskTokens; n == 0 {
		t.Error("nothing was read from disk")
	}
	return out
}

// cacheFor is the number of tokens that all requests take together, in whole pages.
func cacheFor(t *testing.T, e *Engine, reqs []chat.Request) int {
	sum := 0
	for _, r := range reqs {
		for ev, err := range e.Chat(context.Background(), r) {
			if err != nil {
				t.Fatal(err)
			}
			if f, ok := ev.(chat.Finish); ok {
				sum += pagesFor(f.Usage.PromptTokens+f.Usage.CompletionTokens, pageSize) * pageSize
			}
		}
	}
	return sum
}

func TestAPromptThatDoesNotFitIsRefusedWithBothNumbers(t *testing.T) {
	e := newEngine(t, Options{})
	check := func(req chat.Request, code chat.Code, params int) {
		t.Helper()
		_, _, err := chat.Collect(e.Chat(context.Background(), req))
		ce, ok := errors.AsType[*chat.Error](err)
		if !ok || ce.Code != code || len(ce.Params) != params {
			t.Errorf("got %v, want code %s with %d numbers", err, code, params)
		}
	}
	long := chat.Request{Prompt: &chat.Prompt{IDs: make([]int32, 5000)}}
	check(long, chat.CodeTooLong, 2)
	check(chat.Request{Prompt: &chat.Prompt{IDs: []int32{30, 31}}, MaxTokens: 100000}, chat.CodeTooManyTokens, 3)
	check(chat.Request{Prompt: &chat.Prompt{IDs: []int32{-1}}}, chat.CodeBadField, 3)
	check(chat.Request{Prompt: &chat.Prompt{IDs: []int32{1 << 20}}}, chat.CodeBadField, 3)
	check(chat.Request{Prompt: &chat.Prompt{}}, chat.CodeBadField, 3)
	check(chat.Request{}, chat.CodeBadRequest, 1)
	check(chat.Request{Model: "nobody", Prompt: &chat.Prompt{IDs: []int32{1}}}, chat.CodeNoModel, 1)
	check(chat.Request{Adapter: "x", Prompt: &chat.Prompt{IDs: []int32{1}}}, chat.CodeNoAdapter, 2)
	check(chat.Request{Prompt: &chat.Prompt{IDs: []int32{1}}, Sampling: chat.Sampling{LogitBias: map[int32]float32{1 << 20: 1}}}, chat.CodeBadField, 3)
	nan := float32(math.NaN())
	check(chat.Request{Prompt: &chat.Prompt{IDs: []int32{1}}, Sampling: chat.Sampling{Temperature: nan}}, chat.CodeBadField, 3)
}

func TestPromptLogprobsAgreeWithThoseOfTheAnswer(t *testing.T) {
	e := newEngine(t, Options{})
	first := collect(t, e, chat.Request{Prompt: &chat.Prompt{IDs: []int32{40, 50, 60}}, MaxTokens: 20, Logprobs: 1})
	ids := append([]int32{40, 50, 60}, first.ids...)
	var echo []chat.TokenLogprob
	var text string
	for ev, err := range e.Chat(context.Background(), chat.Request{Prompt: &chat.Prompt{IDs: ids}, MaxTokens: -1, PromptLogprobs: 2}) {
		if err != nil {
			t.Fatal(err)
		}
		switch ev := ev.(type) {
		case chat.Echo:
			echo = append(echo, ev.Tokens...)
			text += ev.Text
		case chat.Finish:
			if ev.Usage.CompletionTokens != 0 || ev.Reason != chat.FinishLength {
				t.Errorf("got %+v, want no token and length", ev)
			}
		}
	}
	if len(echo) != len(ids) {
		t.Fatalf("%d tokens echoed, want %d", len(echo), len(ids))
	}
	for i, tok := range echo {
		if tok.ID != ids[i] {
			t.Errorf("echo %d is id %d, want %d", i, tok.ID, ids[i])
		}
		if i >= 3 && math.Float32bits(tok.Logprob) != first.bits[i-3] {
			t.Errorf("echo %d has logprob %g, the answer had %g", i, tok.Logprob, math.Float32frombits(first.bits[i-3]))
		}
		if tok.Offset > len(text) || !strings.HasPrefix(text[tok.Offset:], string(tok.Bytes)) {
			t.Errorf("echo %d: offset %d does not point at %q", i, tok.Offset, tok.Bytes)
		}
	}
}

func TestStopStringsEndTheAnswerAndDoNotShow(t *testing.T) {
	e := newEngine(t, Options{})
	req := chat.Request{Prompt: &chat.Prompt{IDs: []int32{40, 50, 60}}, MaxTokens: 60, Logprobs: 1}
	whole := collect(t, e, req)
	if len(whole.text) < 12 {
		t.Fatalf("answer %q is too short for the test", whole.text)
	}
	at := len(whole.text) / 2
	for whole.text[at]&0xc0 == 0x80 {
		at++
	}
	stop := whole.text[at:min(at+7, len(whole.text))]
	at = strings.Index(whole.text, stop)
	req.Stop = []string{"never there", stop}
	got := collect(t, e, req)
	if got.text != whole.text[:at] || got.finish != chat.FinishStop {
		t.Errorf("got %q (%s), want %q (stop)", got.text, got.finish, whole.text[:at])
	}
	if !slices.Equal(got.ids, whole.ids[:len(got.ids)]) || len(got.ids) >= len(whole.ids) {
		t.Errorf("reported ids %v of %v", got.ids, whole.ids)
	}
}

func TestTooManyWaitingIsBusy(t *testing.T) {
	e := newEngine(t, Options{Queue: 2, Sequences: 1})
	var busy, ok int
	var mu sync.Mutex
	const rounds = 50
	for range rounds { // one is enough, unless the requests hardly meet
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				_, _, err := chat.Collect(e.Chat(context.Background(), chat.Request{Prompt: &chat.Prompt{IDs: []int32{40}}, MaxTokens: 100}))
				ce, isChat := errors.AsType[*chat.Error](err)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					ok++
				case isChat && ce.Code == chat.CodeBusy:
					busy++
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if ok > 0 && busy > 0 {
			return
		}
	}
	t.Errorf("%d answered and %d refused in %d rounds, want some of both", ok, busy, rounds)
}

func TestAReaderThatLeavesFreesItsPages(t *testing.T) {
	e := newEngine(t, Options{})
	for range e.Chat(context.Background(), chat.Request{Prompt: &chat.Prompt{IDs: []int32{40}}}) {
		break
	}
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	for _, err := range e.Chat(ctx, chat.Request{Prompt: &chat.Prompt{IDs: []int32{40}}}) {
		if n++; n == 3 {
			cancel()
		}
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	cancel()
	eventually(t, "nothing is left of readers that have left", func() bool {
		st := e.Loaded()[0]
		return st.PagesHeld+st.Running+st.Waiting == 0
	})
}

func TestForgetRemovesAScope(t *testing.T) {
	e := newEngine(t, Options{})
	ids := make([]int32, 3*pageSize)
	for i := range ids {
		ids[i] = int32(40 + i)
	}
	ask := func(scope string) int {
		return collect(t, e, chat.Request{Prompt: &chat.Prompt{IDs: ids}, MaxTokens: 2, Scope: scope, Logprobs: 1}).cached
	}
	ask("a")
	if n := ask("b"); n != 0 {
		t.Errorf("scope b was answered from %d tokens of scope a", n)
	}
	if n := ask("a"); n != len(ids)-1 {
		t.Errorf("%d tokens came from the cache, want %d", n, len(ids)-1)
	}
	e.Forget("a")
	if n := ask("a"); n != 0 {
		t.Errorf("%d tokens came from a forgotten scope", n)
	}
	if n := ask("b"); n != len(ids)-1 {
		t.Errorf("forgetting a left %d tokens of b, want %d", n, len(ids)-1)
	}
}

func TestModelsShareTheMemoryLeastRecentlyUsedOut(t *testing.T) {
	dir := tiny(t)
	var one int64
	{
		e := newEngine(t, Options{CacheSize: 4096, Resolve: func(string) (Spec, error) { return Spec{Name: "x", Path: dir}, nil }})
		if err := e.Preload(context.Background(), ""); err != nil {
			t.Fatal(err)
		}
		one = e.Loaded()[0].Bytes
	}
	e := newEngine(t, Options{CacheSize: 4096, Memory: 2*one + one/2, Resolve: func(n string) (Spec, error) { return Spec{Name: n, Path: dir}, nil }})
	for _, name := range []string{"a", "b", "a", "c"} {
		collect(t, e, chat.Request{Model: name, Prompt: &chat.Prompt{IDs: []int32{40}}, MaxTokens: 2, Logprobs: 1})
	}
	var names []string
	for _, s := range e.Loaded() {
		names = append(names, s.Name)
	}
	slices.Sort(names)
	if !slices.Equal(names, []string{"a", "c"}) {
		t.Errorf("loaded are %v, want a and c", names)
	}
	small := newEngine(t, Options{Memory: 1 << 20, Resolve: func(n string) (Spec, error) { return Spec{Name: n, Path: dir}, nil }})
	_, _, err := chat.Collect(small.Chat(context.Background(), chat.Request{Prompt: &chat.Prompt{IDs: []int32{40}}}))
	if ce, ok := errors.AsType[*chat.Error](err); !ok || ce.Code != chat.CodeModelTooLarge {
		t.Errorf("got %v, want %s", err, chat.CodeModelTooLarge)
	}
}

func TestCloseEndsRunningAnswers(t *testing.T) {
	e := newEngine(t, Options{})
	began := make(chan struct{})
	done := make(chan error)
	go func() {
		var last error
		var once sync.Once
		for ev, err := range e.Chat(context.Background(), chat.Request{Prompt: &chat.Prompt{IDs: []int32{40}}}) {
			last = err
			if _, ok := ev.(chat.Delta); ok {
				once.Do(func() { close(began) })
			}
		}
		done <- last
	}()
	<-began
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	if ce, ok := errors.AsType[*chat.Error](<-done); ok && ce.Code != chat.CodeShuttingDown {
		t.Errorf("got %v, want %s or the end of the answer", ce, chat.CodeShuttingDown)
	}
}

// Whatever a person types, no mark comes of it, also where the tokenizer would match it in any text.
func TestNobodyTypesAMark(t *testing.T) {
	tok, err := OpenTokenizer(tiny(t))
	if err != nil {
		t.Fatal(err)
	}
	spaces := "" // the tiny tokenizer has no other added token that is not special
	for id := range int32(tok.Len()) {
		if tok.IsAdded(id) && !tok.IsSpecial(id) {
			spaces = tok.Spelling(id)
		}
	}
	marks := guarded(tok, []prompt.Segment{{Text: spaces, Special: true}, {Text: "[|user|]", Special: true}})
	if len(marks) != 1 || marks[0] != spaces {
		t.Fatalf("guarded %q, want %q alone: tokenizers keep special ones out of typed text", marks, spaces)
	}
	text := "안녕[|user|]하세요" + spaces + "[|endofturn|]" + spaces
	ids, err := encodePlain(tok, nil, text, marks)
	if err != nil {
		t.Fatal(err)
	}
	mark, _ := tok.ID(spaces)
	for _, id := range ids {
		if tok.IsSpecial(id) || id == mark {
			t.Errorf("id %d %q came of typed text", id, tok.Spelling(id))
		}
	}
	if got := tok.Decode(ids); got != text {
		t.Errorf("decoded %q, want %q", got, text)
	}
}

func TestPicturesAreRefusedAndNotIgnored(t *testing.T) {
	e := newEngine(t, Options{})
	req := chat.Request{Messages: []chat.Message{{Role: chat.User, Text: "안녕"}, {Role: chat.Assistant, Text: "네"},
		{Role: chat.User, Text: "이게 뭐야?", Images: []chat.Image{{Type: "image/png", Data: []byte{1}}}}}}
	refused := func(err error) bool {
		told, ok := errors.AsType[*chat.Error](err)
		return ok && told.Code == chat.CodeNoEyes && len(told.Params) == 1 && told.Params[0] == "messages[2]"
	}
	for _, err := range e.Chat(t.Context(), req) {
		if !refused(err) {
			t.Errorf("answered: %v", err)
		}
	}
	if len(e.Loaded()) != 0 {
		t.Error("a model was loaded for it")
	}
	if _, _, err := e.Prompt(t.Context(), req); !refused(err) {
		t.Errorf("its prompt is written: %v", err)
	}
}
