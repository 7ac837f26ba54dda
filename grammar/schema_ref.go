package grammar

import (
	"net/url"
	"strconv"
	"strings"
)

// resource is a schema with an identifier of its own, within which fragments are looked up.
type resource struct {
	uri     string
	root    *value
	path    string
	draft   draft
	anchors map[string]anchor
	recurse bool // $recursiveAnchor
}

type anchor struct {
	value   *value
	path    string
	dynamic bool
}

// index finds the resources and anchors of the document.
func (c *compiler) index() error {
	d := anyDraft
	if v := c.document.get("$schema"); v != nil {
		if v.kind != kindString {
			return &Error{Keyword: "$schema", Err: errorAt(v.offset, "found a %s, want a string", v.kind)}
		}
		var err error
		if d, err = parseDraft(v.text); err != nil {
			return &Error{Keyword: "$schema", Err: err}
		}
	}
	c.m.digitsMatter = d == draft04
	root := &resource{root: c.document, draft: d, anchors: map[string]anchor{}}
	c.resources[""] = root
	return c.indexSchema(c.document, "", root)
}

// The keywords that hold subschemas: one, a list, or some by name.
var (
	holdsOne = []string{"items", "additionalItems", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else",
		"unevaluatedItems", "unevaluatedProperties", "contentSchema"}
	holdsList  = []string{"items", "prefixItems", "allOf", "anyOf", "oneOf"}
	holdsNamed = []string{"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"}
)

func (c *compiler) indexSchema(v *value, path string, r *resource) error {
	if v.kind != kindObject || c.within[v] != nil {
		return nil
	}
	c.m.spend(1)
	if c.m.err != nil {
		return c.m.err
	}
	r, err := c.identify(v, path, r)
	if err != nil {
		return err
	}
	c.within[v] = r
	for _, k := range holdsOne {
		if sub := v.get(k); sub != nil {
			if err := c.indexSchema(sub, pointer(path, k), r); err != nil {
				return err
			}
		}
	}
	for _, k := range holdsList {
		if sub := v.get(k); sub != nil {
			for i, item := range sub.items {
				if err := c.indexSchema(item, pointer(path, k, strconv.Itoa(i)), r); err != nil {
					return err
				}
			}
		}
	}
	for _, k := range holdsNamed {
		if sub := v.get(k); sub != nil {
			for _, m := range sub.members {
				if err := c.indexSchema(m.value, pointer(path, k, m.name), r); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// identify reads the identifiers of a schema object. It returns the resource the object is in: maybe its own.
func (c *compiler) identify(v *value, path string, r *resource) (*resource, error) {
	if r.draft <= draft07 && v.get("$ref") != nil {
		return r, nil
	}
	id := v.get("$id")
	if r.draft == draft04 || r.draft == anyDraft && id == nil {
		id = v.get("id")
	}
	if id != nil && id.kind == kindString {
		uri, fragment, _ := strings.Cut(id.text, "#")
		if fragment != "" && r.draft != draft2019 && r.draft != draft2020 {
			r.anchors[fragment] = anchor{v, path, false}
		}
		switch {
		case uri == "":
		case r.draft == anyDraft && v.get("$id") == nil: // often no identifier but a member's name: known by it, no more
			if full, err := resolveURI(r.uri, uri); err == nil && c.resources[full] == nil {
				c.resources[full] = &resource{uri: r.uri, root: v, path: path, draft: r.draft, anchors: map[string]anchor{}}
			}
		default:
			full, err := resolveURI(r.uri, uri)
			if err != nil {
				return nil, &Error{Path: path, Keyword: "$id", Err: err}
			}
			own := &resource{uri: full, root: v, path: path, draft: r.draft, anchors: map[string]anchor{}}
			if s := v.get("$schema"); s != nil && s.kind == kindString {
				if own.draft, err = parseDraft(s.text); err != nil {
					return nil, &Error{Path: path, Keyword: "$schema", Err: err}
				}
			}
			c.resources[full] = own
			if path == "" {
				c.resources[""] = own
			}
			r = own
		}
	}
	for _, k := range []string{"$anchor", "$dynamicAnchor"} {
		if a := v.get(k); a != nil && a.kind == kindString && r.draft >= draft2019 {
			r.anchors[a.text] = anchor{v, path, k == "$dynamicAnchor"}
			if k == "$dynamicAnchor" {
				c.dynamic[a.text]++
			}
		}
	}
	if a := v.get("$recursiveAnchor"); a != nil && a.truth {
		r.recurse = true
	}
	return r, nil
}

func (c *compiler) resourceOf(v *value) *resource {
	if r := c.within[v]; r != nil {
		return r
	}
	return c.resources[""]
}

func resolveURI(base, ref string) (string, error) {
	b, err := url.Parse(base)
	if err != nil {
		return "", err
	}
	u, err := b.Parse(ref)
	if err != nil {
		return "", err
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String(), nil
}

// resolve returns the schema that s refers to.
func (c *compiler) resolve(s *schema) (*schema, error) {
	if s.target != nil {
		return s.target, nil
	}
	uri, fragment, _ := strings.Cut(s.ref, "#")
	r := s.res
	if uri != "" {
		full, err := resolveURI(r.uri, uri)
		if err != nil {
			return nil, s.errorf(s.refKeyword, "found %s: %w", quote(s.ref), err)
		}
		if r = c.resources[full]; r == nil {
			return nil, s.errorf(s.refKeyword, "found %s, want a schema within this one: none is fetched", quote(s.ref))
		}
	}
	v, path, err := c.lookUp(s, r, fragment)
	if err != nil {
		return nil, err
	}
	s.target, err = c.schemaAt(v, path)
	return s.target, err
}

// lookUp finds the value that a fragment names within a resource.
func (c *compiler) lookUp(s *schema, r *resource, fragment string) (*value, string, error) {
	if plain, err := url.PathUnescape(fragment); err == nil {
		fragment = plain
	}
	if s.refKeyword == "$recursiveRef" {
		for _, other := range c.resources {
			if other.recurse && other.root != c.document {
				return nil, "", s.errorf(s.refKeyword, "found a reference whose target depends on the way there, which cannot be enforced")
			}
		}
	}
	if fragment == "" {
		return r.root, r.path, nil
	}
	if !strings.HasPrefix(fragment, "/") {
		a, ok := r.anchors[fragment]
		if !ok {
			return nil, "", s.errorf(s.refKeyword, "found %s, want an anchor of this schema", quote(s.ref))
		}
		if s.refKeyword == "$dynamicRef" && a.dynamic && c.dynamic[fragment] > 1 {
			return nil, "", s.errorf(s.refKeyword, "found a reference whose target depends on the way there, which cannot be enforced")
		}
		return a.value, a.path, nil
	}
	return c.follow(s, r, fragment)
}

// follow walks a JSON pointer.
func (c *compiler) follow(s *schema, r *resource, fragment string) (*value, string, error) {
	v, path := r.root, r.path
	for name := range strings.SplitSeq(fragment[1:], "/") {
		name = strings.ReplaceAll(strings.ReplaceAll(name, "~1", "/"), "~0", "~")
		var next *value
		if v.kind == kindArray {
			if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(v.items) && name == strconv.Itoa(i) {
				next = v.items[i]
			}
		} else {
			next = v.get(name)
		}
		if next == nil {
			return nil, "", s.errorf(s.refKeyword, "found %s, want the place of a schema in this one", quote(s.ref))
		}
		v, path = next, pointer(path, name)
		if own := c.within[v]; own != nil {
			r = own
		}
	}
	if c.within[v] == nil { // under a keyword that is not known to hold schemas
		if err := c.indexSchema(v, path, r); err != nil {
			return nil, "", err
		}
	}
	return v, path, nil
}
