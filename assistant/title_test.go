package assistant

import (
	"context"
	"regexp"
	"testing"
	"unicode/utf8"

	"exaone/chat"
)

func TestTitleByRuleIsTheFirstClause(t *testing.T) {
	for question, want := range map[string]string{
		"":           "",
		"?!… \n--- ": "",
		"연차는 며칠인가요? 그리고 병가는요?":                          "연차는 며칠인가요?",
		"## 회의록 요약\n다음 내용을…":                            "회의록 요약",
		"안녕하세요, 저는 신입사원입니다. 반갑습니다":                      "안녕하세요, 저는 신입사원입니다",
		"이번 분기 매출을 정리해 주세요, 표로 부탁드립니다":                  "이번 분기 매출을 정리해 주세요",
		"출장비 지급.txt에서 이름, 금액을 표로 만들어 줘":                 "출장비 지급.txt에서 이름, 금액을 표로 만들어 줘",
		"로그인 안내 화면, 메뉴, 글꼴을 비교해 줘":                      "로그인 안내 화면, 메뉴, 글꼴을 비교해 줘",
		"어제 회의록을 읽고 정리해서, 팀장님께 보낼 메일을 써 줘":              "어제 회의록을 읽고 정리해서",
		"이름, 부서, 출장지, 금액, 지급일, 비고를 표로 만들어 줘":            "이름, 부서, 출장지, 금액, 지급일, 비고를 표로…",
		"3.5 버전과 4.0 버전의 차이":                            "3.5 버전과 4.0 버전의 차이",
		"Explain compound interest. Use an example.":    "Explain compound interest",
		"처음 만난 거래처 담당자에게 보낼 정중하고 간결한 인사 메일을 한국어로 써 주세요": "처음 만난 거래처 담당자에게 보낼 정중하고 간결한…",
		"\n\n  첫 줄이 비어 있는 질문":                           "첫 줄이 비어 있는 질문",
		"가나다라마바사아자차카타파하가나다라마바사아자차카타파하가나다라":              "가나다라마바사아자차카타파하가나다라마바사아자차카타파하가…",
	} {
		got := titleByRule(question)
		if got != want {
			t.Errorf("titleByRule(%q) = %q, want %q", question, got, want)
		}
		if n := utf8.RuneCountInString(got); n > mostTitle {
			t.Errorf("%q has %d characters", got, n)
		}
	}
}

func TestModelsTitleIsOneLineInTheQuestionsLanguage(t *testing.T) {
	for _, c := range []struct {
		level    Level
		question string
		says     string
		want     string
		byModel  bool
		regex    string
	}{
		{Extract, "연차는 며칠인가요?", "쓰이지 않음", "연차는 며칠인가요?", false, ""},
		{Assist, "연차는 며칠인가요?", "연차 휴가 일수", "연차 휴가 일수", true, koreanTitle},
		{Full, "How many days off?", "“Days off” ", "Days off", true, englishTitle},
		{Full, "연차는?", "", "연차는?", false, koreanTitle},
		{Full, "연차는?", "줄이\n둘", "줄이 둘", true, koreanTitle},
	} {
		models := &fakeModels{window: 4096, reply: says(c.says)}
		a := &Assistant{models: models}
		q := Question{Text: c.question, Language: LanguageOf(c.question), Model: Model{Name: "fake", Window: 4096, Level: c.level}}
		got, byModel, err := a.title(context.Background(), q)
		if err != nil || got != c.want || byModel != c.byModel {
			t.Errorf("%s %q: %q %v %v, want %q %v", c.level, c.question, got, byModel, err, c.want, c.byModel)
		}
		if c.regex == "" {
			if len(models.asked) > 0 {
				t.Errorf("a model at %s was asked", c.level)
			}
		} else if models.last().Grammar.Regex != c.regex {
			t.Errorf("%q: held to %q, want %q", c.question, models.last().Grammar.Regex, c.regex)
		}
	}
}

func TestTitleFormsTakeTitles(t *testing.T) {
	for form, c := range map[string]struct{ good, bad []string }{
		koreanTitle:  {[]string{"연차 휴가 규정", "AI 반도체 시장 전망", "Python 코드 정렬", "3분기 매출"}, []string{"Annual leave", "# 연차 규정", "연차\n규정", ""}},
		englishTitle: {[]string{"Annual leave policy", "Sorting people by name in Python"}, []string{"연차 휴가", "\"Quoted\"", "a", ""}},
	} {
		re := regexp.MustCompile("^(?:" + form + ")$")
		for _, s := range c.good {
			if !re.MatchString(s) {
				t.Errorf("%s does not take %q", form, s)
			}
		}
		for _, s := range c.bad {
			if re.MatchString(s) {
				t.Errorf("%s takes %q", form, s)
			}
		}
	}
}

func TestLanguageOfAQuestion(t *testing.T) {
	for text, want := range map[string]chat.Language{
		"안녕": chat.Korean, "Python으로 정렬": chat.Korean, "hello": chat.English, "123 + 4": chat.Korean, "": chat.Korean, "こんにちは": chat.English,
	} {
		if got := LanguageOf(text); got != want {
			t.Errorf("LanguageOf(%q) = %s, want %s", text, got, want)
		}
	}
	if got := LanguageOf("1 + 1 = ?", "earlier in English"); got != chat.English {
		t.Errorf("a question without words is taken for %s", got)
	}
}
