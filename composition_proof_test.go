package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"exaone/browser"
)

// composed are questions that end in a syllable which is still being composed when Enter comes.
var composed = []string{"안녕", "한글을 씁니다", "괜찮습니까", "값", "읽었다", "회의록을 요약해 줘", "보고서 초안 부탁해", "뷁", "쌓였어요", "API 문서를 써"}

// enters are the ways in which browsers and input methods tell of the Enter that ends a syllable.
var enters = []struct {
	name  string
	press func(b *browser.Tab, last string)
}{
	{"Enter of the input method, then the syllable", func(b *browser.Tab, last string) {
		b.Down("Enter", 229, browser.Plain)
		b.Insert(last)
		b.Call("Input.dispatchKeyEvent", record{"type": "keyUp", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13})
	}},
	{"the same, and Enter told of again", func(b *browser.Tab, last string) {
		b.Down("Enter", 229, browser.Plain)
		b.Insert(last)
		b.Press("Enter", 13, browser.Plain)
	}},
	{"the syllable, then Enter", func(b *browser.Tab, last string) {
		b.Insert(last)
		b.Press("Enter", 13, browser.Plain)
	}},
}

// TestCompositionIsSentOnce writes questions as an input method for Hangul does and ends each by one Enter while its last
// syllable is being composed. EXAONE_COMPOSITIONS says how many.
func TestCompositionIsSentOnce(t *testing.T) {
	rounds := envInt("EXAONE_COMPOSITIONS", 20)
	model := newTeller(t)
	w := newWorkspace(t, nil, "--model", model.flag())
	admin := w.admin()
	c := browser.Start(t, w.base)
	enter(c, admin)
	b := c.Tab()
	sent := map[string]int{}
	began := time.Now()
	for n := range rounds {
		if n%20 == 0 {
			b.Open(w.base + "/#/")
			b.Await(browser.CanAsk)
		}
		text := fmt.Sprintf("%d %s", n, composed[n%len(composed)])
		b.Eval(`document.querySelector("#composer-input").focus()`)
		compose(b, text, enters[n%len(enters)].press)
		b.Await(browser.Answered + ` && [...document.querySelectorAll(".turn.user .bubble")].at(-1).textContent.startsWith("` + fmt.Sprint(n) + ` ")`)
		if left := b.Eval(`document.querySelector("#composer-input").value`); left != "" {
			t.Errorf("%q, %s: left in the field: %q", text, enters[n%len(enters)].name, left)
			b.Eval(`document.querySelector("#composer-input").select()`)
			b.Press("Backspace", 8, browser.Plain)
		}
		sent[text] = 0
	}
	time.Sleep(time.Second) // a second sending would be under way
	other := 0
	for _, text := range questions(t, admin) {
		if _, ok := sent[text]; !ok {
			t.Errorf("the server has %q, which nobody wrote", text)
			other++
			continue
		}
		sent[text]++
	}
	lost, doubled := 0, 0
	for text, times := range sent {
		switch {
		case times == 0:
			lost++
			t.Errorf("%q is not there", text)
		case times > 1:
			doubled++
			t.Errorf("%q is there %d times", text, times)
		}
		if model.asked[text] != times {
			t.Errorf("%q was asked of the model %d times, want %d", text, model.asked[text], times)
		}
	}
	t.Logf("%d questions, each ended by Enter in the middle of a syllable, in %v: %d sent twice, %d lost or changed, %d others", rounds,
		time.Since(began).Round(time.Second), doubled, lost, other)
}

// compose writes a text syllable by syllable, each letter by letter, and has the last one ended by end.
func compose(b *browser.Tab, text string, end func(b *browser.Tab, last string)) {
	letters := []rune(text)
	for i, letter := range letters {
		if letter < '가' || letter > '힣' {
			b.Insert(string(letter))
			continue
		}
		for _, so := range strokes(letter) {
			b.Compose(string(so), 1)
		}
		if i == len(letters)-1 {
			end(b, string(letter))
			return
		}
		b.Insert(string(letter)) // the next syllable begins
	}
}

// strokes are what a syllable looks like as its letters come: ㅎ, 하, 한.
func strokes(syllable rune) []rune {
	const finals, vowels = 28, 21
	n := syllable - '가'
	first := []rune("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")[n/(finals*vowels)]
	open := syllable - n%finals
	if open == syllable {
		return []rune{first, syllable}
	}
	return []rune{first, open, syllable}
}

// questions are all that somebody has asked, as the server has it.
func questions(t *testing.T, v *visitor) []string {
	t.Helper()
	var all []string
	for _, id := range conversationIDs(t, v) {
		var in struct {
			Messages []struct{ Role, Text string }
		}
		_, text := v.send("GET", "/api/conversations/"+id, nil)
		if err := json.NewDecoder(strings.NewReader(text)).Decode(&in); err != nil {
			t.Fatal(err)
		}
		for _, m := range in.Messages {
			if m.Role == "user" {
				all = append(all, m.Text)
			}
		}
	}
	return all
}

// conversationIDs are the conversations of somebody, the newest first.
func conversationIDs(t *testing.T, v *visitor) []string {
	t.Helper()
	var ids []string
	for cursor := ""; ; {
		var in struct {
			Items []struct{ ID string }
			Next  string
		}
		_, text := v.send("GET", "/api/conversations?limit=100&cursor="+cursor, nil)
		if err := json.Unmarshal([]byte(text), &in); err != nil {
			t.Fatal(err)
		}
		for _, item := range in.Items {
			ids = append(ids, item.ID)
		}
		if cursor = in.Next; cursor == "" {
			return ids
		}
	}
}
