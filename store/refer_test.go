package store

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"exaone/chat"
)

// attaching is a list of attachments that names a file.
func attaching(t testing.TB, hash string) json.RawMessage {
	t.Helper()
	list, err := json.Marshal([]Attachment{{Name: "급여.txt", MIME: "text/plain", Blob: hash}})
	must(t, err)
	return list
}

// confidential is a conversation of a grade with a file attached, which is nowhere else.
func confidential(t testing.TB, s *Store, who chat.Principal, grade int, content string) (Conversation, Blob) {
	t.Helper()
	ctx := t.Context()
	c, err := s.CreateConversation(ctx, who, ConversationSpec{Title: "인사", Grade: grade})
	must(t, err)
	q, a, err := s.AddTurn(ctx, who, MessageSpec{Conversation: c.ID, Text: "보세요"}, MessageSpec{})
	must(t, err)
	b, err := s.PutBlob(ctx, who, messageObject(q.ID), "text/plain", stringReader(content))
	must(t, err)
	must(t, s.FinishMessage(ctx, a.ID, MessageEnd{State: StateDone, Text: "보았습니다"}))
	q, a, err = s.AddTurn(ctx, who, MessageSpec{Conversation: c.ID, Parent: a.ID, Text: "다시", Attachments: attaching(t, b.Hash)}, MessageSpec{})
	must(t, err)
	must(t, s.FinishMessage(ctx, a.ID, MessageEnd{State: StateDone, Text: "보았습니다"}))
	c.Leaf = a.ID
	return c, b
}

// opens reports whether somebody may open a file.
func opens(ctx context.Context, s *Store, who chat.Principal, hash string) bool {
	f, _, err := s.OpenBlob(ctx, who, hash)
	if err == nil {
		f.Close()
	}
	return err == nil
}

// fileGrades are the grades of somebody's references to a file, each once.
func fileGrades(t testing.TB, s *Store, who chat.Principal, hash string) []int64 {
	t.Helper()
	all, err := rows(t.Context(), s.reader, integer,
		`SELECT DISTINCT grade FROM blob_refs WHERE principal = $1 AND hash = $2 ORDER BY grade`, who.ID, hash)
	must(t, err)
	return all
}

// A file does not become less confidential by being attached, told of in an answer, or imported, neither by somebody who
// may read it nor by somebody who may not any more.
func TestAFileDoesNotComeDown(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada := sharer(t, s, "Ada")
		clear(t, s, ada, 2)
		secret, file := confidential(t, s, ada, 2, "모두의 연봉")
		open, err := s.CreateConversation(ctx, ada, ConversationSpec{Title: "잡담"})
		must(t, err)
		ways := func(cleared int, want chat.Code) {
			t.Helper()
			clear(t, s, ada, cleared)
			attachments := attaching(t, file.Hash)
			wantCode(t, second(s.AddMessage(ctx, ada, MessageSpec{Conversation: open.ID, Role: chat.User, Text: "?", Attachments: attachments})), want)
			_, a, err := s.AddTurn(ctx, ada, MessageSpec{Conversation: open.ID, Text: "파일"}, MessageSpec{})
			must(t, err)
			kind, version, data, err := chat.EncodeEvent(chat.File{Name: "급여.txt", MIME: "text/plain", Blob: file.Hash})
			must(t, err)
			must(t, s.AppendEvents(ctx, a.ID, []Event{{Number: 1, Kind: kind, Version: version, Data: data}}))
			must(t, s.FinishMessage(ctx, a.ID, MessageEnd{State: StateDone}))
			_, err = s.Import(ctx, ada, []ImportedConversation{{Title: "가져옴", Leaf: -1,
				Messages: []ImportedMessage{{Parent: -1, Role: chat.User, Text: "?", Attachments: attachments}}}})
			must(t, err)
			if got := fileGrades(t, s, ada, file.Hash); !slices.Equal(got, []int64{2}) {
				t.Errorf("cleared for %d: the file has grades %d, want 2", cleared, got)
			}
			if there := opens(ctx, s, ada, file.Hash); there != (cleared >= 2) {
				t.Errorf("cleared for %d: the file opens: %v", cleared, there)
			}
		}
		ways(2, chat.CodeGradeBelow)
		ways(1, chat.CodeNoBlob)
		clear(t, s, ada, 2)
		must(t, second(s.AddMessage(ctx, ada, MessageSpec{Conversation: secret.ID, Parent: secret.Leaf, Role: chat.User, Text: "?", Attachments: attaching(t, file.Hash)})))
		// Whoever says that it is less confidential says so of the conversation.
		zero := 0
		must(t, second(s.UpdateConversation(ctx, ada, secret.ID, ConversationChange{Grade: &zero})))
		must(t, second(s.AddMessage(ctx, ada, MessageSpec{Conversation: open.ID, Role: chat.User, Text: "?", Attachments: attaching(t, file.Hash)})))
	})
}

// A copy takes its files along, as confidential as it is, and a reader's copy keeps them there.
func TestACopyKeepsItsFilesConfidential(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada, bob := sharer(t, s, "Ada"), person(t, s, "밥")
		clear(t, s, ada, 2)
		clear(t, s, bob, 2)
		c, file := confidential(t, s, ada, 2, "모두의 연봉")
		secret, _, err := s.CreateShare(ctx, ada, ShareSpec{Conversation: c.ID, Audience: []string{Everybody}})
		must(t, err)
		must(t, second(s.CopyBranch(ctx, ada, c.ID, "")))
		must(t, second(s.CopyShare(ctx, bob, secret)))
		open, err := s.CreateConversation(ctx, bob, ConversationSpec{Title: "잡담"})
		must(t, err)
		wantCode(t, second(s.AddMessage(ctx, bob, MessageSpec{Conversation: open.ID, Role: chat.User, Text: "?", Attachments: attaching(t, file.Hash)})), chat.CodeGradeBelow)
		for _, who := range []chat.Principal{ada, bob} {
			if got := fileGrades(t, s, who, file.Hash); !slices.Equal(got, []int64{2}) || !opens(ctx, s, who, file.Hash) {
				t.Errorf("the file has grades %d, want 2, and opens: %v", got, opens(ctx, s, who, file.Hash))
			}
		}
	})
}
