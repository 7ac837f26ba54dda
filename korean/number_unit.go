package korean

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// units are spellings of units, and the one they are looked up by. Longer ones are tried first.
var units = unitTable(`
%: % ％ 퍼센트 프로 퍼센트포인트 %p
원: 원
달러: 달러 불 usd 弗
유로: 유로
엔: 엔
위안: 위안
km: km ㎞ 킬로미터
m: m 미터
cm: cm ㎝ 센티미터 센티
mm: mm ㎜ 밀리미터
㎡: ㎡ m² m2 제곱미터 평방미터
㎢: ㎢ km² km2 제곱킬로미터 평방킬로미터
kg: kg ㎏ 킬로그램
g: g 그램
mg: mg ㎎ 밀리그램
t: t 톤
l: l ℓ 리터
ml: ml ㎖ 밀리리터
℃: ℃ °c 도씨
kw: kw ㎾ 킬로와트
mb: mb 메가바이트
gb: gb 기가바이트
tb: tb 테라바이트
hz: hz ㎐ 헤르츠
km/h: km/h
명: 명 인 사람
시간: 시간
개월: 개월 달
주년: 주년
세기: 세기
년대: 년대
년간: 년간
년도: 년도
년: 년 年
월: 월 月
일: 일 日
분기: 분기
분: 분
초: 초
시: 시
주: 주
개: 개
개국: 개국
가지: 가지
번: 번
번째: 번째
차: 차
차례: 차례
회: 회
호: 호
호선: 호선
조: 조
항: 항
장: 장
절: 절
관: 관
편: 편
권: 권
쪽: 쪽 페이지
층: 층
대: 대
세: 세 살
위: 위
등: 등
급: 급
점: 점
승: 승
패: 패
골: 골
경기: 경기
경: 경
마리: 마리
곳: 곳
건: 건
평: 평
배: 배
석: 석
표: 표
척: 척
`)

// longestUnit is in bytes.
const longestUnit = 24

// unitTable reads lines of "unit: spelling spelling".
func unitTable(text string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(strings.TrimSpace(text)) {
		unit, spellings, _ := strings.Cut(line, ": ")
		for s := range strings.FieldsSeq(spellings) {
			out[s] = unit
		}
	}
	return out
}

// unit reads the unit after a number, a space before it or not, and returns its one spelling. Of other Hangul that is
// glued to the number its first syllable is the unit.
func (n *scan) unit() string {
	at := n.at
	if strings.HasPrefix(n.text[at:], " ") {
		at++
	}
	end, unit := longestUnitAt(n.text[at:])
	if unit != "" && (at == n.at || endsThere(n.text[at+end:])) {
		n.at = at + end
		return unit
	}
	if r, size := utf8.DecodeRuneInString(n.text[n.at:]); isSyllable(r) {
		n.at += size
		return string(r)
	}
	return ""
}

// longestUnitAt returns the longest unit that a text begins with. Letters are a unit only where no others follow.
func longestUnitAt(text string) (end int, unit string) {
	for i, r := range text {
		if i >= longestUnit {
			break
		}
		to := i + utf8.RuneLen(r)
		if to > len(text) || r == utf8.RuneError {
			break
		}
		if u, ok := units[strings.ToLower(text[:to])]; ok {
			if next, _ := utf8.DecodeRuneInString(text[to:]); to < len(text) && isASCIILetter(r) && isASCIILetter(next) {
				continue
			}
			end, unit = to, u
		}
	}
	return end, unit
}

func isASCIILetter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }

// endsThere reports whether a unit that stood apart from its number ends before this: 3 명이, but not 3 명절.
func endsThere(rest string) bool {
	word := rest
	for i, r := range rest {
		if !isSyllable(r) {
			word = rest[:i]
			break
		}
	}
	return word == "" || IsParticle(word)
}

// date reads 2024-03-05, 2024. 3. 5., 2024/3/5 and 24.3.5.
func (n *scan) date() bool {
	text := n.text[n.at:]
	year, at := leadingDigits(text)
	if year == "" || at >= len(text) || len(year) != 4 && len(year) != 2 {
		return false
	}
	separator := text[at]
	if separator != '.' && separator != '-' && separator != '/' || len(year) == 2 && separator != '.' {
		return false
	}
	month, at, ok := nextPart(text, at, separator)
	if !ok {
		return false
	}
	if at >= len(text) || text[at] != separator {
		return false
	}
	day, at, ok := nextPart(text, at, separator)
	if !ok {
		return false
	}
	y, m, d := small(year, 2999), small(month, 12), small(day, 31)
	if len(year) == 2 {
		if y += 1900; y < 1970 {
			y += 100
		}
	}
	if y < 1000 || m == 0 || d == 0 || at < len(text) && isDigit(text[at]) {
		return false
	}
	if separator == '.' && at < len(text) && text[at] == '.' {
		at++
	}
	n.at += at
	n.add(fmt.Sprintf("%04d-%02d-%02d", y, m, d), false)
	n.add(fmt.Sprintf("%04d-%02d", y, m), true)
	n.add(fmt.Sprintf("%d년", y), true)
	n.add(fmt.Sprintf("%d월", m), true)
	n.add(fmt.Sprintf("%d일", d), true)
	return true
}

// leadingDigits returns the ASCII digits a text begins with, at most five, and their end.
func leadingDigits(text string) (string, int) {
	at := 0
	for at < len(text) && at < 5 && isDigit(text[at]) {
		at++
	}
	return text[:at], at
}

// nextPart reads a separator, spaces after it where it is a point, and one or two digits.
func nextPart(text string, at int, separator byte) (digits string, end int, ok bool) {
	at++
	for separator == '.' && at < len(text) && text[at] == ' ' {
		at++
	}
	if at > len(text) {
		return "", at, false
	}
	digits, size := leadingDigits(text[at:])
	return digits, at + size, len(digits) == 1 || len(digits) == 2
}

// yearOf adds the year that has been read, and the month and the day that follow it.
func (n *scan) yearOf(year string) {
	n.add(year+"년", false)
	n.found = append(n.found, Number{Start: n.start, End: n.at, Text: year, Part: true})
	month, end := partOfDate(n.text, n.at, "월", 12)
	if month == 0 {
		return
	}
	y := small(year, 9999)
	n.at = end
	n.add(fmt.Sprintf("%d월", month), true)
	day, end := partOfDate(n.text, n.at, "일", 31)
	if day > 0 {
		n.at = end
		n.add(fmt.Sprintf("%d일", day), true)
		n.add(fmt.Sprintf("%04d-%02d-%02d", y, month, day), false)
	}
	n.add(fmt.Sprintf("%04d-%02d", y, month), day > 0)
}

// partOfDate reads a number and its unit after at most one space.
func partOfDate(text string, at int, unit string, most int) (value, end int) {
	if at < len(text) && text[at] == ' ' {
		at++
	}
	digits, size := leadingDigits(text[at:])
	if len(digits) == 0 || len(digits) > 2 || !strings.HasPrefix(text[at+size:], unit) {
		return 0, at
	}
	return small(digits, most), at + size + len(unit)
}

// natives are the numbers people count with.
var natives = map[string]string{"한": "1", "두": "2", "세": "3", "네": "4", "다섯": "5", "여섯": "6", "일곱": "7", "여덟": "8", "아홉": "9", "열": "10"}

// counted are the units that natives count.
var counted = []string{"명", "개", "번째", "번", "가지", "마리", "차례", "살", "권", "곳", "사람", "달", "시간", "시"}

// native reads 세 명 and 두 가지.
func (n *scan) native() bool {
	for size := 3; size <= 6 && n.at+size < len(n.text); size += 3 {
		value, ok := natives[n.text[n.at:n.at+size]]
		if !ok {
			continue
		}
		rest := strings.TrimPrefix(n.text[n.at+size:], " ")
		for _, unit := range counted {
			if after, ok := strings.CutPrefix(rest, unit); ok && endsThere(after) {
				n.at = len(n.text) - len(after)
				n.add(value+units[unit], false)
				return true
			}
		}
	}
	return false
}

// numerals are the digits of 삼천오백만 원.
var numerals = map[rune]string{'일': "1", '이': "2", '삼': "3", '사': "4", '오': "5", '육': "6", '칠': "7", '팔': "8", '구': "9"}

// spelled reads money whose number is written in Hangul.
func (n *scan) spelled() bool {
	total, section, current := "0", "0", ""
	at, power := n.at, false
	for i, r := range n.text[n.at:] {
		if i > 60 {
			return false
		}
		at = n.at + i
		if r == ' ' && power && current == "" && section == "0" {
			continue
		}
		if digit, ok := numerals[r]; ok && current == "" {
			current = digit
			continue
		}
		zeros := zerosOf(r)
		if zeros == 0 {
			break
		}
		power = true
		if current == "" && (zeros < 4 || section == "0") {
			current = "1"
		}
		if zeros < 4 {
			section, current = plus(section, shift(current, zeros)), ""
			continue
		}
		if current != "" {
			section = plus(section, current)
		}
		total, section, current = plus(total, shift(section, zeros)), "0", ""
	}
	rest := strings.TrimPrefix(n.text[at:], " ")
	after, ok := strings.CutPrefix(rest, "원")
	if !ok || !power || !endsThere(after) {
		return false
	}
	if current != "" {
		section = plus(section, current)
	}
	n.at = len(n.text) - len(after)
	n.add(plus(total, section)+"원", false)
	return true
}

func zerosOf(r rune) int {
	for _, p := range powers {
		if p.word == string(r) {
			return p.zeros
		}
	}
	return 0
}
