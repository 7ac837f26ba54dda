package korean

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Numeral is a number of a text with what it counts, as it is held against the numbers of another text: a date, a clock, a
// share, an article of a law, a code. Where [Numbers] finds texts, and may take a number for less than it is, a Numeral is
// there to refute: 1,000명, 1천 명 and 천 명 are one, and so are 15일 and 십오 일, 50%, 50퍼센트 and 백분의 50, 2026년 3월 1일,
// 2026. 3. 1. and 2026-03-01; 15일 and 15개월 are not, nor 제15조 and 제15조의2.
type Numeral struct {
	Start, End int    // bytes of the text
	Text       string // as it stands there
	// Readings are what it says, first, and what it says besides: a date its month, a range of days its days. There is always
	// one at least.
	Readings []Reading
}

// Reading is one thing that a number says: digits without commas, with a point if it is not whole, and the one spelling of
// its unit, "" where it has none. See also the units Unit….
type Reading struct{ Value, Unit string }

// The units of what is no amount.
const (
	UnitDate  = "date"  // 2026-03-01, 2026-03 or 03-01
	UnitClock = "clock" // 15:30
	UnitPart  = "part"  // 2/3
	UnitCode  = "code"  // kf94: letters and digits in one word

	unitMorning = "morning" // 9 or 9:30, before noon
)

// Numerals returns the numbers of a text in their order. It is meant for sentences and passages: beyond a megabyte of text it
// reads no more.
func Numerals(text string) []Numeral {
	const most = 1 << 20
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "")
	}
	seen, at := seenOf(text)
	s := &numeralScan{text: seen}
	s.scan()
	s.out = s.joined(s.out)
	s.ranges(s.out)
	s.inherit(s.out)
	all := make([]Numeral, len(s.out))
	for i, raw := range s.out {
		if at != nil {
			raw.start, raw.end = at[raw.start], at[raw.end-1]+1 // behind its last byte, and not before what is next to be seen
		}
		all[i] = Numeral{Start: raw.start, End: raw.end, Text: text[raw.start:raw.end], Readings: raw.readings}
	}
	return all
}

// seenOf is a text without the characters that nobody sees, which divide what reads as one number: soft hyphens, spaces of no width.
// at is where each of its bytes is in the text, and where that ends; nil is at the same place.
func seenOf(text string) (seen string, at []int) {
	if !strings.ContainsFunc(text, isUnseen) {
		return text, nil
	}
	var b strings.Builder
	for i, r := range text {
		if isUnseen(r) {
			continue
		}
		size := len(string(r))
		if r == utf8.RuneError {
			_, size = utf8.DecodeRuneInString(text[i:])
		}
		b.WriteString(text[i : i+size])
		for k := range size {
			at = append(at, i+k)
		}
	}
	return b.String(), append(at, len(text))
}

func isUnseen(r rune) bool { return unicode.Is(unicode.Cf, r) }

// NumeralSet is the numbers of some texts, against which those of another are held. The zero value is empty. It is for one
// goroutine.
type NumeralSet struct {
	readings map[Reading]bool
	values   map[string]bool // with whatever unit, but not of words for less than ten
	bare     map[string]bool // of numbers without one
	declared []declared
}

// Add adds the numbers of a text, and the units that it says its numbers are in: a table's "(단위: 천원)".
func (s *NumeralSet) Add(text string) {
	if s.readings == nil {
		s.readings, s.values, s.bare = map[Reading]bool{}, map[string]bool{}, map[string]bool{}
	}
	for _, f := range Numerals(text) {
		for i, r := range f.Readings {
			s.readings[r] = true
			if len(r.Value) > 1 || strings.ContainsFunc(f.Text, unicode.IsNumber) {
				s.values[r.Value] = true
			}
			if i == 0 && r.Unit == "" {
				s.bare[r.Value] = true
			}
		}
	}
	s.declared = append(s.declared, declaredUnits(text)...)
}

// Has reports whether the set has a number: the same amount of the same thing. A number without a unit is had with any unit, but
// not where it is a word for less than ten, as in 한 차례: nearly every text has one of something. One with a unit is had without it
// only where a text says that its numbers are in that unit, or for a year of four digits.
func (s *NumeralSet) Has(f Numeral) bool {
	r := f.Readings[0]
	switch {
	case s.readings[r]:
		return true
	case r.Unit == "":
		return s.values[r.Value]
	case r.Unit == "년" && len(r.Value) == 4 && (r.Value[0] == '1' || r.Value[0] == '2'):
		return s.bare[r.Value]
	case r.Unit == unitMorning && (slices.Contains(f.Readings, Reading{r.Value, ""}) || slices.Contains(f.Readings, Reading{r.Value, "am"})):
		return s.bare[r.Value] // 9 AM of "9 to 6 pm"
	}
	return slices.ContainsFunc(s.declared, func(d declared) bool {
		return d.unit == r.Unit && s.bare[shifted(r.Value, -d.zeros)]
	})
}

// rawNumeral is a number that has been read, before its neighbours are looked at.
type rawNumeral struct {
	start, end int
	readings   []Reading
	mantissa   string // of digits with powers of ten after them and nothing else: 20 of 20만
	zeros      int    // of those powers
}

func (r *rawNumeral) first() Reading { return r.readings[0] }

// also adds readings that are not there yet.
func (r *rawNumeral) also(more ...Reading) {
	for _, one := range more {
		if !slices.Contains(r.readings, one) {
			r.readings = append(r.readings, one)
		}
	}
}

// shifted multiplies a decimal number by a power of ten, which may be negative.
func shifted(value string, zeros int) string {
	sign := ""
	if strings.HasPrefix(value, "-") {
		sign, value = "-", value[1:]
	}
	whole, part, _ := strings.Cut(value, ".")
	for _, r := range whole + part {
		if r < '0' || r > '9' {
			return sign + value // 15의2 is no amount
		}
	}
	const most = 64
	if zeros > most || zeros < -most {
		return sign + value
	}
	for ; zeros > 0; zeros-- {
		if part == "" {
			part = "0"
		}
		whole, part = whole+part[:1], part[1:]
	}
	for ; zeros < 0; zeros++ {
		if whole == "" {
			whole = "0"
		}
		whole, part = whole[:len(whole)-1], whole[len(whole)-1:]+part
	}
	return sign + canonical(whole, part)
}

// canonical is a number without zeros that say nothing.
func canonical(whole, part string) string {
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if part = strings.TrimRight(part, "0"); part != "" {
		return whole + "." + part
	}
	return whole
}
