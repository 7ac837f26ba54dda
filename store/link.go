package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"exaone/chat"
	"exaone/people"
)

// LinkKind says what a link is for.
type LinkKind string

// The kinds of links.
const (
	LinkFirst  LinkKind = "first"  // to become the first administrator
	LinkInvite LinkKind = "invite" // to become somebody new
	LinkReset  LinkKind = "reset"  // to be let in again
)

// Link lets somebody in once. Its secret is kept nowhere.
type Link struct {
	ID        string
	Kind      LinkKind
	Principal string // who made it
	Person    string // whom it lets in again; "" is somebody new
	Name      string // what somebody new is called, if it is known already
	Role      string // of somebody new
	Teams     []string
	Created   time.Time
	Expires   time.Time
	Used      time.Time // zero if it has not been
	Revoked   time.Time // zero if it is not
}

// LinkSpec is what a new link should be.
type LinkSpec struct {
	Kind   LinkKind
	Person string // of a reset
	Name   string // of an invitation; may be ""
	Role   string // of an invitation; a first link makes an administrator
	Teams  []string
	Life   time.Duration // 0 is LinkLife
}

// LinkLife is how long a link is good for.
const LinkLife = 7 * 24 * time.Hour

// CreateLink makes a link and returns its secret, which is kept nowhere. A new first link or a new reset of somebody
// takes the place of those before it. CodeBadField, CodeNoTeam, CodeNoPerson, CodePersonDeparted; CodeLinkUsed for a
// first link where there is an administrator.
func (s *Store) CreateLink(ctx context.Context, by chat.Principal, spec LinkSpec) (secret string, _ Link, err error) {
	if err := checkLinkSpec(&spec); err != nil {
		return "", Link{}, err
	}
	teams, err := json.Marshal(orEmpty(spec.Teams))
	if err != nil {
		return "", Link{}, err
	}
	secret, at := newSecret(), now()
	l := Link{ID: newID("link"), Kind: spec.Kind, Principal: by.ID, Person: spec.Person, Name: spec.Name, Role: spec.Role,
		Teams: spec.Teams, Created: at, Expires: moment(milliseconds(at.Add(spec.Life)))}
	err = s.write(ctx, "create a link", func(tx *sql.Tx) error {
		if err := requirePrincipal(ctx, tx, by); err != nil {
			return err
		}
		if err := makeWay(ctx, tx, l); err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO links (id, kind, hash, principal, person, name, role, teams, created, expires)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, l.ID, string(l.Kind), hashSecret(secret), by.ID, l.Person, l.Name,
			l.Role, string(teams), milliseconds(at), milliseconds(l.Expires))
		if err != nil {
			return err
		}
		err = appendAudit(tx, by, "link.create", l.ID, map[string]any{
			"kind": l.Kind, "person": l.Person, "role": l.Role, "teams": listed(l.Teams)})
		if err == nil && l.Kind == LinkReset { // by the person, too: it lets whoever has it be them
			err = appendAudit(tx, by, "person.reset", l.Person, map[string]any{"link": l.ID})
		}
		return err
	})
	if err != nil {
		return "", Link{}, err
	}
	return secret, l, nil
}

func checkLinkSpec(spec *LinkSpec) error {
	if spec.Life <= 0 {
		spec.Life = LinkLife
	}
	if spec.Name != "" {
		if err := checkName("name", spec.Name); err != nil {
			return err
		}
	}
	switch spec.Kind {
	case LinkFirst:
		spec.Role = RoleAdmin
		return nil
	case LinkInvite:
		return checkRole(spec.Role)
	case LinkReset:
		if spec.Person == "" || spec.Role != "" || len(spec.Teams) > 0 {
			return chat.NewError(chat.CodeBadField, nil, "person", fmt.Sprintf("%.40q", spec.Person), "an id, and neither role nor teams")
		}
		return nil
	}
	return chat.NewError(chat.CodeBadField, nil, "kind", fmt.Sprintf("%.40q", string(spec.Kind)), "first | invite | reset")
}

// makeWay is an error unless a link may be made; it revokes those whose place the link takes.
func makeWay(ctx context.Context, tx *sql.Tx, l Link) error {
	for _, team := range l.Teams {
		if err := requireTeam(ctx, tx, team); err != nil {
			return err
		}
	}
	if l.Kind == LinkFirst {
		if err := noAdmin(ctx, tx, l.Created); err != nil {
			return err
		}
	}
	if l.Kind == LinkReset {
		p, err := requirePerson(ctx, tx, l.Person)
		if err == nil && !p.Departed.IsZero() {
			err = chat.NewError(chat.CodePersonDeparted, nil, p.Name)
		}
		if err != nil {
			return err
		}
	}
	if l.Kind == LinkInvite {
		return nil
	}
	_, err := tx.Exec(`UPDATE links SET revoked = $1 WHERE kind = $2 AND person = $3 AND used = 0 AND revoked = 0`,
		milliseconds(l.Created), string(l.Kind), l.Person)
	return err
}

// noAdmin is CodeLinkUsed if there is an administrator.
func noAdmin(ctx context.Context, q querier, at time.Time) error {
	n, err := countAdmins(ctx, q, "")
	if err == nil && n > 0 {
		err = chat.NewError(chat.CodeLinkUsed, nil, at.Format(time.RFC3339))
	}
	return err
}

const linkColumns = `id, kind, principal, person, name, role, teams, created, expires, used, revoked`

func scanLink(r scanner) (l Link, err error) {
	var teams string
	var created, expires, used, revoked int64
	err = r.Scan(&l.ID, &l.Kind, &l.Principal, &l.Person, &l.Name, &l.Role, &teams, &created, &expires, &used, &revoked)
	if err != nil {
		return l, err
	}
	l.Created, l.Expires, l.Used, l.Revoked = moment(created), moment(expires), moment(used), moment(revoked)
	if err := json.Unmarshal([]byte(teams), &l.Teams); err != nil {
		return l, fmt.Errorf("link %s: teams: %w", l.ID, err)
	}
	return l, nil
}

// PeekLink returns the link that a secret is, if it may be used now, and leaves it as it is. Otherwise
// CodeLinkUnknown, CodeLinkUsed, CodeLinkExpired or CodeLinkRevoked.
func (s *Store) PeekLink(ctx context.Context, secret string) (Link, error) {
	l, err := usableLink(ctx, s.reader, secret)
	return l, s.fault("look up a link", err)
}

// usableLink returns the link that a secret is. One whose maker may not act any more is as good as revoked.
func usableLink(ctx context.Context, q querier, secret string) (Link, error) {
	unknown := chat.NewError(chat.CodeLinkUnknown, nil)
	if !isSecret(secret) {
		return Link{}, unknown
	}
	l, ok, err := row(ctx, q, scanLink, `SELECT `+linkColumns+` FROM links WHERE hash = $1`, hashSecret(secret))
	if err != nil {
		return Link{}, err
	}
	at := now()
	switch {
	case !ok:
		return Link{}, unknown
	case !l.Used.IsZero():
		return Link{}, chat.NewError(chat.CodeLinkUsed, nil, l.Used.Format(time.RFC3339))
	case !l.Revoked.IsZero():
		return Link{}, chat.NewError(chat.CodeLinkRevoked, nil)
	case !at.Before(l.Expires):
		return Link{}, chat.NewError(chat.CodeLinkExpired, nil, l.Expires.Format(time.RFC3339))
	}
	if err := requirePrincipal(ctx, q, chat.Principal{ID: l.Principal}); err != nil {
		if _, ok := errors.AsType[*chat.Error](err); ok {
			err = chat.NewError(chat.CodeLinkRevoked, err)
		}
		return Link{}, err
	}
	if err := stillInvites(ctx, q, l); err != nil {
		return Link{}, err
	}
	if l.Kind == LinkFirst {
		if err := noAdmin(ctx, q, l.Created); err != nil {
			return Link{}, err
		}
	}
	return l, nil
}

// stillInvites is an error if a link's maker is a person who is no administrator any more: whoever loses that role must
// not come back through a link that was made before.
func stillInvites(ctx context.Context, q querier, l Link) error {
	roles, err := rows(ctx, q, text, `SELECT role FROM principals WHERE id = $1 AND kind = $2`, l.Principal, string(KindPerson))
	if err == nil && len(roles) == 1 && roles[0] != RoleAdmin {
		err = chat.NewError(chat.CodeLinkRevoked, nil)
	}
	return err
}

// UseLink uses a link up: it makes the person whom an invitation is for, or sets the password of the one it lets in
// again and ends that one's sessions. Of the spec a new person takes name, login and password, of the link role and
// teams; a reset takes the password, and the login if the person has none. However many use it at once, one
// succeeds. The first administrator has what was kept before there was anybody, and is First. Errors are those of PeekLink
// and CreatePerson, and CodePrincipalOff; after an error the link is as it was.
func (s *Store) UseLink(ctx context.Context, secret string, spec PersonSpec) (p Person, err error) {
	id := newID(string(KindPerson))
	first := false
	err = s.write(ctx, "use a link", func(tx *sql.Tx) error {
		l, err := usableLink(ctx, tx, secret)
		if err != nil {
			return err
		}
		if l.Kind != LinkReset && l.Role == RoleAdmin { // an invitation from the terminal makes the first, too
			n, err := countAdmins(ctx, tx, "")
			if err != nil {
				return err
			}
			first = n == 0
		}
		if l.Kind == LinkReset {
			p, err = letIn(ctx, tx, l, spec)
		} else {
			p, err = welcome(ctx, tx, l, id, spec)
		}
		if err != nil {
			return err
		}
		if first {
			if err := adopt(ctx, tx, p.ID); err != nil {
				return err
			}
		}
		result, err := tx.Exec(`UPDATE links SET used = $1, person = $2 WHERE id = $3 AND used = 0`, milliseconds(now()), p.ID, l.ID)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, chat.NewError(chat.CodeLinkUsed, nil, now().Format(time.RFC3339)))
		}
		return appendAudit(tx, chat.Principal{ID: p.ID}, "link.use", l.ID, map[string]any{"kind": l.Kind, "by": l.Principal})
	})
	if err != nil {
		return Person{}, err
	}
	if p.First = first; first {
		s.moveSearchLater()
	}
	return p, nil
}

// welcome makes the person whom a link is for. A team that has gone since is left out.
func welcome(ctx context.Context, tx *sql.Tx, l Link, id string, spec PersonSpec) (Person, error) {
	spec.Role, spec.Teams = l.Role, nil
	if strings.TrimSpace(spec.Name) == "" {
		spec.Name = l.Name
	}
	if err := checkPersonSpec(&spec); err != nil {
		return Person{}, err
	}
	for _, team := range l.Teams {
		n, _, err := row(ctx, tx, integer, `SELECT count(*) FROM teams WHERE id = $1`, team)
		if err != nil {
			return Person{}, err
		}
		if n > 0 {
			spec.Teams = append(spec.Teams, team)
		}
	}
	return createPerson(ctx, tx, chat.Principal{ID: l.Principal}, id, spec)
}

// letIn gives the person of a link a new password and ends the sessions under the old one.
func letIn(ctx context.Context, tx *sql.Tx, l Link, spec PersonSpec) (Person, error) {
	p, err := requirePerson(ctx, tx, l.Person)
	if err != nil {
		return Person{}, err
	}
	if !p.Disabled.IsZero() {
		return Person{}, chat.NewError(chat.CodePrincipalOff, nil, p.Name)
	}
	if spec.Password == "" {
		return Person{}, chat.NewError(chat.CodeBadField, nil, "password", `""`, "a password")
	}
	if p.Login == "" {
		if p.Login, err = checkLogin(spec.Login); err != nil {
			return Person{}, err
		}
		if err := freeLogin(ctx, tx, p.ID, p.Login); err != nil {
			return Person{}, err
		}
	}
	if _, err := tx.Exec(`UPDATE principals SET login = $1, password = $2 WHERE id = $3`, p.Login, spec.Password, p.ID); err != nil {
		return Person{}, err
	}
	if _, err := endSessions(ctx, tx, p.ID); err != nil {
		return Person{}, err
	}
	p.Password = true
	return p, nil
}

// Links returns all links, newest first, those that are used up too. It is for those who invite: CodeMayNot for
// others.
func (s *Store) Links(ctx context.Context, who chat.Principal) ([]Link, error) {
	if err := s.right(ctx, who, people.Invite); err != nil {
		return nil, err
	}
	all, err := rows(ctx, s.reader, scanLink, `SELECT `+linkColumns+` FROM links ORDER BY created DESC, id`)
	return all, s.fault("list the links", err)
}

// RevokeLink ends a link. Revoking twice, or one that is used up, changes nothing; CodeNoLink if there is none.
func (s *Store) RevokeLink(ctx context.Context, by chat.Principal, id string) error {
	return s.write(ctx, "revoke a link", func(tx *sql.Tx) error {
		l, ok, err := row(ctx, tx, scanLink, `SELECT `+linkColumns+` FROM links WHERE id = $1`, id)
		if err != nil {
			return err
		}
		if !ok {
			return chat.NewError(chat.CodeNoLink, nil, id)
		}
		if !l.Used.IsZero() || !l.Revoked.IsZero() {
			return nil
		}
		if _, err := tx.Exec(`UPDATE links SET revoked = $1 WHERE id = $2`, milliseconds(now()), id); err != nil {
			return err
		}
		return appendAudit(tx, by, "link.revoke", id, nil)
	})
}
