package assistant

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"exaone/chat"
	"exaone/store"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}

var ann = chat.Principal{ID: "local"}

// fakeModels count a token for each character and a few for each message, and say what reply says, a word at a time.
type fakeModels struct {
	window   int
	level    Level
	prefills bool
	eyes     bool
	hidden   bool // nobody knows its tokens
	reply    func(req chat.Request) string

	mu     sync.Mutex
	asked  []chat.Request
	refuse error                               // every question
	inside map[string]int                      // questions that have been let in and have not ended, by whose they are
	before func(context.Context, chat.Request) // it says anything; nil is nothing
	left   func()                              // called once a question has ended; nil is nothing
	closed string                              // a model that is nobody's to use
}

// within is how many questions of somebody have been let in and have not ended.
func (f *fakeModels) within(who chat.Principal) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.inside[who.ID]
}

func (f *fakeModels) Enter(_ context.Context, who chat.Principal, name string, _ int) (string, func(), error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse != nil {
		return "", nil, f.refuse
	}
	if name != "" && name == f.closed {
		return "", nil, chat.NewError(chat.CodeNoModel, nil, name)
	}
	if f.inside == nil {
		f.inside = make(map[string]int)
	}
	f.inside[who.ID]++
	return "pass of " + who.ID, sync.OnceFunc(func() {
		if f.left != nil {
			f.left()
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.inside[who.ID]--
	}), nil
}

func (f *fakeModels) Describe(_ context.Context, _ chat.Principal, name string) (Model, error) {
	if name == "none" || name != "" && name == f.closed {
		return Model{}, chat.NewError(chat.CodeNoModel, nil, name)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return Model{Name: "fake", Window: f.window, Level: f.level, Eyes: f.eyes}, nil
}

func (f *fakeModels) Count(_ context.Context, req chat.Request) (int, bool, error) {
	if f.hidden {
		return 0, false, nil
	}
	if req.Prompt != nil {
		return len(req.Prompt.IDs), true, nil
	}
	n := 5
	for _, m := range req.Messages {
		n += 4 + len([]rune(m.Text))
	}
	return n, true, nil
}

func (f *fakeModels) Continue(ctx context.Context, req chat.Request, text string) (chat.Request, bool, error) {
	if !f.prefills {
		return req, false, nil
	}
	n, _, _ := f.Count(ctx, req)
	req.Messages, req.Public = nil, 0
	req.Prompt = &chat.Prompt{IDs: make([]int32, n+len([]rune(text)))}
	return req, true, nil
}

func (f *fakeModels) Chat(ctx context.Context, req chat.Request) iter.Seq2[chat.Event, error] {
	f.mu.Lock()
	f.asked = append(f.asked, req)
	f.mu.Unlock()
	return func(yield func(chat.Event, error) bool) {
		if f.before != nil {
			f.before(ctx, req)
		}
		if !yield(chat.Phase{Name: "read", Total: 1}, nil) {
			return
		}
		n := 0
		for word := range strings.SplitAfterSeq(f.reply(req), " ") {
			if ctx.Err() != nil {
				yield(nil, ctx.Err())
				return
			}
			if n++; !yield(chat.Delta{Text: word}, nil) {
				return
			}
		}
		read, _, _ := f.Count(ctx, req)
		yield(chat.Finish{Reason: chat.FinishStop, Model: "fake", Usage: chat.Usage{PromptTokens: read, CompletionTokens: n}}, nil)
	}
}

// requests are those that came so far: a title may be asked for after an answer.
func (f *fakeModels) requests() []chat.Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.asked)
}

// blind takes the eyes away, and forgets what was asked.
func (f *fakeModels) blind() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.eyes, f.asked = false, nil
}

// last is the request that was made last.
func (f *fakeModels) last() chat.Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked[len(f.asked)-1]
}

func says(text string) func(chat.Request) string { return func(chat.Request) string { return text } }

// scripted is a mode that yields what it is told to, and stops where it is held.
type scripted struct {
	name   string
	events []chat.Event
	hold   chan struct{} // before the last event; nil does not hold
	err    error         // after the events
	each   time.Duration // between events
}

func (s scripted) Name() string { return s.name }

func (s scripted) Answer(ctx context.Context, _ Question) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		for i, ev := range s.events {
			if s.hold != nil && i == len(s.events)-1 {
				select {
				case <-s.hold:
				case <-ctx.Done():
					yield(nil, ctx.Err())
					return
				}
			}
			if s.each > 0 {
				time.Sleep(s.each)
			}
			if !yield(ev, nil) {
				return
			}
		}
		if s.err != nil {
			yield(nil, s.err)
		}
	}
}

// everyEvent has one of every kind, deltas in runs.
var everyEvent = []chat.Event{
	chat.Phase{Name: "read", Done: 1, Total: 2},
	chat.Phase{Name: "read", Done: 2, Total: 2},
	chat.Ledger{Window: 4096, Reserved: 1024, Items: []chat.LedgerItem{{Kind: "question", Label: "안녕", Tokens: 3, Fate: chat.FateKept}}},
	chat.Echo{Text: "질문"},
	chat.Delta{Thinking: "음"},
	chat.Delta{Thinking: "… 👋"},
	chat.Delta{Text: "안녕"},
	chat.Delta{Text: "하세요 👋 "},
	chat.CallDelta{ID: "c1", Name: "search", Arguments: "{"},
	chat.CallDelta{Arguments: "}"},
	chat.Call{ToolCall: chat.ToolCall{ID: "c1", Name: "search", Arguments: "{}"}},
	chat.Result{CallID: "c1", Name: "search", Text: "없음"},
	chat.Citation{Index: 1, Title: "규정", Source: "doc-1", Where: "3쪽", Snippet: "연차는 …"},
	chat.Table{Title: "표", Columns: []string{"가"}, Rows: [][]string{{"1"}}},
	chat.Chart{Title: "그림", Kind: "bar", Spec: json.RawMessage(`{"y":[1,2]}`)},
	chat.File{Name: "a.csv", MIME: "text/csv", Blob: strings.Repeat("0", 64), Size: 3},
	chat.Approval{ID: "a1", What: "지우기", Where: "표", Effect: "되돌릴 수 없음"},
	chat.Verdict{Checked: []string{"1"}, Failed: []string{"2"}},
	chat.Delta{Text: "끝"},
	chat.Delta{Text: "."},
	chat.Finish{Reason: chat.FinishStop, Model: "fake", Usage: chat.Usage{PromptTokens: 3, CompletionTokens: 4}, Warnings: []chat.Warning{}},
}

func openStore(t *testing.T, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// newTurns returns turns over a new store, which end with the test.
func newTurns(t *testing.T, models *fakeModels, modes ...Mode) *Turns {
	t.Helper()
	return turnsOn(t, openStore(t, t.TempDir()), models, modes...)
}

func turnsOn(t *testing.T, s *store.Store, models *fakeModels, modes ...Mode) *Turns {
	t.Helper()
	if models == nil {
		models = &fakeModels{window: 4096, reply: says("네, 그렇습니다.")}
	}
	opts := Options{Store: s, Models: models, Every: 5 * time.Millisecond}
	for _, m := range modes {
		opts.Modes = append(opts.Modes, Offer{Mode: m, Korean: "시험", English: "tests"})
	}
	turns, err := NewTurns(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := turns.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
	})
	return turns
}

// start asks, and fails the test if that is refused.
func start(t *testing.T, turns *Turns, ask Ask) (q, a store.Message) {
	t.Helper()
	q, a, err := turns.Start(t.Context(), ann, ask)
	if err != nil {
		t.Fatal(err)
	}
	return q, a
}

// heard is what a page has after following an answer: texts put together by where deltas go, and the other events. Of
// phases in a row it shows the last.
type heard struct {
	Text, Thinking string
	Others         []chat.Event
	Last           int64
}

func (h *heard) take(n Numbered) {
	h.Last = n.Number
	switch ev := n.Event.(type) {
	case chat.Delta:
		h.Text, h.Thinking = put(h.Text, ev.At, ev.Text), put(h.Thinking, ev.ThinkingAt, ev.Thinking)
	case chat.Phase:
		if i := len(h.Others) - 1; i >= 0 {
			if before, ok := h.Others[i].(chat.Phase); ok && before.Name == ev.Name {
				h.Others[i] = ev
				return
			}
		}
		h.Others = append(h.Others, ev)
	default:
		h.Others = append(h.Others, ev)
	}
}

// put is text.slice(0, at) + piece, as a page does it: in UTF-16.
func put(text string, at int, piece string) string {
	if piece == "" {
		return text
	}
	n := 0
	for i, r := range text {
		if n == at {
			return text[:i] + piece
		}
		n += units(string(r))
	}
	return text + piece
}

// follow hears an answer to its end.
func follow(ctx context.Context, turns *Turns, message string, after int64) (h heard, err error) {
	for n, e := range turns.Follow(ctx, ann, message, after) {
		if e != nil {
			return h, e
		}
		h.take(n)
	}
	return h, nil
}

func code(err error) chat.Code {
	if told, ok := errors.AsType[*chat.Error](err); ok {
		return told.Code
	}
	return ""
}

func message(t *testing.T, turns *Turns, id string) store.Message {
	t.Helper()
	m, err := turns.opts.Store.Message(t.Context(), ann, id)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// failing fails with a code, or has no time for anybody.
type failing struct {
	fakeModels
	code chat.Code
}

func (f *failing) Chat(context.Context, chat.Request) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		code := f.code
		if code == "" {
			code = chat.CodeBusy
		}
		yield(nil, chat.NewError(code, nil, 9, 8))
	}
}
