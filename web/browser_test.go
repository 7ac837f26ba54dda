package web

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// browser is a headless Chromium, spoken to in its DevTools protocol over a pipe: JSON ended by a zero byte.
type browser struct {
	t       *testing.T
	in      io.Writer
	session string

	mu       sync.Mutex
	id       int
	waiting  map[int]chan json.RawMessage
	troubles []string // what the console complained about
	outside  []string // requests to anything but the server
	own      string   // how addresses of the server begin
}

// startBrowser starts Chromium with an empty profile, or skips the test if there is none.
func startBrowser(t *testing.T, own string) *browser {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("chromium: not here")
	}
	toBrowser, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, fromBrowser, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
		"--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run", "--accept-lang=ko-KR", "--user-data-dir="+t.TempDir(), "about:blank")
	cmd.ExtraFiles = []*os.File{toBrowser, fromBrowser} // its descriptors 3 and 4
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	toBrowser.Close()
	fromBrowser.Close()
	b := &browser{t: t, in: in, waiting: map[int]chan json.RawMessage{}, own: own}
	heard := make(chan struct{})
	go b.listen(out, heard)
	t.Cleanup(func() {
		b.call("Browser.close", nil, nil)
		in.Close()
		cmd.Wait()
		<-heard
		out.Close()
	})
	var target struct{ TargetID, SessionID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &target)
	b.session = target.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

// listen hands replies to who waits for them, and notes what went wrong on the page.
func (b *browser) listen(out io.Reader, heard chan<- struct{}) {
	defer close(heard)
	messages := bufio.NewReaderSize(out, 1<<20)
	for {
		raw, err := messages.ReadBytes(0)
		if err != nil {
			b.mu.Lock()
			for _, wait := range b.waiting {
				close(wait)
			}
			b.waiting = nil
			b.mu.Unlock()
			return
		}
		var m struct {
			ID     int
			Method string
			Params json.RawMessage
			Result json.RawMessage
			Error  json.RawMessage
		}
		if json.Unmarshal(raw[:len(raw)-1], &m) != nil {
			continue
		}
		b.mu.Lock()
		if wait := b.waiting[m.ID]; m.ID != 0 && wait != nil {
			delete(b.waiting, m.ID)
			if m.Error != nil {
				b.troubles = append(b.troubles, string(m.Error))
			}
			wait <- m.Result
		}
		switch m.Method {
		case "Runtime.exceptionThrown", "Log.entryAdded":
			if !strings.Contains(string(m.Params), `"level":"verbose"`) {
				b.troubles = append(b.troubles, string(m.Params))
			}
		case "Network.requestWillBeSent":
			var sent struct{ Request struct{ URL string } }
			if json.Unmarshal(m.Params, &sent) == nil && !strings.HasPrefix(sent.Request.URL, b.own) {
				b.outside = append(b.outside, sent.Request.URL)
			}
		}
		b.mu.Unlock()
	}
}

// call calls a method and decodes its result, if it is wanted.
func (b *browser) call(method string, params map[string]any, result any) {
	b.t.Helper()
	wait := make(chan json.RawMessage, 1)
	b.mu.Lock()
	if b.waiting == nil {
		b.mu.Unlock()
		b.t.Fatalf("%s: the browser is gone", method)
	}
	b.id++
	b.waiting[b.id] = wait
	message := map[string]any{"id": b.id, "method": method, "params": params}
	if params == nil {
		message["params"] = map[string]any{}
	}
	if b.session != "" && !strings.HasPrefix(method, "Browser.") {
		message["sessionId"] = b.session
	}
	b.mu.Unlock()
	raw, err := json.Marshal(message)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.in.Write(append(raw, 0)); err != nil {
		b.t.Fatal(err)
	}
	select {
	case reply := <-wait:
		if result != nil && json.Unmarshal(reply, result) != nil {
			b.t.Fatalf("%s: %s", method, reply)
		}
	case <-time.After(30 * time.Second):
		b.t.Fatalf("%s: no reply", method)
	}
}

// eval evaluates an expression on the page, and returns what it comes to as text.
func (b *browser) eval(expression string) string {
	b.t.Helper()
	var out struct {
		Result struct {
			Value       any
			Description string
		}
		ExceptionDetails json.RawMessage
	}
	b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true}, &out)
	if out.ExceptionDetails != nil {
		b.t.Fatalf("%s: %s", expression, out.ExceptionDetails)
	}
	return fmt.Sprint(out.Result.Value)
}

// await waits until an expression holds.
func (b *browser) await(expression string) {
	b.t.Helper()
	for range 300 {
		if b.eval("!!("+expression+")") == "true" {
			return
		}
		time.Sleep(30 * time.Millisecond)
	}
	b.t.Fatalf("never: %s\n%s", expression, b.eval("document.body.innerText"))
}

// ready says that somebody can ask.
const ready = `document.querySelector("#composer-input") && document.querySelector("#picked")?.textContent`

// look makes the window as wide, and in a colour scheme.
func (b *browser) look(width, height int, scheme string) {
	b.t.Helper()
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}, nil)
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]any{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// key presses a key and lets it go. code 229 is what a browser says of a key that an input method takes.
func (b *browser) key(key string, code, modifiers int) {
	b.t.Helper()
	text := ""
	if key == "Enter" && code != 229 && modifiers != 2 {
		text = "\r"
	}
	kind := "keyDown"
	if text == "" {
		kind = "rawKeyDown"
	}
	b.call("Input.dispatchKeyEvent", map[string]any{"type": kind, "key": key, "code": place(key), "windowsVirtualKeyCode": code,
		"text": text, "modifiers": modifiers}, nil)
	b.call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": key, "code": place(key), "windowsVirtualKeyCode": code, "modifiers": modifiers}, nil)
}

// place names where a key is on the keyboard.
func place(key string) string {
	if len(key) == 1 {
		return "Key" + strings.ToUpper(key)
	}
	return key
}

// picture writes a screenshot into the folder EXAONE_SCREENSHOTS, if it is set.
func (b *browser) picture(name string) {
	b.t.Helper()
	dir := os.Getenv("EXAONE_SCREENSHOTS")
	if dir == "" {
		return
	}
	var shot struct{ Data string }
	b.call("Page.captureScreenshot", map[string]any{"format": "png"}, &shot)
	image, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), image, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
