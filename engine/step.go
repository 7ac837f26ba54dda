package engine

import (
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"time"

	"exaone/chat"
	"exaone/model"
	"exaone/tensor"
)

// step plans and runs one forward pass and deals with what it yields. It reports whether there was anything to run.
func (r *runner) step() bool {
	if len(r.running) == 0 {
		return false
	}
	piece := r.survey()
	r.pass.plan = plan(r.pass.plan, r.pass.loads, piece, r.pages.available(), r.pages.size)
	r.allot()
	r.preempt(r.pass.plan.preempt)
	if len(r.pass.parts) == 0 {
		return false
	}
	r.takeOff()
	err := r.compute()
	r.land()
	if err != nil && !errors.Is(err, errHalted) {
		r.fail(r.pass.parts, err)
	}
	return true
}

// echoChunk bounds the logits that a prompt whose logprobs are wanted needs at once.
const echoChunk = 32

// survey fills r.pass.loads and returns how many tokens of prompts the next step is to have.
func (r *runner) survey() int {
	r.pass.loads = r.pass.loads[:0]
	var streams work
	first := -1 // of the prompts
	for i, s := range r.running {
		if !s.flying && s.inPrompt() && s.rank == 0 {
			s.rank = r.ranking.enter(s.pending(), r.reading(s))
		}
		if s.flying || r.flight.outranks(s) {
			r.pass.loads = append(r.pass.loads, load{}) // it neither runs nor gives way
			continue
		}
		l := load{pending: s.pending(), rank: s.rank, done: s.computed, stream: !s.inPrompt(), pages: len(s.pages), freeable: r.pages.freeable(s.pages)}
		if s.echo > 0 && s.echoed < s.prompt {
			l.most = echoChunk
		}
		if l.stream {
			streams = streams.plus(span(s.computed, l.pending))
		} else if first < 0 || l.rank < r.pass.loads[first].rank {
			first = i
		}
		r.pass.loads = append(r.pass.loads, l)
	}
	r.spreadBursts(streams)
	if first < 0 {
		return 0
	}
	if r.flight != nil {
		return r.pace.besides(streams, r.pass.loads[first].done)
	}
	return r.pace.piece(streams, r.pass.loads[first].done)
}

// spreadBursts keeps a step short in which many streams have several tokens to run: each runs one, and they share what
// else there is time for.
func (r *runner) spreadBursts(streams work) {
	count, positions := 0, 0.0
	for _, l := range r.pass.loads {
		if l.stream && l.pending > 0 {
			count++
			positions += float64(l.done + 1)
		}
	}
	if streams.rows == count {
		return
	}
	each := 1 + r.pace.within(work{count, positions}, int(positions)/count, besideTime)/count
	for i := range r.pass.loads {
		if l := &r.pass.loads[i]; l.stream && l.pending > each {
			l.most = each
		}
	}
}

// reading counts the other sequences of the share of s whose prompts are being read.
func (r *runner) reading(s *sequence) int {
	n := 0
	for _, o := range r.running {
		if o != s && o.share == s.share && o.rank > 0 && o.inPrompt() {
			n++
		}
	}
	return n
}

// part is a sequence's share of a step.
type part struct {
	seq    *sequence
	tokens int // known ones; its guesses come after them
}

// allot fills r.pass.parts by the plan and takes their pages. Pages of preempted sequences are given back first.
func (r *runner) allot() {
	for _, i := range r.pass.plan.preempt {
		r.release(r.running[i])
	}
	r.pass.parts = r.pass.parts[:0]
	r.pass.prompts, r.pass.shares = 0, 0
	for i, n := range r.pass.plan.tokens {
		if n == 0 {
			continue
		}
		s := r.running[i]
		if n = r.grow(s, n); n == 0 {
			continue
		}
		if r.pass.loads[i].prompt() {
			r.pass.prompts += n
			if !r.reads(s.share) {
				r.pass.shares++
			}
		}
		r.pass.parts = append(r.pass.parts, part{s, n})
	}
}

// reads reports whether a prompt of a share is among r.pass.parts.
func (r *runner) reads(share string) bool {
	for _, p := range r.pass.parts {
		if p.seq.share == share && p.seq.inPrompt() {
			return true
		}
	}
	return false
}

// grow takes pages so that s holds n tokens more, and returns for how many there were some.
func (r *runner) grow(s *sequence, n int) int {
	for len(s.pages) < pagesFor(s.computed+n, r.pages.size) {
		page, ok := r.pages.take()
		if !ok {
			return max(len(s.pages)*r.pages.size-s.computed, 0)
		}
		s.pages = append(s.pages, page)
	}
	return n
}

// fillBatch writes the rows of a step.
func (r *runner) fillBatch() {
	b := &r.pass.batch
	b.IDs, b.Rows, b.Adapters, b.Want = b.IDs[:0], b.Rows[:0], b.Adapters[:0], b.Want[:0]
	r.pass.want = r.pass.want[:0]
	for _, p := range r.pass.parts {
		s := p.seq
		s.draft = s.draft[:min(len(s.draft), r.grow(s, p.tokens+len(s.draft))-p.tokens)]
		for pos := s.computed; pos < s.computed+p.tokens+len(s.draft); pos++ {
			if pos >= len(s.ids)-1 || s.echo > 0 && pos+1 >= s.echoed && pos+1 < s.prompt {
				b.Want = append(b.Want, len(b.IDs))
				r.pass.want = append(r.pass.want, wanted{s, pos, len(b.IDs)})
			}
			id := int32(0)
			if pos < len(s.ids) {
				id = s.ids[pos]
			} else {
				id = s.draft[pos-len(s.ids)]
			}
			b.IDs = append(b.IDs, id)
			b.Rows = append(b.Rows, tensor.Row{Pos: pos, Pages: s.pages})
			b.Adapters = append(b.Adapters, s.adapter)
		}
	}
}

// preempt puts sequences back in front of the queue. They will be computed again to the same bits.
func (r *runner) preempt(list []int) {
	for _, i := range list {
		s := r.running[i]
		r.running[i] = nil
		r.waiting = append([]*sequence{s}, r.waiting...)
		r.queue.again(s.share)
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

// compute runs the model and books what it yields; a panic in it ends the sequences of this step and not the program.
func (r *runner) compute() (err error) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if r.damaged != nil {
			err = r.damaged(v)
		}
		if err == nil {
			r.log.Error("a step panicked", "panic", v, "stack", string(debug.Stack()))
			err = fmt.Errorf("a step panicked: %v", v)
		}
	}()
	r.draft(r.pass.parts)
	r.fillBatch()
	start := time.Now()
	out, err := r.model.Forward(r.ops, &r.pass.batch, r.kv)
	if err != nil {
		return err
	}
	took := time.Since(start)
	if r.pass.batch.Pause != nil {
		took -= r.flight.others
	}
	r.pace.ran(sizeOf(&r.pass.batch), took)
	r.stats.steps.Add(1)
	r.finishStep(out)
	return nil
}

// sizeOf is the work of a batch.
func sizeOf(b *model.Batch) work {
	w := work{rows: len(b.Rows)}
	for _, row := range b.Rows {
		w.positions += float64(row.Pos + 1)
	}
	return w
}

// fail ends the sequences of a step with an error.
func (r *runner) fail(parts []part, err error) {
	r.log.Error("a step failed", "err", err)
	for _, p := range parts {
		r.abort(p.seq, err)
	}
}

func (r *runner) remove(s *sequence) {
	s.ended = true
	for i, other := range r.running {
		if other == s {
			r.retire(i)
			return
		}
	}
}

// finishStep books what was computed, names full pages, and samples.
func (r *runner) finishStep(out []float32) {
	r.ranking.read(r.pass.prompts, r.pass.shares)
	for _, p := range r.pass.parts {
		s := p.seq
		s.computed += p.tokens
		r.stats.drafted.Add(int64(len(s.draft)))
		r.namePages(s)
		if s.computed < s.prompt {
			s.out.put(news{progress: true, read: s.computed})
		}
	}
	width := r.shape.Vocab
	for i, w := range r.pass.want {
		if w.seq.ended || !r.cameTrue(w) {
			continue
		}
		logits := out[i*width : (i+1)*width]
		if at := notNumber(logits); at >= 0 {
			why := fmt.Errorf("position %d: the logit of id %d is %g, want a number", w.position, at, logits[at])
			r.log.Warn("a model computes no numbers", "model", r.name, "err", why)
			r.abort(w.seq, chat.NewError(chat.CodeModelNoNumbers, why, r.name, logits[at]))
			continue
		}
		if w.position+1 < w.seq.prompt {
			r.report(w, logits)
			continue
		}
		if w.position+1 < len(w.seq.ids) {
			continue // a guess that came true because a grammar leaves no choice: what follows it is known
		}
		r.extend(w.seq, logits)
	}
}

// cameTrue reports whether a row ran what the sequence has at its position, and takes up the guess if it was one. A
// guess that did not come true leaves nothing to undo: its keys and values lie where those of the true token will
// be written, and nobody reads them before.
func (r *runner) cameTrue(w wanted) bool {
	s := w.seq
	if w.position < s.computed {
		return true // it was known
	}
	// In a row: what a grammar forced may be what was guessed there, but behind a wrong guess it was computed wrongly.
	if w.position != s.computed || w.position >= len(s.ids) || s.ids[w.position] != r.pass.batch.IDs[w.row] {
		return false
	}
	s.computed++
	r.stats.accepted.Add(1)
	r.namePages(s)
	return true
}

// notNumber returns where logits have something that cannot be compared, or -1. A weight that overflows, or a damaged
// checkpoint, makes such; what was sampled from them would be noise that looks like an answer.
func notNumber(logits []float32) int {
	for i, l := range logits {
		if !(l <= math.MaxFloat32) {
			return i
		}
	}
	return -1
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
	defer r.caught(s)
	if s.echo > 0 && s.echoed == 0 { // a prompt of one token has nothing to report but itself
		s.out.put(news{echo: []chat.TokenLogprob{{ID: s.ids[0]}}})
	}
	s.echoed = s.prompt
	if s.generated() >= s.most {
		r.end(s, chat.FinishLength)
		return
	}
	if s.generated() == 0 && r.force(s) {
		return
	}
	if s.logprobs > 0 {
		r.raw = append(r.raw[:0], logits...) // before bias and penalties
	}
	id, ended := r.next(s, logits)
	switch {
	case ended:
		n := news{end: chat.FinishStop}
		if s.logprobs > 0 && id >= 0 {
			last := r.sampler.logprobs(r.raw, id, s.logprobs-1)
			n.last = &last
		}
		s.out.put(n)
		r.remove(s)
		return
	case id < 0:
		r.abort(s, s.constrained.why())
		return
	}
	lp := chat.TokenLogprob{ID: id}
	if s.logprobs > 0 {
		lp = r.sampler.logprobs(r.raw, id, s.logprobs-1)
	}
	r.say(s, lp)
	if !r.force(s) && s.generated() >= s.most {
		r.end(s, chat.FinishLength)
	}
}

// caught ends s alone if picking its next token panicked: the others of the step have done nothing.
func (r *runner) caught(s *sequence) {
	if v := recover(); v != nil {
		r.log.Error("picking a token panicked", "panic", v, "stack", string(debug.Stack()))
		r.abort(s, fmt.Errorf("picking a token panicked: %v", v))
	}
}

// next picks the token at the end of s, or says that the model has ended its answer.
func (r *runner) next(s *sequence, logits []float32) (id int32, ended bool) {
	r.sampler.penalise(logits, &s.sampling, s.ids, s.generated())
	draw := func() int32 { return r.sampler.draw(logits, &s.sampling, len(s.ids)) }
	if s.constrained == nil {
		id = draw()
		return id, s.end[id]
	}
	if r.mask == nil {
		r.mask = make([]uint64, (r.shape.Vocab+63)/64)
	}
	return s.constrained.pick(logits, s.most-s.generated(), r.mask, draw)
}

// say appends a token to s and tells its reader.
func (r *runner) say(s *sequence, t chat.TokenLogprob) {
	s.ids = append(s.ids, t.ID)
	if s.lookup != nil {
		s.lookup.push(s.ids)
	}
	r.stats.outTokens.Add(1)
	r.charge(s, 1)
	s.out.put(news{token: t, isToken: true})
}

// force says what the grammar of s leaves no choice about, and ends s if that is the end. It reports whether there was
// anything. What is certain has a log-probability of 0.
func (r *runner) force(s *sequence) bool {
	if s.constrained == nil {
		return false
	}
	r.forced = s.constrained.forced(r.forced[:0], s.most-s.generated())
	for _, id := range r.forced {
		r.say(s, chat.TokenLogprob{ID: id})
	}
	if s.constrained.done() {
		r.end(s, chat.FinishStop)
		return true
	}
	if len(r.forced) > 0 && s.generated() >= s.most {
		r.end(s, chat.FinishLength)
	}
	return len(r.forced) > 0
}

// abort ends s with an error, if it has not ended yet.
func (r *runner) abort(s *sequence, err error) {
	if !s.ended {
		s.out.put(news{err: err})
		r.remove(s)
	}
}

func (r *runner) end(s *sequence, why chat.FinishReason) {
	s.out.put(news{end: why})
	r.remove(s)
}
