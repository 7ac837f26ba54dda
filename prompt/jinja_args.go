package prompt

import "fmt"

// args are the arguments of a built-in function, filter or method.
type args struct {
	name string
	pos  []value
	kw   []keyword
}

// get returns the argument at a position or with a name, or def.
func (a args) get(i int, name string, def value) value {
	if i < len(a.pos) {
		return a.pos[i]
	}
	for _, k := range a.kw {
		if k.name == name {
			return k.v
		}
	}
	return def
}

// has reports whether the argument was given.
func (a args) has(i int, name string) bool {
	_, ok := a.get(i, name, undefined{}).(undefined)
	return !ok
}

func (a args) text(i int, name string, def written) (written, error) {
	v := a.get(i, name, def)
	t, ok := v.(written)
	if !ok {
		return t, fmt.Errorf("argument %s: found %s, want str", name, kind(v))
	}
	return t, nil
}

func (a args) integer(i int, name string, def int64) (int64, error) {
	v := a.get(i, name, def)
	n, _, isFloat, ok := number(v)
	if !ok || isFloat {
		return 0, fmt.Errorf("argument %s: found %s, want int", name, kind(v))
	}
	return n, nil
}

// maxPad bounds widths, so that one call cannot ask for gigabytes of blanks.
const maxPad = 10000

// width is an integer argument that says how wide something is.
func (a args) width(i int, name string, def int64) (int, error) {
	n, err := a.integer(i, name, def)
	if err == nil && n > maxPad {
		err = fmt.Errorf("argument %s: found %d, want at most %d", name, n, maxPad)
	}
	return int(max(n, 0)), err
}
