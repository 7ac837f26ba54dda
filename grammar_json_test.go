package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// jsonValue is a JSON value whose members keep the order they were written in.
type jsonValue struct {
	kind    byte   // '{', '[', '"', '0' for a number, 't' for true, false and null
	text    string // of a string its characters, of a number or a word its spelling
	members []jsonMember
	items   []*jsonValue
}

type jsonMember struct {
	name  string
	value *jsonValue
}

// parseJSON reads one value.
func parseJSON(text string) (*jsonValue, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	v, err := readJSON(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("more than one value: %w", err)
	}
	return v, nil
}

func readJSON(d *json.Decoder) (*jsonValue, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case string:
		return &jsonValue{kind: '"', text: token}, nil
	case json.Number:
		return &jsonValue{kind: '0', text: token.String()}, nil
	case bool:
		return &jsonValue{kind: 't', text: strconv.FormatBool(token)}, nil
	case nil:
		return &jsonValue{kind: 't', text: "null"}, nil
	case json.Delim:
		v := &jsonValue{kind: byte(token)}
		for d.More() {
			name := ""
			if v.kind == '{' {
				key, err := d.Token()
				if err != nil {
					return nil, err
				}
				name, _ = key.(string)
			}
			inner, err := readJSON(d)
			if err != nil {
				return nil, err
			}
			if v.kind == '{' {
				v.members = append(v.members, jsonMember{name, inner})
			} else {
				v.items = append(v.items, inner)
			}
		}
		_, err := d.Token()
		return v, err
	}
	return nil, fmt.Errorf("found %v, want a value", token)
}

// get returns a member, or nil.
func (v *jsonValue) get(name string) *jsonValue {
	if v == nil {
		return nil
	}
	for i := len(v.members) - 1; i >= 0; i-- { // of two alike the last counts, as for most readers
		if v.members[i].name == name {
			return v.members[i].value
		}
	}
	return nil
}

// String writes the value compactly: no space, and no escape but those that JSON asks for.
func (v *jsonValue) String() string { return string(v.append(nil)) }

func (v *jsonValue) append(b []byte) []byte {
	switch v.kind {
	case '"':
		return appendJSONString(b, v.text)
	case '{':
		b = append(b, '{')
		for i, m := range v.members {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendJSONString(b, m.name), ':')
			b = m.value.append(b)
		}
		return append(b, '}')
	case '[':
		b = append(b, '[')
		for i, item := range v.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = item.append(b)
		}
		return append(b, ']')
	}
	return append(b, v.text...)
}

// jsonEscapes are the short escapes of RFC 8259, section 7, for what must be escaped.
var jsonEscapes = map[byte]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}

func appendJSONString(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		if short, ok := jsonEscapes[s[i]]; ok {
			b = append(b, short...)
		} else if s[i] < ' ' {
			b = fmt.Appendf(b, `\u%04x`, s[i])
		} else {
			b = append(b, s[i])
		}
	}
	return append(b, '"')
}

// decimal is a number as ±digits·10^exponent. Digits has no zero at either end, and none at all for zero.
type decimal struct {
	negative bool
	digits   string
	exponent int
}

// parseDecimal reads a number as JSON writes it.
func parseDecimal(text string) decimal {
	var d decimal
	text, d.negative = strings.CutPrefix(text, "-")
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	d.exponent, _ = strconv.Atoi(exponent)
	whole, fraction, _ := strings.Cut(mantissa, ".")
	d.exponent -= len(fraction)
	d.digits = strings.TrimLeft(whole+fraction, "0")
	short := strings.TrimRight(d.digits, "0")
	d.exponent += len(d.digits) - len(short)
	if d.digits = short; short == "" {
		return decimal{}
	}
	return d
}

// String writes the number without an exponent and without a zero that says nothing: 1.0 is 1, 1e3 is 1000, -0 is 0.
func (d decimal) String() string {
	sign := ""
	if d.negative {
		sign = "-"
	}
	switch {
	case d.digits == "":
		return "0"
	case d.exponent >= 0:
		return sign + d.digits + strings.Repeat("0", d.exponent)
	case len(d.digits) > -d.exponent:
		point := len(d.digits) + d.exponent
		return sign + d.digits[:point] + "." + d.digits[point:]
	}
	return sign + "0." + strings.Repeat("0", -d.exponent-len(d.digits)) + d.digits
}

// mostZeros bounds how long plainNumbers makes a number.
const mostZeros = 400

// plainNumbers returns v with every number written as [decimal.String] does.
func (v *jsonValue) plainNumbers() *jsonValue {
	w := *v
	if v.kind == '0' {
		if d := parseDecimal(v.text); max(d.exponent, -d.exponent) <= mostZeros {
			w.text = d.String()
		}
	}
	w.members = slices.Clone(v.members)
	for i := range w.members {
		w.members[i].value = w.members[i].value.plainNumbers()
	}
	w.items = slices.Clone(v.items)
	for i := range w.items {
		w.items[i] = w.items[i].plainNumbers()
	}
	return &w
}

// equal reports whether two values are the same to JSON Schema: 1 is 1.0, and members have no order.
func (v *jsonValue) equal(w *jsonValue) bool {
	if v.kind != w.kind || len(v.items) != len(w.items) || len(v.members) != len(w.members) {
		return false
	}
	if v.kind == '0' {
		return parseDecimal(v.text) == parseDecimal(w.text)
	}
	for i := range v.items {
		if !v.items[i].equal(w.items[i]) {
			return false
		}
	}
	for _, m := range v.members {
		if other := w.get(m.name); other == nil || !m.value.equal(other) {
			return false
		}
	}
	return v.text == w.text
}

func mustJSON(t testing.TB, text string) *jsonValue {
	t.Helper()
	v, err := parseJSON(text)
	if err != nil {
		t.Fatalf("%s: %v", text[:min(len(text), 200)], err)
	}
	return v
}

func TestPlainNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "-0": "0", "0.0": "0", "1.0": "1", "1e3": "1000", "1.50": "1.5", "-12.5E-1": "-1.25", "1e-3": "0.001",
		"100": "100", "123.456e1": "1234.56", "1E400": "1" + strings.Repeat("0", 400),
	} {
		if got := mustJSON(t, text).plainNumbers().String(); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	const same = `{"b":[1,"é\n\"\u001f/",null],"a":{"z":true,"":2.5}}`
	if got := mustJSON(t, same).String(); got != same {
		t.Errorf("got %s, want %s", got, same)
	}
}
