//go:build !unix && !windows

package weights

import (
	"errors"
	"math"
	"os"
)

// lockFile would take an exclusive lock: this system has none.
func lockFile(*os.File) (bool, error) { return true, nil }

// FreeSpace would return how many bytes may still be written: this system does not say.
func FreeSpace(string) (int64, error) { return math.MaxInt64, nil }

// publish gives a whole file another name, and closes it. If it cannot, the
// file is gone.
func publish(f *os.File, to string) error {
	err := f.Close()
	if err == nil {
		err = os.Rename(f.Name(), to)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// discard closes a file and removes it.
func discard(f *os.File) error { return errors.Join(f.Close(), os.Remove(f.Name())) }
