package korean

import (
	"strconv"
	"strings"
)

var englishNumbers = map[string]int{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
	"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
	"nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}

// englishPowers multiply what stands before them: two hundred days.
var englishPowers = map[string]int{"hundred": 2, "thousand": 3, "million": 6, "billion": 9}

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
	n := englishNumbers[word]
	if n == 0 {
		return
	}
	value, at := strconv.Itoa(n), s.at
	next, end := englishWord(s.text, at)
	if ones := englishNumbers[next]; n >= 20 && 0 < ones && ones < 10 {
		value, at = strconv.Itoa(n+ones), end
		next, end = englishWord(s.text, at)
	}
	for range len(englishPowers) {
		zeros := englishPowers[next]
		if zeros == 0 {
			break
		}
		value, at = shifted(value, zeros), end
		next, end = englishWord(s.text, at)
	}
	rest, space := strings.CutPrefix(s.text[at:], " ")
	end, unit := numeralUnitAt(rest)
	if !space || unit == "" || end < 2 || !isASCIILetter(rune(rest[0])) {
		return
	}
	s.at = at + 1 + end
	s.add(start, Reading{value, unit})
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
