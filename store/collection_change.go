package store

import (
	"context"
	"database/sql"
	"slices"

	"exaone/chat"
)

// CollectionChange is what should be otherwise; nil stays as it is.
type CollectionChange struct {
	Name    *string
	Parent  *string   // "" takes it out of the one that it is in
	Readers *[]string // who else may read what is in it
}

// UpdateCollection changes a collection of who and returns what it is then. Documents that have the readers of their
// collection have the new ones when it returns. Who may read it is recorded. CodeNoCollection if it or its parent is not
// theirs, CodeBadField.
func (s *Store) UpdateCollection(ctx context.Context, who chat.Principal, id string, change CollectionChange) (c Collection, err error) {
	err = s.write(ctx, "change a collection", func(tx *sql.Tx) error {
		if c, err = ownCollection(ctx, tx, who, id); err != nil {
			return err
		}
		before, err := collectionReaders(ctx, tx, id)
		if err != nil {
			return err
		}
		below, err := collectionsBelow(ctx, tx, id)
		if err != nil {
			return err
		}
		moved := change.Parent != nil && *change.Parent != c.Parent
		set(&c.Name, change.Name)
		set(&c.Parent, change.Parent)
		if err := checkName("name", c.Name); err != nil {
			return err
		}
		if moved {
			if err := requireParent(ctx, tx, who, c.Parent, below); err != nil {
				return err
			}
		}
		c.Updated = now()
		if change.Readers != nil {
			if _, err := tx.Exec(`DELETE FROM collection_readers WHERE collection = $1`, id); err != nil {
				return err
			}
			readers := slices.Compact(slices.Sorted(slices.Values(*change.Readers)))
			if err := insertCollectionReaders(ctx, tx, who, id, readers, c.Updated); err != nil {
				return err
			}
		}
		_, err = tx.Exec(`UPDATE collections SET name = $2, parent = $3, updated = $4 WHERE id = $1`, id, c.Name, c.Parent, milliseconds(c.Updated))
		if err != nil {
			return err
		}
		after, err := collectionReaders(ctx, tx, id)
		if err != nil || slices.Equal(before, after) {
			return err
		}
		for _, one := range below {
			if err := passReaders(ctx, tx, who, one); err != nil {
				return err
			}
		}
		return appendAudit(tx, who, "collection.readers", id, map[string]any{"readers": listed(after), "readers_before": listed(before)})
	})
	if err != nil {
		return Collection{}, err
	}
	return c, nil
}

// passReaders gives the documents in a collection that have its readers those that it has now.
func passReaders(ctx context.Context, tx *sql.Tx, who chat.Principal, collection string) error {
	const inheriting = `collection = $1 AND inherits = 1 AND deleted = 0`
	readers, err := collectionReaders(ctx, tx, collection)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM document_readers WHERE document IN (SELECT id FROM documents WHERE `+inheriting+`)`, collection); err != nil {
		return err
	}
	at := milliseconds(now())
	for _, subject := range readers {
		_, err := tx.Exec(`INSERT INTO document_readers (document, subject, principal, created)
			SELECT documents.id, $2, $3, $4 FROM documents WHERE `+inheriting, collection, subject, who.ID, at)
		if err != nil {
			return err
		}
	}
	kinds, err := rows(ctx, tx, scanDocument, `SELECT DISTINCT '', principal, '', grade, '', 0, 0, 0, '', '', 0 FROM documents WHERE `+inheriting, collection)
	if err != nil {
		return err
	}
	for _, d := range kinds {
		class, err := keepClass(tx, d.Grade, d.Owner, readers)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE documents SET class = $2 WHERE `+inheriting+` AND principal = $3 AND grade = $4`, collection, class, d.Owner, d.Grade)
		if err != nil {
			return err
		}
		err = moveInIndex(tx, `document IN (SELECT id FROM documents WHERE collection = $2 AND inherits = 1 AND deleted = 0 AND class = $1)`, class, collection)
		if err != nil {
			return err
		}
	}
	return nil
}

// DeleteCollection deletes a collection of who with all that is in it: collections and documents, as DeleteDocument does. It
// is recorded. CodeNoCollection if it is not theirs.
func (s *Store) DeleteCollection(ctx context.Context, who chat.Principal, id string) error {
	err := s.write(ctx, "delete a collection", func(tx *sql.Tx) error {
		c, err := ownCollection(ctx, tx, who, id)
		if err != nil {
			return err
		}
		below, err := collectionsBelow(ctx, tx, id)
		if err != nil {
			return err
		}
		documents := 0
		for _, one := range below {
			ids, err := rows(ctx, tx, text, `SELECT id FROM documents WHERE collection = $1 AND deleted = 0 ORDER BY id`, one)
			if err != nil {
				return err
			}
			for _, document := range ids {
				if err := deleteDocument(ctx, tx, who, document); err != nil {
					return err
				}
			}
			documents += len(ids)
			if _, err := tx.Exec(`DELETE FROM collection_readers WHERE collection = $1`, one); err != nil {
				return err
			}
			if _, err := tx.Exec(`DELETE FROM collections WHERE id = $1`, one); err != nil {
				return err
			}
		}
		return appendAudit(tx, who, "collection.delete", id, map[string]any{"name": sealed(c.Name), "documents": documents})
	})
	if err == nil {
		s.wipeSoon(ctx)
	}
	return err
}
