package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/text/unicode/norm"

	"exaone/chat"
)

// marked is what was found, with the marks as brackets.
func marked(f Found) string {
	runes := []rune(f.Snippet)
	for _, m := range slices.Backward(f.Marks) {
		runes = slices.Insert(runes, m[1], ']')
		runes = slices.Insert(runes, m[0], '[')
	}
	return string(runes)
}

func TestFindKorean(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := openTest(t, dir)
		defer s.Close()
		ada, bob := person(t, s, "Ada"), person(t, s, "밥")
		for _, c := range []struct{ title, question, answer string }{
			{"주간 회의록", "이번 주 회의록을\n요약해 줘", "네, Q3 매출은 12% 늘었습니다."},
			{"", "회의 록 음악을 추천해 줘", "록 밴드 회의적인 노래"},
			{"날씨", "서울 날씨", "맑음. " + strings.Repeat("그리고 ", 100) + "미세먼지가 좋음"},
			{"SQL", "SELECT * FROM Users; 를 설명해 줘", "C++과 달리 😀 이모지도"},
			{norm.NFD.String("자모로 나뉜 제목"), norm.NFD.String("맥에서 복사한 파일"), "끝"},
		} {
			converse(t, s, ada, ConversationSpec{Title: c.title}, [2]string{c.question, c.answer})
			time.Sleep(time.Second)
		}
		converse(t, s, bob, ConversationSpec{Title: "밥의 회의록"}, [2]string{"회의록", "밥만 본다"})
		converse(t, s, ada, ConversationSpec{Title: "임시 회의록", Temporary: true}, [2]string{"회의록", "임시"})
		check := func(query string, want ...string) {
			t.Helper()
			got, err := s.Find(t.Context(), ada, query, 10)
			must(t, err)
			var lines []string
			for _, f := range got {
				lines = append(lines, marked(f))
			}
			if !slices.Equal(lines, want) {
				t.Errorf("%q\nfinds %q\nwant  %q", query, lines, want)
			}
		}
		check("회의록", "주간 [회의록]", "[회의 록] 음악을 추천해 줘")
		check("회의 록", "주간 [회의록]", "[록] 밴드 [회의]적인 노래")
		check("요약 회의", "이번 주 [회의]록을 [요약]해 줘")
		check("회의록요약")
		check("록을요약", "이번 주 회의[록을 요약]해 줘") // over the end of a line
		check("미세먼지", "…"+strings.Repeat("그리고 ", 33)+"[미세먼지]가 좋음")
		check("users", "SELECT * FROM [Users]; 를 설명해 줘")
		check("from USERS;", "SELECT * [FROM Users;] 를 설명해 줘")
		check("C++", "[C++]과 달리 😀 이모지도")
		check("😀", "C++과 달리 [😀] 이모지도")
		check("q3 12%", "네, [Q3] 매출은 [12%] 늘었습니다.")
		check("도", "C++과 달리 😀 이모지[도]") // the last character of a text
		check("맑", "[맑]음. "+strings.Repeat("그리고 ", 34)+"…")
		check("나뉜 제", "자모로 [나뉜 제]목")
		check(norm.NFD.String("복사"), "맥에서 [복사]한 파일")
		check(`" OR * NOT x0c758`)
		check("회의적인 음악")
		check("")
		check(" \t\u200b")
	})
}

func TestFindFollowsWhatIsThere(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		count := func(query string) int {
			t.Helper()
			found, err := s.Find(ctx, chat.Local, query, 10)
			must(t, err)
			return len(found)
		}
		check := func(query string, want int) {
			t.Helper()
			if got := count(query); got != want {
				t.Errorf("%q finds %d, want %d", query, got, want)
			}
		}
		c, ids := converse(t, s, chat.Local, ConversationSpec{Title: "처음 제목"}, [2]string{"사과", "포도"})
		check("처음", 1)
		must(t, second(s.UpdateConversation(ctx, chat.Local, c.ID, ConversationChange{Title: point("다음 제목")})))
		check("처음", 0)
		check("다음", 1)
		check("포도", 1)
		a := answer(t, s, chat.Local)
		must(t, s.AppendEvents(ctx, a.ID, []Event{delta(1, 0, "수박")}))
		check("수박", 0) // until it is finished
		must(t, second(s.InterruptWriting(ctx)))
		check("수박", 1)
		must(t, s.DeleteMessage(ctx, chat.Local, ids[1]))
		check("포도", 0)
		must(t, s.RebuildSearch(ctx))
		check("포도", 0)
		check("사과", 1)
		check("다음", 1)
		must(t, s.DeleteConversations(ctx, chat.Local, []string{c.ID}))
		check("사과", 0)
		check("다음", 0)
		must(t, s.Check(ctx))
		wantCode(t, second(s.Find(ctx, chat.Local, strings.Repeat("가", 400), 10)), chat.CodeBadField)
	})
}

// More texts in one second than a second has ids, before and after others.
func TestSearchIDsRunOn(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := openTest(t, dir)
		defer s.Close()
		time.Sleep(time.Second)
		converse(t, s, chat.Local, ConversationSpec{Title: "나중"}, [2]string{"나중 질문", "나중 답"})
		tx, err := s.writer.BeginTx(t.Context(), nil)
		must(t, err)
		c, err := insertConversation(t.Context(), tx, chat.Local, ConversationSpec{Title: "많이"}, now())
		must(t, err)
		for i := range 2*searchIDs + 10 {
			must(t, index(t.Context(), tx, c.ID, fmt.Sprint("x", i), now().Add(-time.Second), []string{"xx", ownerGram("local", false)}))
		}
		must(t, tx.Commit())
		n, _, err := row(t.Context(), s.reader, integer, `SELECT count(*) FROM search_grams WHERE search_grams MATCH 'xx'`)
		if err != nil || n != 2*searchIDs+10 {
			t.Fatalf("%d in the index, %v", n, err)
		}
		if found, err := s.Find(t.Context(), chat.Local, "나중", 10); err != nil || len(found) != 1 {
			t.Fatalf("found %v, %v", found, err)
		}
	})
}

// Whatever is asked, what is found has all its words.
func FuzzFind(f *testing.F) {
	s := openTest(f, f.TempDir())
	all := []string{"이번 주 회의록을 요약해 줘", "C++ \"따옴표\" AND OR NOT *", "Ünïcödé İstanbul ǅ", "x0c758 om6c6f63616c"}
	c, err := s.CreateConversation(f.Context(), chat.Local, ConversationSpec{Title: all[0]})
	must(f, err)
	for _, text := range all {
		must(f, second(s.AddMessage(f.Context(), chat.Local, MessageSpec{Conversation: c.ID, Role: chat.User, Text: text})))
		f.Add(text)
	}
	f.Add("회 의")
	f.Add("\xff\x00*")
	f.Add(`") OR (`)
	f.Fuzz(func(t *testing.T, query string) {
		found, err := s.Find(t.Context(), chat.Local, query, 5)
		if err != nil {
			if len(query) <= maxQuery {
				t.Fatal(err)
			}
			return
		}
		for _, one := range found {
			if len(one.Marks) == 0 {
				t.Errorf("%q found %q without a mark", query, one.Snippet)
			}
			for _, m := range one.Marks {
				if m[0] < 0 || m[0] >= m[1] || m[1] > len([]rune(one.Snippet)) {
					t.Errorf("mark %v of %q", m, one.Snippet)
				}
			}
		}
	})
}

// syllables make words that are as often alike as Korean ones are.
var syllables = []rune("이다는의가에을한고하지은로도어기사를나인정아그대자보일수있리서시스원전부제것과관해안유상게면구주계회의록매출분석보고서개발")

func koreanText(random *rand.Rand, words int) string {
	var b strings.Builder
	for range words {
		for range 2 + random.IntN(3) {
			// Squaring makes some much more frequent than others.
			x := random.Float64()
			b.WriteRune(syllables[int(x*x*float64(len(syllables)))])
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// 10,000 conversations with 60,000 messages; queries of one to eight characters that are there, often and seldom, or
// not at all.
func BenchmarkFind(b *testing.B) {
	s := openTest(b, b.TempDir())
	random := rand.New(rand.NewPCG(20261129, 1))
	ctx := b.Context()
	for range 100 {
		tx, err := s.writer.BeginTx(ctx, nil)
		must(b, err)
		for range 100 {
			c, err := insertConversation(ctx, tx, chat.Local, ConversationSpec{Title: koreanText(random, 4)}, now().Add(-time.Duration(random.IntN(1e6))*time.Minute))
			must(b, err)
			for range 3 {
				q, err := addMessage(ctx, tx, chat.Local, MessageSpec{Conversation: c.ID, Role: chat.User, Text: koreanText(random, 20)})
				must(b, err)
				must(b, second(addMessage(ctx, tx, chat.Local, MessageSpec{Conversation: c.ID, Parent: q.ID, Role: chat.Assistant, Text: koreanText(random, 120)})))
			}
		}
		must(b, tx.Commit())
	}
	var queries []string
	for i := range 400 {
		text := []rune(koreanText(random, 8))
		query := string(text[:1+i%8])
		if i%10 == 0 {
			query = string([]rune("쀍뷁쁿")[:1+i%3])
		}
		queries = append(queries, query)
	}
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		begin := time.Now()
		if _, err := s.Find(ctx, chat.Local, queries[i%len(queries)], 30); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
}
