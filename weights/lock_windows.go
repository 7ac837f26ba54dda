package weights

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// LockFile takes an exclusive lock that ends with f, on a byte that no file has: on Windows a lock keeps others from
// reading what it is on. It reports false if somebody else, in this process or in another,
// has it.
func LockFile(f *os.File) (bool, error) {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &windows.Overlapped{OffsetHigh: 1 << 30})
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, windows.ERROR_LOCK_VIOLATION), errors.Is(err, windows.ERROR_IO_PENDING):
		return false, nil
	}
	return false, &os.PathError{Op: "lock", Path: f.Name(), Err: err}
}

// DiskFull reports whether a file did not fit on the disk.
func DiskFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

// FreeSpace returns how many bytes this user may still write where dir is.
func FreeSpace(dir string) (int64, error) {
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, err
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(path, &free, nil, nil); err != nil {
		return 0, &os.PathError{Op: "free space", Path: dir, Err: err}
	}
	return int64(min(free, 1<<62)), nil
}

// openHere opens a file to write to, and makes it if it is not there. [Replaceable] has looked for links before.
func openHere(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
}

// publish gives a whole file the time of its last change, unless that is zero, and another name, and closes it: first,
// since Windows renames no open file and changes the time of one when it is closed. If it cannot, the file is gone.
func publish(f *os.File, to string, changed time.Time) error {
	err := f.Close()
	if err == nil && !changed.IsZero() {
		err = os.Chtimes(f.Name(), changed, changed)
	}
	if err == nil {
		err = os.Rename(f.Name(), to)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// DiscardPart closes a file that [OpenPart] opened and removes it.
func DiscardPart(f *os.File) error { return errors.Join(f.Close(), os.Remove(f.Name())) }
