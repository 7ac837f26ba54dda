package document

import (
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"exaone/chat"
)

// allowed is how much memory this process may take, in bytes, while Guard watches it; 0 is any.
var allowed atomic.Int64

// Guard watches what this process has taken of memory, and calls exceeded, once and from a goroutine of its own, when
// that is more than most bytes. It is for processes that read one document at a time and may be ended; the collector is
// told of the limit, so that what is garbage does not count for long. Readers that know of a large piece before they take
// it end with an error instead. stop ends the watch.
func Guard(most int64, exceeded func()) (stop func()) {
	before := debug.SetMemoryLimit(most * 3 / 4)
	allowed.Store(most)
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
		allowed.Store(0)
		debug.SetMemoryLimit(before)
	})
}

// inUse is the memory that the Go runtime has from the system, in bytes, without what it has given back.
func inUse() int64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return int64(samples[0].Value.Uint64() - samples[1].Value.Uint64())
}

// largePiece is how much memory is asked for before it is taken, in bytes: less does not carry a process past its limit
// before Guard sees it.
const largePiece = 8 << 20

// mayTake is an error if so many bytes more are beyond what this process may take.
func mayTake(n int64) error {
	most := allowed.Load()
	if n < largePiece || most == 0 || inUse()+n <= most {
		return nil
	}
	debug.FreeOSMemory() // the rest may be garbage
	if inUse()+n > most {
		return chat.NewError(chat.CodeDocumentMemory, nil, "", most>>20) // told names the file
	}
	return nil
}

// added is append of large things: a slice that is full is copied into one that is a quarter larger, and for a moment both are
// there. It is an error, and nothing is added, where there is no memory for that.
func added[T any](s []T, more ...T) ([]T, error) {
	if need := len(s) + len(more); need > cap(s) {
		var one T
		room := max(need, cap(s)+cap(s)/4)
		if err := mayTake(int64(room) * int64(unsafe.Sizeof(one))); err != nil {
			return s, err
		}
		if len(s) > 1024 { // below append knows better
			s = slices.Grow(s, room-len(s))
		}
	}
	return append(s, more...), nil
}
