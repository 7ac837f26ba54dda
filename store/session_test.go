package store

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exaone/chat"
)

func TestSessions(t *testing.T) { eachStore(t, testSessions) }
func testSessions(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	ada, bob := signUp(t, s, "ada", RoleMember), signUp(t, s, "bob", RoleMember)
	secret, one, err := s.CreateSession(ctx, ada.as(), SessionSpec{Address: "192.0.2.1", Agent: "Browser\x00\xff " + strings.Repeat("가", 200)})
	must(t, err)
	got, p, err := s.VerifySession(ctx, secret)
	if err != nil || got.ID != one.ID || p.ID != ada.ID || p.Login != "ada" || got.Address != "192.0.2.1" || len(got.Agent) > maxName {
		t.Fatalf("verified %+v, %+v, %v", got, p, err)
	}
	other, two, err := s.CreateSession(ctx, ada.as(), SessionSpec{})
	must(t, err)
	if all, err := s.Sessions(ctx, ada.as()); err != nil || len(all) != 2 {
		t.Fatalf("sessions %+v, %v; want two", all, err)
	}
	if all, err := s.Sessions(ctx, bob.as()); err != nil || len(all) != 0 {
		t.Fatalf("Bob sees %+v, %v", all, err)
	}
	wantCode(t, s.EndSession(ctx, bob.as(), one.ID), chat.CodeNoSession)
	must(t, s.EndSessions(ctx, bob.as(), ada.ID, two.ID))
	_, _, err = s.VerifySession(ctx, secret)
	wantCode(t, err, chat.CodeSessionOver)
	_, _, err = s.VerifySession(ctx, other)
	must(t, err)
	must(t, s.EndSession(ctx, ada.as(), two.ID))
	must(t, s.EndSession(ctx, ada.as(), two.ID))
	_, _, err = s.VerifySession(ctx, other)
	wantCode(t, err, chat.CodeSessionOver)
	for _, secret := range []string{"", "exa-", newSecret(), strings.Repeat("a", 1<<20)} {
		_, _, err = s.VerifySession(ctx, secret)
		wantCode(t, err, chat.CodeSessionOver)
	}
	_, _, err = s.CreateSession(ctx, chat.Principal{ID: "nobody"}, SessionSpec{})
	wantCode(t, err, chat.CodeNoPrincipal)
}

func TestDisablingEndsSessions(t *testing.T) { eachStore(t, testDisablingEndsSessions) }
func testDisablingEndsSessions(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	ada := signUp(t, s, "ada", RoleMember)
	secret, _, err := s.CreateSession(ctx, ada.as(), SessionSpec{})
	must(t, err)
	must(t, s.DisablePrincipal(ctx, System, ada.ID))
	_, _, err = s.VerifySession(ctx, secret)
	wantCode(t, err, chat.CodeSessionOver)
	_, _, err = s.CreateSession(ctx, ada.as(), SessionSpec{})
	wantCode(t, err, chat.CodePrincipalOff)
	must(t, s.EnablePrincipal(ctx, System, ada.ID))
	_, _, err = s.VerifySession(ctx, secret)
	wantCode(t, err, chat.CodeSessionOver) // it does not come back
}

func TestSessionsEndByThemselves(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := openTest(t, dir)
		defer s.Close()
		ada := signUp(t, s, "ada", RoleMember)
		begin := func(life time.Duration) string {
			secret, _, err := s.CreateSession(t.Context(), ada.as(), SessionSpec{Life: life})
			must(t, err)
			return secret
		}
		verify := func(secret string) error {
			_, _, err := s.VerifySession(t.Context(), secret)
			return err
		}
		idle, used, short := begin(0), begin(0), begin(time.Hour)
		time.Sleep(time.Hour - time.Millisecond)
		must(t, verify(short))
		time.Sleep(time.Millisecond)
		wantCode(t, verify(short), chat.CodeSessionOver)
		time.Sleep(SessionIdle - 2*time.Hour)
		must(t, verify(used))
		time.Sleep(time.Hour)
		wantCode(t, verify(idle), chat.CodeSessionOver)
		must(t, verify(used))
		for range 5 {
			time.Sleep(6 * 24 * time.Hour)
			verify(used)
		}
		wantCode(t, verify(used), chat.CodeSessionOver)
	})
}
