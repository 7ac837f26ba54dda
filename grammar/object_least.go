package grammar

import "slices"

// pick is a member of the shortest end of an object: a prop, or an extra with its name as spelled.
type pick struct {
	prop  int32
	extra int32
	name  string
	value *node
	cost  int32 // without a comma
}

// plan is the members of a shortest end of the object, in order. ok is false if it cannot end.
func (o *members) plan(m *machine) (picks []pick, ok bool) {
	s := o.spec
	var optional []pick
	for i := o.at; int(i) < len(s.props); i++ {
		p := pick{prop: i, extra: -1, value: s.props[i].value}
		p.cost = plus(int32(len(s.props[i].spelling)), m.least(p.value))
		switch {
		case s.props[i].required && p.cost >= far:
			return nil, false
		case s.props[i].required:
			picks = append(picks, p)
		case p.cost < far:
			optional = append(optional, p)
		}
	}
	slices.SortStableFunc(optional, func(a, b pick) int { return int(a.cost - b.cost) })
	used := o.used
	for i, e := range s.extras {
		if e.needed && o.met>>i&1 == 0 {
			p := o.cheapest(m, []int{i}, &used)
			if p.cost >= far {
				return nil, false
			}
			picks = append(picks, p)
		}
	}
	want := int32(0)
	if o.phase == phaseNext {
		want = 1
	}
	for want = max(want, s.min-o.n); int32(len(picks)) < want; {
		p, ok := o.fill(m, &optional, &used)
		if !ok {
			return nil, false
		}
		picks = append(picks, p)
	}
	if s.max != unlimited && o.n+int32(len(picks)) > s.max {
		return nil, false
	}
	slices.SortStableFunc(picks, func(a, b pick) int {
		switch {
		case a.extra < 0 && b.extra < 0:
			return int(a.prop - b.prop)
		case a.extra < 0:
			return -1
		case b.extra < 0:
			return 1
		}
		return 0
	})
	return picks, true
}

// fill picks the cheapest member that is not there yet.
func (o *members) fill(m *machine, optional *[]pick, used **keySet) (pick, bool) {
	kinds := make([]int, len(o.spec.extras))
	for i := range kinds {
		kinds[i] = i
	}
	before := *used
	p := o.cheapest(m, kinds, used)
	if len(*optional) > 0 && (*optional)[0].cost <= p.cost {
		*used = before
		p = (*optional)[0]
		*optional = (*optional)[1:]
	}
	return p, p.cost < far
}

// cheapest picks an extra of one of kinds and adds its name to used.
func (o *members) cheapest(m *machine, kinds []int, used **keySet) pick {
	best := pick{cost: far}
	var names *node
	for _, i := range kinds {
		e := o.spec.extras[i]
		left := m.unused(e.names, *used)
		if cost := plus(plus(m.least(left), 3), m.least(e.value)); cost < best.cost {
			best = pick{extra: int32(i), value: e.value, cost: cost}
			names = left
		}
	}
	if names != nil {
		best.name = `"` + string(m.shortest(names, nil)) + `"`
		p := jsonParser{s: best.name}
		if name, err := p.string(); err == nil {
			*used = m.with(*used, name)
		}
	}
	return best
}

func (o *members) least(m *machine) int32 {
	picks, ok := o.plan(m)
	if !ok {
		return far
	}
	sum := int32(1) // the brace
	for i, p := range picks {
		sum = plus(sum, p.cost)
		if i > 0 || o.phase == phaseAfter {
			sum = plus(sum, 1)
		}
	}
	return sum
}

func (o *members) shortest(m *machine, dst []byte) []byte {
	picks, _ := o.plan(m)
	for i, p := range picks {
		if i > 0 || o.phase == phaseAfter {
			dst = append(dst, ',')
		}
		if p.extra < 0 {
			dst = append(dst, o.spec.props[p.prop].spelling...)
		} else {
			dst = append(append(dst, p.name...), ':')
		}
		dst = m.shortest(p.value, dst)
	}
	return append(dst, '}')
}

// best is the prop whose name is being read that makes for the shortest end, and how long that is.
func (n *memberName) best(m *machine) (prop int32, after *node, cost int32) {
	cost = far
	for _, i := range n.object.spec.order[n.lo:n.hi] {
		if !n.object.mayTake(m, i) {
			continue
		}
		p := n.object.spec.props[i]
		next := n.object.after(m, i+1)
		rest := m.partNode(&next)
		c := plus(plus(int32(len(p.spelling))-n.read, m.least(p.value)), m.least(rest))
		if c < cost {
			prop, after, cost = i, rest, c
		}
	}
	return prop, after, cost
}

func (n *memberName) least(m *machine) int32 {
	_, _, cost := n.best(m)
	return cost
}

func (n *memberName) shortest(m *machine, dst []byte) []byte {
	i, after, cost := n.best(m)
	if cost >= far {
		return dst
	}
	p := n.object.spec.props[i]
	dst = m.shortest(p.value, append(dst, p.spelling[n.read:]...))
	return m.shortest(after, dst)
}

func (e *extraEnd) least(m *machine) int32 {
	if e.closed {
		return plus(1, m.least(e.after(m)))
	}
	return plus(2, m.least(e.after(m)))
}

func (e *extraEnd) shortest(m *machine, dst []byte) []byte {
	if !e.closed {
		dst = append(dst, '"')
	}
	return m.shortest(e.after(m), append(dst, ':'))
}
