package prompt

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// path follows a dotted attribute such as "function.name", or an index.
func (m *machine) path(v value, attr value) (value, error) { return m.pathOr(v, attr, nil) }

// pathOr is path with a value, unless it is nil, for what is missing on the way.
func (m *machine) pathOr(v, attr, def value) (value, error) {
	name, ok := attr.(written)
	if !ok {
		v, err := m.index(v, attr)
		if _, missing := v.(undefined); missing && def != nil {
			v = def
		}
		return v, err
	}
	for part := range strings.SplitSeq(name.s, ".") {
		if err := m.step(1); err != nil {
			return nil, err
		}
		var key value = own(part)
		if n, err := strconv.ParseInt(part, 10, 64); err == nil {
			key = n
		}
		var err error
		if v, err = m.index(v, key); err != nil {
			return nil, err
		}
		if _, missing := v.(undefined); missing && def != nil {
			v = def
		}
	}
	return v, nil
}

// pairs returns the members of d as (key, value) tuples.
func (d *dict) pairs() []value {
	items := make([]value, len(d.keys))
	for i, k := range d.keys {
		items[i] = tuple{k, d.vals[i]}
	}
	return items
}

// folded is the key that sorting and comparing without case uses.
func folded(v value, caseSensitive bool) value {
	if t, ok := v.(written); ok && !caseSensitive {
		return t.mapPieces(strings.ToLower)
	}
	return v
}

// sortBy sorts indexes by the key of each, and keeps the order of equals. Reversed too, as in Python.
func (m *machine) sortBy(order []int, key func(i int) value, reverse bool) error {
	keys := make(map[int]value, len(order))
	for _, i := range order {
		keys[i] = key(i)
	}
	var failed error
	slices.SortStableFunc(order, func(a, b int) int {
		if failed != nil {
			return 0
		}
		c, err := m.compare(keys[a], keys[b])
		if err != nil {
			failed = err
		}
		if reverse {
			return -c
		}
		return c
	})
	return failed
}

func (m *machine) sorted(items []value, key func(value) (value, error), reverse bool) ([]value, error) {
	if err := m.spend(len(items) * 4 * valueSize); err != nil {
		return nil, err
	}
	order, keys := make([]int, len(items)), make([]value, len(items))
	for i, x := range items {
		order[i] = i
		var err error
		if keys[i], err = key(x); err != nil {
			return nil, err
		}
	}
	if err := m.sortBy(order, func(i int) value { return keys[i] }, reverse); err != nil {
		return nil, err
	}
	out := make([]value, len(items))
	for i, j := range order {
		out[i] = items[j]
	}
	return out, nil
}

func filterSort(m *machine, v value, a args) (value, error) {
	items, err := m.iterate(v)
	if err != nil {
		return nil, err
	}
	sensitive, attr := truth(a.get(1, "case_sensitive", false)), a.get(2, "attribute", nil)
	out, err := m.sorted(items, func(x value) (value, error) {
		return m.sortKey(x, attr, sensitive)
	}, truth(a.get(0, "reverse", false)))
	return &list{out}, err
}

// sortKey is what an item is sorted by: itself, its attribute, or several with commas between.
func (m *machine) sortKey(x, attr value, sensitive bool) (value, error) {
	name, ok := attr.(written)
	switch {
	case attr == nil:
		return folded(x, sensitive), nil
	case !ok || !strings.Contains(name.s, ","):
		v, err := m.path(x, attr)
		return folded(v, sensitive), err
	}
	var keys tuple
	for part := range strings.SplitSeq(name.s, ",") {
		v, err := m.path(x, own(part))
		if err != nil {
			return nil, err
		}
		keys = append(keys, folded(v, sensitive))
	}
	return keys, nil
}

func filterDictsort(m *machine, v value, a args) (value, error) {
	d, ok := v.(*dict)
	if !ok {
		return nil, fmt.Errorf("found %s, want a dict", kind(v))
	}
	sensitive := truth(a.get(0, "case_sensitive", false))
	by, err := a.text(1, "by", own("key"))
	if err != nil {
		return nil, err
	}
	at := map[string]int{"key": 0, "value": 1}
	i, ok := at[by.s]
	if !ok {
		return nil, fmt.Errorf("by: found %q, want key or value", by.s)
	}
	out, err := m.sorted(d.pairs(), func(x value) (value, error) {
		return folded(x.(tuple)[i], sensitive), nil
	}, truth(a.get(2, "reverse", false)))
	return &list{out}, err
}

func filterUnique(m *machine, v value, a args) (value, error) {
	items, err := m.iterate(v)
	if err != nil {
		return nil, err
	}
	sensitive, attr := truth(a.get(0, "case_sensitive", false)), a.get(1, "attribute", nil)
	seen := newDict(0)
	var out []value
	for _, x := range items {
		k, err := m.sortKey(x, attr, sensitive)
		if err != nil {
			return nil, err
		}
		if _, found := seen.find(k); found {
			continue
		}
		if !seen.set(k, true) {
			return nil, fmt.Errorf("unhashable type: %s", kind(k))
		}
		out = append(out, x)
	}
	return &iterator{out}, m.spend(4 * len(items) * valueSize)
}

func filterMin(m *machine, v value, a args) (value, error) { return m.extreme(v, a, -1) }
func filterMax(m *machine, v value, a args) (value, error) { return m.extreme(v, a, 1) }

func (m *machine) extreme(v value, a args, want int) (value, error) {
	items, err := m.iterate(v)
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return undefined{"no aggregated item, sequence was empty"}, nil
	}
	sensitive, attr := truth(a.get(0, "case_sensitive", false)), a.get(1, "attribute", nil)
	var best, bestKey value
	for i, x := range items {
		k, err := m.sortKey(x, attr, sensitive)
		if err != nil {
			return nil, err
		}
		c := want
		if i > 0 {
			if c, err = m.compare(k, bestKey); err != nil {
				return nil, err
			}
		}
		if c == want {
			best, bestKey = x, k
		}
	}
	return best, nil
}

func filterSum(m *machine, v value, a args) (value, error) {
	items, err := m.iterate(v)
	if err != nil {
		return nil, err
	}
	attr, sum := a.get(0, "attribute", nil), a.get(1, "start", int64(0))
	for _, x := range items {
		if attr != nil {
			if x, err = m.path(x, attr); err != nil {
				return nil, err
			}
		}
		if sum, err = m.operate("+", sum, x); err != nil {
			return nil, err
		}
	}
	return sum, nil
}

// filterMap is map(attribute="a", default=d) or map("filter", args...).
func filterMap(m *machine, v value, a args) (value, error) {
	items, err := m.iterateSome(v)
	if err != nil {
		return nil, err
	}
	if err := m.spend(len(items) * valueSize); err != nil {
		return nil, err
	}
	out := make([]value, len(items))
	if len(a.pos) == 0 {
		attr := a.get(0, "attribute", nil)
		if attr == nil {
			return nil, fmt.Errorf("no filter and no attribute given")
		}
		def := a.get(1, "default", nil)
		for i, x := range items {
			if out[i], err = m.pathOr(x, attr, def); err != nil {
				return nil, err
			}
		}
		return &iterator{out}, nil
	}
	name, ok := a.pos[0].(written)
	if !ok {
		return nil, fmt.Errorf("found %s, want the name of a filter", kind(a.pos[0]))
	}
	for i, x := range items {
		if out[i], err = m.deeper(func() (value, error) { return m.filter(name.s, x, a.pos[1:], a.kw) }); err != nil {
			return nil, err
		}
	}
	return &iterator{out}, nil
}

// iterateSome is iterate for map, select and their like, which take None and other false values for nothing.
func (m *machine) iterateSome(v value) ([]value, error) {
	if !truth(v) {
		return nil, nil
	}
	return m.iterate(v)
}

// deeper runs f one level deeper.
func (m *machine) deeper(f func() (value, error)) (value, error) {
	if m.left.depth <= 0 {
		return nil, errDepth
	}
	m.left.depth--
	defer func() { m.left.depth++ }()
	return f()
}

// filterSelect is select, reject, selectattr or rejectattr.
func filterSelect(keep, byAttr bool) filterFunc {
	return func(m *machine, v value, a args) (value, error) {
		items, err := m.iterateSome(v)
		if err != nil {
			return nil, err
		}
		rest := a.pos
		var attr value
		if byAttr {
			if len(rest) == 0 {
				return nil, fmt.Errorf("no attribute given")
			}
			attr, rest = rest[0], rest[1:]
		}
		var out []value
		for _, x := range items {
			subject := x
			if byAttr {
				if subject, err = m.path(x, attr); err != nil {
					return nil, err
				}
			}
			ok, err := m.passes(subject, rest, a.kw)
			if err != nil {
				return nil, err
			}
			if ok == keep {
				out = append(out, x)
			}
		}
		return &iterator{out}, m.spend(len(out) * valueSize)
	}
}

// passes applies the test that rest names, or asks for truth where it names none.
func (m *machine) passes(v value, rest []value, kw []keyword) (bool, error) {
	if len(rest) == 0 {
		return truth(v), m.step(1)
	}
	name, ok := rest[0].(written)
	if !ok {
		return false, fmt.Errorf("found %s, want the name of a test", kind(rest[0]))
	}
	r, err := m.test(name.s, v, rest[1:], kw)
	return truth(r), err
}
