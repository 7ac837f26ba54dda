package assistant

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"exaone/chat"
)

// items are what a probe asks: about six of each skill, half of them in Korean, the most telling first. They are short, so
// that a slow machine gets through, and what is right is plain: a checker that a person could argue with is none.
var items = []item{
	{"상태", SkillFollow, "다른 말 없이 ‘확인했습니다’라고만 답하세요.", chat.Grammar{}, only("확인했습니다")},
	{"lower case", SkillFollow, "Write the word BLUE in lower case letters and nothing else.", chat.Grammar{}, exactly("blue")},
	{"둘째", SkillFollow, "‘사과, 포도, 수박’에서 두 번째 과일만 쓰세요.", chat.Grammar{}, only("포도")},
	{"last word", SkillFollow, "Write only the last word of this sentence: The meeting moved to Thursday", chat.Grammar{}, only("Thursday")},
	{"쉼표", SkillFollow, "1부터 5까지의 수를 쉼표로 구분해 한 줄로 쓰세요. 다른 말은 쓰지 마세요.", chat.Grammar{}, squeezed("1,2,3,4,5")},
	{"backwards", SkillFollow, "Write the numbers from 5 down to 1, separated by commas, and nothing else.", chat.Grammar{}, squeezed("5,4,3,2,1")},

	{"감정", SkillChoose, "고객의 글이 만족인지 불만인지 고르세요.\n“배송이 일주일이나 늦었고 연락도 없었어요.”", choices("만족", "불만"), exactly("불만")},
	{"department", SkillChoose, "Which department handles this request? “My laptop does not turn on.”\nFinance, Legal, IT support or Cafeteria?", choices("Finance", "Legal", "IT support", "Cafeteria"), exactly("IT support")},
	{"부서", SkillChoose, "다음 문의를 맡을 부서를 고르세요: 인사팀, 법무팀, 총무팀, 홍보팀\n“육아휴직을 신청하려면 어떻게 하나요?”", choices("법무팀", "총무팀", "홍보팀", "인사팀"), exactly("인사팀")},
	{"sentiment", SkillChoose, "Is this review positive or negative? “The room was clean and the staff could not have been kinder.”", choices("negative", "positive"), exactly("positive")},
	{"주제", SkillChoose, "다음 문장의 주제를 고르세요: 날씨, 환율, 축구, 요리\n“양파를 잘게 썰어 기름에 볶다가 간장을 넣습니다.”", choices("날씨", "환율", "축구", "요리"), exactly("요리")},
	{"language", SkillChoose, "In which language is this sentence written? “Guten Morgen, wie geht es Ihnen?”", choices("French", "Spanish", "German", "Italian"), exactly("German")},

	{"명함", SkillFill, "다음 글에서 이름과 나이와 도시를 JSON으로 쓰세요.\n“부산에 사는 김민수 씨는 올해 서른네 살(34세)입니다.”",
		form("name:string", "age:integer", "city:string"), fields(map[string]any{"name": "김민수", "age": 34.0, "city": "부산"})},
	{"order", SkillFill, "Write the product, the quantity and the colour of this order as JSON.\n“Please send us 12 chairs in green.”",
		form("product:string", "quantity:integer", "colour:string"), fields(map[string]any{"product": "chair", "quantity": 12.0, "colour": "green"})},
	{"회의", SkillFill, "다음 글에서 회의 장소와 시작하는 시각과 참석 인원을 JSON으로 쓰세요.\n“오후 3시에 302호에서 여덟 명(8명)이 모입니다.”",
		form("place:string", "hour:integer", "people:integer"), fields(map[string]any{"place": "302", "hour": []any{3.0, 15.0}, "people": 8.0})},
	{"flight", SkillFill, "Write where the flight leaves from, where it goes, and its number as JSON.\n“Flight KE081 takes you from Seoul to New York.”",
		form("from:string", "to:string", "number:string"), fields(map[string]any{"from": "Seoul", "to": "New York", "number": "KE081"})},
	{"재고", SkillFill, "다음 글에서 품목과 남은 수량과 주문이 필요한지(needed)를 JSON으로 쓰세요.\n“토너는 2개 남아서 바로 주문해야 합니다.”",
		form("item:string", "left:integer", "needed:boolean"), fields(map[string]any{"item": "토너", "left": 2.0, "needed": true})},
	{"member", SkillFill, "Write the name, the year of joining and whether she still works here as JSON.\n“Maria joined us in 2019 and left last spring.”",
		form("name:string", "year:integer", "works_here:boolean"), fields(map[string]any{"name": "Maria", "year": 2019.0, "works_here": false})},

	{"공지", SkillSummarise, "다음 공지를 한 문장으로 요약하세요.\n“안내드립니다. 10월 4일 토요일에는 전기 점검이 있습니다. 그래서 본관 건물 전체에서 전기를 쓸 수 없습니다. 점검은 오전 9시에 시작해 오후 1시에 끝날 예정입니다. 불편을 드려 죄송합니다.”", chat.Grammar{}, summary(100, "점검", "10월 4일|토요일")},
	{"merger", SkillSummarise, "Summarise this in one sentence.\n“After two years of talks, Hanil Steel has agreed to buy the shipyard of Dongbu Marine. The price is 300 million dollars. The deal must still be approved by the regulator, which may take until June. Shares of both companies rose.”", chat.Grammar{}, summary(220, "Hanil", "Dongbu|shipyard")},
	{"실적", SkillSummarise, "다음 글을 한 문장으로 요약하세요.\n“3분기 매출은 작년 같은 기간보다 12% 늘어난 480억 원이었습니다. 새로 나온 배터리가 유럽에서 잘 팔렸기 때문입니다. 다만 원자재 가격이 올라 이익은 작년과 비슷했습니다.”", chat.Grammar{}, summary(100, "매출|480억|12%", "배터리|원자재|이익")},
	{"policy", SkillSummarise, "Summarise this in one sentence.\n“From 1 March, employees may work from home on two days a week. They choose the days together with their manager. Those who handle confidential documents on paper still have to come to the office every day.”", chat.Grammar{}, summary(200, "home|remote", "two days|2 days|twice|1 March|March 1")},

	{"전화", SkillCopy, "다음 문장에서 전화번호만 그대로 옮겨 쓰세요.\n“총무팀 연락처는 02-3773-1114이고 담당자는 김민수 대리입니다.”", chat.Grammar{}, only("02-3773-1114")},
	{"invoice", SkillCopy, "Copy only the invoice number from this sentence.\n“Invoice INV-20931 over $450 is due on 3 May.”", chat.Grammar{}, only("INV-20931")},
	{"메일", SkillCopy, "다음 문장에서 이메일 주소만 그대로 옮겨 쓰세요.\n“문의는 평일 9시부터 help.desk@example.co.kr 로 보내 주세요.”", chat.Grammar{}, only("help.desk@example.co.kr")},
	{"amount", SkillCopy, "Copy only the total amount from this sentence.\n“Three licences at $120 each come to $360, payable within 30 days.”", chat.Grammar{}, only("$360")},
	{"마감", SkillCopy, "다음 문장에서 마감일만 그대로 옮겨 쓰세요.\n“4월 2일에 공고가 났고 접수 마감일은 5월 17일입니다.”", chat.Grammar{}, only("5월 17일")},
	{"author", SkillCopy, "Copy only the name of the author from this sentence.\n“The report, checked by Lee Jiwon, was written by Park Soyeon.”", chat.Grammar{}, only("Park Soyeon")},

	{"덧셈", SkillReckon, "17 더하기 26은 얼마입니까? 숫자만 쓰세요.", number, exactly("43")},
	{"change", SkillReckon, "A pen costs 3 dollars. I buy 4 pens and pay with a 20 dollar note. How many dollars do I get back? Write the number only.", number, exactly("8")},
	{"날짜", SkillReckon, "오늘은 3월 28일입니다. 5일 뒤는 4월 며칠입니까? 숫자만 쓰세요.", number, exactly("2")},
	{"weekday", SkillReckon, "Today is Friday. Which day of the week is it in three days?", choices("Monday", "Tuesday", "Wednesday", "Thursday", "Saturday", "Sunday"), exactly("Monday")},
	{"비율", SkillReckon, "직원 40명 가운데 25%가 휴가를 갔습니다. 휴가를 간 직원은 몇 명입니까? 숫자만 쓰세요.", number, exactly("10")},
	{"hours", SkillReckon, "A meeting begins at 14:30 and lasts 90 minutes. At what hour does it end (0–23)? Write the number only.", number, exactly("16")},

	{"수도", SkillKnow, "대한민국의 수도는 어디인가요?", chat.Grammar{}, inKorean("서울")},
	{"boiling", SkillKnow, "At how many degrees Celsius does water boil at sea level?", chat.Grammar{}, mentions("100")},
	{"한글", SkillKnow, "한글을 만든 조선의 왕은 누구인가요?", chat.Grammar{}, inKorean("세종")},
	{"author of Hamlet", SkillKnow, "Who wrote the play Hamlet?", chat.Grammar{}, mentions("Shakespeare")},
	{"높임말", SkillKnow, "‘밥 먹었어?’를 높임말로 바꾸어 쓰세요.", chat.Grammar{}, inKorean("드셨|잡수셨|하셨")},
	{"largest planet", SkillKnow, "Which planet of our solar system is the largest?", chat.Grammar{}, mentions("Jupiter")},
}

// number is an answer of digits.
var number = chat.Grammar{Regex: `[0-9]{1,4}`}

func choices(all ...string) chat.Grammar { return chat.Grammar{Choices: all} }

// form is a JSON object with fields NAME:TYPE, all of which are required.
func form(fields ...string) chat.Grammar {
	properties := map[string]any{}
	var names []string
	for _, f := range fields {
		name, kind, _ := strings.Cut(f, ":")
		properties[name] = map[string]any{"type": kind}
		names = append(names, name)
	}
	b, err := json.Marshal(map[string]any{"type": "object", "properties": properties, "required": names, "additionalProperties": false})
	if err != nil {
		panic(err)
	}
	return chat.Grammar{Schema: string(b)}
}

// exactly takes a text and no other.
func exactly(want string) func(string) bool { return func(said string) bool { return said == want } }

// bare is what was said without the marks that models like to put around it.
func bare(said string) string { return strings.Trim(said, " \n\t.!。*`\"'“”‘’()<>") }

// only takes a text, with marks around it.
func only(want string) func(string) bool {
	return func(said string) bool { return bare(said) == bare(want) }
}

// squeezed takes a text however it is spaced.
func squeezed(want string) func(string) bool {
	return func(said string) bool { return strings.Join(strings.Fields(bare(said)), "") == want }
}

// fields takes a JSON object whose texts have in them what they should, in any case, and whose other values are just so. A
// list is of values that are all right.
func fields(want map[string]any) func(string) bool {
	return func(said string) bool {
		var got map[string]any
		if json.Unmarshal([]byte(said), &got) != nil {
			return false
		}
		for name, w := range want {
			switch w := w.(type) {
			case string:
				text, ok := got[name].(string)
				if !ok || !strings.Contains(strings.ToLower(text), strings.ToLower(w)) || len(text) > 3*len(w)+8 {
					return false
				}
			case []any:
				if !slices.Contains(w, got[name]) {
					return false
				}
			default:
				if got[name] != w {
					return false
				}
			}
		}
		return true
	}
}

// has reports whether one of words, which are separated by |, is in a text, in any case.
func has(said, words string) bool {
	return slices.ContainsFunc(strings.Split(words, "|"), func(w string) bool {
		return strings.Contains(strings.ToLower(said), strings.ToLower(w))
	})
}

// sentenceEnd is where one sentence ends and another begins.
var sentenceEnd = regexp.MustCompile(`[.!?。]["'”’]?\s+\S`)

// summary takes one sentence, of so many characters at most, that has each of facts in it.
func summary(most int, facts ...string) func(string) bool {
	return func(said string) bool {
		if len([]rune(said)) > most || sentenceEnd.MatchString(said) || strings.Contains(said, "\n") {
			return false
		}
		return !slices.ContainsFunc(facts, func(f string) bool { return !has(said, f) })
	}
}

// mentions takes an answer that has one of words in it.
func mentions(words string) func(string) bool {
	return func(said string) bool { return has(said, words) }
}

// inKorean takes an answer that has one of words in it and is mostly in Hangul.
func inKorean(words string) func(string) bool {
	return func(said string) bool {
		hangul, letters := 0, 0
		for _, r := range said {
			if unicode.IsLetter(r) {
				letters++
			}
			if unicode.Is(unicode.Hangul, r) {
				hangul++
			}
		}
		return has(said, words) && hangul*10 >= letters*7
	}
}
