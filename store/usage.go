package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"exaone/chat"
	"exaone/people"
)

// UsageRow is what somebody asked of a model on one day.
type UsageRow struct {
	Principal string
	Name      string // of the principal, as it is now
	Day       string // 2026-11-30, in the server's time zone
	Model     string
	Requests  int64
	Prompt    int64 // tokens read
	Cached    int64 // of them, how many had been read before
	Written   int64 // tokens written
}

// AddUsage counts one request more of a principal on a day (2026-11-30).
func (s *Store) AddUsage(ctx context.Context, who chat.Principal, day, model string, used chat.Usage) error {
	if err := checkDay("day", day); err != nil {
		return err
	}
	return s.write(ctx, "count what was used", func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO usage (principal, day, model, requests, prompt, cached, completion)
			VALUES ($1, $2, $3, 1, $4, $5, $6)
			ON CONFLICT (principal, day, model) DO UPDATE SET requests = usage.requests + 1,
				prompt = usage.prompt + excluded.prompt, cached = usage.cached + excluded.cached,
				completion = usage.completion + excluded.completion`,
			who.ID, day, model, used.PromptTokens, used.CachedTokens, used.CompletionTokens)
		return err
	})
}

func checkDay(field, day string) error {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return chat.NewError(chat.CodeBadField, nil, field, fmt.Sprintf("%.40q", day), "2006-01-02")
	}
	return nil
}

// UsageOf returns how many tokens a principal has had read and written on a day.
func (s *Store) UsageOf(ctx context.Context, who chat.Principal, day string) (int64, error) {
	n, _, err := row(ctx, s.reader, integer, `SELECT CAST(coalesce(sum(prompt + completion), 0) AS BIGINT) FROM usage
		WHERE principal = $1 AND day = $2`, who.ID, day)
	return n, s.fault("look up what somebody used", err)
}

// UsageReport returns what everybody used from a day to another, both included, by day, name and model. CodeMayNot
// unless who sees what others use.
func (s *Store) UsageReport(ctx context.Context, who chat.Principal, from, to string) ([]UsageRow, error) {
	if err := s.right(ctx, who, people.ReadUsage); err != nil {
		return nil, err
	}
	for _, f := range []struct{ name, day string }{{"from", from}, {"to", to}} {
		if err := checkDay(f.name, f.day); err != nil {
			return nil, err
		}
	}
	all, err := rows(ctx, s.reader, func(r scanner) (u UsageRow, err error) {
		err = r.Scan(&u.Principal, &u.Name, &u.Day, &u.Model, &u.Requests, &u.Prompt, &u.Cached, &u.Written)
		return u, err
	}, `SELECT usage.principal, principals.name, usage.day, usage.model, usage.requests, usage.prompt, usage.cached, usage.completion
		FROM usage JOIN principals ON principals.id = usage.principal
		WHERE usage.day >= $1 AND usage.day <= $2
		ORDER BY usage.day, principals.name, usage.principal, usage.model`, from, to)
	return all, s.fault("report what was used", err)
}
