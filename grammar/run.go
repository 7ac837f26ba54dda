package grammar

import (
	"slices"
	"sync"
)

// Inside of most expressions there is a set of characters, any of which leads to the same state, and so does any of
// them after that. Tokens of such characters alone are allowed without a look at each; of the others only those matter
// that go on with a byte that is allowed. Both are found once for each set and vocabulary.
//
// A set is one of bytes: those of ASCII stand for themselves, others for all characters that begin with them.

// runs is the tokens below a node of a trie by how far they are made of a set of characters.
type runs struct {
	whole  []uint64    // the tokens that are made of the set, the last character maybe in part
	ids    []int32     // the same, by how many characters they have
	upTo   []int32     // how many of ids have at most so many characters
	exits  [256][]exit // what is the first byte not of the set, by that byte, and how many characters come before
	length int         // the most characters of the set that any token begins with
}

// exit is a node of the trie, after some characters of the set.
type exit struct{ node, chars int32 }

const (
	maxRunSets = 48      // sets that are remembered
	minRunSet  = 8       // bytes: for fewer a walk is short anyhow
	largeTree  = 1 << 10 // nodes below one, from which on it is worth a look whether they can be had by runs
)

// runTable remembers runs.
type runTable struct {
	mu   sync.Mutex
	runs map[runKey]*runs
}

// runKey is a set, and the node whose descendants are looked at; -1 is the root.
type runKey struct {
	set  byteSet
	node int32
}

func (v *Vocabulary) runsOf(key runKey) *runs {
	v.runs.mu.Lock()
	defer v.runs.mu.Unlock()
	if r := v.runs.runs[key]; r != nil {
		return r
	}
	r := v.newRuns(key)
	if len(v.runs.runs) >= maxRunSets || v.runs.runs == nil {
		v.runs.runs = map[runKey]*runs{}
	}
	v.runs.runs[key] = r
	return r
}

// partial is how much of a character has been read: the bytes that may come next, and how many come after that.
type partial struct{ lo, hi, more byte }

// follow is what may follow the first byte of a character that is not ASCII (RFC 3629, section 4). ok is false if no
// character begins so.
func follow(b byte) (p partial, ok bool) {
	switch {
	case 0xc2 <= b && b <= 0xdf:
		return partial{0x80, 0xbf, 0}, true
	case b == 0xe0:
		return partial{0xa0, 0xbf, 1}, true
	case b == 0xed:
		return partial{0x80, 0x9f, 1}, true
	case 0xe1 <= b && b <= 0xef:
		return partial{0x80, 0xbf, 1}, true
	case b == 0xf0:
		return partial{0x90, 0xbf, 2}, true
	case 0xf1 <= b && b <= 0xf3:
		return partial{0x80, 0xbf, 2}, true
	case b == 0xf4:
		return partial{0x80, 0x8f, 2}, true
	}
	return p, false
}

func (v *Vocabulary) newRuns(key runKey) *runs {
	r, t := &runs{whole: make([]uint64, v.words)}, v.all
	from, to, top := int32(0), int32(len(t.bytes)), 0
	if key.node >= 0 {
		from, to, top = key.node+1, t.skip[key.node], int(t.depth[key.node])
	}
	type step struct {
		inside partial // of a character, if open
		open   bool
		chars  int32 // those that have begun
	}
	path := make([]step, t.height+1)
	var byChars [][]int32
	for i := from; i < to; {
		b, d := t.bytes[i], int(t.depth[i])-top
		s := path[d-1]
		switch {
		case s.open && (b < s.inside.lo || b > s.inside.hi): // no state goes on with that
			i = t.skip[i]
			continue
		case s.open:
			s.open = s.inside.more > 0
			s.inside = partial{0x80, 0xbf, s.inside.more - 1}
		case !key.set.contains(b):
			r.exits[b] = append(r.exits[b], exit{i, s.chars})
			i = t.skip[i]
			continue
		default:
			s.chars++
			s.inside, s.open = follow(b)
		}
		path[d] = s
		for _, id := range t.ids[t.start[i]:t.start[i+1]] {
			for len(byChars) <= int(s.chars) {
				byChars = append(byChars, nil)
			}
			byChars[s.chars] = append(byChars[s.chars], id)
			r.whole[id>>6] |= 1 << (id & 63)
		}
		i++
	}
	for _, ids := range byChars {
		r.ids = append(r.ids, ids...)
		r.upTo = append(r.upTo, int32(len(r.ids)))
	}
	r.length = len(byChars) - 1
	for b, exits := range r.exits {
		for _, x := range exits {
			r.length = max(r.length, int(x.chars))
		}
		slices.SortStableFunc(r.exits[b], func(x, y exit) int { return int(x.chars - y.chars) })
	}
	return r
}

// addRun sets the tokens below a node of the trie that n, which is the state there, allows, if a large set of
// characters leads on evenly from it. It returns false, having set nothing, if there is none.
func (m *Matcher) addRun(n *node, at int32) bool {
	mc := m.machine
	set, ok := mc.evenSet(n)
	if !ok {
		return false
	}
	w := &m.walker
	r := m.vocab.runsOf(runKey{set, at})
	states := append(mc.scratch(), n)
	defer func() { mc.done(states) }()
	endless := false
	for !endless && len(states) <= r.length {
		last := states[len(states)-1]
		next, even := mc.evenStep(last, &set)
		if !even {
			return false
		}
		if next == mc.none {
			break
		}
		states = append(states, next)
		endless = next == last
	}
	most := len(states) - 1
	if endless {
		most = r.length
	}
	w.seen += worthKeeping // it is dear enough to be kept
	switch {
	case most >= len(r.upTo)-1:
		for i, word := range r.whole {
			w.dst[i] |= word
		}
	default:
		for _, id := range r.ids[:r.upTo[most]] {
			w.dst[id>>6] |= 1 << (id & 63)
		}
	}
	m.addExits(r, states, int32(most))
	return true
}

// addExits sets the tokens that leave the set after at most so many characters of it.
func (m *Matcher) addExits(r *runs, states []*node, most int32) {
	w, mc, t := &m.walker, m.machine, m.vocab.all
	for b, exits := range r.exits {
		for k := 0; k < len(exits); {
			chars := exits[k].chars
			if chars > most {
				break
			}
			from := states[min(int(chars), len(states)-1)]
			end := k + 1
			for end < len(exits) && exits[end].chars == chars {
				end++
			}
			if mc.step(from, byte(b)) != mc.none {
				for _, x := range exits[k:end] {
					d := int(t.depth[x.node])
					saved := w.stack[d-1]
					w.stack[d-1] = from
					if mc.sets {
						copy(w.path, m.vocab.tok.Bytes(t.ids[t.start[x.node]])[:d-1]) // some token lies below
					}
					m.walk(t, x.node, t.skip[x.node])
					w.stack[d-1] = saved
				}
			}
			k = end
		}
	}
}

// evenSet returns the largest set of characters that lead from n to one state, if it is large.
func (m *machine) evenSet(n *node) (set byteSet, ok bool) {
	cs := m.classify(n)
	var targets []*node
	var sizes []int
	for c, b := range cs.first {
		t := m.step(n, b)
		if t == m.none || b >= 0x80 {
			continue
		}
		at := slices.Index(targets, t)
		if at < 0 {
			at = len(targets)
			targets, sizes = append(targets, t), append(sizes, 0)
		}
		sizes[at] += int(cs.size[c])
	}
	if len(targets) == 0 {
		return set, false
	}
	best := 0
	for i, size := range sizes {
		if size > sizes[best] {
			best = i
		}
	}
	if sizes[best] < minRunSet {
		return set, false
	}
	target := targets[best]
	for b := range 128 {
		if m.step(n, byte(b)) == target {
			set.add(byte(b))
		}
	}
	for b := 0xc2; b <= 0xf4; b++ {
		if next, even := m.evenLead(n, byte(b)); even && next == target {
			set.add(byte(b))
		}
	}
	return set, true
}

// evenLead returns the state to which all characters lead from n that begin with b.
func (m *machine) evenLead(n *node, b byte) (next *node, even bool) {
	p, ok := follow(b)
	if !ok {
		return nil, false
	}
	return m.evenRest(m.step(n, b), p)
}

// evenRest is evenLead inside a character.
func (m *machine) evenRest(n *node, p partial) (next *node, even bool) {
	if n == m.none {
		return n, true
	}
	if n.flags&(flagNow|flagLate) != 0 || n == m.conflict {
		return nil, false
	}
	cs := m.classify(n)
	for c, first := range cs.first {
		t := m.step(n, first)
		inside := insideOf(cs, c, p)
		switch {
		case t == m.none && inside == 0:
			continue
		case t != m.none && inside != int(cs.size[c]): // bytes that no character has here
			return nil, false
		}
		if p.more > 0 {
			var ok bool
			if t, ok = m.evenRest(t, partial{0x80, 0xbf, p.more - 1}); !ok {
				return nil, false
			}
		}
		if next != nil && t != next {
			return nil, false
		}
		next = t
	}
	return next, next != nil
}

// insideOf counts the bytes of a class that may follow.
func insideOf(cs *classes, c int, p partial) int {
	n := 0
	for b := int(p.lo); b <= int(p.hi); b++ {
		if cs.of[b] == uint8(c) {
			n++
		}
	}
	return n
}

// evenStep returns the state to which all characters of a set lead from n. even is false if they lead to several.
func (m *machine) evenStep(n *node, set *byteSet) (next *node, even bool) {
	for b := range 256 {
		if !set.contains(byte(b)) {
			continue
		}
		t, ok := m.step(n, byte(b)), true
		if b >= 0x80 {
			t, ok = m.evenLead(n, byte(b))
		}
		if !ok || t.flags&(flagNow|flagLate) != 0 || t == m.conflict || next != nil && t != next {
			return nil, false
		}
		next = t
	}
	return next, true
}
