package index

import (
	"slices"
	"strings"
	"testing"
)

// office is a small collection, as a company has it.
var office = newBrute([]Document{
	{ID: "휴가", Title: "휴가 규정", Passages: []Passage{{Text: "제12조(연차휴가) 1년간 80퍼센트 이상 출근한 직원에게 15일의 연차휴가를 준다. 휴가는 3일 전에 부서장에게 신청한다."}}},
	{ID: "출장", Title: "국내출장 여비 지침", Passages: []Passage{{Text: "숙박비는 1박에 7만 원까지 실비로 지급한다. 영수증을 붙여야 한다."}, {Text: "교통비는 KTX 일반실을 기준으로 한다. 자가용은 1㎞에 250원이다."}}},
	{ID: "보안", Title: "정보보호 지침", Passages: []Passage{{Text: "개인정보보호법에 따라 고객의 정보를 암호화하여 보관하였다. 비밀번호는 90일마다 바꾼다."}}},
	{ID: "회의", Title: "경영회의 회의록", Passages: []Passage{{Text: "2024년 3월 5일 경영회의에서 대표이사는 3,000만 원의 예산을 승인했다. AI기반 상담 시스템을 구축하기로 결정하였다."}}},
	{ID: "실적", Title: "2분기 실적", Passages: []Passage{{Text: "매출은 2분기에 12조 원으로 늘었고, 핵심성과지표를 모두 달성했다. The server model was deployed."}}},
	{ID: "박물관", Title: "박물관", Passages: []Passage{{Text: "메이지 천황 시대의 유물을 전시하고 있으며, 대한민국 정부가 지원한다. 면적은 100제곱미터이다."}}},
	{ID: "잡담", Passages: []Passage{{Text: "오늘 점심은 무엇을 먹을까? 날씨가 좋으니 밖에서 먹자."}}},
	{ID: "설명서", Title: "프린터 설명서", Passages: []Passage{{Text: "종이가 걸리면 뒷면의 덮개를 열고 천천히 당긴다. 전원을 끄고 다시 켠다."}}},
})

// bestOf is the document found first, and "" where nothing is.
func bestOf(q Query) string {
	hits := office.search(&q)
	if len(hits) == 0 {
		return ""
	}
	return hits[0].Document
}

func TestQuestionsAsKoreansTypeThem(t *testing.T) {
	for _, c := range []struct{ question, want string }{
		{"연차휴가는 며칠인가요?", "휴가"},
		{"연차 휴가", "휴가"},
		{"숙박비로 얼마까지 주나", "출장"},
		{"비밀번호는 언제 바꾸나", "보안"},
		{"예산을 승인한 사람은 누구인가", "회의"},
		// Without spaces, and with ones where the text has none.
		{"숙박비는얼마까지지급하나", "출장"},
		{"개인 정보 보호 법", "보안"},
		{"인공지능상담시스템구축", "회의"},
		// Mistyped.
		{"숙박피 지급", "출장"},
		{"영스증", "출장"},
		{"암호하하여 보관", "보안"},
		// The other keyboard, both ways.
		{"tnrqkrql", "출장"},
		{"dudtnwmddmf qnxdudi", "출장"},
		{"ㄴㄷㄱㅍㄷㄱ ㅡㅐㅇ디", "실적"},
		{"server model", "실적"},
		// Initial consonants: of words, with particles, across words, of titles.
		{"ㅅㅂㅂ", "출장"},
		{"ㅇㅅㅈㅇ", "출장"},
		{"ㄷㅎㅁㄱㅈㅂ", "박물관"},
		{"ㅂㅁㄱ", "박물관"},
		{"ㅎㅇㄹ", "회의"},
		{"ㅍㄹㅌ", "설명서"},
		// Numbers, units and dates.
		{"3천만원", "회의"},
		{"30,000,000원", "회의"},
		{"2024-03-05", "회의"},
		{"24.3.5.", "회의"},
		{"3월 5일 회의", "회의"},
		{"제 12조", "휴가"},
		{"80%", "휴가"},
		{"100㎡", "박물관"},
		{"7만원", "출장"},
		{"70,000원", "출장"},
		// Words of two scripts.
		{"ai 기반", "회의"},
		{"ktx", "출장"},
		// Conjugated otherwise.
		{"전시한 유물", "박물관"},
		{"종이 걸림", "설명서"},
		{"덮개 여는 법", "설명서"},
	} {
		if got := bestOf(Query{Text: c.question}); got != c.want {
			t.Errorf("%s: %q first, want %s; terms %v", c.question, got, c.want, ask(office, &Query{Text: c.question}).terms)
		}
	}
}

// Each city is in one text, with a particle: where a noun is not told from it, none is found (deepset-ai/haystack#12836).
func TestANounIsFoundWhateverParticleItHas(t *testing.T) {
	var documents []Document
	cities := []string{"서울", "부산", "제주", "대구", "인천", "광주", "대전", "울산", "세종", "수원"}
	for i, particle := range []string{"은", "에서는", "에", "로", "과", "까지도", "에서", "의", "이야말로", "처럼"} {
		documents = append(documents, Document{ID: cities[i], Passages: []Passage{{Text: "이번 모임 장소로 " + cities[i] + particle + " 여러 사람이 말하는 곳이다."}}})
	}
	b := newBrute(documents)
	for _, city := range cities {
		hits := b.search(&Query{Text: city})
		if len(hits) != 1 || hits[0].Document != city {
			t.Errorf("%s finds %v", city, hits)
		}
	}
}

func TestNothingIsFoundWhereNothingFits(t *testing.T) {
	for _, question := range []string{"", " ", "?!", "zzzzqqqq", "뷁쀍", "ㅃㅉㄲㅆ"} {
		if hits := office.search(&Query{Text: question}); len(hits) > 0 {
			t.Errorf("%q finds %s", question, hits[0].Document)
		}
	}
}

func TestGlossaryWorksBothWays(t *testing.T) {
	glossary := NewGlossary([][]string{{"KPI", "핵심 성과 지표"}, {"법카", "법인카드", "숙박비"}})
	for question, want := range map[string]string{"kpi를 달성했나": "실적", "법카": "출장", "법인카드로는": "출장", "법인 카드": "출장"} {
		if got := bestOf(Query{Text: question, Glossary: glossary}); got != want {
			t.Errorf("%s: %q first, want %s", question, got, want)
		}
	}
	if got := bestOf(Query{Text: "법카"}); got != "" {
		t.Errorf("without a glossary 법카 finds %s", got)
	}
	both := newBrute([]Document{{ID: "kpi", Passages: []Passage{{Text: "올해 KPI는 정해졌다."}}}, {ID: "다른", Passages: []Passage{{Text: "올해 계획은 정해졌다."}}}})
	hits := both.search(&Query{Text: "핵심 성과 지표는 정해졌나", Glossary: glossary})
	if len(hits) == 0 || hits[0].Document != "kpi" {
		t.Errorf("핵심 성과 지표 finds %v", hits)
	}
}

func TestMarksShowWhatMatched(t *testing.T) {
	for question, want := range map[string][]string{
		"숙박비 영수증":  {"숙박비", "영수증"},
		"7만원":      {"7만 원"},
		"개인정보 암호화": {"개인정보", "정보", "암호화"},
		"ㅅㅂㅂ":      {"숙박비는"},
	} {
		hits := office.search(&Query{Text: question})
		if len(hits) == 0 {
			t.Fatalf("%s finds nothing", question)
		}
		var got []string
		end := 0
		for _, m := range hits[0].Marks {
			if m[0] < end || m[1] <= m[0] || m[1] > len(hits[0].Text) {
				t.Fatalf("%s: marks %v of %d bytes", question, hits[0].Marks, len(hits[0].Text))
			}
			end = m[1]
			got = append(got, hits[0].Text[m[0]:m[1]])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s marks %q, want %q", question, got, want)
		}
	}
}

func TestEnglishStaysEnglish(t *testing.T) {
	l := newBrute([]Document{{ID: "a", Passages: []Passage{{Text: "The server goes on. 안녕 세계, 오늘날"}}}})
	for typed, want := range map[string]string{"server": "server", "goes": "goes", "dkssud": "안녕", "dkssud tprP": "안녕 세계", "unknown words": "unknown words", "rest": "rest", "dss": "ㅇㄴㄴ"} {
		if got := keyboard(l, typed); got != want {
			t.Errorf("%s becomes %s, want %s", typed, got, want)
		}
	}
}

func TestAPassageHasFewTerms(t *testing.T) {
	text := strings.Repeat("개인정보보호법에 따라 고객의 정보를 암호화하여 보관하였다. 2024년 3월 5일 경영회의에서 대표이사는 예산을 승인했다. ", 1)
	n := 0
	analyse(&Document{Passages: []Passage{{Text: text}}}, 0, func(Term, float32) { n++ })
	if syllables := len([]rune(text)); n > syllables {
		t.Errorf("%d characters have %d terms", syllables, n)
	}
}

func TestALongPassageIsReadToAnEnd(t *testing.T) {
	b := newBrute([]Document{
		{ID: "long", Passages: []Passage{{Text: "숙박비는 칠만 원이다. " + strings.Repeat("가나다라 마바사아 ", 4000)}}},
		{ID: "end", Passages: []Passage{{Text: strings.Repeat("차카타파 하거너더 ", 4000) + "교통비는 실비이다."}}},
	})
	for question, want := range map[string]string{"숙박비": "long", "교통비": "end"} {
		if hits := b.search(&Query{Text: question}); len(hits) != 1 || hits[0].Document != want {
			t.Errorf("%s finds %d hits, want %s", question, len(hits), want)
		}
	}
}

func FuzzAsk(f *testing.F) {
	f.Add("숙박비는 얼마인가", "숙박비는 7만 원이다.")
	f.Add("ㅅㅂㅂ tnrqkrql 3천만원", "\xff숙ㅂ 1.2.3")
	f.Add("rr ㄱㄱㄱㄱㄱㄱㄱㄱ 가나다라마바사아자차카타파하", "가나 다라마 바사")
	f.Fuzz(func(t *testing.T, question, text string) {
		b := newBrute([]Document{{ID: "a", Title: question, Passages: []Passage{{Text: text, Heading: text}}}, {ID: "b", Passages: []Passage{{Text: question}}}})
		p := ask(b, &Query{Text: question, Glossary: NewGlossary([][]string{{question, text}})})
		hits := b.first(p, candidates)
		p.rank(hits)
		for _, h := range hits {
			end := 0
			for _, m := range h.Marks {
				if m[0] < end || m[1] <= m[0] || m[1] > len(h.Text) {
					t.Fatalf("%q in %q: marks %v", question, h.Text, h.Marks)
				}
				end = m[1]
			}
			if !(h.Score >= 0) {
				t.Fatalf("score %v", h.Score)
			}
		}
	})
}
