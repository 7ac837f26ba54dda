package store

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
)

// put keeps a file of somebody's.
func put(t *testing.T, s *Store, who chat.Principal, object, content string) Blob {
	t.Helper()
	b, err := s.PutBlob(t.Context(), who, object, "text/plain", stringReader(content))
	must(t, err)
	return b
}

// answered is a conversation of who with an attached file, and an answer with one event of every kind that it may have.
// The citations are of the attached file, of a file that is not shown, of the web, and of nobody knows what.
func answered(t *testing.T, s *Store, who chat.Principal, spec ConversationSpec, attached, made, secret Blob) (c Conversation, q, a Message) {
	t.Helper()
	ctx := t.Context()
	attachments := json.RawMessage(fmt.Sprintf(`[{"name":"표.csv","mime":"text/csv","blob":%q,"size":%d},{"note":1}]`, attached.Hash, attached.Size))
	c, q, a, err := s.StartConversation(ctx, who, spec, MessageSpec{Text: "질문", Attachments: attachments}, MessageSpec{})
	must(t, err)
	for i, ev := range []chat.Event{
		chat.Phase{Name: "read"}, chat.Delta{Text: "답"}, chat.Call{ToolCall: chat.ToolCall{ID: "1", Name: "search", Arguments: `{"q":"비밀 검색"}`}},
		chat.Result{CallID: "1", Name: "search", Text: "비밀 결과"},
		chat.Citation{Index: 1, Title: "표", Source: chat.SourceFile + attached.Hash, Snippet: "표의 문장"},
		chat.Citation{Index: 2, Title: "비밀 문서", Source: chat.SourceFile + secret.Hash, Where: "3쪽", Snippet: "비밀 문장"},
		chat.Citation{Index: 3, Title: "뉴스", Source: "example.com", Snippet: "뉴스의 문장", URL: "https://example.com/a"},
		chat.Citation{Index: 4, Title: "비밀 사이트", Source: "wiki", Snippet: "비밀 위키"},
		chat.Table{Title: "매출", Columns: []string{"월"}, Rows: [][]string{{"1월"}}}, chat.Chart{Title: "추이", Kind: "bar", Spec: json.RawMessage(`{}`)},
		chat.File{Name: "보고서.md", MIME: "text/markdown", Blob: made.Hash, Size: made.Size}, chat.Approval{ID: "x", What: "비밀 승인"},
		chat.Ledger{Items: []chat.LedgerItem{{Kind: "instructions", Label: "비밀 지시"}}}, chat.Verdict{Checked: []string{"1"}},
		chat.Unknown{Kind: "hologram", Version: 3, Data: []byte(`{"비밀":1}`)}, chat.Finish{Reason: chat.FinishStop},
	} {
		kind, version, data, err := chat.EncodeEvent(ev)
		must(t, err)
		must(t, s.AppendEvents(ctx, a.ID, []Event{{Number: int64(i + 1), Kind: kind, Version: version, Data: data}}))
	}
	must(t, s.FinishMessage(ctx, a.ID, MessageEnd{State: StateDone, Text: "답 [1][2][3][4]", Thinking: "비밀 생각"}))
	return c, q, a
}

func kinds(events []Event) (all []string) {
	for _, e := range events {
		all = append(all, e.Kind)
	}
	return all
}

// spelled is everything a reader is told, in one text.
func spelled(w Whole) string {
	var b strings.Builder
	for _, m := range w.Messages {
		b.WriteString(m.Text + m.Thinking + string(m.Attachments))
		for _, e := range w.Events[m.ID] {
			b.WriteString(string(e.Data))
		}
	}
	return b.String()
}

// content is what a file that is open has in it.
func content(t *testing.T, f io.ReadCloser, err error) string {
	t.Helper()
	must(t, err)
	defer f.Close()
	all, err := io.ReadAll(f)
	must(t, err)
	return string(all)
}

func TestShareShowsWhatAPageRenders(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada, bob, eve := sharer(t, s, "Ada"), sharer(t, s, "밥"), sharer(t, s, "Eve")
		attached, made, secret := put(t, s, ada, "upload:1", "표"), put(t, s, ada, "upload:2", "보고서"), put(t, s, ada, "document:1", "비밀")
		other := put(t, s, ada, "upload:3", "다른 것")
		put(t, s, eve, "document:1", "비밀") // Eve has the same document
		c, _, a := answered(t, s, ada, ConversationSpec{Title: "t"}, attached, made, secret)
		link, _, err := s.CreateShare(ctx, ada, ShareSpec{Conversation: c.ID, Audience: []string{bob.ID, eve.ID}})
		must(t, err)
		shown := func(who chat.Principal, link string) Whole {
			t.Helper()
			_, w, err := s.OpenShare(ctx, who, link)
			must(t, err)
			return w
		}
		want := []string{"citation", "citation", "citation", "citation", "table", "chart", "file", "verdict", "finish"}
		for _, test := range []struct {
			who    chat.Principal
			hidden []int // indices of citations
		}{{ada, nil}, {bob, []int{2, 4}}, {eve, []int{4}}} {
			w := shown(test.who, link)
			if got := kinds(w.Events[a.ID]); !slices.Equal(got, want) {
				t.Errorf("%s is shown %v, want %v", test.who.ID, got, want)
			}
			for _, e := range w.Events[a.ID] {
				c, ok := chat.DecodeEvent(e.Kind, e.Version, e.Data).(chat.Citation)
				if !ok {
					continue
				}
				hidden := slices.Contains(test.hidden, c.Index)
				if c.Withheld != hidden || hidden != (c == chat.Citation{Index: c.Index, Withheld: true}) {
					t.Errorf("%s is shown the source %+v", test.who.ID, c)
				}
			}
			for _, secret := range []string{"비밀 생각", "비밀 결과", "비밀 검색", "비밀 지시", "비밀 승인"} {
				if text := spelled(w); strings.Contains(text, secret) {
					t.Errorf("%s is told %s", test.who.ID, text)
				}
			}
		}
		if text := spelled(shown(bob, link)); strings.Contains(text, "비밀") {
			t.Errorf("Bob is told %s", text)
		}
		open, _, err := s.CreateShare(ctx, ada, ShareSpec{Conversation: c.ID, Audience: []string{bob.ID}, Thinking: true})
		must(t, err)
		if w := shown(bob, open); w.Messages[1].Thinking != "비밀 생각" {
			t.Errorf("the owner shows what was thought, but Bob is told %q", w.Messages[1].Thinking)
		}

		// Files come through the link, those that are shown and no others.
		for hash, want := range map[string]string{attached.Hash: "표", made.Hash: "보고서"} {
			f, b, err := s.OpenSharedFile(ctx, bob, link, hash)
			if got := content(t, f, err); got != want || b.Size != int64(len(want)) {
				t.Errorf("%q of %+v, want %q", got, b, want)
			}
			_, _, err = s.OpenBlob(ctx, bob, hash)
			wantCode(t, err, chat.CodeNoBlob)
		}
		for _, hash := range []string{secret.Hash, other.Hash, "", "x", strings.Repeat("0", 64)} {
			_, _, err := s.OpenSharedFile(ctx, bob, link, hash)
			wantCode(t, err, chat.CodeNoBlob)
		}
		_, _, err = s.OpenSharedFile(ctx, sharer(t, s, "Foe"), link, made.Hash)
		wantCode(t, err, chat.CodeNoShare)

		// A copy has as much, and its own hold on the files.
		copied, err := s.CopyShare(ctx, bob, link)
		must(t, err)
		must(t, s.DeleteConversations(ctx, ada, []string{c.ID}))
		for _, b := range []Blob{attached, made} {
			must(t, s.ReleaseBlob(ctx, ada, map[string]string{attached.Hash: "upload:1", made.Hash: "upload:2"}[b.Hash], b.Hash))
			f, _, err := s.OpenBlob(ctx, bob, b.Hash)
			content(t, f, err)
		}
		w, err := s.Whole(ctx, bob, copied.ID)
		must(t, err)
		if got := kinds(w.Events[copied.Leaf]); !slices.Equal(got, want) || len(Attached(w.Messages[0].Attachments)) != 1 || strings.Contains(spelled(w), "비밀") {
			t.Errorf("the copy has %v, %s", got, spelled(w))
		}
		must(t, s.DeleteConversations(ctx, bob, []string{copied.ID}))
		for _, b := range []Blob{attached, made} {
			_, _, err := s.OpenBlob(ctx, bob, b.Hash)
			wantCode(t, err, chat.CodeNoBlob)
			if s.hasFile(b.Hash) {
				t.Errorf("nothing refers to %s, and its file is there", b.Hash)
			}
		}
		must(t, s.Check(ctx))
	})
}

// hasFile reports whether a blob's file is on the disk.
func (s *Store) hasFile(hash string) bool {
	name, err := BlobPath(hash)
	if err == nil {
		_, err = s.blobs.Lstat(name)
	}
	return err == nil
}

// A branch keeps what came with it, and what it refers to; a file goes with the last message that has it.
func TestFilesGoWithTheLastMessage(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada := sharer(t, s, "Ada")
		attached, made, secret := put(t, s, ada, "upload:1", "표"), put(t, s, ada, "upload:2", "보고서"), put(t, s, ada, "document:1", "비밀")
		c, q, a := answered(t, s, ada, ConversationSpec{}, attached, made, secret)
		must(t, s.ReleaseBlob(ctx, ada, "upload:1", attached.Hash))
		must(t, s.ReleaseBlob(ctx, ada, "upload:2", made.Hash))
		branch, err := s.CopyBranch(ctx, ada, c.ID, "")
		must(t, err)
		w, err := s.Whole(ctx, ada, branch.ID)
		must(t, err)
		want := []string{"call", "result", "citation", "citation", "citation", "citation", "table", "chart", "file", "verdict", "hologram", "finish"}
		if got := kinds(w.Events[branch.Leaf]); !slices.Equal(got, want) {
			t.Errorf("the branch has %v, want %v", got, want)
		}
		there := func(what string, wantAttached, wantMade bool) {
			t.Helper()
			if s.hasFile(attached.Hash) != wantAttached || s.hasFile(made.Hash) != wantMade {
				t.Errorf("%s: the attached file is there: %t, the one made: %t", what, s.hasFile(attached.Hash), s.hasFile(made.Hash))
			}
		}
		must(t, s.DeleteMessage(ctx, ada, a.ID))
		must(t, s.DeleteMessage(ctx, ada, q.ID))
		there("the branch has both", true, true)
		must(t, s.DeleteMessage(ctx, ada, w.Messages[1].ID))
		there("the answer of the branch is deleted", true, false)
		must(t, s.DeleteConversations(ctx, ada, []string{branch.ID}))
		there("the branch is deleted", false, false)
		if blobs, err := s.Blobs(ctx, ada); err != nil || len(blobs) != 1 || blobs[0].Hash != secret.Hash {
			t.Errorf("Ada has %+v, %v", blobs, err)
		}
		// What is not theirs nobody attaches.
		_, err = s.AddMessage(ctx, sharer(t, s, "밥"), MessageSpec{Role: chat.User, Text: "?"})
		wantCode(t, err, chat.CodeNoConversation)
		for _, hash := range []string{attached.Hash, "../x"} {
			_, _, _, err := s.StartConversation(ctx, ada, ConversationSpec{},
				MessageSpec{Text: "?", Attachments: json.RawMessage(fmt.Sprintf(`[{"blob":%q}]`, hash))}, MessageSpec{})
			wantCode(t, err, chat.CodeNoBlob)
		}
		must(t, s.Check(ctx))
	})
}

// An answer that a person words anew rests on the same sources, and has the files, also when the first is deleted.
func TestEditedAnswerKeepsItsSources(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada := sharer(t, s, "Ada")
		attached, made, secret := put(t, s, ada, "upload:1", "표"), put(t, s, ada, "upload:2", "보고서"), put(t, s, ada, "document:1", "비밀")
		c, q, a := answered(t, s, ada, ConversationSpec{}, attached, made, secret)
		must(t, s.ReleaseBlob(ctx, ada, "upload:2", made.Hash))
		edited, err := s.AddMessage(ctx, ada, MessageSpec{Conversation: c.ID, Parent: q.ID, Role: chat.Assistant, Text: "고친 답 [1]", Beside: a.ID})
		must(t, err)
		must(t, s.DeleteMessage(ctx, ada, a.ID))
		got, err := s.Events(ctx, ada, edited.ID, 0)
		want := []string{"call", "result", "citation", "citation", "citation", "citation", "table", "chart", "file", "hologram"}
		if err != nil || !slices.Equal(kinds(got), want) {
			t.Errorf("the edited answer has %v, %v; want %v", kinds(got), err, want)
		}
		f, _, err := s.OpenBlob(ctx, ada, made.Hash)
		content(t, f, err)
		_, _, foreign := answered(t, s, ada, ConversationSpec{}, attached, made, secret)
		other, err := s.AddMessage(ctx, ada, MessageSpec{Conversation: c.ID, Parent: q.ID, Role: chat.Assistant, Text: "x", Beside: foreign.ID})
		must(t, err)
		if got, err := s.Events(ctx, ada, other.ID, 0); err != nil || len(got) != 0 {
			t.Errorf("of another conversation it has %v, %v", kinds(got), err)
		}
		must(t, s.Check(ctx))
	})
}

// A temporary conversation is not shared, and its branch is as temporary.
func TestTemporaryStaysTemporary(t *testing.T) {
	s := openTest(t, t.TempDir())
	defer s.Close()
	ctx := t.Context()
	ada := sharer(t, s, "Ada")
	c, _ := converse(t, s, ada, ConversationSpec{Temporary: true}, [2]string{"비밀의 숲", "답"})
	_, _, err := s.CreateShare(ctx, ada, ShareSpec{Conversation: c.ID, Audience: []string{Everybody}})
	wantCode(t, err, chat.CodeShareTemporary)
	branch, err := s.CopyBranch(ctx, ada, c.ID, "")
	must(t, err)
	if !branch.Temporary {
		t.Error("the branch of a temporary conversation is a lasting one")
	}
	if found, _, err := s.Find(ctx, ada, "비밀의 숲", 10); err != nil || len(found) != 0 {
		t.Errorf("found %+v, %v", found, err)
	}
}

// Whoever may share no more has no open links; they are open again with the right to share.
func TestSharesEndWithTheRightToShare(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada, bob := sharer(t, s, "Ada"), sharer(t, s, "밥")
		c, _ := converse(t, s, ada, ConversationSpec{}, [2]string{"q", "a"})
		secret, _, err := s.CreateShare(ctx, ada, ShareSpec{Conversation: c.ID, Audience: []string{bob.ID}})
		must(t, err)
		for _, role := range []string{RoleMember, RoleGuest, RoleAuditor} {
			_, err := s.UpdatePerson(ctx, System, ada.ID, PersonChange{Role: &role})
			must(t, err)
			_, _, err = s.OpenShare(ctx, bob, secret)
			if role == RoleGuest {
				wantCode(t, err, chat.CodeNoShare)
				wantCode(t, second(s.CopyShare(ctx, bob, secret)), chat.CodeNoShare)
			} else {
				must(t, err)
			}
		}
	})
}
