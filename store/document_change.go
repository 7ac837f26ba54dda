package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"exaone/chat"
)

// DocumentChange is what should be otherwise; nil stays as it is.
type DocumentChange struct {
	Name    *string
	Grade   *int
	Readers *[]string // who else may read it
}

// UpdateDocument changes a document of who and returns what it is then. Who may read it and how confidential it is
// are recorded. CodeNoDocument if it is not theirs, CodeBadField, CodeGradeAbove.
func (s *Store) UpdateDocument(ctx context.Context, who chat.Principal, id string, change DocumentChange) (d Document, err error) {
	err = s.write(ctx, "change a document", func(tx *sql.Tx) error {
		if d, err = ownDocument(ctx, tx, who, id); err != nil {
			return err
		}
		readers, err := rows(ctx, tx, text, `SELECT subject FROM document_readers WHERE document = $1 ORDER BY subject`, id)
		if err != nil {
			return err
		}
		before, grade := readers, d.Grade
		set(&d.Name, change.Name)
		set(&d.Grade, change.Grade)
		if err := checkName("name", d.Name); err != nil {
			return err
		}
		if err := requireGrade(ctx, tx, who, d.Grade); err != nil {
			return err
		}
		d.Updated = now()
		if change.Readers != nil {
			readers = slices.Compact(slices.Sorted(slices.Values(*change.Readers)))
			if _, err := tx.Exec(`DELETE FROM document_readers WHERE document = $1`, id); err != nil {
				return err
			}
			if err := insertReaders(ctx, tx, who, id, readers, d.Updated); err != nil {
				return err
			}
		}
		d.Class = classOf(d.Grade, d.Owner, readers)
		if err := setDocument(tx, d); err != nil {
			return err
		}
		if change.Name != nil { // the index has its title: no class is called so, and it is put in again
			if _, err := tx.Exec(`UPDATE document_versions SET indexed = '-' WHERE document = $1 AND indexed <> ''`, id); err != nil {
				return err
			}
		}
		if grade != d.Grade {
			if err := appendAudit(tx, who, "document.grade", id, map[string]any{"grade": d.Grade, "grade_before": grade}); err != nil {
				return err
			}
		}
		if slices.Equal(before, readers) {
			return nil
		}
		return appendAudit(tx, who, "document.readers", id, map[string]any{"readers": listed(readers), "readers_before": listed(before)})
	})
	if err != nil {
		return Document{}, err
	}
	return d, nil
}

// setDocument writes what may change of a document, and gives all that belongs to it its grade.
func setDocument(tx *sql.Tx, d Document) error {
	_, err := tx.Exec(`UPDATE documents SET name = $2, grade = $3, class = $4, updated = $5 WHERE id = $1`,
		d.ID, d.Name, d.Grade, d.Class, milliseconds(d.Updated))
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE document_versions SET grade = $2 WHERE document = $1`, d.ID, d.Grade); err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE blob_refs SET grade = $2 WHERE object IN (SELECT 'version:' || id FROM document_versions WHERE document = $1)`, d.ID, d.Grade)
	return err
}

// CancelVersion stops the reading of a version of a document of who. What was read of it until then is dropped. One
// that is read already stays.
func (s *Store) CancelVersion(ctx context.Context, who chat.Principal, id string) error {
	return s.write(ctx, "cancel the reading of a document", func(tx *sql.Tx) error {
		v, ok, err := row(ctx, tx, scanVersion, `SELECT `+versionColumns+` FROM document_versions AS v JOIN documents ON documents.id = v.document
			WHERE v.id = $2 AND documents.principal = $1 AND `+readable(1), who.ID, id)
		if err != nil {
			return err
		}
		if !ok {
			return chat.NewError(chat.CodeNoDocument, nil, id)
		}
		if v.State != VersionWaiting {
			return nil
		}
		at := milliseconds(now())
		if _, err := tx.Exec(`UPDATE document_versions SET state = 'cancelled', updated = $2 WHERE id = $1`, id, at); err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE jobs SET state = 'cancelled', finished = $2 WHERE id = $1 AND state IN ('queued', 'running')`, v.Job, at)
		return err
	})
}

// RetryVersion asks once more for a version that could not be read, or was cancelled.
func (s *Store) RetryVersion(ctx context.Context, who chat.Principal, id string) error {
	return s.write(ctx, "read a document again", func(tx *sql.Tx) error {
		v, ok, err := row(ctx, tx, scanVersion, `SELECT `+versionColumns+` FROM document_versions AS v JOIN documents ON documents.id = v.document
			WHERE v.id = $2 AND documents.principal = $1 AND `+readable(1), who.ID, id)
		if err != nil {
			return err
		}
		if !ok {
			return chat.NewError(chat.CodeNoDocument, nil, id)
		}
		if v.State != VersionFailed && v.State != VersionCancelled {
			return nil
		}
		return readAgain(tx, v, who.ID)
	})
}

// readAgain makes a version one that waits, with a new job on somebody's behalf.
func readAgain(tx *sql.Tx, v Version, by string) error {
	payload, err := json.Marshal(DocumentJob{v.ID})
	if err != nil {
		return err
	}
	job, at := newID("job"), milliseconds(now())
	_, err = tx.Exec(`INSERT INTO jobs (id, principal, kind, payload, grade, state, max_attempts, not_before, created)
		SELECT $1, $2, $3, $4, grade, $5, $6, $7, $7 FROM document_versions WHERE id = $8`,
		job, by, JobDocument, string(payload), string(JobQueued), documentAttempts, at, v.ID)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE document_versions SET state = 'waiting', job = $2, copy_of = '', indexed = '', embedded = '', error_code = '',
		error_params = '[]', updated = $3 WHERE id = $1`, v.ID, job, at)
	return err
}

// DeleteDocument deletes a document of who: its files go now, its row keeps only that it was there, and what was read of
// it goes when whoever keeps the index has taken it out (GoneVersions). It is recorded. CodeNoDocument if it is not
// theirs.
func (s *Store) DeleteDocument(ctx context.Context, who chat.Principal, id string) error {
	var gone []string
	err := s.write(ctx, "delete a document", func(tx *sql.Tx) error {
		if _, err := ownDocument(ctx, tx, who, id); err != nil {
			return err
		}
		var err error
		gone, err = deleteDocument(ctx, tx, who, id)
		return err
	})
	if err == nil {
		s.dropFiles(ctx, gone)
		s.wipeLater()
	}
	return err
}

func deleteDocument(ctx context.Context, tx *sql.Tx, who chat.Principal, id string) (gone []string, err error) {
	at := milliseconds(now())
	for _, query := range []string{
		`UPDATE documents SET name = '', class = '', deleted = $2, updated = $2 WHERE id = $1`,
		`UPDATE jobs SET state = 'cancelled', finished = $2 WHERE id IN (SELECT job FROM document_versions WHERE document = $1) AND state IN ('queued', 'running')`,
		`UPDATE document_versions SET name = '', manifest = '', mime = '', updated = $2, state = 'cancelled' WHERE document = $1`,
	} {
		if _, err := tx.Exec(query, id, at); err != nil {
			return nil, err
		}
	}
	if _, err := tx.Exec(`DELETE FROM document_readers WHERE document = $1`, id); err != nil {
		return nil, err
	}
	gone, err = letGo(ctx, tx, `object IN (SELECT 'version:' || id FROM document_versions WHERE document = $1)`, id)
	if err != nil {
		return nil, err
	}
	return gone, appendAudit(tx, who, "document.delete", id, nil)
}

// reclassDocuments works out anew who may read the documents of somebody who has come by some.
func reclassDocuments(ctx context.Context, tx *sql.Tx, owner string) error {
	all, err := rows(ctx, tx, scanDocument, `SELECT `+documentColumns+` FROM documents WHERE principal = $1 AND deleted = 0`, owner)
	if err != nil {
		return err
	}
	for _, d := range all {
		readers, err := rows(ctx, tx, text, `SELECT subject FROM document_readers WHERE document = $1`, d.ID)
		if err != nil {
			return err
		}
		if class := classOf(d.Grade, owner, readers); class != d.Class {
			if _, err := tx.Exec(`UPDATE documents SET class = $2 WHERE id = $1`, d.ID, class); err != nil {
				return err
			}
		}
	}
	return nil
}
