package korean

import "strings"

// A particle (조사) stands after a noun; which of two forms depends on whether that ends in a consonant.
const (
	afterAny       = 'a'
	afterConsonant = 'c'
	afterVowel     = 'v'
	afterVowelOrL  = 'l' // 로: ㄹ is as a vowel to it
)

// particles by what they stand after. Those that are only seen with others after them, and the forms of 이다 (to be),
// are among them.
var particles = particleTable(map[byte]string{
	afterAny: `에 에서 에게 에게서 의 도 만 까지 부터 마저 조차 보다 처럼 같이 만큼 대로 밖에 뿐 마다 씩 께 께서 하고 한테 한테서 커녕 치고 들
		이다 입니다 입니까 인가 인가요 인지 인데 이었다 이었던 이었으며 이었고 이었으나 이었는데 이었을 이었음 이었는가 이었나 이었지만 이자 이지만 이므로
		이기 이기도 이기에 이던 일까 일까요 일지 임을 임이 이니 이며 이면 이라면 이라서 이라도 이든 이든지 이란 이라는 이라고 이라 이란 이에요 이야 인지라 인바
		에서의 으로의`,
	afterConsonant: `은 이 을 과 으로 으로서 으로써 으로부터 이나 이랑 이나마 이고`,
	afterVowel: `는 가 를 와 라는 라고 란 라도 라면 라서 예요 였다 였던 였으며 였고 였으나 였는데 였을 였음 였는가 였나 였지만 랑 지만 든지 였습니다
		로의 로부터`,
	afterVowelOrL: `로 로서 로써`,
})

// inner are particles that others may follow: 에서는, 까지도, 들에게.
var inner = words(`에 에서 에게 에게서 으로 로 으로서 로서 으로써 로써 까지 부터 만 께서 한테 들 뿐 보다 처럼 대로 만큼 씩 마다 하고 마저 조차 밖에 과 와 이라고 라고 으로부터 로부터`)

func particleTable(byKind map[byte]string) map[string]byte {
	out := map[string]byte{}
	for kind, list := range byKind {
		for p := range strings.FieldsSeq(list) {
			out[p] = kind
		}
	}
	return out
}

// words makes a set of what a text lists.
func words(text string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(text) {
		out[w] = true
	}
	return out
}

// longestParticle is in syllables.
const longestParticle = 4

// particle returns how many syllables at the end of a word are one particle that fits what stands before it; the
// longest there is. Where another follows, outer, only those count that it can follow.
func particle(w []rune, outer string) int {
	for n := min(longestParticle, len(w)-1); n > 0; n-- {
		p := string(w[len(w)-n:])
		kind, ok := particles[p]
		if !ok || outer != "" && !(inner[p] && follows(p, outer)) {
			continue
		}
		if agrees(w[:len(w)-n], kind) {
			return n
		}
	}
	return 0
}

// follows reports whether a particle can stand behind an inner one: 에서는, 만이, but not 로가.
func follows(inner, outer string) bool {
	switch outer {
	case "이", "가", "을", "를", "에", "과", "와", "에게", "으로", "로":
		switch inner {
		case "만", "까지", "부터", "들", "뿐", "만큼":
			return true
		}
		return false
	}
	return true
}

// agrees reports whether a particle of a kind can stand after a word.
func agrees(w []rune, kind byte) bool {
	consonant, rieul := endsInConsonant(w)
	switch kind {
	case afterConsonant:
		return consonant
	case afterVowel:
		return !consonant
	case afterVowelOrL:
		return !consonant || rieul
	}
	return true
}

// IsParticle reports whether a word is nothing but particles: 에서는.
func IsParticle(word string) bool {
	w := []rune(word)
	outer := ""
	for n := 0; len(w) > 0 && n < 3; n++ {
		if _, ok := particles[string(w)]; ok {
			return outer == "" || inner[string(w)] && follows(string(w), outer)
		}
		cut := particle(w, outer)
		if cut == 0 {
			return false
		}
		w, outer = w[:len(w)-cut], string(w[len(w)-cut:])
	}
	return false
}
