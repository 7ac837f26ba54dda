package prompt

import (
	"fmt"
	"strconv"
)

// Limits of what is parsed. A Go stack overflow cannot be recovered from, so depth is counted everywhere a
// template could drive recursion. Published templates nest about 20 deep.
const (
	maxParseDepth = 150
	maxChain      = 2000 // operators in one chain: a.b.c.d, x + y + z
)

// parser builds a template from tokens. The first error sticks, and the parser then sees only the end.
type parser struct {
	tokens []token
	pos    int
	err    error
	depth  int
	names  []string
	syms   map[string]sym
	inLoop int
	uses   map[string]bool // special names the current macro body uses
}

// parseTemplate parses Jinja. The error says the line.
func parseTemplate(src string) (*template, error) {
	tokens, err := lex(src)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens, syms: map[string]sym{}, uses: map[string]bool{}}
	body := p.block()
	if p.err == nil && p.peek().kind != tokenEOF {
		p.unexpected()
	}
	if p.err != nil {
		return nil, p.err
	}
	return &template{body: body, names: p.names, syms: p.syms}, nil
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("line %d: %w", p.peek().line, fmt.Errorf(format, args...))
		p.pos = len(p.tokens) - 1
	}
}

func (p *parser) unexpected() { p.fail("unexpected %s", p.peek()) }

func (t token) String() string {
	switch t.kind {
	case tokenEOF:
		return "end of template"
	case tokenPrintEnd:
		return `"}}"`
	case tokenBlockEnd:
		return `"%}"`
	case tokenData:
		return "text"
	}
	return strconv.Quote(t.text)
}

func (p *parser) peek() token { return p.tokens[p.pos] }

func (p *parser) next() token {
	t := p.tokens[p.pos]
	if p.pos < len(p.tokens)-1 {
		p.pos++
	}
	return t
}

// isOp and isName report whether the next token is that operator or name; the accept forms also take it.
func (p *parser) isOp(op string) bool {
	t := p.tokens[p.pos]
	return t.kind == tokenOp && t.text == op
}

func (p *parser) isName(name string) bool {
	t := p.tokens[p.pos]
	return t.kind == tokenName && t.text == name
}

func (p *parser) acceptOp(op string) bool {
	if p.isOp(op) {
		p.next()
		return true
	}
	return false
}

func (p *parser) acceptName(name string) bool {
	if p.isName(name) {
		p.next()
		return true
	}
	return false
}

func (p *parser) expectOp(op string) {
	if !p.acceptOp(op) {
		p.fail("found %s, want %q", p.peek(), op)
	}
}

func (p *parser) expectName() string {
	if p.peek().kind != tokenName {
		p.fail("found %s, want a name", p.peek())
		return ""
	}
	return p.next().text
}

func (p *parser) expect(k tokenKind) {
	if p.peek().kind != k {
		p.unexpected()
		return
	}
	p.next()
}

// enter counts a level of nesting; the caller defers leave.
func (p *parser) enter() bool {
	p.depth++
	if p.depth > maxParseDepth {
		p.fail("nested deeper than %d", maxParseDepth)
	}
	return p.err == nil
}

func (p *parser) leave() { p.depth-- }

func (p *parser) sym(name string) sym {
	s, ok := p.syms[name]
	if !ok {
		s = sym(len(p.names))
		p.names = append(p.names, name)
		p.syms[name] = s
	}
	return s
}

// expression parses a whole expression, with "a if b else c" if cond.
func (p *parser) expression(cond bool) expr {
	if !p.enter() {
		p.leave()
		return constExpr{}
	}
	defer p.leave()
	x := p.or()
	if !cond {
		return x
	}
	for n := 0; p.acceptName("if"); n++ {
		if n > maxChain {
			p.fail("more than %d conditions in a row", maxChain)
		}
		c := condExpr{test: p.or(), then: x}
		if p.acceptName("else") {
			c.other = p.expression(true)
		}
		x = c
	}
	return x
}

func (p *parser) or() expr {
	return p.chain(p.and, func() bool { return p.acceptName("or") }, func(a, b expr) expr { return orExpr{a, b} })
}

func (p *parser) and() expr {
	return p.chain(p.not, func() bool { return p.acceptName("and") }, func(a, b expr) expr { return andExpr{a, b} })
}

// chain parses operands joined by a left-associative operator.
func (p *parser) chain(operand func() expr, op func() bool, join func(a, b expr) expr) expr {
	x := operand()
	for n := 0; op(); n++ {
		if n > maxChain {
			p.fail("more than %d operators in a row", maxChain)
		}
		x = join(x, operand())
	}
	return x
}

func (p *parser) not() expr {
	if !p.isName("not") {
		return p.compare()
	}
	if !p.enter() {
		p.leave()
		return constExpr{}
	}
	defer p.leave()
	p.next()
	return notExpr{p.not()}
}

func (p *parser) compare() expr {
	c := compareExpr{first: p.sum()}
	for {
		op := ""
		t := p.peek()
		switch {
		case t.kind == tokenOp && (t.text == "==" || t.text == "!=" || t.text == "<" || t.text == "<=" || t.text == ">" || t.text == ">="):
			op = p.next().text
		case p.acceptName("in"):
			op = "in"
		case p.isName("not") && p.tokens[p.pos+1].kind == tokenName && p.tokens[p.pos+1].text == "in":
			p.next()
			p.next()
			op = "notin"
		}
		if op == "" {
			break
		}
		c.ops, c.rest = append(c.ops, op), append(c.rest, p.sum())
	}
	if len(c.ops) == 0 {
		return c.first
	}
	return c
}

// binary parses operands joined by any of ops.
func (p *parser) binary(operand func() expr, ops ...string) expr {
	var found string
	return p.chain(operand, func() bool {
		for _, op := range ops {
			if p.acceptOp(op) {
				found = op
				return true
			}
		}
		return false
	}, func(a, b expr) expr { return binaryExpr{found, a, b} })
}

func (p *parser) sum() expr { return p.binary(p.concat, "+", "-") }

func (p *parser) concat() expr {
	x := p.product()
	if !p.isOp("~") {
		return x
	}
	c := concatExpr{[]expr{x}}
	for p.acceptOp("~") {
		c.items = append(c.items, p.product())
	}
	return c
}

func (p *parser) product() expr { return p.binary(p.power, "*", "/", "//", "%") }

func (p *parser) power() expr {
	return p.binary(func() expr { return p.unary(true) }, "**")
}

func (p *parser) unary(filters bool) expr {
	if !p.enter() {
		p.leave()
		return constExpr{}
	}
	defer p.leave()
	var x expr
	switch {
	case p.acceptOp("-"):
		x = negExpr{x: p.unary(false)}
	case p.acceptOp("+"):
		x = negExpr{x: p.unary(false), plus: true}
	default:
		x = p.primary()
	}
	x = p.postfix(x)
	if filters {
		x = p.filters(x)
	}
	return x
}
