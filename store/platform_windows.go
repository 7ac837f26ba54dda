package store

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// permissionsMatter says that a file's mode decides who may read it; here the directory's ACL does.
const permissionsMatter = false

// lockFile takes an exclusive lock that ends with the process. It reports false if another process has it.
//
// The locked byte lies far behind the text of the file, because Windows keeps others from reading what is
// locked.
func lockFile(f *os.File) (bool, error) {
	at := &windows.Overlapped{OffsetHigh: 1 << 30}
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, at)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, windows.ERROR_LOCK_VIOLATION), errors.Is(err, windows.ERROR_IO_PENDING):
		return false, nil
	}
	return false, &os.PathError{Op: "lock", Path: f.Name(), Err: err}
}

// syncDir does nothing: NTFS keeps its names in a journal, and a directory cannot be flushed.
func syncDir(string) error { return nil }

func isDiskFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

func isReadOnly(err error) bool { return errors.Is(err, windows.ERROR_WRITE_PROTECT) }

// diskIsFull is not asked for here: the WAL's index grows by writing, which SQLite reports as a full disk.
func diskIsFull(string) bool { return false }
