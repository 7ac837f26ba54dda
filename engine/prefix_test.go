package engine

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"exaone/chat"
)

// prompt is n ids that no other seed has.
func promptIDs(seed, n int) []int32 {
	ids := make([]int32, n)
	for i := range ids {
		ids[i] = int32(40 + (i*i+i*seed*7+seed)%900)
	}
	return ids
}

func raw(scope string, ids []int32) chat.Request {
	return chat.Request{Prompt: &chat.Prompt{IDs: ids}, MaxTokens: 3, Scope: scope, Logprobs: 2}
}

// runFiles are the files below a directory, but for those that are of no prompt.
func runFiles(t testing.TB, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Name() != saltName && d.Name() != ofName {
			list = append(list, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// A prefix that was computed before a restart is read from disk: also one that ends inside a page, and by everyone in
// its scope, to the same bits.
func TestPrefixesOutliveARestart(t *testing.T) {
	dir, path := t.TempDir(), tiny(t)
	resolve := func(string) (Spec, error) { return Spec{Name: "x", Path: path}, nil }
	ids := promptIDs(1, 9*pageSize+5)
	other := append(append([]int32(nil), ids[:5*pageSize+11]...), promptIDs(2, 40)...)
	plain := newEngine(t, Options{Threads: 2, Resolve: resolve})
	want, wantOther := collect(t, plain, raw("a", ids)), collect(t, plain, raw("b", other))

	first := New(Options{Threads: 2, Resolve: resolve, PrefixDir: dir})
	sameBits(t, "before", collect(t, first, raw("a", ids)), want)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	for _, file := range runFiles(t, dir) {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, want 0600", file, info.Mode())
		}
	}
	second := newEngine(t, Options{Threads: 2, Resolve: resolve, PrefixDir: dir})
	got := collect(t, second, raw("a", other))
	sameBits(t, "another end after a restart", got, wantOther)
	if n := 5*pageSize + 11; got.cached != n {
		t.Errorf("%d tokens were not computed again, want %d", got.cached, n)
	}
	got = collect(t, second, raw("a", ids))
	sameBits(t, "the same after a restart", got, want)
	if n := 9 * pageSize; got.cached != n {
		t.Errorf("%d tokens were not computed again, want the %d in whole pages", got.cached, n)
	}
	if got = collect(t, second, raw("b", ids)); got.cached != 0 {
		t.Errorf("another scope found %d tokens, want 0", got.cached)
	}
	st := second.Loaded()[0]
	if st.DiskTokens < 9*pageSize || st.DiskBytes == 0 {
		t.Errorf("%d tokens and %d bytes on disk, want more", st.DiskTokens, st.DiskBytes)
	}
}

// What was asked is kept on disk, and not what was answered, until it is part of what is asked next.
func TestAnswersAreNotOnDisk(t *testing.T) {
	dir, path := t.TempDir(), tiny(t)
	o := Options{Threads: 2, PrefixDir: dir, Resolve: func(string) (Spec, error) { return Spec{Name: "x", Path: path}, nil }}
	e := New(o)
	first := raw("a", promptIDs(1, 3*pageSize+7))
	first.MaxTokens = 5 * pageSize
	answer := collect(t, e, first)
	if len(answer.ids) < 3*pageSize {
		t.Fatalf("an answer of %d tokens proves nothing", len(answer.ids))
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if n := countIDs(t, dir); n != 3*pageSize {
		t.Errorf("%d ids are on disk, want the %d in whole pages of the prompt", n, 3*pageSize)
	}
	e = New(o)
	next := raw("a", slices.Concat(first.Prompt.IDs, answer.ids, promptIDs(2, pageSize)))
	if got := collect(t, e, next).cached; got != 3*pageSize {
		t.Errorf("the next turn found %d tokens after a restart, want %d", got, 3*pageSize)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if n := countIDs(t, dir); n < len(next.Prompt.IDs)-pageSize {
		t.Errorf("%d ids are on disk, want those of a prompt of %d", n, len(next.Prompt.IDs))
	}
}

// countIDs is how many ids the longest prefix has that is on disk.
func countIDs(t *testing.T, dir string) (most int) {
	t.Helper()
	for _, file := range runFiles(t, dir) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		h, err := readRunHeader(bytes.NewReader(b), int64(len(b)), pageSize)
		if err != nil {
			t.Fatal(err)
		}
		most = max(most, len(h.ids))
	}
	return most
}

// Forgetting deletes what a scope has in memory and on disk, also of models that are not loaded, what is queued, and
// what sequences that still run would leave.
func TestForgetDeletesFiles(t *testing.T) {
	dir, path := t.TempDir(), tiny(t)
	o := Options{Threads: 2, PrefixDir: dir, Resolve: func(string) (Spec, error) { return Spec{Name: "x", Path: path}, nil }}
	mine, yours := promptIDs(1, 6*pageSize), promptIDs(2, 6*pageSize)
	first := New(o)
	collect(t, first, raw("a person", mine))
	collect(t, first, raw("another", yours))
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if n := holding(t, dir, mine); n == 0 {
		t.Fatal("nothing was written")
	}
	unloaded := New(o) // no model is loaded
	unloaded.Forget("a person")
	if n := holding(t, dir, mine); n != 0 {
		t.Errorf("%d files hold the ids of a forgotten scope", n)
	}
	if n := holding(t, dir, yours); n == 0 {
		t.Error("another scope was forgotten")
	}
	running := raw("a person", mine)
	running.MaxTokens = 300
	begun := false
	for ev, err := range unloaded.Chat(context.Background(), running) {
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := ev.(chat.Delta); ok && !begun {
			begun = true
			unloaded.Forget("a person")
		}
	}
	if n := collect(t, unloaded, raw("a person", mine)).cached; n != 0 {
		t.Errorf("%d tokens came of what ran when its scope was forgotten", n)
	}
	unloaded.Forget("a person") // what is queued now
	if err := unloaded.Close(); err != nil {
		t.Fatal(err)
	}
	if n := holding(t, dir, mine); n != 0 {
		t.Errorf("%d files hold the ids of a forgotten scope", n)
	}
	for _, file := range runFiles(t, dir) {
		if strings.Contains(file, "person") || strings.HasSuffix(file, tempSuffix) {
			t.Errorf("%s is left", file)
		}
	}
}

// holding counts the files that have a page of ids in them.
func holding(t *testing.T, dir string, ids []int32) int {
	t.Helper()
	var page []byte
	for _, id := range ids[:pageSize] {
		page = binary.LittleEndian.AppendUint32(page, uint32(id))
	}
	n := 0
	for _, file := range runFiles(t, dir) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, page) || bytes.Contains(b, []byte("a person")) {
			n++
		}
	}
	return n
}

// A file that was damaged, cut, or is of another version is deleted with a line in the log, and the answer is as it
// would be without.
func TestDamagedPrefixesAreNotUsed(t *testing.T) {
	path := tiny(t)
	resolve := func(string) (Spec, error) { return Spec{Name: "x", Path: path}, nil }
	ids := promptIDs(1, 4*pageSize+5)
	want := collect(t, newEngine(t, Options{Threads: 2, Resolve: resolve}), raw("a", ids))
	for _, c := range []struct {
		name   string
		damage func([]byte) []byte
		cached int // at most
	}{
		{"a byte of the last page", func(b []byte) []byte { b[len(b)-100] ^= 1; return b }, 3 * pageSize},
		{"a byte of the first page", func(b []byte) []byte { b[runAlign+100] ^= 1; return b }, 0},
		{"an id", func(b []byte) []byte { b[runFixed] ^= 1; return b }, 0},
		{"a scope", func(b []byte) []byte { b[90] ^= 1; return b }, 0},
		{"a version", func(b []byte) []byte { b[14] = '2'; return b }, 0},
		{"a cut", func(b []byte) []byte { return b[:len(b)-1] }, 0},
		{"a cut in the header", func(b []byte) []byte { return b[:100] }, 0},
		{"nothing", func([]byte) []byte { return nil }, 0},
		{"a page more", func(b []byte) []byte { return append(b, b[runAlign:]...) }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			e := New(Options{Threads: 2, Resolve: resolve, PrefixDir: dir})
			collect(t, e, raw("a", ids))
			if err := e.Close(); err != nil {
				t.Fatal(err)
			}
			files := runFiles(t, dir)
			if len(files) != 1 {
				t.Fatalf("%d files, want 1", len(files))
			}
			b, err := os.ReadFile(files[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(files[0], c.damage(b), 0o600); err != nil {
				t.Fatal(err)
			}
			var log bytes.Buffer
			e = New(Options{Threads: 2, Resolve: resolve, PrefixDir: dir, Log: slog.New(slog.NewTextHandler(&log, nil))})
			got := collect(t, e, raw("a", ids))
			sameBits(t, c.name, got, want)
			if got.cached > c.cached {
				t.Errorf("%d tokens were used, want at most %d", got.cached, c.cached)
			}
			if _, err := os.Stat(files[0]); err == nil {
				if e.Forget("a"); true { // what is deleted in the background is deleted now
					_, err = os.Stat(files[0])
				}
				if err == nil {
					t.Error("the file is still there")
				}
			}
			if err := e.Close(); err != nil {
				t.Fatal(err)
			}
			if n := said(log.String()); n != 1 {
				t.Errorf("%d lines in the log, want 1:\n%s", n, log.String())
			}
		})
	}
}

// When nothing can be written, that is said once, and answers go on.
func TestADiskThatTakesNothing(t *testing.T) {
	dir := t.TempDir()
	var log syncBuffer
	e := newEngine(t, Options{Threads: 2, PrefixDir: dir, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err := e.Preload(context.Background(), ""); err != nil {
		t.Fatal(err)
	}
	models, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range models {
		if m.IsDir() {
			name := filepath.Join(dir, m.Name())
			if err := errors.Join(os.RemoveAll(name), os.WriteFile(name, nil, 0o600)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i := range 5 {
		collect(t, e, raw("a", promptIDs(i, 3*pageSize)))
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if n := said(log.String()); n != 1 {
		t.Errorf("%d lines in the log, want 1:\n%s", n, log.String())
	}
}

// said counts the warnings in a log that speak of prefixes.
func said(log string) int {
	n := 0
	for line := range strings.Lines(log) {
		if strings.Contains(line, "level=WARN") && strings.Contains(line, "prefix") {
			n++
		}
	}
	return n
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// The store stays below its limit, and what was used least recently goes first.
func TestPrefixesOnDiskHaveALimit(t *testing.T) {
	dir, path := t.TempDir(), tiny(t)
	o := Options{Threads: 2, PrefixDir: dir, Resolve: func(string) (Spec, error) { return Spec{Name: "x", Path: path}, nil }}
	fill := func(seed int) int {
		e := New(o)
		n := collect(t, e, raw("a", promptIDs(seed, 3*pageSize))).cached
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		return n
	}
	size := func() (sum int64) {
		for _, file := range runFiles(t, dir) {
			info, err := os.Stat(file)
			if err != nil {
				t.Fatal(err)
			}
			sum += info.Size()
		}
		return sum
	}
	fill(0)
	o.PrefixBytes = 5 * size()
	for seed := 1; seed < 9; seed++ {
		fill(seed)
		if n := size(); n > o.PrefixBytes {
			t.Fatalf("%d bytes on disk, want at most %d", n, o.PrefixBytes)
		}
		time.Sleep(10 * time.Millisecond) // file systems count time in ticks
	}
	if n := fill(8); n == 0 {
		t.Error("what was used last is gone")
	}
	if n := fill(0); n != 0 {
		t.Error("what was used first is still there")
	}
}

// Several engines may keep their prefixes in one directory.
func TestTwoEnginesShareADirectory(t *testing.T) {
	dir, path := t.TempDir(), tiny(t)
	resolve := func(string) (Spec, error) { return Spec{Name: "x", Path: path}, nil }
	plain := newEngine(t, Options{Threads: 2, Resolve: resolve})
	var want []outcome
	for i := range 4 {
		want = append(want, collect(t, plain, raw("a", promptIDs(i, 5*pageSize))))
	}
	var engines sync.WaitGroup
	for round := range 2 {
		for n := range 3 {
			engines.Go(func() {
				for range 3 {
					e := New(Options{Threads: 1, Resolve: resolve, PrefixDir: dir, PrefixBytes: 1 << 20})
					for i := range 4 {
						got := collect(t, e, raw("a", promptIDs((i+n+round)%4, 5*pageSize)))
						sameBits(t, fmt.Sprintf("engine %d", n), got, want[(i+n+round)%4])
					}
					e.Forget("nobody")
					if err := e.Close(); err != nil {
						t.Error(err)
					}
				}
			})
		}
		engines.Wait()
	}
}

// What a request calls public is shared by all scopes, to the last whole page, and nothing else is.
func TestPublicMessagesAreSharedByAllScopes(t *testing.T) {
	e := newEngine(t, Options{Threads: 2})
	system := strings.Repeat("모두에게 같은 안내입니다. ", 40)
	ask := func(scope, question string, public int) outcome {
		return collect(t, e, chat.Request{Scope: scope, Public: public, MaxTokens: 2, Logprobs: 1, Messages: []chat.Message{
			{Role: chat.System, Text: system}, {Role: chat.User, Text: question}}})
	}
	ask("a", "무엇입니까?", 1)
	got := ask("b", "무엇입니까?", 1)
	if got.cached == 0 || got.cached%pageSize != 0 {
		t.Errorf("scope b found %d public tokens, want whole pages", got.cached)
	}
	public := got.cached
	if got = ask("a", "무엇입니까?", 1); got.cached <= public {
		t.Errorf("scope a found %d tokens, want more than the %d that are public", got.cached, public)
	}
	if got = ask("c", "무엇입니까?", 0); got.cached != 0 {
		t.Errorf("scope c found %d tokens although it called nothing public", got.cached)
	}
	if got = ask("a", "무엇입니까?", 0); got.cached != 0 {
		t.Errorf("scope a found %d tokens that it had called public, without saying so", got.cached)
	}
	_, _, err := chat.Collect(e.Chat(context.Background(), chat.Request{Public: 2, Messages: []chat.Message{{Role: chat.User, Text: "a"}}}))
	if err == nil {
		t.Error("two public messages of one were taken")
	}
}

// Requests with one beginning that arrive together compute it once, whoever of them leaves.
func TestABeginningIsComputedOnce(t *testing.T) {
	shared := promptIDs(3, 13*pageSize+7)
	for _, leaves := range []bool{false, true} {
		e := newEngine(t, Options{Threads: 2, budget: 48})
		if err := e.Preload(context.Background(), ""); err != nil {
			t.Fatal(err)
		}
		const readers = 6
		var wg sync.WaitGroup
		var mu sync.Mutex
		computed := 0
		for i := range readers {
			wg.Go(func() {
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				req := raw("a", append(append([]int32(nil), shared...), promptIDs(10+i, 8)...))
				for ev, err := range e.Chat(ctx, req) {
					if p, ok := ev.(chat.Phase); ok && leaves && i == 0 && p.Done > 4*pageSize {
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
					if f, ok := ev.(chat.Finish); ok {
						mu.Lock()
						computed += f.Usage.PromptTokens - f.Usage.CachedTokens
						mu.Unlock()
					}
				}
			})
		}
		wg.Wait()
		// Those that arrive while the first is being read follow it; a test cannot make them arrive at once, but none
		// can be later than its end.
		if most := len(shared) + readers*(8+pageSize); computed > most {
			t.Errorf("%d tokens were computed for %d readers, want at most %d", computed, readers, most)
		}
		t.Logf("first reader leaves: %v: %d readers with %d shared tokens computed %d", leaves, readers, len(shared), computed)
	}
}

// Whatever comes together: scopes, public beginnings, readers who leave, scopes that are forgotten, few pages, a disk
// with little room, restarts. Every answer is as it would be alone, and no page is lost.
func TestPrefixesUnderStress(t *testing.T) {
	dir, path := t.TempDir(), tiny(t)
	resolve := func(string) (Spec, error) { return Spec{Name: "x", Path: path}, nil }
	random := rand.New(rand.NewPCG(5, 6))
	var reqs []chat.Request
	for range 24 {
		ids := slices.Concat(promptIDs(random.IntN(2), random.IntN(6*pageSize)), promptIDs(2+random.IntN(3), 1+random.IntN(2*pageSize)))
		r := raw([]string{"a", "b", ""}[random.IntN(3)], ids)
		r.MaxTokens = 1 + random.IntN(40)
		reqs = append(reqs, r)
	}
	for i := range 12 {
		reqs = append(reqs, chat.Request{Scope: []string{"a", "b", ""}[i%3], Public: i % 4 % 3, MaxTokens: 20, Logprobs: 2, Messages: []chat.Message{
			{Role: chat.System, Text: strings.Repeat("안내입니다. ", 20+10*(i%2))}, {Role: chat.User, Text: strings.Repeat("질문 ", i%3)}}})
	}
	plain := newEngine(t, Options{Threads: 2, Resolve: resolve, Speculate: SpeculateOff})
	var want []outcome
	for i, r := range reqs {
		r.Scope, r.Public = fmt.Sprint("alone ", i), 0
		want = append(want, collect(t, plain, r))
	}
	var disk int64
	for range 4 {
		e := New(Options{Threads: 2, Resolve: resolve, PrefixDir: dir, PrefixBytes: 4 << 20, CacheSize: 22 * pageSize, Sequences: 6, budget: 40})
		var readers sync.WaitGroup
		for n := range 8 {
			random := rand.New(rand.NewPCG(uint64(n), 8))
			readers.Go(func() {
				for range 6 {
					i := random.IntN(len(reqs))
					if random.IntN(4) == 0 {
						ctx, cancel := context.WithTimeout(context.Background(), time.Duration(random.IntN(20))*time.Millisecond)
						_, _, _ = chat.Collect(e.Chat(ctx, reqs[i]))
						cancel()
						continue
					}
					sameBits(t, fmt.Sprint("request ", i), collect(t, e, reqs[i]), want[i])
					if random.IntN(10) == 0 {
						e.Forget([]string{"a", "b", ""}[random.IntN(3)])
					}
				}
			})
		}
		readers.Wait()
		disk += e.Loaded()[0].DiskTokens
		r := e.snapshot()[0].runner
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		if n := r.pages.held(); n != 0 {
			t.Errorf("%d pages are held by nobody", n)
		}
		for _, n := range r.pages.nodes() {
			if n.gone || n.reading || n.page == nowhere && n.run == nil || n.page != nowhere && r.pages.info[n.page].node != n {
				t.Errorf("node %+v is left", n)
			}
		}
	}
	if disk == 0 {
		t.Error("nothing came from disk, so disk proved nothing")
	}
	t.Logf("%d tokens came from disk", disk)
}

// Whatever a file says, reading its header ends without a panic and takes no more memory than the file.
func FuzzRunHeader(f *testing.F) {
	h := &runHeader{first: 1, public: 0, scope: tag{1}, ids: promptIDs(1, 40), sums: []uint32{7}, pageBytes: 64}
	f.Add(append(h.encode(), make([]byte, 64)...))
	f.Add(h.encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := readRunHeader(bytes.NewReader(b), int64(len(b)), pageSize)
		if err != nil {
			return
		}
		if h.fileSize() != int64(len(b)) || !bytes.Equal(h.encode()[:runSum], b[:runSum]) {
			t.Errorf("%+v is not what was read", h)
		}
	})
}

// Two keys of one principal wait as two: what one asks for does not keep the other out.
func TestKeysTakeTurns(t *testing.T) {
	e := newEngine(t, Options{Threads: 1})
	m, err := e.acquire(t.Context(), "", func() bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	defer e.release(m)
	shares := map[string]bool{}
	for _, key := range []string{"", "key-a", "key-b"} {
		req := raw("a", promptIDs(1, 3))
		req.Principal = chat.Principal{ID: "local", Key: key}
		seq, _, err := m.prepare(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		shares[seq.share] = true
	}
	if len(shares) != 3 {
		t.Errorf("no key and two keys wait as %d: %v", len(shares), shares)
	}
}
