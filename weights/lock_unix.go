//go:build unix

package weights

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// LockFile takes an exclusive lock that ends with f. It reports false if somebody else, in this process or
// in another, has it.
func LockFile(f *os.File) (bool, error) {
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, unix.EINTR):
		case errors.Is(err, unix.EWOULDBLOCK):
			return false, nil
		default:
			return false, &os.PathError{Op: "lock", Path: f.Name(), Err: err}
		}
	}
}

// DiskFull reports whether a file did not fit: on the disk, into somebody's share of it, or into what a process may
// write.
func DiskFull(err error) bool {
	return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) || errors.Is(err, unix.EFBIG)
}

// FreeSpace returns how many bytes an ordinary user may still write where dir is.
func FreeSpace(dir string) (int64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, &os.PathError{Op: "statfs", Path: dir, Err: err}
	}
	return int64(st.Bavail) * int64(st.Bsize), nil
}

// openHere opens a file to write to, and makes it if it is not there. A link is not followed, and a pipe not waited for.
func openHere(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0o600)
}

// publish gives a whole file the time of its last change, unless that is zero, and another name, and closes it. If it
// cannot, the file is gone.
func publish(f *os.File, to string, changed time.Time) error {
	var err error
	if !changed.IsZero() {
		err = os.Chtimes(f.Name(), changed, changed)
	}
	if err == nil {
		err = os.Rename(f.Name(), to)
	}
	if err != nil {
		return errors.Join(err, DiscardPart(f))
	}
	return f.Close()
}

// DiscardPart removes a file that [OpenPart] opened and closes it: in this order, because its lock ends with it.
func DiscardPart(f *os.File) error { return errors.Join(os.Remove(f.Name()), f.Close()) }
