package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"exaone/chat"
)

// readersOf is who else may read a document, asked of the rows and of its class.
func readersOf(t testing.TB, s *Store, who chat.Principal, id string) []string {
	t.Helper()
	d, err := s.Document(t.Context(), who, id)
	must(t, err)
	readers, err := s.DocumentReaders(t.Context(), who, id)
	must(t, err)
	if want := classOf(d.Grade, d.Owner, readers); d.Class != want {
		t.Errorf("%s has class %s, want %s of its readers %q", d.Name, d.Class, want, readers)
	}
	return readers
}

// A document that has the readers of its collection has those that are named for it and above, whatever changes.
func TestCollectionsHandDownTheirReaders(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		team, err := s.CreateTeam(ctx, System, "연구소")
		must(t, err)
		ada, bob := signUp(t, s, "ada", RoleMember).as(), signUp(t, s, "bob", RoleMember).as()
		eve := signUp(t, s, "eve", RoleMember, team.ID).as()
		top, err := s.AddCollection(ctx, ada, CollectionSpec{Name: "위", Readers: []string{bob.ID}})
		must(t, err)
		below, err := s.AddCollection(ctx, ada, CollectionSpec{Name: "아래", Parent: top.ID, Readers: []string{team.ID}})
		must(t, err)
		d, _ := addDocument(t, s, ada, DocumentSpec{Name: "문서.txt", Collection: below.ID}, "하나")
		own, _ := addDocument(t, s, ada, DocumentSpec{Name: "혼자.txt", Collection: below.ID, Readers: []string{}}, "둘")
		want := func(id string, readers ...string) {
			t.Helper()
			slices.Sort(readers)
			if got := readersOf(t, s, ada, id); !slices.Equal(got, readers) {
				t.Errorf("readers %q, want %q", got, readers)
			}
		}
		want(d.ID, bob.ID, team.ID)
		want(own.ID)
		if got, err := s.Collection(ctx, eve, below.ID); err != nil || got.Parent != "" || got.Documents != 1 {
			t.Errorf("eve sees %+v, %v; want it alone, with one document", got, err)
		}
		_, err = s.Collection(ctx, eve, top.ID)
		wantCode(t, err, chat.CodeNoCollection)

		nobody := []string{}
		_, err = s.UpdateCollection(ctx, ada, top.ID, CollectionChange{Readers: &nobody})
		must(t, err)
		want(d.ID, team.ID)
		_, err = s.Document(ctx, bob, d.ID)
		wantCode(t, err, chat.CodeNoDocument)
		_, err = s.UpdateCollection(ctx, ada, top.ID, CollectionChange{Parent: &below.ID})
		wantCode(t, err, chat.CodeBadField)
		_, err = s.UpdateCollection(ctx, bob, top.ID, CollectionChange{Readers: &nobody})
		wantCode(t, err, chat.CodeNoCollection)

		moved, yes := top.ID, true
		_, err = s.UpdateDocument(ctx, ada, d.ID, DocumentChange{Collection: &moved})
		must(t, err)
		want(d.ID)
		both := []string{bob.ID, Everybody}
		_, err = s.UpdateDocument(ctx, ada, d.ID, DocumentChange{Readers: &both})
		must(t, err)
		want(d.ID, both...)
		_, err = s.UpdateDocument(ctx, ada, d.ID, DocumentChange{Collection: &below.ID, Inherits: &yes})
		must(t, err)
		want(d.ID, team.ID)
		_, err = s.UpdateDocument(ctx, ada, d.ID, DocumentChange{Collection: new(string), Inherits: &yes})
		wantCode(t, err, chat.CodeBadField)

		must(t, s.DeleteCollection(ctx, ada, top.ID))
		if all, err := s.Collections(ctx, ada); err != nil || len(all) != 0 {
			t.Errorf("collections %v, %v; want none", all, err)
		}
		for _, id := range []string{d.ID, own.ID} {
			_, err = s.Document(ctx, ada, id)
			wantCode(t, err, chat.CodeNoDocument)
		}
	})
}

// What changes at once leaves documents with the readers that their collection has then.
func TestCollectionChangedByTwoAtOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		ada, bob := signUp(t, s, "ada", RoleMember).as(), signUp(t, s, "bob", RoleMember).as()
		eve := signUp(t, s, "eve", RoleMember).as()
		c, err := s.AddCollection(ctx, ada, CollectionSpec{Name: "함께"})
		must(t, err)
		var all sync.WaitGroup
		var mu sync.Mutex
		var ids []string
		for n := range 2 { // ada at two machines
			all.Go(func() {
				for i := range 8 {
					d, _, err := s.AddDocument(ctx, ada, DocumentSpec{Name: fmt.Sprint(n, i, ".txt"), Mime: "text/plain", Collection: c.ID}, strings.NewReader(fmt.Sprint(n, i)))
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					ids = append(ids, d.ID)
					mu.Unlock()
					readers := [][]string{{}, {bob.ID}, {eve.ID}, {bob.ID, eve.ID}}[(i+n)%4]
					if _, err := s.UpdateCollection(ctx, ada, c.ID, CollectionChange{Readers: &readers}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Go(func() { // bob looks, and tries
			for range 16 {
				docs, err := s.Documents(ctx, bob, DocumentFilter{Limit: 100})
				if err != nil || len(docs) > 16 {
					t.Errorf("%d documents, %v", len(docs), err)
				}
				name := "내 것"
				if _, err := s.UpdateCollection(ctx, bob, c.ID, CollectionChange{Name: &name}); codeOf(err) != chat.CodeNoCollection {
					t.Errorf("bob changes it: %v", err)
				}
				if _, _, err := s.ScopeVersions(ctx, bob, "", "collection:"+c.ID); err != nil && codeOf(err) != chat.CodeNoCollection {
					t.Error(err)
				}
			}
		})
		all.Wait()
		want, err := collectionReaders(ctx, s.reader, c.ID)
		must(t, err)
		for _, id := range ids {
			if got := readersOf(t, s, ada, id); !slices.Equal(got, want) {
				t.Errorf("a document is read by %q, its collection by %q", got, want)
			}
		}
	})
}

// rest is a conversation of who whose answer rests on versions: a sentence on each, and one on all of them.
func rest(t testing.TB, s *Store, who chat.Principal, question string, sentences []string, versions ...Version) (Conversation, Message, Message) {
	t.Helper()
	ctx := t.Context()
	c, q, a, err := s.StartConversation(ctx, who, ConversationSpec{Title: sentences[0], Titled: TitledModel}, MessageSpec{Text: question}, MessageSpec{Mode: "documents"})
	must(t, err)
	source := func(v Version) string { return chat.SourceVersion + v.ID }
	found := chat.Passages{Query: question, Among: len(versions)}
	var all []chat.Event
	text, cites := "", []chat.Cite{}
	for i, v := range versions {
		found.Items = append(found.Items, chat.Passage{Index: i + 1, Source: source(v), Document: v.Document, Title: v.Name, Text: sentences[i], Heading: sentences[i]})
		cite := chat.Cite{Index: i + 1, Source: source(v), Document: v.Document, Spans: []chat.CiteSpan{{End: len(sentences[i])}}, Hash: sentences[i]}
		cites = append(cites, cite)
		said := fmt.Sprintf("%s [%d]", sentences[i], i+1)
		all = append(all, chat.Delta{At: units(text), Text: said + " "}, chat.Claim{Start: units(text), End: units(text + said), Cites: []chat.Cite{cite}},
			chat.Citation{Index: i + 1, Source: source(v), Title: v.Name, Snippet: sentences[i]})
		text += said + " "
	}
	last := strings.Join(sentences[:len(versions)], "·")
	all = append(all, chat.Delta{At: units(text), Text: last}, chat.Claim{Start: units(text), End: units(text + last), Cites: cites, Missing: []string{sentences[0]}},
		chat.Table{Title: sentences[0]}, chat.Verdict{Checked: []string{"source"}}, chat.Finish{Reason: chat.FinishStop})
	text += last
	for i, ev := range append([]chat.Event{found}, all...) {
		kind, version, data, err := chat.EncodeEvent(ev)
		must(t, err)
		must(t, s.AppendEvents(ctx, a.ID, []Event{{Number: int64(i + 1), Kind: kind, Version: version, Data: data}}))
	}
	must(t, s.FinishMessage(ctx, a.ID, MessageEnd{State: StateDone, Text: text, Thinking: text}))
	_, err = s.AddSummary(ctx, who, c.ID, a.ID, text, "m")
	must(t, err)
	return c, q, a
}

// Deleting a document takes out of answers what they have of it, and leaves what they have of others.
func TestDeletedDocumentLeavesAnswers(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		ada := signUp(t, s, "ada", RoleMember).as()
		gone, v := addDocument(t, s, ada, DocumentSpec{Name: "비밀.txt"}, "x")
		_, other := addDocument(t, s, ada, DocumentSpec{Name: "공개.txt"}, "y")
		c, _, a := rest(t, s, ada, "둘의 차이는?", []string{"비밀은 파랑이다 🙂.", "공개는 빨강이다."}, v, other)
		must(t, s.DeleteDocument(ctx, ada, gone.ID))
		m, err := s.Message(ctx, ada, a.ID)
		must(t, err)
		if want := "[삭제된 문서] 공개는 빨강이다. [2] [삭제된 문서]"; m.Text != want || m.Thinking != "" {
			t.Errorf("the answer is %q, thought %q; want %q", m.Text, m.Thinking, want)
		}
		events, err := s.Events(ctx, ada, a.ID, 0)
		must(t, err)
		said, _ := spelt(events)
		if data, _ := json.Marshal(events); said != m.Text || strings.Contains(string(data), "비밀") || strings.Contains(string(data), "파랑") || !strings.Contains(string(data), "빨강") {
			t.Errorf("events spell %q and say %s", said, data)
		}
		text := []rune(m.Text)
		for i, claim := range claimsOf(events) {
			want := []string{"[삭제된 문서]", "공개는 빨강이다. [2]", "[삭제된 문서]"}[i]
			if got := string(text[claim.Start:claim.End]); got != want {
				t.Errorf("claim %d says %q, want %q", i, got, want)
			}
			if dead := i != 1; claim.Cites[0].Deleted != dead {
				t.Errorf("claim %d: %+v, want deleted %v", i, claim, dead)
			}
		}
		if found, _, err := s.Find(ctx, ada, "파랑", 10); err != nil || len(found) != 0 {
			t.Errorf("found %v, %v", found, err)
		}
		if found, _, err := s.Find(ctx, ada, "빨강", 10); err != nil || len(found) != 1 {
			t.Errorf("found %v, %v; want the answer", found, err)
		}
		if c, err = s.Conversation(ctx, ada, c.ID); err != nil || c.Title != "둘의 차이는?" {
			t.Errorf("the title is %q, %v", c.Title, err)
		}
		if n, _, err := row(ctx, s.reader, integer, `SELECT count(*) FROM summaries`); err != nil || n != 0 {
			t.Errorf("%d summaries, %v", n, err)
		}
	})
}

// An answer that is being written when its document is deleted ends without it.
func TestDocumentDeletedDuringAnswer(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		ada := signUp(t, s, "ada", RoleMember).as()
		d, v := addDocument(t, s, ada, DocumentSpec{Name: "비밀.txt"}, "x")
		_, _, a, err := s.StartConversation(ctx, ada, ConversationSpec{}, MessageSpec{Text: "?"}, MessageSpec{})
		must(t, err)
		number := int64(0)
		add := func(ev chat.Event) {
			t.Helper()
			kind, version, data, err := chat.EncodeEvent(ev)
			must(t, err)
			number++
			must(t, s.AppendEvents(ctx, a.ID, []Event{{Number: number, Kind: kind, Version: version, Data: data}}))
		}
		found := chat.Passages{Items: []chat.Passage{{Index: 1, Source: chat.SourceVersion + v.ID, Document: d.ID, Text: "파랑"}}}
		add(found)
		must(t, s.DeleteDocument(ctx, ada, d.ID))
		must(t, s.ForgetVersion(ctx, System, v.ID))
		add(found)
		add(chat.Delta{Text: "파랑"})
		must(t, s.FinishMessage(ctx, a.ID, MessageEnd{State: StateDone, Text: "파랑"}))
		m, err := s.Message(ctx, ada, a.ID)
		must(t, err)
		events, err := s.Events(ctx, ada, a.ID, 0)
		must(t, err)
		if data, _ := json.Marshal(events); strings.Contains(string(data), "파랑") || m.Text != "[삭제된 문서]" {
			t.Errorf("the answer is %q with %s", m.Text, data)
		}
	})
}

// A share shows of an answer what its reader may read of its sources, and OpenShare says so each time anew.
func TestShareShowsWhatItsReaderMayRead(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		ada, bob := signUp(t, s, "ada", RoleMember).as(), signUp(t, s, "bob", RoleMember).as()
		secret, v := addDocument(t, s, ada, DocumentSpec{Name: "비밀.txt"}, "x")
		_, other := addDocument(t, s, ada, DocumentSpec{Name: "공개.txt", Readers: []string{bob.ID}}, "y")
		c, _, a := rest(t, s, ada, "둘의 차이는?", []string{"비밀은 파랑이다.", "공개는 빨강이다."}, v, other)
		link, _, err := s.CreateShare(ctx, ada, ShareSpec{Conversation: c.ID, Audience: []string{bob.ID}, Thinking: true})
		must(t, err)
		one, w, err := s.OpenShare(ctx, bob, link)
		must(t, err)
		if told := spelled(w) + one.Title + w.Title; strings.Contains(told, "비밀") || strings.Contains(told, "파랑") || strings.Contains(told, v.ID) || strings.Contains(told, secret.ID) {
			t.Errorf("bob is told %s", told)
		}
		if want := "[볼 수 없는 문서] 공개는 빨강이다. [2] [볼 수 없는 문서]"; w.Messages[1].Text != want {
			t.Errorf("the answer is %q, want %q", w.Messages[1].Text, want)
		}
		readers := []string{bob.ID}
		_, err = s.UpdateDocument(ctx, ada, secret.ID, DocumentChange{Readers: &readers})
		must(t, err)
		if _, w, err = s.OpenShare(ctx, bob, link); err != nil || !strings.Contains(w.Messages[1].Text, "파랑") || len(w.Events[a.ID]) < 8 {
			t.Errorf("bob may read both: %v, %v", w, err)
		}
	})
}

// What waits for a conversation becomes part of it with the message that it is attached to, goes with it, and is swept if no
// message takes it up.
func TestDraftsBecomePartOfConversations(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		ada, bob := signUp(t, s, "ada", RoleMember).as(), signUp(t, s, "bob", RoleMember).as()
		used, v := addDocument(t, s, ada, DocumentSpec{Name: "쓴다.txt", Conversation: "draft:1"}, "x")
		left, _ := addDocument(t, s, ada, DocumentSpec{Name: "안 쓴다.txt", Conversation: "draft:1"}, "y")
		attach := json.RawMessage(fmt.Sprintf(`[{"document":%q}]`, used.ID))
		_, _, _, err := s.StartConversation(ctx, bob, ConversationSpec{}, MessageSpec{Text: "?", Attachments: attach}, MessageSpec{})
		wantCode(t, err, chat.CodeNoDocument)
		c, q, _, err := s.StartConversation(ctx, ada, ConversationSpec{Grade: 0}, MessageSpec{Text: "?", Attachments: attach}, MessageSpec{})
		must(t, err)
		versions, all, err := s.ScopeVersions(ctx, ada, c.ID, "")
		if err != nil || all || !slices.Equal(versions, []string{v.ID}) {
			t.Errorf("the usual scope is %v, %v, %v", versions, all, err)
		}
		if versions, all, err := s.ScopeVersions(ctx, ada, c.ID, "none"); err != nil || all || versions == nil || len(versions) > 0 {
			t.Errorf("the scope of nothing is %#v, %v, %v", versions, all, err)
		}
		must(t, s.write(ctx, "test", func(tx *sql.Tx) error {
			_, err := tx.Exec(`UPDATE documents SET updated = $1`, milliseconds(now().Add(-draftLife-time.Hour)))
			return err
		}))
		if n, err := s.SweepDrafts(ctx); err != nil || n != 1 {
			t.Errorf("swept %d, %v; want one", n, err)
		}
		_, err = s.Document(ctx, ada, left.ID)
		wantCode(t, err, chat.CodeNoDocument)
		_, err = s.Document(ctx, ada, used.ID)
		must(t, err)
		must(t, s.DeleteMessage(ctx, ada, q.ID))
		_, err = s.Document(ctx, ada, used.ID)
		wantCode(t, err, chat.CodeNoDocument)
	})
}

// The name of what was deleted is on record for whoever knows it.
func TestAuditSealsNames(t *testing.T) {
	s := sqlitePlace(t).open(t)
	ada := signUp(t, s, "ada", RoleMember).as()
	d, _ := addDocument(t, s, ada, DocumentSpec{Name: "합병 계획.txt"}, "x")
	must(t, s.DeleteDocument(context.Background(), ada, d.ID))
	entries, err := s.FindAudit(t.Context(), System, AuditFilter{Action: "document.delete", Limit: 1})
	must(t, err)
	var details struct{ Name sealedName }
	must(t, json.Unmarshal(entries[0].Details, &details))
	if !details.Name.is("합병 계획.txt") || details.Name.is("합병 계획2.txt") {
		t.Errorf("on record: %s", entries[0].Details)
	}
}

// is reports whether a name is the one that was sealed.
func (n sealedName) is(name string) bool {
	salt, err := hex.DecodeString(n.Salt)
	sum := sha256.Sum256(append(salt, name...))
	return err == nil && n.SHA256 == hex.EncodeToString(sum[:])
}

// Whoever takes leave leaves their collections and documents to their heir, with their readers.
func TestCollectionsAreHandedOver(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		boss := signUp(t, s, "boss", RoleAdmin).as()
		ada, bob := signUp(t, s, "ada", RoleMember).as(), signUp(t, s, "bob", RoleMember).as()
		eve := signUp(t, s, "eve", RoleMember).as()
		c, err := s.AddCollection(ctx, ada, CollectionSpec{Name: "함께", Readers: []string{eve.ID}})
		must(t, err)
		d, _ := addDocument(t, s, ada, DocumentSpec{Name: "문서.txt", Collection: c.ID}, "하나")
		temporary, _, _, err := s.StartConversation(ctx, ada, ConversationSpec{Temporary: true}, MessageSpec{Text: "?"}, MessageSpec{})
		must(t, err)
		passing, _ := addDocument(t, s, ada, DocumentSpec{Name: "잠시.txt", Conversation: temporary.ID}, "둘")
		must(t, s.Depart(ctx, boss, ada.ID, bob.ID))
		if got := readersOf(t, s, bob, d.ID); !slices.Equal(got, []string{eve.ID}) {
			t.Errorf("readers %q, want eve", got)
		}
		both := []string{eve.ID, boss.ID}
		_, err = s.UpdateCollection(ctx, bob, c.ID, CollectionChange{Readers: &both})
		must(t, err)
		_, err = s.Document(ctx, boss, d.ID)
		must(t, err)
		_, err = s.Document(ctx, bob, passing.ID)
		wantCode(t, err, chat.CodeNoDocument)
	})
}

// A team that is no more reads nothing, and is in nobody's way.
func TestDeletedTeamReadsNothing(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s, ctx := at.open(t), t.Context()
		team, err := s.CreateTeam(ctx, System, "연구소")
		must(t, err)
		ada, bob := signUp(t, s, "ada", RoleMember).as(), signUp(t, s, "bob", RoleMember, team.ID).as()
		c, err := s.AddCollection(ctx, ada, CollectionSpec{Name: "함께", Readers: []string{team.ID}})
		must(t, err)
		d, _ := addDocument(t, s, ada, DocumentSpec{Name: "문서.txt", Collection: c.ID}, "하나")
		must(t, s.DeleteTeam(ctx, System, team.ID))
		_, err = s.Document(ctx, bob, d.ID)
		wantCode(t, err, chat.CodeNoDocument)
		if got := readersOf(t, s, ada, d.ID); len(got) > 0 {
			t.Errorf("readers %q, want none", got)
		}
		addDocument(t, s, ada, DocumentSpec{Name: "다음.txt", Collection: c.ID}, "둘")
	})
}
