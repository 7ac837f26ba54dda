package weights

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"exaone/powercut"
)

// smallDisk is set in the child of TestPrepareOnASmallDisk, to the checkpoint to prepare.
const smallDisk = "EXAONE_TEST_SMALL_DISK"

// TestPrepareOnASmallDisk prepares on real file systems without room, and on one that cannot be written, in a mount
// namespace of its own: the error says so, nothing is left, and the original is there to be used.
func TestPrepareOnASmallDisk(t *testing.T) {
	if path := os.Getenv(smallDisk); path != "" {
		if err := prepareOnSmallDisks(path, t.TempDir()); err != nil {
			t.Fatal(err)
		}
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestPrepareOnASmallDisk$", "-test.v")
	cmd.Env = append(os.Environ(), smallDisk+"="+preparable(t))
	powercut.RunWithDisks(t, cmd)
}

func prepareOnSmallDisks(path, dir string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for _, disk := range []struct {
		what  string
		room  int // bytes beyond the original
		flags uintptr
		want  func(error) bool
	}{
		{"no room", 1 << 20, 0, func(err error) bool { _, ok := errors.AsType[*NoSpace](err); return ok }},
		{"read-only", 128 << 20, unix.MS_RDONLY, func(err error) bool { return errors.Is(err, unix.EROFS) }},
		{"room", 128 << 20, 0, func(err error) bool { return err == nil }},
	} {
		if err := powercut.Mount(dir, len(data)+disk.room); err != nil {
			return err
		}
		model := filepath.Join(dir, "model.gguf")
		if err := os.WriteFile(model, data, 0o600); err != nil {
			return err
		}
		if disk.flags != 0 {
			if err := unix.Mount("tmpfs", dir, "tmpfs", unix.MS_REMOUNT|disk.flags, ""); err != nil {
				return fmt.Errorf("mount: %w", err)
			}
		}
		err := Prepare(context.Background(), model, nil)
		if !disk.want(err) {
			return fmt.Errorf("%s: %w", disk.what, err)
		}
		f, reason, openErr := OpenFast(model)
		if openErr != nil || reason != nil || f.Prepared() != (err == nil) {
			return fmt.Errorf("%s: opened after it: %w", disk.what, errors.Join(reason, openErr))
		}
		entries, dirErr := os.ReadDir(dir)
		if n := len(entries); dirErr != nil || (n == 2) != (err == nil) {
			return fmt.Errorf("%s: %d files are there, %v", disk.what, n, dirErr)
		}
		if err := errors.Join(f.Close(), unix.Unmount(dir, 0)); err != nil {
			return err
		}
	}
	return restoreOnSmallDisk(path, dir)
}

// restoreOnSmallDisk has a prepared file alone on a disk that has no room for its original.
func restoreOnSmallDisk(path, dir string) error {
	if err := Prepare(context.Background(), path, nil); err != nil {
		return err
	}
	data, err := os.ReadFile(PreparedPath(path))
	if err != nil {
		return err
	}
	if err := powercut.Mount(dir, len(data)+1<<20); err != nil {
		return err
	}
	model := filepath.Join(dir, "model.gguf")
	if err := os.WriteFile(PreparedPath(model), data, 0o600); err != nil {
		return err
	}
	if err := Restore(context.Background(), model, nil); err == nil {
		return errors.New("it was restored where there is no room")
	} else if _, ok := errors.AsType[*NoSpace](err); !ok {
		return fmt.Errorf("no room to restore: %w, want a *NoSpace", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		return fmt.Errorf("%v are left: %w", left, err)
	}
	return unix.Unmount(dir, 0)
}

// TestPrepareWhenTheDiskFillsUp fails in the middle of writing, which looking at the room first cannot prevent.
func TestPrepareWhenTheDiskFillsUp(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("/dev/full: not here")
	}
	defer full.Close()
	f := open(t, preparable(t))
	w := &preparer{ctx: context.Background(), file: f, total: f.Size()}
	if err := w.contents(full); !errors.Is(err, unix.ENOSPC) && !errors.Is(err, unix.ESPIPE) {
		t.Errorf("got %v, want %v", err, unix.ENOSPC)
	}
}
