package tensor

import "golang.org/x/sys/unix"

// hugePages asks for pages of two megabytes: a plane of a head is about one of four kilobytes, and without them every
// plane that attention reads costs a walk through the page table. A system that has none to give is no error.
func hugePages(data []byte) { _ = unix.Madvise(data, unix.MADV_HUGEPAGE) }
