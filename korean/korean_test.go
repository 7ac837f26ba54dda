package korean

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWordsDivideScripts(t *testing.T) {
	var got []string
	for w := range Words("JTBC는 2차대전 AI기반 ＡＢＣ 안녕, 한·미관계 시ㆍ군ㆍ구 학교·집") {
		got = append(got, w.Text)
		if w.Text == "차대전" && !w.Glued {
			t.Error("차대전 is not glued to its number")
		}
	}
	want := []string{"jtbc", "는", "2", "차대전", "ai", "기반", "abc", "안녕", "한미관계", "시군구", "학교", "집"}
	if !slices.Equal(got, want) {
		t.Errorf("words %q, want %q", got, want)
	}
}

func TestStems(t *testing.T) {
	for word, want := range map[string]string{
		// Particles, one and more, with what they must agree with.
		"천황에": "천황", "대통령에게서는": "대통령", "학생들이": "학생", "학교까지도": "학교", "높이로서": "높이", "기반으로써": "기반",
		"사람은": "사람", "소토마요르가": "소토마요르", "민주주의는": "민주주의", "행동자유권을": "행동자유권", "것이다": "것", "누구인가": "누구",
		// What only looks like one.
		"제도": "제도", "경기도": "경기도", "메이지": "메이지", "국가": "국가", "결과": "결과", "최고": "최고", "대한민국": "대한민국", "국무회의": "국무회의",
		// Light verbs.
		"설립되었다": "설립", "무시하였다": "무시", "발견되기까지": "발견", "개최했나": "개최", "인정받았다": "인정", "위치하고": "위치", "설립된": "설립",
		"연구되어야": "연구", "부정적인": "부정적", "사용하기": "사용", "발전시켜": "발전",
		// Other verbs.
		"낮췄다": "낮추", "보였다": "보이", "만들었다": "만드", "불렀다": "부르", "맡았던": "맡", "맡은": "맡", "있는": "있", "이루어졌다": "이루어지",
		"사람이었다": "사람", "학자였다": "학자", "움직였다": "움직이", "높였다": "높이", "개최해": "개최",
		// Not Hangul.
		"ai": "ai", "companies": "company", "models": "model", "bus": "bus", "大韓民國": "大韓民國",
	} {
		if got := Stems(word); len(got) == 0 || got[0] != want {
			t.Errorf("stems of %s: %q, want first %s", word, got, want)
		}
	}
	for word, want := range map[string]string{"낮춘": "낮추", "이끈": "이끄", "만든": "만드", "열린": "열리"} {
		if got := Readings(word); !slices.Contains(got, want) {
			t.Errorf("readings of %s: %q, want among them %s", word, got, want)
		}
	}
	for word, want := range map[string][]string{"작가": {"작가"}, "카이로": {"카이", "카이로"}, "왕이": {"왕", "왕이"}, "지난해": {"지난", "지난해"}} {
		if got := Stems(word); !slices.Equal(got, want) {
			t.Errorf("stems of %s: %q, want %q", word, got, want)
		}
	}
}

func TestKeyboardsBothWays(t *testing.T) {
	for keys, want := range map[string]string{"dkssud": "안녕", "rkqtdms": "값은", "djqtek": "없다", "RkcL": "까치", "ghldml": "회의", "dhkstjd": "완성", "2017sus": "2017년"} {
		if got := Hangulize(keys); got != want {
			t.Errorf("%s: %s, want %s", keys, got, want)
		}
	}
	for _, text := range []string{"없다 값은 닭이 읽었다", "대한민국 회의", "완성 꿰뚫다 의사"} {
		if got := Hangulize(Latinize(text)); got != text {
			t.Errorf("%s there and back: %s", text, got)
		}
	}
	if got := Latinize("ㅗ디ㅣㅐ"); got != "hello" {
		t.Errorf("ㅗ디ㅣㅐ: %s, want hello", got)
	}
}

func TestJamoComesBack(t *testing.T) {
	var all strings.Builder
	for r := '가'; r <= '힣'; r++ {
		all.WriteRune(r)
	}
	if got := FromJamo(Jamo(all.String())); got != all.String() {
		t.Error("the syllables of Unicode do not come back from their jamo")
	}
	if got := Choseong("대한민국 ABC"); got != "ㄷㅎㅁㄱ ABC" {
		t.Errorf("initial consonants: %s", got)
	}
}

func TestNumbersHaveOneSpelling(t *testing.T) {
	for want, spellings := range map[string][]string{
		"30000000원":       {"3천만원", "3천만 원", "30,000,000원", "3,000만 원", "₩30,000,000", "삼천만 원", "３０００만원"},
		"120000000원":      {"1억 2,000만 원", "1억2천만원", "1.2억 원", "일억 이천만원"},
		"12000000000000원": {"12조 원", "12조원"},
		"12조":             {"제12조", "12조", "12조의"},
		"2024-03-05":      {"2024년 3월 5일", "2024. 3. 5.", "2024.3.5", "2024-03-05", "2024/3/5", "24.3.5.", "2024년3월5일"},
		"100㎡":            {"100㎡", "100 제곱미터", "100제곱미터의", "100 m²"},
		"30%":             {"30%", "30퍼센트", "30프로", "30 ％"},
		"3명":              {"세 명", "3명이", "3인의", "3 명"},
		"5km":             {"5km", "5㎞", "5 킬로미터"},
		"10000000명":       {"1000만 명", "1,000만명"},
	} {
		for _, text := range spellings {
			found := false
			for n := range Numbers(text) {
				found = found || n.Text == want
				if n.Start < 0 || n.End > len(text) || n.Start >= n.End {
					t.Errorf("%s: %+v", text, n)
				}
			}
			if !found {
				t.Errorf("%s: %v, want among them %s", text, slices.Collect(Numbers(text)), want)
			}
		}
	}
	for _, text := range []string{"한국 사람", "세종대왕", "일본", "오월", "이천", "백제", "만원권이"} {
		if got := slices.Collect(Numbers(text)); len(got) > 0 {
			t.Errorf("%s: %v, want no number", text, got)
		}
	}
}

func FuzzTerms(f *testing.F) {
	f.Add("2024년 3월 5일 3천만 원, ㄱㄴㄷ 값은 12조")
	f.Add("각 \xff１２,345.6조 억원 0000001억년")
	f.Add("24.13.5. ₩ 9,999,999,999,999,999,999,999,999,999,999조원")
	f.Add("ㅗ디ㅣㅐ 설립되었다ㅋㅋ é일억원억만천")
	f.Fuzz(func(t *testing.T, text string) {
		n := 0
		Terms(text, func(term Term) bool {
			n++
			if term.Text == "" || term.Start < 0 || term.End > len(text) || term.Start >= term.End {
				t.Fatalf("%q: term %+v", text, term)
			}
			return true
		})
		if n > 8*len(text)+8 {
			t.Fatalf("%d bytes have %d terms", len(text), n)
		}
		last := 0
		for w := range Words(text) {
			if w.Start < last || w.End <= w.Start {
				t.Fatalf("%q: word %+v after %d", text, w, last)
			}
			last = w.End
			Readings(w.Text)
		}
		if back := FromJamo(Jamo(Fold(text))); utf8.ValidString(text) && WholeSyllables(Fold(text)) && back != Fold(text) {
			t.Fatalf("%q becomes %q from its jamo", Fold(text), back)
		}
		if got, want := utf8.RuneCountInString(Choseong(text)), utf8.RuneCountInString(text); utf8.ValidString(text) && got != want {
			t.Fatalf("%q has %d initials, want %d", text, got, want)
		}
		Latinize(Hangulize(text))
	})
}
