package weights

import (
	"errors"
	"os"
	"time"
)

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
