package assistant

import (
	"strings"
	"testing"
)

// A sentence has what a question asks for though it says it with a word that the question's is made of, and not because of a
// word that merely begins alike.
func TestWordsMadeOfOthers(t *testing.T) {
	for _, c := range []struct {
		question, text string
		most, least    float64
	}{
		{"출장비", "출장에서 돌아온 날부터 5일 안에 정산한다.", 0.7, 0.7},
		{"정산일", "정산은 5일 안에 한다.", 0.7, 0.7},
		{"출장비", "출장비는 5일 안에 정산한다.", 1, 1},
		{"출장자", "출석부를 낸다.", 0.3, 0},
		{"회비", "회사는 정한다.", 0, 0}, // 회 alone is no noun to go by
	} {
		a := askOf(c.question)
		if len(a.terms) != 1 {
			t.Fatalf("%s: %d terms", c.question, len(a.terms))
		}
		if got := bagOf(c.text).has(a.terms[0]); got < c.least || got > c.most {
			t.Errorf("%s in %q: %g, want %g to %g", c.question, c.text, got, c.least, c.most)
		}
	}
}

// The heading of an article has the words of a question, and what the question asks for stands below it.
func TestHeadingIsNoAnswer(t *testing.T) {
	for _, c := range []struct{ question, text, want string }{
		{"연차 유급휴가는 며칠인가요?", "제23조(연차 유급휴가)\n① 1년 동안 80퍼센트 이상 출근한 사원에게는 15일의 유급휴가를 준다.\n② 연차휴가는 1시간 단위로 나누어 쓸 수 있다.", "15일"},
		{"정년은 몇 세인가요?", "제37조의2(정년)\n사원의 정년은 만 60세로 한다.\n퇴직일은 그 달의 마지막 날로 한다.", "60세"},
		{"제8조는 무엇을 정하나요?", "제8조(근로계약)\n회사는 사원과 근로계약을 맺는다.", "제8조"}, // its words are an answer here
	} {
		all := candidates(c.question, c.question, []passageText{{above: "취업규칙", text: c.text, score: 1}})
		l := linesOf(c.text)[all[0].line]
		if got := c.text[l.from:l.to]; !strings.Contains(got, c.want) {
			t.Errorf("%s is answered by %q, want what has %q", c.question, got, c.want)
		}
	}
}
