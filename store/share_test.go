package store

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exaone/chat"
)

// sharer makes somebody known who may share.
func sharer(t *testing.T, s *Store, name string) chat.Principal {
	t.Helper()
	p, err := s.CreatePerson(t.Context(), System, PersonSpec{Name: name, Role: RoleMember})
	must(t, err)
	return chat.Principal{ID: p.ID}
}

func TestShareIsForItsAudience(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada, bob, eve, off := sharer(t, s, "Ada"), person(t, s, "밥"), person(t, s, "Eve"), person(t, s, "Off")
		must(t, s.DisablePrincipal(ctx, System, off.ID))
		robot, err := s.CreatePrincipal(ctx, System, KindService, "robot")
		must(t, err)
		team, err := s.CreateTeam(ctx, ada, "영업")
		must(t, err)
		member := chat.Principal{ID: eve.ID, Groups: []string{team.ID}}
		c, _ := converse(t, s, ada, ConversationSpec{Title: "공유할 것"}, [2]string{"질문", "답"})
		everybody := map[string]chat.Principal{"owner": ada, "bob": bob, "eve": eve, "member": member, "off": off,
			"service": {ID: robot.ID}, "nobody": {}, "unknown": {ID: "person-nowhere"}, "local": chat.Local}
		for _, test := range []struct {
			name     string
			audience []string
			may      []string
		}{
			{"a person", []string{bob.ID}, []string{"owner", "bob"}},
			{"a team", []string{team.ID}, []string{"owner", "member"}},
			{"both", []string{team.ID, bob.ID, bob.ID}, []string{"owner", "bob", "member"}},
			{"whoever has signed in", []string{Everybody}, []string{"owner", "bob", "eve", "member", "local"}},
			{"somebody who may act no more", []string{off.ID}, []string{"owner"}},
		} {
			secret, one, err := s.CreateShare(ctx, ada, ShareSpec{Conversation: c.ID, Audience: test.audience})
			must(t, err)
			for name, who := range everybody {
				got, shown, err := s.OpenShare(ctx, who, secret)
				if !slices.Contains(test.may, name) {
					wantCode(t, err, chat.CodeNoShare)
					continue
				}
				if err != nil || got.ID != one.ID || shown.Title != "공유할 것" || !slices.Equal(texts(shown.Messages), []string{"질문", "답"}) {
					t.Errorf("%s: %s opens %+v, %v", test.name, name, shown, err)
				}
			}
			must(t, s.RevokeShare(ctx, ada, one.ID))
			for _, who := range everybody {
				_, _, err := s.OpenShare(ctx, who, secret)
				wantCode(t, err, chat.CodeNoShare)
			}
		}
		// The link is the only way in: to read a share is not to have the conversation.
		secret, one, err := s.CreateShare(ctx, ada, ShareSpec{Conversation: c.ID, Audience: []string{Everybody}})
		must(t, err)
		wantCode(t, second(s.Branch(ctx, bob, c.ID, "")), chat.CodeNoConversation)
		wantCode(t, s.RevokeShare(ctx, bob, one.ID), chat.CodeNoShare)
		for _, wrong := range []string{"", one.ID, one.Prefix, newSecret(), secret[:len(secret)-1], strings.ToUpper(secret)} {
			_, _, err := s.OpenShare(ctx, bob, wrong)
			wantCode(t, err, chat.CodeNoShare)
		}
		must(t, s.DisablePrincipal(ctx, System, ada.ID))
		_, _, err = s.OpenShare(ctx, bob, secret)
		wantCode(t, err, chat.CodeNoShare)
		must(t, s.EnablePrincipal(ctx, System, ada.ID))
		_, _, err = s.OpenShare(ctx, bob, secret)
		must(t, err)
		must(t, s.DeleteConversations(ctx, ada, []string{c.ID}))
		_, _, err = s.OpenShare(ctx, bob, secret)
		wantCode(t, err, chat.CodeNoShare)
		if all, err := s.Shares(ctx, ada); err != nil || len(all) != 0 {
			t.Errorf("shares %+v, %v; want none", all, err)
		}
		must(t, s.Check(ctx))
	})
}

func TestShareShowsOneBranch(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada, bob := sharer(t, s, "Ada"), person(t, s, "밥")
		folder, err := s.CreateFolder(ctx, ada, FolderSpec{Name: "비밀 과제"})
		must(t, err)
		c, ids := converse(t, s, ada, ConversationSpec{Title: "t", Folder: folder.ID, Model: "closed"}, [2]string{"q1", "a1"})
		other, others := converse(t, s, ada, ConversationSpec{}, [2]string{"x", "y"})
		share := func(leaf string) string {
			t.Helper()
			secret, _, err := s.CreateShare(ctx, ada, ShareSpec{Conversation: c.ID, Leaf: leaf, Audience: []string{bob.ID}})
			must(t, err)
			return secret
		}
		snapshot, live := share(ids[1]), share("")
		more := say(t, s, ada, c.ID, ids[1], [2]string{"q2", "a2"})
		must(t, second(s.AddMessage(ctx, ada, MessageSpec{Conversation: c.ID, Parent: ids[0], Role: chat.Assistant, Text: "다른 답"})))
		must(t, second(s.UpdateConversation(ctx, ada, c.ID, ConversationChange{Leaf: &more[1]})))
		check := func(secret string, want ...string) {
			t.Helper()
			_, shown, err := s.OpenShare(ctx, bob, secret)
			if err != nil || !slices.Equal(texts(shown.Messages), want) {
				t.Errorf("shows %v, %v; want %v", texts(shown.Messages), err, want)
			}
			if shown.Folder != "" || shown.Origin != "" {
				t.Errorf("tells where it is kept: %+v", shown)
			}
			for _, m := range shown.Messages {
				if !slices.Equal(m.Siblings, []string{m.ID}) || m.Rating != nil {
					t.Errorf("tells of siblings %v", m.Siblings)
				}
			}
		}
		check(snapshot, "q1", "a1")
		check(live, "q1", "a1", "q2", "a2")
		must(t, s.DeleteMessage(ctx, ada, ids[1]))
		check(snapshot, "q1", "")
		check(live, "q1", "", "q2", "a2")

		for _, leaf := range []string{others[1], "message-nowhere", ids[1]} {
			_, _, err := s.CreateShare(ctx, ada, ShareSpec{Conversation: c.ID, Leaf: leaf, Audience: []string{bob.ID}})
			wantCode(t, err, chat.CodeNoMessage)
		}
		_, _, err = s.CreateShare(ctx, bob, ShareSpec{Conversation: other.ID, Audience: []string{bob.ID}})
		wantCode(t, err, chat.CodeNoConversation)
		_, _, err = s.CreateShare(ctx, ada, ShareSpec{Conversation: c.ID, Audience: []string{"person-nowhere"}})
		wantCode(t, err, chat.CodeNoPerson)
		_, _, err = s.CreateShare(ctx, ada, ShareSpec{Conversation: c.ID})
		wantCode(t, err, chat.CodeBadField)
		_, _, err = s.CreateShare(ctx, ada, ShareSpec{Conversation: c.ID, Audience: []string{Everybody}, Expires: time.Unix(1, 0)})
		wantCode(t, err, chat.CodeBadField)

		// A copy is the reader's own from then on.
		copied, err := s.CopyShare(ctx, bob, live)
		must(t, err)
		if copied.Model != "" {
			t.Errorf("a copy is to be asked of %q, which may not be the reader's to use", copied.Model)
		}
		got, err := s.Branch(ctx, bob, copied.ID, "")
		if err != nil || !slices.Equal(texts(got), []string{"q1", "q2", "a2"}) || !strings.HasPrefix(copied.Origin, "share:share-") || copied.Folder != "" {
			t.Errorf("copy %+v of %v, %v", copied, texts(got), err)
		}
		say(t, s, bob, copied.ID, got[2].ID, [2]string{"q3", "a3"})
		check(live, "q1", "", "q2", "a2")
		all, err := s.Shares(ctx, ada)
		if err != nil || len(all) != 2 || all[0].Opened+all[1].Opened != 6 || all[0].Title != "t" {
			t.Errorf("shares %+v, %v", all, err)
		}
	})
}

func TestBranchIsCopied(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		c, ids := converse(t, s, chat.Local, ConversationSpec{Title: "원본"}, [2]string{"q1", "a1"}, [2]string{"q2", "a2"})
		copied, err := s.CopyBranch(ctx, chat.Local, c.ID, ids[1])
		must(t, err)
		got, err := s.Branch(ctx, chat.Local, copied.ID, "")
		if err != nil || !slices.Equal(texts(got), []string{"q1", "a1"}) || copied.Origin != "branch:"+c.ID || copied.Title != "원본" {
			t.Fatalf("copy %+v of %v, %v", copied, texts(got), err)
		}
		must(t, s.DeleteConversations(ctx, chat.Local, []string{c.ID}))
		if got, err := s.Branch(ctx, chat.Local, copied.ID, ""); err != nil || len(got) != 2 {
			t.Errorf("without the original: %v, %v", texts(got), err)
		}
		wantCode(t, second(s.CopyBranch(ctx, person(t, s, "밥"), copied.ID, "")), chat.CodeNoConversation)
	})
}

func TestShareExpires(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := openTest(t, dir)
		defer s.Close()
		c, _ := converse(t, s, chat.Local, ConversationSpec{}, [2]string{"q", "a"})
		secret, _, err := s.CreateShare(t.Context(), chat.Local, ShareSpec{Conversation: c.ID, Audience: []string{Everybody}, Expires: time.Now().Add(time.Hour)})
		must(t, err)
		time.Sleep(time.Hour - time.Millisecond)
		_, _, err = s.OpenShare(t.Context(), chat.Local, secret)
		must(t, err)
		time.Sleep(time.Millisecond)
		_, _, err = s.OpenShare(t.Context(), chat.Local, secret)
		wantCode(t, err, chat.CodeNoShare)
	})
}

// What the audit log holds of conversations is ids.
func TestAuditOfConversationsHoldsNoText(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		c, ids := converse(t, s, chat.Local, ConversationSpec{Title: "비밀 제목"}, [2]string{"비밀 질문", "비밀 답"})
		secret, one, err := s.CreateShare(ctx, chat.Local, ShareSpec{Conversation: c.ID, Audience: []string{Everybody}})
		must(t, err)
		_, _, err = s.OpenShare(ctx, chat.Local, secret)
		must(t, err)
		must(t, s.RevokeShare(ctx, chat.Local, one.ID))
		must(t, s.RevokeShare(ctx, chat.Local, one.ID))
		must(t, s.DeleteMessage(ctx, chat.Local, ids[1]))
		must(t, s.DeleteConversations(ctx, chat.Local, []string{c.ID}))
		entries, err := s.Audit(ctx, System, 0, 100)
		must(t, err)
		var actions []string
		for _, e := range entries {
			actions = append(actions, e.Action+" "+e.Object)
			if line := e.Object + string(e.Details); strings.Contains(line, "비밀") || strings.Contains(line, secret[secretShown:]) {
				t.Errorf("%s holds %s", e.Action, line)
			}
		}
		want := []string{"share.create " + one.ID, "share.open " + one.ID, "share.revoke " + one.ID, "message.delete " + ids[1], "conversation.delete " + c.ID}
		if !slices.Equal(actions, want) {
			t.Errorf("audit %v\nwant %v", actions, want)
		}
	})
}
