package prompt

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// str is Python's str(v): what {{ v }} writes.
func (m *machine) str(v value) (written, error) {
	switch v := v.(type) {
	case written:
		return v, nil
	case undefined:
		return written{}, nil
	case int64:
		return own(strconv.FormatInt(v, 10)), nil
	}
	return m.repr(v)
}

// repr is Python's repr(v). One that has anything in it that came with the request is all taken as having
// come with the request.
func (m *machine) repr(v value) (written, error) {
	p := printer{m: m}
	if err := p.value(v, 0); err != nil {
		return written{}, err
	}
	return p.written(), nil
}

// printer writes a nested value as one text of one provenance.
type printer struct {
	m    *machine
	b    []byte
	said bool
	json jsonOptions
}

func (p *printer) written() written {
	if p.said {
		return saidText(string(p.b))
	}
	return own(string(p.b))
}

func (p *printer) put(s string) error {
	p.b = append(p.b, s...)
	return p.m.spend(len(s))
}

func (p *printer) value(v value, depth int) error {
	if depth > maxNest {
		return errNest
	}
	if err := p.m.step(1); err != nil {
		return err
	}
	switch v := v.(type) {
	case nil:
		return p.put("None")
	case bool:
		if v {
			return p.put("True")
		}
		return p.put("False")
	case int64:
		return p.put(strconv.FormatInt(v, 10))
	case *big.Int:
		return p.put(v.String())
	case float64:
		return p.put(formatFloat(v))
	case written:
		p.said = p.said || len(v.said) > 0
		return p.put(quote(v.s))
	case *list:
		return p.items("[", v.items, "]", depth)
	case tuple:
		if len(v) == 1 {
			return p.items("(", v, ",)", depth)
		}
		return p.items("(", v, ")", depth)
	case *view:
		return p.items(v.name+"([", v.items, "])", depth)
	case *dict:
		return p.dict("{", v, "}", depth)
	case *namespace:
		return p.dict("<Namespace {", v.d, "}>", depth)
	case intRange:
		if v.step == 1 {
			return p.put(fmt.Sprintf("range(%d, %d)", v.from, v.to))
		}
		return p.put(fmt.Sprintf("range(%d, %d, %d)", v.from, v.to, v.step))
	case undefined:
		return p.put("Undefined")
	case *loop:
		return p.put(fmt.Sprintf("<LoopContext %d/%d>", v.i+1, len(v.items)))
	}
	return p.put("<" + kind(v) + " object>")
}

func (p *printer) items(open string, items []value, end string, depth int) error {
	if err := p.put(open); err != nil {
		return err
	}
	for i, x := range items {
		if i > 0 {
			if err := p.put(", "); err != nil {
				return err
			}
		}
		if err := p.value(x, depth+1); err != nil {
			return err
		}
	}
	return p.put(end)
}

func (p *printer) dict(open string, d *dict, end string, depth int) error {
	if err := p.put(open); err != nil {
		return err
	}
	for i, k := range d.keys {
		if i > 0 {
			if err := p.put(", "); err != nil {
				return err
			}
		}
		if err := p.value(k, depth+1); err != nil {
			return err
		}
		if err := p.put(": "); err != nil {
			return err
		}
		if err := p.value(d.vals[i], depth+1); err != nil {
			return err
		}
	}
	return p.put(end)
}

// formatFloat is Python's repr of a float: the shortest digits that read back as f, with an exponent from
// 1e16 and below 1e-4.
func formatFloat(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case math.IsNaN(f):
		return "nan"
	}
	if a := math.Abs(f); a != 0 && (a >= 1e16 || a < 1e-4) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// quote is Python's repr of a str.
func quote(s string) string {
	q := byte('\'')
	if strings.IndexByte(s, '\'') >= 0 && strings.IndexByte(s, '"') < 0 {
		q = '"'
	}
	b := make([]byte, 0, len(s)+2)
	b = append(b, q)
	for _, r := range s {
		switch {
		case r == rune(q) || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\r':
			b = append(b, '\\', 'r')
		case r == '\t':
			b = append(b, '\\', 't')
		case r < ' ' || r == 0x7f:
			b = fmt.Appendf(b, "\\x%02x", r)
		case r < utf8.RuneSelf || printable(r):
			b = utf8.AppendRune(b, r)
		case r <= 0xff:
			b = fmt.Appendf(b, "\\x%02x", r)
		case r <= 0xffff:
			b = fmt.Appendf(b, "\\u%04x", r)
		default:
			b = fmt.Appendf(b, "\\U%08x", r)
		}
	}
	return string(append(b, q))
}

// printable is Python's str.isprintable for a character above ASCII.
func printable(r rune) bool { return unicode.IsPrint(r) }
