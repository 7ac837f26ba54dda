package prompt

import (
	"fmt"
	"math/big"
	"strings"
)

// testFunc is a test: v is name(args).
type testFunc func(m *machine, v value, a args) (bool, error)

// testNamed returns a test of Jinja2, or nil.
func testNamed(name string) testFunc {
	switch name {
	case "boolean":
		return func(_ *machine, v value, _ args) (bool, error) { _, ok := v.(bool); return ok, nil }
	case "callable":
		return func(_ *machine, v value, _ args) (bool, error) { return callable(v), nil }
	case "defined":
		return func(_ *machine, v value, _ args) (bool, error) { _, ok := v.(undefined); return !ok, nil }
	case "undefined":
		return func(_ *machine, v value, _ args) (bool, error) { _, ok := v.(undefined); return ok, nil }
	case "escaped":
		return func(_ *machine, v value, _ args) (bool, error) { t, _ := v.(written); return t.html, nil }
	case "false":
		return func(_ *machine, v value, _ args) (bool, error) { return v == false, nil }
	case "true":
		return func(_ *machine, v value, _ args) (bool, error) { return v == true, nil }
	case "float":
		return func(_ *machine, v value, _ args) (bool, error) { _, ok := v.(float64); return ok, nil }
	case "integer":
		return func(_ *machine, v value, _ args) (bool, error) { return integer(v), nil }
	case "none":
		return func(_ *machine, v value, _ args) (bool, error) { return v == nil, nil }
	case "string":
		return func(_ *machine, v value, _ args) (bool, error) { _, ok := v.(written); return ok, nil }
	case "mapping":
		return func(_ *machine, v value, _ args) (bool, error) { _, ok := v.(*dict); return ok, nil }
	case "number":
		return func(_ *machine, v value, _ args) (bool, error) {
			_, _, _, ok := number(v)
			return ok || integer(v), nil
		}
	case "sequence":
		return func(_ *machine, v value, _ args) (bool, error) {
			switch v.(type) {
			case *view, *iterator:
				return false, nil
			}
			_, ok := length(v)
			return ok, nil
		}
	case "iterable":
		return func(_ *machine, v value, _ args) (bool, error) {
			_, sized := length(v)
			_, once := v.(*iterator)
			return sized || once, nil
		}
	case "filter":
		return func(_ *machine, v value, _ args) (bool, error) {
			t, ok := v.(written)
			return ok && filterNamed(t.s) != nil, nil
		}
	case "test":
		return func(_ *machine, v value, _ args) (bool, error) {
			t, ok := v.(written)
			return ok && knownTest(t.s), nil
		}
	case "lower":
		return func(m *machine, v value, _ args) (bool, error) {
			t, err := m.str(v)
			return cased(t.s, strings.ToLower), err
		}
	case "upper":
		return func(m *machine, v value, _ args) (bool, error) {
			t, err := m.str(v)
			return cased(t.s, strings.ToUpper), err
		}
	case "even":
		return func(m *machine, v value, _ args) (bool, error) { return divisible(m, v, int64(2)) }
	case "odd":
		return func(m *machine, v value, _ args) (bool, error) { ok, err := divisible(m, v, int64(2)); return !ok, err }
	case "divisibleby":
		return func(m *machine, v value, a args) (bool, error) { return divisible(m, v, a.get(0, "num", nil)) }
	case "in":
		return func(m *machine, v value, a args) (bool, error) { return m.contains(v, a.get(0, "seq", nil)) }
	case "sameas":
		return func(_ *machine, v value, a args) (bool, error) {
			other := a.get(0, "other", nil)
			switch v.(type) {
			case nil, bool:
				return v == other, nil
			}
			return identical(v, other), nil
		}
	}
	return nil
}

// relations are tests that compare, by each of their names.
var relations = map[string]string{
	"eq": "==", "equalto": "==", "==": "==", "ne": "!=", "!=": "!=",
	"lt": "<", "lessthan": "<", "<": "<", "le": "<=", "<=": "<=",
	"gt": ">", "greaterthan": ">", ">": ">", "ge": ">=", ">=": ">=",
}

func knownTest(name string) bool { return testNamed(name) != nil || relations[name] != "" }

func (m *machine) test(name string, v value, pos []value, kw []keyword) (value, error) {
	a := args{name: name, pos: pos, kw: kw}
	if op := relations[name]; op != "" {
		if len(pos) != 1 {
			return nil, fmt.Errorf("test %s: found %d arguments, want 1", name, len(pos))
		}
		ok, err := m.relate(op, v, pos[0])
		return ok, err
	}
	test := testNamed(name)
	if test == nil {
		return nil, fmt.Errorf("no test named %q", name)
	}
	if t, ok := v.(written); ok {
		if err := m.scan(len(t.s)); err != nil {
			return nil, err
		}
	}
	ok, err := test(m, v, a)
	return ok, err
}

func callable(v value) bool {
	switch v.(type) {
	case *function, *macro, *loop, undefined:
		return true
	}
	return false
}

func integer(v value) bool {
	switch v.(type) {
	case int64, *big.Int:
		return true
	}
	return false
}

// cased reports whether s has letters and change leaves it as it is.
func cased(s string, change func(string) string) bool {
	return change(s) == s && (strings.ToLower(s) != s || strings.ToUpper(s) != s)
}

func divisible(m *machine, v, by value) (bool, error) {
	if u, ok := v.(undefined); ok {
		return false, u.err()
	}
	if _, ok := v.(written); ok {
		return false, fmt.Errorf("found str, want a number")
	}
	r, err := m.operate("%", v, by)
	if err != nil {
		return false, err
	}
	return !truth(r), nil
}
