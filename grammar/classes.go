package grammar

// byteSet is a set of bytes.
type byteSet [4]uint64

func (s *byteSet) add(b byte)           { s[b>>6] |= 1 << (b & 63) }
func (s *byteSet) contains(b byte) bool { return s[b>>6]>>(b&63)&1 == 1 }
func (s *byteSet) addRange(lo, hi byte) {
	for b := int(lo); b <= int(hi); b++ {
		s.add(byte(b))
	}
}

func (s *byteSet) union(t *byteSet) (out byteSet) {
	for i := range s {
		out[i] = s[i] | t[i]
	}
	return out
}

func (s *byteSet) intersect(t *byteSet) (out byteSet) {
	for i := range s {
		out[i] = s[i] & t[i]
	}
	return out
}

// within reports whether every byte of s is in t.
func (s *byteSet) within(t *byteSet) bool { return s.intersect(t) == *s }

func setOf(bytes string) (s byteSet) {
	for i := range len(bytes) {
		s.add(bytes[i])
	}
	return s
}

func setRange(lo, hi byte) (s byteSet) {
	s.addRange(lo, hi)
	return s
}

var (
	asciiBytes  = setRange(0, 0x7f)
	strictBytes = func() byteSet { // ASCII that a JSON string has as it is
		s := setRange(0x20, 0x7f)
		quotes := setOf(`"\`)
		for i := range s {
			s[i] &^= quotes[i]
		}
		return s
	}()
)

// classes divides the bytes into those that a node cannot tell apart. Classes are numbered by their first byte, so
// equal divisions are one pointer.
type classes struct {
	of    [256]uint8
	first []byte  // of each class, one of its bytes; a printable one if there is one
	size  []int16 // of each class, how many bytes
}

func (m *machine) internClasses(of *[256]uint8) *classes {
	var names [256]int16
	for i := range names {
		names[i] = -1
	}
	var canonical [256]uint8
	n := 0
	for b, c := range of {
		if names[c] < 0 {
			names[c] = int16(n)
			n++
		}
		canonical[b] = uint8(names[c])
	}
	if cs := m.classSets[canonical]; cs != nil {
		return cs
	}
	cs := &classes{of: canonical, first: make([]byte, n), size: make([]int16, n)}
	for b := 255; b >= 0; b-- {
		c := canonical[b]
		if cs.size[c] == 0 || readable(byte(b)) >= readable(cs.first[c]) {
			cs.first[c] = byte(b)
		}
		cs.size[c]++
	}
	m.classSets[canonical] = cs
	return cs
}

// readable ranks bytes by how well they read in a text that somebody did not choose.
func readable(b byte) int {
	switch {
	case 'a' <= b && b <= 'z':
		return 4
	case '0' <= b && b <= '9' || 'A' <= b && b <= 'Z':
		return 3
	case b > ' ' && b < 0x7f:
		return 2
	case b == ' ':
		return 1
	}
	return 0
}

// classify returns the classes of n.
func (m *machine) classify(n *node) *classes {
	if n.classes == nil {
		n.classes = m.classesOf(n)
	}
	return n.classes
}

func (m *machine) classesOf(n *node) *classes {
	switch n.op {
	case opSet:
		return m.classesOfSet(*n.set)
	case opLit:
		return m.classesOfByte(n.text.s[n.min])
	case opTable:
		return m.classesOfTable(n)
	case opConcat:
		cs := m.classify(n.a)
		for n.a.nullable() {
			n = n.b
			if n.op != opConcat {
				return m.refine(cs, m.classify(n))
			}
			cs = m.refine(cs, m.classify(n.a))
		}
		return cs
	case opAlt, opAnd:
		cs := m.oneClass
		for _, k := range n.kids {
			cs = m.refine(cs, m.classify(k))
		}
		return cs
	case opRepeat, opNot:
		return m.classify(n.a)
	case opRef:
		return m.classify(n.rule.body)
	case opPart:
		return n.part.classes(m)
	}
	return m.oneClass
}

func (m *machine) classesOfSet(s byteSet) *classes {
	if cs := m.setClasses[s]; cs != nil {
		return cs
	}
	var of [256]uint8
	for b := range of {
		if s.contains(byte(b)) {
			of[b] = 1
		}
	}
	cs := m.internClasses(&of)
	m.setClasses[s] = cs
	return cs
}

func (m *machine) classesOfByte(b byte) *classes {
	if m.byteClasses[b] == nil {
		var s byteSet
		s.add(b)
		m.byteClasses[b] = m.classesOfSet(s)
	}
	return m.byteClasses[b]
}

// classesOfBytes is of a node that tells each byte of s from all others.
func (m *machine) classesOfBytes(s *byteSet) *classes {
	var of [256]uint8
	c := uint8(0)
	last := -1
	for b := range of {
		if s.contains(byte(b)) {
			c++
			of[b] = c
			last = b
		}
	}
	switch c {
	case 0:
		return m.oneClass
	case 1:
		return m.classesOfByte(byte(last))
	}
	return m.internClasses(&of)
}

// refine returns the coarsest division that refines both.
func (m *machine) refine(p, q *classes) *classes {
	if p == q || len(q.first) == 1 {
		return p
	}
	if len(p.first) == 1 {
		return q
	}
	key := [2]*classes{p, q}
	if cs := m.refined[key]; cs != nil {
		return cs
	}
	seen := make([]uint8, len(p.first)*len(q.first)) // one more than the class, 0 if there is none yet
	var of [256]uint8
	n := 0
	for b := range of {
		i := int(p.of[b])*len(q.first) + int(q.of[b])
		if seen[i] == 0 {
			n++
			seen[i] = uint8(min(n, 255))
		}
		of[b] = seen[i] - 1
	}
	if n > 255 { // all bytes differ
		for b := range of {
			of[b] = uint8(b)
		}
	}
	cs := m.internClasses(&of)
	m.refined[key] = cs
	return cs
}
