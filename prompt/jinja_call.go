package prompt

import "fmt"

// macro is a macro in the scope where it was defined. It sees that scope as it is when it is called.
type macro struct {
	def   *macroDef
	scope *scope
}

// arguments evaluates the arguments of a call.
func (m *machine) arguments(a arguments) ([]value, []keyword, error) {
	var args []value
	if len(a.pos) > 0 {
		args = make([]value, 0, len(a.pos))
	}
	for _, x := range a.pos {
		v, err := m.eval(x)
		if err != nil {
			return nil, nil, err
		}
		args = append(args, v)
	}
	var kw []keyword
	for i, x := range a.named {
		v, err := m.eval(x)
		if err != nil {
			return nil, nil, err
		}
		kw = append(kw, keyword{name: a.names[i], v: v})
	}
	if a.star != nil {
		v, err := m.eval(a.star)
		if err != nil {
			return nil, nil, err
		}
		items, err := m.iterate(v)
		if err != nil {
			return nil, nil, err
		}
		if err := m.spend(len(items) * valueSize); err != nil {
			return nil, nil, err
		}
		args = append(args, items...)
	}
	if a.kwStar != nil {
		v, err := m.eval(a.kwStar)
		if err != nil {
			return nil, nil, err
		}
		d, ok := v.(*dict)
		if !ok {
			return nil, nil, fmt.Errorf("found %s after **, want a dict", kind(v))
		}
		if err := m.spend(len(d.keys) * 2 * valueSize); err != nil {
			return nil, nil, err
		}
		for i, k := range d.keys {
			name, ok := k.(written)
			if !ok {
				return nil, nil, fmt.Errorf("found a %s as the name of an argument, want str", kind(k))
			}
			kw = append(kw, keyword{name: name.s, v: d.vals[i], key: name})
		}
	}
	return args, kw, nil
}

// call calls f.
func (m *machine) call(f value, args []value, kw []keyword) (value, error) {
	switch f := f.(type) {
	case *function:
		return f.call(m, args, kw)
	case *macro:
		return f.call(m, args, kw)
	case *loop:
		return f.recurse(m, args)
	case undefined:
		return nil, f.err()
	}
	return nil, fmt.Errorf("%s object is not callable", kind(f))
}

// call binds the arguments and returns what the body writes.
func (mac *macro) call(m *machine, args []value, kw []keyword) (value, error) {
	if m.left.calls <= 0 {
		return nil, errDepth
	}
	m.left.calls--
	defer func() { m.left.calls++ }()
	def := mac.def
	outer, line := m.scope, m.line
	m.scope = &scope{parent: mac.scope}
	defer func() { m.scope = outer }()
	bound := min(len(args), len(def.params))
	for i := range bound {
		m.scope.set(def.params[i], args[i])
	}
	rest, err := mac.bindNamed(m, kw, bound)
	if err != nil {
		return nil, err
	}
	if len(args) > bound && !def.varargs {
		return nil, fmt.Errorf("macro %q takes at most %d arguments, found %d", def.name, len(def.params), len(args))
	}
	if def.varargs {
		mac.bindSpecial(m, "varargs", tuple(args[bound:]))
	}
	if def.kwargs {
		mac.bindSpecial(m, "kwargs", rest)
	}
	text, err := m.capture(func() error {
		_, err := m.run(def.body)
		return err
	})
	if err == nil {
		m.line = line
	}
	return text, err
}

func (mac *macro) bindSpecial(m *machine, name string, v value) {
	if s, ok := m.t.syms[name]; ok {
		m.scope.set(s, v)
	}
}

// bindNamed binds keyword arguments and defaults of the parameters from bound on. It returns the keywords
// that name no parameter.
func (mac *macro) bindNamed(m *machine, kw []keyword, bound int) (*dict, error) {
	def := mac.def
	rest := newDict(0)
	given := map[string]value{}
	for _, k := range kw {
		given[k.name] = k.v
	}
	caller, hasCaller := given["caller"]
	delete(given, "caller")
	if def.caller {
		if !hasCaller {
			caller = undefined{"no caller defined"}
		}
		mac.bindSpecial(m, "caller", caller)
	} else if hasCaller {
		return nil, fmt.Errorf("macro %q was invoked with a call block but does not use caller", def.name)
	}
	for i, name := range def.names {
		v, ok := given[name]
		delete(given, name)
		switch {
		case i < bound && ok:
			return nil, fmt.Errorf("macro %q found two values for argument %q", def.name, name)
		case i < bound:
			continue
		case ok:
		case i >= len(def.names)-len(def.defaults):
			d, err := m.eval(def.defaults[i-(len(def.names)-len(def.defaults))])
			if err != nil {
				return nil, err
			}
			v = d
		default:
			v = undefined{fmt.Sprintf("parameter %q was not provided", name)}
		}
		m.scope.set(def.params[i], v)
	}
	for _, k := range kw {
		if v, ok := given[k.name]; ok {
			if !def.kwargs {
				return nil, fmt.Errorf("macro %q takes no argument %q", def.name, k.name)
			}
			rest.set(k.asKey(), v)
		}
	}
	return rest, nil
}
