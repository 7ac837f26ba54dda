package intake

import (
	"context"
	"path"
	"path/filepath"

	"exaone/chat"
	"exaone/document"
	"exaone/store"
)

// Draw has a page of a file drawn in a process of its own; document.Pool's Draw is one. Many goroutines may use it.
type Draw func(ctx context.Context, path, name string, v document.View) (document.Drawing, error)

// Picture draws a page of a version that who may read, or a part of one, from the file as it was put in. Nothing of it is kept.
// The errors are those of document.Draw, CodeNoDocument, and CodeUnmanaged where nothing draws.
func (s *Shelf) Picture(ctx context.Context, who chat.Principal, version string, v document.View) (document.Drawing, error) {
	file, err := s.store.Version(ctx, who, version)
	if err != nil {
		return document.Drawing{}, err
	}
	if s.o.Draw == nil {
		return document.Drawing{}, chat.NewError(chat.CodeUnmanaged, nil)
	}
	blob, err := store.BlobPath(file.Hash)
	if err != nil {
		return document.Drawing{}, err
	}
	return s.o.Draw(ctx, filepath.Join(s.store.Dir(), "blobs", filepath.FromSlash(blob)), file.Name, v)
}

// Picture draws a page of a file, or a part of one.
func (f *Files) Picture(ctx context.Context, who chat.Principal, version string, v document.View) (document.Drawing, error) {
	file, err := f.Version(ctx, who, version)
	if err != nil {
		return document.Drawing{}, err
	}
	if f.draw == nil {
		return document.Drawing{}, chat.NewError(chat.CodeUnmanaged, nil)
	}
	return f.draw(ctx, f.paths[version], path.Base(file.Name), v)
}
