package korean

import (
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Number is a number of a text in one spelling: 30000000원 for 3천만 원, 3,000만원 and ₩30,000,000; 30% for 30퍼센트 and
// 30프로; 12조 for 제12조; 2024-03-05 for 2024년 3월 5일, 2024. 3. 5. and 24.3.5.
type Number struct {
	Start, End int // bytes of the text
	Text       string
	Part       bool // of what has been yielded whole: the bare 12 of 12조, the month of a date
}

// Numbers yields the numbers of a text, each with its unit and, as Part, without; a date also in its parts.
func Numbers(text string) iter.Seq[Number] {
	return func(yield func(Number) bool) {
		after := false // a syllable stands before
		for i := 0; i < len(text); {
			r, size := utf8.DecodeRuneInString(text[i:])
			if !begins(r, after) {
				after = isSyllable(r)
				i += size
				continue
			}
			n := scan{text: text, start: i, at: i}
			if !n.number(r) {
				after = isSyllable(r)
				i += size
				continue
			}
			for _, found := range n.found {
				if !yield(found) {
					return
				}
			}
			r, _ = utf8.DecodeLastRuneInString(text[:n.at])
			i, after = n.at, isSyllable(r)
		}
	}
}

// begins reports whether a number can begin with a rune: a digit, a sign of money, or at the beginning of a word one of
// the numbers that are written in Hangul.
func begins(r rune, after bool) bool {
	switch {
	case r < utf8.RuneSelf:
		return '0' <= r && r <= '9' || r == '$'
	case isSyllable(r):
		return !after && strings.ContainsRune("한두세네다여일아열이삼사오육칠팔구십백천만억", r)
	}
	return '\uff10' <= r && r <= '\uff19' || strings.ContainsRune("₩￦€£", r)
}

// scan reads one number.
type scan struct {
	text      string
	start, at int
	found     []Number
}

func (n *scan) add(text string, part bool) {
	n.found = append(n.found, Number{Start: n.start, End: n.at, Text: text, Part: part})
}

// number reads what begins at the place with a rune, and reports whether that was a number.
func (n *scan) number(r rune) bool {
	if isSyllable(r) {
		return n.native() || n.spelled()
	}
	currency := n.sign()
	if n.at == n.start && n.date() {
		return true
	}
	value, ok := n.digits()
	if !ok {
		return false
	}
	value = n.multiplied(value)
	bare := n.at
	unit := currency
	if unit == "" {
		unit = n.unit()
	}
	if unit == "년" {
		n.yearOf(value)
		return true
	}
	if unit != "" {
		n.add(value+unit, false)
	}
	n.found = append(n.found, Number{Start: n.start, End: bare, Text: value, Part: unit != ""})
	return true
}

// sign reads a sign of money before a number.
func (n *scan) sign() string {
	for sign, unit := range moneySigns {
		if rest, ok := strings.CutPrefix(n.text[n.at:], sign); ok && rest != "" && (isDigit(rest[0]) || rest[0] == ' ' && len(rest) > 1 && isDigit(rest[1])) {
			n.at += len(sign)
			if rest[0] == ' ' {
				n.at++
			}
			return unit
		}
	}
	return ""
}

var moneySigns = map[string]string{"₩": "원", "\uffe6": "원", "$": "달러", "€": "유로", "£": "파운드"}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// maxDigits bounds a number: what is longer is a code, of which the first digits are taken.
const maxDigits = 30

// digits reads 12, 1,234,567 and 3.5, in any width, without their commas. A number whose groups are not of three
// digits ends before the comma.
func (n *scan) digits() (string, bool) {
	var b strings.Builder
	at, grouped := n.at, false
	for at < len(n.text) {
		d, size := digitAt(n.text[at:])
		switch {
		case d != 0:
			if b.Len() < maxDigits {
				b.WriteByte(d)
			}
			at += size
			continue
		case b.Len() > 0 && n.text[at] == ',' && (grouped || b.Len() <= 3) && threeDigits(n.text[at+1:]):
			grouped = true
			at++
			continue
		}
		break
	}
	if b.Len() == 0 {
		return "", false
	}
	whole := strings.TrimLeft(b.String(), "0")
	if whole == "" {
		whole = "0"
	}
	if at+1 < len(n.text) && n.text[at] == '.' && isDigit(n.text[at+1]) {
		end := at + 1
		for end < len(n.text) && isDigit(n.text[end]) {
			end++
		}
		// 1.2.3 is a version or an address, of which this is but a part.
		if end-at <= maxDigits && !(end+1 < len(n.text) && n.text[end] == '.' && isDigit(n.text[end+1])) {
			whole = strings.TrimRight(whole+n.text[at:end], "0")
			whole = strings.TrimSuffix(whole, ".")
			at = end
		}
	}
	n.at = at
	return whole, true
}

// digitAt returns the digit, ASCII or full width, that a text begins with, or 0.
func digitAt(s string) (digit byte, size int) {
	if isDigit(s[0]) {
		return s[0], 1
	}
	if r, size := utf8.DecodeRuneInString(s); '\uff10' <= r && r <= '\uff19' {
		return byte(r-'\uff10') + '0', size
	}
	return 0, 0
}

// threeDigits reports whether a text begins with three digits and no fourth.
func threeDigits(s string) bool {
	return len(s) >= 3 && isDigit(s[0]) && isDigit(s[1]) && isDigit(s[2]) && (len(s) == 3 || !isDigit(s[3]))
}

// powers are the words that multiply what stands before them.
var powers = []struct {
	word  string
	zeros int
}{{"십", 1}, {"백", 2}, {"천", 3}, {"만", 4}, {"억", 8}, {"조", 12}}

// maxPowers bounds how many of them make one number.
const maxPowers = 16

// multiplied reads 천, 만, 억 and the numbers between them (1억 2,000만) and returns the value in digits. 조 multiplies
// only before money or 억 and 만: otherwise it is an article of a law.
func (n *scan) multiplied(value string) string {
	if strings.Contains(value, ".") {
		return n.decimal(value)
	}
	total, section, current := "0", "0", value
	read := false
	for range maxPowers {
		word, zeros, end := n.power()
		if word == "" {
			break
		}
		n.at = end
		read = true
		if zeros < 4 {
			section, current = plus(section, shift(current, zeros)), "0"
		} else {
			section = plus(section, current)
			total, section, current = plus(total, shift(section, zeros)), "0", "0"
		}
		// What follows is of the same number: 3천 5백, 1억 2,000만.
		next := scan{text: n.text, at: n.at}
		if zeros >= 4 && next.at < len(next.text) && next.text[next.at] == ' ' {
			next.at++
		}
		from := next.at
		if more, ok := next.digits(); ok && next.at > from && !strings.Contains(more, ".") {
			if w, _, _ := (&scan{text: n.text, at: next.at}).power(); w == "" && from > n.at {
				break // 1억 2009년: another number
			}
			current, n.at = more, next.at
		}
	}
	if !read {
		return value
	}
	return plus(total, plus(section, current))
}

// decimal reads what multiplies 1.5: 1.5억.
func (n *scan) decimal(value string) string {
	for range maxPowers {
		word, zeros, end := n.power()
		if word == "" {
			return value
		}
		n.at = end
		whole, part, _ := strings.Cut(value, ".")
		if len(part) < zeros {
			part += strings.Repeat("0", zeros-len(part))
		}
		value = strings.TrimLeft(whole+part[:zeros], "0")
		if rest := strings.TrimRight(part[zeros:], "0"); rest != "" {
			value += "." + rest
		}
		if value == "" || value[0] == '.' {
			value = "0" + value
		}
	}
	return value
}

// power returns the multiplying word at the place, and its end.
func (n *scan) power() (word string, zeros, end int) {
	for _, p := range powers {
		rest, ok := strings.CutPrefix(n.text[n.at:], p.word)
		if !ok {
			continue
		}
		if p.word == "조" && !multiplies(rest) {
			return "", 0, n.at
		}
		return p.word, p.zeros, n.at + len(p.word)
	}
	return "", 0, n.at
}

// multiplies reports whether 조 before this is 10¹²: money follows, or a smaller part of the number.
func multiplies(rest string) bool {
	rest = strings.TrimPrefix(rest, " ")
	for _, money := range []string{"원", "달러", "엔", "유로", "위안"} {
		if strings.HasPrefix(rest, money) {
			return true
		}
	}
	more := scan{text: rest}
	if _, ok := more.digits(); !ok {
		return false
	}
	return strings.HasPrefix(rest[more.at:], "억") || strings.HasPrefix(rest[more.at:], "천억") || strings.HasPrefix(rest[more.at:], "만")
}

// shift multiplies a number in digits by a power of ten.
func shift(digits string, zeros int) string {
	if digits == "0" {
		return "0"
	}
	return digits + strings.Repeat("0", zeros)
}

// plus adds two numbers in digits.
func plus(a, b string) string {
	if a == "0" {
		return b
	}
	if b == "0" {
		return a
	}
	n := max(len(a), len(b)) + 1
	sum := make([]byte, n)
	carry := byte(0)
	for i := 1; i <= n; i++ {
		d := carry
		if i <= len(a) {
			d += a[len(a)-i] - '0'
		}
		if i <= len(b) {
			d += b[len(b)-i] - '0'
		}
		sum[n-i], carry = d%10+'0', d/10
	}
	return strings.TrimLeft(string(sum), "0")
}

// small returns a number of at most max, or 0.
func small(digits string, most int) int {
	v, err := strconv.Atoi(digits)
	if err != nil || v > most {
		return 0
	}
	return v
}
