package document

import (
	"strconv"
	"strings"
)

// Numbers as Hangul draws them before paragraphs, notes and pages: the codes of HWP 5 ("번호 형식", 한글 문서 파일 형식 5.0,
// table 43), which HWPX (KS X 6101, NumberType2) and HWPML have as names.

// hangulFormats are the names of number formats without underscores and in lower case, and their codes in HWP 5.
var hangulFormats = map[string]int{
	"digit": 0, "circleddigit": 1, "romancapital": 2, "romansmall": 3, "latincapital": 4, "latinsmall": 5,
	"circledlatincapital": 6, "circledlatinsmall": 7, "hangulsyllable": 8, "circledhangulsyllable": 9, "hanguljamo": 10,
	"circledhanguljamo": 11, "hangulphonetic": 12, "ideograph": 13, "circledideograph": 14, "decagoncircle": 15,
	"decagoncirclehanja": 16, "symbol": 0x80, "userchar": 0x81,
}

// hangulFormat is the code of a format's name in HWPX ("HANGUL_SYLLABLE") or HWPML ("HangulSyllable"); digits if it is not known.
func hangulFormat(name string) int {
	return hangulFormats[strings.ToLower(strings.ReplaceAll(name, "_", ""))]
}

// hangulNumber is a number in a format by its code. What the format has no sign for is in digits.
func hangulNumber(format, n int) string {
	if n < 1 {
		return strconv.Itoa(n)
	}
	from := func(signs string) string {
		if all := []rune(signs); n <= len(all) {
			return string(all[n-1])
		}
		return strconv.Itoa(n)
	}
	run := func(first rune, most int) string {
		if n <= most {
			return string(first + rune(n-1))
		}
		return strconv.Itoa(n)
	}
	switch format {
	case 1:
		switch {
		case n <= 20:
			return run('①', 20)
		case n <= 35:
			return string('㉑' + rune(n-21))
		case n <= 50:
			return string('㊱' + rune(n-36))
		}
	case 2:
		return roman(n)
	case 3:
		return strings.ToLower(roman(n))
	case 4:
		return letters(n, 'A')
	case 5:
		return letters(n, 'a')
	case 6:
		return run('Ⓐ', 26)
	case 7:
		return run('ⓐ', 26)
	case 8:
		return syllables(n)
	case 9:
		return from("㉮㉯㉰㉱㉲㉳㉴㉵㉶㉷㉸㉹㉺㉻")
	case 10:
		return from("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ")
	case 11:
		return run('㉠', 14)
	case 12:
		return counted(n, "일이삼사오육칠팔구", "십백천")
	case 13:
		return counted(n, "一二三四五六七八九", "十百千")
	case 14:
		return from("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉")
	case 15:
		return from("갑을병정무기경신임계")
	case 16:
		return from("甲乙丙丁戊己庚辛壬癸")
	case 0x80:
		signs := []string{"*", "†", "‡", "§"}
		return strings.Repeat(signs[(n-1)%4], min((n-1)/4+1, 9))
	}
	return strconv.Itoa(n)
}

// syllables counts 가, 나, … 하, 거, 너, … as Hangul does: the vowel changes when the consonants are through.
func syllables(n int) string {
	consonants := []rune{0, 2, 3, 5, 6, 7, 9, 11, 12, 14, 15, 16, 17, 18}
	vowels := []rune{0, 4, 8, 13, 18, 20} // ㅏ ㅓ ㅗ ㅜ ㅡ ㅣ
	row := (n - 1) / len(consonants)
	if row >= len(vowels) {
		return strconv.Itoa(n)
	}
	return string('가' + (consonants[(n-1)%len(consonants)]*21+vowels[row])*28)
}

// letters counts A, B, … Z, AA, BB, ….
func letters(n int, first rune) string {
	times := (n-1)/26 + 1
	if times > 9 {
		return strconv.Itoa(n)
	}
	return strings.Repeat(string(first+rune((n-1)%26)), times)
}

// counted writes a number below ten thousand as it is said: 이십삼, 二十三.
func counted(n int, digits, units string) string {
	if n > 9999 {
		return strconv.Itoa(n)
	}
	d, u := []rune(digits), []rune(units)
	out := ""
	for place := 3; place >= 0; place-- {
		power := []int{1, 10, 100, 1000}[place]
		digit := n / power % 10
		switch {
		case digit == 0:
		case place == 0:
			out += string(d[digit-1])
		case digit == 1:
			out += string(u[place-1])
		default:
			out += string(d[digit-1]) + string(u[place-1])
		}
	}
	return out
}

// roman is a number below four thousand in Roman numerals.
func roman(n int) string {
	if n > 3999 {
		return strconv.Itoa(n)
	}
	values := []int{1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1}
	signs := []string{"M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"}
	out := ""
	for i, v := range values {
		for ; n >= v; n -= v {
			out += signs[i]
		}
	}
	return out
}

// hangulLevels is how many levels numbered paragraphs have.
const hangulLevels = 10

// hangulNumbering is a numbering of paragraphs: what is drawn at each level, and how far each has counted.
type hangulNumbering struct {
	levels  [hangulLevels]hangulLevel
	reached [hangulLevels]int
}

type hangulLevel struct {
	text   string // "^1.^2.": the numbers of levels 1 and 2, each with a full stop
	format int
	start  int
}

// next counts one on at a level from 0 and returns what is drawn. Levels that were passed over count as begun.
func (h *hangulNumbering) next(level int) string {
	level = min(max(level, 0), hangulLevels-1)
	for i := range level {
		if h.reached[i] == 0 {
			h.reached[i] = max(h.levels[i].start, 1)
		}
	}
	if h.reached[level] == 0 {
		h.reached[level] = max(h.levels[level].start, 1)
	} else {
		h.reached[level]++
	}
	clear(h.reached[level+1:])
	return h.drawn(level)
}

// drawn is the text of a level with the numbers put in: ^1 to ^9 and ^0 (the tenth) those of a level, ^n and ^N all of them.
func (h *hangulNumbering) drawn(level int) string {
	text := h.levels[level].text
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '^' || i+1 == len(text) {
			out.WriteByte(text[i])
			continue
		}
		i++
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			of := (int(c-'0') + 9) % 10
			out.WriteString(hangulNumber(h.levels[of].format, max(h.reached[of], 1)))
		case c == 'n' || c == 'N':
			for of := range level + 1 {
				if of > 0 {
					out.WriteByte('.')
				}
				out.WriteString(hangulNumber(h.levels[of].format, max(h.reached[of], 1)))
			}
			if c == 'N' {
				out.WriteByte('.')
			}
		default:
			out.WriteByte('^')
			out.WriteByte(c)
		}
	}
	return out.String()
}

// hangulBullet is a bullet that can be read: fonts of pictures (Wingdings) have theirs in the private use area.
func hangulBullet(sign string) string {
	known := map[rune]string{
		0x6c: "●", 0x6d: "○", 0x6e: "■", 0x6f: "□", 0x71: "❑", 0x72: "❒", 0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x77: "⬥",
		0x9f: "•", 0xa7: "▪", 0xa8: "◻", 0xd8: "➢", 0xe0: "→", 0xe8: "➔", 0xfc: "✓", 0xfe: "☑",
	}
	var out strings.Builder
	for _, r := range sign {
		switch {
		case r < 0xe000 || r > 0xf8ff:
			out.WriteRune(r)
		case known[r&0xff] != "" && r&0xff00 == 0xf000:
			out.WriteString(known[r&0xff])
		default:
			out.WriteString("•")
		}
	}
	return out.String()
}
