package people

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	"exaone/chat"
)

// kim and lee are of one team, which may ask so much together.
var (
	kim = chat.Principal{ID: "sales-kim", Role: Member, Groups: []string{"sales"}}
	lee = chat.Principal{ID: "sales-lee", Role: Member, Groups: []string{"sales"}}
)

func teamBooks(q Quota) *ledger {
	return &ledger{used: make(map[string]chat.Usage), teams: map[string]TeamQuota{"sales": {Quota: q, ID: "sales", Name: "영업"}}}
}

// What one of a team has used is missing to the others, and somebody of no team does not notice.
func TestATeamSharesItsDay(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, seoul)
	books := teamBooks(Quota{PerDay: 20, PerMinute: -1, AtOnce: -1})
	m := newMeter(books, speaker{}, &now)
	for _, who := range []chat.Principal{kim, lee} { // 15, then 30 of 20
		if err := asks(t, m, who, ""); err != nil {
			t.Fatalf("%s: %v", who.ID, err)
		}
	}
	err := asks(t, m, kim, "")
	told, _ := errors.AsType[*chat.Error](err)
	if told == nil || told.Code != chat.CodeQuotaTeamDay || !slices.Equal(told.Params, []any{int64(30), int64(20), "2026-12-01 00:00", "영업"}) {
		t.Fatalf("a third: %v", err)
	}
	if err := asks(t, m, chat.Principal{ID: "park", Role: Member}, ""); err != nil {
		t.Errorf("somebody of another team: %v", err)
	}
	got, err := m.Standing(t.Context(), lee)
	if err != nil || got.UsedToday != 15 || got.PerDay != -1 || len(got.Teams) != 1 || got.Teams[0].UsedToday != 30 ||
		got.Teams[0].ID != "sales" || got.Teams[0].Name != "영업" || got.Teams[0].PerDay != 20 {
		t.Errorf("standing %+v, %v", got, err)
	}
	if err := asks(t, newMeter(books, speaker{}, &now), lee, ""); codeOf(err) != chat.CodeQuotaTeamDay {
		t.Errorf("after a restart: %v, want %s", err, chat.CodeQuotaTeamDay)
	}
	// Somebody comes who has used much already: a minute later the team's count says so, and not before an answer has ended.
	books.teams["sales"] = TeamQuota{Quota{PerDay: 1000, PerMinute: -1, AtOnce: -1}, "sales", "영업"}
	books.used["sales-new 2026-11-30 tiny"] = chat.Usage{PromptTokens: 970}
	now = now.Add(2 * time.Minute)
	if err := asks(t, m, kim, ""); codeOf(err) != chat.CodeQuotaTeamDay {
		t.Errorf("with a new member: %v, want %s", err, chat.CodeQuotaTeamDay)
	}
	now = now.Add(24 * time.Hour)
	if err := asks(t, m, kim, ""); err != nil {
		t.Errorf("the next day: %v", err)
	}
}

// A team's requests a minute and at once are shared, and what one limit refuses takes nothing from another.
func TestATeamSharesItsRequests(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, seoul)
	books := teamBooks(Quota{PerDay: -1, PerMinute: 2, AtOnce: 1})
	books.quotas = map[string]Quota{kim.ID: {PerDay: -1, PerMinute: 2, AtOnce: -1}}
	m := newMeter(books, speaker{}, &now)
	next, stop := iter.Pull2(m.Chat(t.Context(), chat.Request{Principal: lee}))
	next()
	for range 3 { // refused, and not counted for kim
		if err := asks(t, m, kim, ""); codeOf(err) != chat.CodeQuotaTeamAtOnce {
			t.Fatalf("while lee is answered: %v, want %s", err, chat.CodeQuotaTeamAtOnce)
		}
	}
	stop()
	var got []chat.Code
	for _, who := range []chat.Principal{kim, kim, lee} {
		got = append(got, codeOf(asks(t, m, who, "")))
	}
	if want := []chat.Code{"", chat.CodeQuotaTeamMinute, chat.CodeQuotaTeamMinute}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	told, _ := errors.AsType[*chat.Error](asks(t, m, lee, ""))
	if told == nil || !slices.Equal(told.Params, []any{2, 30, "영업"}) {
		t.Errorf("refused with %v", told)
	}
	now = now.Add(time.Minute)
	if err := asks(t, m, kim, ""); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}

// A question is one request, however often its answer asks the model, and while it lasts; a title afterwards is none.
func TestAQuestionIsOneRequest(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, seoul)
	books := &ledger{quotas: map[string]Quota{"hong": {PerDay: 1000, PerMinute: 2, AtOnce: 1}}}
	m := newMeter(books, speaker{}, &now)
	pass, leave, err := m.Enter(t.Context(), hong, "", 3)
	if err != nil {
		t.Fatal(err)
	}
	within := func() error {
		_, _, err := chat.Collect(m.Chat(t.Context(), chat.Request{Principal: hong, Pass: pass}))
		return err
	}
	for i := range 5 {
		if err := within(); err != nil {
			t.Fatalf("round %d: %v", i, err)
		}
	}
	if _, _, err := m.Enter(t.Context(), hong, "", 3); codeOf(err) != chat.CodeQuotaAtOnce {
		t.Errorf("another question meanwhile: %v, want %s", err, chat.CodeQuotaAtOnce)
	}
	leave()
	leave()
	if err := within(); err != nil { // the title
		t.Errorf("after the answer: %v", err)
	}
	if err := asks(t, m, hong, ""); err != nil {
		t.Errorf("the next question: %v", err)
	}
	if err := asks(t, m, hong, ""); codeOf(err) != chat.CodeQuotaMinute {
		t.Errorf("a third in the minute: %v, want %s", err, chat.CodeQuotaMinute)
	}
	if got, err := m.Standing(t.Context(), hong); err != nil || got.UsedToday != 7*15 {
		t.Errorf("%d tokens are used, %v, want %d", got.UsedToday, err, 7*15)
	}
	if got := books.used["hong 2026-11-30 tiny"]; got.PromptTokens != 70 || got.CompletionTokens != 35 {
		t.Errorf("written down %+v", got)
	}
	if c := m.tally.by["hong"]; c.running != 0 || c.pending != 0 || len(m.tally.passes) != 0 {
		t.Errorf("after all: %+v, %d passes", c, len(m.tally.passes))
	}
	// Somebody else's pass is no way around one's own quota, but counts.
	pass, leave, err = m.Enter(t.Context(), chat.Principal{ID: "park", Role: Member}, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer leave()
	if err := within(); err != nil {
		t.Fatal(err)
	}
	if got, _ := m.Standing(t.Context(), hong); got.UsedToday != 8*15 {
		t.Errorf("with another's pass %d tokens are used, want %d", got.UsedToday, 8*15)
	}
}

// broken is a model that fails before it has read anything.
type broken struct{}

func (broken) Chat(context.Context, chat.Request) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) { yield(nil, chat.NewError(chat.CodeInternal, nil, "x")) }
}

// A title, or what is asked for a question that another person has by now, keeps no tokens when it fails.
func TestWhatFailsAfterTheAnswerKeepsNothing(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, seoul)
	books := &ledger{quotas: map[string]Quota{"hong": {PerDay: 1000, PerMinute: -1, AtOnce: -1}}}
	m := newMeter(books, speaker{}, &now)
	m.opts.Model = broken{}
	ended, leave, err := m.Enter(t.Context(), hong, "", 3)
	if err != nil {
		t.Fatal(err)
	}
	within := func(pass string) error {
		title := chat.Request{Principal: hong, Pass: pass, Messages: []chat.Message{{Role: chat.User, Text: "대화의 제목을 지어 주세요"}}}
		_, _, err := chat.Collect(m.Chat(t.Context(), title))
		return err
	}
	if err := within(ended); codeOf(err) != chat.CodeInternal { // one that goes on gives back at its end what it kept
		t.Fatalf("within the question: %v", err)
	}
	leave()
	others, leave, err := m.Enter(t.Context(), chat.Principal{ID: "park", Role: Member}, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer leave()
	for _, pass := range []string{ended, others, "none"} {
		if err := within(pass); codeOf(err) != chat.CodeInternal {
			t.Errorf("it fails with %v, want %s", err, chat.CodeInternal)
		}
	}
	for _, day := range []string{"the same", "the next"} {
		if got, err := m.Standing(t.Context(), hong); err != nil || got.UsedToday != 0 {
			t.Errorf("%s day: %d tokens are used, %v, want 0", day, got.UsedToday, err)
		}
		now = now.Add(24 * time.Hour)
	}
}

// Requests that begin together see what the others will read, though none has read anything yet.
func TestPromptsAreReserved(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, seoul)
	books := &ledger{quotas: map[string]Quota{"hong": {PerDay: 25, PerMinute: -1, AtOnce: -1}}}
	hold := make(chan struct{})
	m := newMeter(books, speaker{hold: hold, silent: true}, &now)
	m.opts.Count = func(_ context.Context, req chat.Request) (int, error) { return 10, nil }
	errs := make(chan error, 8)
	var all sync.WaitGroup
	for range cap(errs) {
		all.Go(func() { errs <- asks(t, m, hong, "") })
	}
	for range cap(errs) - 3 { // 10, 20 and 30 tokens are let in: the rest is refused before anything is read
		if err := <-errs; codeOf(err) != chat.CodeQuotaDay {
			t.Errorf("got %v, want %s", err, chat.CodeQuotaDay)
		}
	}
	if got, _ := m.Standing(t.Context(), hong); got.UsedToday != 30 {
		t.Errorf("%d tokens are kept, want 30", got.UsedToday)
	}
	close(hold)
	all.Wait()
	if got, _ := m.Standing(t.Context(), hong); got.UsedToday != 45 {
		t.Errorf("%d tokens are used, want 45", got.UsedToday)
	}
	if c := m.tally.by["hong"]; c.running != 0 || c.pending != 0 {
		t.Errorf("after all: %+v", c)
	}
}

// A picture is as many words as a model that sees reads of it, also where nobody counts exactly.
func TestPicturesAreReserved(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, seoul)
	books := &ledger{quotas: map[string]Quota{"hong": {PerDay: 1500, PerMinute: -1, AtOnce: -1}}}
	hold := make(chan struct{})
	m := newMeter(books, speaker{hold: hold, silent: true}, &now)
	picture := chat.Image{Type: "image/png", Data: []byte{1}, Width: 1120, Height: 1120} // 1,601 tokens
	ask := func() error {
		req := chat.Request{Principal: hong, Messages: []chat.Message{{Role: chat.User, Text: "뭐야?", Images: []chat.Image{picture}}}}
		for _, err := range m.Chat(t.Context(), req) {
			if err != nil {
				return err
			}
		}
		return nil
	}
	errs := make(chan error, 2)
	var all sync.WaitGroup
	for range cap(errs) {
		all.Go(func() { errs <- ask() })
	}
	if err := <-errs; codeOf(err) != chat.CodeQuotaDay {
		t.Errorf("beside a picture that fills the day: %v, want %s", err, chat.CodeQuotaDay)
	}
	close(hold)
	all.Wait()
	huge := chat.GuessImage(chat.Image{Width: 1<<31 - 1, Height: 1<<31 - 1})
	if huge <= 0 || huge > 1<<14 || chat.GuessImage(chat.Image{}) == 0 {
		t.Errorf("%d tokens of the largest picture that a file can tell of", huge)
	}
}

// An adapter has readers of its own, or else those of its model, and its usage is its own.
func TestWhoMayUseAnAdapter(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, seoul)
	books := &ledger{readers: map[string][]string{"tiny": {"kim"}, "legal": {"hong"}}}
	m := newMeter(books, speaker{}, &now)
	m.opts.Base = func(model string) string {
		if model == "legal" || model == "plain" {
			return "tiny"
		}
		return ""
	}
	for _, c := range []struct {
		who   string
		model string
		want  chat.Code
	}{
		{"hong", "legal", ""}, {"kim", "legal", chat.CodeNoModel}, {"kim", "plain", ""}, {"hong", "plain", chat.CodeNoModel},
		{"kim", "tiny", ""}, {"hong", "tiny", chat.CodeNoModel},
	} {
		who := chat.Principal{ID: c.who, Role: Member}
		if err := asks(t, m, who, c.model); codeOf(err) != c.want {
			t.Errorf("%s asks %q: %v, want %q", c.who, c.model, err, c.want)
		}
		if err := m.Allow(t.Context(), who, c.model, Chats); codeOf(err) != c.want {
			t.Errorf("%s is allowed %q: %v, want %q", c.who, c.model, err, c.want)
		}
		if _, leave, err := m.Enter(t.Context(), who, c.model, 0); codeOf(err) != c.want {
			t.Errorf("%s enters for %q: %v, want %q", c.who, c.model, err, c.want)
		} else if err == nil {
			leave()
		}
	}
	if got := books.used["hong 2026-11-30 legal"]; got.PromptTokens != 10 {
		t.Errorf("of the adapter %+v, want its own", got)
	}
}

// What is refused anyhow is not counted before: that may bring a model into memory.
func TestNothingIsCountedOfWhatIsRefused(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, seoul)
	books := &ledger{quotas: map[string]Quota{"hong": {PerDay: 1000, PerMinute: 2, AtOnce: 1}}}
	m := newMeter(books, speaker{}, &now)
	counts := 0
	m.opts.Count = func(context.Context, chat.Request) (int, error) { counts++; return 3, nil }
	_, leave, err := m.Enter(t.Context(), hong, "", 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := asks(t, m, hong, ""); codeOf(err) != chat.CodeQuotaAtOnce || counts != 0 {
		t.Errorf("meanwhile: %v, counted %d times", err, counts)
	}
	leave()
	if err := asks(t, m, hong, ""); err != nil || counts != 1 {
		t.Errorf("afterwards: %v, counted %d times", err, counts)
	}
	if err := asks(t, m, hong, ""); codeOf(err) != chat.CodeQuotaMinute || counts != 1 {
		t.Errorf("a third in the minute: %v, counted %d times", err, counts)
	}
}
