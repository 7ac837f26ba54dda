package engine

import (
	"fmt"
	"math"
	"runtime/debug"
	"time"

	"exaone/chat"
	"exaone/tensor"
)

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
	if err := r.compute(seqs); err != nil {
		r.fail(seqs, err)
	}
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
func (r *runner) compute(seqs []part) (err error) {
	defer func() {
		if v := recover(); v != nil {
			r.log.Error("a step panicked", "panic", v, "stack", string(debug.Stack()))
			err = fmt.Errorf("a step panicked: %v", v)
		}
	}()
	start := time.Now()
	out, err := r.model.Forward(r.ops, &r.batch, r.kv)
	if err != nil {
		return err
	}
	r.pace.ran(len(r.batch.IDs), time.Since(start))
	r.stats.steps.Add(1)
	r.finishStep(seqs, out)
	return nil
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
		if w.seq.ended {
			continue
		}
		logits := out[i*width : (i+1)*width]
		if at := notNumber(logits); at >= 0 {
			r.abort(w.seq, fmt.Errorf("position %d: the logit of id %d is %g, want a number", w.position, at, logits[at]))
			continue
		}
		if w.position+1 < w.seq.prompt {
			r.report(w, logits)
			continue
		}
		r.extend(w.seq, logits)
	}
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
