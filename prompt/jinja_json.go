package prompt

import (
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxJSONDepth is how deep JSON of a request may be nested.
const maxJSONDepth = 100

// parseJSON reads JSON that came with a request. Members keep their order, integers stay integers whatever
// their size, and every string is marked as having come with the request.
func parseJSON(s string) (value, error) {
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	v, err := readJSON(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("more text after the end of the JSON value")
	}
	return v, nil
}

func readJSON(d *json.Decoder, depth int) (value, error) {
	if depth > maxJSONDepth {
		return nil, fmt.Errorf("JSON nested deeper than %d", maxJSONDepth)
	}
	t, err := d.Token()
	if err == io.EOF {
		return nil, io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '[' {
			l := &list{}
			for d.More() {
				v, err := readJSON(d, depth+1)
				if err != nil {
					return nil, err
				}
				l.items = append(l.items, v)
			}
			_, err := d.Token()
			return l, err
		}
		o := newDict(4)
		for d.More() {
			k, err := readJSON(d, depth+1)
			if err != nil {
				return nil, err
			}
			v, err := readJSON(d, depth+1)
			if err != nil {
				return nil, err
			}
			o.set(k, v)
		}
		_, err := d.Token()
		return o, err
	case string:
		return saidText(t), nil
	case json.Number:
		return jsonNumber(t.String())
	default:
		return t, nil // bool or nil
	}
}

func jsonNumber(s string) (value, error) {
	if strings.ContainsAny(s, ".eE") {
		f, _ := strconv.ParseFloat(s, 64) // out of range is an infinity, as in Python
		return f, nil
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, nil
	}
	if len(s) > 4300 { // Python's own limit
		return nil, fmt.Errorf("number with %d digits, want at most 4300", len(s))
	}
	n, _ := new(big.Int).SetString(s, 10)
	return n, nil
}

// jsonOptions are those of Python's json.dumps. The zero value is how Transformers calls it: no ASCII
// escapes, ", " and ": ".
type jsonOptions struct {
	ascii    bool
	indented bool
	indent   string
	item     string // "" is the default
	key      string // "" is the default
	sort     bool
}

// dumpJSON is json.dumps. A text with anything in it that came with the request is all taken as having come
// with the request.
func (m *machine) dumpJSON(v value, o jsonOptions) (written, error) {
	if o.key == "" {
		o.key = ": "
	}
	if o.item == "" {
		o.item = ", "
		if o.indented {
			o.item = ","
		}
	}
	p := printer{m: m, json: o}
	if err := p.jsonValue(v, 0); err != nil {
		return written{}, err
	}
	return p.written(), nil
}

func (p *printer) jsonValue(v value, depth int) error {
	if depth > maxNest {
		return errNest
	}
	if err := p.m.step(1); err != nil {
		return err
	}
	switch v := v.(type) {
	case nil:
		return p.put("null")
	case bool:
		return p.put(strconv.FormatBool(v))
	case float64:
		return p.put(jsonFloat(v))
	case int64, *big.Int:
		return p.value(v, depth)
	case written:
		return p.jsonString(v)
	case *list:
		return p.jsonItems(v.items, depth)
	case tuple:
		return p.jsonItems(v, depth)
	case *dict:
		return p.jsonDict(v, depth)
	}
	return fmt.Errorf("object of type %s is not JSON serializable", kind(v))
}

func jsonFloat(f float64) string {
	switch s := formatFloat(f); s {
	case "inf":
		return "Infinity"
	case "-inf":
		return "-Infinity"
	case "nan":
		return "NaN"
	default:
		return s
	}
}

// between writes what stands between members, or before the first and after the last of an indented value.
func (p *printer) between(separator string, depth int) error {
	if err := p.put(separator); err != nil || !p.json.indented {
		return err
	}
	if err := p.put("\n"); err != nil {
		return err
	}
	for range depth {
		if err := p.put(p.json.indent); err != nil {
			return err
		}
	}
	return nil
}

func (p *printer) jsonItems(items []value, depth int) error {
	if len(items) == 0 {
		return p.put("[]")
	}
	for i, x := range items {
		separator := p.json.item
		if i == 0 {
			separator = "["
		}
		if err := p.between(separator, depth+1); err != nil {
			return err
		}
		if err := p.jsonValue(x, depth+1); err != nil {
			return err
		}
	}
	return p.end("]", depth)
}

func (p *printer) end(bracket string, depth int) error {
	if err := p.between("", depth); err != nil {
		return err
	}
	return p.put(bracket)
}

func (p *printer) jsonDict(d *dict, depth int) error {
	if len(d.keys) == 0 {
		return p.put("{}")
	}
	order := make([]int, len(d.keys))
	for i := range order {
		order[i] = i
	}
	if p.json.sort {
		err := p.m.sortBy(order, func(i int) value { return d.keys[i] }, false)
		if err != nil {
			return err
		}
	}
	for n, i := range order {
		separator := p.json.item
		if n == 0 {
			separator = "{"
		}
		if err := p.between(separator, depth+1); err != nil {
			return err
		}
		key, ok := d.keys[i].(written)
		if !ok {
			s, err := jsonKey(d.keys[i])
			if err != nil {
				return err
			}
			key = own(s)
		}
		if err := p.jsonString(key); err != nil {
			return err
		}
		if err := p.put(p.json.key); err != nil {
			return err
		}
		if err := p.jsonValue(d.vals[i], depth+1); err != nil {
			return err
		}
	}
	return p.end("}", depth)
}

func jsonKey(v value) (string, error) {
	switch v := v.(type) {
	case nil:
		return "null", nil
	case bool:
		return strconv.FormatBool(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return jsonFloat(v), nil
	}
	return "", fmt.Errorf("keys must be str, int, float, bool or None, not %s", kind(v))
}

func (p *printer) jsonString(t written) error {
	p.said = p.said || len(t.said) > 0
	from := len(p.b)
	p.b = appendJSON(p.b, t.s, p.json.ascii)
	return p.m.spend(len(p.b) - from)
}

// appendJSON appends s as Python's json writes a string: only what must be escaped is.
func appendJSON(b []byte, s string, ascii bool) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			switch {
			case !ascii:
				b = append(b, s[i:i+size]...)
			case r > 0xffff:
				r -= 0x10000
				b = fmt.Appendf(b, "\\u%04x\\u%04x", 0xd800+r>>10, 0xdc00+r&0x3ff)
			default:
				b = fmt.Appendf(b, "\\u%04x", r)
			}
			i += size
			continue
		}
		i++
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		case '\b':
			b = append(b, '\\', 'b')
		case '\f':
			b = append(b, '\\', 'f')
		default:
			if c < ' ' {
				b = fmt.Appendf(b, "\\u%04x", c)
			} else {
				b = append(b, c)
			}
		}
	}
	return append(b, '"')
}
