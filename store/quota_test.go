package store

import (
	"sync"
	"testing"

	"exaone/chat"
)

func TestQuotas(t *testing.T) { eachStore(t, testQuotas) }
func testQuotas(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	var teams []string
	for _, name := range []string{"a", "b", "c"} {
		team, err := s.CreateTeam(ctx, System, name)
		must(t, err)
		teams = append(teams, team.ID)
	}
	ada := signUp(t, s, "ada", RoleMember, teams[:2]...)
	want := func(day, minute, once int64, from string) {
		t.Helper()
		q, got, err := s.QuotaOf(ctx, ada.as())
		if err != nil || q.PerDay != day || q.PerMinute != minute || q.AtOnce != once || got != from {
			t.Fatalf("limits %+v from %q, %v; want %d, %d, %d from %q", q, got, err, day, minute, once, from)
		}
	}
	set := func(subject string, day, minute, once int64) {
		t.Helper()
		must(t, s.SetQuota(ctx, System, Quota{Subject: subject, PerDay: day, PerMinute: minute, AtOnce: once}))
	}
	want(-1, -1, -1, FromNowhere)
	set("", 1000, 10, 1)
	want(1000, 10, 1, FromEverybody)
	set(teams[2], 1, 1, 1) // not hers
	want(1000, 10, 1, FromEverybody)
	set(teams[0], 500, 30, 2)
	want(500, 30, 2, FromTeam)
	set(teams[1], Unlimited, 20, 3)
	want(Unlimited, 30, 3, FromTeam)
	set(ada.ID, 0, 5, 1)
	want(0, 5, 1, FromPerson)
	set(ada.ID, 7, 5, 1)
	want(7, 5, 1, FromPerson)
	must(t, s.DeleteQuota(ctx, System, ada.ID))
	must(t, s.DeleteQuota(ctx, System, ada.ID))
	want(Unlimited, 30, 3, FromTeam)
	if all, err := s.Quotas(ctx, System); err != nil || len(all) != 4 || all[0].Subject != "" || all[0].Principal != "system" {
		t.Fatalf("limits %+v, %v; want four, everybody's first", all, err)
	}
	wantCode(t, s.SetQuota(ctx, System, Quota{Subject: "nobody"}), chat.CodeBadField)
	wantCode(t, s.SetQuota(ctx, System, Quota{PerDay: -2}), chat.CodeBadField)
}

func TestUsage(t *testing.T) { eachStore(t, testUsage) }
func testUsage(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	ada, bob := signUp(t, s, "ada", RoleMember), signUp(t, s, "bob", RoleMember)
	used := chat.Usage{PromptTokens: 100, CachedTokens: 40, CompletionTokens: 7}
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for range 5 {
				if err := s.AddUsage(ctx, ada.as(), "2026-11-30", "m", used); err != nil {
					t.Error(err)
				}
			}
		})
	}
	workers.Wait()
	must(t, s.AddUsage(ctx, ada.as(), "2026-11-30", "n", used))
	must(t, s.AddUsage(ctx, ada.as(), "2026-12-01", "m", used))
	must(t, s.AddUsage(ctx, bob.as(), "2026-12-02", "m", used))
	if n, err := s.UsageOf(ctx, ada.as(), "2026-11-30"); err != nil || n != 41*107 {
		t.Fatalf("%d tokens, %v; want %d", n, err, 41*107)
	}
	if n, err := s.UsageOf(ctx, ada.as(), "2026-11-29"); err != nil || n != 0 {
		t.Fatalf("%d tokens, %v; want none", n, err)
	}
	all, err := s.UsageReport(ctx, System, "2026-11-30", "2026-12-01")
	if err != nil || len(all) != 3 || all[0].Requests != 40 || all[0].Cached != 1600 || all[0].Name != "ADA" || all[2].Day != "2026-12-01" {
		t.Fatalf("report %+v, %v; want three rows", all, err)
	}
	wantCode(t, s.AddUsage(ctx, ada.as(), "today", "m", used), chat.CodeBadField)
	_, err = s.UsageReport(ctx, System, "", "2026-12-01")
	wantCode(t, err, chat.CodeBadField)
}
