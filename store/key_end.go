package store

import (
	"context"
	"time"

	"exaone/chat"
)

// KeyEnd is when a key ends or ended: it expires, or was revoked.
type KeyEnd struct {
	ID string
	At time.Time
}

// KeyEnds returns the ends of everybody's keys that lie after a time, soonest first. A key that never expires and was
// not revoked has none. It is for the program itself, which deletes what was kept of what a key asked.
func (s *Store) KeyEnds(ctx context.Context, who chat.Principal, after time.Time) ([]KeyEnd, error) {
	if err := program(who); err != nil {
		return nil, err
	}
	all, err := rows(ctx, s.reader, func(r scanner) (k KeyEnd, err error) {
		var at int64
		err = r.Scan(&k.ID, &at)
		k.At = moment(at)
		return k, err
	}, `SELECT id, ends FROM
			(SELECT id, CASE WHEN revoked > 0 THEN revoked ELSE expires END AS ends FROM keys) AS k
		WHERE ends > $1 ORDER BY ends, id`, milliseconds(after))
	return all, s.fault("list the ends of keys", err)
}
