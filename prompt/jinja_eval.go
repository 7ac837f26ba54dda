package prompt

import (
	"fmt"
	"strings"
)

func (x constExpr) eval(*machine) (value, error) { return x.v, nil }

func (x nameExpr) eval(m *machine) (value, error) {
	if v, ok := m.scope.get(x.sym); ok {
		return v, nil
	}
	name := m.t.names[x.sym]
	if f, ok := builtins[name]; ok {
		return f, nil
	}
	return undefined{fmt.Sprintf("%q is undefined", name)}, nil
}

// err is the error of using something that does not exist.
func (u undefined) err() error { return fmt.Errorf("%s", u.what) }

func (m *machine) evalAll(xs []expr) ([]value, error) {
	if err := m.spend(len(xs) * valueSize); err != nil {
		return nil, err
	}
	items := make([]value, len(xs))
	for i, x := range xs {
		var err error
		if items[i], err = m.eval(x); err != nil {
			return nil, err
		}
	}
	return items, nil
}

func (x listExpr) eval(m *machine) (value, error) {
	items, err := m.evalAll(x.items)
	return &list{items}, err
}

func (x tupleExpr) eval(m *machine) (value, error) {
	items, err := m.evalAll(x.items)
	return tuple(items), err
}

func (x dictExpr) eval(m *machine) (value, error) {
	keys, err := m.evalAll(x.keys)
	if err != nil {
		return nil, err
	}
	vals, err := m.evalAll(x.vals)
	if err != nil {
		return nil, err
	}
	d := newDict(len(keys))
	for i, k := range keys {
		if !d.set(k, vals[i]) {
			return nil, fmt.Errorf("unhashable type: %s", kind(k))
		}
	}
	return d, nil
}

func (x notExpr) eval(m *machine) (value, error) {
	v, err := m.eval(x.x)
	return !truth(v), err
}

func (x andExpr) eval(m *machine) (value, error) {
	v, err := m.eval(x.a)
	if err != nil || !truth(v) {
		return v, err
	}
	return m.eval(x.b)
}

func (x orExpr) eval(m *machine) (value, error) {
	v, err := m.eval(x.a)
	if err != nil || truth(v) {
		return v, err
	}
	return m.eval(x.b)
}

func (x condExpr) eval(m *machine) (value, error) {
	v, err := m.eval(x.test)
	switch {
	case err != nil:
		return nil, err
	case truth(v):
		return m.eval(x.then)
	case x.other != nil:
		return m.eval(x.other)
	}
	return undefined{"the inline if-expression evaluated to false and no else section was defined"}, nil
}

func (x concatExpr) eval(m *machine) (value, error) {
	var w writer
	for _, item := range x.items {
		v, err := m.eval(item)
		if err != nil {
			return nil, err
		}
		t, err := m.str(v)
		if err != nil {
			return nil, err
		}
		if err := m.spend(t.cost()); err != nil {
			return nil, err
		}
		w.add(t)
	}
	return w.written(), nil
}

func (x compareExpr) eval(m *machine) (value, error) {
	a, err := m.eval(x.first)
	if err != nil {
		return nil, err
	}
	for i, op := range x.ops {
		b, err := m.eval(x.rest[i])
		if err != nil {
			return nil, err
		}
		if ok, err := m.relate(op, a, b); !ok || err != nil {
			return false, err
		}
		a = b
	}
	return true, nil
}

// relate reports whether a op b holds.
func (m *machine) relate(op string, a, b value) (bool, error) {
	switch op {
	case "==":
		return m.equal(a, b)
	case "!=":
		same, err := m.equal(a, b)
		return !same, err
	case "in":
		return m.contains(a, b)
	case "notin":
		in, err := m.contains(a, b)
		return !in, err
	}
	if u, ok := a.(undefined); ok {
		return false, u.err()
	}
	if u, ok := b.(undefined); ok {
		return false, u.err()
	}
	c, err := m.compare(a, b)
	switch op {
	case "<":
		return c < 0, err
	case "<=":
		return c <= 0, err
	case ">":
		return c > 0, err
	}
	return c >= 0, err
}

func (x callExpr) eval(m *machine) (value, error) {
	f, err := m.eval(x.f)
	if err != nil {
		return nil, err
	}
	args, kw, err := m.arguments(x.args)
	if err != nil {
		return nil, err
	}
	return m.call(f, args, kw)
}

func (x filterExpr) eval(m *machine) (value, error) {
	v, err := m.eval(x.x)
	if err != nil {
		return nil, err
	}
	return m.applyFilter(x, v)
}

func (m *machine) applyFilter(x filterExpr, v value) (value, error) {
	args, kw, err := m.arguments(x.args)
	if err != nil {
		return nil, err
	}
	return m.filter(x.name, v, args, kw)
}

func (x testExpr) eval(m *machine) (value, error) {
	v, err := m.eval(x.x)
	if err != nil {
		return nil, err
	}
	args, kw, err := m.arguments(x.args)
	if err != nil {
		return nil, err
	}
	return m.test(x.name, v, args, kw)
}

// attrExpr is a.b: an attribute first, a member second.
func (x attrExpr) eval(m *machine) (value, error) {
	v, err := m.eval(x.of)
	if err != nil {
		return nil, err
	}
	return m.attr(v, x.name, true)
}

func (m *machine) attr(v value, name string, memberToo bool) (value, error) {
	switch v := v.(type) {
	case undefined:
		return nil, v.err()
	case *namespace:
		if x, ok := v.d.get(name); ok {
			return x, nil
		}
	case *loop:
		if x, ok := v.attr(name); ok {
			return x, nil
		}
	case *macro:
		if name == "name" {
			return own(v.def.name), nil
		}
	}
	if f := m.method(v, name); f != nil {
		return f, nil
	}
	if d, ok := v.(*dict); ok && memberToo {
		if x, ok := d.get(name); ok {
			return x, nil
		}
	}
	return missing(v, name), nil
}

func missing(v value, name string) undefined {
	return undefined{fmt.Sprintf("%s object has no attribute %q", kind(v), name)}
}

// indexExpr is a[b]: a member first, an attribute second.
func (x indexExpr) eval(m *machine) (value, error) {
	v, err := m.eval(x.of)
	if err != nil {
		return nil, err
	}
	at, err := m.eval(x.at)
	if err != nil {
		return nil, err
	}
	return m.index(v, at)
}

func (m *machine) index(v, at value) (value, error) {
	if u, ok := v.(undefined); ok {
		return nil, u.err()
	}
	if d, ok := v.(*dict); ok {
		if i, ok := d.find(at); ok {
			return d.vals[i], nil
		}
	}
	if name, ok := at.(written); ok {
		if !strings.HasPrefix(name.s, "_") {
			return m.attr(v, name.s, false)
		}
		return missing(v, name.s), nil
	}
	i, _, isFloat, ok := number(at)
	if n, sized := length(v); ok && sized && !isFloat {
		if i < 0 {
			i += int64(n)
		}
		if i >= 0 && i < int64(n) {
			return m.item(v, int(i))
		}
	}
	return undefined{fmt.Sprintf("%s object has no element %v", kind(v), shown(at))}, nil
}

// item returns member i of a sequence; i is in range.
func (m *machine) item(v value, i int) (value, error) {
	switch v := v.(type) {
	case *list:
		return v.items[i], nil
	case tuple:
		return v[i], nil
	case intRange:
		return v.from + int64(i)*v.step, nil
	case written:
		from := byteOffset(v.s, i)
		to := from + byteOffset(v.s[from:], 1)
		return v.slice(from, to), m.scan(len(v.s))
	}
	return undefined{fmt.Sprintf("%s object has no element %d", kind(v), i)}, nil
}

// shown is a value for an error message.
func shown(v value) string {
	switch v := v.(type) {
	case written:
		return fmt.Sprintf("%.40q", v.s)
	case int64, float64, bool:
		return fmt.Sprint(v)
	}
	return kind(v)
}
