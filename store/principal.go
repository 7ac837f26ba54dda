package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"exaone/chat"
	"exaone/people"
)

// PrincipalKind says what a principal is.
type PrincipalKind string

// The kinds of principals. There is one local and one system from the start, and never another.
const (
	KindLocal   PrincipalKind = "local"  // a program on this machine before anybody has signed up
	KindSystem  PrincipalKind = "system" // the program itself
	KindPerson  PrincipalKind = "person"
	KindService PrincipalKind = "service" // another program
)

// Principal is somebody on whose behalf things happen.
type Principal struct {
	ID       string
	Kind     PrincipalKind
	Name     string
	Created  time.Time // zero for those that were there from the start
	Disabled time.Time // zero if they are not
}

// maxName bounds the names people give to themselves, their keys and their jobs, in bytes.
const maxName = 256

// CreatePrincipal makes a person or a service known and returns it with its id. by is who did it.
// A name that is empty or too long, or another kind, is CodeBadField.
func (s *Store) CreatePrincipal(ctx context.Context, by chat.Principal, kind PrincipalKind, name string) (Principal, error) {
	if kind != KindPerson && kind != KindService {
		return Principal{}, chat.NewError(chat.CodeBadField, nil, "kind", string(kind), "person | service")
	}
	if err := checkName("name", name); err != nil {
		return Principal{}, err
	}
	p := Principal{ID: newID(string(kind)), Kind: kind, Name: name, Created: now()}
	err := s.write(ctx, "create a principal", func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO principals (id, kind, name, created) VALUES ($1, $2, $3, $4)`,
			p.ID, string(p.Kind), p.Name, milliseconds(p.Created))
		if err != nil {
			return err
		}
		return appendAudit(tx, by, "principal.create", p.ID, map[string]any{"kind": kind, "name": name})
	})
	return p, err
}

// Principal returns the principal that who is, or CodeNoPrincipal.
func (s *Store) Principal(ctx context.Context, who chat.Principal) (Principal, error) {
	p, ok, err := row(ctx, s.reader, scanPrincipal,
		`SELECT id, kind, name, created, disabled FROM principals WHERE id = $1`, who.ID)
	if err == nil && !ok {
		err = chat.NewError(chat.CodeNoPrincipal, nil, who.ID)
	}
	return p, s.fault("read a principal", err)
}

// Principals returns everybody, in the order they came. It is for those who administer, or read the log:
// CodeMayNot for others.
func (s *Store) Principals(ctx context.Context, who chat.Principal) ([]Principal, error) {
	if err := s.right(ctx, who, people.ManagePeople, people.ReadAudit); err != nil {
		return nil, err
	}
	all, err := rows(ctx, s.reader, scanPrincipal,
		`SELECT id, kind, name, created, disabled FROM principals ORDER BY created, id`)
	return all, s.fault("list the principals", err)
}

// DisablePrincipal ends what a principal may do: its sessions end, and its keys verify no more. Disabling twice changes
// nothing. CodeNoPrincipal if there is none; the system cannot be disabled (CodeBadField), nor the last administrator
// (CodeLastAdmin).
func (s *Store) DisablePrincipal(ctx context.Context, by chat.Principal, id string) error {
	if id == System.ID {
		return chat.NewError(chat.CodeBadField, nil, "principal", id, "local | person | service")
	}
	return s.setDisabled(ctx, by, id, "principal.disable", now())
}

// EnablePrincipal takes DisablePrincipal back, but for the sessions. CodePersonDeparted for somebody who has left.
func (s *Store) EnablePrincipal(ctx context.Context, by chat.Principal, id string) error {
	return s.setDisabled(ctx, by, id, "principal.enable", time.Time{})
}

func (s *Store) setDisabled(ctx context.Context, by chat.Principal, id, action string, at time.Time) error {
	return s.write(ctx, action, func(tx *sql.Tx) error {
		p, ok, err := row(ctx, tx, scanPerson, `SELECT `+personColumns+` FROM principals WHERE id = $1`, id)
		if err != nil {
			return err
		}
		if !ok {
			return chat.NewError(chat.CodeNoPrincipal, nil, id)
		}
		if p.Disabled.IsZero() == at.IsZero() {
			return nil
		}
		if !p.Departed.IsZero() {
			return chat.NewError(chat.CodePersonDeparted, nil, p.Name)
		}
		if !at.IsZero() {
			if err := keepAnAdmin(ctx, tx, p); err != nil {
				return err
			}
			if _, err := endSessions(ctx, tx, id); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(`UPDATE principals SET disabled = $1 WHERE id = $2`, milliseconds(at), id); err != nil {
			return err
		}
		return appendAudit(tx, by, action, id, nil)
	})
}

func scanPrincipal(r scanner) (p Principal, err error) {
	var created, disabled int64
	err = r.Scan(&p.ID, &p.Kind, &p.Name, &created, &disabled)
	p.Created, p.Disabled = moment(created), moment(disabled)
	return p, err
}

// requirePrincipal is an error unless who exists and may act. Whatever is written for somebody asks it, so that
// the error names the person rather than a constraint.
func requirePrincipal(ctx context.Context, q querier, who chat.Principal) error {
	if who.ID == chat.Console.ID {
		return nil // there is no row of it: it owns nothing, and nobody disables it
	}
	p, ok, err := row(ctx, q, scanPrincipal,
		`SELECT id, kind, name, created, disabled FROM principals WHERE id = $1`, who.ID)
	switch {
	case err != nil:
		return err
	case !ok:
		return chat.NewError(chat.CodeNoPrincipal, nil, who.ID)
	case !p.Disabled.IsZero():
		return chat.NewError(chat.CodePrincipalOff, nil, p.Name)
	}
	return nil
}

// owner is whose something is that who makes: what the console makes for programs of this machine is theirs.
func owner(who chat.Principal) chat.Principal {
	if who.ID == chat.Console.ID {
		return chat.Local
	}
	return chat.Principal{ID: who.ID}
}

// checkName is an error for a name that is empty, too long, or spread over lines.
func checkName(field, name string) error {
	if name == "" || len(name) > maxName || strings.ContainsFunc(name, isControl) || !utf8.ValidString(name) {
		return chat.NewError(chat.CodeBadField, nil, field, fmt.Sprintf("%.40q", name), "1–256 bytes, one line")
	}
	return nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
