package web

import (
	"strings"
	"testing"
	"time"

	"exaone/browser"
	"exaone/chat"
	"exaone/store"
)

// hostile are answers that would run something, or fetch something from elsewhere, if the page let them.
var hostile = []string{
	"<script>alert(1)</script>",
	"<img src=x onerror=alert(1)>",
	"![a](http://127.0.0.1:9/a.png)",
	"![](<http://127.0.0.1:9/b>)",
	"[a](javascript:alert(1)) [b](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==) [c](vbscript:x)",
	`<a href="javascript:alert(1)">x</a>`,
	`<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>`,
	"<style>@import url(http://127.0.0.1:9/c)</style><link rel=stylesheet href=http://127.0.0.1:9/d>",
	"<math><mtext></table><mglyph><style><img src=x onerror=alert(1)>",
	"```svg\n<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script><image href='http://127.0.0.1:9/e' width='9' height='9'/>" +
		"<style>@import url(http://127.0.0.1:9/f);</style><rect width='50' height='50'/></svg>\n```",
	"```mermaid\ngraph TD; A[<img src=x onerror=alert(1)>]-->B; click A \"javascript:alert(1)\"\n```",
	"```html\n<svg onload=alert(1)><script>alert(1)</script></svg>\n```",
	`$\href{javascript:alert(1)}{x}$ $\includegraphics{http://127.0.0.1:9/g}$ $\htmlStyle{background:url(http://127.0.0.1:9/h)}{x}$`,
	`$$\def\a{\a\a}\a$$`,
	`$\rule{99999em}{99999em}$`,
	"| a |\n|---|\n| <img src=x onerror=alert(1)> |",
	"[^1]\n\n[^1]: <script>alert(1)</script>",
	"<!--<img src=x onerror=alert(1)>--> <!DOCTYPE html> <?x alert(1)?>",
}

// TestPageRunsNothing shows each as an answer and as a question, waits until drawings are drawn, and looks whether anything
// ran or was asked for elsewhere.
func TestPageRunsNothing(t *testing.T) {
	w := newWorld(t, nil)
	b := browser.Start(t, w.url).Tab()
	secret, _, err := w.store.CreateLink(t.Context(), chat.Local, store.LinkSpec{Kind: store.LinkFirst, Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	b.Look(1280, 4000, "light") // all of it is in sight
	b.Call("Page.addScriptToEvaluateOnNewDocument", map[string]any{"source": "window.ran = 0; window.alert = () => { window.ran++ }"})
	b.Open(w.url + "/#link=" + secret)
	b.Await(browser.CanAsk)
	for _, text := range []string{strings.Join(hostile, "\n\n"), hostile[0], hostile[9]} {
		w.model.say(nil, strings.SplitAfter(text, " ")...)
		b.Ask(`"><img src=x onerror=alert(1)> <script>alert(1)</script>`)
		b.Await(still)
		b.Await(`document.querySelector(".answer")`)
	}
	b.Await(`document.querySelector(".drawing img")?.complete && document.querySelector(".katex")`)
	for what, want := range map[string]string{
		`window.ran`: "0",
		// A diagram is drawn in a frame that has an origin of its own.
		`document.querySelectorAll('#root :is(script, iframe:not([src="/frame/diagram.html"][sandbox="allow-scripts"]), object, embed, style, link, form, [onerror], [onload], [srcdoc])').length`: "0",
		`[...document.querySelectorAll("#root a[href]")].filter(a => !/^(https?:|mailto:|#)/.test(a.getAttribute("href"))).length`:                                                                 "0",
		`[...document.querySelectorAll("#root img")].filter(i => !i.src.startsWith("data:image/svg+xml")).length`:                                                                                  "0",
		`document.querySelectorAll("#root .katex :is(a, img)").length`:                                                                                                                             "0",
	} {
		if got := b.Eval(what); got != want {
			t.Errorf("%s is %s, want %s", what, got, want)
		}
	}
	unspoilt(t, b) // what the policy refuses was tried, and should not have been
}
