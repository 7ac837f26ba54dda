package korean

import "strings"

// The keys of the two-set keyboard (KS X 5002), letter by letter.
const (
	keyLetters = "rRseEfaqQtTdwWczxvgkoiOjpuPhynbml"
	keyJamo    = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ"
)

var jamoOfKey, keysOf = keyTables()

// pairs are letters that two keys make.
var pairs = map[[2]rune]rune{
	{'ㅗ', 'ㅏ'}: 'ㅘ', {'ㅗ', 'ㅐ'}: 'ㅙ', {'ㅗ', 'ㅣ'}: 'ㅚ', {'ㅜ', 'ㅓ'}: 'ㅝ', {'ㅜ', 'ㅔ'}: 'ㅞ', {'ㅜ', 'ㅣ'}: 'ㅟ', {'ㅡ', 'ㅣ'}: 'ㅢ',
	{'ㄱ', 'ㅅ'}: 'ㄳ', {'ㄴ', 'ㅈ'}: 'ㄵ', {'ㄴ', 'ㅎ'}: 'ㄶ', {'ㄹ', 'ㄱ'}: 'ㄺ', {'ㄹ', 'ㅁ'}: 'ㄻ', {'ㄹ', 'ㅂ'}: 'ㄼ', {'ㄹ', 'ㅅ'}: 'ㄽ',
	{'ㄹ', 'ㅌ'}: 'ㄾ', {'ㄹ', 'ㅍ'}: 'ㄿ', {'ㄹ', 'ㅎ'}: 'ㅀ', {'ㅂ', 'ㅅ'}: 'ㅄ',
}

// keyTables returns the letter of each key and the keys of each letter.
func keyTables() (letter map[rune]rune, keys map[rune]string) {
	letter, keys = map[rune]rune{}, map[rune]string{}
	letters := []rune(keyJamo)
	for i, key := range keyLetters {
		letter[key] = letters[i]
		keys[letters[i]] = string(key)
	}
	for pair, one := range pairs {
		keys[one] = keys[pair[0]] + keys[pair[1]]
	}
	return letter, keys
}

// Hangulize returns what the keys of a text typed on the English keyboard write on the Korean one: dkssud is 안녕.
// Letters of a key that shift does not change may be upper case. Other signs stay.
func Hangulize(s string) string {
	var letters []rune
	for _, r := range s {
		key, ok := jamoOfKey[r]
		if !ok && 'A' <= r && r <= 'Z' {
			key, ok = jamoOfKey[r-'A'+'a']
		}
		if !ok {
			key = r
		}
		letters = append(letters, key)
	}
	return FromJamo(string(pair(letters)))
}

// pair puts vowels and finals together that were typed with two keys. A consonant before a vowel begins a syllable, and
// is not the second half of a final.
func pair(in []rune) []rune {
	out := make([]rune, 0, len(in))
	for i := 0; i < len(in); i++ {
		if i+1 < len(in) {
			one, ok := pairs[[2]rune{in[i], in[i+1]}]
			switch {
			case ok && isVowel(one) && len(out) > 0 && !isVowel(out[len(out)-1]):
				out = append(out, one)
				i++
				continue
			case ok && !isVowel(one) && len(out) > 0 && isVowel(out[len(out)-1]) && !(i+2 < len(in) && isVowel(in[i+2])):
				out = append(out, one)
				i++
				continue
			}
		}
		out = append(out, in[i])
	}
	return out
}

// Latinize returns what the keys of a text typed on the Korean keyboard write on the English one: ㅗ디ㅣㅐ is hello.
func Latinize(s string) string {
	var b strings.Builder
	for _, r := range Jamo(s) {
		if keys, ok := keysOf[r]; ok {
			b.WriteString(keys)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// WholeSyllables reports whether a text has Hangul and none of its jamo stands alone.
func WholeSyllables(s string) bool {
	hangul := false
	for _, r := range s {
		if isSyllable(r) {
			hangul = true
		} else if scriptOf(r) == Hangul {
			return false
		}
	}
	return hangul
}
