package grammar

import "strings"

// annotations are the keywords that assert nothing.
var annotations = map[string]string{
	"title": "a title", "description": "a description", "default": "a default", "examples": "examples",
	"deprecated": "a note", "readOnly": "a note", "writeOnly": "a note",
	"contentEncoding": "how the text is encoded", "contentMediaType": "what the text is", "contentSchema": "what the text is",
}

// silent are the keywords that only help to read others.
var silent = map[string]bool{"$schema": true, "$id": true, "id": true, "$anchor": true, "$defs": true, "definitions": true,
	"$comment": true, "$vocabulary": true, "$dynamicAnchor": true, "$recursiveAnchor": true}

// since is the first draft that has a keyword, where that is not draft-04.
var since = map[string]draft{
	"const": draft06, "contains": draft06, "propertyNames": draft06, "examples": draft06,
	"if": draft07, "then": draft07, "else": draft07,
	"dependentRequired": draft2019, "dependentSchemas": draft2019, "unevaluatedItems": draft2019,
	"unevaluatedProperties": draft2019, "minContains": draft2019, "maxContains": draft2019, "$recursiveRef": draft2019,
	"prefixItems": draft2020, "$dynamicRef": draft2020,
}

// keyword reads one keyword of a schema.
func (c *compiler) keyword(s *schema, name string, v *value) error {
	d := s.res.draft
	if first, ok := since[name]; ok && d < first || name == "$recursiveRef" && d == draft2020 {
		c.warn(s.path, name, "is no keyword of this draft and asserts nothing")
		return nil
	}
	if what, ok := annotations[name]; ok {
		c.warn(s.path, name, "is %s and asserts nothing", what)
		return nil
	}
	if silent[name] {
		return nil
	}
	for _, read := range []func(*schema, string, *value) (bool, error){c.scalarKeyword, c.arrayKeyword, c.objectKeyword, c.logicKeyword} {
		if known, err := read(s, name, v); known || err != nil {
			return err
		}
	}
	c.warn(s.path, name, "is no keyword that is known here and asserts nothing")
	return nil
}

func (c *compiler) scalarKeyword(s *schema, name string, v *value) (known bool, err error) {
	switch name {
	case "type":
		return true, s.typeNames(v)
	case "enum":
		if v.kind != kindArray {
			return true, s.errorf(name, "found a %s, want an array", v.kind)
		}
		s.says++
		return true, c.restrict(s, v.items)
	case "const":
		s.says++
		return true, c.restrict(s, []*value{v})
	case "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum":
		return true, c.boundKeyword(s, name, v)
	case "multipleOf":
		d, err := s.decimal(name, v)
		if err == nil && (d.neg || d.isZero()) {
			err = s.errorf(name, "found %s, want a number above 0", v.text)
		}
		s.multipleOf = &d
		s.says++
		return true, err
	case "minLength":
		s.minLength, err = s.atLeastCount(name, v, maxMinLength)
		return true, err
	case "maxLength":
		s.maxLength, err = s.atMostCount(name, v)
		return true, err
	case "pattern":
		text, err := s.text(name, v)
		if err == nil {
			s.pattern, err = parsePattern(text)
			if err != nil {
				err = s.errorf(name, "%s: %w", quote(text), err)
			}
		}
		s.says++
		return true, err
	case "format":
		return true, c.formatKeyword(s, v)
	}
	return false, nil
}

// restrict leaves of the values that an enum allows those that are also in values.
func (c *compiler) restrict(s *schema, values []*value) error {
	if !s.hasEnum {
		s.hasEnum = true
		s.enum = values
		return nil
	}
	s.enum = common(s.enum, values)
	return nil
}

// common returns those of a that are in b too.
func common(a, b []*value) []*value {
	in := keysOf(b)
	var out []*value
	for _, v := range a {
		if in[v.key()] {
			out = append(out, v)
		}
	}
	return out
}

func keysOf(values []*value) map[string]bool {
	keys := make(map[string]bool, len(values))
	for _, v := range values {
		keys[v.key()] = true
	}
	return keys
}

func (c *compiler) boundKeyword(s *schema, name string, v *value) error {
	open := strings.HasPrefix(name, "exclusive")
	if open && v.kind == kindBool && (s.res.draft == draft04 || s.res.draft == anyDraft) {
		return nil // together looks at it
	}
	if open && s.res.draft == draft04 {
		return s.errorf(name, "found a %s, want true or false", v.kind)
	}
	d, err := s.decimal(name, v)
	if err != nil {
		return err
	}
	s.says++
	if strings.HasSuffix(name, "inimum") {
		s.lo = raise(s.lo, d, open, false)
	} else {
		s.hi = raise(s.hi, d, open, true)
	}
	return nil
}

func (c *compiler) arrayKeyword(s *schema, name string, v *value) (known bool, err error) {
	d := s.res.draft
	switch name {
	case "prefixItems":
		s.prefix, err = c.subs(s, name, v)
		s.says++
	case "items":
		if v.kind == kindArray {
			if d == draft2020 {
				return true, s.errorf(name, "found an array, want a schema: an array is prefixItems in this draft")
			}
			if len(v.items) > 0 {
				s.prefix, err = c.subs(s, name, v)
				s.says++
			}
			if more := s.value.get("additionalItems"); more != nil && err == nil {
				s.items, err = c.sub(s, more, "additionalItems")
			}
			return true, err
		}
		s.items, err = c.sub(s, v, name)
		s.says++
	case "additionalItems":
		if d == draft2020 {
			return false, nil
		}
		if items := s.value.get("items"); items == nil || items.kind != kindArray {
			c.warn(s.path, name, "says nothing without items as an array")
		} else {
			s.says++
		}
	case "minItems":
		s.minItems, err = s.atLeastCount(name, v, maxMinItems)
	case "maxItems":
		s.maxItems, err = s.atMostCount(name, v)
	case "uniqueItems":
		if v.kind != kindBool {
			return true, s.errorf(name, "found a %s, want true or false", v.kind)
		}
		if s.unique = v.truth; s.unique {
			s.says++
		}
	case "contains":
		s.contains, err = c.sub(s, v, name)
		s.says++
	case "minContains":
		s.minContains, err = s.atLeastCount(name, v, maxMinItems)
		s.says--
	case "maxContains":
		s.maxContains, err = s.atMostCount(name, v)
		s.says--
	case "unevaluatedItems":
		s.unevaluatedItems, err = c.sub(s, v, name)
		s.says++
	default:
		return false, nil
	}
	return true, err
}

func (c *compiler) objectKeyword(s *schema, name string, v *value) (known bool, err error) {
	switch name {
	case "properties":
		s.props, err = c.namedSubs(s, name, v)
		s.says += len(s.props)
	case "patternProperties":
		err = c.patternKeyword(s, v)
	case "additionalProperties":
		s.additional, err = c.sub(s, v, name)
		s.says++
	case "required":
		if v.kind == kindBool && s.res.draft == anyDraft {
			return true, s.errorf(name, "found %t, want an array of names: a member is required by its object's schema", v.truth)
		}
		s.required, err = s.strings(name, v)
		s.says += len(s.required)
	case "minProperties":
		s.minMembers, err = s.atLeastCount(name, v, maxMinItems)
	case "maxProperties":
		s.maxMembers, err = s.atMostCount(name, v)
	case "propertyNames":
		s.names, err = c.sub(s, v, name)
		s.says++
	case "dependentRequired", "dependentSchemas", "dependencies":
		err = c.dependencyKeyword(s, name, v)
	case "unevaluatedProperties":
		s.unevaluatedMembers, err = c.sub(s, v, name)
		s.says++
	default:
		return false, nil
	}
	return true, err
}

func (c *compiler) patternKeyword(s *schema, v *value) error {
	subs, err := c.namedSubs(s, "patternProperties", v)
	if err != nil {
		return err
	}
	for _, sub := range subs {
		p, err := parsePattern(sub.name)
		if err != nil {
			return s.errorf("patternProperties", "%s: %w", quote(sub.name), err)
		}
		s.patterns = append(s.patterns, &patternSchema{source: sub.name, pattern: p, schema: sub.schema})
		s.says++
	}
	return nil
}

func (c *compiler) dependencyKeyword(s *schema, keyword string, v *value) error {
	if v.kind != kindObject {
		return s.errorf(keyword, "found a %s, want an object", v.kind)
	}
	for _, m := range v.members {
		d := dependency{name: m.name}
		var err error
		if keyword == "dependentRequired" || keyword == "dependencies" && m.value.kind == kindArray {
			d.needs, err = s.strings(keyword, m.value)
		} else {
			d.schema, err = c.sub(s, m.value, keyword, m.name)
		}
		if err != nil {
			return err
		}
		s.dependent = append(s.dependent, d)
		s.says++
	}
	return nil
}

func (c *compiler) logicKeyword(s *schema, name string, v *value) (known bool, err error) {
	switch name {
	case "allOf":
		s.allOf, err = c.subs(s, name, v)
		s.says++
	case "anyOf":
		s.anyOf, err = c.subs(s, name, v)
		s.says++
	case "oneOf":
		s.oneOf, err = c.subs(s, name, v)
		s.says++
	case "not":
		s.not, err = c.sub(s, v, name)
		s.says++
	case "if":
		s.cond, err = c.sub(s, v, name)
	case "then":
		s.then, err = c.sub(s, v, name)
	case "else":
		s.other, err = c.sub(s, v, name)
	case "$ref", "$dynamicRef", "$recursiveRef":
		if s.ref != "" {
			return true, s.errorf(name, "found it beside %s, want one of them", s.refKeyword)
		}
		s.ref, err = s.text(name, v)
		s.refKeyword = name
		s.says++
	default:
		return false, nil
	}
	return true, err
}
