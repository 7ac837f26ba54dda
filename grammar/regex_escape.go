package grammar

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	lineEnds   = runeSet{{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}
	digitRunes = runeSet{{'0', '9'}}
	wordRunes  = newRuneSet(runeRange{'0', '9'}, runeRange{'A', 'Z'}, runeRange{'_', '_'}, runeRange{'a', 'z'})
	spaceRunes = newRuneSet(append(runesIn(unicode.Zs), runeRange{'\t', '\r'}, runeRange{0xfeff, 0xfeff}, runeRange{0x2028, 0x2029})...)
)

// escape reads what comes after a backslash at the offset at.
func (p *patternParser) escape(at int, inClass bool) (runeSet, error) {
	if p.at == len(p.s) {
		return nil, errorAt(at, "found a backslash at the end, want what it escapes")
	}
	r, n := utf8.DecodeRuneInString(p.s[p.at:])
	p.at += n
	switch r {
	case 'd':
		return digitRunes, nil
	case 'D':
		return digitRunes.negate(), nil
	case 'w':
		return wordRunes, nil
	case 'W':
		return wordRunes.negate(), nil
	case 's':
		return spaceRunes, nil
	case 'S':
		return spaceRunes.negate(), nil
	case 'p', 'P':
		return p.property(at, r == 'P')
	case 'b':
		if inClass {
			return runeSet{{'\b', '\b'}}, nil
		}
		return nil, p.unsupported(at, "a word boundary, which cannot be enforced")
	case 'B':
		return nil, p.unsupported(at, "a word boundary, which cannot be enforced")
	}
	c, err := p.character(at, r)
	return runeSet{{c, c}}, err
}

// character reads the rest of an escape of one character.
func (p *patternParser) character(at int, r rune) (rune, error) {
	switch r {
	case 't':
		return '\t', nil
	case 'n':
		return '\n', nil
	case 'v':
		return '\v', nil
	case 'f':
		return '\f', nil
	case 'r':
		return '\r', nil
	case 'c':
		if p.at < len(p.s) {
			if c := p.s[p.at] | 0x20; 'a' <= c && c <= 'z' {
				p.at++
				return rune(c - 'a' + 1), nil
			}
		}
		return 0, p.unsupported(at, `want \c and a letter`)
	case 'x':
		return p.hex(at, 2)
	case 'u':
		return p.unicode(at)
	}
	switch {
	case r == '0' && (p.at == len(p.s) || p.s[p.at] < '0' || p.s[p.at] > '9'):
		return 0, nil
	case '0' <= r && r <= '9':
		return 0, p.unsupported(at, "a back reference or an octal number, which cannot be enforced")
	case r == 'k':
		return 0, p.unsupported(at, "a back reference, which cannot be enforced")
	case 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
		return 0, p.unsupported(at, "want an escape of ECMA-262")
	}
	return r, nil
}

// hex reads n hexadecimal digits.
func (p *patternParser) hex(at, n int) (rune, error) {
	end := min(p.at+n, len(p.s))
	v, err := strconv.ParseUint(p.s[p.at:end], 16, 32)
	if err != nil || end-p.at < n {
		p.at = end
		return 0, p.unsupported(at, "want "+strconv.Itoa(n)+" hexadecimal digits")
	}
	p.at = end
	return rune(v), nil
}

// unicode reads \uXXXX, a pair of them, or \u{X…}.
func (p *patternParser) unicode(at int) (rune, error) {
	if p.take("{") {
		end := strings.IndexByte(p.s[p.at:], '}')
		if end < 0 {
			return 0, errorAt(at, `found \u{ without an end, want a closing brace`)
		}
		v, err := strconv.ParseUint(p.s[p.at:p.at+end], 16, 32)
		p.at += end + 1
		if err != nil || v > unicode.MaxRune || surrogateMin <= v && v <= surrogateMax {
			return 0, p.unsupported(at, "want a character's number")
		}
		return rune(v), nil
	}
	r, err := p.hex(at, 4)
	if err != nil || r < surrogateMin || r > surrogateMax {
		return r, err
	}
	if r < 0xdc00 && p.take(`\u`) {
		low, err := p.hex(at, 4)
		if err == nil && 0xdc00 <= low && low <= surrogateMax {
			return (r-surrogateMin)<<10 + (low - 0xdc00) + 0x10000, nil
		}
	}
	return 0, p.unsupported(at, "half a surrogate pair, which no text has")
}

// property reads {Name} or {Name=Value}.
func (p *patternParser) property(at int, negated bool) (runeSet, error) {
	end := strings.IndexByte(p.s[p.at:], '}')
	if !p.peek("{") || end < 0 {
		return nil, p.unsupported(at, `want \p{Name}`)
	}
	name := p.s[p.at+1 : p.at+end]
	p.at += end + 1
	set, ok := propertyRunes(name)
	if !ok {
		return nil, p.unsupported(at, "want a property of Unicode that is known here")
	}
	if negated {
		set = set.negate()
	}
	return set, nil
}

func propertyRunes(name string) (runeSet, bool) {
	key, val, both := strings.Cut(name, "=")
	if both {
		switch key {
		case "General_Category", "gc":
			return categoryRunes(val)
		case "Script", "sc":
			t, ok := unicode.Scripts[val]
			if !ok {
				return nil, false
			}
			return runesIn(t), true
		}
		return nil, false
	}
	if set, ok := categoryRunes(name); ok {
		return set, true
	}
	return binaryRunes(name)
}

func categoryRunes(name string) (runeSet, bool) {
	if long, ok := unicode.CategoryAliases[name]; ok {
		name = long
	}
	t, ok := unicode.Categories[name]
	if !ok {
		return nil, false
	}
	return runesIn(t), true
}

// binaryRunes is of the properties that either hold or do not, as DerivedCoreProperties.txt derives them.
func binaryRunes(name string) (runeSet, bool) {
	of := func(tables ...*unicode.RangeTable) (out runeSet) {
		for _, t := range tables {
			out = out.union(runesIn(t))
		}
		return out
	}
	pattern := func() runeSet { return of(unicode.Pattern_Syntax, unicode.Pattern_White_Space) }
	switch name {
	case "Any":
		return anyRune, true
	case "ASCII":
		return runeSet{{0, 0x7f}}, true
	case "Assigned":
		set, _ := categoryRunes("Cn")
		return set.negate(), true
	case "Alphabetic", "Alpha":
		return of(unicode.L, unicode.Nl, unicode.Other_Alphabetic), true
	case "Lowercase", "Lower":
		return of(unicode.Ll, unicode.Other_Lowercase), true
	case "Uppercase", "Upper":
		return of(unicode.Lu, unicode.Other_Uppercase), true
	case "Math":
		return of(unicode.Sm, unicode.Other_Math), true
	case "ID_Start", "IDS":
		return of(unicode.L, unicode.Nl, unicode.Other_ID_Start).minus(pattern()), true
	case "ID_Continue", "IDC":
		return of(unicode.L, unicode.Nl, unicode.Other_ID_Start, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc,
			unicode.Other_ID_Continue).minus(pattern()), true
	}
	if strings.HasPrefix(name, "Other_") {
		return nil, false
	}
	t, ok := unicode.Properties[name]
	if !ok {
		return nil, false
	}
	return runesIn(t), true
}
