package store

import (
	"slices"
	"strings"
	"testing"

	"exaone/chat"
)

func TestFoldersHoldConversations(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada, bob := person(t, s, "Ada"), person(t, s, "밥")
		work, err := s.CreateFolder(ctx, ada, FolderSpec{Name: "업무", Instructions: "존댓말로\n짧게"})
		must(t, err)
		home, err := s.CreateFolder(ctx, ada, FolderSpec{Name: "집"})
		must(t, err)
		in, _ := converse(t, s, ada, ConversationSpec{Title: "안", Folder: work.ID}, [2]string{"?", "!"})
		out, _ := converse(t, s, ada, ConversationSpec{Title: "밖"}, [2]string{"?", "!"})
		foreign, _ := converse(t, s, bob, ConversationSpec{Title: "남"}, [2]string{"?", "!"})
		list := func(folder string) []string {
			t.Helper()
			all, err := s.Conversations(ctx, ada, ConversationFilter{Folder: folder})
			must(t, err)
			names := titles(all)
			slices.Sort(names)
			return names
		}
		if got := list(work.ID); !slices.Equal(got, []string{"안"}) {
			t.Errorf("in the folder: %v", got)
		}
		must(t, s.MoveConversations(ctx, ada, []string{in.ID, out.ID}, home.ID))
		if got := list(home.ID); !slices.Equal(got, []string{"밖", "안"}) {
			t.Errorf("after moving: %v", got)
		}
		wantCode(t, s.MoveConversations(ctx, ada, []string{in.ID, foreign.ID}, work.ID), chat.CodeNoConversation)
		wantCode(t, s.MoveConversations(ctx, bob, []string{foreign.ID}, work.ID), chat.CodeNoFolder)
		wantCode(t, second(s.Folder(ctx, bob, work.ID)), chat.CodeNoFolder)
		wantCode(t, second(s.UpdateFolder(ctx, bob, work.ID, FolderChange{Name: point("x")})), chat.CodeNoFolder)
		wantCode(t, s.DeleteFolder(ctx, bob, work.ID), chat.CodeNoFolder)
		if got := list(work.ID); len(got) != 0 {
			t.Errorf("moved although one of them was somebody else's: %v", got)
		}
		must(t, s.ArchiveConversations(ctx, ada, []string{out.ID}, true))
		if got := list(home.ID); !slices.Equal(got, []string{"안"}) {
			t.Errorf("after archiving: %v", got)
		}

		changed, err := s.UpdateFolder(ctx, ada, home.ID, FolderChange{Name: point("우리 집"), Position: point(0)})
		must(t, err)
		all, err := s.Folders(ctx, ada)
		if err != nil || len(all) != 2 || all[0] != changed || all[1] != work {
			t.Errorf("folders %+v, %v; want %+v first", all, err, changed)
		}
		must(t, s.DeleteFolder(ctx, ada, home.ID))
		wantCode(t, second(s.Folder(ctx, ada, home.ID)), chat.CodeNoFolder)
		if got, err := s.Conversation(ctx, ada, in.ID); err != nil || got.Folder != "" {
			t.Errorf("folder %q, %v; want none", got.Folder, err)
		}
		for _, bad := range []FolderSpec{{}, {Name: "a\nb"}, {Name: "a", Instructions: "\xff"}, {Name: "a", Instructions: strings.Repeat("x", maxInstructions+1)}} {
			wantCode(t, second(s.CreateFolder(ctx, ada, bad)), chat.CodeBadField)
		}
		must(t, s.Check(ctx))
	})
}

func TestSummariesCanBeUndone(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		bob := person(t, s, "밥")
		c, ids := converse(t, s, chat.Local, ConversationSpec{}, [2]string{"q1", "a1"}, [2]string{"q2", "a2"})
		other, others := converse(t, s, chat.Local, ConversationSpec{}, [2]string{"q", "a"})
		first, err := s.AddSummary(ctx, chat.Local, c.ID, ids[1], "앞부분", "small")
		must(t, err)
		next, err := s.AddSummary(ctx, chat.Local, c.ID, ids[3], "더", "small")
		must(t, err)
		wantCode(t, second(s.AddSummary(ctx, chat.Local, c.ID, others[1], "x", "")), chat.CodeNoMessage)
		wantCode(t, second(s.AddSummary(ctx, bob, c.ID, ids[1], "x", "")), chat.CodeNoConversation)
		wantCode(t, second(s.Summaries(ctx, bob, c.ID)), chat.CodeNoConversation)
		wantCode(t, s.UndoSummary(ctx, bob, first.ID), chat.CodeNoSummary)
		must(t, s.UndoSummary(ctx, chat.Local, first.ID))
		must(t, s.UndoSummary(ctx, chat.Local, first.ID))
		all, err := s.Summaries(ctx, chat.Local, c.ID)
		if err != nil || len(all) != 2 {
			t.Fatalf("summaries %+v, %v", all, err)
		}
		for _, one := range all {
			if undone := one.ID == first.ID; one.Undone.IsZero() == undone || one.Model != "small" {
				t.Errorf("summary %+v", one)
			}
		}
		// What a summary says of a message goes with the message, wherever below the summary ends.
		must(t, s.DeleteMessage(ctx, chat.Local, ids[2]))
		if all, err = s.Summaries(ctx, chat.Local, c.ID); err != nil || len(all) != 1 || all[0].ID != first.ID {
			t.Errorf("summaries %+v, %v; want that without %s", all, err, next.ID)
		}
		if all, err = s.Summaries(ctx, chat.Local, other.ID); err != nil || len(all) != 0 {
			t.Errorf("of the other: %+v, %v", all, err)
		}
	})
}
