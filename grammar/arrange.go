package grammar

import "slices"

// Arrange writes a JSON text the way the grammar reads it from where the matcher is: without white space, numbers as
// short as they can be, and the members of objects in the order of the schema. ok is false if the grammar does not
// allow the value in any order, or if doc is not JSON; the text is then doc without white space, as far as it is JSON.
// The matcher stays where it is.
func (m *Matcher) Arrange(doc []byte) (text []byte, ok bool) {
	v, err := parseJSON(string(doc))
	if err != nil {
		return doc, false
	}
	text = v.compact(nil)
	mc, ok := m.lock()
	defer m.unlock()
	if !ok {
		return text, false
	}
	mc.fuel = maxFuel // no answer waits for it
	start := m.state
	defer func() { m.state = start }()
	for _, local := range []bool{true, false} {
		a := &arranger{m: m, local: local}
		if a.value(v, func() bool { return m.state.node.nullable() }) {
			return a.text, true
		}
	}
	return text, false
}

// maxArrange is how many values are tried before an order counts as not found.
const maxArrange = 1 << 16

type arranger struct {
	m     *Matcher
	text  []byte
	tries int
	local bool // the first order that is good for a value is good for what follows
}

// read goes on with a text, calls then, and goes back if that fails.
func (a *arranger) read(s string, then func() bool) bool {
	before, length := a.m.state, len(a.text)
	if a.tries++; a.tries > maxArrange {
		return false
	}
	next, ok := a.m.read([]byte(s))
	if !ok {
		return false
	}
	a.m.state, a.text = next, append(a.text, s...)
	if then() {
		return true
	}
	a.m.state, a.text = before, a.text[:length]
	return false
}

func (a *arranger) value(v *value, then func() bool) bool {
	if !a.local {
		return a.anyOrder(v, then)
	}
	before, length := a.m.state, len(a.text)
	if !a.anyOrder(v, func() bool { return true }) {
		return false
	}
	if then() {
		return true
	}
	a.m.state, a.text = before, a.text[:length]
	return false
}

func (a *arranger) anyOrder(v *value, then func() bool) bool {
	switch v.kind {
	case kindArray:
		return a.read("[", func() bool { return a.items(v.items, 0, then) })
	case kindObject:
		return a.read("{", func() bool {
			for _, members := range a.orders(v.members) {
				if a.members(members, 0, then) {
					return true
				}
			}
			return false
		})
	case kindNumber:
		return !a.m.machine.digitsMatter && a.read(string(v.compact(nil)), then) || a.read(v.text, then)
	}
	return a.read(string(v.compact(nil)), then)
}

func (a *arranger) items(items []*value, at int, then func() bool) bool {
	if at == len(items) {
		return a.read("]", then)
	}
	next := func() bool { return a.value(items[at], func() bool { return a.items(items, at+1, then) }) }
	if at == 0 {
		return next()
	}
	return a.read(",", next)
}

func (a *arranger) members(members []member, at int, then func() bool) bool {
	if at == len(members) {
		return a.read("}", then)
	}
	name := quote(members[at].name) + ":"
	if at > 0 {
		name = "," + name
	}
	return a.read(name, func() bool {
		return a.value(members[at].value, func() bool { return a.members(members, at+1, then) })
	})
}

// orders are the orders of the objects that may have begun here.
func (a *arranger) orders(list []member) [][]member {
	var orders [][]member
	var visit func(n *node)
	visit = func(n *node) {
		switch n.op {
		case opAlt, opAnd:
			for _, k := range n.kids {
				visit(k)
			}
		case opConcat:
			visit(n.a)
		case opPart:
			if o, ok := n.part.(*members); ok {
				sorted := slices.Clone(list)
				place := func(m member) int {
					at := slices.IndexFunc(o.spec.props, func(p prop) bool { return p.name == m.name })
					if at < 0 {
						return len(o.spec.props)
					}
					return at
				}
				slices.SortStableFunc(sorted, func(x, y member) int { return place(x) - place(y) })
				if !slices.ContainsFunc(orders, func(o []member) bool { return slices.Equal(o, sorted) }) {
					orders = append(orders, sorted)
				}
			}
		}
	}
	visit(a.m.state.node)
	return orders
}
