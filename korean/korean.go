// Package korean takes Korean text apart for finding it again: words without their particles and endings, jamo and
// initial consonants, what the other keyboard would have written, numbers and dates in one spelling. All of it is pure
// functions over tables; many goroutines may call them.
//
//	text ──Words──▶ runs of one script ──Stems──▶ what is looked up ──Bigrams──▶ and its parts
//	     └─Numbers─▶ 3천만 원, 30,000,000원 ──▶ 30000000원
package korean

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Script is what a word is written in.
type Script byte

const (
	Hangul Script = iota + 1 // syllables, and jamo that stand alone
	Latin                    // and every other alphabet
	Digits
	Han
)

// Word is a run of one script: 2차대전 is two of them, AI기반 too.
type Word struct {
	Start, End int    // bytes of the text it was found in
	Text       string // composed (NFC), in lower case, full width made narrow
	Script     Script
	Glued      bool // to the word before it, nothing in between
}

// Words yields the words of a text in their order. What is neither letter nor digit divides them and is left out; but
// single syllables with a point between them, as in 한·미, are one word, as in 한미.
func Words(text string) iter.Seq[Word] {
	return func(yield func(Word) bool) {
		var script Script
		start, last := 0, -1 // of the run; end of the word before it
		plain, points := true, false
		since := 0 // runes since the run began, or its last point
		flush := func(end int) bool {
			if script == 0 {
				return true
			}
			w := Word{Start: start, End: end, Text: text[start:end], Script: script, Glued: start == last}
			if points {
				w.Text = strings.Map(dropPoint, w.Text)
			}
			if !plain {
				w.Text = Fold(w.Text)
			}
			last = end
			return w.Text == "" || yield(w)
		}
		for i, r := range text {
			s := scriptOf(r)
			switch {
			case s == mark:
				s, plain = script, false
			case s == 0 && script == Hangul && since == 1 && isPoint(r) && syllableFollows(text[i:]):
				points, since = true, 0
				continue
			}
			if s != script {
				if !flush(i) {
					return
				}
				script, start, plain, points, since = s, i, true, false, 0
			}
			since++
			plain = plain && (isSyllable(r) || '0' <= r && r <= '9' || 'a' <= r && r <= 'z')
		}
		flush(len(text))
	}
}

// isPoint reports whether a rune is one of the points that Koreans write between words. ㆍ is a vowel to Unicode, and was.
func isPoint(r rune) bool { return r == '·' || r == 'ㆍ' || r == '・' || r == '‧' || r == '･' }

func dropPoint(r rune) rune {
	if isPoint(r) {
		return -1
	}
	return r
}

// syllableFollows reports whether the second rune of a text is a syllable.
func syllableFollows(text string) bool {
	_, size := utf8.DecodeRuneInString(text)
	r, _ := utf8.DecodeRuneInString(text[size:])
	return isSyllable(r)
}

// mark is a sign that goes with the letter before it.
const mark Script = 255

func scriptOf(r rune) Script {
	switch {
	case isSyllable(r):
		return Hangul
	case r < utf8.RuneSelf:
		switch {
		case 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
			return Latin
		case '0' <= r && r <= '9':
			return Digits
		}
		return 0
	case isPoint(r):
		return 0
	case unicode.Is(unicode.Hangul, r):
		return Hangul
	case unicode.IsDigit(r):
		return Digits
	case unicode.Is(unicode.Han, r):
		return Han
	case unicode.IsLetter(r):
		return Latin
	case unicode.Is(unicode.Mn, r):
		return mark
	}
	return 0
}

// Fold returns a text composed (NFC), in lower case, its full-width signs narrow.
func Fold(text string) string {
	narrow := func(r rune) rune {
		if '\uff01' <= r && r <= '\uff5e' {
			r += '!' - '\uff01'
		}
		return unicode.ToLower(r)
	}
	return norm.NFC.String(strings.Map(narrow, text))
}

// isSyllable reports whether a rune is a composed Hangul syllable.
func isSyllable(r rune) bool { return '가' <= r && r <= '힣' }
