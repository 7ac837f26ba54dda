package browser

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Tab is one of a browser's.
type Tab struct {
	*Browser
	session string
}

// Tab opens a tab as wide as a laptop's.
func (b *Browser) Tab() *Tab {
	b.T.Helper()
	var target struct{ TargetID, SessionID string }
	b.decode("", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	b.decode("", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &target)
	tab := &Tab{b, target.SessionID}
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		tab.Call(domain+".enable", nil)
	}
	tab.Call("Emulation.setFocusEmulationEnabled", map[string]any{"enabled": true}) // each is as if it were in front
	tab.Look(1280, 860, "light")
	return tab
}

// Call calls a method of DevTools for the tab.
func (b *Tab) Call(method string, params map[string]any) {
	b.T.Helper()
	b.decode(b.session, method, params, nil)
}

// Look makes the window so many pixels wide and high, and in a colour scheme: light or dark. Below 500 it is a phone.
func (b *Tab) Look(width, height int, scheme string) {
	b.T.Helper()
	b.Call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})
	b.Call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]any{
		{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}}})
}

// Open loads an address anew, also where only what follows its # differs.
func (b *Tab) Open(url string) {
	b.T.Helper()
	b.Call("Page.navigate", map[string]any{"url": "about:blank"})
	b.Call("Page.navigate", map[string]any{"url": url})
}

// Eval evaluates an expression on the page, waits for what it promises, and returns that as text.
func (b *Tab) Eval(expression string) string {
	b.T.Helper()
	value, trouble := b.Try(expression)
	if trouble != "" {
		b.T.Fatalf("%.300s: %.2000s", expression, trouble)
	}
	return value
}

// Try is Eval that returns what went wrong, if something did.
func (b *Tab) Try(expression string) (value, trouble string) {
	b.T.Helper()
	var out struct {
		Result           struct{ Value any }
		ExceptionDetails json.RawMessage
	}
	b.decode(b.session, "Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true}, &out)
	return fmt.Sprint(out.Result.Value), string(out.ExceptionDetails)
}

// Await waits until an expression holds. While a page is loaded there may be nothing to evaluate it on.
func (b *Tab) Await(expression string) {
	b.T.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(30 * time.Millisecond) {
		if value, trouble := b.Try("!!(" + expression + ")"); value == "true" && trouble == "" {
			return
		}
	}
	shown, _ := b.Try("location.href + '\\nfocus: ' + document.activeElement?.outerHTML.slice(0, 300) + '\\n' + document.body?.innerText")
	b.T.Fatalf("never: %s\n%.3000s", expression, shown)
}

// Insert types a text as an input method hands it over.
func (b *Tab) Insert(text string) {
	b.T.Helper()
	b.Call("Input.insertText", map[string]any{"text": text})
}

// Compose shows a text that an input method has not handed over yet, after its so many UTF-16 units.
func (b *Tab) Compose(text string, units int) {
	b.T.Helper()
	b.Call("Input.imeSetComposition", map[string]any{"text": text, "selectionStart": units, "selectionEnd": units})
}

// Modifiers of a key.
const (
	Plain = 0
	Alt   = 1
	Ctrl  = 2
	Shift = 8
)

// Down presses a key. code is its number on Windows; 229 is what browsers say of a key that an input method takes.
func (b *Tab) Down(key string, code, modifiers int) {
	b.T.Helper()
	kind, text := "rawKeyDown", ""
	switch {
	case key == "Enter" && code == 13 && modifiers == Plain:
		kind, text = "keyDown", "\r"
	case key == " ":
		kind, text = "keyDown", " "
	}
	b.Call("Input.dispatchKeyEvent", map[string]any{"type": kind, "key": key, "code": place(key), "windowsVirtualKeyCode": code, "text": text, "modifiers": modifiers})
}

// Press presses a key and lets it go.
func (b *Tab) Press(key string, code, modifiers int) {
	b.T.Helper()
	b.Down(key, code, modifiers)
	b.Call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": key, "code": place(key), "windowsVirtualKeyCode": code, "modifiers": modifiers})
}

// place names where a key is on the keyboard.
func place(key string) string {
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

// Picture writes a screenshot into the folder EXAONE_SCREENSHOTS, if it is set.
func (b *Tab) Picture(name string) {
	b.T.Helper()
	dir := os.Getenv("EXAONE_SCREENSHOTS")
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), b.Shot(), 0o644); err != nil {
		b.T.Fatal(err)
	}
}

// Shot is what can be seen, as a PNG.
func (b *Tab) Shot() []byte {
	b.T.Helper()
	var shot struct{ Data string }
	b.decode(b.session, "Page.captureScreenshot", map[string]any{"format": "png"}, &shot)
	image, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil {
		b.T.Fatal(err)
	}
	return image
}
