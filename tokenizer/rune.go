package tokenizer

import (
	"sync"
	"unicode"
	"unicode/utf8"
)

// kind is what the pre-tokenizers' expressions distinguish characters by.
type kind uint8

const (
	kindOther  kind = iota // none of the below; also a byte that is not UTF-8
	kindLetter             // \p{L}
	kindNumber             // \p{N}
	kindSpace              // \s, the property White_Space
)

// kinds maps code points to kinds in two steps, so that the pages a text uses stay in a cache.
type kinds struct {
	page  [0x110000 >> 8]uint16
	kinds [][256]kind
}

// runeKinds returns the table, which takes about a millisecond to make and 60 KiB to keep.
var runeKinds = sync.OnceValue(func() *kinds {
	flat := make([]kind, 0x110000)
	mark := func(table *unicode.RangeTable, k kind) {
		for _, r := range table.R16 {
			for c := int(r.Lo); c <= int(r.Hi); c += int(r.Stride) {
				flat[c] = k
			}
		}
		for _, r := range table.R32 {
			for c := int(r.Lo); c <= int(r.Hi); c += int(r.Stride) {
				flat[c] = k
			}
		}
	}
	mark(unicode.L, kindLetter)
	mark(unicode.N, kindNumber)
	mark(unicode.White_Space, kindSpace)

	t := &kinds{}
	seen := map[[256]kind]uint16{}
	for p := range t.page {
		page := [256]kind(flat[p<<8:])
		n, ok := seen[page]
		if !ok {
			n = uint16(len(t.kinds))
			seen[page] = n
			t.kinds = append(t.kinds, page)
		}
		t.page[p] = n
	}
	return t
})

func (t *kinds) of(r rune) kind { return t.kinds[t.page[r>>8]][r&0xff] }

// next returns the kind and the length in bytes of the character at s[i], which must be in range.
func (t *kinds) next(s string, i int) (kind, int) {
	b := s[i]
	if b < utf8.RuneSelf {
		return t.kinds[0][b], 1
	}
	// Hangul syllables, U+AC00 to U+D7A3, are letters: three bytes, of which the first is EA to ED.
	if b >= 0xea && b <= 0xed && i+2 < len(s) {
		b1, b2 := s[i+1], s[i+2]
		if b1&0xc0 == 0x80 && b2&0xc0 == 0x80 {
			r := rune(b&0x0f)<<12 | rune(b1&0x3f)<<6 | rune(b2&0x3f)
			if r >= 0xac00 && r <= 0xd7a3 {
				return kindLetter, 3
			}
		}
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	if r == utf8.RuneError && n == 1 {
		return kindOther, 1
	}
	return t.of(r), n
}
