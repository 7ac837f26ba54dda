package store

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"exaone/chat"
)

func TestFirstLinkMakesTheFirstAdministrator(t *testing.T) { eachStore(t, testFirstLink) }
func testFirstLink(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	older, _, err := s.CreateLink(ctx, System, LinkSpec{Kind: LinkFirst})
	must(t, err)
	secret, _, err := s.CreateLink(ctx, System, LinkSpec{Kind: LinkFirst})
	must(t, err)
	_, err = s.PeekLink(ctx, older)
	wantCode(t, err, chat.CodeLinkRevoked)
	if l, err := s.PeekLink(ctx, secret); err != nil || l.Kind != LinkFirst || l.Role != RoleAdmin {
		t.Fatalf("link %+v, %v", l, err)
	}
	_, err = s.UseLink(ctx, secret, PersonSpec{})
	wantCode(t, err, chat.CodeBadField) // no name; the link is as it was
	p, err := s.UseLink(ctx, secret, PersonSpec{Name: "에이다", Role: RoleGuest})
	if err != nil || p.Role != RoleAdmin || p.Password {
		t.Fatalf("%+v, %v; want an administrator without a password yet", p, err)
	}
	_, err = s.UseLink(ctx, secret, PersonSpec{Name: "밥"})
	wantCode(t, err, chat.CodeLinkUsed)
	_, _, err = s.CreateLink(ctx, System, LinkSpec{Kind: LinkFirst})
	wantCode(t, err, chat.CodeLinkUsed)
}

// TestAnInvitationMakesTheFirstAdministrator holds that whoever comes by it, when the first link is over, has what was kept
// before there was anybody, as by the first link.
func TestAnInvitationMakesTheFirstAdministrator(t *testing.T) {
	s, ctx := openTest(t, t.TempDir()), t.Context()
	c, err := s.CreateConversation(ctx, chat.Local, ConversationSpec{Title: "before"})
	must(t, err)
	for i, login := range []string{"ada", "bob"} {
		secret, _, err := s.CreateLink(ctx, chat.Console, LinkSpec{Kind: LinkInvite, Role: RoleAdmin})
		must(t, err)
		p, err := s.UseLink(ctx, secret, PersonSpec{Name: login, Login: login, Password: "$argon2id$x"})
		must(t, err)
		if _, err := s.Conversation(ctx, p.as(), c.ID); (err == nil) != (i == 0) {
			t.Errorf("administrator %d has what was kept before: %v", i+1, err)
		}
	}
}

func TestInvitations(t *testing.T) { eachStore(t, testInvitations) }
func testInvitations(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	ada := signUp(t, s, "ada", RoleAdmin)
	lab, err := s.CreateTeam(ctx, ada.as(), "lab")
	must(t, err)
	gone, err := s.CreateTeam(ctx, ada.as(), "gone")
	must(t, err)
	secret, link, err := s.CreateLink(ctx, ada.as(), LinkSpec{Kind: LinkInvite, Name: "밥", Role: RoleMember, Teams: []string{lab.ID, gone.ID}})
	must(t, err)
	must(t, s.DeleteTeam(ctx, ada.as(), gone.ID))
	_, err = s.UseLink(ctx, secret, PersonSpec{Login: "ada", Password: "$argon2id$"})
	wantCode(t, err, chat.CodeLoginTaken)
	p, err := s.UseLink(ctx, secret, PersonSpec{Login: "bob", Role: RoleAdmin, Password: "$argon2id$"})
	if err != nil || p.Name != "밥" || p.Role != RoleMember || !slices.Equal(p.Teams, []string{lab.ID}) {
		t.Fatalf("%+v, %v; want what the link says", p, err)
	}
	_, err = s.PeekLink(ctx, secret)
	wantCode(t, err, chat.CodeLinkUsed)
	_, err = s.PeekLink(ctx, newSecret())
	wantCode(t, err, chat.CodeLinkUnknown)
	if all, err := s.Links(ctx, ada.as()); err != nil || len(all) != 1 || all[0].ID != link.ID || all[0].Used.IsZero() || all[0].Person != p.ID {
		t.Fatalf("links %+v, %v", all, err)
	}

	secret, link, err = s.CreateLink(ctx, ada.as(), LinkSpec{Kind: LinkInvite, Role: RoleGuest})
	must(t, err)
	must(t, s.RevokeLink(ctx, ada.as(), link.ID))
	must(t, s.RevokeLink(ctx, ada.as(), link.ID))
	_, err = s.UseLink(ctx, secret, PersonSpec{Name: "x"})
	wantCode(t, err, chat.CodeLinkRevoked)
	wantCode(t, s.RevokeLink(ctx, ada.as(), "link-none"), chat.CodeNoLink)

	// Whoever made it must still be somebody who may act.
	secret, _, err = s.CreateLink(ctx, p.as(), LinkSpec{Kind: LinkInvite, Role: RoleGuest})
	must(t, err)
	must(t, s.DisablePrincipal(ctx, ada.as(), p.ID))
	_, err = s.UseLink(ctx, secret, PersonSpec{Name: "x"})
	wantCode(t, err, chat.CodeLinkRevoked)
}

// A link is worth what its maker is worth when it is used, and a password that has been changed ends the way around it.
func TestLinksEndWithWhatTheyStoodOn(t *testing.T) { eachStore(t, testLinksEnd) }
func testLinksEnd(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	ada, eve := signUp(t, s, "ada", RoleAdmin), signUp(t, s, "eve", RoleAdmin)
	invite, _, err := s.CreateLink(ctx, eve.as(), LinkSpec{Kind: LinkInvite, Role: RoleAdmin})
	must(t, err)
	reset, _, err := s.CreateLink(ctx, ada.as(), LinkSpec{Kind: LinkReset, Person: eve.ID})
	must(t, err)
	password, member := "$argon2id$", RoleMember
	_, err = s.UpdatePerson(ctx, eve.as(), eve.ID, PersonChange{Password: &password})
	must(t, err)
	_, err = s.UseLink(ctx, reset, PersonSpec{Password: password})
	wantCode(t, err, chat.CodeLinkRevoked)
	_, err = s.UpdatePerson(ctx, ada.as(), eve.ID, PersonChange{Role: &member})
	must(t, err)
	_, err = s.UseLink(ctx, invite, PersonSpec{Name: "eve again"})
	wantCode(t, err, chat.CodeLinkRevoked)
}

func TestResetLetsInAgain(t *testing.T) { eachStore(t, testReset) }
func testReset(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	ada := signUp(t, s, "ada", RoleAdmin)
	session, _, err := s.CreateSession(ctx, ada.as(), SessionSpec{})
	must(t, err)
	older, _, err := s.CreateLink(ctx, System, LinkSpec{Kind: LinkReset, Person: ada.ID})
	must(t, err)
	secret, _, err := s.CreateLink(ctx, System, LinkSpec{Kind: LinkReset, Person: ada.ID})
	must(t, err)
	_, err = s.UseLink(ctx, older, PersonSpec{Password: "$argon2id$new"})
	wantCode(t, err, chat.CodeLinkRevoked)
	_, err = s.UseLink(ctx, secret, PersonSpec{})
	wantCode(t, err, chat.CodeBadField)
	p, err := s.UseLink(ctx, secret, PersonSpec{Login: "other", Password: "$argon2id$new"})
	if err != nil || p.ID != ada.ID || p.Login != "ada" {
		t.Fatalf("%+v, %v; want Ada as she was", p, err)
	}
	if held, err := s.PersonByLogin(ctx, System, "ada"); err != nil || held.Password != "$argon2id$new" {
		t.Fatalf("%+v, %v", held, err)
	}
	_, _, err = s.VerifySession(ctx, session)
	wantCode(t, err, chat.CodeSessionOver)
}

func TestCreateLinkRefuses(t *testing.T) { eachStore(t, testCreateLinkRefuses) }
func testCreateLinkRefuses(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	for name, test := range map[string]struct {
		by   chat.Principal
		spec LinkSpec
		want chat.Code
	}{
		"no kind":       {System, LinkSpec{}, chat.CodeBadField},
		"no role":       {System, LinkSpec{Kind: LinkInvite}, chat.CodeBadField},
		"another role":  {System, LinkSpec{Kind: LinkInvite, Role: "root"}, chat.CodeBadField},
		"no such team":  {System, LinkSpec{Kind: LinkInvite, Role: RoleGuest, Teams: []string{"t"}}, chat.CodeNoTeam},
		"nobody's":      {System, LinkSpec{Kind: LinkReset}, chat.CodeBadField},
		"a stranger's":  {System, LinkSpec{Kind: LinkReset, Person: "person-none"}, chat.CodeNoPerson},
		"reset to more": {System, LinkSpec{Kind: LinkReset, Person: "x", Role: RoleAdmin}, chat.CodeBadField},
		"by nobody":     {chat.Principal{ID: "nobody"}, LinkSpec{Kind: LinkInvite, Role: RoleGuest}, chat.CodeNoPrincipal},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := s.CreateLink(ctx, test.by, test.spec)
			wantCode(t, err, test.want)
		})
	}
}

func TestLinksExpire(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := openTest(t, dir)
		defer s.Close()
		secret, _, err := s.CreateLink(t.Context(), System, LinkSpec{Kind: LinkInvite, Role: RoleGuest, Life: time.Hour})
		must(t, err)
		time.Sleep(time.Hour)
		_, err = s.UseLink(t.Context(), secret, PersonSpec{Name: "x"})
		wantCode(t, err, chat.CodeLinkExpired)
	})
}

// However many use one link at once, it lets one person in.
func TestLinkIsUsedOnce(t *testing.T) { eachStore(t, testLinkIsUsedOnce) }
func testLinkIsUsedOnce(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	secret, _, err := s.CreateLink(ctx, System, LinkSpec{Kind: LinkInvite, Role: RoleMember})
	must(t, err)
	var users sync.WaitGroup
	var in atomic.Int32
	for i := range 12 {
		users.Go(func() {
			if _, err := s.UseLink(ctx, secret, PersonSpec{Name: "x", Login: fmt.Sprint("user", i)}); err == nil {
				in.Add(1)
			} else if e := codeOf(err); e != chat.CodeLinkUsed {
				t.Errorf("error %v, want %s", err, chat.CodeLinkUsed)
			}
		})
	}
	users.Wait()
	all, err := s.Persons(ctx, System)
	if err != nil || in.Load() != 1 || len(all) != 1 {
		t.Fatalf("%d let in, people %+v, %v; want one", in.Load(), all, err)
	}
}
