package korean

import "slices"

// Stems returns what a word is looked up by: without its particles and endings, the likeliest first. There are two
// where the end may also be the noun's own (제도), and never more than three. The word is as Words has it; one of another
// script comes back alone, an English one without its plural.
//
// Nothing is looked up in a dictionary. What is taken off must agree with what it stands after (은 after a consonant, 는
// after a vowel), which tells most nouns from particles; what is wrong after that is wrong in the same way in the text
// and in the question.
func Stems(word string) []string {
	w := []rune(word)
	switch {
	case len(w) == 0:
		return nil
	case !allSyllables(w):
		return []string{english(word)}
	case len(w) == 1:
		return []string{word}
	}
	if nouns[word] {
		return []string{word}
	}
	if noun, ok := lightVerb(w); ok {
		if len(w)-len(noun) == 1 && w[len(w)-1] == '해' { // 지난해 is no verb, 개최해 is
			return unique(string(noun), word)
		}
		return []string{string(noun)}
	}
	if stems := past(w); len(stems) > 0 {
		return stems
	}
	if n := len(w); n > 3 && w[n-2] == '적' && w[n-1] == '인' { // 부정적인
		return []string{string(w[:n-1])}
	}
	if n := len(w); w[n-1] == '는' { // after a consonant it is an ending: 맡는
		if has, _ := endsInConsonant(w[:n-1]); has {
			return []string{verbStem(w[:n-1])}
		}
	}
	if stems := withoutParticles(w); len(stems) > 0 {
		return stems
	}
	if stem, sure, ok := longEnding(w); ok && !isNoun(w) {
		if sure {
			return []string{stem}
		}
		return unique(word, stem)
	}
	return []string{word}
}

// dropLight takes the light verb off a verb's stem: 발견하, 설립되.
func dropLight(stem string) string {
	w := []rune(stem)
	for _, verb := range []string{"당하", "시키", "하", "되", "받"} {
		v := []rune(verb)
		if n := len(w) - len(v); n >= 2 && slices.Equal(w[n:], v) {
			return string(w[:n])
		}
	}
	return stem
}

// withoutParticles takes particles off the end, at most three. Of a noun that ends as if in one, both readings count.
func withoutParticles(w []rune) []string {
	whole, first, outer := w, 0, ""
	for n := range 3 {
		cut := particle(w, outer)
		if cut == 0 || n > 0 && len(w)-cut < 2 {
			break
		}
		// Of two particles in a row the first is none of a noun's: 학교까지도 does not end in 지도.
		if isNoun(w) && particle(w[:len(w)-cut], string(w[len(w)-cut:])) < 2 {
			if n > 0 || cut > 1 {
				break
			}
			return unique(string(w), string(w[:len(w)-cut]))
		}
		if n == 0 {
			first = cut
		}
		outer = string(w[len(w)-cut:])
		w = w[:len(w)-cut]
	}
	if first == 0 {
		return nil
	}
	stem := w
	if len(w) > 2 {
		if noun, ok := lightVerb(w); ok && len(whole)-len(w) == first { // 설립됨을, 발견되기까지
			stem = noun
		}
	}
	if first == 1 && mayBeOfNoun(whole, stem) {
		return unique(string(stem), string(whole))
	}
	return unique(string(stem))
}

// mayBeOfNoun reports whether the one syllable that was taken off a word may be its own: always of short words (작가),
// else where nouns often end so (경기도, 몬테네그로).
func mayBeOfNoun(whole, stem []rune) bool {
	last := whole[len(whole)-1]
	if len(whole)-len(stem) != 1 {
		return false
	}
	if len(whole) == 2 {
		return last != '을' && last != '를' && last != '는'
	}
	return last == '로' || last == '도' || last == '만' || last == '들' || last == '가' && len(whole) == 3
}

// Readings returns Stems and what else a word of a question may be: the stem of a verb before a noun (낮춘), which in a
// text would make too many terms.
func Readings(word string) []string {
	out := Stems(word)
	w := []rune(word)
	if len(w) < 2 || !allSyllables(w) || out[0] != word {
		return out
	}
	i, v, f := split(w[len(w)-1])
	if f == 4 || f == 8 || f == 16 { // ㄴ, ㄹ, ㅁ
		open := append([]rune{}, w...)
		open[len(w)-1] = join(i, v, 0)
		out = append(out, verbStem(open))
	}
	return unique(out...)
}

// Bigrams returns the pairs of neighbouring syllables of a word that has three or more: by these a part of a compound
// is found.
func Bigrams(word string) []string {
	w := []rune(word)
	if len(w) < 3 {
		return nil
	}
	out := make([]string, 0, len(w)-1)
	for i := range len(w) - 1 {
		out = append(out, string(w[i:i+2]))
	}
	return out
}

func allSyllables(w []rune) bool {
	for _, r := range w {
		if !isSyllable(r) {
			return false
		}
	}
	return true
}

// unique leaves out what is empty and what was there before.
func unique(list ...string) []string {
	var out []string
	for _, s := range list {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// english takes the plural off a word of Latin letters.
func english(word string) string {
	n := len(word)
	if n < 4 || word[n-1] != 's' || !isASCIILetter(rune(word[0])) {
		return word
	}
	switch word[n-2] {
	case 's', 'u', 'i':
		return word
	}
	if word[n-3:] == "ies" && n > 4 {
		return word[:n-3] + "y"
	}
	return word[:n-1]
}
