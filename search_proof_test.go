package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// How long a workspace may take.
const (
	longestSearch  = 50 * time.Millisecond
	longestOpening = 300 * time.Millisecond
	longMessages   = 5000 // of the long conversation
)

// TestSearchIsFast brings one person thousands of conversations of six messages, and a long one, and times searches and
// opening the long one, as the page asks for them. EXAONE_SEARCH_CONVERSATIONS says how many.
func TestSearchIsFast(t *testing.T) {
	n := envInt("EXAONE_SEARCH_CONVERSATIONS", 10_000)
	w := newWorkspace(t, nil, "--offline")
	admin := w.admin()
	random := rand.New(rand.NewPCG(20261130, 2))
	began := time.Now()
	const each = 1000 // conversations a file
	messages := 0
	for first := 0; first < n; first += each {
		var chats []any
		for i := first; i < min(n, first+each); i++ {
			chats = append(chats, madeChat(random, fmt.Sprintf("%s %d", sentence(random, 3), i), 6))
			messages += 6
		}
		bring(t, admin, chats)
	}
	ids := bring(t, admin, []any{madeChat(random, "긴 대화", longMessages)})
	t.Logf("%d conversations, %d messages brought in %.1f s", n+1, messages+longMessages, time.Since(began).Seconds())

	var took []time.Duration
	hits := 0
	for i := range 300 {
		query := searched(random, i)
		began := time.Now()
		status, text := admin.send("GET", "/api/search?limit=30&q="+url.QueryEscape(query), nil)
		took = append(took, time.Since(began))
		var found struct {
			Items []struct{ Conversation string }
		}
		if err := json.Unmarshal([]byte(text), &found); err != nil || status != http.StatusOK {
			t.Fatalf("%q: %d %.300s", query, status, text)
		}
		hits += len(found.Items)
	}
	if hits == 0 {
		t.Error("300 searches find nothing")
	}
	t.Logf("300 searches over HTTP, %d hits: %v (p50), %v (p95; %s), %v at most", hits, rank(took, 50), rank(took, 95),
		verdict(rank(took, 95) <= longestSearch, longestSearch.String()), slices.Max(took).Round(time.Millisecond))

	var opened []time.Duration
	size := 0
	for range 20 {
		began := time.Now()
		reply, err := admin.do(admin.request("GET", "/api/conversations/"+ids[0], nil))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(reply.Body)
		reply.Body.Close()
		opened = append(opened, time.Since(began))
		size = len(text)
		if got := strings.Count(string(text), `"role":`); err != nil || got != longMessages {
			t.Fatalf("%d messages, want %d, %v", got, longMessages, err)
		}
	}
	t.Logf("a conversation of %d messages, %d KiB: %v (median; %s), %v at most", longMessages, size>>10, rank(opened, 50),
		verdict(rank(opened, 50) <= longestOpening, longestOpening.String()), slices.Max(opened).Round(time.Millisecond))
}

// bring imports conversations as Open WebUI exports them, and returns their ids.
func bring(t *testing.T, v *visitor, chats []any) []string {
	t.Helper()
	text, err := json.Marshal(chats)
	if err != nil {
		t.Fatal(err)
	}
	status, reply := v.upload(strings.NewReader(string(text)))
	var out struct{ IDs []string }
	if err := json.Unmarshal([]byte(reply), &out); err != nil || status != http.StatusOK || len(out.IDs) != len(chats) {
		t.Fatalf("%d conversations: %d %.500s, %v", len(chats), status, reply, err)
	}
	return out.IDs
}

// madeChat is a conversation of so many messages.
func madeChat(random *rand.Rand, title string, n int) any {
	all := record{}
	last := ""
	for i := range n {
		id := fmt.Sprint("m", i)
		m := record{"id": id, "parentId": nil, "childrenIds": []string{}, "role": "user", "content": sentence(random, 12) + "?"}
		if i%2 == 1 {
			m["role"], m["model"], m["done"] = "assistant", "scripted", true
			m["content"] = sentence(random, 30) + ".\n\n- " + sentence(random, 10) + "\n- " + sentence(random, 10)
		}
		if last != "" {
			m["parentId"] = last
			all[last].(record)["childrenIds"] = []string{id}
		}
		all[id], last = m, id
	}
	return record{"title": title, "chat": record{"title": title, "history": record{"messages": all, "currentId": last}}}
}

// Words of an office: some in every text, most in few.
var (
	stems = strings.Fields("출장비 정산 회의록 보고서 계약서 일정 예산 구매 인사 평가 휴가 교육 보안 점검 서버 배포 장애 복구 고객 문의 견적 납기 품질 검사 " +
		"생산 재고 물류 수출 관세 세금 회계 감사 법무 특허 연구 개발 시험 설계 도면 부품 공정 설비 안전 환경 에너지 전력 배터리 화학 소재 디스플레이 가전 통신")
	tails = strings.Fields("을 를 이 가 은 는 에 에서 으로 의 도 만 까지 부터 기준 방법 절차 현황 요약 비교 검토 작성 수정 확인 담당자")
)

// sentence is n words, some of them rare.
func sentence(random *rand.Rand, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		at := min(random.IntN(len(stems)), random.IntN(len(stems))) // the first ones more often
		b.WriteString(stems[at] + tails[random.IntN(len(tails))])
		if random.IntN(20) == 0 {
			fmt.Fprintf(&b, " %c%c%d", '가'+random.IntN(2000)*5, '가'+random.IntN(2000)*5, random.IntN(1000))
		}
	}
	return b.String()
}

// searched is what somebody types: a word, two, one syllable, a number, what is nowhere.
func searched(random *rand.Rand, i int) string {
	word := func() string { return stems[random.IntN(len(stems))] }
	switch i % 6 {
	case 0:
		return word()
	case 1:
		return word() + " " + word()
	case 2:
		return word() + tails[random.IntN(len(tails))]
	case 3:
		return string([]rune(word())[:1])
	case 4:
		return fmt.Sprint(word(), " ", random.IntN(1000))
	}
	return fmt.Sprintf("%c%c없는말", '가'+random.IntN(2000), '나'+random.IntN(2000))
}
