package main

import (
	"math/big"
	"unicode/utf8"
)

// fits reports whether a value is valid by a schema, as far as that tells one branch from another: formats, and
// expressions that Go cannot read, are not looked at.
func (o *schemaOrder) fits(schema, v *jsonValue, depth int) bool {
	if schema == nil || depth > schemaDepth {
		return true
	}
	if schema.kind != '{' {
		return schema.text != "false"
	}
	for _, m := range schema.members {
		if !o.fitsKeyword(schema, m.name, m.value, v, depth+1) {
			return false
		}
	}
	return true
}

func (o *schemaOrder) fitsKeyword(schema *jsonValue, keyword string, k, v *jsonValue, depth int) bool {
	count := func(list []*jsonValue) (n int) {
		for _, s := range list {
			if o.fits(s, v, depth) {
				n++
			}
		}
		return n
	}
	switch keyword {
	case "type":
		return fitsType(k, v)
	case "const":
		return k.equal(v)
	case "enum":
		for _, e := range k.items {
			if e.equal(v) {
				return true
			}
		}
		return false
	case "$ref", "$dynamicRef", "$recursiveRef":
		return o.fits(o.follow(schema, k), v, depth)
	case "allOf":
		return count(k.items) == len(k.items)
	case "anyOf":
		return count(k.items) > 0
	case "oneOf":
		return count(k.items) == 1
	case "not":
		return !o.fits(k, v, depth)
	case "if":
		if o.fits(k, v, depth) {
			return o.fits(schema.get("then"), v, depth)
		}
		return o.fits(schema.get("else"), v, depth)
	}
	switch v.kind {
	case '{':
		return o.fitsObject(schema, keyword, k, v, depth)
	case '[':
		return o.fitsArray(schema, keyword, k, v, depth)
	case '"':
		return fitsString(keyword, k, v)
	case '0':
		return fitsNumber(schema, keyword, k, v)
	}
	return true
}

func fitsType(k, v *jsonValue) bool {
	if k.kind == '[' {
		for _, one := range k.items {
			if fitsType(one, v) {
				return true
			}
		}
		return false
	}
	switch k.text {
	case "object":
		return v.kind == '{'
	case "array":
		return v.kind == '['
	case "string":
		return v.kind == '"'
	case "number":
		return v.kind == '0'
	case "integer":
		return v.kind == '0' && parseDecimal(v.text).exponent >= 0
	case "boolean":
		return v.text == "true" || v.text == "false"
	case "null":
		return v.kind == 't' && v.text == "null"
	}
	return true
}

func (o *schemaOrder) fitsObject(schema *jsonValue, keyword string, k, v *jsonValue, depth int) bool {
	switch keyword {
	case "required":
		for _, name := range k.items {
			if v.get(name.text) == nil {
				return false
			}
		}
	case "properties", "patternProperties":
		for _, m := range v.members {
			for _, s := range memberSchemas(schema, m.name) {
				if !o.fits(s, m.value, depth) {
					return false
				}
			}
		}
	case "additionalProperties":
		rest := without(schema, keyword)
		for _, m := range v.members {
			if len(memberSchemas(rest, m.name)) == 0 && !o.fits(k, m.value, depth) {
				return false
			}
		}
	case "minProperties":
		return compare(len(v.members), k) >= 0
	case "maxProperties":
		return compare(len(v.members), k) <= 0
	}
	return true
}

// without returns a schema that lacks a keyword.
func without(schema *jsonValue, keyword string) *jsonValue {
	w := &jsonValue{kind: schema.kind}
	for _, m := range schema.members {
		if m.name != keyword {
			w.members = append(w.members, m)
		}
	}
	return w
}

func (o *schemaOrder) fitsArray(schema *jsonValue, keyword string, k, v *jsonValue, depth int) bool {
	switch keyword {
	case "items", "prefixItems", "additionalItems":
		for i, item := range v.items {
			for _, s := range itemSchemas(schema, i) {
				if !o.fits(s, item, depth) {
					return false
				}
			}
		}
	case "minItems":
		return compare(len(v.items), k) >= 0
	case "maxItems":
		return compare(len(v.items), k) <= 0
	}
	return true
}

func fitsString(keyword string, k, v *jsonValue) bool {
	switch keyword {
	case "minLength":
		return compare(utf8.RuneCountInString(v.text), k) >= 0
	case "maxLength":
		return compare(utf8.RuneCountInString(v.text), k) <= 0
	case "pattern":
		return matches(k.text, v.text) || !matches(k.text+"|", "") // the latter: Go cannot read it
	}
	return true
}

func fitsNumber(schema *jsonValue, keyword string, k, v *jsonValue) bool {
	if k.kind == 't' { // draft 4: exclusiveMinimum is true or false, and minimum the bound
		bound := map[string]string{"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}[keyword]
		return k.text != "true" || schema.get(bound) == nil || !schema.get(bound).equal(v)
	}
	switch keyword {
	case "minimum":
		return rational(v).Cmp(rational(k)) >= 0
	case "maximum":
		return rational(v).Cmp(rational(k)) <= 0
	case "exclusiveMinimum":
		return rational(v).Cmp(rational(k)) > 0
	case "exclusiveMaximum":
		return rational(v).Cmp(rational(k)) < 0
	case "multipleOf":
		by := rational(k)
		return by.Sign() == 0 || new(big.Rat).Quo(rational(v), by).IsInt()
	}
	return true
}

// rational returns a number; one with an exponent out of all proportion is 0.
func rational(v *jsonValue) *big.Rat {
	if d := parseDecimal(v.text); v.kind == '0' && max(d.exponent, -d.exponent) <= mostZeros {
		if r, ok := new(big.Rat).SetString(v.text); ok {
			return r
		}
	}
	return new(big.Rat)
}

func compare(n int, k *jsonValue) int { return big.NewRat(int64(n), 1).Cmp(rational(k)) }
