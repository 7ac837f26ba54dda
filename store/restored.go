package store

import (
	"context"
	"database/sql"
	"slices"
)

// Restored is what a restoration ended, because it may have been ended since the backup was made, and the keys that let
// somebody in as they did then: programs need them, so that whoever restores says which go.
type Restored struct {
	Sessions, Links int
	Keys            []RestoredKey
}

// RestoredKey is a key that may be used.
type RestoredKey struct{ ID, Name, Owner string }

// endRestored ends the sessions and links of a store that is being restored, and puts on record that it was.
func (s *Store) endRestored(ctx context.Context, tx *sql.Tx) (done Restored, err error) {
	names, err := rows(ctx, tx, text, s.dialect.tables)
	if err != nil {
		return done, err
	}
	at := milliseconds(now())
	for _, step := range []struct {
		table, query string
		ended        *int
	}{
		{"sessions", `UPDATE sessions SET ended = $1 WHERE ended = 0`, &done.Sessions},
		{"links", `UPDATE links SET revoked = $1 WHERE used = 0 AND revoked = 0`, &done.Links},
	} {
		if !slices.Contains(names, step.table) {
			continue // of a version that has none
		}
		result, err := tx.Exec(step.query, at)
		if err != nil {
			return done, err
		}
		n, err := result.RowsAffected()
		if err != nil {
			return done, err
		}
		*step.ended = int(n)
	}
	done.Keys, err = rows(ctx, tx, func(r scanner) (k RestoredKey, err error) {
		err = r.Scan(&k.ID, &k.Name, &k.Owner)
		return k, err
	}, `SELECT keys.id, keys.name, principals.name FROM keys JOIN principals ON principals.id = keys.principal
		WHERE keys.revoked = 0 AND (keys.expires = 0 OR keys.expires > $1) AND principals.disabled = 0
		ORDER BY keys.created, keys.id`, at)
	if err != nil {
		return done, err
	}
	ids := make([]string, len(done.Keys))
	for i, k := range done.Keys {
		ids[i] = k.ID
	}
	return done, appendAudit(tx, System, "backup.restore", "", map[string]any{
		"sessions_ended": done.Sessions, "links_revoked": done.Links, "keys": listed(ids)})
}
