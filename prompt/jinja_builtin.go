package prompt

import (
	"errors"
	"fmt"
	"math"
)

// builtins are the functions every template may call: Jinja2's, and those Transformers adds. With the
// variables of a rendering they are all there is.
var builtins = map[string]*function{
	"range":           {"range", callRange},
	"dict":            {"dict", callDict},
	"namespace":       {"namespace", callNamespace},
	"joiner":          {"joiner", callJoiner},
	"cycler":          {"cycler", callCycler},
	"raise_exception": {"raise_exception", callRaise},
	"strftime_now":    {"strftime_now", callStrftime},
}

// maxRange is the longest range, as in Jinja2's sandbox.
const maxRange = 100000

func callRange(_ *machine, pos []value, kw []keyword) (value, error) {
	var n [3]int64
	if len(pos) < 1 || len(pos) > 3 || len(kw) > 0 {
		return nil, fmt.Errorf("range: found %d arguments, want 1 to 3", len(pos)+len(kw))
	}
	for i, v := range pos {
		k, _, isFloat, ok := number(v)
		if !ok || isFloat {
			return nil, fmt.Errorf("range: found %s, want int", kind(v))
		}
		n[i] = k
	}
	from, to, step := n[0], n[1], int64(1)
	if len(pos) == 1 {
		from, to = 0, n[0]
	}
	if len(pos) == 3 {
		step = n[2]
	}
	if step == 0 {
		return nil, fmt.Errorf("range: the step must not be zero")
	}
	for _, k := range []int64{from, to, step} {
		if k > math.MaxInt32 || k < math.MinInt32 {
			return nil, fmt.Errorf("range: found %d, want a number of at most 32 bits", k)
		}
	}
	count := int64(0)
	if step > 0 && from < to {
		count = (to - from + step - 1) / step
	} else if step < 0 && from > to {
		count = (from - to - step - 1) / -step
	}
	if count > maxRange {
		return nil, fmt.Errorf("range: found %d numbers, want at most %d", count, maxRange)
	}
	return intRange{from, to, step, count}, nil
}

func callDict(m *machine, pos []value, kw []keyword) (value, error) {
	d := newDict(len(kw))
	if len(pos) > 1 {
		return nil, fmt.Errorf("dict: found %d arguments, want at most 1", len(pos))
	}
	if len(pos) == 1 {
		if err := fillDict(m, d, pos[0]); err != nil {
			return nil, fmt.Errorf("dict: %w", err)
		}
	}
	for _, k := range kw {
		d.set(k.asKey(), k.v)
	}
	return d, m.spend(len(d.keys) * 4 * valueSize)
}

func fillDict(m *machine, d *dict, v value) error {
	if from, ok := v.(*dict); ok {
		for i, k := range from.keys {
			d.set(k, from.vals[i])
		}
		return nil
	}
	items, err := m.iterate(v)
	if err != nil {
		return err
	}
	for _, x := range items {
		pair, err := m.iterate(x)
		if err != nil {
			return err
		}
		if len(pair) != 2 {
			return fmt.Errorf("found a member of length %d, want 2", len(pair))
		}
		if !d.set(pair[0], pair[1]) {
			return fmt.Errorf("unhashable type: %s", kind(pair[0]))
		}
	}
	return nil
}

func callNamespace(m *machine, pos []value, kw []keyword) (value, error) {
	d, err := callDict(m, pos, kw)
	if err != nil {
		return nil, err
	}
	return &namespace{d.(*dict)}, nil
}

// callJoiner returns a function that gives nothing the first time and the separator after that.
func callJoiner(_ *machine, pos []value, kw []keyword) (value, error) {
	sep := args{pos: pos, kw: kw}.get(0, "sep", own(", "))
	used := false
	return &function{"joiner", func(*machine, []value, []keyword) (value, error) {
		if !used {
			used = true
			return written{}, nil
		}
		return sep, nil
	}}, nil
}

func callCycler(_ *machine, items []value, _ []keyword) (value, error) {
	if len(items) == 0 {
		return nil, fmt.Errorf("cycler: no items given")
	}
	i := 0
	d := newDict(3)
	d.put("current", items[0])
	d.put("next", &function{"next", func(*machine, []value, []keyword) (value, error) {
		v := items[i]
		i = (i + 1) % len(items)
		d.put("current", items[i])
		return v, nil
	}})
	d.put("reset", &function{"reset", func(*machine, []value, []keyword) (value, error) {
		i = 0
		d.put("current", items[0])
		return nil, nil
	}})
	return &namespace{d}, nil
}

func callRaise(m *machine, pos []value, _ []keyword) (value, error) {
	if len(pos) != 1 {
		return nil, fmt.Errorf("raise_exception: found %d arguments, want 1", len(pos))
	}
	t, err := m.str(pos[0])
	if err != nil {
		return nil, err
	}
	const most = 500 // bytes of a message; a template may put a whole request into it
	return nil, errors.New(t.s[:min(len(t.s), most)])
}

func callStrftime(m *machine, pos []value, _ []keyword) (value, error) {
	format, ok := args{pos: pos}.get(0, "format", nil).(written)
	if !ok {
		return nil, fmt.Errorf("strftime_now: want a str")
	}
	if err := m.spend(32 * len(format.s)); err != nil {
		return nil, err
	}
	return format.like(strftime(format.s, m.now())), nil
}
