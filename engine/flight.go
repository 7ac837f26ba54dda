package engine

import (
	"errors"
	"time"
)

// flight is a pass that reads prompts while nobody streams. Such a pass is long, because many rows are computed faster
// than few, and in the midst of it somebody may come, or leave. So it pauses between the layers: what has arrived is
// taken up then, whoever streams gets his tokens in passes of their own, prompts that rank before those in flight are
// read, and where nobody wants its prompts any more it halts.
//
// Sequences in flight keep what they have until it lands: they are neither retired nor made to give way.
type flight struct {
	layers time.Duration // since somebody else last ran, or since it began
	last   time.Duration // that the last pass beside it took
	others time.Duration // that all of them took
	since  time.Time     // when the layer that is under way began
	rank   float64       // lowest of its prompts
}

// errHalted ends a pass whose prompts nobody wants any more.
var errHalted = errors.New("nobody waits for this pass any more")

// takeOff lets the pass that is next pause, if it only reads.
func (r *runner) takeOff() {
	r.pass.batch.Pause = nil
	if r.flight != nil {
		return
	}
	for _, p := range r.pass.parts {
		if !p.seq.inPrompt() {
			return
		}
	}
	f := &flight{since: time.Now(), rank: r.pass.parts[0].seq.rank}
	for _, p := range r.pass.parts {
		p.seq.flying = true
		f.rank = min(f.rank, p.seq.rank)
	}
	r.flight = f
	r.pass.batch.Pause = r.pause
}

// land ends the flight of the pass that has run.
func (r *runner) land() {
	if r.pass.batch.Pause == nil {
		return
	}
	for _, p := range r.pass.parts {
		p.seq.flying = false
	}
	r.flight = nil
}

// pause is what happens between two layers of a flight. It reports whether another pass ran.
func (r *runner) pause() (ran bool, err error) {
	f := r.flight
	f.layers += time.Since(f.since)
	defer func() { f.since = time.Now() }()
	if !r.receive() {
		return false, errHalted // run hears of it too
	}
	r.dropLeft()
	if !r.wanted() {
		return false, errHalted
	}
	// What is in flight gets half of the time.
	if f.layers < min(f.last, besideTime) {
		return false, nil
	}
	r.admit()
	start := time.Now()
	ran = r.stepBeside()
	r.publish()
	if ran {
		f.last, f.layers = time.Since(start), 0
		f.others += f.last
	}
	return ran, nil
}

// stepBeside runs a pass while the one in flight pauses.
func (r *runner) stepBeside() bool {
	r.pass, r.beside = r.beside, r.pass
	defer func() { r.pass, r.beside = r.beside, r.pass }() // also if it panics: the one in flight is the one that fails
	return r.step()
}

// wanted reports whether somebody still waits for what is in flight.
func (r *runner) wanted() bool {
	for _, p := range r.pass.parts {
		if p.seq.ctx.Err() == nil {
			return true
		}
	}
	return false
}

// outranks reports whether s is a prompt that has to wait for f.
func (f *flight) outranks(s *sequence) bool {
	return f != nil && s.inPrompt() && s.rank > f.rank
}
