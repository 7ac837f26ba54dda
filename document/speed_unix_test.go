//go:build unix

package document

import (
	"syscall"
	"time"
)

// busyTime is what this process has taken of the processor.
func busyTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
