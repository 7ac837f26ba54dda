package document

import "testing"

func TestHangulNumbers(t *testing.T) {
	for _, c := range []struct {
		format string
		n      int
		want   string
	}{
		{"DIGIT", 12, "12"}, {"CIRCLED_DIGIT", 20, "⑳"}, {"CircledDigit", 21, "㉑"}, {"CIRCLED_DIGIT", 36, "㊱"}, {"CIRCLED_DIGIT", 51, "51"},
		{"ROMAN_CAPITAL", 1994, "MCMXCIV"}, {"RomanSmall", 4, "iv"}, {"LATIN_CAPITAL", 28, "BB"}, {"LatinSmall", 3, "c"},
		{"HANGUL_SYLLABLE", 1, "가"}, {"HANGUL_SYLLABLE", 14, "하"}, {"HANGUL_SYLLABLE", 15, "거"}, {"HangulSyllable", 200, "200"},
		{"CIRCLED_HANGUL_SYLLABLE", 2, "㉯"}, {"HANGUL_JAMO", 14, "ㅎ"}, {"CIRCLED_HANGUL_JAMO", 3, "㉢"},
		{"HANGUL_PHONETIC", 23, "이십삼"}, {"HANGUL_PHONETIC", 110, "백십"}, {"IDEOGRAPH", 1001, "千一"}, {"CIRCLED_IDEOGRAPH", 10, "㊉"},
		{"DECAGON_CIRCLE", 3, "병"}, {"DECAGON_CIRCLE_HANJA", 1, "甲"}, {"no such", 7, "7"}, {"DIGIT", -1, "-1"},
	} {
		if got := hangulNumber(hangulFormat(c.format), c.n); got != c.want {
			t.Errorf("%s %d: %q, want %q", c.format, c.n, got, c.want)
		}
	}
}

func TestHangulNumbering(t *testing.T) {
	h := &hangulNumbering{}
	for i, text := range []string{"제^1장", "^1.^2.", "(^3)", "^n", "^N"} {
		h.levels[i] = hangulLevel{text: text, start: 1}
	}
	h.levels[2].format = hangulFormat("HANGUL_SYLLABLE")
	for _, c := range []struct {
		level int
		want  string
	}{
		{0, "제1장"}, {1, "1.1."}, {1, "1.2."}, {2, "(가)"}, {2, "(나)"}, {0, "제2장"}, {2, "(가)"}, {1, "2.2."}, {3, "2.2.가.1"}, {4, "2.2.가.1.1."}, {99, ""},
	} {
		if got := h.next(c.level); got != c.want {
			t.Errorf("level %d: %q, want %q", c.level, got, c.want)
		}
	}
}
