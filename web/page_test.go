package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"exaone/browser"
	"exaone/chat"
	"exaone/store"
)

const said1 = "물론입니다. **복리(複利)**는 이자에도 이자가 붙는 방식입니다.\n\n1. 단리: 원금에만 이자가 붙습니다.\n2. 복리: 원금과 이자에 이자가 붙습니다.\n\n" +
	"```python\ndef grow(money, rate, years):\n    return money * (1 + rate) ** years\n```\n\n<img src=x onerror=alert(1)> `grow(100, 0.05, 10)`은 *약* $100 \\times 1.05^{10}$입니다.\n"

// TestPage drives the page in a real browser, as a person would, from the first link on.
func TestPage(t *testing.T) {
	hub := &shelf{state: StateReady, model: "smollm2-135m"}
	w := newWorld(t, func(o *Options) { o.Hub = hub })
	w.model.say(nil, strings.SplitAfter(said1, " ")...)
	b := browser.Start(t, w.url).Tab()

	b.Open(w.url)
	b.Await(`document.querySelector(".terminal")`)
	b.Picture("setup-1280-light")
	secret, _, err := w.store.CreateLink(t.Context(), chat.Local, store.LinkSpec{Kind: store.LinkFirst, Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	b.Open(w.url + "/#link=" + secret)
	b.Await(browser.CanAsk)
	if got := b.Eval(`location.href`); strings.Contains(got, secret) {
		t.Errorf("the secret stays in the address: %s", got)
	}
	b.Await(`document.querySelector("#notices").textContent.includes("한국어를 제대로 하지 못합니다")`)
	b.Picture("welcome-1280-light")

	for _, test := range []struct {
		name string
		run  func(t *testing.T, b *browser.Tab, w *world)
	}{
		{"Hangul is sent once and whole", pageHangul},
		{"kana is not sent by the Enter that picks it", pageKana},
		{"an answer is shown as written and runs nothing", pageAnswer},
		{"a reload in the middle loses nothing", pageReload},
		{"what was said in another window is caught up with", pageOtherWindow},
		{"Stop ends the answer and keeps what came", pageStop},
		{"a question is asked again in other words", pageEdit},
		{"the language changes at once", pageLanguage},
		{"the keyboard is enough", pageKeyboard},
	} {
		t.Run(test.name, func(t *testing.T) { b.T = t; test.run(t, b, w) })
	}
	t.Run("a research model asks for a name first", func(t *testing.T) { b.T = t; bringResearch(t, b, hub, w.url) })
	b.T = t
	views(t, b, w.url, hub)

	unspoilt(t, b, "403 (Forbidden)", "not-there-1") // the licence that was asked for, and what is not there
}

// unspoilt holds that the page asked nobody but the server and that the console complained about nothing but what is known.
func unspoilt(t *testing.T, b *browser.Tab, known ...string) {
	t.Helper()
	seen := b.Seen()
	for _, trouble := range seen.Troubles {
		if !slices.ContainsFunc(known, func(s string) bool { return strings.Contains(trouble, s) }) {
			t.Errorf("the console: %s", trouble)
		}
	}
	for _, url := range seen.Outside {
		t.Errorf("a request to outside: %s", url)
	}
}

// messages are those of the conversation that is open, as the server has them: role: text, one a line.
const messages = `fetch("/api/conversations/" + location.hash.split("/")[2]).then(r => r.json()).then(c => c.messages.map(m => m.role + ": " + m.text).join("\n"))`

// still says that no answer is being written.
const still = `document.querySelector("#send") && !document.querySelector("#stop") && document.querySelector(".by")`

func pageHangul(t *testing.T, b *browser.Tab, w *world) {
	b.Insert("안")
	b.Compose("녀", 1)
	b.Compose("녕", 1)
	b.Press("Enter", 229, 0)
	if got := b.Eval(`location.hash`); got != "" {
		t.Fatalf("sent while composing: %s", got)
	}
	b.Insert("녕") // commits
	b.Await(still)
	b.Press("Enter", 13, 0) // some browsers tell of the same Enter again
	b.Await(still)
	if got := b.Eval(messages); got != "user: 안녕\nassistant: "+said1 {
		t.Errorf("the server has %q", got)
	}
	if got := b.Eval(`document.querySelector("#composer-input").value`); got != "" {
		t.Errorf("left in the field: %q", got)
	}
}

func pageKana(t *testing.T, b *browser.Tab, _ *world) {
	b.Compose("かな", 2)
	b.Press("Enter", 229, 0)
	b.Insert("仮名")
	if got := b.Eval(`new Promise(r => setTimeout(() => r(document.querySelector("#composer-input").value), 60))`); got != "仮名" {
		t.Errorf("in the field: %q", got)
	}
	b.Eval(`document.querySelector("#composer-input").select()`)
	b.Press("Backspace", 8, 0)
}

func pageAnswer(t *testing.T, b *browser.Tab, _ *world) {
	b.Await(`document.querySelector(".katex") && document.querySelector(".tk-keyword")`)
	for what, want := range map[string]string{
		`document.querySelector(".prose strong").textContent`:                 "복리(複利)",
		`document.querySelectorAll(".prose ol li").length`:                    "2",
		`document.querySelector(".code pre").textContent.slice(0, 8)`:         "def grow",
		`document.querySelectorAll(".prose img, .prose script").length`:       "0",
		`document.querySelector(".prose").textContent.includes("<img")`:       "true",
		`document.querySelector(".by").textContent.startsWith("AI가 만든 답변")`:   "true",
		`document.querySelectorAll(".side-item.current").length`:              "1",
		`document.title.endsWith(" · ChatEXAONE")`:                            "true",
		`document.querySelectorAll('[style*="expression"],[onclick]').length`: "0",
	} {
		if got := b.Eval(what); got != want {
			t.Errorf("%s is %s, want %s", what, got, want)
		}
	}
	b.Picture("answer-1280-light")
}

func pageReload(t *testing.T, b *browser.Tab, w *world) {
	step := make(chan struct{})
	words := []string{"첫째, ", "😀 둘째, ", "셋째, ", "끝."}
	w.model.say(step, words...)
	b.Ask("천천히 세어 주세요")
	step <- struct{}{}
	step <- struct{}{}
	b.Await(`[...document.querySelectorAll(".answer")].at(-1).textContent.includes("둘째")`)
	b.Call("Page.reload", nil)
	b.Await(`document.querySelector("#stop") && [...document.querySelectorAll(".answer")].at(-1)?.textContent.includes("둘째")`)
	step <- struct{}{}
	step <- struct{}{}
	b.Await(still)
	if got, want := b.Eval(`[...document.querySelectorAll(".answer")].at(-1).textContent`), strings.Join(words, ""); got != want {
		t.Errorf("shown %q, want %q", got, want)
	}
}

func pageOtherWindow(t *testing.T, b *browser.Tab, w *world) {
	w.model.say(nil, "다른 창의 답입니다.")
	b.Eval(`(async () => {
		const id = location.hash.split("/")[2];
		const c = await (await fetch("/api/conversations/" + id)).json();
		const ask = { conversation: id, parent: c.messages.at(-1).id, text: "다른 창에서 묻습니다" };
		await fetch("/api/turns", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(ask) });
	})()`)
	b.Eval(`document.dispatchEvent(new Event("visibilitychange"))`) // as when the window is looked at again
	b.Await(`[...document.querySelectorAll(".answer")].at(-1)?.textContent == "다른 창의 답입니다."`)
	b.Await(still)
}

func pageStop(t *testing.T, b *browser.Tab, w *world) {
	step := make(chan struct{})
	w.model.say(step, "시작합니다. ", "끝나지 않습니다.")
	b.Ask("길게 써 주세요")
	step <- struct{}{}
	b.Await(`[...document.querySelectorAll(".answer")].at(-1).textContent.includes("시작합니다")`)
	b.Eval(`document.querySelector("#stop").click()`)
	b.Await(`document.querySelector(".ending")?.textContent.startsWith("멈췄습니다.")`) // the model itself says no more, and would wait for ever
	b.Await(still)
	if got := b.Eval(messages); !strings.HasSuffix(got, "user: 길게 써 주세요\nassistant: 시작합니다. ") {
		t.Errorf("the server has %q", got)
	}
}

func pageEdit(t *testing.T, b *browser.Tab, w *world) {
	w.model.say(nil, "짧게 답합니다.")
	b.Eval(`[...document.querySelectorAll('.turn.user [aria-label="고치기"]')].at(-1).click()`)
	b.Await(`document.querySelector(".editing textarea")`)
	b.Eval(`document.querySelector(".editing textarea").select()`)
	b.Insert("짧게 써 주세요")
	b.Press("Enter", 13, 2) // Ctrl
	b.Await(`document.querySelector(".siblings .num")?.textContent == "2/2" && document.body.innerText.includes("짧게 답합니다")`)
	b.Await(still)
	b.Eval(`document.querySelector('.siblings [aria-label="이전 버전"]').click()`)
	b.Await(`document.querySelector(".siblings .num")?.textContent == "1/2" && document.body.innerText.includes("길게 써 주세요")`)
}

func pageLanguage(t *testing.T, b *browser.Tab, _ *world) {
	b.Eval(`document.querySelector("#composer-input").focus()`)
	b.Insert("쓰던 것")
	b.Eval(`document.querySelector("#account").click()`)
	b.Await(`document.querySelector(".menu")`)
	b.Eval(`[...document.querySelectorAll(".menu button")].find(x => x.textContent == "English").click()`)
	b.Await(`document.documentElement.lang == "en" && document.querySelector("#send").ariaLabel == "Send"`)
	hangul := regexp.MustCompile(`\p{Hangul}`)
	for _, part := range []string{"#new", ".composer-row", ".composer-hint", ".side-do", ".topbar .picker"} {
		if got := b.Eval(`document.querySelector("` + part + `").innerText`); hangul.MatchString(got) {
			t.Errorf("Korean in the English %s: %q", part, got)
		}
	}
	if got := b.Eval(`document.querySelector("#composer-input").value`); got != "쓰던 것" {
		t.Errorf("the draft is %q", got)
	}
	b.Eval(`document.querySelector("#account").click()`)
	b.Await(`document.querySelector(".menu")`)
	b.Eval(`[...document.querySelectorAll(".menu button")].find(x => x.textContent == "한국어").click()`)
	b.Await(`document.documentElement.lang == "ko"`)
	b.Eval(`document.querySelector("#composer-input").select()`)
	b.Press("Backspace", 8, 0)
}

func pageKeyboard(t *testing.T, b *browser.Tab, w *world) {
	w.model.say(nil, "네.")
	b.Press("k", 'K', 2) // Ctrl
	b.Await(`document.querySelector(".palette input") == document.activeElement`)
	b.Insert("새 대화")
	b.Await(`document.querySelector(".palette-row.on")?.textContent.startsWith("새 대화")`)
	b.Press("Enter", 13, 0)
	b.Await(`!document.querySelector(".palette") && document.querySelector(".welcome") && document.activeElement.id == "composer-input"`)
	b.Insert("키보드로 묻습니다")
	b.Press("Enter", 13, 0)
	b.Await(still + ` && document.querySelector(".side-item.current")`)
	if got := b.Eval(messages); got != "user: 키보드로 묻습니다\nassistant: 네." {
		t.Errorf("the server has %q", got)
	}
}

// bringResearch brings a model under a research licence and cancels.
func bringResearch(t *testing.T, b *browser.Tab, hub *shelf, url string) {
	b.Open(url + "/#/models")
	b.Await(`document.querySelectorAll("#offers li").length == 3`)
	b.Picture("models-1280-light")
	if got := b.Eval(`[...document.querySelectorAll("#offers .button")].map(x => x.textContent + (x.disabled ? "-" : "")).join()`); got != "받기,받기-,사용-" {
		t.Errorf("offers can be %s", got)
	}
	b.Eval(`document.querySelector("#offers .button").click()`)
	b.Await(`document.querySelector(".licence-text")`)
	b.Picture("licence-1280-light")
	accept := `document.querySelector("#licence-accept").disabled`
	if b.Eval(accept) != "true" {
		t.Error("it can be accepted without a name")
	}
	b.Eval(`document.querySelector("#licence-person").focus()`)
	b.Insert("홍길동")
	if b.Eval(accept) != "true" {
		t.Error("it can be accepted without confirmation")
	}
	b.Eval(`document.querySelector("#licence-confirm").click()`)
	b.Await(`!` + accept)
	b.Eval(`document.querySelector("#licence-accept").click()`)
	b.Await(`!document.querySelector(".licence-text") && document.querySelector("#offers progress")`)
	if got := b.Eval(`document.querySelector("#offers").innerText`); !strings.Contains(got, "600 MB / 1.6 GB (36%) · 44초 남음") {
		t.Errorf("progress: %q", got)
	}
	b.Eval(`[...document.querySelectorAll("#offers button")].find(x => x.textContent == "취소").click()`)
	b.Await(`!document.querySelector("#offers progress")`)
	hub.mu.Lock()
	defer hub.mu.Unlock()
	var calls []string
	for _, call := range hub.calls {
		calls = append(calls, regexp.MustCompile(`^(\w+) \S+`).ReplaceAllString(call, "$1"))
	}
	want := []string{"accept {Model:exaone-3.5-2.4b Hash:abc Person:홍길동}", "pull exaone-3.5-2.4b", "cancel exaone-3.5-2.4b"}
	if !slices.Equal(calls, want) {
		t.Errorf("called %q, want %q", calls, want)
	}
}

// views looks at the page's states in both widths and colours: nothing may be wider than the window.
func views(t *testing.T, b *browser.Tab, url string, hub *shelf) {
	conversation := b.Eval(`fetch("/api/conversations").then(r => r.json()).then(c => c.items.at(-1).id)`)
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int{390, 1280} {
			for _, state := range []State{StateNone, StateBringing, StateReady} {
				hub.mu.Lock()
				hub.state, hub.model, hub.pulls, hub.notes = state, "", nil, nil
				switch state {
				case StateNone:
					hub.notes = []Note{{chat.CodeHubNoSource, []any{"smollm2-135m", "huggingface.co에 연결할 수 없습니다."}}}
				case StateBringing:
					hub.pulls = []Pull{{Model: "smollm2-135m", Phase: "download", Done: 40_000_000, Total: 98_000_000, Rate: 2_000_000}}
				case StateReady:
					hub.model = "smollm2-135m"
				}
				hub.mu.Unlock()
				b.Look(width, 844, scheme)
				for place, seen := range map[string]string{
					"":                   `document.querySelector(".notice") && document.querySelector("#composer-input")`,
					"c/" + conversation:  `document.querySelector(".by")`,
					"models":             `document.querySelectorAll("#offers li").length == 3`,
					"settings":           `document.querySelector(".choice")`,
					"c/" + "not-there-1": `document.querySelector(".talk-state.failed")`,
				} {
					if state != StateReady && (place != "" || scheme == "dark") {
						continue
					}
					b.Open("about:blank")
					b.Open(url + "/#/" + place)
					b.Await(seen)
					name := fmt.Sprintf("%s-%s-%d-%s", state, strings.Trim(place, "/"), width, scheme)
					b.Picture(strings.ReplaceAll(name, "/", "-"))
					if got := b.Eval(`document.documentElement.scrollWidth - innerWidth`); !strings.HasPrefix(got, "-") && got != "0" {
						t.Errorf("%s: %s pixels too wide", name, got)
					}
					if got, want := b.Eval(`document.documentElement.dataset.theme`), scheme; got != want {
						t.Errorf("%s: theme %s", name, got)
					}
				}
			}
		}
	}
}

// TestPageOutlivesTheServer holds that a page whose server goes away says so, and comes back with it.
func TestPageOutlivesTheServer(t *testing.T) {
	w := newWorld(t, nil)
	var down atomic.Bool
	inner, err := New(Options{Hub: &shelf{state: StateReady, model: "scripted"}, Store: w.store, Gate: w.gate, Turns: w.turns})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if down.Load() {
			panic(http.ErrAbortHandler)
		}
		inner.ServeHTTP(rw, r)
	}))
	defer server.Close()
	b := browser.Start(t, server.URL).Tab()
	secret, _, err := w.store.CreateLink(t.Context(), chat.Local, store.LinkSpec{Kind: store.LinkFirst, Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	b.Open(server.URL + "/#link=" + secret)
	b.Await(browser.CanAsk)
	down.Store(true)
	b.Ask("들리나요?")
	b.Await(`document.querySelector(".toast.bad")`)
	if got := b.Eval(`document.querySelector("#composer-input").value`); got != "들리나요?" {
		t.Errorf("what was typed is lost: %q", got)
	}
	down.Store(false)
	w.model.say(nil, "네.")
	b.Press("Enter", 13, 0)
	b.Await(still)
	if got := b.Eval(messages); got != "user: 들리나요?\nassistant: 네." {
		t.Errorf("the server has %q", got)
	}
}
