package grammar

import "slices"

// Matcher runs a grammar over a vocabulary for one sequence. It has one user at a time.
//
// No call takes long: a state whose followers take too much to find ends the matcher. From then on nothing may come next,
// and Err says why.
type Matcher struct {
	machine *machine
	vocab   *Vocabulary
	symbols []int32 // the ids of the machine's special tokens
	state   State
	walker  walker
	work    int // units that it has saved
	err     error
}

// State is a place in a grammar. It is a small value that never changes, and good for the Matcher it came from.
type State struct {
	node *node
	text *chunk // what was read, for grammars that need it
}

// Matcher returns a matcher at the beginning of the grammar.
func (g *Grammar) Matcher(v *Vocabulary) *Matcher {
	a, err := g.automatonFor(v)
	m := &Matcher{machine: a.machine, vocab: v, state: State{node: a.start}, work: maxSaved, err: err}
	for _, name := range a.machine.symbols {
		id, _ := v.symbol(name)
		m.symbols = append(m.symbols, id)
	}
	return m
}

// State returns the current place.
func (m *Matcher) State() State { return m.state }

// Restore goes back, or on, to a place this matcher has been at.
func (m *Matcher) Restore(s State) { m.state = s }

// Err is an *[Error] once a call has found that the grammar takes too long to follow from where it is, or if the grammar
// cannot be had for the vocabulary; nil before.
func (m *Matcher) Err() error { return m.err }

// lock takes the machine, which other matchers of the grammar use too. It returns false if the matcher has ended.
// unlock is to be deferred in any case.
func (m *Matcher) lock() (mc *machine, ok bool) {
	mc = m.machine
	mc.mu.Lock()
	mc.sweep()
	m.work = min(m.work+workOfCall, maxSaved)
	mc.fuel = min(m.work, maxWork)
	m.work -= mc.fuel
	return mc, m.err == nil
}

// unlock gives the machine back, and ends the matcher if the call's work was used up.
func (m *Matcher) unlock() {
	if cause := recover(); cause != nil {
		if _, ok := cause.(tired); !ok {
			m.machine.mu.Unlock()
			panic(cause)
		}
		m.machine.level = 0
		m.err = &Error{Err: ErrTooSlowHere}
	}
	m.work += max(m.machine.fuel, 0)
	m.machine.weigh()
	m.machine.mu.Unlock()
}

// Advance reads a token. It returns false, and nothing changes, if the token is not allowed.
func (m *Matcher) Advance(id int32) bool {
	next, ok := m.after(id)
	if ok {
		m.state = next
	}
	return ok
}

// Allows reports whether a token may come next.
func (m *Matcher) Allows(id int32) bool {
	_, ok := m.after(id)
	return ok
}

func (m *Matcher) after(id int32) (State, bool) {
	_, ok := m.lock()
	defer m.unlock()
	if !ok {
		return m.state, false
	}
	if at := slices.Index(m.symbols, id); at >= 0 {
		if n := m.machine.stepSymbol(m.state.node, int32(at)); n != m.machine.none {
			return State{n, m.state.text}, true
		}
	}
	b := m.vocab.text(id)
	if len(b) == 0 {
		return m.state, false
	}
	return m.read(b)
}

// AdvanceBytes reads text that is no token, which need not be whole characters. It returns false, and nothing changes,
// if the text is not allowed.
func (m *Matcher) AdvanceBytes(b []byte) bool {
	_, ok := m.lock()
	defer m.unlock()
	if !ok {
		return false
	}
	m.machine.fuel += workOfByte * len(b) // whoever has so much text has had the time to make it
	next, ok := m.read(slices.Clone(b))
	if ok {
		m.state = next
	}
	return ok
}

// read returns the state after b, which is kept.
func (m *Matcher) read(b []byte) (State, bool) {
	n := m.machine.readBytes(m.state.node, m.state.text, b)
	if n == m.machine.none {
		return m.state, false
	}
	next := State{node: n}
	if m.machine.sets {
		next.text = &chunk{m.state.text, b}
	}
	return next, true
}

// readBytes steps through b and settles what must be settled. before is what was read before b.
func (m *machine) readBytes(n *node, before *chunk, b []byte) *node {
	for i := 0; i < len(b); i++ {
		if i&0xfff == 0xfff {
			m.sweep()
		}
		if k := literalRun(n, b[i:]); k > 1 { // no need to stop at each byte
			n = m.skip(n, int32(k))
			i += k - 1
			continue
		}
		n = m.step(n, b[i])
		if n.flags&(flagLate|flagNow) != 0 {
			n = m.settle(n, history{before, b[:i+1]})
		}
		if n == m.none {
			break
		}
	}
	return n
}

// literalOf is the text that n begins with, if there is one.
func literalOf(n *node) string {
	if n.op == opConcat {
		n = n.a
	}
	if n.op != opLit {
		return ""
	}
	return n.text.s[n.min:]
}

// literalRun returns how many bytes of b are those of the text that n begins with.
func literalRun(n *node, b []byte) int {
	s := literalOf(n)
	k := 0
	for k < len(s) && k < len(b) && s[k] == b[k] {
		k++
	}
	return k
}

// skip is n once k bytes of the text that it begins with are read.
func (m *machine) skip(n *node, k int32) *node {
	if n.op == opConcat {
		return m.concat(m.rest(n.a.text, n.a.min+k), n.b)
	}
	return m.rest(n.text, n.min+k)
}

// stepSymbol is step for a special token.
func (m *machine) stepSymbol(n *node, symbol int32) *node {
	switch n.op {
	case opSpecial:
		if n.min == symbol {
			return m.empty
		}
	case opConcat:
		way := m.concat(m.stepSymbol(n.a, symbol), n.b)
		if !n.a.nullable() {
			return way
		}
		return m.alt(way, m.stepSymbol(n.b, symbol))
	case opAlt:
		var ways []*node
		for _, k := range n.kids {
			ways = append(ways, m.stepSymbol(k, symbol))
		}
		return m.alt(ways...)
	case opRepeat:
		rest := n.max
		if rest != unlimited {
			rest--
		}
		return m.concat(m.stepSymbol(n.a, symbol), m.repeat(n.a, max(n.min-1, 0), rest))
	case opRef:
		return m.stepSymbol(n.rule.body, symbol)
	}
	return m.none
}

// Accepts reports whether the text may end here.
func (m *Matcher) Accepts() bool {
	_, ok := m.lock()
	defer m.unlock()
	return ok && m.state.node.nullable()
}

// Done reports whether nothing but the end may follow.
func (m *Matcher) Done() bool {
	_, ok := m.lock()
	defer m.unlock()
	if !ok || !m.state.node.nullable() {
		return false
	}
	for i := range m.symbols {
		if m.machine.stepSymbol(m.state.node, int32(i)) != m.machine.none {
			return false
		}
	}
	for _, b := range m.machine.classify(m.state.node).first {
		if n := m.machine.readBytes(m.state.node, m.state.text, []byte{b}); n != m.machine.none {
			return false
		}
	}
	return true
}

// Forced returns the bytes, at most max of them, that must come next because there is no other way; none if there is a
// choice, or if the text may end. They need not be whole characters. A special token is no bytes, so they end before
// one. The slice is the caller's.
func (m *Matcher) Forced(max int) []byte {
	mc, ok := m.lock()
	defer m.unlock()
	if !ok {
		return nil
	}
	var out []byte
	n := m.state.node
	for len(out) < max && !n.nullable() {
		if text := literalOf(n); len(text) > 1 {
			k := min(len(text), max-len(out))
			out, n = append(out, text[:k]...), mc.skip(n, int32(k))
			continue
		}
		for i := range m.symbols {
			if mc.stepSymbol(n, int32(i)) != mc.none {
				return out
			}
		}
		only, b := mc.none, byte(0)
		cs := mc.classify(n)
		for c, first := range cs.first {
			t := mc.step(n, first)
			if t.flags&(flagLate|flagNow) != 0 {
				t = mc.settle(t, history{m.state.text, append(slices.Clip(out), first)})
			}
			if t == mc.none {
				continue
			}
			if only != mc.none || cs.size[c] > 1 {
				return out
			}
			only, b = t, first
		}
		if only == mc.none {
			return out
		}
		out, n = append(out, b), only
	}
	return out
}

// Distance returns how many bytes a shortest text has that completes from here. No way to end has fewer tokens than
// the engine can count on, but none needs more tokens than this where the vocabulary has every byte.
func (m *Matcher) Distance() int {
	_, ok := m.lock()
	defer m.unlock()
	if !ok {
		return 0
	}
	if m.machine.sets {
		return len(m.machine.closing(m.state))
	}
	return int(m.machine.least(m.state.node))
}

// Closing returns a shortest text that completes from here; special tokens in it are their text. The slice is the
// caller's.
func (m *Matcher) Closing() []byte {
	_, ok := m.lock()
	defer m.unlock()
	if !ok {
		return nil
	}
	return m.machine.closing(m.state)
}

// closing is a shortest text from a state. What must differ from a name or item that is not finished yet is chosen
// once that is: the state alone does not know how it begins.
func (m *machine) closing(s State) []byte {
	m.marks = m.marks[:0]
	n := s.node
	out := m.shortest(n, nil)
	if !m.sets {
		return out
	}
	m.replan(s, &out)
	return out
}

// replan walks a planned ending and plans again from the last place where more of the text became known, if the plan
// turns out to be wrong.
func (m *machine) replan(s State, out *[]byte) {
	type place struct {
		node     *node
		at, mark int
	}
	n, mark := s.node, 0
	m.fuel += workOfByte * min(len(*out), 1<<16)
	settled := place{node: n}
	for i := 0; i < len(*out); {
		if mark < len(m.marks) && m.marks[mark].at == i {
			symbol := m.marks[mark].symbol
			n = m.stepSymbol(n, symbol)
			i += len(m.symbols[symbol])
			mark++
			continue
		}
		if k := literalRun(n, (*out)[i:]); k > 1 && mark == len(m.marks) {
			n = m.skip(n, int32(k))
			i += k
			continue
		}
		n = m.step(n, (*out)[i])
		i++
		if n.flags&(flagLate|flagNow) != 0 {
			if n = m.settle(n, history{s.text, (*out)[:i]}); n != m.none {
				settled = place{n, i, mark}
			}
		}
		if n == m.none {
			n, i, mark = settled.node, settled.at, settled.mark
			m.marks = m.marks[:mark]
			before := string((*out)[i:])
			if *out = m.shortest(n, (*out)[:i:i]); string((*out)[i:]) == before {
				return
			}
		}
	}
}

// ClosingTokens appends the tokens of Closing to dst, the longest that fits at each place.
func (m *Matcher) ClosingTokens(dst []int32) []int32 {
	_, ok := m.lock()
	defer m.unlock()
	if !ok {
		return dst
	}
	text := m.machine.closing(m.state)
	marks := m.machine.marks
	for at := 0; at < len(text); {
		end := len(text)
		if len(marks) > 0 {
			if marks[0].at == at {
				dst = append(dst, m.symbols[marks[0].symbol])
				at += len(m.machine.symbols[marks[0].symbol])
				marks = marks[1:]
				continue
			}
			end = marks[0].at
		}
		id, n := m.vocab.all.longest(text[at:end])
		if n == 0 { // the vocabulary has no such byte, so nothing spells this
			at++
			continue
		}
		dst = append(dst, id)
		at += n
	}
	return dst
}
