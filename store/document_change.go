package store

import (
	"context"
	"database/sql"
	"slices"

	"exaone/chat"
)

// DocumentChange is what should be otherwise; nil stays as it is.
type DocumentChange struct {
	Name       *string
	Grade      *int
	Readers    *[]string // who else may read it, whoever may read its collection
	Collection *string   // one of one's own; "" takes it out of the one that it is in
	Inherits   *bool     // whether its readers are those of its collection; false leaves those that it has
}

// UpdateDocument changes a document of who and returns what it is then. A document that is moved has the readers of where it
// comes to be if it had those of where it was, or none; in no collection it keeps those that it had. Who may read it and how
// confidential it is are recorded. CodeNoDocument if it is not theirs, CodeNoCollection, CodeBadField, CodeGradeAbove.
func (s *Store) UpdateDocument(ctx context.Context, who chat.Principal, id string, change DocumentChange) (d Document, err error) {
	err = s.write(ctx, "change a document", func(tx *sql.Tx) error {
		if d, err = ownDocument(ctx, tx, who, id); err != nil {
			return err
		}
		before, err := documentReaders(ctx, tx, id)
		if err != nil {
			return err
		}
		grade := d.Grade
		readers, err := applyDocument(ctx, tx, who, &d, before, change)
		if err != nil {
			return err
		}
		d.Updated = now()
		if !slices.Equal(before, readers) {
			if _, err := tx.Exec(`DELETE FROM document_readers WHERE document = $1`, id); err != nil {
				return err
			}
			if err := insertReaders(ctx, tx, who, id, readers, d.Updated); err != nil {
				return err
			}
		}
		if d.Class, err = keepClass(tx, d.Grade, d.Owner, readers); err != nil {
			return err
		}
		if err := setDocument(tx, d); err != nil {
			return err
		}
		if change.Name != nil { // the index has its title: no class is called so, and it is put in again
			if _, err := tx.Exec(`UPDATE document_versions SET indexed = '`+InIndexForOthers+`' WHERE document = $1 AND indexed <> ''`, id); err != nil {
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

// documentReaders are those who else may read a document, sorted.
func documentReaders(ctx context.Context, q querier, id string) ([]string, error) {
	return rows(ctx, q, text, `SELECT subject FROM document_readers WHERE document = $1 ORDER BY subject`, id)
}

// applyDocument changes a document of who that has some readers, and returns those that it has then.
func applyDocument(ctx context.Context, q querier, who chat.Principal, d *Document, readers []string, change DocumentChange) ([]string, error) {
	moved := change.Collection != nil && *change.Collection != d.Collection
	set(&d.Name, change.Name)
	set(&d.Grade, change.Grade)
	set(&d.Collection, change.Collection)
	switch {
	case change.Readers != nil:
		readers, d.Inherits = slices.Compact(slices.Sorted(slices.Values(*change.Readers))), false
	case moved && d.Collection == "":
		d.Inherits = false
	case moved && len(readers) == 0:
		d.Inherits = true
	}
	set(&d.Inherits, change.Inherits)
	spec := DocumentSpec{Readers: readers}
	if d.Inherits {
		if change.Readers != nil || d.Collection == "" {
			return nil, chat.NewError(chat.CodeBadField, nil, "inherits", true, "collection")
		}
		spec.Readers = nil
	}
	if d.Conversation != "" && change.Grade != nil {
		return nil, chat.NewError(chat.CodeBadField, nil, "grade", *change.Grade, "…") // it is its conversation's
	}
	if err := checkDocument(*d, spec); err != nil {
		return nil, err
	}
	if err := placeDocument(ctx, q, who, d); err != nil {
		return nil, err
	}
	if d.Inherits {
		return collectionReaders(ctx, q, d.Collection)
	}
	return readers, nil
}

// setDocument writes what may change of a document, and gives all that belongs to it its grade.
func setDocument(tx *sql.Tx, d Document) error {
	_, err := tx.Exec(`UPDATE documents SET name = $2, grade = $3, class = $4, updated = $5, collection = $6, inherits = $7 WHERE id = $1`,
		d.ID, d.Name, d.Grade, d.Class, milliseconds(d.Updated), d.Collection, bit(d.Inherits))
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE document_versions SET grade = $2 WHERE document = $1`, d.ID, d.Grade); err != nil {
		return err
	}
	if err := moveInIndex(tx, `document = $2`, d.Class, d.ID); err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE blob_refs SET grade = $2 WHERE object IN (SELECT 'version:' || id FROM document_versions WHERE document = $1)`, d.ID, d.Grade)
	return err
}

// CancelVersion stops the reading of a version of a document of who. What was read of it until then is dropped; what had been
// read before it was to be read again stays, and so does one that is read already.
func (s *Store) CancelVersion(ctx context.Context, who chat.Principal, id string) error {
	return s.write(ctx, "cancel the reading of a document", func(tx *sql.Tx) error {
		v, err := ownVersion(ctx, tx, who, id)
		if err != nil || v.State != VersionWaiting {
			return err
		}
		return cancelReading(tx, v.Job, id)
	})
}

// cancelReading ends a job, unless it is over, and the waiting of the version that it is to read. A version that waits for another
// job by now is that one's.
func cancelReading(tx *sql.Tx, job, version string) error {
	at := milliseconds(now())
	_, err := tx.Exec(`UPDATE document_versions SET state = `+unlessRead(VersionCancelled)+`, updated = $3
		WHERE id = $1 AND job = $2 AND state = 'waiting'`, version, job, at)
	if err != nil {
		return err
	}
	return endJob(tx, job, at)
}

// RetryVersion asks once more for a version that could not be read, or was cancelled, or whose reading ended before it did. What
// there is of the last is there until there is more.
func (s *Store) RetryVersion(ctx context.Context, who chat.Principal, id string) error {
	return s.write(ctx, "read a document again", func(tx *sql.Tx) error {
		v, err := ownVersion(ctx, tx, who, id)
		if err != nil {
			return err
		}
		half := v.State == VersionRead && v.Cut
		if v.State != VersionFailed && v.State != VersionCancelled && !half {
			return nil
		}
		return readAgain(ctx, tx, v, who.ID, half)
	})
}

// ownVersion is a version of a document of who, or CodeNoDocument.
func ownVersion(ctx context.Context, q querier, who chat.Principal, id string) (Version, error) {
	v, ok, err := row(ctx, q, scanVersion, `SELECT `+versionColumns+` FROM document_versions AS v JOIN documents ON documents.id = v.document
		WHERE v.id = $2 AND documents.principal = $1 AND `+readable(1), who.ID, id)
	if err == nil && !ok {
		err = chat.NewError(chat.CodeNoDocument, nil, id)
	}
	return v, err
}

// readAgain makes a version one that waits, with a new job on somebody's behalf. has says that there is what was read of it: then
// its manifest says so, see Version.HasReading, and the index has it as before.
func readAgain(ctx context.Context, tx *sql.Tx, v Version, by string, has bool) error {
	grade, _, err := row(ctx, tx, integer, `SELECT grade FROM document_versions WHERE id = $1`, v.ID)
	if err != nil {
		return err
	}
	manifest, indexed, embedded := "", "", ""
	if has {
		manifest, indexed, embedded = string(v.Manifest), v.Indexed, v.Embedded
	}
	at := now()
	v.Job = newID("job")
	if err := insertReading(ctx, tx, v, by, int(grade), at); err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE document_versions SET state = 'waiting', job = $2, copy_of = '', indexed = $5, embedded = $6, error_code = '',
		error_params = '[]', manifest = $4, updated = $3 WHERE id = $1`, v.ID, v.Job, milliseconds(at), manifest, indexed, embedded)
	return err
}

// DeleteDocument deletes a document of who: it is nowhere any more when it returns. What was in its files, what was read of it
// and what answers have of it goes then, or soon; see wipeDocuments. It is recorded. CodeNoDocument if it is not theirs.
func (s *Store) DeleteDocument(ctx context.Context, who chat.Principal, id string) error {
	err := s.write(ctx, "delete a document", func(tx *sql.Tx) error {
		if _, err := ownDocument(ctx, tx, who, id); err != nil {
			return err
		}
		return deleteDocument(ctx, tx, who, id)
	})
	if err == nil {
		s.wipeSoon(ctx)
	}
	return err
}

// deleteDocument marks a document as deleted, so that nobody sees it any more. The rest is for wipeDocuments, after the
// transaction.
func deleteDocument(ctx context.Context, tx *sql.Tx, by chat.Principal, id string) error {
	name, ok, err := row(ctx, tx, text, `UPDATE documents SET deleted = $2, updated = $2 WHERE id = $1 AND deleted = 0 RETURNING name`,
		id, milliseconds(now()))
	if err != nil || !ok {
		return err
	}
	return appendAudit(tx, by, "document.delete", id, map[string]any{"name": sealed(name)})
}

// reclassDocuments works out anew who may read the documents of somebody who has come by some.
func reclassDocuments(ctx context.Context, tx *sql.Tx, owner string) error {
	all, err := rows(ctx, tx, scanDocument, `SELECT `+documentColumns+` FROM documents WHERE principal = $1 AND deleted = 0`, owner)
	if err != nil {
		return err
	}
	for _, d := range all {
		readers, err := documentReaders(ctx, tx, d.ID)
		if err != nil {
			return err
		}
		class, err := keepClass(tx, d.Grade, owner, readers)
		if err != nil {
			return err
		}
		if class != d.Class {
			if _, err := tx.Exec(`UPDATE documents SET class = $2 WHERE id = $1`, d.ID, class); err != nil {
				return err
			}
			if err := moveInIndex(tx, `document = $2`, class, d.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// dropReader takes a team that is no more from the readers of documents.
func dropReader(ctx context.Context, tx *sql.Tx, team string) error {
	owners, err := rows(ctx, tx, text, `SELECT DISTINCT documents.principal FROM documents JOIN document_readers ON document_readers.document = documents.id
		WHERE document_readers.subject = $1 ORDER BY documents.principal`, team)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM document_readers WHERE subject = $1`, team); err != nil {
		return err
	}
	for _, owner := range owners {
		if err := reclassDocuments(ctx, tx, owner); err != nil {
			return err
		}
	}
	return nil
}
