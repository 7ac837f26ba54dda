package store

import (
	"context"
	"database/sql"
)

// Deleting a document takes several steps, each of which may be done again after a crash:
//
//	delete      the row says so: nobody sees the document any more, and its name's salted hash is on record
//	wipe        its name, its readers, its blobs, the parts of works, and the jobs that read it go
//	redact      what answers have of it is taken out of them, of their events, and of what can be found
//	index       whoever keeps the index purges it and drops what was read (GoneVersions, ForgetVersion); the versions' rows go
//	scrub       what the database keeps of what was deleted is overwritten (Scrub)
//
// A row with an id and a time stays, for what cited it.

// redactAtOnce is how many messages are redacted in one transaction.
const redactAtOnce = 32

// wipeSoon wipes what was deleted: before it returns if that is little, or else in the background.
func (s *Store) wipeSoon(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	documents, _, err := row(ctx, s.reader, integer, `SELECT count(*) FROM documents WHERE `+unwiped)
	messages := int64(0)
	if err == nil {
		messages, _, err = row(ctx, s.reader, integer, `SELECT count(*) FROM message_sources WHERE version IN (SELECT v.id FROM document_versions AS v
			JOIN documents ON documents.id = v.document WHERE documents.deleted <> 0)`)
	}
	if err != nil || documents > wipeAtOnce || messages > redactAtOnce {
		s.wipeLater()
		return
	}
	if err := s.wipeDeleted(ctx); err != nil {
		s.log.Warn("what is left of deleted documents is there until the next start", "err", err)
	}
	s.scrubLater()
}

// unwiped picks deleted documents that have still something to be wiped.
const unwiped = `documents.deleted <> 0 AND documents.name <> ''`

// wipeDeleted wipes all that was deleted, some in each transaction.
func (s *Store) wipeDeleted(ctx context.Context) error {
	if err := s.wipeConversations(ctx); err != nil {
		return err
	}
	if err := s.wipeDocuments(ctx); err != nil {
		return err
	}
	return s.redactGone(ctx, "")
}

// inBatches takes away what next still finds, a batch in each transaction, until it finds nothing: between two of them others
// write. take takes away a batch and returns the files that go with it, for dropFiles; next must not find the batch again.
func inBatches[T any](ctx context.Context, s *Store, doing string, next func() ([]T, error), take func(*sql.Tx, []T) (gone []string, err error)) error {
	for {
		batch, err := next()
		if err != nil || len(batch) == 0 {
			return s.fault(doing, err)
		}
		var gone []string
		err = s.write(ctx, doing, func(tx *sql.Tx) (err error) {
			gone, err = take(tx, batch)
			return err
		})
		if err != nil {
			return err
		}
		s.dropFiles(ctx, gone)
	}
}

// oneByOne takes away the members of a batch one after another.
func oneByOne[T any](ctx context.Context, take func(context.Context, *sql.Tx, T) ([]string, error)) func(*sql.Tx, []T) ([]string, error) {
	return func(tx *sql.Tx, batch []T) (gone []string, err error) {
		for _, one := range batch {
			files, err := take(ctx, tx, one)
			if err != nil {
				return nil, err
			}
			gone = append(gone, files...)
		}
		return gone, nil
	}
}

// wipeDocuments wipes documents that were deleted.
func (s *Store) wipeDocuments(ctx context.Context) error {
	return inBatches(ctx, s, "wipe deleted documents", func() ([]string, error) {
		return rows(ctx, s.reader, text, `SELECT id FROM documents WHERE `+unwiped+` ORDER BY id LIMIT $1`, wipeAtOnce)
	}, oneByOne(ctx, wipeDocument))
}

// wipeDocument wipes one, and returns the files that went with it, for dropFiles.
func wipeDocument(ctx context.Context, tx *sql.Tx, id string) (gone []string, err error) {
	const versions = `(SELECT id FROM document_versions WHERE document = $1)`
	for _, query := range []string{
		`UPDATE jobs SET error_code = '', error_params = '[]', state = CASE WHEN state IN ('queued', 'running') THEN 'cancelled' ELSE state END,
			finished = CASE WHEN finished = 0 THEN created ELSE finished END
			WHERE kind = '` + JobDocument + `' AND payload IN (SELECT '{"version":"' || id || '"}' FROM document_versions WHERE document = $1)`,
		`DELETE FROM digests WHERE version IN ` + versions + ` OR other IN ` + versions,
		`DELETE FROM document_readers WHERE document = $1`,
		`UPDATE documents SET name = '', class = '', collection = '', conversation = '', inherits = 0 WHERE id = $1`,
		`UPDATE document_versions SET copy_of = '' WHERE copy_of IN ` + versions,
		`UPDATE document_versions SET name = '', manifest = '', mime = '', error_code = '', error_params = '[]', state = 'cancelled' WHERE document = $1`,
	} {
		if _, err := tx.Exec(query, id); err != nil {
			return nil, err
		}
	}
	return letGo(ctx, tx, `object IN (SELECT 'version:' || id FROM document_versions WHERE document = $1)`, id)
}

// redactGone takes what rests on deleted documents out of messages: on one version of them, or on any for "". Answers that are
// being written are redacted when they end.
func (s *Store) redactGone(ctx context.Context, version string) error {
	type source struct{ message, version string }
	return inBatches(ctx, s, "take deleted documents out of answers", func() ([]source, error) {
		return rows(ctx, s.reader, func(r scanner) (one source, err error) {
			err = r.Scan(&one.message, &one.version)
			return one, err
		}, `SELECT message_sources.message, message_sources.version FROM message_sources JOIN messages ON messages.id = message_sources.message
			JOIN document_versions AS v ON v.id = message_sources.version JOIN documents ON documents.id = v.document
			WHERE documents.deleted <> 0 AND messages.state <> 'writing' AND ($1 = '' OR v.id = $1)
			ORDER BY message_sources.message, message_sources.version LIMIT $2`, version, redactAtOnce)
	}, func(tx *sql.Tx, all []source) (gone []string, err error) {
		for i := 0; i < len(all); {
			message, versions := all[i].message, map[string]bool{}
			for ; i < len(all) && all[i].message == message; i++ {
				versions[all[i].version] = true
			}
			files, err := redact(ctx, tx, message, versions)
			if err != nil {
				return nil, err
			}
			gone = append(gone, files...)
		}
		return gone, nil
	})
}
