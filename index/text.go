package index

import (
	"errors"
	"unicode/utf8"
)

// Stored text has two bytes for a Hangul syllable instead of the three of UTF-8, which also packs better:
//
//	0x00–0x7f  ASCII
//	0x80–0xab  and a byte: a syllable, by its distance from 가
//	0xf0       and two bytes: another character of the first plane
//	0xf1       and three bytes: any other
const (
	textSyllable = 0x80
	textPlane    = 0xf0
	textAny      = 0xf1
)

var errText = errors.New("stored text that nobody wrote")

// appendText appends s, which is UTF-8, as it is stored.
func appendText(b []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			b = append(b, byte(r))
		case r >= firstSyllable && r <= lastSyllable:
			n := r - firstSyllable
			b = append(b, textSyllable+byte(n>>8), byte(n))
		case r <= 0xffff:
			b = append(b, textPlane, byte(r>>8), byte(r))
		default:
			b = append(b, textAny, byte(r>>16), byte(r>>8), byte(r))
		}
	}
	return b
}

// textOf turns stored text back.
func textOf(b []byte) (string, error) {
	out := make([]byte, 0, len(b)*3/2+8)
	for i := 0; i < len(b); {
		c := b[i]
		switch {
		case c < utf8.RuneSelf:
			out = append(out, c)
			i++
		case c <= textSyllable+(lastSyllable-firstSyllable)>>8 && i+1 < len(b):
			out = utf8.AppendRune(out, firstSyllable+rune(c-textSyllable)<<8+rune(b[i+1]))
			i += 2
		case c == textPlane && i+2 < len(b):
			out = utf8.AppendRune(out, rune(b[i+1])<<8|rune(b[i+2]))
			i += 3
		case c == textAny && i+3 < len(b):
			out = utf8.AppendRune(out, rune(b[i+1])<<16|rune(b[i+2])<<8|rune(b[i+3]))
			i += 4
		default:
			return "", errText
		}
	}
	return string(out), nil
}
