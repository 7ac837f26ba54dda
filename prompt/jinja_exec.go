package prompt

import "fmt"

func (n dataNode) exec(m *machine) (signal, error) { return signalNone, m.emit(n.text) }

func (n outputNode) exec(m *machine) (signal, error) {
	m.line = n.line
	v, err := m.eval(n.x)
	if err != nil {
		return 0, err
	}
	t, err := m.str(v)
	if err != nil {
		return 0, err
	}
	return signalNone, m.emit(t)
}

func (n ifNode) exec(m *machine) (signal, error) {
	m.line = n.line
	for i, test := range n.tests {
		v, err := m.eval(test)
		if err != nil {
			return 0, err
		}
		if truth(v) {
			return m.run(n.bodies[i])
		}
	}
	if len(n.bodies) > len(n.tests) {
		return m.run(n.bodies[len(n.tests)])
	}
	return signalNone, nil
}

func (n setNode) exec(m *machine) (signal, error) {
	m.line = n.line
	v, err := m.eval(n.x)
	if err != nil {
		return 0, err
	}
	return signalNone, m.assign(n.targets, v)
}

func (n setBlockNode) exec(m *machine) (signal, error) {
	m.line = n.line
	text, s, err := m.captured(n.body)
	if err != nil || s != signalNone {
		return s, err
	}
	var v value = text
	if n.filter != nil {
		if v, err = m.filterChain(*n.filter, text); err != nil {
			return 0, err
		}
	}
	return signalNone, m.assign(n.targets, v)
}

func (n filterNode) exec(m *machine) (signal, error) {
	m.line = n.line
	text, s, err := m.captured(n.body)
	if err != nil || s != signalNone {
		return s, err
	}
	v, err := m.filterChain(*n.filter, text)
	if err != nil {
		return 0, err
	}
	t, err := m.str(v)
	if err != nil {
		return 0, err
	}
	return signalNone, m.emit(t)
}

// captured runs b in a scope of its own and returns what it wrote.
func (m *machine) captured(b block) (text written, s signal, err error) {
	text, err = m.capture(func() (err error) {
		s, err = m.inner(b)
		return err
	})
	return text, s, err
}

// filterChain applies the filters of a block to its text; the innermost has no operand of its own.
func (m *machine) filterChain(f filterExpr, text written) (value, error) {
	var v value = text
	if inner, ok := f.x.(filterExpr); ok {
		var err error
		if v, err = m.filterChain(inner, text); err != nil {
			return nil, err
		}
	}
	return m.applyFilter(f, v)
}

func (n withNode) exec(m *machine) (signal, error) {
	m.line = n.line
	inner := &scope{parent: m.scope}
	for i, t := range n.targets {
		v, err := m.eval(n.values[i])
		if err != nil {
			return 0, err
		}
		inner.set(t.sym, v)
	}
	outer := m.scope
	m.scope = inner
	s, err := m.run(n.body)
	m.scope = outer
	return s, err
}

func (n scopeNode) exec(m *machine) (signal, error) { return m.inner(n.body) }

func (n signalNode) exec(*machine) (signal, error) { return n.s, nil }

func (n macroNode) exec(m *machine) (signal, error) {
	m.line = n.line
	m.scope.set(n.sym, &macro{def: n.def, scope: m.scope})
	return signalNone, nil
}

func (n callNode) exec(m *machine) (signal, error) {
	m.line = n.line
	f, err := m.eval(n.call.f)
	if err != nil {
		return 0, err
	}
	args, kw, err := m.arguments(n.call.args)
	if err != nil {
		return 0, err
	}
	kw = append(kw, keyword{name: "caller", v: &macro{def: n.def, scope: m.scope}})
	v, err := m.call(f, args, kw)
	if err != nil {
		return 0, err
	}
	t, err := m.str(v)
	if err != nil {
		return 0, err
	}
	return signalNone, m.emit(t)
}

// assign gives v to t, unpacking it if t is several targets.
func (m *machine) assign(t target, v value) error {
	switch {
	case t.many != nil:
		items, err := m.iterate(v)
		if err != nil {
			return err
		}
		if len(items) != len(t.many) {
			return fmt.Errorf("found %d values to unpack, want %d", len(items), len(t.many))
		}
		for i, x := range t.many {
			if err := m.assign(x, items[i]); err != nil {
				return err
			}
		}
	case t.attr != "":
		v2, _ := m.scope.get(t.sym)
		ns, ok := v2.(*namespace)
		if !ok {
			return fmt.Errorf("cannot set an attribute of %s %q, want a namespace", kind(v2), m.t.names[t.sym])
		}
		if err := m.spend(valueSize + len(t.attr)); err != nil {
			return err
		}
		ns.d.put(t.attr, v)
	default:
		m.scope.set(t.sym, v)
	}
	return nil
}
