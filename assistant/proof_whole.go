package assistant

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// wholeIn is bytes from to to of a text of a document, without a number that begins before or ends behind them: where a long text is
// divided into passages, 1,234,567 may become 567, which the document does not say. from and to are between characters.
func wholeIn(text string, from, to int) string {
	part := text[from:to]
	if inNumber(text, from) {
		part = strings.TrimLeftFunc(part, ofNumber)
	}
	if inNumber(text, to) {
		part = strings.TrimRightFunc(part, ofNumber)
	}
	return part
}

// inNumber reports whether a number goes on from before a place of a text to behind it.
func inNumber(text string, at int) bool {
	before, size := utf8.DecodeLastRuneInString(text[:at])
	after, next := utf8.DecodeRuneInString(text[at:])
	switch {
	case size == 0 || next == 0:
		return false
	case unicode.IsDigit(before) && unicode.IsDigit(after), unicode.IsDigit(before) && isPower(after), isPower(before) && isPower(after):
		return true
	case divides(after):
		behind, _ := utf8.DecodeRuneInString(text[at+next:])
		return unicode.IsDigit(before) && unicode.IsDigit(behind)
	case divides(before):
		ahead, _ := utf8.DecodeLastRuneInString(text[:at-size])
		return unicode.IsDigit(ahead) && unicode.IsDigit(after)
	}
	return false
}

func divides(r rune) bool { return strings.ContainsRune(".,．，", r) }

func isPower(r rune) bool { return strings.ContainsRune("십백천만억조", r) }

func ofNumber(r rune) bool { return unicode.IsDigit(r) || divides(r) || isPower(r) }
