package exchange

import (
	"archive/zip"
	"errors"
	"io"
	"path"
	"strings"

	"exaone/chat"
)

// zip reads the conversations of an archive: of its files conversations*.json, or if there is none of every JSON file.
// What the archive says of sizes is not believed.
func (r *reader) zip(file io.ReaderAt, size int64) error {
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return chat.NewError(chat.CodeImportDamaged, err, 0)
	}
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
