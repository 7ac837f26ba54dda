package assistant

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// sentencesOf cuts an answer that comes in pieces of so many bytes, and holds each place to its text.
func sentencesOf(t *testing.T, answer string, piece int) []string {
	t.Helper()
	m := marks{last: 3}
	var c cutter
	var said strings.Builder
	var all []sentence
	feed := func(text string) {
		said.WriteString(text)
		all = append(all, c.feed(text)...)
	}
	for rest := answer; rest != ""; {
		n := min(piece, len(rest))
		for n < len(rest) && rest[n]&0xC0 == 0x80 {
			n++
		}
		feed(m.feed(rest[:n]))
		rest = rest[n:]
	}
	feed(m.close())
	all = append(all, c.close()...)
	texts := []string{}
	wide := utf16.Encode([]rune(said.String()))
	for _, s := range all {
		if got := string(utf16.Decode(wide[s.from:s.to])); got != s.text {
			t.Errorf("%q is at %d to %d, where %q is", s.text, s.from, s.to, got)
		}
		texts = append(texts, s.text)
	}
	return texts
}

func TestSentencesEndWhereTheirCitationsDo(t *testing.T) {
	for _, c := range []struct {
		answer string
		want   []string
	}{
		{"연차는 15일입니다 [1]. 병가는 60일입니다. [2]", []string{"연차는 15일입니다 [1].", "병가는 60일입니다. [2]"}},
		{"금리는 3.5%입니다. [1] 다음은 다릅니다.", []string{"금리는 3.5%입니다. [1]", "다음은 다릅니다."}},
		{"제3조. 휴가는 15일이다 [1][2]", []string{"제3조. 휴가는 15일이다 [1][2]"}},
		{"2026. 3. 1. 시행한다 [1].\n1. 첫째 [1]\n2. 둘째 [2]", []string{"2026. 3. 1. 시행한다 [1].", "1. 첫째 [1]", "2. 둘째 [2]"}},
		{"Mr. Kim et al. wrote it, e.g. here. [1] No. 5 is next. [2]", []string{"Mr. Kim et al. wrote it, e.g. here. [1]", "No. 5 is next. [2]"}},
		{"| 항목 | 15일 [1] |\n|---|---|\n| 병가 | 60일 [2] |", []string{"| 항목 | 15일 [1]", "| 병가 | 60일 [2]"}},
		{"[1]에 따르면 15일이다. 끝.", []string{"[1]에 따르면 15일이다.", "끝."}},
		{"A는 3 [1]이며 B는 4이다 [2].", []string{"A는 3 [1]이며 B는 4이다 [2]."}},
		{"A는 3이다 [1] B는 4이다 [2]", []string{"A는 3이다 [1]", "B는 4이다 [2]"}},
		{"모릅니다 [9]. 압니다 [1, 9, 2].", []string{"모릅니다.", "압니다 [1][2]."}},
		{"“정말?”이라고 물었다. [1] 네!", []string{"“정말?”이라고 물었다. [1]", "네!"}},
		{"[별표 1]을 본다 [ 1 ]. 가[나", []string{"[별표 1]을 본다 [1].", "가[나"}},
		{"👋 안녕하세요. [1] 👋 다시 [2]", []string{"👋 안녕하세요. [1]", "👋 다시 [2]"}},
		{"그렇다… [1]\n\n- 가. 나 [2]\n", []string{"그렇다… [1]", "- 가. 나 [2]"}},
		{"끝이다.[1] [2] 새 문장", []string{"끝이다.[1] [2]", "새 문장"}},
		{"", []string{}},
		{"...", []string{}},
		{"[1]", []string{"[1]"}},
	} {
		for _, piece := range []int{1, 2, 3, 5, 1000} {
			if got := sentencesOf(t, c.answer, piece); !slices.Equal(got, c.want) {
				t.Errorf("%q in pieces of %d:\n got %q\nwant %q", c.answer, piece, got, c.want)
			}
		}
	}
}

// FuzzSentences has any answer cut, in pieces and at once: the same comes out.
func FuzzSentences(f *testing.F) {
	for _, seed := range []string{"가 [1]. 나.[2]\n3.5 [9]", "[[1]]] [,] [1,", "...?! [1] . [2]", "제3조. 가. [1]이며"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		answer = storable(answer)
		if len(answer) > 2000 {
			return
		}
		whole := sentencesOf(t, answer, len(answer)+1)
		if pieces := sentencesOf(t, answer, 1); !slices.Equal(whole, pieces) {
			t.Errorf("%q: at once %q, in pieces %q", answer, whole, pieces)
		}
	})
}

func TestQuotes(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"“취업규칙”과 ‘연차 휴가’", []string{"취업규칙", "연차 휴가"}},
		{`그는 "아니오"라고 했다`, []string{"아니오"}},
		{"don't and 'the dog's name' here", []string{"the dog's name"}},
		{"「근로기준법」 제60조, 『논어』", []string{"근로기준법", "논어"}},
		{"5' 3\" and '", nil},
		{"“열린 채", nil},
	} {
		if got := quoted(c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestNamesStandInOneText(t *testing.T) {
	for _, c := range []struct {
		said    string
		sources []string
		missing string
	}{
		{"‘휴가 신청서’를 낸다", []string{"휴가신청서를 낸다"}, ""},
		{"‘휴가 신청서’를 낸다", []string{"직원의 휴가", "신청서를 낸다"}, "휴가 신청서"},
		{"'C++'로 쓴다", []string{"Oracle로 쓴다"}, "C++"}, {"'C++'로 쓴다", []string{"c++로 쓴다"}, ""}, {"'C'로 쓴다", []string{"C++로 쓴다"}, "C"},
		{"'art'를 쓴다", []string{"start로 쓴다"}, "art"}, {"'art'를 쓴다", []string{"Art로 쓴다"}, ""},
		{"‘Model 5’이다", []string{"Model 55이다"}, "Model 5"}, {"‘IT팀’에 낸다", []string{"IT 팀에서"}, ""}, {"‘갑’은", []string{"“갑”과 을"}, ""},
	} {
		need := needs{names: quoted(c.said)}
		var g ground
		for _, source := range c.sources {
			g.add(source)
		}
		if got := strings.Join(g.missing(&need), "|"); got != c.missing {
			t.Errorf("%s over %q misses %q, want %q", c.said, c.sources, got, c.missing)
		}
		var again []string
		for _, one := range missingIn(c.said, c.sources...) {
			if slices.Contains(need.names, one) {
				again = append(again, one)
			}
		}
		if got := strings.Join(again, "|"); got != c.missing {
			t.Errorf("%s over %q, looked at again, misses %q, want %q", c.said, c.sources, got, c.missing)
		}
	}
}
