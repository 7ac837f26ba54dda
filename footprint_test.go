package main

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"exaone/chat"
)

// What a workspace may take up.
const (
	mostIdle      = 100 << 20 // bytes of memory with everything on
	mostStreaming = 250 << 20 // bytes of memory with so many answers under way
	mostAdded     = 10 * time.Millisecond
	mostPage      = 400_000 // bytes of the page before it is first painted, compressed
)

// TestFootprint has many people ask at once while they follow their answers. EXAONE_STREAMS says how many,
// EXAONE_STREAM_WORDS how long each answer is, at twenty words a second.
func TestFootprint(t *testing.T) {
	streams, words := envInt("EXAONE_STREAMS", 200), envInt("EXAONE_STREAM_WORDS", 200)
	speaker := newSpeaker(t, words, 50*time.Millisecond)
	w := newWorkspace(t, nil, "--model", speaker.flag())
	admin := w.admin()
	page(t, admin)
	w.command("people", "list") // through the socket
	time.Sleep(5 * time.Second)
	idle := w.memory("VmRSS")
	t.Logf("idle with store, socket and page: %.1f MiB (%s)", mebi(idle), verdict(idle <= mostIdle, "100 MiB"))
	if idle > mostIdle {
		t.Errorf("idle memory %d bytes, want at most %d", idle, mostIdle)
	}

	stop, held := make(chan struct{}), make(chan int64)
	go func() {
		most := int64(0)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				most = max(most, w.memory("VmRSS"))
			case <-stop:
				held <- most
				return
			}
		}
	}()
	through, direct := listeners(t, w, admin, speaker, streams)
	close(stop)
	most := <-held
	t.Logf("%d answers of %d words under way, each followed: at most %.1f MiB (%s)", streams, words, mebi(most), verdict(most <= mostStreaming, "250 MiB"))
	if most > mostStreaming {
		t.Errorf("memory %d bytes, want at most %d", most, mostStreaming)
	}
	if len(through) != streams*words {
		t.Errorf("%d words were heard, want %d", len(through), streams*words)
	}
	added := rank(through, 99) - rank(direct, 99)
	t.Logf("a word comes after %v (p50), %v (p99); to whoever asks the model itself after %v, %v", rank(through, 50), rank(through, 99), rank(direct, 50), rank(direct, 99))
	t.Logf("added, p50: %v; added, p99: %v (%s)", rank(through, 50)-rank(direct, 50), added, verdict(added <= mostAdded, "10 ms"))
}

// answersEach is how many answers one of many people has written at once: one person is not given them all.
const answersEach = 50

// listeners has answers followed through the server and others directly at once, and returns how long after each word
// was said it was heard.
func listeners(t *testing.T, w *workspace, admin *visitor, s *teller, streams int) (through, direct []time.Duration) {
	t.Helper()
	const few = 20 // who ask the model itself
	answers := make([]string, streams)
	people := []*visitor{admin}
	for len(people)*answersEach < streams {
		people = append(people, w.join(admin, fmt.Sprintf("reader%d", len(people)), "member"))
	}
	heard := make([][]time.Time, streams+few)
	question := func(i int) string { return fmt.Sprintf("질문 %d", i) }
	var all sync.WaitGroup
	for i := range streams {
		v := people[i/answersEach]
		_, answers[i] = v.ask(question(i))
		all.Go(func() {
			var text listened
			err := (&visitor{t: t, base: v.base, cookie: v.cookie}).follow(answers[i], func(kind, data string) bool {
				now := time.Now()
				var d chat.Delta
				if kind == "delta" && json.Unmarshal([]byte(data), &d) == nil {
					text.put(d) // some of it may have been heard already
					for range strings.Count(text.String(), " ") - len(heard[i]) {
						heard[i] = append(heard[i], now)
					}
				}
				return kind != "finish" && kind != "error"
			})
			if err != nil {
				t.Errorf("answer %d: %v", i, err)
			}
		})
		if i < few {
			all.Go(func() {
				n := streams + i
				if err := s.ask(question(n), func() { heard[n] = append(heard[n], time.Now()) }); err != nil {
					t.Errorf("asking directly: %v", err)
				}
			})
		}
	}
	all.Wait()
	for i, times := range heard {
		said := s.times(question(i))
		if i < streams && len(said) != len(times) {
			t.Errorf("answer %d: %d words were said, %d heard", i, len(said), len(times))
		}
		for n := range min(len(said), len(times)) {
			took := times[n].Sub(said[n])
			if i < streams {
				through = append(through, took)
			} else {
				direct = append(direct, took)
			}
		}
	}
	return through, direct
}

// TestPageSize adds up what the page needs before it is first painted: what its HTML names, what those scripts import,
// and what it asks for of its texts and of who is there.
func TestPageSize(t *testing.T) {
	w := newWorkspace(t, nil, "--offline")
	sizes := page(t, w.admin())
	sum := 0
	for _, name := range slices.Sorted(maps.Keys(sizes)) {
		t.Logf("%8d %s", sizes[name], name)
		sum += sizes[name]
	}
	t.Logf("before first paint: %d bytes compressed, %d requests (%s)", sum, len(sizes), verdict(sum <= mostPage, "400 kB"))
	if sum > mostPage {
		t.Errorf("%d bytes, want at most %d", sum, mostPage)
	}
}

var (
	loaded = regexp.MustCompile(`(?:src|href)="(/[^"]+)"`)
	eager  = regexp.MustCompile(`(?:from|import)\s*["'](\.{0,2}/[^"']+\.js)["']`)
)

// page loads what a browser needs before it paints and returns how many bytes of it came, by path.
func page(t *testing.T, v *visitor) map[string]int {
	t.Helper()
	sizes := map[string]int{}
	next := []string{"/", "/api/session", "/api/texts?lang=ko"}
	for len(next) > 0 {
		at := next[0]
		next = next[1:]
		if sizes[at] > 0 {
			continue
		}
		content, size := packed(t, v, at)
		sizes[at] = size
		switch {
		case at == "/":
			for _, m := range loaded.FindAllStringSubmatch(content, -1) {
				next = append(next, m[1])
			}
		case strings.HasSuffix(at, ".js"):
			for _, m := range eager.FindAllStringSubmatch(content, -1) {
				to := m[1]
				if !path.IsAbs(to) {
					to = path.Join(path.Dir(at), to)
				}
				next = append(next, to)
			}
		}
	}
	return sizes
}

// packed gets a path as browsers do, and returns the content and how many bytes were sent for it.
func packed(t *testing.T, v *visitor, at string) (string, int) {
	t.Helper()
	reply, err := v.do(v.request("GET", at, nil, "Accept-Encoding", "gzip"))
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", at, reply.Status)
	}
	sent := &measured{from: reply.Body}
	var content io.Reader = sent
	if reply.Header.Get("Content-Encoding") == "gzip" {
		if content, err = gzip.NewReader(sent); err != nil {
			t.Fatal(err)
		}
	}
	text, err := io.ReadAll(content)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), sent.n
}

// measured counts what is read.
type measured struct {
	from io.Reader
	n    int
}

func (c *measured) Read(b []byte) (int, error) {
	n, err := c.from.Read(b)
	c.n += n
	return n, err
}

// rank is what so many of a hundred are at most.
func rank(all []time.Duration, percent int) time.Duration {
	if len(all) == 0 {
		return 0
	}
	all = slices.Clone(all)
	slices.Sort(all)
	return all[min(len(all)-1, len(all)*percent/100)].Round(10 * time.Microsecond)
}

func mebi(n int64) float64 { return float64(n) / (1 << 20) }
