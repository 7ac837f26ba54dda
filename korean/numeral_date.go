package korean

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// dateReadings is what a date says: itself, and its parts. A part that is 0 is not said.
func dateReadings(year, month, day int) []Reading {
	var all []Reading
	if year > 0 && month > 0 && day > 0 {
		all = append(all, Reading{fmt.Sprintf("%04d-%02d-%02d", year, month, day), UnitDate})
	}
	if year > 0 && month > 0 {
		all = append(all, Reading{fmt.Sprintf("%04d-%02d", year, month), UnitDate})
	}
	if month > 0 && day > 0 {
		all = append(all, Reading{fmt.Sprintf("%02d-%02d", month, day), UnitDate})
	}
	for _, part := range []struct {
		n    int
		unit string
	}{{year, "년"}, {month, "월"}, {day, "일"}} {
		if part.n > 0 {
			all = append(all, Reading{itoa(part.n), part.unit})
		}
	}
	return all
}

// dotted reads 2026-03-01, 2026. 3. 1., 2026/3/1, '26.3.1. and 2026. 3., and 3. 1. where it can be nothing else.
func (s *numeralScan) dotted(start int) bool {
	n := scan{text: s.text, start: start, at: start}
	if n.date() {
		date := strings.Split(n.found[0].Text, "-")
		s.at = n.at
		s.add(start, dateReadings(small(date[0], 2999), small(date[1], 12), small(date[2], 31))...)
		return true
	}
	more := numeralScan{text: s.text, at: start}
	first := more.digitRun()
	if !strings.HasPrefix(s.text[more.at:], ". ") && !strings.HasPrefix(s.text[more.at:], ".") {
		return false
	}
	spaced := strings.HasPrefix(s.text[more.at:], ". ")
	more.at++
	if spaced {
		more.at++
	}
	second := more.digitRun()
	if len(second) == 0 || len(second) > 2 || !strings.HasPrefix(s.text[more.at:], ".") || startsWithDigit(s.text[more.at+1:]) && !spaced {
		return false
	}
	switch y, m, d := small(first, 2999), small(first, 12), small(second, 31); {
	case len(first) == 4 && y >= 1000 && small(second, 12) > 0:
		s.at = more.at + 1
		s.add(start, dateReadings(y, small(second, 12), 0)...)
		return true
	case len(first) <= 2 && spaced && m > 0 && d > 0 && !s.listMarkAt(start, first):
		s.at = more.at + 1
		s.add(start, dateReadings(0, m, d)...)
		return true
	}
	return false
}

// listMarkAt reports whether a number that begins a line counts it: "1. 2. " is no date there.
func (s *numeralScan) listMarkAt(start int, digits string) bool {
	at := numeralScan{text: s.text, at: start + len(digits)}
	return at.listMark(start)
}

// compactDate is what 20260301 may say.
func compactDate(digits string) []Reading {
	y, m, d := small(digits[:4], 2999), small(strings.TrimLeft(digits[4:6], "0"), 12), small(strings.TrimLeft(digits[6:], "0"), 31)
	if y < 1000 || m == 0 || d == 0 {
		return nil
	}
	return dateReadings(y, m, d)
}

// joined makes one of numbers that say one thing: 2026년 3월 1일, 3월 1일, 9시 30분.
func (s *numeralScan) joined(raws []rawNumeral) []rawNumeral {
	var out []rawNumeral
	for i := 0; i < len(raws); i++ {
		f := raws[i]
		next := func(k int, unit string, most int) int { // the number k further on, if it continues this one
			if i+k >= len(raws) || raws[i+k].first().Unit != unit || strings.TrimSpace(s.text[raws[i+k-1].end:raws[i+k].start]) != "" {
				return 0
			}
			return small(raws[i+k].first().Value, most)
		}
		taken := 0
		switch r := f.first(); r.Unit {
		case "년":
			y := s.fullYear(f, small(r.Value, 9999))
			if m := next(1, "월", 12); m > 0 && y > 0 {
				d := next(2, "일", 31)
				f.readings = dateReadings(y, m, d)
				if taken = 1; d > 0 {
					taken = 2
				}
			} else if y > 0 && itoa(y) != r.Value {
				f.readings = append([]Reading{{itoa(y), "년"}}, f.readings...)
			}
		case "월":
			if d, m := next(1, "일", 31), small(r.Value, 12); d > 0 && m > 0 {
				f.readings, taken = dateReadings(0, m, d), 1
			}
		case "시":
			taken = s.clock(&f, next(1, "분", 59))
		case UnitClock:
			s.clockTime(&f)
		case "", "am", "pm":
			s.clockHour(&f)
		}
		f.end = raws[i+taken].end
		i += taken
		out = append(out, f)
	}
	return out
}

// fullYear is the year that '26년 is.
func (s *numeralScan) fullYear(f rawNumeral, year int) int {
	before, _ := utf8.DecodeLastRuneInString(s.text[:f.start])
	if year == 0 || year > 99 || !strings.ContainsRune("'’‘`", before) || f.start == 0 {
		return year
	}
	if year >= 70 {
		return 1900 + year
	}
	return 2000 + year
}

// rangeSigns stand between the ends of a range, listSigns between the numbers of a list.
const (
	rangeSigns = "~∼〜～-–—―"
	listSigns  = ",·ㆍ・，、"
)

// ranges gives a number without a unit that of the number with which it makes a range or a list: 3~5일, 10~20만 원, 제3·5조.
func (s *numeralScan) ranges(raws []rawNumeral) {
	for i := len(raws) - 2; i >= 0; i-- {
		f, next := &raws[i], raws[i+1]
		gap := strings.TrimSpace(s.text[f.end:next.start])
		if utf8.RuneCountInString(gap) == 1 && strings.Contains(rangeSigns, gap) {
			s.below(f, &raws[i+1])
		}
		if f.first().Unit != "" || next.first().Unit == "" || next.first().Unit == UnitCode || next.first().Unit == UnitDate || utf8.RuneCountInString(gap) != 1 {
			continue
		}
		value := f.first().Value
		if f.zeros == 0 && next.zeros > 0 && len(value) <= len(next.mantissa) {
			value = shifted(value, next.zeros)
		}
		with := Reading{value, next.first().Unit}
		if with.Unit == unitMorning {
			with.Unit = "시"
		}
		switch {
		case strings.Contains(rangeSigns, gap):
			f.readings = append([]Reading{with}, f.readings...)
		case strings.Contains(listSigns, gap):
			f.also(with)
		default:
			continue
		}
		if with.Unit == "시" {
			s.hours(f, &raws[i+1])
		}
		if f.first() == with { // and the next before it may go on from here
			f.mantissa, f.zeros = next.mantissa, next.zeros
		}
	}
}

// inherit gives a date the year, and the end of a range of days the month, that were said before.
func (s *numeralScan) inherit(raws []rawNumeral) {
	year, month := 0, 0
	for i := range raws {
		f := &raws[i]
		y, m, d := f.date()
		if d > 0 && m == 0 && month > 0 && i > 0 && s.continues(raws[i-1].end, f.start) {
			f.also(dateReadings(year, month, d)...)
		}
		if m > 0 && y == 0 && year > 0 {
			f.also(dateReadings(year, m, d)...)
		}
		if y > 0 {
			year, month = y, 0
		}
		if m > 0 {
			month = m
		} else if d == 0 {
			month = 0
		}
	}
}

// continues reports whether what stands between two numbers says that the second goes on from the first.
func (s *numeralScan) continues(from, to int) bool {
	gap := strings.TrimSpace(s.text[from:to])
	if gap == "부터" || gap == "에서" {
		_, size := utf8.DecodeRuneInString(s.text[to:])
		return strings.Contains(s.text[to:min(len(s.text), to+size+24)], "까지")
	}
	return utf8.RuneCountInString(gap) == 1 && strings.Contains(rangeSigns+listSigns, gap)
}

// date is what a number says of a date; a part that it does not say is 0.
func (r *rawNumeral) date() (year, month, day int) {
	if u := r.first().Unit; u != UnitDate && u != "년" && u != "월" && u != "일" {
		return 0, 0, 0
	}
	for _, one := range r.readings {
		switch one.Unit {
		case "년":
			if len(one.Value) == 4 {
				year = small(one.Value, 2999)
			}
		case "월":
			month = small(one.Value, 12)
		case "일":
			day = small(one.Value, 31)
		}
	}
	return year, month, day
}
