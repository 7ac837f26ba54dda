package prompt

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// formatMethod is str.format: {}, {0}, {name.attr[key]!r:spec}. A spec has no fields of its own.
func formatMethod(m *machine, t written, a args) (value, error) {
	auto := 0
	var w writer
	from := 0
	for i := 0; i < len(t.s); i++ {
		c := t.s[i]
		if c != '{' && c != '}' {
			continue
		}
		w.add(t.slice(from, i))
		if strings.HasPrefix(t.s[i+1:], string(c)) {
			w.add(t.slice(i, i+1))
			i++
			from = i + 1
			continue
		}
		end := strings.IndexByte(t.s[i:], '}')
		if c == '}' || end < 0 {
			return nil, fmt.Errorf("single %q encountered in format string", c)
		}
		out, err := m.field(t.s[i+1:i+end], a, &auto)
		if err != nil {
			return nil, err
		}
		if err := m.spend(out.cost() + 16*len(t.said)); err != nil {
			return nil, err
		}
		w.add(t.slice(i, i+end+1).over(out))
		i += end
		from = i + 1
	}
	w.add(t.slice(min(from, len(t.s)), len(t.s)))
	return w.written(), m.spend(t.cost())
}

// field formats one replacement field.
func (m *machine) field(field string, a args, auto *int) (written, error) {
	name, format, _ := strings.Cut(field, ":")
	name, conversion, _ := strings.Cut(name, "!")
	first := name
	if i := strings.IndexAny(name, ".["); i >= 0 {
		first = name[:i]
	}
	v, err := fieldArgument(first, a, auto)
	if err != nil {
		return written{}, err
	}
	if v, err = m.fieldPath(v, name[len(first):]); err != nil {
		return written{}, err
	}
	switch conversion {
	case "":
	case "s", "r", "a":
		text := m.str
		if conversion != "s" {
			text = m.repr
		}
		if v, err = text(v); err != nil {
			return written{}, err
		}
	default:
		return written{}, fmt.Errorf("unknown conversion %q", conversion)
	}
	sp, err := formatSpec(format, v)
	if err != nil {
		return written{}, err
	}
	return m.formatted(v, sp)
}

func fieldArgument(name string, a args, auto *int) (value, error) {
	if name == "" {
		name = strconv.Itoa(*auto)
		*auto++
	}
	if n, err := strconv.Atoi(name); err == nil {
		if n < 0 || n >= len(a.pos) {
			return nil, fmt.Errorf("no argument %d", n)
		}
		return a.pos[n], nil
	}
	for _, k := range a.kw {
		if k.name == name {
			return k.v, nil
		}
	}
	return nil, fmt.Errorf("no argument %q", name)
}

// fieldPath follows .attr and [key].
func (m *machine) fieldPath(v value, path string) (value, error) {
	for path != "" {
		if err := m.step(1); err != nil {
			return nil, err
		}
		var err error
		if path[0] == '.' {
			n := strings.IndexAny(path[1:], ".[")
			if n < 0 {
				n = len(path) - 1
			}
			if v, err = m.attr(v, path[1:1+n], true); err != nil {
				return nil, err
			}
			path = path[1+n:]
			continue
		}
		end := strings.IndexByte(path, ']')
		if path[0] != '[' || end < 0 {
			return nil, fmt.Errorf("bad field %q", path)
		}
		var key value = own(path[1:end])
		if n, err := strconv.ParseInt(path[1:end], 10, 64); err == nil {
			key = n
		}
		if v, err = m.index(v, key); err != nil {
			return nil, err
		}
		path = path[end+1:]
	}
	return v, nil
}

// formatSpec reads [[fill]align][sign][#][0][width][,][.precision][type].
func formatSpec(s string, v value) (spec, error) {
	_, _, isFloat, isNumber := number(v)
	sp := spec{fill: ' ', align: '<', precision: -1}
	if isNumber {
		sp.align = '>'
	}
	if r, size := utf8.DecodeRuneInString(s); size < len(s) && size > 0 && strings.IndexByte("<>^=", s[size]) >= 0 {
		sp.fill, sp.align, s = r, s[size], s[size+1:]
	} else if s != "" && strings.IndexByte("<>^=", s[0]) >= 0 {
		sp.align, s = s[0], s[1:]
	}
	if s != "" && strings.IndexByte("+- ", s[0]) >= 0 {
		if s[0] != '-' {
			sp.sign = s[0]
		}
		s = s[1:]
	}
	s, sp.alternate = strings.CutPrefix(s, "#")
	if strings.HasPrefix(s, "0") {
		sp.fill, sp.align, s = '0', '=', s[1:]
	}
	var i int
	var err error
	if sp.width, i, err = specNumber(s, 0); err != nil {
		return sp, err
	}
	s, sp.comma = strings.CutPrefix(s[i:], ",")
	if strings.HasPrefix(s, ".") {
		if sp.precision, i, err = specNumber(s, 1); err != nil {
			return sp, err
		}
		s = s[i:]
	}
	switch {
	case len(s) > 1:
		return sp, fmt.Errorf("bad format spec %q", s)
	case len(s) == 1:
		sp.verb = s[0]
	case isFloat && sp.precision >= 0:
		sp.verb = 'g'
	case isNumber && !isFloat && v != true && v != false:
		sp.verb = 'd'
	}
	if sp.verb != 0 && strings.IndexByte("sdbcxXoeEfFgG%", sp.verb) < 0 {
		return sp, fmt.Errorf("unknown format code %q", sp.verb)
	}
	return sp, nil
}
