package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exaone/chat"
)

// converse makes a conversation with turns, each below the one before, and returns the ids of its messages in order.
func converse(t testing.TB, s *Store, who chat.Principal, spec ConversationSpec, turns ...[2]string) (Conversation, []string) {
	t.Helper()
	c, err := s.CreateConversation(t.Context(), who, spec)
	must(t, err)
	var ids []string
	for _, turn := range turns {
		ids = append(ids, say(t, s, who, c.ID, last(ids), turn)...)
	}
	c, err = s.Conversation(t.Context(), who, c.ID)
	must(t, err)
	return c, ids
}

// say adds a finished turn below a message.
func say(t testing.TB, s *Store, who chat.Principal, conversation, parent string, turn [2]string) []string {
	t.Helper()
	q, a, err := s.AddTurn(t.Context(), who, MessageSpec{Conversation: conversation, Parent: parent, Text: turn[0]}, MessageSpec{})
	must(t, err)
	must(t, s.FinishMessage(t.Context(), a.ID, MessageEnd{State: StateDone, Text: turn[1], Finish: "stop"}))
	return []string{q.ID, a.ID}
}

func last(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[len(ids)-1]
}

func texts(messages []Message) []string {
	var all []string
	for _, m := range messages {
		all = append(all, m.Text)
	}
	return all
}

func titles(all []Conversation) []string {
	var names []string
	for _, c := range all {
		names = append(names, c.Title)
	}
	return names
}

func point[T any](v T) *T { return &v }

func TestConversationIsItsOwnersAlone(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada, bob := person(t, s, "Ada"), person(t, s, "밥")
		c, ids := converse(t, s, ada, ConversationSpec{Title: "비밀"}, [2]string{"질문", "답"})
		must(t, s.AppendAudit(ctx, ada, "test", "x", nil))

		wantCode(t, s.DeleteConversations(ctx, bob, []string{c.ID}), chat.CodeNoConversation)
		wantCode(t, s.DeleteMessage(ctx, bob, ids[0]), chat.CodeNoMessage)
		for name, err := range map[string]error{
			"Conversation":       second(s.Conversation(ctx, bob, c.ID)),
			"UpdateConversation": second(s.UpdateConversation(ctx, bob, c.ID, ConversationChange{Title: point("x")})),
			"Branch":             second(s.Branch(ctx, bob, c.ID, "")),
			"Tree":               second(s.Tree(ctx, bob, c.ID)),
			"LeafBelow":          second(s.LeafBelow(ctx, bob, c.ID, "")),
			"AddMessage":         second(s.AddMessage(ctx, bob, MessageSpec{Conversation: c.ID, Parent: ids[1], Role: chat.User, Text: "x"})),
			"nobody":             second(s.Conversation(ctx, chat.Principal{}, c.ID)),
		} {
			if e := wantCode(t, err, chat.CodeNoConversation); e.Params[0] != c.ID {
				t.Errorf("%s names %v", name, e.Params)
			}
		}
		wantCode(t, second(s.Message(ctx, bob, ids[1])), chat.CodeNoMessage)
		wantCode(t, second(s.Events(ctx, bob, ids[1], 0)), chat.CodeNoMessage)
		if all, err := s.Conversations(ctx, bob, ConversationFilter{}); err != nil || len(all) != 0 {
			t.Errorf("somebody else lists %v, %v", all, err)
		}
		if got, err := s.Branch(ctx, ada, c.ID, ""); err != nil || !slices.Equal(texts(got), []string{"질문", "답"}) {
			t.Errorf("branch %v, %v", texts(got), err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

// What a request refers to must be of the same conversation, and of the same owner.
func TestReferencesStayWithinAConversation(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada, bob := person(t, s, "Ada"), person(t, s, "밥")
		c, ids := converse(t, s, ada, ConversationSpec{}, [2]string{"하나", "1"})
		other, others := converse(t, s, ada, ConversationSpec{}, [2]string{"둘", "2"})
		foreign, foreigners := converse(t, s, bob, ConversationSpec{}, [2]string{"셋", "3"})

		for _, parent := range []string{others[1], foreigners[1], "message-nowhere", c.ID} {
			_, _, err := s.AddTurn(ctx, ada, MessageSpec{Conversation: c.ID, Parent: parent, Text: "x"}, MessageSpec{})
			wantCode(t, err, chat.CodeNoMessage)
			wantCode(t, second(s.UpdateConversation(ctx, ada, c.ID, ConversationChange{Leaf: &parent})), chat.CodeNoMessage)
			wantCode(t, second(s.Branch(ctx, ada, c.ID, parent)), chat.CodeNoMessage)
			wantCode(t, second(s.LeafBelow(ctx, ada, c.ID, parent)), chat.CodeNoMessage)
		}
		wantCode(t, second(s.UpdateConversation(ctx, ada, c.ID, ConversationChange{Folder: point("folder-nowhere")})), chat.CodeNoFolder)
		wantCode(t, second(s.CreateConversation(ctx, ada, ConversationSpec{Folder: "folder-nowhere"})), chat.CodeNoFolder)
		wantCode(t, s.DeleteConversations(ctx, ada, []string{other.ID, foreign.ID}), chat.CodeNoConversation)
		must(t, second(s.Conversation(ctx, ada, other.ID))) // all or none
		if got, err := s.Conversation(ctx, ada, c.ID); err != nil || got.Leaf != ids[1] {
			t.Fatalf("leaf %q, %v; want %q as before", got.Leaf, err, ids[1])
		}
	})
}

func TestConversationsAreListedByWhenTheyWereSpokenIn(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := openTest(t, dir)
		defer s.Close()
		ctx := t.Context()
		var all []Conversation
		for i := range 7 {
			time.Sleep(time.Second)
			c, err := s.CreateConversation(ctx, chat.Local, ConversationSpec{Title: fmt.Sprint(i), Temporary: i == 6})
			must(t, err)
			all = append(all, c)
		}
		change := func(i int, change ConversationChange) {
			_, err := s.UpdateConversation(ctx, chat.Local, all[i].ID, change)
			must(t, err)
		}
		time.Sleep(time.Second)
		say(t, s, chat.Local, all[1].ID, "", [2]string{"?", "!"})
		change(2, ConversationChange{Pinned: point(true)})
		change(3, ConversationChange{Archived: point(true)})
		change(4, ConversationChange{Title: point("넷")}) // its name is not what was said in it

		want := []string{"2", "1", "5", "넷", "0"}
		got, err := s.Conversations(ctx, chat.Local, ConversationFilter{})
		if err != nil || !slices.Equal(titles(got), want) {
			t.Fatalf("list %v, %v; want %v", titles(got), err, want)
		}
		var paged []string
		filter := ConversationFilter{Limit: 2}
		for {
			page, err := s.Conversations(ctx, chat.Local, filter)
			must(t, err)
			paged = append(paged, titles(page)...)
			if len(page) < 2 {
				break
			}
			filter.Before = page[1].Cursor()
		}
		if !slices.Equal(paged, want) {
			t.Errorf("in pages %v, want %v", paged, want)
		}
		got, err = s.Conversations(ctx, chat.Local, ConversationFilter{Archived: true})
		if err != nil || !slices.Equal(titles(got), []string{"3"}) {
			t.Errorf("archived %v, %v", titles(got), err)
		}
		for _, bad := range []string{"x", "1.2", "1.2.", "a.2.c", "1.b.c", "1.2.\n", strings.Repeat("1.", 900)} {
			if _, err := s.Conversations(ctx, chat.Local, ConversationFilter{Before: bad}); bad != "1.2." {
				wantCode(t, err, chat.CodeBadField)
			}
		}
	})
}

func TestTitleOfAPersonStays(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		c, err := s.CreateConversation(ctx, chat.Local, ConversationSpec{})
		must(t, err)
		for _, step := range []struct {
			title  string
			titled *Titled
			want   string
		}{{"규칙", point(TitledRule), "규칙"}, {"모델", point(TitledModel), "모델"}, {"사람", nil, "사람"}, {"모델이 늦게", point(TitledModel), "사람"}, {"다시", nil, "다시"}} {
			got, err := s.UpdateConversation(ctx, chat.Local, c.ID, ConversationChange{Title: &step.title, Titled: step.titled})
			if err != nil || got.Title != step.want {
				t.Errorf("after %q: %q, %v; want %q", step.title, got.Title, err, step.want)
			}
		}
		for _, bad := range []ConversationChange{{Title: point("두\n줄")}, {Title: point(strings.Repeat("가", 400))}, {Title: point("\xff")}, {Titled: point(Titled("x")), Title: point("x")}, {Mode: point("a\x00")}} {
			wantCode(t, second(s.UpdateConversation(ctx, chat.Local, c.ID, bad)), chat.CodeBadField)
		}
	})
}

func TestDeletedConversationLeavesNothing(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		c, ids := converse(t, s, chat.Local, ConversationSpec{Title: "지울 것"}, [2]string{"질문", "답"})
		kept, _ := converse(t, s, chat.Local, ConversationSpec{Title: "남을 것"}, [2]string{"질문", "답"})
		_, a, err := s.AddTurn(ctx, chat.Local, MessageSpec{Conversation: c.ID, Parent: ids[1], Text: "더"}, MessageSpec{})
		must(t, err)
		must(t, s.AppendEvents(ctx, a.ID, []Event{delta(1, 0, "쓰는 중")}))

		must(t, s.DeleteConversations(ctx, chat.Local, []string{c.ID}))
		wantCode(t, second(s.Conversation(ctx, chat.Local, c.ID)), chat.CodeNoConversation)
		wantCode(t, second(s.Message(ctx, chat.Local, ids[0])), chat.CodeNoMessage)
		wantCode(t, s.AppendEvents(ctx, a.ID, []Event{delta(2, 4, "!")}), chat.CodeNoMessage)
		wantCode(t, s.FinishMessage(ctx, a.ID, MessageEnd{State: StateDone, Text: "늦게"}), chat.CodeNoMessage)
		wantCode(t, s.DeleteConversations(ctx, chat.Local, []string{c.ID}), chat.CodeNoConversation)
		for table, where := range map[string]string{"messages": "conversation", "search": "conversation", "summaries": "conversation", "shares": "conversation"} {
			n, _, err := row(ctx, s.reader, integer, `SELECT count(*) FROM `+table+` WHERE `+where+` = $1`, c.ID)
			if err != nil || n != 0 {
				t.Errorf("%d rows are left in %s, %v", n, table, err)
			}
		}
		if n, _, err := row(ctx, s.reader, integer, `SELECT count(*) FROM events`); err != nil || n != 0 {
			t.Errorf("%d events are left, %v", n, err)
		}
		got, err := s.Branch(ctx, chat.Local, kept.ID, "")
		if err != nil || len(got) != 2 {
			t.Errorf("the other conversation: %v, %v", texts(got), err)
		}
		must(t, s.Check(ctx))
	})
}

// Of many conversations what was said goes after they have: they are not to be seen meanwhile, nor after a crash.
func TestManyDeletedConversationsLeaveNothing(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		kept, _ := converse(t, s, chat.Local, ConversationSpec{Title: "남을 것"}, [2]string{"질문", "답"})
		var ids []string
		for range wipeAtOnce + 2 {
			c, _ := converse(t, s, chat.Local, ConversationSpec{Title: "지울 것"}, [2]string{"질문", "답"})
			ids = append(ids, c.ID)
		}
		must(t, s.DeleteConversations(ctx, chat.Local, ids))
		for _, query := range []string{"지울", "질문"} {
			found, _, err := s.Find(ctx, chat.Local, query, 10)
			must(t, err)
			for _, f := range found {
				if f.Conversation.ID != kept.ID {
					t.Errorf("%q finds %+v", query, f)
				}
			}
		}
		must(t, s.Close())
		s = at.open(t)
		must(t, s.wipeDeleted(ctx))
		for table, want := range map[string]int64{"messages": 2, "search": 3, "search_grams": 3} {
			if n, _, err := row(ctx, s.reader, integer, `SELECT count(*) FROM `+table); err != nil || n != want {
				t.Errorf("%d rows in %s, %v; want %d", n, table, err, want)
			}
		}
		must(t, s.Check(ctx))
	})
}

func TestTemporaryConversationsAreForgotten(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := openTest(t, dir)
		defer s.Close()
		ctx := t.Context()
		kept, _ := converse(t, s, chat.Local, ConversationSpec{}, [2]string{"?", "!"})
		early, ids := converse(t, s, chat.Local, ConversationSpec{Temporary: true}, [2]string{"?", "!"})
		time.Sleep(23 * time.Hour)
		late, _ := converse(t, s, chat.Local, ConversationSpec{Temporary: true}, [2]string{"?", "!"})
		if n, err := s.SweepTemporary(ctx); n != 0 || err != nil {
			t.Fatalf("swept %d, %v before a day was over", n, err)
		}
		time.Sleep(time.Hour + time.Second)
		if n, err := s.SweepTemporary(ctx); n != 1 || err != nil {
			t.Fatalf("swept %d, %v, want one", n, err)
		}
		wantCode(t, second(s.Conversation(ctx, chat.Local, early.ID)), chat.CodeNoConversation)
		wantCode(t, second(s.Message(ctx, chat.Local, ids[1])), chat.CodeNoMessage)
		must(t, second(s.Conversation(ctx, chat.Local, late.ID)))
		must(t, second(s.Conversation(ctx, chat.Local, kept.ID)))
		// The tombstone goes after a month.
		time.Sleep(31 * 24 * time.Hour)
		must(t, second(s.SweepTemporary(ctx)))
		if n, _, err := row(ctx, s.reader, integer, `SELECT count(*) FROM conversations WHERE id = $1`, early.ID); n != 0 || err != nil {
			t.Errorf("the tombstone is there: %d, %v", n, err)
		}
	})
}
