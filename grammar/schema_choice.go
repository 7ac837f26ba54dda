package grammar

import "slices"

// options are the ways to make a choice, each a list of tasks.
func (e *expansion) options(f *facts, t task) ([][]task, error) {
	s := e.c.of(t.is)
	f.path = s.path
	switch t.choice {
	case chooseAnyOf:
		return e.anyOf(s, t.scopes)
	case chooseOneOf:
		return e.oneOf(f, s, t.scopes)
	case chooseIf:
		return chooseIfOptions(s, t.scopes), nil
	}
	return nil, e.c.m.err
}

// must is a task that a schema holds, or that it does not.
func must(s *schema, scopes []int32) task { return task{is: s.is(), scopes: scopes} }
func mustNot(s *schema) task              { return task{is: s.is().negate()} }

// maxEvaluated is how many schemas an anyOf may have where it matters which of them hold together.
const maxEvaluated = 5

func (e *expansion) anyOf(s *schema, scopes []int32) ([][]task, error) {
	var out [][]task
	if len(scopes) == 0 {
		for _, sub := range s.anyOf {
			if sub.says == 0 && !sub.never { // the others add nothing to it
				return [][]task{{}}, nil
			}
			out = append(out, []task{must(sub, nil)})
		}
		return out, nil
	}
	// What is evaluated depends on all that hold, so each set of them is a way of its own.
	if len(s.anyOf) > maxEvaluated {
		return nil, s.errorf("anyOf", "found %d schemas under an unevaluated keyword, want at most %d", len(s.anyOf), maxEvaluated)
	}
	for set := 1; set < 1<<len(s.anyOf); set++ {
		var all []task
		for i, sub := range s.anyOf {
			if set>>i&1 == 1 {
				all = append(all, must(sub, scopes))
			}
		}
		out = append(out, all)
	}
	return out, nil
}

// oneOf is each schema in turn, without the others. Those that certainly have nothing in common with it need not be
// excluded.
func (e *expansion) oneOf(f *facts, s *schema, scopes []int32) ([][]task, error) {
	var live []*schema
	for _, sub := range s.oneOf {
		empty, err := e.fails(f, sub)
		if err != nil {
			return nil, err
		}
		if !empty {
			live = append(live, sub)
		}
	}
	var out [][]task
	for i, sub := range live {
		way := []task{must(sub, scopes)}
		for j, other := range live {
			if i == j {
				continue
			}
			apart := apart(f, sub, other)
			if !apart {
				var err error
				if apart, err = e.fails(f, sub, other); err != nil {
					return nil, err
				}
			}
			if !apart {
				way = append(way, mustNot(other))
			}
		}
		out = append(out, way)
	}
	return out, nil
}

// fails reports whether certainly no value satisfies f and the schemas.
func (e *expansion) fails(f *facts, schemas ...*schema) (bool, error) {
	var todo *tasks
	for _, s := range schemas {
		todo = &tasks{must(s, nil), todo}
	}
	found := false
	trial := &expansion{c: e.c}
	trial.emit = func(g *facts) error {
		if found {
			return nil
		}
		g.scopes = nil // what is evaluated is not known before all is decided
		impossible, err := e.c.impossible(g)
		found = found || !impossible
		return err
	}
	err := trial.expand(f.clone(), todo)
	return !found, err
}

// apart reports whether two schemas of objects ask for different values of one member that there must be. It only
// looks at them; what it misses is found by trying.
func apart(f *facts, a, b *schema) bool {
	if f.kind != kindObject {
		return false
	}
	for _, p := range a.props {
		if !p.schema.hasEnum || !slices.Contains(a.required, p.name) && !slices.Contains(f.required, p.name) && !slices.Contains(b.required, p.name) {
			continue
		}
		for _, q := range b.props {
			if q.name == p.name && q.schema.hasEnum && disjoint(p.schema.enum, q.schema.enum) {
				return true
			}
		}
	}
	return false
}

func disjoint(a, b []*value) bool {
	return len(a)+len(b) <= 64 && len(common(a, b)) == 0
}

func chooseIfOptions(s *schema, scopes []int32) [][]task {
	yes, no := []task{must(s.cond, scopes)}, []task{mustNot(s.cond)}
	if s.then != nil {
		yes = append(yes, must(s.then, scopes))
	}
	if s.other != nil {
		no = append(no, must(s.other, scopes))
	}
	return [][]task{yes, no}
}

// dependent is the ways of a dependency: the member is not there, or what depends on it is.
func dependent(d dependency, scopes []int32) []option {
	without := option{add: func(f *facts) bool { return f.forbid(d.name) }}
	with := option{add: func(f *facts) bool {
		for _, name := range append([]string{d.name}, d.needs...) {
			if !f.require(name) {
				return false
			}
		}
		return true
	}}
	if d.schema != nil {
		with.more = []task{must(d.schema, scopes)}
	}
	return []option{without, with}
}

func (f *facts) require(name string) bool {
	if slices.Contains(f.forbidden, name) {
		return false
	}
	f.required = append(f.required, name) // maybe not for the first time
	return true
}

func (f *facts) forbid(name string) bool {
	if slices.Contains(f.required, name) {
		return false
	}
	if !slices.Contains(f.forbidden, name) {
		f.forbidden = append(f.forbidden, name)
	}
	return true
}

// violations are the ways in which a value of a kind may fail to satisfy s. holds is true if every value of the kind
// fails to.
func (c *compiler) violations(s *schema, k kind) (ways []option, holds bool, err error) {
	if s.never || s.types != 0 && s.types>>k&1 == 0 {
		return nil, true, nil
	}
	if s.hasEnum {
		way, all := c.notEnum(s, k)
		if all {
			return nil, true, nil
		}
		ways = append(ways, way)
	}
	switch k {
	case kindNumber:
		ways = append(ways, notNumber(s)...)
	case kindString:
		more, err := c.notString(s)
		if err != nil {
			return nil, false, err
		}
		ways = append(ways, more...)
	case kindArray:
		more, err := notArray(s)
		if err != nil {
			return nil, false, err
		}
		ways = append(ways, more...)
	case kindObject:
		more, err := c.notObject(s)
		if err != nil {
			return nil, false, err
		}
		ways = append(ways, more...)
	}
	more, err := c.notLogic(s)
	return append(ways, more...), false, err
}

func (c *compiler) notLogic(s *schema) ([]option, error) {
	var ways []option
	tasks := func(list ...task) { ways = append(ways, option{more: list}) }
	if s.ref != "" {
		target, err := c.resolve(s)
		if err != nil {
			return nil, err
		}
		tasks(mustNot(target))
	}
	for _, sub := range s.allOf {
		tasks(mustNot(sub))
	}
	none := func(list []*schema) {
		var all []task
		for _, sub := range list {
			all = append(all, mustNot(sub))
		}
		tasks(all...)
	}
	if s.anyOf != nil {
		none(s.anyOf)
	}
	if s.oneOf != nil {
		none(s.oneOf)
		if len(s.oneOf) > 32 {
			return nil, s.errorf("oneOf", "found %d schemas that may not hold one at a time, want at most 32: %w", len(s.oneOf), ErrTooLarge)
		}
		for i, a := range s.oneOf {
			for _, b := range s.oneOf[:i] {
				tasks(must(a, nil), must(b, nil))
			}
		}
	}
	if s.not != nil {
		tasks(must(s.not, nil))
	}
	if s.cond != nil && s.then != nil {
		tasks(must(s.cond, nil), mustNot(s.then))
	}
	if s.cond != nil && s.other != nil {
		tasks(mustNot(s.cond), mustNot(s.other))
	}
	return ways, nil
}

// notEnum is being none of the values of a kind. all is true if there are none.
func (c *compiler) notEnum(s *schema, k kind) (way option, all bool) {
	var values []*value
	for _, v := range s.enum {
		if v.kind == k {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return way, true
	}
	if k < kindArray {
		return option{add: func(f *facts) bool { return f.exclude(values) }}, false
	}
	for _, v := range values {
		way.more = append(way.more, mustNot(c.constant(v, s)))
	}
	return way, false
}

func (f *facts) exclude(values []*value) bool {
	f.excluded = append(f.excluded, values...)
	return true
}
