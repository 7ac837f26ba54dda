package prompt

import (
	"math/big"
	"strconv"
	"strings"
)

func (p *parser) primary() expr {
	t := p.peek()
	switch {
	case t.kind == tokenName:
		p.next()
		switch t.text {
		case "true", "True":
			return constExpr{true}
		case "false", "False":
			return constExpr{false}
		case "none", "None":
			return constExpr{nil}
		case "caller", "varargs", "kwargs":
			p.uses[t.text] = true
		}
		return nameExpr{p.sym(t.text)}
	case t.kind == tokenString:
		var b strings.Builder
		for p.peek().kind == tokenString && p.err == nil {
			b.WriteString(p.next().text)
		}
		return constExpr{own(b.String())}
	case t.kind == tokenInt:
		p.next()
		return constExpr{p.integer(t.text)}
	case t.kind == tokenFloat:
		p.next()
		f, _ := strconv.ParseFloat(t.text, 64) // out of range is an infinity, as in Python
		return constExpr{f}
	case p.acceptOp("("):
		x := p.tuple(true, true, nil)
		p.expectOp(")")
		return x
	case p.acceptOp("["):
		return listExpr{p.items("]")}
	case p.acceptOp("{"):
		return p.dict()
	}
	p.unexpected()
	return constExpr{}
}

func (p *parser) integer(digits string) value {
	n, err := strconv.ParseInt(digits, 0, 64)
	if err == nil {
		return n
	}
	if n, err := strconv.ParseInt(strings.TrimLeft(digits, "0"), 10, 64); err == nil {
		return n
	}
	big, ok := new(big.Int).SetString(digits, 0)
	if !ok || len(digits) > 400 {
		p.fail("bad number %.40q", digits)
		return nil
	}
	return big
}

// items parses expressions up to the closing bracket.
func (p *parser) items(end string) []expr {
	var items []expr
	for p.err == nil && !p.acceptOp(end) {
		if len(items) > 0 {
			p.expectOp(",")
			if p.acceptOp(end) {
				break
			}
		}
		items = append(items, p.expression(true))
	}
	return items
}

func (p *parser) dict() expr {
	var d dictExpr
	for p.err == nil && !p.acceptOp("}") {
		if len(d.keys) > 0 {
			p.expectOp(",")
			if p.acceptOp("}") {
				break
			}
		}
		d.keys = append(d.keys, p.expression(true))
		p.expectOp(":")
		d.vals = append(d.vals, p.expression(true))
	}
	return d
}

// tuple parses an expression, or several with commas between, which are a tuple. stop says where it must end.
func (p *parser) tuple(cond, parens bool, stop func() bool) expr {
	var items []expr
	isTuple := false
	for p.err == nil {
		if len(items) > 0 {
			p.expectOp(",")
		}
		k := p.peek().kind
		if k == tokenPrintEnd || k == tokenBlockEnd || p.isOp(")") || stop != nil && stop() {
			break
		}
		items = append(items, p.expression(cond))
		if !p.isOp(",") {
			break
		}
		isTuple = true
	}
	if isTuple || len(items) == 0 && parens {
		return tupleExpr{items}
	}
	if len(items) == 0 {
		p.unexpected()
		return constExpr{}
	}
	return items[0]
}
