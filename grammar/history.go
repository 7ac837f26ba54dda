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

// keySet is some names of members, sorted; equal sets are one pointer.
type keySet struct {
	names []string
	lang  *node // what spells one of them
}

// keysWith returns the set of keys and name.
func (m *machine) keysWith(keys *keySet, name string) *keySet {
	at, found := slices.BinarySearch(keys.names, name)
	if found {
		return keys
	}
	return m.keySet(slices.Insert(slices.Clone(keys.names), at, name))
}

// keySet returns the set of names, which are sorted.
func (m *machine) keySet(names []string) *keySet {
	key := label(names...)
	if len(names) > 0 {
		key += "\x00"
	}
	if s := m.keys[key]; s != nil {
		return s
	}
	s := &keySet{names: names, lang: m.textsNode(strictJSON, names)}
	m.keys[key] = s
	return s
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
