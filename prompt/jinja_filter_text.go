package prompt

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

func filterCenter(m *machine, v value, a args) (value, error) {
	t, err := m.str(v)
	if err != nil {
		return nil, err
	}
	if !a.has(0, "width") {
		a.pos = []value{int64(80)}
	}
	return padMethod(centered)(m, t, a)
}

// filterIndent puts blanks before every line but the first (unless asked) and empty ones (unless asked).
func filterIndent(m *machine, v value, a args) (value, error) {
	t, err := m.str(v)
	if err != nil {
		return nil, err
	}
	var pad written
	if w, ok := a.get(0, "width", int64(4)).(written); ok {
		pad = w
	} else {
		n, err := a.width(0, "width", 4)
		if err != nil {
			return nil, err
		}
		pad = own(strings.Repeat(" ", n))
	}
	first, blank := truth(a.get(1, "first", false)), truth(a.get(2, "blank", false))
	lines := splitLines(written{t.s + "\n", t.said, false}, false)
	if err := m.spend(t.cost() + len(lines)*(pad.cost()+1)); err != nil {
		return nil, err
	}
	var w writer
	for i, line := range lines {
		if i > 0 {
			w.own("\n")
		}
		if i == 0 && first || i > 0 && (blank || line.s != "") {
			w.add(pad)
		}
		w.add(line)
	}
	return w.written(), nil
}

func filterJoin(m *machine, v value, a args) (value, error) {
	d, err := m.str(a.get(0, "d", written{}))
	if err != nil {
		return nil, err
	}
	items, err := m.iterate(v)
	if err != nil {
		return nil, err
	}
	attr := a.get(1, "attribute", nil)
	return m.joinTexts(d, items, func(x value) (written, error) {
		if attr != nil {
			if x, err = m.path(x, attr); err != nil {
				return written{}, err
			}
		}
		return m.str(x)
	})
}

// joinTexts writes the texts of items with d between them.
func (m *machine) joinTexts(d written, items []value, text func(value) (written, error)) (value, error) {
	var w writer
	for i, x := range items {
		t, err := text(x)
		if err != nil {
			return nil, err
		}
		if err := m.spend(t.cost() + d.cost()); err != nil {
			return nil, err
		}
		if i > 0 {
			w.add(d)
		}
		w.add(t)
	}
	return w.written(), nil
}

func filterReplace(m *machine, v value, a args) (value, error) {
	t, err := m.str(v)
	if err != nil {
		return nil, err
	}
	for i := range min(len(a.pos), 2) {
		if a.pos[i], err = m.str(a.pos[i]); err != nil {
			return nil, err
		}
	}
	return replaceMethod(m, t, a)
}

// filterTruncate cuts a text that is more than leeway characters too long.
func filterTruncate(m *machine, v value, a args) (value, error) {
	t, err := m.str(v)
	if err != nil {
		return nil, err
	}
	n, err := a.integer(0, "length", 255)
	if err != nil {
		return nil, err
	}
	end, err := a.text(2, "end", own("..."))
	if err != nil {
		return nil, err
	}
	leeway, err := a.integer(3, "leeway", 5)
	if err != nil {
		return nil, err
	}
	have, endLen := utf8.RuneCountInString(t.s), utf8.RuneCountInString(end.s)
	if n < int64(endLen) || leeway < 0 {
		return nil, fmt.Errorf("length: found %d, want at least %d", n, endLen)
	}
	if int64(have) <= n+leeway {
		return t, nil
	}
	cut := t.slice(0, byteOffset(t.s, int(n)-endLen))
	if !truth(a.get(1, "killwords", false)) {
		if i := strings.LastIndexByte(cut.s, ' '); i >= 0 {
			cut = cut.slice(0, i)
		}
	}
	return m.join(cut, end)
}

// filterTojson is json.dumps as Transformers offers it to templates: non-ASCII as it is, no HTML escapes.
func filterTojson(m *machine, v value, a args) (value, error) {
	o := jsonOptions{ascii: truth(a.get(0, "ensure_ascii", false)), sort: truth(a.get(3, "sort_keys", false))}
	said := false // what is written between members came with the request
	indent := a.get(1, "indent", nil)
	switch indent := indent.(type) {
	case nil:
	case written:
		o.indented, o.indent, said = true, indent.s, len(indent.said) > 0
	default:
		n, err := args{pos: []value{indent}}.width(0, "indent", 0)
		if err != nil {
			return nil, err
		}
		o.indented, o.indent = true, strings.Repeat(" ", n)
	}
	switch sep := a.get(2, "separators", nil).(type) {
	case nil:
	default:
		items, err := m.iterate(sep)
		if err != nil {
			return nil, err
		}
		if len(items) != 2 {
			return nil, fmt.Errorf("separators: found %d, want 2", len(items))
		}
		item, ok1 := items[0].(written)
		key, ok2 := items[1].(written)
		if !ok1 || !ok2 {
			return nil, fmt.Errorf("separators: want two str")
		}
		o.item, o.key, said = item.s, key.s, said || len(item.said)+len(key.said) > 0
	}
	t, err := m.dumpJSON(v, o)
	if said {
		t = saidText(t.s)
	}
	return t, err
}
