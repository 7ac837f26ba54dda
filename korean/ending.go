package korean

import "strings"

// Endings (어미) of verbs and adjectives, as far as they can be told from nouns without a dictionary: the light verbs
// that make verbs of nouns (하다, 되다, 시키다, 당하다, 받다) in all their forms, the past, and the long endings.

// What stands after the past's ㅆ, and after 겠.
var afterPast = words(`다 고 으며 으나 지만 는데 던 을 음 는가 는지 나 나요 습니다 습니까 어 어요 기 기에 다고 다는 다면 다며 으므로 으면 을까 을지 다가
	거나 더니 더라 던가 냐 네 을까요 었다 었던 었고 었으며 었는데 었으나 던데 음을 음이 음에도 는지를 는지도 기도 기때문에 을때 지 지는 던지 는데도 습니다만 다던데`)

// What stands after a verb's stem that ends in a vowel, whole syllables.
const plainEndings = `다 고 며 면 면서 지 지만 지는 지도 지를 지도 게 게끔 도록 려 려고 려는 러 자 자고 자는 자마자 기 기도 기는 기에 기로 기를 기가 기까지 기만 기란
	기까지의 기위해 기위한 기때문에 던 던가 든지 거나 는 는데 는지 는지를 는가 는가요 나 나요 니 니까 므로 다가 다고 다는 다면 라 라고 라는 세요 십시오 신 시는 셨다 고자 고서 고는 고도 는데도 는데서
	는것 는것을 는것은 는것이 느냐 느냐고 냐 느라 거든 길 는바`

// What a final consonant of the stem's last syllable begins.
var joinedEndings = map[int]string{
	4:  `_ 다 다고 다는 다면 다며 데 지 지를 가 가요 다던가 걸 것 것을 바`,     // ㄴ: 한, 한다
	8:  `_ 까 까요 지 지를 지도 수록 때 때는 수 것 것을 뿐 지라도 만한 만큼 런지`, // ㄹ: 할, 할까
	16: `_ 을 이 에 은 과 도 의 으로 으로써 으로서 에도 에서 에따라`,         // ㅁ: 함, 함으로써
	17: `니다 니까 니다만 시다`,                                 // ㅂ: 합니다
}

// verbForms are the forms of the light verbs after a noun.
var verbForms = lightVerbs()

func lightVerbs() map[string]bool {
	out := map[string]bool{}
	for _, verb := range []string{"하", "되", "시키", "당하"} {
		for ending := range strings.FieldsSeq(plainEndings) {
			out[verb+ending] = true
		}
		last := []rune(verb)
		at := len(last) - 1
		for final, endings := range joinedEndings {
			initial, vowel, _ := split(last[at])
			head := string(last[:at]) + string(join(initial, vowel, final))
			for ending := range strings.FieldsSeq(endings) {
				out[head+strings.TrimPrefix(ending, "_")] = true
			}
		}
	}
	// Contracted and long forms before 서, 도, 야 and the past.
	for verb, forms := range map[string]string{"하": "해 하여", "되": "돼 되어", "시키": "시켜 시키어", "당하": "당해 당하여", "받": "받아"} {
		for form := range strings.FieldsSeq(forms) {
			for tail := range strings.FieldsSeq(`_ 서 도 야 야만 야할 야하는 서는 서도 요 라 지 오 온 왔다 주 준 져 진`) {
				out[form+strings.TrimPrefix(tail, "_")] = true
			}
			past := []rune(form)
			initial, vowel, _ := split(past[len(past)-1])
			head := string(past[:len(past)-1]) + string(join(initial, vowel, 20))
			for tail := range afterPast {
				out[head+tail] = true
			}
		}
		for tail := range afterPast {
			if verb != "받" {
				out[verb+"겠"+tail] = true
			}
		}
	}
	for ending := range strings.FieldsSeq(plainEndings + ` 은 을 음 습니다 습니까 은지 은데 을까 을지 음을 음으로써 는다 는다고 는다는 으며 으면 으면서 으려 으려고 으니 으므로 으나`) {
		out["받"+ending] = true
	}
	return out
}

// longestVerbForm is in syllables.
const longestVerbForm = 7

// lightVerb divides a word into a noun of at least two syllables and the form of a light verb behind it.
func lightVerb(w []rune) (noun []rune, ok bool) {
	for n := min(longestVerbForm, len(w)-2); n > 0; n-- {
		if verbForms[string(w[len(w)-n:])] {
			return w[:len(w)-n], true
		}
	}
	return nil, false
}

// longEndings are told from nouns by themselves. Each is after a vowel or any syllable, as written.
var longEndings = words(`면서 으면서 려고 으려고 도록 지만 는데 은데 는지 은지 는가 은가 던 다가 거나 므로 으므로 니까 으니까 기도 기에 기로 고자 습니다 습니까 는다 는다고
	는다는 으며 으면 려는 으려는 자마자 으러 게끔 든지 지는 지도 고는 으나 으니 느냐 세요 십시오 며 고서 다는 다고 다면 아서 어서 여서 아야 어야 여야 아도 어도 아지는 어지는 아진 어진 고 던가 나요 는가요 기를 기는`)

// doubtful are those of them that also end nouns: the word itself is a reading too.
var doubtful = words(`고 며 던 든지 여야 지도 지는 기도 기에 기로 고는 도록 어도 아도 으니 다가 거나 기를 기는 면서`)

// longEnding takes a long ending off a verb, and returns what stays of it in one form.
func longEnding(w []rune) (stem string, sure, ok bool) {
	for n := min(4, len(w)-1); n > 0; n-- {
		ending := string(w[len(w)-n:])
		if !longEndings[ending] {
			continue
		}
		if n == 1 && len(w) < 3 {
			return "", false, false
		}
		return verbStem(w[:len(w)-n]), !doubtful[ending], true
	}
	return "", false, false
}

// past takes the past, and what stands after it, off a verb: 낮췄다 is of 낮추다. Behind a noun it is that of 이다 (to be):
// 사람이었다, 학자였다; after a vowel 였 may be either.
func past(w []rune) []string {
	for i := len(w) - 1; i >= 0 && i >= len(w)-6; i-- {
		initial, vowel, final := split(w[i])
		if final != 20 || w[i] == '있' || w[i] == '겠' {
			continue
		}
		if i < len(w)-1 && !afterPast[string(w[i+1:])] {
			continue
		}
		before := w[:i]
		vowelEnd := false
		if len(before) > 0 {
			has, _ := endsInConsonant(before)
			vowelEnd = !has
		}
		switch {
		case len(before) == 0 && (w[i] == '었' || w[i] == '았'):
			return nil
		case w[i] == '었' && len(before) > 2 && before[len(before)-1] == '이':
			return []string{string(before[:len(before)-1])}
		case w[i] == '였' && len(before) > 1 && vowelEnd:
			return []string{string(before), string(before) + "이"}
		}
		open := append(append([]rune{}, before...), join(initial, vowel, 0))
		return []string{dropLight(verbStem(open))}
	}
	return nil
}

// contracted are the vowels that stem and ending make together: 추 and 어 are 춰.
var contracted = map[int]int{
	14: 13, // ㅝ: ㅜ
	9:  8,  // ㅘ: ㅗ
	6:  20, // ㅕ: ㅣ
	10: 11, // ㅙ: ㅚ
}

// verbStem brings what an ending was taken off into the one form of its verb: 낮춰, 낮추 are 낮추; 불러, 부르 are 부르;
// 가까워, 가깝 are 가까우. It need not be the dictionary's, only always the same.
func verbStem(w []rune) string {
	w = append([]rune{}, w...)
	n := len(w)
	if n == 0 {
		return ""
	}
	switch last := w[n-1]; {
	case n > 1 && (last == '어' || last == '아' || last == '으'):
		if has, _ := endsInConsonant(w[:n-1]); has {
			w = w[:n-1]
		}
	case last == '해':
		w[n-1] = '하'
	case n > 1 && (last == '러' || last == '라'):
		if _, rieul := endsInConsonant(w[:n-1]); rieul {
			i, v, _ := split(w[n-2])
			w[n-2], w[n-1] = join(i, v, 0), '르'
		}
	case n > 1 && last == '여':
		w[n-1] = '이'
	default:
		i, v, f := split(last)
		if v2, ok := contracted[v]; ok && f == 0 && i != 11 {
			w[n-1] = join(i, v2, 0)
		} else if ok && f == 0 && v == 14 {
			w[n-1] = '우'
		}
	}
	n = len(w)
	if i, v, f := split(w[n-1]); n > 1 && f == 8 {
		w[n-1] = join(i, v, 0) // 만들다, 만드는
	} else if n > 1 && f == 17 {
		w[n-1] = join(i, v, 0) // 가깝다, 가까운
		w = append(w, '우')
	}
	return string(w)
}
