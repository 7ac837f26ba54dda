package grammar

import "sort"

// step returns what may follow n once b has been read: the derivative of n by b. It is none if b may not come.
func (m *machine) step(n *node, b byte) *node {
	cs := n.classes
	if cs == nil {
		cs = m.classify(n)
	}
	if n.next == nil {
		n.next = make([]*node, len(cs.first))
		m.held += len(cs.first)
	}
	t := n.next[cs.of[b]]
	if t == nil {
		t = m.stepNew(n, b)
		n.next[cs.of[b]] = t
	}
	return t
}

func (m *machine) stepNew(n *node, b byte) *node {
	m.spend(1 + len(n.kids))
	t := m.derive(n, b)
	if (t.op == opAnd || t.op == opNot || t.op == opPart) && m.dead(t) {
		return m.none
	}
	// What nests too deep is pruned, but for steps of a shortest way: from whatever is left that way remains, so no
	// state is a dead end.
	if t != m.none && t.height > maxHeight && m.frozen && m.least(t) >= m.least(n) {
		return m.none
	}
	return t
}

// derive computes the derivative. That of an intersection or complement may be dead all the same.
func (m *machine) derive(n *node, b byte) *node {
	switch n.op {
	case opSet:
		if n.set.contains(b) {
			return m.empty
		}
	case opLit:
		if n.text.s[n.min] == b {
			return m.rest(n.text, n.min+1)
		}
	case opTable:
		return m.stepTable(n, b)
	case opConcat:
		return m.stepConcat(n, b)
	case opAlt, opAnd:
		return m.stepKids(n, b)
	case opNot:
		return m.not(m.step(n.a, b))
	case opRepeat:
		rest := n.max
		if rest != unlimited {
			rest--
		}
		return m.concat(m.step(n.a, b), m.repeat(n.a, max(n.min-1, 0), rest))
	case opRef:
		return m.step(n.rule.body, b)
	case opPart:
		return n.part.step(m, b)
	case opConflict:
		return n
	}
	return m.none
}

func (m *machine) stepConcat(n *node, b byte) *node {
	first := m.concat(m.step(n.a, b), n.b)
	if !n.a.nullable() {
		return first
	}
	ways := append(m.scratch(), first)
	for {
		n = n.b
		if n.op != opConcat {
			ways = append(ways, m.step(n, b))
			break
		}
		ways = append(ways, m.concat(m.step(n.a, b), n.b))
		if !n.a.nullable() {
			break
		}
	}
	out := m.alt(ways...)
	m.done(ways)
	return out
}

func (m *machine) stepKids(n *node, b byte) *node {
	ways := m.scratch()
	for _, k := range n.kids {
		t := m.step(k, b)
		if t == m.none {
			if n.op == opAnd {
				m.done(ways)
				return t
			}
			continue
		}
		ways = append(ways, t)
	}
	var out *node
	if n.op == opAlt {
		out = m.alt(ways...)
	} else {
		out = m.and(ways...)
	}
	m.done(ways)
	return out
}

// stepTable narrows the range to the keys that go on with b.
func (m *machine) stepTable(n *node, b byte) *node {
	keys := n.table.keys[n.min:n.max]
	at := int(n.off)
	lo := sort.Search(len(keys), func(i int) bool { return len(keys[i]) > at && keys[i][at] >= b })
	hi := lo + sort.Search(len(keys)-lo, func(i int) bool { return len(keys[lo+i]) > at && keys[lo+i][at] > b })
	return m.span(n.table, n.min+int32(lo), n.min+int32(hi), n.off+1)
}

func (m *machine) classesOfTable(n *node) *classes {
	var s byteSet
	keys := n.table.keys[n.min:n.max]
	for at := int(n.off); len(keys) > 0; {
		if len(keys[0]) == at {
			keys = keys[1:]
			continue
		}
		b := keys[0][at]
		s.add(b)
		keys = keys[sort.Search(len(keys), func(i int) bool { return keys[i][at] > b }):]
	}
	return m.classesOfBytes(&s)
}

// settle gives the parts that n begins with the text, as far as they wait for it.
func (m *machine) settle(n *node, text history) *node {
	if n.flags&(flagLate|flagNow) == 0 {
		return n
	}
	switch n.op {
	case opConcat:
		a, b := m.settle(n.a, text), n.b
		if n.a.nullable() {
			b = m.settle(b, text)
		}
		return m.concat(a, b)
	case opRepeat:
		panic("grammar: a repetition that waits for the text")
	case opAlt, opAnd:
		kids := m.scratch()
		for _, k := range n.kids {
			kids = append(kids, m.settle(k, text))
		}
		var out *node
		if n.op == opAlt {
			out = m.alt(kids...)
		} else {
			out = m.and(kids...)
		}
		m.done(kids)
		if m.dead(out) {
			return m.none
		}
		return out
	case opPart:
		out := n.part.settle(m, text)
		if m.dead(out) {
			return m.none
		}
		return out
	}
	return n
}
