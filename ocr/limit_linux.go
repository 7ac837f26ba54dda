package ocr

import (
	"time"

	"golang.org/x/sys/unix"
)

// limit bounds the memory and the processor time of a process that was just started. A process that has ended is none to
// bound, so errors say nothing.
func limit(pid int, memory uint64, busy time.Duration) {
	seconds := uint64(busy.Seconds()) + 1
	_ = unix.Prlimit(pid, unix.RLIMIT_AS, &unix.Rlimit{Cur: memory, Max: memory}, nil)
	_ = unix.Prlimit(pid, unix.RLIMIT_CPU, &unix.Rlimit{Cur: seconds, Max: seconds}, nil)
	_ = unix.Prlimit(pid, unix.RLIMIT_CORE, &unix.Rlimit{}, nil)
}
