package disk

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestOneHasTheLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	open := func() *os.File {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		must(t, err)
		t.Cleanup(func() { f.Close() })
		return f
	}
	lock := func(f *os.File, want bool) {
		t.Helper()
		if got, err := Lock(f); err != nil || got != want {
			t.Errorf("locked: %v %v, want %v", got, err, want)
		}
	}
	first, second := open(), open()
	lock(first, true)
	lock(second, false)
	must(t, first.Close())
	lock(second, true)
}

func TestWhatIsMappedIsRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(path, []byte("가나다라"), 0o600))
	must(t, SyncDir(filepath.Dir(path)))
	f, err := os.Open(path)
	must(t, err)
	data, unmap, err := Map(f, 6)
	must(t, err)
	must(t, f.Close())
	if string(data) != "가나" {
		t.Errorf("mapped: %q", data)
	}
	must(t, unmap())
}

func TestRoomIsKnown(t *testing.T) {
	free, size, err := Space(t.TempDir())
	if err != nil || free <= 0 || size < free {
		t.Errorf("free %d of %d: %v", free, size, err)
	}
	_, err = Free(filepath.Join(t.TempDir(), "nowhere"))
	if _, ok := errors.AsType[*os.PathError](err); !ok {
		t.Errorf("nowhere: %v", err)
	}
	if err := fmt.Errorf("x: %w", os.ErrNotExist); Full(err) || ReadOnly(err) {
		t.Error("a file that is not there is taken for a full disk")
	}
}

func TestDirectoriesAreMade(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		must(t, MakeDir(filepath.Join(dir, "가", "나", "다")))
	}
	if info, err := os.Stat(filepath.Join(dir, "가", "나", "다")); err != nil || !info.IsDir() {
		t.Errorf("%v %v", info, err)
	}
	must(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	for _, path := range []string{"file", "file/below"} {
		if err := MakeDir(filepath.Join(dir, path)); err == nil {
			t.Errorf("%s is a directory", path)
		}
	}
}
