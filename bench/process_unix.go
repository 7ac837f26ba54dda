//go:build unix

package bench

import (
	"os"

	"golang.org/x/sys/unix"
)

// pause and proceed stop a process and let it go on.
func pause(p *os.Process) error   { return p.Signal(unix.SIGSTOP) }
func proceed(p *os.Process) error { return p.Signal(unix.SIGCONT) }
