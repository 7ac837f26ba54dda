package index

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// scorer scores spans, window by window. It is kept for its memory.
type scorer struct {
	lists   []list
	cursors []cursor
	groups  []scored
	order   []int // of groups, the least that they can add first
	sum     [window]uint32
	most    [window]uint32 // of the alternatives of one group
	touched bitset
	within  bitset // of one group
	hopeful []uint32
	lengths []byte
	table   *[16][256]uint16
}

// cursor is an alternative in a part.
type cursor struct {
	list  *list
	scale uint64
	block int // the first that ends in the window or behind it
	// sparse lists have less than a block in a window: whether they have anything there is looked up, since what their
	// blocks say holds for many windows.
	sparse bool
}

// scored is a group in a part: some of the cursors, and the most that it can add in the window.
type scored struct {
	cursors []cursor
	bound   uint32
}

var scorers = sync.Pool{New: func() any { return &scorer{} }}

// rest lets go of the files that it has looked into, which may be unmapped now.
func (w *scorer) rest() {
	for i := range w.lists {
		l := &w.lists[i]
		l.s, l.skips, l.packed = nil, nil, nil
	}
	w.lengths = nil
	scorers.Put(w)
}

// score adds the best passages of a span.
func (w *scorer) score(ctx context.Context, f *finder, s span, into *heap) error {
	if err := w.open(f, s); err != nil {
		return err
	}
	p := f.sight.parts[s.part]
	for lo := s.from; lo < s.to; lo += window {
		if lo/window%64 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		hi := min(lo+window, s.to)
		if f.allowed != nil && !f.allowed[s.part].any(lo, hi-1) {
			continue
		}
		need := into.wanted(s.part)
		rest, few, err := w.bounds(lo, hi, need)
		if err != nil {
			return err
		}
		if few == len(w.order) {
			continue
		}
		for _, g := range w.order[few:] {
			if err := w.accumulate(&w.groups[g], lo, hi); err != nil {
				return err
			}
		}
		if err := w.lookUp(w.order[:few], lo, need, rest); err != nil {
			return err
		}
		for _, at := range w.hopeful {
			score := w.sum[at]
			w.sum[at] = 0
			if score < need || p.dead.has(lo+at) || f.allowed != nil && !f.allowed[s.part].has(lo+at) {
				continue
			}
			into.add(found{s.part, lo + at, score})
		}
	}
	return nil
}

// open opens the lists of a span.
func (w *scorer) open(f *finder, s span) error {
	p := f.sight.parts[s.part].segment
	n := 0
	for _, g := range f.groups {
		n += len(g)
	}
	if cap(w.lists) < n {
		w.lists, w.cursors = make([]list, n), make([]cursor, n)
	}
	w.lists, w.cursors, w.groups, w.order = w.lists[:n], w.cursors[:n], w.groups[:0], w.order[:0]
	w.table = impacts()
	var err error
	if w.lengths, err = p.allLengths(); err != nil {
		return err
	}
	n = 0
	for _, g := range f.groups {
		first := n
		for _, a := range g {
			in := a.term.in[s.part]
			if in.count == 0 {
				continue
			}
			l := &w.lists[n]
			if err := l.open(p, in); err != nil {
				return err
			}
			w.cursors[n] = cursor{list: l, scale: a.scale, block: l.blockAt(0, s.from), sparse: l.blocks*window <= p.passages || l.blocks == 1}
			n++
		}
		if n > first {
			w.order = append(w.order, len(w.groups))
			w.groups = append(w.groups, scored{cursors: w.cursors[first:n]})
		}
	}
	return nil
}

// bounds computes what each group can add in a window, and orders them. The first few of them add at most rest together,
// and a passage that has none of the others cannot reach need.
func (w *scorer) bounds(lo, hi, need uint32) (rest uint32, few int, err error) {
	for i := range w.groups {
		g := &w.groups[i]
		g.bound = 0
		for j := range g.cursors {
			bound, err := g.cursors[j].bound(lo, hi)
			if err != nil {
				return 0, 0, err
			}
			g.bound = max(g.bound, bound)
		}
	}
	slices.SortFunc(w.order, func(a, b int) int { return cmp.Compare(w.groups[a].bound, w.groups[b].bound) })
	for few < len(w.order) && rest+w.groups[w.order[few]].bound < need {
		rest += w.groups[w.order[few]].bound
		few++
	}
	return rest, few, nil
}

// bound returns the most that an alternative can add in a window, and goes to the window.
func (c *cursor) bound(lo, hi uint32) (uint32, error) {
	l := c.list
	if c.block = l.blockAt(c.block, lo); c.block == l.blocks {
		return 0, nil
	}
	if c.sparse {
		return c.boundSparse(lo, hi)
	}
	_, _, most := l.skip(c.block)
	for block := c.block + 1; block < l.blocks; block++ {
		if before, _, _ := l.skip(block - 1); before >= hi-1 {
			break
		}
		_, _, impact := l.skip(block)
		most = max(most, impact)
	}
	return contribution(c.scale, uint16(most)<<8|255), nil
}

func (c *cursor) boundSparse(lo, hi uint32) (uint32, error) {
	l, most := c.list, byte(0)
	for block := c.block; block < l.blocks; block++ {
		if err := l.load(block); err != nil {
			return 0, err
		}
		passages := l.u.passages[:l.u.n]
		from, to := inWindow(passages, lo, hi)
		if from < to {
			_, _, impact := l.skip(block)
			most = max(most, impact)
		}
		if to < len(passages) {
			break
		}
	}
	if most == 0 {
		return 0, nil
	}
	return contribution(c.scale, uint16(most)<<8|255), nil
}

// accumulate adds what a group adds to all passages of a window.
func (w *scorer) accumulate(g *scored, lo, hi uint32) error {
	if len(g.cursors) == 1 {
		return w.addList(&g.cursors[0], lo, hi)
	}
	for i := range g.cursors {
		if err := w.mostOfList(&g.cursors[i], lo, hi); err != nil {
			return err
		}
	}
	w.within.take(func(i uint32) {
		w.sum[i] += w.most[i]
		w.most[i] = 0
		w.touched.set(i)
	})
	return nil
}

// addList adds a list's contributions to the window's sums.
func (w *scorer) addList(c *cursor, lo, hi uint32) error {
	l := c.list
	for block := c.block; block < l.blocks; block++ {
		if err := l.load(block); err != nil {
			return err
		}
		passages := l.u.passages[:l.u.n]
		if passages[0] >= hi {
			return nil
		}
		from, to := inWindow(passages, lo, hi)
		if l.u.usual {
			row := &w.table[usualLevel]
			for _, p := range passages[from:to] {
				at := (p - lo) % window
				w.sum[at] += contribution(c.scale, row[w.lengths[p]])
				w.touched.set(at)
			}
		} else {
			for i, p := range passages[from:to] {
				at := (p - lo) % window
				w.sum[at] += contribution(c.scale, w.table[l.u.level[from+i]%16][w.lengths[p]])
				w.touched.set(at)
			}
		}
		if to < len(passages) {
			return nil
		}
	}
	return nil
}

// mostOfList raises what the alternatives of a group add to at least a list's contributions.
func (w *scorer) mostOfList(c *cursor, lo, hi uint32) error {
	l := c.list
	for block := c.block; block < l.blocks; block++ {
		if err := l.load(block); err != nil {
			return err
		}
		passages := l.u.passages[:l.u.n]
		if passages[0] >= hi {
			return nil
		}
		from, to := inWindow(passages, lo, hi)
		for i := from; i < to; i++ {
			at := (passages[i] - lo) % window
			w.most[at] = max(w.most[at], w.contribution(c, i))
			w.within.set(at)
		}
		if to < len(passages) {
			return nil
		}
	}
	return nil
}

// contribution returns what the i-th posting of a cursor's block adds.
func (w *scorer) contribution(c *cursor, i int) uint32 {
	u := &c.list.u
	level := uint8(usualLevel)
	if !u.usual {
		level = u.level[i] % 16
	}
	return contribution(c.scale, w.table[level][w.lengths[u.passages[i]]])
}

// inWindow returns which of a block's passages are in a window.
func inWindow(passages []uint32, lo, hi uint32) (from, to int) {
	if passages[0] < lo {
		from, _ = slices.BinarySearch(passages, lo)
	}
	to = len(passages)
	if passages[to-1] >= hi {
		to, _ = slices.BinarySearch(passages, hi)
	}
	return from, to
}

// lookUp makes hopeful the passages that may reach need, with whole sums: those of the groups already added, and of the
// few others, which add at most rest. The sums of all other passages are cleared.
func (w *scorer) lookUp(few []int, lo, need, rest uint32) error {
	w.hopeful = w.hopeful[:0]
	w.touched.take(func(i uint32) {
		if w.sum[i]+rest >= need {
			w.hopeful = append(w.hopeful, i)
		} else {
			w.sum[i] = 0
		}
	})
	for i := len(few) - 1; i >= 0 && len(w.hopeful) > 0; i-- {
		g := &w.groups[few[i]]
		if g.bound == 0 {
			break // and the rest are no more
		}
		for j := range g.cursors {
			if err := w.lookUpList(&g.cursors[j], lo); err != nil {
				return err
			}
		}
		rest -= g.bound
		kept := w.hopeful[:0]
		for _, at := range w.hopeful {
			w.sum[at] += w.most[at]
			w.most[at] = 0
			if w.sum[at]+rest >= need {
				kept = append(kept, at)
			} else {
				w.sum[at] = 0
			}
		}
		w.hopeful = kept
	}
	return nil
}

// lookUpList raises what a group adds to each hopeful passage to at least what a list adds.
func (w *scorer) lookUpList(c *cursor, lo uint32) error {
	l, block := c.list, c.block
	from := 0
	for _, at := range w.hopeful {
		p := lo + at
		next := l.blockAt(block, p)
		if next != block {
			block, from = next, 0
		}
		if block >= l.blocks {
			return nil
		}
		if l.block != block {
			if err := l.load(block); err != nil {
				return err
			}
			from = 0
		}
		passages := l.u.passages[:l.u.n]
		for from < len(passages) && passages[from] < p {
			from++
		}
		if from < len(passages) && passages[from] == p {
			w.most[at] = max(w.most[at], w.contribution(c, from))
		}
	}
	return nil
}
