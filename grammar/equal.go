package grammar

import "slices"

// valueNode is every text of a JSON value, members in any order. It is for excluding a value that came before.
func (m *machine) valueNode(text string) *node {
	if n := m.values[text]; n != nil {
		return n
	}
	v, err := parseJSON(text)
	if err != nil {
		return m.lit(text)
	}
	n := m.spell(v)
	m.values[text] = n
	return n
}

func (m *machine) spell(v *value) *node {
	switch v.kind {
	case kindNumber:
		if d, err := parseDecimal(v.text); err == nil {
			return m.partNode(&numeral{value: d})
		}
		return m.lit(v.text)
	case kindString:
		return m.spellString(v.text)
	case kindArray:
		n := m.lit("]")
		for i, item := range slices.Backward(v.items) {
			n = m.concat(m.spell(item), n)
			if i > 0 {
				n = m.concat(m.lit(","), n)
			}
		}
		return m.concat(m.lit("["), n)
	case kindObject:
		f := &anyOrder{}
		for _, mem := range v.members {
			f.members = append(f.members, m.seq(m.spellString(mem.name), m.lit(":"), m.spell(mem.value)))
		}
		slices.SortFunc(f.members, func(a, b *node) int { return int(int64(a.id) - int64(b.id)) })
		f.left = len(f.members)
		return m.concat(m.lit("{"), m.partNode(f))
	}
	return m.lit(string(v.compact(nil)))
}

// spellString is every spelling of a string, escapes and all.
func (m *machine) spellString(s string) *node {
	n := m.lit(`"`)
	for _, r := range slices.Backward([]rune(s)) {
		n = m.concat(m.partNode(&spelled{char: r}), n)
	}
	return m.concat(m.lit(`"`), n)
}

// spelled is one character in a JSON string in every way that JSON allows, of which text has been read.
type spelled struct {
	char rune
	text string
}

func (s *spelled) hash() uint64 { return hashString(uint64(s.char), s.text) }

func (s *spelled) equal(o part) bool {
	p, ok := o.(*spelled)
	return ok && *s == *p
}

func (s *spelled) flags() flag                            { return 0 }
func (s *spelled) least(*machine) int32                   { return 1 } // a lower bound: it is only ever excluded
func (s *spelled) shortest(_ *machine, dst []byte) []byte { return dst }
func (s *spelled) settle(m *machine, _ history) *node     { return m.partNode(s) }

var escapeBytes = setOf("\"\\/bfnrtu0123456789abcdefABCDEF")

func (s *spelled) classes(m *machine) *classes {
	if s.text != "" && s.text[0] == '\\' {
		return m.classesOfBytes(&escapeBytes)
	}
	set := setOf("\\")
	set.add(string(s.char)[len(s.text)])
	return m.classesOfBytes(&set)
}

func (s *spelled) step(m *machine, b byte) *node {
	text := s.text + string([]byte{b})
	if text[0] != '\\' {
		switch raw := string(s.char); {
		case mustEscape.contains(s.char):
			return m.none
		case text == raw:
			return m.empty
		case len(text) < len(raw) && raw[:len(text)] == text:
			return m.partNode(&spelled{s.char, text})
		}
		return m.none
	}
	switch r, n := unescape(text); {
	case n == len(text) && r == s.char:
		return m.empty
	case n > 0 || len(text) >= 12 || len(text) == 2 && b != 'u':
		return m.none
	}
	return m.partNode(&spelled{s.char, text})
}

// anyOrder is the members of an object, each once, in any order, and the closing brace.
type anyOrder struct {
	members []*node // those still to come
	left    int     // as many as there were: none has come yet
}

func (f *anyOrder) hash() uint64 {
	h := uint64(f.left)
	for _, n := range f.members {
		h = hash64(h, uint64(n.id))
	}
	return h
}

func (f *anyOrder) equal(o part) bool {
	p, ok := o.(*anyOrder)
	return ok && f.left == p.left && slices.Equal(f.members, p.members)
}

func (f *anyOrder) flags() flag                            { return 0 }
func (f *anyOrder) least(*machine) int32                   { return 1 } // a lower bound: it is only ever excluded
func (f *anyOrder) shortest(_ *machine, dst []byte) []byte { return dst }
func (f *anyOrder) settle(m *machine, _ history) *node     { return m.partNode(f) }

var (
	commaOrBrace   = setOf(",}")
	commaOrBracket = setOf(",]")
)

func (f *anyOrder) classes(m *machine) *classes {
	cs := m.classesOfBytes(&commaOrBrace)
	if len(f.members) == f.left && f.left > 0 {
		cs = m.refine(cs, m.classify(m.pick(f)))
	}
	return cs
}

func (f *anyOrder) step(m *machine, b byte) *node {
	if b == '}' {
		if len(f.members) > 0 {
			return m.none
		}
		return m.empty
	}
	if b == ',' && len(f.members) < f.left && len(f.members) > 0 {
		return m.pick(f)
	}
	if len(f.members) == f.left && len(f.members) > 0 {
		return m.step(m.pick(f), b)
	}
	return m.none
}

// pick is one of the members, then the others.
func (m *machine) pick(f *anyOrder) *node {
	var ways []*node
	for i, n := range f.members {
		rest := &anyOrder{slices.Delete(slices.Clone(f.members), i, i+1), f.left}
		ways = append(ways, m.concat(n, m.partNode(rest)))
	}
	return m.alt(ways...)
}
