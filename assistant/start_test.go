package assistant

import (
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/store"

	"github.com/google/go-cmp/cmp"
)

// echo says the last message back.
func echo(req chat.Request) string { return "답: " + req.Messages[len(req.Messages)-1].Text }

// done waits for an answer and returns it.
func done(t *testing.T, turns *Turns, a store.Message) store.Message {
	t.Helper()
	if _, err := follow(t.Context(), turns, a.ID, 0); err != nil {
		t.Fatal(err)
	}
	return message(t, turns, a.ID)
}

func TestConversationGoesOnWhereItEnded(t *testing.T) {
	models := &fakeModels{window: 4096, reply: echo}
	turns := newTurns(t, models)
	q1, a1 := start(t, turns, Ask{Text: "대한민국의 수도는 어디인가요? 알려 주세요"})
	done(t, turns, a1)
	q2, a2 := start(t, turns, Ask{Conversation: a1.Conversation, Text: "그 인구는?"})
	if q2.Parent != a1.ID || a2.Parent != q2.ID || q2.Conversation != q1.Conversation {
		t.Errorf("the second question follows %s, want %s", q2.Parent, a1.ID)
	}
	if m := done(t, turns, a2); m.Text != "답: 그 인구는?" || m.Model != "fake" || m.Mode != Auto {
		t.Errorf("answered %+v", m)
	}
	var said []string
	for _, m := range models.last().Messages[1:] {
		said = append(said, string(m.Role)+" "+m.Text)
	}
	want := []string{"user 대한민국의 수도는 어디인가요? 알려 주세요", "assistant 답: 대한민국의 수도는 어디인가요? 알려 주세요", "user 그 인구는?"}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("the model read (-want +got):\n%s", diff)
	}
	c, err := turns.opts.Store.Conversation(t.Context(), ann, a1.Conversation)
	if err != nil || c.Title != "대한민국의 수도는 어디인가요?" || c.Titled != store.TitledRule || c.Leaf != a2.ID {
		t.Errorf("the conversation is %+v, %v", c, err)
	}
}

func TestRegenerateEditAndContinueMakeSiblings(t *testing.T) {
	models := &fakeModels{window: 4096, reply: echo}
	turns := newTurns(t, models)
	q, a := start(t, turns, Ask{Text: "하나"})
	done(t, turns, a)

	q2, a2 := start(t, turns, Ask{Regenerate: a.ID})
	if q2.ID != q.ID || a2.Parent != q.ID {
		t.Errorf("another answer is below %s, want %s", a2.Parent, q.ID)
	}
	done(t, turns, a2)
	if first, again := models.asked[0].Sampling, models.last().Sampling; first.Temperature != 0 || again.Temperature == 0 || again.Seed == 0 {
		t.Errorf("the first answer is picked by %+v and another by %+v, which would be the same", first, again)
	}

	root := ""
	q3, a3 := start(t, turns, Ask{Conversation: q.Conversation, Parent: &root, Text: "둘"})
	if q3.Parent != "" || q3.ID == q.ID {
		t.Errorf("the edited question is %+v, want a sibling of the first", q3)
	}
	if m := done(t, turns, a3); m.Text != "답: 둘" || len(models.last().Messages) != 2 {
		t.Errorf("the edited question is answered %q after %d messages", m.Text, len(models.last().Messages))
	}

	models.reply = says("그리고 셋.")
	_, a4 := start(t, turns, Ask{Continue: a.ID})
	if m := done(t, turns, a4); m.Parent != q.ID || m.Text != "답: 하나그리고 셋." {
		t.Errorf("gone on with: %q below %s", m.Text, m.Parent)
	}
	if last := models.last().Messages; last[len(last)-2].Text != "답: 하나" || last[len(last)-1].Text != chat.Text(chat.Korean, chat.CodeAskGoOn) {
		t.Errorf("a model that cannot be made to go on is asked to: %+v", last)
	}
	models.prefills = true
	_, a5 := start(t, turns, Ask{Continue: a.ID})
	if m := done(t, turns, a5); m.Text != "답: 하나그리고 셋." || models.last().Prompt == nil {
		t.Errorf("gone on with: %q, %+v", m.Text, models.last())
	}
	branch, err := turns.opts.Store.Branch(t.Context(), ann, q.Conversation, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{q.ID, q3.ID}, branch[0].Siblings); diff != "" {
		t.Errorf("questions:\n%s", diff)
	}
	if diff := cmp.Diff([]string{a.ID, a2.ID, a4.ID, a5.ID}, branch[1].Siblings); diff != "" {
		t.Errorf("answers:\n%s", diff)
	}
}

func TestWhatCannotBeAskedMakesNothing(t *testing.T) {
	turns := newTurns(t, &fakeModels{window: 320, reply: echo}, scripted{name: "all", events: everyEvent, hold: make(chan struct{})})
	q, a := start(t, turns, Ask{Text: "쓰는 중", Mode: "all"})
	_, other := start(t, turns, Ask{Text: "다른 대화"})
	done(t, turns, other)
	for name, c := range map[string]struct {
		ask  Ask
		want chat.Code
	}{
		"nothing":                          {Ask{Text: " \n"}, chat.CodeTurnEmpty},
		"no such mode":                     {Ask{Text: "x", Mode: "magic"}, chat.CodeNoMode},
		"no such model":                    {Ask{Text: "x", Model: "none"}, chat.CodeNoModel},
		"no such conversation":             {Ask{Text: "x", Conversation: "conversation-x"}, chat.CodeNoConversation},
		"no such message":                  {Ask{Regenerate: "message-x"}, chat.CodeNoMessage},
		"no such folder":                   {Ask{Text: "x", Folder: "folder-x"}, chat.CodeNoFolder},
		"an answer in writing":             {Ask{Text: "x", Conversation: a.Conversation}, chat.CodeTurnWriting},
		"going on with it":                 {Ask{Continue: a.ID}, chat.CodeTurnWriting},
		"going on with a question":         {Ask{Continue: q.ID}, chat.CodeNotAnAnswer},
		"a parent in another conversation": {Ask{Text: "x", Conversation: other.Conversation, Parent: &q.ID}, chat.CodeNoMessage},
		"longer than the window":           {Ask{Text: strings.Repeat("가", 400)}, chat.CodeTooLong},
		"no room to answer":                {Ask{Text: strings.Repeat("가", 130)}, chat.CodeTooManyTokens},
	} {
		before := count(t, turns)
		if _, _, err := turns.Start(t.Context(), ann, c.ask); code(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if after := count(t, turns); after != before {
			t.Errorf("%s: %d messages more", name, after-before)
		}
	}
	if _, _, err := turns.Start(t.Context(), chat.Principal{ID: "system"}, Ask{Regenerate: other.ID}); code(err) != chat.CodeNoMessage {
		t.Errorf("somebody else's: %v", err)
	}
}

// count is how many messages there are in all conversations.
func count(t *testing.T, turns *Turns) (n int) {
	t.Helper()
	all, err := turns.opts.Store.Conversations(t.Context(), ann, store.ConversationFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		tree, err := turns.opts.Store.Tree(t.Context(), ann, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		n += len(tree)
	}
	return n
}

func TestPreviewMakesNothing(t *testing.T) {
	models := &fakeModels{window: 1000, reply: echo}
	turns := newTurns(t, models)
	_, a := start(t, turns, Ask{Text: "하나"})
	done(t, turns, a)
	before, asked := count(t, turns), len(models.asked)
	for _, text := range []string{"", "그 다음 질문"} {
		l, err := turns.Preview(t.Context(), ann, Ask{Conversation: a.Conversation, Text: text})
		if err != nil {
			t.Fatal(err)
		}
		req := chat.Request{Messages: []chat.Message{{Text: talk{turns.helps}.prompt(Question{Language: chat.Korean})}, {Text: "하나"}, {Text: "답: 하나"}, {Text: text}}}
		reads, _, _ := models.Count(t.Context(), req)
		kept := 0
		for _, item := range l.Items {
			kept += item.Tokens
		}
		if kept != reads || l.Window != 1000 || l.Reserved != 250 {
			t.Errorf("%q: %d tokens in %+v, want %d", text, kept, l, reads)
		}
	}
	if _, err := turns.Preview(t.Context(), ann, Ask{Text: strings.Repeat("가", 2000)}); code(err) != chat.CodeTooLong {
		t.Errorf("too long a question: %v", err)
	}
	if count(t, turns) != before || len(models.asked) != asked {
		t.Error("a preview made something")
	}
}

func TestInstructionsOfPersonAndFolderAreRead(t *testing.T) {
	models := &fakeModels{window: 4096, reply: echo}
	turns := newTurns(t, models)
	if err := turns.opts.Store.SetSetting(t.Context(), ann, ann, "instructions", "짧게 답하세요."); err != nil {
		t.Fatal(err)
	}
	folder, err := turns.opts.Store.CreateFolder(t.Context(), ann, store.FolderSpec{Name: "법무", Instructions: "법률 용어를 쓰세요."})
	if err != nil {
		t.Fatal(err)
	}
	_, a := start(t, turns, Ask{Text: "계약이란?", Folder: folder.ID})
	done(t, turns, a)
	system := models.last().Messages[0]
	if system.Role != chat.System || !strings.HasSuffix(system.Text, "\n\n짧게 답하세요.\n\n법률 용어를 쓰세요.") {
		t.Errorf("read first: %q", system.Text)
	}
	if models.last().Public != 0 {
		t.Error("a person's instructions are in a prefix that everybody shares")
	}
}

func TestNewConversationBeginsAsItsPersonLikes(t *testing.T) {
	turns := newTurns(t, nil, scripted{name: "all", events: everyEvent})
	for name, value := range map[string]string{"default_mode": "all", "default_model": "none"} {
		if err := turns.opts.Store.SetSetting(t.Context(), ann, ann, name, value); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := turns.Start(t.Context(), ann, Ask{Text: "x"}); code(err) != chat.CodeNoModel {
		t.Errorf("asked of the person's model: %v", err)
	}
	_, a := start(t, turns, Ask{Text: "x", Model: "fake"})
	if m := done(t, turns, a); m.Mode != "all" {
		t.Errorf("asked in %q", m.Mode)
	}
	_, a = start(t, turns, Ask{Text: "y", Conversation: a.Conversation, Mode: "chat"})
	done(t, turns, a)
	c, err := turns.opts.Store.Conversation(t.Context(), ann, a.Conversation)
	if err != nil || c.Mode != "chat" || c.Model != "fake" {
		t.Errorf("the conversation remembers %q of %q, %v", c.Mode, c.Model, err)
	}
}

// A conversation goes on with the usual model where the one that it was asked of is not there for its person any more, or,
// copied from somebody else's, never was. What is asked of it by name is refused.
func TestAModelThatIsClosedGivesWay(t *testing.T) {
	models := &fakeModels{window: 4096, reply: echo}
	turns := newTurns(t, models)
	_, a := start(t, turns, Ask{Text: "하나", Model: "fine"})
	done(t, turns, a)
	models.closed = "fine"
	next := Ask{Text: "둘", Conversation: a.Conversation}
	if _, err := turns.Preview(t.Context(), ann, next); err != nil {
		t.Errorf("what it would take: %v", err)
	}
	_, b, err := turns.Start(t.Context(), ann, next)
	if err != nil {
		t.Fatal(err)
	}
	if m := done(t, turns, b); m.Text != "답: 둘" || m.Model == "fine" {
		t.Errorf("answered: %+v", m)
	}
	next.Model = "fine"
	if _, _, err := turns.Start(t.Context(), ann, next); code(err) != chat.CodeNoModel {
		t.Errorf("by name: %v", err)
	}
	if _, err := turns.Preview(t.Context(), ann, next); code(err) != chat.CodeNoModel {
		t.Errorf("what it would take by name: %v", err)
	}
}

func TestEveryModeHasItsPromptsAndEndsWithFinish(t *testing.T) {
	models := &fakeModels{window: 2000, level: Full, reply: says("네")}
	a := &Assistant{models: models, now: time.Now}
	for _, o := range append(offers(a), Offer{Mode: auto{a, offers(a)}}) {
		for _, lang := range []chat.Language{chat.Korean, chat.English} {
			if o.Name() != "compare" && promptFor(o.Name(), lang) == "" { // which asks no model
				t.Errorf("%s has no prompt in %s", o.Name(), lang)
			}
			q := Question{Text: "질문", Language: lang, Model: Model{Name: "fake", Window: 2000, Level: Full}}
			var kinds []string
			for ev, err := range o.Answer(t.Context(), q) {
				if err != nil {
					t.Fatal(o.Name(), err)
				}
				kind, _, _, _ := chat.EncodeEvent(ev)
				kinds = append(kinds, kind)
			}
			if kinds[0] != "ledger" || kinds[len(kinds)-1] != "finish" {
				t.Errorf("%s yields %v, want a ledger first and a finish last", o.Name(), kinds)
			}
		}
	}
}

func TestModelNamesTheConversation(t *testing.T) {
	models := &fakeModels{window: 4096, level: Assist}
	models.reply = func(req chat.Request) string {
		if req.Grammar.Regex != "" {
			return "연차 휴가 규정"
		}
		return "15일입니다."
	}
	turns := newTurns(t, models)
	_, a := start(t, turns, Ask{Text: "연차는 며칠인가요?"})
	done(t, turns, a)
	turns.work.Add(-1) // the keeper, which goes on
	turns.work.Wait()
	turns.work.Add(1)
	c, err := turns.opts.Store.Conversation(t.Context(), ann, a.Conversation)
	if err != nil || c.Title != "연차 휴가 규정" || c.Titled != store.TitledModel {
		t.Errorf("named %q by %q, %v", c.Title, c.Titled, err)
	}
}
