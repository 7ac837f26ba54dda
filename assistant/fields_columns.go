package assistant

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// mostColumns bounds the columns that somebody may name.
const mostColumns = 12

// How people name the columns of a table that they want. What they name stands before the table in Korean, and behind it, or
// before it, in English.
var (
	tableWords   = regexp.MustCompile(`(?i)표로|표를|표\s?(?:하나|형태|형식)|테이블|엑셀|스프레드시트|\bcsv\b|\btable\b|spreadsheet`)
	tableAt      = regexp.MustCompile(`(?i)(?:된|이루어진)?\s*(?:표로|표를|표\s|표$|테이블|엑셀|스프레드시트|csv)`)
	englishAfter = regexp.MustCompile(`(?i)(?:table|spreadsheet|csv)\s+(?:with|of|showing|listing)\s+(?:the\s+)?(?:columns?\s*:?\s*)?(.+)$`)
	englishList  = regexp.MustCompile(`(?i)(?:list|put|collect|extract)\s+(.+?)\s+(?:in|into|as)\s+a\s+(?:table|spreadsheet|csv)`)
	fromWhere    = regexp.MustCompile(`^.*(?:에서|에 나오는|에 나온|에 있는|에 적힌|마다|별로|의)\s+`)
	betweenNames = regexp.MustCompile(`\s*[,，、·/]\s*(?:및\s+|그리고\s+|and\s+)?|\s+(?:및|그리고|and)\s+`)
	andName      = regexp.MustCompile(`(?:와|과|하고|이랑|랑)\s+`)
	behindNames  = regexp.MustCompile(`\s*(?:(?:의|을|를)?\s*(?:열|칸|항목|컬럼|필드|내용)?\s*(?:으로|로|을|를|만|들을|별로)?)\s*(?:된|만든|정리한|뽑아|모아|추려|골라|가지고|정리해서?|정리하여)?\s*$`)
)

// columnsIn are the columns that a question names.
func columnsIn(question string) []string {
	question = strings.TrimRight(strings.TrimSpace(question), ".?!。 ")
	if m := englishAfter.FindStringSubmatch(question); m != nil {
		return columnNames(m[1], false)
	}
	if m := englishList.FindStringSubmatch(question); m != nil {
		return columnNames(m[1], false)
	}
	if at := tableAt.FindStringIndex(question); at != nil {
		return columnNames(question[:at[0]], true)
	}
	return nil
}

// columnNames divides a list of names.
func columnNames(list string, korean bool) []string {
	if korean {
		for { // 금액을 뽑아서
			less := strings.TrimSpace(behindNames.ReplaceAllString(list, ""))
			if less == list {
				break
			}
			list = less
		}
		if i := strings.IndexAny(list, ".?!\n"); i >= 0 && i+1 < len(list) { // a sentence before it
			list = list[strings.LastIndexAny(list, ".?!\n")+1:]
		}
	}
	var names []string
	for i, part := range betweenNames.Split(list, -1) {
		if i == 0 {
			part = fromWhere.ReplaceAllString(part, "")
		}
		pieces := []string{part}
		if korean {
			pieces = andName.Split(part, -1)
		}
		for _, name := range pieces {
			name = strings.Trim(strings.TrimPrefix(strings.TrimSpace(name), "the "), `'"‘’“”「」()<>`)
			if name != "" && utf8.RuneCountInString(name) <= 20 && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) < 2 || len(names) > mostColumns {
		return nil
	}
	return names
}

// sameColumns are names for the same thing at the head of a column.
var sameColumns = [][]string{
	{"이름", "성명", "성함", "name"}, {"금액", "액수", "비용", "가격", "amount", "price", "금액(원)"}, {"날짜", "일자", "일시", "date"},
	{"전화", "전화번호", "연락처", "phone"}, {"주소", "소재지", "address"}, {"부서", "소속", "부서명", "department"}, {"직위", "직급", "직책", "title"},
	{"품목", "품명", "제품", "제품명", "item", "product"}, {"수량", "개수", "quantity"}, {"단가", "unitprice"}, {"합계", "총액", "total"},
	{"번호", "순번", "연번", "no", "no."}, {"비고", "참고", "note"}, {"기간", "period"}, {"업체", "업체명", "회사", "회사명", "거래처", "상호", "company"},
	{"담당", "담당자"}, {"지역", "지점", "region"}, {"이메일", "메일", "전자우편", "email", "e-mail"},
}

// kindsOfColumns are endings that say what kind of thing a column has: 지급액 is an amount, 계약일 a date.
var kindsOfColumns = []struct {
	names  []string
	ending string
}{{[]string{"금액", "액수"}, "액"}, {[]string{"날짜", "일자"}, "일"}, {[]string{"이름", "성명"}, "명"}}

// alikeColumns is how well the name of a column fits what somebody calls it: 3 the same, 2 another word for it, 1 a part of it, 0
// not at all.
func alikeColumns(wanted, head string) int {
	a, b := pressed(wanted), pressed(head)
	if i := strings.IndexAny(b, "(（["); i > 0 {
		b = b[:i] // 금액(원)
	}
	switch {
	case a == "" || b == "":
		return 0
	case a == b:
		return 3
	}
	for _, group := range sameColumns {
		if slices.Contains(group, a) && slices.Contains(group, b) {
			return 2
		}
	}
	for _, kind := range kindsOfColumns {
		if slices.Contains(kind.names, a) && strings.HasSuffix(b, kind.ending) && b != kind.ending {
			return 1
		}
	}
	if least := min(utf8.RuneCountInString(a), utf8.RuneCountInString(b)); least >= 2 && utf8.RuneCountInString(b) <= 20 &&
		(strings.HasSuffix(a, b) || strings.HasSuffix(b, a) || strings.HasPrefix(b, a)) {
		return 1
	}
	return 0
}

// columnsAmong finds for each wanted column which of some heads it is, -1 for none. No head is two columns.
func columnsAmong(wanted, heads []string) (at []int, found int) {
	at = make([]int, len(wanted))
	for i := range at {
		at[i] = -1
	}
	for _, least := range []int{3, 2, 1} {
		for i, w := range wanted {
			if at[i] >= 0 {
				continue
			}
			for c, h := range heads {
				if alikeColumns(w, h) == least && !slices.Contains(at, c) {
					at[i] = c
					found++
					break
				}
			}
		}
	}
	return at, found
}
