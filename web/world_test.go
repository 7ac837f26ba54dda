package web

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"exaone/assistant"
	"exaone/chat"
	"exaone/store"
)

// world is a server over a real store, with a model that says what it is told to.
type world struct {
	t     *testing.T
	store *store.Store
	gate  *Gate
	turns *assistant.Turns
	model *scriptedModel
	url   string
}

// mostWait is how long something may take on a machine that others share.
const mostWait = 2 * time.Minute

// scriptedModel says the words of its answer, each when it may: with step set, a word for each value received.
type scriptedModel struct {
	mu    sync.Mutex
	words []string
	step  chan struct{}
}

// say sets what is said from now on.
func (m *scriptedModel) say(step chan struct{}, words ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.words, m.step = words, step
}

func (m *scriptedModel) Chat(ctx context.Context, _ chat.Request) iter.Seq2[chat.Event, error] {
	m.mu.Lock()
	words, step := m.words, m.step
	m.mu.Unlock()
	return func(yield func(chat.Event, error) bool) {
		for _, word := range words {
			if step != nil {
				select {
				case <-step:
				case <-ctx.Done():
					yield(nil, ctx.Err())
					return
				}
			}
			if !yield(chat.Delta{Text: word}, nil) {
				return
			}
		}
		yield(chat.Finish{Reason: chat.FinishStop, Model: "scripted", Usage: chat.Usage{PromptTokens: 7, CompletionTokens: len(words)}}, nil)
	}
}

func (m *scriptedModel) Enter(context.Context, chat.Principal, string, int) (string, func(), error) {
	return "", func() {}, nil
}

func (m *scriptedModel) Describe(context.Context, chat.Principal, string) (assistant.Model, error) {
	return assistant.Model{Name: "scripted", Window: 4096}, nil
}

func (m *scriptedModel) Count(_ context.Context, req chat.Request) (int, bool, error) {
	n := 0
	for _, said := range req.Messages {
		n += 4 + len([]rune(said.Text))
	}
	return n, true, nil
}

func (m *scriptedModel) Continue(_ context.Context, req chat.Request, _ string) (chat.Request, bool, error) {
	return req, false, nil
}

// newWorld starts a server. Everything is closed with the test.
func newWorld(t *testing.T, change func(*Options)) *world {
	t.Helper()
	return worldOf(t, func(w *world) assistant.Models { return w.model }, change)
}

// worldOf is newWorld with models of its own, which are asked.
func worldOf(t *testing.T, models func(*world) assistant.Models, change func(*Options)) *world {
	t.Helper()
	w := &world{t: t, store: newStore(t), model: &scriptedModel{}}
	w.gate = NewGate(GateOptions{Store: w.store, Open: true})
	turns, err := assistant.NewTurns(t.Context(), assistant.Options{Store: w.store, Models: models(w), Every: 5 * time.Millisecond,
		Watch: w.gate.Resolver().WatchPrincipal})
	if err != nil {
		t.Fatal(err)
	}
	w.turns = turns
	opts := Options{Hub: &shelf{state: StateReady, model: "scripted"}, Store: w.store, Gate: w.gate, Turns: turns,
		Page: DescribePage(w.store, func(context.Context) PageModel { return PageModel{Name: "scripted", Window: 4096} })}
	if change != nil {
		change(&opts)
	}
	handler, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	w.url = server.URL
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		ctx, done := context.WithTimeout(context.Background(), mostWait)
		defer done()
		if err := turns.Shutdown(ctx); err != nil {
			t.Error(err)
		}
	})
	return w
}

// visitor is somebody's, who has signed in.
type visitor struct {
	t      *testing.T
	url    string
	who    chat.Principal
	cookie string
	lang   string
}

// join makes somebody of a role known and signs them in.
func (w *world) join(name, role string) *visitor {
	w.t.Helper()
	who := addPerson(w.t, w.store, name, role)
	secret, _, err := w.store.CreateSession(w.t.Context(), who, store.SessionSpec{Address: "127.0.0.1", Agent: "test"})
	if err != nil {
		w.t.Fatal(err)
	}
	return &visitor{t: w.t, url: w.url, who: who, cookie: plainCookie + "=" + secret, lang: "ko"}
}

// open sends a request as the page does and returns the reply.
func (b *visitor) open(method, path string, body io.Reader, headers ...string) *http.Response {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Cookie", b.cookie)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Accept-Language", b.lang)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	reply, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		b.t.Fatal(err)
	}
	return reply
}

// send is open with a JSON body; it returns the status and the reply's body.
func (b *visitor) send(method, path string, in any) (int, string) {
	b.t.Helper()
	var body io.Reader
	switch in := in.(type) {
	case nil:
	case string:
		body = strings.NewReader(in)
	default:
		text, err := json.Marshal(in)
		if err != nil {
			b.t.Fatal(err)
		}
		body = bytes.NewReader(text)
	}
	reply := b.open(method, path, body)
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return reply.StatusCode, string(text)
}

// jsonObject is the members of an object.
type jsonObject map[string]any

// must sends a request that must succeed, and returns the reply.
func (b *visitor) must(method, path string, in any) jsonObject {
	b.t.Helper()
	status, text := b.send(method, path, in)
	if status != http.StatusOK {
		b.t.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	var out jsonObject
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		b.t.Fatalf("%s %s: %v: %s", method, path, err, text)
	}
	return out
}

// refused sends a request that must be refused with a code.
func (b *visitor) refused(method, path string, in any, code chat.Code) {
	b.t.Helper()
	status, text := b.send(method, path, in)
	if status != code.HTTPStatus() || !strings.Contains(text, fmt.Sprintf(`"code":%q`, code)) {
		b.t.Errorf("%s %s: %d %s; want %s", method, path, status, text, code)
	}
}

// at walks into a reply: names of members and places in lists.
func (o jsonObject) at(path ...any) any {
	var v any = map[string]any(o)
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			l, _ := v.([]any)
			if step < 0 {
				step += len(l)
			}
			if step < 0 || step >= len(l) {
				return nil
			}
			v = l[step]
		}
	}
	return v
}

func (o jsonObject) text(path ...any) string {
	s, _ := o.at(path...).(string)
	return s
}

// all is what is at a path, each of its members by a name.
func (o jsonObject) all(name string, path ...any) []string {
	items, _ := o.at(path...).([]any)
	var out []string
	for _, item := range items {
		m, _ := item.(map[string]any)
		s, _ := m[name].(string)
		out = append(out, s)
	}
	return out
}

// ask asks a question and returns the ids of the conversation, the question and the answer.
func (b *visitor) ask(in jsonObject) (conversation, question, answer string) {
	b.t.Helper()
	out := b.must("POST", "/api/turns", in)
	return out.text("conversation", "id"), out.text("question", "id"), out.text("answer", "id")
}

// told is one server-sent event.
type told struct {
	id   int64
	kind string
	data jsonObject
}

// listen follows an answer after a number until until says that it is enough, or the stream ends.
func (b *visitor) listen(answer string, after int64, until func([]told) bool) []told {
	b.t.Helper()
	var headers []string
	if after > 0 {
		headers = []string{"Last-Event-ID", strconv.FormatInt(after, 10)}
	}
	reply := b.open("GET", "/api/turns/"+answer+"/events", nil, headers...)
	defer reply.Body.Close()
	if kind := reply.Header.Get("Content-Type"); reply.StatusCode != http.StatusOK || kind != "text/event-stream; charset=utf-8" {
		b.t.Fatalf("following %s: %d, %s", answer, reply.StatusCode, kind)
	}
	var all []told
	var one told
	lines := bufio.NewScanner(reply.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "id":
			one.id, _ = strconv.ParseInt(value, 10, 64)
		case "event":
			one.kind = value
		case "data":
			if err := json.Unmarshal([]byte(value), &one.data); err != nil {
				b.t.Fatalf("%q: %v", value, err)
			}
		case "":
			if one.kind != "" {
				all = append(all, one)
			}
			one = told{}
			if until != nil && until(all) {
				return all
			}
		}
	}
	return all
}

// spell puts the deltas of events together as the page does: each at its place, in UTF-16.
func spell(events []told) string {
	var units []uint16
	for _, one := range events {
		if piece := one.data.text("text"); one.kind == "delta" && piece != "" {
			at, _ := one.data.at("at").(float64)
			units = append(units[:min(int(at), len(units))], utf16.Encode([]rune(piece))...)
		}
	}
	return string(utf16.Decode(units))
}

// deltas reports how many words have been heard.
func deltas(events []told) (n int) {
	for _, one := range events {
		if one.kind == "delta" {
			n++
		}
	}
	return n
}
