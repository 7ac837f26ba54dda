//go:build unix

package weights

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

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
