package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"exaone/chat"
)

// Session is somebody being signed in on one device. Its secret is kept nowhere.
type Session struct {
	ID        string
	Principal chat.Principal
	Created   time.Time
	Expires   time.Time // whatever is done with it
	LastUsed  time.Time // to the minute
	Ended     time.Time // zero if it has not been
	Address   string    // where it began
	Agent     string    // with what
}

// SessionSpec is what a new session should be.
type SessionSpec struct {
	Address string
	Agent   string        // what the browser says it is; cut to 256 bytes
	Life    time.Duration // 0 is SessionLife
}

// How long a session is good for: SessionLife from when it began, and SessionIdle from when it was last used.
const (
	SessionLife = 30 * 24 * time.Hour
	SessionIdle = 7 * 24 * time.Hour

	// sessionKept is how long a session that is over is still listed nowhere but in the table.
	sessionKept = 90 * 24 * time.Hour
)

// CreateSession signs who in and returns the secret, which is kept nowhere. The caller has seen that it is them.
// CodeNoPrincipal or CodePrincipalOff if who may not act.
func (s *Store) CreateSession(ctx context.Context, who chat.Principal, spec SessionSpec) (secret string, _ Session, err error) {
	if spec.Life <= 0 {
		spec.Life = SessionLife
	}
	secret, at := newSecret(), now()
	one := Session{ID: newID("session"), Principal: chat.Principal{ID: who.ID}, Created: at, LastUsed: at,
		Expires: moment(milliseconds(at.Add(spec.Life))), Address: cutText(spec.Address, maxName), Agent: cutText(spec.Agent, maxName)}
	err = s.write(ctx, "sign somebody in", func(tx *sql.Tx) error {
		if err := requirePrincipal(ctx, tx, who); err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM sessions WHERE expires < $1`, milliseconds(at.Add(-sessionKept))); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO sessions (id, principal, hash, created, expires, last_used, address, agent)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, one.ID, who.ID, hashSecret(secret), milliseconds(at),
			milliseconds(one.Expires), milliseconds(at), one.Address, one.Agent)
		if err != nil {
			return err
		}
		return appendAudit(tx, who, "session.create", one.ID, map[string]any{"address": one.Address})
	})
	if err != nil {
		return "", Session{}, err
	}
	return secret, one, nil
}

const sessionColumns = `sessions.id, sessions.principal, sessions.created, sessions.expires, sessions.last_used, sessions.ended,
	sessions.address, sessions.agent`

func scanSession(r scanner) (one Session, err error) {
	var created, expires, lastUsed, ended int64
	err = r.Scan(&one.ID, &one.Principal.ID, &created, &expires, &lastUsed, &ended, &one.Address, &one.Agent)
	one.Created, one.Expires, one.LastUsed, one.Ended = moment(created), moment(expires), moment(lastUsed), moment(ended)
	return one, err
}

// over reports whether a session is good no more at a time.
func (one Session) over(at time.Time) bool {
	return !one.Ended.IsZero() || !at.Before(one.Expires) || at.Sub(one.LastUsed) >= SessionIdle
}

// VerifySession returns the session that a secret is and whose it is, and notes that it was used. CodeSessionOver
// for one that is not known, ended, expired or unused for long: nobody learns which. CodePrincipalOff if the person
// has been disabled since.
func (s *Store) VerifySession(ctx context.Context, secret string) (Session, Person, error) {
	over := chat.NewError(chat.CodeSessionOver, nil)
	if !isSecret(secret) {
		return Session{}, Person{}, over
	}
	one, ok, err := row(ctx, s.reader, scanSession, `SELECT `+sessionColumns+` FROM sessions WHERE hash = $1`, hashSecret(secret))
	if err != nil {
		return Session{}, Person{}, s.fault("verify a session", err)
	}
	at := now()
	if !ok || one.over(at) {
		return Session{}, Person{}, over
	}
	p, err := requirePerson(ctx, s.reader, one.Principal.ID)
	if err != nil {
		return Session{}, Person{}, s.fault("verify a session", err)
	}
	if !p.Disabled.IsZero() || !p.Departed.IsZero() {
		return Session{}, Person{}, chat.NewError(chat.CodePrincipalOff, nil, p.Name)
	}
	s.touchSession(ctx, one, at)
	return one, p, nil
}

// touchSession notes that a session was used, once a minute at most. A session is good even where that cannot be
// noted.
func (s *Store) touchSession(ctx context.Context, one Session, at time.Time) {
	if at.Sub(one.LastUsed) < time.Minute {
		return
	}
	err := s.write(ctx, "note the use of a session", func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE sessions SET last_used = $1 WHERE id = $2 AND last_used < $1`, milliseconds(at), one.ID)
		return err
	})
	if err != nil {
		s.log.Warn("the use of a session was not noted", "session", one.ID, "err", err)
	}
}

// Sessions returns where who is signed in, newest first.
func (s *Store) Sessions(ctx context.Context, who chat.Principal) ([]Session, error) {
	all, err := rows(ctx, s.reader, scanSession, `SELECT `+sessionColumns+` FROM sessions
		WHERE principal = $1 AND ended = 0 ORDER BY created DESC, id`, who.ID)
	at := now()
	all = slices.DeleteFunc(all, func(one Session) bool { return one.over(at) })
	return all, s.fault("list the sessions", err)
}

// SignedInFrom returns the addresses that who has signed in from since a time, whatever became of the sessions. It is
// for signing in alone.
func (s *Store) SignedInFrom(ctx context.Context, who chat.Principal, since time.Time) ([]string, error) {
	all, err := rows(ctx, s.reader, text, `SELECT DISTINCT address FROM sessions WHERE principal = $1 AND created > $2`,
		who.ID, milliseconds(since))
	return all, s.fault("look up where somebody signed in", err)
}

// EndSession signs who out of one device. Ending twice changes nothing; CodeNoSession if who has no such session.
func (s *Store) EndSession(ctx context.Context, who chat.Principal, id string) error {
	return s.write(ctx, "sign somebody out", func(tx *sql.Tx) error {
		ended, ok, err := row(ctx, tx, integer, `SELECT ended FROM sessions WHERE id = $1 AND principal = $2`, id, who.ID)
		if err != nil {
			return err
		}
		if !ok {
			return chat.NewError(chat.CodeNoSession, nil, id)
		}
		if ended != 0 {
			return nil
		}
		if _, err := tx.Exec(`UPDATE sessions SET ended = $1 WHERE id = $2`, milliseconds(now()), id); err != nil {
			return err
		}
		return appendAudit(tx, who, "session.end", id, nil)
	})
}

// EndSessions signs a person out everywhere but in the sessions that are named: the one in which somebody has just
// changed the password, say.
func (s *Store) EndSessions(ctx context.Context, by chat.Principal, person string, but ...string) error {
	return s.write(ctx, "sign somebody out", func(tx *sql.Tx) error {
		n, err := endSessions(ctx, tx, person, but...)
		if err != nil || n == 0 {
			return err
		}
		return appendAudit(tx, by, "session.end_all", person, map[string]any{"ended": n})
	})
}

// endSessions ends the sessions of a person but some, and returns how many it were.
func endSessions(ctx context.Context, tx *sql.Tx, person string, but ...string) (int, error) {
	ids, err := rows(ctx, tx, text, `SELECT id FROM sessions WHERE principal = $1 AND ended = 0`, person)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, id := range ids {
		if slices.Contains(but, id) {
			continue
		}
		if _, err := tx.Exec(`UPDATE sessions SET ended = $1 WHERE id = $2`, milliseconds(now()), id); err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// cutText is the beginning of what a stranger sent, in whole characters and without what no database keeps.
func cutText(s string, limit int) string {
	s = validText(s)
	if len(s) > limit {
		s = s[:limit]
	}
	return strings.ToValidUTF8(s, "")
}
