package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"exaone/browser"
)

// axeFile is the checker, which npm brings with what the page is built of.
const axeFile = "web/app/node_modules/axe-core/axe.min.js"

// TestPageIsAccessible has axe look at every page and at every dialog and menu that a button of it opens, in both
// languages and colour schemes. With EXAONE_AXE=pages it presses no buttons.
func TestPageIsAccessible(t *testing.T) {
	source, err := os.ReadFile(axeFile)
	if err != nil {
		t.Skip("axe-core: not here; npm ci in web/app brings it")
	}
	model := newTeller(t)
	w := newWorkspace(t, nil, "--model", model.flag())
	a := &examiner{t: t, source: string(source), seen: map[string]bool{}, found: map[string]int{}}
	c := browser.Start(t, w.base)
	a.b = c.Tab()
	for _, lang := range []string{"ko", "en"} {
		a.speak(w.base, lang)
		a.b.Open(w.base + "/#/")
		a.b.Await(`document.querySelector(".terminal")`)
		a.examine(lang + " first link")
	}
	admin := w.admin()
	long, shared := furnish(t, w, admin)
	for _, lang := range []string{"ko", "en"} {
		a.speak(w.base, lang)
		a.b.Open(w.base)
		a.b.Await(`document.querySelector("input[type=password]")`)
		a.examine(lang + " sign in")
		a.b.Open(w.base + "/#link=" + invited(t, admin))
		a.b.Await(`document.querySelector("input[autocomplete=new-password]")`)
		a.examine(lang + " invitation")
		a.b.Open(w.base + "/#link=wrong")
		a.b.Await(`document.querySelector(".trouble")`)
		a.examine(lang + " a wrong link")
	}
	enter(c, admin)
	pages := append([]string{"", "c/" + long, "c/" + long + "/share", "c/not-there", "s/" + shared, "s/not-there", "models", "prompts", "documents"}, allTabs...)
	for _, lang := range []string{"ko", "en"} {
		admin.must("PUT", "/api/settings", record{"language": lang})
		a.seen = map[string]bool{}
		for _, page := range pages {
			a.look(w.base, lang, page)
		}
	}
	for _, what := range slices.Sorted(maps.Keys(a.found)) {
		t.Errorf("%d times: %s", a.found[what], what)
	}
	t.Logf("%d states, each in both colour schemes: %d serious or critical findings of %d kinds; moderate and minor ones %d", a.states, a.bad, len(a.found), a.lesser)
}

// examiner looks at pages with axe.
type examiner struct {
	t      *testing.T
	b      *browser.Tab
	source string
	seen   map[string]bool // buttons that have been pressed, by what they say
	found  map[string]int
	states int // pages, dialogs and menus
	bad    int
	lesser int
}

// speak has the page be in a language before anybody is signed in.
func (a *examiner) speak(base, lang string) {
	a.b.Open(base + "/#/")
	a.b.Await(`document.querySelector("main")`)
	a.b.Eval(`localStorage.setItem("lang", "` + lang + `")`)
}

// look examines a page, and then what each of its buttons opens.
func (a *examiner) look(base, lang, page string) {
	address := base + "/#/" + page
	ready := `document.documentElement.lang == "` + lang + `" && document.querySelector("main h1, main h2, #composer-input, .trouble") && !document.querySelector(".skeleton")`
	a.b.Open(address)
	a.b.Await(ready)
	time.Sleep(300 * time.Millisecond)
	a.examine(lang + " #/" + page)
	if os.Getenv("EXAONE_AXE") == "pages" {
		return
	}
	var buttons []string
	if err := json.Unmarshal([]byte(a.b.Eval(buttonsOf)), &buttons); err != nil {
		a.t.Fatal(err)
	}
	for n, button := range buttons {
		if a.seen[button] {
			continue
		}
		a.seen[button] = true
		a.press(address, ready, fmt.Sprintf("%s #/%s, %s", lang, page, button), n)
	}
}

// press presses the n-th button. If something opens, it is examined, and if it is a menu, so is what that opens.
func (a *examiner) press(address, ready, name string, n int) {
	opened := func() string { return a.b.Eval(fmt.Sprintf(pressing, n)) }
	what := opened()
	if what == "" || what == "gone" {
		if a.b.Eval(`location.href`) != address || what == "gone" {
			a.b.Open(address)
			a.b.Await(ready)
		}
		return
	}
	a.examine(name)
	items := 0
	if what == "menu" {
		items = int(figure(a.t, a.b.Eval(`document.querySelectorAll("[role=menu]:popover-open [role^=menuitem]:not(:disabled)").length`)))
	}
	for item := range items {
		a.b.Open(address)
		a.b.Await(ready)
		if opened() != "menu" {
			break
		}
		said := a.b.Eval(fmt.Sprintf(`document.querySelectorAll("[role=menu]:popover-open [role^=menuitem]:not(:disabled)")[%d]?.textContent ?? ""`, item))
		if a.seen["item "+said] || said == "" || strings.Contains(said, "로그아웃") || strings.Contains(said, "Sign out") || said == "English" || said == "한국어" {
			continue
		}
		a.seen["item "+said] = true
		a.b.Eval(fmt.Sprintf(`document.querySelectorAll("[role=menu]:popover-open [role^=menuitem]:not(:disabled)")[%d].click()`, item))
		time.Sleep(400 * time.Millisecond)
		if a.b.Eval(`!!document.querySelector("dialog[open], .editing")`) == "true" {
			a.examine(name + ", " + said)
		}
		a.b.Eval(`localStorage.removeItem("look")`) // it may have been about that, and examine says how it looks
	}
	a.b.Open(address)
	a.b.Await(ready)
}

// examine runs axe on what is shown, in both colour schemes.
func (a *examiner) examine(name string) {
	a.states++
	if a.b.Eval(`typeof axe`) != "object" {
		a.b.Eval(a.source + "; 0")
	}
	for _, scheme := range []string{"light", "dark"} {
		a.b.Look(1280, 860, scheme)
		a.b.Await(`document.documentElement.dataset.theme == "` + scheme + `"`)
		a.b.Eval(settling)
		var found struct {
			Bad    []string
			Lesser int
		}
		if text := a.b.Eval(examining); json.Unmarshal([]byte(text), &found) != nil {
			a.t.Fatalf("%s: %s", name, text)
		}
		a.bad += len(found.Bad)
		a.lesser += found.Lesser
		for _, one := range found.Bad {
			if a.found[one] == 0 {
				a.t.Logf("%s, %s: %s", name, scheme, one)
			}
			a.found[one]++
		}
	}
}

// settling waits until colours have passed into one another.
const settling = `(async () => {
	const frame = () => new Promise((r) => requestAnimationFrame(r));
	const moving = () => document.getAnimations().some((a) => a.playState == "running" && a.effect.getComputedTiming().iterations != Infinity);
	await new Promise((r) => setTimeout(r, 100));
	do { await frame(); await frame(); } while (moving());
	return "";
})()`

const examining = `axe.run(document, { resultTypes: ["violations"] }).then((r) => JSON.stringify({
	lesser: r.violations.filter((v) => !["serious", "critical"].includes(v.impact)).length,
	bad: r.violations.filter((v) => ["serious", "critical"].includes(v.impact)).flatMap((v) => v.nodes.slice(0, 3).map((n) =>
		v.impact + " " + v.id + ": " + n.target.join(" ").slice(0, 120) + ": " + (n.any[0] ?? n.all[0] ?? n.none[0])?.message.slice(0, 160))),
}))`

// buttonsOf are what the buttons in sight say, each with what it is in.
const buttonsOf = `JSON.stringify([...document.querySelectorAll("button")].map((b) =>
	(b.closest("dialog") ? "dialog " : b.closest("main") ? "main " : "side ") + (b.ariaLabel || b.textContent || b.id).replace(/\d+/g, "0").slice(0, 60)))`

// pressing presses the n-th button and returns what it opened: a dialog, a menu, something else that floats, or nothing;
// gone is when the page went elsewhere, or there is no such button. What cannot be taken back is not pressed.
const pressing = `(async () => {
	const b = document.querySelectorAll("button")[%d], wait = (ms) => new Promise((r) => setTimeout(r, ms));
	if (!b || b.disabled || !b.checkVisibility() || ["lang", "send", "stop"].includes(b.id) || b.type == "submit") return "";
	const before = location.href, dialogs = document.querySelectorAll("dialog[open]").length;
	b.click();
	await wait(500);
	if (location.href != before) return "gone";
	if (document.querySelectorAll("dialog[open]").length > dialogs) return "dialog";
	if (document.querySelector("[role=menu]:popover-open")) return "menu";
	if (document.querySelector(".editing, [popover]:popover-open:not([role=tooltip]), .suggest")) return "other";
	return "";
})()`

// invited is the secret of a new invitation.
func invited(t *testing.T, v *visitor) string {
	t.Helper()
	_, secret, _ := strings.Cut(v.must("POST", "/api/invites", record{"role": "member"}).text("link"), "/#link=")
	return secret
}

// furnish puts something into every page, and returns a long conversation and the secret of one that is shared.
func furnish(t *testing.T, w *workspace, admin *visitor) (long, shared string) {
	t.Helper()
	manyConversations(t, admin, 60, 30)
	answer := "**표와 코드**가 있습니다. [1]\n\n| 항목 | 값 |\n|---|---:|\n| 매출 | 120 |\n\n```go\nfunc main() { fmt.Println(\"안녕\") } // 주석\n```\n\n" +
		"- [x] 한 일\n- [ ] 할 일\n\n> 인용\n\n$$\\frac{a}{b}$$\n\n[링크](https://example.com) ![그림](https://example.com/a.png)"
	rich := conversationOf("모든 것이 있는 대화", time.Now().Add(time.Minute), []string{"모두 보여 주세요", answer})
	said, _ := rich["messages"].([]record)
	said[1]["mode"], said[1]["thinking"], said[1]["events"] = "scripted", "먼저 생각합니다.", richEvents(answer)
	body, err := json.Marshal(record{"format": "exaone.conversations", "version": 1, "exported": time.Now(), "conversations": []record{rich}})
	if err != nil {
		t.Fatal(err)
	}
	if status, text := admin.upload(strings.NewReader(string(body))); status != 200 {
		t.Fatalf("%d %s", status, text)
	}
	long = conversationIDs(t, admin)[0]
	shared = admin.must("POST", "/api/shares", record{"conversation": long, "audience": []string{"*"}}).text("secret")
	admin.must("POST", "/api/folders", record{"name": "영업", "instructions": "짧게"})
	admin.must("POST", "/api/prompts", record{"name": "요약", "title": "회의록 요약", "text": "{{글}}을 요약해 줘", "audience": ""})
	admin.must("POST", "/api/admin/announcements", record{"level": "info", "ko": "내일 점검합니다.", "en": "We work on it tomorrow."})
	admin.must("POST", "/api/keys", record{"name": "스크립트"})
	member := w.join(admin, "member", "member")
	admin.must("POST", "/api/teams", record{"name": "영업팀", "members": []string{member.id}})
	_, said1 := member.ask("안녕하세요")
	if _, err := member.hears(said1); err != nil {
		t.Fatal(err)
	}
	member.send("PUT", "/api/messages/"+said1+"/rating", record{"value": -1, "reasons": []string{}, "text": "틀렸습니다"})
	old := conversationIDs(t, admin)[5]
	admin.send("PATCH", "/api/conversations/"+old, record{"archived": true})
	return long, shared
}

// richEvents are one of each of an answer's pieces.
func richEvents(answer string) []record {
	var all []record
	add := func(kind string, data record) {
		all = append(all, record{"kind": kind, "version": 1, "data": data})
	}
	add("delta", record{"at": 0, "text": answer})
	add("call", record{"index": 0, "id": "1", "name": "search", "arguments": `{"q":"매출"}`})
	add("result", record{"call_id": "1", "name": "search", "text": "3건"})
	add("citation", record{"index": 1, "title": "사업 보고서", "source": "보고서.pdf", "where": "3쪽", "snippet": "매출은 늘었다", "url": "https://example.com/"})
	add("table", record{"title": "매출", "columns": []string{"분기", "원"}, "rows": [][]string{{"1", "120"}, {"2", "135"}}})
	add("chart", record{"title": "매출", "kind": "bar", "spec": record{"labels": []string{"1", "2"}, "series": []record{{"name": "매출", "values": []int{120, 135}}}}})
	add("file", record{"name": "매출.csv", "mime": "text/csv", "blob": strings.Repeat("0", 64), "size": 120})
	add("approval", record{"id": "a", "what": "보내기", "where": "메일", "effect": "되돌릴 수 없습니다"})
	add("verdict", record{"checked": []string{"합계"}, "failed": []string{"날짜"}})
	return all
}
