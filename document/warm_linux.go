package document

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// yield lets every other process come first. Each thread has a priority of its own, which those that it makes begin with. Where
// that is refused, nothing changes.
func yield() {
	threads, _ := os.ReadDir("/proc/self/task")
	for _, thread := range threads {
		if id, err := strconv.Atoi(thread.Name()); err == nil {
			_ = unix.Setpriority(unix.PRIO_PROCESS, id, 19)
		}
	}
}
