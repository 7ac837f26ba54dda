package main

import (
	"strings"
	"testing"
	"time"

	"exaone/browser"
)

// TestFirstRunByKeyboard goes from the first link to signing out, and in again by the password, without a pointer: what
// is used is reached by Tab and arrows, is in sight when it has the focus, and shows that it has it.
func TestFirstRunByKeyboard(t *testing.T) {
	model := newTeller(t)
	long := strings.SplitAfter(strings.Repeat("아직 쓰고 있습니다. ", 300), " ")
	model.say("짧게 답해 주세요", 0, "네, ", "짧게 답합니다.")
	model.say("길게 써 주세요", 50*time.Millisecond, long...)
	w := newWorkspace(t, nil, "--model", model.flag())
	b := browser.Start(t, w.base).Tab()
	k := &keyboard{b, 0}

	b.Open(w.base + "/#link=" + w.link)
	b.Await(browser.CanAsk)
	b.Await(`document.querySelector(".welcome p").textContent.includes("다른 서버에 있는 모델")`) // it promises nothing else
	k.tabTo("#composer-input")
	b.Insert("짧게 답해 주세요")
	b.Press("Enter", 13, browser.Plain)
	b.Await(browser.Answered)
	if got := b.Eval(browser.Answer + `.textContent`); got != "네, 짧게 답합니다." {
		t.Errorf("browser.Answered %q", got)
	}
	k.tabTo("#composer-input")
	b.Insert("길게 써 주세요")
	b.Press("Enter", 13, browser.Plain)
	b.Await(`document.querySelector("#stop") && ` + browser.Answer + `.textContent.includes("아직")`)
	k.tabTo("#stop")
	b.Press("Enter", 13, browser.Plain)
	b.Await(`document.querySelector(".ending") && !document.querySelector("#stop")`)
	if said := len(model.times("길게 써 주세요")); said >= len(long) {
		t.Errorf("all %d words were said: it was not stopped", said)
	}

	b.Press(".", 190, browser.Ctrl)
	b.Await(`location.hash == "#/settings" && document.querySelector("[role=tablist]")`)
	k.tabTo("[role=tab][aria-selected=true]")
	for range 12 {
		if b.Eval(`location.hash`) == "#/settings/account" {
			break
		}
		before := b.Eval(`location.hash`)
		b.Press("ArrowDown", 40, browser.Plain)
		b.Await(`location.hash != ` + browser.Quote(before))
	}
	b.Await(`location.hash == "#/settings/account" && document.querySelector("input[autocomplete=new-password]")`)
	k.tabTo("input[autocomplete=username]")
	b.Insert("first")
	k.tabTo("input[autocomplete=new-password]")
	b.Insert(provenPassword)
	b.Press("Enter", 13, browser.Plain)
	b.Await(`document.querySelector("input[autocomplete=current-password]")`)

	k.tabTo("#account")
	b.Press("Enter", 13, browser.Plain)
	b.Await(`document.querySelector("[role=menu]:popover-open") && document.activeElement.role == "menuitem"`)
	b.Press("End", 35, browser.Plain)
	b.Press("Enter", 13, browser.Plain)
	b.Await(`document.querySelector("input[autocomplete=current-password]") && !document.querySelector("#composer-input") && !document.querySelector(".shell")`)
	k.tabTo("input[autocomplete=username]")
	b.Insert("first")
	k.tabTo("input[autocomplete=current-password]")
	b.Insert(provenPassword)
	b.Press("Enter", 13, browser.Plain)
	b.Await(browser.CanAsk)
	if unseen := k.unseen; unseen > 0 {
		t.Errorf("%d times what had the focus did not show it", unseen)
	}
	t.Log("link, question, answer, Stop, settings, password, sign out, sign in: by keyboard alone")
}

// keyboard moves the focus as people do.
type keyboard struct {
	*browser.Tab
	unseen int // how often what had the focus was out of sight or did not show it
}

// tabTo presses Tab until what a selector names has the focus.
func (k *keyboard) tabTo(selector string) {
	k.T.Helper()
	k.Await(`document.querySelector(` + browser.Quote(selector) + `)`)
	for range 150 {
		if k.Eval(`document.activeElement.matches(`+browser.Quote(selector)+`)`) == "true" {
			if lost := k.Eval(focusLost); lost != "" {
				k.unseen++
				k.T.Errorf("%s has the focus, but %s", selector, lost)
			}
			return
		}
		k.Press("Tab", 9, browser.Plain)
	}
	k.T.Fatalf("Tab does not reach %s", selector)
}

// focusLost says how what has the focus hides that, if it does: an outline, a shadow or a border must tell, its own or
// that of what it stands in.
const focusLost = `(async () => {
	const el = document.activeElement, at = el.getBoundingClientRect(), wait = () => new Promise((r) => setTimeout(r, 400));
	if (at.width == 0 || at.bottom < 0 || at.top > innerHeight || at.right < 0 || at.left > innerWidth) return "it is out of sight";
	const marks = (e) => { const s = getComputedStyle(e); return [s.outlineStyle == "none" ? "" : s.outlineWidth + s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor].join(); };
	const near = [el, el.parentElement, el.parentElement?.parentElement].filter(Boolean);
	await wait(); // colours pass into one another
	const shown = near.map(marks).join("|");
	el.blur();
	await wait();
	const without = near.map(marks).join("|");
	el.focus({ focusVisible: true });
	return shown === without ? "nothing shows it" : "";
})()`
