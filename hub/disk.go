package hub

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"exaone/chat"
	"exaone/weights"
)

// partialDir, under models, is where models gather before they are whole. It also has the locks.
const partialDir = ".partial"

// spare is what is left free on a disk beyond what a model needs.
const spare = 32 << 20

// checkSpace returns CodeHubDiskFull if want more bytes do not fit where dir is.
func (h *Hub) checkSpace(dir string, want int64) error {
	if want <= 0 {
		return nil
	}
	free, err := h.free(dir)
	if err != nil {
		return unwritable(dir, err)
	}
	if free < want+spare {
		return diskFull(nil, dir, free, want+spare)
	}
	return nil
}

func diskFull(cause error, dir string, free, want int64) error {
	return chat.NewError(chat.CodeHubDiskFull, cause, dir, free>>20, (want+1<<20-1)>>20)
}

// unwritable makes an error of the file system one that a person may read.
func unwritable(path string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*chat.Error](err); ok {
		return err
	}
	return chat.NewError(chat.CodeHubUnwritable, err, path)
}

// keepFile writes a small file so that it is there whole or not at all, even after a crash.
func keepFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return weights.WriteWhole(path, func(f *os.File) error { _, err := f.Write(data); return err })
}

func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
