package tensor

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// spinTime is how long a worker looks for the next job before it sleeps. The gaps between the operations
// of one step are a few microseconds; waking a sleeping thread costs tens of them.
const spinTime = 40 * time.Microsecond

// Pool is a fixed set of workers that all models share. Run may be called by several goroutines: their
// jobs take turns, one at a time, in about the order they came. A pool that has nothing to do uses no CPU.
type Pool struct {
	threads int
	turn    sync.Mutex // held during a job: two jobs at once would only push each other out of the cache
	current atomic.Pointer[job]
	number  atomic.Uint64 // of the last job; it changes after current
	jobs    []job         // one more than helpers, so that one is free whatever they hold
	workers []*worker
	done    chan struct{} // the last helper tells a caller that went to sleep
	closed  atomic.Bool
	ended   sync.WaitGroup
}

// worker is one helper goroutine. asleep is set before it waits for wake, and whoever clears it must send.
type worker struct {
	asleep atomic.Bool
	wake   chan struct{}
}

// job is one call of Run. Items are claimed in chunks, so that a worker that comes late, or that the
// operating system stops, costs the others a chunk and not its share of everything. A job is used again once
// nobody holds it: a step of a small model is hundreds of them.
type job struct {
	holders atomic.Int32 // helpers that may look at it
	n       int
	most    int // items of a chunk
	f       func(worker, i int)
	next    atomic.Int64
	left    atomic.Int64 // items not finished
	waiting atomic.Bool  // the caller sleeps on Pool.done
	failed  atomic.Pointer[failure]
}

// failure is a panic of f, carried to the goroutine that called Run.
type failure struct {
	value any
	stack string
}

// Error is the panic's text and, behind it, the stack of the worker.
func (f *failure) Error() string { return fmt.Sprintf("%v\n\nin a pool worker:\n%s", f.value, f.stack) }

// fault is a failure at an address that memory does not give, as the runtime's is (debug.SetPanicOnFault).
type fault struct {
	*failure
	at interface{ Addr() uintptr }
}

func (f fault) Addr() uintptr { return f.at.Addr() }

// again is what Run panics with.
func (f *failure) again() error {
	if at, ok := f.value.(interface{ Addr() uintptr }); ok {
		return fault{f, at}
	}
	return f
}

// NewPool starts a pool that computes on so many threads, the caller of Run included; less than one means
// one per CPU. Close it to end the workers.
func NewPool(threads int) *Pool {
	if threads < 1 {
		threads = runtime.GOMAXPROCS(0)
	}
	p := &Pool{threads: threads, jobs: make([]job, threads), done: make(chan struct{}, 1)}
	for i := 1; i < threads; i++ {
		w := &worker{wake: make(chan struct{}, 1)}
		p.workers = append(p.workers, w)
		p.ended.Go(func() { p.work(w, i) })
	}
	return p
}

// Threads returns how many goroutines compute at once; the worker numbers that Run passes are below it.
func (p *Pool) Threads() int { return p.threads }

// Close ends the workers and waits for them. Nobody may be in Run, and Run must not be called afterwards.
func (p *Pool) Close() {
	p.turn.Lock()
	defer p.turn.Unlock()
	if p.closed.Swap(true) {
		return
	}
	for _, w := range p.workers {
		if w.asleep.CompareAndSwap(true, false) {
			w.wake <- struct{}{}
		}
	}
	p.ended.Wait()
}

// Run calls f(worker, i) once for every i in [0, n) and returns when all calls have returned. No two calls
// at one time have the same worker number, which is in [0, Threads()): f may keep scratch space per worker.
// A panic in f ends up in the caller of Run, after the other calls are finished. f must not call Run.
func (p *Pool) Run(n int, f func(worker, i int)) {
	if n <= 0 {
		return
	}
	p.turn.Lock()
	defer p.turn.Unlock()
	if n == 1 || len(p.workers) == 0 {
		for i := range n {
			f(0, i)
		}
		return
	}
	j := p.free()
	j.n, j.f, j.most = n, f, max(1, n/(p.threads*chunks))
	j.next.Store(0)
	j.left.Store(int64(n))
	j.failed.Store(nil)
	p.current.Store(j)
	p.number.Add(1)
	for _, w := range p.workers {
		if w.asleep.CompareAndSwap(true, false) {
			w.wake <- struct{}{}
		}
	}
	p.help(j, 0)
	p.await(j)
	p.current.Store(nil)
	j.f = nil
	if fail := j.failed.Load(); fail != nil {
		panic(fail.again())
	}
}

// chunks is into how many chunks a worker's share is cut at least: one of the largest products of an 8-billion
// model is then some tens of microseconds long, and one of the smallest still hundreds of times what claiming it costs.
const chunks = 32

// free returns a job that no helper looks at. Each holds at most one, so there always is one.
func (p *Pool) free() *job {
	for i := range p.jobs {
		if p.jobs[i].holders.Load() == 0 {
			return &p.jobs[i]
		}
	}
	panic("pool: helpers hold every job")
}

// hold returns the current job, if there is one, and keeps it from being used again until it is let go.
func (p *Pool) hold() *job {
	for {
		j := p.current.Load()
		if j == nil {
			return nil
		}
		j.holders.Add(1)
		if p.current.Load() == j {
			return j
		}
		j.holders.Add(-1) // it ended meanwhile, and may be on its way to be another
	}
}

// claim takes the next items [lo, hi). Chunks become smaller towards the end, so that workers end together.
func (j *job) claim(threads int) (lo, hi int, ok bool) {
	for {
		at := j.next.Load()
		left := j.n - int(at)
		if left <= 0 {
			return 0, 0, false
		}
		size := min(j.most, max(1, left/(2*threads)))
		if j.next.CompareAndSwap(at, at+int64(size)) {
			return int(at), int(at) + size, true
		}
	}
}

// help claims and runs items until none is left to claim.
func (p *Pool) help(j *job, number int) {
	for {
		lo, hi, ok := j.claim(p.threads)
		if !ok {
			return
		}
		j.items(number, lo, hi)
		if j.left.Add(int64(lo-hi)) == 0 && j.waiting.CompareAndSwap(true, false) {
			p.done <- struct{}{}
		}
	}
}

// items runs the items of one chunk and keeps the first panic.
func (j *job) items(number, lo, hi int) {
	defer func() {
		if v := recover(); v != nil {
			stack := make([]byte, 8<<10)
			stack = stack[:runtime.Stack(stack, false)]
			j.failed.CompareAndSwap(nil, &failure{v, string(stack)})
		}
	}()
	for i := lo; i < hi; i++ {
		j.f(number, i)
	}
}

// await returns when every item of j is finished.
func (p *Pool) await(j *job) {
	if j.left.Load() == 0 || spin(func() bool { return j.left.Load() == 0 }) {
		return
	}
	j.waiting.Store(true)
	// A helper may have finished before it could see waiting. Whoever clears it owns the signal.
	if j.left.Load() == 0 && j.waiting.CompareAndSwap(true, false) {
		return
	}
	<-p.done
}

// work is the life of a helper: look for a job, spin a little, sleep.
func (p *Pool) work(w *worker, number int) {
	debug.SetPanicOnFault(true) // weights are maps of files that somebody may cut short
	last := uint64(0)
	fresh := func() bool { return p.number.Load() != last || p.closed.Load() }
	for {
		if !spin(fresh) {
			w.asleep.Store(true)
			// A job may have been published before asleep was seen: then take the flag back, or, if the
			// publisher was faster, its signal.
			if !fresh() || !w.asleep.CompareAndSwap(true, false) {
				<-w.wake
			}
		}
		if p.closed.Load() {
			return
		}
		last = p.number.Load()
		if j := p.hold(); j != nil {
			p.help(j, number)
			j.holders.Add(-1)
		}
	}
}

// spin calls ready until it is true, for at most spinTime, and reports whether it was. It lets other
// goroutines run meanwhile.
func spin(ready func() bool) bool {
	var start time.Time
	for i := 0; ; i++ {
		if ready() {
			return true
		}
		if i%64 == 63 {
			if start.IsZero() {
				start = time.Now()
			} else if time.Since(start) > spinTime {
				return false
			}
			runtime.Gosched()
		}
	}
}
