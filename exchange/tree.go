package exchange

import (
	"cmp"
	"slices"
	"strings"

	"exaone/chat"
	"exaone/store"
)

// node is a message of another program as it stands in its tree. One without a message is a place that is passed over:
// what is below it hangs on what is above it.
type node struct {
	id, parent string
	rank       int // among its siblings, where the program says so; else 0
	message    *store.ImportedMessage
}

// arrange puts nodes in order, parents before their children and siblings as they were, and returns the place of the
// message that is shown, -1 if current names none. A parent that is not there makes a root; a circle of parents is cut.
// With merge an answer that follows an answer, and nothing else does, becomes part of it.
func (r *reader) arrange(title string, nodes []*node, current string, merge bool) (messages []store.ImportedMessage, leaf int, err error) {
	if r.nodes += len(nodes); r.nodes > maxItems {
		return nil, -1, errItems
	}
	byID := make(map[string]*node, len(nodes))
	for _, n := range nodes {
		if byID[n.id] != nil {
			r.skip(chat.CodeSkippedTwice, title)
			continue
		}
		byID[n.id] = n
	}
	below := make(map[*node][]*node, len(nodes))
	var roots []*node
	for _, n := range nodes {
		if byID[n.id] != n {
			continue
		}
		if up := byID[n.parent]; up != nil && n.parent != "" {
			below[up] = append(below[up], n)
		} else {
			roots = append(roots, n)
		}
	}
	byTime := func(a, b *node) int {
		if c := cmp.Compare(a.rank, b.rank); c != 0 || a.message == nil || b.message == nil {
			return c
		}
		return a.message.Created.Compare(b.message.Created)
	}
	for _, siblings := range below {
		slices.SortStableFunc(siblings, byTime)
	}
	w := &walk{below: below, place: make(map[*node]int, len(nodes)), merge: merge, parts: map[int][]*store.ImportedMessage{}}
	for _, n := range roots {
		w.from(n)
	}
	for _, n := range nodes {
		if _, seen := w.place[n]; !seen && byID[n.id] == n {
			r.skip(chat.CodeSkippedCircle, title)
			w.from(n)
		}
	}
	w.join()
	if n := byID[current]; n != nil {
		return w.out, w.place[n], nil
	}
	return w.out, -1, nil
}

// walk goes down a tree.
type walk struct {
	below map[*node][]*node
	place map[*node]int // of the message that a node became, or hangs on; -1 is none
	out   []store.ImportedMessage
	merge bool
	parts map[int][]*store.ImportedMessage // that an answer is made of, besides its first
}

// from goes down from a root. It keeps what is to come itself: a tree may be as deep as it has messages.
func (w *walk) from(root *node) {
	type step struct {
		*node
		up    int  // the place above
		alone bool // nothing else hangs on that place
	}
	next := []step{{root, -1, false}}
	for len(next) > 0 {
		s := next[len(next)-1]
		next = next[:len(next)-1]
		if _, seen := w.place[s.node]; seen {
			continue // a circle comes back to where it was cut
		}
		at, alone := s.up, s.alone
		if s.message != nil {
			at, alone = w.put(s.message, s.up, s.alone), true
		}
		w.place[s.node] = at
		children := w.below[s.node]
		for i := len(children) - 1; i >= 0; i-- { // the last goes on the stack first
			next = append(next, step{children[i], at, alone && len(children) == 1})
		}
	}
}

// put adds a message below a place, or to the answer there, and returns its place.
func (w *walk) put(m *store.ImportedMessage, up int, alone bool) int {
	if w.merge && alone && up >= 0 && m.Role == chat.Assistant && w.out[up].Role == chat.Assistant {
		into := &w.out[up]
		w.parts[up] = append(w.parts[up], m)
		into.Events = append(into.Events, m.Events...)
		into.State, into.Finish = m.State, m.Finish
		into.Model = cmp.Or(m.Model, into.Model)
		return up
	}
	one := *m
	one.Parent = up
	w.out = append(w.out, one)
	return len(w.out) - 1
}

// join puts the texts of answers together that became parts of others.
func (w *walk) join() {
	for at, parts := range w.parts {
		var text, thinking paragraphs
		into := &w.out[at]
		text.add(into.Text)
		thinking.add(into.Thinking)
		for _, m := range parts {
			text.add(m.Text)
			thinking.add(m.Thinking)
		}
		into.Text, into.Thinking = text.String(), thinking.String()
		into.Events = slices.Clone(into.Events)
		for i := range into.Events {
			into.Events[i].Number, into.Events[i].First = int64(i+1), 0
		}
	}
}

// paragraphs are texts with an empty line between them.
type paragraphs struct{ strings.Builder }

func (p *paragraphs) add(text string) {
	if text == "" {
		return
	}
	if p.Len() > 0 {
		p.WriteString("\n\n")
	}
	p.WriteString(text)
}
