package grammar

// rules returns the node of the rule root.
func (m *machine) rulesNode(source string) (*node, error) {
	byName, list, err := parseRules(source)
	if err != nil {
		return nil, err
	}
	for _, d := range list {
		if err := checkNames(d.body, byName); err != nil {
			return nil, err
		}
	}
	for changed := true; changed; {
		changed = false
		for _, d := range list {
			m.spend(1)
			if !d.nullable && d.body.nullable(byName) {
				d.nullable, changed = true, true
			}
		}
		if m.err != nil {
			return nil, m.err
		}
	}
	if err := checkBeginnings(byName, list); err != nil {
		return nil, err
	}
	for _, d := range list {
		d.rule = m.newRule(d.name, d.nullable)
	}
	for _, d := range list {
		d.rule.body = m.ruleNode(d.body, byName)
		if m.err != nil {
			return nil, m.err
		}
	}
	return byName["root"].rule.ref, nil
}

// checkBeginnings refuses rules that begin with themselves: no step would ever get past them.
func checkBeginnings(byName map[string]*ruleDef, list []*ruleDef) error {
	const entered = -1
	depth := map[*ruleDef]int{} // of the chain of rules that begin with another
	var visit func(d *ruleDef, level int) error
	visit = func(d *ruleDef, level int) error {
		if level > maxHeight/4 {
			return errorAt(d.offset, "found rules that begin with rules, more than %d deep: %w", maxHeight/4, ErrTooDeep)
		}
		depth[d] = entered
		deepest := 0
		var err error
		d.body.begins(byName, func(next *ruleDef) {
			if err != nil {
				return
			}
			n, seen := depth[next]
			if seen && n == entered {
				err = errorAt(d.offset, "found the rule %s, which begins with %s, which begins with it, want no left recursion", d.name, next.name)
				return
			}
			if !seen {
				if err = visit(next, level+1); err != nil {
					return
				}
			}
			deepest = max(deepest, depth[next]+1)
		})
		depth[d] = deepest
		if err == nil && deepest > maxHeight/4 {
			err = errorAt(d.offset, "found rules that begin with rules, more than %d deep: %w", maxHeight/4, ErrTooDeep)
		}
		return err
	}
	for _, d := range list {
		if _, seen := depth[d]; !seen {
			if err := visit(d, 0); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *machine) ruleNode(e *ruleExpr, byName map[string]*ruleDef) *node {
	if m.err != nil {
		return m.none
	}
	switch e.op {
	case ruleText:
		return m.lit(e.text)
	case ruleClass:
		return m.class(rawText, e.set)
	case ruleName:
		return byName[e.text].rule.ref
	case ruleSpecial:
		return m.special(e.text)
	case ruleSeq:
		n := m.empty
		for i := len(e.kids) - 1; i >= 0; i-- {
			n = m.concat(m.ruleNode(e.kids[i], byName), n)
		}
		return n
	case ruleAlt:
		ways := make([]*node, len(e.kids))
		for i, k := range e.kids {
			ways[i] = m.ruleNode(k, byName)
		}
		return m.alt(ways...)
	}
	return m.repeat(m.ruleNode(e.kids[0], byName), e.min, e.max)
}
