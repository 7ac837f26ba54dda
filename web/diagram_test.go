package web

import (
	"strings"
	"testing"

	"exaone/browser"
)

const drawn = "결재 흐름은 다음과 같습니다.\n\n```mermaid\nflowchart LR\n  A[기안] --> B{팀장 검토}\n  B -- 승인 --> C[부서장 결재]\n  B -- 반려 --> A\n  C --> D[(문서함)]\n```\n\n" +
	"회의에서 오간 말은 이렇습니다.\n\n```mermaid\nsequenceDiagram\n  participant 김 as 김하늘\n  participant 박 as 박지훈\n  김->>박: 초안을 보냈습니다\n  박-->>김: 내일까지 보겠습니다\n  Note over 김,박: 금요일 마감\n```\n\n" +
	"```svg\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"220\" height=\"60\"><rect width=\"220\" height=\"60\" rx=\"12\" fill=\"#a50034\"/><text x=\"110\" y=\"37\" fill=\"#fff\" text-anchor=\"middle\" font-family=\"sans-serif\">그림</text></svg>\n```\n\n" +
	"값은 $5에서 $10이고 $x^2$은 식입니다.\n\n```mermaid\n이것은 도표가 아닙니다\n```\n"

// TestDiagramIsDrawnInASandbox has the page draw diagrams where they can reach neither it nor anybody.
func TestDiagramIsDrawnInASandbox(t *testing.T) {
	w := newWorld(t, nil)
	ann := w.join("ann", "member")
	w.model.say(nil, strings.SplitAfter(drawn, "\n")...)
	b := browser.Start(t, w.url).Tab()
	b.SetCookie(w.url, plainCookie, strings.TrimPrefix(ann.cookie, plainCookie+"="))
	b.Open(w.url)
	b.Await(browser.CanAsk)
	before := b.Eval(`performance.getEntriesByType("resource").filter(r => r.name.includes("/frame/")).length`)
	if before != "0" {
		t.Errorf("%s files of the drawer are fetched before there is anything to draw", before)
	}
	b.Ask("그려 줘")
	b.Await(browser.Answered)
	b.Await(`document.querySelectorAll(".diagram iframe").length == 2 && !document.querySelector(".diagram.waiting") && document.querySelector(".drawing img")?.complete`)
	for what, want := range map[string]string{
		`[...document.querySelectorAll("iframe")].map(f => f.sandbox.value + " " + new URL(f.src).pathname).join()`: "allow-scripts /frame/diagram.html,allow-scripts /frame/diagram.html",
		`[...document.querySelectorAll("iframe")].every(f => f.contentDocument === null && f.offsetHeight > 60)`:    "true",
		`document.querySelector("iframe").title`:              "답변에 있는 도표",
		`document.querySelectorAll("figure.code pre").length`: "1", // what is no diagram is its code
		`document.querySelector(".code-note").textContent`:    "도표로 그릴 수 없어서 코드를 보여 드립니다.",
		`document.querySelectorAll(".formula").length`:        "1",
	} {
		if got := b.Eval(what); got != want {
			t.Errorf("%s is %q, want %q", what, got, want)
		}
	}
	for _, look := range []struct {
		name          string
		width, height int
		scheme        string
	}{{"diagram-1280-light", 1280, 1500, "light"}, {"diagram-1280-dark", 1280, 1500, "dark"}, {"diagram-390-light", 390, 1400, "light"}, {"diagram-390-dark", 390, 1400, "dark"}} {
		b.Look(look.width, look.height, look.scheme)
		b.Await(`!document.querySelector(".diagram.waiting")`)
		b.Eval(`new Promise(done => setTimeout(done, 600))`) // until it is drawn in the other colours
		b.Picture(look.name)
	}
	b.Look(1280, 860, "light")
	b.Eval(`document.querySelector(".code-draw").click()`)
	b.Await(`document.querySelector("figure.code pre").textContent.includes("flowchart LR") && document.querySelectorAll("iframe").length == 1`)
	unspoilt(t, b)
	if seen := b.Seen(); len(seen.Policy) > 0 {
		t.Errorf("the policy had to stop %q", seen.Policy)
	}
}
