package prompt

import "fmt"

// loop is the variable loop inside a for.
type loop struct {
	node    *forNode
	scope   *scope // where the for stands: a recursive call runs its body there
	items   []value
	i       int
	depth0  int
	changed []value // what loop.changed was last asked about
	asked   bool
}

func (n forNode) exec(m *machine) (signal, error) {
	m.line = n.line
	v, err := m.eval(n.in)
	if err != nil {
		return 0, err
	}
	return m.loop(&n, v, m.scope, 0)
}

// loop runs a for over v; its body sees the scope at. The signal is one that its else part sends to a loop
// around it.
func (m *machine) loop(n *forNode, v value, at *scope, depth int) (signal, error) {
	items, err := m.iterate(v)
	if err != nil {
		return 0, err
	}
	if n.test != nil {
		if items, err = m.keepIf(n, items, at); err != nil {
			return 0, err
		}
	}
	outer := m.scope
	defer func() { m.scope = outer }()
	if len(items) == 0 {
		m.scope = at
		return m.inner(n.other)
	}
	l := &loop{node: n, scope: at, items: items, depth0: depth}
	loopName, usesLoop := m.t.syms["loop"]
	for i, x := range items {
		if err := m.step(1); err != nil {
			return 0, err
		}
		l.i = i
		m.scope = &scope{parent: at}
		if usesLoop {
			m.scope.set(loopName, l)
		}
		if err := m.assign(n.target, x); err != nil {
			return 0, err
		}
		s, err := m.run(n.body)
		if err != nil {
			return 0, err
		}
		if s == signalBreak {
			break
		}
	}
	return signalNone, nil
}

// keepIf returns the items for which the loop's condition holds.
func (m *machine) keepIf(n *forNode, items []value, at *scope) ([]value, error) {
	outer := m.scope
	defer func() { m.scope = outer }()
	var kept []value
	for _, x := range items {
		if err := m.step(1); err != nil {
			return nil, err
		}
		m.scope = &scope{parent: at}
		if err := m.assign(n.target, x); err != nil {
			return nil, err
		}
		v, err := m.eval(n.test)
		if err != nil {
			return nil, err
		}
		if truth(v) {
			kept = append(kept, x)
		}
	}
	return kept, m.spend(len(kept) * valueSize)
}

// attr returns an attribute of the loop variable.
func (l *loop) attr(name string) (value, bool) {
	n := int64(len(l.items))
	i := int64(l.i)
	switch name {
	case "index":
		return i + 1, true
	case "index0":
		return i, true
	case "revindex":
		return n - i, true
	case "revindex0":
		return n - i - 1, true
	case "first":
		return i == 0, true
	case "last":
		return i == n-1, true
	case "length":
		return n, true
	case "depth":
		return int64(l.depth0 + 1), true
	case "depth0":
		return int64(l.depth0), true
	case "previtem":
		if i == 0 {
			return undefined{"there is no previous item"}, true
		}
		return l.items[i-1], true
	case "nextitem":
		if i == n-1 {
			return undefined{"there is no next item"}, true
		}
		return l.items[i+1], true
	case "cycle":
		return &function{"cycle", l.cycle}, true
	case "changed":
		return &function{"changed", l.hasChanged}, true
	}
	return nil, false
}

func (l *loop) cycle(_ *machine, args []value, _ []keyword) (value, error) {
	if len(args) == 0 {
		return nil, fmt.Errorf("no items for cycling given")
	}
	return args[l.i%len(args)], nil
}

func (l *loop) hasChanged(m *machine, args []value, _ []keyword) (value, error) {
	same, err := m.equalItems(l.changed, args, 0)
	if err != nil {
		return nil, err
	}
	if l.asked && same {
		return false, nil
	}
	l.changed, l.asked = args, true
	return true, nil
}

// recurse runs the loop's body over other items: loop(children).
func (l *loop) recurse(m *machine, args []value) (value, error) {
	if !l.node.recursive {
		return nil, fmt.Errorf("the loop must be recursive to be called")
	}
	if len(args) != 1 {
		return nil, fmt.Errorf("loop: found %d arguments, want 1", len(args))
	}
	if m.left.calls <= 0 {
		return nil, errDepth
	}
	m.left.calls--
	defer func() { m.left.calls++ }()
	text, err := m.capture(func() error {
		_, err := m.loop(l.node, args[0], l.scope, l.depth0+1)
		return err
	})
	return text, err
}
