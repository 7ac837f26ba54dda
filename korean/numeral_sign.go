package korean

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// money reads a sign of money before a number.
func (s *numeralScan) money() string {
	n := scan{text: s.text, at: s.at}
	unit := n.sign()
	if unit == "" && strings.HasPrefix(s.text[s.at:], "¥") {
		unit, n.at = "엔", s.at+len("¥")
	}
	if unit != "" {
		s.at = n.at
	}
	return unit
}

var (
	currencyCodes = []struct{ code, unit string }{{"USD", "달러"}, {"KRW", "원"}, {"EUR", "유로"}, {"JPY", "엔"}, {"CNY", "위안"}, {"GBP", "파운드"}}
	moneyZeros    = map[string]int{"k": 3, "m": 6, "mn": 6, "b": 9, "bn": 9, "t": 12, "tn": 12}
)

// currencyBefore is the money whose name in capitals stands before a number: USD 100.
func currencyBefore(text string) string {
	before := strings.TrimRight(text[max(0, len(text)-5):], " ")
	for _, c := range currencyCodes {
		if ahead, ok := strings.CutSuffix(before, c.code); ok && (ahead == "" || !isASCIILetter(rune(ahead[len(ahead)-1]))) {
			return c.unit
		}
	}
	return ""
}

// thousands multiplies money by what is glued to it: $5M, $3.2bn.
func (s *numeralScan) thousands(value string) (_ string, zeros int) {
	rest := s.text[s.at:]
	end := 0
	for end < len(rest) && isASCIILetter(rune(rest[end])) {
		end++
	}
	zeros = moneyZeros[strings.ToLower(rest[:end])]
	if zeros == 0 {
		return value, 0
	}
	s.at += end
	return shifted(value, zeros), zeros
}

// powersApart reads 10 만원: powers behind a space, which are of the number where money or people follow at once.
func (s *numeralScan) powersApart(value string) (_ string, zeros int, ok bool) {
	if !strings.HasPrefix(s.text[s.at:], " ") {
		return value, 0, false
	}
	n := scan{text: s.text, at: s.at + 1}
	out := n.multiplied(value)
	word := s.text[s.at+1 : n.at]
	if r, _ := utf8.DecodeRuneInString(word); word == "" || zerosOf(r) == 0 {
		return value, 0, false
	}
	glued := strings.TrimPrefix(s.text[n.at:], " ")
	end, unit := numeralUnitAt(glued)
	if !strings.Contains(" 원 달러 유로 엔 위안 명 ", " "+unit+" ") || unit == "" || !wordEnds(glued[end:]) {
		return value, 0, false
	}
	s.at = n.at
	if strings.Trim(word, "십백천만억조") == "" {
		for _, r := range word {
			zeros += zerosOf(r)
		}
	}
	return canonicalText(out), zeros, true
}

// below gives the end of a range that begins below zero in words its sign, too: 영하 5~10도.
func (s *numeralScan) below(f, last *rawNumeral) {
	if r := last.first(); strings.HasSuffix(strings.TrimRight(s.text[:f.start], " "), "영하") && !strings.HasPrefix(r.Value, "-") {
		last.also(Reading{"-" + r.Value, r.Unit})
	}
}

// negativeBefore reports whether a minus stands before a number, and is none of a range, a list or a code, or a word that says so.
func negativeBefore(text string, before rune) bool {
	words := strings.TrimRight(text[max(0, len(text)-16):], " ")
	for _, w := range []string{"마이너스", "영하", "minus", "Minus"} {
		if strings.HasSuffix(words, w) {
			return true
		}
	}
	if !strings.ContainsRune("-−－﹣△▽", before) || before == 0 {
		return false
	}
	ahead := strings.TrimSuffix(text, string(before))
	r, _ := utf8.DecodeLastRuneInString(ahead)
	return ahead == "" || unicode.IsSpace(r) || r == '('
}
