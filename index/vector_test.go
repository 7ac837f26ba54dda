package index

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"
)

func (w *writer) vector(n int) []float32 {
	v := make([]float32, n)
	for i := range v {
		v[i] = float32(w.NormFloat64())
	}
	return v
}

func cosine(a, b []float32) float64 {
	var ab, aa, bb float64
	for i := range a {
		ab, aa, bb = ab+float64(a[i])*float64(b[i]), aa+float64(a[i])*float64(a[i]), bb+float64(b[i])*float64(b[i])
	}
	return ab / math.Sqrt(aa*bb)
}

// vectorOrder returns the passages that have vectors, nearest first.
func vectorOrder(have library, vectors map[string][][]float32, question []float32, classes ...string) []string {
	type at struct {
		name string
		near float64
	}
	var list []at
	for _, d := range have.of(classes...) {
		for i, v := range vectors[d.ID] {
			if v != nil {
				list = append(list, at{fmt.Sprint(d.ID, "/", i), cosine(v, question)})
			}
		}
	}
	slices.SortFunc(list, func(a, b at) int { return cmp.Compare(b.near, a.near) })
	var out []string
	for _, l := range list {
		out = append(out, l.name)
	}
	return out
}

func TestVectorsFindWhatIsNear(t *testing.T) {
	w := newWriter(2, 500)
	dir := t.TempDir()
	ix := openTest(t, dir)
	have, vectors := library{}, map[string][][]float32{}
	classes := []string{"가", "나"}
	for round := range 6 {
		for i := range 60 {
			d := w.document(fmt.Sprint("d", w.IntN(150)), classes[w.IntN(2)])
			d.Version = fmt.Sprint(round, i)
			must(t, ix.Put(t.Context(), d))
			have[d.ID] = d
			delete(vectors, d.ID)
			if w.IntN(3) == 0 {
				continue // found by its words
			}
			list := make([][]float32, len(d.Passages))
			some := false
			for j := range list {
				if w.IntN(5) > 0 {
					list[j], some = w.vector(40), true
				}
			}
			if ok, err := ix.PutVectors(t.Context(), d.ID, "another version", list); ok || err != nil {
				t.Fatalf("vectors of another version: %v, %v", ok, err)
			}
			ok, err := ix.PutVectors(t.Context(), d.ID, d.Version, list)
			must(t, err)
			if ok != some {
				t.Fatalf("vectors were taken: %v, want %v", ok, some)
			}
			vectors[d.ID] = list
		}
		gone := fmt.Sprint("d", w.IntN(150))
		must(t, ix.Delete(t.Context(), gone))
		delete(have, gone)
		switch round % 3 {
		case 0:
			must(t, ix.Flush(t.Context()))
		case 1:
			must(t, ix.Close())
			ix = openTest(t, dir)
		case 2:
			must(t, ix.Compact(t.Context()))
		}
		for range 10 {
			visible := classes[:1+w.IntN(2)]
			q := Query{Text: "없는말", Classes: visible, Vector: w.vector(40), Top: 5}
			got, err := ix.Search(t.Context(), q)
			must(t, err)
			var names []string
			for _, h := range got.Hits {
				names = append(names, fmt.Sprint(h.Document, "/", h.Number))
				if d := have[h.Document]; d.Passages[h.Number].Text != h.Text {
					t.Fatalf("%s/%d has the text %q", h.Document, h.Number, h.Text)
				}
			}
			want := vectorOrder(have, vectors, q.Vector, visible...)
			// Eight bits may turn two around that are nearly as near: what is found is among the next few.
			for i, name := range names {
				if at := slices.Index(want, name); at < 0 || at > i+2 {
					t.Fatalf("found %v, want %v", names, want[:5])
				}
			}
			if len(names) != min(5, len(want)) {
				t.Fatalf("found %v, want %v", names, want[:min(5, len(want))])
			}
		}
	}
}

func TestWordsAndVectorsMeet(t *testing.T) {
	ix := openTest(t, t.TempDir())
	must(t, ix.Put(t.Context(),
		Document{ID: "both", Class: "c", Passages: []Passage{{Text: "연차 휴가 규정"}}},
		Document{ID: "words", Class: "c", Passages: []Passage{{Text: "연차 휴가 규정 안내"}}},
		Document{ID: "vector", Class: "c", Passages: []Passage{{Text: "쉬는 날에 대하여"}}}))
	for id, v := range map[string][]float32{"both": {1, 0.1, 0}, "vector": {1, 0, 0}} {
		if ok, err := ix.PutVectors(t.Context(), id, "", [][]float32{v}); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	got, err := ix.Search(t.Context(), Query{Text: "연차 휴가 규정", Classes: []string{"c"}, Vector: []float32{1, 0, 0}})
	must(t, err)
	var order []string
	for _, h := range got.Hits {
		order = append(order, h.Document)
	}
	if want := []string{"both", "vector", "words"}; len(order) != 3 || order[0] != want[0] {
		t.Errorf("found %v, want %v", order, want)
	}
	// Another model's question has another length: words alone.
	got, err = ix.Search(t.Context(), Query{Text: "연차 휴가 규정", Classes: []string{"c"}, Vector: []float32{1, 0}})
	must(t, err)
	if len(got.Hits) != 2 {
		t.Errorf("%d hits without vectors of that length, want 2", len(got.Hits))
	}
}
