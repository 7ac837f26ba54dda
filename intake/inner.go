package intake

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"exaone/chat"
	"exaone/disk"
	"exaone/document"
	"exaone/store"
)

// Extract has a file within a file found in a process of its own, and written; document.Pool's Extract is one. Many goroutines may use it.
type Extract func(ctx context.Context, path, name string, in document.Inner, w io.Writer) error

// Inner opens a file within a version that who may read, which document.Document's Inner names. It is unpacked for whoever asks, into a
// file that is nowhere once it is closed: nothing of a document is kept that is not taken away with it. The errors are those of
// document.Extract, CodeNoDocument, CodeStoreFull where there is no room for it, and CodeUnmanaged where nothing unpacks.
func (s *Shelf) Inner(ctx context.Context, who chat.Principal, version string, in document.Inner) (_ io.ReadSeekCloser, err error) {
	file, err := s.store.Version(ctx, who, version)
	if err != nil {
		return nil, err
	}
	if s.o.Extract == nil {
		return nil, chat.NewError(chat.CodeUnmanaged, nil)
	}
	blob, err := store.BlobPath(file.Hash)
	if err != nil {
		return nil, err
	}
	if free, err := s.o.free(s.o.Dir); err == nil && free < leastRoom+in.Size {
		return nil, chat.NewError(chat.CodeStoreFull, nil, s.o.Dir)
	}
	out, err := s.kept.lend()
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, out.Close())
		}
	}()
	err = s.o.Extract(ctx, filepath.Join(s.store.Dir(), "blobs", filepath.FromSlash(blob)), file.Name, in, out)
	if disk.Full(err) {
		return nil, chat.NewError(chat.CodeStoreFull, err, s.o.Dir)
	}
	if err != nil {
		return nil, err
	}
	_, err = out.Seek(0, io.SeekStart)
	return out, err
}

// lend makes an empty file that is gone when it is closed. What a crash leaves of it, open takes away.
func (k kept) lend() (*lent, error) {
	file, err := os.CreateTemp(k.dir, "saving-*")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(file.Name()) // Windows keeps what is open
	return &lent{file}, nil
}

// lent is a file that is nowhere once it is closed.
type lent struct{ *os.File }

// Close closes the file and takes it away.
func (l *lent) Close() error {
	err := l.File.Close()
	if gone := os.Remove(l.Name()); !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}
