package index

import (
	"bytes"
	"fmt"
	"testing"
)

// Many windows, of which most are passed over, give what scoring every passage gives: the best, with their scores, equal
// ones in the order of their documents.
func TestTheBestOfManyAreFound(t *testing.T) {
	w := newWriter(11, 400)
	var all []Document
	var parts []*part
	for n := range 2 {
		var list []*Document
		for i := range 1000 {
			d := Document{ID: fmt.Sprint("d", i, "-", n), Class: "c"}
			for range 10 {
				d.Passages = append(d.Passages, Passage{Text: w.text(2 + w.IntN(7))})
			}
			all = append(all, d)
			list = append(list, &d)
		}
		image, err := buildSegment(t.Context(), "c", list)
		must(t, err)
		s, err := openSegment("memory", image, true)
		must(t, err)
		var out bytes.Buffer
		_, err = mergeSegments(t.Context(), &out, []source{{segment: s}}, true)
		must(t, err)
		s, err = openSegment("file", out.Bytes(), false)
		must(t, err)
		parts = append(parts, newPart(s))
	}
	b := newBrute(all)
	terms := make([]Term, 0, len(b.counts))
	var r termReader
	for _, p := range parts[:1] { // in an order that is always the same
		r.reset(p.segment, 0)
		for r.next() {
			text, err := keyText(r.key[1:])
			must(t, err)
			terms = append(terms, Term{r.key[0], text})
		}
	}
	for round := range 60 {
		var query []Weighted
		for range 1 + w.IntN(12) {
			group := w.IntN(8)
			query = append(query, Weighted{terms[w.IntN(len(terms))], float32(1+w.IntN(3)) / 2, group})
			// The words of a text are commoner than those of a dictionary.
			if stems := w.word(); round%2 == 0 {
				query = append(query, Weighted{Term{kindStem, stems}, 1, group})
			}
		}
		k := []int{1, 10, 200}[round%3]
		s := newSight(parts)
		got, err := s.top(t.Context(), query, nil, k)
		must(t, err)
		hits, err := s.hits(t.Context(), got)
		must(t, err)
		want := b.first(&plan{terms: query}, k)
		if len(hits) != len(want) {
			t.Fatalf("%d are found, want %d", len(hits), len(want))
		}
		for i, h := range hits {
			if h.Document != want[i].Document || h.Number != want[i].Number || h.Score != want[i].Score || h.Text != want[i].Text {
				t.Fatalf("round %d, of %d, place %d: %s/%d with %v, want %s/%d with %v", round, k, i,
					h.Document, h.Number, h.Score, want[i].Document, want[i].Number, want[i].Score)
			}
		}
	}
}
