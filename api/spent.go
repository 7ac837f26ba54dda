package api

import (
	"time"

	"exaone/chat"
)

// spent is how long the parts of an answer took: until the model was in memory, until the prompt was read, and the rest.
// Waiting for others counts as none of them. It belongs to one goroutine.
type spent struct {
	now         func() time.Time
	began, last time.Time
	doing       string // as chat.Phase names it, or "say"

	load, read, say time.Duration
}

func (s *Server) spend() *spent {
	now := s.opts.Now()
	return &spent{now: s.opts.Now, began: now, last: now, doing: "read"}
}

// note takes an event as it comes.
func (t *spent) note(ev chat.Event) {
	now := t.now()
	took := now.Sub(t.last)
	t.last = now
	switch t.doing {
	case "load":
		t.load += took
	case "read":
		t.read += took
	case "say":
		t.say += took
	}
	switch ev := ev.(type) {
	case chat.Phase:
		t.doing = ev.Name
	case chat.Delta, chat.CallDelta, chat.Call:
		t.doing = "say"
	case chat.Echo, chat.Finish:
	}
}

// total is the time since the request came.
func (t *spent) total() time.Duration { return t.last.Sub(t.began) }
