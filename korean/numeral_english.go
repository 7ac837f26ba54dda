package korean

import (
	"strconv"
	"strings"
)

var englishNumbers = map[string]int{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
	"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
	"nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}

// englishPowers multiply what stands before them: two hundred days.
var englishPowers = map[string]int{"hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9}

// englishNumber reads three months and twenty-five days: a number in letters where a unit follows. Article 15 is what 제15조 is.
func (s *numeralScan) englishNumber(start int, word string) {
	if word == "article" || word == "articles" {
		more := numeralScan{text: s.text, at: min(s.at+1, len(s.text))}
		if digits := more.digitRun(); digits != "" && s.text[s.at] == ' ' {
			s.at = more.at
			s.add(start, Reading{canonical(digits, ""), "조"})
		}
		return
	}
	value, at := englishValue(s.text, s.at, word)
	if value == 0 {
		return
	}
	rest, space := strings.CutPrefix(s.text[at:], " ")
	end, unit := numeralUnitAt(rest)
	if !space || unit == "" || end < 2 || !isASCIILetter(rune(rest[0])) {
		return
	}
	s.at = at + 1 + end
	s.add(start, Reading{strconv.Itoa(value), unit})
}

// englishValue is the number that a word begins, which ends at a place, and where the words of that number end: one hundred and twenty.
// It is 0 if it begins none, or one that is too large.
func englishValue(text string, at int, word string) (value, end int) {
	const most = 1e15
	part, last := englishNumbers[word], 0 // part is of the next thousands; last is the word before
	if part == 0 {
		return 0, at
	}
	last = part
	for {
		next, to := englishWord(text, at)
		if next == "and" && last == 100 {
			next, to = englishWord(text, to)
		}
		n, power := englishNumbers[next], englishPowers[next]
		switch {
		case power == 100 && part > 0 && part < 100:
			part *= power
		case power > 100 && part > 0 && (value == 0 || value%(power*1000) == 0):
			value, part = value+part*power, 0
		case n > 0 && (last >= 100 || last >= 20 && n < 10):
			part += n
			power = n
		default:
			return value + part, at
		}
		if value+part > most {
			return 0, at
		}
		last, at = power, to
	}
}

// englishWord is the word in letters behind a space or a hyphen at a place, in small letters, and where it ends; "" if there is none.
func englishWord(text string, at int) (word string, end int) {
	if at >= len(text) || text[at] != ' ' && text[at] != '-' {
		return "", at
	}
	for end = at + 1; end < len(text) && isASCIILetter(rune(text[end])); end++ {
	}
	return strings.ToLower(text[at+1 : end]), end
}
