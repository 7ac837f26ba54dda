package grammar

// words returns how many texts n has, or unlimited if they are more than limit. n has no open rules.
func (m *machine) words(n *node, limit int32) int32 {
	known := map[*node]int32{}
	const inProgress = int32(-2)
	var count func(n *node, depth int) int32
	count = func(n *node, depth int) int32 {
		if c, ok := known[n]; ok {
			if c == inProgress { // it comes back to itself, and is not dead
				return unlimited
			}
			return c
		}
		if depth > maxHeight || n.has(flagRich) || len(known) > 4*int(limit)+64 {
			return unlimited
		}
		known[n] = inProgress
		sum := int32(0)
		if n.nullable() {
			sum = 1
		}
		cs := m.classify(n)
		for c, b := range cs.first {
			t := m.step(n, b)
			if t == m.none {
				continue
			}
			k := count(t, depth+1)
			if k == unlimited || int64(sum)+int64(k)*int64(cs.size[c]) > int64(limit) {
				sum = unlimited
				break
			}
			sum += k * int32(cs.size[c])
		}
		known[n] = sum
		return sum
	}
	return count(n, 0)
}

// distinct returns the texts of n, which are few JSON values, sorted; or nil if some of them are the same value.
func (m *machine) distinct(n *node) []string {
	var texts []string
	var list func(n *node, text []byte)
	list = func(n *node, text []byte) {
		if n.nullable() {
			texts = append(texts, string(text))
		}
		cs := m.classify(n)
		for b := range 256 {
			if c := cs.of[b]; m.step(n, cs.first[c]) != m.none {
				list(m.step(n, byte(b)), append(text, byte(b)))
			}
		}
	}
	list(n, nil)
	keys := map[string]bool{}
	for _, s := range texts {
		v, err := parseJSON(s)
		if err != nil || keys[v.key()] {
			return nil
		}
		keys[v.key()] = true
	}
	return texts
}

// wealth is a lower bound of how many different values the texts of n are, at most rich.
func (m *machine) wealth(n *node) int32 {
	const rich = int32(1 << 20)
	if n.has(flagRich) && !m.dead(n) {
		return rich
	}
	switch n.op {
	case opConcat:
		return max(m.wealth(n.a), m.wealth(n.b))
	case opAlt:
		most := int32(0)
		for _, k := range n.kids {
			most = max(most, m.wealth(k))
		}
		return most
	case opRef:
		r := n.rule
		if r.asked { // known, or in progress: a rule that refers to itself adds nothing by that
			if r.rich {
				return rich
			}
			return 0
		}
		r.asked = true
		r.rich = m.wealth(r.body) == rich
		if r.rich {
			return rich
		}
	case opPart:
		if o, ok := n.part.(*members); ok {
			return o.wealth(m)
		}
	}
	return 0
}

func (o *members) wealth(m *machine) int32 {
	most := int32(0)
	for i := o.at; int(i) < len(o.spec.props); i++ {
		if p := o.spec.props[i]; (p.required || o.spec.max == unlimited) && !m.dead(p.value) {
			most = max(most, m.wealth(p.value))
		}
	}
	for _, e := range o.spec.extras {
		if e.words == unlimited && !m.dead(e.value) && (o.spec.max == unlimited || o.spec.required[0] < o.spec.max) {
			return 1 << 20
		}
	}
	return most
}
