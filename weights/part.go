package weights

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"exaone/disk"
)

// ErrWriting says that somebody else, in this process or in another, is just writing the same file.
var ErrWriting = errors.New("another process is writing it")

// partSuffix ends the names under which files gather.
const partSuffix = ".part"

// OpenPart opens an empty file to write to, locked for as long as it is open; what a dead process left of it is gone.
// The caller renames it or calls [DiscardPart]. The error is ErrWriting if somebody else has it, and a *NotAFile if a
// link, a pipe or the like is there: that is neither followed nor waited for.
func OpenPart(part string) (*os.File, error) {
	for range 100 {
		out, err := tryPart(part)
		if out != nil || err != nil {
			return out, err
		}
	}
	return nil, ErrWriting
}

// tryPart is OpenPart; it returns nothing if whoever had the lock has renamed or removed the file that was opened.
func tryPart(part string) (out *os.File, err error) {
	if err := Replaceable(part); err != nil {
		return nil, err
	}
	f, err := openHere(part)
	if err != nil {
		return nil, err
	}
	defer func() {
		if out == nil {
			err = errors.Join(err, f.Close())
		}
	}()
	held, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !held.Mode().IsRegular() { // it took the place of a file just now
		return nil, &NotAFile{part, held.Mode()}
	}
	switch ok, err := disk.Lock(f); {
	case err != nil: // there are no locks here, so that nobody else uses it either
		return nil, errors.Join(err, os.Remove(part))
	case !ok:
		return nil, ErrWriting
	}
	now, err := os.Lstat(part)
	if err != nil || !os.SameFile(held, now) {
		return nil, nil
	}
	if err := f.Truncate(0); err != nil {
		return nil, err
	}
	return f, nil
}

// mostParts bounds how many may write the same file at once: each has a part of its own, and the last one wins.
const mostParts = 64

// openBesides opens a part of its own for path, and removes those that dead processes left.
func openBesides(path string) (out *os.File, err error) {
	for n := range mostParts {
		part := besideName(path, n)
		if _, err := os.Lstat(part); err != nil && out != nil {
			continue
		}
		f, err := OpenPart(part)
		switch {
		case err == nil && out == nil:
			out = f
		case err == nil:
			_ = DiscardPart(f) // who cannot remove it can write without
		case out == nil && !taken(err):
			if system, ok := errors.AsType[*os.PathError](err); ok && system.Op == "lock" {
				return os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*"+partSuffix)
			}
			return nil, err
		}
	}
	if out == nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), ErrWriting)
	}
	return out, nil
}

// taken reports whether a part is somebody else's, so that the next one may be free.
func taken(err error) bool {
	_, other := errors.AsType[*NotAFile](err)
	return other || errors.Is(err, ErrWriting) || errors.Is(err, os.ErrPermission)
}

// besideName is the nth name under which a file gathers beside its place. It is hidden.
func besideName(path string, n int) string {
	name := "." + filepath.Base(path)
	if n > 0 {
		name += "." + strconv.Itoa(n)
	}
	return filepath.Join(filepath.Dir(path), name+partSuffix)
}
