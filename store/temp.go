package store

import (
	"crypto/rand"
	"os"
	"path"
)

// Temp is a file that is there for a while. It lies with the data, not where the system keeps its own: that may be memory.
type Temp struct {
	*os.File
	store *Store
	name  string
}

// CreateTemp creates an empty file to write and read; close it. What a process has left that was killed is removed when
// the store is next opened.
func (s *Store) CreateTemp() (*Temp, error) {
	name := path.Join(tempDir, rand.Text())
	f, err := s.blobs.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, s.fault("create a temporary file", err)
	}
	return &Temp{f, s, name}, nil
}

// Close closes the file and removes it.
func (t *Temp) Close() error {
	err := t.File.Close()
	if gone := t.store.blobs.Remove(t.name); err == nil {
		err = gone
	}
	return err
}
