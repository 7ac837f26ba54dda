package grammar

// least returns the number of bytes of a shortest text of n, exactly, or far if n has none.
func (m *machine) least(n *node) int32 {
	if n.exact >= 0 {
		if m.frozen || !n.has(flagOpen) || n.round == m.round {
			return n.exact
		}
	}
	n.exact = m.leastOf(n)
	n.round = m.round
	return n.exact
}

func (m *machine) leastOf(n *node) int32 {
	switch n.op {
	case opConcat:
		sum := int32(0)
		for ; n.op == opConcat; n = n.b {
			sum = plus(sum, m.least(n.a))
		}
		return plus(sum, m.least(n))
	case opAlt:
		least := far
		for _, k := range n.kids {
			least = min(least, m.least(k))
		}
		return least
	case opRepeat:
		if n.min == 0 {
			return 0
		}
		return times(m.least(n.a), n.min)
	case opRef:
		return n.rule.least
	case opPart:
		return n.part.least(m)
	case opAnd, opNot:
		return m.search(n)
	}
	return n.exact
}

// visit is a state on the way to a shortest text.
type visit struct {
	dist   int32
	from   *node
	closed bool
}

// search is A* over the states of an intersection or complement: what each part needs on its own is a lower bound. A
// state whose distance is known, or that is no intersection any more, ends a way. If there is none, all states seen
// are dead.
func (m *machine) search(n *node) int32 {
	seen := map[*node]*visit{n: {}}
	var queue [][]*node // by dist plus lower bound
	push := func(x *node, dist int32) {
		bound := dist + m.bound(x)
		if bound >= far {
			return
		}
		for len(queue) <= int(bound) {
			queue = append(queue, nil)
		}
		queue[bound] = append(queue[bound], x)
	}
	push(n, 0)
	whole := true
	for at := 0; at < len(queue); at++ {
		for len(queue[at]) > 0 {
			x := queue[at][len(queue[at])-1]
			queue[at] = queue[at][:len(queue[at])-1]
			v := seen[x]
			if v.closed || v.dist+m.bound(x) != int32(at) {
				continue
			}
			if x.op != opAnd && x.op != opNot || x.exact >= 0 || x.nullable() {
				return m.mark(seen, x, int32(at))
			}
			v.closed = true
			if len(seen) > maxSearch {
				m.tooSlow()
				return far
			}
			whole = m.expand(x, v.dist, seen, push) && whole
		}
	}
	if whole {
		for x := range seen {
			if x.exact < 0 {
				x.exact = far
			}
		}
	}
	return far
}

// tooSlow ends compiling. Once compiled, what takes too long to find is as good as not there.
func (m *machine) tooSlow() {
	if m.ctx != nil && m.err == nil {
		m.err = ErrTooSlow
	}
}

// bound is a lower bound of what x needs, and exact where it is known.
func (m *machine) bound(x *node) int32 {
	if x.exact >= 0 {
		return x.exact
	}
	switch x.op {
	case opNot:
		return 1
	case opAnd:
		least := int32(0)
		for _, k := range x.kids {
			least = max(least, m.bound(k))
		}
		return least
	}
	return m.least(x)
}

// expand visits the neighbours of x. It is false if some could not be seen.
func (m *machine) expand(x *node, dist int32, seen map[*node]*visit, push func(*node, int32)) bool {
	whole := true
	for _, b := range m.classify(x).first {
		m.spend(1 + len(x.kids))
		t := m.derive(x, b)
		if t == m.conflict {
			whole = false
			continue
		}
		if t == m.none {
			continue
		}
		if v := seen[t]; v == nil || !v.closed && dist+1 < v.dist {
			seen[t] = &visit{dist: dist + 1, from: x}
			push(t, dist+1)
		}
	}
	return whole
}

// mark writes down how far each state on the way to x is from the end.
func (m *machine) mark(seen map[*node]*visit, x *node, total int32) int32 {
	for y := x; y != nil; y = seen[y].from {
		y.exact = total - seen[y].dist
	}
	return total
}

// shortest appends a shortest text of n, which must have one.
func (m *machine) shortest(n *node, dst []byte) []byte {
	switch n.op {
	case opSet:
		return append(dst, m.classify(n).first[m.memberClass(n)])
	case opLit:
		return append(dst, n.text.s[n.min:]...)
	case opTable:
		best := n.table.keys[n.min]
		for _, k := range n.table.keys[n.min:n.max] {
			if len(k) < len(best) {
				best = k
			}
		}
		return append(dst, best[n.off:]...)
	case opConcat:
		for ; n.op == opConcat; n = n.b {
			dst = m.shortest(n.a, dst)
		}
		return m.shortest(n, dst)
	case opAlt:
		for _, k := range n.kids {
			if m.least(k) == m.least(n) {
				return m.shortest(k, dst)
			}
		}
	case opRepeat:
		for range n.min {
			dst = m.shortest(n.a, dst)
		}
	case opRef:
		return m.shortest(n.rule.body, dst)
	case opPart:
		return n.part.shortest(m, dst)
	case opSpecial:
		m.marks = append(m.marks, mark{len(dst), n.min})
		return append(dst, m.symbols[n.min]...)
	case opAnd, opNot:
		return m.descend(n, dst)
	}
	return dst
}

func (m *machine) memberClass(n *node) uint8 {
	cs := m.classify(n)
	for c, b := range cs.first {
		if n.set.contains(b) {
			return uint8(c)
		}
	}
	return 0
}

// descend walks an intersection down to its end, each step one nearer.
func (m *machine) descend(n *node, dst []byte) []byte {
	for !n.nullable() {
		if n.op != opAnd && n.op != opNot {
			return m.shortest(n, dst)
		}
		need := m.least(n)
		var next *node
		for _, b := range m.classify(n).first {
			if t := m.step(n, b); t != m.none && t != m.conflict && m.least(t) == need-1 {
				next, dst = t, append(dst, b)
				break
			}
		}
		if next == nil {
			return dst
		}
		n = next
	}
	return dst
}
