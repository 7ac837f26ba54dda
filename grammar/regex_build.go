package grammar

import (
	"errors"
	"unicode/utf8"
)

// entries is what may follow from a place in a text, by whether the place is the beginning of the text.
type entries struct{ first, later *node }

var errLoop = errors.New("found an assertion inside a repetition, which cannot be enforced, want it outside")

// search returns the texts in which a pattern matches somewhere.
func (m *machine) searchPattern(p *pattern, enc encoding) (*node, error) {
	any := m.universe(enc)
	e, err := m.patternBefore(p, entries{any, any}, enc)
	if err != nil {
		return nil, err
	}
	if e.first == e.later {
		return m.concat(any, e.later), nil
	}
	return m.alt(e.first, m.seq(m.class(enc, anyRune), any, e.later)), nil
}

// wholePattern returns the texts that a pattern matches from beginning to end.
func (m *machine) wholePattern(p *pattern, enc encoding) (*node, error) {
	e, err := m.patternBefore(p, entries{m.empty, m.empty}, enc)
	return e.first, err
}

// patternBefore returns p, then what follows it. Going from the end to the beginning, an assertion is just an
// intersection with all of what follows.
func (m *machine) patternBefore(p *pattern, after entries, enc encoding) (entries, error) {
	if m.err != nil {
		return entries{m.none, m.none}, m.err
	}
	if p.pure {
		n := m.patternNode(p, enc)
		e := entries{later: m.concat(n, after.later)}
		e.first = e.later
		if p.nullable() && after.first != after.later {
			e.first = m.alt(m.concat(m.someNode(p, enc), after.later), after.first)
		}
		return e, nil
	}
	switch p.op {
	case patternConcat:
		for end := len(p.kids); end > 0; {
			start := end - 1
			for p.kids[end-1].pure && start > 0 && p.kids[start-1].pure {
				start--
			}
			k := p.kids[start]
			if end-start > 1 {
				k = newPattern(patternConcat, p.kids[start:end]...)
			}
			var err error
			if after, err = m.patternBefore(k, after, enc); err != nil {
				return after, err
			}
			end = start
		}
		return after, nil
	case patternAlt:
		out := entries{m.none, m.none}
		for _, k := range p.kids {
			e, err := m.patternBefore(k, after, enc)
			if err != nil {
				return out, err
			}
			out = entries{m.alt(out.first, e.first), m.alt(out.later, e.later)}
		}
		return out, nil
	case patternBegin:
		return entries{after.first, m.none}, nil
	case patternEnd:
		return entries{m.ends(after.first), m.ends(after.later)}, nil
	case patternAhead:
		any := m.universe(enc)
		e, err := m.patternBefore(p.kids[0], entries{any, any}, enc)
		if p.negated {
			e = entries{m.not(e.first), m.not(e.later)}
		}
		return entries{m.and(after.first, e.first), m.and(after.later, e.later)}, err
	}
	return m.patternLoop(p, after, enc)
}

func (m *machine) ends(n *node) *node {
	if n.nullable() {
		return m.empty
	}
	return m.none
}

// patternLoop is a repetition with an assertion in it.
func (m *machine) patternLoop(p *pattern, after entries, enc encoding) (entries, error) {
	if p.max != unlimited && p.max <= 16 {
		out := after
		if p.min > 0 {
			out = entries{m.none, m.none}
		}
		for n := int32(1); n <= p.max; n++ {
			e, err := after, error(nil)
			for range n {
				if e, err = m.patternBefore(p.kids[0], e, enc); err != nil {
					return out, err
				}
			}
			if n >= p.min {
				out = entries{m.alt(out.first, e.first), m.alt(out.later, e.later)}
			}
		}
		return out, nil
	}
	// (?:(?!x).)* up to the end: nowhere in it does x follow.
	ahead, char := p.kids[0].guarded()
	if ahead == nil || p.min > 1 || p.max != unlimited || after.first != m.empty || after.later != m.empty {
		return after, errLoop
	}
	any := m.universe(enc)
	bad, err := m.patternBefore(ahead.kids[0], entries{any, any}, enc)
	if err != nil || bad.first != bad.later {
		return after, errors.Join(err, errLoop)
	}
	chars := m.repeat(m.class(enc, char.set), 0, unlimited)
	found := bad.first
	if !ahead.negated {
		found = m.and(any, m.not(found))
	}
	n := m.and(m.repeat(m.class(enc, char.set), p.min, unlimited), m.not(m.concat(chars, m.and(found, m.concat(m.class(enc, char.set), chars)))))
	return entries{n, n}, nil
}

// guarded takes apart a lookahead and a character that follows it.
func (p *pattern) guarded() (ahead, char *pattern) {
	for p.op == patternConcat && len(p.kids) == 1 {
		p = p.kids[0]
	}
	if p.op != patternConcat || len(p.kids) != 2 || p.kids[0].op != patternAhead || p.kids[1].op != patternClass {
		return nil, nil
	}
	return p.kids[0], p.kids[1]
}

// patternNode is a pattern without assertions.
func (m *machine) patternNode(p *pattern, enc encoding) *node {
	switch p.op {
	case patternClass:
		return m.class(enc, p.set)
	case patternText:
		return m.textNode(enc, p.text)
	case patternConcat:
		return m.patternSeq(p.kids, enc)
	case patternAlt:
		ways := make([]*node, len(p.kids))
		for i, k := range p.kids {
			ways[i] = m.patternNode(k, enc)
		}
		return m.alt(ways...)
	}
	return m.repeat(m.patternNode(p.kids[0], enc), p.min, p.max)
}

// someNode is the texts of a pattern without assertions but for the empty one.
func (m *machine) someNode(p *pattern, enc encoding) *node {
	if !p.nullable() {
		return m.patternNode(p, enc)
	}
	switch p.op {
	case patternConcat:
		var ways []*node
		for i, k := range p.kids { // all before k are empty
			rest := newPattern(patternConcat, p.kids[i+1:]...)
			ways = append(ways, m.concat(m.someNode(k, enc), m.patternNode(rest, enc)))
		}
		return m.alt(ways...)
	case patternAlt:
		ways := make([]*node, len(p.kids))
		for i, k := range p.kids {
			ways[i] = m.someNode(k, enc)
		}
		return m.alt(ways...)
	}
	rest := p.max
	if rest != unlimited {
		rest--
	}
	if p.max == 0 {
		return m.none
	}
	return m.concat(m.someNode(p.kids[0], enc), m.repeat(m.patternNode(p.kids[0], enc), max(p.min-1, 0), rest))
}

// patternSeq is patterns in turn; single characters side by side are one text.
func (m *machine) patternSeq(kids []*pattern, enc encoding) *node {
	n := m.empty
	for end := len(kids); end > 0; {
		start := end
		for start > 0 && kids[start-1].isText() {
			start--
		}
		if start == end {
			start--
			n = m.concat(m.patternNode(kids[start], enc), n)
		} else {
			var text []byte
			for _, k := range kids[start:end] {
				if k.op == patternText {
					text = append(text, k.text...)
				} else {
					text = utf8.AppendRune(text, k.set[0].lo)
				}
			}
			n = m.concat(m.textNode(enc, string(text)), n)
		}
		end = start
	}
	return n
}

// isText reports whether p matches one text.
func (p *pattern) isText() bool {
	return p.op == patternText || p.op == patternClass && single(p.set)
}
