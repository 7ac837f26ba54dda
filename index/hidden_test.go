package index

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"
	"time"
)

// TestWhatIsHiddenChangesNothing compares an index with one that has, besides, documents of others that all match: the
// results are the same bytes, and take the same time. EXAONE_HIDDEN is how many hidden passages, and times are printed then.
func TestWhatIsHiddenChangesNothing(t *testing.T) {
	hidden, pairs, shown := 300, 20, 300
	if s := os.Getenv("EXAONE_HIDDEN"); s != "" {
		n, err := strconv.Atoi(s)
		must(t, err)
		hidden, pairs, shown = n, 500, 20_000
	}
	c := newCorpus(t, 3)
	var visible []Document
	for n := 0; n*20 < shown; n++ {
		d, _ := c.document(n, []string{"mine", "ours"}[n%2])
		visible = append(visible, d)
	}
	var without, with *Index
	for _, ix := range []**Index{&without, &with} {
		var err error
		*ix, err = Open(t.TempDir(), Options{})
		must(t, err)
		defer (*ix).Close()
	}
	// Others write before, between and after.
	secret := func(n int) {
		var put []Document
		for i := range n / 20 {
			d := visible[i%len(visible)]
			d.ID, d.Class = fmt.Sprint("hidden", i, n), []string{"theirs", "board"}[i%2]
			put = append(put, d)
		}
		must(t, with.Put(t.Context(), put...))
	}
	secret(hidden / 3)
	for i := 0; i < len(visible); i += 50 {
		piece := visible[i:min(i+50, len(visible))]
		must(t, without.Put(t.Context(), piece...))
		must(t, with.Put(t.Context(), piece...))
	}
	secret(hidden - hidden/3)
	settle(t, without)
	settle(t, with)
	questions, _ := c.questions(t, 60)
	search := func(ix *Index, q string) ([]byte, time.Duration) {
		start := time.Now()
		result, err := ix.Search(t.Context(), Query{Text: q, Classes: []string{"mine", "ours"}, Top: 50})
		took := time.Since(start)
		must(t, err)
		b, err := json.Marshal(result)
		must(t, err)
		return b, took
	}
	different := 0
	var times [2][]time.Duration
	for i := range pairs {
		q := questions[i%len(questions)]
		first, second := without, with
		if i%2 == 1 {
			first, second = with, without
		}
		a, timeA := search(first, q)
		b, timeB := search(second, q)
		if string(a) != string(b) {
			different++
			t.Errorf("%q: results differ", q)
		}
		times[i%2], times[1-i%2] = append(times[i%2], timeA), append(times[1-i%2], timeB)
	}
	a, b := quantile(times[0], 0.5), quantile(times[1], 0.5)
	t.Logf("%d visible and %d hidden passages, %d pairs: %d results differ; medians %.3f ms without and %.3f ms with what is hidden, %.1f %% apart",
		shown, hidden, pairs, different, ms(a), ms(b), 100*math.Abs(float64(b-a))/float64(a))
}

// settle writes all to files and merges them.
func settle(t testing.TB, ix *Index) {
	t.Helper()
	must(t, ix.Flush(t.Context()))
	for {
		more, err := ix.mergeOnce(t.Context())
		must(t, err)
		if !more {
			return
		}
	}
}
