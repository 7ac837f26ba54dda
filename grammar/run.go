package grammar

import (
	"math/bits"
	"slices"
	"sync"
)

// Inside of most expressions there is a set of bytes, letters and digits say, any of which leads to the same state, and
// so does any of them after that. Tokens of such bytes alone are allowed without a look at each; of the others only
// those matter that go on with a byte that is allowed. Both are found once for each set and vocabulary.

// runs is the tokens of a vocabulary by how far they are made of a set of bytes.
type runs struct {
	whole   [][]uint64   // by length: tokens of at most so many bytes, all of the set
	long    []token      // those of more bytes than whole has masks, the shorter first
	exits   [256][]int32 // nodes of the trie that are the first not of the set, by their byte; the higher first
	longest int
}

const (
	runSteps  = 16 // how many lengths have a mask of their own
	maxRunSet = 32 // sets that are remembered
	minRunSet = 8  // bytes: for fewer a walk is short anyhow
)

// runTable remembers runs by their sets.
type runTable struct {
	mu   sync.Mutex
	sets map[byteSet]*runs
}

// runsOf returns the runs of a set.
func (v *Vocabulary) runsOf(set byteSet) *runs {
	v.runs.mu.Lock()
	defer v.runs.mu.Unlock()
	if r := v.runs.sets[set]; r != nil {
		return r
	}
	r := v.newRuns(set)
	if len(v.runs.sets) >= maxRunSet || v.runs.sets == nil {
		v.runs.sets = map[byteSet]*runs{}
	}
	v.runs.sets[set] = r
	return r
}

func (v *Vocabulary) newRuns(set byteSet) *runs {
	r, t := &runs{}, v.all
	var ids [runSteps + 1][]int32
	for i := int32(0); int(i) < len(t.bytes); {
		b, d := t.bytes[i], int(t.depth[i])
		if !set.contains(b) {
			r.exits[b] = append(r.exits[b], i)
			i = t.skip[i]
			continue
		}
		for _, id := range t.ids[t.start[i]:t.start[i+1]] {
			r.longest = max(r.longest, d)
			if d <= runSteps {
				ids[d] = append(ids[d], id)
			} else {
				r.long = append(r.long, token{v.tok.Bytes(id), id})
			}
		}
		i++
	}
	mask := make([]uint64, v.words)
	for _, list := range ids {
		for _, id := range list {
			mask[id>>6] |= 1 << (id & 63)
		}
		r.whole = append(r.whole, slices.Clone(mask))
	}
	slices.SortStableFunc(r.long, func(a, b token) int { return len(a.bytes) - len(b.bytes) })
	for b := range r.exits {
		slices.SortStableFunc(r.exits[b], func(i, j int32) int { return int(t.depth[i]) - int(t.depth[j]) })
	}
	return r
}

// addRun sets the tokens that n allows if a large set of bytes leads on evenly from it. It returns false, having set
// nothing, if there is none.
func (m *Matcher) addRun(n *node) bool {
	set, ok := m.machine.evenBytes(n)
	if !ok {
		return false
	}
	w, mc := &m.walker, m.machine
	r := m.vocab.runsOf(set)
	states := append(mc.scratch(), n)
	defer func() { mc.done(states) }()
	for len(states) <= r.longest {
		next, even := mc.evenStep(states[len(states)-1], &set)
		if !even {
			return false
		}
		if next == mc.none {
			break
		}
		states = append(states, next)
		if next == states[len(states)-2] { // and so on for ever
			break
		}
	}
	last := len(states) - 1
	endless := last > 0 && states[last] == states[last-1]
	most := last
	if endless {
		most = r.longest
	}
	w.seen += worthKeeping // it is dear enough to be kept
	for i, word := range r.whole[min(most, runSteps)] {
		w.dst[i] |= word
	}
	for _, tok := range r.long {
		if len(tok.bytes) > most {
			break
		}
		w.dst[tok.id>>6] |= 1 << (tok.id & 63)
	}
	m.addExits(r, states, most)
	return true
}

// addExits sets the tokens that leave the set after at most so many bytes of it.
func (m *Matcher) addExits(r *runs, states []*node, most int) {
	w, mc, t := &m.walker, m.machine, m.vocab.all
	for b, exits := range r.exits {
		for k := 0; k < len(exits); {
			d := int(t.depth[exits[k]])
			if d-1 > most {
				break
			}
			from := states[min(d-1, len(states)-1)]
			end := k + 1
			for end < len(exits) && int(t.depth[exits[end]]) == d {
				end++
			}
			if mc.step(from, byte(b)) != mc.none {
				w.stack[d-1] = from
				for _, i := range exits[k:end] {
					copy(w.path, m.pathTo(i, d))
					m.walk(t, i, t.skip[i])
				}
			}
			k = end
		}
	}
}

// pathTo returns the bytes that lead to a node of the trie but for its own. They matter only where the text does.
func (m *Matcher) pathTo(i int32, depth int) []byte {
	if !m.machine.sets || depth < 2 {
		return nil
	}
	t := m.vocab.all
	// Some token lies below the node, and begins with them.
	id := t.ids[t.start[i]]
	return m.vocab.tok.Bytes(id)[:depth-1]
}

// evenBytes returns the largest set of bytes that lead from n to one state, if it is large.
func (m *machine) evenBytes(n *node) (set byteSet, ok bool) {
	cs := m.classify(n)
	var best *node
	most := 0
	for c, b := range cs.first {
		t := m.step(n, b)
		if t == m.none || t == best {
			continue
		}
		size := 0
		for d, other := range cs.first {
			if m.step(n, other) == t {
				size += int(cs.size[d])
			}
		}
		if size > most {
			best, most = t, size
		}
		_ = c
	}
	if most < minRunSet {
		return set, false
	}
	for b := range 256 {
		if m.step(n, byte(b)) == best {
			set.add(byte(b))
		}
	}
	return set, true
}

// evenStep returns the state to which all bytes of a set lead from n. even is false if they lead to several.
func (m *machine) evenStep(n *node, set *byteSet) (next *node, even bool) {
	for i, word := range set {
		for word != 0 {
			b := byte(64*i + bits.TrailingZeros64(word))
			word &= word - 1
			t := m.step(n, b)
			if t.flags&(flagNow|flagLate) != 0 || t == m.conflict || next != nil && t != next {
				return nil, false
			}
			next = t
		}
	}
	return next, true
}
