package grammar

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Rules as llama.cpp reads them (grammars/README.md there): name ::= alternatives, of texts, character classes, names,
// groups and repetitions. The first place is the rule root. <name> is a special token.

type ruleOp uint8

const (
	ruleText ruleOp = iota
	ruleClass
	ruleName
	ruleSpecial
	ruleSeq
	ruleAlt
	ruleRepeat
)

type ruleExpr struct {
	op       ruleOp
	text     string // of a text, name or special token
	set      runeSet
	kids     []*ruleExpr
	min, max int32
	offset   int
}

type ruleDef struct {
	name     string
	body     *ruleExpr
	offset   int
	nullable bool
	rule     *rule
}

// parseRules reads rules by name.
func parseRules(s string) (map[string]*ruleDef, []*ruleDef, error) {
	if len(s) > maxSource {
		return nil, nil, errorAt(maxSource, "found %d bytes, want at most %d: %w", len(s), maxSource, ErrTooLarge)
	}
	if !utf8.ValidString(s) {
		return nil, nil, errorAt(0, "found bytes that are not UTF-8, want UTF-8")
	}
	p := &ruleParser{s: s}
	byName := map[string]*ruleDef{}
	var list []*ruleDef
	for p.space(true); p.at < len(s); p.space(true) {
		d := &ruleDef{offset: p.at, name: p.name()}
		if d.name == "" {
			return nil, nil, errorAt(p.at, "found %s, want a rule's name", foundAt(s, p.at))
		}
		if byName[d.name] != nil {
			return nil, nil, errorAt(d.offset, "found the rule %s twice, want it once", d.name)
		}
		p.space(false)
		if !strings.HasPrefix(s[p.at:], "::=") {
			return nil, nil, errorAt(p.at, "found %s, want ::=", foundAt(s, p.at))
		}
		p.at += 3
		p.space(true)
		var err error
		if d.body, err = p.alternatives(0); err != nil {
			return nil, nil, err
		}
		if p.at < len(s) && s[p.at] != '\n' && s[p.at] != '\r' {
			return nil, nil, errorAt(p.at, "found %s, want the end of the rule's line", foundAt(s, p.at))
		}
		byName[d.name] = d
		list = append(list, d)
	}
	if byName["root"] == nil {
		return nil, nil, errorAt(len(s), "found no rule named root, want one")
	}
	return byName, list, nil
}

type ruleParser struct {
	s  string
	at int
}

// space skips blanks and comments, and ends of lines if lines.
func (p *ruleParser) space(lines bool) {
	for ; p.at < len(p.s); p.at++ {
		switch c := p.s[p.at]; {
		case c == '#':
			for p.at+1 < len(p.s) && p.s[p.at+1] != '\n' && p.s[p.at+1] != '\r' {
				p.at++
			}
		case c == ' ' || c == '\t' || lines && (c == '\n' || c == '\r'):
		default:
			return
		}
	}
}

func (p *ruleParser) name() string {
	from := p.at
	for p.at < len(p.s) {
		c := p.s[p.at]
		if c != '-' && c != '_' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			break
		}
		p.at++
	}
	return p.s[from:p.at]
}

// alternatives reads up to the end of the line, or of the group if depth is not 0.
func (p *ruleParser) alternatives(depth int) (*ruleExpr, error) {
	if depth > maxDepth {
		return nil, errorAt(p.at, "found more than %d levels of groups: %w", maxDepth, ErrTooDeep)
	}
	out := &ruleExpr{op: ruleAlt, offset: p.at}
	for {
		seq, err := p.sequence(depth)
		if err != nil {
			return nil, err
		}
		out.kids = append(out.kids, seq)
		if p.at == len(p.s) || p.s[p.at] != '|' {
			return out, nil
		}
		p.at++
		p.space(true)
	}
}

func (p *ruleParser) sequence(depth int) (*ruleExpr, error) {
	out := &ruleExpr{op: ruleSeq, offset: p.at}
	for p.at < len(p.s) {
		e, err := p.element(depth)
		if err != nil {
			return nil, err
		}
		if e == nil {
			break
		}
		p.space(depth > 0)
		if e, err = p.repetition(e, depth); err != nil {
			return nil, err
		}
		out.kids = append(out.kids, e)
		p.space(depth > 0)
	}
	return out, nil
}

// element reads one element, or returns nil if none begins here.
func (p *ruleParser) element(depth int) (*ruleExpr, error) {
	at := p.at
	switch c := p.s[p.at]; {
	case c == '"':
		p.at++
		text, err := p.text(at)
		return &ruleExpr{op: ruleText, text: text, offset: at}, err
	case c == '[':
		p.at++
		set, err := p.class(at)
		return &ruleExpr{op: ruleClass, set: set, offset: at}, err
	case c == '.':
		p.at++
		return &ruleExpr{op: ruleClass, set: anyRune, offset: at}, nil
	case c == '<':
		end := strings.IndexByte(p.s[at:], '>')
		if end < 0 || strings.ContainsAny(p.s[at:at+end], " \n[") {
			return nil, errorAt(at, "found a token without a name, want <name>")
		}
		p.at += end + 1
		return &ruleExpr{op: ruleSpecial, text: p.s[at:p.at], offset: at}, nil
	case c == '(':
		p.at++
		p.space(true)
		e, err := p.alternatives(depth + 1)
		if err != nil {
			return nil, err
		}
		if p.at == len(p.s) || p.s[p.at] != ')' {
			return nil, errorAt(p.at, "found %s, want a closing parenthesis", foundAt(p.s, p.at))
		}
		p.at++
		return e, nil
	case strings.IndexByte("*+?{", c) >= 0:
		return nil, errorAt(at, "found %s, want something to repeat before it", foundAt(p.s, at))
	}
	if name := p.name(); name != "" {
		return &ruleExpr{op: ruleName, text: name, offset: at}, nil
	}
	return nil, nil
}

// repetition reads how often e comes.
func (p *ruleParser) repetition(e *ruleExpr, depth int) (*ruleExpr, error) {
	for p.at < len(p.s) {
		at := p.at
		r := &ruleExpr{op: ruleRepeat, kids: []*ruleExpr{e}, max: unlimited, offset: at}
		switch p.s[p.at] {
		case '*':
		case '+':
			r.min = 1
		case '?':
			r.max = 1
		case '{':
			end := strings.IndexByte(p.s[at:], '}')
			if end < 0 {
				return nil, errorAt(at, "found a repetition without an end, want a closing brace")
			}
			var err error
			if r.min, r.max, err = repetitionCounts(p.s[at+1:at+end], at); err != nil {
				return nil, err
			}
			p.at += end
		default:
			return e, nil
		}
		if depth++; depth > maxDepth {
			return nil, errorAt(at, "found more than %d levels of repetitions: %w", maxDepth, ErrTooDeep)
		}
		p.at++
		p.space(false)
		e = r
	}
	return e, nil
}

func repetitionCounts(s string, at int) (least, most int32, err error) {
	lo, hi, two := strings.Cut(s, ",")
	number := func(s string) (int32, error) {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil || n < 0 {
			return 0, errorAt(at, "found the count %q, want a number", s)
		}
		if n > maxRepeat {
			return 0, errorAt(at, "found a repetition of more than %d times: %w", maxRepeat, ErrTooLarge)
		}
		return int32(n), nil
	}
	if least, err = number(lo); err != nil {
		return 0, 0, err
	}
	most = least
	if two {
		if most = unlimited; strings.TrimSpace(hi) != "" {
			most, err = number(hi)
		}
	}
	if err == nil && most != unlimited && most < least {
		err = errorAt(at, "found {%s}, want the smaller number first", s)
	}
	return least, most, err
}

func (p *ruleParser) text(at int) (string, error) {
	var out []byte
	for {
		if p.at == len(p.s) || p.s[p.at] == '\n' {
			return "", errorAt(at, "found a text without an end, want a closing quote")
		}
		if p.s[p.at] == '"' {
			p.at++
			return string(out), nil
		}
		r, err := p.char()
		if err != nil {
			return "", err
		}
		out = utf8.AppendRune(out, r)
	}
}

// char reads a character or its escape.
func (p *ruleParser) char() (rune, error) {
	at := p.at
	r, n := utf8.DecodeRuneInString(p.s[p.at:])
	p.at += n
	if r != '\\' {
		return r, nil
	}
	if p.at == len(p.s) {
		return 0, errorAt(at, "found a backslash at the end, want what it escapes")
	}
	c := p.s[p.at]
	p.at++
	digits := 0
	switch c {
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case '\\', '"', '[', ']', '-', '^':
		return rune(c), nil
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	default:
		return 0, errorAt(at, `found \%c, want one of \n \r \t \\ \" \[ \] \xXX \uXXXX \UXXXXXXXX`, c)
	}
	end := min(p.at+digits, len(p.s))
	v, err := strconv.ParseUint(p.s[p.at:end], 16, 32)
	if err != nil || end-p.at < digits || v > unicode.MaxRune || surrogateMin <= v && v <= surrogateMax {
		return 0, errorAt(at, "found an escape that is no character, want %d hexadecimal digits of one", digits)
	}
	p.at = end
	return rune(v), nil
}

func (p *ruleParser) class(at int) (runeSet, error) {
	negated := p.at < len(p.s) && p.s[p.at] == '^'
	if negated {
		p.at++
	}
	var ranges []runeRange
	for {
		if p.at == len(p.s) {
			return nil, errorAt(at, "found a character class without an end, want a closing bracket")
		}
		if p.s[p.at] == ']' {
			p.at++
			break
		}
		from := p.at
		lo, err := p.char()
		if err != nil {
			return nil, err
		}
		hi := lo
		if p.at+1 < len(p.s) && p.s[p.at] == '-' && p.s[p.at+1] != ']' {
			p.at++
			if hi, err = p.char(); err != nil {
				return nil, err
			}
			if hi < lo {
				return nil, errorAt(from, "found the range %s, want the smaller character first", p.s[from:p.at])
			}
		}
		ranges = append(ranges, runeRange{lo, hi})
	}
	set := newRuneSet(ranges...)
	if negated {
		set = set.negate()
	}
	return set, nil
}

// checkNames finds names without rules.
func checkNames(e *ruleExpr, byName map[string]*ruleDef) error {
	if e.op == ruleName && byName[e.text] == nil {
		return errorAt(e.offset, "found the name %s, want one that has a rule", e.text)
	}
	for _, k := range e.kids {
		if err := checkNames(k, byName); err != nil {
			return err
		}
	}
	return nil
}

// nullable reports whether e may be empty, as far as is known of the rules.
func (e *ruleExpr) nullable(byName map[string]*ruleDef) bool {
	empty := func(k *ruleExpr) bool { return k.nullable(byName) }
	switch e.op {
	case ruleText:
		return e.text == ""
	case ruleName:
		return byName[e.text].nullable
	case ruleSeq:
		return !slices.ContainsFunc(e.kids, func(k *ruleExpr) bool { return !empty(k) })
	case ruleAlt:
		return slices.ContainsFunc(e.kids, empty)
	case ruleRepeat:
		return e.min == 0 || empty(e.kids[0])
	}
	return false
}

// begins calls f with the rules that e may begin with.
func (e *ruleExpr) begins(byName map[string]*ruleDef, f func(*ruleDef)) {
	if e.op == ruleName {
		f(byName[e.text])
	}
	for _, k := range e.kids {
		k.begins(byName, f)
		if e.op == ruleSeq && !k.nullable(byName) {
			return
		}
	}
}
