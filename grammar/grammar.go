// Package grammar says which tokens may come next: a schema, an expression, rules or choices, as masks over a
// vocabulary.
//
//	chat.Grammar ─ Compile ─▶ Grammar ─ Matcher(Vocabulary) ─▶ Mask, Advance, Forced, Closing
//
// A grammar is one automaton over bytes, so a token may end inside a character and begin in the middle of anything.
// Its states are expressions made when they are first reached (see node.go). Whatever is allowed can be completed:
// no mask leads into a dead end, and Closing says how to end soonest.
//
// JSON is written without white space, the members of an object in the order of its schema's properties, then all
// others in any order. No name comes twice. What a schema asserts is enforced, or compiling it is an error that says
// where and why; what it says without asserting is a warning.
package grammar

import (
	"context"
	"errors"
	"slices"
	"sync"

	"exaone/chat"
)

// Grammar is a compiled constraint. It may be used by many goroutines; what it learns while it is used is bounded.
type Grammar struct {
	root     Expr
	warnings []chat.Warning

	mu       sync.Mutex
	compiled map[string]*automaton // by the special tokens that the vocabulary lacks
}

// automaton is a machine and where it begins.
type automaton struct {
	machine *machine
	start   *node
}

// Compile compiles a constraint. The zero [chat.Grammar] allows any text. It ends early when ctx does, and in any case
// within bounds of time and memory. The error is an *[Error] but for that of ctx.
func Compile(ctx context.Context, g chat.Grammar) (*Grammar, error) {
	return New(ctx, Expr{&expr{kind: exprSource, source: g}})
}

// New compiles a grammar made in Go.
func New(ctx context.Context, root Expr) (*Grammar, error) {
	g := &Grammar{root: root, compiled: map[string]*automaton{}}
	a, warnings, err := build(ctx, root, nil)
	if err != nil {
		return nil, err
	}
	g.warnings = warnings
	g.compiled[""] = a
	return g, nil
}

// Warnings are what the sources say and that constrains nothing. The slice is the caller's.
func (g *Grammar) Warnings() []chat.Warning { return slices.Clone(g.warnings) }

// Size is about how many bytes of memory the grammar holds. It changes while the grammar is used.
func (g *Grammar) Size() int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	sum := int64(0)
	for _, a := range g.compiled {
		sum += a.machine.size.Load()
	}
	return sum
}

// build makes the automaton of an expression for vocabularies that lack some special tokens.
func build(ctx context.Context, root Expr, lacking []string) (*automaton, []chat.Warning, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	m := newMachine(ctx)
	m.lacking = lacking
	var warnings []chat.Warning
	n, err := root.node(m, &warnings, 0)
	if err == nil {
		err = m.err
	}
	if err == nil {
		m.start = n
		err = m.freeze()
	}
	if err == nil && m.dead(n) {
		err = ErrUnsatisfiable
	}
	if err == nil {
		return &automaton{m, n}, warnings, nil
	}
	var known *Error
	if errors.As(err, &known) || ctx.Err() != nil {
		return nil, nil, err
	}
	return nil, nil, &Error{Err: err}
}

// automatonFor returns the automaton for a vocabulary. With an error it is one that is good for nothing else.
func (g *Grammar) automatonFor(v *Vocabulary) (*automaton, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	a := g.compiled[""]
	var lacking []string
	for _, name := range a.machine.symbols {
		if _, ok := v.symbol(name); !ok {
			lacking = append(lacking, name)
		}
	}
	if lacking == nil {
		return a, nil
	}
	key := label(lacking...)
	if b := g.compiled[key]; b != nil {
		return b, nil
	}
	b, _, err := build(context.Background(), g.root, lacking)
	if err != nil { // texts have more states than special tokens
		return a, err
	}
	g.compiled[key] = b
	return b, nil
}
