package weights

import "golang.org/x/sys/unix"

// hugePages asks for a map in pages of two megabytes: the file is then read into such pages, and one entry maps what
// 512 would. Faults of a first use take a fortieth of the time, and what reads gigabytes a token does not
// wait for page tables. It is advice: file systems without large folios (ext4 before Linux 6.16) go on as ever.
func hugePages(data []byte) { _ = unix.Madvise(data, unix.MADV_HUGEPAGE) }

// willNeed does nothing: reading ahead on demand makes small pages, and a fault in a map that wants large ones reads two
// megabytes and the next two behind them.
func willNeed([]byte) {}
