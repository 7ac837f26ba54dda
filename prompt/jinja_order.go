package prompt

import (
	"fmt"
	"math/big"
	"strings"
)

// maxNest is how deep a value may be nested before printing or comparing it is an error.
const maxNest = 200

var errNest = fmt.Errorf("a value is nested deeper than %d", maxNest)

// equal is Python's ==. It counts steps, because values that share parts can be exponentially large.
func (m *machine) equal(a, b value) (bool, error) { return m.equalAt(a, b, 0) }

func (m *machine) equalAt(a, b value, depth int) (bool, error) {
	if depth > maxNest {
		return false, errNest
	}
	if err := m.step(1); err != nil {
		return false, err
	}
	if i, f, af, ok := number(a); ok {
		j, g, bf, ok := number(b)
		if ok && !af && !bf {
			return i == j, nil
		}
		return ok && f == g, nil
	}
	switch a := a.(type) {
	case nil:
		return b == nil, nil
	case undefined:
		_, ok := b.(undefined)
		return ok, nil
	case written:
		bs, ok := b.(written)
		return ok && a.s == bs.s, m.scan(len(a.s))
	case *big.Int:
		bi, ok := b.(*big.Int)
		return ok && a.Cmp(bi) == 0, nil
	case *list:
		if b, ok := b.(*list); ok {
			return m.equalItems(a.items, b.items, depth)
		}
	case tuple:
		if b, ok := b.(tuple); ok {
			return m.equalItems(a, b, depth)
		}
	case *dict:
		if b, ok := b.(*dict); ok {
			return m.equalDicts(a, b, depth)
		}
	case intRange:
		return a == b, nil
	}
	return identical(a, b), nil
}

func (m *machine) equalItems(a, b []value, depth int) (bool, error) {
	if len(a) != len(b) {
		return false, nil
	}
	for i := range a {
		if same, err := m.equalAt(a[i], b[i], depth+1); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (m *machine) equalDicts(a, b *dict, depth int) (bool, error) {
	if len(a.keys) != len(b.keys) {
		return false, nil
	}
	for i, k := range a.keys {
		j, found := b.find(k)
		if !found {
			return false, nil
		}
		if same, err := m.equalAt(a.vals[i], b.vals[j], depth+1); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

// identical is Python's "is" for values that are held by reference.
func identical(a, b value) bool {
	switch a := a.(type) {
	case *list:
		b, ok := b.(*list)
		return ok && a == b
	case *dict:
		b, ok := b.(*dict)
		return ok && a == b
	case *view:
		b, ok := b.(*view)
		return ok && a == b
	case *iterator:
		b, ok := b.(*iterator)
		return ok && a == b
	case *namespace:
		b, ok := b.(*namespace)
		return ok && a == b
	case *macro:
		b, ok := b.(*macro)
		return ok && a == b
	case *loop:
		b, ok := b.(*loop)
		return ok && a == b
	case *function:
		b, ok := b.(*function)
		return ok && a == b
	}
	return false
}

// compare is Python's ordering: negative, zero or positive.
func (m *machine) compare(a, b value) (int, error) { return m.compareAt(a, b, 0) }

func (m *machine) compareAt(a, b value, depth int) (int, error) {
	if depth > maxNest {
		return 0, errNest
	}
	if err := m.step(1); err != nil {
		return 0, err
	}
	if i, f, af, ok := number(a); ok {
		if j, g, bf, ok := number(b); ok {
			if !af && !bf {
				return sign(i < j, i > j), nil
			}
			return sign(f < g, f > g), nil
		}
	}
	switch x := a.(type) {
	case written:
		if y, ok := b.(written); ok {
			return strings.Compare(x.s, y.s), m.scan(min(len(x.s), len(y.s)))
		}
	case *list:
		if y, ok := b.(*list); ok {
			return m.compareItems(x.items, y.items, depth)
		}
	case tuple:
		if y, ok := b.(tuple); ok {
			return m.compareItems(x, y, depth)
		}
	}
	return 0, fmt.Errorf("%s and %s have no order", kind(a), kind(b))
}

func (m *machine) compareItems(a, b []value, depth int) (int, error) {
	for i := range min(len(a), len(b)) {
		same, err := m.equalAt(a[i], b[i], depth+1)
		if err != nil {
			return 0, err
		}
		if !same {
			return m.compareAt(a[i], b[i], depth+1)
		}
	}
	return sign(len(a) < len(b), len(a) > len(b)), nil
}

func sign(less, more bool) int {
	switch {
	case less:
		return -1
	case more:
		return 1
	}
	return 0
}

// contains is Python's "a in b".
func (m *machine) contains(a, b value) (bool, error) {
	switch b := b.(type) {
	case written:
		sub, ok := a.(written)
		if !ok {
			return false, fmt.Errorf("'in <string>' requires a string, found %s", kind(a))
		}
		return strings.Contains(b.s, sub.s), m.scan(len(b.s))
	case *dict:
		if _, ok := hashKey(a); !ok {
			return false, fmt.Errorf("unhashable type: %s", kind(a))
		}
		_, ok := b.find(a)
		return ok, m.step(len(b.keys) / 4)
	}
	items, err := m.iterate(b)
	if err != nil {
		return false, err
	}
	for _, x := range items {
		if same, err := m.equal(a, x); same || err != nil {
			return same, err
		}
	}
	return false, nil
}
