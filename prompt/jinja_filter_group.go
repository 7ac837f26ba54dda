package prompt

import (
	"fmt"
	"slices"
)

func filterGroupby(m *machine, v value, a args) (value, error) {
	attr := a.get(0, "attribute", nil)
	sensitive := truth(a.get(2, "case_sensitive", false))
	sorted, err := filterSort(m, v, args{kw: []keyword{{name: "attribute", v: attr}, {name: "case_sensitive", v: sensitive}}})
	if err != nil {
		return nil, err
	}
	var groups []value
	var last value
	for _, x := range sorted.(*list).items {
		k, err := m.path(x, attr)
		if err != nil {
			return nil, err
		}
		f := folded(k, sensitive)
		same := false
		if len(groups) > 0 {
			if same, err = m.equal(f, last); err != nil {
				return nil, err
			}
		}
		if !same {
			groups = append(groups, tuple{k, &list{}})
			last = f
		}
		g := groups[len(groups)-1].(tuple)[1].(*list)
		g.items = append(g.items, x)
	}
	return &list{groups}, m.spend(4 * len(groups) * valueSize)
}

func filterBatch(m *machine, v value, a args) (value, error) {
	n, err := a.width(0, "linecount", 0)
	if err != nil {
		return nil, err
	}
	items, err := m.iterate(v)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, fmt.Errorf("linecount: found 0, want at least 1")
	}
	if err := m.spend((2*len(items) + n) * valueSize); err != nil {
		return nil, err
	}
	var out []value
	for row := range slices.Chunk(items, n) {
		row = slices.Clone(row)
		for fill := a.get(1, "fill_with", nil); fill != nil && len(row) < n; {
			row = append(row, fill)
		}
		out = append(out, &list{row})
	}
	return &iterator{out}, nil
}

func filterSlice(m *machine, v value, a args) (value, error) {
	n, err := a.width(0, "slices", 0)
	if err != nil {
		return nil, err
	}
	items, err := m.iterate(v)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, fmt.Errorf("slices: found 0, want at least 1")
	}
	if err := m.spend((len(items) + 4*n) * valueSize); err != nil {
		return nil, err
	}
	each, more := len(items)/n, len(items)%n
	fill := a.get(1, "fill_with", nil)
	var out []value
	at := 0
	for i := range n {
		size := each
		if i < more {
			size++
		}
		row := slices.Clone(items[at : at+size])
		at += size
		if fill != nil && i >= more {
			row = append(row, fill)
		}
		out = append(out, &list{row})
	}
	return &iterator{out}, nil
}
