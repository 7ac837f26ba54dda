package weights

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// TestWhatDeadProcessesLeftGoes finds parts of the same file that nobody holds, and leaves alone those that somebody does
// and those of other files.
func TestWhatDeadProcessesLeftGoes(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	for _, name := range []string{".file.part", ".file.1.part", ".file.7.part", ".file.mine.part", ".other.part"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("what a killed process left"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	held, err := OpenPart(filepath.Join(dir, ".file.1.part"))
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if err := WriteWhole(path, func(f *os.File) error { _, err := io.WriteString(f, "new"); return err }); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "new" {
		t.Errorf("found %q, %v", got, err)
	}
	mustHold(t, dir, ".file.1.part", ".file.mine.part", ".other.part", "file")
}

func mustHold(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if len(got) != len(want) {
		t.Fatalf("there are %q, want %q", got, want)
	}
	for i, name := range want {
		if got[i] != name {
			t.Fatalf("there are %q, want %q", got, want)
		}
	}
}

// TestWriteWholeAtOnce has many write one file: it is what one of them wrote, and nothing else is left.
func TestWriteWholeAtOnce(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	var all sync.WaitGroup
	for n := range 16 {
		all.Go(func() {
			text := bytesOf(byte('a'+n), 1<<12)
			if err := WriteWhole(path, func(f *os.File) error { _, err := f.Write(text); return err }); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	got, err := os.ReadFile(path)
	if err != nil || len(got) != 1<<12 || string(got) != string(bytesOf(got[0], 1<<12)) {
		t.Errorf("%d bytes, %v: not what any of them wrote", len(got), err)
	}
	mustHold(t, dir, "file")
}

func bytesOf(b byte, n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = b
	}
	return out
}

// TestPrepareThroughALink leaves what a link leads to as it is.
func TestPrepareThroughALink(t *testing.T) {
	path := preparable(t)
	victim := filepath.Join(t.TempDir(), "victim")
	if err := os.WriteFile(victim, []byte("somebody's"), 0o600); err != nil {
		t.Fatal(err)
	}
	part := PreparedPath(path) + partSuffix
	if err := os.Symlink(victim, part); err != nil {
		t.Skipf("links: %v", err)
	}
	err := Prepare(context.Background(), path, nil)
	if _, ok := errors.AsType[*NotAFile](err); !ok {
		t.Errorf("got %v, want a *NotAFile", err)
	}
	if got, err := os.ReadFile(victim); err != nil || string(got) != "somebody's" {
		t.Errorf("the link led to %q, %v", got, err)
	}
}
