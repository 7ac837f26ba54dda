package document

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// numberFormat is how a number looks: up to four sections, for positive and negative numbers, zero and text.
// [ECMA-376, part 1, 18.8.31]
type numberFormat struct {
	sections []formatSection
	elapsed  bool // it shows hours beyond the day
}

// formatSection is a section of a format.
type formatSection struct {
	tokens    []formatToken
	condition string // "<", ">=", …; "" is none
	bound     float64
	date      bool
	afternoon bool // hours are those of half a day
	korean    bool // its words are
	percent   int
	scale     int // thousands that are left out
	thousands bool
	places    int // after the point
	exponent  bool
	fraction  bool
}

// formatToken is a piece of a section.
type formatToken struct {
	kind byte // 'l' literal; 'd' digits of the whole part, 'f' of the rest; '.' the point; 'E' the exponent; 'G' general; '@' text
	//           'y' 'm' 'D' 'h' 'M' (minutes) 's' 'S' (parts of seconds) 'A' (am/pm) 'w' (weekday) 'H' 'N' 'T' (elapsed hours, minutes, seconds)
	text string
}

// mostFormat is how long a format may be: Excel allows 255 characters.
const mostFormat = 1024

// newNumberFormat reads the code of a format.
func newNumberFormat(code string) *numberFormat {
	f := &numberFormat{}
	r := formatReader{code: code[:min(len(code), mostFormat)]}
	for len(f.sections) < 4 {
		s, more := r.section()
		s.finish()
		f.sections = append(f.sections, s)
		if !more {
			break
		}
	}
	for _, t := range f.sections[0].tokens {
		f.elapsed = f.elapsed || t.kind == 'H' || t.kind == 'N' || t.kind == 'T'
	}
	return f
}

// dated reports whether the numbers that it shows are dates or times.
func (f *numberFormat) dated() bool { return f.sections[0].date }

type formatReader struct {
	code string
	at   int
}

// section reads up to the next semicolon.
func (r *formatReader) section() (s formatSection, more bool) {
	add := func(kind byte, text string) { s.tokens = append(s.tokens, formatToken{kind, text}) }
	point := false
	for r.at < len(r.code) {
		c := r.code[r.at]
		switch {
		case c == ';':
			r.at++
			return s, true
		case c == '"':
			text, rest, _ := strings.Cut(r.code[r.at+1:], `"`)
			add('l', text)
			r.at = len(r.code) - len(rest)
		case c == '\\' || c == '_' || c == '*':
			r.at++
			next, n := utf8.DecodeRuneInString(r.code[r.at:])
			r.at += n
			if c == '\\' && n > 0 {
				add('l', string(next))
			} else if c == '_' {
				add('l', " ")
			}
		case c == '[':
			r.bracket(&s)
		case strings.HasPrefix(strings.ToUpper(r.code[r.at:]), "GENERAL"):
			add('G', "")
			r.at += len("General")
		case c == '0' || c == '#' || c == '?':
			kind := byte('d')
			if point {
				kind = 'f'
				s.places++
			}
			add(kind, string(c))
			r.at++
		case c == '.':
			if text := r.run('0', r.at+1); s.date || s.lastTime() && text != "" {
				add('S', text)
				r.at += 1 + len(text)
				break
			}
			point = true
			add('.', ".")
			r.at++
		case c == ',':
			add(',', "")
			r.at++
		case c == '%':
			s.percent++
			add('l', "%")
			r.at++
		case (c == 'E' || c == 'e') && r.at+1 < len(r.code) && (r.code[r.at+1] == '+' || r.code[r.at+1] == '-'):
			digits := r.runOf("0#?", r.at+2)
			add('E', r.code[r.at+1:r.at+2]+digits)
			s.exponent = true
			r.at += 2 + len(digits)
		case c == '/' && !s.date && len(s.tokens) > 0 && (s.tokens[len(s.tokens)-1].kind == 'd' || s.tokens[len(s.tokens)-1].kind == 'l' && s.tokens[len(s.tokens)-1].text == " "):
			s.fraction = true
			add('l', "/")
			r.at++
		case c == '@':
			add('@', "")
			r.at++
		case r.dateToken(&s):
		default:
			next, n := utf8.DecodeRuneInString(r.code[r.at:])
			add('l', string(next))
			r.at += n
		}
	}
	return s, false
}

// run is the run of a character from a place on, runOf that of some characters.
func (r *formatReader) run(c byte, at int) string { return r.runOf(string(c), at) }

func (r *formatReader) runOf(chars string, at int) string {
	end := at
	for end < len(r.code) && strings.IndexByte(chars, r.code[end]|0x20) >= 0 || end < len(r.code) && strings.IndexByte(chars, r.code[end]) >= 0 {
		end++
	}
	return r.code[min(at, len(r.code)):end]
}

// lastTime reports whether the token before is one of time.
func (s *formatSection) lastTime() bool {
	n := len(s.tokens)
	return n > 0 && strings.IndexByte("sMhT", s.tokens[n-1].kind) >= 0
}

// bracket reads what is in square brackets: a colour, a condition, a currency, elapsed time.
func (r *formatReader) bracket(s *formatSection) {
	inside, rest, ok := strings.Cut(r.code[r.at+1:], "]")
	if !ok {
		r.at = len(r.code)
		return
	}
	r.at = len(r.code) - len(rest)
	lower := strings.ToLower(inside)
	switch {
	case lower == "":
	case strings.Trim(lower, "h") == "", strings.Trim(lower, "m") == "", strings.Trim(lower, "s") == "":
		s.date = true
		s.tokens = append(s.tokens, formatToken{map[byte]byte{'h': 'H', 'm': 'N', 's': 'T'}[lower[0]], lower})
	case inside[0] == '$':
		currency, locale, _ := strings.Cut(inside[1:], "-")
		if currency != "" {
			s.tokens = append(s.tokens, formatToken{'l', currency})
		}
		s.korean = s.korean || strings.HasSuffix(strings.ToUpper(locale), "412") || strings.HasPrefix(strings.ToLower(locale), "ko")
	case strings.IndexByte("<>=", inside[0]) >= 0:
		digits := strings.TrimLeft(inside, "<>=")
		if bound, err := strconv.ParseFloat(digits, 64); err == nil {
			s.condition, s.bound = inside[:len(inside)-len(digits)], bound
		}
	}
}

// dateToken reads a token of date or time.
func (r *formatReader) dateToken(s *formatSection) bool {
	rest := r.code[r.at:]
	for _, mark := range []string{"AM/PM", "A/P", "오전/오후"} {
		if len(rest) >= len(mark) && strings.EqualFold(rest[:len(mark)], mark) {
			s.tokens = append(s.tokens, formatToken{'A', rest[:len(mark)]})
			s.date, s.afternoon = true, true
			r.at += len(mark)
			return true
		}
	}
	c := rest[0] | 0x20
	kind, ok := map[byte]byte{'y': 'y', 'e': 'y', 'm': 'm', 'd': 'D', 'h': 'h', 's': 's', 'a': 'w'}[c]
	if !ok || rest[0] >= utf8.RuneSelf {
		return false
	}
	text := r.run(c, r.at)
	if kind == 'w' && len(text) < 3 {
		return false
	}
	if kind == 'D' && len(text) >= 3 {
		kind = 'w'
	}
	r.at += len(text)
	s.date = true
	s.tokens = append(s.tokens, formatToken{kind, strings.ToLower(text)})
	return true
}

// finish settles what depends on what is around it: which m is a minute, which comma divides thousands and which takes
// them off.
func (s *formatSection) finish() {
	before := byte(0)
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.kind == 'l' || t.kind == 'A' {
			continue
		}
		if t.kind == 's' || t.kind == 'T' {
			for j := i - 1; j >= 0; j-- {
				if k := s.tokens[j].kind; k == 'm' {
					s.tokens[j].kind = 'M'
				} else if k == 'l' || k == 'A' {
					continue
				}
				break
			}
		}
		if t.kind == 'm' && (before == 'h' || before == 'H') && len(t.text) <= 2 {
			t.kind = 'M'
		}
		before = t.kind
	}
	last := -1
	for i, t := range s.tokens {
		if t.kind == 'd' || t.kind == 'f' {
			last = i
		}
	}
	var kept []formatToken
	for i, t := range s.tokens {
		switch {
		case t.kind != ',':
			kept = append(kept, t)
		case s.date:
			kept = append(kept, formatToken{'l', ","})
		case i > last && last >= 0:
			s.scale++
		case last >= 0:
			s.thousands = true
		}
	}
	s.tokens = kept
}

// of returns the section for a number, and whether it shows the sign by itself.
func (f *numberFormat) of(n float64) (*formatSection, bool) {
	for i := range f.sections {
		s := &f.sections[i]
		switch s.condition {
		case "<":
			if n < s.bound {
				return s, false
			}
		case "<=":
			if n <= s.bound {
				return s, false
			}
		case ">":
			if n > s.bound {
				return s, false
			}
		case ">=":
			if n >= s.bound {
				return s, false
			}
		case "=":
			if n == s.bound {
				return s, false
			}
		case "<>":
			if n != s.bound {
				return s, false
			}
		}
	}
	switch count := len(f.sections); {
	case f.sections[0].condition != "":
		return &f.sections[count-1], false
	case n < 0 && count >= 2:
		return &f.sections[1], true
	case n == 0 && count >= 3:
		return &f.sections[2], false
	}
	return &f.sections[0], false
}
