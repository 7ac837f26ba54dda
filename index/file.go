package index

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sync/atomic"

	"exaone/disk"
)

// file is one of our files, mapped. It is unmapped, and removed if it is no longer wanted, when the last user has
// released it.
type file struct {
	number uint64
	path   string
	data   []byte
	unmap  func() error
	users  atomic.Int32 // the index itself is one
	unused atomic.Bool  // to be removed
	gone   chan struct{}
}

// mapFile maps a regular file. Its first user is the caller.
func mapFile(path string, number uint64) (*file, error) {
	info, err := os.Lstat(path) // opening a pipe would wait for its other end
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() == 0 || info.Size() > math.MaxInt {
		return nil, fmt.Errorf("%s: mode %v, %d bytes, want a regular file that is not empty", filepath.Base(path), info.Mode(), info.Size())
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // the map stays
	data, unmap, err := disk.Map(f, int(info.Size()))
	if err != nil {
		return nil, err
	}
	m := &file{number: number, path: path, data: data, unmap: unmap, gone: make(chan struct{})}
	m.users.Store(1)
	return m, nil
}

// use adds a user: false if the last one has gone.
func (f *file) use() bool {
	for {
		n := f.users.Load()
		if n == 0 {
			return false
		}
		if f.users.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// release is use's counterpart.
func (f *file) release() error {
	if f.users.Add(-1) > 0 {
		return nil
	}
	err := f.unmap()
	if f.unused.Load() {
		err = errors.Join(err, os.Remove(f.path))
	}
	close(f.gone)
	return err
}

// drop removes the file and releases it for the index. Where a mapped file cannot be removed, its last user does it.
func (f *file) drop() error {
	if err := os.Remove(f.path); err != nil {
		f.unused.Store(true)
	}
	return f.release()
}

// errRenamed marks errors after which nobody knows whether a crash brings the old file back, or the new one.
var errRenamed = errors.New("the new file may not outlive a crash")

// writeFile writes a file whole or not at all, and makes sure that what is in it outlives a crash; its name does after
// disk.SyncDir.
func writeFile(path string, write func(f *os.File) error) error {
	part := path + ".new"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return nil
}
