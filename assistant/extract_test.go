package assistant

import "testing"

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
