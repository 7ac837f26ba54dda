package grammar

import "slices"

// impossible reports whether certainly no value goes the way of facts. Scopes become rules here, since only now is it
// known what is evaluated.
func (c *compiler) impossible(f *facts) (bool, error) {
	switch f.kind {
	case kindNull:
		return false, nil
	case kindArray:
		c.evaluateItems(f)
		f.scopes = nil
		return c.impossibleArray(f)
	case kindObject:
		c.evaluateMembers(f)
		f.scopes = nil
		return c.impossibleObject(f)
	}
	n, err := c.scalar(f)
	if err != nil {
		return false, err
	}
	return c.m.dead(n), c.m.err
}

func (c *compiler) impossibleArray(f *facts) (bool, error) {
	if f.sizes[1] != unlimited && f.sizes[0] > f.sizes[1] {
		return true, nil
	}
	least := f.sizes[0]
	for _, n := range f.counts {
		if n.max != unlimited && n.min > n.max {
			return true, nil
		}
		if n.min > 0 {
			least = max(least, n.from+n.min)
		}
	}
	if f.sizes[1] != unlimited && least > f.sizes[1] {
		return true, nil
	}
	for at := range min(int(least), maxPlaces) {
		all := f.itemAssertions(at)
		empty, err := c.isEmpty(all)
		if err != nil || empty {
			return empty, err
		}
		if !slices.ContainsFunc(f.arrays, func(r arrayRule) bool { return at < len(r.prefix) }) {
			break // from here on items are alike
		}
	}
	return false, nil
}

func (c *compiler) impossibleObject(f *facts) (bool, error) {
	f.required = once(f.required)
	if f.sizes[1] != unlimited && (f.sizes[0] > f.sizes[1] || len(f.required) > int(f.sizes[1])) {
		return true, nil
	}
	return c.contradicts(f)
}

// once is names without those that come again.
func once(names []string) []string {
	seen := make(map[string]bool, len(names))
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		again := seen[name]
		seen[name] = true
		return again
	})
}

// contradicts reports whether a member that there must be can have no value.
func (c *compiler) contradicts(f *facts) (bool, error) {
	for _, name := range f.required {
		c.m.spend(len(f.objects))
		all, err := c.memberAssertions(f, name)
		if err != nil {
			return false, err
		}
		if empty, err := c.isEmpty(all); err != nil || empty {
			return empty, err
		}
	}
	return false, nil
}
