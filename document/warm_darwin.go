package document

import "golang.org/x/sys/unix"

// yield lets every other process come first.
func yield() { _ = unix.Setpriority(unix.PRIO_PROCESS, 0, 19) }
