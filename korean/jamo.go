package korean

import "strings"

// The consonants and vowels of a syllable in the order of Unicode (The Unicode Standard, 3.12).
var (
	initials = []rune("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")
	vowels   = []rune("ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ")
	finals   = []rune("\x00ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
)

var (
	initialOf = places(initials)
	vowelOf   = places(vowels)
	finalOf   = places(finals)
)

func places(list []rune) map[rune]int {
	out := make(map[rune]int, len(list))
	for i, r := range list {
		out[r] = i
	}
	return out
}

// split returns the places of a syllable's jamo; final is 0 where it ends in a vowel.
func split(r rune) (initial, vowel, final int) {
	n := int(r - '가')
	return n / (21 * 28), n / 28 % 21, n % 28
}

// join is the inverse of split.
func join(initial, vowel, final int) rune { return '가' + rune((initial*21+vowel)*28+final) }

// Jamo returns a text with each syllable taken apart into letters as keyboards have them: 닭 is ㄷㅏㄺ. Other runes stay.
func Jamo(s string) string {
	var b strings.Builder
	for _, r := range s {
		if !isSyllable(r) {
			b.WriteRune(r)
			continue
		}
		i, v, f := split(r)
		b.WriteRune(initials[i])
		b.WriteRune(vowels[v])
		if f > 0 {
			b.WriteRune(finals[f])
		}
	}
	return b.String()
}

// FromJamo puts letters together into syllables as an input method does, the consonant going to the syllable that
// needs it. FromJamo(Jamo(s)) is s for every s of composed syllables. Letters that fit nowhere stay.
func FromJamo(s string) string {
	in := []rune(s)
	var b strings.Builder
	for i := 0; i < len(in); {
		initial, ok := initialOf[in[i]]
		if !ok || i+1 >= len(in) {
			b.WriteRune(in[i])
			i++
			continue
		}
		vowel, ok := vowelOf[in[i+1]]
		if !ok {
			b.WriteRune(in[i])
			i++
			continue
		}
		i += 2
		final := 0
		// A consonant before a vowel begins the next syllable.
		if i < len(in) && !(i+1 < len(in) && isVowel(in[i+1])) {
			if f, ok := finalOf[in[i]]; ok && f > 0 {
				final = f
				i++
			}
		}
		b.WriteRune(join(initial, vowel, final))
	}
	return b.String()
}

func isVowel(r rune) bool { _, ok := vowelOf[r]; return ok }

// Choseong returns the initial consonants of a text's syllables: ㄷㅎㅁㄱ of 대한민국. Other runes stay.
func Choseong(s string) string {
	return strings.Map(Initial, s)
}

// Initial returns the initial consonant of a syllable, and any other rune as it is.
func Initial(r rune) rune {
	if isSyllable(r) {
		i, _, _ := split(r)
		return initials[i]
	}
	return r
}

// IsChoseong reports whether a word is nothing but consonants that can begin a syllable.
func IsChoseong(s string) bool {
	for _, r := range s {
		if _, ok := initialOf[r]; !ok {
			return false
		}
	}
	return s != ""
}

// endsInConsonant reports whether the last syllable of a word has a final consonant (batchim), and whether that is ㄹ.
func endsInConsonant(w []rune) (has, rieul bool) {
	if len(w) == 0 || !isSyllable(w[len(w)-1]) {
		return false, false
	}
	_, _, f := split(w[len(w)-1])
	return f > 0, f == 8
}
