package grammar

import "slices"

// arraySpec is what an array may have. It never changes once it is sealed.
type arraySpec struct {
	kinds    []itemKind // of the first items one by one; the last is of all others
	min, max int32      // items; max may be unlimited
	counts   []itemCount
	unique   bool     // no item equals an earlier one
	few      []string // if unique, the texts of all the items there are, sorted, if they are few
	id       uint32
	sealed   bool
}

// itemKind is what an item at some place may be. Where nothing is counted it is one way; else each way says which
// counts it adds to.
type itemKind []itemWay

type itemWay struct {
	item    *node
	counted uint8 // a bit for each of counts
}

// itemCount asks that at least min and at most max items (which may be unlimited) are of a kind.
type itemCount struct{ min, max int32 }

// maxCounts is how many kinds of items an array may count: each doubles the ways to read an item.
const maxCounts = 4

// array returns the node of the arrays of a spec. It keeps the spec.
func (m *machine) array(s *arraySpec) *node {
	m.names++
	s.id = m.names
	s.unique = s.unique && s.max != 0 && s.max != 1
	m.sets = m.sets || s.unique
	return m.concat(m.lit("["), m.partNode(&items{spec: s, used: m.noKeys}))
}

// items is an array from some place between items on.
type items struct {
	spec  *arraySpec
	used  *keySet // the items so far, as they were written, if they must differ
	at    int32   // how many there were; not more than matters
	seen  [maxCounts]int16
	phase phase
	late  bool // the last item is not in used yet
}

func (a *items) hash() uint64 {
	h := hash64(uint64(a.spec.id), uint64(uint32(a.at))<<8|uint64(a.phase)<<1)
	if a.late {
		h++
	}
	for _, n := range a.seen {
		h = hash64(h, uint64(n))
	}
	return hash64(h, uint64(a.used.n))
}

func (a *items) equal(o part) bool {
	p, ok := o.(*items)
	return ok && *a == *p
}

func (a *items) flags() flag {
	switch {
	case a.late && a.phase == phaseNext:
		return flagLate | flagNow | flagLive
	case !a.spec.sealed:
		return flagOpen
	case !a.spec.unique && len(a.spec.counts) == 0:
		return flagLive
	}
	return 0
}

// seal finds how many items there can be at all.
func (s *arraySpec) seal(m *machine) {
	if s.sealed {
		return
	}
	s.sealed = true
	for i, k := range s.kinds {
		if s.max != unlimited && int32(i) >= s.max {
			return
		}
		if !slices.ContainsFunc(k, func(w itemWay) bool { return !m.dead(w.item) }) {
			s.max = int32(i)
			return
		}
	}
}

func (s *arraySpec) kind(at int32) itemKind { return s.kinds[min(int(at), len(s.kinds)-1)] }

// mayClose reports whether the array may end here.
func (a *items) mayClose() bool {
	if a.phase == phaseNext || a.at < a.spec.min {
		return false
	}
	for i, c := range a.spec.counts {
		if int32(a.seen[i]) < c.min {
			return false
		}
	}
	return true
}

func (a *items) classes(m *machine) *classes {
	switch a.phase {
	case phaseOpen:
		return m.refine(m.classesOfByte(']'), m.classify(a.next(m)))
	case phaseAfter:
		return m.classesOfBytes(&commaOrBracket)
	}
	return m.classify(a.next(m))
}

func (a *items) step(m *machine, b byte) *node {
	a.spec.seal(m)
	switch {
	case a.late:
		return m.conflict
	case b == ']' && a.phase != phaseNext:
		if a.mayClose() {
			return m.empty
		}
	case a.phase != phaseAfter:
		return m.step(a.next(m), b)
	case b == ',' && !a.spec.unique:
		return a.next(m)
	case b == ',' && (a.spec.max == unlimited || a.at < a.spec.max):
		next := *a
		next.phase, next.late = phaseNext, true
		return m.partNode(&next)
	}
	return m.none
}

// next is the next item and what follows it.
func (a *items) next(m *machine) *node {
	if a.spec.max != unlimited && a.at >= a.spec.max {
		return m.none
	}
	ways := m.scratch()
	for _, w := range a.spec.kind(a.at) {
		if after, ok := a.after(w); ok {
			ways = append(ways, m.concat(a.fresh(m, w.item), m.partNode(&after)))
		}
	}
	out := m.alt(ways...)
	m.done(ways)
	return out
}

// after is the array once an item has come by way of w. ok is false if that is no way, or one too many.
func (a *items) after(w itemWay) (after items, ok bool) {
	s := a.spec
	after = *a
	after.at, after.phase = a.at+1, phaseAfter
	if s.max == unlimited {
		after.at = min(after.at, max(int32(len(s.kinds))-1, s.min))
	}
	for i, c := range s.counts {
		switch {
		case w.counted>>i&1 == 0:
		case c.max == unlimited && int32(a.seen[i]) >= c.min: // it need not be counted, and then that is another way
			return after, false
		case c.max != unlimited && int32(a.seen[i]) >= c.max:
			return after, false
		default:
			after.seen[i]++
		}
	}
	return after, true
}

// fresh leaves of the next item's texts those that are not used.
func (a *items) fresh(m *machine, item *node) *node {
	if !a.spec.unique || a.used.n == 0 {
		return item
	}
	if a.spec.few != nil {
		return m.oneOf(a.left())
	}
	if m.frozen && m.wealth(item) > int32(a.used.n) {
		n := m.and(item, m.not(m.spellValues(a.used)))
		if n.op == opAnd {
			n.flags |= flagLive
		}
		return n
	}
	return m.and(item, m.not(m.spellValues(a.used)))
}

// left is those of few items that are not used.
func (a *items) left() []string {
	used := a.used.names()
	left := make([]string, 0, len(a.spec.few)-len(used))
	for _, s := range a.spec.few {
		if len(used) > 0 && used[0] == s {
			used = used[1:]
			continue
		}
		left = append(left, s)
	}
	return left
}

// missing is how many items must still come.
func (a *items) missing() int {
	n := max(a.spec.min-a.at, 0)
	if a.phase == phaseNext {
		n = max(n, 1)
	}
	return int(n)
}

// leastFew adds up the shortest of few items that must still come.
func (a *items) leastFew() int32 {
	left := a.left()
	slices.SortFunc(left, func(s, t string) int { return len(s) - len(t) })
	n := a.missing()
	if n > len(left) || a.spec.max != unlimited && int(a.at)+n > int(a.spec.max) {
		return far
	}
	sum := int32(1 + n) // commas, and the bracket
	if a.phase != phaseAfter && n > 0 {
		sum--
	}
	for _, s := range left[:n] {
		sum = plus(sum, int32(len(s)))
	}
	return sum
}

// shortestFew appends the shortest of few items that must still come.
func (a *items) shortestFew(dst []byte) []byte {
	left := a.left()
	slices.SortStableFunc(left, func(s, t string) int { return len(s) - len(t) })
	for i, s := range left[:a.missing()] {
		if i > 0 || a.phase == phaseAfter {
			dst = append(dst, ',')
		}
		dst = append(dst, s...)
	}
	return append(dst, ']')
}

// settle adds the item before the comma to those used.
func (a *items) settle(m *machine, text history) *node {
	if !a.late {
		return m.partNode(a)
	}
	next := *a
	next.late = false
	item := text.lastItem()
	m.spend(len(item) / 16)
	next.used = m.with(a.used, string(item))
	return next.next(m)
}

// least of an array is exact but for items that must differ and refer to rules: then it is what they need if they
// need not differ.
func (a *items) least(m *machine) int32 {
	if a.late {
		return 1 // it is settled before anybody asks
	}
	if a.mayClose() {
		return 1
	}
	if len(a.spec.counts) == 0 && !a.spec.unique {
		return a.leastPlain(m)
	}
	if a.spec.few != nil {
		return a.leastFew()
	}
	_, _, cost := a.best(m)
	return cost
}

// leastPlain adds up the items that must still come.
func (a *items) leastPlain(m *machine) int32 {
	s := a.spec
	if s.max != unlimited && s.min > s.max {
		return far
	}
	sum := int32(1)
	comma := int32(1)
	if a.phase != phaseAfter {
		comma = 0
	}
	for i := a.at; i < s.min || a.phase == phaseNext && i == a.at; i++ {
		item := m.least(s.kind(i)[0].item)
		if int(i) >= len(s.kinds)-1 && i < s.min { // the rest are alike
			n := s.min - i
			return plus(sum, plus(times(item, n), n-1+comma))
		}
		sum = plus(sum, plus(item, comma))
		comma = 1
	}
	return sum
}

// best is the item of the shortest end and what follows it, for arrays that count or compare items.
func (a *items) best(m *machine) (item, after *node, cost int32) {
	cost = far
	if a.spec.max != unlimited && a.at >= a.spec.max {
		return nil, nil, far
	}
	for _, w := range a.spec.kind(a.at) {
		next, ok := a.after(w)
		if !ok || next.at == a.at && next.seen == a.seen && a.phase == phaseAfter {
			continue
		}
		fresh := w.item
		if m.frozen || !w.item.has(flagOpen) {
			fresh = a.fresh(m, w.item)
			if a.spec.unique && m.least(fresh) < far {
				next.used = m.with(a.used, string(m.shortest(fresh, nil)))
			}
		}
		rest := m.partNode(&next)
		c := plus(m.least(fresh), m.least(rest))
		if a.phase == phaseAfter {
			c = plus(c, 1)
		}
		if c < cost {
			item, after, cost = fresh, rest, c
		}
	}
	return item, after, cost
}

func (a *items) shortest(m *machine, dst []byte) []byte {
	if a.spec.few != nil {
		return a.shortestFew(dst)
	}
	for phase := a.phase; ; phase = phaseAfter {
		if a.mayClose() {
			return append(dst, ']')
		}
		item, rest, cost := a.best(m)
		if cost >= far {
			return dst
		}
		if phase == phaseAfter {
			dst = append(dst, ',')
		}
		dst = m.shortest(item, dst)
		a = rest.part.(*items)
	}
}
