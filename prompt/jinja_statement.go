package prompt

// block parses up to one of the given statement names, which it leaves to be read, or to the end.
func (p *parser) block(ends ...string) block {
	if !p.enter() {
		p.leave()
		return nil
	}
	defer p.leave()
	var out block
	for p.err == nil {
		t := p.peek()
		switch t.kind {
		case tokenData:
			p.next()
			out = append(out, dataNode{own(t.text)})
		case tokenPrint:
			p.next()
			x := p.tuple(true, false, nil)
			p.expect(tokenPrintEnd)
			out = append(out, outputNode{x, t.line})
		case tokenBlock:
			p.next()
			for _, end := range ends {
				if p.isName(end) {
					return out
				}
			}
			n := p.statement()
			p.expect(tokenBlockEnd)
			if n != nil {
				out = append(out, n)
			}
		default:
			if len(ends) > 0 {
				p.fail("found %s, want %q", t, ends[len(ends)-1])
			}
			return out
		}
	}
	return out
}

// body parses "%}", a block, and the name of its end.
func (p *parser) body(end string) block {
	p.expect(tokenBlockEnd)
	b := p.block(end)
	p.next()
	return b
}

func (p *parser) statement() node {
	line := p.peek().line
	switch name := p.expectName(); name {
	case "if":
		return p.ifStatement(line)
	case "for":
		return p.forStatement(line)
	case "set":
		return p.set(line)
	case "macro":
		return p.macro(line)
	case "call":
		return p.call(line)
	case "filter":
		f := p.filter()
		for p.err == nil && p.acceptOp("|") {
			outer := p.filter()
			outer.x = *f
			f = outer
		}
		return filterNode{f, p.body("endfilter"), line}
	case "with":
		return p.with(line)
	case "generation":
		return scopeNode{p.body("endgeneration")}
	case "break", "continue":
		if p.inLoop == 0 {
			p.fail("%s outside a loop", name)
		}
		if name == "break" {
			return signalNode{signalBreak}
		}
		return signalNode{signalContinue}
	default:
		p.fail("unknown statement %q", name)
		return nil
	}
}

func (p *parser) ifStatement(line int) node {
	n := ifNode{line: line}
	for p.err == nil {
		n.tests = append(n.tests, p.tuple(false, false, nil))
		p.expect(tokenBlockEnd)
		n.bodies = append(n.bodies, p.block("elif", "else", "endif"))
		if p.acceptName("elif") {
			continue
		}
		if p.acceptName("else") {
			n.bodies = append(n.bodies, p.body("endif"))
			break
		}
		p.next()
		break
	}
	return n
}

func (p *parser) forStatement(line int) node {
	n := forNode{line: line}
	n.target = p.targets(false, "in")
	if !p.acceptName("in") {
		p.fail("found %s, want \"in\"", p.peek())
	}
	n.in = p.tuple(false, false, func() bool { return p.isName("recursive") })
	if p.acceptName("if") {
		n.test = p.expression(true)
	}
	n.recursive = p.acceptName("recursive")
	p.expect(tokenBlockEnd)
	p.inLoop++
	n.body = p.block("endfor", "else")
	p.inLoop--
	if p.acceptName("else") {
		n.other = p.body("endfor")
	} else {
		p.next()
	}
	return n
}

// targets parses what is assigned to; several with commas between are unpacked into.
func (p *parser) targets(attr bool, end string) target {
	if !p.enter() {
		p.leave()
		return target{}
	}
	defer p.leave()
	var many []target
	isTuple := false
	for p.err == nil {
		if len(many) > 0 {
			p.expectOp(",")
			if p.isOp("=") || p.isOp(")") || p.isName(end) || p.peek().kind == tokenBlockEnd {
				break
			}
		}
		many = append(many, p.target(attr))
		if !p.isOp(",") {
			break
		}
		isTuple = true
	}
	if len(many) == 1 && !isTuple {
		return many[0]
	}
	return target{many: many}
}

func (p *parser) target(attr bool) target {
	if p.acceptOp("(") {
		t := p.targets(attr, "")
		p.expectOp(")")
		return t
	}
	name := p.expectName()
	switch name {
	case "true", "false", "none", "True", "False", "None", "loop":
		p.fail("cannot assign to %q", name)
	}
	t := target{sym: p.sym(name)}
	if attr && p.acceptOp(".") {
		t.attr = p.expectName()
	}
	return t
}

func (p *parser) set(line int) node {
	t := p.targets(true, "")
	if p.acceptOp("=") {
		return setNode{t, p.tuple(true, false, nil), line}
	}
	n := setBlockNode{targets: t, line: line}
	for p.err == nil && p.acceptOp("|") {
		f := p.filter()
		if n.filter != nil {
			f.x = *n.filter
		}
		n.filter = f
	}
	n.body = p.body("endset")
	return n
}

func (p *parser) with(line int) node {
	n := withNode{line: line}
	for p.err == nil && p.peek().kind != tokenBlockEnd {
		if len(n.targets) > 0 {
			p.expectOp(",")
		}
		n.targets = append(n.targets, p.target(false))
		p.expectOp("=")
		n.values = append(n.values, p.expression(true))
	}
	n.body = p.body("endwith")
	return n
}

// signature parses a macro's parameters.
func (p *parser) signature(def *macroDef) {
	p.expectOp("(")
	for p.err == nil && !p.acceptOp(")") {
		if len(def.params) > 0 {
			p.expectOp(",")
		}
		name := p.expectName()
		def.names = append(def.names, name)
		def.params = append(def.params, p.sym(name))
		if p.acceptOp("=") {
			def.defaults = append(def.defaults, p.expression(true))
		} else if len(def.defaults) > 0 {
			p.fail("parameter %q without a default after one with", name)
		}
	}
}

// macroBody parses the body of a macro up to end and notes which special names it uses.
func (p *parser) macroBody(def *macroDef, end string) {
	uses, inLoop := p.uses, p.inLoop
	p.uses, p.inLoop = map[string]bool{}, 0
	def.body = p.body(end)
	def.caller, def.varargs, def.kwargs = p.uses["caller"], p.uses["varargs"], p.uses["kwargs"]
	p.uses, p.inLoop = uses, inLoop
}

func (p *parser) macro(line int) node {
	def := &macroDef{name: p.expectName()}
	p.signature(def)
	p.macroBody(def, "endmacro")
	return macroNode{p.sym(def.name), def, line}
}

func (p *parser) call(line int) node {
	def := &macroDef{name: "caller"}
	if p.isOp("(") {
		p.signature(def)
	}
	x := p.expression(true)
	call, ok := x.(callExpr)
	if !ok {
		p.fail("call block without a call")
	}
	p.macroBody(def, "endcall")
	return callNode{&call, def, line}
}
