package grammar

import "slices"

// chunk is the end of a text, and what came before it. Chunks never change, so states share what they have in common.
type chunk struct {
	before *chunk
	bytes  []byte
}

// history is what has been read: chunks, and the bytes of the token that is being read. It is kept only for grammars
// that must compare what they read with what they read before.
type history struct {
	kept *chunk
	more []byte
}

// backward calls f with each byte from the last to the first until f returns false.
func (h history) backward(f func(b byte) bool) {
	for _, b := range slices.Backward(h.more) {
		if !f(b) {
			return
		}
	}
	for c := h.kept; c != nil; c = c.before {
		for _, b := range slices.Backward(c.bytes) {
			if !f(b) {
				return
			}
		}
	}
}

// lastString returns the JSON string, quotes included, that ends where the text ends.
func (h history) lastString() []byte {
	var out []byte // backwards
	slashes := 0   // since the quote that may be the first; more before it escape it
	done := false
	pending := false
	h.backward(func(b byte) bool {
		if pending {
			if b == '\\' {
				slashes++
				out = append(out, b)
				return true
			}
			if slashes%2 == 0 {
				out = out[:len(out)-slashes]
				done = true
				return false
			}
			pending = false
		}
		out = append(out, b)
		if b == '"' && len(out) > 1 {
			pending, slashes = true, 0
		}
		return true
	})
	if pending && !done {
		out = out[:len(out)-slashes]
	}
	slices.Reverse(out)
	return out
}

// lastItem returns the JSON value that ends before the last byte of the text, which is a comma. The value is compact.
func (h history) lastItem() []byte {
	var text []byte // backwards; an array's opening bracket or a comma ends it
	first := true
	depth := 0
	inString := false
	quoteAt := -1 // of the quote that may open the string
	h.backward(func(b byte) bool {
		if first {
			first = false
			return true
		}
		if inString {
			return h.inString(b, &text, &quoteAt, &inString, &depth)
		}
		return outside(b, &text, &quoteAt, &inString, &depth)
	})
	slices.Reverse(text)
	return text
}

// inString reads on backwards inside a string until the quote that opens it, which an even number of backslashes
// precede.
func (h history) inString(b byte, text *[]byte, quoteAt *int, inString *bool, depth *int) bool {
	if *quoteAt >= 0 && b != '\\' {
		if (len(*text)-1-*quoteAt)%2 == 0 {
			*inString = false
			return outside(b, text, quoteAt, inString, depth)
		}
		*quoteAt = -1
	}
	if b == '"' {
		*quoteAt = len(*text)
	}
	*text = append(*text, b)
	return true
}

// outside reads on backwards outside of strings.
func outside(b byte, text *[]byte, quoteAt *int, inString *bool, depth *int) bool {
	switch b {
	case '"':
		*inString, *quoteAt = true, -1
	case ']', '}':
		*depth++
	case '[', '{':
		*depth--
	}
	if *depth < 0 || *depth == 0 && b == ',' {
		return false
	}
	*text = append(*text, b)
	return true
}

// keySet is the names of members, or the texts of items, that there were. The sets of a machine that were made in the
// same way are one pointer.
type keySet struct {
	before *keySet // nil of the empty set
	last   string
	n      int
	lang   *node // what spells one of them; nil until it is asked for
}

// keyStep is a set and what is added to it.
type keyStep struct {
	before *keySet
	name   string
}

// with returns the set of keys and name.
func (m *machine) with(keys *keySet, name string) *keySet {
	if keys.has(name) {
		return keys
	}
	step := keyStep{keys, name}
	s := m.keys[step]
	if s == nil {
		s = &keySet{before: keys, last: name, n: keys.n + 1}
		m.keys[step] = s
		m.held += 16
	}
	return s
}

func (s *keySet) has(name string) bool {
	for ; s.before != nil; s = s.before {
		if s.last == name {
			return true
		}
	}
	return false
}

// names are those of the set, sorted.
func (s *keySet) names() []string {
	names := make([]string, 0, s.n)
	for ; s.before != nil; s = s.before {
		names = append(names, s.last)
	}
	slices.Sort(names)
	return names
}

// spellNames is what spells one of a set of names.
func (m *machine) spellNames(s *keySet) *node {
	if s.lang == nil {
		s.lang = m.textsNode(strictJSON, s.names())
	}
	return s.lang
}

// spellValues is what spells one of a set of values.
func (m *machine) spellValues(s *keySet) *node {
	if s.lang == nil {
		ways := []*node{}
		for _, name := range s.names() {
			ways = append(ways, m.valueNode(name))
		}
		s.lang = m.alt(ways...)
	}
	return s.lang
}

// textsNode is one of several texts in an encoding.
func (m *machine) textsNode(enc encoding, texts []string) *node {
	var plain []string
	var ways []*node
	for _, s := range texts {
		n := m.textNode(enc, s)
		if n.op == opLit {
			plain = append(plain, n.text.s)
		} else {
			ways = append(ways, n)
		}
	}
	table := m.oneOf(plain)
	if table.op == opTable {
		table.flags |= flagText
		if enc == strictJSON {
			table.flags |= flagStrict
		}
	}
	return m.alt(append(ways, table)...)
}
