package people

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"exaone/chat"
)

// ledger is Books in memory.
type ledger struct {
	mu      sync.Mutex
	quotas  map[string]Quota
	used    map[string]chat.Usage // by principal, day and model
	readers map[string][]string
	teams   map[string]TeamQuota // by id
	err     error
}

func (l *ledger) TeamQuotasOf(_ context.Context, who chat.Principal) (all []TeamQuota, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range who.Groups {
		if q, ok := l.teams[id]; ok {
			all = append(all, q)
		}
	}
	return all, l.err
}

// TeamUsageOf is of everybody whose name is that of the team and a dash.
func (l *ledger) TeamUsageOf(_ context.Context, team, day string) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var sum int64
	for key, u := range l.used {
		if strings.HasPrefix(key, team+"-") && strings.Contains(key, day) {
			sum += int64(u.PromptTokens + u.CompletionTokens)
		}
	}
	return sum, l.err
}

func (l *ledger) QuotaOf(_ context.Context, who chat.Principal) (Quota, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if q, ok := l.quotas[who.ID]; ok {
		return q, l.err
	}
	return Unlimited, l.err
}

func (l *ledger) UsageOf(_ context.Context, who chat.Principal, day string) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var sum int64
	for _, model := range []string{"tiny", "embedder"} {
		u := l.used[who.ID+" "+day+" "+model]
		sum += int64(u.PromptTokens + u.CompletionTokens)
	}
	return sum, l.err
}

func (l *ledger) AddUsage(_ context.Context, who chat.Principal, day, model string, used chat.Usage) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := who.ID + " " + day + " " + model
	sum := l.used[key]
	sum.PromptTokens += used.PromptTokens
	sum.CachedTokens += used.CachedTokens
	sum.CompletionTokens += used.CompletionTokens
	l.used[key] = sum
	return l.err
}

func (l *ledger) ModelReaders(context.Context) (map[string][]string, error) { return l.readers, l.err }

// speaker reads ten tokens and says five, waiting for hold before each if there is one.
type speaker struct {
	hold   chan struct{}
	silent bool // about what it has read
}

func (s speaker) Chat(ctx context.Context, _ chat.Request) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		if !s.silent && !yield(chat.Phase{Name: "read", Done: 10, Total: 10}, nil) {
			return
		}
		for range 5 {
			if s.hold != nil {
				<-s.hold
			}
			if !yield(chat.Delta{Text: "말"}, nil) {
				return
			}
		}
		yield(chat.Finish{Reason: chat.FinishStop, Model: "tiny", Usage: chat.Usage{PromptTokens: 10, CachedTokens: 4, CompletionTokens: 5}}, nil)
	}
}

func (speaker) Embed(_ context.Context, req chat.EmbedRequest) (chat.Embeddings, error) {
	return chat.Embeddings{Model: "embedder", Tokens: 3 * len(req.Texts)}, nil
}

func (speaker) Rank(_ context.Context, req chat.RankRequest) (chat.Ranking, error) {
	return chat.Ranking{Model: "embedder", Tokens: 2 * len(req.Texts)}, nil
}

// seoul is where the server of the tests is.
var seoul = time.FixedZone("KST", 9*3600)

func newMeter(books *ledger, model speaker, now *time.Time) *Meter {
	if books.used == nil {
		books.used = make(map[string]chat.Usage)
	}
	return NewMeter(MeterOptions{Model: model, Embedder: model, Ranker: model, Books: books,
		Now: func() time.Time { return *now },
		Name: func(model string, task Task) string {
			switch {
			case model == "" && task != Chats:
				return "embedder"
			case model == "" || model == "alias":
				return "tiny"
			}
			return model
		}})
}

func asks(t *testing.T, m *Meter, who chat.Principal, model string) error {
	t.Helper()
	_, _, err := chat.Collect(m.Chat(t.Context(), chat.Request{Principal: who, Model: model}))
	return err
}

var hong = chat.Principal{ID: "hong", Role: Member, Groups: []string{"sales"}}

func TestTheDayEnds(t *testing.T) {
	now := time.Date(2026, 11, 30, 23, 0, 0, 0, seoul)
	books := &ledger{quotas: map[string]Quota{"hong": {PerDay: 20, PerMinute: -1, AtOnce: -1}}}
	m := newMeter(books, speaker{}, &now)
	for i := range 2 { // 15 of 20, then 30
		if err := asks(t, m, hong, ""); err != nil {
			t.Fatalf("question %d: %v", i, err)
		}
	}
	err := asks(t, m, hong, "")
	told, _ := errors.AsType[*chat.Error](err)
	if told == nil || told.Code != chat.CodeQuotaDay || !slices.Equal(told.Params, []any{int64(30), int64(20), "2026-12-01 00:00"}) {
		t.Fatalf("a third: %v", err)
	}
	if _, err := m.Embed(t.Context(), chat.EmbedRequest{Principal: hong, Texts: []string{"a"}}); codeOf(err) != chat.CodeQuotaDay {
		t.Errorf("embedding: %v, want %s", err, chat.CodeQuotaDay)
	}
	if got, err := m.Standing(t.Context(), hong); err != nil || got.UsedToday != 30 || !got.Resets.Equal(time.Date(2026, 12, 1, 0, 0, 0, 0, seoul)) {
		t.Errorf("standing %+v, %v", got, err)
	}
	if err := asks(t, m, chat.Principal{ID: "kim", Role: Member}, ""); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	// Another process, after a restart, knows it from the books.
	if err := asks(t, newMeter(books, speaker{}, &now), hong, ""); codeOf(err) != chat.CodeQuotaDay {
		t.Errorf("after a restart: %v, want %s", err, chat.CodeQuotaDay)
	}
	now = now.Add(2 * time.Hour)
	if err := asks(t, m, hong, ""); err != nil {
		t.Errorf("the next day: %v", err)
	}
	want := map[string]chat.Usage{
		"hong 2026-11-30 tiny": {PromptTokens: 20, CachedTokens: 8, CompletionTokens: 10},
		"hong 2026-12-01 tiny": {PromptTokens: 10, CachedTokens: 4, CompletionTokens: 5},
		"kim 2026-11-30 tiny":  {PromptTokens: 10, CachedTokens: 4, CompletionTokens: 5},
	}
	for key, usage := range want {
		if books.used[key] != usage {
			t.Errorf("%s: %+v, want %+v", key, books.used[key], usage)
		}
	}
}

func TestRequestsAMinute(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, seoul)
	m := newMeter(&ledger{quotas: map[string]Quota{"hong": {PerDay: -1, PerMinute: 2, AtOnce: -1}, "none": {PerDay: -1, PerMinute: 0, AtOnce: -1}}}, speaker{}, &now)
	var got []chat.Code
	for _, wait := range []time.Duration{0, 0, 0, 29 * time.Second, time.Second, 10 * time.Minute, 0, 0} {
		now = now.Add(wait)
		got = append(got, codeOf(asks(t, m, hong, "")))
	}
	const no = chat.CodeQuotaMinute
	if want := []chat.Code{"", "", no, no, "", "", "", no}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	told, _ := errors.AsType[*chat.Error](asks(t, m, hong, ""))
	if told == nil || !slices.Equal(told.Params, []any{2, 30}) {
		t.Errorf("refused with %v, want to wait 30 seconds", told)
	}
	if err := asks(t, m, chat.Principal{ID: "none", Role: Member}, ""); codeOf(err) != no {
		t.Errorf("a quota of none: %v, want %s", err, no)
	}
}

// Answers that are being written count while they are, and those that nobody waits for any longer do afterwards.
func TestAnswersUnderWay(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, seoul)
	books := &ledger{quotas: map[string]Quota{"hong": {PerDay: 12, PerMinute: -1, AtOnce: 1}}}
	hold := make(chan struct{})
	m := newMeter(books, speaker{hold: hold}, &now)
	next, stop := iter.Pull2(m.Chat(t.Context(), chat.Request{Principal: hong}))
	next() // it has read
	if err := asks(t, m, hong, ""); codeOf(err) != chat.CodeQuotaAtOnce {
		t.Errorf("a second at once: %v, want %s", err, chat.CodeQuotaAtOnce)
	}
	go func() { hold <- struct{}{}; hold <- struct{}{} }()
	next()
	next()
	if got, _ := m.Standing(t.Context(), hong); got.UsedToday != 12 {
		t.Errorf("while it speaks %d tokens are used, want 12", got.UsedToday)
	}
	if err := asks(t, m, hong, ""); codeOf(err) != chat.CodeQuotaDay {
		t.Errorf("with all tokens in an answer under way: %v, want %s", err, chat.CodeQuotaDay)
	}
	stop()
	if got, want := books.used["hong 2026-11-30 tiny"], (chat.Usage{PromptTokens: 10, CompletionTokens: 2}); got != want {
		t.Errorf("of an answer that was left: %+v, want %+v", got, want)
	}
	if got, _ := m.Standing(t.Context(), hong); got.UsedToday != 12 {
		t.Errorf("after it was left %d tokens are used, want 12", got.UsedToday)
	}
}

func TestWhoMayUseWhichModel(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, seoul)
	books := &ledger{readers: map[string][]string{"tiny": {"sales", "kim"}, "embedder": {"kim"}}}
	m := newMeter(books, speaker{}, &now)
	for _, c := range []struct {
		who   chat.Principal
		model string
		want  chat.Code
	}{
		{hong, "", ""}, {hong, "alias", ""}, {hong, "tiny", ""}, {hong, "open", ""}, {hong, "embedder", chat.CodeNoModel},
		{chat.Principal{ID: "kim", Role: Member}, "tiny", ""},
		{chat.Principal{ID: "lee", Role: Admin}, "tiny", chat.CodeNoModel},
		{chat.Principal{ID: "lee", Role: Admin}, "", chat.CodeNoModel},
		{chat.Local, "tiny", chat.CodeNoModel},
		{chat.Principal{ID: system}, "tiny", ""},
		{chat.Principal{}, "tiny", chat.CodeNoModel},
	} {
		if err := asks(t, m, c.who, c.model); codeOf(err) != c.want {
			t.Errorf("%s asks %q: %v, want %q", c.who.ID, c.model, err, c.want)
		}
	}
	if _, err := m.Embed(t.Context(), chat.EmbedRequest{Principal: hong}); codeOf(err) != chat.CodeNoModel {
		t.Errorf("hong embeds: %v", err)
	}
	if _, err := m.Rank(t.Context(), chat.RankRequest{Principal: hong, Model: "embedder"}); codeOf(err) != chat.CodeNoModel {
		t.Errorf("hong ranks: %v", err)
	}
	visible, err := m.Visible(t.Context(), hong)
	if err != nil || !visible("tiny") || visible("embedder") || !visible("open") {
		t.Errorf("hong sees the wrong models, %v", err)
	}
}

func TestEmbeddingsAreMetered(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, seoul)
	books := &ledger{}
	m := newMeter(books, speaker{}, &now)
	if _, err := m.Embed(t.Context(), chat.EmbedRequest{Principal: hong, Texts: []string{"a", "b"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Rank(t.Context(), chat.RankRequest{Principal: hong, Texts: []string{"a"}}); err != nil {
		t.Fatal(err)
	}
	if got := books.used["hong 2026-11-30 embedder"]; got.PromptTokens != 8 {
		t.Errorf("used %+v, want 8 tokens", got)
	}
	none := NewMeter(MeterOptions{Model: speaker{}, Books: books, Name: func(m string, _ Task) string { return m }})
	if _, err := none.Embed(t.Context(), chat.EmbedRequest{Principal: hong}); codeOf(err) != chat.CodeNoEmbedder {
		t.Errorf("without an embedder: %v", err)
	}
	if _, err := none.Rank(t.Context(), chat.RankRequest{Principal: hong}); codeOf(err) != chat.CodeNoRanker {
		t.Errorf("without a ranker: %v", err)
	}
}

// Nothing is let through where the books cannot be read.
func TestWithoutBooksNothing(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, seoul)
	broken := errors.New("the disk is gone")
	m := newMeter(&ledger{err: broken}, speaker{}, &now)
	if err := asks(t, m, hong, ""); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
}

// Whoever asks at the same time is counted once each.
func TestManyAtOnce(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, seoul)
	books := &ledger{quotas: map[string]Quota{"hong": {PerDay: -1, PerMinute: -1, AtOnce: 64}}}
	m := newMeter(books, speaker{}, &now)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if err := asks(t, m, hong, ""); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got, err := m.Standing(t.Context(), hong); got.UsedToday != 50*15 || err != nil {
		t.Errorf("used %d, %v, want %d", got.UsedToday, err, 50*15)
	}
	if c := m.tally.by["hong"]; c.running != 0 || c.pending != 0 {
		t.Errorf("after all: %+v", c)
	}
}
