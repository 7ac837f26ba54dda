package korean

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// numeralUnits are spellings of units, and what they have in common. Unlike the units that texts are found by, what may be
// mistaken for another stays apart: %p is not %.
var numeralUnits = unitTable(`
%: % ％ ﹪ 퍼센트 프로 percent pct
%p: %p %포인트 ％포인트 퍼센트포인트 프로포인트
원: 원 won krw 圓
달러: 달러 불 usd dollar dollars 弗
유로: 유로 eur euro euros
엔: 엔 yen jpy 円
위안: 위안 yuan cny rmb
파운드: 파운드 gbp
마일리지: 마일리지
km: km ㎞ 킬로미터 kilometer kilometers kilometre kilometres
m: m 미터 meter meters metre metres
마일: 마일 mile miles
cm: cm ㎝ 센티미터 센티
mm: mm ㎜ 밀리미터
㎡: ㎡ m² m2 제곱미터 평방미터
㎢: ㎢ km² km2 제곱킬로미터 평방킬로미터
㎥: ㎥ m³ m3 세제곱미터 입방미터
kg: kg ㎏ 킬로그램 kilogram kilograms
g: g 그램 gram grams
mg: mg ㎎ 밀리그램
t: t 톤 ton tons tonne tonnes
l: l ℓ 리터 liter liters litre litres
ml: ml ㎖ 밀리리터
도: ℃ °c ° 도씨
kw: kw ㎾ 킬로와트
kwh: kwh ㎾h 킬로와트시
mw: mw ㎿ 메가와트
mwh: mwh 메가와트시
gw: gw 기가와트
kcal: kcal ㎉ 킬로칼로리
ppm: ppm 피피엠
ppb: ppb
bp: bp bps
ha: ha ㏊ 헥타르
mb: mb 메가바이트
gb: gb 기가바이트
tb: tb 테라바이트
hz: hz ㎐ 헤르츠
명: 명 사람 名 person persons people
시간: 시간 時間 hour hours
개월: 개월 개월간 달 箇月 個月 month months
주년: 주년 周年
세기: 세기 世紀
년대: 년대 年代
년: 년 년도 년간 학년도 회계연도 개년 年 年度 年間 year years
월: 월 月
일: 일 일간 日 日間 day days
분기: 분기
분: 분 分 minute minutes
초: 초 초간 秒 second seconds
시: 시 時
주: 주 주간 주일 週 week weeks
개: 개 가지 個 개국
곳: 곳 군데 개소
회: 회 번 차례 回 回째
번째: 번째 째 th st nd rd
차: 차 次
호: 호 號 号
호선: 호선
조: 조 條 条
항: 항 項
목: 목
장: 장 章
절: 절 節
관: 관
편: 편
권: 권
쪽: 쪽 페이지 page pages
층: 층
대: 대
세: 세 살 歲
위: 위 位
등: 등 等
급: 급 級
점: 점 點
승: 승
패: 패
골: 골
경기: 경기
마리: 마리
건: 건 件
평: 평 坪
배: 배 倍
석: 석
표: 표 票
척: 척
종: 종 종류
박: 박
학년: 학년
학기: 학기
자: 자 字
줄: 줄
`)

// unclear are syllables after digits that are a unit, or a particle or an ending: 15인 경우, 15도 있다. As a unit they are but a
// second reading.
var unclear = map[string]string{"인": "명", "도": "도"}

// numeralUnit reads the unit after a number, at s.at, and moves behind it. second says that it may also be none.
func (s *numeralScan) numeralUnit() (unit string, second bool) {
	rest := s.text[s.at:]
	glued := strings.TrimPrefix(rest, " ")
	space := len(rest) - len(glued)
	end, unit := numeralUnitAt(glued)
	if unit != "" && (space == 0 || unitEnds(glued[:end], glued[end:])) {
		s.at += space + end
		return unit, false
	}
	if space > 0 {
		return "", false
	}
	r, size := utf8.DecodeRuneInString(rest)
	switch {
	case unclear[string(r)] != "":
		s.at += size
		return unclear[string(r)], true
	case isSyllable(r):
		if wordEnds(rest) {
			return "", false
		}
		s.at += size
		return string(r), false
	case isASCIILetter(r):
		end := 0
		for end < len(rest) && isASCIILetter(rune(rest[end])) {
			end++
		}
		s.at += end
		return strings.ToLower(rest[:end]), false
	}
	return "", false
}

// numeralUnitAt returns the longest unit that a text begins with. One in letters is whole: no others follow it.
func numeralUnitAt(text string) (end int, unit string) {
	for i, r := range text {
		if i >= longestUnit {
			break
		}
		to := i + utf8.RuneLen(r)
		if to > len(text) || r == utf8.RuneError {
			break
		}
		u, ok := numeralUnits[strings.ToLower(text[:to])]
		if !ok {
			continue
		}
		if next, _ := utf8.DecodeRuneInString(text[to:]); to < len(text) && isASCIILetter(r) && isASCIILetter(next) {
			continue
		}
		end, unit = to, u
	}
	if points := percentPoints(text, end, unit); points > 0 {
		return points, "%p"
	}
	return end, unit
}

// percentPoints is where points of a percentage end that a text begins with, whose unit without them ends at a place: 5% 포인트. It is 0
// where there are none.
func percentPoints(text string, end int, unit string) int {
	for _, word := range []string{"percentage points", "percentage point", "percent points", "percent point"} {
		if len(text) >= len(word) && strings.EqualFold(text[:len(word)], word) {
			return len(word)
		}
	}
	if unit != "%" {
		return 0
	}
	rest := strings.TrimPrefix(text[end:], " ")
	for _, word := range []string{"포인트", "points", "point"} {
		after, ok := strings.CutPrefix(rest, word)
		if !ok || word != "포인트" && !wordOfPoints(word, after) || collected(after) {
			continue
		}
		return len(text) - len(after)
	}
	return 0
}

// collected reports whether what follows 포인트 says that they are of a shop, of which somebody gets 5%.
func collected(after string) bool {
	after = strings.TrimLeft(after, "를로으 ")
	for _, word := range []string{"적립", "지급", "제공", "환급", "페이백", "사용", "전환", "할인", "혜택", "쌓"} {
		if strings.HasPrefix(after, word) {
			return true
		}
	}
	return false
}

// wordOfPoints reports whether point or points, with what follows, are of a percentage: 5% points, 5% point increase; and not 5% point to it.
func wordOfPoints(word, after string) bool {
	if after != "" && isASCIILetter(rune(after[0])) {
		return false
	}
	next, _ := englishWord(after, 0)
	switch next {
	case "", "increase", "decrease", "rise", "drop", "fall", "gain", "cut", "change", "difference", "gap", "higher", "lower", "more", "less":
		return true
	}
	return word == "points" && next != "to"
}

// unitEnds reports whether a unit that stands apart from its number is that, and not the beginning of a longer word.
func unitEnds(unit, rest string) bool {
	if r, _ := utf8.DecodeRuneInString(unit); !isSyllable(r) {
		next, _ := utf8.DecodeRuneInString(rest)
		return rest == "" || !unicode.IsLetter(next) || isSyllable(next)
	}
	return wordEnds(rest)
}

// numeralEndings are what may follow a unit in the same word, beside particles.
var numeralEndings = strings.Fields(`이다 이며 이고 이라 이었 이지 이나 이란 이던 인 입니 임 였 예요 이에요 씩 간 정도 가량 이상 이하 미만 초과 이내 만 당 마다 째 짜리 뒤 후
전 여 동안 까지 부터 내 안 이후 이전 경 쯤 대 분 의 로 와 과 에 은 는 을 를 이 가 도 으로 에서 보다 마저 조차 부로 자로 치 어치 산 생 말 초 중 제 형 급 용 권`)

// wordEnds reports whether what follows a unit ends its word, or is a particle or an ending.
func wordEnds(rest string) bool {
	word := rest
	for i, r := range rest {
		if !isSyllable(r) {
			word = rest[:i]
			break
		}
	}
	if word == "" || IsParticle(word) {
		return true
	}
	for _, e := range numeralEndings {
		if after, ok := strings.CutPrefix(word, e); ok && (after == "" || IsParticle(after) || len([]rune(e)) > 1) {
			return true
		}
	}
	return false
}

// declared is what a table says its numbers are in.
type declared struct {
	unit  string
	zeros int // 3 of 천원
}

var declaredPowers = []struct {
	word  string
	zeros int
}{{"십억", 9}, {"백만", 6}, {"천만", 7}, {"십만", 5}, {"천", 3}, {"백", 2}, {"만", 4}, {"억", 8}, {"조", 12}}

// bracketed are units that in brackets alone are something else: days of the week, 주식회사, 시 before a name.
var bracketed = map[string]bool{"월": true, "月": true, "일": true, "日": true, "목": true, "주": true, "분": true, "시": true, "초": true}

// declaredUnits finds "(단위: 천원)", "단위 : %", "(명)".
func declaredUnits(text string) []declared {
	const mostUnits, longest = 16, 40
	var all []declared
	take := func(word string) {
		if d, ok := declaredUnit(word); ok && len(all) < mostUnits {
			all = append(all, d)
		}
	}
	for i, r := range text {
		switch {
		case strings.ContainsRune("([（［", r):
			inner := text[i+utf8.RuneLen(r):]
			inner = inner[:min(longest, len(inner))]
			if end := strings.IndexAny(inner, ")]）］"); end >= 0 && !bracketed[strings.TrimSpace(inner[:end])] {
				take(inner[:end])
			}
		case r == '단' && strings.HasPrefix(text[i:], "단위"):
			word := text[i+len("단위"):]
			word = strings.TrimLeft(word[:min(longest, len(word))], " :：=")
			if end := strings.IndexFunc(word, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",)]）］", r) }); end >= 0 {
				word = word[:end]
			}
			take(word)
		}
	}
	return all
}

func declaredUnit(word string) (d declared, ok bool) {
	word = strings.TrimSpace(strings.TrimLeft(strings.TrimPrefix(strings.TrimSpace(word), "단위"), " :：="))
	if u, ok := numeralUnits[strings.ToLower(word)]; ok {
		return declared{unit: u}, true
	}
	for _, p := range declaredPowers {
		if rest, ok := strings.CutPrefix(word, p.word); ok {
			if u, ok := numeralUnits[strings.ToLower(strings.TrimSpace(rest))]; ok {
				return declared{u, p.zeros}, true
			}
		}
	}
	return d, false
}
