//go:build unix

package hub

import "os"

// syncDir makes the names in a directory outlive a crash.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
