// Package disk is what files need of an operating system and package os does not have: locks that end with their process,
// names that outlive a crash, maps, and room.
package disk

// Free returns how many bytes an ordinary user may still write where dir is.
func Free(dir string) (int64, error) {
	free, _, err := Space(dir)
	return free, err
}
