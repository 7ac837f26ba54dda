package index

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// What is found does not depend on how documents came, went and lie in files: it is what scoring every passage gives.
func TestFindsWhatLookingAtEveryPassageFinds(t *testing.T) {
	w := newWriter(1, 3000)
	dir := t.TempDir()
	ix := openTest(t, dir)
	have := library{}
	classes := []string{"", "팀", "others"}
	for round := range 12 {
		for range 12 {
			var put []Document
			for range 1 + w.IntN(12) {
				d := w.document(fmt.Sprint("문서", w.IntN(400)), classes[w.IntN(3)])
				put = append(put, d)
				have[d.ID] = d
			}
			must(t, ix.Put(t.Context(), put...))
			var gone []string
			for range w.IntN(6) {
				id := fmt.Sprint("문서", w.IntN(400))
				gone = append(gone, id)
				delete(have, id)
			}
			must(t, ix.Delete(t.Context(), gone...))
		}
		switch round % 4 {
		case 1:
			must(t, ix.Flush(t.Context()))
		case 2:
			must(t, ix.Close())
			ix = openTest(t, dir)
		case 3:
			must(t, ix.Compact(t.Context()))
		}
		visible := classes[:1+w.IntN(3)]
		b := newBrute(have.of(visible...))
		for range 15 {
			wantSame(t, ix, b, Query{Text: w.question(), Classes: visible})
		}
		for info, err := range ix.Documents() {
			must(t, err)
			if d, ok := have[info.ID]; !ok || d.Class != info.Class || d.Version != info.Version || len(d.Passages) != info.Passages {
				t.Fatalf("the index has %+v, want %v of class %q with %d passages", info, ok, d.Class, len(d.Passages))
			}
		}
		n := 0
		for range ix.Documents() {
			n++
		}
		if n != len(have) {
			t.Fatalf("%d documents, want %d", n, len(have))
		}
	}
}

// Searches see each document once, whole, and never an old version after a new one, whatever is written, flushed and merged
// meanwhile.
func TestSearchesGoOnWhileOthersWrite(t *testing.T) {
	ix := openTest(t, t.TempDir())
	const documents = 30
	var newest [documents]atomic.Int64
	text := func(n int, version int64) Document {
		d := Document{ID: fmt.Sprint("d", n), Class: []string{"a", "b"}[(int64(n)+version)%2], Version: fmt.Sprint(version)}
		for i := range 3 {
			d.Passages = append(d.Passages, Passage{Text: fmt.Sprintf("연차 휴가 %d %d", version, i), Page: int(version)})
		}
		return d
	}
	for n := range documents {
		must(t, ix.Put(t.Context(), text(n, 0)))
	}
	stop := make(chan struct{})
	var wait sync.WaitGroup
	for n := range documents / 10 {
		wait.Go(func() {
			for version := int64(1); ; version++ {
				select {
				case <-stop:
					return
				default:
				}
				for i := n * 10; i < n*10+10; i++ {
					if err := ix.Put(t.Context(), text(i, version)); err != nil {
						t.Error(err)
						return
					}
					newest[i].Store(version)
				}
			}
		})
	}
	for range 4 {
		wait.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				var least [documents]int64
				for i := range least {
					least[i] = newest[i].Load()
				}
				result, err := ix.Search(t.Context(), Query{Text: "연차 휴가", Classes: []string{"a", "b"}, Top: 4 * documents})
				if err != nil {
					t.Error(err)
					return
				}
				checkSnapshot(t, result, least[:])
			}
		})
	}
	wait.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				if err := ix.Compact(t.Context()); err != nil {
					t.Error(err)
				}
			}
		}
	})
	time.Sleep(2 * time.Second)
	close(stop)
	wait.Wait()
}

func checkSnapshot(t *testing.T, result Result, least []int64) {
	pages := map[string]map[int]bool{}
	for _, h := range result.Hits {
		if pages[h.Document] == nil {
			pages[h.Document] = map[int]bool{}
		}
		pages[h.Document][h.Page] = true
	}
	if len(result.Hits) != 3*len(least) {
		t.Errorf("%d hits, want 3 of each of %d documents", len(result.Hits), len(least))
	}
	for n, version := range least {
		p := pages[fmt.Sprint("d", n)]
		for page := range p {
			if len(p) != 1 || int64(page) < version {
				t.Errorf("document %d is seen in versions %v, after version %d", n, p, version)
			}
		}
	}
}

// What another version of the program has analysed is analysed anew, and keeps its vectors.
func TestOlderAnalysesAreRenewed(t *testing.T) {
	dir := t.TempDir()
	ix, err := Open(dir, Options{})
	must(t, err)
	w := newWriter(8, 300)
	have := library{}
	for i := range 40 {
		d := w.document(fmt.Sprint("d", i), "c")
		d.Passages = append(d.Passages, Passage{Text: "벡터"})
		have[d.ID] = d
		must(t, ix.Put(t.Context(), d))
	}
	vectors := make([][]float32, len(have["d3"].Passages))
	vectors[0] = []float32{1, 2}
	if ok, err := ix.PutVectors(t.Context(), "d3", have["d3"].Version, vectors); !ok || err != nil {
		t.Fatal(ok, err)
	}
	must(t, ix.Flush(t.Context()))
	must(t, ix.Close())
	path := only(t, dir, "segment-*")
	b, err := os.ReadFile(path)
	must(t, err)
	at := bytes.LastIndex(b, appendMeta(nil, "c", analysis)) + 2
	b[at]++ // another analysis
	must(t, os.WriteFile(path, reseal(b), 0o600))
	ix = openTest(t, dir)
	brute := newBrute(have.of("c"))
	for range 10 {
		wantSame(t, ix, brute, Query{Text: w.question(), Classes: []string{"c"}})
	}
	result, err := ix.Search(t.Context(), Query{Text: "없는말", Classes: []string{"c"}, Vector: []float32{1, 2}, Top: 1})
	must(t, err)
	if len(result.Hits) == 0 || result.Hits[0].Document != "d3" {
		t.Errorf("its vector finds %v, want d3", bare(result.Hits))
	}
	must(t, ix.Flush(t.Context()))
	for _, p := range ix.state.Load().classes["c"].parts {
		if p.analysis != analysis && !p.empty() {
			t.Errorf("%s is of analysis %d and has documents alive", filepath.Base(p.name), p.analysis)
		}
	}
}

func TestOnlySomeDocumentsAreAsked(t *testing.T) {
	ix := openTest(t, t.TempDir())
	for i := range 20 {
		must(t, ix.Put(t.Context(), Document{ID: fmt.Sprint("d", i), Class: "c", Passages: []Passage{{Text: "같은 말"}, {Text: "같은 말 또"}}}))
	}
	for _, ids := range [][]string{{"d3", "d11", "nowhere"}, {}} {
		result, err := ix.Search(t.Context(), Query{Text: "같은 말", Classes: []string{"c"}, Documents: ids, Top: 50})
		must(t, err)
		var got []string
		for _, h := range result.Hits {
			if !slices.Contains(got, h.Document) {
				got = append(got, h.Document)
			}
		}
		slices.Sort(got)
		want := slices.DeleteFunc(slices.Sorted(slices.Values(ids)), func(id string) bool { return id == "nowhere" })
		if !slices.Equal(got, want) {
			t.Errorf("asked %v, found %v", ids, got)
		}
	}
}

func TestWhatCannotBePutIsRefused(t *testing.T) {
	ix := openTest(t, t.TempDir())
	for _, d := range []Document{
		{},
		{ID: strings.Repeat("i", maxID+1)},
		{ID: "a", Class: strings.Repeat("c", maxID+1)},
		{ID: "a", Passages: []Passage{{Page: -1}}},
		{ID: "a", Passages: []Passage{{Text: strings.Repeat("x", maxPassage+1)}}},
	} {
		if err := ix.Put(t.Context(), Document{ID: "good"}, d); err == nil {
			t.Errorf("document %.20q was put", d.ID)
		}
	}
	must(t, ix.Put(t.Context(), Document{ID: "twice", Version: "1"}, Document{ID: "twice", Version: "2", Class: "c"}))
	info, ok, err := ix.Document("twice")
	if !ok || err != nil || info.Version != "2" || info.Class != "c" {
		t.Errorf("of two of an ID, %+v is there, %v", info, err)
	}
	must(t, ix.Close())
	if _, err := ix.Search(t.Context(), Query{Text: "x", Classes: []string{"c"}}); !errors.Is(err, errClosed) {
		t.Errorf("a closed index finds: %v", err)
	}
	if err := ix.Put(t.Context(), Document{ID: "late"}); !errors.Is(err, errClosed) {
		t.Errorf("a closed index takes: %v", err)
	}
}
