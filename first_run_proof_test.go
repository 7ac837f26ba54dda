package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"exaone/browser"
)

// What is promised to somebody who has just started the program.
const (
	mostClicks = 3
	firstProof = 60 * time.Second
)

// mouse is a hand that counts.
type mouse struct {
	tab    *browser.Tab
	clicks int
	film   *film
}

// click presses the mouse in the middle of what a selector finds, as soon as that is there.
func (m *mouse) click(selector string) {
	m.tab.T.Helper()
	find, _ := json.Marshal(selector)
	m.tab.Await(fmt.Sprintf(`(() => { const e = document.querySelector(%s); return e && !e.disabled && e.getClientRects().length > 0; })()`, find))
	m.tab.Eval(fmt.Sprintf(`document.querySelector(%s).scrollIntoView({ block: "center" })`, find))
	m.film.shot()
	var at struct{ X, Y float64 }
	where := m.tab.Eval(fmt.Sprintf(`(() => { const r = document.querySelector(%s).getBoundingClientRect(); return JSON.stringify({ x: r.left + r.width / 2, y: r.top + r.height / 2 }); })()`, find))
	if err := json.Unmarshal([]byte(where), &at); err != nil {
		m.tab.T.Fatalf("%s is at %q: %v", selector, where, err)
	}
	for _, kind := range []string{"mouseMoved", "mousePressed", "mouseReleased"} {
		m.tab.Call("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": at.X, "y": at.Y, "button": "left", "clickCount": 1})
	}
	m.clicks++
	m.film.shot()
}

// film is what was seen, a picture after another, in the folder EXAONE_SCREENSHOTS, or nowhere.
type film struct {
	tab   *browser.Tab
	began time.Time
	n     int
}

func (f *film) shot() {
	f.tab.T.Helper()
	f.n++
	f.tab.Picture(fmt.Sprintf("first-run-%02d-%05.1fs", f.n, time.Since(f.began).Seconds()))
}

// TestFirstRun starts the program on an empty folder with no model, opens its link, and clicks what is suggested: a passage is
// marked in the answer, and in the document beside it.
func TestFirstRun(t *testing.T) {
	w := newWorkspace(t, nil, "--offline")
	c := browser.Start(t, w.base)
	tab := c.Tab()
	f := &film{tab: tab, began: time.Now()}
	m := &mouse{tab: tab, film: f}
	tab.Open(w.base + "/#link=" + w.link)
	tab.Await(`document.querySelector("#root")?.children.length > 0`)
	f.shot()
	// What is there while the page still finds out who is there goes by itself.
	tab.Await(`document.querySelector("[data-example=documents]") || (window.seen = document.querySelector("form button, .enter button") ? (window.seen ?? 0) + 1 : 0) > 20`)
	if tab.Eval(`!document.querySelector("[data-example=documents]")`) == "true" {
		m.click("form button, .enter button")
	}
	m.click("[data-example=documents]")
	tab.Await(`document.querySelector(".passage mark")`)
	f.shot()
	shown := time.Since(f.began)
	tab.Await(browser.Answered)
	if said := tab.Eval(browser.Answer + `.textContent`); !strings.Contains(said, "7일 이내") {
		t.Errorf("the answer is %q", said)
	}
	m.click(".answer .ref")
	tab.Await(`document.querySelector(".room")`)
	tab.Await(`[...document.querySelectorAll(".room mark.hit")].map((e) => e.textContent).join("").includes("7일 이내에 출장 여비를 정산하여야 한다")`)
	took := time.Since(f.began)
	f.shot()
	missingIsBrief(t, tab, w.base)
	if m.clicks > mostClicks {
		t.Errorf("%d clicks, want %d at most", m.clicks, mostClicks)
	}
	t.Logf("after the page opens: passages marked in the answer after %.1f s, the passage marked in the document after %.1f s and %d clicks, without a model (%s); %d pictures",
		shown.Seconds(), took.Seconds(), m.clicks, verdict(m.clicks <= mostClicks && took <= firstProof, "3 clicks, 60 s"), f.n)
}

// missingIsBrief holds what is said to be missing, a model and a password, to one line, and to two on a phone, in both languages; what to
// do about each is reached by Tab, and a password can be done without.
func missingIsBrief(t *testing.T, tab *browser.Tab, base string) {
	t.Helper()
	for lang, acts := range map[string][]string{"ko": {"모델 고르기", "비밀번호 정하기"}, "en": {"Choose a model", "Set a password"}} {
		tab.Eval(fmt.Sprintf(`localStorage.setItem("lang", %q)`, lang))
		tab.Open(base + "/#/")
		tab.Await(browser.CanAsk + fmt.Sprintf(` && document.documentElement.lang == %q && document.querySelectorAll(".todo li").length == 2`, lang))
		for _, of := range []struct{ width, lines int }{{1280, 1}, {390, 2}} {
			for _, scheme := range []string{"light", "dark"} {
				tab.Look(of.width, 844, scheme)
				tab.Await(fmt.Sprintf(`innerWidth == %d && document.documentElement.dataset.theme == %q`, of.width, scheme))
				tab.Eval(settling)
				tab.Picture(fmt.Sprintf("missing-%s-%d-%s", lang, of.width, scheme))
				const most = 40 // pixels of a line, with what is around it
				if high := figure(t, tab.Eval(`document.querySelector("#notices").clientHeight`)); int(high) > of.lines*most+16 {
					t.Errorf("%s: what is missing takes %.0f pixels of a window of %d, want %d lines", lang, high, of.width, of.lines)
				}
				if lines := figure(t, tab.Eval(missingLines)); int(lines) != of.lines {
					t.Errorf("%s: what is missing takes %.0f lines of a window of %d, want %d", lang, lines, of.width, of.lines)
				}
			}
			k := &keyboard{tab, 0}
			for _, said := range acts {
				tab.Eval(fmt.Sprintf(`[...document.querySelectorAll(".todo button")].find((b) => b.textContent == %q).dataset.act = %[1]q`, said))
				k.tabTo(fmt.Sprintf(`.todo [data-act=%q]`, said))
			}
			k.tabTo(`.todo .icon-button`)
		}
	}
	tab.Press("Enter", 13, browser.Plain)
	tab.Await(`document.querySelectorAll(".todo li").length == 1`)
}

// missingLines counts the lines of text in what is said to be missing: where the middles of its words are, further apart than in one line.
const missingLines = `(() => {
	const middles = [], walk = document.createTreeWalker(document.querySelector(".todo"), NodeFilter.SHOW_TEXT);
	for (let n = walk.nextNode(); n; n = walk.nextNode()) {
		const r = document.createRange();
		r.selectNodeContents(n);
		if (n.data.trim()) for (const box of r.getClientRects()) if (box.width > 0) middles.push((box.top + box.bottom) / 2);
	}
	return middles.sort((a, b) => a - b).filter((m, i) => i == 0 || m - middles[i - 1] > 8).length;
})()`
