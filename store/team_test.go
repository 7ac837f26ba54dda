package store

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
)

// TestATeamOfMany holds that everybody may be in one team, and that the log says who came and went.
func TestATeamOfMany(t *testing.T) {
	s, ctx := openTest(t, t.TempDir()), t.Context()
	const many = 3000
	ids := make([]string, many)
	must(t, s.write(ctx, "sign up many", func(tx *sql.Tx) error {
		for i := range many {
			ids[i] = newID("person")
			_, err := tx.Exec(`INSERT INTO principals (id, kind, name, created, role, login) VALUES ($1, 'person', 'x', 1, 'member', $1)`, ids[i])
			if err != nil {
				return err
			}
		}
		return nil
	}))
	slices.Sort(ids)
	team, err := s.CreateTeam(ctx, System, "모두")
	must(t, err)
	must(t, s.SetMembers(ctx, System, team.ID, ids))
	must(t, s.SetMembers(ctx, System, team.ID, ids[1:]))
	must(t, s.SetMembers(ctx, System, team.ID, append([]string{ids[0]}, ids[3:]...)))
	entries, err := s.FindAudit(ctx, System, AuditFilter{Action: "team.members", Limit: 3})
	must(t, err)
	slices.Reverse(entries)
	hash := sha256.Sum256([]byte(strings.Join(ids, "\n") + "\n"))
	for i, want := range []string{
		fmt.Sprintf(`{"added":{"count":3000,"sha256":"%x"},"after":3000,"before":0,"removed":[]}`, hash),
		fmt.Sprintf(`{"added":[],"after":2999,"before":3000,"removed":[%q]}`, ids[0]),
		fmt.Sprintf(`{"added":[%q],"after":2998,"before":2999,"removed":[%q,%q]}`, ids[0], ids[1], ids[2]),
	} {
		if got := string(entries[i].Details); got != want {
			t.Errorf("change %d is on record as %s, want %s", i, got, want)
		}
	}
	must(t, s.SetModelReaders(ctx, System, "m", ids))
}

func TestTeams(t *testing.T) { eachStore(t, testTeams) }
func testTeams(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	ada, bob := signUp(t, s, "ada", RoleAdmin), signUp(t, s, "bob", RoleMember)
	lab, err := s.CreateTeam(ctx, ada.as(), "연구소")
	must(t, err)
	_, err = s.CreateTeam(ctx, ada.as(), "연구소")
	wantCode(t, err, chat.CodeTeamTaken)
	_, err = s.CreateTeam(ctx, ada.as(), "")
	wantCode(t, err, chat.CodeBadField)
	sales, err := s.CreateTeam(ctx, ada.as(), "영업")
	must(t, err)

	must(t, s.SetMembers(ctx, ada.as(), lab.ID, []string{bob.ID, ada.ID, bob.ID}))
	must(t, s.SetMembers(ctx, ada.as(), sales.ID, []string{bob.ID}))
	if got, err := s.TeamsOf(ctx, bob.as(), bob.ID); err != nil || len(got) != 2 || got[0].Name != "연구소" || got[1].Name != "영업" {
		t.Fatalf("Bob's teams %+v, %v", got, err)
	}
	must(t, s.SetMembers(ctx, ada.as(), lab.ID, []string{ada.ID}))
	wantCode(t, s.SetMembers(ctx, ada.as(), lab.ID, []string{bob.ID, "person-none"}), chat.CodeNoPerson)
	all, err := s.Teams(ctx, System)
	if err != nil || len(all) != 2 || !slices.Equal(all[0].Members, []string{ada.ID}) || !slices.Equal(all[1].Members, []string{bob.ID}) {
		t.Fatalf("teams %+v, %v", all, err)
	}
	wantCode(t, s.SetMembers(ctx, ada.as(), "team-none", nil), chat.CodeNoTeam)
	wantCode(t, s.RenameTeam(ctx, ada.as(), sales.ID, "연구소"), chat.CodeTeamTaken)
	must(t, s.RenameTeam(ctx, ada.as(), sales.ID, "판매"))

	// A model that only a team might use is nobody's when the team is gone, never everybody's.
	must(t, s.SetModelReaders(ctx, ada.as(), "secret", []string{sales.ID}))
	must(t, s.SetModelReaders(ctx, ada.as(), "shared", []string{sales.ID, ada.ID}))
	must(t, s.SetQuota(ctx, ada.as(), Quota{Subject: sales.ID, PerDay: 1}))
	must(t, s.DeleteTeam(ctx, ada.as(), sales.ID))
	wantCode(t, s.DeleteTeam(ctx, ada.as(), sales.ID), chat.CodeNoTeam)
	readers, err := s.ModelReaders(ctx, System)
	if err != nil || len(readers["secret"]) != 1 || !slices.Equal(readers["shared"], []string{ada.ID}) {
		t.Fatalf("readers %v, %v", readers, err)
	}
	if quotas, err := s.Quotas(ctx, ada.as()); err != nil || len(quotas) != 0 {
		t.Fatalf("limits %+v, %v; want none", quotas, err)
	}
	if n := len(auditOf(t, s, "team.members")); n != 3 {
		t.Fatalf("%d changes of members in the log, want 3", n)
	}
	must(t, s.Check(ctx))
}

func TestModelReaders(t *testing.T) { eachStore(t, testModelReaders) }
func testModelReaders(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	ada := signUp(t, s, "ada", RoleAdmin)
	must(t, s.SetModelReaders(ctx, ada.as(), "m", []string{ada.ID, ada.ID}))
	wantCode(t, s.SetModelReaders(ctx, ada.as(), "m", []string{"nobody"}), chat.CodeBadField)
	if readers, err := s.ModelReaders(ctx, System); err != nil || !slices.Equal(readers["m"], []string{ada.ID}) {
		t.Fatalf("readers %v, %v; want those before", readers, err)
	}
	must(t, s.SetModelReaders(ctx, ada.as(), "m", nil))
	if readers, err := s.ModelReaders(ctx, System); err != nil || len(readers) != 0 {
		t.Fatalf("readers %v, %v; want everybody", readers, err)
	}
}

func TestAbilities(t *testing.T) { eachStore(t, testAbilities) }
func testAbilities(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	if _, ok, err := s.Ability(ctx, System, "m", "d"); err != nil || ok {
		t.Fatalf("before anybody looked: %v, %v", ok, err)
	}
	must(t, s.KeepAbility(ctx, Ability{Model: "m", Digest: "d", Level: "extract"}))
	must(t, s.KeepAbility(ctx, Ability{Model: "m", Digest: "d", Level: "full", Items: []byte(`[{"item":"수도"}]`)}))
	a, ok, err := s.Ability(ctx, System, "m", "d")
	if err != nil || !ok || a.Level != "full" || string(a.Items) != `[{"item":"수도"}]` || a.Created.IsZero() {
		t.Fatalf("%+v, %v, %v", a, ok, err)
	}
	wantCode(t, s.KeepAbility(ctx, Ability{Model: "m", Digest: "d", Level: "best"}), chat.CodeBadField)
	wantCode(t, s.KeepAbility(ctx, Ability{Model: "m", Digest: "d", Level: "full", Items: []byte(`{`)}), chat.CodeBadField)
}
