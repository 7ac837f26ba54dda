package grammar

// An expression is a value of a small algebra over bytes: sets of bytes, texts, sequences, alternatives, repetitions,
// intersections, complements, references to rules, and machines of their own for what JSON needs. A state of the
// automaton is an expression too: what may follow. The step by a byte is the Brzozowski derivative ("Derivatives of
// Regular Expressions", 1964), and since a sequence is a linked list whose tail is shared, the same derivative runs
// a pushdown automaton: the tail is the stack. Nodes are hash-consed, so equal states are one node, and what was
// computed for a state is computed once.

type op uint8

const (
	opNone     op = iota // no text at all
	opEmpty              // the empty text alone
	opSet                // one byte of set
	opLit                // the rest of a text
	opTable              // one of the rests of some keys of a table
	opConcat             // a, then b
	opAlt                // one of kids
	opAnd                // all of kids
	opNot                // anything but a
	opRepeat             // a, from min to max times
	opRef                // what the rule says
	opPart               // a machine of its own
	opSpecial            // a special token of the vocabulary
	opConflict           // see part.step
)

type flag uint16

const (
	flagNullable flag = 1 << iota // the empty text is one of its texts
	flagOpen                      // it may refer to a rule that is not finished yet
	flagLate                      // it begins with a part that must be settled with the text, some time
	flagNow                       // the same, before anything else is done
	flagText                      // all its texts are whole characters in UTF-8
	flagStrict                    // all its texts are whole characters as JSON strings spell them
	flagPlain                     // one character, and every plain one among them: see Vocabulary
	flagRich                      // it has more texts than anybody will ever use up
	flagLive                      // it has a text, however short
	flagFinite                    // its texts have a longest
)

// far is the distance in bytes of what cannot be reached, and of what is so far that nobody will: it counts as dead. No literal
// of a source is as long.
// From whatever is nearer a shortest way gets nearer yet, so nothing that is not dead leads only to what is.
const far = int32(1 << 21)

// unlimited is the upper limit of a repetition that has none.
const unlimited = int32(-1)

type node struct {
	op       op
	flags    flag
	id       uint32 // in order of making; alternatives are sorted by it
	hash     uint64
	min, max int32 // opRepeat: times. opTable: the range of keys. opLit: the offset in text. opSpecial: its symbol
	off      int32 // opTable: the bytes of the keys already read
	exact    int32 // bytes of a shortest text, or -1 if not known yet
	dense    int32 // see surelyLive; 0 if it is not known yet
	round    int32 // in which round of the fixed point exact was computed, for open nodes
	height   int32 // how deep expressions nest, sequences not counted
	a, b     *node
	kids     []*node
	set      *byteSet
	text     *literal
	table    *table
	rule     *rule
	part     part
	classes  *classes
	next     []*node // by class; nil where not computed
	chain    *node   // in the hash table
}

func (n *node) nullable() bool  { return n.flags&flagNullable != 0 }
func (n *node) has(f flag) bool { return n.flags&f != 0 }
func (n *node) unlimited() bool { return n.max == unlimited }

// rule is a named expression, which may refer to itself.
type rule struct {
	name     string
	body     *node
	ref      *node
	nullable bool
	least    int32 // bytes of a shortest text; far if it has none
	rich     bool
	asked    bool // rich is known, or is being found
}

// literal is a text that nodes share, so that the rest of a text is a number.
type literal struct {
	s     string
	id    uint32
	flags flag // of every rest of it
}

// table is a sorted list of texts; a node stands for the rests of a range of them.
type table struct {
	keys  []string
	id    uint32
	flags flag // of every rest of every key
}

// part is a machine of its own inside an expression: members of an object, items of an array, remainders of numbers.
// Parts are values: they never change, and equal ones are one node.
type part interface {
	hash() uint64
	equal(part) bool
	flags() flag
	// classes says which bytes the machine cannot tell apart.
	classes(m *machine) *classes
	// step is the derivative. It is the conflict node if the step needs the text and the machine has not been settled.
	step(m *machine, b byte) *node
	// least is the number of bytes of a shortest text, exactly, or far.
	least(m *machine) int32
	// shortest appends such a text.
	shortest(m *machine, dst []byte) []byte
	// settle returns the machine as it is now that the text is known.
	settle(m *machine, text history) *node
}

// hash64 mixes v into h. The constants are those of splitmix64.
func hash64(h, v uint64) uint64 {
	h ^= v + 0x9e3779b97f4a7c15 + h<<6 + h>>2
	h ^= h >> 30
	h *= 0xbf58476d1ce4e5b9
	h ^= h >> 27
	h *= 0x94d049bb133111eb
	return h ^ h>>31
}

func hashString(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211 // FNV-1a
	}
	return hash64(h, uint64(len(s)))
}

// key computes the hash of what a node says.
func (n *node) key() uint64 {
	h := hash64(uint64(n.op), uint64(uint32(n.min))|uint64(uint32(n.max))<<32)
	h = hash64(h, uint64(uint32(n.off)))
	if n.a != nil {
		h = hash64(h, uint64(n.a.id))
	}
	if n.b != nil {
		h = hash64(h, uint64(n.b.id)<<32)
	}
	for _, k := range n.kids {
		h = hash64(h, uint64(k.id))
	}
	switch {
	case n.set != nil:
		for _, w := range n.set {
			h = hash64(h, w)
		}
	case n.text != nil:
		h = hash64(h, uint64(n.text.id))
	case n.table != nil:
		h = hash64(h, uint64(n.table.id))
	case n.rule != nil:
		h = hashString(h, n.rule.name)
	case n.part != nil:
		h = hash64(h, n.part.hash())
	}
	return h
}

// same reports whether two nodes say the same.
func (n *node) same(o *node) bool {
	if n.hash != o.hash || n.op != o.op || n.min != o.min || n.max != o.max || n.off != o.off || n.a != o.a || n.b != o.b ||
		n.text != o.text || n.table != o.table || n.rule != o.rule || len(n.kids) != len(o.kids) {
		return false
	}
	for i, k := range n.kids {
		if k != o.kids[i] {
			return false
		}
	}
	if n.set != nil && *n.set != *o.set {
		return false
	}
	return n.part == nil || n.part.equal(o.part)
}

// intern returns the one node that says what n says. What n has by way of pointers becomes the machine's.
func (m *machine) intern(n *node) *node {
	n.hash = n.key()
	slot := &m.buckets[n.hash&uint64(len(m.buckets)-1)]
	for o := *slot; o != nil; o = o.chain {
		if o.same(n) {
			return o
		}
	}
	m.count++
	m.ids++
	if n.kids != nil {
		n.kids = append([]*node(nil), n.kids...)
	}
	if n.set != nil {
		set := *n.set
		n.set = &set
	}
	made := m.alloc()
	*made = *n
	made.id, made.exact, made.chain = m.ids, -1, *slot
	*slot = made
	m.finish(made)
	if m.count > 2*len(m.buckets) {
		m.grow()
	}
	m.spend(1)
	return made
}

// alloc hands out nodes from blocks: they are many, and live about as long as each other.
func (m *machine) alloc() *node {
	if len(m.block) == 0 {
		m.block = make([]node, 32)
	}
	n := &m.block[0]
	m.block = m.block[1:]
	return n
}

func (m *machine) grow() {
	old := m.buckets
	m.buckets = make([]*node, 4*len(old))
	for _, n := range old {
		for n != nil {
			rest := n.chain
			slot := &m.buckets[n.hash&uint64(len(m.buckets)-1)]
			n.chain, *slot = *slot, n
			n = rest
		}
	}
}

// literalOf returns the literal of a text.
func (m *machine) literalOf(s string) *literal {
	if l := m.literals[s]; l != nil {
		return l
	}
	m.names++
	l := &literal{s: s, id: m.names, flags: flagsOfRests(s)}
	m.literals[s] = l
	m.texts += len(s)
	return l
}
