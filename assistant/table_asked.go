package assistant

import (
	"regexp"
	"strings"
)

// Whoever asks for a table says into what something is to be made (표로, 엑셀 파일로, "as a table"), or what is to be made (표를,
// 엑셀을), and then that it is to be done: the endings of a request are listed, since all that is left is said of a table that is
// there: 표로 만들어진 그래프, 표를 옮긴 사람, 표 저장 위치.

// requestEnd is how a request ends, behind a verb in -아 or -어.
const requestEnd = ` ?(?:줘|주세|주십|주시(?:겠|면|기|길|오)|주실 ?(?:래|수 있(?:나|을까|어|으))|주라|주면|줄래|줄 ?수 있(?:나|을까|어|니|냐|겠)|줬으면|달라|봐|보자|놔|둬)`

// requestStop is where a question ends, or its first sentence.
const requestStop = `(?:\s*[.!?~…]|\s*$)`

// requested is what matches verbs with the endings of requests: their stems in -아, without, and in -ㄹ.
func requested(soft, plain, future string) string {
	return `(?:` + soft + `)(?:` + requestEnd + `|(?:라|요)?` + requestStop + `)` +
		`|(?:` + plain + `)(?:자|세요|십시오|시오|고 ?싶(?:어|다|습|은데)|으?면 ?(?:좋|돼|되))|(?:` + plain + `)기(?:\pP|$)|(?:` + future + `) ?수 ?있(?:나|을까|어|니|냐|겠)`
}

// Verbs of making: what is done to come by a table, and what a table may be made of besides.
var (
	tableDoing = `(?:추출|복사|저장|다운 ?로드|작성|출력|변환)`
	tableVerbs = requested(`만들어|뽑아|옮겨|옮겨 ?적어|내보내|꺼내|그려|다운 ?받아|받아|`+tableDoing+`해`,
		`만들|만드|뽑|뽑으|옮기|내보내|꺼내|그리|다운 ?받|받|받으|`+tableDoing+`하`, `만들|뽑을|옮길|내보낼|꺼낼|그릴|받을|`+tableDoing+`할`)
	tableForms = requested(`바꿔|바꾸어|나타내|나타내어|답해|보여|알려|해|(?:정리|요약|표시|제공)해`,
		`바꾸|나타내|나타내|답하|보이|(?:정리|요약|표시|제공)하`, `바꿀|나타낼|(?:정리|요약|표시|제공)할`)
	tableGiven = `(?:줘|주세|주십|주시(?:겠|면|기|길|오)|주실 ?(?:래|수 있(?:나|을까))|줄래|달라|부탁(?:해|드|합|이|` + requestStop + `)|필요(?:해|합))`
	tableAlone = `(?:` + tableDoing + `|정리|요약|표시)?(?: ?(?:부탁|바랍|바라|요망)|[\s\pP]*$)`
)

// tableAfter are words between what is to be made and the verb.
const tableAfter = `(?:만|요)? ?(?:(?:좀|다시|한 ?번|전부|모두|그대로|바로|[가-힣]{1,4}[게히]) ?)?`

// sheetNames is what tables are kept in.
const sheetNames = `(?:엑셀|스프레드시트|csv|xlsx?|excel)`

var (
	// tableInto matches a table that something is to be made into. Its first group is what stands before 표: 비교표로.
	tableInto = regexp.MustCompile(`(?i)(?:^|[^\p{Hangul}\d])(?:([가-힣]{0,3})표|` + sheetNames + `(?: ?파일)?)(?:로|으로)` + tableAfter + `(?:` + tableGiven + `|` + tableVerbs + `|` + tableForms + `|` + tableAlone + `)`)
	// tableOut matches a table that is to be brought out.
	tableOut = regexp.MustCompile(`(?i)(?:^|[^\p{Hangul}\d])(?:표|` + sheetNames + `(?: ?파일)?)(?:를|을)? ?(?:좀 ?)?(?:` + tableGiven + `|` + tableVerbs + `|` + tableDoing + `(?: ?부탁|[\s\pP]*$))`)
	// tableFirst matches a table that is to be made before something else, of which the second group says what.
	tableFirst = regexp.MustCompile(`(?i)(?:^|[^\p{Hangul}\d])(?:(?:([가-힣]{0,3})표|` + sheetNames + `(?: ?파일)?)(?:로|으로)|표를?)` + tableAfter +
		`(?:(?:만들|뽑|옮기|바꾸|나타내|그리|(?:` + tableDoing + `|정리|요약|표시)하)고|(?:만들어|뽑아|옮겨|바꿔|나타내|그려|(?:` + tableDoing + `|정리|요약|표시)해)서?|(?:` + tableDoing + `|정리)하여)[ ,]+(.*)$`)
	// requests matches what ends in a request.
	requests = regexp.MustCompile(`(?:` + requestEnd + `|하세요|하십시오|하라|바랍니다|부탁\S*|싶\S*)(?:요|오|십시오|세요|시오|니다|까|나요|어요)*[\s\pP]*$`)
	// tableEnglish matches the same in English.
	tableEnglish = regexp.MustCompile(`(?i)\b(?:as|into) (?:an? )?table\b|\b(?:as|into|to) (?:an? )?(?:excel|xlsx?|csv|spreadsheet)\b|^(?:an? )?(?:table|excel|csv|spreadsheet)(?: of th|[\s\pP]*$)|` +
		`\b(?:make|extract|copy|get|export|create|build|draw|give|download|save|want|need)(?: me)?(?: an?| the| this| that)? (?:table|excel|xlsx?|csv|spreadsheet)\b`)
	// tableNone matches a question, which wants what is in a table, and none.
	tableNone = regexp.MustCompile(`(?i)(?:얼마|누구|누가|언제|어디|몇|왜|무엇|뭐).*(?:나요|가요|까요|은|는|이죠|지요|니|냐|까|야)[\s\pP]*$|^\s*(?:what|which|who|when|where|why|how|is|are|was|were|does|did)\b`)
)

// noTables is what stands before 표 in words that are no tables.
var noTables = wordSet(`대 목 발 투 득 우 좌 지 수 징 증 공 상 이정`)

// isTable reports whether 표 behind a word is a table: 비교표, but not 영업목표.
func isTable(before string) bool {
	return !noTables[before] && !strings.HasSuffix(before, "목") && !strings.HasSuffix(before, "발")
}

// asksForTable reports whether somebody who asks about what they point at wants a table of it.
func asksForTable(question string) bool {
	question = strings.TrimSpace(question)
	if tableNone.MatchString(question) && !requests.MatchString(question) {
		return false
	}
	if tableOut.MatchString(question) || tableEnglish.MatchString(question) {
		return true
	}
	for _, m := range tableInto.FindAllStringSubmatch(question, -1) {
		if isTable(m[1]) {
			return true
		}
	}
	m := tableFirst.FindStringSubmatch(question)
	return m != nil && isTable(m[1]) && !strings.HasPrefix(m[2], "있") && requests.MatchString(m[2])
}
