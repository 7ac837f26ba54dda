package grammar

import (
	"fmt"
	"slices"
)

// assertObject adds what s says of members.
func (f *facts) assertObject(s *schema, scopes []int32, more []task) []task {
	f.sizes[0] = max(f.sizes[0], s.minMembers)
	f.sizes[1] = lower(f.sizes[1], s.maxMembers)
	if rule, ok := s.objectRule(); ok {
		rule.scopes = scopes
		f.objects = append(f.objects, rule)
	}
	if s.names != nil {
		f.names = append(f.names, s.names.is())
	}
	for _, name := range s.required {
		if !f.require(name) {
			return append(more, task{is: never})
		}
	}
	return more
}

// objectRule is what s says of members by their names. ok is false if it says nothing.
func (s *schema) objectRule() (rule objectRule, ok bool) {
	if s.props == nil && s.patterns == nil && s.additional == nil {
		return rule, false
	}
	if s.rule != nil {
		return *s.rule, true
	}
	rule = objectRule{rest: always, covers: s.additional != nil, props: make([]ruleProp, len(s.props))}
	for i, p := range s.props {
		rule.props[i] = ruleProp{p.name, p.schema.is()}
	}
	if len(rule.props) > manyProps {
		rule.index = make(map[string]assertion, len(rule.props))
		for _, p := range rule.props {
			rule.index[p.name] = p.is
		}
	}
	for _, p := range s.patterns {
		rule.patterns = append(rule.patterns, rulePattern{p, p.schema.is()})
	}
	if s.additional != nil {
		rule.rest = s.additional.is()
	}
	s.rule = &rule
	return rule, true
}

func (c *compiler) notObject(s *schema) ([]option, error) {
	var ways []option
	way := func(add func(*facts) bool) { ways = append(ways, option{add: add}) }
	for _, name := range s.required {
		way(func(f *facts) bool { return f.forbid(name) })
	}
	if s.minMembers > 0 {
		way(func(f *facts) bool { f.sizes[1] = lower(f.sizes[1], s.minMembers-1); return true })
	}
	if s.maxMembers != unlimited {
		way(func(f *facts) bool { f.sizes[0] = max(f.sizes[0], s.maxMembers+1); return true })
	}
	rule, _ := s.objectRule()
	for _, p := range rule.props {
		if p.is == always {
			continue
		}
		way(func(f *facts) bool {
			f.objects = append(f.objects, objectRule{props: []ruleProp{{p.name, p.is.negate()}}, rest: always})
			return f.require(p.name)
		})
	}
	need := func(n needFact) {
		way(func(f *facts) bool { f.needs = append(f.needs, n); return true })
	}
	for _, p := range rule.patterns {
		if p.is != always {
			need(needFact{within: p.of, name: always, is: p.is.negate()})
		}
	}
	if rule.rest != always {
		need(needFact{rule: &rule, name: always, is: rule.rest.negate()})
	}
	if s.names != nil {
		need(needFact{name: s.names.is().negate(), is: always})
	}
	for _, d := range s.dependent {
		for _, name := range d.needs {
			way(func(f *facts) bool { return f.require(d.name) && f.forbid(name) })
		}
		if d.schema != nil {
			ways = append(ways, option{add: func(f *facts) bool { return f.require(d.name) }, more: []task{mustNot(d.schema)}})
		}
	}
	if s.unevaluatedMembers != nil {
		return nil, s.errorf("unevaluatedProperties", "found it where it must not hold, which cannot be enforced")
	}
	return ways, nil
}

// evaluateMembers turns scopes into rules of the members that nothing evaluates.
func (c *compiler) evaluateMembers(f *facts) {
	for i, sc := range slices.Backward(f.scopes) {
		s := sc.schema
		if s.unevaluatedMembers == nil {
			continue
		}
		rule := objectRule{rest: s.unevaluatedMembers.is(), covers: true, scopes: sc.outer}
		covered := false
		for _, r := range f.objects {
			if !slices.Contains(r.scopes, int32(i)) {
				continue
			}
			covered = covered || r.covers
			for _, p := range r.props {
				rule.props = append(rule.props, ruleProp{p.name, always})
			}
			for _, p := range r.patterns {
				rule.patterns = append(rule.patterns, rulePattern{p.of, always})
			}
		}
		if !covered {
			f.objects = append(f.objects, rule)
		}
	}
}

// language is the names that a pattern matches.
func (c *compiler) nameLanguage(p *patternSchema) (*node, error) {
	if p.language == nil {
		n, err := c.m.searchPattern(p.pattern, strictJSON)
		if err != nil {
			return nil, &Error{Path: p.schema.path, Keyword: "patternProperties", Err: err}
		}
		p.language = n
	}
	return p.language, nil
}

// memberNames are the names that facts mention, in the order of properties, then the others that are required.
func (f *facts) memberNames() []string {
	var names []string
	seen := map[string]bool{}
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	for _, r := range f.objects {
		for _, p := range r.props {
			add(p.name)
		}
	}
	for _, name := range f.required {
		add(name)
	}
	for _, name := range f.forbidden {
		add(name)
	}
	return names
}

// memberAssertions are those of the value of a member by its name.
func (c *compiler) memberAssertions(f *facts, name string) ([]assertion, error) {
	if slices.Contains(f.forbidden, name) {
		return []assertion{never}, nil
	}
	var all []assertion
	for _, r := range f.objects {
		is, named := r.of(name)
		if named && is != always {
			all = append(all, is)
		}
		for _, p := range r.patterns {
			language, err := c.nameLanguage(p.of)
			if err != nil {
				return nil, err
			}
			if c.m.matches(language, name) {
				all = append(all, p.is)
				named = true
			}
		}
		if !named && r.rest != always {
			all = append(all, r.rest)
		}
	}
	if len(f.names) > 0 {
		language, err := c.namesLanguage(f.names)
		if err != nil {
			return nil, err
		}
		if !c.m.matches(language, name) {
			return []assertion{never}, nil
		}
	}
	return all, nil
}

// namesLanguage is the names that satisfy assertions about strings.
func (c *compiler) namesLanguage(all []assertion) (*node, error) {
	ways, err := c.alternatives(c.term(all).all, kindString)
	if err != nil {
		return nil, err
	}
	nodes := []*node{}
	for _, f := range ways {
		if len(f.languages) == 0 && len(f.excluded) == 0 && !f.limited { // names are spelled strictly
			f = f.clone()
			f.languages = []*node{c.m.universe(strictJSON)}
		}
		nodes = append(nodes, c.characters(f))
	}
	return c.m.alt(nodes...), nil
}

func (c *compiler) objectNode(f *facts) (*node, error) {
	spec := &objectSpec{min: f.sizes[0], max: f.sizes[1]}
	names := f.memberNames()
	required := map[string]bool{}
	for _, name := range f.required {
		required[name] = true
	}
	for _, name := range names {
		all, err := c.memberAssertions(f, name)
		if err != nil {
			return nil, err
		}
		if slices.Contains(all, never) && !required[name] {
			continue
		}
		value, err := c.node(all)
		if err != nil {
			return nil, err
		}
		spec.props = append(spec.props, prop{name: name, required: required[name], value: value})
	}
	groups, err := c.groups(f, names)
	if err != nil {
		return nil, err
	}
	if len(f.needs) > 0 {
		return c.needing(f, spec, groups, names)
	}
	if spec.extras, err = c.extrasOf(groups); err != nil {
		return nil, err
	}
	return c.m.object(spec), nil
}

// group is members of names that are not mentioned, to which the same assertions apply.
type group struct {
	names *node
	all   []assertion
	named bool // by a pattern of the rule in hand
}

// maxGroups is how many groups patterns may divide names into.
const maxGroups = 64

// groups divides the names that are not mentioned by the patterns that they match.
func (c *compiler) groups(f *facts, names []string) ([]group, error) {
	m := c.m
	any := m.universe(strictJSON)
	if len(f.names) > 0 {
		var err error
		if any, err = c.namesLanguage(f.names); err != nil {
			return nil, err
		}
	}
	if !slices.ContainsFunc(f.objects, func(r objectRule) bool { return r.rest == never && len(r.patterns) == 0 }) {
		any = m.and(any, m.not(m.textsNode(strictJSON, slices.Clone(names))))
	} else {
		return nil, nil
	}
	groups := []group{{names: any}}
	for _, r := range f.objects {
		for i := range groups {
			groups[i].named = false
		}
		for _, p := range r.patterns {
			if p.is == always && r.rest == always {
				continue
			}
			language, err := c.nameLanguage(p.of)
			if err != nil {
				return nil, err
			}
			var split []group
			for _, g := range groups {
				if in := m.and(g.names, language); !m.dead(in) {
					split = append(split, group{in, append(slices.Clip(g.all), p.is), true})
				}
				if out := m.and(g.names, m.not(language)); !m.dead(out) {
					split = append(split, group{out, g.all, g.named})
				}
			}
			if groups = split; len(groups) > maxGroups {
				return nil, &Error{Path: f.path, Keyword: "patternProperties", Err: fmt.Errorf("found patterns that overlap in more than %d ways: %w", maxGroups, ErrTooLarge)}
			}
		}
		for i, g := range groups {
			if !g.named {
				groups[i].all = append(slices.Clip(g.all), r.rest)
			}
		}
		groups = slices.DeleteFunc(groups, func(g group) bool { return slices.Contains(g.all, never) })
	}
	return groups, m.err
}

// extrasOf are the extras of groups. Groups of the same assertions are one.
func (c *compiler) extrasOf(groups []group) ([]extra, error) {
	var extras []extra
	for _, g := range groups {
		value, err := c.node(g.all)
		if err != nil {
			return nil, err
		}
		if c.m.dead(g.names) {
			continue
		}
		if at := slices.IndexFunc(extras, func(e extra) bool { return e.value == value }); at >= 0 {
			extras[at].names = c.m.alt(extras[at].names, g.names)
			continue
		}
		extras = append(extras, extra{names: g.names, value: value})
	}
	for i := range extras {
		extras[i].words = c.m.nameCount(extras[i].names)
	}
	return extras, c.m.err
}

// nameCount is how many names a language has, or unlimited.
func (m *machine) nameCount(names *node) int32 {
	if k, _ := m.plainRun(names); k == unlimited { // any name but a few
		return unlimited
	}
	return m.words(names, maxMinItems)
}

// needing is an object that must have some member that is not mentioned, or that a pattern tells of.
func (c *compiler) needing(f *facts, spec *objectSpec, groups []group, names []string) (*node, error) {
	need := f.needs[len(f.needs)-1]
	rest := f.clone()
	rest.needs = rest.needs[:len(rest.needs)-1]
	var ways []*node
	// It may be one of those that are mentioned.
	for _, name := range names {
		in, err := c.needNames(need)
		if err != nil {
			return nil, err
		}
		if !c.m.matches(in, name) {
			continue
		}
		g := rest.clone()
		g.objects = append(g.objects, objectRule{props: []ruleProp{{name, need.is}}, rest: always})
		if !g.require(name) {
			continue
		}
		if impossible, err := c.impossible(g); err != nil || impossible {
			if err != nil {
				return nil, err
			}
			continue
		}
		n, err := c.objectNode(g)
		if err != nil {
			return nil, err
		}
		ways = append(ways, n)
	}
	if len(f.needs) > 1 {
		return nil, &Error{Path: f.path, Err: fmt.Errorf("found more than one member that there must be under a name that is not given, which cannot be enforced")}
	}
	in, err := c.needNames(need)
	if err != nil {
		return nil, err
	}
	extras, err := c.extrasOf(groups)
	if err != nil {
		return nil, err
	}
	var needed []*node
	for _, g := range groups {
		names := c.m.and(g.names, in)
		if c.m.dead(names) || slices.Contains(g.all, never) {
			continue
		}
		empty, err := c.isEmpty(append(slices.Clip(g.all), need.is))
		if err != nil {
			return nil, err
		}
		if empty {
			continue
		}
		if c.m.nameCount(names) != unlimited {
			return nil, &Error{Path: f.path, Err: fmt.Errorf("found a member that there must be under one of a few names that are not given, which cannot be enforced")}
		}
		value, err := c.node(append(slices.Clip(g.all), need.is))
		if err != nil {
			return nil, err
		}
		more := append(slices.Clone(extras), extra{names: names, value: value, words: unlimited, needed: true})
		needed = append(needed, c.m.object(&objectSpec{props: spec.props, extras: more, min: spec.min, max: spec.max}))
	}
	return c.m.alt(append(ways, needed...)...), nil
}

// needNames is the names that a member may have that there must be.
func (c *compiler) needNames(n needFact) (*node, error) {
	m := c.m
	out := m.universe(strictJSON)
	if n.within != nil {
		return c.nameLanguage(n.within)
	}
	if n.rule != nil {
		var names []string
		for _, p := range n.rule.props {
			names = append(names, p.name)
		}
		out = m.and(out, m.not(m.textsNode(strictJSON, names)))
		for _, p := range n.rule.patterns {
			language, err := c.nameLanguage(p.of)
			if err != nil {
				return nil, err
			}
			out = m.and(out, m.not(language))
		}
	}
	if n.name != always {
		language, err := c.namesLanguage([]assertion{n.name})
		if err != nil {
			return nil, err
		}
		out = m.and(out, language)
	}
	return out, nil
}
