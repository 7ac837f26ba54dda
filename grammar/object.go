package grammar

import (
	"slices"
	"sort"
)

// objectSpec is what an object may have: the members named in props in their order, each at most once, then members
// of other names. It never changes once it is sealed.
type objectSpec struct {
	props    []prop
	extras   []extra
	min, max int32 // members; max may be unlimited
	id       uint32

	order    []int32 // props sorted by their spelling
	required []int32 // how many props from here on are required
	// Known once the machine is frozen, when it is known which values there are at all:
	sealed    bool
	live      []int32 // how many props from here on have a value
	anyFinite bool    // some extras have so few names that they can be used up
	words     int32   // of all extras together; unlimited if that is more than anybody will use
}

// prop is a member that the object may have or must have.
type prop struct {
	name     string
	spelling string // the name in quotes, and the colon
	required bool
	value    *node
}

// extra is a kind of member that the object may have any number of, each under another name. If needed, there must be
// one at least.
type extra struct {
	names  *node // what the names are, as strictJSON spells them, without quotes
	value  *node
	words  int32 // how many names there are, or unlimited
	needed bool
}

// object returns the node of the objects of a spec. It keeps the spec.
func (m *machine) object(s *objectSpec) *node {
	m.names++
	s.id = m.names
	s.order = make([]int32, len(s.props))
	s.required = make([]int32, len(s.props)+1)
	for i := range s.props {
		s.props[i].spelling = quote(s.props[i].name) + ":"
		s.order[i] = int32(i)
	}
	for i, p := range slices.Backward(s.props) {
		s.required[i] = s.required[i+1]
		if p.required {
			s.required[i]++
		}
	}
	slices.SortFunc(s.order, func(a, b int32) int {
		if s.props[a].spelling < s.props[b].spelling {
			return -1
		}
		return 1
	})
	if len(s.extras) > 0 {
		m.sets = true
	}
	return m.concat(m.lit("{"), m.partNode(&members{spec: s, used: m.noKeys}))
}

// seal finds which members can be at all.
func (s *objectSpec) seal(m *machine) {
	if s.sealed {
		return
	}
	s.sealed = true
	s.live = make([]int32, len(s.props)+1)
	for i := range slices.Backward(s.props) {
		s.live[i] = s.live[i+1]
		if !m.dead(s.props[i].value) {
			s.live[i]++
		}
	}
	s.extras = slices.DeleteFunc(slices.Clone(s.extras), func(e extra) bool { return m.dead(e.value) && !e.needed })
	for _, e := range s.extras {
		switch {
		case e.words == unlimited:
			s.words = unlimited
		case s.words != unlimited:
			s.words += e.words
		}
		s.anyFinite = s.anyFinite || e.words != unlimited
	}
}

type phase uint8

const (
	phaseOpen  phase = iota // after the opening bracket
	phaseAfter              // after a member or item
	phaseNext               // after a comma
)

// members is an object from some place between members on.
type members struct {
	spec  *objectSpec
	used  *keySet // names of the extras so far
	at    int32   // the first of props that may come
	n     int32   // members so far; not above spec.min if there is no upper limit
	met   uint32  // which needed extras there have been, a bit each
	phase phase
	late  bool // the name of the last extra is not in used yet
}

func (o *members) hash() uint64 {
	h := hash64(uint64(o.spec.id), uint64(uint32(o.at))|uint64(uint32(o.n))<<32)
	h = hash64(h, uint64(o.met)<<8|uint64(o.phase)<<1)
	if o.late {
		h++
	}
	return hash64(h, uint64(o.used.n))
}

func (o *members) equal(other part) bool {
	p, ok := other.(*members)
	return ok && *o == *p
}

func (o *members) flags() flag {
	if o.spec.sealed {
		return flagLive
	}
	return flagOpen
}

// unmet is how many needed extras are still missing.
func (o *members) unmet() int32 {
	n := int32(0)
	for i, e := range o.spec.extras {
		if e.needed && o.met>>i&1 == 0 {
			n++
		}
	}
	return n
}

// spare is how many extras there may still be, or unlimited.
func (o *members) spare() int32 {
	if o.spec.words == unlimited {
		return unlimited
	}
	return o.spec.words - int32(o.used.n)
}

// fits reports whether an object can still end well with n members so far, need that must come, and spare that may.
func (s *objectSpec) fits(n, need, live, spare int32) bool {
	return (s.max == unlimited || n+need <= s.max) && (spare == unlimited || n+live+spare >= s.min)
}

// mayTake reports whether prop i may be next.
func (o *members) mayTake(m *machine, i int32) bool {
	s := o.spec
	if i < o.at || s.required[o.at] != s.required[i] || s.live[i] == s.live[i+1] {
		return false
	}
	return s.fits(o.n+1, s.required[i+1]+o.unmet(), s.live[i+1], o.spare())
}

// mayAdd reports whether a member of extras[i] may be next.
func (o *members) mayAdd(m *machine, i int) bool {
	s := o.spec
	need := o.unmet()
	if s.extras[i].needed && o.met>>i&1 == 0 {
		need--
	}
	spare := o.spare()
	if spare != unlimited {
		spare--
	}
	if s.required[o.at] > 0 || spare < 0 && spare != unlimited || !s.fits(o.n+1, need, 0, spare) {
		return false
	}
	return s.extras[i].words == unlimited || m.unused(s.extras[i].names, o.used) != m.none
}

// unused is the names but for those used.
func (m *machine) unused(names *node, used *keySet) *node {
	n := m.and(names, m.not(m.spellNames(used)))
	if m.dead(n) {
		return m.none
	}
	return n
}

func (o *members) mayClose() bool {
	return o.phase != phaseNext && o.spec.required[o.at] == 0 && o.n >= o.spec.min && o.unmet() == 0
}

func (o *members) mayGoOn(m *machine) bool {
	for i := o.at; int(i) < len(o.spec.props); i++ {
		if o.mayTake(m, i) {
			return true
		}
		if o.spec.required[i] != o.spec.required[i+1] {
			break
		}
	}
	for i := range o.spec.extras {
		if o.mayAdd(m, i) {
			return true
		}
	}
	return false
}

var (
	quoteOrBrace = setOf(`"}`)
	quoteByte    = setOf(`"`)
)

func (o *members) classes(m *machine) *classes {
	switch o.phase {
	case phaseOpen:
		return m.classesOfBytes(&quoteOrBrace)
	case phaseAfter:
		return m.classesOfBytes(&commaOrBrace)
	}
	return m.classesOfBytes(&quoteByte)
}

func (o *members) step(m *machine, b byte) *node {
	o.spec.seal(m)
	switch {
	case b == '}' && o.mayClose():
		return m.empty
	case b == ',' && o.phase == phaseAfter:
		if o.late {
			return m.conflict
		}
		if o.mayGoOn(m) {
			next := *o
			next.phase = phaseNext
			return m.partNode(&next)
		}
	case b == '"' && o.phase != phaseAfter:
		return m.alt(append(o.extraNames(m), o.propNames(m))...)
	}
	return m.none
}

// after is the object once a member has come: the prop before at, or an extra.
func (o *members) after(m *machine, at int32) members {
	next := *o
	next.at, next.phase = at, phaseAfter
	next.n++
	if o.spec.max == unlimited {
		next.n = min(next.n, o.spec.min)
	}
	return next
}

// extraNames is the names of extras, up to their closing quotes, and what follows them.
func (o *members) extraNames(m *machine) []*node {
	var ways []*node
	for i, e := range o.spec.extras {
		if o.mayAdd(m, i) {
			ways = append(ways, m.concat(m.unused(e.names, o.used), m.partNode(&extraEnd{object: *o, kind: int32(i)})))
		}
	}
	return ways
}

// propNames is the names of props that may come, and what follows them.
func (o *members) propNames(m *machine) *node {
	return o.named(m, 0, int32(len(o.spec.order)), 1)
}

// named is the props lo to hi, by order of spelling, of whose spellings some bytes have been read.
func (o *members) named(m *machine, lo, hi, read int32) *node {
	s := o.spec
	only := int32(-1)
	n := 0
	for _, i := range s.order[lo:hi] {
		if o.mayTake(m, i) {
			only = i
			n++
		}
	}
	switch n {
	case 0:
		return m.none
	case 1:
		next := o.after(m, only+1)
		return m.concat(m.rest(m.literalOf(s.props[only].spelling), read), m.concat(s.props[only].value, m.partNode(&next)))
	}
	return m.partNode(&memberName{object: *o, lo: lo, hi: hi, read: read})
}

func (o *members) settle(m *machine, _ history) *node { return m.partNode(o) }

// memberName is an object inside the name of one of several props.
type memberName struct {
	object       members
	lo, hi, read int32
}

func (n *memberName) hash() uint64 {
	return hash64(hash64(n.object.hash(), uint64(uint32(n.lo))|uint64(uint32(n.hi))<<32), uint64(uint32(n.read)))
}

func (n *memberName) equal(o part) bool {
	p, ok := o.(*memberName)
	return ok && *n == *p
}

func (n *memberName) flags() flag { return flagLive }

func (n *memberName) classes(m *machine) *classes {
	var set byteSet
	for _, i := range n.object.spec.order[n.lo:n.hi] {
		if n.object.mayTake(m, i) {
			set.add(n.object.spec.props[i].spelling[n.read])
		}
	}
	return m.classesOfBytes(&set)
}

func (n *memberName) step(m *machine, b byte) *node {
	s := n.object.spec
	order := s.order[n.lo:n.hi]
	at := func(i int) byte { return s.props[order[i]].spelling[n.read] }
	lo := sort.Search(len(order), func(i int) bool { return at(i) >= b })
	hi := lo + sort.Search(len(order)-lo, func(i int) bool { return at(lo+i) > b })
	return n.object.named(m, n.lo+int32(lo), n.lo+int32(hi), n.read+1)
}

func (n *memberName) settle(m *machine, _ history) *node { return m.partNode(n) }

// extraEnd is an object at the end of the name of an extra: before the closing quote, or after it.
type extraEnd struct {
	object members
	kind   int32 // which of extras
	closed bool
}

func (e *extraEnd) hash() uint64 {
	h := hash64(e.object.hash(), uint64(uint32(e.kind)))
	if e.closed {
		h++
	}
	return h
}

func (e *extraEnd) equal(o part) bool {
	p, ok := o.(*extraEnd)
	return ok && *e == *p
}

func (e *extraEnd) flags() flag {
	f := flagLive
	if e.object.late {
		f |= flagLate
		if e.object.spec.anyFinite {
			f |= flagNow
		}
	}
	return f
}

func (e *extraEnd) classes(m *machine) *classes {
	if e.closed {
		return m.classesOfByte(':')
	}
	return m.classesOfByte('"')
}

func (e *extraEnd) step(m *machine, b byte) *node {
	switch {
	case !e.closed && b == '"':
		next := *e
		next.closed, next.object.late = true, true
		return m.partNode(&next)
	case e.closed && b == ':':
		return e.after(m)
	}
	return m.none
}

// after is the value of the extra, and what follows it.
func (e *extraEnd) after(m *machine) *node {
	spec := e.object.spec
	next := e.object.after(m, int32(len(spec.props)))
	if spec.extras[e.kind].needed {
		next.met |= 1 << e.kind
	}
	return m.concat(spec.extras[e.kind].value, m.partNode(&next))
}

// settle adds the name to those used, now that it is known.
func (e *extraEnd) settle(m *machine, text history) *node {
	if !e.object.late {
		return m.partNode(e)
	}
	next := *e
	next.object.late = false
	name := text.lastString()
	m.spend(len(name) / 16)
	p := jsonParser{s: string(name)}
	if name, err := p.string(); err == nil {
		next.object.used = m.with(e.object.used, name)
	}
	return m.partNode(&next)
}
