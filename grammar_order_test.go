package main

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// schemaOrder puts the members of a value into the order that a grammar made of a schema expects: the properties in the
// order in which the schema names them, its own, then those of its reference, of allOf, and of those branches that the
// value is of; then what is required and no property; then all else, in the order of the value.
type schemaOrder struct {
	root *jsonValue
	at   map[string]*jsonValue // by URI: what has an $id, and what has an anchor
	base map[*jsonValue]string // of every schema
}

// schemaDepth bounds how far references and branches are followed.
const schemaDepth = 48

func newSchemaOrder(root *jsonValue) *schemaOrder {
	o := &schemaOrder{root: root, at: map[string]*jsonValue{}, base: map[*jsonValue]string{}}
	const here = "here:///schema"
	o.at[here] = root
	o.index(root, here)
	return o
}

// notSchemas are keywords whose values hold no schemas.
var notSchemas = []string{"enum", "const", "default", "examples"}

func (o *schemaOrder) index(v *jsonValue, base string) {
	if v.kind == '{' {
		for _, name := range []string{"$id", "id"} {
			id := v.get(name)
			if id == nil || id.kind != '"' {
				continue
			}
			uri := resolveURI(base, id.text)
			if strings.HasPrefix(id.text, "#") { // the anchors of drafts before 2019-09
				o.at[uri] = v
				break
			}
			base, _, _ = strings.Cut(uri, "#")
			o.at[base] = v
			break
		}
		for _, name := range []string{"$anchor", "$dynamicAnchor"} {
			if anchor := v.get(name); anchor != nil {
				o.at[base+"#"+anchor.text] = v
			}
		}
	}
	o.base[v] = base
	for _, item := range v.items {
		o.index(item, base)
	}
	for _, m := range v.members {
		if !slices.Contains(notSchemas, m.name) {
			o.index(m.value, base)
		}
	}
}

func resolveURI(base, ref string) string {
	b, err := url.Parse(base)
	if err != nil {
		return ref
	}
	r, err := url.Parse(ref)
	if err != nil {
		return ref
	}
	return b.ResolveReference(r).String()
}

// follow returns what a schema's reference names, or nil if it is not here.
func (o *schemaOrder) follow(schema, ref *jsonValue) *jsonValue {
	if ref == nil || ref.kind != '"' {
		return nil
	}
	uri := resolveURI(o.base[schema], ref.text)
	document, fragment, _ := strings.Cut(uri, "#")
	found := o.at[document]
	if text, err := url.PathUnescape(fragment); err == nil {
		fragment = text
	}
	if fragment == "" || found == nil {
		return found
	}
	if !strings.HasPrefix(fragment, "/") {
		return o.at[document+"#"+fragment]
	}
	for part := range strings.SplitSeq(fragment[1:], "/") {
		part = strings.ReplaceAll(strings.ReplaceAll(part, "~1", "/"), "~0", "~")
		if i, err := strconv.Atoi(part); err == nil && found != nil && found.kind == '[' && i >= 0 && i < len(found.items) {
			found = found.items[i]
		} else {
			found = found.get(part)
		}
	}
	return found
}

// put returns v with its members in order.
func (o *schemaOrder) put(v *jsonValue) *jsonValue { return o.arrange(v, []*jsonValue{o.root}) }

func (o *schemaOrder) arrange(v *jsonValue, schemas []*jsonValue) *jsonValue {
	if v.kind != '{' && v.kind != '[' {
		return v
	}
	var all applied
	for _, s := range schemas {
		o.collect(&all, s, v, 0)
	}
	w := *v
	if v.kind == '[' {
		w.items = slices.Clone(v.items)
		for i, item := range v.items {
			w.items[i] = o.arrange(item, all.ofItem(i))
		}
		return &w
	}
	names := append(slices.Clone(all.properties), all.required...)
	place := func(m jsonMember) int {
		if i := slices.Index(names, m.name); i >= 0 {
			return i
		}
		return len(names)
	}
	w.members = slices.Clone(v.members)
	slices.SortStableFunc(w.members, func(a, b jsonMember) int { return place(a) - place(b) })
	for i, m := range w.members {
		w.members[i].value = o.arrange(m.value, all.ofMember(m.name))
	}
	return &w
}

// applied is what applies to one value.
type applied struct {
	schemas    []*jsonValue
	constants  []*jsonValue // that the value equals
	properties []string
	required   []string
}

// applicators are the keywords that apply other schemas to the same value, in the order in which they count.
var applicators = []string{"$ref", "$dynamicRef", "$recursiveRef", "allOf", "anyOf", "oneOf", "if",
	"dependentRequired", "dependentSchemas", "dependencies"}

// collect adds a schema and those that it applies to v.
func (o *schemaOrder) collect(all *applied, schema, v *jsonValue, depth int) {
	if schema == nil || schema.kind != '{' || depth > schemaDepth || slices.Contains(all.schemas, schema) {
		return
	}
	all.schemas = append(all.schemas, schema)
	if own := schema.get("properties"); own != nil {
		for _, p := range own.members {
			all.properties = append(all.properties, p.name)
		}
	}
	if own := schema.get("required"); own != nil {
		for _, name := range own.items {
			all.required = append(all.required, name.text)
		}
	}
	all.constant(schema, v)
	for _, keyword := range applicators {
		k := schema.get(keyword)
		if k == nil {
			continue
		}
		switch keyword {
		case "allOf":
			for _, s := range k.items {
				o.collect(all, s, v, depth+1)
			}
		case "anyOf", "oneOf":
			for _, s := range k.items {
				if o.fits(s, v, depth+1) {
					o.collect(all, s, v, depth+1)
				}
			}
		case "if":
			branch := "else"
			if o.fits(k, v, depth+1) {
				o.collect(all, k, v, depth+1)
				branch = "then"
			}
			o.collect(all, schema.get(branch), v, depth+1)
		case "dependentRequired", "dependentSchemas", "dependencies":
			for _, d := range k.members {
				if v.get(d.name) == nil {
					continue
				}
				all.required = append(all.required, d.name)
				for _, name := range d.value.items {
					all.required = append(all.required, name.text)
				}
				o.collect(all, d.value, v, depth+1)
			}
		default:
			o.collect(all, o.follow(schema, k), v, depth+1)
		}
	}
}

// constant adds the order of a constant, or of the one of an enum, that v equals: it is a schema of its own.
func (all *applied) constant(schema, v *jsonValue) {
	values := present(schema.get("const"))
	if enum := schema.get("enum"); enum != nil {
		values = append(values, enum.items...)
	}
	for _, c := range values {
		if !c.equal(v) {
			continue
		}
		for _, m := range c.members {
			all.properties = append(all.properties, m.name)
		}
		all.constants = append(all.constants, c)
		return
	}
}

// ofMember returns the schemas that apply to a member.
func (all *applied) ofMember(name string) (list []*jsonValue) {
	for _, c := range all.constants {
		list = append(list, &jsonValue{kind: '{', members: []jsonMember{{"const", c.get(name)}}})
	}
	for _, s := range all.schemas {
		list = append(list, memberSchemas(s, name)...)
		list = append(list, present(s.get("unevaluatedProperties"))...)
	}
	return list
}

func memberSchemas(schema *jsonValue, name string) (list []*jsonValue) {
	list = present(schema.get("properties").get(name))
	if patterns := schema.get("patternProperties"); patterns != nil {
		for _, p := range patterns.members {
			if matches(p.name, name) {
				list = append(list, p.value)
			}
		}
	}
	if len(list) == 0 {
		list = present(schema.get("additionalProperties"))
	}
	return list
}

// ofItem returns the schemas that apply to an element of an array.
func (all *applied) ofItem(i int) (list []*jsonValue) {
	for _, c := range all.constants {
		list = append(list, &jsonValue{kind: '{', members: []jsonMember{{"const", c.items[i]}}})
	}
	for _, s := range all.schemas {
		list = append(list, itemSchemas(s, i)...)
		list = append(list, present(s.get("unevaluatedItems"))...)
		list = append(list, present(s.get("contains"))...)
	}
	return list
}

func itemSchemas(schema *jsonValue, i int) []*jsonValue {
	items, rest := schema.get("prefixItems"), schema.get("items")
	if rest != nil && rest.kind == '[' { // as drafts before 2020-12 write it
		items, rest = rest, schema.get("additionalItems")
	}
	if items != nil && i < len(items.items) {
		return []*jsonValue{items.items[i]}
	}
	return present(rest)
}

func present(s *jsonValue) []*jsonValue {
	if s == nil {
		return nil
	}
	return []*jsonValue{s}
}

// matches reports whether an expression is found in a text. One that Go cannot read is found in none.
func matches(expression, text string) bool {
	re, err := regexp.Compile(expression)
	return err == nil && re.MatchString(text)
}

func TestSchemaOrder(t *testing.T) {
	for _, c := range []struct{ schema, value, want string }{
		{`{"properties":{"b":{},"a":{}}}`, `{"x":1,"a":2,"b":3}`, `{"b":3,"a":2,"x":1}`},
		{`{"required":["z","a"],"properties":{"a":{}}}`, `{"x":1,"z":2,"a":3}`, `{"a":3,"z":2,"x":1}`},
		{`{"allOf":[{"properties":{"c":{}}},{"$ref":"#/$defs/d"}],"properties":{"b":{}},"$defs":{"d":{"properties":{"d":{}}}}}`,
			`{"b":1,"d":2,"c":3}`, `{"b":1,"c":3,"d":2}`},
		{`{"anyOf":[{"properties":{"k":{"const":1},"a":{}},"required":["k"]},{"properties":{"a":{},"k":{"const":2}},"required":["k"]}]}`,
			`{"k":2,"a":0}`, `{"a":0,"k":2}`},
		{`{"items":{"properties":{"b":{},"a":{"additionalProperties":{"properties":{"y":{},"x":{}}}}}}}`,
			`[{"a":{"q":{"x":1,"y":2}},"b":0}]`, `[{"b":0,"a":{"q":{"y":2,"x":1}}}]`},
		{`{"$id":"http://x/y","$ref":"z#w","$defs":{"z":{"$id":"z","$defs":{"w":{"$anchor":"w","properties":{"b":{},"a":{"$ref":"#w"}}}}}}}`,
			`{"a":{"a":1,"b":2},"b":0}`, `{"b":0,"a":{"b":2,"a":1}}`},
		{`{"if":{"properties":{"k":{"const":1}}},"then":{"properties":{"b":{},"a":{}}},"else":{"properties":{"a":{},"b":{}}}}`,
			`{"b":1,"k":2,"a":3}`, `{"a":3,"b":1,"k":2}`},
		{`{"enum":[1,{"b":[{"d":1,"c":2}],"a":1}]}`, `{"a":1,"b":[{"c":2,"d":1.0}]}`, `{"b":[{"d":1.0,"c":2}],"a":1}`},
		{`{"dependentRequired":{"c":["b"]}}`, `{"a":1,"b":2,"c":3}`, `{"c":3,"b":2,"a":1}`},
	} {
		if got := newSchemaOrder(mustJSON(t, c.schema)).put(mustJSON(t, c.value)).String(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.schema, got, c.want)
		}
	}
}
