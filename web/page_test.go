package web

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"exaone/chat"
)

// oracle answers /v1/chat/completions with the pieces it was given, and remembers what was asked. With "wait" as
// the last word of a question it goes on until the client leaves.
type oracle struct {
	mu     sync.Mutex
	pieces []string
	asked  [][]string // role: content of each request's messages
	left   int        // clients that left
}

func (o *oracle) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Messages []struct{ Role, Content string }
	}
	raw, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(raw, &body)
	var messages []string
	for _, m := range body.Messages {
		messages = append(messages, m.Role+": "+m.Content)
	}
	o.mu.Lock()
	o.asked = append(o.asked, messages)
	pieces := o.pieces
	o.mu.Unlock()
	last := messages[len(messages)-1]
	if strings.HasSuffix(last, "busy") {
		w.WriteHeader(http.StatusTooManyRequests)
		io.WriteString(w, `{"error":{"code":"busy","message":"지금은 요청이 많습니다"}}`)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	send := func(text string) {
		content, _ := json.Marshal(text)
		fmt.Fprintf(w, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":%s},\"finish_reason\":null}]}\n\n", content)
		http.NewResponseController(w).Flush()
	}
	for _, piece := range pieces {
		send(piece)
	}
	if strings.HasSuffix(last, "wait") {
		<-r.Context().Done()
		o.mu.Lock()
		o.left++
		o.mu.Unlock()
		return
	}
	io.WriteString(w, "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
}

func (o *oracle) all() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return fmt.Sprintf("%q", o.asked)
}

const told = "물론입니다. **복리**는 이자에도 이자가 붙는 방식입니다.\n\n1. 단리: 원금에만 이자가 붙습니다.\n2. 복리: 원금과 이자에 이자가 붙습니다.\n\n" +
	"```python\ndef grow(money, rate, years):\n    return money * (1 + rate) ** years\n```\n\n<img src=x onerror=alert(1)> `grow(100, 0.05, 10)`은 *약* 162.9입니다."

// TestPage drives the page in a real browser, as a person would.
func TestPage(t *testing.T) {
	hub := &shelf{state: StateReady, model: "smollm2-135m"}
	model := &oracle{pieces: strings.SplitAfter(told, " ")}
	server := httptest.NewServer(newHandler(t, func(o *Options) { o.Hub, o.API = hub, model }))
	defer server.Close()
	b := startBrowser(t, server.URL)
	b.open(server.URL, 1280, 860, "light")

	if got := b.eval(`document.querySelector("#notices").textContent`); !strings.Contains(got, "한국어를 제대로 하지 못합니다") {
		t.Errorf("the page does not say what the model cannot do: %q", got)
	}
	b.picture("welcome-1280-light")

	t.Run("Hangul is sent once and whole", func(t *testing.T) {
		b.t = t
		b.call("Input.insertText", map[string]any{"text": "안"}, nil)
		b.call("Input.imeSetComposition", map[string]any{"text": "녀", "selectionStart": 1, "selectionEnd": 1}, nil)
		b.call("Input.imeSetComposition", map[string]any{"text": "녕", "selectionStart": 1, "selectionEnd": 1}, nil)
		b.key("Enter", 229, 0)
		if got := model.all(); got != "[]" {
			t.Fatalf("sent while composing: %s", got)
		}
		b.call("Input.insertText", map[string]any{"text": "녕"}, nil) // commits
		b.await(`document.querySelectorAll(".turn.user").length == 1 && document.querySelector("#log").ariaBusy != "true"`)
		b.key("Enter", 13, 0) // some browsers tell of the same Enter again
		b.await(`document.querySelector("#send").textContent == "보내기"`)
		if got, want := model.all(), `[["user: 안녕"]]`; got != want {
			t.Errorf("asked %s, want %s", got, want)
		}
		if got := b.eval(`document.querySelector("#input").value`); got != "" {
			t.Errorf("left in the field: %q", got)
		}
	})
	t.Run("kana is not sent by the Enter that picks it", func(t *testing.T) {
		b.t = t
		b.call("Input.imeSetComposition", map[string]any{"text": "かな", "selectionStart": 2, "selectionEnd": 2}, nil)
		b.key("Enter", 229, 0)
		b.call("Input.insertText", map[string]any{"text": "仮名"}, nil)
		if got := b.eval(`new Promise(r => setTimeout(() => r(document.querySelector("#input").value), 60))`); got != "仮名" {
			t.Errorf("in the field: %q", got)
		}
		b.eval(`document.querySelector("#input").value = ""`)
	})
	t.Run("an answer is shown as written and runs nothing", func(t *testing.T) {
		b.t = t
		for what, want := range map[string]string{
			`document.querySelector(".body strong").textContent`:           "복리",
			`document.querySelectorAll(".body ol li").length`:              "2",
			`document.querySelector(".code pre").textContent.slice(0, 8)`:  "def grow",
			`document.querySelectorAll(".body img, .body script").length`:  "0",
			`document.querySelector(".body").textContent.includes("<img")`: "true",
		} {
			if got := b.eval(what); got != want {
				t.Errorf("%s is %s, want %s", what, got, want)
			}
		}
		b.picture("answer-1280-light")
	})
	t.Run("Stop ends the answer and keeps what came", func(t *testing.T) {
		b.t = t
		b.call("Input.insertText", map[string]any{"text": "첫 줄"}, nil)
		b.key("Enter", 13, 8) // Shift
		b.call("Input.insertText", map[string]any{"text": "wait"}, nil)
		b.key("Enter", 13, 0)
		b.await(`[...document.querySelectorAll(".body")].at(-1).textContent.includes("162.9")`)
		b.eval(`document.querySelector("#send").click()`)
		b.await(`document.querySelector("#log").textContent.includes("멈췄습니다") && document.querySelector("#send").textContent == "보내기"`)
		if got := model.all(); !strings.Contains(got, `user: 첫 줄\nwait`) || !strings.Contains(got, "assistant: 물론입니다.") {
			t.Errorf("asked %.300s", got)
		}
		for range 100 {
			model.mu.Lock()
			left := model.left
			model.mu.Unlock()
			if left == 1 {
				return
			}
			b.eval(`new Promise(r => setTimeout(r, 20))`)
		}
		t.Error("the server was not told")
	})
	t.Run("an error is told, and can be tried again", func(t *testing.T) {
		b.t = t
		b.call("Input.insertText", map[string]any{"text": "busy"}, nil)
		b.key("Enter", 13, 0)
		b.await(`[...document.querySelectorAll(".error")].some(e => e.textContent.includes("요청이 많습니다"))`)
		b.await(`[...document.querySelectorAll(".tools button")].at(-1).textContent == "다시 시도"`)
	})
	t.Run("the language changes at once", func(t *testing.T) {
		b.t = t
		b.eval(`document.querySelector("#lang").click()`)
		b.await(`document.documentElement.lang == "en" && document.querySelector("#send").textContent == "Send"`)
		b.await(`document.querySelector("#notices").textContent.includes("cannot really speak Korean")`)
		hangul := regexp.MustCompile(`\p{Hangul}`)
		for _, part := range []string{"header", "#notices", "footer"} {
			if got := b.eval(`document.querySelector("` + part + `").innerText`); hangul.MatchString(got) {
				t.Errorf("Korean in the English %s: %q", part, got)
			}
		}
		b.eval(`document.querySelector("#lang").click()`)
		b.await(`document.documentElement.lang == "ko"`)
	})
	t.Run("a research model asks for a name first", func(t *testing.T) {
		b.t = t
		bringResearch(t, b, hub)
	})
	b.t = t
	views(t, b, server.URL, hub)

	b.mu.Lock()
	defer b.mu.Unlock()
	for _, trouble := range b.troubles {
		// The licence that was asked for, and the question that came at a busy time.
		if !strings.Contains(trouble, "403 (Forbidden)") && !strings.Contains(trouble, "429 (Too Many Requests)") {
			t.Errorf("the console: %s", trouble)
		}
	}
	for _, url := range b.outside {
		if !strings.HasPrefix(url, "data:") && url != "about:blank" {
			t.Errorf("a request to outside: %s", url)
		}
	}
}

// bringResearch brings a model under a research licence and cancels.
func bringResearch(t *testing.T, b *browser, hub *shelf) {
	b.eval(`document.querySelector("#picker").click()`)
	b.await(`document.querySelectorAll("#offers li").length == 3`)
	b.picture("models-1280-light")
	if got := b.eval(`[...document.querySelectorAll("#offers .act button")].map(x => x.textContent + (x.disabled ? "-" : "")).join()`); got != "받기,받기-,사용-" {
		t.Errorf("offers can be %s", got)
	}
	b.eval(`document.querySelector("#offers .act button").click()`)
	b.await(`document.querySelector("#licence").open`)
	b.picture("licence-1280-light")
	accept := `document.querySelector("#licence-accept").disabled`
	if b.eval(accept) != "true" {
		t.Error("it can be accepted without a name")
	}
	b.eval(`document.querySelector("#licence-person").focus()`)
	b.call("Input.insertText", map[string]any{"text": "홍길동"}, nil)
	if b.eval(accept) != "true" {
		t.Error("it can be accepted without confirmation")
	}
	b.eval(`document.querySelector("#licence-confirm").click()`)
	b.eval(`document.querySelector("#licence-accept").click()`)
	b.await(`!document.querySelector("#licence").open && document.querySelector("#notices progress")`)
	b.eval(`document.querySelector("#models").close()`)
	if got := b.eval(`document.querySelector("#notices").innerText`); !strings.Contains(got, "600 MB / 1.6 GB (36%) · 44초 남음") {
		t.Errorf("progress: %q", got)
	}
	b.eval(`[...document.querySelectorAll("#notices button")].find(x => x.textContent == "취소").click()`)
	b.await(`!document.querySelector("#notices progress")`)
	hub.mu.Lock()
	defer hub.mu.Unlock()
	want := []string{"accept local {Model:exaone-3.5-2.4b Hash:abc Person:홍길동}", "pull local exaone-3.5-2.4b", "cancel local exaone-3.5-2.4b"}
	if !slices.Equal(hub.calls, want) {
		t.Errorf("called %q, want %q", hub.calls, want)
	}
}

// views looks at the page's states in both widths and colours: nothing may be wider than the window.
func views(t *testing.T, b *browser, url string, hub *shelf) {
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int{390, 1280} {
			for _, state := range []State{StateNone, StateBringing, StateReady} {
				hub.mu.Lock()
				hub.state, hub.model, hub.pulls, hub.notes = state, "", nil, nil
				switch state {
				case StateNone:
					hub.notes = []Note{{chat.CodeHubNoSource, []any{"smollm2-135m", "huggingface.co에 연결할 수 없습니다."}}}
				case StateBringing:
					hub.pulls = []Pull{{Model: "smollm2-135m", Phase: "download", Done: 40_000_000, Total: 98_000_000, Rate: 2_000_000}}
				case StateReady:
					hub.model = "smollm2-135m"
				}
				hub.mu.Unlock()
				b.open(url, width, 844, scheme)
				b.await(`document.querySelector("#notices").firstChild`)
				name := fmt.Sprintf("%s-%d-%s", state, width, scheme)
				b.picture(name)
				if state == StateReady {
					b.call("Input.insertText", map[string]any{"text": "복리와 단리의 차이를 예를 들어 설명해 주세요"}, nil)
					b.key("Enter", 13, 0)
					b.await(`document.querySelector(".tools button")`)
					b.picture("answer-" + name)
					b.eval(`document.querySelector("#picker").click()`)
					b.await(`document.querySelectorAll("#offers li").length == 3`)
					b.picture("models-" + name)
				}
				if got := b.eval(`document.documentElement.scrollWidth - innerWidth`); !strings.HasPrefix(got, "-") && got != "0" {
					t.Errorf("%s: %s pixels too wide", name, got)
				}
				if got, want := b.eval(`document.documentElement.dataset.theme`), scheme; got != want {
					t.Errorf("%s: theme %s", name, got)
				}
			}
		}
	}
}
