package prompt

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// method returns the method of v called name, bound to v, or nil.
func (m *machine) method(v value, name string) *function {
	bind := func(f func(a args) (value, error)) *function {
		return &function{name, func(_ *machine, pos []value, kw []keyword) (value, error) {
			out, err := f(args{name: name, pos: pos, kw: kw})
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			return out, nil
		}}
	}
	switch v := v.(type) {
	case written:
		if f := textMethodNamed(name); f != nil {
			return bind(func(a args) (value, error) {
				if err := m.scan(len(v.s)); err != nil {
					return nil, err
				}
				return f(m, v, a)
			})
		}
	case *dict:
		if f := dictMethods[name]; f != nil {
			return bind(func(a args) (value, error) { return f(m, v, a) })
		}
	case *list:
		if f := listMethods[name]; f != nil {
			return bind(func(a args) (value, error) { return f(m, v.items, a) })
		}
	case tuple:
		if f := listMethods[name]; f != nil && name != "copy" {
			return bind(func(a args) (value, error) { return f(m, v, a) })
		}
	}
	return nil
}

var dictMethods = map[string]func(m *machine, d *dict, a args) (value, error){
	"get": func(_ *machine, d *dict, a args) (value, error) {
		if len(a.pos) == 0 {
			return nil, fmt.Errorf("found no arguments, want a key")
		}
		if i, ok := d.find(a.pos[0]); ok {
			return d.vals[i], nil
		}
		return a.get(1, "default", nil), nil
	},
	"items": func(m *machine, d *dict, _ args) (value, error) {
		return &view{"dict_items", d.pairs()}, m.spend(4 * valueSize * len(d.keys))
	},
	"keys":   func(_ *machine, d *dict, _ args) (value, error) { return &view{"dict_keys", d.keys}, nil },
	"values": func(_ *machine, d *dict, _ args) (value, error) { return &view{"dict_values", d.vals}, nil },
	"copy": func(m *machine, d *dict, _ args) (value, error) {
		c := newDict(len(d.keys))
		for i, k := range d.keys {
			c.set(k, d.vals[i])
		}
		return c, m.spend(4 * valueSize * len(d.keys))
	},
}

// listMethods are those that do not change the list: the sandbox templates are written for forbids others.
var listMethods = map[string]func(m *machine, items []value, a args) (value, error){
	"index": func(m *machine, items []value, a args) (value, error) {
		for i, x := range items {
			same, err := m.equal(x, a.get(0, "value", nil))
			if err != nil {
				return nil, err
			}
			if same {
				return int64(i), nil
			}
		}
		return nil, fmt.Errorf("the value is not in the list")
	},
	"count": func(m *machine, items []value, a args) (value, error) {
		n := int64(0)
		for _, x := range items {
			same, err := m.equal(x, a.get(0, "value", nil))
			if err != nil {
				return nil, err
			}
			if same {
				n++
			}
		}
		return n, nil
	},
	"copy": func(m *machine, items []value, _ args) (value, error) {
		return &list{slices.Clone(items)}, m.spend(len(items) * valueSize)
	},
}

type textMethod func(m *machine, t written, a args) (value, error)

// textMethodNamed returns a method of str that gives text or numbers and that templates use, or nil.
func textMethodNamed(name string) textMethod {
	switch name {
	case "upper":
		return mapMethod(strings.ToUpper)
	case "lower", "casefold":
		return mapMethod(strings.ToLower)
	case "swapcase":
		return mapMethod(swapCase)
	case "capitalize":
		return capitalize
	case "title":
		return title
	case "strip":
		return stripMethod(true, true)
	case "lstrip":
		return stripMethod(true, false)
	case "rstrip":
		return stripMethod(false, true)
	case "startswith":
		return affixMethod(strings.HasPrefix)
	case "endswith":
		return affixMethod(strings.HasSuffix)
	case "removeprefix":
		return func(_ *machine, t written, a args) (value, error) {
			p, err := a.text(0, "prefix", written{})
			if err != nil || !strings.HasPrefix(t.s, p.s) {
				return t, err
			}
			return t.slice(len(p.s), len(t.s)), nil
		}
	case "removesuffix":
		return func(_ *machine, t written, a args) (value, error) {
			p, err := a.text(0, "suffix", written{})
			if err != nil || !strings.HasSuffix(t.s, p.s) {
				return t, err
			}
			return t.slice(0, len(t.s)-len(p.s)), nil
		}
	case "split":
		return splitMethod(false)
	case "rsplit":
		return splitMethod(true)
	case "splitlines":
		return splitlines
	case "partition":
		return partitionMethod(strings.Index, false)
	case "rpartition":
		return partitionMethod(strings.LastIndex, true)
	case "replace":
		return replaceMethod
	case "join":
		return joinMethod
	case "find":
		return findMethod(strings.Index, false)
	case "rfind":
		return findMethod(strings.LastIndex, false)
	case "index":
		return findMethod(strings.Index, true)
	case "rindex":
		return findMethod(strings.LastIndex, true)
	case "count":
		return countMethod
	case "center":
		return padMethod(centered)
	case "ljust":
		return padMethod(func(int, bool) int { return 0 })
	case "rjust":
		return padMethod(func(n int, _ bool) int { return n })
	case "zfill":
		return zfill
	case "format":
		return formatMethod
	case "isdigit", "isdecimal":
		return allMethod(unicode.IsDigit)
	case "isnumeric":
		return allMethod(unicode.IsNumber)
	case "isalpha":
		return allMethod(unicode.IsLetter)
	case "isalnum":
		return allMethod(func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
	case "isspace":
		return allMethod(isSpace)
	case "isascii":
		return func(_ *machine, t written, _ args) (value, error) {
			return strings.IndexFunc(t.s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0, nil
		}
	case "islower":
		return func(_ *machine, t written, _ args) (value, error) { return cased(t.s, strings.ToLower), nil }
	case "isupper":
		return func(_ *machine, t written, _ args) (value, error) { return cased(t.s, strings.ToUpper), nil }
	}
	return nil
}

// centered is how many of n pads str.center puts to the left.
func centered(n int, odd bool) int { return n/2 + oneIf(odd && n%2 == 1) }

func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}

func mapMethod(f func(string) string) textMethod {
	return func(m *machine, t written, _ args) (value, error) {
		if err := m.spend(t.cost()); err != nil {
			return nil, err
		}
		return t.mapPieces(f), nil
	}
}

func swapCase(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, s)
}

func capitalize(m *machine, t written, _ args) (value, error) {
	first := true
	return mapMethod(func(s string) string {
		return strings.Map(func(r rune) rune {
			if first {
				first = false
				return unicode.ToTitle(r)
			}
			return unicode.ToLower(r)
		}, s)
	})(m, t, args{})
}

// title is Python's str.title: letters after anything but a letter are upper case.
func title(m *machine, t written, _ args) (value, error) {
	inWord := false
	return mapMethod(func(s string) string {
		return strings.Map(func(r rune) rune {
			first := !inWord
			inWord = unicode.IsLetter(r)
			if first {
				return unicode.ToTitle(r)
			}
			return unicode.ToLower(r)
		}, s)
	})(m, t, args{})
}

func stripMethod(left, right bool) textMethod {
	return func(_ *machine, t written, a args) (value, error) {
		if a.get(0, "chars", nil) == nil {
			return t.trimFunc(left, right, isSpace), nil
		}
		chars, err := a.text(0, "chars", written{})
		if err != nil {
			return nil, err
		}
		if len(chars.s) > maxPad {
			return nil, fmt.Errorf("found %d bytes of characters to strip, want at most %d", len(chars.s), maxPad)
		}
		return t.trimFunc(left, right, func(r rune) bool { return strings.ContainsRune(chars.s, r) }), nil
	}
}

// affixMethod is startswith or endswith; it takes one text or a tuple of them.
func affixMethod(has func(s, affix string) bool) textMethod {
	return func(m *machine, t written, a args) (value, error) {
		if len(a.pos) == 0 {
			return nil, fmt.Errorf("found no arguments, want a str")
		}
		from, to, err := window(t.s, a)
		if err != nil {
			return nil, err
		}
		affixes := []value{a.pos[0]}
		if many, ok := a.pos[0].(tuple); ok {
			affixes = many
		}
		for _, x := range affixes {
			affix, ok := x.(written)
			if !ok {
				return nil, fmt.Errorf("found %s, want str or a tuple of str", kind(x))
			}
			if from <= to && has(t.s[from:to], affix.s) {
				return true, m.step(1)
			}
		}
		return false, m.step(len(affixes))
	}
}

func allMethod(f func(rune) bool) textMethod {
	return func(_ *machine, t written, _ args) (value, error) {
		return t.s != "" && strings.IndexFunc(t.s, func(r rune) bool { return !f(r) }) < 0, nil
	}
}
