package grammar

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// runeRange is the characters lo to hi.
type runeRange struct{ lo, hi rune }

// runeSet is a set of Unicode scalar values: sorted ranges that neither touch nor hold surrogates.
type runeSet []runeRange

const (
	surrogateMin = 0xd800
	surrogateMax = 0xdfff
)

var anyRune = runeSet{{0, surrogateMin - 1}, {surrogateMax + 1, unicode.MaxRune}}

// newRuneSet sorts and joins ranges, and leaves out surrogates, which no text in UTF-8 has.
func newRuneSet(ranges ...runeRange) runeSet {
	ranges = slices.Clone(ranges)
	slices.SortFunc(ranges, func(a, b runeRange) int { return int(a.lo - b.lo) })
	var out runeSet
	add := func(r runeRange) {
		if r.lo > r.hi {
			return
		}
		if n := len(out); n > 0 && r.lo <= out[n-1].hi+1 && !(out[n-1].hi < surrogateMin && r.lo > surrogateMax) {
			out[n-1].hi = max(out[n-1].hi, r.hi)
			return
		}
		out = append(out, r)
	}
	for _, r := range ranges {
		add(runeRange{r.lo, min(r.hi, surrogateMin-1)})
		add(runeRange{max(r.lo, surrogateMax+1), min(r.hi, unicode.MaxRune)})
	}
	// A range across the surrogates yields its upper half before later ranges that begin lower.
	if !slices.IsSortedFunc(out, func(a, b runeRange) int { return int(a.lo - b.lo) }) {
		return newRuneSet(out...)
	}
	return out
}

func runesOf(text string) runeSet {
	var ranges []runeRange
	for _, r := range text {
		ranges = append(ranges, runeRange{r, r})
	}
	return newRuneSet(ranges...)
}

func (s runeSet) union(t runeSet) runeSet { return newRuneSet(slices.Concat(s, t)...) }

func (s runeSet) negate() runeSet {
	var out []runeRange
	next := rune(0)
	for _, r := range s {
		out = append(out, runeRange{next, r.lo - 1})
		next = r.hi + 1
	}
	return newRuneSet(append(out, runeRange{next, unicode.MaxRune})...)
}

func (s runeSet) intersect(t runeSet) runeSet {
	var out []runeRange
	for i, j := 0, 0; i < len(s) && j < len(t); {
		out = append(out, runeRange{max(s[i].lo, t[j].lo), min(s[i].hi, t[j].hi)})
		if s[i].hi < t[j].hi {
			i++
		} else {
			j++
		}
	}
	return newRuneSet(out...)
}

func (s runeSet) minus(t runeSet) runeSet { return s.intersect(t.negate()) }

func (s runeSet) contains(r rune) bool {
	_, ok := slices.BinarySearchFunc(s, r, func(x runeRange, r rune) int {
		switch {
		case x.hi < r:
			return -1
		case x.lo > r:
			return 1
		}
		return 0
	})
	return ok
}

// runesIn are the characters of one of Unicode's tables.
func runesIn(t *unicode.RangeTable) runeSet {
	var out []runeRange
	add := func(lo, hi, stride rune) {
		if stride == 1 {
			out = append(out, runeRange{lo, hi})
			return
		}
		for r := lo; r <= hi; r += stride {
			out = append(out, runeRange{r, r})
		}
	}
	for _, r := range t.R16 {
		add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	for _, r := range t.R32 {
		add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	return newRuneSet(out...)
}

// byteRange is the bytes lo to hi.
type byteRange struct{ lo, hi byte }

// utf8Ranges appends what spells the characters lo to hi in UTF-8: ranges of first bytes, of second bytes and so on.
// lo and hi are on the same side of the surrogates.
func utf8Ranges(dst [][]byteRange, lo, hi rune) [][]byteRange {
	for _, last := range [...]rune{0x7f, 0x7ff, 0xffff} { // of the characters of one, two and three bytes
		if lo <= last && hi > last {
			return utf8Ranges(utf8Ranges(dst, lo, last), last+1, hi)
		}
	}
	n := utf8.RuneLen(hi)
	for i := 1; i < n; i++ {
		mask := rune(1)<<(6*i) - 1 // what the last i bytes say
		if lo&^mask != hi&^mask {
			if lo&mask != 0 {
				return utf8Ranges(utf8Ranges(dst, lo, lo|mask), lo|mask+1, hi)
			}
			if hi&mask != mask {
				return utf8Ranges(utf8Ranges(dst, lo, hi&^mask-1), hi&^mask, hi)
			}
		}
	}
	a, b := utf8.AppendRune(nil, lo), utf8.AppendRune(nil, hi)
	seq := make([]byteRange, n)
	for i := range seq {
		seq[i] = byteRange{a[i], b[i]}
	}
	return append(dst, seq)
}

// bytesOf makes the node of sequences of ranges. Those that begin alike lie side by side.
func (m *machine) bytesOf(seqs [][]byteRange) *node {
	if len(seqs) == 0 {
		return m.none
	}
	var tails []*node
	var heads []byteSet
	for len(seqs) > 0 {
		first := seqs[0][0]
		n := 1
		for n < len(seqs) && seqs[n][0] == first {
			n++
		}
		tail := m.empty
		if len(seqs[0]) > 1 {
			rest := make([][]byteRange, n)
			for i := range rest {
				rest[i] = seqs[i][1:]
			}
			tail = m.bytesOf(rest)
		}
		at := slices.Index(tails, tail)
		if at < 0 {
			at = len(tails)
			tails, heads = append(tails, tail), append(heads, byteSet{})
		}
		heads[at].addRange(first.lo, first.hi)
		seqs = seqs[n:]
	}
	for i, tail := range tails {
		tails[i] = m.concat(m.byteSet(heads[i]), tail)
	}
	return m.alt(tails...)
}

// encoding is how characters become bytes.
type encoding uint8

const (
	rawText    encoding = iota // UTF-8
	strictJSON                 // in a JSON string, each as encoders write it
	freeJSON                   // in a JSON string, each in every way that JSON allows
)

// Encoders write these two ways: Go's and others for pages escape what a page or script would take for its own.
var eitherWay = runeSet{{'&', '&'}, {'<', '<'}, {'>', '>'}, {0x2028, 0x2029}}

var (
	controls    = runeSet{{0, 0x1f}}
	mustEscape  = controls.union(runesOf(`"\`))
	plainRunes  = anyRune.minus(mustEscape).minus(runeSet{{0x2028, 0x2029}})
	shortEscape = map[rune]byte{'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't'}
)

const hexDigits = "0123456789abcdef"

// class returns the node of one character of a set, as an encoding spells it.
func (m *machine) class(enc encoding, s runeSet) *node {
	key := classKey(enc, s)
	if n := m.runes[key]; n != nil {
		return n
	}
	m.spend(len(s))
	n := m.classNode(enc, s)
	m.runes[key] = n
	return n
}

func classKey(enc encoding, s runeSet) string {
	key := make([]byte, 0, 64)
	key = append(key, byte(enc))
	for _, r := range s {
		key = utf8.AppendRune(utf8.AppendRune(key, r.lo), r.hi)
	}
	return string(key)
}

func (m *machine) classNode(enc encoding, s runeSet) *node {
	if enc == freeJSON { // only of any character
		return m.markClass(m.alt(m.class(strictJSON, anyRune), m.anyEscape()), enc, s)
	}
	raw := s
	if enc == strictJSON {
		raw = s.minus(mustEscape)
	}
	var seqs [][]byteRange
	for _, r := range raw {
		seqs = utf8Ranges(seqs, r.lo, r.hi)
	}
	n := m.bytesOf(seqs)
	if enc == strictJSON {
		var escapes []string
		for _, r := range s.intersect(mustEscape.union(eitherWay)) {
			for c := r.lo; c <= r.hi; c++ {
				escapes = append(escapes, escapeOf(c))
			}
		}
		n = m.alt(n, m.oneOf(escapes))
	}
	return m.markClass(n, enc, s)
}

// markClass notes what is so of the texts of a class, however it is made.
func (m *machine) markClass(n *node, enc encoding, s runeSet) *node {
	if n == m.none {
		return n
	}
	switch enc {
	case rawText:
		n.flags |= flagText
	case strictJSON:
		n.flags |= flagText | flagStrict
	case freeJSON:
		n.flags |= flagText
	}
	if len(plainRunes.minus(s)) == 0 {
		n.flags |= flagPlain
	}
	return n
}

// escapeOf is the escape that encoders write for a character.
func escapeOf(r rune) string {
	if c, ok := shortEscape[r]; ok {
		return string([]byte{'\\', c})
	}
	return string([]byte{'\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15]})
}

// anyEscape is any escape of JSON. Surrogates come in pairs.
func (m *machine) anyEscape() *node {
	hex := m.byteSet(setOf("0123456789abcdefABCDEF"))
	two := m.concat(hex, hex)
	plain := m.alt(
		m.seq(m.byteSet(setOf("0123456789abcefABCEF")), hex, two),
		m.seq(m.byteSet(setOf("dD")), m.byteSet(setOf("01234567")), two))
	pair := m.seq(m.byteSet(setOf("dD")), m.byteSet(setOf("89abAB")), two, m.lit(`\u`),
		m.byteSet(setOf("dD")), m.byteSet(setOf("cdefCDEF")), two)
	return m.concat(m.lit(`\`), m.alt(
		m.byteSet(setOf(`"\/bfnrt`)),
		m.concat(m.lit("u"), m.alt(plain, pair))))
}

// universe is any text in an encoding.
func (m *machine) universe(enc encoding) *node {
	if m.univ[enc] == nil {
		m.univ[enc] = m.repeat(m.class(enc, anyRune), 0, unlimited)
	}
	return m.univ[enc]
}

// textNode is one text in an encoding.
func (m *machine) textNode(enc encoding, s string) *node {
	if enc == rawText {
		return m.lit(s)
	}
	quoted := quote(s)
	quoted = quoted[1 : len(quoted)-1]
	var n *node
	if slices.ContainsFunc([]rune(s), eitherWay.contains) {
		n = m.empty
		for _, r := range slices.Backward([]rune(s)) {
			n = m.concat(m.class(enc, runeSet{{r, r}}), n)
		}
	} else {
		n = m.lit(quoted)
	}
	if n != m.empty {
		n.flags |= flagText | flagStrict
	}
	return n
}

// quote writes a JSON string the way most encoders do.
func quote(s string) string {
	out := make([]byte, 0, len(s)+2)
	out = append(out, '"')
	for _, r := range s {
		if mustEscape.contains(r) {
			out = append(out, escapeOf(r)...)
		} else {
			out = utf8.AppendRune(out, r)
		}
	}
	return string(append(out, '"'))
}
