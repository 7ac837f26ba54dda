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
	if m.clicks > mostClicks || took > firstProof {
		t.Errorf("%d clicks and %.1f s, want %d and %v at most", m.clicks, took.Seconds(), mostClicks, firstProof)
	}
	t.Logf("after the page opens: passages marked in the answer after %.1f s, the passage marked in the document after %.1f s and %d clicks, without a model (%s); %d pictures",
		shown.Seconds(), took.Seconds(), m.clicks, verdict(m.clicks <= mostClicks && took <= firstProof, "3 clicks, 60 s"), f.n)
}
