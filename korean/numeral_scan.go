package korean

import (
	"strings"
	"unicode/utf8"
)

// numeralScan reads the numbers of a text one after another.
type numeralScan struct {
	text string
	at   int
	out  []rawNumeral

	hanja bool // it is the numerals of a number in Chinese, where 兆 is no article
}

// scan reads the whole text.
func (s *numeralScan) scan() {
	var before rune // 0 at the beginning
	for s.at < len(s.text) {
		from := s.at
		r, size := utf8.DecodeRuneInString(s.text[from:])
		if !s.numeral(r, before) {
			s.at = from + size
		}
		before, _ = utf8.DecodeLastRuneInString(s.text[:s.at])
	}
}

// numeral reads what begins at the place, and reports whether it moved on.
func (s *numeralScan) numeral(r, before rune) bool {
	switch {
	case isASCIILetter(r):
		return s.latin()
	case r < utf8.RuneSelf && !isDigit(byte(r)) && r != '$':
		return false
	case isSyllable(r):
		return s.hangul(before)
	case isHanNumeral(r) || r == '第':
		return s.han()
	case r >= utf8.RuneSelf && s.mark(r):
		return true
	}
	return s.digital(before)
}

func (s *numeralScan) add(start int, readings ...Reading) *rawNumeral {
	s.out = append(s.out, rawNumeral{start: start, end: s.at, readings: readings})
	return &s.out[len(s.out)-1]
}

// digital reads a number that begins with a digit or a sign of money.
func (s *numeralScan) digital(before rune) bool {
	start := s.at
	currency := s.money()
	if _, size := numeralDigit(s.text[s.at:]); size == 0 {
		return false
	}
	if currency == "" && (s.dotted(start) || s.codeOfParts(start)) {
		return true
	}
	whole, part := s.decimal()
	value := canonical(whole, part)
	if currency == "" && part == "" && s.ratio(start, value) {
		return true
	}
	mantissa := value
	value, zeros := s.powers(value)
	code := ""
	if currency == "" {
		code = currencyBefore(s.text[:start])
	}
	if currency+code != "" && zeros == 0 {
		value, zeros = s.thousands(value)
	}
	negative := negativeBefore(s.text[:start], before)
	if s.partOf(start, value) || s.tenths(start, value) {
		return true
	}
	s.approximate()
	unit, second := currency, false
	if unit == "" {
		unit, second = s.numeralUnit()
	}
	if unit == "" { // in "KRW 2026년 3월" and "USD 1,350원" it is of something else
		unit = code
	}
	value += s.inserted(unit)
	f := s.add(start, s.asRead(value, unit, second)...)
	f.mantissa, f.zeros = mantissa, zeros
	if negative {
		f.readings = append([]Reading{{"-" + f.first().Value, f.first().Unit}}, f.readings...)
	}
	if unit == "" && len(whole) == 8 && part == "" {
		f.also(compactDate(whole)...)
	}
	if unit == "" && s.listMark(start) {
		f.also(Reading{value, "호"}) // laws count so
	}
	return true
}

// asRead is what a number with a unit says.
func (s *numeralScan) asRead(value, unit string, second bool) []Reading {
	if second {
		return []Reading{{value, ""}, {value, unit}}
	}
	readings := []Reading{{value, unit}}
	if unit == "" { // 3 학년: what comes may be a unit that nobody knows
		rest := strings.TrimPrefix(s.text[s.at:], " ")
		if r, _ := utf8.DecodeRuneInString(rest); isSyllable(r) && len(rest) < len(s.text[s.at:]) {
			readings = append(readings, Reading{value, string(r)})
		}
	}
	return readings
}

// numeralDigit returns the digit that a text begins with, in any width, and its size; 0 if it begins with none.
func numeralDigit(text string) (digit byte, size int) {
	if text == "" {
		return 0, 0
	}
	return digitAt(text)
}

// digitRun reads digits without anything between them.
func (s *numeralScan) digitRun() string {
	var b strings.Builder
	for {
		d, size := numeralDigit(s.text[s.at:])
		if size == 0 {
			return b.String()
		}
		b.WriteByte(d)
		s.at += size
	}
}

// decimal reads 12, 1,234,567 and 3.5. However long it is, none of it is lost.
func (s *numeralScan) decimal() (whole, part string) {
	whole = s.digitRun()
	for grouped := false; len(whole) <= 3 || grouped; grouped = true {
		rest := s.text[s.at:]
		if !strings.HasPrefix(rest, ",") && !strings.HasPrefix(rest, "，") {
			break
		}
		more := numeralScan{text: s.text, at: s.at + len(rest[:commaSize(rest)])}
		group := more.digitRun()
		if len(group) != 3 {
			break
		}
		whole, s.at = whole+group, more.at
	}
	if rest := s.text[s.at:]; strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "．") {
		more := numeralScan{text: s.text, at: s.at + len(rest[:commaSize(rest)])}
		if part = more.digitRun(); part != "" {
			s.at = more.at
		}
	}
	return whole, part
}

func commaSize(text string) int {
	_, size := utf8.DecodeRuneInString(text)
	return size
}

// codeOfParts reads 1.2.3 and 010-1234-5678, which are no amounts.
func (s *numeralScan) codeOfParts(start int) bool {
	for _, separator := range []byte{'.', '-'} {
		more := numeralScan{text: s.text, at: start}
		parts := []string{more.digitRun()}
		for more.at+1 < len(s.text) && s.text[more.at] == separator && isDigit(s.text[more.at+1]) {
			more.at++
			parts = append(parts, more.digitRun())
		}
		if len(parts) < 3 {
			continue
		}
		s.at = more.at
		f := s.add(start, Reading{strings.Join(parts, string(separator)), UnitCode})
		for _, p := range parts {
			f.also(Reading{canonical(p, ""), ""})
		}
		return true
	}
	return false
}

// ratio reads 2/3, 1/4분기 and 09:30.
func (s *numeralScan) ratio(start int, value string) bool {
	rest := s.text[s.at:]
	if len(rest) < 2 || !isDigit(rest[1]) {
		return false
	}
	more := numeralScan{text: s.text, at: s.at + 1}
	second := more.digitRun()
	switch {
	case rest[0] == '/' && len(second) <= 9:
		s.at = more.at
		if after, ok := strings.CutPrefix(s.text[s.at:], "분기"); ok && second == "4" {
			s.at = len(s.text) - len(after)
			s.add(start, Reading{value, "분기"})
			return true
		}
		f := s.add(start, parted(value, canonical(second, ""))...)
		f.also(Reading{value, ""}, Reading{canonical(second, ""), ""})
		return true
	case rest[0] == ':' && len(second) == 2 && small(value, 24) > 0 || rest[0] == ':' && len(second) == 2 && value == "0":
		s.at = more.at
		f := s.add(start, Reading{value + ":" + second, UnitClock})
		f.also(Reading{value, "시"}, Reading{canonical(second, ""), "분"}, Reading{value, ""}, Reading{canonical(second, ""), ""})
		return true
	}
	return false
}

// parted is a share: as hundredths where the whole is a power of ten.
func parted(part, whole string) []Reading {
	plain := Reading{part + "/" + whole, UnitPart}
	if strings.Trim(whole, "0") == "1" && len(whole) > 1 {
		return []Reading{{shifted(part, 3-len(whole)), "%"}, plain}
	}
	return []Reading{plain}
}

// powers reads 천, 만, 억 and the numbers between them. zeros are those that follow one number and nothing else.
func (s *numeralScan) powers(value string) (_ string, zeros int) {
	from := s.at
	n := scan{text: s.text, at: s.at}
	out := n.multiplied(value)
	if n.at > from {
		s.at = n.at
		if strings.Trim(s.text[from:s.at], "십백천만억조") == "" {
			for _, r := range s.text[from:s.at] {
				zeros += zerosOf(r)
			}
		}
		return canonicalText(out), zeros
	}
	if value, zeros, ok := s.powersApart(value); ok {
		return value, zeros
	}
	words := []struct {
		word  string
		zeros int
	}{{"thousand", 3}, {"million", 6}, {"billion", 9}, {"trillion", 12}}
	rest := strings.TrimPrefix(s.text[s.at:], " ")
	for _, w := range words {
		if len(rest) < len(w.word) || !strings.EqualFold(rest[:len(w.word)], w.word) {
			continue
		}
		if after := rest[len(w.word):]; after == "" || !isASCIILetter(rune(after[0])) {
			s.at = len(s.text) - len(after)
			return shifted(value, w.zeros), w.zeros
		}
	}
	return value, 0
}

func canonicalText(value string) string {
	whole, part, _ := strings.Cut(value, ".")
	return canonical(whole, part)
}

// partOf reads 3분의 2 and 백분의 50 from behind their first number.
func (s *numeralScan) partOf(start int, whole string) bool {
	rest := strings.TrimPrefix(s.text[s.at:], " ")
	after, ok := strings.CutPrefix(rest, "분의")
	if !ok {
		return false
	}
	more := numeralScan{text: s.text, at: len(s.text) - len(strings.TrimPrefix(after, " "))}
	part := ""
	if _, size := numeralDigit(s.text[more.at:]); size > 0 {
		part = canonical(more.decimal())
	} else if part = more.sino(); part == "" {
		return false
	}
	s.at = more.at
	s.add(start, parted(part, whole)...)
	return true
}

// tenths reads 3할 2푼 5리.
func (s *numeralScan) tenths(start int, value string) bool {
	after, ok := strings.CutPrefix(s.text[s.at:], "할")
	if !ok || !wordEnds(after) && !strings.HasPrefix(strings.TrimPrefix(after, " "), "푼") && !startsWithDigit(after) || len(value) > 2 {
		return false
	}
	s.at = len(s.text) - len(after)
	total := shifted(value, 1)
	for i, word := range []string{"푼", "리"} {
		more := numeralScan{text: s.text, at: len(s.text) - len(strings.TrimPrefix(s.text[s.at:], " "))}
		digit := more.digitRun()
		rest, ok := strings.CutPrefix(s.text[more.at:], word)
		if len(digit) != 1 || !ok {
			break
		}
		s.at = len(s.text) - len(rest)
		if i == 0 {
			total = plus(total, digit)
		} else {
			total += "." + digit
		}
	}
	s.add(start, Reading{canonicalText(total), "%"})
	return true
}

func startsWithDigit(text string) bool {
	_, size := numeralDigit(strings.TrimPrefix(text, " "))
	return size > 0
}

// approximate moves behind the 여 of 10여 명.
func (s *numeralScan) approximate() {
	after, ok := strings.CutPrefix(s.text[s.at:], "여")
	if !ok {
		return
	}
	if _, unit := numeralUnitAt(strings.TrimPrefix(after, " ")); unit != "" {
		s.at = len(s.text) - len(after)
	}
}

// inserted is what follows an article that was put in later: 의2 of 제15조의2.
func (s *numeralScan) inserted(unit string) string {
	if !strings.Contains(" 조 항 호 장 절 관 편 ", " "+unit+" ") || unit == "" {
		return ""
	}
	after, ok := strings.CutPrefix(s.text[s.at:], "의")
	if !ok {
		return ""
	}
	more := numeralScan{text: s.text, at: len(s.text) - len(after)}
	digits := more.digitRun()
	if digits == "" || len(digits) > 3 {
		return ""
	}
	if _, u := numeralUnitAt(s.text[more.at:]); u != "" && !wordEnds(s.text[more.at:]) && u != "조" && u != "항" && u != "호" {
		return "" // 제3조의 2개: nobody writes it so, and it would be two numbers
	}
	s.at = more.at
	return "의" + canonical(digits, "")
}

// listMark reports whether a number at a place counts a list: it begins its line, and a point or a bracket follows.
func (s *numeralScan) listMark(start int) bool {
	const most = 64 // bytes of indentation
	line := s.text[max(0, start-most):start]
	line = line[strings.LastIndexByte(line, '\n')+1:]
	return strings.TrimSpace(line) == "" && (strings.HasPrefix(s.text[s.at:], ".") || strings.HasPrefix(s.text[s.at:], ")"))
}

// mark reads what is a number in one character: ①, Ⅲ, ½.
func (s *numeralScan) mark(r rune) bool {
	value, unit := "", ""
	switch {
	case '①' <= r && r <= '⑳':
		value, unit = itoa(int(r-'①')+1), "항" // as laws count
	case '⑴' <= r && r <= '⒇':
		value = itoa(int(r-'⑴') + 1)
	case '⒈' <= r && r <= '⒛':
		value = itoa(int(r-'⒈') + 1)
	case 'Ⅰ' <= r && r <= 'Ⅻ':
		value = itoa(int(r-'Ⅰ') + 1)
	case 'ⅰ' <= r && r <= 'ⅻ':
		value = itoa(int(r-'ⅰ') + 1)
	}
	start := s.at
	if value != "" {
		s.at += utf8.RuneLen(r)
		f := s.add(start, Reading{value, unit})
		f.also(Reading{value, ""})
		return true
	}
	if parts, ok := vulgar[r]; ok {
		s.at += utf8.RuneLen(r)
		s.add(start, parted(parts[0], parts[1])...)
		return true
	}
	return false
}

var vulgar = map[rune][2]string{'½': {"1", "2"}, '⅓': {"1", "3"}, '⅔': {"2", "3"}, '¼': {"1", "4"}, '¾': {"3", "4"}, '⅕': {"1", "5"},
	'⅖': {"2", "5"}, '⅗': {"3", "5"}, '⅘': {"4", "5"}, '⅛': {"1", "8"}}
