package grammar

import (
	"encoding/binary"
	"fmt"
	"slices"

	"exaone/chat"
)

// A schema is compiled in two steps. First what it says about values of one JSON type is brought into alternatives,
// each a plain conjunction of facts (schema_expand.go): references, allOf, anyOf, oneOf, not, if and the like are gone
// then. Each alternative becomes a node (schema_object.go and others), whose members and items are again conjunctions
// of subschemas: terms. Equal terms are one rule, so recursive schemas end.

// assertion is a schema that must hold, or must not: its number times two, plus one if not.
type assertion int32

func (a assertion) negate() assertion { return a ^ 1 }

// term is a conjunction of assertions.
type term struct {
	all  []assertion // sorted
	node *node
	// Whether no value satisfies it, as far as can be told without following recursion.
	empty   bool
	decided bool
	asked   bool
}

type compiler struct {
	m        *machine
	warnings *[]chat.Warning
	warned   map[chat.Warning]bool

	document  *value
	resources map[string]*resource
	within    map[*value]*resource
	dynamic   map[string]int // how many resources declare a dynamic anchor of this name

	schemas []*schema
	parsed  map[*value]*schema
	consts  map[*value]*schema
	whole   map[*schema]*schema // unevaluatedItems with what contains covers
	terms   map[string]*term
	queue   []func() error
	work    int
}

const (
	always assertion = 0 // of the schema true
	never  assertion = 1
)

// maxSchemas is how many schemas a schema may be made of.
const maxSchemas = 1 << 15

// schemaNode compiles a schema.
func (m *machine) schemaNode(source string, warnings *[]chat.Warning) (*node, error) {
	v, err := parseJSON(source)
	if err != nil {
		return m.none, err
	}
	c := &compiler{
		m: m, warnings: warnings, warned: map[chat.Warning]bool{}, document: v,
		resources: map[string]*resource{}, within: map[*value]*resource{}, dynamic: map[string]int{},
		parsed: map[*value]*schema{}, consts: map[*value]*schema{}, whole: map[*schema]*schema{}, terms: map[string]*term{},
	}
	c.add(newSchema()) // true
	if err := c.index(); err != nil {
		return m.none, err
	}
	root, err := c.schemaAt(v, "")
	if err != nil {
		return m.none, err
	}
	n, err := c.node([]assertion{root.is()})
	for err == nil && len(c.queue) > 0 {
		next := c.queue[0]
		c.queue = c.queue[1:]
		err = next()
	}
	if err == nil {
		err = m.err
	}
	return n, err
}

// add gives a schema its number.
func (c *compiler) add(s *schema) *schema {
	s.id = int32(len(c.schemas))
	c.schemas = append(c.schemas, s)
	if c.m.spend(4); len(c.schemas) > maxSchemas && c.m.err == nil {
		c.m.err = ErrTooLarge
	}
	return s
}

// is is the assertion that s holds.
func (s *schema) is() assertion {
	if s.never {
		return never
	}
	return assertion(s.id << 1)
}

func (c *compiler) of(a assertion) *schema { return c.schemas[a>>1] }

func (c *compiler) warn(path, keyword, format string, args ...any) {
	w := chat.Warning{Path: path, Keyword: keyword, Text: fmt.Sprintf(format, args...)}
	if !c.warned[w] {
		c.warned[w] = true
		*c.warnings = append(*c.warnings, w)
	}
}

// term returns the conjunction of assertions.
func (c *compiler) term(all []assertion) *term {
	all = slices.Clone(all)
	slices.Sort(all)
	all = slices.Compact(all)
	all = slices.DeleteFunc(all, func(a assertion) bool {
		s := c.of(a)
		return a == always || a&1 == 0 && s.says == 0 && !s.never
	})
	if slices.Contains(all, never) {
		all = []assertion{never}
	}
	key := make([]byte, 0, 4*len(all))
	for _, a := range all {
		key = binary.LittleEndian.AppendUint32(key, uint32(a))
	}
	t := c.terms[string(key)]
	if t == nil {
		t = &term{all: all}
		c.terms[string(key)] = t
	}
	return t
}

// node returns the node of the values that satisfy all assertions. That of objects and arrays is made later.
func (c *compiler) node(all []assertion) (*node, error) {
	t := c.term(all)
	if t.node != nil {
		return t.node, nil
	}
	var scalars []*node
	var alternatives []*facts
	for k := kindNull; k <= kindObject; k++ {
		ways, err := c.alternatives(t.all, k)
		if err != nil {
			return nil, err
		}
		for _, f := range ways {
			if k >= kindArray {
				alternatives = append(alternatives, f)
				continue
			}
			n, err := c.scalar(f)
			if err != nil {
				return nil, err
			}
			scalars = append(scalars, n)
		}
	}
	if len(alternatives) == 0 {
		t.node = c.m.alt(scalars...)
		return t.node, nil
	}
	r := c.m.newRule(fmt.Sprintf("term %d", len(c.m.rules)), false)
	t.node = r.ref
	r.body = c.m.none
	c.queue = append(c.queue, func() error {
		ways := scalars
		for _, f := range alternatives {
			n, err := c.structure(f)
			if err != nil {
				return err
			}
			ways = append(ways, n)
		}
		r.body = c.m.alt(ways...)
		return c.m.err
	})
	return t.node, nil
}

// structure is the node of an array's or object's facts.
func (c *compiler) structure(f *facts) (*node, error) {
	if f.kind == kindArray {
		return c.arrayNode(f)
	}
	return c.objectNode(f)
}

// isEmpty reports whether certainly no value satisfies all assertions.
func (c *compiler) isEmpty(all []assertion) (bool, error) {
	t := c.term(all)
	if t.decided || t.asked {
		return t.empty, nil
	}
	t.asked = true
	defer func() { t.asked = false }()
	for k := kindNull; k <= kindObject; k++ {
		ways, err := c.alternatives(t.all, k)
		if err != nil {
			return false, err
		}
		if len(ways) > 0 {
			t.decided = true
			return false, nil
		}
	}
	t.decided, t.empty = true, true
	return true, nil
}
