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
// left beside path, and path is as it was; what a killed process left there goes with the next call for the same path.
// Several may write the same path at once: the last one wins. write must not close the file.
func WriteWhole(path string, write func(*os.File) error) error {
	return writeWhole(path, 0o644, time.Time{}, write)
}

// writeWhole is WriteWhole for a file of the given mode and, unless it is zero, time of its last change.
func writeWhole(path string, mode fs.FileMode, changed time.Time, write func(*os.File) error) (err error) {
	if err := Replaceable(path); err != nil {
		return err
	}
	f, err := openBesides(path)
	if err != nil {
		return err
	}
	whole := false
	defer func() {
		if !whole {
			err = errors.Join(err, DiscardPart(f))
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	if err := errors.Join(f.Chmod(mode), f.Sync()); err != nil {
		return err
	}
	whole = true
	if err := publish(f, path, changed); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}
