package index

import (
	"fmt"
	"unicode/utf8"
)

// A key is a term as dictionaries sort it: its kind, and its text with every Hangul syllable as its two or three jamo,
// a byte each. Words that differ by a jamo differ by a byte then, words that begin alike in half a syllable share
// bytes, and a syllable takes less than the three bytes that UTF-8 wants.
//
//	0x00–0x7f  ASCII
//	0x80–0x92  initial consonants     0xa0–0xb4  vowels     0xc1–0xdb  final consonants (0 is none and has no byte)
//	0xdc–0xee  the consonants that can be initials, standing alone (ㄱ): texts of initials are made of them
//	0xff       before three bytes that are the number of another character
//
// The numbers of jamo are those of the Unicode Standard, section 3.12.
const (
	keyInitial = 0x80
	keyVowel   = 0xa0
	keyFinal   = 0xc0
	keyAlone   = 0xdc
	keyOther   = 0xff

	initials = 19
	vowels   = 21
	finals   = 28 // the first is none

	firstSyllable = 0xac00
	lastSyllable  = firstSyllable + initials*vowels*finals - 1

	maxKey = 1 << 10 // bytes; longer terms are cut, and what is cut alike is one term
)

// aloneRunes are the initial consonants as compatibility jamo, in the order of initials.
var aloneRunes = [initials]rune{'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ'}

// aloneOf is the number of an initial consonant that stands alone, by its distance from ㄱ, plus 1; 0 for others.
var aloneOf = func() (of ['ㅎ' - 'ㄱ' + 1]byte) {
	for i, r := range aloneRunes {
		of[r-'ㄱ'] = byte(i + 1)
	}
	return of
}()

// appendKey appends a term's key.
func appendKey(b []byte, kind byte, text string) []byte {
	start := len(b)
	b = append(b, kind)
	for _, r := range text {
		b = appendKeyRune(b, r)
		if len(b)-start >= maxKey-4 {
			break
		}
	}
	return b
}

func appendKeyRune(b []byte, r rune) []byte {
	switch {
	case r < utf8.RuneSelf:
		return append(b, byte(r))
	case r >= firstSyllable && r <= lastSyllable:
		n := int(r - firstSyllable)
		b = append(b, byte(keyInitial+n/(vowels*finals)), byte(keyVowel+n/finals%vowels))
		if final := n % finals; final > 0 {
			b = append(b, byte(keyFinal+final))
		}
		return b
	case r >= 'ㄱ' && r <= 'ㅎ' && aloneOf[r-'ㄱ'] > 0:
		return append(b, keyAlone+aloneOf[r-'ㄱ']-1)
	default:
		return append(b, keyOther, byte(r>>16), byte(r>>8), byte(r))
	}
}

// keyText returns the text of a key without its kind, or an error if appendKey cannot have made it.
func keyText(key []byte) (string, error) {
	b := make([]byte, 0, len(key)*2)
	for i := 0; i < len(key); {
		c := key[i]
		switch {
		case c < utf8.RuneSelf:
			b = append(b, c)
			i++
		case c < keyInitial+initials && i+1 < len(key) && key[i+1] >= keyVowel && key[i+1] < keyVowel+vowels:
			r := firstSyllable + (rune(c-keyInitial)*vowels+rune(key[i+1]-keyVowel))*finals
			i += 2
			if i < len(key) && key[i] > keyFinal && key[i] < keyFinal+finals {
				r += rune(key[i] - keyFinal)
				i++
			}
			b = utf8.AppendRune(b, r)
		case c >= keyAlone && c < keyAlone+initials:
			b = utf8.AppendRune(b, aloneRunes[c-keyAlone])
			i++
		case c == keyOther && i+3 < len(key):
			b = utf8.AppendRune(b, rune(key[i+1])<<16|rune(key[i+2])<<8|rune(key[i+3]))
			i += 4
		default:
			return "", fmt.Errorf("term % x: byte %d is %#x, want a character", key, i, c)
		}
	}
	return string(b), nil
}

// maxInitials is how many initial consonants of a word are kept: five bits each, the first highest.
const maxInitials = 12

// keyInitials returns the initial consonants of a key (without its kind) that is Hangul through and through, and how
// many they are; 0, 0 for others. The number of the first maxInitials sorts as their texts do.
func keyInitials(key []byte) (packed uint64, n int) {
	for i := 0; i < len(key); i++ {
		c := key[i]
		switch {
		case c >= keyInitial && c < keyInitial+initials:
			if n < maxInitials {
				packed |= uint64(c-keyInitial+1) << (5 * (maxInitials - 1 - n))
			}
			n++
		case c >= keyVowel && c < keyFinal+finals:
		default:
			return 0, 0
		}
	}
	return packed, n
}

// packInitials packs consonants as keyInitials does; it returns 0, 0 if one of them is no initial.
func packInitials(consonants string) (packed uint64, n int) {
	for _, r := range consonants {
		if r < 'ㄱ' || r > 'ㅎ' || aloneOf[r-'ㄱ'] == 0 {
			return 0, 0
		}
		if n < maxInitials {
			packed |= uint64(aloneOf[r-'ㄱ']) << (5 * (maxInitials - 1 - n))
		}
		n++
	}
	return packed, n
}
