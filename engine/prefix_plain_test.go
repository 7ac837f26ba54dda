//go:build unix

package engine

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// within fails if f has not come back after a while, instead of for ever.
func within(t *testing.T, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(mostWait):
		t.Fatalf("%s hangs", what)
	}
}

// A salt that is a pipe, a device, a link, a folder or very large is not read: answers go on, and one line says why
// nothing is kept.
func TestASaltThatIsNoFile(t *testing.T) {
	path := tiny(t)
	for name, special := range map[string]func(salt string) error{
		"pipe":   func(salt string) error { return syscall.Mkfifo(salt, 0o600) },
		"zeros":  func(salt string) error { return os.Symlink("/dev/zero", salt) },
		"link":   func(salt string) error { return os.Symlink("elsewhere", salt) },
		"folder": func(salt string) error { return os.Mkdir(salt, 0o700) },
		"large": func(salt string) error {
			return errors.Join(os.WriteFile(salt, nil, 0o600), os.Truncate(salt, 1<<40))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			salt := filepath.Join(dir, saltName)
			if err := special(salt); err != nil {
				t.Fatal(err)
			}
			within(t, "an answer", func() {
				e, log := keeping(t, dir, path, 0)
				collect(t, e, raw("a", promptIDs(1, 3*pageSize)))
				e.Forget("a")
				closeEngine(t, e)
				if said(log.String()) != 1 || !strings.Contains(log.String(), salt) {
					t.Errorf("the log is to have one line that names the file:\n%s", log)
				}
			})
			if name == "large" {
				return // it is removed
			}
			within(t, "forgetting", func() {
				if err := ForgetOnDisk(dir, "a"); err == nil || !strings.Contains(err.Error(), salt) {
					t.Errorf("forgetting gave %v, want an error that names the file", err)
				}
			})
		})
	}
}

// What takes the place of a run while an engine knows it is not waited for.
func TestARunThatBecomesAPipe(t *testing.T) {
	dir, path, ids := t.TempDir(), tiny(t), promptIDs(1, 3*pageSize+1)
	e, _ := keeping(t, dir, path, 0)
	askAll(t, e, dir, [][]int32{ids})
	closeEngine(t, e)
	e, log := keeping(t, dir, path, 0)
	if err := e.Preload(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	for _, file := range runFiles(t, dir) {
		if err := errors.Join(os.Remove(file), syscall.Mkfifo(file, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	within(t, "an answer", func() {
		if n := collect(t, e, raw("a", ids)).cached; n != 0 {
			t.Errorf("%d tokens came out of a pipe", n)
		}
		closeEngine(t, e)
	})
	if said(log.String()) != 1 {
		t.Errorf("the log is to have one line:\n%s", log)
	}
}
