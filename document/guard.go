package document

import (
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"
)

// Guard watches what this process has taken of memory, and calls exceeded, once and from a goroutine of its own, when
// that is more than most bytes. It is for processes that read one document at a time and may be ended; the collector is
// told of the limit, so that what is garbage does not count for long. stop ends the watch.
func Guard(most int64, exceeded func()) (stop func()) {
	before := debug.SetMemoryLimit(most * 3 / 4)
	done := make(chan struct{})
	go func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				if inUse() > most {
					exceeded()
					return
				}
			}
		}
	}()
	return sync.OnceFunc(func() {
		close(done)
		debug.SetMemoryLimit(before)
	})
}

// inUse is the memory that the Go runtime has from the system, in bytes, without what it has given back.
func inUse() int64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return int64(samples[0].Value.Uint64() - samples[1].Value.Uint64())
}
