package weights

import "golang.org/x/sys/unix"

// hugePages would ask for larger pages; there are none for files.
func hugePages([]byte) {}

// willNeed asks the system to read a map ahead. It is advice: an error changes nothing.
func willNeed(data []byte) { _ = unix.Madvise(data, unix.MADV_WILLNEED) }
