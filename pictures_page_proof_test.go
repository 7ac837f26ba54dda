package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"exaone/browser"
)

// TestPicturesPage drops a picture into a conversation, opens it, draws a box around its table by mouse and has that made a
// table and a workbook; chooses a sentence of it by keyboard, asks, and finds the answer marked on the picture where the words
// are; begins a conversation about a part of a PDF out of the documents; asks once more by finger on a phone; and has axe look at every state. No model is there. The picture was drawn by the
// browser, which said where on it the words stand.
func TestPicturesPage(t *testing.T) {
	if _, err := exec.LookPath("tesseract"); err != nil {
		t.Skip("tesseract: not here")
	}
	w := newWorkspace(t, nil, "--offline")
	admin := w.admin()
	c := browser.Start(t, w.base)
	p := &picturesPage{t: t, keyboard: &keyboard{c.Tab(), 0}}
	p.draw(w.base)
	enter(c, admin)
	if source, err := os.ReadFile(axeFile); err == nil {
		p.axe = &examiner{t: t, b: p.Tab, source: string(source), seen: map[string]bool{}, found: map[string]int{}}
	}
	p.Look(1280, 860, "light")
	p.Open(w.base + "/#/")
	p.Await(browser.CanAsk)
	p.bring()
	p.table()
	p.ask()
	p.again()
	p.paper(w.base)
	p.phone()
	if p.unseen > 0 {
		t.Errorf("%d times what had the focus did not show it", p.unseen)
	}
	if outside := c.Seen().Outside; len(outside) > 0 {
		t.Errorf("requests outside: %q", outside)
	}
	if policy := c.Seen().Policy; len(policy) > 0 {
		t.Errorf("against the policy: %q", policy)
	}
	if p.axe != nil {
		t.Logf("axe: %d states, serious or critical findings: %d, moderate and minor ones: %d", p.axe.states, p.axe.bad, p.axe.lesser)
		for what, n := range p.axe.found {
			t.Errorf("%d times: %s", n, what)
		}
	}
}

// notice is what the picture says: sentences, and a table.
var notice = struct {
	sentences []string
	table     [][]string
}{
	[]string{"사내 교육 안내", "교육 신청은 12월 20일까지 인사팀에 합니다.", "교육 장소는 본관 3층 대강당입니다."},
	[][]string{{"과정", "시간", "정원"}, {"정보 보안", "4", "120"}, {"회계 실무", "16", "35"}, {"안전 관리", "8", "60"}},
}

// askedOf is the sentence that is chosen by keyboard.
const askedOf = 1

// drawing writes the picture on the page, in the fonts that our own server has.
const drawing = `(async ({ sentences, table }) => {
	const put = (to, tag, text, style) => { const e = to.appendChild(document.createElement(tag)); e.textContent = text; Object.assign(e.style, style); return e; };
	document.body.replaceChildren();
	Object.assign(document.body.style, { background: "#fff", color: "#000", padding: "40px 60px", font: "500 30px/1.8 'Pretendard Variable'", overflow: "hidden" });
	for (const s of sentences) put(put(document.body, "p", "", {}), "span", s, {}).dataset.at = s;
	const grid = put(document.body, "table", "", { borderCollapse: "collapse", marginTop: "40px" });
	grid.dataset.at = "table";
	for (const row of table) { const tr = grid.appendChild(document.createElement("tr")); for (const cell of row) put(tr, "td", cell, { border: "2px solid #000", padding: "6px 40px" }); }
	await document.fonts.load("500 30px 'Pretendard Variable'", document.body.textContent);
	await document.fonts.ready;
	const at = {};
	for (const e of document.querySelectorAll("[data-at]")) { const r = e.getBoundingClientRect(); at[e.dataset.at] = [r.left, r.top, r.right, r.bottom]; }
	return JSON.stringify(at);
})`

// picturesPage is the page, as somebody with a mouse, a keyboard or a finger has it.
type picturesPage struct {
	t *testing.T
	*keyboard
	axe  *examiner // nil: axe is not here
	path string
	at   map[string][4]float64 // where on the picture what it says is
}

// look has axe examine what is shown, and takes its pictures.
func (p *picturesPage) look(name string) {
	p.t.Helper()
	if p.axe != nil {
		p.axe.examine(name)
	}
	if os.Getenv("EXAONE_SCREENSHOTS") != "" {
		for _, scheme := range []string{"light", "dark"} {
			p.Look(1280, 860, scheme)
			p.Await(`document.documentElement.dataset.theme == "` + scheme + `"`)
			p.Eval(settling)
			p.Picture("pictures-" + name + "-1280-" + scheme)
		}
	}
	p.Look(1280, 860, "light")
	p.Await(`innerWidth == 1280`)
	time.Sleep(200 * time.Millisecond)
}

// draw makes the picture.
func (p *picturesPage) draw(base string) {
	p.Look(1280, 860, "light")
	p.Open(base)
	p.Await(`document.querySelector("main, form")`)
	said, err := json.Marshal(map[string]any{"sentences": notice.sentences, "table": notice.table})
	if err == nil {
		err = json.Unmarshal([]byte(p.Eval(drawing+"("+string(said)+")")), &p.at)
	}
	p.path = filepath.Join(p.t.TempDir(), "교육 안내.png")
	if err := firstError(err, os.WriteFile(p.path, p.Shot(), 0o644)); err != nil {
		p.t.Fatal(err)
	}
}

// bring drops the picture into a new conversation, and opens it by keyboard as soon as it has been read.
func (p *picturesPage) bring() {
	p.Drop(640, 400, p.path)
	p.Await(`document.querySelector("[data-clip='교육 안내.png'] button .thumb")?.naturalWidth > 0`)
	p.look("attached")
	p.tabTo(`[data-clip="교육 안내.png"] button:not(.icon-button)`)
	p.Press("Enter", 13, browser.Plain)
	p.Await(`document.querySelector(".room .sheet-paper[data-drawn] img")?.naturalWidth > 0`)
	p.look("opened")
}

// table draws a box around the table by mouse, and has it made a table without a word being typed.
func (p *picturesPage) table() {
	p.click(`.room-ways > .button`)
	p.Await(`document.activeElement.matches(".pick-box")`)
	p.look("picking")
	x0, y0, x1, y1 := p.onScreen(p.at["table"], 12)
	p.mouse("mouseMoved", x0, y0)
	p.mouse("mousePressed", x0, y0)
	for i := range 5 {
		p.mouse("mouseMoved", x0+(x1-x0)*float64(i+1)/5, y0+(y1-y0)*float64(i+1)/5)
	}
	p.mouse("mouseReleased", x1, y1)
	p.Await(`document.querySelectorAll(".composer .clip").length == 2 && document.activeElement.id == "composer-input" && !document.querySelector(".pick")`)
	p.Await(`[...document.querySelectorAll(".composer .clip .thumb")].at(-1).naturalWidth > 0 && document.querySelector(".room .paper-box")`)
	p.look("asking")
	p.tabTo(`.clip-asks .button:last-child`)
	p.Press("Enter", 13, browser.Plain)
	p.Await(browser.Answered)
	if said := p.Eval(`document.querySelector(".sight")?.textContent`); said != "그림의 글자를 읽고 답함" {
		p.t.Errorf("of how the picture was looked at it says %q", said)
	}
	var got [][]string
	rows := p.Eval(`JSON.stringify([...document.querySelectorAll(".answer .sheet tr")].map((r) => [...r.cells].map((c) => c.textContent.trim())))`)
	if err := json.Unmarshal([]byte(rows), &got); err != nil || fmt.Sprint(got) != fmt.Sprint(notice.table) {
		p.t.Errorf("the table is %s, want %q", rows, notice.table)
	}
	p.look("table")
	p.workbook()
}

// workbook saves the table by its button, and reads the workbook that comes.
func (p *picturesPage) workbook() {
	p.Eval(`{ const make = URL.createObjectURL; URL.createObjectURL = (b) => { window.saved = b; return make(b); }; HTMLAnchorElement.prototype.click = function () {}; } 0`)
	p.tabTo(`.answer .table-acts .button:last-child`)
	p.Press("Enter", 13, browser.Plain)
	p.Await(`window.saved`)
	raw, err := base64.StdEncoding.DecodeString(p.Eval(`saved.arrayBuffer().then((b) => btoa(String.fromCharCode(...new Uint8Array(b))))`))
	if err != nil {
		p.t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		p.t.Fatalf("%d bytes: %v", len(raw), err)
	}
	var words strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err == nil {
			_, err = io.Copy(&words, r)
		}
		if err != nil {
			p.t.Fatal(err)
		}
	}
	for _, row := range notice.table {
		for _, cell := range row {
			if !strings.Contains(words.String(), ">"+cell+"<") {
				p.t.Errorf("the workbook has not %q", cell)
			}
		}
	}
}

// ask chooses a sentence by keyboard alone, asks about it, and finds the answer marked where the words are.
func (p *picturesPage) ask() {
	p.tabTo(`.room .papers`)
	p.Press("a", 65, browser.Alt)
	p.Await(`document.activeElement.matches(".pick-box")`)
	x0, y0, x1, y1 := p.onScreen(p.at[notice.sentences[askedOf]], 8)
	p.move(x0, y0, x1, y1)
	p.look("chosen")
	p.Press("Enter", 13, browser.Plain)
	p.Await(`document.querySelectorAll(".composer .clip").length == 1 && document.activeElement.id == "composer-input"`)
	p.Insert("교육 신청은 언제까지 하나요?")
	p.Press("Enter", 13, browser.Plain)
	p.Await(browser.Answered + ` && document.querySelectorAll(".turn.assistant").length == 2`)
	if said := p.Eval(browser.Answer + `.textContent`); !strings.Contains(strings.ReplaceAll(said, " ", ""), "12월20일까지") {
		p.t.Errorf("the answer is %q", said)
	}
	p.tabTo(`.list-row:last-child .answer .ref`)
	p.Await(`document.querySelector(".source-card:popover-open .source-picture img[data-drawn] ~ .paper-mark")`)
	p.look("glimpse")
	p.tabTo(`.list-row:last-child .answer .ref`)
	p.Press("Enter", 13, browser.Plain)
	p.Await(`document.querySelector(".room .sheet-paper[data-drawn] ~ *, .room .paper-mark")`)
	p.look("marked")
	var found struct{ Marks [][4]float64 }
	text := p.Eval(`(() => { const page = document.querySelector(".room .sheet-paper"), r = page.getBoundingClientRect(), k = 1280 / r.width;
		return JSON.stringify({ marks: [...page.querySelectorAll(".paper-mark")].map((m) => { const b = m.getBoundingClientRect(); return [(b.left - r.left) * k, (b.top - r.top) * k, (b.right - r.left) * k, (b.bottom - r.top) * k]; }) }); })()`)
	if err := json.Unmarshal([]byte(text), &found); err != nil || len(found.Marks) == 0 {
		p.t.Fatalf("nothing is marked: %v %s", err, text)
	}
	want := p.at[notice.sentences[askedOf]]
	for _, m := range found.Marks {
		if m[0] < want[0]-10 || m[2] > want[2]+10 || m[1] < want[1]-10 || m[3] > want[3]+10 {
			p.t.Errorf("marked is %.0f, where the words are at %.0f", m, want)
		}
	}
}

// again loads the page anew: the questions show what they are about, and open it with a box around it.
func (p *picturesPage) again() {
	p.Open(p.Eval(`location.href`))
	p.Await(`document.querySelectorAll(".turn.user .clip .thumb").length == 3 && document.querySelectorAll(".sight").length == 2`)
	if mode := p.Eval(`document.querySelector(".pill").textContent`); mode != "자동" {
		p.t.Errorf("the button that makes a table has left the mode at %q", mode)
	}
	p.tabTo(`.list-row .turn.user .clip:last-child button`)
	p.Press("Enter", 13, browser.Plain)
	p.Await(`document.querySelector(".room .paper-box") && document.querySelector(".room .sheet-paper[data-drawn]")`)
	p.look("again")
	p.tabTo(`.room [role=tab]`)
	p.Press("ArrowRight", 39, browser.Plain)
	p.Await(`document.querySelector(".room .doc-table") && document.querySelector(".room .doc-sheet .table-acts")`)
	p.look("text")
	p.Press("Escape", 27, browser.Plain)
	p.Await(`!document.querySelector(".room")`)
}

// paper opens a PDF among the documents, and begins a conversation about a part of it, before it goes back.
func (p *picturesPage) paper(base string) {
	before := p.Eval(`location.href`)
	p.Open(base + "/#/documents")
	const pdf = `[...document.querySelectorAll(".doc-name")].find((e) => e.textContent.endsWith(".pdf"))`
	p.Await(pdf)
	p.Eval(pdf + `.click()`)
	p.Await(`document.querySelector(".room .sheet-paper[data-drawn]")`)
	p.Press("a", 65, browser.Alt)
	p.Await(`document.activeElement.matches(".pick-box")`)
	for range 15 {
		p.Press("ArrowUp", 38, browser.Plain)
		p.Press("ArrowDown", 40, browser.Shift)
	}
	p.Press("Enter", 13, browser.Plain)
	p.Await(`location.hash == "#/" && document.activeElement.id == "composer-input" && document.querySelector(".composer .clip .thumb")?.naturalWidth > 0 && document.querySelector(".room .paper-box")`)
	p.look("paper")
	p.tabTo(`.clip-asks .button`)
	p.Press("Enter", 13, browser.Plain)
	p.Await(browser.Answered)
	if p.Eval(`document.querySelector(".sight")?.textContent`) != "그림의 글자를 읽고 답함" || p.Eval(`!document.querySelector(".answer .ref")`) == "true" {
		p.t.Errorf("about a part of a PDF it says %q", p.Eval(`document.querySelector(".turn.assistant").textContent`))
	}
	p.look("explained")
	p.Open(before)
	p.Await(`document.querySelectorAll(".turn.user .clip .thumb").length == 3`)
}

// phone does it by finger, on narrow windows: the button that sends is within them.
func (p *picturesPage) phone() {
	for _, width := range []int{360, 390, 402, 415} {
		p.Look(width, 844, "dark")
		p.Await(fmt.Sprintf(`innerWidth == %d`, width))
		p.Eval(settling)
		if over := p.Eval(`(() => { const s = document.querySelector("#send").getBoundingClientRect(), c = document.querySelector(".composer").getBoundingClientRect(); return s.right > c.right || document.documentElement.scrollWidth > innerWidth ? s.right + " of " + c.right : ""; })()`); over != "" {
			p.t.Errorf("at %d pixels the button that sends sticks out: %s", width, over)
		}
	}
	p.Look(390, 844, "dark")
	p.Eval(`document.querySelector(".turn.user .clip button").click()`)
	p.Await(`document.querySelector("dialog.room .sheet-paper[data-drawn] img")?.naturalWidth > 0`)
	p.click(`.room-ways > .button`)
	p.Await(`document.activeElement.matches(".pick-box")`)
	p.Eval(settling)
	p.Picture("pictures-picking-390-dark")
	x0, y0, x1, y1 := p.onScreen(p.at[notice.sentences[2]], 10)
	p.touch("touchStart", x0, y0)
	p.touch("touchMove", (x0+x1)/2, (y0+y1)/2)
	p.touch("touchMove", x1, y1)
	p.Call("Input.dispatchTouchEvent", map[string]any{"type": "touchEnd", "touchPoints": []any{}})
	p.Await(`!document.querySelector(".room") && document.querySelector(".composer .clip .thumb")?.naturalWidth > 0 && document.activeElement.id == "composer-input"`)
	p.Eval(settling)
	p.Picture("pictures-asking-390-dark")
	p.click(`.clip-asks .button`)
	p.Await(browser.Answered + ` && document.querySelectorAll(".turn.assistant").length >= 1`)
	p.Await(`[...document.querySelectorAll(".answer")].at(-1).textContent.replaceAll(" ", "").includes("3층")`)
	p.Eval(settling)
	p.Picture("pictures-answer-390-dark")
}

// onScreen is where a part of the picture is in the window, with so many pixels around it.
func (p *picturesPage) onScreen(part [4]float64, around float64) (x0, y0, x1, y1 float64) {
	p.t.Helper()
	var r struct{ Left, Top, Width float64 }
	if err := json.Unmarshal([]byte(p.Eval(`JSON.stringify(document.querySelector(".room .sheet-paper").getBoundingClientRect())`)), &r); err != nil {
		p.t.Fatal(err)
	}
	k := r.Width / 1280
	return r.Left + part[0]*k - around*k, r.Top + part[1]*k - around*k, r.Left + part[2]*k + around*k, r.Top + part[3]*k + around*k
}

// move has the box that is being chosen be where it should, by the arrow keys.
func (p *picturesPage) move(x0, y0, x1, y1 float64) {
	p.t.Helper()
	now := func() (r struct{ Left, Top, Right, Bottom float64 }) { // once what was pressed is drawn
		where := p.Eval(`new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(JSON.stringify(document.querySelector(".pick-box").getBoundingClientRect())))))`)
		if err := json.Unmarshal([]byte(where), &r); err != nil {
			p.t.Fatal(err)
		}
		return r
	}
	press := func(less, more string, codes [2]int, shift int, by float64) {
		key, code := more, codes[1]
		if by < 0 {
			key, code, by = less, codes[0], -by
		}
		for range int(by / 10) {
			p.Press(key, code, shift)
		}
		for range int(by) % 10 {
			p.Press(key, code, shift|browser.Ctrl)
		}
	}
	for range 3 { // what was measured before the last key had come is measured again
		r := now()
		press("ArrowLeft", "ArrowRight", [2]int{37, 39}, browser.Plain, x0-r.Left)
		press("ArrowUp", "ArrowDown", [2]int{38, 40}, browser.Plain, y0-r.Top)
		r = now()
		press("ArrowLeft", "ArrowRight", [2]int{37, 39}, browser.Shift, x1-r.Right)
		press("ArrowUp", "ArrowDown", [2]int{38, 40}, browser.Shift, y1-r.Bottom)
		if r = now(); r.Left <= x0+3 && r.Top <= y0+3 && r.Right >= x1-3 && r.Bottom >= y1-3 {
			return
		}
		p.t.Logf("the arrows have brought the box to %.0f, want %.0f", r, []float64{x0, y0, x1, y1})
	}
	p.t.Fatal("the arrows do not bring the box to where it should be")
}

// click presses the mouse in the middle of what a selector finds.
func (p *picturesPage) click(selector string) {
	p.t.Helper()
	var at struct{ X, Y float64 }
	where := p.Eval(`(() => { const r = document.querySelector(` + browser.Quote(selector) + `).getBoundingClientRect(); return JSON.stringify({ x: r.left + r.width / 2, y: r.top + r.height / 2 }); })()`)
	if err := json.Unmarshal([]byte(where), &at); err != nil {
		p.t.Fatal(err)
	}
	for _, kind := range []string{"mouseMoved", "mousePressed", "mouseReleased"} {
		p.mouse(kind, at.X, at.Y)
	}
}

func (p *picturesPage) mouse(kind string, x, y float64) {
	p.t.Helper()
	p.Call("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1})
}

func (p *picturesPage) touch(kind string, x, y float64) {
	p.t.Helper()
	p.Call("Input.dispatchTouchEvent", map[string]any{"type": kind, "touchPoints": []any{map[string]any{"x": x, "y": y}}})
}
