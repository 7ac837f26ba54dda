package assistant

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"exaone/chat"
)

// randomQuestion is a question after a conversation of random turns, some of them not whole.
func randomQuestion(r *rand.Rand) Question {
	words := func(most int) string { return strings.TrimSpace(strings.Repeat("가나 ", r.IntN(most+1))) }
	q := Question{Message: "q", Text: "질문 " + words(20), Language: chat.Korean, Model: Model{Name: "fake", Window: 300 + r.IntN(1500), Level: []Level{Extract, Assist}[r.IntN(2)]}}
	for i := range r.IntN(130) {
		if r.IntN(12) > 0 {
			q.History = append(q.History, Said{ID: fmt.Sprintf("q%d", i), Role: chat.User, Text: words(15)})
		}
		if r.IntN(12) > 0 {
			q.History = append(q.History, Said{ID: fmt.Sprintf("a%d", i), Role: chat.Assistant, Text: words(60)})
		}
	}
	if r.IntN(3) == 0 {
		q.Instructions = []string{"짧게 답하세요.", " "}
	}
	if r.IntN(4) == 0 {
		q.Begun = "시작하면 " + words(10)
	}
	if n := len(q.History); n > 0 && r.IntN(3) == 0 {
		q.Summaries = []Summary{{ID: "s", Until: q.History[r.IntN(n)].ID, Text: "요약 " + words(10), Undone: r.IntN(3) == 0}}
	}
	return q
}

func TestLedgerAddsUpAndNothingIsLost(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		q := randomQuestion(r)
		models := &fakeModels{window: q.Model.Window, prefills: seed%2 == 0, reply: says("짧은 요약입니다.")}
		a := &Assistant{models: models}
		w, err := a.fit(t.Context(), q, "당신은 도우미입니다.", func(chat.Phase) bool { return true })
		if c := code(err); c == chat.CodeTooLong || c == chat.CodeTooManyTokens {
			continue
		}
		if err != nil {
			t.Fatal(seed, err)
		}
		l, err := a.ledger(t.Context(), w)
		if err != nil {
			t.Fatal(seed, err)
		}
		req, err := a.ask(t.Context(), w)
		if err != nil {
			t.Fatal(seed, err)
		}
		reads, _, _ := models.Count(t.Context(), req)
		checkLedger(t, seed, q, l, reads)
	}
}

// checkLedger holds a ledger to what it promises.
func checkLedger(t *testing.T, seed uint64, q Question, l chat.Ledger, reads int) {
	t.Helper()
	kept, messages := 0, 0
	seen := map[string]int{}
	for _, item := range l.Items {
		if item.Fate == chat.FateKept {
			kept += item.Tokens
		}
		if item.Tokens < 0 {
			t.Errorf("seed %d: %+v", seed, item)
		}
		if item.Kind == "older" {
			n, err := strconv.Atoi(item.Label)
			if err != nil || n == 0 || item.Fate == chat.FateKept {
				t.Errorf("seed %d: %+v", seed, item)
			}
			messages += n
		} else if item.Message != "" && item.Kind != "summary" {
			seen[item.Message]++
			messages++
		}
	}
	if kept != reads {
		t.Errorf("seed %d: what is kept has %d tokens, the model reads %d", seed, kept, reads)
	}
	if reads > l.Window-l.Reserved {
		t.Errorf("seed %d: the model reads %d of %d, %d reserved", seed, reads, l.Window, l.Reserved)
	}
	blank := 0
	for _, said := range q.History {
		if seen[said.ID] > 1 {
			t.Errorf("seed %d: %s is there %d times", seed, said.ID, seen[said.ID])
		}
		if said.Text == "" && seen[said.ID] == 0 {
			blank++
		}
	}
	if want := len(q.History) + 1; messages < want-blank || messages > want {
		t.Errorf("seed %d: %d messages in the ledger, %d in the conversation (%d blank)", seed, messages, want, blank)
	}
}

// conversation is a question after turns of about a hundred tokens each.
func conversation(turns int, level Level) Question {
	q := Question{Message: "q", Text: "그래서 결론은?", Language: chat.Korean, Conversation: "c", Model: Model{Name: "fake", Window: 1000, Level: level}}
	for i := range turns {
		q.History = append(q.History,
			Said{ID: fmt.Sprintf("q%d", i), Role: chat.User, Text: fmt.Sprintf("%d번째 질문", i)},
			Said{ID: fmt.Sprintf("a%d", i), Role: chat.Assistant, Text: strings.Repeat("답", 90)})
	}
	return q
}

// fates are the ids of messages by what became of them.
func fates(l chat.Ledger, fate chat.Fate) (ids []string) {
	for _, item := range l.Items {
		if item.Fate == fate && item.Message != "" && item.Message != "q" && item.Kind != "summary" {
			ids = append(ids, item.Message)
		}
	}
	return ids
}

func TestWhatWasTooOldToReadIsToldAsLeftOut(t *testing.T) {
	q := conversation(6, Extract)
	for i := range 5 { // two turns, and the question of the third
		q.History[i].Text, q.History[i].Cut = "", true
	}
	a := &Assistant{models: &fakeModels{window: 1000, prefills: true, reply: says("쓰이지 않음")}}
	w, err := a.fit(t.Context(), q, "도우미", func(chat.Phase) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	l, err := a.ledger(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	var older []chat.LedgerItem
	for _, item := range l.Items {
		if item.Kind == "older" {
			older = append(older, item)
		}
	}
	if len(older) != 1 || older[0].Label != "6" || older[0].Fate != chat.FateLeftOut || older[0].Message != "a2" {
		t.Errorf("older: %+v", older)
	}
	if kept := fates(l, chat.FateKept); !slices.Equal(kept, []string{"q3", "a3", "q4", "a4", "q5", "a5"}) {
		t.Errorf("kept: %q", kept)
	}
}

func TestWeakModelLeavesOldTurnsOutVisibly(t *testing.T) {
	models := &fakeModels{window: 1000, reply: says("쓰이지 않음")}
	a := &Assistant{models: models}
	w, err := a.fit(t.Context(), conversation(10, Extract), "도우미", func(chat.Phase) bool { t.Error("it summarises"); return true })
	if err != nil {
		t.Fatal(err)
	}
	l, err := a.ledger(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	left, kept := fates(l, chat.FateLeftOut), fates(l, chat.FateKept)
	if len(models.asked) > 0 || len(left) != 8 || len(kept) != 12 || left[0] != "q0" || kept[0] != "q4" || kept[11] != "a9" {
		t.Errorf("left out %v, kept %v", left, kept)
	}
}

func TestLongConversationIsSummarisedOnceAndCanBeUndone(t *testing.T) {
	models := &fakeModels{window: 1000, reply: says("지금까지 열 가지를 물었다.")}
	var made []Summary
	a := &Assistant{models: models, keep: func(_ context.Context, _ Question, s Summary) Summary {
		s.ID = fmt.Sprintf("s%d", len(made))
		made = append(made, s)
		return s
	}}
	fit := func(q Question) chat.Ledger {
		t.Helper()
		w, err := a.fit(t.Context(), q, "도우미", func(chat.Phase) bool { return true })
		if err != nil {
			t.Fatal(err)
		}
		l, err := a.ledger(t.Context(), w)
		if err != nil {
			t.Fatal(err)
		}
		req, _ := a.ask(t.Context(), w)
		if has := strings.Contains(req.Messages[0].Text, "지금까지 열 가지를 물었다."); has != slices.ContainsFunc(l.Items, func(i chat.LedgerItem) bool { return i.Kind == "summary" }) {
			t.Errorf("the summary is read: %v", has)
		}
		return l
	}
	q := conversation(10, Assist)
	ahead, err := a.preview(t.Context(), q, "도우미")
	if err != nil || len(models.asked) > 0 {
		t.Fatalf("a preview asks the model %d times, %v", len(models.asked), err)
	}
	planned, err := a.ledger(t.Context(), ahead)
	if err != nil {
		t.Fatal(err)
	}
	l := fit(q)
	if len(made) != 1 || made[0].Until != "a6" || made[0].Text != "지금까지 열 가지를 물었다." {
		t.Fatalf("made %+v", made)
	}
	if l.Rounds != len(models.asked) || l.RoundTokens == 0 || planned.Rounds != l.Rounds || planned.RoundTokens < l.RoundTokens {
		t.Errorf("%d rounds of %d tokens, planned %d of %d, asked %d times", l.Rounds, l.RoundTokens, planned.Rounds, planned.RoundTokens, len(models.asked))
	}
	for _, l := range []chat.Ledger{planned, l} {
		if got := fates(l, chat.FateSummarised); len(got) != 14 || got[13] != "a6" || len(fates(l, chat.FateLeftOut)) > 0 || len(fates(l, chat.FateKept)) != 6 {
			t.Errorf("summarised %v, left out %v, kept %v", got, fates(l, chat.FateLeftOut), fates(l, chat.FateKept))
		}
	}
	// The next turns need no new one.
	q = conversation(12, Assist)
	q.Summaries = made
	if l := fit(q); len(made) != 1 || l.Rounds != 0 || len(fates(l, chat.FateKept)) != 10 {
		t.Errorf("made %d, kept %v", len(made), fates(l, chat.FateKept))
	}
	// Whoever undid it sees old turns left out, and no other summary.
	undone := made[0]
	undone.Undone = true
	q.Summaries = []Summary{undone}
	if l := fit(q); len(made) != 1 || len(fates(l, chat.FateSummarised)) > 0 || len(fates(l, chat.FateLeftOut)) != 12 {
		t.Errorf("made %d, left out %v", len(made), fates(l, chat.FateLeftOut))
	}
	// On another branch it does not count.
	q.Summaries = []Summary{{ID: "x", Until: "elsewhere", Text: "다른 가지"}}
	if l := fit(q); len(made) != 2 || len(fates(l, chat.FateSummarised)) == 0 {
		t.Errorf("made %d", len(made))
	}
	// In a window where everything fits, everything is there.
	q.Model.Window, q.Summaries = 8000, made[:1]
	if l := fit(q); len(fates(l, chat.FateKept)) != 24 {
		t.Errorf("kept %v", fates(l, chat.FateKept))
	}
}

func TestSummaryThatFailsFailsTheAnswer(t *testing.T) {
	models := &failing{fakeModels: fakeModels{window: 1000}}
	a := &Assistant{models: models, now: time.Now}
	var got error
	for _, err := range (talk{a}).Answer(t.Context(), conversation(10, Full)) {
		got = err
	}
	if code(got) != chat.CodeBusy {
		t.Errorf("ends with %v", got)
	}
	for range (talk{a}).Answer(t.Context(), conversation(10, Full)) {
		break // at "summarise": it must not be told more
	}
}

func TestTokensOfAModelElsewhereAreGuessed(t *testing.T) {
	models := &fakeModels{window: 1000, hidden: true, reply: says("네")}
	a := &Assistant{models: models}
	w, err := a.fit(t.Context(), conversation(10, Extract), "도우미", nil)
	if err != nil {
		t.Fatal(err)
	}
	l, err := a.ledger(t.Context(), w)
	req, _ := a.ask(t.Context(), w)
	if !l.Estimated || err != nil {
		t.Errorf("%+v, %v", l, err)
	}
	checkLedger(t, 0, conversation(10, Extract), l, guess(req))
}
