package chat

import (
	"unicode"
	"unicode/utf8"
)

// GuessTokens is about how many tokens a text has, where nobody knows the model's: one a Hangul syllable or Chinese
// character, one for three other bytes.
func GuessTokens(text string) int {
	wide, bytes := 0, 0
	for _, r := range text {
		if r >= 0x1100 && unicode.IsLetter(r) {
			wide++
		} else {
			bytes += utf8.RuneLen(r)
		}
	}
	return wide + (bytes+2)/3
}
