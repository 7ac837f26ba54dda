package main

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"exaone/browser"
)

// TestNothingIsLostOnTheWay breaks the way between an answer and its reader while it is written: a reload, a network that
// is gone, a second tab, all of them; and Stop. EXAONE_RELOADS says how often each.
func TestNothingIsLostOnTheWay(t *testing.T) {
	rounds := envInt("EXAONE_RELOADS", 1)
	model := newTeller(t)
	w := newWorkspace(t, nil, "--model", model.flag())
	admin := w.admin()
	c := browser.Start(t, w.base)
	enter(c, admin)
	b, other := c.Tab(), c.Tab()
	offline := func(off bool) {
		b.Call("Network.emulateNetworkConditions", record{"offline": off, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})
	}
	ways := []struct {
		name string
		way  func()
	}{
		{"reload", func() {
			for range 3 {
				b.Call("Page.reload", nil)
				b.Await(browser.Answer + `?.textContent.length > 10`)
				time.Sleep(300 * time.Millisecond)
			}
		}},
		{"network gone", func() {
			for range 3 {
				offline(true)
				time.Sleep(700 * time.Millisecond)
				offline(false)
				time.Sleep(500 * time.Millisecond)
			}
		}},
		{"second tab", func() {
			other.Open(b.Eval(`location.href`))
			other.Await(browser.Answer + `?.textContent.length > 10`)
		}},
		{"all at once", func() {
			offline(true)
			other.Open(w.base + "/" + b.Eval(`location.hash`))
			time.Sleep(500 * time.Millisecond)
			offline(false)
			b.Call("Page.reload", nil)
			other.Await(browser.Answer + `?.textContent.length > 10`)
		}},
	}
	lost, characters := 0, 0
	for round := range rounds {
		for _, test := range ways {
			question := fmt.Sprintf("%s %d", test.name, round)
			words := script(120)
			want := strings.TrimSpace(strings.Join(words, ""))
			model.say(question, 50*time.Millisecond, words...)
			b.Open(w.base + "/#/")
			b.Await(browser.CanAsk)
			b.Ask(question)
			b.Await(`location.hash.startsWith("#/c/") && ` + browser.Answer + `?.textContent.length > 10`)
			test.way()
			tabs := []*browser.Tab{b}
			if test.name == "second tab" || test.name == "all at once" {
				tabs = append(tabs, other)
			}
			for n, one := range tabs {
				one.Await(browser.Answered)
				got := strings.TrimSpace(one.Eval(browser.Answer + `.textContent`))
				lost += missing(want, got)
				if got != want {
					t.Errorf("%s, tab %d: shown\n%q, want\n%q", question, n+1, got, want)
				}
			}
			_, id, _ := strings.Cut(b.Eval(`location.hash`), "#/c/")
			kept := admin.must("GET", "/api/conversations/"+id, nil)
			all, _ := kept.at("messages").([]any)
			last, _ := all[len(all)-1].(map[string]any)
			if got := strings.TrimSpace(record(last).text("text")); got != want {
				t.Errorf("%s: the server has %q, want %q", question, got, want)
				lost += missing(want, got)
			}
			characters += len([]rune(want))
		}
	}
	t.Logf("%d answers of %d characters in all, with the page reloaded, the network gone and a second tab: %d lost", rounds*len(ways), characters, lost)
	late, slowest := stops(t, b, w, model, 5*rounds)
	t.Logf("Stop %d times: the model wrote %d words later than 200 ms after the click, the last one %v after (%s)", 5*rounds, late,
		slowest.Round(time.Millisecond), verdict(late == 0, "0 after 200 ms"))
}

// script is an answer of short words that are all different, with characters of one, two and four bytes more.
func script(n int) []string {
	words := make([]string, n)
	for i := range words {
		words[i] = [...]string{"가", "é", "😀", "한글", "x"}[i%5] + strconv.Itoa(i) + " "
	}
	return words
}

// missing is how many characters of a text are not shown.
func missing(want, got string) int {
	if want == got {
		return 0
	}
	return max(1, len([]rune(want))-len([]rune(got)))
}

// stops presses Stop in the middle of answers, and returns how many words the model wrote more than 200 ms later, and how
// long after Stop the last word of all was written. The clocks of page and model are the same machine's.
func stops(t *testing.T, b *browser.Tab, w *workspace, model *teller, rounds int) (late int, slowest time.Duration) {
	t.Helper()
	for n := range rounds {
		question := fmt.Sprintf("멈출 것 %d", n)
		model.say(question, 10*time.Millisecond, script(3000)...)
		b.Open(w.base + "/#/")
		b.Await(browser.CanAsk)
		b.Ask(question)
		b.Await(`document.querySelector("#stop") && ` + browser.Answer + `?.textContent.length > 10`)
		clicked, err := strconv.ParseFloat(b.Eval(`(document.querySelector("#stop").click(), String(Date.now()))`), 64)
		if err != nil {
			t.Fatal(err)
		}
		stop := time.UnixMilli(int64(clicked))
		b.Await(`document.querySelector(".ending") && !document.querySelector("#stop")`)
		time.Sleep(500 * time.Millisecond)
		times := model.times(question)
		if len(times) == 3000 {
			t.Errorf("%s: it went on to its end", question)
		}
		for _, at := range times {
			after := at.Sub(stop)
			slowest = max(slowest, after)
			if after > 200*time.Millisecond {
				late++
			}
		}
		shown := strings.Fields(b.Eval(browser.Answer + `.textContent`))
		if len(shown) == 0 || len(shown) > len(times) {
			t.Errorf("%s: %d words are shown, %d were written", question, len(shown), len(times))
		}
	}
	return late, slowest
}
