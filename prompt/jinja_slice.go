package prompt

import (
	"fmt"
	"unicode/utf8"
)

// byteOffset returns where character n of s starts; len(s) if s has no more than n.
func byteOffset(s string, n int) int {
	i := 0
	for ; n > 0 && i < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return i
}

// runeLen is the length in s of its first character, r.
func runeLen(s string, r rune) int {
	if r == utf8.RuneError {
		_, size := utf8.DecodeRuneInString(s)
		return size
	}
	return utf8.RuneLen(r)
}

func (x sliceExpr) eval(m *machine) (value, error) {
	v, err := m.eval(x.of)
	if err != nil {
		return nil, err
	}
	if u, ok := v.(undefined); ok {
		return nil, u.err()
	}
	n, ok := length(v)
	if !ok {
		return undefined{fmt.Sprintf("%s object cannot be sliced", kind(v))}, nil
	}
	var bounds [3]*int64
	for i, b := range []expr{x.from, x.to, x.step} {
		if b == nil {
			continue
		}
		bv, err := m.eval(b)
		if err != nil {
			return nil, err
		}
		if bv == nil {
			continue
		}
		k, _, isFloat, ok := number(bv)
		if !ok || isFloat {
			return nil, fmt.Errorf("slice bound: found %s, want an int", kind(bv))
		}
		bounds[i] = &k
	}
	from, step, count, err := sliceRange(int64(n), bounds[0], bounds[1], bounds[2])
	if err != nil {
		return nil, err
	}
	return m.slice(v, int(from), int(step), int(count))
}

// sliceRange resolves Python's slice bounds for a sequence of n members: the first one, the step and how
// many.
func sliceRange(n int64, from, to, step *int64) (first, by, count int64, err error) {
	by = 1
	if step != nil {
		by = *step
	}
	if by == 0 {
		return 0, 0, 0, fmt.Errorf("slice step cannot be zero")
	}
	by = min(max(by, -n-1), n+1) // a longer step reaches nothing more
	low, high := int64(0), n
	if by < 0 {
		low, high = -1, n-1
	}
	clamp := func(b *int64, none int64) int64 {
		if b == nil {
			return none
		}
		k := *b
		if k < 0 {
			k = max(k, -n-1) + n
		}
		return min(max(k, low), high)
	}
	var end int64
	if by > 0 {
		first, end = clamp(from, low), clamp(to, high)
		if first < end {
			count = (end - first + by - 1) / by
		}
	} else {
		first, end = clamp(from, high), clamp(to, low)
		if end < first {
			count = (first - end - by - 1) / -by
		}
	}
	return first, by, count, nil
}

// slice returns count members of v from one on, step apart.
func (m *machine) slice(v value, from, step, count int) (value, error) {
	if t, ok := v.(written); ok {
		return m.sliceText(t, from, step, count)
	}
	if r, ok := v.(intRange); ok {
		first, by := r.from+int64(from)*r.step, r.step*int64(step)
		return intRange{first, first + int64(count)*by, by, int64(count)}, nil
	}
	if err := m.spend(count * valueSize); err != nil {
		return nil, err
	}
	out := make([]value, count)
	switch v := v.(type) {
	case *list:
		for i := range out {
			out[i] = v.items[from+i*step]
		}
		return &list{out}, nil
	case tuple:
		for i := range out {
			out[i] = v[from+i*step]
		}
		return tuple(out), nil
	}
	return undefined{fmt.Sprintf("%s object cannot be sliced", kind(v))}, nil
}

func (m *machine) sliceText(t written, from, step, count int) (value, error) {
	if err := m.scan(len(t.s)); err != nil {
		return nil, err
	}
	if count == 0 {
		return written{}, nil
	}
	if step == 1 {
		i := byteOffset(t.s, from)
		return t.slice(i, i+byteOffset(t.s[i:], count)), m.spend(16 * len(t.said))
	}
	chars, err := m.characters(t)
	if err != nil {
		return nil, err
	}
	var w writer
	for i := range count {
		w.add(chars[from+i*step].(written))
	}
	return w.written(), nil
}
