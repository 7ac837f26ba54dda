// Package disk is what files need of an operating system and package os does not have: locks that end with their process,
// names that outlive a crash, maps, and room.
package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrNotDirectory is what MakeDir gives where a file is.
var ErrNotDirectory = errors.New("is not a directory")

// MakeDir makes a directory, and those above it that are not there, for this user alone. Their names outlive a crash.
func MakeDir(dir string) error {
	if info, err := os.Stat(dir); err == nil {
		if !info.IsDir() {
			return &fs.PathError{Op: "mkdir", Path: dir, Err: ErrNotDirectory}
		}
		return nil
	}
	parent := filepath.Dir(dir)
	if parent == dir {
		return &fs.PathError{Op: "mkdir", Path: dir, Err: fs.ErrNotExist}
	}
	if err := MakeDir(parent); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return SyncDir(parent)
}

// Free returns how many bytes an ordinary user may still write where dir is.
func Free(dir string) (int64, error) {
	free, _, err := Space(dir)
	return free, err
}
