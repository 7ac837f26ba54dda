package grammar

import "slices"

func (f *facts) assertArray(s *schema, scopes []int32) {
	f.sizes[0] = max(f.sizes[0], s.minItems)
	f.sizes[1] = lower(f.sizes[1], s.maxItems)
	f.unique = f.unique || s.unique
	if s.prefix != nil || s.items != nil {
		r := arrayRule{rest: always, covers: s.items != nil, scopes: scopes}
		for _, p := range s.prefix {
			r.prefix = append(r.prefix, p.is())
		}
		if s.items != nil {
			r.rest = s.items.is()
		}
		f.arrays = append(f.arrays, r)
	}
	if s.contains != nil {
		n := countFact{is: s.contains.is(), min: s.minContains, max: s.maxContains}
		if s.res.draft >= draft2020 {
			n.scopes = scopes
		}
		f.counts = append(f.counts, n)
	}
}

func notArray(s *schema) ([]option, error) {
	var ways []option
	way := func(add func(*facts)) {
		ways = append(ways, option{add: func(f *facts) bool { add(f); return true }})
	}
	if s.minItems > 0 {
		way(func(f *facts) { f.sizes[1] = lower(f.sizes[1], s.minItems-1) })
	}
	if s.maxItems != unlimited {
		way(func(f *facts) { f.sizes[0] = max(f.sizes[0], s.maxItems+1) })
	}
	for i, p := range s.prefix {
		way(func(f *facts) {
			r := arrayRule{prefix: make([]assertion, i+1), rest: always}
			r.prefix[i] = p.is().negate()
			f.arrays = append(f.arrays, r)
			f.sizes[0] = max(f.sizes[0], int32(i)+1)
		})
	}
	if s.items != nil {
		way(func(f *facts) {
			f.counts = append(f.counts, countFact{from: int32(len(s.prefix)), is: s.items.is().negate(), min: 1, max: unlimited})
		})
	}
	if s.contains != nil {
		if s.minContains > 0 {
			way(func(f *facts) {
				f.counts = append(f.counts, countFact{is: s.contains.is(), max: s.minContains - 1})
			})
		}
		if s.maxContains != unlimited {
			way(func(f *facts) {
				f.counts = append(f.counts, countFact{is: s.contains.is(), min: s.maxContains + 1, max: unlimited})
			})
		}
	}
	switch {
	case s.unique:
		return nil, s.errorf("uniqueItems", "found it where it must not hold, which cannot be enforced")
	case s.unevaluatedItems != nil:
		return nil, s.errorf("unevaluatedItems", "found it where it must not hold, which cannot be enforced")
	}
	return ways, nil
}

// itemAssertions are those of the item at an index.
func (f *facts) itemAssertions(at int) []assertion {
	var all []assertion
	for _, r := range f.arrays {
		if at < len(r.prefix) {
			all = append(all, r.prefix[at])
		} else {
			all = append(all, r.rest)
		}
	}
	return all
}

// evaluateItems turns scopes into rules of the items that nothing evaluates.
func (c *compiler) evaluateItems(f *facts) {
	for i, sc := range slices.Backward(f.scopes) {
		s := sc.schema
		if s.unevaluatedItems == nil {
			continue
		}
		rule := arrayRule{rest: s.unevaluatedItems.is(), covers: true, scopes: sc.outer}
		covered := false
		for _, r := range f.arrays {
			if slices.Contains(r.scopes, int32(i)) {
				covered = covered || r.covers
				for len(rule.prefix) < len(r.prefix) {
					rule.prefix = append(rule.prefix, always)
				}
			}
		}
		if covered {
			continue
		}
		whole := newSchema()
		whole.path, whole.res, whole.says, whole.anyOf = s.path, s.res, 1, []*schema{s.unevaluatedItems}
		for _, n := range f.counts {
			if slices.Contains(n.scopes, int32(i)) {
				whole.anyOf = append(whole.anyOf, c.of(n.is))
			}
		}
		if len(whole.anyOf) > 1 {
			rule.rest = c.add(whole).is()
		}
		f.arrays = append(f.arrays, rule)
	}
}

// maxPlaces is how many items may each have their own schema.
const maxPlaces = 1 << 10

func (c *compiler) arrayNode(f *facts) (*node, error) {
	places := 0
	for _, r := range f.arrays {
		places = max(places, len(r.prefix))
	}
	for _, n := range f.counts {
		places = max(places, int(n.from))
	}
	if f.sizes[1] != unlimited {
		places = min(places, int(f.sizes[1]))
	}
	counts := f.countsThatMatter()
	if len(counts) > maxCounts || places > maxPlaces {
		return nil, &Error{Path: f.path, Keyword: "contains", Err: ErrTooLarge}
	}
	spec := &arraySpec{min: f.sizes[0], max: f.sizes[1], unique: f.unique}
	for _, n := range counts {
		if n.min > 1<<10 {
			return nil, &Error{Path: f.path, Keyword: "minContains", Err: ErrTooLarge}
		}
		spec.counts = append(spec.counts, itemCount{n.min, n.max})
	}
	for at := range places + 1 {
		kind, err := c.itemKind(f.itemAssertions(at), counts, int32(at))
		if err != nil {
			return nil, err
		}
		spec.kinds = append(spec.kinds, kind)
	}
	if err := c.limitUnique(f, spec); err != nil {
		return nil, err
	}
	return c.m.array(spec), nil
}

// countsThatMatter leaves out counts that hold anyhow.
func (f *facts) countsThatMatter() []countFact {
	var out []countFact
	for _, n := range f.counts {
		if n.min > 0 || n.max != unlimited {
			out = append(out, n)
		}
	}
	return out
}

// itemKind is the ways in which an item can be what is asked for and be counted.
func (c *compiler) itemKind(all []assertion, counts []countFact, at int32) (itemKind, error) {
	var kind itemKind
	for counted := range 1 << len(counts) {
		way := slices.Clone(all)
		valid := true
		for i, n := range counts {
			in := counted>>i&1 == 1
			switch {
			case at < n.from:
				valid = valid && !in
			case in:
				way = append(way, n.is)
			case n.max != unlimited:
				way = append(way, n.is.negate())
			}
		}
		if !valid {
			continue
		}
		item, err := c.node(way)
		if err != nil {
			return nil, err
		}
		kind = append(kind, itemWay{item, uint8(counted)})
	}
	return kind, nil
}

// limitUnique finds how many different items there are, if they are few.
func (c *compiler) limitUnique(f *facts, spec *arraySpec) error {
	if !spec.unique || spec.max == 0 || spec.max == 1 {
		return nil
	}
	for _, kind := range spec.kinds {
		for _, w := range kind {
			if w.item.has(flagOpen) {
				continue
			}
			n := c.m.words(w.item, maxMinItems)
			if n == unlimited {
				continue
			}
			if n > 0 {
				spec.few = c.m.distinct(w.item)
			}
			if len(spec.kinds) > 1 || len(kind) > 1 {
				return &Error{Path: f.path, Keyword: "uniqueItems", Err: errorAt(0, "found it beside items that differ by place or are counted, and that are few, which cannot be enforced").Err}
			}
			spec.max = lower(spec.max, n)
		}
	}
	return nil
}
