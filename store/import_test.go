package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"exaone/chat"
)

// thread is a conversation with a question, two answers and a long way on below the second.
func thread(title string, more int) ImportedConversation {
	at := time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	c := ImportedConversation{Title: title, Origin: "import:test", Model: "gpt-4o", Created: at, Updated: at.Add(time.Hour), Leaf: -1,
		Messages: []ImportedMessage{
			{Parent: -1, Role: chat.User, Text: title + " 질문", Created: at.Add(time.Second)},
			{Parent: 0, Role: chat.Assistant, Text: "첫 답", Model: "gpt-4o", Thinking: "생각"},
			{Parent: 0, Role: chat.Assistant, Text: "둘째 답", Created: at.Add(time.Minute),
				Events: []Event{{Number: 3, Kind: "citation", Version: 1, Data: json.RawMessage(`{"index":1}`)}}},
		}}
	for i := range more {
		role := chat.User
		if i%2 == 1 {
			role = chat.Assistant
		}
		c.Messages = append(c.Messages, ImportedMessage{Parent: len(c.Messages) - 1, Role: role, Text: fmt.Sprintf("%d번째", i)})
	}
	return c
}

func TestImportKeepsTheTree(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		first := thread("앞", 0)
		first.Leaf = 1
		must(t, CheckImport([]ImportedConversation{first, {Title: "빈"}}))
		ids, err := s.Import(t.Context(), chat.Local, []ImportedConversation{first, thread("뒤", 3*importChunk), {Title: "빈"}})
		must(t, err)
		if len(ids) != 3 {
			t.Fatalf("%d ids, want 3", len(ids))
		}
		c, err := s.Conversation(t.Context(), chat.Local, ids[0])
		must(t, err)
		if c.Title != "앞" || c.Titled != TitledPerson || c.Origin != "import:test" || !c.Created.Equal(first.Created) || !c.Updated.Equal(first.Updated) {
			t.Errorf("the conversation is %+v", c)
		}
		branch, err := s.Branch(t.Context(), chat.Local, ids[0], "")
		must(t, err)
		if len(branch) != 2 || branch[1].Text != "첫 답" || branch[1].Thinking != "생각" || len(branch[1].Siblings) != 2 ||
			!branch[1].Created.Equal(first.Created) || !branch[0].Created.Equal(first.Created.Add(time.Second)) {
			t.Errorf("the branch that is shown is %+v", branch)
		}
		events, err := s.Events(t.Context(), chat.Local, branch[1].Siblings[1], 0)
		must(t, err)
		if len(events) != 1 || events[0].Kind != "citation" {
			t.Errorf("the events of the second answer are %+v", events)
		}
		branch, err = s.Branch(t.Context(), chat.Local, ids[1], "")
		must(t, err)
		if len(branch) != 2+3*importChunk {
			t.Errorf("the long branch has %d messages, want %d", len(branch), 2+3*importChunk)
		}
		branch, err = s.Branch(t.Context(), chat.Local, ids[2], "")
		must(t, err)
		if len(branch) != 0 {
			t.Errorf("the empty one has %d messages", len(branch))
		}
		_, err = s.Conversation(t.Context(), chat.Principal{ID: "system"}, ids[0])
		wantCode(t, err, chat.CodeNoConversation)
	})
}

func TestImportIsAllOrNothing(t *testing.T) {
	bad := map[string]func(*ImportedConversation){
		"a parent after its child": func(c *ImportedConversation) { c.Messages[1].Parent = 2 },
		"its own parent":           func(c *ImportedConversation) { c.Messages[1].Parent = 1 },
		"no such parent":           func(c *ImportedConversation) { c.Messages[1].Parent = -2 },
		"a role of nobody":         func(c *ImportedConversation) { c.Messages[1].Role = "system" },
		"still being written":      func(c *ImportedConversation) { c.Messages[1].State = StateWriting },
		"a text without end":       func(c *ImportedConversation) { c.Messages[1].Text = strings.Repeat("x", maxText+1) },
		"a leaf that is not there": func(c *ImportedConversation) { c.Leaf = 99 },
		"a title over lines":       func(c *ImportedConversation) { c.Title = "a\nb" },
		"a folder of nobody":       func(c *ImportedConversation) { c.Folder = "folder-x" },
		"events out of order":      func(c *ImportedConversation) { c.Messages[2].Events = []Event{{Number: 0, Kind: "x"}} },
	}
	for name, spoil := range bad {
		t.Run(name, func(t *testing.T) {
			s := openTest(t, t.TempDir())
			c := thread("나쁜", 0)
			spoil(&c)
			if err := CheckImport([]ImportedConversation{c}); codeOf(err) == "" && c.Folder == "" {
				t.Errorf("looked at beforehand: %v", err)
			}
			_, err := s.Import(t.Context(), chat.Local, []ImportedConversation{thread("좋은", 2*importChunk), c})
			if codeOf(err) == "" {
				t.Errorf("the error is %v, want one that a person may read", err)
			}
			wantNoTrace(t, s)
		})
	}
}

// wantNoTrace fails unless a store has no conversation and no trace of one.
func wantNoTrace(t *testing.T, s *Store) {
	t.Helper()
	for _, table := range []string{"conversations", "messages", "events", "search", "search_grams"} {
		n, _, err := row(t.Context(), s.reader, integer, `SELECT count(*) FROM `+table)
		must(t, err)
		if n != 0 {
			t.Errorf("%d rows of %s are left", n, table)
		}
	}
}

// giveUpWithin imports and ends the import when some of it has been written. It reports whether that came in time.
func giveUpWithin(t *testing.T, s *Store, all []ImportedConversation) bool {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { // somebody else looks while it goes on
		for ctx.Err() == nil {
			n, _, err := row(context.Background(), s.reader, integer, `SELECT count(*) FROM messages`)
			if err == nil && n > importChunk {
				cancel()
			}
		}
	}()
	_, err := s.Import(ctx, chat.Local, all)
	return err != nil
}

// What was written when somebody gives up is gone, and so is what a process left that went away.
func TestImportLeavesNothingHalfDone(t *testing.T) {
	for n := 5; ; n *= 2 {
		s := openTest(t, t.TempDir())
		if giveUpWithin(t, s, []ImportedConversation{thread("하나", n*importChunk), thread("둘", n*importChunk)}) {
			wantNoTrace(t, s)
			break
		}
	}
	dir := t.TempDir()
	s := openTest(t, dir)
	all := []ImportedConversation{thread("하나", 2*importChunk), thread("둘", 0)}
	var staged []*importOne
	for i := range all {
		one, err := prepareImport(chat.Local, &all[i], now())
		must(t, err)
		staged = append(staged, one)
	}
	must(t, s.stage(t.Context(), chat.Local, staged, now()))
	list, err := s.Conversations(t.Context(), chat.Local, ConversationFilter{})
	must(t, err)
	if len(list) != 0 {
		t.Errorf("what is not complete is in the list: %+v", list)
	}
	must(t, s.Close())
	wantNoTrace(t, openTest(t, dir))
}

func TestPiecesAreSmallAndWhole(t *testing.T) {
	for _, sizes := range [][]int{{}, {0}, {1}, {importChunk}, {importChunk + 1}, {0, 0, 3 * importChunk, 0}, {7, importChunk - 7, 1}} {
		var staged []*importOne
		for _, n := range sizes {
			staged = append(staged, &importOne{ids: make([]string, n)})
		}
		at := map[*importOne]int{}
		var begun []*importOne
		for some := range pieces(staged) {
			n := 0
			for _, p := range some {
				if p.from == 0 {
					begun = append(begun, p.of)
				}
				if p.from != at[p.of] {
					t.Errorf("%v: a piece begins at %d, want %d", sizes, p.from, at[p.of])
				}
				at[p.of] = p.to
				n += max(p.to-p.from, 1)
			}
			if n > importChunk {
				t.Errorf("%v: a piece of %d", sizes, n)
			}
		}
		if !slices.Equal(begun, staged) {
			t.Errorf("%v: %d conversations begin, want %d, each once and in order", sizes, len(begun), len(staged))
		}
		for _, one := range staged {
			if at[one] != len(one.ids) {
				t.Errorf("%v: %d messages of %d", sizes, at[one], len(one.ids))
			}
		}
	}
}
