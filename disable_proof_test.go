package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// longestDisabling is how long anything of somebody who is disabled may go on.
const longestDisabling = 5 * time.Second

// TestDisablingEndsEverything disables people who follow an answer, whose program is answered and who are signed in, half
// of them on the page and half by a command, and measures when each of it ends. EXAONE_DISABLED says how many people.
func TestDisablingEndsEverything(t *testing.T) {
	people := envInt("EXAONE_DISABLED", 10)
	speaker := newSpeaker(t, 100_000, 50*time.Millisecond)
	w := newWorkspace(t, nil, "--model", speaker.flag())
	admin := w.admin()
	took := map[string][]time.Duration{}
	for i := range people {
		login := fmt.Sprint("member", i)
		v := w.join(admin, login, "member")
		how, disable := "page", func() { admin.must("POST", "/api/people/"+v.id+"/disable", record{}) }
		if i%2 == 1 {
			how, disable = "command", func() { w.command("people", "disable", login) }
		}
		for what, d := range disabled(t, v, disable) {
			took[what+", by "+how] = append(took[what+", by "+how], d)
			if d > mostWait { // within what time it should is in the log: no proof fails by a time
				t.Errorf("%s: %s of %s went on for %v", how, what, login, d)
			}
		}
	}
	var names []string
	for name := range took {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		t.Logf("%-34s ended after %v (median), %v (slowest of %d; %s)", name, rank(took[name], 50), slices.Max(took[name]).Round(time.Millisecond),
			len(took[name]), verdict(slices.Max(took[name]) <= longestDisabling, longestDisabling.String()))
	}
}

// disabled disables somebody whose answers are under way, and returns how long after it began each thing of theirs ended.
func disabled(t *testing.T, v *visitor, disable func()) map[string]time.Duration {
	t.Helper()
	key := v.must("POST", "/api/keys", record{"name": "laptop", "scopes": []string{"inference"}}).text("secret")
	_, answer := v.ask("끝없이 말해 줘")
	var mu sync.Mutex
	ended := map[string]time.Time{}
	note := func(what string) {
		mu.Lock()
		defer mu.Unlock()
		if ended[what].IsZero() {
			ended[what] = time.Now()
		}
	}
	var flowing, all sync.WaitGroup
	flowing.Add(2)
	all.Go(func() {
		begun, told, last := sync.OnceFunc(flowing.Done), false, ""
		err := (&visitor{t: t, base: v.base, cookie: v.cookie}).follow(answer, func(kind, data string) bool {
			begun()
			last = kind + " " + data
			told = kind == "error" && strings.Contains(data, `"principal_disabled"`)
			return kind != "error"
		})
		note("the stream of an answer")
		begun()
		if err != nil || !told {
			t.Errorf("an answer's stream ended with %v after %s, want principal_disabled", err, last)
		}
	})
	all.Go(func() {
		begun, told := sync.OnceFunc(flowing.Done), false
		err := byKey(v, key, "/v1/chat/completions", `{"stream":true,"messages":[{"role":"user","content":"끝없이"}]}`, func(data string) bool {
			begun()
			told = told || strings.Contains(data, `"principal_disabled"`)
			return true
		})
		note("the stream of a program")
		begun()
		if err != nil || !told {
			t.Errorf("a program's stream ended with %v, why: %v", err, told)
		}
	})
	flowing.Wait()
	if err := byKey(v, key, "/v1/models", "", nil); err != nil {
		t.Fatalf("the key before: %v", err)
	}
	began := time.Now()
	disable()
	for deadline := began.Add(mostWait); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if status, _ := (&visitor{t: t, base: v.base, cookie: v.cookie}).send("GET", "/api/conversations", nil); status == http.StatusUnauthorized || status == http.StatusForbidden {
			note("the session")
		}
		if byKey(v, key, "/v1/models", "", nil) != nil {
			note("the key")
		}
		mu.Lock()
		n := len(ended)
		mu.Unlock()
		if n == 4 {
			break
		}
	}
	out := map[string]time.Duration{}
	mu.Lock()
	defer mu.Unlock()
	for _, what := range []string{"the session", "the key", "the stream of an answer", "the stream of a program"} {
		if out[what] = 2 * mostWait; !ended[what].IsZero() {
			out[what] = ended[what].Sub(began)
		}
	}
	return out
}

// byKey makes a request as a program does: a GET, or a POST with a body whose reply is read as events.
func byKey(v *visitor, key, path, body string, hear func(data string) bool) error {
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	r, err := http.NewRequest(method, v.base+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	reply, err := provenClient.Do(r)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(reply.Body)
		return fmt.Errorf("%s: %s %.300s", path, reply.Status, text)
	}
	if hear == nil {
		_, err := io.Copy(io.Discard, reply.Body)
		return err
	}
	return readEvents(reply.Body, func(_, data string) bool { return hear(data) })
}
