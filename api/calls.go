package api

import (
	"strings"

	"exaone/chat"
)

// callPiece is what is new of a tool call.
type callPiece struct {
	index     int    // which call of the answer
	opens     bool   // the call's first piece: it has id and name
	closes    bool   // the call is whole now
	id, name  string // of the call, in every piece
	arguments string // what goes on where the piece before it ended
}

// callLog follows the calls of one answer, which models send in pieces, whole, or in pieces and then whole.
type callLog struct {
	calls []*loggedCall
	whole int // calls that have come whole
}

type loggedCall struct {
	id, name  string
	arguments strings.Builder
}

// take returns what an event says that is new. ok is false if it says nothing of calls.
func (l *callLog) take(ev chat.Event) (p callPiece, ok bool) {
	var id, name string
	switch ev := ev.(type) {
	case chat.CallDelta:
		p.index, id, name, p.arguments = min(max(ev.Index, 0), len(l.calls)), ev.ID, ev.Name, ev.Arguments
	case chat.Call:
		p.index, id, name, p.arguments = l.whole, ev.ID, ev.Name, ev.Arguments
		p.closes = true
		l.whole++
	case chat.Delta, chat.Echo, chat.Phase, chat.Finish:
		return p, false
	}
	if p.index == len(l.calls) {
		if id == "" {
			id = newID("call_")
		}
		p.opens = true
		l.calls = append(l.calls, &loggedCall{id: id, name: name})
	}
	c := l.calls[p.index]
	if p.closes { // its pieces are its beginning, and said already
		p.arguments = strings.TrimPrefix(p.arguments, c.arguments.String())
	}
	c.arguments.WriteString(p.arguments)
	p.id, p.name = c.id, c.name
	return p, true
}
