package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"

	"exaone/chat"
	"exaone/model"
	"exaone/tensor"
)

// encoder owns a loaded encoder. Its goroutine, run, is the only one that touches it, so that nothing has a lock:
//
//	inbox ──▶ pick texts ─▶ Encode ─▶ deliver ─┐
//	             ▲                             │
//	             └──────── for ever ───────────┘
//
// A step reads whole texts of several requests, whatever their lengths: nothing is padded. Shares take turns by the
// tokens that were read of each, and requests of one share likewise, so that a question does not wait for the ten
// thousand passages that were sent before it.
type encoder struct {
	model *model.Encoder
	ops   tensor.Ops
	log   *slog.Logger
	name  string
	limit int // requests that may wait; see queue.enter

	// damaged is that of runner.
	damaged func(panicked any) error

	inbox    chan *reading
	quit     chan struct{}
	done     chan struct{}
	stopOnce sync.Once
	queue    queue

	waiting []*reading // in order of arrival
	served  map[string]float64
	now     []textAt // of the step
	texts   model.Texts

	running, steps, tokens atomic.Int64
}

// stepTokens is how many ids a step reads, or one text if that is longer: enough for the best speed, and few enough that
// whoever comes next need not wait long.
const stepTokens = 1024

// reading is one request: texts of one share. Until it is handed over it belongs to its maker, then to the encoder
// until done.
type reading struct {
	ctx    context.Context
	share  string
	texts  []wholeText
	tokens int   // ids of all texts
	cut    []int // texts of which only the beginning is read

	next  int // the first that has not been begun
	left  int // how many have not been read
	taken int // ids of those that have been begun
	done  chan error
}

// wholeText is one text, or a question and a text.
type wholeText struct {
	ids   []int32
	types []int32 // nil is 0 for all; those beyond its end are 0
	out   []float32
}

func newReading(ctx context.Context, share string, who chat.Principal) *reading {
	if share == "" {
		share = who.Scope()
	}
	return &reading{ctx: ctx, share: share, done: make(chan error, 1)}
}

func (j *reading) append(p wholeText) {
	j.texts = append(j.texts, p)
	j.tokens += len(p.ids)
	j.left++
}

// textAt is a text of a step.
type textAt struct {
	job *reading
	at  int
}

func newEncoder(m *model.Encoder, ops tensor.Ops, name string, limit int, log *slog.Logger) *encoder {
	e := &encoder{model: m, ops: ops, log: log, name: name, limit: limit,
		inbox: make(chan *reading, 2*limit+1), quit: make(chan struct{}), done: make(chan struct{}), served: make(map[string]float64)}
	go e.run()
	return e
}

// read hands a request over and waits until all of its texts are read. CodeBusy says that too many requests wait.
func (e *encoder) read(j *reading) error {
	if n, ok := e.queue.enter(j.share, e.limit); !ok {
		return chat.NewError(chat.CodeBusy, nil, n, e.limit)
	}
	defer e.queue.leave(j.share)
	select {
	case e.inbox <- j:
	case <-j.ctx.Done():
		return context.Cause(j.ctx)
	case <-e.done:
		return chat.NewError(chat.CodeShuttingDown, nil)
	}
	select {
	case err := <-j.done:
		return err
	case <-j.ctx.Done(): // the encoder finds out by itself
		return context.Cause(j.ctx)
	case <-e.done:
	}
	select {
	case err := <-j.done:
		return err
	default:
		return chat.NewError(chat.CodeShuttingDown, nil)
	}
}

// stop ends the goroutine; requests that are still there get an error. It may be called again.
func (e *encoder) stop() {
	e.stopOnce.Do(func() { close(e.quit) })
	<-e.done
}

func (e *encoder) run() {
	defer close(e.done)
	debug.SetPanicOnFault(true) // as in runner.run
	for e.receive() {
		e.dropLeft()
		e.pick()
		if len(e.now) == 0 {
			continue
		}
		e.running.Store(int64(len(e.now)))
		e.finish(e.step())
		e.running.Store(0)
	}
	for _, j := range e.waiting {
		j.done <- chat.NewError(chat.CodeShuttingDown, nil)
	}
}

// receive takes what has arrived, waiting only if there is nothing else to do. It reports false at the end.
func (e *encoder) receive() bool {
	if len(e.waiting) == 0 {
		select {
		case j := <-e.inbox:
			e.enter(j)
		case <-e.quit:
			return false
		}
	}
	for {
		select {
		case j := <-e.inbox:
			e.enter(j)
		case <-e.quit:
			return false
		default:
			return true
		}
	}
}

// enter takes in a request. A share that comes anew starts level with the least served one that is here.
func (e *encoder) enter(j *reading) {
	if _, here := e.served[j.share]; !here {
		least, some := 0.0, false
		for _, v := range e.served {
			if !some || v < least {
				least, some = v, true
			}
		}
		e.served[j.share] = least
	}
	e.waiting = append(e.waiting, j)
}

// leave tells whoever sent a request what became of it, and forgets it.
func (e *encoder) leave(j *reading, err error) {
	e.waiting = slices.DeleteFunc(e.waiting, func(o *reading) bool { return o == j })
	if !slices.ContainsFunc(e.waiting, func(o *reading) bool { return o.share == j.share }) {
		delete(e.served, j.share)
	}
	j.done <- err
}

// dropLeft forgets the requests that nobody wants any more.
func (e *encoder) dropLeft() {
	for _, j := range slices.Clone(e.waiting) {
		if j.ctx.Err() != nil {
			e.leave(j, context.Cause(j.ctx))
		}
	}
}

// pick fills e.now with the texts of the next step.
func (e *encoder) pick() {
	e.now = e.now[:0]
	for tokens := 0; ; {
		j := e.whoseTurn()
		if j == nil {
			return
		}
		n := len(j.texts[j.next].ids)
		if tokens > 0 && tokens+n > stepTokens {
			return
		}
		e.now = append(e.now, textAt{j, j.next})
		tokens += n
		j.next++
		j.taken += n
		e.served[j.share] += float64(n)
	}
}

// whoseTurn returns the request whose next text is read next: of the share that was served least, the request of which
// least was read.
func (e *encoder) whoseTurn() *reading {
	var best *reading
	for _, j := range e.waiting {
		if j.next == len(j.texts) {
			continue
		}
		if best == nil {
			best = j
			continue
		}
		a, b := e.served[j.share], e.served[best.share]
		if a < b || a == b && j.taken < best.taken || j.share == best.share && j.taken < best.taken {
			best = j
		}
	}
	return best
}

// step reads the texts of e.now. A panic in it ends the requests of this step and not the program.
func (e *encoder) step() (err error) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if e.damaged != nil {
			err = e.damaged(v)
		}
		if err == nil {
			e.log.Error("a step of an encoder panicked", "model", e.name, "panic", v, "stack", string(debug.Stack()))
			err = fmt.Errorf("a step panicked: %v", v)
		}
	}()
	t := &e.texts
	t.IDs, t.Types, t.Lengths, t.Stopped = t.IDs[:0], t.Types[:0], t.Lengths[:0], e.unwanted
	for _, p := range e.now {
		text := &p.job.texts[p.at]
		t.IDs = append(t.IDs, text.ids...)
		t.Types = append(t.Types, text.types...)
		for len(t.Types) < len(t.IDs) {
			t.Types = append(t.Types, 0)
		}
		t.Lengths = append(t.Lengths, len(text.ids))
	}
	rows, err := e.model.Encode(e.ops, t)
	if err != nil {
		return err
	}
	width := len(rows) / len(e.now)
	for i, p := range e.now {
		p.job.texts[p.at].out = slices.Clone(rows[i*width : (i+1)*width])
	}
	e.steps.Add(1)
	e.tokens.Add(int64(len(t.IDs)))
	return nil
}

// unwanted reports whether nobody wants any of the texts of the step.
func (e *encoder) unwanted() bool {
	select {
	case <-e.quit:
		return true
	default:
	}
	for _, p := range e.now {
		if p.job.ctx.Err() == nil {
			return false
		}
	}
	return true
}

// finish delivers what a step came to.
func (e *encoder) finish(err error) {
	stopped := errors.Is(err, model.ErrStopped) // dropLeft, or the end of the loop, tells those who wait
	if err != nil && !stopped {
		e.log.Error("a step of an encoder failed", "model", e.name, "err", err)
	}
	for _, p := range e.now {
		switch {
		case stopped:
		case err != nil:
			if slices.Contains(e.waiting, p.job) { // once, however many of its texts were in the step
				e.leave(p.job, err)
			}
		default:
			if p.job.left--; p.job.left == 0 {
				e.leave(p.job, nil)
			}
		}
	}
}
