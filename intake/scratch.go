package intake

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"exaone/disk"
)

// scratch is a folder for as long as a process lives: it has the lock of a file in it. One that ends in time takes its folder away;
// those of others that were killed go when the next is made.
type scratch struct {
	dir  string
	lock *os.File
}

const (
	scratchName = "exaone-ask-"
	scratchLock = "lock"
	scratchSoon = time.Minute // in which whoever makes a folder has locked it
)

// openScratch makes a folder for this user alone within a folder of temporary ones, and sweeps there. Close takes it away.
func openScratch(within string) (*scratch, error) {
	sweepScratch(within, time.Now())
	dir, err := os.MkdirTemp(within, scratchName)
	if err != nil {
		return nil, err
	}
	s := &scratch{dir: dir}
	if s.lock, err = os.OpenFile(filepath.Join(dir, scratchLock), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600); err == nil {
		_, err = disk.Lock(s.lock) // a file that is new has no other owner
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close takes the folder away, with what is in it.
func (s *scratch) Close() error {
	var err error
	if s.lock != nil {
		err = s.lock.Close()
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

// sweepScratch takes away what processes have left that ended otherwise: folders whose lock nobody holds, and that nobody is making
// just now. What cannot be taken away is somebody else's, or goes the next time.
func sweepScratch(within string, now time.Time) {
	all, err := filepath.Glob(filepath.Join(within, scratchName+"*"))
	if err != nil {
		return
	}
	for _, dir := range all {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || now.Sub(info.ModTime()) < scratchSoon {
			continue
		}
		name := filepath.Join(dir, scratchLock)
		switch file, err := os.Lstat(name); {
		case errors.Is(err, fs.ErrNotExist): // it was killed before it had the lock
			_ = os.Remove(dir) // only if nothing is in it
			continue
		case err != nil || !file.Mode().IsRegular():
			continue
		}
		f, err := os.OpenFile(name, os.O_RDWR, 0)
		if err != nil {
			continue
		}
		free, err := disk.Lock(f)
		_ = f.Close() // nothing was written
		if free && err == nil {
			_ = os.RemoveAll(dir) // or the next time
		}
	}
}
