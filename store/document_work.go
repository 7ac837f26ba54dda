package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"exaone/chat"
)

// What follows is for the program itself, which reads documents on behalf of those who put them in.

// WaitingVersion returns the version that a job is to read, and whether it is still to be read.
func (s *Store) WaitingVersion(ctx context.Context, who chat.Principal, id string) (v Version, ok bool, err error) {
	if err := program(who); err != nil {
		return Version{}, false, err
	}
	v, ok, err = row(ctx, s.reader, scanVersion, `SELECT `+versionColumns+` FROM document_versions AS v JOIN documents ON documents.id = v.document
		WHERE v.id = $1 AND v.state = 'waiting' AND documents.deleted = 0`, id)
	return v, ok, s.fault("read a version of a document", err)
}

// Entry is how the index has a version, or is to have it.
type Entry struct {
	Class string // names those who find it
	Title string
}

// EntryOf is how the index is to have a version now: as its document is. CodeNoDocument if that is deleted. It may be another by the
// time that the version is there, which IndexedVersion and FinishVersion find out.
func (s *Store) EntryOf(ctx context.Context, who chat.Principal, id string) (Entry, error) {
	if err := program(who); err != nil {
		return Entry{}, err
	}
	e, ok, err := row(ctx, s.reader, scanEntry, `SELECT documents.class, documents.name FROM documents
		WHERE id = (SELECT document FROM document_versions WHERE id = $1) AND deleted = 0`, id)
	if err == nil && !ok {
		err = chat.NewError(chat.CodeNoDocument, nil, id)
	}
	return e, s.fault("look how the index is to have a version", err)
}

func scanEntry(r scanner) (e Entry, err error) {
	err = r.Scan(&e.Class, &e.Title)
	return e, err
}

// VersionResult is what came of reading a version.
type VersionResult struct {
	Format                string
	Pages, Passages, Gaps int
	Manifest              json.RawMessage
}

// FinishVersion says that a version has been read and is in the index as an entry, and ends its job. Errors are
// those of Heartbeat; CodeNoDocument if it was cancelled or deleted meanwhile, or waits for another job. Vectors of an earlier
// reading are none of this one.
func (s *Store) FinishVersion(ctx context.Context, who chat.Principal, job Job, id string, has Entry, r VersionResult) error {
	if err := program(who); err != nil {
		return err
	}
	return s.write(ctx, "finish reading a document", func(tx *sql.Tx) error {
		at := milliseconds(now())
		result, err := tx.Exec(`UPDATE document_versions SET state = 'read', format = $2, pages = $3, passages = $4, gaps = $5, manifest = $6,
			indexed = `+indexedNow(7, 8)+`, embedded = '', error_code = '', error_params = '[]', updated = $9
			WHERE id = $1 AND state = 'waiting' AND job = $10`,
			id, r.Format, r.Pages, r.Passages, r.Gaps, string(r.Manifest), has.Class, has.Title, at, job.ID)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			if err == nil {
				err = chat.NewError(chat.CodeNoDocument, nil, id)
			}
			return err
		}
		_, err = tx.Exec(`UPDATE jobs SET state = 'done', done = $3, total = $3, finished = $4, error_code = '', error_params = '[]'
			WHERE id = $1 AND attempt = $2 AND state = 'running'`, job.ID, job.Attempt, r.Pages, at)
		return err
	})
}

// FailVersion says that a version cannot be read by its job, and why. Of one that could not be read again there is what there was;
// one that was cancelled, or waits for another job, stays as it is.
func (s *Store) FailVersion(ctx context.Context, who chat.Principal, job Job, id string, why *chat.Error) error {
	if err := program(who); err != nil {
		return err
	}
	params, err := encodeParams(why.Params)
	if err != nil {
		return err
	}
	return s.write(ctx, "note that a document cannot be read", func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE document_versions SET state = `+unlessRead(VersionFailed)+`, error_code = $2, error_params = $3, updated = $4
			WHERE id = $1 AND state = 'waiting' AND job = $5`, id, string(why.Code), params, milliseconds(now()), job.ID)
		return err
	})
}

// InIndexForOthers is what is in the place of a version's class in the index while that is not its document's: the document has
// other readers now, or another name. It is no class.
const InIndexForOthers = "-"

// indexedNow is what is noted of a version that has been put into the index under the class and the title that are the query's
// parameters of two numbers: its document may have others by now.
func indexedNow(class, title int) string {
	return fmt.Sprintf(`CASE WHEN $%[1]d = '' OR EXISTS (SELECT 1 FROM documents WHERE documents.id = document_versions.document
		AND documents.class = $%[1]d AND documents.name = $%[2]d) THEN $%[1]d ELSE '%[3]s' END`, class, title, InIndexForOthers)
}

// IndexedVersion says as what the index has a version now. Without a class it has it not, or with other words than were read of it, and
// with InIndexForOthers it may have it otherwise than its document is.
func (s *Store) IndexedVersion(ctx context.Context, who chat.Principal, id string, has Entry) error {
	if err := program(who); err != nil {
		return err
	}
	return s.write(ctx, "note what is in the index", func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE document_versions SET indexed = `+indexedNow(2, 3)+` WHERE id = $1`, id, has.Class, has.Title)
		return err
	})
}

// HasReading reports whether there is something that was read of a version of a document that is there; see Version.HasReading.
func (s *Store) HasReading(ctx context.Context, who chat.Principal, id string) (bool, error) {
	if err := program(who); err != nil {
		return false, err
	}
	v, ok, err := row(ctx, s.reader, scanVersion, `SELECT `+versionColumns+` FROM document_versions AS v JOIN documents ON documents.id = v.document
		WHERE v.id = $1 AND documents.deleted = 0`, id)
	return ok && v.HasReading(), s.fault("look what was read of a version", err)
}

// EmbeddedVersion says which model made the vectors of a version.
func (s *Store) EmbeddedVersion(ctx context.Context, who chat.Principal, id, model string) error {
	if err := program(who); err != nil {
		return err
	}
	return s.write(ctx, "note what has vectors", func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE document_versions SET embedded = $2 WHERE id = $1`, id, model)
		return err
	})
}

// ReadVersion is a version of which there is what was read, as the index is to have it.
type ReadVersion struct {
	ID string
	Entry
	Indexed  string // the class under which it has it
	Embedded string
}

func scanReadVersion(r scanner) (v ReadVersion, err error) {
	err = r.Scan(&v.ID, &v.Class, &v.Title, &v.Indexed, &v.Embedded)
	return v, err
}

// newest is the condition that no newer version of its document has been read: the older ones are kept for what cites them,
// and are in no index. One that is being read again has been read: else an older one would be in the index beside it meanwhile.
func newest() string {
	return `NOT EXISTS (SELECT 1 FROM document_versions AS later WHERE later.document = v.document AND later.number > v.number
		AND ` + hasReading("later") + `)`
}

// ReadVersions returns the newest version that has been read of each document, after one of an id, in the order of ids, at
// most limit of them: what the index is made again from. One that is being read again is among them, for what there is of it.
func (s *Store) ReadVersions(ctx context.Context, who chat.Principal, after string, limit int) ([]ReadVersion, error) {
	if err := program(who); err != nil {
		return nil, err
	}
	all, err := rows(ctx, s.reader, scanReadVersion, `SELECT v.id, documents.class, documents.name, v.indexed, v.embedded FROM document_versions AS v
		JOIN documents ON documents.id = v.document WHERE `+hasReading("v")+` AND documents.deleted = 0 AND `+newest()+` AND v.id > $1 ORDER BY v.id LIMIT $2`, after, limit)
	return all, s.fault("list what has been read", err)
}

// MovedVersions returns versions whose readers or names have changed since they were put into the index. One that is being read again
// is among them, for what there is of it: nobody knows when that ends.
func (s *Store) MovedVersions(ctx context.Context, who chat.Principal, limit int) ([]ReadVersion, error) {
	if err := program(who); err != nil {
		return nil, err
	}
	all, err := rows(ctx, s.reader, scanReadVersion, `SELECT v.id, documents.class, documents.name, v.indexed, v.embedded FROM document_versions AS v
		JOIN documents ON documents.id = v.document
		WHERE documents.deleted = 0 AND `+newest()+` AND v.id IN (
			SELECT id FROM document_versions WHERE state = 'read' AND (indexed = '' OR indexed = '-')
			UNION ALL SELECT id FROM document_versions WHERE state = 'waiting' AND indexed = '-' AND manifest <> '') ORDER BY v.id LIMIT $1`, limit)
	return all, s.fault("list what has to move in the index", err)
}

// SupersededVersions returns the ids of versions that the index still has though a newer one of their document has been read.
func (s *Store) SupersededVersions(ctx context.Context, who chat.Principal, limit int) ([]string, error) {
	if err := program(who); err != nil {
		return nil, err
	}
	all, err := rows(ctx, s.reader, text, `SELECT v.id FROM document_versions AS v
		WHERE v.document IN (SELECT document FROM document_versions WHERE number > 1)
			AND `+hasReading("v")+` AND v.indexed <> '' AND NOT `+newest()+` ORDER BY v.id LIMIT $1`, limit)
	return all, s.fault("list what is to leave the index", err)
}

// UnembeddedVersions returns newest versions in the index whose vectors are not of a model.
func (s *Store) UnembeddedVersions(ctx context.Context, who chat.Principal, model string, limit int) ([]ReadVersion, error) {
	if err := program(who); err != nil {
		return nil, err
	}
	all, err := rows(ctx, s.reader, scanReadVersion, `SELECT v.id, documents.class, documents.name, v.indexed, v.embedded FROM document_versions AS v
		JOIN documents ON documents.id = v.document
		WHERE v.state = 'read' AND documents.deleted = 0 AND `+newest()+` AND v.id IN (
			SELECT id FROM document_versions WHERE state = 'read' AND indexed <> '' AND embedded < $1
			UNION ALL SELECT id FROM document_versions WHERE state = 'read' AND indexed <> '' AND embedded > $1) ORDER BY v.created, v.id LIMIT $2`, model, limit)
	return all, s.fault("list what has no vectors", err)
}

// RereadVersion asks for a version to be read again, because what was read of it is lost: until then it has no manifest, and is
// not found. One that is being read again has lost what there was of it, and no more.
func (s *Store) RereadVersion(ctx context.Context, who chat.Principal, id string) error {
	if err := program(who); err != nil {
		return err
	}
	return s.write(ctx, "read a document again", func(tx *sql.Tx) error {
		v, ok, err := row(ctx, tx, scanVersion, `SELECT `+versionColumns+` FROM document_versions AS v WHERE v.id = $1 AND `+hasReading("v"), id)
		if err != nil || !ok {
			return err
		}
		if v.State == VersionWaiting {
			_, err := tx.Exec(`UPDATE document_versions SET manifest = '', indexed = '', embedded = '' WHERE id = $1`, id)
			return err
		}
		return readAgain(ctx, tx, v, v.By, false)
	})
}

// GoneVersions returns the ids of versions of deleted documents of which something may be left in the index and beside it.
func (s *Store) GoneVersions(ctx context.Context, who chat.Principal, limit int) ([]string, error) {
	if err := program(who); err != nil {
		return nil, err
	}
	all, err := rows(ctx, s.reader, text, `SELECT v.id FROM document_versions AS v
		WHERE v.document IN (SELECT id FROM documents WHERE deleted <> 0) ORDER BY v.id LIMIT $1`, limit)
	return all, s.fault("list what has been deleted", err)
}

// KnownVersions returns those of some ids that are of versions of documents that are there.
func (s *Store) KnownVersions(ctx context.Context, who chat.Principal, ids []string) ([]string, error) {
	if err := program(who); err != nil {
		return nil, err
	}
	marks, args := make([]string, len(ids)), make([]any, len(ids))
	for i, id := range ids {
		marks[i], args[i] = fmt.Sprintf("$%d", i+1), id
	}
	all, err := rows(ctx, s.reader, text, `SELECT v.id FROM document_versions AS v JOIN documents ON documents.id = v.document
		WHERE documents.deleted = 0 AND v.id IN (`+strings.Join(marks, ", ")+`)`, args...)
	return all, s.fault("look which versions there are", err)
}

// ForgetVersion removes the row of a version of a deleted document, once nothing of it is left: what is still to be wiped
// is wiped first.
func (s *Store) ForgetVersion(ctx context.Context, who chat.Principal, id string) error {
	if err := program(who); err != nil {
		return err
	}
	if err := s.wipeDocuments(ctx); err != nil {
		return err
	}
	if err := s.redactGone(ctx, id); err != nil {
		return err
	}
	defer s.scrubLater()
	return s.write(ctx, "forget a version", func(tx *sql.Tx) error {
		_, err := tx.Exec(`DELETE FROM document_versions WHERE id = $1 AND document IN (SELECT id FROM documents WHERE deleted <> 0)`, id)
		return err
	})
}
