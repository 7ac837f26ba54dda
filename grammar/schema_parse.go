package grammar

import (
	"fmt"
	"strconv"
	"strings"
)

// draft is a version of JSON Schema.
type draft uint8

const (
	draft04 draft = iota
	draft06
	draft07
	draft2019
	draft2020
	anyDraft // no $schema: 2020-12 with the older spellings
)

var draftURIs = map[string]draft{
	"json-schema.org/draft-04/schema":      draft04,
	"json-schema.org/draft-06/schema":      draft06,
	"json-schema.org/draft-07/schema":      draft07,
	"json-schema.org/draft/2019-09/schema": draft2019,
	"json-schema.org/draft/2020-12/schema": draft2020,
	"json-schema.org/schema":               draft2020,
}

func parseDraft(uri string) (draft, error) {
	name := strings.TrimRight(uri, "#")
	name = strings.TrimPrefix(strings.TrimPrefix(name, "https://"), "http://")
	if d, ok := draftURIs[name]; ok {
		return d, nil
	}
	return 0, fmt.Errorf("found %s, want that of draft-04, -06, -07, 2019-09 or 2020-12", quote(uri))
}

// schema is what one schema object asserts. Keywords that it does not have are as if they asserted nothing.
type schema struct {
	id    int32
	path  string
	value *value
	res   *resource
	never bool // the schema false
	says  int  // how many keywords assert something

	types   uint8 // a bit for each kind; 0 is all
	integer bool  // of numbers, only integers
	enum    []*value
	hasEnum bool

	lo, hi     *bound
	multipleOf *decimal

	minLength, maxLength int32
	pattern              *pattern
	format               string
	language             *node // of pattern

	prefix                   []*schema
	items                    *schema // of those after prefix
	minItems, maxItems       int32
	unique                   bool
	contains                 *schema
	minContains, maxContains int32
	unevaluatedItems         *schema

	props                  []namedSchema
	patterns               []*patternSchema
	additional             *schema
	required               []string
	minMembers, maxMembers int32
	names                  *schema
	rule                   *objectRule // of props, patterns and additional
	dependent              []dependency
	unevaluatedMembers     *schema

	allOf, anyOf, oneOf []*schema
	not                 *schema
	cond, then, other   *schema // if, then, else

	ref        string
	refKeyword string
	target     *schema
}

type namedSchema struct {
	name   string
	schema *schema
}

// patternSchema is of the members whose names match a pattern.
type patternSchema struct {
	source   string
	pattern  *pattern
	schema   *schema
	language *node // once it is needed
}

// dependency says what must hold if there is a member of a name: other members, or a schema.
type dependency struct {
	name   string
	needs  []string
	schema *schema
}

func (s *schema) errorf(keyword, format string, args ...any) *Error {
	return &Error{Path: s.path, Keyword: keyword, Err: fmt.Errorf(format, args...)}
}

// pointer appends a name to a JSON pointer (RFC 6901).
func pointer(path string, names ...string) string {
	for _, n := range names {
		path += "/" + strings.ReplaceAll(strings.ReplaceAll(n, "~", "~0"), "/", "~1")
	}
	return path
}

// schemaAt parses the schema that a value is.
func (c *compiler) schemaAt(v *value, path string) (*schema, error) {
	if s := c.parsed[v]; s != nil {
		return s, nil
	}
	s := c.add(newSchema())
	s.path, s.value, s.res = path, v, c.resourceOf(v)
	c.parsed[v] = s
	switch v.kind {
	case kindBool:
		s.never = !v.truth
		return s, c.m.err
	case kindObject:
	default:
		return nil, s.errorf("", "found a %s, want a schema: an object, true or false", v.kind)
	}
	if s.res.draft <= draft07 {
		if ref := v.get("$ref"); ref != nil && ref.kind == kindString {
			s.ref, s.refKeyword, s.says = ref.text, "$ref", 1
			for _, m := range v.members { // the others do not count, as these drafts say
				if m.name != "$ref" && m.name != "definitions" && m.name != "$schema" && m.name != "$comment" && m.name != "$id" && m.name != "id" {
					c.warn(path, m.name, "says nothing beside $ref in this draft")
				}
			}
			return s, c.m.err
		}
	}
	for _, m := range v.members {
		if err := c.keyword(s, m.name, m.value); err != nil {
			return nil, err
		}
	}
	if err := c.together(s); err != nil {
		return nil, err
	}
	return s, c.m.err
}

// together settles what keywords mean side by side.
func (c *compiler) together(s *schema) error {
	v := s.value
	if s.contains == nil && v.get("minContains") != nil {
		s.minContains, s.maxContains = 1, unlimited
	}
	if s.cond == nil {
		s.then, s.other = nil, nil
	}
	if s.cond != nil && (s.then != nil || s.other != nil || s.res.draft >= draft2019) {
		s.says++
	}
	if s.res.draft == draft04 || s.res.draft == anyDraft {
		for _, k := range []struct {
			keyword string
			bound   *bound
		}{{"exclusiveMinimum", s.lo}, {"exclusiveMaximum", s.hi}} {
			if x := v.get(k.keyword); x != nil && x.kind == kindBool && x.truth && k.bound != nil {
				k.bound.open = true
			}
		}
	}
	return nil
}

// count reads a keyword's non-negative integer.
func (s *schema) count(keyword string, v *value) (int32, error) {
	if v.kind == kindNumber {
		d, err := parseDecimal(v.text)
		if err == nil && d.isInteger() && !d.neg {
			n, err := strconv.ParseInt(d.String(), 10, 64)
			if err != nil || n > maxLimit {
				return maxLimit, nil
			}
			return int32(n), nil
		}
		return 0, s.errorf(keyword, "found %s, want an integer that is not negative", v.text)
	}
	return 0, s.errorf(keyword, "found a %s, want an integer that is not negative", v.kind)
}

// atMostCount reads a count whose absence is no limit.
func (s *schema) atMostCount(keyword string, v *value) (int32, error) {
	n, err := s.count(keyword, v)
	if n >= maxLimit {
		n = unlimited
	}
	s.says++
	return n, err
}

// maxLimit is a count that nothing reaches: as an upper limit it is none.
const maxLimit = 1 << 29

// maxCount is the highest minimum of members, items and characters that is not refused as too large.
const (
	maxMinLength = 1 << 14
	maxMinItems  = 1 << 12
)

func (s *schema) atLeastCount(keyword string, v *value, limit int32) (int32, error) {
	n, err := s.count(keyword, v)
	if err == nil && n > limit {
		err = s.errorf(keyword, "found %s, want at most %d: %w", v.text, limit, ErrTooLarge)
	}
	s.says++
	return n, err
}

func (s *schema) decimal(keyword string, v *value) (decimal, error) {
	if v.kind != kindNumber {
		return decimal{}, s.errorf(keyword, "found a %s, want a number", v.kind)
	}
	d, err := parseDecimal(v.text)
	if err != nil {
		return d, &Error{Path: s.path, Keyword: keyword, Err: err}
	}
	return d, nil
}

func (s *schema) text(keyword string, v *value) (string, error) {
	if v.kind != kindString {
		return "", s.errorf(keyword, "found a %s, want a string", v.kind)
	}
	return v.text, nil
}

func (s *schema) strings(keyword string, v *value) ([]string, error) {
	if v.kind != kindArray {
		return nil, s.errorf(keyword, "found a %s, want an array of strings", v.kind)
	}
	out := make([]string, 0, len(v.items))
	for _, item := range v.items {
		if item.kind != kindString {
			return nil, s.errorf(keyword, "found a %s in the array, want strings", item.kind)
		}
		out = append(out, item.text)
	}
	return out, nil
}

// sub parses a subschema.
func (c *compiler) sub(s *schema, v *value, names ...string) (*schema, error) {
	return c.schemaAt(v, pointer(s.path, names...))
}

func (c *compiler) subs(s *schema, keyword string, v *value) ([]*schema, error) {
	if v.kind != kindArray || len(v.items) == 0 {
		return nil, s.errorf(keyword, "found a %s, want an array of schemas", emptyOr(v))
	}
	out := make([]*schema, len(v.items))
	for i, item := range v.items {
		var err error
		if out[i], err = c.sub(s, item, keyword, strconv.Itoa(i)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func emptyOr(v *value) string {
	if v.kind == kindArray && len(v.items) == 0 {
		return "n empty array"
	}
	return v.kind.String()
}

func (c *compiler) namedSubs(s *schema, keyword string, v *value) ([]namedSchema, error) {
	if v.kind != kindObject {
		return nil, s.errorf(keyword, "found a %s, want an object of schemas", v.kind)
	}
	out := make([]namedSchema, len(v.members))
	for i, m := range v.members {
		sub, err := c.sub(s, m.value, keyword, m.name)
		if err != nil {
			return nil, err
		}
		out[i] = namedSchema{m.name, sub}
	}
	return out, nil
}

// integerOf reads the kinds of a type keyword.
func (s *schema) typeNames(v *value) error {
	names := []*value{v}
	if v.kind == kindArray {
		names = v.items
	}
	number := false
	for _, n := range names {
		known := n.kind == kindString
		switch {
		case known && n.text == "integer":
			s.types |= 1 << kindNumber
			s.integer = true
			continue
		case known && n.text == "any" && s.res.draft == anyDraft:
			s.types = 1<<(kindObject+1) - 1
			return nil
		}
		known = false
		for k, name := range kindNames {
			if n.kind == kindString && n.text == name {
				known = true
				s.types |= 1 << k
				number = number || kind(k) == kindNumber
			}
		}
		if !known {
			return s.errorf("type", "found %s, want one or more of null, boolean, integer, number, string, array, object", n.compact(nil))
		}
	}
	if number {
		s.integer = false
	}
	if len(names) == 0 {
		return s.errorf("type", "found an empty array, want the name of a type")
	}
	s.says++
	return nil
}

// raise moves a lower bound up, or an upper one down.
func raise(old *bound, at decimal, open bool, upper bool) *bound {
	if old == nil {
		return &bound{at, open}
	}
	c := at.compare(old.at)
	if upper {
		c = -c
	}
	if c > 0 || c == 0 && open {
		return &bound{at, open}
	}
	return old
}

// maxAlternatives is how many ways there may be to satisfy a schema with values of one type.
const maxAlternatives = 1 << 10

// limitWork is how many steps of bringing a schema into alternatives are too many.
const limitWork = 1 << 18

// newSchema is a schema that asserts nothing.
func newSchema() *schema {
	return &schema{maxLength: unlimited, maxItems: unlimited, minContains: 1, maxContains: unlimited, maxMembers: unlimited}
}
