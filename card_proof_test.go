package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"exaone/browser"
)

// TestSourceCard asks the documents that the program begins with, without a model, and holds the card of a number in the answer to
// what people do with it: a mouse comes, goes over to it, turns the wheel and presses elsewhere; keys scroll it; a finger rests and
// taps. It never leaves the window, and a screen reader is told what the number stands for.
func TestSourceCard(t *testing.T) {
	w := newWorkspace(t, nil, "--offline")
	admin := w.admin()
	examplesAreRead(t, admin)
	c := browser.Start(t, w.base)
	enter(c, admin)
	p := &sourceCard{t: t, Tab: c.Tab()}
	for _, lang := range []struct{ name, chip, open, by string }{
		{"ko", "출처 1: 2025년 출장 실태 보고서.pdf", "누르면 인용한 곳이 열립니다", "모델 없이 찾은 답변"},
		{"en", "Source 1: 2025년 출장 실태 보고서.pdf", "Press to open it where it is cited", "Found without a model"},
	} {
		p.answer(w.base, lang.name)
		if heard := p.Heard(chipAt); !slices.Contains(heard, browser.Said{Role: "button", Name: lang.chip}) {
			t.Errorf("%s: of the number a screen reader is told %q, want a button %q", lang.name, heard, lang.chip)
		}
		if by := p.Eval(`document.querySelector(".turn.assistant .by").textContent`); !strings.HasPrefix(by, lang.by) {
			t.Errorf("%s: who made the answer is said to be %q, want %q", lang.name, by, lang.by)
		}
		p.mouse(lang.open)
		p.keys()
		p.finger()
	}
	if seen := c.Seen(); len(seen.Policy)+len(seen.Outside) > 0 {
		t.Errorf("against the policy: %q; requests outside: %q", seen.Policy, seen.Outside)
	}
	t.Logf("the card of a source by mouse, keys and finger, in two languages: open in the window %d times", p.opened)
}

// examplesAreRead waits until the documents that the program begins with have been read.
func examplesAreRead(t *testing.T, admin *visitor) {
	t.Helper()
	var page struct {
		Items []struct{ Versions []struct{ State string } }
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		_, text := admin.send("GET", "/api/documents?limit=200", nil)
		must(t, json.Unmarshal([]byte(text), &page))
		waits := 0
		for _, d := range page.Items {
			if len(d.Versions) == 0 || d.Versions[0].State != "read" {
				waits++
			}
		}
		if len(page.Items) > 0 && waits == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the examples are not read: %s", text)
		}
	}
}

// sourceCard is an answer with a number that is cited, and the card of it.
type sourceCard struct {
	t *testing.T
	*browser.Tab
	opened int
}

const (
	chipAt     = ".answer .ref"
	cardOpen   = `document.querySelector(".answer .source-card:popover-open")`
	cardClosed = `!document.querySelector(".source-card:popover-open")`
	cardDrawn  = cardOpen + `?.querySelector(".source-picture img[data-drawn]")?.naturalWidth > 0 && ` + cardOpen + `.querySelector(".source-picture .paper-mark")`
	passes     = 250 * time.Millisecond // longer than a card waits for a mouse that is on its way to it
)

// answer has a question answered by a report that is a PDF, in a window in which the number is in sight.
func (p *sourceCard) answer(base, lang string) {
	p.t.Helper()
	p.Look(1280, 860, "light")
	p.Open(base)
	p.Await(browser.CanAsk)
	p.Eval(fmt.Sprintf(`localStorage.setItem("lang", %q)`, lang))
	p.Open(base + "/#/")
	p.Await(browser.CanAsk + fmt.Sprintf(` && document.documentElement.lang == %q`, lang))
	p.Ask("정산 기한을 지킨 비율은 몇 퍼센트인가요?")
	p.Await(browser.Answered + ` && document.querySelector(".answer .ref")`)
	p.Await(fmt.Sprintf(`document.querySelector(%q).ariaLabel.includes(".pdf")`, chipAt))
}

// mouse comes to the number, goes over to the card and away, turns the wheel, presses elsewhere, and opens the place.
func (p *sourceCard) mouse(open string) {
	p.t.Helper()
	p.move(p.place(chipAt))
	p.Await(cardDrawn)
	p.within()
	p.Picture("card-mouse-" + p.Eval(`document.documentElement.lang`))
	if said := p.Eval(cardOpen + `.innerText`); !strings.Contains(said, ".pdf") || !strings.Contains(said, "출장") || !strings.Contains(said, open) {
		p.t.Errorf("the card says %q", said)
	}
	p.move(p.place(".answer .source-card:popover-open"))
	time.Sleep(passes)
	if p.Eval(cardClosed) == "true" {
		p.t.Fatal("the card closes while the mouse is on it")
	}
	p.move(spot{2, 2})
	p.Await(cardClosed)

	p.move(p.place(chipAt))
	p.Await(cardOpen)
	p.press(spot{2, 400})
	p.Await(cardClosed)

	// With the wheel the number goes on, and its card with it.
	p.move(p.place(chipAt))
	p.Await(cardDrawn)
	before := p.gap()
	at := p.place(chipAt)
	p.Call("Input.dispatchMouseEvent", map[string]any{"type": "mouseWheel", "x": at.X, "y": at.Y, "deltaX": 0, "deltaY": -40})
	p.Await(fmt.Sprintf(`document.querySelector(%q).getBoundingClientRect().top > %f`, chipAt, at.Y))
	p.Await(cardClosed + fmt.Sprintf(` || Math.abs((%s) - %f) < 1`, cardGap, before))

	p.move(spot{2, 2})
	p.Await(cardClosed)
	p.press(p.place(chipAt))
	p.Await(`document.querySelector(".room .paper-mark") && ` + cardClosed)
	p.Eval(`document.querySelector(".room h2").focus()`)
	p.Press("Escape", 27, browser.Plain)
	p.Await(`!document.querySelector(".room")`)
	p.move(spot{2, 2})
	p.Eval(`document.activeElement.blur()`)
	p.Await(cardClosed)
}

// keys scroll a card that is longer than there is room for, and nothing else.
func (p *sourceCard) keys() {
	p.t.Helper()
	p.Look(1280, 360, "dark")
	p.Await(`innerHeight == 360`)
	p.Eval(`document.documentElement.style.fontSize = "200%"`) // as somebody has it who sees little
	p.Eval(settling)
	p.Eval(fmt.Sprintf(`{ const e = document.querySelector(%q); e.scrollIntoView({ block: "center" }); e.focus({ preventScroll: true, focusVisible: true }); } 0`, chipAt))
	p.Await(cardOpen)
	p.within()
	p.Picture("card-low-" + p.Eval(`document.documentElement.lang`))
	if long := p.Eval(cardOpen + `.scrollHeight > ` + cardOpen + `.clientHeight`); long != "true" {
		p.t.Fatal("the card is not longer than a low window has room for: nothing is proven")
	}
	page := p.Eval(fmt.Sprintf(`document.querySelector(%q).getBoundingClientRect().top`, chipAt))
	p.Press("ArrowDown", 40, browser.Plain)
	p.Await(cardOpen + `.scrollTop > 0`)
	if now := p.Eval(fmt.Sprintf(`document.querySelector(%q).getBoundingClientRect().top`, chipAt)); now != page {
		p.t.Errorf("an arrow has scrolled the page from %s to %s as well", page, now)
	}
	p.Press("Escape", 27, browser.Plain)
	p.Await(cardClosed + fmt.Sprintf(` && document.activeElement.matches(%q)`, chipAt))
	p.Eval(`document.activeElement.blur()`)
	p.Eval(`document.documentElement.style.fontSize = ""`)
}

// finger rests on the number of an answer on a phone, lets go, scrolls, and taps.
func (p *sourceCard) finger() {
	p.t.Helper()
	p.Look(390, 844, "dark")
	p.Call("Emulation.setTouchEmulationEnabled", map[string]any{"enabled": true, "maxTouchPoints": 1})
	defer p.Call("Emulation.setTouchEmulationEnabled", map[string]any{"enabled": false})
	p.Await(`innerWidth == 390`)
	p.Eval(fmt.Sprintf(`document.querySelector(%q).scrollIntoView({ block: "center" })`, chipAt))
	p.Eval(settling)
	for _, then := range []string{"press", "scroll"} {
		at := p.place(chipAt)
		p.touch("touchStart", at)
		p.Await(cardOpen)
		p.lift()
		time.Sleep(passes)
		if p.Eval(`!!document.querySelector(".room") || `+cardClosed) == "true" {
			p.t.Fatal("a finger that has rested opens the document, or closes the card, when it is lifted")
		}
		p.within()
		p.Picture("card-finger-" + p.Eval(`document.documentElement.lang`))
		if then == "press" {
			p.touch("touchStart", spot{380, 100})
			p.lift()
		} else {
			p.Eval(`{ let e = document.querySelector(".answer"); while (e.scrollHeight <= e.clientHeight || getComputedStyle(e).overflowY == "visible") e = e.parentElement; e.scrollBy(0, -30); } 0`)
		}
		p.Await(cardClosed)
		time.Sleep(2 * passes) // the click of the finger would have come
	}
	p.touch("touchStart", p.place(chipAt))
	p.lift()
	p.Await(`document.querySelector("dialog.room .paper-mark") && ` + cardClosed)
	p.Press("Escape", 27, browser.Plain)
	p.Await(`!document.querySelector(".room")`)
}

// within holds the card that is open to the window.
func (p *sourceCard) within() {
	p.t.Helper()
	p.opened++
	out := p.Eval(`(() => { const r = ` + cardOpen + `.getBoundingClientRect(); return r.left < 0 || r.top < 0 || r.right > innerWidth || r.bottom > innerHeight ? JSON.stringify(r) + " of " + innerWidth + "x" + innerHeight : ""; })()`)
	if out != "" {
		p.t.Errorf("the card leaves the window: %s", out)
	}
}

// cardGap is how far the card that is open is from its number, on whatever side.
const cardGap = `(() => { const c = ` + cardOpen + `, r = c.getBoundingClientRect(), n = c.parentElement.querySelector("a, button").getBoundingClientRect(); return r.top > n.top ? r.top - n.bottom : n.top - r.bottom; })()`

func (p *sourceCard) gap() float64 { return figure(p.t, p.Eval(cardGap)) }

// spot is a point of the window.
type spot struct{ X, Y float64 }

// place is the middle of what a selector finds.
func (p *sourceCard) place(selector string) (at spot) {
	p.t.Helper()
	text := p.Eval(`(() => { const r = document.querySelector(` + browser.Quote(selector) + `).getBoundingClientRect(); return JSON.stringify({ X: r.left + r.width / 2, Y: r.top + r.height / 2 }); })()`)
	must(p.t, json.Unmarshal([]byte(text), &at))
	return at
}

func (p *sourceCard) move(to spot) {
	p.t.Helper()
	p.Call("Input.dispatchMouseEvent", map[string]any{"type": "mouseMoved", "x": to.X, "y": to.Y})
}

// press goes to a point and presses the mouse there.
func (p *sourceCard) press(at spot) {
	p.t.Helper()
	p.move(at)
	for _, kind := range []string{"mousePressed", "mouseReleased"} {
		p.Call("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": at.X, "y": at.Y, "button": "left", "clickCount": 1})
	}
}

func (p *sourceCard) touch(kind string, at spot) {
	p.t.Helper()
	p.Call("Input.dispatchTouchEvent", map[string]any{"type": kind, "touchPoints": []any{map[string]any{"x": at.X, "y": at.Y}}})
}

// lift takes the finger away.
func (p *sourceCard) lift() {
	p.t.Helper()
	p.Call("Input.dispatchTouchEvent", map[string]any{"type": "touchEnd", "touchPoints": []any{}})
}
