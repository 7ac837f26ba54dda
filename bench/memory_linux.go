package bench

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// hugePages returns n bytes of fresh memory, asking for huge pages, and what gives it back.
func hugePages(n int) ([]byte, func() error, error) {
	b, err := unix.Mmap(-1, 0, n, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return nil, nil, fmt.Errorf("%d bytes of memory: %w", n, err)
	}
	// A kernel without huge pages says EINVAL, and reads slower.
	if err := unix.Madvise(b, unix.MADV_HUGEPAGE); err != nil && !errors.Is(err, unix.EINVAL) {
		return nil, nil, errors.Join(fmt.Errorf("huge pages: %w", err), unix.Munmap(b))
	}
	return b, func() error { return unix.Munmap(b) }, nil
}

// resident returns what of this process is in memory: anonymous memory, pages of files, and the most that both
// together have been since resetPeak, in bytes.
func resident() (anonymous, file, peak int64, ok bool) {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, 0, 0, false
	}
	for line := range strings.Lines(string(b)) {
		name, rest, _ := strings.Cut(line, ":")
		fields := strings.Fields(rest)
		if len(fields) != 2 || fields[1] != "kB" {
			continue
		}
		n, _ := strconv.ParseInt(fields[0], 10, 64)
		switch name {
		case "RssAnon":
			anonymous = n << 10
		case "RssFile", "RssShmem":
			file += n << 10
		case "VmHWM":
			peak = n << 10
		}
	}
	return anonymous, file, peak, true
}

// resetPeak starts the peak of resident again from what is there now (proc(5), clear_refs). Where that is not allowed
// the peak stays that of the whole life of the process.
func resetPeak() { os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }
