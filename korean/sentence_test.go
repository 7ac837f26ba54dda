package korean

import (
	"slices"
	"strings"
	"testing"
)

func TestSentences(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"출장비를 낸다. 영수증을 붙인다!  \n끝", []string{"출장비를 낸다.", "영수증을 붙인다!", "끝"}},
		{"1. 목적은 이렇다. 가. 숙박비는 2024. 3. 5. 부터 오른다.", []string{"1. 목적은 이렇다.", "가. 숙박비는 2024. 3. 5. 부터 오른다."}},
		{"값은 3.14이다. “그렇다.” 그는 말했다(2쪽 참조.) 끝.", []string{"값은 3.14이다.", "“그렇다.”", "그는 말했다(2쪽 참조.)", "끝."}},
		{"제3조. 정의", []string{"제3조. 정의"}},
		{"", nil},
		{" \n ", nil},
		{"www.lg.co.kr에 있다", []string{"www.lg.co.kr에 있다"}},
		{"J. Smith wrote it. Then left.", []string{"J. Smith wrote it.", "Then left."}},
	} {
		var got []string
		for from, to := range Sentences(c.text) {
			got = append(got, c.text[from:to])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func FuzzSentences(f *testing.F) {
	f.Add("가. 나다. \n\xff. .")
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		var rest strings.Builder
		for from, to := range Sentences(text) {
			if from < last || to <= from || to > len(text) {
				t.Fatalf("%q: %d to %d after %d", text, from, to, last)
			}
			if gap := strings.TrimSpace(text[last:from]); gap != "" {
				t.Errorf("%q: %q is in no sentence", text, gap)
			}
			rest.WriteString(text[from:to])
			last = to
		}
		if strings.TrimSpace(text[last:]) != "" {
			t.Errorf("%q: %q is in no sentence", text, text[last:])
		}
	})
}
