package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"exaone/browser"
)

// TestPictures takes the pictures of the documents: of a workspace as an office might have filled it, on a real server.
// EXAONE_SCREENSHOTS is the folder they go to. The answers in them were written by hand.
func TestPictures(t *testing.T) {
	if os.Getenv("EXAONE_SCREENSHOTS") == "" {
		t.Skip("EXAONE_SCREENSHOTS: names no folder; make pictures does")
	}
	w := newWorkspace(t, nil, "--model", newTeller(t).flag())
	admin := w.admin()
	talks := officeOf(t, w, admin)
	c := browser.Start(t, w.base)
	b := c.Tab()
	enter(c, admin)
	for _, one := range []struct{ name, page, ready string }{
		{"welcome", "", browser.CanAsk},
		{"chat", "c/" + talks[0], `document.querySelector(".katex") && document.querySelector("pre code")`},
		{"sources", "c/" + talks[1], `document.querySelector("iframe")`},
		{"prompts", "prompts", `document.querySelector("main h1")`},
		{"people", "admin/people", `document.querySelector("main h1")`},
		{"usage", "admin/usage", `document.querySelector("main h1")`},
	} {
		for suffix, size := range map[string]struct {
			width, height int
			scheme        string
		}{"": {1280, 860, "light"}, "-dark": {1280, 860, "dark"}, "-phone": {390, 844, "light"}, "-phone-dark": {390, 844, "dark"}} {
			if strings.HasSuffix(suffix, "dark") && one.name != "chat" && one.name != "sources" {
				continue
			}
			b.Look(size.width, size.height, size.scheme)
			b.Open(w.base + "/#/" + one.page)
			b.Await(one.ready + ` && !document.querySelector(".skeleton")`)
			b.Eval(settling)
			time.Sleep(time.Second) // fonts, and what is drawn in a frame
			b.Picture(one.name + suffix)
		}
	}
	proofPicture(t)
}

// proofPicture asks about a document of our own as its first example does, where there is no model, and opens what the answer cites
// beside it.
func proofPicture(t *testing.T) {
	t.Helper()
	w := newWorkspace(t, nil, "--offline")
	c := browser.Start(t, w.base)
	b := c.Tab()
	enter(c, w.admin())
	b.Look(1280, 860, "light")
	b.Open(w.base + "/#/")
	b.Await(browser.CanAsk + ` && document.querySelector("[data-example=documents]")`)
	b.Eval(`document.querySelector("[data-example=documents]").click()`)
	b.Await(browser.Answered + ` && document.querySelector(".answer .ref")`)
	b.Eval(`document.querySelector(".answer .ref").click()`)
	b.Await(`document.querySelector(".room mark.hit")`)
	b.Eval(settling)
	time.Sleep(time.Second)
	b.Picture("proof")
}

// officeOf fills a workspace, and returns the conversations to look at.
func officeOf(t *testing.T, w *workspace, admin *visitor) (talks []string) {
	t.Helper()
	admin.must("PUT", "/api/settings", record{"language": "ko"})
	admin.must("PATCH", "/api/session", record{"name": "김서연"})
	for _, name := range []string{"2026년 사업계획", "신제품 출시"} {
		admin.must("POST", "/api/folders", record{"name": name, "instructions": "표로 정리해 주세요."})
	}
	for _, login := range []string{"이준호", "박지민", "최유진"} {
		v := w.join(admin, login, "member")
		_, said := v.ask("회의록을 한 쪽으로 줄여 주세요")
		if _, err := v.hears(said); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now()
	var all []record
	days := 0
	for _, title := range []string{"복리와 단리의 차이", "연차 규정 확인", "거래처 인사 메일", "3분기 실적 보고서 초안", "회의록 요약 부탁", "파이썬 정렬 코드",
		"고객 문의 답변 다듬기", "엑셀 수식 오류 고치기", "영문 계약서 용어 확인", "인사 평가 문구 다듬기"} {
		texts := []string{title, "네, 정리해 드리겠습니다."}
		switch days {
		case 0:
			texts = []string{"복리와 단리의 차이를 예를 들어 설명해 주세요", interestAnswer}
		case 1:
			texts = []string{"연차는 언제까지 쓸 수 있나요?", leaveAnswer}
		}
		one := conversationOf(title, now.Add(-time.Duration(days)*30*time.Hour), texts)
		if said, ok := one["messages"].([]record); ok && days == 1 {
			said[1]["mode"] = "scripted" // plain conversation names no sources
			said[1]["events"] = []record{
				{"kind": "delta", "version": 1, "data": record{"at": 0, "text": leaveAnswer}},
				{"kind": "citation", "version": 1, "data": record{"index": 1, "title": "취업규칙", "source": "취업규칙.hwp", "where": "제32조, 14쪽",
					"snippet": "연차 유급휴가는 발생한 날부터 1년간 행사하지 아니하면 소멸한다.", "url": ""}},
			}
		}
		all = append(all, one)
		days++
	}
	body, err := json.Marshal(record{"format": "exaone.conversations", "version": 1, "exported": now, "conversations": all})
	if err != nil {
		t.Fatal(err)
	}
	if status, text := admin.upload(strings.NewReader(string(body))); status != 200 {
		t.Fatalf("%d %.500s", status, text)
	}
	return conversationIDs(t, admin)
}

const interestAnswer = "**복리(compound interest)**는 이자에도 이자가 붙는 방식이고, **단리**는 원금에만 이자가 붙는 방식입니다.\n\n### 한눈에 보기\n\n" +
	"| 구분 | 1년 뒤 | 5년 뒤 | 10년 뒤 |\n|---|---:|---:|---:|\n| 단리 (연 5%) | 105만 원 | 125만 원 | 150만 원 |\n| 복리 (연 5%) | 105만 원 | 127.6만 원 | 162.9만 원 |\n\n" +
	"원금을 $P$, 이율을 $r$, 햇수를 $n$이라 하면 복리의 원리금은 다음과 같습니다.\n\n$$A = P\\,(1+r)^n = 100 \\times 1.05^{10} \\approx 162.9$$\n\n" +
	"```python\ndef grow(money: float, rate: float, years: int) -> float:\n    \"\"\"원금이 복리로 얼마가 되는지 셉니다.\"\"\"\n    return money * (1 + rate) ** years\n```\n"

const leaveAnswer = "연차는 **발생한 날부터 1년 안에** 써야 하고, 그 뒤에는 없어집니다. [1]\n\n신청은 이렇게 이어집니다.\n\n" +
	"```mermaid\nflowchart LR\n    A[신청] --> B{팀장 확인}\n    B -- 승인 --> C[일정에 적힘]\n    B -- 반려 --> A\n```\n"
