package convert

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"exaone/weights"
)

// inFolder calls fill with a new folder beside dir, and puts that in the place of dir when it is filled. One at a time
// does so for a dir: the name of the folder is always the same, so that what a killed process left is found and goes.
func inFolder(dir string, force bool, f *weights.File, fill func(beside string) error) (err error) {
	base := filepath.Join(filepath.Dir(dir), "."+filepath.Base(dir))
	lock, err := weights.OpenPart(base + ".part")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, weights.DiscardPart(lock)) }()
	beside := base + ".part.d"
	if err := recoverFolder(beside, dir); err != nil {
		return err
	}
	if err := freeFolder(dir, f, force); err != nil { // it may have been recovered
		return err
	}
	if err := os.Mkdir(beside, 0o700); err != nil {
		return err
	}
	moved := false
	defer func() {
		if !moved {
			err = errors.Join(err, os.RemoveAll(beside))
		}
	}()
	if err := fill(beside); err != nil {
		return err
	}
	if err := replace(beside, dir); err != nil {
		return err
	}
	moved = true
	return nil
}

// recoverFolder clears away what a killed process left of writing to dir. If it was killed just when what was at dir had
// been moved out of the way, that is put back.
func recoverFolder(beside, dir string) error {
	old := beside + oldSuffix
	_, oldErr := os.Lstat(old)
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) && oldErr == nil {
		if err := os.Rename(old, dir); err != nil {
			return err
		}
	} else if oldErr == nil {
		if err := discard(old); err != nil {
			return err
		}
	}
	return os.RemoveAll(beside)
}
