package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"exaone/chat"
	"exaone/people"

	"golang.org/x/text/unicode/norm"
)

// The roles of people. What each may do is package people's to say.
const (
	RoleAdmin   = "admin"
	RoleAuditor = "auditor"
	RoleMember  = "member"
	RoleGuest   = "guest"
)

// Roles are all roles there are.
var Roles = []string{RoleAdmin, RoleAuditor, RoleMember, RoleGuest}

// Person is somebody who signs in: a principal, and what is known of it beyond that.
type Person struct {
	Principal
	Login    string // in lower case; "" for somebody who has only a session yet
	Role     string
	Password bool      // whether there is one
	Departed time.Time // zero for somebody who is still here
	Heir     string    // id of whoever has what they owned
	Grade    int       // the highest that the person may read
	Teams    []string  // ids, sorted
	First    bool      // has what was kept before there was anybody; only UseLink says so
}

// PersonSpec is what a new person should be.
type PersonSpec struct {
	Name     string
	Login    string // kept in lower case; "" is none yet
	Role     string
	Password string // as a PHC string, never the password itself; "" is none
	Teams    []string
}

// PersonChange says what to change of a person: what is nil stays.
type PersonChange struct {
	Name, Login, Role, Password *string
	Grade                       *int
}

// maxLogin bounds what somebody signs in with, in bytes.
const maxLogin = 128

// CreatePerson makes a person known. by is who did it. CodeLoginTaken, CodeNoTeam, or CodeBadField for a name,
// login or role that is none.
func (s *Store) CreatePerson(ctx context.Context, by chat.Principal, spec PersonSpec) (p Person, err error) {
	if err := checkPersonSpec(&spec); err != nil {
		return Person{}, err
	}
	id := newID(string(KindPerson))
	err = s.write(ctx, "create a person", func(tx *sql.Tx) error {
		p, err = createPerson(ctx, tx, by, id, spec)
		return err
	})
	return p, err
}

// createPerson adds a person whose spec has been checked.
func createPerson(ctx context.Context, tx *sql.Tx, by chat.Principal, id string, spec PersonSpec) (Person, error) {
	if err := freeLogin(ctx, tx, id, spec.Login); err != nil {
		return Person{}, err
	}
	_, err := tx.Exec(`INSERT INTO principals (id, kind, name, created, role, login, password) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		id, string(KindPerson), spec.Name, milliseconds(now()), spec.Role, spec.Login, spec.Password)
	if err != nil {
		return Person{}, err
	}
	for _, team := range spec.Teams {
		if err := requireTeam(ctx, tx, team); err != nil {
			return Person{}, err
		}
		_, err := tx.Exec(`INSERT INTO team_members (team, principal, created) VALUES ($1, $2, $3)
			ON CONFLICT (team, principal) DO NOTHING`, team, id, milliseconds(now()))
		if err != nil {
			return Person{}, err
		}
	}
	err = appendAudit(tx, by, "person.create", id, map[string]any{
		"name": spec.Name, "login": spec.Login, "role": spec.Role, "teams": listed(spec.Teams)})
	if err != nil {
		return Person{}, err
	}
	return requirePerson(ctx, tx, id)
}

// checkPersonSpec is an error for a spec that makes no person; it puts the login into lower case.
func checkPersonSpec(spec *PersonSpec) error {
	if err := checkName("name", spec.Name); err != nil {
		return err
	}
	login, err := checkLogin(spec.Login)
	if err != nil {
		return err
	}
	spec.Login = login
	return checkRole(spec.Role)
}

// checkLogin returns a login as it is kept. It is one word, so that nobody signs in with what only looks like
// another's.
func checkLogin(login string) (string, error) {
	login = plainLogin(login)
	strange := func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) || r == unicode.ReplacementChar }
	if len(login) > maxLogin || strings.ContainsFunc(login, strange) {
		return "", chat.NewError(chat.CodeBadField, nil, "login", fmt.Sprintf("%.40q", login), "one word, ≤ 128 bytes")
	}
	return login, nil
}

// plainLogin is the form in which a login is kept: the same whichever keyboard composed its Hangul.
func plainLogin(login string) string {
	return norm.NFC.String(strings.ToLower(norm.NFC.String(strings.TrimSpace(login))))
}

// loginKey is what logins have in common that look the same: wide letters and narrow ones, say.
func loginKey(login string) string {
	return norm.NFKC.String(strings.ToLower(norm.NFKC.String(strings.TrimSpace(login))))
}

func checkRole(role string) error {
	if !slices.Contains(Roles, role) {
		return chat.NewError(chat.CodeBadField, nil, "role", fmt.Sprintf("%.40q", role), strings.Join(Roles, " | "))
	}
	return nil
}

// freeLogin is CodeLoginTaken if somebody but the person with an id signs in with login, or with what looks like it.
func freeLogin(ctx context.Context, tx *sql.Tx, id, login string) error {
	if login == "" {
		return nil
	}
	all, err := rows(ctx, tx, text, `SELECT login FROM principals WHERE login <> '' AND id <> $1`, id)
	key := loginKey(login)
	if err == nil && slices.ContainsFunc(all, func(other string) bool { return loginKey(other) == key }) {
		err = chat.NewError(chat.CodeLoginTaken, nil, login)
	}
	return err
}

const personColumns = `principals.id, principals.kind, principals.name, principals.created, principals.disabled, principals.login,
	principals.role, principals.password, principals.departed, principals.heir, principals.grade`

// Held is a person with the hash of the password, for whoever verifies it. It goes no further than that.
type Held struct {
	Person   Person
	Password string // as a PHC string; "" if there is none
}

func scanHeld(r scanner) (h Held, err error) {
	var created, disabled, departed int64
	p := &h.Person
	err = r.Scan(&p.ID, &p.Kind, &p.Name, &created, &disabled, &p.Login, &p.Role, &h.Password, &departed, &p.Heir, &p.Grade)
	p.Created, p.Disabled, p.Departed = moment(created), moment(disabled), moment(departed)
	p.Password = h.Password != ""
	return h, err
}

func scanPerson(r scanner) (Person, error) {
	h, err := scanHeld(r)
	return h.Person, err
}

// Person returns a person. Those who administer may ask about others: CodeMayNot. CodeNoPerson if there is none with that
// id.
func (s *Store) Person(ctx context.Context, who chat.Principal, id string) (Person, error) {
	if who.ID != id {
		if err := s.right(ctx, who, people.ManagePeople); err != nil {
			return Person{}, err
		}
	}
	p, err := requirePerson(ctx, s.reader, id)
	return p, s.fault("read a person", err)
}

// requirePerson returns a person with the teams, or CodeNoPerson.
func requirePerson(ctx context.Context, q querier, id string) (Person, error) {
	p, ok, err := row(ctx, q, scanPerson, `SELECT `+personColumns+` FROM principals WHERE id = $1 AND kind = 'person'`, id)
	if err == nil && !ok {
		err = chat.NewError(chat.CodeNoPerson, nil, id)
	}
	if err != nil {
		return Person{}, err
	}
	p.Teams, err = rows(ctx, q, text, `SELECT team FROM team_members WHERE principal = $1 ORDER BY team`, id)
	return p, err
}

// Persons returns everybody who signs in, in the order they came, those who left too. It is for those who
// administer: CodeMayNot for others.
func (s *Store) Persons(ctx context.Context, who chat.Principal) ([]Person, error) {
	if err := s.right(ctx, who, people.ManagePeople); err != nil {
		return nil, err
	}
	all, err := rows(ctx, s.reader, scanPerson,
		`SELECT `+personColumns+` FROM principals WHERE kind = 'person' ORDER BY created, id`)
	if err != nil {
		return nil, s.fault("list the people", err)
	}
	teams, err := memberships(ctx, s.reader)
	for i := range all {
		all[i].Teams = teams[all[i].ID]
	}
	return all, s.fault("list the people", err)
}

// memberships are the teams of each person, sorted.
func memberships(ctx context.Context, q querier) (map[string][]string, error) {
	all, err := rows(ctx, q, pair, `SELECT principal, team FROM team_members ORDER BY team`)
	teams := map[string][]string{}
	for _, one := range all {
		teams[one[0]] = append(teams[one[0]], one[1])
	}
	return teams, err
}

// pair scans a row of two texts.
func pair(r scanner) (p [2]string, err error) {
	err = r.Scan(&p[0], &p[1])
	return p, err
}

// PersonByLogin returns who signs in with login, and the hash to hold a password against. It is for signing in,
// which the program does, and the terminal. CodeNoPerson if nobody does: the caller takes care that this takes as long as
// a wrong password.
func (s *Store) PersonByLogin(ctx context.Context, who chat.Principal, login string) (Held, error) {
	if err := s.right(ctx, who, people.ManagePeople); err != nil {
		return Held{}, err
	}
	typed := strings.ToLower(strings.TrimSpace(login)) // as older versions kept it
	login = plainLogin(login)
	unknown := chat.NewError(chat.CodeNoPerson, nil, fmt.Sprintf("%.40s", login))
	if login == "" {
		return Held{}, unknown
	}
	h, ok, err := row(ctx, s.reader, scanHeld,
		`SELECT `+personColumns+` FROM principals WHERE login IN ($1, $2, $3) AND kind = 'person'
		ORDER BY CASE login WHEN $1 THEN 0 WHEN $2 THEN 1 ELSE 2 END LIMIT 1`, validText(login), validText(typed), validText(loginKey(login)))
	if err == nil && !ok {
		err = unknown
	}
	if err != nil {
		return Held{}, s.fault("look up a login", err)
	}
	h.Person.Teams, err = rows(ctx, s.reader, text, `SELECT team FROM team_members WHERE principal = $1 ORDER BY team`, h.Person.ID)
	return h, s.fault("look up a login", err)
}

// Admins returns how many administrators there are who may act.
func (s *Store) Admins(ctx context.Context, who chat.Principal) (int, error) {
	if err := s.right(ctx, who, people.ManagePeople); err != nil {
		return 0, err
	}
	n, err := countAdmins(ctx, s.reader, "")
	return n, s.fault("count the administrators", err)
}

// countAdmins counts administrators who may act, but for one with an id. The first of all has neither login nor password
// yet, only a session.
func countAdmins(ctx context.Context, q querier, but string) (int, error) {
	n, _, err := row(ctx, q, integer, `SELECT count(*) FROM principals
		WHERE kind = 'person' AND role = 'admin' AND disabled = 0 AND departed = 0 AND id <> $1`, but)
	return int(n), err
}

// keepAnAdmin is CodeLastAdmin if p is the only administrator who may act, or can sign in and is the only one who can.
func keepAnAdmin(ctx context.Context, q querier, p Person) error {
	if p.Role != RoleAdmin || !p.Disabled.IsZero() || !p.Departed.IsZero() {
		return nil
	}
	n, err := countAdmins(ctx, q, p.ID)
	if err == nil && n > 0 && p.Password && p.Login != "" {
		var able int64
		able, _, err = row(ctx, q, integer, `SELECT count(*) FROM principals WHERE kind = 'person' AND role = 'admin' AND disabled = 0
			AND departed = 0 AND id <> $1 AND login <> '' AND password <> ''`, p.ID)
		n = int(able)
	}
	if err == nil && n == 0 {
		err = chat.NewError(chat.CodeLastAdmin, nil, p.Name)
	}
	return err
}

// UpdatePerson changes a person and returns what it is now. The sessions go on: see [Store.EndSessions].
// CodeNoPerson, CodePersonDeparted, CodeLoginTaken, CodeBadField, or CodeLastAdmin if nobody would be left who
// administers.
func (s *Store) UpdatePerson(ctx context.Context, by chat.Principal, id string, change PersonChange) (p Person, err error) {
	err = s.write(ctx, "change a person", func(tx *sql.Tx) error {
		if p, err = requirePerson(ctx, tx, id); err != nil {
			return err
		}
		if !p.Departed.IsZero() {
			return chat.NewError(chat.CodePersonDeparted, nil, p.Name)
		}
		details, err := changePerson(ctx, tx, &p, change)
		if err != nil || len(details) == 0 {
			return err
		}
		_, err = tx.Exec(`UPDATE principals SET name = $1, login = $2, role = $3, grade = $4 WHERE id = $5`,
			p.Name, p.Login, p.Role, p.Grade, id)
		if err != nil {
			return err
		}
		if change.Password != nil {
			if err := setPassword(tx, id, *change.Password); err != nil {
				return err
			}
		}
		return appendAudit(tx, by, "person.change", id, details)
	})
	return p, err
}

// setPassword changes a password, and ends the links by which the person could be let in without it.
func setPassword(tx *sql.Tx, id, password string) error {
	if _, err := tx.Exec(`UPDATE principals SET password = $1 WHERE id = $2`, password, id); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE links SET revoked = $1 WHERE kind = $2 AND person = $3 AND used = 0 AND revoked = 0`, milliseconds(now()), LinkReset, id)
	return err
}

// changePerson puts a change into p and returns what of it is for the audit log.
func changePerson(ctx context.Context, tx *sql.Tx, p *Person, change PersonChange) (map[string]any, error) {
	details := map[string]any{}
	if change.Name != nil && *change.Name != p.Name {
		if err := checkName("name", *change.Name); err != nil {
			return nil, err
		}
		p.Name, details["name"] = *change.Name, *change.Name
	}
	if change.Login != nil {
		login, err := checkLogin(*change.Login)
		if err != nil {
			return nil, err
		}
		if err := freeLogin(ctx, tx, p.ID, login); err != nil {
			return nil, err
		}
		if login == "" {
			if err := keepAnAdmin(ctx, tx, *p); err != nil {
				return nil, err
			}
		}
		if login != p.Login {
			p.Login, details["login"] = login, login
		}
	}
	if change.Role != nil && *change.Role != p.Role {
		if err := checkRole(*change.Role); err != nil {
			return nil, err
		}
		if err := keepAnAdmin(ctx, tx, *p); err != nil {
			return nil, err
		}
		details["role"], details["role_before"] = *change.Role, p.Role
		p.Role = *change.Role
	}
	if change.Grade != nil && *change.Grade != p.Grade {
		if err := checkGrade(*change.Grade); err != nil {
			return nil, err
		}
		details["grade"], details["grade_before"] = *change.Grade, p.Grade
		p.Grade = *change.Grade
	}
	if change.Password != nil {
		if *change.Password == "" {
			if err := keepAnAdmin(ctx, tx, *p); err != nil {
				return nil, err
			}
		}
		p.Password, details["password"] = *change.Password != "", "changed"
	}
	return details, nil
}

// orEmpty is a list that JSON writes as [] rather than null.
func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
