package store

import (
	"context"
	"database/sql"
)

// What is deleted from a table is gone for whoever asks the database, and may still lie in its files. SQLite overwrites it
// (secure_delete), but for the index of words, which forgets what it had when its parts are merged, and for the log of what was
// written, which is emptied when it has been folded into the file. PostgreSQL does so when it vacuums, by itself.

// scrubStep is how many pages of the index of words are merged in one transaction: between two of them others write.
const scrubStep = 500

// Scrub overwrites what the files of the database still have of what was deleted, as far as no reader is in the way. A server
// calls it now and then; it goes by itself after deletions.
func (s *Store) Scrub(ctx context.Context) error {
	if s.postgres() {
		return nil
	}
	for step := -scrubStep; ; step = scrubStep { // the first makes all parts one to be merged
		var changes int64
		err := s.write(ctx, "merge the index of words", func(tx *sql.Tx) error {
			before, _, err := row(ctx, tx, integer, `SELECT total_changes()`)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(`INSERT INTO search_grams (search_grams, rank) VALUES ('merge', $1)`, step); err != nil {
				return err
			}
			changes, _, err = row(ctx, tx, integer, `SELECT total_changes()`)
			changes -= before
			return err
		})
		if err != nil {
			return err
		}
		if changes < 2 { // the statement itself is one
			break
		}
	}
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return s.fault("fold the log into the store", err)
	}
	defer conn.Close()
	_, err = conn.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return s.fault("fold the log into the store", err)
}

// scrubLater does so in the background; what is asked for meanwhile is done in one more go.
func (s *Store) scrubLater() {
	if s.postgres() || s.scrubbing.Swap(true) {
		return
	}
	s.background.Go(func() {
		s.scrubbing.Store(false)
		if err := s.Scrub(s.life); err != nil && s.life.Err() == nil {
			s.log.Warn("what was deleted is in the files of the store until it is scrubbed again", "err", err)
		}
	})
}
