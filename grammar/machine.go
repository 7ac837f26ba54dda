package grammar

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Limits. A grammar that needs more is refused with one of the errors of error.go; nothing at run time can exceed them,
// because what would is pruned where a shorter way remains.
const (
	maxSource  = 1 << 20   // bytes of a source
	maxDepth   = 64        // how deep a source nests groups, and expressions are built
	maxNodes   = 1 << 16   // nodes made while compiling
	maxFuel    = 3_000_000 // units of work while compiling
	maxSearch  = 1 << 14   // states looked at to find a shortest text of an intersection
	maxHeld    = 1 << 16   // nodes and transitions/8 kept at run time before they are forgotten
	maxHeight  = 1000      // how deep expressions nest at run time
	maxThreads = 4096      // alternatives followed at once
	maxWork    = 1_000_000 // units of work that one call to a Matcher may take: see tired
	maxSaved   = 4_000_000 // what a Matcher may take before it has saved any, and the most that it saves
	workOfCall = 10_000    // what it saves with each call
	workOfByte = 16        // what a call may take beside for each byte that it is given, or plans
)

// machine makes nodes and steps between them. It has one user at a time: Grammar holds the lock.
type machine struct {
	mu      sync.Mutex
	size    atomic.Int64 // bytes, see weigh
	buckets []*node
	count   int
	ids     uint32
	block   []node
	held    int // transitions kept

	literals map[string]*literal
	texts    int    // bytes of literals
	names    uint32 // ids of literals and tables so far

	none, empty, all, conflict *node

	setClasses  map[byteSet]*classes
	byteClasses [256]*classes
	classSets   map[[256]uint8]*classes
	refined     map[[2]*classes]*classes
	oneClass    *classes

	runes   map[string]*node // character classes by encoding and ranges
	keys    map[keyStep]*keySet
	noKeys  *keySet
	formats map[string]*node
	values  map[string]*node // what spells a JSON value
	univ    [3]*node         // any text, by encoding

	symbols []string // special tokens by number
	lacking []string // special tokens that the vocabulary has not: they are text
	// digitsMatter is so if 1.0 is not 1: draft-04 has it that way, where it says what an integer is.
	digitsMatter bool
	marks        []mark // special tokens in the shortest text found last
	start        *node
	sets         bool // some part must be settled with the text

	rules  []*rule
	round  int32
	frozen bool

	ctx  context.Context // while compiling
	fuel int
	err  error

	masks maskCache
	alts  [][]*node // scratch memory of alt and and, one a level of recursion
	level int
}

func newMachine(ctx context.Context) *machine {
	m := &machine{
		buckets:    make([]*node, 1<<9),
		literals:   map[string]*literal{},
		setClasses: map[byteSet]*classes{},
		classSets:  map[[256]uint8]*classes{},
		refined:    map[[2]*classes]*classes{},
		runes:      map[string]*node{},
		keys:       map[keyStep]*keySet{},
		noKeys:     &keySet{},
		formats:    map[string]*node{},
		values:     map[string]*node{},
		ctx:        ctx,
		fuel:       maxFuel,
	}
	m.oneClass = m.internClasses(&[256]uint8{})
	m.none = m.intern(&node{op: opNone})
	m.empty = m.intern(&node{op: opEmpty})
	m.all = m.intern(&node{op: opNot, a: m.none})
	m.conflict = m.intern(&node{op: opConflict})
	return m
}

// tired is the panic that ends a call to a Matcher whose work is used up: some expressions make more states in one step
// than others can wait for, whose answers are in the same batch. What is kept of states is kept once it is whole, so nothing is left behind by halves.
type tired struct{}

// spend counts work. While compiling, once it is used up or the context ends, err says so and every loop ends soon.
func (m *machine) spend(units int) {
	if m.ctx == nil {
		if m.fuel -= units; m.fuel < 0 {
			panic(tired{})
		}
		return
	}
	before := m.fuel
	m.fuel -= units
	switch {
	case m.err != nil:
	case m.fuel < 0:
		m.err = ErrTooSlow
	case m.count+m.held/16 > maxNodes:
		m.err = ErrTooLarge
	case before>>10 != m.fuel>>10:
		m.err = m.ctx.Err()
	}
}

// mark is a special token in a text.
type mark struct {
	at     int
	symbol int32
}

// newRule returns a rule whose body is to come.
func (m *machine) newRule(name string, nullable bool) *rule {
	r := &rule{name: name, nullable: nullable, least: far}
	r.ref = m.intern(&node{op: opRef, rule: r})
	m.rules = append(m.rules, r)
	return r
}

// freeze finds how short each rule can be and ends compiling. Knuth, "A generalization of Dijkstra's algorithm" (1977),
// has the fixed point; rules are visited last made first, because a rule is made before those that it refers to.
func (m *machine) freeze() error {
	for changed := true; changed && m.err == nil; {
		changed = false
		m.round++
		for _, r := range slices.Backward(m.rules) {
			if l := m.least(r.body); l < r.least {
				r.least, changed = l, true
			}
			m.spend(1)
		}
	}
	if m.err != nil {
		return m.err
	}
	for _, n := range m.buckets {
		for ; n != nil; n = n.chain {
			if n.has(flagOpen) {
				if n.round != m.round {
					n.exact = -1
				}
				n.flags &^= flagOpen
				if n.op == opRef {
					n.exact = n.rule.least
				}
				if n.exact >= 0 && n.exact < far {
					n.flags |= flagLive
				}
			}
		}
	}
	m.frozen, m.ctx = true, nil
	m.weigh()
	return nil
}

// weigh writes down about how much memory the machine holds.
func (m *machine) weigh() {
	m.size.Store(int64(m.count)*int64(unsafe.Sizeof(node{})) + 8*int64(m.held+len(m.buckets)) + int64(m.texts) + int64(m.masks.bytes))
}

// sweep forgets what is kept once it is too much. States that somebody holds stay what they are: they are only no
// longer the same nodes as those that are made from here on.
func (m *machine) sweep() {
	if m.count+m.held/8 <= maxHeld {
		return
	}
	for i, n := range m.buckets {
		for n != nil {
			rest := n.chain
			n.next, n.chain = nil, nil
			n = rest
		}
		m.buckets[i] = nil
	}
	m.count, m.held = 0, 0
	clear(m.refined)
	clear(m.keys)
	clear(m.values)
	m.masks.clear()
	for _, n := range []*node{m.none, m.empty, m.all, m.conflict} {
		slot := &m.buckets[n.hash&uint64(len(m.buckets)-1)]
		n.chain, *slot = *slot, n
	}
	for _, r := range m.rules {
		slot := &m.buckets[r.ref.hash&uint64(len(m.buckets)-1)]
		r.ref.chain, *slot = *slot, r.ref
	}
}
