package korean

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

func itoa(n int) string { return strconv.Itoa(n) }

// latin reads a word of letters and digits: KF94 is a code, March 1, 2026 a date, three months an amount.
func (s *numeralScan) latin() bool {
	start, digits := s.at, false
	end := start
	for end < len(s.text) {
		c := s.text[end]
		switch {
		case isASCIILetter(rune(c)):
		case isDigit(c):
			digits = true
		case c == '-' && end+1 < len(s.text) && (isDigit(s.text[end+1]) || digits && isASCIILetter(rune(s.text[end+1]))):
		default:
			c = 0
		}
		if c == 0 {
			break
		}
		end++
	}
	s.at = end
	word := strings.ToLower(s.text[start:end])
	if !digits {
		s.englishDate(start, word)
		s.englishNumber(start, word)
		return true
	}
	f := s.add(start, Reading{strings.ReplaceAll(word, "-", ""), UnitCode})
	for run := range strings.FieldsFuncSeq(word, func(r rune) bool { return r < '0' || r > '9' }) {
		f.also(Reading{canonical(run, ""), ""})
	}
	return true
}

var months = map[string]int{"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
	"september": 9, "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7,
	"aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12}

// englishDate reads March 1, 2026, March 2026 and, with the day that has been read just before, 1 March 2026.
func (s *numeralScan) englishDate(start int, word string) {
	month := months[word]
	if month == 0 {
		return
	}
	day, year := 0, 0
	if k := len(s.out) - 1; k >= 0 && strings.TrimSpace(s.text[s.out[k].end:start]) == "" {
		if d := s.out[k].first(); d.Unit == "" || d.Unit == "번째" {
			day = small(d.Value, 31)
		}
		if day > 0 {
			start, s.out = s.out[k].start, s.out[:k]
		}
	}
	more := numeralScan{text: s.text, at: s.at}
	more.skip(". ")
	if n := more.digitRun(); day == 0 && small(n, 31) > 0 && len(n) <= 2 {
		day, s.at = small(n, 31), more.at
		for _, th := range []string{"st", "nd", "rd", "th"} {
			if strings.HasPrefix(s.text[s.at:], th) {
				s.at += len(th)
				break
			}
		}
	}
	more.at = s.at
	more.skip("., ")
	if n := more.digitRun(); len(n) == 4 {
		year, s.at = small(n, 2999), more.at
	}
	if day == 0 && year == 0 {
		return // may and march are words
	}
	s.add(start, dateReadings(year, month, day)...)
}

// skip moves over some characters, a few at most.
func (s *numeralScan) skip(set string) {
	for range 3 {
		if s.at < len(s.text) && strings.IndexByte(set, s.text[s.at]) >= 0 {
			s.at++
		}
	}
}

// The numbers that people count with, and their tens.
var (
	nativeOnes = []struct{ word, value string }{{"하나", "1"}, {"다섯", "5"}, {"여섯", "6"}, {"일곱", "7"}, {"여덟", "8"}, {"아홉", "9"},
		{"한", "1"}, {"둘", "2"}, {"두", "2"}, {"셋", "3"}, {"세", "3"}, {"석", "3"}, {"넷", "4"}, {"네", "4"}, {"넉", "4"}}
	nativeTens = []struct{ word, value string }{{"스물", "20"}, {"스무", "20"}, {"서른", "30"}, {"마흔", "40"}, {"예순", "60"}, {"일흔", "70"},
		{"여든", "80"}, {"아흔", "90"}, {"열", "10"}, {"쉰", "50"}}
)

// nativeUnits are what natives count, and as what.
var nativeUnits = unitTable(`
명: 명 사람
개: 개 가지
번째: 번째 째
회: 번 차례
마리: 마리
세: 살
권: 권
곳: 곳 군데
개월: 달
시간: 시간
시: 시
배: 배
년: 해
주: 주
대: 대
장: 장
채: 채
잔: 잔
쌍: 쌍
쪽: 쪽
`)

// idle are natives that count nothing where they are written like this: 한번 해 보다, 한편, 세대.
var idle = wordSetOf(`한번 한편 한대 한시 한해 한주 한장 한쪽 한쌍 한채 한잔 세대 세배 세시 세주 세장 두장 네시 석장 석대 석주 넉장`)

// vague are natives that mean a, not one.
var vague = wordSetOf(`한가지 한곳 한사람 한군데 한쪽 한편`)

func wordSetOf(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}

// hangul reads a number that is written in Hangul. before is the character before it: a number begins a word, or stands
// behind one of the syllables that go before numbers.
func (s *numeralScan) hangul(before rune) bool {
	if isSyllable(before) && !strings.ContainsRune("제약총매연각", before) {
		return false
	}
	return s.days() || s.counted() || s.spelledNumeral(before)
}

// dayWords count days in a word of their own. 하루 and 보름 are not among them: they are mostly no number (하루하루, 보름달).
var dayWords = []struct{ word, value string }{{"이틀", "2"}, {"사흘", "3"}, {"나흘", "4"}, {"닷새", "5"}, {"엿새", "6"}, {"여드레", "8"},
	{"아흐레", "9"}, {"열흘", "10"}}

// days reads 사흘, 열흘째.
func (s *numeralScan) days() bool {
	start, rest := s.at, s.text[s.at:]
	for _, d := range dayWords {
		after, ok := strings.CutPrefix(rest, d.word)
		if ok && strings.HasSuffix(strings.TrimRight(s.text[:start], " "), "하루") { // 하루 이틀: a few days
			return false
		}
		if ok && wordEnds(strings.TrimPrefix(after, "째")) {
			s.at += len(d.word)
			s.add(start, Reading{d.value, "일"})
			return true
		}
	}
	return false
}

// counted reads 세 명, 열다섯 살, 첫 번째, 둘째.
func (s *numeralScan) counted() bool {
	rest := s.text[s.at:]
	value := ""
	if after, ok := strings.CutPrefix(rest, "첫"); ok {
		value, rest = "1", after
	} else {
		for _, t := range nativeTens {
			if after, ok := strings.CutPrefix(rest, t.word); ok {
				value, rest = t.value, after
				break
			}
		}
		for _, o := range nativeOnes {
			if after, ok := strings.CutPrefix(rest, o.word); ok {
				value, rest = plus(value0(value), o.value), after
				break
			}
		}
	}
	if value == "" {
		return false
	}
	glued := strings.TrimPrefix(rest, " ")
	end, unit := nativeUnitAt(glued)
	word := strings.ReplaceAll(s.text[s.at:len(s.text)-len(glued)+end], " ", "")
	if unit == "" || !wordEnds(glued[end:]) || vague[word] || len(glued) == len(rest) && idle[word] {
		return false
	}
	if first := strings.HasPrefix(s.text[s.at:], "첫"); first && unit != "번째" {
		return false
	}
	if unit == "시" && small(value, 12) == 0 {
		return false
	}
	start := s.at
	s.at = len(s.text) - len(glued) + end
	s.add(start, Reading{value, unit})
	return true
}

func value0(value string) string {
	if value == "" {
		return "0"
	}
	return value
}

func nativeUnitAt(text string) (end int, unit string) {
	for i, r := range text {
		if i >= longestUnit || !isSyllable(r) {
			break
		}
		to := i + utf8.RuneLen(r)
		if u, ok := nativeUnits[text[:to]]; ok {
			end, unit = to, u
		}
	}
	return end, unit
}

// spelledNumeral reads 십오 일, 삼백만 원, 이십오 퍼센트: numerals of which it is sure that they count, because a unit follows and
// they are no word. What may be one (오일, 사명, 구원) is left alone.
func (s *numeralScan) spelledNumeral(before rune) bool {
	start := s.at
	more := numeralScan{text: s.text, at: start}
	value := more.sino()
	if value == "" {
		return false
	}
	numeral := s.text[start:more.at]
	if more.at < len(s.text) {
		from := s.at
		s.at = more.at
		if s.partOf(start, value) {
			return true
		}
		s.at = from
	}
	more.approximate()
	glued := strings.TrimPrefix(s.text[more.at:], " ")
	apart := len(glued) < len(s.text[more.at:])
	end, unit := numeralUnitAt(glued)
	if unit == "" || !wordEnds(glued[end:]) || !counts(numeral, glued[:end], unit, apart || before == '제') {
		return false
	}
	if unit == "시" && small(value, 24) == 0 || unit == "월" && small(value, 12) == 0 {
		return false // 이천시, 사천시
	}
	s.at = len(s.text) - len(glued) + end
	value += s.inserted(unit)
	s.add(start, Reading{value, unit})
	return true
}

// counts reports whether a numeral in Hangul before a unit is one.
func counts(numeral, spelling, unit string, apart bool) bool {
	syllables := utf8.RuneCountInString(numeral)
	long := utf8.RuneCountInString(spelling) > 1
	switch {
	case syllables == 1 && strings.Contains("이조", numeral): // 이 년, 조 원
		return false
	case apart:
		return numeral != "만" || unit != "세" // 만 18세 has digits, 만 나이 none
	case syllables == 1 && strings.Contains("십백천만억", numeral):
		return strings.Contains(" 원 명 년 배 % 달러 개월 시간 ", " "+unit+" ")
	case syllables == 1:
		return unit == "년" && spelling == "년" && !strings.Contains("구", numeral) || long
	}
	return true
}

// sino reads a numeral in Hangul, and moves behind it. It is "" if there is none.
func (s *numeralScan) sino() string {
	const most = 24 // syllables
	total, section, current := "0", "0", ""
	read, big, small := false, 16, 4 // powers only fall
	at := s.at
	for range most {
		r, size := utf8.DecodeRuneInString(s.text[at:])
		if r == ' ' && read && big < 16 && current == "" && section == "0" { // 삼천만 오백만: a space after a large power
			if next, _ := utf8.DecodeRuneInString(s.text[at+1:]); numerals[next] != "" || zerosOf(next) > 0 && zerosOf(next) < big {
				if (&numeralScan{text: s.text, at: at + 1}).sinoWithPower() {
					at++
					continue
				}
			}
			break
		}
		if digit, ok := numerals[r]; ok && current == "" {
			current = digit
			at += size
			read = true
			continue
		}
		zeros := zerosOf(r)
		switch {
		case zeros == 0, r == '조' && !s.hanja && !multiplies(s.text[at+size:]): // an article
			r = 0
		case zeros < 4 && zeros < small:
			if current == "" {
				current = "1"
			}
			section, current, small = plus(section, shift(current, zeros)), "", zeros
		case zeros >= 4 && zeros < big:
			if current != "" {
				section = plus(section, current)
			}
			if section == "0" {
				if read {
					r = 0
					break
				}
				section = "1"
			}
			total, section, current, big, small = plus(total, shift(section, zeros)), "0", "", zeros, 4
		default:
			r = 0
		}
		if r == 0 {
			break
		}
		at += size
		read = true
	}
	if !read {
		return ""
	}
	if current != "" {
		section = plus(section, current)
	}
	s.at = at
	return plus(total, section)
}

// sinoWithPower reports whether a numeral of more than one syllable begins at the place.
func (s *numeralScan) sinoWithPower() bool {
	from := s.at
	return s.sino() != "" && utf8.RuneCountInString(s.text[from:s.at]) > 1
}

var hanDigits = map[rune]string{'〇': "0", '零': "0", '一': "1", '二': "2", '三': "3", '四': "4", '五': "5", '六': "6", '七': "7", '八': "8", '九': "9"}

var hanPowers = map[rune]rune{'十': '십', '百': '백', '千': '천', '萬': '만', '万': '만', '億': '억', '亿': '억', '兆': '조'}

func isHanNumeral(r rune) bool { return hanDigits[r] != "" || hanPowers[r] != 0 }

// han reads 第十五條, 二〇二六年, 三百萬圓: Chinese numerals before a unit.
func (s *numeralScan) han() bool {
	start := s.at
	at := start
	if strings.HasPrefix(s.text[at:], "第") {
		at += len("第")
	}
	var hangul, digits strings.Builder
	powers := false
	for range 24 {
		r, size := utf8.DecodeRuneInString(s.text[at:])
		if d, ok := hanDigits[r]; ok {
			digits.WriteString(d)
			if d != "0" {
				hangul.WriteString([]string{"일", "이", "삼", "사", "오", "육", "칠", "팔", "구"}[d[0]-'1'])
			}
		} else if p := hanPowers[r]; p != 0 {
			powers = true
			hangul.WriteRune(p)
		} else {
			break
		}
		at += size
	}
	value := ""
	if powers {
		inner := numeralScan{text: hangul.String(), hanja: true}
		if value = inner.sino(); inner.at < len(inner.text) {
			return false
		}
	} else if digits.Len() > 0 {
		value = canonical(digits.String(), "")
	}
	glued := strings.TrimPrefix(s.text[at:], " ")
	end, unit := numeralUnitAt(glued)
	if value == "" || unit == "" {
		return false
	}
	s.at = len(s.text) - len(glued) + end
	s.add(start, Reading{value + s.inserted(unit), unit})
	return true
}
