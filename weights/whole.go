package weights

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// NotAFile says that what is where a file was to be written is none: a folder, a device, a pipe or a link. Renaming a
// file over it would take it away from whoever uses it.
type NotAFile struct {
	Path string
	Mode fs.FileMode
}

// Error implements error.
func (e *NotAFile) Error() string {
	return fmt.Sprintf("%s: mode %v, want a regular file or nothing", e.Path, e.Mode)
}

// Replaceable returns nil if a file may be renamed to path: a regular file is there, or nothing. The error is a
// *NotAFile, or of the file system.
func Replaceable(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return &NotAFile{path, info.Mode()}
	}
	return nil
}

// WriteWhole calls write with a new file beside path, and renames that to path when it is written and on the disk. What
// is there already is replaced if it is [Replaceable], which is looked at first. After an error or a panic nothing is
// left beside path, and path is as it was. write must not close the file.
func WriteWhole(path string, write func(*os.File) error) error {
	return writeWhole(path, 0o644, time.Time{}, write)
}

// writeWhole is WriteWhole for a file of the given mode and, unless it is zero, time of its last change.
func writeWhole(path string, mode fs.FileMode, changed time.Time, write func(*os.File) error) (err error) {
	if err := Replaceable(path); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	whole := false
	defer func() {
		if !whole {
			_ = f.Close() // it may be closed, and is of no use in any case
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	// Windows renames no open file, and changes the time of one when it is closed.
	if err := errors.Join(f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return err
	}
	if !changed.IsZero() {
		if err := os.Chtimes(f.Name(), changed, changed); err != nil {
			return err
		}
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	whole = true
	return syncFolder(filepath.Dir(path))
}
