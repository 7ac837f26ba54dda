package prompt

import (
	"math"
	"math/big"
	"unicode/utf8"
)

// value is a value of a template, as Python has them:
//
//	nil None · bool · int64 int · *big.Int (read from JSON, only printed) · float64 · written str
//	*list · tuple · *dict · intRange · *view (dict.items() and the like) · *iterator (one pass)
//	undefined · *namespace · *macro · function · *loop
type value any

type (
	// list is a Python list. Templates cannot change one: the sandbox they are written for forbids it.
	list struct{ items []value }
	// tuple is a Python tuple.
	tuple []value
	// intRange is range(from, to, step); n is its length.
	intRange struct{ from, to, step, n int64 }
	// view is dict.items(), keys() or values(): sized, but neither indexable nor JSON.
	view struct {
		name  string
		items []value
	}
	// iterator is what map, select and their like return: one pass over it, and it has no length.
	iterator struct{ items []value }
	// undefined stands for a name or member that does not exist; what says which, for errors.
	undefined struct{ what string }
	// namespace is the object whose attributes a template may set.
	namespace struct{ d *dict }
	// function is something callable that is built in.
	function struct {
		name string
		call func(m *machine, args []value, kw []keyword) (value, error)
	}
)

// keyword is a named argument. The name is the template's, or a key of a dict after **.
type keyword struct {
	name string
	v    value
	key  written // the name with its provenance, where it came from a dict
}

// asKey returns the name as a key of a dict.
func (k keyword) asKey() written {
	if k.key.s != "" {
		return k.key
	}
	return own(k.name)
}

// dict is a Python dict: it keeps the order of insertion. Keys are what Python can hash.
type dict struct {
	keys  []value
	vals  []value
	index map[any]int // of hashKey(key); nil while the dict is small
}

// smallDict is the number of members up to which a search in line beats a map.
const smallDict = 8

func newDict(n int) *dict {
	return &dict{keys: make([]value, 0, n), vals: make([]value, 0, n)}
}

// hashKey returns a comparable stand-in for v, equal for keys that Python holds equal (1, 1.0 and True).
func hashKey(v value) (any, bool) {
	switch v := v.(type) {
	case written:
		return v.s, true
	case bool:
		if v {
			return int64(1), true
		}
		return int64(0), true
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v), true
		}
		return v, true
	case int64, nil, intRange:
		return v, true
	default:
		return nil, false // tuples too: nothing needs them as keys, and a deep one is dear to hash
	}
}

func (d *dict) find(key value) (int, bool) {
	if s, ok := key.(written); ok {
		return d.findText(s.s)
	}
	h, ok := hashKey(key)
	if !ok {
		return 0, false
	}
	return d.findHash(h)
}

func (d *dict) findHash(h any) (int, bool) {
	if d.index != nil {
		i, ok := d.index[h]
		return i, ok
	}
	for i, k := range d.keys {
		if hk, _ := hashKey(k); hk == h {
			return i, true
		}
	}
	return 0, false
}

func (d *dict) findText(key string) (int, bool) {
	if d.index != nil {
		i, ok := d.index[key]
		return i, ok
	}
	for i, k := range d.keys {
		if s, ok := k.(written); ok && s.s == key {
			return i, true
		}
	}
	return 0, false
}

// get returns the member called key.
func (d *dict) get(key string) (value, bool) {
	i, ok := d.findText(key)
	if !ok {
		return nil, false
	}
	return d.vals[i], true
}

// set puts a member, in place if the key is there; it reports whether the key can be one.
func (d *dict) set(key, v value) bool {
	h, ok := hashKey(key)
	if !ok {
		return false
	}
	if i, found := d.findHash(h); found {
		d.vals[i] = v
		return true
	}
	d.keys, d.vals = append(d.keys, key), append(d.vals, v)
	if d.index != nil {
		d.index[h] = len(d.keys) - 1
	} else if len(d.keys) > smallDict {
		d.index = make(map[any]int, 2*len(d.keys))
		for i, k := range d.keys {
			hk, _ := hashKey(k)
			d.index[hk] = i
		}
	}
	return true
}

// put sets a member under a key of our own.
func (d *dict) put(key string, v value) { d.set(own(key), v) }

// truth is Python's bool(v).
func truth(v value) bool {
	switch v := v.(type) {
	case nil, undefined:
		return false
	case bool:
		return v
	case int64:
		return v != 0
	case *big.Int:
		return v.Sign() != 0
	case float64:
		return v != 0
	case written:
		return v.s != ""
	default:
		if n, ok := length(v); ok {
			return n > 0
		}
		return true
	}
}

// length is Python's len(v), if v has one.
func length(v value) (int, bool) {
	switch v := v.(type) {
	case written:
		return utf8.RuneCountInString(v.s), true
	case *list:
		return len(v.items), true
	case tuple:
		return len(v), true
	case *dict:
		return len(v.keys), true
	case *view:
		return len(v.items), true
	case intRange:
		return int(v.n), true
	case undefined:
		return 0, true
	}
	return 0, false
}

// kind names v's type as Python does.
func kind(v value) string {
	switch v := v.(type) {
	case nil:
		return "NoneType"
	case bool:
		return "bool"
	case int64, *big.Int:
		return "int"
	case float64:
		return "float"
	case written:
		return "str"
	case *list:
		return "list"
	case tuple:
		return "tuple"
	case *dict:
		return "dict"
	case intRange:
		return "range"
	case *view:
		return v.name
	case *iterator:
		return "generator"
	case undefined:
		return "Undefined"
	case *namespace:
		return "Namespace"
	case *macro:
		return "Macro"
	case *loop:
		return "LoopContext"
	}
	return "function"
}

// number returns v as an int64 or a float64; bools are the numbers Python takes them for.
func number(v value) (i int64, f float64, isFloat, ok bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, 1, false, true
		}
		return 0, 0, false, true
	case int64:
		return v, float64(v), false, true
	case float64:
		return 0, v, true, true
	}
	return 0, 0, false, false
}
