package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"exaone/chat"
)

func TestTurnIsBothOrNeither(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		c, q, a, err := s.StartConversation(ctx, chat.Local, ConversationSpec{Mode: "chat"},
			MessageSpec{Text: "안녕\x00?", Attachments: json.RawMessage(`[{"name":"a"}]`)}, MessageSpec{Model: "small", Mode: "chat"})
		must(t, err)
		if q.Text != "안녕\uFFFD?" || q.Role != chat.User || q.State != StateDone || a.Role != chat.Assistant || a.State != StateWriting ||
			a.Parent != q.ID || q.Number != 1 || a.Number != 2 || c.Leaf != a.ID {
			t.Fatalf("conversation %+v\nquestion %+v\nanswer %+v", c, q, a)
		}
		stored, err := s.Message(ctx, chat.Local, q.ID)
		must(t, err)
		if !reflect.DeepEqual(stored, q) {
			t.Fatalf("stored %+v, want %+v", stored, q)
		}
		// The answer is refused, so there is no question either.
		_, _, err = s.AddTurn(ctx, chat.Local, MessageSpec{Conversation: c.ID, Text: "?"}, MessageSpec{Attachments: json.RawMessage(`{}`)})
		wantCode(t, err, chat.CodeBadField)
		if all, err := s.Tree(ctx, chat.Local, c.ID); err != nil || len(all) != 2 {
			t.Fatalf("%d messages, %v; want 2", len(all), err)
		}
		if _, _, _, err := s.StartConversation(ctx, chat.Local, ConversationSpec{Title: "빈"}, MessageSpec{Attachments: json.RawMessage(`0`)}, MessageSpec{}); err == nil {
			t.Fatal("a conversation without its question")
		}
		if all, err := s.Conversations(ctx, chat.Local, ConversationFilter{}); err != nil || len(all) != 1 {
			t.Fatalf("%d conversations, %v; want 1", len(all), err)
		}
	})
}

func TestFinishedAnswerComesBackWhole(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		_, _, a, err := s.StartConversation(ctx, chat.Local, ConversationSpec{}, MessageSpec{Text: "?"}, MessageSpec{Model: "auto"})
		must(t, err)
		end := MessageEnd{State: StateFailed, Text: "절반", Thinking: "음", Usage: chat.Usage{PromptTokens: 7, CachedTokens: 3, CompletionTokens: 5},
			Finish: "length", Error: chat.NewError(chat.CodeTooLong, nil, 9, 8), Model: "small"}
		must(t, s.FinishMessage(ctx, a.ID, end))
		got, err := s.Message(ctx, chat.Local, a.ID)
		must(t, err)
		if got.State != StateFailed || got.Text != "절반" || got.Thinking != "음" || got.Usage != end.Usage || got.Finish != "length" ||
			got.Model != "small" || got.Finished.IsZero() || got.Error.In(chat.Korean) != end.Error.In(chat.Korean) {
			t.Fatalf("got %+v, want %+v", got, end)
		}
		wantCode(t, s.FinishMessage(ctx, a.ID, end), chat.CodeAnswerOver)
		wantCode(t, s.AppendEvents(ctx, a.ID, []Event{delta(1, 0, "x")}), chat.CodeAnswerOver)
		wantCode(t, s.FinishMessage(ctx, "message-nowhere", end), chat.CodeNoMessage)
		end.State = StateWriting
		wantCode(t, s.FinishMessage(ctx, a.ID, end), chat.CodeBadField)
	})
}

func TestAddMessageRefuses(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		c, ids := converse(t, s, chat.Local, ConversationSpec{}, [2]string{"?", "!"})
		tests := []struct {
			name string
			spec MessageSpec
		}{
			{"another role", MessageSpec{Role: "system"}},
			{"no role", MessageSpec{}},
			{"another state", MessageSpec{Role: chat.User, State: "gone"}},
			{"a question that is being written", MessageSpec{Role: chat.User, State: StateWriting}},
			{"too long", MessageSpec{Role: chat.User, Text: strings.Repeat("x", maxText+1)}},
			{"attachments that are no list", MessageSpec{Role: chat.User, Attachments: json.RawMessage(`{}`)}},
			{"attachments that are not JSON", MessageSpec{Role: chat.User, Attachments: json.RawMessage(`[`)}},
			{"a mode of two lines", MessageSpec{Role: chat.User, Mode: "a\nb"}},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				test.spec.Conversation, test.spec.Parent = c.ID, ids[1]
				wantCode(t, second(s.AddMessage(t.Context(), chat.Local, test.spec)), chat.CodeBadField)
			})
		}
		ada := person(t, s, "Ada")
		mine, _ := converse(t, s, ada, ConversationSpec{}, [2]string{"?", "!"})
		must(t, s.DisablePrincipal(t.Context(), chat.Local, ada.ID))
		_, err := s.AddMessage(t.Context(), ada, MessageSpec{Conversation: mine.ID, Role: chat.User, Text: "x"})
		wantCode(t, err, chat.CodePrincipalOff)
	})
}

// draw writes a conversation's tree: each message's text, and in parentheses what is below it.
func draw(t *testing.T, s *Store, conversation, leaf string) string {
	t.Helper()
	branch, err := s.Branch(t.Context(), chat.Local, conversation, leaf)
	must(t, err)
	var b strings.Builder
	for _, m := range branch {
		text := m.Text
		if !m.Deleted.IsZero() {
			text = "×" + text
		}
		fmt.Fprintf(&b, "%s %d/%d ", text, m.Index+1, len(m.Siblings))
	}
	return strings.TrimSpace(b.String())
}

func TestBranchesAndTheirSiblings(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		c, ids := converse(t, s, chat.Local, ConversationSpec{}, [2]string{"q1", "a1"}, [2]string{"q2", "a2"})
		check := func(leaf, want string) {
			t.Helper()
			if got := draw(t, s, c.ID, leaf); got != want {
				t.Errorf("branch %s\nwant   %s", got, want)
			}
		}
		remove := func(id string) { t.Helper(); must(t, s.DeleteMessage(ctx, chat.Local, id)) }
		again, err := s.AddMessage(ctx, chat.Local, MessageSpec{Conversation: c.ID, Parent: ids[0], Role: chat.Assistant, State: StateWriting})
		must(t, err)
		must(t, s.FinishMessage(ctx, again.ID, MessageEnd{State: StateDone, Text: "a1'"}))
		edited := say(t, s, chat.Local, c.ID, "", [2]string{"q1'", "a3"})

		check("", "q1' 2/2 a3 1/1")
		check(ids[3], "q1 1/2 a1 1/2 q2 1/1 a2 1/1")
		check(ids[1], "q1 1/2 a1 1/2")
		check(again.ID, "q1 1/2 a1' 2/2")
		for _, through := range []struct{ id, want string }{{"", edited[1]}, {ids[0], again.ID}, {ids[1], ids[3]}, {ids[3], ids[3]}} {
			if got, err := s.LeafBelow(ctx, chat.Local, c.ID, through.id); err != nil || got != through.want {
				t.Errorf("leaf below %q: %q, %v; want %q", through.id, got, err, through.want)
			}
		}

		remove(ids[1]) // something is below it
		check(ids[3], "q1 1/2 × 1/2 q2 1/1 a2 1/1")
		remove(ids[3]) // nothing is below it
		check(ids[3], "q1 1/2 × 1/2 q2 1/1")
		remove(ids[2]) // and now nothing is below ids[1] either
		check(ids[3], "q1 1/2")
		check(again.ID, "q1 1/2 a1' 1/1")
		wantCode(t, second(s.Message(ctx, chat.Local, ids[2])), chat.CodeNoMessage)
		wantCode(t, s.DeleteMessage(ctx, chat.Local, ids[2]), chat.CodeNoMessage)
		_, err = s.AddMessage(ctx, chat.Local, MessageSpec{Conversation: c.ID, Parent: ids[1], Role: chat.User, Text: "x"})
		wantCode(t, err, chat.CodeNoMessage)

		// The branch that is shown ends in a message that is deleted.
		remove(edited[1])
		check("", "q1' 2/2")
		remove(edited[0])
		check("", "q1 1/1 a1' 1/1")
		tree, err := s.Tree(ctx, chat.Local, c.ID)
		if err != nil || len(tree) != 2 {
			t.Errorf("%d messages, %v; want 2", len(tree), err)
		}
		remove(again.ID)
		remove(ids[0])
		check("", "")
		_ = say(t, s, chat.Local, c.ID, "", [2]string{"new", "start"})
		check("", "new 1/1 start 1/1")
	})
}

// 5,000 messages, one in ten of them with a sibling.
func TestLongBranchIsWhole(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		const length = 5000
		id, path := longConversation(t, s, length)
		begin := time.Now()
		got, err := s.Branch(t.Context(), chat.Local, id, "")
		must(t, err)
		t.Logf("%d messages in %v", len(got), time.Since(begin))
		if !slices.Equal(texts(got), path) {
			t.Fatalf("%d messages, want %d in order", len(got), len(path))
		}
		// Where siblings are many, too.
		for i := range 30 {
			for range 1 + i%7 {
				_, err := s.AddMessage(t.Context(), chat.Local, MessageSpec{Conversation: id, Parent: got[i].ID, Role: chat.User, Text: "곁"})
				must(t, err)
			}
		}
		wide, err := s.AddMessage(t.Context(), chat.Local, MessageSpec{Conversation: id, Parent: got[1].ID, Role: chat.User, Text: "끝"})
		must(t, err)
		if branch, err := s.Branch(t.Context(), chat.Local, id, wide.ID); err != nil || !slices.Equal(texts(branch), append(texts(got[:2]), "끝")) || len(branch[2].Siblings) != 4 {
			t.Fatalf("branch %v, %v", texts(branch), err)
		}
		for i, m := range got {
			if want := 1 + (i+1)%2*bit(i%20 == 0); len(m.Siblings) != want || m.Siblings[m.Index] != m.ID {
				t.Fatalf("message %d has siblings %v and is %d, want %d of them", i, m.Siblings, m.Index, want)
			}
		}
	})
}

// longConversation fills a conversation, many rows at a time, and returns the texts of its longest branch.
func longConversation(t testing.TB, s *Store, length int) (id string, path []string) {
	t.Helper()
	ctx := t.Context()
	c, err := s.CreateConversation(ctx, chat.Local, ConversationSpec{})
	must(t, err)
	var values []string
	number, parent := 0, ""
	add := func(role chat.Role, text string) string {
		number++
		id := newID("message")
		values = append(values, fmt.Sprintf("('%s', '%s', '%s', %d, 'local', '%s', 'done', '%s', %d)", id, c.ID, parent, number, role, text, number))
		return id
	}
	for i := range length {
		role := chat.User
		if i%2 == 1 {
			role = chat.Assistant
		}
		if i%20 == 0 {
			add(role, "다른 말")
		}
		text := fmt.Sprintf("%d번째 말. %s", i, strings.Repeat("길게 이어지는 이야기 ", 20))
		path = append(path, text)
		parent = add(role, text)
	}
	must(t, s.write(ctx, "fill", func(tx *sql.Tx) error {
		for part := range slices.Chunk(values, 500) {
			_, err := tx.Exec(`INSERT INTO messages (id, conversation, parent, number, principal, role, state, text, created) VALUES ` + strings.Join(part, ", "))
			if err != nil {
				return err
			}
		}
		_, err := tx.Exec(`UPDATE conversations SET leaf = $1 WHERE id = $2`, parent, c.ID)
		return err
	}))
	return c.ID, path
}

func BenchmarkBranch(b *testing.B) {
	s := openTest(b, b.TempDir())
	id, _ := longConversation(b, s, 5000)
	for b.Loop() {
		if _, err := s.Branch(b.Context(), chat.Local, id, ""); err != nil {
			b.Fatal(err)
		}
	}
}
