package grammar

import (
	"slices"
	"strings"
	"unicode/utf8"
)

type kind uint8

const (
	kindNull kind = iota
	kindBool
	kindNumber
	kindString
	kindArray
	kindObject
)

var kindNames = [...]string{"null", "boolean", "number", "string", "array", "object"}

func (k kind) String() string { return kindNames[k] }

// value is a JSON value that remembers the order of its members and the digits of its numbers.
type value struct {
	kind    kind
	truth   bool
	text    string // a string's characters, a number's literal
	items   []*value
	members []member
	offset  int
}

type member struct {
	name  string
	value *value
}

// get returns a member's value, or nil.
func (v *value) get(name string) *value {
	if v.kind == kindObject {
		for _, m := range v.members {
			if m.name == name {
				return m.value
			}
		}
	}
	return nil
}

const maxValueDepth = 256

// parseJSON reads one JSON text (RFC 8259). A name that comes twice in an object is an error.
func parseJSON(s string) (*value, error) {
	if len(s) > maxSource {
		return nil, errorAt(maxSource, "found %d bytes, want at most %d: %w", len(s), maxSource, ErrTooLarge)
	}
	p := &jsonParser{s: s}
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	p.space()
	if p.at < len(s) {
		return nil, errorAt(p.at, "found %s, want the end of the text", p.found())
	}
	return v, nil
}

type jsonParser struct {
	s  string
	at int
}

func (p *jsonParser) space() {
	for p.at < len(p.s) && strings.IndexByte(" \t\r\n", p.s[p.at]) >= 0 {
		p.at++
	}
}

// found describes what is at the current place.
func (p *jsonParser) found() string { return foundAt(p.s, p.at) }

func foundAt(s string, at int) string {
	if at >= len(s) {
		return "the end"
	}
	r, n := utf8.DecodeRuneInString(s[at:])
	if r == utf8.RuneError && n == 1 {
		return "a byte that is not UTF-8"
	}
	return quote(string(r))
}

func (p *jsonParser) value(depth int) (*value, error) {
	p.space()
	if depth > maxValueDepth {
		return nil, errorAt(p.at, "found more than %d levels: %w", maxValueDepth, ErrTooDeep)
	}
	v := &value{offset: p.at}
	if p.at == len(p.s) {
		return nil, errorAt(p.at, "found the end, want a JSON value")
	}
	switch c := p.s[p.at]; {
	case c == '{':
		v.kind = kindObject
		return v, p.object(v, depth)
	case c == '[':
		v.kind = kindArray
		return v, p.array(v, depth)
	case c == '"':
		v.kind = kindString
		var err error
		v.text, err = p.string()
		return v, err
	case c == '-' || '0' <= c && c <= '9':
		v.kind = kindNumber
		return v, p.number(v)
	}
	for _, word := range []string{"null", "true", "false"} {
		if strings.HasPrefix(p.s[p.at:], word) {
			p.at += len(word)
			if word != "null" {
				v.kind, v.truth = kindBool, word == "true"
			}
			return v, nil
		}
	}
	return nil, errorAt(p.at, "found %s, want a JSON value", p.found())
}

func (p *jsonParser) take(c byte) bool {
	p.space()
	if p.at < len(p.s) && p.s[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *jsonParser) object(v *value, depth int) error {
	p.at++
	names := map[string]bool{}
	if p.take('}') {
		return nil
	}
	for {
		p.space()
		at := p.at
		if p.at == len(p.s) || p.s[p.at] != '"' {
			return errorAt(p.at, "found %s, want a name in quotes", p.found())
		}
		name, err := p.string()
		if err != nil {
			return err
		}
		if names[name] {
			return errorAt(at, "found the name %s twice, want it once", quote(name))
		}
		names[name] = true
		if !p.take(':') {
			return errorAt(p.at, "found %s, want a colon", p.found())
		}
		item, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		v.members = append(v.members, member{name, item})
		if p.take('}') {
			return nil
		}
		if !p.take(',') {
			return errorAt(p.at, "found %s, want a comma or }", p.found())
		}
	}
}

func (p *jsonParser) array(v *value, depth int) error {
	p.at++
	if p.take(']') {
		return nil
	}
	for {
		item, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		v.items = append(v.items, item)
		if p.take(']') {
			return nil
		}
		if !p.take(',') {
			return errorAt(p.at, "found %s, want a comma or ]", p.found())
		}
	}
}

func (p *jsonParser) digits() int {
	from := p.at
	for p.at < len(p.s) && '0' <= p.s[p.at] && p.s[p.at] <= '9' {
		p.at++
	}
	return p.at - from
}

func (p *jsonParser) number(v *value) error {
	from := p.at
	if p.s[p.at] == '-' {
		p.at++
	}
	first := p.at
	if n := p.digits(); n == 0 || n > 1 && p.s[first] == '0' {
		return errorAt(from, "found a number without digits or with a leading zero, want a JSON number")
	}
	if p.at < len(p.s) && p.s[p.at] == '.' {
		p.at++
		if p.digits() == 0 {
			return errorAt(p.at, "found %s, want digits after the point", p.found())
		}
	}
	if p.at < len(p.s) && (p.s[p.at] == 'e' || p.s[p.at] == 'E') {
		p.at++
		if p.at < len(p.s) && (p.s[p.at] == '+' || p.s[p.at] == '-') {
			p.at++
		}
		if p.digits() == 0 {
			return errorAt(p.at, "found %s, want digits of the exponent", p.found())
		}
	}
	v.text = p.s[from:p.at]
	return nil
}

func (p *jsonParser) string() (string, error) {
	from := p.at
	p.at++
	var out []byte
	for p.at < len(p.s) {
		switch c := p.s[p.at]; {
		case c == '"':
			p.at++
			return string(out), nil
		case c == '\\':
			r, n := unescape(p.s[p.at:])
			if n == 0 {
				return "", errorAt(p.at, "found an escape that JSON does not have, or half a surrogate pair, want one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX")
			}
			out = utf8.AppendRune(out, r)
			p.at += n
		case c < 0x20:
			return "", errorAt(p.at, "found a control character in a string, want its escape")
		default:
			r, n := utf8.DecodeRuneInString(p.s[p.at:])
			if r == utf8.RuneError && n == 1 {
				return "", errorAt(p.at, "found a byte that is not UTF-8, want UTF-8")
			}
			out = append(out, p.s[p.at:p.at+n]...)
			p.at += n
		}
	}
	return "", errorAt(from, "found a string without an end, want a closing quote")
}

// unescape reads the escape that s begins with. n is 0 if there is none, or if it is half a surrogate pair.
func unescape(s string) (r rune, n int) {
	if len(s) < 2 {
		return 0, 0
	}
	if i := strings.IndexByte(`"\/bfnrt`, s[1]); i >= 0 {
		return rune("\"\\/\b\f\n\r\t"[i]), 2
	}
	r, ok := unescapeUnit(s)
	if !ok || r >= 0xdc00 && r <= surrogateMax {
		return 0, 0
	}
	if r < surrogateMin || r > surrogateMax {
		return r, 6
	}
	low, ok := unescapeUnit(s[6:])
	if !ok || low < 0xdc00 || low > surrogateMax {
		return 0, 0
	}
	return (r-surrogateMin)<<10 + (low - 0xdc00) + 0x10000, 12
}

// unescapeUnit reads \uXXXX.
func unescapeUnit(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	r := rune(0)
	for _, c := range []byte(s[2:6]) {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// key is the same for equal values: numbers by value, members in any order.
func (v *value) key() string {
	if v.kind < kindArray {
		return string(v.compact(nil))
	}
	return string(v.sorted().compact(nil))
}

// sorted is v with the members of objects sorted by their names.
func (v *value) sorted() *value {
	w := *v
	w.items = make([]*value, len(v.items))
	for i, item := range v.items {
		w.items[i] = item.sorted()
	}
	w.members = make([]member, len(v.members))
	for i, m := range v.members {
		w.members[i] = member{m.name, m.value.sorted()}
	}
	slices.SortFunc(w.members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	return &w
}

// compact writes v without white space, the way most encoders do; numbers in their one shortest decimal form.
func (v *value) compact(dst []byte) []byte {
	switch v.kind {
	case kindNull:
		return append(dst, "null"...)
	case kindBool:
		if v.truth {
			return append(dst, "true"...)
		}
		return append(dst, "false"...)
	case kindNumber:
		d, err := parseDecimal(v.text)
		if err != nil {
			return append(dst, v.text...)
		}
		return append(dst, d.String()...)
	case kindString:
		return append(dst, quote(v.text)...)
	case kindArray:
		dst = append(dst, '[')
		for i, item := range v.items {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = item.compact(dst)
		}
		return append(dst, ']')
	}
	dst = append(dst, '{')
	for i, m := range v.members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(dst, quote(m.name)...), ':')
		dst = m.value.compact(dst)
	}
	return append(dst, '}')
}
