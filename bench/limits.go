package bench

import (
	"context"
	"encoding/binary"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Limits measures what a machine can do at most: how fast its memory is read and how fast its cores multiply 8-bit
// integers. It holds memory to read from. It is for one goroutine; the zero value is not ready.
type Limits struct {
	threads int
	memory  []byte
	free    func() error
	loops   loops
	sink    atomic.Uint64 // what was read, so that reading cannot be left out
}

// loops are what is timed. Each takes as long as its argument says.
type loops struct {
	readOne, readFour func(b []byte) uint64 // b is a multiple of 1024 bytes
	multiply          func(n int)
	multiplyOps       int    // multiplications and additions for each of n
	instruction       string // of multiply; "" is plain Go
	clock             func(n int)
	clockCycles       int // for each of n; 0 if the clock is not known
}

// readChunk is what a thread claims at a time. A thread that starts late, or loses its core, costs the others no more
// than the reading of one.
const readChunk = 16 << 20

// NewLimits takes size bytes of memory, in huge pages where the operating system has them, for measuring with a number
// of threads. Close gives the memory back.
func NewLimits(threads int, size int64) (*Limits, error) {
	size = max(size&^(readChunk-1), int64(threads)*readChunk)
	memory, free, err := hugePages(int(size))
	if err != nil {
		return nil, err
	}
	l := &Limits{threads: threads, memory: memory, free: free, loops: loopsOf()}
	l.chunks(func(b []byte) { // every page is there before it is read
		for i := 0; i < len(b); i += 4096 {
			b[i] = byte(i >> 12)
		}
	})
	return l, nil
}

// Close gives the memory back.
func (l *Limits) Close() error { return l.free() }

// Size returns the bytes that are held, all of them resident.
func (l *Limits) Size() int64 { return int64(len(l.memory)) }

// Instruction names what Multiply times; "" is plain Go, whose figure is no limit.
func (l *Limits) Instruction() string { return l.loops.instruction }

// chunks has the threads claim the memory piece by piece, and returns when all of it was claimed and done.
func (l *Limits) chunks(work func(b []byte)) time.Duration {
	var next atomic.Int64
	return l.together(func() {
		for {
			at := int(next.Add(readChunk)) - readChunk
			if at >= len(l.memory) {
				return
			}
			work(l.memory[at : at+readChunk])
		}
	})
}

// together runs work on every thread at once and returns the time from the first start to the last end.
func (l *Limits) together(work func()) time.Duration {
	var ready atomic.Int32
	var wait sync.WaitGroup
	var mu sync.Mutex
	var first, last time.Time
	for range l.threads {
		wait.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			for ready.Add(1); int(ready.Load()) < l.threads; {
				runtime.Gosched()
			}
			start := time.Now()
			work()
			end := time.Now()
			mu.Lock()
			defer mu.Unlock()
			if first.IsZero() || start.Before(first) {
				first = start
			}
			if end.After(last) {
				last = end
			}
		})
	}
	wait.Wait()
	return last.Sub(first)
}

// Read returns the bytes a second that all threads read together, the better of one and of four streams for each
// thread. One call reads the memory twice.
func (l *Limits) Read(ctx context.Context) (float64, error) {
	best := 0.0
	for _, read := range []func([]byte) uint64{l.loops.readOne, l.loops.readFour} {
		took := l.chunks(func(b []byte) {
			if ctx.Err() == nil {
				l.sink.Add(read(b))
			}
		})
		best = max(best, float64(len(l.memory))/took.Seconds())
	}
	return best, ctx.Err()
}

// Peak is how fast the threads multiply 8-bit integers together.
type Peak struct {
	Ops   float64 // multiplications and additions a second, of all threads
	Hertz float64 // clock of a core meanwhile; 0 if it cannot be measured
	Cycle float64 // operations a cycle and core; 0 if the clock is not known
}

// leastOps is what every processor with the instructions reaches: below it something took the cores away.
const leastOps = 120

// Void reports whether the measure is worth nothing, because the cores did something else too.
func (p Peak) Void() bool { return p.Hertz > 0 && p.Cycle < leastOps }

// peakRounds is how often clock and multiplications take turns in one measure; the best of each counts.
const peakRounds = 8

// Multiply returns the peak of 8-bit multiplication, within about 20 ms. A void measure goes on for four times as
// long, and is returned as it is if that does not help.
func (l *Limits) Multiply(ctx context.Context) (Peak, error) {
	var best Peak
	for round := range 4 * peakRounds {
		if err := ctx.Err(); err != nil {
			return Peak{}, err
		}
		p := l.multiply()
		best.Ops, best.Hertz = max(best.Ops, p.Ops), max(best.Hertz, p.Hertz)
		if best.Hertz > 0 {
			best.Cycle = best.Ops / best.Hertz / float64(l.threads)
		}
		if round >= peakRounds-1 && !best.Void() {
			break
		}
	}
	return best, nil
}

// multiply measures once: the clock, the multiplications, and the clock again, all on the same threads.
func (l *Limits) multiply() Peak {
	const clocks, products = 20_000, 100_000
	type times struct{ clock, multiply time.Duration }
	var mu sync.Mutex
	var all []times
	l.together(func() {
		var t times
		start := time.Now()
		l.loops.clock(clocks)
		middle := time.Now()
		l.loops.multiply(products)
		end := time.Now()
		l.loops.clock(clocks)
		t.clock = middle.Sub(start) + time.Since(end)
		t.multiply = end.Sub(middle)
		mu.Lock()
		all = append(all, t)
		mu.Unlock()
	})
	var p Peak
	for _, t := range all {
		p.Ops += float64(l.loops.multiplyOps) * products / t.multiply.Seconds()
		p.Hertz += float64(l.loops.clockCycles) * 2 * clocks / t.clock.Seconds() / float64(len(all))
	}
	return p
}

// plainLoops are the loops in Go, for processors without others. Their multiplication is what a compiler makes of it.
func plainLoops() loops {
	return loops{
		readOne: func(b []byte) uint64 { return readPlain(b) },
		readFour: func(b []byte) uint64 {
			n := len(b) / 4
			return readPlain(b[:n]) ^ readPlain(b[n:2*n]) ^ readPlain(b[2*n:3*n]) ^ readPlain(b[3*n:])
		},
		multiply: multiplyPlain, multiplyOps: 32, clock: func(int) {},
	}
}

func readPlain(b []byte) uint64 {
	var x, y, z, w uint64
	for ; len(b) >= 32; b = b[32:] {
		x ^= binary.LittleEndian.Uint64(b)
		y ^= binary.LittleEndian.Uint64(b[8:])
		z ^= binary.LittleEndian.Uint64(b[16:])
		w ^= binary.LittleEndian.Uint64(b[24:])
	}
	return x ^ y ^ z ^ w
}

// plainResult keeps the compiler from leaving out the products.
var plainResult atomic.Int32

func multiplyPlain(n int) {
	var a, b [16]int8
	for i := range a {
		a[i], b[i] = int8(i), int8(n)
	}
	var sum int32
	for range n {
		for i := range a {
			sum += int32(a[i]) * int32(b[i])
		}
		a[0]++
	}
	plainResult.Store(sum)
}
