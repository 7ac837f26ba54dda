package grammar

import (
	"context"
	"fmt"
	"slices"

	"exaone/chat"
)

// Expr is a part of a grammar made in Go. Its zero value is the empty text. Expressions never change and may be used
// by many goroutines.
type Expr struct{ e *expr }

type exprKind uint8

const (
	exprText exprKind = iota
	exprSpecial
	exprSeq
	exprAlt
	exprRepeat
	exprFree
	exprSource
)

type expr struct {
	kind     exprKind
	text     string
	kids     []Expr
	min, max int
	marks    []string
	source   chat.Grammar
}

// Text is these bytes.
func Text(s string) Expr { return Expr{&expr{kind: exprText, text: s}} }

// Special is a special token of the vocabulary, and no text that looks like it. For a vocabulary without such a token
// it is its text.
func Special(token string) Expr { return Expr{&expr{kind: exprSpecial, text: token}} }

// Seq is the parts, one after another.
func Seq(parts ...Expr) Expr { return Expr{&expr{kind: exprSeq, kids: slices.Clone(parts)}} }

// Alt is one of the parts. Without any it is nothing at all, not even the empty text.
func Alt(parts ...Expr) Expr { return Expr{&expr{kind: exprAlt, kids: slices.Clone(parts)}} }

// Repeat is e from min to max times; a negative max is no limit.
func Repeat(e Expr, min, max int) Expr {
	return Expr{&expr{kind: exprRepeat, kids: []Expr{e}, min: min, max: max}}
}

// Free is any text in UTF-8, maybe empty, that contains none of marks.
func Free(marks ...string) Expr { return Expr{&expr{kind: exprFree, marks: slices.Clone(marks)}} }

// Source is a schema, expression, rules or choices as a part. The errors are those of [Compile].
func Source(ctx context.Context, g chat.Grammar) (Expr, []chat.Warning, error) {
	e := Expr{&expr{kind: exprSource, source: g}}
	_, warnings, err := build(ctx, e, nil)
	return e, warnings, err
}

// maxExprDepth is how deep expressions may nest.
const maxExprDepth = 256

// node makes the node of an expression.
func (x Expr) node(m *machine, warnings *[]chat.Warning, depth int) (*node, error) {
	e := x.e
	switch {
	case e == nil:
		return m.empty, nil
	case m.err != nil:
		return m.none, m.err
	case depth > maxExprDepth:
		return m.none, ErrTooDeep
	}
	kids := make([]*node, len(e.kids))
	for i, k := range e.kids {
		n, err := k.node(m, warnings, depth+1)
		if err != nil {
			return m.none, err
		}
		kids[i] = n
	}
	switch e.kind {
	case exprText:
		return m.lit(e.text), nil
	case exprSpecial:
		return m.special(e.text), nil
	case exprSeq:
		return m.seq(kids...), nil
	case exprAlt:
		return m.alt(kids...), nil
	case exprRepeat:
		if e.min < 0 || e.min > maxRepeat || e.max > maxRepeat || e.max >= 0 && e.max < e.min {
			return m.none, fmt.Errorf("found a repetition from %d to %d times, want at most %d: %w", e.min, e.max, maxRepeat, ErrTooLarge)
		}
		return m.repeat(kids[0], int32(e.min), int32(max(e.max, -1))), nil
	case exprFree:
		return m.free(e.marks), nil
	}
	return m.sourceNode(e.source, warnings)
}

// special is a special token, or its text if the vocabulary lacks it.
func (m *machine) special(name string) *node {
	if slices.Contains(m.lacking, name) {
		return m.lit(name)
	}
	at := slices.Index(m.symbols, name)
	if at < 0 {
		at = len(m.symbols)
		m.symbols = append(m.symbols, name)
	}
	return m.intern(&node{op: opSpecial, min: int32(at)})
}

// free is any text without marks in it.
func (m *machine) free(marks []string) *node {
	any := m.universe(rawText)
	if len(marks) == 0 {
		return any
	}
	return m.and(any, m.not(m.seq(any, m.oneOf(slices.Clone(marks)), any)))
}

// sourceNode makes the node of a source.
func (m *machine) sourceNode(g chat.Grammar, warnings *[]chat.Warning) (*node, error) {
	given := 0
	for _, is := range []bool{g.Schema != "", g.Regex != "", g.GBNF != "", len(g.Choices) > 0} {
		if is {
			given++
		}
	}
	switch {
	case given > 1:
		return m.none, fmt.Errorf("found %d kinds of grammar, want one of a schema, an expression, rules, choices", given)
	case g.Schema != "":
		return m.schemaNode(g.Schema, warnings)
	case g.Regex != "":
		p, err := parsePattern(g.Regex)
		if err != nil {
			return m.none, err
		}
		return m.wholePattern(p, rawText)
	case g.GBNF != "":
		return m.rulesNode(g.GBNF)
	case len(g.Choices) > 0:
		size := 0
		for _, c := range g.Choices {
			size += len(c)
		}
		if size > maxSource {
			return m.none, fmt.Errorf("found %d bytes of choices, want at most %d: %w", size, maxSource, ErrTooLarge)
		}
		m.spend(len(g.Choices))
		return m.oneOf(slices.Clone(g.Choices)), nil
	}
	return m.universe(rawText), nil
}
