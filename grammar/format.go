package grammar

import (
	"errors"
	"fmt"
	"strings"
)

// The formats that can be enforced exactly, as expressions that match the whole text. The names in braces are other
// expressions of this list, of formatParts.
var formats = map[string]string{
	// RFC 3339, section 5.6, and appendix A. The leap seconds of time are added in code.
	"date":     `{date}`,
	"duration": `P(?:\d+W|(?:{days}|\d+M(?:\d+D)?|\d+Y(?:\d+M(?:\d+D)?)?)(?:T{hours})?|T{hours})`,
	// RFC 5321, section 4.1.2
	"email": `(?:{atom}(?:\.{atom})*|"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*")@` +
		`(?:{label}(?:\.{label})*|\[(?:{ipv4}|[Ii][Pp][Vv]6:{ipv6})\])`,
	// RFC 1123, section 2.1, and RFC 1034, section 3.1; the length of all is added in code
	"hostname": `{host}(?:\.{host})*`,
	"ipv4":     `{ipv4}`,                                               // RFC 2673, section 3.2
	"ipv6":     `{ipv6}`,                                               // RFC 4291, section 2.2
	"uuid":     `[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}`, // RFC 4122
	// RFC 3986, appendix A
	"uri":           `[A-Za-z][A-Za-z0-9+.-]*:(?://{authority}{abempty}|/(?:{pchar}+(?:/{pchar}*)*)?|{pchar}+(?:/{pchar}*)*)?{query}`,
	"uri-reference": `(?:{uri}|(?://{authority}{abempty}|/(?:{pchar}+(?:/{pchar}*)*)?|{segment}(?:/{pchar}*)*)?{query})`,
	// RFC 3987, section 2.2
	"iri":           `[A-Za-z][A-Za-z0-9+.-]*:(?://{iauthority}{iabempty}|/(?:{ipchar}+(?:/{ipchar}*)*)?|{ipchar}+(?:/{ipchar}*)*)?{iquery}`,
	"iri-reference": `(?:{iri}|(?://{iauthority}{iabempty}|/(?:{ipchar}+(?:/{ipchar}*)*)?|{isegment}(?:/{ipchar}*)*)?{iquery})`,
	// RFC 6570, section 2, with erratum 6937 for the apostrophe
	"uri-template": `(?:[\x21\x23\x24\x26-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e{ucschar}{iprivate}]|{percent}|` +
		`\{[+#./;?&=,!@|]?{varspec}(?:,{varspec})*\})*`,
	"json-pointer":          `(?:/(?:[^~/]|~[01])*)*`, // RFC 6901
	"relative-json-pointer": `(?:0|[1-9]\d*)(?:#|(?:/(?:[^~/]|~[01])*)*)`,
}

var formatParts = map[string]string{
	"date": `(?:\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))|` +
		`(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)`,
	"time":  `(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[zZ]|[+-](?:[01]\d|2[0-3]):[0-5]\d)`,
	"days":  `\d+D`,
	"hours": `(?:\d+S|\d+M(?:\d+S)?|\d+H(?:\d+M(?:\d+S)?)?)`,
	"atom":  "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+",
	"label": `[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?`,
	"host":  `[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?`,
	"ipv4":  `(?:{octet}\.){3}{octet}`,
	"octet": `(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`,
	"h16":   `[0-9A-Fa-f]{1,4}`,
	"ls32":  `(?:{h16}:{h16}|{ipv4})`,
	"ipv6": `(?:(?:{h16}:){6}{ls32}|::(?:{h16}:){5}{ls32}|(?:{h16})?::(?:{h16}:){4}{ls32}|` +
		`(?:(?:{h16}:){0,1}{h16})?::(?:{h16}:){3}{ls32}|(?:(?:{h16}:){0,2}{h16})?::(?:{h16}:){2}{ls32}|` +
		`(?:(?:{h16}:){0,3}{h16})?::{h16}:{ls32}|(?:(?:{h16}:){0,4}{h16})?::{ls32}|` +
		`(?:(?:{h16}:){0,5}{h16})?::{h16}|(?:(?:{h16}:){0,6}{h16})?::)`,
	"percent":    `%[0-9A-Fa-f]{2}`,
	"pchar":      `(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|{percent})`,
	"segment":    `(?:[A-Za-z0-9._~!$&'()*+,;=@-]|{percent})+`,
	"abempty":    `(?:/{pchar}*)*`,
	"query":      `(?:\?(?:{pchar}|[/?])*)?(?:#(?:{pchar}|[/?])*)?`,
	"literal":    `\[(?:{ipv6}|[vV][0-9A-Fa-f]+\.[A-Za-z0-9._~!$&'()*+,;=:-]+)\]`,
	"authority":  `(?:(?:[A-Za-z0-9._~!$&'()*+,;=:-]|{percent})*@)?(?:{literal}|(?:[A-Za-z0-9._~!$&'()*+,;=-]|{percent})*)(?::\d*)?`,
	"uri":        "", // filled in below, as are iri and the classes
	"iri":        "",
	"ipchar":     `(?:[A-Za-z0-9._~!$&'()*+,;=:@{ucschar}-]|{percent})`,
	"isegment":   `(?:[A-Za-z0-9._~!$&'()*+,;=@{ucschar}-]|{percent})+`,
	"iabempty":   `(?:/{ipchar}*)*`,
	"iquery":     `(?:\?(?:{ipchar}|[{iprivate}/?])*)?(?:#(?:{ipchar}|[/?])*)?`,
	"iauthority": `(?:(?:[A-Za-z0-9._~!$&'()*+,;=:{ucschar}-]|{percent})*@)?(?:{literal}|(?:[A-Za-z0-9._~!$&'()*+,;={ucschar}-]|{percent})*)(?::\d*)?`,
	"varspec":    `(?:[A-Za-z0-9_]|{percent})(?:\.?(?:[A-Za-z0-9_]|{percent}))*(?::[1-9]\d{0,3}|\*)?`,
	"ucschar": `\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\u{10000}-\u{1fffd}\u{20000}-\u{2fffd}\u{30000}-\u{3fffd}\u{40000}-\u{4fffd}` +
		`\u{50000}-\u{5fffd}\u{60000}-\u{6fffd}\u{70000}-\u{7fffd}\u{80000}-\u{8fffd}\u{90000}-\u{9fffd}\u{a0000}-\u{afffd}` +
		`\u{b0000}-\u{bfffd}\u{c0000}-\u{cfffd}\u{d0000}-\u{dfffd}\u{e1000}-\u{efffd}`,
	"iprivate": `\ue000-\uf8ff\u{f0000}-\u{ffffd}\u{100000}-\u{10fffd}`,
}

// expandFormat replaces the names in braces.
func expandFormat(s string) string {
	for {
		from := nameInBraces(s)
		if from < 0 {
			return s
		}
		end := from + strings.IndexByte(s[from:], '}')
		name := s[from+1 : end]
		part := formatParts[name]
		if part == "" {
			part = formats[name]
		}
		s = s[:from] + part + s[end+1:]
	}
}

// nameInBraces finds the first brace that begins a name of formatParts.
func nameInBraces(s string) int {
	for from := 0; from < len(s); from++ {
		if s[from] != '{' || from > 0 && (s[from-1] == '\\' || s[from-1] == 'u') {
			continue
		}
		if end := strings.IndexByte(s[from:], '}'); end > 0 {
			if _, ok := formatParts[s[from+1:from+end]]; ok {
				return from
			}
		}
	}
	return -1
}

// hopeless are the formats that are known and cannot be enforced exactly, and why.
var hopeless = map[string]string{
	"idn-hostname": "which labels are valid depends on tables of IDNA",
	"idn-email":    "which domains are valid depends on tables of IDNA",
	"regex":        "which expressions are valid is no matter of an automaton",
}

// formatKeyword notes a format that is known.
func (c *compiler) formatKeyword(s *schema, v *value) error {
	name, err := s.text("format", v)
	if err != nil {
		return err
	}
	if why, ok := hopeless[name]; ok {
		return s.errorf("format", "found %s, which cannot be enforced: %s", quote(name), why)
	}
	if name == "hostname" && s.res.draft >= draft07 {
		return s.errorf("format", "found %s, which cannot be enforced in this draft: which labels beginning with xn-- are valid depends on tables of IDNA", quote(name))
	}
	if _, ok := formats[name]; !ok && name != "time" && name != "date-time" {
		c.warn(s.path, "format", "%s is no format that is known here and asserts nothing", quote(name))
		return nil
	}
	s.format = name
	s.says++
	return nil
}

// formatNode is the texts of a format in a JSON string.
func (m *machine) formatNode(name string) (*node, error) {
	if n := m.formats[name]; n != nil {
		return n, nil
	}
	n, err := m.formatOf(name)
	if err != nil {
		return nil, fmt.Errorf("format %s: %w", name, err)
	}
	m.formats[name] = n
	return n, nil
}

func (m *machine) formatOf(name string) (*node, error) {
	switch name {
	case "time":
		time, err := m.expression(`{time}`)
		return m.alt(time, m.partNode(&leapSecond{})), err
	case "date-time":
		date, err1 := m.expression(`{date}[tT]`)
		time, err2 := m.formatNode("time")
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		return m.concat(date, time), nil
	case "hostname":
		n, err := m.expression(formats[name])
		return m.and(n, m.repeat(m.class(strictJSON, runeSet{{'!', '~'}}), 1, 253)), err
	}
	return m.expression(formats[name])
}

func (m *machine) expression(s string) (*node, error) {
	p, err := parsePattern(expandFormat(s))
	if err != nil {
		return nil, err
	}
	return m.wholePattern(p, strictJSON)
}

// leapSecond is a time with a leap second (RFC 3339, section 5.7): it is 23:59:60 in UTC, whatever the offset. text is
// what has been read of hours, minutes and seconds.
type leapSecond struct{ text string }

func (l *leapSecond) hash() uint64 { return hashString(0, l.text) }

func (l *leapSecond) equal(o part) bool {
	p, ok := o.(*leapSecond)
	return ok && *l == *p
}

func (l *leapSecond) flags() flag { return flagLive | flagStrict | flagText }

func (l *leapSecond) classes(m *machine) *classes {
	var s byteSet
	for _, b := range []byte("0123456789:") {
		if l.takes(b) {
			s.add(b)
		}
	}
	return m.classesOfBytes(&s)
}

func (l *leapSecond) takes(b byte) bool {
	digit := '0' <= b && b <= '9'
	switch len(l.text) {
	case 0:
		return '0' <= b && b <= '2'
	case 1:
		return digit && (l.text[0] < '2' || b < '4')
	case 3:
		return '0' <= b && b <= '5'
	case 4:
		return digit
	case 6:
		return b == '6'
	case 7:
		return b == '0'
	}
	return b == ':'
}

func (l *leapSecond) step(m *machine, b byte) *node {
	if !l.takes(b) {
		return m.none
	}
	text := l.text + string([]byte{b})
	if len(text) < len("23:59:60") {
		return m.partNode(&leapSecond{text})
	}
	const day, last = 24 * 60, 23*60 + 59
	minute := 600*int(text[0]-'0') + 60*int(text[1]-'0') + 10*int(text[3]-'0') + int(text[4]-'0')
	offset := func(sign byte, minutes int) string {
		minutes = (minutes + day) % day
		return fmt.Sprintf("%c%02d:%02d", sign, minutes/60, minutes%60)
	}
	offsets := []string{offset('+', minute-last), offset('-', last-minute)}
	if minute == last {
		offsets = append(offsets, "Z", "z")
	}
	return m.concat(m.fraction(), m.oneOf(offsets))
}

func (l *leapSecond) least(*machine) int32 { return int32(len(l.soonest())) }

func (l *leapSecond) shortest(_ *machine, dst []byte) []byte { return append(dst, l.soonest()...) }

// soonest is the shortest rest of the text.
func (l *leapSecond) soonest() string {
	const utc = "23:59:60Z"
	if rest, ok := strings.CutPrefix(utc, l.text); ok {
		return rest
	}
	text := l.text
	for i := len(text); i < len("23:59:60"); i++ {
		text += utc[i : i+1]
	}
	minute := 600*int(text[0]-'0') + 60*int(text[1]-'0') + 10*int(text[3]-'0') + int(text[4]-'0')
	minute = (minute + 1) % (24 * 60) // after 23:59
	return text[len(l.text):] + fmt.Sprintf("+%02d:%02d", minute/60, minute%60)
}

func (l *leapSecond) settle(m *machine, _ history) *node { return m.partNode(l) }
