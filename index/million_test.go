package index

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"exaone/reference"
)

// corpus makes passages of about 200 characters: words that follow one another as they do in real paragraphs where there
// are some (KorQuAD, in EXAONE_SHARED), else as writer has them; and one in twelve new or rare, as real text always has.
type corpus struct {
	*writer
	words []string
	next  map[string][]int32 // places in words behind a word
}

func newCorpus(t testing.TB, seed uint64) *corpus {
	c := &corpus{writer: newWriter(seed, 200_000), next: map[string][]int32{}}
	for _, text := range paragraphs(t) {
		c.words = append(c.words, strings.Fields(text)...)
	}
	if len(c.words) == 0 {
		for range 300_000 {
			c.words = append(c.words, c.word())
		}
	}
	for i, word := range c.words[:len(c.words)-1] {
		c.next[word] = append(c.next[word], int32(i+1))
	}
	return c
}

// fork is another corpus of the same words.
func (c *corpus) fork(seed uint64) *corpus {
	r := rand.New(rand.NewPCG(seed, seed))
	w := *c.writer
	w.Rand, w.zipf = r, rand.NewZipf(r, 1.1, 4, uint64(len(w.words)-1))
	return &corpus{writer: &w, words: c.words, next: c.next}
}

// paragraphs are those of KorQuAD, if it is there.
func paragraphs(t testing.TB) (texts []string) {
	if _, ok := reference.Find("bench"); !ok {
		return nil
	}
	for _, a := range reference.KorQuAD(t) {
		for _, p := range a.Paragraphs {
			texts = append(texts, p.Text)
		}
	}
	return texts
}

func (c *corpus) passage(characters int) string {
	var b strings.Builder
	n := 0
	word := c.words[c.IntN(len(c.words))]
	for n < characters {
		if n > 0 {
			b.WriteByte(' ')
		}
		add := word
		switch c.IntN(24) {
		case 0:
			add = c.writer.words[c.IntN(len(c.writer.words))]
		case 1:
			add = fmt.Sprintf("%d%s", c.IntN(3000), []string{"년", "월", "명", "개", "호", "원"}[c.IntN(6)])
		}
		b.WriteString(add)
		n += len([]rune(add)) + 1
		if after := c.next[word]; len(after) > 0 && c.IntN(10) > 0 {
			word = c.words[after[c.IntN(len(after))]]
		} else {
			word = c.words[c.IntN(len(c.words))]
		}
	}
	return b.String()
}

// document has twenty passages and, every five, another heading.
func (c *corpus) document(n int, class string) (d Document, bytes int) {
	d = Document{ID: fmt.Sprintf("%08x%08x", c.Uint32(), n), Class: class, Version: "1", Title: c.passage(12)}
	heading := ""
	for i := range 20 {
		if i%5 == 0 {
			heading = c.passage(10)
		}
		p := Passage{Heading: heading, Text: c.passage(150 + c.IntN(100)), Page: 1 + i/4, Place: []byte{byte(i), 12}}
		d.Passages = append(d.Passages, p)
		bytes += len(p.Text)
	}
	return d, bytes
}

// questions are those of korean-queries.jsonl, of every kind, where they are; else stretches of passages.
func (c *corpus) questions(t testing.TB, n int) (list []string, kinds []string) {
	if path, ok := reference.Find("bench", "korean-queries.jsonl"); ok {
		f, err := os.Open(path)
		must(t, err)
		defer f.Close()
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			var q struct{ Kind, Query string }
			must(t, json.Unmarshal(lines.Bytes(), &q))
			list, kinds = append(list, q.Query), append(kinds, q.Kind)
		}
	}
	for len(list) < n {
		text := c.passage(10 + c.IntN(30))
		kind := "plain"
		if c.IntN(4) == 0 {
			text, kind = strings.ReplaceAll(text, " ", ""), "unspaced"
		}
		list, kinds = append(list, text), append(kinds, kind)
	}
	c.Shuffle(len(list), func(i, j int) { list[i], list[j], kinds[i], kinds[j] = list[j], list[i], kinds[j], kinds[i] })
	return list[:n], kinds[:n]
}

// quantile sorts what took how long.
func quantile(times []time.Duration, q float64) time.Duration {
	slices.Sort(times)
	return times[min(len(times)-1, int(q*float64(len(times))))]
}

// TestAMillionPassages prints what the index takes of time and room. EXAONE_MILLION is how many passages.
func TestAMillionPassages(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("EXAONE_MILLION"))
	if n == 0 {
		t.Skip("make prove-search-million runs it")
	}
	dir := os.Getenv("EXAONE_MILLION_DIR") // kept, to look at
	if dir == "" {
		dir = t.TempDir()
	}
	ix, err := Open(dir, Options{})
	must(t, err)
	defer ix.Close()
	c := newCorpus(t, 7)
	var text, passages, adding, slowest atomic.Int64
	if list, err := filepath.Glob(filepath.Join(dir, "segment-*")); err == nil && len(list) > 0 {
		passages.Store(int64(n)) // made before
	}
	// Six people add at once; what each waits for is counted, and how long all of it takes.
	begun := time.Now()
	var writers sync.WaitGroup
	for who := range 6 {
		writers.Go(func() {
			c := c.fork(uint64(100 + who))
			for made := 0; passages.Load() < int64(n); {
				var put []Document
				size := 0
				for range 10 {
					d, bytes := c.document(made*6+who, "everybody")
					made++
					put, size = append(put, d), size+bytes
				}
				start := time.Now()
				if err := ix.Put(t.Context(), put...); err != nil {
					t.Error(err)
					return
				}
				took := int64(time.Since(start))
				adding.Add(took)
				for most := slowest.Load(); took > most && !slowest.CompareAndSwap(most, took); most = slowest.Load() {
				}
				text.Add(int64(size))
				if now := passages.Add(200); now%100_000 == 0 {
					t.Logf("%d passages, %.3f ms each so far", now, ms(time.Duration(adding.Load()))/float64(now))
				}
			}
		})
	}
	writers.Wait()
	settle(t, ix)
	whole := time.Since(begun)
	size, count := sizeOfDir(t, dir), float64(passages.Load())
	t.Logf("%d passages, %.1f MB of text, %.1f MB on disk: %.3f of the text", passages.Load(), mb(text.Load()), mb(size), float64(size)/float64(text.Load()))
	t.Logf("adding: %.3f ms a passage until all is flushed and merged; the six waited %.3f ms for one of theirs, %.0f ms at most for 200",
		ms(whole)/count, ms(time.Duration(adding.Load()))/count, ms(time.Duration(slowest.Load())))
	t.Logf("files: %d; memory %s", len(ix.state.Load().classes["everybody"].parts), memory())
	ask := func(what string, count int) {
		list, kinds := c.questions(t, count)
		var all []time.Duration
		byKind := map[string][]time.Duration{}
		for i, q := range list {
			start := time.Now()
			_, err := ix.Search(t.Context(), Query{Text: q, Classes: []string{"everybody"}})
			took := time.Since(start)
			must(t, err)
			all = append(all, took)
			byKind[kinds[i]] = append(byKind[kinds[i]], took)
		}
		t.Logf("%s: %d questions, two cores: median %.1f ms, p95 %.1f ms, most %.1f ms", what, len(all), ms(quantile(all, 0.5)), ms(quantile(all, 0.95)), ms(quantile(all, 1)))
		for _, kind := range slices.Sorted(maps.Keys(byKind)) {
			t.Logf("  %-10s %4d: median %.1f ms, p95 %.1f ms", kind, len(byKind[kind]), ms(quantile(byKind[kind], 0.5)), ms(quantile(byKind[kind], 0.95)))
		}
	}
	ask("first", 200)
	runtime.GC()
	ask("then", 1200)
	t.Logf("memory %s", memory())
}

func ms(d time.Duration) float64 { return float64(d) / 1e6 }
func mb[N int | int64](n N) float64 {
	return float64(n) / 1e6
}

func sizeOfDir(t testing.TB, dir string) (bytes int64) {
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range entries {
		info, err := e.Info()
		must(t, err)
		bytes += info.Size()
	}
	return bytes
}

// memory says what Linux says of this process.
func memory() string {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "unknown"
	}
	var out []string
	for line := range strings.Lines(string(b)) {
		if name, value, _ := strings.Cut(line, ":"); slices.Contains([]string{"VmHWM", "RssAnon", "RssFile"}, name) {
			out = append(out, name+" "+strings.TrimSpace(value))
		}
	}
	return strings.Join(out, ", ")
}
