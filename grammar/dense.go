package grammar

// surelyLive reports whether an intersection certainly has a text, found without a search: what is met with a count of
// characters is, if it has texts of every length from some length on. Without that, each of the states that a long
// count makes of a short expression would be searched on its own.
func (m *machine) surelyLive(n *node) bool {
	var count, other *node
	for _, k := range n.kids {
		switch {
		case k.op == opRepeat && k.a == m.runes[anyStrict] && count == nil:
			count = k
		case other == nil && !k.has(flagOpen):
			other = k
		default:
			return false
		}
	}
	if count == nil || other == nil {
		return false
	}
	if count.unlimited() {
		return false // it is no more than the other
	}
	d := m.denseFrom(other)
	return d > 0 && d-1 <= count.max && count.min <= count.max
}

// anyStrict is the key of the class of all characters of JSON strings.
var anyStrict = classKey(strictJSON, anyRune)

// maxDense is how many states are looked at for a length from which on there are texts of every length.
const maxDense = 256

// denseFrom returns one more than a length in characters from which on n has texts of every length, or -1 if it finds
// none: that of a way through a state that some character leaves as it is.
func (m *machine) denseFrom(n *node) int32 {
	if n.dense != 0 {
		return n.dense
	}
	n.dense = -1
	seen := map[*node]int32{n: 0}
	queue := []*node{n}
	best := far
	for len(queue) > 0 && len(seen) < maxDense {
		x := queue[0]
		queue = queue[1:]
		if seen[x] >= best {
			break
		}
		for _, b := range m.classify(x).first {
			if b >= 0x80 || b == '\\' || b == '"' { // one byte, one character
				continue
			}
			t := m.step(x, b)
			if t == m.none {
				continue
			}
			if t == x {
				if end := m.charsToEnd(x); end < far {
					best = min(best, seen[x]+end)
				}
				continue
			}
			if _, ok := seen[t]; !ok {
				seen[t] = seen[x] + 1
				queue = append(queue, t)
			}
		}
	}
	if best < far {
		n.dense = best + 1
	}
	return n.dense
}

// charsToEnd is how many characters of one byte a text of x has, or far: it may miss some.
func (m *machine) charsToEnd(x *node) int32 {
	seen := map[*node]bool{x: true}
	level := []*node{x}
	for depth := int32(0); len(level) > 0 && len(seen) < maxDense; depth++ {
		var next []*node
		for _, n := range level {
			if n.nullable() {
				return depth
			}
			for _, b := range m.classify(n).first {
				if b >= 0x80 || b == '\\' || b == '"' {
					continue
				}
				if t := m.step(n, b); t != m.none && !seen[t] {
					seen[t] = true
					next = append(next, t)
				}
			}
		}
		level = next
	}
	return far
}
