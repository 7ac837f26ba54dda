// Package browser looks at pages through a headless Chromium, for tests alone.
package browser

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Browser is a headless Chromium, spoken to in its DevTools protocol over a pipe: JSON ended by a zero byte. It has several
// tabs, as people have. Whatever goes wrong ends the test T, so one goroutine of that test calls its methods.
type Browser struct {
	T testing.TB // whose it is at the moment: a subtest takes it over

	in  io.Writer
	own string // how addresses of the server begin

	mu      sync.Mutex
	id      int
	waiting map[int]chan json.RawMessage
	seen    Seen
}

// Seen is what pages did that a test may mind.
type Seen struct {
	Ran      []string // what a script said that was to have none: by a binding, or in a dialog
	Outside  []string // addresses of requests to anything but the server
	Policy   []string // what the page's content security policy had to stop
	Troubles []string // what the console complained about, and calls that the browser refused
}

// patience is how long something may take on a machine that others share.
const patience = 90 * time.Second

// Start starts the browser with an empty profile, or skips the test if there is none. own is how the addresses of the
// server begin. It ends with the test.
func Start(t testing.TB, own string) *Browser {
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
		"--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding",
		"--disable-features=IsolateSandboxedIframes", // what goes on in a frame is told with what goes on in its page
		"about:blank")
	cmd.ExtraFiles = []*os.File{read, write} // its descriptors 3 and 4
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	read.Close()
	write.Close()
	b := &Browser{T: t, in: in, own: own, waiting: map[int]chan json.RawMessage{}}
	heard := make(chan struct{})
	go func() { b.listen(out); close(heard) }()
	t.Cleanup(func() {
		kill := time.AfterFunc(30*time.Second, func() { cmd.Process.Kill() })
		defer kill.Stop()
		in.Close() // a browser without somebody at the pipe ends
		cmd.Wait()
		<-heard
		out.Close()
	})
	return b
}

// Seen returns what pages did since the browser began, or since Forget.
func (b *Browser) Seen() Seen {
	b.mu.Lock()
	defer b.mu.Unlock()
	return Seen{slices.Clone(b.seen.Ran), slices.Clone(b.seen.Outside), slices.Clone(b.seen.Policy), slices.Clone(b.seen.Troubles)}
}

// Forget forgets what was seen.
func (b *Browser) Forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seen = Seen{}
}

// SetOwn says anew how addresses begin that pages may ask, and returns what it was.
func (b *Browser) SetOwn(own string) (before string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	before, b.own = b.own, own
	return before
}

// SetCookie gives the browser a cookie of a server at url, as a session has it.
func (b *Browser) SetCookie(url, name, value string) {
	b.T.Helper()
	b.decode("", "Storage.setCookies", map[string]any{"cookies": []map[string]any{{"name": name, "value": value, "url": url,
		"httpOnly": true, "sameSite": "Strict", "path": "/"}}}, nil)
}

// listen hands replies to who waits for them, and notes what a page did, until the browser ends.
func (b *Browser) listen(out io.Reader) {
	messages := bufio.NewReaderSize(out, 1<<20)
	for {
		raw, err := messages.ReadBytes(0)
		b.mu.Lock()
		if err != nil {
			for _, wait := range b.waiting {
				close(wait)
			}
			b.waiting = nil
			b.mu.Unlock()
			return
		}
		var m struct {
			ID                    int
			Method                string
			Params, Result, Error json.RawMessage
		}
		if json.Unmarshal(raw[:len(raw)-1], &m) == nil {
			if wait := b.waiting[m.ID]; wait != nil {
				delete(b.waiting, m.ID)
				if m.Error != nil {
					b.seen.Troubles = append(b.seen.Troubles, string(m.Error))
				}
				wait <- m.Result
			}
			b.note(m.Method, m.Params)
		}
		b.mu.Unlock()
	}
}

// note keeps what matters of an event. The mutex is held.
func (b *Browser) note(method string, params json.RawMessage) {
	var in struct {
		Request struct{ URL string }
		Entry   struct{ Level, Text string }
		Payload string
		Message string
	}
	if json.Unmarshal(params, &in) != nil {
		return
	}
	switch method {
	case "Network.requestWillBeSent":
		url := in.Request.URL
		if !strings.HasPrefix(url, b.own) && !strings.HasPrefix(url, "data:") && !strings.HasPrefix(url, "blob:") && url != "about:blank" {
			b.seen.Outside = append(b.seen.Outside, url)
		}
	case "Runtime.bindingCalled":
		b.seen.Ran = append(b.seen.Ran, in.Payload)
	case "Page.javascriptDialogOpening":
		b.seen.Ran = append(b.seen.Ran, "a dialog: "+in.Message)
	case "Runtime.exceptionThrown":
		b.seen.Troubles = append(b.seen.Troubles, string(params))
	case "Log.entryAdded":
		if strings.Contains(in.Entry.Text, "Content Security Policy") {
			b.seen.Policy = append(b.seen.Policy, in.Entry.Text)
		}
		if in.Entry.Level != "verbose" {
			b.seen.Troubles = append(b.seen.Troubles, string(params))
		}
	}
}

// decode calls a method, of the browser if session is "", and decodes what it returns.
func (b *Browser) decode(session, method string, params map[string]any, result any) {
	b.T.Helper()
	wait := make(chan json.RawMessage, 1)
	b.mu.Lock()
	if b.waiting == nil {
		b.mu.Unlock()
		b.T.Fatalf("%s: the browser is gone", method)
	}
	b.id++
	b.waiting[b.id] = wait
	if params == nil {
		params = map[string]any{}
	}
	message := map[string]any{"id": b.id, "method": method, "params": params}
	if session != "" {
		message["sessionId"] = session
	}
	raw, err := json.Marshal(message)
	if err == nil {
		_, err = b.in.Write(append(raw, 0))
	}
	b.mu.Unlock()
	if err != nil {
		b.T.Fatal(err)
	}
	select {
	case reply := <-wait:
		if result != nil && json.Unmarshal(reply, result) != nil {
			b.T.Fatalf("%s: %.500s", method, reply)
		}
	case <-time.After(2 * patience):
		b.T.Fatalf("%s: no reply", method)
	}
}
