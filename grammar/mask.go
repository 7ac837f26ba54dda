package grammar

// maskCache keeps the masks of states that took long to find.
type maskCache struct {
	masks map[maskKey][]uint64
	bytes int
}

type maskKey struct {
	node  *node
	vocab *Vocabulary
}

const (
	maxMaskBytes = 8 << 20
	worthKeeping = 1 << 9 // nodes of a trie: a walk of fewer is about as fast as a copy
)

func (c *maskCache) clear() { c.masks, c.bytes = nil, 0 }

func (c *maskCache) keep(key maskKey, mask []uint64) {
	if c.bytes += 8 * len(mask); c.bytes > maxMaskBytes || c.masks == nil {
		c.masks, c.bytes = map[maskKey][]uint64{}, 8*len(mask)
	}
	c.masks[key] = append([]uint64(nil), mask...)
}

// walker is the memory of walks over tries.
type walker struct {
	stack, other []*node // the state at each depth, and what it is compared with
	path         []byte
	dst          []uint64
	seen         int  // nodes of tries
	bound        bool // the mask depends on the text so far, not on the state alone
	spare        [][]uint64
}

// Mask sets the bit of each token that may come next and clears all others. dst has a bit for each logit, 64 to a word.
// Tokens that end a text are not in it: they may come where Accepts says so.
func (m *Matcher) Mask(dst []uint64) {
	v, n := m.vocab, m.state.node
	dst = dst[:v.words]
	if !m.mask(dst, v, n) {
		clear(dst)
	}
}

// mask is Mask. It returns false once the matcher has ended.
func (m *Matcher) mask(dst []uint64, v *Vocabulary, n *node) bool {
	mc, ok := m.lock()
	defer m.unlock()
	if !ok {
		return false
	}
	if mask := mc.masks.masks[maskKey{n, v}]; mask != nil {
		copy(dst, mask)
		return true
	}
	clear(dst)
	w := &m.walker
	if len(w.stack) <= v.all.height {
		w.stack, w.other = make([]*node, v.all.height+1), make([]*node, v.all.height+1)
		w.path = make([]byte, v.all.height+1)
	}
	w.seen, w.bound, w.dst = 0, false, dst
	m.add(n)
	for i, id := range m.symbols {
		if mc.stepSymbol(n, int32(i)) != mc.none {
			dst[id>>6] |= 1 << (id & 63)
		}
	}
	if w.seen > worthKeeping && !w.bound {
		mc.masks.keep(maskKey{n, v}, dst)
	}
	w.dst = nil
	clear(w.stack)
	clear(w.other)
	return true
}

// add sets the tokens that n allows. The alternatives of a state are gone through one by one: what they allow together
// is what one of them allows, and many of them are known from states before.
func (m *Matcher) add(n *node) {
	if n.op == opAlt {
		for _, k := range n.kids {
			m.add(k)
		}
		return
	}
	w := &m.walker
	key := maskKey{n, m.vocab}
	if mask := m.machine.masks.masks[key]; mask != nil {
		for i, word := range mask {
			w.dst[i] |= word
		}
		return
	}
	if base := m.machine.base(n); base != n {
		m.addBut(n, base)
		return
	}
	switch k, exact := m.machine.plainRun(n); {
	case k == unlimited || k >= m.vocab.maxChars || exact:
		m.vocab.addPlain(w.dst, k)
		m.walkFrom(m.vocab.rest, n)
	case !m.addRun(n, -1):
		m.walkFrom(m.vocab.all, n)
	}
}

// plainRun returns how many plain characters may come next, whichever they are. If exact, no more plain characters may
// come in a row.
func (m *machine) plainRun(n *node) (k int32, exact bool) {
	switch n.op {
	case opRepeat:
		if n.a.has(flagPlain) {
			return n.max, true
		}
	case opConcat:
		k, exact = m.plainRun(n.a)
		return k, exact && k != 0 && endsPlain(n.b)
	case opAlt:
		for _, kid := range n.kids {
			if k, _ := m.plainRun(kid); k == unlimited {
				return k, true
			}
		}
	case opAnd:
		for _, kid := range n.kids {
			switch {
			case kid.op == opRepeat && kid.a.has(flagPlain) && k == 0:
				k = kid.max
			case kid.op == opNot && kid.a.has(flagFinite):
			default:
				return 0, false
			}
		}
		if k == unlimited { // of so many texts, a few words are no loss
			return k, true
		}
	}
	return 0, false
}

// endsPlain reports whether n cannot begin with a plain character.
func endsPlain(n *node) bool {
	for n.op == opConcat {
		n = n.a
	}
	switch n.op {
	case opLit:
		return n.text.s[n.min] == '"'
	case opPart:
		_, ok := n.part.(*extraEnd)
		return ok
	}
	return false
}

// base is n without the words that it excludes.
func (m *machine) base(n *node) *node {
	switch n.op {
	case opConcat:
		if a := m.base(n.a); a != n.a {
			return m.concat(a, n.b)
		}
	case opAnd:
		kids := m.scratch()
		for _, k := range n.kids {
			if k.op != opNot || !k.a.has(flagFinite) {
				kids = append(kids, k)
			}
		}
		out := n
		if len(kids) > 0 && len(kids) < len(n.kids) {
			out = m.and(kids...)
		}
		m.done(kids)
		return out
	}
	return n
}

// addBut sets the tokens that n allows, by way of those that base allows: n is base but for a few words, and once a
// token has left the words behind there is no difference.
func (m *Matcher) addBut(n, base *node) {
	w := &m.walker
	dst := w.dst
	w.dst = m.lend()
	m.add(base)
	m.correct(n, base)
	for i, word := range w.dst {
		dst[i] |= word
	}
	w.spare = append(w.spare, w.dst)
	w.dst = dst
}

// lend returns an empty mask, which goes back to spare.
func (m *Matcher) lend() []uint64 {
	w := &m.walker
	if n := len(w.spare); n > 0 {
		mask := w.spare[n-1]
		w.spare = w.spare[:n-1]
		clear(mask)
		return mask
	}
	return make([]uint64, m.vocab.words)
}

// correct looks at the tokens on which n and base differ.
func (m *Matcher) correct(n, base *node) {
	w, mc, t := &m.walker, m.machine, m.vocab.all
	stack, other := w.stack, w.other
	stack[0], other[0] = n, base
	for i := int32(0); int(i) < len(t.bytes); {
		d := int(t.depth[i])
		b := t.bytes[i]
		exact, loose := mc.step(stack[d-1], b), mc.step(other[d-1], b)
		w.seen++
		if exact == loose {
			i = t.skip[i]
			continue
		}
		w.path[d-1] = b
		exact = m.exactly(w.path[:d], exact)
		if exact == mc.none {
			w.unset(t, i, t.skip[i])
			i = t.skip[i]
			continue
		}
		stack[d], other[d] = exact, loose
		w.unset(t, i, i+1)
		w.set(t, i)
		i++
	}
}

// set sets the tokens of a node of a trie.
func (w *walker) set(t *trie, i int32) {
	for _, id := range t.ids[t.start[i]:t.start[i+1]] {
		w.dst[id>>6] |= 1 << (id & 63)
	}
}

// unset clears the tokens of some nodes of a trie.
func (w *walker) unset(t *trie, from, to int32) {
	for _, id := range t.ids[t.start[from]:t.start[to]] {
		w.dst[id>>6] &^= 1 << (id & 63)
	}
}

// walkFrom sets the tokens of a trie that n allows.
func (m *Matcher) walkFrom(t *trie, n *node) {
	mc := m.machine
	cs := mc.classify(n)
	m.walker.stack[0] = n
	for c, first := range cs.first {
		if mc.step(n, first) == mc.none {
			continue
		}
		for b, at := range t.roots {
			if cs.of[b] == uint8(c) && at >= 0 {
				m.walk(t, at, t.skip[at])
			}
		}
	}
}

// walk sets the tokens of the nodes from to to of a trie that the state above them, which is in the stack, allows.
func (m *Matcher) walk(t *trie, from, to int32) {
	w, mc := &m.walker, m.machine
	stack, path, none := w.stack, w.path, mc.none
	for i := from; i < to; {
		d := int(t.depth[i])
		s, b := stack[d-1], t.bytes[i]
		var n *node
		if s.next != nil {
			n = s.next[s.classes.of[b]]
		}
		if n == nil {
			n = mc.step(s, b)
		}
		w.seen++
		if n == none {
			i = t.skip[i]
			continue
		}
		path[d-1] = b
		if n.flags&flagNow != 0 || n == mc.conflict {
			if n = m.exactly(path[:d], n); n == none {
				i = t.skip[i]
				continue
			}
		}
		stack[d] = n
		for _, id := range t.ids[t.start[i]:t.start[i+1]] {
			w.dst[id>>6] |= 1 << (id & 63)
		}
		if t.skip[i]-i > largeTree && t == m.vocab.all && m.addRun(n, i) {
			i = t.skip[i]
			continue
		}
		i++
	}
}

// exactly returns the state after path where that depends on the text.
func (m *Matcher) exactly(path []byte, n *node) *node {
	switch {
	case n == m.machine.conflict:
		m.walker.bound = true
		return m.machine.readBytes(m.state.node, m.state.text, path)
	case n.flags&flagNow != 0:
		m.walker.bound = true
		return m.machine.settle(n, history{m.state.text, path})
	}
	return n
}
