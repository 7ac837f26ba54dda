package prompt

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// isSpace is Python's str.isspace for one character.
func isSpace(r rune) bool {
	return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f
}

// number reads an integer or a float.
func (l *lexer) number() {
	rest := l.src[l.pos:]
	digits := func(i int) int {
		for i < len(rest) && (isDigit(rest[i]) || rest[i] == '_' && i+1 < len(rest) && isDigit(rest[i+1])) {
			i++
		}
		return i
	}
	if len(rest) > 1 && rest[0] == '0' && strings.IndexByte("xXoObB", rest[1]) >= 0 {
		n := 2
		for n < len(rest) && (isHex(rest[n]) || rest[n] == '_') {
			n++
		}
		l.emit(tokenInt, strings.ReplaceAll(rest[:n], "_", ""))
		l.advance(n)
		return
	}
	n, kind := digits(0), tokenInt
	// After a dot, digits are an index (a.0.1) and not a fraction.
	member := len(l.tokens) > 0 && l.tokens[len(l.tokens)-1] == token{tokenOp, ".", l.line}
	if !member && n+1 < len(rest) && rest[n] == '.' && isDigit(rest[n+1]) {
		n, kind = digits(n+1), tokenFloat
	}
	if !member && n < len(rest) && (rest[n] == 'e' || rest[n] == 'E') {
		e := n + 1
		if e < len(rest) && (rest[e] == '+' || rest[e] == '-') {
			e++
		}
		if e < len(rest) && isDigit(rest[e]) {
			n, kind = digits(e), tokenFloat
		}
	}
	l.emit(kind, strings.ReplaceAll(rest[:n], "_", ""))
	l.advance(n)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isHex(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// quoted reads a string literal.
func (l *lexer) quoted(quote byte) error {
	rest := l.src[l.pos:]
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case quote:
			s, err := unescape(rest[1:i])
			if err != nil {
				return err
			}
			l.emit(tokenString, s)
			l.advance(i + 1)
			return nil
		}
	}
	return fmt.Errorf("string without end")
}

var simpleEscapes = map[byte]string{'n': "\n", 't': "\t", 'r': "\r", '\\': "\\", '\'': "'", '"': "\"",
	'a': "\a", 'b': "\b", 'f': "\f", 'v': "\v", '\n': ""}

// unescape decodes a string literal's escapes as Python's unicode-escape codec does: one it does not know
// stays as it is.
func unescape(s string) (string, error) {
	if strings.IndexByte(s, '\\') < 0 {
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		c := s[i]
		if t, ok := simpleEscapes[c]; ok {
			b.WriteString(t)
			continue
		}
		width := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
		switch {
		case width > 0:
			r, err := hexRune(s, i+1, width)
			if err != nil {
				return "", err
			}
			i += width
			// Two escapes may spell one character as a surrogate pair.
			if r >= 0xd800 && r < 0xdc00 && strings.HasPrefix(s[i+1:], `\u`) {
				if low, err := hexRune(s, i+3, 4); err == nil && low >= 0xdc00 && low < 0xe000 {
					r = 0x10000 + (r-0xd800)<<10 + (low - 0xdc00)
					i += 6
				}
			}
			b.WriteRune(r)
		case c >= '0' && c <= '7':
			n := 1
			for n < 3 && i+n < len(s) && s[i+n] >= '0' && s[i+n] <= '7' {
				n++
			}
			r, _ := strconv.ParseUint(s[i:i+n], 8, 16)
			b.WriteRune(rune(r))
			i += n - 1
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
	return b.String(), nil
}

func hexRune(s string, at, width int) (rune, error) {
	if at+width > len(s) {
		return 0, fmt.Errorf("escape with too few digits in a string")
	}
	n, err := strconv.ParseUint(s[at:at+width], 16, 32)
	if err != nil || n > unicode.MaxRune {
		return 0, fmt.Errorf("bad escape %q in a string", s[at:at+width])
	}
	if width == 8 && !utf8.ValidRune(rune(n)) {
		return utf8.RuneError, nil
	}
	return rune(n), nil
}
