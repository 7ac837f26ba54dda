package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"exaone/browser"
)

// What a person may have to wait for.
const (
	mostToOpen  = 300 // milliseconds from the click until the last message is painted
	mostToFrame = 20  // milliseconds between frames while scrolling, p95
)

// TestLongOnesOpenAndScroll opens a long conversation among many, and scrolls both. The times are printed beside the
// machine's load: no test fails because of them. EXAONE_LONG is how many messages, EXAONE_MANY how many conversations.
func TestLongOnesOpenAndScroll(t *testing.T) {
	messages, many := envInt("EXAONE_LONG", 500), envInt("EXAONE_MANY", 1000)
	w := newWorkspace(t, nil, "--model", newTeller(t).flag())
	admin := w.admin()
	long := manyConversations(t, admin, messages, many)
	c := browser.Start(t, w.base)
	enter(c, admin)
	b := c.Tab()
	b.Open(w.base + "/#/")
	b.Await(browser.CanAsk + ` && document.querySelector(".side-item")`)

	var opened []float64
	for range 7 {
		b.Eval(`location.hash = "#/"`)
		b.Await(`document.querySelector(".welcome")`)
		opened = append(opened, figure(t, b.Eval(fmt.Sprintf(opening, long, messages))))
	}
	t.Logf("machine's load: %s", load())
	t.Logf("%d messages: from the click to the last one painted %.0f ms (median of %d, %.0f to %.0f; the first %.0f) (%s)", messages, middle(opened), len(opened),
		least(opened), largest(opened), opened[0], verdict(middle(opened) <= mostToOpen, "300 ms"))

	b.Eval(`location.hash = "#/c/` + long + `"`)
	b.Await(browser.Answered)
	framesOf(t, b, "the messages", "#log", messages)
	framesOf(t, b, "the list", ".side-list", many)
	if got := b.Eval(`document.querySelectorAll("*").length`); len(got) > 4 {
		t.Errorf("%s elements: not only what is in sight is drawn", got)
	}
	reached := figure(t, b.Eval(toTheEnd))
	t.Logf("scrolled to the end of the list: %.0f conversations in it of %d", reached, many+1)
	if int(reached) < many {
		t.Errorf("the list ends after %.0f of %d conversations", reached, many+1)
	}
	t.Logf("machine's load: %s", load())
}

// opening clicks on a conversation and returns after how many milliseconds its last message has been painted.
const opening = `new Promise((done, fail) => {
	const id = %q, last = String(%d - 1), began = performance.now();
	document.querySelector(".side-item a[href$='" + id + "']").click();
	const look = () => {
		if (performance.now() - began > 60000) return fail(new Error("it is not there after a minute"));
		const el = document.querySelector("[data-index='" + last + "']"), box = document.querySelector("#log")?.getBoundingClientRect();
		const at = el?.getBoundingClientRect();
		if (!at || at.height == 0 || at.top > box.bottom || !el.querySelector(".answer")?.textContent) return requestAnimationFrame(look);
		requestAnimationFrame(() => setTimeout(() => done(performance.now() - began))); // the frame with it has been painted
	};
	look();
})`

// framesOf scrolls as a wheel does for some seconds, up and down, and prints how far apart the frames were.
func framesOf(t *testing.T, b *browser.Tab, what, selector string, of int) {
	t.Helper()
	var gaps []float64
	if err := json.Unmarshal([]byte(b.Eval(fmt.Sprintf(scrolling, selector))), &gaps); err != nil || len(gaps) < 20 {
		t.Fatalf("%s: %d frames, %v", what, len(gaps), err)
	}
	over := 0
	for _, gap := range gaps {
		if gap > mostToFrame {
			over++
		}
	}
	p95 := percentile(gaps, 95)
	t.Logf("scrolling %s (%d): frames p50 %.1f ms, p95 %.1f ms, longest %.0f ms, %d of %d over 20 ms (%s)", what, of, middle(gaps), p95, largest(gaps), over,
		len(gaps), verdict(p95 <= mostToFrame, "p95 of 20 ms"))
}

const scrolling = `new Promise((done) => {
	const box = document.querySelector(%q), gaps = [], began = performance.now();
	let last = 0;
	const frame = (now) => {
		if (last) gaps.push(now - last);
		last = now;
		if (now - began > 6000) return done(JSON.stringify(gaps));
		box.scrollTop += now - began < 3000 ? -90 : 90;
		if (box.scrollTop <= 0) box.scrollTop = 1e6;
		requestAnimationFrame(frame);
	};
	requestAnimationFrame(frame);
})`

// toTheEnd scrolls the list down until nothing more comes, and returns how many rows it has room for.
const toTheEnd = `(async () => {
	const box = document.querySelector(".side-list"), wait = (ms) => new Promise((r) => setTimeout(r, ms));
	let still = 0;
	for (let before = 0; still < 20;) {
		box.scrollTop = box.scrollHeight;
		await wait(100);
		if (box.scrollHeight == before) still++; else still = 0;
		before = box.scrollHeight;
	}
	return Math.round(document.querySelector(".side-list-in").clientHeight / 36);
})()`

// manyConversations brings one long conversation and many short ones, older than it, and returns the long one's id.
func manyConversations(t *testing.T, v *visitor, messages, many int) string {
	t.Helper()
	now := time.Now()
	bring := func(all []record) {
		t.Helper()
		body, err := json.Marshal(record{"format": "exaone.conversations", "version": 1, "exported": now, "conversations": all})
		if err != nil {
			t.Fatal(err)
		}
		if status, text := v.upload(bytes.NewReader(body)); status != 200 {
			t.Fatalf("%d %.500s", status, text)
		}
	}
	var all []record
	for i := range many {
		at := now.Add(-time.Duration(i+1) * time.Hour)
		all = append(all, conversationOf(fmt.Sprintf("회의 %d의 정리", i), at, []string{"질문", "답변"}))
		if len(all) == 2000 {
			bring(all)
			all = nil
		}
	}
	bring(append(all, conversationOf("긴 대화", now, paragraphs(messages))))
	ids := conversationIDs(t, v)
	if len(ids) != many+1 {
		t.Fatalf("%d conversations, want %d", len(ids), many+1)
	}
	for _, id := range ids[:3] {
		if v.must("GET", "/api/conversations/"+id, nil).text("conversation", "title") == "긴 대화" {
			return id
		}
	}
	return ids[0]
}

// conversationOf is one in our own form, whose messages follow one another.
func conversationOf(title string, at time.Time, texts []string) record {
	var all []record
	for i, text := range texts {
		role := [...]string{"user", "assistant"}[i%2]
		all = append(all, record{"parent": i - 1, "role": role, "state": "done", "text": text, "mode": "chat", "model": "scripted", "finish": "stop", "created": at})
	}
	return record{"title": title, "mode": "chat", "model": "scripted", "created": at, "updated": at, "leaf": len(texts) - 1, "messages": all}
}

// paragraphs are questions and answers of several lines, some with a list, code, a table or a formula.
func paragraphs(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("%d번째 질문입니다. 지난 분기의 매출을 요약해 주세요.", i)
		if i%2 == 0 {
			continue
		}
		all[i] = fmt.Sprintf("**%d번째 답변**입니다. %s\n\n", i, strings.Repeat("매출은 전년보다 늘었고, 비용은 줄었습니다. ", 2+i%7))
		switch i / 2 % 5 {
		case 0:
			all[i] += "- 국내: 12% 증가\n- 해외: 7% 증가\n- 기타: 변화 없음\n"
		case 1:
			all[i] += "```python\ndef total(rows):\n    return sum(r.amount for r in rows)\n```\n"
		case 2:
			all[i] += "| 분기 | 매출 | 비용 |\n|---|---:|---:|\n| 1 | 120 | 80 |\n| 2 | 135 | 78 |\n"
		case 3:
			all[i] += "성장률은 $r = \\frac{b - a}{a}$로 셉니다.\n"
		}
	}
	return all
}

// load is how many programs wanted to run, in the last minute, five and fifteen.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "not known"
	}
	return strings.Join(strings.Fields(string(text))[:3], ", ")
}
