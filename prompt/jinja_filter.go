package prompt

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"unicode"
)

// filterFunc is a filter: v | name(args).
type filterFunc func(m *machine, v value, a args) (value, error)

// filterNamed returns a filter of Jinja2, or tojson as Transformers defines it; nil if there is none. Those
// that only make HTML are left out.
func filterNamed(name string) filterFunc {
	switch name {
	case "abs":
		return filterAbs
	case "attr":
		return filterAttr
	case "batch":
		return filterBatch
	case "capitalize":
		return methodFilter("capitalize")
	case "center":
		return filterCenter
	case "count", "length":
		return filterLength
	case "d", "default":
		return filterDefault
	case "dictsort":
		return filterDictsort
	case "e", "escape", "forceescape":
		return filterEscape
	case "first":
		return filterFirst
	case "float":
		return filterFloat
	case "format":
		return filterFormat
	case "groupby":
		return filterGroupby
	case "indent":
		return filterIndent
	case "int":
		return filterInt
	case "items":
		return filterItems
	case "join":
		return filterJoin
	case "last":
		return filterLast
	case "list":
		return filterList
	case "lower":
		return methodFilter("lower")
	case "map":
		return filterMap
	case "max":
		return filterMax
	case "min":
		return filterMin
	case "reject":
		return filterSelect(false, false)
	case "rejectattr":
		return filterSelect(false, true)
	case "replace":
		return filterReplace
	case "reverse":
		return filterReverse
	case "round":
		return filterRound
	case "safe":
		return filterSafe
	case "string":
		return filterString
	case "select":
		return filterSelect(true, false)
	case "selectattr":
		return filterSelect(true, true)
	case "slice":
		return filterSlice
	case "sort":
		return filterSort
	case "sum":
		return filterSum
	case "title":
		return filterTitle
	case "tojson":
		return filterTojson
	case "trim":
		return filterTrim
	case "truncate":
		return filterTruncate
	case "unique":
		return filterUnique
	case "upper":
		return methodFilter("upper")
	case "urlencode":
		return filterURLEncode
	case "wordcount":
		return filterWordcount
	}
	return nil
}

func (m *machine) filter(name string, v value, pos []value, kw []keyword) (value, error) {
	f := filterNamed(name)
	if f == nil {
		return nil, fmt.Errorf("no filter named %q", name)
	}
	if t, ok := v.(written); ok {
		if err := m.scan(len(t.s)); err != nil {
			return nil, err
		}
	}
	out, err := f(m, v, args{name: name, pos: pos, kw: kw})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}

// methodFilter is a filter that calls the method of the same name on str(v).
func methodFilter(name string) filterFunc {
	return func(m *machine, v value, a args) (value, error) {
		t, err := m.str(v)
		if err != nil {
			return nil, err
		}
		return textMethodNamed(name)(m, t, a)
	}
}

func filterAttr(m *machine, v value, a args) (value, error) {
	name, err := a.text(0, "name", written{})
	if err != nil {
		return nil, err
	}
	return m.attr(v, name.s, false)
}

func filterDefault(_ *machine, v value, a args) (value, error) {
	d := a.get(0, "default_value", written{})
	_, missing := v.(undefined)
	if missing || truth(a.get(1, "boolean", false)) && !truth(v) {
		return d, nil
	}
	return v, nil
}

func filterEscape(m *machine, v value, _ args) (value, error) {
	t, err := m.str(v)
	if err != nil {
		return nil, err
	}
	return m.escaped(t)
}

// escaped is t as HTML.
func (m *machine) escaped(t written) (written, error) {
	if t.html {
		return t, nil
	}
	if err := m.spend(5 * t.cost()); err != nil {
		return t, err
	}
	t = t.mapPieces(html.EscapeString)
	t.html = true
	return t, nil
}

func filterSafe(m *machine, v value, _ args) (value, error) {
	t, err := m.str(v)
	t.html = true
	return t, err
}

func filterFirst(m *machine, v value, _ args) (value, error) {
	items, err := m.iterate(v)
	if err != nil || len(items) == 0 {
		return undefined{"no first item, sequence was empty"}, err
	}
	return items[0], nil
}

func filterLast(m *machine, v value, _ args) (value, error) {
	if _, ok := v.(*iterator); ok {
		return nil, fmt.Errorf("generator object is not reversible")
	}
	items, err := m.iterate(v)
	if err != nil || len(items) == 0 {
		return undefined{"no last item, sequence was empty"}, err
	}
	return items[len(items)-1], nil
}

func filterFormat(m *machine, v value, a args) (value, error) {
	t, err := m.str(v)
	if err != nil {
		return nil, err
	}
	if len(a.kw) > 0 {
		d := newDict(len(a.kw))
		for _, k := range a.kw {
			d.set(k.asKey(), k.v)
		}
		return m.percent(t, d)
	}
	return m.percent(t, tuple(a.pos))
}

func filterItems(_ *machine, v value, _ args) (value, error) {
	switch v := v.(type) {
	case undefined:
		return &iterator{}, nil
	case *dict:
		return &iterator{v.pairs()}, nil
	}
	return nil, fmt.Errorf("can only get item pairs from a mapping, found %s", kind(v))
}

func filterLength(m *machine, v value, _ args) (value, error) {
	n, ok := length(v)
	if !ok {
		return nil, fmt.Errorf("object of type %s has no length", kind(v))
	}
	return int64(n), nil
}

func filterList(m *machine, v value, _ args) (value, error) {
	items, err := m.iterate(v)
	if err != nil {
		return nil, err
	}
	return &list{slices.Clip(items)}, nil
}

func filterReverse(m *machine, v value, _ args) (value, error) {
	if t, ok := v.(written); ok {
		n, _ := length(t)
		return m.sliceText(t, n-1, -1, n)
	}
	items, err := m.iterate(v)
	if err != nil {
		return nil, err
	}
	if err := m.spend(len(items) * valueSize); err != nil {
		return nil, err
	}
	out := slices.Clone(items)
	slices.Reverse(out)
	return &iterator{out}, nil
}

func filterString(m *machine, v value, _ args) (value, error) {
	t, err := m.str(v)
	return t, err
}

// filterTitle capitalizes words as Jinja2 does, which is not how Python's str.title does.
func filterTitle(m *machine, v value, _ args) (value, error) {
	t, err := m.str(v)
	if err != nil {
		return nil, err
	}
	start := true
	return t.mapPieces(func(s string) string {
		return strings.Map(func(r rune) rune {
			first := start
			start = isSpace(r) || strings.ContainsRune("-({[<", r)
			if first {
				return unicode.ToUpper(r)
			}
			return unicode.ToLower(r)
		}, s)
	}), m.spend(len(t.s))
}

func filterTrim(m *machine, v value, a args) (value, error) {
	t, err := m.str(v)
	if err != nil {
		return nil, err
	}
	return stripMethod(true, true)(m, t, a)
}

func filterURLEncode(m *machine, v value, _ args) (value, error) {
	t, err := m.str(v)
	if err != nil {
		return nil, err
	}
	if err := m.spend(3 * len(t.s)); err != nil {
		return nil, err
	}
	return t.mapPieces(func(s string) string {
		var b strings.Builder
		for i := range len(s) {
			c := s[i]
			if c < 0x80 && (isDigit(c) || unicode.IsLetter(rune(c)) || strings.IndexByte("-._~/", c) >= 0) {
				b.WriteByte(c)
			} else {
				fmt.Fprintf(&b, "%%%02X", c)
			}
		}
		return b.String()
	}), nil
}

func filterWordcount(m *machine, v value, _ args) (value, error) {
	t, err := m.str(v)
	if err != nil {
		return nil, err
	}
	n := strings.FieldsFunc(t.s, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return int64(len(n)), nil
}
