package weights

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// TestWriteWholeReplacesFilesAlone writes where nothing is, and over a file; a folder or a link is left as it is.
func TestWriteWholeReplacesFilesAlone(t *testing.T) {
	dir := t.TempDir()
	say := func(text string) func(*os.File) error {
		return func(f *os.File) error { _, err := io.WriteString(f, text); return err }
	}
	path := filepath.Join(dir, "file")
	for _, text := range []string{"first", "second"} {
		if err := WriteWhole(path, say(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != text {
			t.Errorf("found %q, %v, want %q", got, err, text)
		}
	}
	folder, link := filepath.Join(dir, "folder"), filepath.Join(dir, "link")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	others := []string{folder}
	if os.Symlink(path, link) == nil { // Windows may not let an ordinary user
		others = append(others, link)
	}
	for _, other := range others {
		before, _ := os.Lstat(other)
		asked := false
		err := WriteWhole(other, func(*os.File) error { asked = true; return nil })
		if _, ok := errors.AsType[*NotAFile](err); !ok || asked {
			t.Errorf("%s: %v, written %v, want a *NotAFile before any work", filepath.Base(other), err, asked)
		}
		if after, err := os.Lstat(other); err != nil || after.Mode() != before.Mode() {
			t.Errorf("%s: mode %v, %v, want %v", filepath.Base(other), after.Mode(), err, before.Mode())
		}
	}
}

// TestWriteWholeLeavesNothing after an error or a panic, and what was there stays.
func TestWriteWholeLeavesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	fault := errors.New("fault")
	if err := WriteWhole(path, func(*os.File) error { return fault }); !errors.Is(err, fault) {
		t.Errorf("got %v, want %v", err, fault)
	}
	func() {
		defer func() { _ = recover() }()
		_ = WriteWhole(path, func(*os.File) error { panic("what nobody thought of") })
	}()
	got, err := os.ReadFile(path)
	left, _ := os.ReadDir(filepath.Dir(path))
	if err != nil || string(got) != "before" || len(left) != 1 {
		t.Errorf("found %q, %v, and %v", got, err, left)
	}
}

// TestPermissionsGoBothWays holds a prepared file, and what is restored from it, to the permissions of the original.
func TestPermissionsGoBothWays(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("permissions: Windows keeps others")
	}
	for _, mode := range []os.FileMode{0o600, 0o640, 0o444} {
		path := preparable(t)
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		prepare(t, path)
		if err := errors.Join(os.Remove(path), Restore(context.Background(), path, nil)); err != nil {
			t.Fatal(err)
		}
		for _, p := range []string{path, PreparedPath(path)} {
			if info, err := os.Stat(p); err != nil || info.Mode() != mode {
				t.Errorf("%s: mode %v, %v, want %v", filepath.Base(p), info.Mode(), err, mode)
			}
		}
	}
}
