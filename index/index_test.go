package index

import (
	"fmt"
	"testing"
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
