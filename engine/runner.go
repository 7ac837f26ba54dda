package engine

import (
	"fmt"
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
type runner struct {
	model  model.Model
	shape  model.Shape
	ops    tensor.Ops
	kv     *tensor.KV
	limits limits
	log    *slog.Logger

	inbox   chan *sequence
	forgets chan forget
	quit    chan struct{}
	done    chan struct{}

	stopOnce sync.Once

	waiting []*sequence // in order of arrival; preempted ones in front
	running []*sequence // in order of admission
	served  map[string]float64
	pages   *pages
	batch   model.Batch
	want    []wanted
	sampler sampler
	pace    pace

	stats stats
}

// limits bound what a runner takes on.
type limits struct {
	window    int // longest sequence
	sequences int // how many run at once
	queue     int // how many wait
}

// stats are read by other goroutines.
type stats struct {
	queued, running, pagesHeld, pagesCached atomic.Int64
	steps, promptTokens, cachedTokens       atomic.Int64
	outTokens, preempted                    atomic.Int64
}

type forget struct {
	scope string
	done  chan struct{}
}

// wanted says whose logits a row of the output is, and at which position.
type wanted struct {
	seq      *sequence
	position int // of the row: its logits say what comes at position+1
}

func newRunner(m model.Model, ops tensor.Ops, kv *tensor.KV, pageCount, pageSize int, l limits, pace pace, log *slog.Logger) *runner {
	r := &runner{
		model: m, shape: m.Shape(), ops: ops, kv: kv, limits: l, log: log,
		inbox:   make(chan *sequence, l.queue+l.sequences+1),
		forgets: make(chan forget),
		quit:    make(chan struct{}),
		done:    make(chan struct{}),
		served:  make(map[string]float64),
		pages:   newPages(pageCount, pageSize),
		pace:    pace,
	}
	go r.run()
	return r
}

// submit hands a sequence over, or says that too many wait.
func (r *runner) submit(s *sequence) error {
	if n := r.stats.queued.Add(1); n > int64(r.limits.queue) {
		r.stats.queued.Add(-1)
		return chat.NewError(chat.CodeBusy, nil, n-1, r.limits.queue)
	}
	select {
	case r.inbox <- s:
		return nil
	case <-r.done:
		r.stats.queued.Add(-1)
		return chat.NewError(chat.CodeShuttingDown, nil)
	}
}

// forget removes a scope's pages and returns when that is done.
func (r *runner) forget(scope string) {
	f := forget{scope, make(chan struct{})}
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
			return
		}
		r.dropLeft()
		r.admit()
		r.step()
		r.publish()
	}
}

// receive takes what has arrived, waiting only if there is nothing else to do. It reports false at the end.
func (r *runner) receive() bool {
	if len(r.waiting)+len(r.running) == 0 {
		select {
		case s := <-r.inbox:
			r.waiting = append(r.waiting, s)
		case f := <-r.forgets:
			r.forgetNow(f)
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
		case <-r.quit:
			return false
		default:
			return true
		}
	}
}

func (r *runner) forgetNow(f forget) {
	r.pages.forget(f.scope)
	for _, s := range r.running {
		s.noShare = s.noShare || s.scope == f.scope
	}
	close(f.done)
}

// dropLeft retires the sequences whose reader has gone.
func (r *runner) dropLeft() {
	kept := r.waiting[:0]
	for _, s := range r.waiting {
		if s.ctx.Err() == nil {
			kept = append(kept, s)
			continue
		}
		r.stats.queued.Add(-1)
	}
	clear(r.waiting[len(kept):])
	r.waiting = kept
	for i := 0; i < len(r.running); {
		if r.running[i].ctx.Err() == nil {
			i++
			continue
		}
		r.retire(i)
	}
}

// retire gives back the pages of running sequence i and forgets it.
func (r *runner) retire(i int) {
	s := r.running[i]
	r.release(s)
	r.running = append(r.running[:i], r.running[i+1:]...)
	r.leave(s.share)
}

func (r *runner) release(s *sequence) {
	r.pages.release(s.pages)
	s.pages, s.keys, s.computed = s.pages[:0], s.keys[:0], 0
}

// admit moves waiting sequences to running while there is room for the first step of each, taking up the
// pages of the longest prefix that is cached.
func (r *runner) admit() {
	for len(r.waiting) > 0 && len(r.running) < r.limits.sequences {
		i := r.whoseTurn()
		s := r.waiting[i]
		keys, fresh := r.prefix(s)
		// One page beyond the prefix is enough to begin with; the rest comes step by step. Sequences that
		// run already keep one page each in reserve, so that a newcomer is not preempted at once.
		if r.pages.available()-fresh < min(1+len(r.running), len(r.pages.info)) {
			return
		}
		for _, k := range keys {
			page, _ := r.pages.find(k)
			s.pages = append(s.pages, page)
		}
		s.keys = append(s.keys, keys...)
		s.computed = len(keys) * r.pages.size
		if !s.begun {
			s.begun, s.cached = true, s.computed
			r.stats.promptTokens.Add(int64(s.prompt))
			r.stats.cachedTokens.Add(int64(s.cached))
		}
		r.waiting = append(r.waiting[:i], r.waiting[i+1:]...)
		r.stats.queued.Add(-1)
		r.running = append(r.running, s)
		r.charge(s, float64(s.prompt-s.cached))
	}
}

// prefix returns the keys of the cached pages that begin s, and how many of them nobody holds now. At least
// one token is left to compute, because its logits are needed; a prompt whose logprobs are wanted is
// computed whole.
func (r *runner) prefix(s *sequence) (keys []pageKey, fresh int) {
	if s.echo > 0 && s.echoed < s.prompt {
		return nil, 0
	}
	key := s.root
	for at := 0; at+r.pages.size < len(s.ids); at += r.pages.size {
		key = key.next(s.ids[at : at+r.pages.size])
		found, cached := r.pages.peek(key)
		if !found {
			break
		}
		if cached {
			fresh++
		}
		keys = append(keys, key)
	}
	return keys, fresh
}

// whoseTurn picks the waiting sequence whose share has been served least; preempted sequences, which stand in
// front with work done already, come before all others.
func (r *runner) whoseTurn() int {
	best := 0
	for i, s := range r.waiting {
		if s.begun {
			return i
		}
		if r.served[s.share] < r.served[r.waiting[best].share] {
			best = i
		}
	}
	return best
}

// charge counts tokens against a share. A share that comes anew starts level with the least served one that
// is here, so that having been away is neither rewarded nor punished.
func (r *runner) charge(s *sequence, tokens float64) {
	if _, here := r.served[s.share]; !here {
		least, some := 0.0, false
		for _, v := range r.served {
			if !some || v < least {
				least, some = v, true
			}
		}
		r.served[s.share] = least
	}
	r.served[s.share] += tokens
}

// leave forgets what a share was served once it has nothing here any more.
func (r *runner) leave(share string) {
	for _, list := range [...][]*sequence{r.running, r.waiting} {
		for _, s := range list {
			if s.share == share {
				return
			}
		}
	}
	delete(r.served, share)
}

// step plans and runs one forward pass and deals with what it yields.
func (r *runner) step() {
	if len(r.running) == 0 {
		return
	}
	loads := make([]load, len(r.running))
	for i, s := range r.running {
		loads[i] = load{
			pending: len(s.ids) - s.computed, done: s.computed,
			pages: len(s.pages), freeable: r.pages.freeable(s.pages),
		}
		if s.echo > 0 && s.echoed < s.prompt {
			loads[i].most = echoChunk
		}
	}
	p := plan(loads, r.pace.budget(len(r.running) > 1), r.pages.available(), r.pages.size)
	seqs := r.fillBatch(p)
	r.preempt(p.preempt)
	if len(seqs) == 0 {
		return
	}
	start := time.Now()
	out, err := r.forward()
	if err != nil {
		r.fail(seqs, err)
		return
	}
	r.pace.ran(len(r.batch.IDs), time.Since(start))
	r.stats.steps.Add(1)
	r.finishStep(seqs, out)
}

// echoChunk bounds the logits that a prompt whose logprobs are wanted needs at once.
const echoChunk = 32

// part is a sequence's share of a step.
type part struct {
	seq    *sequence
	tokens int
}

// fillBatch allocates the pages of a step and writes its rows. Pages of preempted sequences are given back
// first.
func (r *runner) fillBatch(p step) []part {
	for _, i := range p.preempt {
		r.release(r.running[i])
	}
	b := &r.batch
	b.IDs, b.Rows, b.Adapters, b.Want = b.IDs[:0], b.Rows[:0], b.Adapters[:0], b.Want[:0]
	r.want = r.want[:0]
	var parts []part
	for i, n := range p.tokens {
		if n == 0 {
			continue
		}
		s := r.running[i]
		for len(s.pages) < pagesFor(s.computed+n, r.pages.size) {
			page, ok := r.pages.take()
			if !ok {
				n = len(s.pages)*r.pages.size - s.computed
				break
			}
			s.pages = append(s.pages, page)
		}
		if n <= 0 {
			continue
		}
		for pos := s.computed; pos < s.computed+n; pos++ {
			if pos == len(s.ids)-1 || s.echo > 0 && pos+1 >= s.echoed && pos+1 < s.prompt {
				b.Want = append(b.Want, len(b.IDs))
				r.want = append(r.want, wanted{s, pos})
			}
			b.IDs = append(b.IDs, s.ids[pos])
			b.Rows = append(b.Rows, tensor.Row{Pos: pos, Pages: s.pages})
			b.Adapters = append(b.Adapters, s.adapter)
		}
		parts = append(parts, part{s, n})
	}
	return parts
}

// preempt puts sequences back in front of the queue. They will be computed again to the same bits.
func (r *runner) preempt(list []int) {
	for _, i := range list {
		s := r.running[i]
		r.running[i] = nil
		r.waiting = append([]*sequence{s}, r.waiting...)
		r.stats.queued.Add(1)
		r.stats.preempted.Add(1)
	}
	if len(list) == 0 {
		return
	}
	kept := r.running[:0]
	for _, s := range r.running {
		if s != nil {
			kept = append(kept, s)
		}
	}
	r.running = kept
}

// forward runs the model; a panic in it ends the sequences of this step and not the program.
func (r *runner) forward() (out []float32, err error) {
	defer func() {
		if v := recover(); v != nil {
			r.log.Error("model panicked", "panic", v, "stack", string(debug.Stack()))
			err = fmt.Errorf("model panicked: %v", v)
		}
	}()
	return r.model.Forward(r.ops, &r.batch, r.kv)
}

// fail ends the sequences of a step with an error.
func (r *runner) fail(parts []part, err error) {
	for _, p := range parts {
		p.seq.out.put(news{err: err})
		r.remove(p.seq)
	}
}

func (r *runner) remove(s *sequence) {
	for i, other := range r.running {
		if other == s {
			r.retire(i)
			return
		}
	}
}

// finishStep books what was computed, names full pages, and samples.
func (r *runner) finishStep(parts []part, out []float32) {
	for _, p := range parts {
		s := p.seq
		s.computed += p.tokens
		for !s.noShare && (len(s.keys)+1)*r.pages.size <= s.computed {
			at := len(s.keys) * r.pages.size
			key := s.root
			if at > 0 {
				key = s.keys[len(s.keys)-1]
			}
			key = key.next(s.ids[at : at+r.pages.size])
			s.keys = append(s.keys, key)
			r.pages.name(s.pages[len(s.keys)-1], key, s.scope)
		}
		if s.computed < s.prompt {
			s.out.put(news{progress: true, read: s.computed})
		}
	}
	width := r.shape.Vocab
	for i, w := range r.want {
		logits := out[i*width : (i+1)*width]
		if w.position+1 < w.seq.prompt {
			r.report(w, logits)
			continue
		}
		r.extend(w.seq, logits)
	}
}

// report sends the logprob of a prompt token.
func (r *runner) report(w wanted, logits []float32) {
	s := w.seq
	if s.echoed == 0 {
		s.out.put(news{echo: []chat.TokenLogprob{{ID: s.ids[0]}}})
		s.echoed = 1
	}
	t := r.sampler.logprobs(logits, s.ids[w.position+1], s.echo-1)
	s.echoed = w.position + 2
	s.out.put(news{echo: []chat.TokenLogprob{t}})
}

// extend picks the next token of s, delivers it, and ends s if it was the last.
func (r *runner) extend(s *sequence, logits []float32) {
	if s.echo > 0 && s.echoed == 0 { // a prompt of one token has nothing to report but itself
		s.out.put(news{echo: []chat.TokenLogprob{{ID: s.ids[0]}}})
	}
	s.echoed = s.prompt
	if s.generated() >= s.most {
		r.end(s, chat.FinishLength)
		return
	}
	var lp chat.TokenLogprob
	var raw []float32
	if s.logprobs > 0 {
		raw = append(raw, logits...) // as the model gave them, before bias and penalties
	}
	id := r.sampler.sample(logits, &s.sampling, s.ids, s.generated(), len(s.ids))
	lp.ID = id
	if raw != nil {
		lp = r.sampler.logprobs(raw, id, s.logprobs-1)
	}
	if s.end[id] {
		r.end(s, chat.FinishStop)
		return
	}
	s.ids = append(s.ids, id)
	r.stats.outTokens.Add(1)
	r.charge(s, 1)
	s.out.put(news{token: lp, isToken: true})
	if s.generated() >= s.most {
		r.end(s, chat.FinishLength)
	}
}

func (r *runner) end(s *sequence, why chat.FinishReason) {
	s.out.put(news{end: why})
	r.remove(s)
}

func (r *runner) endAll(err error) {
	for {
		select {
		case s := <-r.inbox:
			r.waiting = append(r.waiting, s)
			continue
		default:
		}
		break
	}
	for _, s := range r.waiting {
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

// pace sizes the prompt pieces of a step by how fast the model runs, so that nobody waits long for a step to
// end: neither the streams that are running nor a person who presses Stop. The sizes change no bit of any
// answer.
type pace struct {
	perToken time.Duration // of large steps, smoothed
	fixed    int           // budget that overrides all measuring, if not 0
}

const (
	stepTime       = 400 * time.Millisecond // alone
	stepTimeShared = 150 * time.Millisecond // while others stream
	leastBudget    = 16
	mostBudget     = 512
)

// newPace guesses the speed of a model from the bytes of its weights until the first steps are measured.
func newPace(weights int64, fixed int) pace {
	return pace{fixed: fixed, perToken: time.Duration(float64(weights) / 90e9 * float64(time.Second))}
}

func (p *pace) budget(shared bool) int {
	if p.fixed > 0 {
		return p.fixed
	}
	limit := stepTime
	if shared {
		limit = stepTimeShared
	}
	return min(max(int(limit/max(p.perToken, 1)), leastBudget), mostBudget)
}

func (p *pace) ran(tokens int, took time.Duration) {
	if tokens < leastBudget {
		return
	}
	per := took / time.Duration(tokens)
	p.perToken = (3*p.perToken + per) / 4
}
