package store

import (
	"encoding/json"
	"strings"
	"testing"

	"exaone/chat"
)

// unfounded is an answer of which two sentences have a word of a document that they do not cite: one cites nothing, the other a document
// that does not have it. Each says of the word that it is missing.
func unfounded(t *testing.T, s *Store, who chat.Principal, secret, other Version) (c Conversation, a Message) {
	t.Helper()
	ctx := t.Context()
	c, _, a, err := s.StartConversation(ctx, who, ConversationSpec{}, MessageSpec{Text: "색은?"}, MessageSpec{})
	must(t, err)
	source := func(v Version) string { return chat.SourceVersion + v.ID }
	all := []chat.Event{chat.Passages{Query: "색은?", Among: 2, Items: []chat.Passage{
		{Index: 1, Source: source(secret), Document: secret.Document, Text: "비밀은 파랑이다."}, {Index: 2, Source: source(other), Document: other.Document, Text: "공개는 빨강이다."}}}}
	text := ""
	for _, one := range []struct {
		said    string
		cites   bool
		missing []string
		loose   bool
	}{
		{"색은 ‘파랑’이다.", false, []string{"파랑"}, false}, {"공개는 ‘파랑’이다. [2]", true, []string{"파랑"}, false},
		{"바다와 하늘은 파랑. [2]", true, nil, true}, {"공개는 빨강이다. [2]", true, nil, false},
	} {
		claim := chat.Claim{Start: units(text), End: units(text + one.said), Missing: one.missing, Loose: one.loose, Cites: []chat.Cite{}}
		if one.cites {
			claim.Cites = append(claim.Cites, chat.Cite{Index: 2, Source: source(other), Document: other.Document, Spans: []chat.CiteSpan{{End: 9}}, Hash: "x"})
		}
		all = append(all, chat.Delta{At: units(text), Text: one.said + " "}, claim)
		text += one.said + " "
	}
	all = append(all, chat.Finish{Reason: chat.FinishStop})
	for i, ev := range all {
		kind, version, data, err := chat.EncodeEvent(ev)
		must(t, err)
		must(t, s.AppendEvents(ctx, a.ID, []Event{{Number: int64(i + 1), Kind: kind, Version: version, Data: data}}))
	}
	must(t, s.FinishMessage(ctx, a.ID, MessageEnd{State: StateDone, Text: text}))
	return c, a
}

// A word of a document is kept from a reader of a share, and goes with the document, also where the answer has it in a sentence
// that cites nothing or something else, and where it says that the word is missing.
func TestUnfoundedSentencesGoWithADocument(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		ada, bob := signUp(t, s, "ada", RoleMember).as(), signUp(t, s, "bob", RoleMember).as()
		d, secret := addDocument(t, s, ada, DocumentSpec{Name: "비밀.txt"}, "x")
		_, other := addDocument(t, s, ada, DocumentSpec{Name: "공개.txt", Readers: []string{bob.ID}}, "y")
		c, a := unfounded(t, s, ada, secret, other)
		link, _, err := s.CreateShare(ctx, ada, ShareSpec{Conversation: c.ID, Audience: []string{bob.ID}})
		must(t, err)
		_, w, err := s.OpenShare(ctx, bob, link)
		must(t, err)
		if told := spelled(w); strings.Contains(told, "파랑") || !strings.Contains(w.Messages[1].Text, "공개는 빨강이다. [2]") {
			t.Errorf("bob is told %s", told)
		}
		must(t, s.DeleteDocument(ctx, ada, d.ID))
		m, err := s.Message(ctx, ada, a.ID)
		must(t, err)
		events, err := s.Events(ctx, ada, a.ID, 0)
		must(t, err)
		if data, _ := json.Marshal(events); strings.Contains(m.Text+string(data), "파랑") || !strings.Contains(m.Text, "공개는 빨강이다. [2]") {
			t.Errorf("after the document %q is left, and %s", m.Text, data)
		}
	})
}

// What somebody asked may be put into words of an earlier answer before it is looked for: a reader of a share is not told those.
func TestShareDoesNotTellWhatWasLookedFor(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		ada, bob := signUp(t, s, "ada", RoleMember).as(), signUp(t, s, "bob", RoleMember).as()
		_, v := addDocument(t, s, ada, DocumentSpec{Name: "공개.txt", Readers: []string{bob.ID}}, "y")
		c, _, _ := rest(t, s, ada, "비밀 파랑의 기한은?", []string{"공개는 빨강이다."}, v)
		link, _, err := s.CreateShare(ctx, ada, ShareSpec{Conversation: c.ID, Audience: []string{bob.ID}})
		must(t, err)
		_, w, err := s.OpenShare(ctx, bob, link)
		must(t, err)
		for _, e := range w.Events[w.Messages[1].ID] {
			if strings.Contains(string(e.Data), "파랑") {
				t.Errorf("bob is told %s", e.Data)
			}
		}
	})
}

// A title that a model gave may be of another branch than the one that is shown: it goes where the conversation rests on what the reader
// may not read.
func TestShareDoesNotTellATitleOfAnotherBranch(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		ada, bob := signUp(t, s, "ada", RoleMember).as(), signUp(t, s, "bob", RoleMember).as()
		d, v := addDocument(t, s, ada, DocumentSpec{Name: "비밀.txt"}, "x")
		c, q, _ := rest(t, s, ada, "무슨 색?", []string{"비밀은 파랑이다."}, v)
		other, err := s.AddMessage(ctx, ada, MessageSpec{Conversation: c.ID, Parent: q.ID, Role: chat.Assistant, Text: "모릅니다."})
		must(t, err)
		link, _, err := s.CreateShare(ctx, ada, ShareSpec{Conversation: c.ID, Leaf: other.ID, Audience: []string{bob.ID}})
		must(t, err)
		if one, w, err := s.OpenShare(ctx, bob, link); err != nil || w.Title != "무슨 색?" || one.Title != w.Title {
			t.Errorf("bob sees the title %q, %q, %v", w.Title, one.Title, err)
		}
		if _, w, err := s.OpenShare(ctx, ada, link); err != nil || w.Title != "비밀은 파랑이다." {
			t.Errorf("ada sees the title %q, %v", w.Title, err)
		}
		readers := []string{bob.ID}
		_, err = s.UpdateDocument(ctx, ada, d.ID, DocumentChange{Readers: &readers})
		must(t, err)
		if _, w, err := s.OpenShare(ctx, bob, link); err != nil || w.Title != "비밀은 파랑이다." {
			t.Errorf("bob, who may read the document, sees the title %q, %v", w.Title, err)
		}
	})
}
