package engine

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"exaone/weights"
)

// Beside the runs of a model is a list of the checkpoints that it was, so that what was asked of a model is deleted with
// it. There may be several: copies of one file are one model.
const (
	ofName    = "checkpoints.json"
	mostOfAll = 1 << 20 // bytes of the list
)

// note lists a checkpoint beside the runs in dir, unless it is there.
func note(dir, checkpoint string) error {
	path, err := filepath.Abs(checkpoint)
	if err != nil {
		return err
	}
	list, err := checkpoints(dir)
	if err == nil && slices.Contains(list, path) {
		return nil
	}
	b, err := json.Marshal(append(list, path)) // instead of one that cannot be read
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "*"+tempSuffix)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, ofName))
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// checkpoints reads the list of a folder of runs.
func checkpoints(dir string) (list []string, err error) {
	f, _, err := openPlain(filepath.Join(dir, ofName))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, mostOfAll))
	if err != nil {
		return nil, err
	}
	return list, json.Unmarshal(b, &list)
}

// isGone reports whether neither a checkpoint nor its prepared form is there.
func isGone(checkpoint string) bool {
	for _, path := range []string{checkpoint, weights.PreparedPath(checkpoint)} {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	return true
}

// SweepPrefixes deletes what was kept in a directory that was [Options].PrefixDir of models whose checkpoints are gone,
// all that are known. Engines may use the directory meanwhile, and do so themselves when they begin.
func SweepPrefixes(dir string) error {
	if info, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return nil // there never was any
	}
	models, err := os.ReadDir(dir)
	errs := []error{err}
	for _, m := range models {
		if m.IsDir() {
			errs = append(errs, sweep(filepath.Join(dir, m.Name())))
		}
	}
	return errors.Join(errs...)
}

// sweep deletes the runs of one model if all its checkpoints are gone. The list goes last: what could not be deleted is
// tried again.
func sweep(dir string) error {
	list, err := checkpoints(dir)
	if err != nil || len(list) == 0 || slices.ContainsFunc(list, func(c string) bool { return !isGone(c) }) {
		return nil // what nobody knows of is there until room is made
	}
	var errs []error
	listRuns(dir, func(f runFile) {
		if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	})
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	err = os.Remove(filepath.Join(dir, ofName))
	_ = os.Remove(dir) // unless somebody keeps something else in it
	return err
}
