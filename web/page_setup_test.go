package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"exaone/browser"
	"exaone/chat"
	"exaone/store"
)

// finder returns what a person would click of a name: in the dialog that is open, if one is.
const finder = `(name => {
	const top = [...document.querySelectorAll("dialog[open]")].at(-1);
	return [...document.querySelectorAll("button, a, [role=tab]")].find(e => (!top || top.contains(e) || e.closest("[popover]")) && !e.disabled &&
		e.getClientRects().length > 0 && (e.getAttribute("aria-label") || e.textContent).trim() === name);
})`

// labelled returns the field of a label, in the dialog that is open, if one is.
const labelled = `(name => {
	const top = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document;
	const label = [...top.querySelectorAll("label")].find(l => l.textContent.trim() === name);
	return label && (label.control ?? label.querySelector("input"));
})`

// press clicks what has a name, once it is there.
func press(b *browser.Tab, name string) {
	b.T.Helper()
	b.Await(finder + "(" + browser.Quote(name) + ")")
	b.Eval(finder + "(" + browser.Quote(name) + ").click()")
}

// enter types into the field of a label, over what is in it.
func enter(b *browser.Tab, label, text string) {
	b.T.Helper()
	b.Await(labelled + "(" + browser.Quote(label) + ")")
	b.Eval(labelled + "(" + browser.Quote(label) + ").focus()")
	b.Eval(labelled + "(" + browser.Quote(label) + ").select?.()")
	b.Insert(text)
}

// turnTo goes to a place of the page and waits until something is there.
func turnTo(b *browser.Tab, hash, there string) {
	b.T.Helper()
	// Once it has been drawn, what is there is of this place and not of the one before.
	b.Eval("new Promise(drawn => { location.hash = " + browser.Quote(hash) + "; setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(drawn))); })")
	b.Await(there)
}

// drop gives the field for files one.
func drop(b *browser.Tab, name, content string) {
	b.T.Helper()
	b.Await(`document.querySelector(".drop input[type=file]")`)
	b.Eval(fmt.Sprintf(`{const field = document.querySelector(".drop input[type=file]"), data = new DataTransfer();
		data.items.add(new File([%s], %s)); field.files = data.files; field.dispatchEvent(new Event("change", {bubbles: true}))}`, browser.Quote(content), browser.Quote(name)))
}

// TestPageSetsUp sets a place up in a real browser: a password, an invitation, a key, a prompt, an import, a share, and what
// whoever is invited sees of it.
func TestPageSetsUp(t *testing.T) {
	w := newWorld(t, nil)
	w.model.say(nil, "복리는 ", "이자에도 이자가 ", "붙는 방식입니다.")
	b := browser.Start(t, w.url).Tab()
	b.Look(1280, 860, "light")
	secret, _, err := w.store.CreateLink(t.Context(), chat.Local, store.LinkSpec{Kind: store.LinkFirst, Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	b.Open(w.url + "/#link=" + secret)
	b.Await(browser.CanAsk)
	b.Ask("복리가 뭐예요?")
	b.Await(`location.hash.startsWith("#/c/") && ` + still)
	conversation := strings.TrimPrefix(b.Eval(`location.hash`), "#/c/")

	var invitation, link string
	for _, test := range []struct {
		name string
		run  func(b *browser.Tab)
	}{
		{"the first administrator chooses a login and a password", setPassword},
		{"somebody is invited by a link that is shown once", func(b *browser.Tab) { invitation = inviteSomebody(b) }},
		{"a key is shown once", makeKey},
		{"a prompt asks for what it leaves open", usePrompt},
		{"an import says first what would come", importChats},
		{"the audit log is whole", verifyLog},
		{"every page fits a phone", fitPhone},
		{"a conversation is shared", func(b *browser.Tab) { link = shareChat(b, conversation) }},
		{"whoever is invited reads it and goes on in a copy", func(b *browser.Tab) { joinAndRead(b, invitation, link) }},
	} {
		if !t.Run(test.name, func(t *testing.T) { b.T = t; test.run(b) }) {
			return // what follows needs it
		}
	}
	unspoilt(t, b, "400 (Bad Request)") // the file that was none
}

func setPassword(b *browser.Tab) {
	turnTo(b, "/admin/people", finder+`("비밀번호 저장")`) // it says that one is needed first
	press(b, "비밀번호 저장")
	enter(b, "아이디", "haneul")
	enter(b, "새 비밀번호", "감나무 아래 큰 평상")
	press(b, "비밀번호 저장")
	b.Await(`document.querySelector("main").textContent.includes("지금 비밀번호")`)
}

func inviteSomebody(b *browser.Tab) string {
	turnTo(b, "/admin/people", finder+`("초대")`)
	press(b, "초대")
	enter(b, "이름(선택)", "장보라")
	press(b, "초대 링크 만들기")
	b.Await(`document.querySelector(".once-value")?.value.includes("#link=")`)
	b.Picture("invited-1280-light")
	link := b.Eval(`document.querySelector(".once-value").value`)
	press(b, "완료")
	b.Await(`!document.querySelector("dialog[open]") && document.querySelector("main").textContent.includes("장보라")`)
	if got := b.Eval(`document.documentElement.outerHTML`); strings.Contains(got, strings.SplitN(link, "#link=", 2)[1]) {
		b.T.Error("the link is still on the page")
	}
	if got := b.Eval(`document.activeElement !== document.body`); got != "true" {
		b.T.Error("the focus is nowhere")
	}
	return link
}

func makeKey(b *browser.Tab) {
	turnTo(b, "/settings/keys", finder+`("키 만들기")`)
	press(b, "키 만들기")
	enter(b, "이름", "편집기")
	press(b, "만들기")
	b.Await(`document.querySelector(".once-value")?.value.startsWith("exa-")`)
	press(b, "완료")
	b.Await(`[...document.querySelectorAll(".grid td")].some(e => e.textContent.includes("편집기"))`)
}

func usePrompt(b *browser.Tab) {
	turnTo(b, "/prompts", `document.querySelectorAll(".lib-card").length > 40`)
	b.Picture("library-1280-light")
	press(b, "새 프롬프트")
	enter(b, "제목", "고객 답장")
	enter(b, "내용", "{{고객}} 님께 {{말투|정중하게|친근하게}} 답장해 주세요.\n\n{{받은 메일}}")
	press(b, "저장")
	b.Await(`!document.querySelector("dialog[open]") && ` + finder + `("고객 답장 쓰기")`)
	press(b, "고객 답장 쓰기")
	enter(b, "고객", "김서준")
	enter(b, "받은 메일", "언제 오나요?\n급합니다.")
	press(b, "입력창에 넣기")
	b.Await(`document.querySelector("#composer-input")?.value === "김서준 님께 정중하게 답장해 주세요.\n\n언제 오나요?\n급합니다."`)
}

func importChats(b *browser.Tab) {
	turnTo(b, "/settings/data", `document.querySelector(".drop")`)
	drop(b, "notes.json", `{"some": "thing"}`)
	b.Await(`document.querySelector(".trouble")`)
	drop(b, "conversations.json", `[{"title":"분기 보고서","create_time":1700000000,"update_time":1700000100,"current_node":"b","mapping":{
		"a":{"id":"a","parent":null,"children":["b"],"message":{"id":"a","author":{"role":"user"},"content":{"content_type":"text","parts":["목차를 잡아 줘"]}}},
		"b":{"id":"b","parent":"a","children":[],"message":{"id":"b","author":{"role":"assistant"},"content":{"content_type":"text","parts":["요약, 실적, 계획"]}}}}},
		{"title":"빈 대화","create_time":1,"update_time":1,"mapping":{}}]`)
	b.Await(`document.querySelector(".facts") && !document.querySelector(".trouble")`)
	if got := b.Eval(`document.querySelector(".facts").innerText.replace(/\s+/g, " ")`); got != "가져올 대화 1 메시지 2" {
		b.T.Errorf("it would bring %q", got)
	}
	if got := b.Eval(`[...document.querySelectorAll(".side-item")].some(e => e.textContent.includes("분기 보고서"))`); got != "false" {
		b.T.Error("it came before anybody said so")
	}
	press(b, "대화 1개 가져오기")
	b.Await(`[...document.querySelectorAll(".side-item")].some(e => e.textContent.includes("분기 보고서"))`)
}

func verifyLog(b *browser.Tab) {
	turnTo(b, "/admin/audit", `document.querySelector(".grid")`)
	press(b, "기록 검증")
	b.Await(`document.querySelector(".note.good")?.textContent.includes("모두 그대로입니다")`)
	for _, action := range []string{"로그인", "일회용 링크 생성", "API 키 생성", "대화 가져오기"} {
		b.Await(`[...document.querySelectorAll(".grid .main")].some(e => e.textContent === ` + browser.Quote(action) + `)`)
	}
}

// fitPhone looks at every page of settings and administration on a phone, in the dark.
func fitPhone(b *browser.Tab) {
	b.Look(390, 844, "dark")
	defer b.Look(1280, 860, "light")
	for _, place := range []string{"settings/look", "settings/answers", "settings/archive", "settings/shares", "settings/data", "settings/account", "settings/keys",
		"prompts", "admin/health", "admin/people", "admin/teams", "admin/readers", "admin/limits", "admin/usage", "admin/audit", "admin/feedback",
		"admin/announcements", "admin/brand"} {
		turnTo(b, "/"+place, `document.querySelector(".page h1") && !document.querySelector(".page .skeleton")`)
		if wide := b.Eval(`document.documentElement.scrollWidth > innerWidth || document.querySelector(".page").scrollWidth > document.querySelector(".page").clientWidth`); wide == "true" {
			b.T.Errorf("%s is wider than a phone", place)
		}
		if got := b.Eval(`document.querySelector(".page .trouble")?.textContent ?? ""`); got != "" {
			b.T.Errorf("%s says %q", place, got)
		}
		b.Picture(strings.ReplaceAll(place, "/", "-") + "-390-dark")
	}
}

func shareChat(b *browser.Tab, conversation string) string {
	turnTo(b, "/c/"+conversation, finder+`("공유")`)
	press(b, "공유")
	b.Await(labelled + `("로그인한 모두")`)
	b.Eval(labelled + `("로그인한 모두").click()`)
	b.Picture("share-1280-light")
	press(b, "링크 만들기")
	b.Await(`document.querySelector(".once-value")?.value.includes("#/s/")`)
	link := b.Eval(`document.querySelector(".once-value").value`)
	press(b, "닫기")
	b.Await(`!document.querySelector("dialog[open]")`)
	return link
}

func joinAndRead(b *browser.Tab, invitation, link string) {
	b.Open(invitation)
	enter(b, "아이디", "bora")
	enter(b, "새 비밀번호", "느티나무 밑 작은 우물")
	press(b, "시작하기")
	b.Await(browser.CanAsk)
	b.Open(link)
	b.Await(`document.querySelector(".shared")?.textContent.includes("이자에도 이자가 붙는")`)
	b.Picture("shared-1280-light")
	press(b, "사본으로 이어서 대화하기")
	b.Await(`location.hash.startsWith("#/c/") && document.querySelector(".answer")?.textContent.includes("이자에도 이자가 붙는")`)
	turnTo(b, "/admin", `document.querySelector("main").textContent.includes("관리할 수 있는 것이 없습니다")`)
}
