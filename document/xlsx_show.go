package document

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// show is how a number looks. What a format says that is not understood here, fractions above all, leaves the number as it
// is: "".
func (f *numberFormat) show(n float64, epoch int) string {
	s, signed := f.of(n)
	switch {
	case s.fraction:
		return ""
	case s.date:
		return s.showDate(n, epoch)
	}
	negative := n < 0
	n = math.Abs(n)
	for range min(s.percent, 4) {
		n *= 100
	}
	for range min(s.scale, 8) {
		n /= 1000
	}
	text, digits := s.showNumber(n)
	if negative && !signed && strings.Trim(digits, "0.") != "" {
		text = "-" + text
	}
	return strings.TrimSpace(text)
}

// showNumber shows a number without its sign; digits are those of the number.
func (s *formatSection) showNumber(n float64) (text, digits string) {
	const most = 30 // places that are shown, as in Excel
	places := min(s.places, most)
	exponent, plain := 0, n
	if s.exponent && n != 0 {
		exponent = int(math.Floor(math.Log10(n)))
		if wide := s.wholeDigits(); wide > 1 {
			exponent -= ((exponent % wide) + wide) % wide
		}
		n /= math.Pow(10, float64(exponent))
	}
	if scale := math.Pow10(places); n*scale < 1e15 { // half is rounded up
		n = math.Round(n*scale) / scale
	}
	digits = strconv.FormatFloat(n, 'f', places, 64)
	whole, rest, _ := strings.Cut(digits, ".")
	if whole == "0" {
		whole = ""
	}
	slots := s.wholeDigits()
	var out strings.Builder
	slot, place := 0, 0
	for _, t := range s.tokens {
		switch t.kind {
		case 'l':
			out.WriteString(t.text)
		case 'G':
			out.WriteString(strconv.FormatFloat(plain, 'f', -1, 64))
		case 'd':
			if slot == 0 && len(whole) > slots { // digits beyond the first place are before it
				s.writeDigits(&out, whole[:len(whole)-slots], len(whole)-1)
			}
			at := len(whole) - slots + slot // of the digit in this place
			switch {
			case at >= 0:
				s.writeDigits(&out, whole[at:at+1], slots-slot-1)
			case t.text == "0":
				s.writeDigits(&out, "0", slots-slot-1)
			case t.text == "?":
				out.WriteByte(' ')
			}
			slot++
		case '.':
			out.WriteByte('.')
		case 'f':
			if place < len(rest) && (t.text != "#" || strings.Trim(rest[place:], "0") != "") {
				out.WriteByte(rest[place])
			}
			place++
		case 'E':
			sign := ""
			if exponent < 0 {
				sign = "-"
			} else if t.text[0] == '+' {
				sign = "+"
			}
			fmt.Fprintf(&out, "E%s%0*d", sign, len(t.text)-1, max(exponent, -exponent))
		}
	}
	return out.String(), digits
}

// wholeDigits is how many places there are before the point.
func (s *formatSection) wholeDigits() int {
	n := 0
	for _, t := range s.tokens {
		if t.kind == 'd' {
			n++
		}
	}
	return n
}

// writeDigits writes digits, the first of which has so many after it before the point.
func (s *formatSection) writeDigits(out *strings.Builder, digits string, after int) {
	for i := range len(digits) {
		out.WriteByte(digits[i])
		if n := after - i; s.thousands && n > 0 && n%3 == 0 {
			out.WriteByte(',')
		}
	}
}

var (
	koreanDays  = []string{"일", "월", "화", "수", "목", "금", "토"}
	englishDays = []string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
)

// showDate shows a serial number as date and time.
func (s *formatSection) showDate(n float64, epoch int) string {
	if n < 0 || n >= 2_958_466 {
		return ""
	}
	millis := int64(math.Round(n * 86_400_000))
	step := int64(1000) // seconds are shown as they are whole, or with so many places
	for range s.secondPlaces() {
		step /= 10
	}
	millis = (millis + step/2) / step * step
	shift := int64(0)
	if n < 60 && epoch == epoch1900 {
		shift = 1
	}
	at := time.UnixMilli(millis + (shift-int64(epoch))*86_400_000).UTC()
	var out strings.Builder
	for _, t := range s.tokens {
		switch t.kind {
		case 'l', '.', ',':
			out.WriteString(t.text)
		case 'H':
			fmt.Fprintf(&out, "%0*d", len(t.text), millis/3_600_000)
		case 'N':
			fmt.Fprintf(&out, "%0*d", len(t.text), millis/60_000)
		case 'T':
			fmt.Fprintf(&out, "%0*d", len(t.text), millis/1000)
		case 'S':
			out.WriteString(fmt.Sprintf(".%03d", millis%1000)[:1+min(len(t.text), 3)])
		default:
			out.WriteString(s.datePart(t, at))
		}
	}
	return strings.TrimSpace(out.String())
}

// secondPlaces is how many places of a second are shown.
func (s *formatSection) secondPlaces() int {
	n := 0
	for _, t := range s.tokens {
		if t.kind == 'S' {
			n = max(n, min(len(t.text), 3))
		}
	}
	return n
}

// datePart shows a token of date or time.
func (s *formatSection) datePart(t formatToken, at time.Time) string {
	padded := func(n int) string { return fmt.Sprintf("%0*d", min(len(t.text), 2), n) }
	switch t.kind {
	case 'y':
		if len(t.text) <= 2 && t.text[0] == 'y' {
			return fmt.Sprintf("%02d", at.Year()%100)
		}
		return fmt.Sprintf("%04d", at.Year())
	case 'm':
		switch len(t.text) {
		case 1, 2:
			return padded(int(at.Month()))
		case 3:
			return at.Month().String()[:3]
		case 5:
			return at.Month().String()[:1]
		}
		return at.Month().String()
	case 'D':
		return padded(at.Day())
	case 'w':
		day := int(at.Weekday())
		switch {
		case (t.text[0] == 'a' || s.korean) && len(t.text) == 3:
			return koreanDays[day]
		case t.text[0] == 'a' || s.korean:
			return koreanDays[day] + "요일"
		case len(t.text) == 3:
			return englishDays[day][:3]
		}
		return englishDays[day]
	case 'h':
		hour := at.Hour()
		if s.afternoon {
			hour = (hour+11)%12 + 1
		}
		return padded(hour)
	case 'M':
		return padded(at.Minute())
	case 's':
		return padded(at.Second())
	case 'A':
		return s.halfDay(t.text, at.Hour() >= 12)
	}
	return ""
}

// halfDay is the word for a half of the day.
func (s *formatSection) halfDay(mark string, after bool) string {
	words := [2]string{"AM", "PM"}
	switch {
	case s.korean || mark == "오전/오후":
		words = [2]string{"오전", "오후"}
	case len(mark) == 3:
		words = [2]string{mark[:1], mark[2:]}
	}
	if after {
		return words[1]
	}
	return words[0]
}
