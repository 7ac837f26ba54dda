package document

import "strings"

// children calls f for every element in the one that was opened last, by its name without prefix, and goes on after its end.
// What of a child f has not read is skipped. text, if not nil, gets the text between.
func (x *xmlScanner) children(f func(name string) error, text func([]byte)) error {
	depth := x.depth()
	for {
		token, err := x.next()
		if err != nil {
			return err
		}
		switch token {
		case xmlClose:
			return nil
		case xmlText:
			if text != nil {
				text(x.text)
			}
		case xmlOpen:
			if err := f(x.local); err != nil {
				return err
			}
			for x.depth() > depth {
				if err := x.skipElement(); err != nil {
					return err
				}
			}
		}
	}
}

// wholeText is the text in the element that was opened last, and in all that is in it.
func (x *xmlScanner) wholeText() (string, error) {
	var out []byte
	for depth := x.depth(); ; {
		token, err := x.next()
		if err != nil {
			return string(out), err
		}
		switch {
		case token == xmlText:
			out = append(out, x.text...)
		case token == xmlClose && x.depth() < depth:
			return string(out), nil
		}
	}
}

// local is a name without its prefix. Where nothing is before the colon, or behind it, there is none.
func local(name string) string {
	at := strings.IndexByte(name, ':')
	if at <= 0 || at+1 == len(name) {
		return name
	}
	return name[at+1:]
}

// num is the value of an attribute as a whole number, 0 if it is none. Hangul writes negative ones as those of 32 bits.
func (x *xmlScanner) num(name string) int {
	for _, a := range x.attributes() {
		if a.name == name {
			return wholeNumber(a.value)
		}
	}
	return 0
}

// wholeNumber reads digits, with a sign or not; what is after them does not count, nor what is not between -2³¹ and 2³¹.
func wholeNumber(digits []byte) int {
	negative := false
	if len(digits) > 0 && (digits[0] == '-' || digits[0] == '+') {
		negative = digits[0] == '-'
		digits = digits[1:]
	}
	n := int64(0)
	for _, c := range digits {
		if c < '0' || c > '9' {
			break
		}
		if n = n*10 + int64(c-'0'); n >= 1<<32 {
			return 0
		}
	}
	if n >= 1<<31 {
		n -= 1 << 32
	}
	if negative {
		n = -n
	}
	return int(n)
}

// is reports whether an attribute says yes.
func (x *xmlScanner) is(name string) bool {
	v := x.attr(name)
	return v == "1" || strings.EqualFold(v, "true")
}
