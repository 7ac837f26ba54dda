//go:build unix

package document

import "golang.org/x/sys/unix"

// reserve takes room for a memory of at most so many bytes from the system, which gives a page of it when it is first
// written: growing copies nothing, and free gives all back at once, whatever the collector does.
func reserve(most uint64) (room []byte, free func()) {
	room, err := unix.Mmap(-1, 0, int(most), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return make([]byte, most), func() {}
	}
	return room, func() { _ = unix.Munmap(room) }
}
