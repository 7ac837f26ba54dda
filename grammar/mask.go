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
	worthKeeping = 1 << 10 // nodes of a trie: a walk of fewer is as fast as a copy
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
	stack []*node
	path  []byte
	seen  int  // nodes of tries
	bound bool // the mask depends on the text so far, not on the state alone
}

// Mask sets the bit of each token that may come next and clears all others. dst has a bit for each logit, 64 to a word.
// Tokens that end a text are not in it: they may come where Accepts says so.
func (m *Matcher) Mask(dst []uint64) {
	mc := m.lock()
	defer mc.mu.Unlock()
	v, n := m.vocab, m.state.node
	dst = dst[:v.words]
	key := maskKey{n, v}
	if mask := mc.masks.masks[key]; mask != nil {
		copy(dst, mask)
		return
	}
	clear(dst)
	m.walker.seen, m.walker.bound = 0, false
	t := v.all
	if k, exact := mc.plainRun(n); k == unlimited || k >= v.maxChars || exact {
		v.addPlain(dst, k)
		t = v.rest
	}
	m.walk(t, dst)
	for i, id := range m.symbols {
		if mc.stepSymbol(n, int32(i)) != mc.none {
			dst[id>>6] |= 1 << (id & 63)
		}
	}
	if m.walker.seen > worthKeeping && !m.walker.bound {
		mc.masks.keep(key, dst)
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

// walk sets the tokens of t that the state allows.
func (m *Matcher) walk(t *trie, dst []uint64) {
	w, mc := &m.walker, m.machine
	if len(w.stack) <= t.height {
		w.stack = make([]*node, t.height+1)
		w.path = make([]byte, t.height+1)
	}
	stack, path, none := w.stack, w.path, mc.none
	stack[0] = m.state.node
	for i := int32(0); int(i) < len(t.bytes); {
		d := int(t.depth[i])
		from, b := stack[d-1], t.bytes[i]
		var n *node
		if from.next != nil {
			n = from.next[from.classes.of[b]]
		}
		if n == nil {
			n = mc.step(from, b)
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
			dst[id>>6] |= 1 << (id & 63)
		}
		i++
	}
	clear(stack)
}

// exactly returns the state after path where that depends on the text.
func (m *Matcher) exactly(path []byte, n *node) *node {
	m.walker.bound = true
	if n == m.machine.conflict {
		return m.machine.readBytes(m.state.node, m.state.text, path)
	}
	return m.machine.settle(n, history{m.state.text, path})
}
