package engine

import (
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"exaone/chat"
	"exaone/model"
	"exaone/tensor"
)

// runner owns a loaded model, its cache and its samplers. Its goroutine, run, is the only one that touches
// them, so none of them has a lock:
//
//	inbox ──▶ admit ─▶ plan ─▶ Forward ─▶ sample ─▶ deliver ─▶ retire ─┐
//	             ▲                                                     │
//	             └───────────────── for ever ─────────────────────────┘
//
// While a long piece of a prompt is read, the same happens between the layers of its pass: see flight.
type runner struct {
	model  model.Model
	shape  model.Shape
	ops    tensor.Ops
	kv     *tensor.KV
	limits limits
	log    *slog.Logger

	name string // of the model, for people; set as damaged is

	// damaged returns the error of a step that panicked because of what is in the model's files, or nil if that was not
	// why. It is set before the first sequence comes.
	damaged func(panicked any) error

	inbox   chan *sequence
	forgets chan forget
	quit    chan struct{}
	done    chan struct{}

	stopOnce sync.Once
	queue    queue

	waiting []*sequence // in order of arrival; preempted ones in front
	running []*sequence // in order of admission
	served  map[string]float64
	pages   *pages
	sampler sampler
	pace    pace
	ranking ranking
	drafter drafter

	pass   *pass // that is running, or is next
	beside *pass // the one that runs while it pauses
	flight *flight
	raw    []float32 // logits as the model gave them

	mask   []uint64 // a bit for each token that a grammar allows
	forced []int32

	keeper     *keeper       // nil if nothing is kept on disk
	reports    <-chan report // of the keeper
	bringing   int           // jobs that read
	writing    bool
	stuck      bool // nobody runs, and nobody of those who wait can begin
	writeAgain time.Time
	toWrite    []piece

	stats stats
}

// pass is what one forward pass runs. Its memory is kept from one to the next.
type pass struct {
	loads []load
	plan  step
	parts []part
	batch model.Batch
	want  []wanted

	prompts, shares int // tokens of prompts, and of how many shares they are
}

// limits bound what a runner takes on.
type limits struct {
	window    int // longest sequence
	sequences int // how many run at once
	queue     int // how many wait; see queue.enter
}

// stats are read by other goroutines.
type stats struct {
	running, pagesHeld, pagesCached   atomic.Int64
	steps, promptTokens, cachedTokens atomic.Int64
	outTokens, preempted              atomic.Int64
	drafted, accepted                 atomic.Int64
	diskTokens, diskBytes             atomic.Int64
}

type forget struct {
	scopes []tag
	done   chan struct{}
}

// wanted says whose logits a row of the output is, and at which position.
type wanted struct {
	seq      *sequence
	position int // of the row: its logits say what comes at position+1
	row      int // of the batch
}

func newRunner(m model.Model, ops tensor.Ops, kv *tensor.KV, pageCount, pageSize int, l limits, pace pace, d drafter, k *keeper, log *slog.Logger) *runner {
	r := &runner{
		model: m, shape: m.Shape(), ops: ops, kv: kv, limits: l, log: log,
		inbox:   make(chan *sequence, 2*l.queue+1),
		forgets: make(chan forget),
		quit:    make(chan struct{}),
		done:    make(chan struct{}),
		served:  make(map[string]float64),
		pages:   newPages(pageCount, pageSize),
		pace:    pace,
		pass:    &pass{},
		beside:  &pass{},
		drafter: d,
		keeper:  k,
	}
	if k != nil {
		r.reports = k.reports
		r.index()
	}
	go r.run()
	return r
}

// index enters what is on disk into the tree. Who forgets meanwhile waits until the goroutine runs; if it will not,
// because of a panic here, they are let go.
func (r *runner) index() {
	r.keeper.store.enter(r)
	indexed := false
	defer func() {
		if !indexed {
			r.keeper.store.leave(r)
			close(r.done)
		}
	}()
	r.stats.diskBytes.Store(r.keeper.index(r.pages))
	indexed = true
}

// submit hands a sequence over, or says that too many wait.
func (r *runner) submit(s *sequence) error {
	if n, ok := r.queue.enter(s.share, r.limits.queue); !ok {
		return chat.NewError(chat.CodeBusy, nil, n, r.limits.queue)
	}
	select {
	case r.inbox <- s:
		return nil
	case <-r.done:
		r.queue.leave(s.share)
		return chat.NewError(chat.CodeShuttingDown, nil)
	}
}

// queue counts who waits. It may be used by many goroutines.
type queue struct {
	mu    sync.Mutex
	n     int
	share map[string]int // those of each share, if there are any
}

// enter counts one more if fewer than most wait. A share of which nobody waits finds room beyond that, as much again:
// one who asks for very much keeps himself out, and not others.
func (q *queue) enter(share string, most int) (waiting int, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.n >= most && (q.share[share] > 0 || q.n >= 2*most) {
		return q.n, false
	}
	q.add(share)
	return q.n, true
}

// again counts one that was preempted, whatever the limit.
func (q *queue) again(share string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.add(share)
}

func (q *queue) add(share string) {
	if q.share == nil {
		q.share = make(map[string]int)
	}
	q.n++
	q.share[share]++
}

func (q *queue) leave(share string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.n--
	if q.share[share]--; q.share[share] <= 0 {
		delete(q.share, share)
	}
}

func (q *queue) length() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.n
}

// forget removes the pages of scopes and returns when that is done.
func (r *runner) forget(scopes []tag) {
	f := forget{scopes, make(chan struct{})}
	select {
	case r.forgets <- f:
		<-f.done
	case <-r.done:
	}
}

// stop ends the goroutine; sequences that are still there get an error. It may be called again.
func (r *runner) stop() {
	r.stopOnce.Do(func() { close(r.quit) })
	<-r.done
}

func (r *runner) run() {
	defer close(r.done)
	debug.SetPanicOnFault(true) // somebody may truncate the file under the map: an error, and not the end
	for {
		if !r.receive() {
			r.endAll(chat.NewError(chat.CodeShuttingDown, nil))
			r.finish()
			return
		}
		r.dropLeft()
		r.admit()
		r.stuck = len(r.running) == 0
		r.step()
		r.write()
		r.publish()
	}
}

// receive takes what has arrived, waiting only if there is nothing else to do. It reports false at the end.
func (r *runner) receive() bool {
	if len(r.running) == 0 && (len(r.waiting) == 0 || r.stuck && (r.writing || r.bringing > 0)) {
		select {
		case s := <-r.inbox:
			r.waiting = append(r.waiting, s)
		case f := <-r.forgets:
			r.forgetNow(f)
		case rep := <-r.reports:
			r.heard(rep)
		case <-r.quit:
			return false
		}
	}
	for {
		select {
		case s := <-r.inbox:
			r.waiting = append(r.waiting, s)
		case f := <-r.forgets:
			r.forgetNow(f)
		case rep := <-r.reports:
			r.heard(rep)
		case <-r.quit:
			return false
		default:
			return true
		}
	}
}

// forgetNow forgets scopes. What was asked before goes on, but leaves nothing behind for others.
func (r *runner) forgetNow(f forget) {
	r.collect()
	for _, scope := range f.scopes {
		r.pages.forget(scope)
		for _, list := range [...][]*sequence{r.running, r.waiting} {
			for _, s := range list {
				a := s.audience
				s.noShare = s.noShare || a.scope == scope || scope == (tag{}) && a.public >= r.pages.size
			}
		}
	}
	r.bury()
	close(f.done)
}

// collect takes what has arrived.
func (r *runner) collect() {
	for {
		select {
		case s := <-r.inbox:
			r.waiting = append(r.waiting, s)
		default:
			return
		}
	}
}

func (r *runner) endAll(err error) {
	r.collect()
	for _, s := range r.waiting {
		r.queue.leave(s.share)
		s.out.put(news{err: err})
	}
	for len(r.running) > 0 {
		r.running[0].out.put(news{err: err})
		r.retire(0)
	}
	r.waiting = nil
	r.publish()
}

// publish makes the numbers visible to other goroutines.
func (r *runner) publish() {
	r.stats.running.Store(int64(len(r.running)))
	r.stats.pagesHeld.Store(int64(r.pages.held()))
	r.stats.pagesCached.Store(int64(r.pages.cached))
}
