package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"exaone/chat"
	"exaone/people"
)

// Unlimited is a limit that is none.
const Unlimited = -1

// Quota limits what somebody may use: a person, each member of a team, or everybody.
type Quota struct {
	Subject   string // id of a person or team; "" is everybody
	PerDay    int64  // tokens read and written; Unlimited, or 0 and more
	PerMinute int64  // requests
	AtOnce    int64  // requests
	Principal string // who set it
	Updated   time.Time
}

// Where a limit comes from, nearest first.
const (
	FromPerson    = "person"
	FromTeam      = "team"
	FromEverybody = "everybody"
	FromNowhere   = "" // there is none
)

// SetQuota sets the limits of a subject in the place of those it had. CodeBadField for a number below -1 or a
// subject that is nobody.
func (s *Store) SetQuota(ctx context.Context, by chat.Principal, q Quota) error {
	if err := q.check(); err != nil {
		return err
	}
	return s.write(ctx, "set a limit", func(tx *sql.Tx) error {
		if q.Subject != "" {
			if err := requireSubject(ctx, tx, q.Subject); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`INSERT INTO quotas (subject, per_day, per_minute, at_once, principal, updated)
			VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (subject) DO UPDATE SET per_day = excluded.per_day, per_minute = excluded.per_minute,
				at_once = excluded.at_once, principal = excluded.principal, updated = excluded.updated`,
			q.Subject, q.PerDay, q.PerMinute, q.AtOnce, by.ID, milliseconds(now()))
		if err != nil {
			return err
		}
		return appendAudit(tx, by, "quota.set", q.Subject, map[string]any{
			"per_day": q.PerDay, "per_minute": q.PerMinute, "at_once": q.AtOnce})
	})
}

// check is CodeBadField for a number below -1.
func (q Quota) check() error {
	for _, f := range []struct {
		name  string
		value int64
	}{{"per_day", q.PerDay}, {"per_minute", q.PerMinute}, {"at_once", q.AtOnce}} {
		if f.value < Unlimited {
			return chat.NewError(chat.CodeBadField, nil, f.name, f.value, "≥ -1")
		}
	}
	return nil
}

// DeleteQuota takes the limits of a subject away, so that those further from it count. There may be none.
func (s *Store) DeleteQuota(ctx context.Context, by chat.Principal, subject string) error {
	return s.write(ctx, "take a limit away", func(tx *sql.Tx) error {
		result, err := tx.Exec(`DELETE FROM quotas WHERE subject = $1`, subject)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return appendAudit(tx, by, "quota.delete", subject, nil)
	})
}

// requireSubject is CodeBadField unless an id is that of a principal or a team.
func requireSubject(ctx context.Context, q querier, id string) error {
	n, _, err := row(ctx, q, integer, `SELECT (SELECT count(*) FROM principals WHERE id = $1)
		+ (SELECT count(*) FROM teams WHERE id = $1)`, id)
	if err == nil && n == 0 {
		err = chat.NewError(chat.CodeBadField, nil, "subject", fmt.Sprintf("%.40q", id), "a person or a team")
	}
	return err
}

const quotaColumns = `quotas.subject, quotas.per_day, quotas.per_minute, quotas.at_once, quotas.principal, quotas.updated`

func scanQuota(r scanner) (q Quota, err error) {
	var updated int64
	err = r.Scan(&q.Subject, &q.PerDay, &q.PerMinute, &q.AtOnce, &q.Principal, &updated)
	q.Updated = moment(updated)
	return q, err
}

// Quotas returns all limits that have been set, everybody's first. It is for those who administer: CodeMayNot for
// others.
func (s *Store) Quotas(ctx context.Context, who chat.Principal) ([]Quota, error) {
	if err := s.right(ctx, who, people.ManageQuotas); err != nil {
		return nil, err
	}
	all, err := rows(ctx, s.reader, scanQuota, `SELECT `+quotaColumns+` FROM quotas ORDER BY subject`)
	return all, s.fault("list the limits", err)
}

// QuotaOf returns the limits that hold for a principal and where they come from: the person's own; else, number by
// number, the most generous of the teams'; else everybody's; else none.
func (s *Store) QuotaOf(ctx context.Context, who chat.Principal) (Quota, string, error) {
	all, err := rows(ctx, s.reader, scanQuota, `SELECT `+quotaColumns+` FROM quotas
		WHERE subject = '' OR subject = $1 OR subject IN (SELECT team FROM team_members WHERE principal = $1)
		ORDER BY subject`, who.ID)
	if err != nil {
		return Quota{}, "", s.fault("look up somebody's limits", err)
	}
	q, from := Quota{PerDay: Unlimited, PerMinute: Unlimited, AtOnce: Unlimited}, FromNowhere
	for _, one := range all {
		switch {
		case one.Subject == who.ID:
			return one, FromPerson, nil
		case one.Subject == "":
			q, from = one, FromEverybody
		case from == FromTeam:
			q = Quota{Subject: q.Subject, Principal: q.Principal, Updated: q.Updated, PerDay: generous(q.PerDay, one.PerDay),
				PerMinute: generous(q.PerMinute, one.PerMinute), AtOnce: generous(q.AtOnce, one.AtOnce)}
		default:
			q, from = one, FromTeam
		}
	}
	return q, from, nil
}

func generous(a, b int64) int64 {
	if a == Unlimited || b == Unlimited {
		return Unlimited
	}
	return max(a, b)
}
