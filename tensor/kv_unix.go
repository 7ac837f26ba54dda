//go:build unix

package tensor

import "golang.org/x/sys/unix"

// reserve returns size zero bytes that the system commits when they are first written.
func reserve(size int) ([]byte, func() error, error) {
	data, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return nil, nil, err
	}
	hugePages(data)
	return data, func() error { return unix.Munmap(data) }, nil
}
