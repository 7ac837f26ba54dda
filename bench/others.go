package bench

import (
	"os"
	"runtime"
	"time"
)

// tickTime is the kernel's tick as proc(5) counts it: USER_HZ is 100 on every Linux that Go runs on.
const tickTime = 10 * time.Millisecond

// others starts to watch what processes other than this one and pids do. The function it returns says how much of the
// machine's processors they took since then, 0 to 1; false if it cannot be known.
func others(pids ...int) func() (float64, bool) {
	pids = append(pids, os.Getpid())
	start := time.Now()
	all, own, ok := ticks(pids)
	return func() (float64, bool) {
		all2, own2, ok2 := ticks(pids)
		took := time.Since(start) / tickTime * time.Duration(runtime.NumCPU())
		if !ok || !ok2 || took <= 0 {
			return 0, false
		}
		return min(1, max(0, float64(all2-all-(own2-own))/float64(took))), true
	}
}

// watched measures value and notes what others took meanwhile.
func (b *bench) watched(measure func() (float64, error), pids ...int) (float64, error) {
	share := others(pids...)
	value, err := measure()
	if s, ok := share(); ok && err == nil {
		b.report.Others.Values = append(b.report.Others.Values, s)
	}
	return value, err
}
