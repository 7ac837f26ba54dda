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

const (
	imageToken      = 28 // pixels a side of the square of a picture that is a token to models that see
	mostImageTokens = 1 << 14
	unknownImage    = 1024 // tokens of a picture of which nobody knows the size
)

// GuessImage is about how many tokens a model that sees reads of a picture. What a file says of its size may be anything, and
// servers make large pictures smaller: it is never more than mostImageTokens.
func GuessImage(i Image) int {
	if i.Width <= 0 || i.Height <= 0 {
		return unknownImage
	}
	const most = mostImageTokens * imageToken // pixels a side: a line of so many squares is as much as there can be
	return min(min(i.Width, most)*min(i.Height, most)/(imageToken*imageToken)+1, mostImageTokens)
}

// GuessMessages is about how many tokens messages have, their pictures included.
func GuessMessages(messages []Message) int {
	n := 0
	for _, m := range messages {
		n += GuessTokens(m.Text)
		for _, i := range m.Images {
			n += GuessImage(i)
		}
	}
	return n
}
