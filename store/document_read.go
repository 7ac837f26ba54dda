package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"

	"exaone/chat"
)

// DocumentFilter says which documents are listed.
type DocumentFilter struct {
	Collection   *string   // only those in it, and not below; "" is those in none that who may see. nil is all
	Conversation string    // those that are part of it, and no other; "" is those of their own right
	After        *Document // the last one of the page before, nil for the first
	Limit        int       // 1 to 1000
}

// Documents returns documents that who may read, the one that changed last first.
func (s *Store) Documents(ctx context.Context, who chat.Principal, filter DocumentFilter) ([]Document, error) {
	limit := min(max(filter.Limit, 1), 1000)
	updated, id := int64(1)<<62, ""
	if filter.After != nil {
		updated, id = milliseconds(filter.After.Updated), filter.After.ID
	}
	args := []any{who.ID, updated, id, limit, filter.Conversation}
	query := withSeen(1) + `SELECT ` + documentColumns + ` FROM documents WHERE ` + readable(1) + `
		AND (documents.updated < $2 OR documents.updated = $2 AND documents.id > $3) AND documents.conversation = $5`
	switch {
	case filter.Collection == nil:
	case *filter.Collection == "":
		query += ` AND documents.collection NOT IN (SELECT id FROM seen)`
	default:
		args = append(args, *filter.Collection)
		query += ` AND documents.collection = $6 AND documents.collection IN (SELECT id FROM seen)`
	}
	all, err := rows(ctx, s.reader, scanDocument, query+` ORDER BY documents.updated DESC, documents.id LIMIT $4`, args...)
	if err == nil {
		err = hideCollections(ctx, s.reader, who, all)
	}
	return all, s.fault("list the documents", err)
}

// hideCollections leaves out in which collections documents are that who may not see.
func hideCollections(ctx context.Context, q querier, who chat.Principal, all []Document) error {
	if !slices.ContainsFunc(all, func(d Document) bool { return d.Collection != "" && d.Owner != who.ID }) {
		return nil
	}
	seen, err := rows(ctx, q, text, withSeen(1)+`SELECT id FROM seen ORDER BY id`, who.ID)
	for i := range all {
		if _, ok := slices.BinarySearch(seen, all[i].Collection); !ok {
			all[i].Collection, all[i].Inherits = "", false
		}
	}
	return err
}

// Document returns a document that who may read, or CodeNoDocument.
func (s *Store) Document(ctx context.Context, who chat.Principal, id string) (Document, error) {
	d, err := s.document(ctx, who, id)
	if err == nil {
		one := []Document{d}
		err = hideCollections(ctx, s.reader, who, one)
		d = one[0]
	}
	return d, s.fault("read a document", err)
}

func (s *Store) document(ctx context.Context, who chat.Principal, id string) (Document, error) {
	d, ok, err := row(ctx, s.reader, scanDocument, `SELECT `+documentColumns+` FROM documents WHERE documents.id = $2 AND `+readable(1), who.ID, id)
	if err == nil && !ok {
		err = chat.NewError(chat.CodeNoDocument, nil, id)
	}
	return d, err
}

// DocumentReaders returns who else may read a document of who, sorted. CodeNoDocument if it is not theirs.
func (s *Store) DocumentReaders(ctx context.Context, who chat.Principal, id string) ([]string, error) {
	if _, err := ownDocument(ctx, s.reader, who, id); err != nil {
		return nil, s.fault("read a document", err)
	}
	all, err := documentReaders(ctx, s.reader, id)
	return all, s.fault("look up who may read a document", err)
}

// Versions returns the versions of a document that who may read, the newest first.
func (s *Store) Versions(ctx context.Context, who chat.Principal, document string) ([]Version, error) {
	all, err := rows(ctx, s.reader, scanVersion, `SELECT `+versionColumns+` FROM document_versions AS v JOIN documents ON documents.id = v.document
		WHERE v.document = $2 AND `+readable(1)+` ORDER BY v.number DESC`, who.ID, document)
	return all, s.fault("list the versions of a document", err)
}

// Version returns a version of a document that who may read, or CodeNoDocument.
func (s *Store) Version(ctx context.Context, who chat.Principal, id string) (Version, error) {
	v, ok, err := row(ctx, s.reader, scanVersion, `SELECT `+versionColumns+` FROM document_versions AS v JOIN documents ON documents.id = v.document
		WHERE v.id = $2 AND `+readable(1), who.ID, id)
	if err == nil && !ok {
		err = chat.NewError(chat.CodeNoDocument, nil, id)
	}
	return v, s.fault("read a version of a document", err)
}

// OpenVersion opens the file of a version that who may read; close it.
func (s *Store) OpenVersion(ctx context.Context, who chat.Principal, id string) (*os.File, Version, error) {
	v, err := s.Version(ctx, who, id)
	if err != nil {
		return nil, Version{}, err
	}
	path, err := BlobPath(v.Hash)
	if err != nil {
		return nil, Version{}, err
	}
	f, err := s.blobs.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, v, chat.NewError(chat.CodeBlobMissing, err, v.Hash)
	}
	if err != nil {
		return nil, v, s.fault("open a document", err)
	}
	return f, v, nil
}

// ReadableVersions returns those of some versions that who may read, by id. Whoever shows what a search found asks it: the
// index may be a moment behind.
func (s *Store) ReadableVersions(ctx context.Context, who chat.Principal, ids []string) (map[string]Version, error) {
	found := map[string]Version{}
	for _, id := range ids {
		v, ok, err := row(ctx, s.reader, scanVersion, `SELECT `+versionColumns+` FROM document_versions AS v
			JOIN documents ON documents.id = v.document WHERE v.id = $2 AND `+readable(1), who.ID, id)
		if err != nil {
			return nil, s.fault("look up who may read a version", err)
		}
		if ok {
			found[id] = v
		}
	}
	return found, nil
}
