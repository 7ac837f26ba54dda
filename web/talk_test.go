package web

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"exaone/chat"
	"exaone/store"
)

// From the first link to a share that has ended, as the page does it.
func TestTalk(t *testing.T) {
	w := newWorld(t, nil)
	secret, _, err := w.store.CreateLink(t.Context(), chat.Local, store.LinkSpec{Kind: store.LinkFirst, Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	ann := &visitor{t: t, url: w.url, lang: "ko"}
	reply := ann.open("POST", "/api/session/link", strings.NewReader(fmt.Sprintf(`{"secret":%q}`, secret)))
	reply.Body.Close()
	if len(reply.Cookies()) != 1 {
		t.Fatalf("the first link: %s, cookies %v", reply.Status, reply.Cookies())
	}
	ann.cookie = reply.Cookies()[0].String()

	// A reload in the middle of an answer loses nothing.
	step := make(chan struct{})
	words := []string{"첫째 ", "😀둘째 ", "셋째 ", "넷째 ", "끝."}
	w.model.say(step, words...)
	conversation, question, answer := ann.ask(jsonObject{"text": "회의록을 정리해 줘. 그리고 표로 만들어 줘."})
	go func() { step <- struct{}{}; step <- struct{}{} }()
	before := ann.listen(answer, 0, func(all []told) bool { return spell(all) == words[0]+words[1] }) // in one event or in two
	last := before[len(before)-1].id
	if got := ann.must("GET", "/api/conversations/"+conversation, nil); got.text("writing") != answer || got.text("messages", 1, "state") != "writing" {
		t.Errorf("while it is written: %v", got)
	}
	for range 3 {
		step <- struct{}{}
	}
	after := ann.listen(answer, last, nil)
	for i, one := range slices.Concat(before, after) {
		if i > 0 && i != len(before) && one.id <= slices.Concat(before, after)[i-1].id || i == len(before) && one.id <= last {
			t.Errorf("event %d has number %d", i, one.id)
		}
	}
	whole := strings.Join(words, "")
	if got := spell(slices.Concat(before, after)); got != whole {
		t.Errorf("around a reload: %q, want %q", got, whole)
	}
	if got := spell(ann.listen(answer, 0, nil)); got != whole {
		t.Errorf("from the start: %q, want %q", got, whole)
	}
	if end := after[len(after)-1]; end.kind != "finish" || end.data.text("reason") != "stop" {
		t.Errorf("it ends with %+v", end)
	}
	got := ann.must("GET", "/api/conversations/"+conversation, nil)
	if got.text("messages", 1, "text") != whole || got.text("messages", 1, "state") != "done" || got.at("writing") != nil ||
		got.text("conversation", "title") != "회의록을 정리해 줘" {
		t.Errorf("when it is over: %v", got)
	}

	// Stop keeps what was said.
	w.model.say(step, "하나 ", "둘 ", "셋 ")
	_, _, second := ann.ask(jsonObject{"conversation": conversation, "text": "더 길게"})
	go func() { step <- struct{}{} }()
	ann.listen(second, 0, func(all []told) bool { return deltas(all) == 1 })
	ann.must("POST", "/api/turns/"+second+"/stop", jsonObject{}) // the model itself says no more, and would wait for ever
	if end := ann.listen(second, 0, nil); spell(end) != "하나 " || end[len(end)-1].data.text("reason") != "stopped" {
		t.Errorf("after a stop: %+v", end)
	}

	// Asking in other words, once more, and putting an answer right: siblings.
	w.model.say(nil, "다시.")
	_, edited, editedAnswer := ann.ask(jsonObject{"conversation": conversation, "parent": answer, "text": "더 짧게"})
	ann.listen(editedAnswer, 0, nil)
	_, again, regenerated := ann.ask(jsonObject{"regenerate": answer})
	ann.listen(regenerated, 0, nil)
	if again != question {
		t.Errorf("another answer is to %s, want %s", again, question)
	}
	mine := ann.must("PATCH", "/api/messages/"+regenerated, jsonObject{"text": "내가 고친 답"})
	if n := len(mine.at("siblings").([]any)); n != 3 || mine.text("text") != "내가 고친 답" {
		t.Errorf("an edited answer: %v", mine)
	}
	got = ann.must("GET", "/api/conversations/"+conversation, nil)
	if texts := got.all("text", "messages"); !slices.Equal(texts, []string{"회의록을 정리해 줘. 그리고 표로 만들어 줘.", "내가 고친 답"}) {
		t.Errorf("the branch that is shown: %q", texts)
	}
	got = ann.must("GET", "/api/conversations/"+conversation+"?leaf="+answer, nil)
	if ids := got.all("id", "messages"); !slices.Equal(ids, []string{question, answer, edited, editedAnswer}) {
		t.Errorf("the branch through the first answer: %q, want its newest end", ids)
	}
	if siblings := got.at("messages", 2, "siblings").([]any); len(siblings) != 2 || siblings[1] != edited {
		t.Errorf("siblings of the edited question: %v", siblings)
	}

	// A branch goes on by itself.
	copied := ann.must("POST", "/api/conversations/"+conversation+"/branch", jsonObject{"leaf": answer})
	ann.must("DELETE", "/api/conversations/"+conversation, nil)
	got = ann.must("GET", "/api/conversations/"+copied.text("id"), nil)
	if texts := got.all("text", "messages"); len(texts) != 2 || texts[1] != whole {
		t.Errorf("a branch of its own: %q", texts)
	}
}

// Twenty who come and go while an answer is written all have it whole, and do not hold it back.
func TestFollowersComeAndGo(t *testing.T) {
	w := newWorld(t, nil)
	ann := w.join("ann", "member")
	var words []string
	for i := range 200 {
		words = append(words, fmt.Sprintf("%d번째 ", i))
	}
	step := make(chan struct{})
	w.model.say(step, words...)
	_, _, answer := ann.ask(jsonObject{"text": "세어 줘"})
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			var heard []told
			after := int64(0)
			for leave := i%7 + 1; ; leave += 9 {
				part := ann.listen(answer, after, func(part []told) bool { return i%2 == 0 && len(part) >= leave })
				heard = append(heard, part...)
				if len(part) > 0 {
					after = part[len(part)-1].id
				}
				if n := len(heard); n > 0 && heard[n-1].kind == "finish" {
					break
				}
			}
			if got, want := spell(heard), strings.Join(words, ""); got != want {
				t.Errorf("follower %d has %d bytes, want %d", i, len(got), len(want))
			}
		})
	}
	for range words {
		step <- struct{}{}
	}
	all.Wait()
}

// An answer goes on without anybody who follows it.
func TestNobodyFollows(t *testing.T) {
	w := newWorld(t, nil)
	ann := w.join("ann", "member")
	step := make(chan struct{}, 3)
	w.model.say(step, "가", "나", "다")
	conversation, _, answer := ann.ask(jsonObject{"text": "셋"})
	step <- struct{}{}
	ann.listen(answer, 0, func(all []told) bool { return deltas(all) == 1 })
	step <- struct{}{}
	step <- struct{}{}
	for deadline := time.Now().Add(mostWait); ; time.Sleep(5 * time.Millisecond) {
		got := ann.must("GET", "/api/conversations/"+conversation, nil)
		if got.text("messages", 1, "state") == "done" {
			if text := got.text("messages", 1, "text"); text != "가나다" {
				t.Errorf("%q", text)
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("it is not done: %v", got)
		}
	}
}

// Whoever is disabled hears why within seconds, and the answer ends with it.
func TestDisablingEndsAnAnswer(t *testing.T) {
	w := newWorld(t, nil)
	w.join("admin", "admin")
	ann := w.join("ann", "member")
	step := make(chan struct{}, 1)
	w.model.say(step, "가", "나")
	_, _, answer := ann.ask(jsonObject{"text": "셋"})
	step <- struct{}{}
	var began time.Time
	all := ann.listen(answer, 0, func(all []told) bool {
		if began.IsZero() && len(all) > 0 && all[len(all)-1].kind == "delta" { // somebody follows, and the model goes on
			began = time.Now()
			if err := w.store.DisablePrincipal(t.Context(), store.System, ann.who.ID); err != nil {
				t.Error(err)
			}
		}
		return false
	})
	if end := all[len(all)-1]; end.kind != "error" || end.data.text("code") != string(chat.CodePrincipalOff) || end.data.text("message") == "" {
		t.Errorf("it ends with %+v", end)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("that took %v", took)
	}
	ann.refused("GET", "/api/conversations", nil, chat.CodeSessionOver)
}

// An answer that failed is followed as one that was written: what there was, then why.
func TestFailedAnswerTellsWhy(t *testing.T) {
	w := newWorld(t, nil)
	ann := w.join("ann", "member")
	ann.lang = "en"
	w.model.say(nil)
	c, err := w.store.CreateConversation(t.Context(), ann.who, store.ConversationSpec{})
	if err != nil {
		t.Fatal(err)
	}
	_, a, err := w.store.AddTurn(t.Context(), ann.who, store.MessageSpec{Conversation: c.ID, Text: "?"}, store.MessageSpec{})
	if err != nil {
		t.Fatal(err)
	}
	why := chat.NewError(chat.CodeQuotaAtOnce, nil, 2)
	if err := w.store.FinishMessage(t.Context(), a.ID, store.MessageEnd{State: store.StateFailed, Text: "half", Error: why}); err != nil {
		t.Fatal(err)
	}
	all := ann.listen(a.ID, 0, nil)
	if len(all) != 1 || all[0].kind != "error" || all[0].data.text("code") != "quota_at_once" || !strings.Contains(all[0].data.text("message"), "2 at once") {
		t.Errorf("%+v", all)
	}
	got := ann.must("GET", "/api/conversations/"+c.ID, nil)
	if got.text("messages", 1, "error", "code") != "quota_at_once" || got.text("messages", 1, "text") != "half" {
		t.Errorf("%v", got)
	}
}
