package store

import (
	"context"
	"database/sql"
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
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ada, bob := person(t, s, "Ada"), person(t, s, "밥")
		for _, c := range []struct{ title, question, answer string }{
			{"주간 회의록", "이번 주 회의록을\n요약해 줘", "네, Q3 매출은 12% 늘었습니다."},
			{"", "회의 록 음악을 추천해 줘", "록 밴드 회의적인 노래"},
			{"날씨", "서울 날씨", "맑음. " + strings.Repeat("그리고 ", 100) + "미세먼지가 좋음"},
			{"SQL", "SELECT * FROM Users; 를 설명해 줘", "C++과 달리 😀 이모지도"},
			{norm.NFD.String("자모로 나뉜 제목"), norm.NFD.String("맥에서 복사한 파일"), "끝"},
		} {
			converse(t, s, ada, ConversationSpec{Title: c.title}, [2]string{c.question, c.answer})
		}
		converse(t, s, bob, ConversationSpec{Title: "밥의 회의록"}, [2]string{"회의록", "밥만 본다"})
		converse(t, s, ada, ConversationSpec{Title: "임시 회의록", Temporary: true}, [2]string{"회의록", "임시"})
		check := func(query string, want ...string) {
			t.Helper()
			got, _, err := s.Find(t.Context(), ada, query, 10)
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
			found, _, err := s.Find(ctx, chat.Local, query, 10)
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
		must(t, s.write(ctx, "index anew", func(tx *sql.Tx) error { return reindex(ctx, tx, c.ID) }))
		check("포도", 0)
		check("사과", 1)
		check("다음", 1)
		must(t, s.DeleteConversations(ctx, chat.Local, []string{c.ID}))
		check("사과", 0)
		check("다음", 0)
		must(t, s.Check(ctx))
		_, _, err := s.Find(ctx, chat.Local, strings.Repeat("가", 400), 10)
		wantCode(t, err, chat.CodeBadField)
	})
}

// A search leaves something of the index in its connection; a check after the index was merged is not to trip over it.
func TestCheckAfterTheIndexWasMerged(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		c, _ := converse(t, s, chat.Local, ConversationSpec{Title: "처음 제목"}, [2]string{"사과", "포도"})
		for range 20 {
			must(t, second(s.UpdateConversation(ctx, chat.Local, c.ID, ConversationChange{Title: point("다음 제목")})))
			_, _, err := s.Find(ctx, chat.Local, "제목", 10)
			must(t, err)
			must(t, s.Scrub(ctx))
			must(t, s.Check(ctx))
		}
	})
}

// What somebody has left is found by their heir, though the server went away before it was all moved.
func TestHeirFindsWhatWasLeft(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada, err := s.CreatePerson(ctx, System, PersonSpec{Name: "Ada", Login: "ada", Role: "member"})
		must(t, err)
		bob, err := s.CreatePerson(ctx, System, PersonSpec{Name: "밥", Login: "bob", Role: "member"})
		must(t, err)
		leaver, heir := chat.Principal{ID: ada.ID}, chat.Principal{ID: bob.ID}
		for i := range 30 {
			converse(t, s, leaver, ConversationSpec{Title: fmt.Sprint("유산 ", i)}, [2]string{"물려줄 것", "답"})
		}
		gone, _ := converse(t, s, leaver, ConversationSpec{Temporary: true}, [2]string{"임시", "답"})
		must(t, s.Depart(ctx, System, ada.ID, bob.ID))
		must(t, s.Close())
		s = at.open(t)
		must(t, s.moveSearches(ctx))
		must(t, s.wipeDeleted(ctx))
		for query, want := range map[string]int{"유산": 30, "물려줄": 30, "임시": 0} {
			if found, _, err := s.Find(ctx, heir, query, 100); err != nil || len(found) != want {
				t.Errorf("%q finds %d, %v; want %d", query, len(found), err, want)
			}
			if found, _, err := s.Find(ctx, leaver, query, 100); err != nil || len(found) != 0 {
				t.Errorf("who has left finds %d, %v", len(found), err)
			}
		}
		if n, _, err := row(ctx, s.reader, integer, `SELECT count(*) FROM messages WHERE conversation = $1`, gone.ID); n != 0 || err != nil {
			t.Errorf("of a temporary conversation %d messages are left, %v", n, err)
		}
		must(t, s.Check(ctx))
	})
}

// TestHitsAboveTheClearanceTakeNoPlace has many newer hits that a person may not read any more.
func TestHitsAboveTheClearanceTakeNoPlace(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ada := person(t, s, "Ada")
		clear(t, s, ada, 1)
		c, _ := converse(t, s, ada, ConversationSpec{Title: "점심"}, [2]string{"급여 인상률", "답"})
		for range 5 {
			converse(t, s, ada, ConversationSpec{Title: "인사", Grade: 1}, [2]string{"급여 인상률", "답"})
		}
		clear(t, s, ada, 0)
		for _, limit := range []int{1, 3, 10} {
			found, cut, err := s.Find(t.Context(), ada, "급여", limit)
			if err != nil || cut || len(found) != 1 || found[0].Conversation.ID != c.ID {
				t.Errorf("%d at most: found %+v, cut %v, %v; want the one that is to be seen", limit, found, cut, err)
			}
		}
	})
}

// The longest text with pairs that are all different is more than the index takes; it is kept and found nevertheless.
func TestLongestTextIsFound(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		text := manyPairs(400)
		c, err := s.CreateConversation(t.Context(), chat.Local, ConversationSpec{})
		must(t, err)
		m, err := s.AddMessage(t.Context(), chat.Local, MessageSpec{Conversation: c.ID, Role: chat.User, Text: text})
		must(t, err)
		found, _, err := s.Find(t.Context(), chat.Local, string([]rune(text)[1000:1008]), 1)
		if err != nil || len(found) != 1 || found[0].Message != m.ID || len(found[0].Marks) != 1 {
			t.Errorf("found %+v, %v", found, err)
		}
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
		if found, _, err := s.Find(t.Context(), chat.Local, "나중", 10); err != nil || len(found) != 1 {
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
		found, _, err := s.Find(t.Context(), chat.Local, query, 5)
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

// korean makes texts of words that are as often alike as real ones are: of 4,000 words few are frequent (Zipf's law), and
// most have a particle behind them.
type korean struct {
	random    *rand.Rand
	frequency *rand.Zipf
	words     []string
}

func newKorean(seed uint64) *korean {
	random := rand.New(rand.NewPCG(20261129, seed))
	k := &korean{random: random, frequency: rand.NewZipf(random, 1.2, 8, 3999)}
	syllables := []rune("가각간강개거건게결경계고공과관교구국군권규근금급기김나남내년노농능다단당대도동등디라량력련령로론료류률리마만매면명모목무문물미민바박반발방배백번법변별보복본부북분비사산상색생서석선설성세소속송수순술스습시식신실심아안야약양어업에여역연열영예오온외요용우운원월위유육율은을음응의이인일임입자작장재저적전절점정제조종주준중지직진질집차참창책처천체초총최추축출충취치타태터통트특파판평포표품프필하학한합항해행향험현형호화확환회획효후")
	vocabulary := rand.New(rand.NewPCG(1, 1)) // the same words for every seed
	for range 4000 {
		var b strings.Builder
		for range 1 + vocabulary.IntN(4) {
			b.WriteRune(syllables[vocabulary.IntN(len(syllables))])
		}
		k.words = append(k.words, b.String())
	}
	return k
}

func (k *korean) word() string { return k.words[k.frequency.Uint64()] }

func (k *korean) text(words int) string {
	particles := []string{"", "", "을", "를", "이", "가", "은", "는", "에서", "으로", "의", "까지", "입니다."}
	var b strings.Builder
	for range words {
		b.WriteString(k.word() + particles[k.random.IntN(len(particles))] + " ")
	}
	return b.String()
}

// query is what somebody types: one or two words, or the beginning of one, seldom something that is nowhere.
func (k *korean) query() string {
	switch k.random.IntN(8) {
	case 0:
		return string([]rune(k.word())[:1])
	case 1, 2:
		return k.word() + " " + k.word()
	case 3:
		return "없는" + k.word() + "말"
	case 4:
		return k.words[k.random.IntN(len(k.words))]
	default:
		return k.word()
	}
}

// 10,000 conversations with 60,000 messages.
func BenchmarkFind(b *testing.B) {
	s := openTest(b, b.TempDir())
	korean := newKorean(1)
	for range 100 {
		must(b, s.write(b.Context(), "fill", func(tx *sql.Tx) error { return fillConversations(b.Context(), tx, korean, 100) }))
	}
	var took []time.Duration
	for b.Loop() {
		query := korean.query()
		begin := time.Now()
		if _, _, err := s.Find(b.Context(), chat.Local, query, 30); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
}

// fillConversations makes conversations of three short questions and long answers each, over the last two years.
func fillConversations(ctx context.Context, tx *sql.Tx, korean *korean, n int) error {
	for range n {
		at := now().Add(-time.Duration(korean.random.IntN(1e6)) * time.Minute)
		c, err := insertConversation(ctx, tx, chat.Local, ConversationSpec{Title: korean.text(4)}, at)
		if err != nil {
			return err
		}
		parent := ""
		for i := range 6 {
			m := Message{ID: newID("message"), Conversation: c.ID, Parent: parent, Author: chat.Local.ID, Role: chat.User, State: StateDone,
				Text: korean.text(20 + i%2*100), Attachments: []byte("[]"), Created: at.Add(time.Duration(i) * time.Minute)}
			if i%2 == 1 {
				m.Role = chat.Assistant
			}
			if err := insertMessage(ctx, tx, chat.Local, &m); err != nil {
				return err
			}
			parent = m.ID
		}
	}
	return nil
}
