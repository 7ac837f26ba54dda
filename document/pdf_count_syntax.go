package document

import (
	"bytes"
	"strconv"
)

// The second pass over a PDF has a small reader of its own of the file's syntax (ISO 32000-1, 7.2 and 7.3). Values are
// nil, bool, float64, rawName, rawString, rawRef, []any and rawDict.

type (
	rawName   string
	rawString []byte
	rawRef    int // the object's number; its generation tells nothing here
	rawDict   map[rawName]any
	rawWord   string // an operator, or a keyword
)

const mostRawDepth = 64

// lexer reads values out of bytes.
type lexer struct {
	data []byte
	at   int
	odd  int // bytes that belong nowhere
}

func rawSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == 0 || c == '\f'
}

func delimiter(c byte) bool {
	return c == '(' || c == ')' || c == '<' || c == '>' || c == '[' || c == ']' || c == '{' || c == '}' || c == '/' || c == '%'
}

// space goes over white space and comments.
func (x *lexer) space() {
	for x.at < len(x.data) {
		switch c := x.data[x.at]; {
		case rawSpace(c):
			x.at++
		case c == '%':
			end := bytes.IndexAny(x.data[x.at:], "\r\n")
			if end < 0 {
				x.at = len(x.data)
				return
			}
			x.at += end
		default:
			return
		}
	}
}

// value reads the next value; ok is false at the end. References are put together from their three words only in files, not
// in the content of pages: refs says which.
func (x *lexer) value(refs bool, depth int) (v any, ok bool) {
	x.space()
	if x.at >= len(x.data) || depth > mostRawDepth {
		return nil, false
	}
	switch c := x.data[x.at]; c {
	case '/':
		return x.name(), true
	case '(':
		return x.literal(), true
	case '[':
		x.at++
		return x.array(refs, depth), true
	case '<':
		if x.at+1 < len(x.data) && x.data[x.at+1] == '<' {
			x.at += 2
			return x.dict(refs, depth), true
		}
		return x.hex(), true
	case ')', '>', ']', '{', '}':
		x.at++
		if c == '>' && x.at < len(x.data) && x.data[x.at] == '>' {
			x.at++
			return rawWord(">>"), true
		}
		return rawWord(string(c)), true
	}
	return x.word(refs), true
}

// word reads a number, a reference, a keyword or an operator.
func (x *lexer) word(refs bool) any {
	begin := x.at
	for x.at < len(x.data) && !rawSpace(x.data[x.at]) && !delimiter(x.data[x.at]) {
		x.at++
	}
	text := x.data[begin:x.at]
	if n, ok := number64(text); ok {
		if refs {
			if r, ok := x.reference(n); ok {
				return r
			}
		}
		return n
	}
	switch string(text) {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	}
	return rawWord(text)
}

// number64 reads a number as PDF writes it: no exponent.
func number64(text []byte) (float64, bool) {
	if len(text) == 0 || len(text) > 40 {
		return 0, false
	}
	n, digits, dot, scale := 0.0, 0, false, 1.0
	for i, c := range text {
		switch {
		case c >= '0' && c <= '9':
			digits++
			n = n*10 + float64(c-'0')
			if dot {
				scale *= 10
			}
		case c == '.' && !dot:
			dot = true
		case (c == '-' || c == '+') && i == 0:
		case c == '-' && digits > 0: // 12-3 is 12 to every reader
			return n / scale, true
		default:
			return 0, false
		}
	}
	if text[0] == '-' {
		n = -n
	}
	return n / scale, digits > 0 || dot
}

// reference reads the rest of "12 0 R" after its first number.
func (x *lexer) reference(n float64) (rawRef, bool) {
	if n != float64(int(n)) || n < 0 {
		return 0, false
	}
	at := x.at
	skip := func(ok func(byte) bool) int {
		begin := at
		for at < len(x.data) && ok(x.data[at]) {
			at++
		}
		return at - begin
	}
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	if skip(rawSpace) == 0 || skip(digit) == 0 || skip(rawSpace) == 0 {
		return 0, false
	}
	if at >= len(x.data) || x.data[at] != 'R' || at+1 < len(x.data) && !rawSpace(x.data[at+1]) && !delimiter(x.data[at+1]) {
		return 0, false
	}
	x.at = at + 1
	return rawRef(int(n)), true
}

func (x *lexer) name() rawName {
	x.at++
	begin, plain := x.at, true
	for x.at < len(x.data) && !rawSpace(x.data[x.at]) && !delimiter(x.data[x.at]) {
		plain = plain && x.data[x.at] != '#'
		x.at++
	}
	text := x.data[begin:x.at]
	if plain {
		return rawName(text)
	}
	var out []byte
	for i := 0; i < len(text); i++ {
		if text[i] == '#' && i+2 < len(text) {
			if c, err := strconv.ParseUint(string(text[i+1:i+3]), 16, 8); err == nil {
				out = append(out, byte(c))
				i += 2
				continue
			}
		}
		out = append(out, text[i])
	}
	return rawName(out)
}

// literal reads a string in parentheses.
func (x *lexer) literal() rawString {
	x.at++
	var out []byte
	open := 1
	for x.at < len(x.data) {
		c := x.data[x.at]
		x.at++
		switch c {
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				return out
			}
		case '\\':
			if x.at < len(x.data) {
				out = x.escape(out)
			}
			continue
		}
		out = append(out, c)
	}
	x.odd++
	return out
}

// escape reads what follows a backslash.
func (x *lexer) escape(out []byte) []byte {
	c := x.data[x.at]
	x.at++
	switch c {
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	case 'b':
		return append(out, '\b')
	case 'f':
		return append(out, '\f')
	case '\r':
		if x.at < len(x.data) && x.data[x.at] == '\n' {
			x.at++
		}
		return out
	case '\n':
		return out
	}
	if c < '0' || c > '7' {
		return append(out, c)
	}
	n := int(c - '0')
	for i := 0; i < 2 && x.at < len(x.data) && x.data[x.at] >= '0' && x.data[x.at] <= '7'; i++ {
		n = n*8 + int(x.data[x.at]-'0')
		x.at++
	}
	return append(out, byte(n))
}

func (x *lexer) hex() rawString {
	x.at++
	var out []byte
	high, half := byte(0), false
	for x.at < len(x.data) {
		c := x.data[x.at]
		x.at++
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		case c == '>':
			if half {
				out = append(out, high<<4)
			}
			return out
		default:
			if !rawSpace(c) {
				x.odd++
			}
			continue
		}
		if half {
			out = append(out, high<<4|c)
		}
		high, half = c, !half
	}
	x.odd++
	return out
}

func (x *lexer) array(refs bool, depth int) []any {
	out := []any{}
	for {
		v, ok := x.value(refs, depth+1)
		if !ok || v == rawWord("]") {
			if !ok {
				x.odd++
			}
			return out
		}
		if w, bad := v.(rawWord); bad {
			x.odd++
			if w == "endobj" || w == "endstream" || w == "obj" {
				return out
			}
			continue
		}
		out = append(out, v)
	}
}

func (x *lexer) dict(refs bool, depth int) rawDict {
	out := rawDict{}
	for {
		k, ok := x.value(refs, depth+1)
		if !ok {
			x.odd++
			return out
		}
		if k == rawWord(">>") {
			return out
		}
		key, is := k.(rawName)
		if !is {
			x.odd++
			if w, word := k.(rawWord); word && (w == "endobj" || w == "stream" || w == "endstream") {
				return out
			}
			continue
		}
		v, ok := x.value(refs, depth+1)
		if !ok || v == rawWord(">>") {
			x.odd++
			return out
		}
		out[key] = v
	}
}
