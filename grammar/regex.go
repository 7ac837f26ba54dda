package grammar

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A pattern is an expression of ECMA-262 (2024, section 22.2) as with the flag u: over characters, not UTF-16 units.
// Where old expressions are written as without that flag and can mean only one thing (\- outside of a class, a brace
// that counts nothing), they are read that way.

type patternOp uint8

const (
	patternClass  patternOp = iota // one character of set
	patternText                    // the characters of text
	patternConcat                  // kids in turn
	patternAlt                     // one of kids
	patternRepeat                  // kids[0] from min to max times
	patternBegin                   // the beginning of the text
	patternEnd                     // the end of the text
	patternAhead                   // kids[0] follows, or does not if negated
)

type pattern struct {
	op       patternOp
	set      runeSet
	text     string
	kids     []*pattern
	min, max int32
	negated  bool
	pure     bool // there is no begin, end or ahead in it
}

func (p *pattern) nullable() bool {
	switch p.op {
	case patternClass, patternText:
		return false
	case patternConcat:
		for _, k := range p.kids {
			if !k.nullable() {
				return false
			}
		}
		return true
	case patternAlt:
		for _, k := range p.kids {
			if k.nullable() {
				return true
			}
		}
		return false
	case patternRepeat:
		return p.min == 0 || p.kids[0].nullable()
	}
	return true
}

func newPattern(op patternOp, kids ...*pattern) *pattern {
	p := &pattern{op: op, kids: kids, pure: op < patternBegin}
	for _, k := range kids {
		p.pure = p.pure && k.pure
	}
	return p
}

// maxRepeat is the highest count of a repetition.
const maxRepeat = 1 << 20

// parsePattern reads an expression.
func parsePattern(s string) (*pattern, error) {
	if len(s) > maxSource {
		return nil, errorAt(maxSource, "found %d bytes, want at most %d: %w", len(s), maxSource, ErrTooLarge)
	}
	if !utf8.ValidString(s) {
		return nil, errorAt(0, "found bytes that are not UTF-8, want UTF-8")
	}
	p := &patternParser{s: s}
	out, err := p.alternatives(0)
	if err != nil {
		return nil, err
	}
	if p.at < len(s) {
		return nil, errorAt(p.at, "found %s, want the end of the expression", foundAt(s, p.at))
	}
	return out, nil
}

type patternParser struct {
	s     string
	at    int
	terms int
}

// maxTerms is how many terms an expression may have, not counting texts.
const maxTerms = 1 << 16

// text reads characters that are themselves, as far as no quantifier is about the last.
func (p *patternParser) text() string {
	const syntax = `^$\\.*+?()[]{}|`
	from := p.at
	n := strings.IndexAny(p.s[from:], syntax)
	if n < 0 {
		n = len(p.s) - from
	}
	if end := from + n; end < len(p.s) && n > 0 && strings.IndexByte("*+?{", p.s[end]) >= 0 {
		_, last := utf8.DecodeLastRuneInString(p.s[from:end])
		n -= last
	}
	p.at += n
	return p.s[from : from+n]
}

func (p *patternParser) peek(text string) bool { return strings.HasPrefix(p.s[p.at:], text) }

func (p *patternParser) take(text string) bool {
	if p.peek(text) {
		p.at += len(text)
		return true
	}
	return false
}

// alternatives reads up to a closing parenthesis or the end.
func (p *patternParser) alternatives(depth int) (*pattern, error) {
	if depth > maxDepth {
		return nil, errorAt(p.at, "found more than %d levels of groups: %w", maxDepth, ErrTooDeep)
	}
	var ways []*pattern
	for {
		var terms []*pattern
		for p.at < len(p.s) && !p.peek("|") && !p.peek(")") {
			if text := p.text(); text != "" {
				terms = append(terms, &pattern{op: patternText, text: text, pure: true})
				continue
			}
			t, err := p.term(depth)
			if err != nil {
				return nil, err
			}
			if p.terms++; p.terms > maxTerms {
				return nil, errorAt(p.at, "found more than %d terms: %w", maxTerms, ErrTooLarge)
			}
			terms = append(terms, t)
		}
		ways = append(ways, newPattern(patternConcat, terms...))
		if !p.take("|") {
			break
		}
	}
	if len(ways) == 1 {
		return ways[0], nil
	}
	return newPattern(patternAlt, ways...), nil
}

// term reads an atom and how often it comes.
func (p *patternParser) term(depth int) (*pattern, error) {
	start := p.at
	atom, assertion, err := p.atom(depth)
	if err != nil {
		return nil, err
	}
	for repeated := false; ; repeated = true {
		at := p.at
		least, most, ok, err := p.quantifier()
		if err != nil {
			return nil, err
		}
		if !ok {
			return atom, nil
		}
		if repeated {
			return nil, errorAt(at, "found a quantifier after a quantifier, want something to repeat")
		}
		if assertion {
			return nil, errorAt(start, "found a quantifier after an assertion, want something to repeat")
		}
		p.take("?") // lazy or not, the language is the same
		atom = newPattern(patternRepeat, atom)
		atom.min, atom.max = least, most
	}
}

// quantifier reads *, +, ?, {m}, {m,} or {m,n}.
func (p *patternParser) quantifier() (least, most int32, ok bool, err error) {
	switch {
	case p.take("*"):
		return 0, unlimited, true, nil
	case p.take("+"):
		return 1, unlimited, true, nil
	case p.take("?"):
		return 0, 1, true, nil
	case !p.peek("{"):
		return 0, 0, false, nil
	}
	at := p.at
	p.at++
	least, digits, err := p.number()
	if err != nil {
		return 0, 0, false, err
	}
	most = least
	if p.take(",") {
		var more bool
		if most, more, err = p.number(); err != nil {
			return 0, 0, false, err
		}
		if !more {
			most = unlimited
		}
	}
	if !digits || !p.take("}") { // a brace that counts nothing is itself
		p.at = at
		return 0, 0, false, nil
	}
	if most != unlimited && most < least {
		return 0, 0, false, errorAt(at, "found {%d,%d}, want the smaller number first", least, most)
	}
	return least, most, true, nil
}

// number reads digits; ok is false if there are none.
func (p *patternParser) number() (n int32, ok bool, err error) {
	from := p.at
	for p.at < len(p.s) && '0' <= p.s[p.at] && p.s[p.at] <= '9' {
		n = n*10 + int32(p.s[p.at]-'0')
		if n > maxRepeat {
			return 0, false, errorAt(from, "found a repetition of more than %d times: %w", maxRepeat, ErrTooLarge)
		}
		p.at++
	}
	return n, p.at > from, nil
}

func class(set runeSet) *pattern { return &pattern{op: patternClass, set: set, pure: true} }

// atom reads one atom or assertion.
func (p *patternParser) atom(depth int) (atom *pattern, assertion bool, err error) {
	at := p.at
	switch {
	case p.take("^"):
		return newPattern(patternBegin), true, nil
	case p.take("$"):
		return newPattern(patternEnd), true, nil
	case p.take("."):
		return class(anyRune.minus(lineEnds)), false, nil
	case p.take("("):
		return p.group(depth, at)
	case p.take("["):
		set, err := p.brackets(at)
		return class(set), false, err
	case p.take(`\`):
		set, err := p.escape(at, false)
		return class(set), false, err
	}
	if strings.IndexByte("*+?", p.s[p.at]) >= 0 {
		return nil, false, errorAt(at, "found %s, want something to repeat before it", foundAt(p.s, at))
	}
	r, n := utf8.DecodeRuneInString(p.s[p.at:])
	p.at += n
	return class(runeSet{{r, r}}), false, nil
}

// group reads what an opening parenthesis at the offset at begins.
func (p *patternParser) group(depth, at int) (atom *pattern, assertion bool, err error) {
	ahead, negated := false, false
	if p.take("?") {
		switch {
		case p.take(":"):
		case p.take("="):
			ahead = true
		case p.take("!"):
			ahead, negated = true, true
		case p.peek("<=") || p.peek("<!"):
			return nil, false, errorAt(at, "found a lookbehind, which cannot be enforced, want an expression without it")
		case p.take("<"):
			end := strings.IndexByte(p.s[p.at:], '>')
			if end <= 0 {
				return nil, false, errorAt(at, "found a group's name without an end, want (?<name>…)")
			}
			p.at += end + 1
		default:
			return nil, false, errorAt(at, "found (?%s, want one of (?: (?= (?! (?<name>", foundAt(p.s, p.at))
		}
	}
	inner, err := p.alternatives(depth + 1)
	if err != nil {
		return nil, false, err
	}
	if !p.take(")") {
		return nil, false, errorAt(at, "found a group without an end, want a closing parenthesis")
	}
	if !ahead {
		return inner, false, nil
	}
	inner = newPattern(patternAhead, inner)
	inner.negated = negated
	return inner, true, nil
}

// brackets reads a character class after its opening bracket.
func (p *patternParser) brackets(at int) (runeSet, error) {
	negated := p.take("^")
	var ranges []runeRange
	for !p.take("]") {
		if p.at == len(p.s) {
			return nil, errorAt(at, "found a character class without an end, want a closing bracket")
		}
		from := p.at
		lo, err := p.member()
		if err != nil {
			return nil, err
		}
		if !p.peek("-") || p.peek("-]") {
			ranges = append(ranges, lo...)
			continue
		}
		p.at++
		if p.at == len(p.s) {
			continue // the error is at the top
		}
		hi, err := p.member()
		if err != nil {
			return nil, err
		}
		if single(lo) && single(hi) {
			if lo[0].lo > hi[0].lo {
				return nil, errorAt(from, "found the range %s, want the smaller character first", p.s[from:p.at])
			}
			ranges = append(ranges, runeRange{lo[0].lo, hi[0].lo})
			continue
		}
		// [\w-.] is not a range: the hyphen is itself.
		ranges = append(append(append(ranges, lo...), hi...), runeRange{'-', '-'})
	}
	set := newRuneSet(ranges...)
	if negated {
		set = set.negate()
	}
	return set, nil
}

func single(s runeSet) bool { return len(s) == 1 && s[0].lo == s[0].hi }

// member reads one character or escape of a class.
func (p *patternParser) member() (runeSet, error) {
	at := p.at
	if p.take(`\`) {
		return p.escape(at, true)
	}
	r, n := utf8.DecodeRuneInString(p.s[p.at:])
	p.at += n
	return runeSet{{r, r}}, nil
}

// unsupported is the error of an escape that cannot be enforced or that ECMA-262 does not have.
func (p *patternParser) unsupported(at int, why string) error {
	return errorAt(at, "found %s, %s", fmt.Sprintf("%q", p.s[at:p.at]), why)
}
