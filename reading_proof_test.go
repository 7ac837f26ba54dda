package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"exaone/browser"
	"exaone/reference"
)

// TestReadingRoom looks at an answer with its proof, as a person does at a desk, at the keyboard and on a phone: what was found,
// what is struck through, what a source is, and the document at the place. axe examines each of these in light and dark.
func TestReadingRoom(t *testing.T) {
	dir := reference.Path(t, "samples")
	w := newWorkspace(t, nil, "--model", newTeller(t).flag())
	admin := w.admin()
	c := browser.Start(t, w.base)
	enter(c, admin)
	p := &highlights{t: t, tab: c.Tab(), admin: admin, base: w.base}
	versions := map[string]string{}
	for _, path := range []string{"pdf/ko-regulation-20p.pdf", "docx/ko-travel-rules.docx", "xlsx/ko-sales.xlsx"} {
		versions[filepath.Ext(path)] = p.bring(filepath.Join(dir, path))
	}
	events := p.proof(versions)
	talk, _ := p.talk("연차는 며칠인가요?", "", nil)
	p.tab.Open(w.base + "/#/")
	p.tab.Await(browser.CanAsk)
	p.tab.Eval(fmt.Sprintf(tellEvents, events))
	p.tab.Eval(fmt.Sprintf(`location.hash = "#/c/%s"`, talk))
	p.tab.Await(`document.querySelector(".answer .ref") && document.querySelector(".passages")`)
	k := &keyboard{p.tab, 0}
	var axe *examiner
	if source, err := os.ReadFile(axeFile); err == nil {
		axe = &examiner{t: t, b: p.tab, source: string(source), seen: map[string]bool{}, found: map[string]int{}}
	}
	look := func(name string) {
		for _, scheme := range []string{"light", "dark"} {
			for _, width := range []int{1280, 390} {
				p.tab.Look(width, 844, scheme)
				p.tab.Await(fmt.Sprintf("innerWidth == %d", width))
				p.tab.Await(`!document.querySelector(".room") || document.querySelector(".room .room-body, .room .grid") && !document.querySelector(".room .skeleton")`)
				p.tab.Await(`[...document.querySelectorAll(".paper-mark")].every((m) => m.parentElement.dataset.drawn)`)
				settle(p.tab)
				p.tab.Picture(fmt.Sprintf("reading-%s-%d-%s", name, width, scheme))
				if wide := p.tab.Eval(`document.documentElement.scrollWidth > innerWidth`); wide == "true" {
					t.Errorf("%s is wider than a window of %d", name, width)
				}
			}
		}
		if axe != nil {
			axe.examine(name) // in both colour schemes
		}
		p.tab.Look(1280, 860, "light")
		p.tab.Await("innerWidth == 1280")
		time.Sleep(300 * time.Millisecond)
	}

	p.tab.Eval(`document.querySelector(".passages").open = true`)
	look("answer")
	if struck := p.tab.Eval(`[...document.querySelectorAll("del.claim")].map((e) => e.textContent).join("")`); !strings.Contains(struck, "30일") || !strings.Contains(struck, "취소된 문장") {
		t.Errorf("struck through is %q", struck)
	}
	if said := p.tab.Eval(`document.querySelector(".badge").textContent`); !strings.Contains(said, "출처 있음") || !strings.Contains(said, "숫자 일치") || !strings.Contains(said, "취소한 문장 1개") {
		t.Errorf("the badge says %q", said)
	}
	p.tab.Eval(`document.querySelector(".passages [aria-expanded]").click()`)
	if said := p.tab.Eval(`document.querySelector(".extracts")?.textContent ?? ""`); !strings.Contains(said, "15일의 유급휴가") {
		t.Errorf("the document's own words are %q", said)
	}

	// By keyboard: to a chip, whose card opens with the focus, into the room, to the next place, out again.
	k.tabTo(".answer .ref")
	p.tab.Await(`document.activeElement.parentElement.querySelector(".source-card:popover-open")`)
	p.tab.Picture("reading-card")
	if said := p.tab.Eval(`document.activeElement.parentElement.querySelector(".source-card").textContent`); !strings.Contains(said, "ko-regulation-20p.pdf") || !strings.Contains(said, "8쪽") {
		t.Errorf("the card says %q", said)
	}
	cardIsDismissed(t, p.tab)
	k.Press("Enter", 13, browser.Plain)
	p.tab.Await(`document.querySelector(".paper-mark") && document.querySelector(".sheet-paper[data-drawn]")`)
	look("pdf")
	p.tab.Await(`document.querySelector(".paper-mark")`)
	for _, step := range []struct{ name, ready string }{
		{"docx", `document.querySelector(".room mark.hit")`}, {"xlsx", `document.querySelector(".grid-cell.on mark.hit")`},
	} {
		p.tab.Eval(`document.querySelector(".room [aria-label='다음 근거']").click()`)
		p.tab.Await(step.ready)
		look(step.name)
	}
	p.tab.Eval(`document.querySelector(".room h2").focus()`)
	k.Press("Escape", 27, browser.Plain)
	p.tab.Await(`!document.querySelector(".room") && document.activeElement.matches(".ref")`)
	if k.unseen > 0 {
		t.Errorf("%d times what had the focus did not show it", k.unseen)
	}
	if policy := c.Seen().Policy; len(policy) > 0 {
		t.Errorf("against the policy: %q", policy)
	}
	if outside := c.Seen().Outside; len(outside) > 0 {
		t.Errorf("requests outside: %q", outside)
	}
	if axe != nil {
		t.Logf("axe: %d states, serious or critical findings: %d, moderate and minor ones: %d", axe.states, axe.bad, axe.lesser)
		for what, n := range axe.found {
			t.Errorf("%d times: %s", n, what)
		}
	}
}

const provenAnswer = "3년 이상 근무하면 연차는 2년마다 1일씩 늘어납니다 [1]. 국내 1급지 숙박비는 107,000원입니다 [2]. 부산전자01의 등급은 B입니다 [3]. 신청은 30일 전에 해야 합니다 [1]. 예전 규정은 지워졌습니다 [4]."

// proof are the events of an answer, as the server would tell them: what was found, what each sentence cites, what is missing.
func (p *highlights) proof(versions map[string]string) string {
	p.t.Helper()
	at := func(ext, words string) record {
		var doc struct{ Blocks []chosenBlock }
		_, text := p.admin.send("GET", "/api/versions/"+versions[ext]+"/content", nil)
		if err := json.Unmarshal([]byte(text), &doc); err != nil {
			p.t.Fatal(err)
		}
		var all []chosenText
		number := 0
		for i := range doc.Blocks {
			all = doc.Blocks[i].texts(all, &number)
		}
		for _, of := range all {
			if i := strings.Index(of.text, words); i >= 0 {
				return record{"text": of.number, "start": i, "end": i + len(words)}
			}
		}
		p.t.Fatalf("%s: no %q", ext, words)
		return nil
	}
	quotes := []struct{ ext, title, where, heading, words string }{
		{".pdf", "ko-regulation-20p.pdf", "8쪽", "제5장 휴일과 휴가 › 제23조(연차 유급휴가)", "3년 이상 계속 근로한 사원에게는 최초 1년을 초과하는 계속 근로 연수 매 2년에 대하여 1일을 가산"},
		{".docx", "ko-travel-rules.docx", "1쪽", "제2장 여비", "107,000"},
		{".xlsx", "ko-sales.xlsx", "거래처 A2", "", "부산전자01"},
	}
	var items, citations, claims []record
	ends, last := []int{}, 0
	for i, r := range []rune(provenAnswer) {
		if r == '.' {
			ends = append(ends, i+1)
		}
	}
	for i, q := range quotes {
		span, source := at(q.ext, q.words), "version:"+versions[q.ext]
		text := q.words
		if i == 0 {
			text = "① 1년 동안 80퍼센트 이상 출근한 사원에게는 15일의 유급휴가를 준다. ② " + q.words + "하며, 총 휴가 일수는 25일을 한도로 한다."
		}
		from := len([]rune("① 1년 동안 80퍼센트 이상 출근한 사원에게는 "))
		extract := []int{}
		if i == 0 {
			extract = []int{0, len([]rune("① 1년 동안 80퍼센트 이상 출근한 사원에게는 15일의 유급휴가를 준다."))}
		}
		start := strings.Index(text, q.words)
		items = append(items, record{"index": i + 1, "source": source, "document": "d", "title": q.title, "heading": q.heading, "where": q.where, "page": 8, "last": 8, "date": "2026-09-01T00:00:00Z",
			"text": text, "marks": [][2]int{{max(0, from), from + 3}}[:1-min(i, 1)], "extract": extract, "score": 9.5 / float64(i+1), "gaps": i % 2 * 2, "hidden": false,
			"place": record{"spans": []record{{"start": start, "end": start + len(q.words), "text": span["text"], "from": span["start"]}}}})
		citations = append(citations, record{"index": i + 1, "title": q.title, "source": source, "where": q.where, "snippet": q.words, "url": ""})
		claims = append(claims, record{"start": last, "end": ends[i], "checked": []string{"source", "numbers"}, "missing": []string{},
			"cites": []record{{"index": i + 1, "source": source, "page": 8, "spans": []record{span}}}})
		last = ends[i] + 1
	}
	items = append(items, record{"index": 4, "source": "", "title": "", "text": "", "deleted": true, "score": 1}, record{"index": 5, "source": "", "title": "", "text": "", "withheld": true, "score": 1})
	citations = append(citations, record{"index": 4, "title": "", "source": "version:gone", "where": "", "snippet": "", "url": ""})
	claims = append(claims,
		record{"start": last, "end": ends[3], "checked": []string{"source"}, "missing": []string{"30일"}, "cites": claims[0]["cites"]},
		record{"start": ends[3] + 1, "end": ends[4], "checked": []string{"source", "numbers"}, "missing": []string{}, "cites": []record{{"index": 4, "source": "", "spans": []record{}, "deleted": true}}})
	events := []record{{"number": 1, "kind": "passages", "version": 1, "data": record{"query": "연차는 며칠인가요?", "among": 3, "nearest": false, "versions": []string{}, "items": items}}}
	for _, of := range []struct {
		kind string
		all  []record
	}{{"citation", citations}, {"claim", claims}} {
		for _, data := range of.all {
			events = append(events, record{"number": len(events) + 1, "kind": of.kind, "version": 1, "data": data})
		}
	}
	out, err := json.Marshal(events)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(out)
}

// cardIsDismissed holds the card of the chip that has the focus to WCAG 1.4.13: a mouse that passes does not take it from the keyboard,
// Escape closes it however it was opened, and the focus stays at the chip, or goes back there.
func cardIsDismissed(t *testing.T, tab *browser.Tab) {
	t.Helper()
	const open, closed = `document.querySelector(".source-card:popover-open")`, `!document.querySelector(".source-card:popover-open")`
	var chip struct{ X, Y float64 }
	if err := json.Unmarshal([]byte(tab.Eval(`(() => { const r = document.activeElement.getBoundingClientRect(); return JSON.stringify({ x: r.left + r.width / 2, y: r.top + r.height / 2 }); })()`)), &chip); err != nil {
		t.Fatal(err)
	}
	move := func(x, y float64) {
		tab.Call("Input.dispatchMouseEvent", map[string]any{"type": "mouseMoved", "x": x, "y": y})
	}
	move(chip.X, chip.Y)
	move(1, 1)
	time.Sleep(300 * time.Millisecond)
	if tab.Eval(closed) == "true" {
		t.Error("a mouse that passes closes the card that the keyboard opened")
	}
	tab.Press("Escape", 27, browser.Plain)
	tab.Await(closed + ` && document.activeElement.matches(".ref")`)
	tab.Eval(`document.activeElement.blur()`)
	move(chip.X, chip.Y)
	tab.Await(open)
	tab.Press("Escape", 27, browser.Plain)
	tab.Await(closed)
	move(1, 1)
	move(chip.X, chip.Y)
	tab.Await(open)
	tab.Eval(open + `.focus()`)
	tab.Press("Escape", 27, browser.Plain)
	tab.Await(closed + ` && document.activeElement.matches(".ref")`)
	move(1, 1)
}
