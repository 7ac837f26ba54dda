package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"exaone/browser"
	"exaone/library"
)

// What is promised from Enter to the passages on the page.
const (
	firstPassages     = 300 * time.Millisecond
	firstPassagesBusy = 600 * time.Millisecond // while a long document is brought
	longPages         = 320
)

// personPause is between two questions. Chromium lets a page change its address 200 times in ten seconds, and then in silence no more:
// a machine that answers within 50 ms got there.
const personPause = 200 * time.Millisecond

// TestFirstPassages brings documents and asks, in the page as a person does: how long it takes from Enter until passages are
// shown, and how long while a document of 320 pages is brought and read. EXAONE_PASSAGES_DOCUMENTS says how many documents,
// EXAONE_PASSAGES_QUESTIONS how many questions of each kind.
func TestFirstPassages(t *testing.T) {
	n, questions := envInt("EXAONE_PASSAGES_DOCUMENTS", 1000), envInt("EXAONE_PASSAGES_QUESTIONS", 60)
	w := newWorkspace(t, nil, "--offline")
	admin := w.admin()
	random := rand.New(rand.NewPCG(20261130, 8))
	began := time.Now()
	last := ""
	for i := range n {
		var text strings.Builder
		for range 12 {
			text.WriteString(sentence(random, 14) + ".\n")
		}
		last = sendDocument(t, admin, fmt.Sprintf("문서 %d.txt", i), []byte(text.String()))
	}
	for deadline := time.Now().Add(10 * time.Minute); admin.must("GET", "/api/versions/"+last, nil).text("state") == "waiting"; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("documents are not read after ten minutes")
		}
	}
	t.Logf("%d documents brought and read in %.1f s", n, time.Since(began).Seconds())

	c := browser.Start(t, w.base)
	enter(c, admin)
	tab := c.Tab()
	tab.Open(w.base + "/#/")
	tab.Await(`document.querySelector("[data-example=documents]")`)
	tab.Eval(`document.querySelector("[data-example=documents]").click()`) // from here on documents are asked
	tab.Await(browser.Answered)
	quiet := askInPage(tab, w.base, random, questions)
	t.Logf("%d questions among %d documents: %v (p50), %v (p95; %s)", len(quiet), n, rank(quiet, 50), rank(quiet, 95),
		verdict(rank(quiet, 95) <= firstPassages, firstPassages.String()))

	long := longDocument(t, random)
	stop, brought := make(chan struct{}), make(chan int)
	go func() {
		times := 0
		for {
			select {
			case <-stop:
				brought <- times
				return
			default:
			}
			id := sendDocument(t, admin, fmt.Sprintf("긴 문서 %d.hwpx", times), long)
			for admin.must("GET", "/api/versions/"+id, nil).text("state") == "waiting" {
				time.Sleep(20 * time.Millisecond)
			}
			times++
		}
	}()
	busy := askInPage(tab, w.base, random, questions)
	close(stop)
	t.Logf("%d questions while %d pages are brought and read, %d times: %v (p50), %v (p95; %s)", len(busy), longPages, <-brought, rank(busy, 50), rank(busy, 95),
		verdict(rank(busy, 95) <= firstPassagesBusy, firstPassagesBusy.String()))
}

// askInPage asks questions in new conversations, and returns how long each took from Enter until passages were drawn.
func askInPage(tab *browser.Tab, base string, random *rand.Rand, n int) (took []time.Duration) {
	tab.T.Helper()
	for range n {
		time.Sleep(personPause)
		tab.Eval(`location.hash = "#/"`)
		tab.Await(`location.hash === "#/" && !document.querySelector(".passages") && ` + browser.CanAsk)
		tab.Eval(`document.getElementById("composer-input").focus()`)
		tab.Insert(sentence(random, 3) + "?")
		tab.Eval(`window.took = new Promise((done, never) => {
			let began = 0;
			addEventListener("keydown", () => { began = performance.now(); }, { capture: true, once: true });
			const look = new MutationObserver(() => {
				if (!document.querySelector(".passages .passage, .passages-none")) return;
				look.disconnect();
				requestAnimationFrame(() => done(performance.now() - began));
			});
			look.observe(document.body, { subtree: true, childList: true });
			setTimeout(() => never(new Error("no passages after 30 s")), 30000);
		}); 0`)
		tab.Press("Enter", 13, browser.Plain)
		ms := tab.Eval(`window.took`)
		value, err := strconv.ParseFloat(ms, 64)
		if err != nil {
			tab.T.Fatal(err)
		}
		took = append(took, time.Duration(value*float64(time.Millisecond)))
		tab.Await(browser.Answered)
	}
	return took
}

// sendDocument brings a document and returns the id of its version.
func sendDocument(t *testing.T, v *visitor, name string, content []byte) string {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	status, text := v.reply(v.request("POST", "/api/documents", &body, "Content-Type", form.FormDataContentType()))
	_, rest, ok := strings.Cut(text, `"versions":[{"id":"`)
	id, _, _ := strings.Cut(rest, `"`)
	if status != http.StatusOK || !ok {
		t.Fatalf("%s: %d %.500s", name, status, text)
	}
	return id
}

// longDocument is a HWPX of 320 pages, set up as our own regulation is.
func longDocument(t *testing.T, random *rand.Rand) []byte {
	t.Helper()
	const section, lines = "Contents/section0.xml", 28
	ours := library.Documents()[0].Data
	in, err := zip.NewReader(bytes.NewReader(ours), int64(len(ours)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	to := zip.NewWriter(&out)
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == section {
			head, _, _ := bytes.Cut(data, []byte(`</hp:run>`)) // with the size of the paper
			var b bytes.Buffer
			b.Write(head)
			b.WriteString(`</hp:run><hp:linesegarray><hp:lineseg textpos="0" vertpos="0" vertsize="1200" textheight="1200" baseline="1020" spacing="1080" horzpos="0" horzsize="42520" flags="393216"/></hp:linesegarray></hp:p>`)
			for n := range longPages*lines - 1 {
				fmt.Fprintf(&b, `<hp:p id="0" paraPrIDRef="0" styleIDRef="0" pageBreak="0" columnBreak="0" merged="0"><hp:run charPrIDRef="0"><hp:t>%s.</hp:t></hp:run><hp:linesegarray><hp:lineseg textpos="0" vertpos="%d" vertsize="1200" textheight="1200" baseline="1020" spacing="1080" horzpos="0" horzsize="42520" flags="393216"/></hp:linesegarray></hp:p>`,
					sentence(random, 8), (n+1)%lines*2280)
			}
			b.WriteString(`</hs:sec>`)
			data = b.Bytes()
		}
		part, err := to.CreateHeader(&zip.FileHeader{Name: f.Name, Method: f.Method})
		if err == nil {
			_, err = part.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
