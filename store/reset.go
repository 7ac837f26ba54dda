package store

import (
	"context"
	"time"

	"exaone/chat"
)

// Reset is somebody's password that was chosen anew by a link that another made.
type Reset struct {
	ID string    // of the link
	By string    // name of whoever made the link; "" is the console
	At time.Time // when it was used
}

// firstPassword is how long after a person was made a link still gives them their first password, if they have not been
// signed in before.
const firstPassword = time.Minute

// Resets returns the latest three resets of who since a time, newest first: whoever was let in without the password may
// not have been them. A link made with the person, for a first password, is none.
func (s *Store) Resets(ctx context.Context, who chat.Principal, since time.Time) ([]Reset, error) {
	all, err := rows(ctx, s.reader, func(r scanner) (one Reset, err error) {
		var used int64
		err = r.Scan(&one.ID, &one.By, &used)
		one.At = moment(used)
		return one, err
	}, `SELECT links.id, COALESCE(maker.name, ''), links.used FROM links
		JOIN principals AS person ON person.id = links.person LEFT JOIN principals AS maker ON maker.id = links.principal
		WHERE links.kind = 'reset' AND links.person = $1 AND links.used > $2 AND (links.created > person.created + $3
			OR EXISTS (SELECT 1 FROM sessions WHERE sessions.principal = $1 AND sessions.created < links.used))
		ORDER BY links.used DESC LIMIT 3`, who.ID, milliseconds(since), firstPassword.Milliseconds())
	return all, s.fault("read resets", err)
}
