package document

import (
	"sync/atomic"
	"time"

	"exaone/chat"
)

// patience is for how long a child is waited for: until its next page, and for all of its document. A document whose every page
// comes in time may still be made to take days. It is of one goroutine; what it does when it is lost, it does from another.
type patience struct {
	left  time.Duration // for all of the document, from since on
	since time.Time
	slow  *time.Timer
	whole *time.Timer
	why   atomic.Pointer[chat.Error] // why it was lost
}

// newPatience waits for an order's first page, and calls over when that does not come.
func newPatience(o order, over func()) *patience {
	p := &patience{left: o.Whole, since: time.Now()}
	lose := func(why *chat.Error) func() {
		return func() {
			p.why.CompareAndSwap(nil, why)
			over()
		}
	}
	p.slow = time.AfterFunc(o.Silence, lose(chat.NewError(chat.CodeDocumentSlow, nil, o.Name, o.Silence.Seconds())))
	p.whole = time.AfterFunc(o.Whole, lose(chat.NewError(chat.CodeDocumentLong, nil, o.Name, o.Whole.Minutes())))
	return p
}

// rest stops the clocks: nothing is waited for.
func (p *patience) rest() {
	p.slow.Stop()
	p.whole.Stop()
	p.left -= time.Since(p.since)
	p.since = time.Now()
}

// expect waits for so long for what comes next.
func (p *patience) expect(d time.Duration) {
	p.since = time.Now()
	p.slow.Reset(d)
	p.whole.Reset(max(p.left, 0))
}

// lost is why it was lost, nil if it was not.
func (p *patience) lost() *chat.Error { return p.why.Load() }
