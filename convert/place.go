package convert

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"exaone/weights"
)

// Occupied says what is where a conversion was to write, and is not replaced even by force.
type Occupied struct {
	Path string
	By   Occupant
	File string // of OtherFile: its name
}

// Occupant is what stands in the way of a conversion.
type Occupant string

// The occupants.
const (
	Folder       Occupant = "a folder, want a file"
	Special      Occupant = "neither a file nor a folder"
	NoCheckpoint Occupant = "a folder that holds no checkpoint, want one with config.json and model.safetensors"
	OtherFile    Occupant = "a folder with a file that no conversion writes"
	Input        Occupant = "what is read, or a part of it"
	PreparedForm Occupant = "a name that only prepared forms of models have"
)

// Error implements error.
func (o *Occupied) Error() string {
	if o.File != "" {
		return fmt.Sprintf("%s is %s: %s", o.Path, o.By, clip(o.File))
	}
	return fmt.Sprintf("%s is %s", o.Path, o.By)
}

// Free returns nil if a file may be written to path while f, which may be nil, is read: nothing is there, or, with force,
// a regular file that is no part of f. A checkpoint of which only the prepared form is there counts as being there. The
// error is an *Occupied if force does not help, and otherwise fs.ErrExist or of the file system.
func Free(path string, f *weights.File, force bool) error {
	if strings.HasSuffix(strings.ToLower(path), weights.PreparedPath("")) {
		return &Occupied{Path: path, By: PreparedForm}
	}
	if reads(f, path) {
		return &Occupied{Path: path, By: Input}
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if info, err := os.Lstat(weights.PreparedPath(path)); err == nil && info.Mode().IsRegular() && !force {
			return fmt.Errorf("%s: %w", weights.PreparedPath(path), fs.ErrExist)
		}
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return &Occupied{Path: path, By: Folder}
	}
	return freeOf(path, info, force)
}

// freeFolder is an error if no folder may be written to path while f is read.
func freeFolder(path string, f *weights.File, force bool) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case reads(f, path) || sameFile(path, f.Dir()):
		return &Occupied{Path: path, By: Input}
	case info.IsDir() && force:
		return replaceable(path)
	}
	return freeOf(path, info, force)
}

// reads reports whether a file at path would take the place of one that f consists of, under whatever name: of its
// weights, of what is beside them in a Hugging Face folder, or of the original that was given up for a prepared form.
func reads(f *weights.File, path string) bool {
	if f == nil {
		return false
	}
	for _, p := range f.Paths() {
		if sameFile(path, p) || sameFile(weights.PreparedPath(path), p) {
			return true
		}
	}
	return f.Format() == weights.Safetensors && slices.Contains(written, filepath.Base(path)) && sameFile(filepath.Dir(path), f.Dir())
}

// sameFile reports whether both are there and the same. A link is not what it leads to: a rename replaces the link.
func sameFile(path, read string) bool {
	a, err := os.Lstat(path)
	if err != nil {
		return false
	}
	b, err := os.Stat(read)
	return err == nil && os.SameFile(a, b)
}

// freeOf is an error if what is at path must not be replaced, whatever is to be there. A device or a pipe would be
// gone for everybody, and a link for whoever put it there.
func freeOf(path string, info fs.FileInfo, force bool) error {
	switch {
	case !info.Mode().IsRegular() && !info.IsDir():
		return &Occupied{Path: path, By: Special}
	case !force:
		return fmt.Errorf("%s: %w", path, fs.ErrExist)
	}
	return nil
}

// replaceable is an error unless a folder is empty, or holds a checkpoint and nothing that no conversion writes: what
// is replaced is gone.
func replaceable(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) == 0 {
		return err
	}
	found := map[string]bool{}
	for _, e := range entries {
		found[e.Name()] = true
	}
	if !found["config.json"] || !found[tensorsName] {
		return &Occupied{Path: dir, By: NoCheckpoint}
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || !slices.Contains(written, e.Name()) {
			return &Occupied{Path: dir, By: OtherFile, File: e.Name()}
		}
	}
	return nil
}

// written are the names of all files that a conversion writes into a folder.
var written = append([]string{"config.json", tensorsName}, small...)

// oldSuffix ends the name of what was where a new folder is put, until that is there.
const oldSuffix = ".old"

// replace puts a folder in its place, and what was there out of the way and then away.
func replace(from, to string) error {
	info, err := os.Lstat(to)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return os.Rename(from, to)
	case err != nil:
		return err
	case info.IsDir(): // somebody may have put something there since it was looked at
		if err := replaceable(to); err != nil {
			return err
		}
	}
	old := from + oldSuffix
	if err := os.Rename(to, old); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return errors.Join(err, os.Rename(old, to))
	}
	return discard(old)
}

// discard removes a file, or of a folder what a conversion may have written, and the folder if that was all.
func discard(old string) error {
	if info, err := os.Lstat(old); err != nil || !info.IsDir() {
		return errors.Join(err, os.Remove(old))
	}
	for _, name := range written {
		if err := os.Remove(filepath.Join(old, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return os.Remove(old)
}
