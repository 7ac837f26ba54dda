package prompt

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// spec is how one value is to be formatted.
type spec struct {
	verb      byte
	fill      rune
	align     byte // < > ^ =, or 0
	sign      byte // + or space, or 0
	alternate bool
	zero      bool
	comma     bool
	width     int
	precision int // -1: none
}

// number reads digits of s from i on.
func specNumber(s string, i int) (n, next int, err error) {
	for ; i < len(s) && isDigit(s[i]); i++ {
		n = n*10 + int(s[i]-'0')
		if n > maxPad {
			return 0, 0, fmt.Errorf("a width or precision above %d", maxPad)
		}
	}
	return n, i, nil
}

// percent is Python's "..." % values.
func (m *machine) percent(t written, v value) (value, error) {
	values, isTuple := v.(tuple)
	if !isTuple {
		values = tuple{v}
	}
	mapping, _ := v.(*dict)
	used := 0
	var w writer
	from := 0
	for i := 0; i < len(t.s); i++ {
		if t.s[i] != '%' {
			continue
		}
		w.add(t.slice(from, i))
		start := i
		i++
		if i < len(t.s) && t.s[i] == '%' {
			w.add(t.slice(i, i+1))
			from = i + 1
			continue
		}
		x, i2, err := percentArgument(t.s, i, values, mapping, &used)
		if err != nil {
			return nil, err
		}
		i = i2
		sp, next, err := percentSpec(t.s, i)
		if err != nil {
			return nil, err
		}
		out, err := m.formatted(x, sp)
		if err != nil {
			return nil, err
		}
		if t.html {
			if out, err = m.escaped(out); err != nil {
				return nil, err
			}
		}
		if err := m.spend(out.cost() + 16*len(t.said)); err != nil {
			return nil, err
		}
		w.add(t.slice(start, next+1).over(out))
		i, from = next, next+1
	}
	w.add(t.slice(min(from, len(t.s)), len(t.s)))
	if mapping == nil && used < len(values) {
		return nil, fmt.Errorf("not all arguments converted during string formatting")
	}
	return w.written(), m.spend(t.cost())
}

// percentArgument returns the value a directive is for, by name or the next one, and where its flags begin.
func percentArgument(s string, i int, values tuple, mapping *dict, used *int) (value, int, error) {
	if i < len(s) && s[i] == '(' {
		end := strings.IndexByte(s[i:], ')')
		if mapping == nil || end < 0 {
			return nil, 0, fmt.Errorf("format requires a mapping")
		}
		name := s[i+1 : i+end]
		v, ok := mapping.get(name)
		if !ok {
			return nil, 0, fmt.Errorf("format: no value for %q", name)
		}
		return v, i + end + 1, nil
	}
	if *used >= len(values) {
		return nil, 0, fmt.Errorf("not enough arguments for format string")
	}
	*used++
	return values[*used-1], i, nil
}

// percentSpec reads flags, width, precision and verb; next is where the verb stands.
func percentSpec(s string, i int) (sp spec, next int, err error) {
	sp = spec{fill: ' ', align: '>', precision: -1}
flags:
	for ; i < len(s); i++ {
		switch s[i] {
		case '-':
			sp.align = '<'
		case '0':
			sp.zero = true
		case '+', ' ':
			sp.sign = max(sp.sign, s[i])
		case '#':
			sp.alternate = true
		default:
			break flags
		}
	}
	if sp.width, i, err = specNumber(s, i); err != nil {
		return sp, 0, err
	}
	if i < len(s) && s[i] == '.' {
		if sp.precision, i, err = specNumber(s, i+1); err != nil {
			return sp, 0, err
		}
	}
	for i < len(s) && strings.IndexByte("hlL", s[i]) >= 0 {
		i++
	}
	if i >= len(s) {
		return sp, 0, fmt.Errorf("incomplete format")
	}
	sp.verb = s[i]
	if strings.IndexByte("sradiucxXoeEfFgG", sp.verb) < 0 {
		return sp, 0, fmt.Errorf("unsupported format character %q", sp.verb)
	}
	if sp.zero && sp.align == '>' && strings.IndexByte("srac", sp.verb) < 0 {
		sp.fill, sp.align = '0', '='
	}
	return sp, i, nil
}

// formatted is one value as a spec wants it. A character made from a number counts as having come with the
// request: else a template that decodes escapes would let a request spell a mark.
func (m *machine) formatted(v value, sp spec) (written, error) {
	switch sp.verb {
	case 's', 'r', 'a', 0:
		text := m.str
		if sp.verb == 'r' || sp.verb == 'a' {
			text = m.repr
		}
		t, err := text(v)
		if err != nil {
			return t, err
		}
		if sp.precision >= 0 {
			t = t.slice(0, byteOffset(t.s, sp.precision))
		}
		return sp.pad(t), nil
	case 'c':
		if t, ok := v.(written); ok && utf8.RuneCountInString(t.s) == 1 {
			return sp.pad(t), nil
		}
		n, ok := v.(int64)
		if !ok || n < 0 || n > utf8.MaxRune {
			return written{}, fmt.Errorf("%%c requires a number of a character or one character")
		}
		return sp.pad(saidText(string(rune(n)))), nil
	}
	if u, ok := v.(undefined); ok {
		return written{}, u.err()
	}
	i, f, isFloat, ok := number(v)
	if !ok {
		return written{}, fmt.Errorf("format %c: found %s, want a number", sp.verb, kind(v))
	}
	if strings.IndexByte("diuxXob", sp.verb) >= 0 {
		if isFloat {
			i = int64(f)
		}
		return sp.pad(own(sp.integer(i))), nil
	}
	if !isFloat {
		f = float64(i)
	}
	return sp.pad(own(sp.float(f))), nil
}

func (sp spec) integer(i int64) string {
	base := map[byte]int{'x': 16, 'X': 16, 'o': 8, 'b': 2}[sp.verb]
	if base == 0 {
		base = 10
	}
	s := strconv.FormatInt(i, base)
	sign := ""
	if i < 0 {
		sign, s = "-", s[1:]
	}
	if sp.precision > len(s) {
		s = strings.Repeat("0", sp.precision-len(s)) + s
	}
	if sp.comma {
		s = commas(s)
	}
	if sp.alternate && base != 10 {
		s = "0" + string(sp.verb) + s
	}
	if sp.verb == 'X' {
		s = strings.ToUpper(s)
	}
	return sp.signed(sign, s)
}

func (sp spec) float(f float64) string {
	precision := sp.precision
	if precision < 0 {
		precision = 6
	}
	suffix := ""
	verb := sp.verb
	switch verb {
	case 'F':
		verb = 'f'
	case '%':
		f, verb, suffix = f*100, 'f', "%"
	}
	var s string
	if verb == 'g' || verb == 'G' {
		s = fmt.Sprintf("%.*"+string(verb), max(precision, 1), f)
	} else {
		s = strconv.FormatFloat(f, verb, precision, 64)
	}
	s = strings.NewReplacer("+Inf", "inf", "Inf", "inf", "NaN", "nan").Replace(s)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	if sp.comma {
		whole, frac, dot := strings.Cut(s, ".")
		s = commas(whole)
		if dot {
			s += "." + frac
		}
	}
	return sp.signed(sign, s+suffix)
}

func (sp spec) signed(sign, digits string) string {
	if sign == "" && sp.sign != 0 {
		sign = string(sp.sign)
	}
	if n := sp.width - len(sign) - len(digits); sp.align == '=' && n > 0 {
		digits = strings.Repeat(string(sp.fill), n) + digits
	}
	return sign + digits
}

func commas(digits string) string {
	var b strings.Builder
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}

func (sp spec) pad(t written) written {
	n := sp.width - utf8.RuneCountInString(t.s)
	if n <= 0 {
		return t
	}
	left := 0
	switch sp.align {
	case '>', '=':
		left = n
	case '^':
		left = n / 2
	}
	var w writer
	w.own(strings.Repeat(string(sp.fill), left))
	w.add(t)
	w.own(strings.Repeat(string(sp.fill), n-left))
	return w.written()
}
