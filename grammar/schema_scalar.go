package grammar

import (
	"math/big"
	"slices"
	"strings"
)

// scalar is the node of the values of null, booleans, numbers or strings that facts leave.
func (c *compiler) scalar(f *facts) (*node, error) {
	switch f.kind {
	case kindNull:
		return c.m.lit("null"), nil
	case kindBool:
		var texts []string
		all := []*value{{kind: kindBool, truth: false}, {kind: kindBool, truth: true}}
		if f.limited {
			all = common(all, f.values)
		}
		for _, v := range f.left(all) {
			texts = append(texts, string(v.compact(nil)))
		}
		return c.m.oneOf(texts), nil
	case kindNumber:
		return c.numberNode(f)
	}
	return c.stringNode(f)
}

// left is the values of all that are not excluded.
func (f *facts) left(all []*value) []*value {
	if len(f.excluded) == 0 {
		return all
	}
	out := keysOf(f.excluded)
	return slices.DeleteFunc(slices.Clone(all), func(v *value) bool { return out[v.key()] })
}

func (f *facts) assertNumber(s *schema) {
	f.integer = f.integer || s.integer
	if s.lo != nil {
		f.lo = raise(f.lo, s.lo.at, s.lo.open, false)
	}
	if s.hi != nil {
		f.hi = raise(f.hi, s.hi.at, s.hi.open, true)
	}
	if s.multipleOf != nil {
		f.mults = append(f.mults, *s.multipleOf)
	}
}

func notNumber(s *schema) (ways []option) {
	way := func(add func(*facts)) {
		ways = append(ways, option{add: func(f *facts) bool { add(f); return true }})
	}
	if s.integer {
		way(func(f *facts) { f.fraction = true })
	}
	if s.lo != nil {
		way(func(f *facts) { f.hi = raise(f.hi, s.lo.at, !s.lo.open, true) })
	}
	if s.hi != nil {
		way(func(f *facts) { f.lo = raise(f.lo, s.hi.at, !s.hi.open, false) })
	}
	if s.multipleOf != nil {
		way(func(f *facts) { f.notMults = append(f.notMults, *s.multipleOf) })
	}
	return ways
}

// holds reports whether a number satisfies facts, but for those about lists of values.
func (f *facts) holds(d decimal) bool {
	if f.integer && !d.isInteger() || f.fraction && d.isInteger() {
		return false
	}
	if f.lo != nil {
		if c := d.compare(f.lo.at); c < 0 || c == 0 && f.lo.open {
			return false
		}
	}
	if f.hi != nil {
		if c := d.compare(f.hi.at); c > 0 || c == 0 && f.hi.open {
			return false
		}
	}
	for _, m := range f.mults {
		if !d.isMultipleOf(m) {
			return false
		}
	}
	return !slices.ContainsFunc(f.notMults, d.isMultipleOf)
}

func (c *compiler) numberNode(f *facts) (*node, error) {
	m := c.m
	if f.limited {
		var texts []string
		m.spend(len(f.values))
		for _, v := range f.left(f.values) {
			d, err := parseDecimal(v.text)
			if err != nil {
				return nil, &Error{Path: f.path, Keyword: "enum", Err: err}
			}
			if f.holds(d) {
				texts = append(texts, d.String())
			}
		}
		return m.oneOf(texts), nil
	}
	free := f.lo == nil && f.hi == nil
	plain := len(f.mults) == 0 && len(f.notMults) == 0 && len(f.excluded) == 0 && !f.fraction
	switch {
	case free && plain && !f.integer:
		return m.number(), nil
	case free && plain:
		return m.plainNumber(true), nil
	}
	n := m.between(f.lo, f.hi, f.integer)
	if plain {
		if !f.integer {
			n = m.alt(n, m.scientific(f.lo, f.hi))
		}
		return n, nil
	}
	all := []*node{n}
	if f.fraction {
		all = append(all, m.not(m.seq(m.optional(m.lit("-")), m.whole(), m.zeros())))
	}
	more, err := c.multiplesOf(f)
	if err != nil {
		return nil, err
	}
	all = append(all, more...)
	for _, v := range f.excluded {
		d, err := parseDecimal(v.text)
		if err != nil {
			return nil, &Error{Path: f.path, Keyword: "enum", Err: err}
		}
		all = append(all, m.not(m.spellings(d)))
	}
	return m.and(all...), nil
}

// multiplesOf is the numbers that are multiples of all of mults and of none of notMults.
func (c *compiler) multiplesOf(f *facts) ([]*node, error) {
	var out []*node
	add := func(d decimal, negated bool) error {
		n, ok := c.m.multiples(d, negated)
		if !ok {
			return &Error{Path: f.path, Keyword: "multipleOf", Err: errorAt(0, "found a multiple of %s, want one of at most 15 digits: %w", d, ErrTooLarge).Err}
		}
		out = append(out, n)
		return nil
	}
	mults := f.mults
	if f.integer && len(mults) > 0 {
		mults = append(slices.Clip(mults), decimal{digits: "1"})
	}
	if len(mults) > 0 {
		if err := add(commonMultiple(mults), false); err != nil {
			return nil, err
		}
	}
	for _, d := range f.notMults {
		if err := add(d, true); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// commonMultiple returns the least number of which all are divisors.
func commonMultiple(list []decimal) decimal {
	exp := 0
	for _, d := range list {
		exp = min(exp, d.exp)
	}
	product := big.NewInt(1)
	for _, d := range list {
		n, _ := new(big.Int).SetString(d.digits+strings.Repeat("0", d.exp-exp), 10)
		gcd := new(big.Int).GCD(nil, nil, product, n)
		product.Mul(product, n.Quo(n, gcd))
	}
	d, _ := parseDecimal(product.String())
	d.exp += exp
	return d
}

func (c *compiler) assertString(f *facts, s *schema) error {
	f.lengths[0] = max(f.lengths[0], s.minLength)
	f.lengths[1] = lower(f.lengths[1], s.maxLength)
	languages, err := c.languagesOf(s)
	f.languages = append(f.languages, languages...)
	return err
}

// lower is the lower of two upper limits.
func lower(a, b int32) int32 {
	if a == unlimited || b != unlimited && b < a {
		return b
	}
	return a
}

// languagesOf are those of the pattern and the format of s.
func (c *compiler) languagesOf(s *schema) ([]*node, error) {
	var out []*node
	if s.pattern != nil {
		if s.language == nil {
			n, err := c.m.searchPattern(s.pattern, strictJSON)
			if err != nil {
				return nil, s.errorf("pattern", "%w", err)
			}
			s.language = n
		}
		out = append(out, s.language)
	}
	if s.format != "" {
		n, err := c.m.formatNode(s.format)
		if err != nil {
			return nil, s.errorf("format", "%w", err)
		}
		out = append(out, n)
	}
	return out, nil
}

func (c *compiler) notString(s *schema) ([]option, error) {
	var ways []option
	if s.minLength > 0 {
		ways = append(ways, option{add: func(f *facts) bool { f.lengths[1] = lower(f.lengths[1], s.minLength-1); return true }})
	}
	if s.maxLength != unlimited {
		ways = append(ways, option{add: func(f *facts) bool { f.lengths[0] = max(f.lengths[0], s.maxLength+1); return true }})
	}
	languages, err := c.languagesOf(s)
	for _, n := range languages {
		ways = append(ways, option{add: func(f *facts) bool {
			f.languages = append(f.languages, c.m.not(n))
			return true
		}})
	}
	return ways, err
}

// characters is the content of the strings that facts leave, without quotes.
func (c *compiler) characters(f *facts) *node {
	m := c.m
	least, most := f.lengths[0], f.lengths[1]
	if most != unlimited && least > most {
		return m.none
	}
	if f.limited {
		var texts []string
		m.spend(len(f.values))
		for _, v := range f.left(f.values) {
			n := int32(len([]rune(v.text)))
			if n < least || most != unlimited && n > most ||
				slices.ContainsFunc(f.languages, func(l *node) bool { return !m.matches(l, v.text) }) {
				continue
			}
			texts = append(texts, v.text)
		}
		return m.textsNode(strictJSON, texts)
	}
	if len(f.languages) == 0 && len(f.excluded) == 0 {
		return m.repeat(m.class(freeJSON, anyRune), least, most)
	}
	all := []*node{m.universe(strictJSON)}
	if least > 0 || most != unlimited {
		all = append(all, m.repeat(m.class(strictJSON, anyRune), least, most))
	}
	all = append(all, f.languages...)
	if len(f.excluded) > 0 {
		var texts []string
		for _, v := range f.excluded {
			texts = append(texts, v.text)
		}
		all = append(all, m.not(m.textsNode(strictJSON, texts)))
	}
	return m.and(all...)
}

func (c *compiler) stringNode(f *facts) (*node, error) {
	n := c.characters(f)
	if n == c.m.none {
		return n, c.m.err
	}
	return c.m.seq(c.m.lit(`"`), n, c.m.lit(`"`)), c.m.err
}

// matches reports whether a text is one of those of a language of JSON strings' contents.
func (m *machine) matches(language *node, text string) bool {
	quoted := quote(text)
	for i := 1; i < len(quoted)-1; i++ {
		if language = m.step(language, quoted[i]); language == m.none {
			return false
		}
	}
	return language.nullable()
}
