package store

import (
	"database/sql"
	"slices"
	"strings"
	"testing"

	"exaone/chat"

	"golang.org/x/text/unicode/norm"
)

// signUp makes a person with a login and a password.
func signUp(t testing.TB, s *Store, login, role string, teams ...string) Person {
	t.Helper()
	p, err := s.CreatePerson(t.Context(), System, PersonSpec{Name: strings.ToUpper(login), Login: login, Role: role, Password: "$argon2id$x", Teams: teams})
	must(t, err)
	return p
}

func (p Person) as() chat.Principal { return chat.Principal{ID: p.ID, Role: p.Role} }

func TestPersons(t *testing.T) { eachStore(t, testPersons) }
func testPersons(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	team, err := s.CreateTeam(ctx, System, "연구소")
	must(t, err)
	p, err := s.CreatePerson(ctx, System, PersonSpec{Name: "김하나", Login: " Hana.Kim ", Role: RoleMember, Password: "$argon2id$1", Teams: []string{team.ID}})
	must(t, err)
	if p.Login != "hana.kim" || p.Role != RoleMember || !p.Password || p.Kind != KindPerson || !slices.Equal(p.Teams, []string{team.ID}) {
		t.Fatalf("made %+v", p)
	}
	got, err := s.Person(ctx, System, p.ID)
	if err != nil || got.Name != "김하나" || !slices.Equal(got.Teams, p.Teams) {
		t.Fatalf("read %+v, %v", got, err)
	}
	if all, err := s.Persons(ctx, System); err != nil || len(all) != 1 || all[0].ID != p.ID || len(all[0].Teams) != 1 {
		t.Fatalf("people %+v, %v; want one in a team", all, err)
	}
	held, err := s.PersonByLogin(ctx, System, "HANA.kim")
	if err != nil || held.Person.ID != p.ID || held.Password != "$argon2id$1" {
		t.Fatalf("held %+v, %v", held, err)
	}
	for _, login := range []string{"", "hana", "a\x00b", "\xff", strings.Repeat("x", 1<<16)} {
		_, err = s.PersonByLogin(ctx, System, login)
		wantCode(t, err, chat.CodeNoPerson)
	}
	_, err = s.Person(ctx, System, "local")
	wantCode(t, err, chat.CodeNoPerson)
}

func TestCreatePersonRefuses(t *testing.T) { eachStore(t, testCreatePersonRefuses) }
func testCreatePersonRefuses(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	signUp(t, s, "ada", RoleMember)
	for name, test := range map[string]struct {
		spec PersonSpec
		want chat.Code
	}{
		"no name":        {PersonSpec{Role: RoleMember}, chat.CodeBadField},
		"another role":   {PersonSpec{Name: "x", Role: "root"}, chat.CodeBadField},
		"no role":        {PersonSpec{Name: "x"}, chat.CodeBadField},
		"two words":      {PersonSpec{Name: "x", Login: "a b", Role: RoleMember}, chat.CodeBadField},
		"unseen letters": {PersonSpec{Name: "x", Login: "ad\u200ba", Role: RoleMember}, chat.CodeBadField},
		"bytes":          {PersonSpec{Name: "x\xff", Login: "b", Role: RoleMember}, chat.CodeBadField},
		"a taken login":  {PersonSpec{Name: "x", Login: "ADA", Role: RoleMember}, chat.CodeLoginTaken},
		"no such team":   {PersonSpec{Name: "x", Login: "b", Role: RoleMember, Teams: []string{"team-none"}}, chat.CodeNoTeam},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.CreatePerson(ctx, System, test.spec)
			wantCode(t, err, test.want)
		})
	}
	if all, err := s.Persons(ctx, System); err != nil || len(all) != 1 {
		t.Fatalf("people %+v, %v; want the one before", all, err)
	}
}

// TestLoginsThatLookTheSame holds that nobody is taken for somebody else, and that a keyboard that takes Hangul apart
// signs in to a login that another has put together.
func TestLoginsThatLookTheSame(t *testing.T) { eachStore(t, testLoginsThatLookTheSame) }
func testLoginsThatLookTheSame(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	apart := norm.NFD.String("홍길동")
	hong, kim := signUp(t, s, apart, RoleMember), signUp(t, s, "kim", RoleMember)
	if hong.Login != "홍길동" {
		t.Errorf("the login is kept as %+q", hong.Login)
	}
	for _, login := range []string{"홍길동", apart, "ｋｉｍ", "KIM", "Ｋim"} {
		_, err := s.CreatePerson(ctx, System, PersonSpec{Name: "x", Login: login, Role: RoleMember})
		wantCode(t, err, chat.CodeLoginTaken)
		_, err = s.UpdatePerson(ctx, System, hong.ID, PersonChange{Login: &login})
		if loginKey(login) != loginKey(hong.Login) {
			wantCode(t, err, chat.CodeLoginTaken)
		} else {
			must(t, err)
		}
	}
	for login, want := range map[string]Person{"홍길동": hong, apart: hong, " Kim ": kim, "ｋｉｍ": kim} {
		if held, err := s.PersonByLogin(ctx, System, login); err != nil || held.Person.ID != want.ID {
			t.Errorf("%+q signs in %q (%v), want %q", login, held.Person.Login, err, want.Login)
		}
	}
	// A login that an older version kept as it was typed.
	must(t, s.write(ctx, "keep an old login", func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE principals SET login = $1 WHERE id = $2`, apart, hong.ID)
		return err
	}))
	if held, err := s.PersonByLogin(ctx, System, apart); err != nil || held.Person.ID != hong.ID {
		t.Errorf("an old login signs in %+v, %v", held.Person, err)
	}
}

// TestSomebodyWhoAdministersCanSignIn holds that an administrator without a login or a password does not count for one.
func TestSomebodyWhoAdministersCanSignIn(t *testing.T) { eachStore(t, testSomebodyCanSignIn) }
func testSomebodyCanSignIn(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	none, member := "", RoleMember
	ada := signUp(t, s, "ada", RoleAdmin)
	_, err := s.UpdatePerson(ctx, System, ada.ID, PersonChange{Login: &none})
	wantCode(t, err, chat.CodeLastAdmin)
	_, err = s.CreatePerson(ctx, System, PersonSpec{Name: "nobody yet", Role: RoleAdmin})
	must(t, err)
	for name, change := range map[string]PersonChange{"login": {Login: &none}, "role": {Role: &member}, "password": {Password: &none}} {
		if _, err := s.UpdatePerson(ctx, System, ada.ID, change); err == nil {
			t.Errorf("the only administrator who can sign in has lost the %s", name)
		} else {
			wantCode(t, err, chat.CodeLastAdmin)
		}
	}
	wantCode(t, s.DisablePrincipal(ctx, System, ada.ID), chat.CodeLastAdmin)
	signUp(t, s, "bob", RoleAdmin)
	must(t, s.DisablePrincipal(ctx, System, ada.ID))
}

func TestUpdatePerson(t *testing.T) { eachStore(t, testUpdatePerson) }
func testUpdatePerson(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	ada, bob := signUp(t, s, "ada", RoleAdmin), signUp(t, s, "bob", RoleMember)
	name, login, member, admin, password, grade := "밥", "bobby", RoleMember, RoleAdmin, "$argon2id$2", 2
	p, err := s.UpdatePerson(ctx, ada.as(), bob.ID, PersonChange{Name: &name, Login: &login, Password: &password, Grade: &grade})
	if err != nil || p.Name != name || p.Login != login || p.Grade != 2 || p.Role != RoleMember {
		t.Fatalf("%+v, %v", p, err)
	}
	if held, err := s.PersonByLogin(ctx, System, "bobby"); err != nil || held.Password != password {
		t.Fatalf("%+v, %v; want the new password", held, err)
	}
	taken := "ada"
	_, err = s.UpdatePerson(ctx, ada.as(), bob.ID, PersonChange{Login: &taken})
	wantCode(t, err, chat.CodeLoginTaken)
	_, err = s.UpdatePerson(ctx, ada.as(), "person-none", PersonChange{Name: &name})
	wantCode(t, err, chat.CodeNoPerson)

	// There is always somebody who administers.
	_, err = s.UpdatePerson(ctx, ada.as(), ada.ID, PersonChange{Role: &member})
	wantCode(t, err, chat.CodeLastAdmin)
	wantCode(t, s.DisablePrincipal(ctx, ada.as(), ada.ID), chat.CodeLastAdmin)
	wantCode(t, s.Depart(ctx, ada.as(), ada.ID, bob.ID), chat.CodeLastAdmin)
	_, err = s.UpdatePerson(ctx, ada.as(), bob.ID, PersonChange{Role: &admin})
	must(t, err)
	if n, err := s.Admins(ctx, System); err != nil || n != 2 {
		t.Fatalf("%d administrators, %v; want 2", n, err)
	}
	_, err = s.UpdatePerson(ctx, ada.as(), ada.ID, PersonChange{Role: &member})
	must(t, err)
	if n, err := s.Admins(ctx, System); err != nil || n != 1 {
		t.Fatalf("%d administrators, %v; want 1", n, err)
	}
	for _, e := range auditOf(t, s, "person.change") {
		if strings.Contains(string(e.Details), "argon2id") {
			t.Errorf("the log holds a password: %s", e.Details)
		}
	}
}

// auditOf are the entries of the log with an action.
func auditOf(t testing.TB, s *Store, action string) []AuditEntry {
	t.Helper()
	all, err := s.Audit(t.Context(), System, 0, 1000)
	must(t, err)
	return slices.DeleteFunc(all, func(e AuditEntry) bool { return e.Action != action })
}

func TestDepartHandsOver(t *testing.T) { eachStore(t, testDepartHandsOver) }
func testDepartHandsOver(t *testing.T, at place) {
	s, ctx := at.open(t), t.Context()
	team, err := s.CreateTeam(ctx, System, "t")
	must(t, err)
	ada, bob := signUp(t, s, "ada", RoleMember, team.ID), signUp(t, s, "bob", RoleMember)
	session, _, err := s.CreateSession(ctx, ada.as(), SessionSpec{})
	must(t, err)
	key, _, err := s.CreateKey(ctx, ada.as(), KeySpec{Name: "k", Scopes: []Scope{ScopeInference}})
	must(t, err)
	invite, _, err := s.CreateLink(ctx, ada.as(), LinkSpec{Kind: LinkInvite, Role: RoleMember})
	must(t, err)
	b, err := s.PutBlob(ctx, ada.as(), "message:1", "text/plain", stringReader("hers"))
	must(t, err)
	_, err = s.PutBlob(ctx, bob.as(), "message:1", "text/plain", stringReader("hers"))
	must(t, err)
	must(t, s.write(ctx, "test", func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO conversations (id, principal, title, titled, temporary, created, updated) VALUES
			('kept', $1, '남는 대화', '', 0, 1, 1), ('gone', $1, '', '', 1, 1, 1)`, ada.ID)
		return err
	}))

	wantCode(t, s.Depart(ctx, System, ada.ID, ada.ID), chat.CodeBadField)
	wantCode(t, s.Depart(ctx, System, ada.ID, "person-none"), chat.CodeNoPerson)
	must(t, s.Depart(ctx, System, ada.ID, bob.ID))
	wantCode(t, s.Depart(ctx, System, ada.ID, bob.ID), chat.CodePersonDeparted)

	p, err := s.Person(ctx, System, ada.ID)
	if err != nil || p.Heir != bob.ID || p.Departed.IsZero() || p.Disabled.IsZero() || p.Login != "" || p.Password || len(p.Teams) != 0 {
		t.Fatalf("she is %+v, %v", p, err)
	}
	_, _, err = s.VerifySession(ctx, session)
	wantCode(t, err, chat.CodeSessionOver)
	_, err = s.VerifyKey(ctx, key)
	wantCode(t, err, chat.CodeKeyRevoked)
	_, err = s.PeekLink(ctx, invite)
	wantCode(t, err, chat.CodeLinkRevoked)
	if got := readBlob(t, s, bob.as(), b.Hash); got != "hers" {
		t.Fatalf("the file is %q", got)
	}
	owner, _, err := row(ctx, s.reader, text, `SELECT principal FROM conversations WHERE id = 'kept'`)
	if err != nil || owner != bob.ID {
		t.Fatalf("the conversation is %s's, %v", owner, err)
	}
	n, _, err := row(ctx, s.reader, integer, `SELECT count(*) FROM conversations WHERE principal = $1 AND deleted = 0`, ada.ID)
	if err != nil || n != 0 {
		t.Fatalf("%d conversations are still hers, %v", n, err)
	}
	wantCode(t, s.EnablePrincipal(ctx, System, ada.ID), chat.CodePersonDeparted)
	signUp(t, s, "ada", RoleMember) // the login is free
	wantCode(t, s.Depart(ctx, System, bob.ID, ada.ID), chat.CodePersonDeparted)
	must(t, s.Check(ctx))
}
