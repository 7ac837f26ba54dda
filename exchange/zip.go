package exchange

import (
	"archive/zip"
	"errors"
	"io"
	"math"
	"path"
	"strings"

	"exaone/chat"
)

// zip reads the conversations of an archive: of its files conversations*.json, or if there is none of every JSON file.
// What the archive says of sizes is not believed.
func (r *reader) zip(file io.ReaderAt, size int64) error {
	list := &listing{ReaderAt: file, left: maxListing}
	archive, err := zip.NewReader(list, size)
	switch {
	case list.left < 0:
		return chat.NewError(chat.CodeImportTooLarge, err, r.most>>20)
	case err != nil:
		return chat.NewError(chat.CodeImportDamaged, err, 0)
	}
	list.left = math.MaxInt64 // what is in the files is bounded where they are read
	var named, others []*zip.File
	for _, f := range archive.File {
		base := strings.ToLower(path.Base(f.Name))
		switch {
		case f.FileInfo().IsDir() || strings.HasPrefix(base, "._") || strings.HasPrefix(f.Name, "__MACOSX/"):
		case path.Ext(base) != ".json":
			r.skip(chat.CodeSkippedFile, path.Ext(base))
		case strings.HasPrefix(base, "conversations"):
			named = append(named, f)
		default:
			others = append(others, f)
		}
	}
	if len(named) == 0 {
		named, others = others, nil
	}
	for _, f := range others {
		r.skip(chat.CodeSkippedFile, path.Base(f.Name))
	}
	for _, f := range named {
		if err := r.zipped(f); err != nil {
			return err
		}
	}
	return nil
}

// maxListing is how much is read of an archive to find its files, in bytes: names of a hundred thousand pictures. In
// memory they take several times as much.
const maxListing = 16 << 20

var errListing = errors.New("the list of files is too long")

// listing is an archive of which only so much more is read.
type listing struct {
	io.ReaderAt
	left int64
}

// ReadAt is an error once too much has been read.
func (l *listing) ReadAt(p []byte, at int64) (int, error) {
	if l.left -= int64(len(p)); l.left < 0 {
		return 0, errListing
	}
	return l.ReaderAt.ReadAt(p, at)
}

// zipped reads one file of an archive. One that is JSON but of no program that is known here is passed over.
func (r *reader) zipped(f *zip.File) error {
	from, err := f.Open()
	if err != nil {
		return chat.NewError(chat.CodeImportDamaged, err, 0)
	}
	defer from.Close()
	err = r.json(from)
	if told, ok := errors.AsType[*chat.Error](err); ok && told.Code == chat.CodeImportUnknown {
		r.skip(chat.CodeSkippedFile, path.Base(f.Name))
		return nil
	}
	return err
}
