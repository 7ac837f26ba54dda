package tokenizer

import (
	"sync"
	"unicode/utf8"
)

// byteRunes are the characters by which byte-level vocabularies spell bytes, as GPT-2 introduced them: the
// printable characters of Latin-1 stand for themselves, the other 68 bytes for U+0100 onwards.
var byteRunes = sync.OnceValue(func() *[256]rune {
	var runes [256]rune
	next := rune(0x100)
	for b := range 256 {
		if b >= '!' && b <= '~' || b >= 0xa1 && b <= 0xac || b >= 0xae {
			runes[b] = rune(b)
		} else {
			runes[b] = next
			next++
		}
	}
	return &runes
})

// byteOf returns the byte that a character spells.
func byteOf(r rune) (byte, bool) {
	runes := byteRunes()
	if r < 0x100 {
		return byte(r), r >= 0 && runes[r] == r
	}
	// In order of the bytes: 00 to 20, 7f to a0, ad.
	switch n := r - 0x100; {
	case n <= 0x20:
		return byte(n), true
	case n <= 0x20+0x22:
		return byte(n-0x21) + 0x7f, true
	case n == 0x43:
		return 0xad, true
	}
	return 0, false
}

// appendSpelling appends the spelling of bytes.
func appendSpelling(dst []byte, text string) []byte {
	runes := byteRunes()
	for i := range len(text) {
		dst = utf8.AppendRune(dst, runes[text[i]])
	}
	return dst
}

// spelledBytes returns the bytes that a token spells, or its own bytes if a character in it spells none.
func spelledBytes(token string) string {
	out := make([]byte, 0, len(token))
	for _, r := range token {
		b, ok := byteOf(r)
		if !ok {
			return token
		}
		out = append(out, b)
	}
	return string(out)
}

// fallbackByte returns the byte that <0xHH> stands for: six characters, two capital hexadecimal digits.
func fallbackByte(token string) (byte, bool) {
	if len(token) != 6 || token[:3] != "<0x" || token[5] != '>' {
		return 0, false
	}
	high, ok1 := hexDigit(token[3])
	low, ok2 := hexDigit(token[4])
	return high<<4 | low, ok1 && ok2
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
