package grammar

import (
	"fmt"
	"slices"
)

// facts is what must hold of a value of one kind: one way to satisfy a conjunction of assertions.
type facts struct {
	kind kind
	path string // of the schema that said something last, for errors

	values    []*value // if limited, the value is one of these
	limited   bool
	excluded  []*value
	integer   bool
	fraction  bool // it is not an integer
	lo, hi    *bound
	mults     []decimal
	notMults  []decimal
	languages []*node // of strings
	lengths   [2]int32

	arrays []arrayRule
	sizes  [2]int32 // of arrays and objects
	unique bool
	counts []countFact

	objects   []objectRule
	required  []string
	forbidden []string
	names     []assertion // of every name, as a string
	needs     []needFact

	scopes []scope
	seen   *tasks // done
	done   int    // how many
}

// arrayRule is what one schema says of items by their place.
type arrayRule struct {
	prefix []assertion
	rest   assertion
	covers bool // rest is of all others: none is unevaluated
	scopes []int32
}

// countFact asks that so many items, from the one at index from on, satisfy an assertion.
type countFact struct {
	from     int32
	is       assertion
	min, max int32
	scopes   []int32
}

// objectRule is what one schema says of members by their names.
type objectRule struct {
	props    []ruleProp
	index    map[string]assertion // of props, if they are many
	patterns []rulePattern
	rest     assertion
	covers   bool
	scopes   []int32
}

// of returns what the rule says of the member of a name, its patterns aside.
func (r *objectRule) of(name string) (is assertion, ok bool) {
	if r.index != nil {
		is, ok = r.index[name]
		return is, ok
	}
	for _, p := range r.props {
		if p.name == name {
			return p.is, true
		}
	}
	return 0, false
}

// manyProps are so many that they are found by an index.
const manyProps = 16

type ruleProp struct {
	name string
	is   assertion
}

type rulePattern struct {
	of *patternSchema
	is assertion
}

// needFact asks for a member whose name neither is one of rule's nor matches one of its patterns (or, if within is set,
// that matches it), or whose name satisfies an assertion, and whose value satisfies another.
type needFact struct {
	rule   *objectRule
	within *patternSchema
	name   assertion
	is     assertion
}

// scope is a schema with unevaluatedItems or unevaluatedProperties.
type scope struct {
	schema *schema
	outer  []int32
}

// task is an assertion to be brought into facts, or a choice to be made.
type task struct {
	is     assertion
	choice choice
	index  int
	scopes []int32
}

// tasks is a list that never changes, so ways that fork share what they have in common.
type tasks struct {
	task
	next *tasks
}

// before puts tasks in front of a list.
func (t *tasks) before(list []task) *tasks {
	for _, x := range slices.Backward(list) {
		t = &tasks{x, t}
	}
	return t
}

type choice uint8

const (
	chooseNothing choice = iota // is is an assertion as a whole
	chooseAnyOf
	chooseOneOf
	chooseIf
	chooseDependent // of dependency number index
)

// alternatives returns the ways in which values of a kind satisfy all assertions, those left out that certainly no
// value goes.
func (c *compiler) alternatives(all []assertion, k kind) ([]*facts, error) {
	var todo *tasks
	for _, a := range slices.Backward(all) {
		todo = &tasks{task{is: a}, todo}
	}
	var out []*facts
	e := &expansion{c: c, emit: func(f *facts) error {
		if len(out) == maxAlternatives {
			return &Error{Path: f.path, Err: fmt.Errorf("found more than %d combinations of alternatives for a value of type %s: %w", maxAlternatives, k, ErrTooLarge)}
		}
		impossible, err := c.impossible(f)
		if err == nil && !impossible {
			out = append(out, f)
		}
		return err
	}}
	err := e.expand(newFacts(k), todo)
	return out, err
}

func newFacts(k kind) *facts {
	return &facts{kind: k, lengths: [2]int32{0, unlimited}, sizes: [2]int32{0, unlimited}}
}

// expansion brings tasks into facts.
type expansion struct {
	c    *compiler
	emit func(*facts) error
}

func (f *facts) clone() *facts {
	g := *f
	g.values, g.excluded = slices.Clip(f.values), slices.Clip(f.excluded)
	g.mults, g.notMults, g.languages = slices.Clip(f.mults), slices.Clip(f.notMults), slices.Clip(f.languages)
	g.arrays, g.counts, g.objects = slices.Clip(f.arrays), slices.Clip(f.counts), slices.Clip(f.objects)
	g.required, g.forbidden, g.names = slices.Clip(f.required), slices.Clip(f.forbidden), slices.Clip(f.names)
	g.needs, g.scopes = slices.Clip(f.needs), slices.Clip(f.scopes)
	return &g
}

// weight is about how much memory facts take, in words.
func (f *facts) weight() int {
	return 64 + len(f.required) + len(f.forbidden) + 4*(len(f.objects)+len(f.arrays)+len(f.counts)) + len(f.excluded)
}

// expand does tasks. f is its own.
func (e *expansion) expand(f *facts, todo *tasks) error {
	for todo != nil {
		t := todo.task
		todo = todo.next
		if e.c.work++; e.c.work > limitWork {
			return &Error{Path: f.path, Err: fmt.Errorf("found too many combinations of alternatives: %w", ErrTooSlow)}
		}
		e.c.m.spend(8 + f.done/8)
		if e.c.m.err != nil {
			return e.c.m.err
		}
		if t.choice == chooseDependent {
			return e.branch(f, todo, dependent(e.c.of(t.is).dependent[t.index], t.scopes))
		}
		if t.choice != chooseNothing {
			options, err := e.options(f, t)
			if err != nil {
				return err
			}
			if len(options) != 1 {
				return e.fork(f, todo, options)
			}
			todo = todo.before(options[0])
			continue
		}
		if f.knows(t) {
			continue
		}
		if f.denies(t.is) {
			return nil
		}
		f.seen = &tasks{t, f.seen}
		f.done++
		s := e.c.of(t.is)
		f.path = s.path
		if t.is&1 == 1 {
			options, holds, err := e.c.violations(s, f.kind)
			if err != nil {
				return err
			}
			if holds {
				continue
			}
			return e.branch(f, todo, options)
		}
		more, ok, err := e.c.assert(f, s, t.scopes)
		if err != nil || !ok {
			return err
		}
		todo = todo.before(more)
	}
	return e.emit(f)
}

// knows reports whether a task has been done.
func (f *facts) knows(t task) bool {
	for o := f.seen; o != nil; o = o.next {
		if o.is == t.is && o.choice == t.choice && slices.Equal(o.scopes, t.scopes) {
			return true
		}
	}
	return false
}

// denies reports whether the opposite of an assertion has been done.
func (f *facts) denies(a assertion) bool {
	for o := f.seen; o != nil; o = o.next {
		if o.is == a.negate() {
			return true
		}
	}
	return false
}

// option is one way to go on: facts to add and tasks to do.
type option struct {
	add  func(*facts) bool // false if it contradicts; may be nil
	more []task
}

func (e *expansion) fork(f *facts, todo *tasks, options [][]task) error {
	for _, o := range options {
		e.c.m.spend(f.weight())
		if err := e.expand(f.clone(), todo.before(o)); err != nil {
			return err
		}
	}
	return nil
}

func (e *expansion) branch(f *facts, todo *tasks, options []option) error {
	for _, o := range options {
		e.c.m.spend(f.weight())
		g := f.clone()
		if o.add != nil && !o.add(g) {
			continue
		}
		if err := e.expand(g, todo.before(o.more)); err != nil {
			return err
		}
	}
	return nil
}

// assert adds what a schema says of values of f's kind, and returns what else it asserts. ok is false if no value can
// satisfy it.
func (c *compiler) assert(f *facts, s *schema, scopes []int32) (more []task, ok bool, err error) {
	if s.never || s.types != 0 && s.types>>f.kind&1 == 0 {
		return nil, false, nil
	}
	if s.hasEnum {
		if more, ok = c.assertEnum(f, s, more); !ok {
			return nil, false, nil
		}
	}
	inner := scopes
	if s.unevaluatedMembers != nil && f.kind == kindObject || s.unevaluatedItems != nil && f.kind == kindArray {
		inner = append(slices.Clip(scopes), int32(len(f.scopes)))
		f.scopes = append(f.scopes, scope{s, scopes})
	}
	switch f.kind {
	case kindNumber:
		f.assertNumber(s)
	case kindString:
		err = c.assertString(f, s)
	case kindArray:
		f.assertArray(s, inner)
	case kindObject:
		more = f.assertObject(s, inner, more)
	}
	if err != nil {
		return nil, false, err
	}
	if s.ref != "" {
		target, err := c.resolve(s)
		if err != nil {
			return nil, false, err
		}
		more = append(more, task{is: target.is(), scopes: inner})
	}
	for _, sub := range s.allOf {
		more = append(more, task{is: sub.is(), scopes: inner})
	}
	if s.not != nil {
		more = append(more, task{is: s.not.is().negate()})
	}
	for _, ch := range []struct {
		is     bool
		choice choice
	}{{s.anyOf != nil, chooseAnyOf}, {s.oneOf != nil, chooseOneOf}, {s.cond != nil && (s.then != nil || s.other != nil || len(inner) > 0), chooseIf}} {
		if ch.is {
			more = append(more, task{is: s.is(), choice: ch.choice, scopes: inner})
		}
	}
	if f.kind == kindObject {
		for i := range s.dependent {
			more = append(more, task{is: s.is(), choice: chooseDependent, index: i, scopes: inner})
		}
	}
	return more, true, nil
}

// assertEnum leaves the values of an enum that are of f's kind. Arrays and objects become schemas of their own.
func (c *compiler) assertEnum(f *facts, s *schema, more []task) ([]task, bool) {
	var values []*value
	for _, v := range s.enum {
		if v.kind == f.kind {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return more, false
	}
	if f.kind >= kindArray {
		return append(more, task{is: c.enumSchema(s, values).is(), choice: chooseAnyOf}), true
	}
	if !f.limited {
		f.values, f.limited = values, true
		return more, true
	}
	f.values = common(f.values, values)
	return more, len(f.values) > 0
}

// enumSchema is a schema that is any of constants.
func (c *compiler) enumSchema(s *schema, values []*value) *schema {
	e := c.add(newSchema())
	e.path, e.res, e.says = s.path, s.res, 1
	for _, v := range values {
		e.anyOf = append(e.anyOf, c.constant(v, s))
	}
	return e
}

// constant is a schema of one value.
func (c *compiler) constant(v *value, from *schema) *schema {
	if s := c.consts[v]; s != nil {
		return s
	}
	s := c.add(newSchema())
	s.path, s.value, s.res, s.says, s.types = from.path, v, from.res, 1, 1<<v.kind
	c.consts[v] = s
	switch v.kind {
	case kindArray:
		for _, item := range v.items {
			s.prefix = append(s.prefix, c.constant(item, from))
		}
		s.minItems, s.maxItems = int32(len(v.items)), int32(len(v.items))
	case kindObject:
		for _, m := range v.members {
			s.props = append(s.props, namedSchema{m.name, c.constant(m.value, from)})
			s.required = append(s.required, m.name)
		}
		s.maxMembers = int32(len(v.members))
	default:
		s.enum, s.hasEnum = []*value{v}, true
	}
	return s
}
