package prompt

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind says what a token of a template is.
type tokenKind uint8

const (
	tokenEOF tokenKind = iota
	tokenData
	tokenPrint    // {{
	tokenPrintEnd // }}
	tokenBlock    // {%
	tokenBlockEnd // %}
	tokenName
	tokenString
	tokenInt
	tokenFloat
	tokenOp
)

type token struct {
	kind tokenKind
	text string // data, name, decoded string, digits, operator
	line int
}

// maxTemplate is the size in bytes above which a template is refused; the largest published ones have 25 KB.
const maxTemplate = 1 << 20

// lexer cuts a template into tokens the way Jinja2 does with trim_blocks and lstrip_blocks on and
// keep_trailing_newline off, which is how Transformers sets it up.
type lexer struct {
	src       string
	pos       int
	line      int
	lineStart bool // the last thing read ended a line
	tokens    []token
}

func lex(src string) ([]token, error) {
	if len(src) > maxTemplate {
		return nil, fmt.Errorf("template has %d bytes, want at most %d", len(src), maxTemplate)
	}
	src = strings.ReplaceAll(src, "\r\n", "\n")
	src = strings.ReplaceAll(src, "\r", "\n")
	src = strings.TrimSuffix(src, "\n")
	l := &lexer{src: src, line: 1, lineStart: true}
	for l.pos < len(l.src) {
		if err := l.next(); err != nil {
			return nil, fmt.Errorf("line %d: %w", l.line, err)
		}
	}
	l.emit(tokenEOF, "")
	return l.tokens, nil
}

func (l *lexer) emit(k tokenKind, text string) {
	l.tokens = append(l.tokens, token{k, text, l.line})
}

// advance moves past n bytes, counting lines.
func (l *lexer) advance(n int) {
	l.line += strings.Count(l.src[l.pos:l.pos+n], "\n")
	l.pos += n
	l.lineStart = n > 0 && l.src[l.pos-1] == '\n'
}

// next reads the text up to the next tag, and the tag.
func (l *lexer) next() error {
	rest := l.src[l.pos:]
	i := openTag(rest)
	if i < 0 {
		l.emit(tokenData, rest)
		l.advance(len(rest))
		return nil
	}
	data, tag := rest[:i], rest[i:i+2]
	body := rest[i+2:]
	sign := byte(0)
	if body != "" && (body[0] == '-' || body[0] == '+') {
		sign = body[0]
	}
	l.data(data, sign, tag == "{{")
	l.advance(i + 2)
	if sign != 0 {
		l.advance(1)
	}
	switch tag {
	case "{#":
		return l.comment()
	case "{{":
		l.emit(tokenPrint, "")
		return l.code("}}", tokenPrintEnd)
	}
	if n := rawTag(l.src[l.pos:]); n > 0 {
		l.advance(n)
		return l.raw()
	}
	l.emit(tokenBlock, "")
	return l.code("%}", tokenBlockEnd)
}

// data emits the text before a tag without what the tag takes along.
func (l *lexer) data(text string, sign byte, print bool) {
	switch {
	case sign == '-':
		text = strings.TrimRightFunc(text, isSpace)
	case sign != '+' && !print:
		// lstrip_blocks: a tag that stands first on its line takes the blanks before it along.
		from := strings.LastIndexByte(text, '\n') + 1
		if (from > 0 || l.lineStart) && strings.TrimFunc(text[from:], isSpace) == "" {
			text = text[:from]
		}
	}
	if text != "" {
		l.emit(tokenData, text)
	}
}

// openTag returns where the next {{, {% or {# is, or -1.
func openTag(s string) int {
	for i := 0; i+1 < len(s); i++ {
		j := strings.IndexByte(s[i:], '{')
		if j < 0 || i+j+1 >= len(s) {
			return -1
		}
		i += j
		switch s[i+1] {
		case '{', '%', '#':
			return i
		}
	}
	return -1
}

func (l *lexer) comment() error {
	i := strings.Index(l.src[l.pos:], "#}")
	if i < 0 {
		return fmt.Errorf("comment without end")
	}
	minus, plus := i > 0 && l.src[l.pos+i-1] == '-', i > 0 && l.src[l.pos+i-1] == '+'
	l.advance(i + 2)
	l.afterTag(minus, plus, true)
	return nil
}

// afterTag skips what a tag's end takes along: all blanks after -%}, one newline after %} (trim_blocks).
func (l *lexer) afterTag(minus, plus, trim bool) {
	rest := l.src[l.pos:]
	switch {
	case minus:
		if n := len(rest) - len(strings.TrimLeftFunc(rest, isSpace)); n > 0 {
			l.advance(n)
		}
	case trim && !plus && strings.HasPrefix(rest, "\n"):
		l.advance(1)
	}
}

// rawTag returns the length of "raw %}" at the start of s, or 0.
func rawTag(s string) int {
	t := strings.TrimLeftFunc(s, isSpace)
	t, ok := strings.CutPrefix(t, "raw")
	if !ok {
		return 0
	}
	t = strings.TrimLeftFunc(t, isSpace)
	if after, ok := strings.CutPrefix(t, "-%}"); ok {
		return len(s) - len(strings.TrimLeftFunc(after, isSpace))
	}
	if after, ok := strings.CutPrefix(t, "%}"); ok {
		return len(s) - len(after)
	}
	return 0
}

// raw reads up to {% endraw %} and emits it as it stands.
func (l *lexer) raw() error {
	rest := l.src[l.pos:]
	for i := 0; ; i += 2 {
		j := strings.Index(rest[i:], "{%")
		if j < 0 {
			return fmt.Errorf("raw without endraw")
		}
		i += j
		t := rest[i+2:]
		sign := byte(0)
		if strings.HasPrefix(t, "-") || strings.HasPrefix(t, "+") {
			sign = t[0]
		}
		t = strings.TrimLeftFunc(strings.TrimLeft(t, "-+"), isSpace)
		t, ok := strings.CutPrefix(t, "endraw")
		if !ok {
			continue
		}
		t = strings.TrimLeftFunc(t, isSpace)
		minus, plus := strings.HasPrefix(t, "-"), strings.HasPrefix(t, "+")
		t, ok = strings.CutPrefix(strings.TrimLeft(t, "-+"), "%}")
		if !ok {
			continue
		}
		l.data(rest[:i], sign, false)
		l.advance(len(rest) - len(t))
		l.afterTag(minus, plus, true)
		return nil
	}
}

// code reads the inside of a tag up to its end. A closing brace that belongs to an open bracket is no end.
func (l *lexer) code(end string, endKind tokenKind) error {
	var open []byte
	for l.pos < len(l.src) {
		rest := l.src[l.pos:]
		c := rest[0]
		if len(open) == 0 {
			minus := c == '-' && strings.HasPrefix(rest[1:], end)
			plus := c == '+' && end == "%}" && strings.HasPrefix(rest[1:], end)
			if minus || plus || strings.HasPrefix(rest, end) {
				n := len(end)
				if minus || plus {
					n++
				}
				l.emit(endKind, "")
				l.advance(n)
				l.afterTag(minus, plus, end == "%}")
				return nil
			}
		}
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case isSpace(r):
			l.advance(size)
		case c == '\'' || c == '"':
			if err := l.quoted(c); err != nil {
				return err
			}
		case c >= '0' && c <= '9':
			l.number()
		case r == '_' || unicode.IsLetter(r):
			n := strings.IndexFunc(rest, func(r rune) bool { return r != '_' && !unicode.In(r, unicode.L, unicode.N, unicode.Mn) })
			if n < 0 {
				n = len(rest)
			}
			l.emit(tokenName, rest[:n])
			l.advance(n)
		default:
			if err := l.operator(rest, &open); err != nil {
				return err
			}
		}
	}
	return fmt.Errorf("tag without end, want %q", end)
}

// operators with the longer ones first.
var operators = []string{"//", "**", "==", "!=", ">=", "<=",
	"+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"}

func (l *lexer) operator(rest string, open *[]byte) error {
	for _, op := range operators {
		if !strings.HasPrefix(rest, op) {
			continue
		}
		switch op {
		case "(", "[", "{":
			*open = append(*open, map[string]byte{"(": ')', "[": ']', "{": '}'}[op])
		case ")", "]", "}":
			n := len(*open)
			if n == 0 || (*open)[n-1] != op[0] {
				return fmt.Errorf("unexpected %q", op)
			}
			*open = (*open)[:n-1]
		}
		l.emit(tokenOp, op)
		l.advance(len(op))
		return nil
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return fmt.Errorf("unexpected character %q", r)
}
