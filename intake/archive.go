package intake

import (
	"context"
	"errors"
	"path/filepath"

	"exaone/chat"
	"exaone/document"
	"exaone/store"
)

// Archive is what a Shelf has kept of documents, to be looked at beside it or without it: nothing is read, found or changed.
// Many goroutines may use it.
type Archive struct {
	store *store.Store
	kept  kept
}

// NewArchive is the archive of the shelf in a folder.
func NewArchive(s *store.Store, dir string) *Archive {
	return &Archive{s, kept{filepath.Join(dir, "read")}}
}

// Document returns what was read of a version that who may read: CodeNoDocument if there is none, CodeDocumentUnread while it is
// not read, or not any more.
func (a *Archive) Document(ctx context.Context, who chat.Principal, version string) (*document.Document, error) {
	v, err := a.store.Version(ctx, who, version)
	if err != nil {
		return nil, err
	}
	if !v.HasReading() {
		return nil, chat.NewError(chat.CodeDocumentUnread, nil, v.Name)
	}
	doc, err := a.kept.load(version)
	if err != nil {
		return nil, chat.NewError(chat.CodeDocumentUnread, err, v.Name)
	}
	return doc, nil
}

// Search finds nothing: an archive has no index.
func (a *Archive) Search(context.Context, chat.Principal, Question) ([]Found, error) {
	return nil, errors.New("an archive of documents has no index")
}
