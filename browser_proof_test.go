package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// chromium is a headless browser that proofs look through, spoken to in its DevTools protocol over a pipe: JSON ended by
// a zero byte. Unlike the one in package web it has several tabs, as people have.
type chromium struct {
	t  *testing.T
	in io.Writer

	mu      sync.Mutex
	id      int
	waiting map[int]chan json.RawMessage
	tabs    map[string]*tab // by session
	own     string          // how addresses of the server begin
	outside []string        // requests to anything else
	ran     []string        // what a script said that should not have run
	policy  []string        // what the page's policy had to stop
}

// tab is one of the browser's.
type tab struct {
	*chromium
	session string
}

// patience is how long something may take on a machine that others share.
const patience = 90 * time.Second

// newChromium starts the browser with an empty profile, or skips the test if there is none.
func newChromium(t *testing.T, own string) *chromium {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && program == "" {
			program = found
		}
	}
	if program == "" {
		t.Skip("chromium: not here")
	}
	read, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
		"--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run", "--accept-lang=ko-KR", "--user-data-dir="+t.TempDir(),
		"--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding", "about:blank")
	cmd.ExtraFiles = []*os.File{read, write} // its descriptors 3 and 4
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	read.Close()
	write.Close()
	c := &chromium{t: t, in: in, own: own, waiting: map[int]chan json.RawMessage{}, tabs: map[string]*tab{}}
	heard := make(chan struct{})
	go func() { c.listen(out); close(heard) }()
	t.Cleanup(func() {
		kill := time.AfterFunc(30*time.Second, func() { cmd.Process.Kill() })
		defer kill.Stop()
		in.Close() // a browser without somebody at the pipe ends
		cmd.Wait()
		<-heard
		out.Close()
	})
	return c
}

// newTab opens a tab as wide as a laptop's.
func (c *chromium) newTab() *tab {
	c.t.Helper()
	var target struct{ TargetID, SessionID string }
	c.decode("", "Target.createTarget", record{"url": "about:blank"}, &target)
	c.decode("", "Target.attachToTarget", record{"targetId": target.TargetID, "flatten": true}, &target)
	b := &tab{c, target.SessionID}
	c.mu.Lock()
	c.tabs[b.session] = b
	c.mu.Unlock()
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(domain+".enable", nil)
	}
	b.call("Emulation.setFocusEmulationEnabled", record{"enabled": true}) // each is as if it were in front
	b.look(1280, 860, "light")
	return b
}

// look makes the window as wide, and in a colour scheme.
func (b *tab) look(width, height int, scheme string) {
	b.t.Helper()
	b.call("Emulation.setDeviceMetricsOverride", record{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})
	b.call("Emulation.setEmulatedMedia", record{"features": []record{
		{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}}})
}

// listen hands replies to who waits for them, and notes what a page did, until the browser ends.
func (c *chromium) listen(out io.Reader) {
	messages := bufio.NewReaderSize(out, 1<<20)
	for {
		raw, err := messages.ReadBytes(0)
		c.mu.Lock()
		if err != nil {
			for _, wait := range c.waiting {
				close(wait)
			}
			c.waiting = nil
			c.mu.Unlock()
			return
		}
		var m struct {
			ID             int
			Method         string
			Params, Result json.RawMessage
		}
		if json.Unmarshal(raw[:len(raw)-1], &m) == nil {
			if wait := c.waiting[m.ID]; wait != nil {
				delete(c.waiting, m.ID)
				wait <- m.Result
			}
			c.note(m.Method, m.Params)
		}
		c.mu.Unlock()
	}
}

// note keeps what matters of an event. The mutex is held.
func (c *chromium) note(method string, params json.RawMessage) {
	var in struct {
		Request struct{ URL string }
		Entry   struct{ Source, Text string }
		Payload string
		Message string
	}
	if json.Unmarshal(params, &in) != nil {
		return
	}
	switch method {
	case "Network.requestWillBeSent":
		url := in.Request.URL
		if !strings.HasPrefix(url, c.own) && !strings.HasPrefix(url, "data:") && !strings.HasPrefix(url, "blob:") && url != "about:blank" {
			c.outside = append(c.outside, url)
		}
	case "Runtime.bindingCalled":
		c.ran = append(c.ran, in.Payload)
	case "Page.javascriptDialogOpening":
		c.ran = append(c.ran, "a dialog: "+in.Message)
	case "Log.entryAdded":
		if strings.Contains(in.Entry.Text, "Content Security Policy") {
			c.policy = append(c.policy, in.Entry.Text)
		}
	}
}

// decode calls a method, of the browser if session is "", and decodes what it returns.
func (c *chromium) decode(session, method string, params record, result any) {
	c.t.Helper()
	wait := make(chan json.RawMessage, 1)
	c.mu.Lock()
	if c.waiting == nil {
		c.mu.Unlock()
		c.t.Fatalf("%s: the browser is gone", method)
	}
	c.id++
	c.waiting[c.id] = wait
	message := record{"id": c.id, "method": method, "params": params}
	if params == nil {
		message["params"] = record{}
	}
	if session != "" {
		message["sessionId"] = session
	}
	raw, err := json.Marshal(message)
	if err == nil {
		_, err = c.in.Write(append(raw, 0))
	}
	c.mu.Unlock()
	if err != nil {
		c.t.Fatal(err)
	}
	select {
	case reply := <-wait:
		if result != nil && json.Unmarshal(reply, result) != nil {
			c.t.Fatalf("%s: %.500s", method, reply)
		}
	case <-time.After(2 * patience):
		c.t.Fatalf("%s: no reply", method)
	}
}

func (b *tab) call(method string, params record) {
	b.t.Helper()
	b.decode(b.session, method, params, nil)
}

// eval evaluates an expression on the page, waits for what it promises, and returns that as text.
func (b *tab) eval(expression string) string {
	b.t.Helper()
	value, trouble := b.try(expression)
	if trouble != "" {
		b.t.Fatalf("%.300s: %.2000s", expression, trouble)
	}
	return value
}

// try is eval that returns what went wrong, if something did.
func (b *tab) try(expression string) (value, trouble string) {
	b.t.Helper()
	var out struct {
		Result           struct{ Value any }
		ExceptionDetails json.RawMessage
	}
	b.decode(b.session, "Runtime.evaluate", record{"expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true}, &out)
	return fmt.Sprint(out.Result.Value), string(out.ExceptionDetails)
}

// await waits until an expression holds. While a page is loaded there may be nothing to evaluate it on.
func (b *tab) await(expression string) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(30 * time.Millisecond) {
		if value, trouble := b.try("!!(" + expression + ")"); value == "true" && trouble == "" {
			return
		}
	}
	shown, _ := b.try("location.href + '\\nfocus: ' + document.activeElement?.outerHTML.slice(0, 300) + '\\n' + document.body?.innerText")
	b.t.Fatalf("never: %s\n%.3000s", expression, shown)
}

// open loads an address anew, also where only what follows its # differs.
func (b *tab) open(url string) {
	b.t.Helper()
	b.call("Page.navigate", record{"url": "about:blank"})
	b.call("Page.navigate", record{"url": url})
}

// enter signs a visitor's session in to the browser.
func (c *chromium) enter(v *visitor) {
	c.t.Helper()
	name, value, _ := strings.Cut(v.cookie, "=")
	c.decode("", "Storage.setCookies", record{"cookies": []record{{"name": name, "value": value, "url": v.base,
		"httpOnly": true, "sameSite": "Strict", "path": "/"}}}, nil)
}

// insert types a text as an input method hands it over.
func (b *tab) insert(text string) {
	b.t.Helper()
	b.call("Input.insertText", record{"text": text})
}

// Modifiers of a key.
const (
	noKey    = 0
	ctrlKey  = 2
	shiftKey = 8
)

// down presses a key. code 229 is what browsers say of a key that an input method takes.
func (b *tab) down(key string, code, modifiers int) {
	b.t.Helper()
	kind, text := "rawKeyDown", ""
	switch {
	case key == "Enter" && code == 13 && modifiers == noKey:
		kind, text = "keyDown", "\r"
	case key == " ":
		kind, text = "keyDown", " "
	}
	b.call("Input.dispatchKeyEvent", record{"type": kind, "key": key, "code": placeOf(key), "windowsVirtualKeyCode": code, "text": text, "modifiers": modifiers})
}

// press presses a key and lets it go.
func (b *tab) press(key string, code, modifiers int) {
	b.t.Helper()
	b.down(key, code, modifiers)
	b.call("Input.dispatchKeyEvent", record{"type": "keyUp", "key": key, "code": placeOf(key), "windowsVirtualKeyCode": code, "modifiers": modifiers})
}

// placeOf names where a key is on the keyboard.
func placeOf(key string) string {
	switch key {
	case " ":
		return "Space"
	case ".":
		return "Period"
	}
	if len(key) == 1 {
		return "Key" + strings.ToUpper(key)
	}
	return key
}

// What the page is like.
const (
	canAsk   = `document.querySelector("#composer-input") && document.querySelector("#picked")?.textContent`
	answered = `document.querySelector("#send") && !document.querySelector("#stop") && [...document.querySelectorAll(".turn")].at(-1)?.querySelector(".by")`
	lastOne  = `[...document.querySelectorAll(".answer")].at(-1)`
)

// ask types a question and sends it.
func (b *tab) ask(text string) {
	b.t.Helper()
	b.eval(`document.querySelector("#composer-input").focus()`)
	b.insert(text)
	b.press("Enter", 13, noKey)
}

// quoted writes a text as JavaScript does.
func quoted(text string) string {
	out, _ := json.Marshal(text) // of a string
	return string(out)
}
