package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"exaone/browser"
)

// TestNothingOfAnAnswerRuns gives the page texts that are made to run a script or to call somebody, wherever a text of
// somebody else is shown: as questions and answers while they are written and after, as titles, beside answers, in what
// is shared, exported, and as the names of whatever has one. EXAONE_XSS says to take every n-th, EXAONE_XSS_WITH those
// that have something in them.
func TestNothingOfAnAnswerRuns(t *testing.T) {
	x := newIntruder(t)
	x.payloads = x.payloads[:0:0]
	for n, payload := range hostileTexts(t, x.sink.Listener.Addr().String()) {
		if n%envInt("EXAONE_XSS", 1) == 0 && strings.Contains(payload, os.Getenv("EXAONE_XSS_WITH")) {
			x.payloads = append(x.payloads, payload)
		}
	}
	const each = 12 // texts a conversation
	for from := 0; from < len(x.payloads); from += each {
		x.talk(x.payloads[from:min(from+each, len(x.payloads))])
	}
	x.pieces()
	x.exports()
	x.names()
	x.pages()

	seen := x.b.Seen()
	t.Logf("%d texts in %d places, %d times looked at: %d scripts ran, %d requests to outside (%d arrived), %d reports of the policy, %d elements that should not be",
		len(x.payloads), x.places, x.looks, len(seen.Ran), len(seen.Outside), x.arrived.Load(), len(seen.Policy), x.wrong)
	for what, all := range map[string][]string{"ran": seen.Ran, "asked outside": seen.Outside, "stopped by the policy alone": seen.Policy} {
		for _, one := range all {
			t.Errorf("%s: %s", what, one)
		}
	}
	if x.arrived.Load() > 0 {
		t.Errorf("%d requests arrived elsewhere", x.arrived.Load())
	}
}

// intruder is somebody who may write whatever they like.
type intruder struct {
	t        *testing.T
	w        *workspace
	model    *teller
	admin    *visitor
	b        *browser.Tab
	sink     *httptest.Server // who is not to be called
	arrived  atomic.Int64
	payloads []string
	talks    []string // conversations that have been made
	places   int      // where texts were put
	looks    int      // how often the page was looked through
	wrong    int      // elements that Markdown cannot have made
}

// watching is there before any script of a page, in every frame: what calls xss has run.
const watching = `window.xss = (n) => { try { ran("script " + n + " at " + location.href) } catch (e) {} };
for (const name of ["alert", "confirm", "prompt"]) window[name] = () => xss(name);
addEventListener("securitypolicyviolation", (e) => { try { ran("policy: " + e.violatedDirective + " " + e.blockedURI + " at " + location.pathname + ", " + (e.target.outerHTML ?? "").slice(0, 200)) } catch (x) {} }, true);`

func newIntruder(t *testing.T) *intruder {
	t.Helper()
	x := &intruder{t: t, model: newTeller(t)}
	x.sink = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, _ *http.Request) { x.arrived.Add(1) }))
	t.Cleanup(x.sink.Close)
	x.w = newWorkspace(t, nil, "--model", x.model.flag())
	x.admin = x.w.admin()
	c := browser.Start(t, x.w.base)
	enter(c, x.admin)
	x.b = c.Tab()
	x.b.Call("Runtime.addBinding", record{"name": "ran"})
	x.b.Call("Page.addScriptToEvaluateOnNewDocument", record{"source": watching})
	// The watch has to see what runs, or it proves nothing.
	x.b.Open(x.w.base)
	x.b.Await(browser.CanAsk)
	x.b.Eval(`(() => { const s = document.createElement("img"); s.setAttribute("onerror", "xss(0)"); s.src = "http://` + x.sink.Listener.Addr().String() + `/"; document.body.append(s); xss("self"); })()`)
	x.b.Await(`document.body.lastChild.complete`)
	time.Sleep(time.Second)
	var seen browser.Seen
	if !comes(func() bool {
		seen = c.Seen()
		return len(seen.Ran) >= 2 && len(seen.Policy) > 0
	}) {
		t.Fatalf("the watch sees %q, %q: want a script, and what the policy stops", seen.Ran, seen.Policy)
	}
	c.Forget()
	x.arrived.Store(0)
	return x
}

// hostileTexts are the corpus, with OUT for an address that is not to be called.
func hostileTexts(t *testing.T, out string) []string {
	t.Helper()
	all := strings.Split(strings.TrimSuffix(readFile(t, "testdata/xss.txt"), "\n"), "\n%%%%\n")
	if len(all) < 150 {
		t.Fatalf("only %d texts", len(all))
	}
	for i := range all {
		all[i] = strings.ReplaceAll(all[i], "OUT", out)
	}
	return all
}

// talk asks texts in one conversation on the page, whose answers are the same texts, piece by piece; makes one its title,
// and shares it.
func (x *intruder) talk(texts []string) {
	x.t.Helper()
	b := x.b
	b.Open(x.w.base + "/#/")
	b.Await(browser.CanAsk)
	for n, text := range texts {
		x.model.say(strings.TrimSpace(text), 2*time.Millisecond, pieces(text, 9)...)
		b.Eval(`document.querySelector("#composer-input").focus()`)
		b.Insert(text)
		b.Await(`!document.querySelector("#send").disabled`)
		b.Eval(`document.querySelector("#send").click()`)
		b.Await(fmt.Sprintf(`document.querySelectorAll(".turn").length >= %d || document.querySelector("[data-index='%d']")`, 2*n+2, 2*n+1))
		b.Await(browser.Answered)
		x.places += 2
		x.look("answer")
	}
	_, id, _ := strings.Cut(b.Eval(`location.hash`), "#/c/")
	x.talks = append(x.talks, id)
	for _, text := range texts {
		title := strings.Join(strings.Fields(text), " ")
		if status, _ := x.admin.send("PATCH", "/api/conversations/"+id, record{"title": title}); status == http.StatusOK {
			x.places++
		}
	}
	b.Open(x.w.base + "/#/c/" + id)
	b.Await(browser.Answered)
	x.look("conversation")
	link := x.admin.must("POST", "/api/shares", record{"conversation": id, "audience": []string{"*"}}).text("secret")
	b.Open(x.w.base + "/#/s/" + link)
	b.Await(`document.querySelector(".shared-foot")`)
	x.places += len(texts)
	x.look("shared")
}

// pieces cuts a text as a model writes it.
func pieces(text string, most int) []string {
	var out []string
	letters := []rune(text)
	for len(letters) > most {
		out, letters = append(out, string(letters[:most])), letters[most:]
	}
	return append(out, string(letters))
}

// look looks through what is shown, draws what can be drawn, unfolds what is folded, and clicks every link that would run
// something. What Markdown cannot have made is wrong.
func (x *intruder) look(where string) {
	x.t.Helper()
	x.looks++
	found := x.b.Eval(lookThrough)
	var wrong []string
	if err := json.Unmarshal([]byte(found), &wrong); err != nil {
		x.t.Fatalf("%s: %v", found, err)
	}
	x.wrong += len(wrong)
	for _, one := range wrong {
		x.t.Errorf("%s: %s", where, one)
	}
}

const lookThrough = `(async () => {
	const wrong = new Set(), wait = (ms) => new Promise((r) => setTimeout(r, ms));
	const scheme = (s) => { try { return new URL(s.replace(/[\t\n\r\x00-\x20]/g, ""), location.href).protocol } catch { return "" } };
	const search = () => {
		for (const el of document.querySelectorAll("*")) {
			const name = el.tagName.toLowerCase(), text = el.outerHTML.slice(0, 200);
			// Diagrams are drawn where nothing that runs could reach anything.
			const drawer = name == "iframe" && el.getAttribute("sandbox") == "allow-scripts" && el.src == location.origin + "/frame/diagram.html" && !el.hasAttribute("srcdoc");
			if (!drawer && ["iframe", "object", "embed", "base", "applet", "frame", "portal", "foreignobject", "video", "audio", "style"].includes(name)) wrong.add("element " + text);
			if (name == "script" && !el.src.startsWith(location.origin + "/assets/")) wrong.add("script " + text);
			if (name == "meta" && /refresh|policy/i.test(el.httpEquiv)) wrong.add("meta " + text);
			for (const a of el.attributes) {
				if (/^on/i.test(a.name) || a.name == "srcdoc" || a.name == "ping") wrong.add("attribute " + text);
				if (/(^|:)(href|src|action|formaction|data|poster|background|srcset)$/i.test(a.name)) {
					const is = scheme(a.value), drawing = name == "img" && a.value.startsWith("data:image/svg+xml");
					if (!["http:", "https:", "mailto:"].includes(is) && !drawing) { wrong.add("address " + text); el.click?.(); }
					if (["img", "image", "use", "link", "source"].includes(name) && is.startsWith("http") && new URL(a.value, location.href).origin != location.origin) wrong.add("loads " + text);
				}
			}
		}
	};
	const box = document.querySelector("#log, .page") ?? document.scrollingElement;
	for (const list of [box, document.querySelector(".side-list")]) {
		if (!list) continue;
		const to = list.scrollHeight;
		for (let at = 0; at <= to; at += Math.max(200, list.clientHeight * 0.9)) {
			list.scrollTop = at;
			await wait(30);
			document.querySelectorAll("details:not([open])").forEach((d) => { d.open = true });
			const drawing = () => [...document.querySelectorAll("figure.code:has(.code-draw[aria-pressed=false])")].some((f) => !f.querySelector(".diagram:not(.waiting), .drawing"));
			for (let n = 0; n < 200 && drawing(); n++) await wait(50);
			await wait(20);
			search();
		}
	}
	await wait(60);
	search();
	return JSON.stringify([...wrong]);
})()`

// pieces brings conversations whose answers have texts in what stands beside words: files, sources, tables, charts.
func (x *intruder) pieces() {
	x.t.Helper()
	brought := 0
	for _, text := range x.payloads {
		line := strings.Join(strings.Fields(text), " ")
		form := record{"format": "exaone.conversations", "version": 1, "exported": time.Now(), "conversations": []record{{
			"title": line, "owner": line, "mode": "scripted", "model": line, "created": time.Now(), "updated": time.Now(), "leaf": 1, "messages": []record{
				{"parent": -1, "role": "user", "state": "done", "text": text, "created": time.Now()},
				{"parent": 0, "role": "assistant", "state": "done", "text": text + "\n\n[1]", "thinking": text, "mode": "scripted", "model": line, "finish": "stop", "created": time.Now(), "events": eventsOf(text)},
			}}}}
		body, err := json.Marshal(form)
		if err != nil {
			x.t.Fatal(err)
		}
		if status, reply := x.admin.upload(strings.NewReader(string(body))); status == http.StatusOK {
			brought++
		} else if brought == 0 {
			x.t.Logf("not brought: %d %s", status, reply)
		}
	}
	if brought < len(x.payloads)*9/10 {
		x.t.Errorf("%d of %d were brought", brought, len(x.payloads))
	}
	ids := conversationIDs(x.t, x.admin)
	for _, id := range ids[:min(brought, len(ids))] {
		x.places += 8
		x.b.Eval(`location.hash = "#/c/` + id + `"`)
		x.b.Await(`location.hash.endsWith("` + id + `") && document.querySelector(".turn.assistant .by") && !document.querySelector("#log .skeleton")`)
		x.look("pieces")
	}
}

// eventsOf are an answer's pieces that say a text wherever they say something.
func eventsOf(text string) []record {
	var all []record
	add := func(kind string, data record) {
		all = append(all, record{"kind": kind, "version": 1, "data": data})
	}
	add("delta", record{"at": 0, "text": text + "\n\n[1]"})
	add("call", record{"index": 0, "id": text, "name": text, "arguments": text})
	add("result", record{"call_id": text, "name": text, "text": text})
	add("citation", record{"index": 1, "title": text, "source": text, "where": text, "snippet": text, "url": "javascript:xss(1)"})
	add("citation", record{"index": 2, "title": text, "source": text, "where": text, "snippet": text, "url": text})
	add("table", record{"title": text, "columns": []string{text, "b"}, "rows": [][]string{{text, text}}})
	add("chart", record{"title": text, "kind": "bar", "spec": record{"labels": []string{text, "b"}, "series": []record{{"name": text, "values": []int{1, 2}}}}})
	add("file", record{"name": text, "mime": text, "blob": strings.Repeat("0", 64), "size": 1})
	add("approval", record{"id": text, "what": text, "where": text, "effect": text})
	add("verdict", record{"checked": []string{text}, "failed": []string{text + "!"}})
	add(strings.Join(strings.Fields(text), "_"), record{"text": text})
	return all
}

// exports opens what was exported as a file, and puts it into a conversation as an answer.
func (x *intruder) exports() {
	x.t.Helper()
	dir := x.t.TempDir()
	before := x.b.SetOwn("file://" + dir)
	for n, id := range x.talks {
		for _, format := range []string{"md", "json"} {
			status, text := x.admin.send("GET", "/api/conversations/"+id+"/export?format="+format, nil)
			if status != http.StatusOK {
				x.t.Errorf("export: %d %.200s", status, text)
			}
			file := filepath.Join(dir, fmt.Sprintf("%d.%s", n, format))
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				x.t.Fatal(err)
			}
			x.b.Open("file://" + file)
			time.Sleep(200 * time.Millisecond)
			x.places++
			if format == "md" {
				x.model.say(fmt.Sprintf("내보낸 것 %d", n), 0, text)
			}
		}
	}
	x.b.SetOwn(before)
	for n := range x.talks {
		x.b.Open(x.w.base + "/#/")
		x.b.Await(browser.CanAsk)
		x.b.Ask(fmt.Sprintf("내보낸 것 %d", n))
		x.b.Await(browser.Answered)
		x.places++
		x.look("export as an answer")
	}
}

// names gives texts to whatever has a name.
func (x *intruder) names() {
	x.t.Helper()
	put := func(method, path string, body record) bool {
		status, text := x.admin.send(method, path, body)
		if status >= 500 {
			x.t.Errorf("%s %s: %d %.200s", method, path, status, text)
		}
		if status == http.StatusOK {
			x.places++
		}
		return status == http.StatusOK
	}
	taken := 0
	for n, text := range x.payloads {
		line := strings.Join(strings.Fields(text), " ")
		if put("POST", "/api/prompts", record{"name": fmt.Sprintf("p%d", n), "title": line, "text": text + " {{" + line + "}}", "audience": "*"}) {
			taken++
		}
		if n%4 == 0 {
			put("POST", "/api/folders", record{"name": line, "instructions": text})
			put("POST", "/api/teams", record{"name": line, "members": []string{}})
			put("POST", "/api/invites", record{"name": line, "role": "member"})
			put("POST", "/api/keys", record{"name": line})
		}
		if n%12 == 0 {
			put("POST", "/api/admin/announcements", record{"level": "info", "ko": text, "en": text})
			put("PUT", "/api/admin/branding", record{"name": line, "accent": "#335577", "notice": line})
			put("PUT", "/api/admin/branding", record{"name": "x", "accent": line, "notice": line})
		}
	}
	if taken == 0 {
		x.t.Error("no prompt was taken")
	}
	for n := range min(8, len(x.payloads)) {
		line := strings.Join(strings.Fields(x.payloads[n*len(x.payloads)/8]), " ")
		out := x.admin.must("POST", "/api/invites", record{"role": "member"})
		_, secret, _ := strings.Cut(out.text("link"), "/#link=")
		if status, _ := x.w.visitor().send("POST", "/api/session/link", record{"secret": secret, "name": line,
			"login": fmt.Sprintf("somebody%d", n), "password": provenPassword}); status == http.StatusOK {
			x.places++
		}
	}
}

// pages looks through all pages that show names.
func (x *intruder) pages() {
	x.t.Helper()
	for _, page := range append([]string{"", "models", "prompts", "documents"}, allTabs...) {
		x.b.Open(x.w.base + "/#/" + page)
		x.b.Await(`document.querySelector("main h1, #composer-input") && !document.querySelector(".skeleton")`)
		x.look(page)
	}
	x.b.Open(x.w.base + "/#/")
	x.b.Await(browser.CanAsk)
	for _, sign := range []string{"/", "#", "@"} { // what is suggested
		x.b.Eval(`document.querySelector("#composer-input").focus()`)
		x.b.Insert(sign)
		time.Sleep(500 * time.Millisecond)
		x.look("suggestions " + sign)
		x.b.Press("Backspace", 8, browser.Plain)
	}
	for _, word := range []string{"script", "img", "javascript", "svg"} { // what is found
		x.b.Press("k", 'K', browser.Ctrl)
		x.b.Await(`document.querySelector(".palette input")`)
		x.b.Insert(word)
		time.Sleep(time.Second)
		x.look("found " + word)
		x.b.Press("Escape", 27, browser.Plain)
		x.b.Await(`!document.querySelector(".palette")`)
	}
	x.admin.send("DELETE", "/api/session", nil) // the way in shows the brand
	x.b.Open(x.w.base)
	x.b.Await(`document.querySelector("input[type=password]")`)
	x.look("sign in")
}

// allTabs are the pages of settings and administration.
var allTabs = []string{"settings/look", "settings/answers", "settings/archive", "settings/shares", "settings/data", "settings/account", "settings/keys",
	"admin/health", "admin/people", "admin/teams", "admin/readers", "admin/limits", "admin/usage", "admin/audit", "admin/feedback", "admin/announcements", "admin/brand", "admin/glossary"}
