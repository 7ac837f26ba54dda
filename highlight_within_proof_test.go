package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"exaone/browser"
	"exaone/reference"
)

// TestHighlightWithin is TestHighlight of a PDF that is attached to a message: its pages are shown as they look, the mark is behind the
// words that are cited, their card has a picture of them, and the file is had by its own name.
func TestHighlightWithin(t *testing.T) {
	path := filepath.Join(reference.Path(t, "samples"), "pdf", "ko-regulation-20p.pdf")
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext: not here")
	}
	w := newWorkspace(t, nil, "--model", newTeller(t).flag())
	admin := w.admin()
	c := browser.Start(t, w.base)
	enter(c, admin)
	p := &highlights{t: t, tab: c.Tab(), admin: admin, base: w.base}
	cited := p.choose(p.bring(path), path, 3)
	if len(cited) < 3 {
		t.Fatalf("%d citations could be chosen, want 3", len(cited))
	}
	version := p.bring(mailOf(t, path))
	talk, _ := p.talk("규정.eml", "", nil)
	p.tab.Open(w.base + "/#/")
	p.tab.Await(browser.CanAsk)
	p.tab.Eval(fmt.Sprintf(tellEvents, p.within(version, cited)))
	p.tab.Eval(fmt.Sprintf(`location.hash = "#/c/%s"`, talk))
	p.tab.Await(`document.querySelectorAll(".answer .ref").length >= 3`)
	for i, of := range cited {
		p.tab.Eval(fmt.Sprintf(`document.querySelectorAll(".answer .ref")[%d].focus()`, i))
		p.tab.Await(`document.querySelector(".source-card:popover-open .source-picture img[data-drawn]") && document.querySelector(".source-card:popover-open .paper-mark")`)
		p.tab.Picture(fmt.Sprintf("highlight-within-card-%d", i+1))
		p.tab.Eval(fmt.Sprintf(`document.querySelectorAll(".answer .ref")[%d].click()`, i))
		p.tab.Await(fmt.Sprintf(`document.querySelector(".room") && document.querySelector(".room-note .sr")?.textContent.includes(%q)`, of.words))
		wrong := p.onPaper(path, of)
		p.tab.Picture(fmt.Sprintf("highlight-within-%d", i+1))
		if wrong != "" {
			t.Errorf("%q on page %d: %s", of.words, of.page, wrong)
		}
	}
	if said := p.tab.Eval(`document.querySelector(".room-note").textContent + [...document.querySelectorAll(".room-ways button")].map((b) => b.textContent).join(" ")`); !strings.Contains(said, "ko-regulation-20p.pdf") || strings.Contains(said, "영역") {
		t.Errorf("the room says %q", said)
	}
	p.tab.Look(390, 844, "dark")
	p.tab.Await(`innerWidth == 390 && document.querySelector(".room.cover .paper-mark")?.parentElement.dataset.drawn`)
	settle(p.tab)
	p.tab.Picture("highlight-within-phone")
	if wide := p.tab.Eval(`document.documentElement.scrollWidth > innerWidth || document.querySelector(".room-note").scrollWidth > innerWidth`); wide == "true" {
		t.Error("on a phone the room is wider than the window")
	}
	const saved = `(async () => {
		const link = document.querySelector(".room-note a"), got = await fetch(link.href);
		return link.download + " " + (await got.arrayBuffer()).byteLength;
	})()`
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.tab.Eval(saved), fmt.Sprint("ko-regulation-20p.pdf ", info.Size()); got != want {
		t.Errorf("what is saved is %q, want %q", got, want)
	}
	if policy := c.Seen().Policy; len(policy) > 0 {
		t.Errorf("against the policy: %q", policy)
	}
	if outside := c.Seen().Outside; len(outside) > 0 {
		t.Errorf("requests outside: %q", outside)
	}
}

// mailOf writes a message to which a file is attached.
func mailOf(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	mail := filepath.Join(t.TempDir(), "규정.eml")
	text := fmt.Sprintf("From: a@example.com\nSubject: regulation\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=edge\n\n--edge\n\nsee the file\n"+
		"--edge\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=%q\nContent-Transfer-Encoding: base64\n\n%s\n--edge--\n",
		filepath.Base(path), base64.StdEncoding.EncodeToString(data))
	if err := os.WriteFile(mail, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return mail
}

// within are the events of an answer whose sentences cite words of a file within a document, which are found in its passages.
func (p *highlights) within(version string, cited []citation) string {
	p.t.Helper()
	source := "version:" + version
	var items, claims []record
	ends, last := []int{}, 0
	for i, r := range []rune(provenAnswer) {
		if r == '.' {
			ends = append(ends, i+1)
		}
	}
	for i, c := range cited {
		var found struct {
			Items []struct{ Heading, Text string }
		}
		_, text := p.admin.send("POST", "/api/passages", record{"query": c.words, "versions": []string{version}, "top": 100})
		if err := json.Unmarshal([]byte(text), &found); err != nil {
			p.t.Fatal(err)
		}
		for _, one := range found.Items {
			from := strings.Index(one.Text, c.words)
			if from < 0 {
				continue
			}
			items = append(items, record{"index": i + 1, "source": source, "document": "d", "title": "규정.eml", "heading": one.Heading, "where": "", "text": one.Text, "score": 1, "place": record{"spans": []record{}}})
			claims = append(claims, record{"start": last, "end": ends[i], "checked": []string{"source"}, "missing": []string{},
				"cites": []record{{"index": i + 1, "source": source, "page": 0, "spans": nil, "within": [][2]int{{from, from + len(c.words)}}}}})
			last = ends[i] + 1
			break
		}
		if len(items) != i+1 {
			p.t.Fatalf("no passage has %q: %.500s", c.words, text)
		}
	}
	events := []record{{"number": 1, "kind": "passages", "version": 1, "data": record{"query": "근거는?", "among": 1, "nearest": false, "versions": []string{}, "items": items}}}
	for _, data := range claims {
		events = append(events, record{"number": len(events) + 1, "kind": "claim", "version": 1, "data": data})
	}
	out, err := json.Marshal(events)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(out)
}
