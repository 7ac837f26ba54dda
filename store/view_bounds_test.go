package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"exaone/chat"
)

// charted is a conversation of three questions about a file and answers, of which each has a chart of some bytes, and of
// one more answer beside the last, which has a big one.
func charted(t *testing.T, s *Store, who chat.Principal, b Blob, size, big int) (c Conversation, ids []string) {
	t.Helper()
	chart := func(n int) []Event {
		kind, version, data, err := chat.EncodeEvent(chat.Chart{Title: strings.Repeat("x", n), Kind: "bar", Spec: json.RawMessage(`{}`)})
		must(t, err)
		return []Event{{Number: 1, Kind: kind, Version: version, Data: data}}
	}
	in := ImportedConversation{Title: "t", Leaf: 5}
	for i := range 3 {
		files := json.RawMessage(fmt.Sprintf(`[{"name":"표.csv","mime":"text/csv","blob":%q,"size":%d}]`, b.Hash, b.Size))
		in.Messages = append(in.Messages,
			ImportedMessage{Parent: 2*i - 1, Role: chat.User, Text: fmt.Sprintf("q%d", i+1), Attachments: files},
			ImportedMessage{Parent: 2 * i, Role: chat.Assistant, Text: fmt.Sprintf("a%d", i+1), Events: chart(size)})
	}
	in.Messages = append(in.Messages, ImportedMessage{Parent: 4, Role: chat.Assistant, Text: "다른 답", Events: chart(big)})
	all, err := s.Import(t.Context(), who, []ImportedConversation{in})
	must(t, err)
	c, err = s.Conversation(t.Context(), who, all[0])
	must(t, err)
	branch, err := s.Branch(t.Context(), who, c.ID, "")
	must(t, err)
	for _, m := range branch {
		ids = append(ids, m.ID)
	}
	return c, ids
}

// cutTexts are the words of messages, "…" of those that were cut.
func cutTexts(all []Message) string {
	var b strings.Builder
	for _, m := range all {
		if m.Cut {
			b.WriteString("… ")
			if m.Text != "" || m.Attachments != nil {
				b.WriteString("but " + m.Text + string(m.Attachments))
			}
			continue
		}
		b.WriteString(m.Text + " ")
	}
	return strings.TrimSpace(b.String())
}

// A share reads so much of the branch that it shows and nothing of any other, with what is beside the words. Its files
// are there however much else is.
func TestAShareReadsSoMuch(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada, bob := sharer(t, s, "Ada"), person(t, s, "밥")
		b := put(t, s, ada, "upload:1", "표")
		c, ids := charted(t, s, ada, b, 5000, 100_000)
		link, _, err := s.CreateShare(ctx, ada, ShareSpec{Conversation: c.ID, Audience: []string{bob.ID}})
		must(t, err)
		for _, test := range []struct {
			most int
			want string
		}{
			{branchBytes, "q1 a1 q2 a2 q3 a3"},
			{20_000, "q1 a1 q2 a2 q3 a3"}, // the big answer is in another branch
			{12_000, "… … q2 a2 q3 a3"},
			{8000, "… … … … q3 a3"},
			{100, "… … … … … …"},
		} {
			s.mostText = test.most
			_, w, err := s.OpenShare(ctx, bob, link)
			must(t, err)
			if got := cutTexts(w.Messages); got != test.want {
				t.Errorf("with %d bytes it shows %q, want %q", test.most, got, test.want)
			}
			for i, m := range w.Messages {
				if want := i%2 == 1 && !m.Cut; (len(w.Events[m.ID]) > 0) != want {
					t.Errorf("with %d bytes message %d has the events %v", test.most, i, kinds(w.Events[m.ID]))
				}
			}
			f, _, err := s.OpenSharedFile(ctx, bob, link, b.Hash)
			if got := content(t, f, err); got != "표" {
				t.Errorf("the file is %q", got)
			}
		}
		// Only the messages that are shown have files to give.
		for _, id := range []string{ids[0], ids[2], ids[4]} {
			must(t, s.DeleteMessage(ctx, ada, id))
		}
		_, _, err = s.OpenSharedFile(ctx, bob, link, b.Hash)
		wantCode(t, err, chat.CodeNoBlob)
	})
}

// What is attached counts as what is said does.
func TestAttachmentsCount(t *testing.T) {
	s := openTest(t, t.TempDir())
	defer s.Close()
	b := put(t, s, chat.Local, "upload:1", "표")
	c, _ := charted(t, s, chat.Local, b, 1, 1)
	s.mostText = 150 // of which the names of one file take most
	branch, err := s.Branch(t.Context(), chat.Local, c.ID, "")
	must(t, err)
	if got, want := cutTexts(branch), "… … q2 a2 q3 a3"; got != want {
		t.Errorf("the branch is %q, want %q", got, want)
	}
}

// A branch is copied whole or not at all, and without what is beside it.
func TestACopyIsBounded(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada, bob := sharer(t, s, "Ada"), person(t, s, "밥")
		c, ids := charted(t, s, ada, put(t, s, ada, "upload:1", "표"), 5000, 100_000)
		link, _, err := s.CreateShare(ctx, ada, ShareSpec{Conversation: c.ID, Audience: []string{bob.ID}})
		must(t, err)
		s.mostText = 100
		s.mostCopied = 20_000
		for _, who := range []chat.Principal{ada, bob} {
			copied, err := s.CopyBranch(ctx, ada, c.ID, "")
			if who.ID == bob.ID {
				copied, err = s.CopyShare(ctx, bob, link)
			}
			must(t, err)
			w, err := s.Whole(ctx, who, copied.ID)
			must(t, err)
			if got := cutTexts(w.Messages); got != "q1 a1 q2 a2 q3 a3" || len(w.Events) != 3 {
				t.Errorf("%s has the copy %q with the events of %d", who.ID, got, len(w.Events))
			}
		}
		for _, most := range []int{12_000, 100} {
			s.mostCopied = most
			wantCode(t, second(s.CopyBranch(ctx, ada, c.ID, "")), chat.CodeCopyLarge)
			wantCode(t, second(s.CopyShare(ctx, bob, link)), chat.CodeCopyLarge)
		}
		s.mostCopied = 12_000
		must(t, second(s.CopyBranch(ctx, ada, c.ID, ids[1])))
	})
}
