package store

import (
	"io/fs"
	"testing"
)

// Temporary files lie with the data and are gone when they are closed, or when a process that left them has gone.
func TestTemporaryFiles(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir)
	count := func() int {
		t.Helper()
		files, err := fs.ReadDir(s.blobs.FS(), tempDir)
		must(t, err)
		return len(files)
	}
	one, err := s.CreateTemp()
	must(t, err)
	other, err := s.CreateTemp()
	must(t, err)
	must(t, second(one.WriteString("파일")))
	if n := count(); n != 2 {
		t.Errorf("%d files, want 2", n)
	}
	must(t, one.Close())
	if n := count(); n != 1 {
		t.Errorf("%d files, want 1", n)
	}
	must(t, other.File.Close()) // as if the process had been killed
	must(t, s.Close())
	s = openTest(t, dir)
	defer s.Close()
	if n := count(); n != 0 {
		t.Errorf("%d files are left", n)
	}
}
