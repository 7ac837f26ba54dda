package web

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

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

func quote(text string) string {
	b, _ := json.Marshal(text) // a string cannot fail
	return string(b)
}

// press clicks what has a name, once it is there.
func press(b *browser, name string) {
	b.t.Helper()
	b.await(finder + "(" + quote(name) + ")")
	b.eval(finder + "(" + quote(name) + ").click()")
}

// enter types into the field of a label, over what is in it.
func enter(b *browser, label, text string) {
	b.t.Helper()
	b.await(labelled + "(" + quote(label) + ")")
	b.eval(labelled + "(" + quote(label) + ").focus()")
	b.eval(labelled + "(" + quote(label) + ").select?.()")
	b.call("Input.insertText", map[string]any{"text": text}, nil)
}

// turnTo goes to a place of the page and waits until something is there.
func turnTo(b *browser, hash, there string) {
	b.t.Helper()
	// Once it has been drawn, what is there is of this place and not of the one before.
	b.eval("new Promise(drawn => { location.hash = " + quote(hash) + "; setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(drawn))); })")
	b.await(there)
}

// drop gives the field for files one.
func drop(b *browser, name, content string) {
	b.t.Helper()
	b.await(`document.querySelector(".drop input[type=file]")`)
	b.eval(fmt.Sprintf(`{const field = document.querySelector(".drop input[type=file]"), data = new DataTransfer();
		data.items.add(new File([%s], %s)); field.files = data.files; field.dispatchEvent(new Event("change", {bubbles: true}))}`, quote(content), quote(name)))
}

// TestPageSetsUp sets a place up in a real browser: a password, an invitation, a key, a prompt, an import, a share, and what
// whoever is invited sees of it.
func TestPageSetsUp(t *testing.T) {
	w := newWorld(t, nil)
	w.model.say(nil, "복리는 ", "이자에도 이자가 ", "붙는 방식입니다.")
	b := startBrowser(t, w.url)
	b.look(1280, 860, "light")
	secret, _, err := w.store.CreateLink(t.Context(), chat.Local, store.LinkSpec{Kind: store.LinkFirst, Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	b.call("Page.navigate", map[string]any{"url": w.url + "/#link=" + secret}, nil)
	b.await(ready)
	ask(b, "복리가 뭐예요?")
	b.await(`location.hash.startsWith("#/c/") && ` + still)
	conversation := strings.TrimPrefix(b.eval(`location.hash`), "#/c/")

	var invitation, link string
	for _, test := range []struct {
		name string
		run  func(b *browser)
	}{
		{"the first administrator chooses a login and a password", setPassword},
		{"somebody is invited by a link that is shown once", func(b *browser) { invitation = inviteSomebody(b) }},
		{"a key is shown once", makeKey},
		{"a prompt asks for what it leaves open", usePrompt},
		{"an import says first what would come", importChats},
		{"the audit log is whole", verifyLog},
		{"every page fits a phone", fitPhone},
		{"a conversation is shared", func(b *browser) { link = shareChat(b, conversation) }},
		{"whoever is invited reads it and goes on in a copy", func(b *browser) { joinAndRead(b, invitation, link) }},
	} {
		if !t.Run(test.name, func(t *testing.T) { b.t = t; test.run(b) }) {
			return // what follows needs it
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, trouble := range b.troubles {
		if !strings.Contains(trouble, "400 (Bad Request)") { // the file that was none
			t.Errorf("the console: %s", trouble)
		}
	}
	for _, url := range b.outside {
		if !strings.HasPrefix(url, "data:") && url != "about:blank" {
			t.Errorf("a request to outside: %s", url)
		}
	}
}

func setPassword(b *browser) {
	turnTo(b, "/admin/people", finder+`("비밀번호 저장")`) // it says that one is needed first
	press(b, "비밀번호 저장")
	enter(b, "아이디", "haneul")
	enter(b, "새 비밀번호", "감나무 아래 큰 평상")
	press(b, "비밀번호 저장")
	b.await(`document.querySelector("main").textContent.includes("지금 비밀번호")`)
}

func inviteSomebody(b *browser) string {
	turnTo(b, "/admin/people", finder+`("초대")`)
	press(b, "초대")
	enter(b, "이름(선택)", "장보라")
	press(b, "초대 링크 만들기")
	b.await(`document.querySelector(".once-value")?.value.includes("#link=")`)
	b.picture("invited-1280-light")
	link := b.eval(`document.querySelector(".once-value").value`)
	press(b, "완료")
	b.await(`!document.querySelector("dialog[open]") && document.querySelector("main").textContent.includes("장보라")`)
	if got := b.eval(`document.documentElement.outerHTML`); strings.Contains(got, strings.SplitN(link, "#link=", 2)[1]) {
		b.t.Error("the link is still on the page")
	}
	if got := b.eval(`document.activeElement !== document.body`); got != "true" {
		b.t.Error("the focus is nowhere")
	}
	return link
}

func makeKey(b *browser) {
	turnTo(b, "/settings/keys", finder+`("키 만들기")`)
	press(b, "키 만들기")
	enter(b, "이름", "편집기")
	press(b, "만들기")
	b.await(`document.querySelector(".once-value")?.value.startsWith("exa-")`)
	press(b, "완료")
	b.await(`[...document.querySelectorAll(".grid td")].some(e => e.textContent.includes("편집기"))`)
}

func usePrompt(b *browser) {
	turnTo(b, "/prompts", `document.querySelectorAll(".lib-card").length > 40`)
	b.picture("library-1280-light")
	press(b, "새 프롬프트")
	enter(b, "제목", "고객 답장")
	enter(b, "내용", "{{고객}} 님께 {{말투|정중하게|친근하게}} 답장해 주세요.\n\n{{받은 메일}}")
	press(b, "저장")
	b.await(`!document.querySelector("dialog[open]") && ` + finder + `("고객 답장 쓰기")`)
	press(b, "고객 답장 쓰기")
	enter(b, "고객", "김서준")
	enter(b, "받은 메일", "언제 오나요?\n급합니다.")
	press(b, "입력창에 넣기")
	b.await(`document.querySelector("#composer-input")?.value === "김서준 님께 정중하게 답장해 주세요.\n\n언제 오나요?\n급합니다."`)
}

func importChats(b *browser) {
	turnTo(b, "/settings/data", `document.querySelector(".drop")`)
	drop(b, "notes.json", `{"some": "thing"}`)
	b.await(`document.querySelector(".trouble")`)
	drop(b, "conversations.json", `[{"title":"분기 보고서","create_time":1700000000,"update_time":1700000100,"current_node":"b","mapping":{
		"a":{"id":"a","parent":null,"children":["b"],"message":{"id":"a","author":{"role":"user"},"content":{"content_type":"text","parts":["목차를 잡아 줘"]}}},
		"b":{"id":"b","parent":"a","children":[],"message":{"id":"b","author":{"role":"assistant"},"content":{"content_type":"text","parts":["요약, 실적, 계획"]}}}}},
		{"title":"빈 대화","create_time":1,"update_time":1,"mapping":{}}]`)
	b.await(`document.querySelector(".facts") && !document.querySelector(".trouble")`)
	if got := b.eval(`document.querySelector(".facts").innerText.replace(/\s+/g, " ")`); got != "가져올 대화 1 메시지 2" {
		b.t.Errorf("it would bring %q", got)
	}
	if got := b.eval(`[...document.querySelectorAll(".side-item")].some(e => e.textContent.includes("분기 보고서"))`); got != "false" {
		b.t.Error("it came before anybody said so")
	}
	press(b, "대화 1개 가져오기")
	b.await(`[...document.querySelectorAll(".side-item")].some(e => e.textContent.includes("분기 보고서"))`)
}

func verifyLog(b *browser) {
	turnTo(b, "/admin/audit", `document.querySelector(".grid")`)
	press(b, "기록 검증")
	b.await(`document.querySelector(".note.good")?.textContent.includes("모두 그대로입니다")`)
	for _, action := range []string{"로그인", "일회용 링크 생성", "API 키 생성", "대화 가져오기"} {
		b.await(`[...document.querySelectorAll(".grid .main")].some(e => e.textContent === ` + quote(action) + `)`)
	}
}

// fitPhone looks at every page of settings and administration on a phone, in the dark.
func fitPhone(b *browser) {
	b.look(390, 844, "dark")
	defer b.look(1280, 860, "light")
	for _, place := range []string{"settings/look", "settings/answers", "settings/archive", "settings/shares", "settings/data", "settings/account", "settings/keys",
		"prompts", "admin/health", "admin/people", "admin/groups", "admin/readers", "admin/limits", "admin/usage", "admin/audit", "admin/feedback",
		"admin/announcements", "admin/brand"} {
		turnTo(b, "/"+place, `document.querySelector(".page h1") && !document.querySelector(".page .skeleton")`)
		if wide := b.eval(`document.documentElement.scrollWidth > innerWidth || document.querySelector(".page").scrollWidth > document.querySelector(".page").clientWidth`); wide == "true" {
			b.t.Errorf("%s is wider than a phone", place)
		}
		if got := b.eval(`document.querySelector(".page .trouble")?.textContent ?? ""`); got != "" {
			b.t.Errorf("%s says %q", place, got)
		}
		b.picture(strings.ReplaceAll(place, "/", "-") + "-390-dark")
	}
}

func shareChat(b *browser, conversation string) string {
	turnTo(b, "/c/"+conversation, finder+`("공유")`)
	press(b, "공유")
	b.await(labelled + `("로그인한 모두")`)
	b.eval(labelled + `("로그인한 모두").click()`)
	b.picture("share-1280-light")
	press(b, "링크 만들기")
	b.await(`document.querySelector(".once-value")?.value.includes("#/s/")`)
	link := b.eval(`document.querySelector(".once-value").value`)
	press(b, "닫기")
	b.await(`!document.querySelector("dialog[open]")`)
	return link
}

func joinAndRead(b *browser, invitation, link string) {
	open := func(url string) {
		b.call("Page.navigate", map[string]any{"url": "about:blank"}, nil) // from one hash to another nothing would be loaded
		b.call("Page.navigate", map[string]any{"url": url}, nil)
	}
	open(invitation)
	enter(b, "아이디", "bora")
	enter(b, "새 비밀번호", "느티나무 밑 작은 우물")
	press(b, "시작하기")
	b.await(ready)
	open(link)
	b.await(`document.querySelector(".shared")?.textContent.includes("이자에도 이자가 붙는")`)
	b.picture("shared-1280-light")
	press(b, "사본으로 이어서 대화하기")
	b.await(`location.hash.startsWith("#/c/") && document.querySelector(".answer")?.textContent.includes("이자에도 이자가 붙는")`)
	turnTo(b, "/admin", `document.querySelector("main").textContent.includes("관리할 수 있는 것이 없습니다")`)
}
