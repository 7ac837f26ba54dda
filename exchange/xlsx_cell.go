package exchange

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// form is how a cell of a sheet looks. Its number is its place in the styles of the workbook.
type form int

const (
	formPlain form = iota
	formHead
	formQuoted // text that begins as a formula does: it stays text when somebody edits it
	formDate   // 2024-03-05
	formDots   // 2024. 3. 5.
	formYear   // 2024년 3월 5일
	formNumber // 1,234
	formParts  // 1,234.50
	formShare  // 12.5%
	formWon    // 1,234원
	formSign   // ₩1,234
	formBelow  // △1,234
)

// codes are the forms' number formats as spreadsheets spell them; "" is the general one.
var codes = [...]string{
	formPlain: "", formHead: "", formQuoted: "@",
	formDate: "yyyy-mm-dd", formDots: `yyyy". "m". "d"."`, formYear: `yyyy"년 "m"월 "d"일"`,
	formNumber: "#,##0", formParts: "#,##0.0#########", formShare: "0.##########%",
	formWon: `#,##0"원"`, formSign: `"₩"#,##0`, formBelow: `#,##0.##########;"△"#,##0.##########`,
}

// A number as a table has it: digits in groups of three or not, with parts of one or not. More than 15 digits a spreadsheet
// would round, and a number that begins with 0 is a name: both stay text.
var (
	figure = regexp.MustCompile(`^[-+]?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d+)?$`)
	day    = regexp.MustCompile(`^(\d{4})(?:-(\d{1,2})-(\d{1,2})|\. ?(\d{1,2})\. ?(\d{1,2})\.?|년 ?(\d{1,2})월 ?(\d{1,2})일)$`)
)

const mostDigits = 15

// valueOf is the number that a cell's text stands for, as a spreadsheet counts, and how that is shown. ok is false for text.
func valueOf(text string) (value string, f form, ok bool) {
	text = strings.TrimSpace(text)
	if serial, f, ok := serialOf(text); ok {
		return strconv.Itoa(serial), f, true
	}
	body, below := strings.CutPrefix(text, "△")
	body, sign := strings.CutPrefix(body, "₩")
	body, won := strings.CutSuffix(body, "원")
	body, share := strings.CutSuffix(body, "%")
	marks := 0
	for _, m := range []bool{below, sign, won, share} {
		if m {
			marks++
		}
	}
	if marks > 1 || !figure.MatchString(body) || below && strings.ContainsAny(body, "+-") {
		return "", formPlain, false
	}
	grouped := strings.Contains(body, ",")
	body = strings.TrimPrefix(strings.ReplaceAll(body, ",", ""), "+")
	whole, parts, _ := strings.Cut(strings.TrimPrefix(body, "-"), ".")
	if len(whole)+len(parts) > mostDigits || (won || sign) && parts != "" {
		return "", formPlain, false
	}
	switch {
	case share:
		return hundredth(body), formShare, true
	case below:
		return "-" + body, formBelow, true
	case won:
		return body, formWon, true
	case sign:
		return body, formSign, true
	case grouped && parts != "":
		return body, formParts, true
	case grouped:
		return body, formNumber, true
	}
	return body, formPlain, true
}

// hundredth moves the point of a decimal number two places to the left, without rounding.
func hundredth(n string) string {
	n, minus := strings.CutPrefix(n, "-")
	whole, parts, _ := strings.Cut(n, ".")
	whole = strings.Repeat("0", max(3-len(whole), 0)) + whole
	n = whole[:len(whole)-2] + "." + whole[len(whole)-2:] + parts
	if minus {
		n = "-" + n
	}
	return n
}

// serialOf is the day that a text is, as spreadsheets count them: 1 is 1 January 1900, and 60 a 29 February that there was
// not. Days before the first of March of that year stay text.
func serialOf(text string) (serial int, f form, ok bool) {
	m := day.FindStringSubmatch(text)
	if m == nil {
		return 0, formPlain, false
	}
	f = formYear
	month, date := m[6], m[7]
	switch {
	case m[2] != "":
		f, month, date = formDate, m[2], m[3]
	case m[4] != "":
		f, month, date = formDots, m[4], m[5]
	}
	y, _ := strconv.Atoi(m[1])
	mo, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(date)
	at := time.Date(y, time.Month(mo), d, 0, 0, 0, 0, time.UTC)
	if at.Month() != time.Month(mo) || at.Day() != d || at.Before(time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)) {
		return 0, formPlain, false
	}
	return int(at.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)) / (24 * time.Hour)), f, true
}

// formula reports whether a spreadsheet could take a text for a formula: it begins with one of the signs that begin one, after
// space or not, in full width or not, and is no number.
func formula(text string) bool {
	bare := strings.TrimLeft(text, " \u00a0\u3000\ufeff\r\n\t")
	if bare == "" {
		return false
	}
	if text[0] == '\t' || text[0] == '\r' {
		return true
	}
	first, _ := utf8.DecodeRuneInString(bare)
	switch first {
	case '=', '@', '＝', '＠', '＋', '－':
		return true
	case '+', '-':
		_, _, number := valueOf(text)
		return !number
	}
	return false
}
