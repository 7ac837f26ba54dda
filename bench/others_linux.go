package bench

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// ticks returns what all processors have worked since the system started, and what of it some processes have, in the
// kernel's ticks (proc(5), stat). Work of a hypervisor's other guests counts as work.
func ticks(pids []int) (all, own int64, ok bool) {
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, 0, false
	}
	line, _, _ := strings.Cut(string(b), "\n")
	fields := strings.Fields(line) // cpu user nice system idle iowait irq softirq steal
	if len(fields) < 9 {
		return 0, 0, false
	}
	for _, i := range []int{1, 2, 3, 6, 7, 8} {
		all += parseTicks(fields[i])
	}
	for _, pid := range pids {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return 0, 0, false
		}
		// The second field is a name in brackets that may hold anything; utime and stime are the 14th and 15th.
		fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
		if len(fields) < 13 {
			return 0, 0, false
		}
		own += parseTicks(fields[11]) + parseTicks(fields[12])
	}
	return all, own, true
}

func parseTicks(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}
