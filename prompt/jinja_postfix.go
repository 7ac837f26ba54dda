package prompt

import "strconv"

// postfix parses the members, subscripts and calls that follow an operand.
func (p *parser) postfix(x expr) expr {
	for n := 0; p.err == nil; n++ {
		if n > maxChain {
			p.fail("more than %d members in a row", maxChain)
		}
		switch {
		case p.acceptOp("."):
			x = p.member(x)
		case p.acceptOp("["):
			x = p.subscript(x)
		case p.isOp("("):
			x = callExpr{x, p.arguments()}
		default:
			return x
		}
	}
	return x
}

func (p *parser) member(x expr) expr {
	t := p.next()
	switch t.kind {
	case tokenName:
		return attrExpr{x, t.text}
	case tokenInt:
		i, err := strconv.ParseInt(t.text, 0, 64)
		if err != nil {
			p.fail("bad index %q", t.text)
		}
		return indexExpr{x, constExpr{i}}
	}
	p.fail("found %s, want a name or number after the dot", t)
	return x
}

// subscript parses what follows "[".
func (p *parser) subscript(x expr) expr {
	s := sliceExpr{of: x}
	if !p.isOp(":") {
		s.from = p.expression(true)
		if p.isOp(",") {
			items := []expr{s.from}
			for p.err == nil && p.acceptOp(",") && !p.isOp("]") {
				items = append(items, p.expression(true))
			}
			p.expectOp("]")
			return indexExpr{x, tupleExpr{items}}
		}
		if p.acceptOp("]") {
			return indexExpr{x, s.from}
		}
	}
	p.expectOp(":")
	if !p.isOp(":") && !p.isOp("]") {
		s.to = p.expression(true)
	}
	if p.acceptOp(":") && !p.isOp("]") {
		s.step = p.expression(true)
	}
	p.expectOp("]")
	return s
}

// filters parses the filters, tests and calls that follow an operand.
func (p *parser) filters(x expr) expr {
	for n := 0; p.err == nil; n++ {
		if n > maxChain {
			p.fail("more than %d filters in a row", maxChain)
		}
		switch {
		case p.acceptOp("|"):
			f := p.filter()
			f.x = x
			x = *f
		case p.acceptName("is"):
			x = p.test(x)
		case p.isOp("("):
			x = callExpr{x, p.arguments()}
		default:
			return x
		}
	}
	return x
}

// filter parses a filter's name and arguments.
func (p *parser) filter() *filterExpr {
	f := &filterExpr{name: p.expectName()}
	for p.err == nil && p.acceptOp(".") {
		f.name += "." + p.expectName()
	}
	if p.isOp("(") {
		f.args = p.arguments()
	}
	return f
}

func (p *parser) test(x expr) expr {
	negated := p.acceptName("not")
	t := testExpr{x: x, name: p.expectName()}
	for p.err == nil && p.acceptOp(".") {
		t.name += "." + p.expectName()
	}
	next := p.peek()
	switch {
	case p.isOp("("):
		t.args = p.arguments()
	case p.isName("else"), p.isName("or"), p.isName("and"):
	case p.isName("is"):
		p.fail("tests cannot be chained")
	case next.kind == tokenName, next.kind == tokenString, next.kind == tokenInt, next.kind == tokenFloat,
		p.isOp("["), p.isOp("{"):
		if p.enter() {
			t.args.pos = []expr{p.postfix(p.primary())}
		}
		p.leave()
	}
	if negated {
		return notExpr{t}
	}
	return t
}

// arguments parses a parenthesised argument list.
func (p *parser) arguments() arguments {
	var a arguments
	p.expectOp("(")
	for first := true; p.err == nil && !p.acceptOp(")"); first = false {
		if !first {
			p.expectOp(",")
			if p.acceptOp(")") {
				break
			}
		}
		switch {
		case p.acceptOp("*"):
			if a.star != nil || a.kwStar != nil {
				p.unexpected()
			}
			a.star = p.expression(true)
		case p.acceptOp("**"):
			if a.kwStar != nil {
				p.unexpected()
			}
			a.kwStar = p.expression(true)
		case p.peek().kind == tokenName && p.tokens[p.pos+1] == (token{tokenOp, "=", p.tokens[p.pos+1].line}):
			if a.kwStar != nil {
				p.unexpected()
			}
			a.names = append(a.names, p.next().text)
			p.next()
			a.named = append(a.named, p.expression(true))
		default:
			if a.star != nil || a.kwStar != nil || len(a.names) > 0 {
				p.unexpected()
			}
			a.pos = append(a.pos, p.expression(true))
		}
	}
	return a
}
