package grammar

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// finish fills in what follows from what a node says.
func (m *machine) finish(n *node) {
	switch n.op {
	case opNone:
		n.flags, n.exact = flagText|flagStrict|flagFinite, far
	case opEmpty:
		n.flags, n.exact = flagNullable|flagText|flagStrict|flagFinite, 0
	case opSet:
		n.flags |= flagFinite
		if n.set.within(&asciiBytes) {
			n.flags |= flagText
		}
		if n.set.within(&strictBytes) {
			n.flags |= flagStrict
		}
		n.exact = 1
	case opLit:
		n.flags |= n.text.flags | flagFinite
		if n.min == 0 {
			n.flags |= flagsOfText(n.text.s)
		}
		n.exact = int32(len(n.text.s)) - n.min
	case opTable:
		m.finishTable(n)
	case opConcat:
		m.finishConcat(n)
	case opAlt, opAnd:
		m.finishKids(n)
	case opNot:
		n.flags |= n.a.flags & flagOpen
		if !n.a.nullable() {
			n.flags |= flagNullable
			n.exact = 0
		}
		n.height = n.a.height + 1
	case opRepeat:
		n.flags |= n.a.flags & (flagOpen | flagText | flagStrict)
		if n.min == 0 || n.a.nullable() {
			n.flags |= flagNullable
		}
		if !n.unlimited() {
			n.flags |= n.a.flags & flagFinite
		}
		if n.a.has(flagPlain) && (n.unlimited() || n.max > 1) {
			n.flags |= flagRich
		}
		if n.a.exact >= 0 {
			n.exact = times(n.a.exact, n.min)
		}
		n.height = n.a.height + 1
	case opRef:
		if n.rule.nullable {
			n.flags |= flagNullable
		}
		if !m.frozen {
			n.flags |= flagOpen
		} else {
			n.exact = n.rule.least
		}
	case opPart:
		n.flags |= n.part.flags()
	case opSpecial:
		n.exact = int32(len(m.symbols[n.min]))
	case opConflict:
		n.exact = 1
	}
	if n.exact >= 0 && n.exact < far && !n.has(flagOpen) {
		n.flags |= flagLive
	}
}

func times(a, n int32) int32 {
	if a >= far && n > 0 {
		return far
	}
	return int32(min(int64(a)*int64(n), int64(far)))
}

func plus(a, b int32) int32 { return min(a+b, far) }

// flagsOfText says what holds of all of a text.
func flagsOfText(s string) flag {
	if utf8.ValidString(s) {
		return flagText
	}
	return 0
}

// flagsOfRests says what holds of a text wherever it begins.
func flagsOfRests(s string) flag {
	for i := range len(s) {
		if !strictBytes.contains(s[i]) {
			return 0
		}
	}
	return flagText | flagStrict
}

func (m *machine) finishTable(n *node) {
	n.flags |= n.table.flags | flagFinite
	n.exact = far
	for _, k := range n.table.keys[n.min:n.max] {
		n.exact = min(n.exact, int32(len(k))-n.off)
	}
	if n.exact == 0 {
		n.flags |= flagNullable
	}
}

func (m *machine) finishConcat(n *node) {
	a, b := n.a, n.b
	both := a.flags & b.flags
	n.flags |= (a.flags|b.flags)&(flagOpen|flagRich) | both&(flagNullable|flagText|flagStrict|flagLive|flagFinite) | a.flags&(flagLate|flagNow)
	if a.nullable() {
		n.flags |= b.flags & (flagLate | flagNow)
	}
	if a.exact >= 0 && b.exact >= 0 {
		n.exact = plus(a.exact, b.exact)
	}
	n.height = max(a.height+1, b.height)
}

func (m *machine) finishKids(n *node) {
	any, every := flag(0), ^flag(0)
	least := far
	for _, k := range n.kids {
		any |= k.flags
		every &= k.flags
		n.height = max(n.height, k.height+1)
		if k.exact < 0 {
			least = -1
		}
		least = min(least, k.exact)
	}
	n.flags |= any & (flagOpen | flagLate | flagNow)
	if n.op == opAlt {
		n.flags |= any&(flagNullable|flagRich|flagLive) | every&(flagText|flagStrict|flagFinite)
		n.exact = least
		return
	}
	n.flags |= every&flagNullable | any&(flagText|flagStrict|flagFinite)
	if n.nullable() {
		n.exact = 0
	}
}

// dead reports whether n is known to have no text.
func (m *machine) dead(n *node) bool {
	if n.has(flagLive) {
		return false
	}
	if n == m.none {
		return true
	}
	if n.op == opAnd && m.surelyLive(n) {
		n.flags |= flagLive
		return false
	}
	return (m.frozen || !n.has(flagOpen)) && m.least(n) >= far
}

func (m *machine) byteSet(s byteSet) *node {
	if s == (byteSet{}) {
		return m.none
	}
	return m.intern(&node{op: opSet, set: &s})
}

// lit returns the node of one text.
func (m *machine) lit(s string) *node { return m.rest(m.literalOf(s), 0) }

func (m *machine) rest(l *literal, from int32) *node {
	if int(from) == len(l.s) {
		return m.empty
	}
	return m.intern(&node{op: opLit, text: l, min: from})
}

// oneOf returns the node of several texts. It keeps and sorts the slice.
func (m *machine) oneOf(texts []string) *node {
	slices.Sort(texts)
	texts = slices.Compact(texts)
	switch len(texts) {
	case 0:
		return m.none
	case 1:
		return m.lit(texts[0])
	}
	m.names++
	m.held += 4 * len(texts)
	t := &table{keys: texts, id: m.names, flags: flagText | flagStrict}
	for _, s := range texts {
		t.flags &= flagsOfRests(s)
	}
	return m.span(t, 0, int32(len(texts)), 0)
}

// span is what is left of the keys lo to hi of a table once their first bytes are read.
func (m *machine) span(t *table, lo, hi, read int32) *node {
	switch hi - lo {
	case 0:
		return m.none
	case 1:
		return m.rest(m.literalOf(t.keys[lo]), read)
	}
	return m.intern(&node{op: opTable, table: t, min: lo, max: hi, off: read})
}

// concat returns a, then b. Sequences nest to the right, so that what follows is one node, shared.
func (m *machine) concat(a, b *node) *node {
	switch {
	case a == m.none || b == m.none:
		return m.none
	case a == m.conflict:
		return a
	case a == m.empty:
		return b
	case b == m.empty:
		return a
	}
	if a.op == opConcat {
		var parts []*node
		for ; a.op == opConcat; a = a.b {
			parts = append(parts, a.a)
		}
		b = m.concat(a, b)
		for _, p := range slices.Backward(parts) {
			b = m.concat(p, b)
		}
		return b
	}
	if m.dead(a) || m.dead(b) {
		return m.none
	}
	return m.intern(&node{op: opConcat, a: a, b: b})
}

func (m *machine) seq(nodes ...*node) *node {
	out := m.empty
	for _, n := range slices.Backward(nodes) {
		out = m.concat(n, out)
	}
	return out
}

func (m *machine) optional(n *node) *node { return m.alt(n, m.empty) }

// scratch lends memory for the parts of an alternative or intersection in the making; done gives it back.
func (m *machine) scratch() []*node {
	if m.level == len(m.alts) {
		m.alts = append(m.alts, make([]*node, 0, 16))
	}
	m.level++
	return m.alts[m.level-1][:0]
}

func (m *machine) done(used []*node) {
	m.level--
	if cap(used) > cap(m.alts[m.level]) && cap(used) <= 1<<12 {
		m.alts[m.level] = used
	}
}

// alt returns one of nodes.
func (m *machine) alt(nodes ...*node) *node {
	kids := m.scratch()
	for _, n := range nodes {
		switch {
		case n == m.conflict:
			m.done(kids)
			return n
		case n.op == opAlt:
			kids = append(kids, n.kids...)
		case !m.dead(n):
			kids = append(kids, n)
		}
	}
	out := m.altOf(&kids)
	m.done(kids)
	return out
}

func (m *machine) altOf(list *[]*node) *node {
	kids := *list
	if len(kids) == 0 {
		return m.none
	}
	if len(kids) > 1 {
		kids = m.mergeSets(kids, (*byteSet).union)
		slices.SortFunc(kids, func(a, b *node) int { return int(int64(a.id) - int64(b.id)) })
		kids = slices.Compact(kids)
		kids = m.absorb(kids)
		if len(kids) > maxThreads {
			kids = m.shortestOf(kids)
		}
		*list = kids
	}
	if len(kids) == 1 {
		return kids[0]
	}
	return m.intern(&node{op: opAlt, kids: kids})
}

// mergeSets replaces the sets of bytes among kids by one.
func (m *machine) mergeSets(kids []*node, merge func(s, t *byteSet) byteSet) []*node {
	first := -1
	out := kids[:0]
	for _, k := range kids {
		if k.op == opSet {
			if first >= 0 {
				k = m.byteSet(merge(out[first].set, k.set))
				if k == m.none {
					return append(kids[:0], k)
				}
				out[first] = k
				continue
			}
			first = len(out)
		}
		out = append(out, k)
	}
	return out
}

// absorb leaves of kids only "any text" if it is among them and they are all texts of its kind.
func (m *machine) absorb(kids []*node) []*node {
	for _, k := range kids {
		if k == m.all {
			kids[0] = k
			return kids[:1]
		}
		for _, kind := range [...]struct {
			any  *node
			flag flag
		}{{m.univ[rawText], flagText}, {m.univ[strictJSON], flagStrict}} {
			if k == kind.any && !slices.ContainsFunc(kids, func(o *node) bool { return !o.has(kind.flag) }) {
				kids[0] = k
				return kids[:1]
			}
		}
	}
	return kids
}

// shortestOf keeps the alternatives that can end soonest, in order of id.
func (m *machine) shortestOf(kids []*node) []*node {
	slices.SortStableFunc(kids, func(a, b *node) int { return int(m.least(a) - m.least(b)) })
	kids = kids[:maxThreads]
	slices.SortFunc(kids, func(a, b *node) int { return int(int64(a.id) - int64(b.id)) })
	return kids
}

// and returns what is text of every node.
func (m *machine) and(nodes ...*node) *node {
	kids := m.scratch()
	out := m.andOf(&kids, nodes)
	m.done(kids)
	return out
}

func (m *machine) andOf(list *[]*node, nodes []*node) *node {
	kids := *list
	for _, n := range nodes {
		switch {
		case n == m.conflict || n == m.none:
			return n
		case n == m.all:
		case n.op == opAnd:
			kids = append(kids, n.kids...)
		default:
			kids = append(kids, n)
		}
	}
	*list = kids
	if len(kids) == 0 {
		return m.all
	}
	kids = m.mergeSets(kids, (*byteSet).intersect)
	slices.SortFunc(kids, func(a, b *node) int { return int(int64(a.id) - int64(b.id)) })
	kids = slices.Compact(kids)
	for _, k := range kids {
		if k == m.empty {
			if slices.ContainsFunc(kids, func(o *node) bool { return !o.nullable() }) {
				return m.none
			}
			return m.empty
		}
		if k.op == opNot && slices.Contains(kids, k.a) {
			return m.none
		}
	}
	kids = m.dropUniversal(kids, m.univ[rawText], flagText)
	kids = m.dropUniversal(kids, m.univ[strictJSON], flagStrict)
	*list = kids
	if len(kids) == 1 {
		return kids[0]
	}
	return m.intern(&node{op: opAnd, kids: kids})
}

// dropUniversal drops "any text" of a kind if another of kids says as much. If another excludes all of that kind,
// nothing is left.
func (m *machine) dropUniversal(kids []*node, any *node, kind flag) []*node {
	at := slices.Index(kids, any)
	if any == nil || at < 0 {
		return kids
	}
	if slices.ContainsFunc(kids, func(o *node) bool { return o != any && o.has(kind) }) {
		return slices.Delete(kids, at, at+1)
	}
	return kids
}

func (m *machine) not(n *node) *node {
	switch {
	case n == m.conflict:
		return n
	case n.op == opNot:
		return n.a
	case n == m.none:
		return m.all
	}
	return m.intern(&node{op: opNot, a: n})
}

// repeat returns n from least to most times; most may be unlimited.
func (m *machine) repeat(n *node, least, most int32) *node {
	switch {
	case most == 0 || n == m.empty:
		return m.empty
	case n == m.none:
		if least == 0 {
			return m.empty
		}
		return n
	case least == 1 && most == 1:
		return n
	}
	if n.nullable() {
		least = 0
	}
	if n.op == opRepeat && n.min <= 1 && (n.max == unlimited || n.max >= 1) {
		// x{1,k}{m,n} is x{m,kn}, and x{0,k}{m,n} is x{0,kn}: counts without gaps multiply.
		if n.min == 0 {
			least = 0
		}
		if n.max == unlimited || most == unlimited {
			return m.repeat(n.a, least, unlimited)
		}
		return m.repeat(n.a, least, int32(min(int64(n.max)*int64(most), maxLimit)))
	}
	return m.intern(&node{op: opRepeat, a: n, min: least, max: most})
}

// label joins words for a map's key.
func label(words ...string) string { return strings.Join(words, "\x00") }
