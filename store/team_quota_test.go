package store

import (
	"testing"

	"exaone/chat"
)

func TestTeamQuotas(t *testing.T) { eachStore(t, testTeamQuotas) }
func testTeamQuotas(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	team, err := s.CreateTeam(ctx, System, "영업")
	must(t, err)
	other, err := s.CreateTeam(ctx, System, "개발")
	must(t, err)
	ada, bob := signUp(t, s, "ada", RoleMember, team.ID), signUp(t, s, "bob", RoleMember, team.ID)
	eve := signUp(t, s, "eve", RoleMember, other.ID)
	must(t, s.SetTeamQuota(ctx, System, Quota{Subject: team.ID, PerDay: 1, PerMinute: 2, AtOnce: 3}))
	must(t, s.SetTeamQuota(ctx, System, Quota{Subject: team.ID, PerDay: 1000, PerMinute: Unlimited, AtOnce: 3}))
	if all, err := s.TeamQuotasOf(ctx, ada.as()); err != nil || len(all) != 1 || all[0].Name != "영업" || all[0].PerDay != 1000 || all[0].AtOnce != 3 {
		t.Fatalf("of a member %+v, %v", all, err)
	}
	if all, err := s.TeamQuotasOf(ctx, eve.as()); err != nil || len(all) != 0 {
		t.Fatalf("of another team's %+v, %v; want none", all, err)
	}
	// What each member may is as it was: everybody's limit still holds for them.
	must(t, s.SetQuota(ctx, System, Quota{PerDay: 50, PerMinute: Unlimited, AtOnce: Unlimited}))
	if q, from, err := s.QuotaOf(ctx, ada.as()); err != nil || q.PerDay != 50 || from != FromEverybody {
		t.Fatalf("limits %+v from %q, %v", q, from, err)
	}
	for _, who := range []chat.Principal{ada.as(), bob.as(), eve.as()} {
		must(t, s.AddUsage(ctx, who, "2026-11-30", "m", chat.Usage{PromptTokens: 100, CompletionTokens: 7}))
	}
	if n, err := s.TeamUsageOf(ctx, System, team.ID, "2026-11-30"); err != nil || n != 214 {
		t.Fatalf("the team used %d tokens, %v; want 214", n, err)
	}
	if n, err := s.TeamUsageOf(ctx, System, team.ID, "2026-12-01"); err != nil || n != 0 {
		t.Fatalf("on another day %d tokens, %v; want none", n, err)
	}
	wantCode(t, s.SetTeamQuota(ctx, System, Quota{Subject: "nobody"}), chat.CodeNoTeam)
	wantCode(t, s.SetTeamQuota(ctx, System, Quota{Subject: team.ID, AtOnce: -2}), chat.CodeBadField)
	must(t, s.SetTeamQuota(ctx, System, Quota{Subject: other.ID, PerDay: 5, PerMinute: 5, AtOnce: 5}))
	if all, err := s.TeamQuotas(ctx, System); err != nil || len(all) != 2 || all[0].Name != "개발" || all[1].Principal != "system" {
		t.Fatalf("all %+v, %v", all, err)
	}
	must(t, s.DeleteTeamQuota(ctx, System, team.ID))
	must(t, s.DeleteTeamQuota(ctx, System, team.ID))
	must(t, s.DeleteTeam(ctx, System, other.ID))
	if all, err := s.TeamQuotas(ctx, System); err != nil || len(all) != 0 {
		t.Fatalf("left %+v, %v; want none", all, err)
	}
}
