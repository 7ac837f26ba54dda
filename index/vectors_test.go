package index

import "testing"

// Vectors are given back with their passages, and point where they did when they are put again; none are those of other passages.
func TestVectorsAreGivenBack(t *testing.T) {
	w := newWriter(3, 500)
	dir := t.TempDir()
	ix := openTest(t, dir)
	d := Document{ID: "a", Class: "가", Passages: []Passage{{Heading: "제1조", Text: "출장비", Page: 2}, {Text: "숙박비"}, {Text: "식비"}}}
	given := [][]float32{w.vector(40), nil, w.vector(40)}
	others := Document{ID: "b", Class: "가", Passages: []Passage{{Text: "일비"}}}
	must(t, ix.Put(t.Context(), d, others))
	back := func(id string) ([]Passage, [][]float32) {
		t.Helper()
		passages, vectors, err := ix.Vectors(id)
		must(t, err)
		return passages, vectors
	}
	for _, id := range []string{"a", "nobody's"} {
		if passages, vectors := back(id); passages != nil || vectors != nil {
			t.Errorf("%s has %v, %v; want none", id, passages, vectors)
		}
	}
	put := func(id string, vectors ...[]float32) {
		t.Helper()
		if ok, err := ix.PutVectors(t.Context(), id, "", vectors); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	put("b", w.vector(40))
	put("a", given...)
	passages, first := back("a")
	if len(passages) != 3 || passages[0].Heading != "제1조" || passages[0].Text != "출장비" || passages[0].Page != 2 || passages[2].Text != "식비" {
		t.Fatalf("passages %+v", passages)
	}
	for i, v := range given {
		if (v == nil) != (first[i] == nil) || v != nil && cosine(v, first[i]) < 0.999 {
			t.Errorf("passage %d: %v, want %v", i, first[i], v)
		}
	}
	for _, again := range []func(){
		func() { must(t, ix.Flush(t.Context())) },
		func() { must(t, ix.Compact(t.Context())) },
		func() { must(t, ix.Close()); ix = openTest(t, dir) },
	} {
		again()
		_, before := back("a")
		d.Title += "여비 "
		must(t, ix.Put(t.Context(), d))
		if _, vectors := back("a"); vectors != nil {
			t.Error("new passages have vectors of old ones")
		}
		put("a", before...)
		_, after := back("a")
		for i, v := range before {
			if len(v) != len(after[i]) || v != nil && cosine(v, after[i]) < 1-1e-6 {
				t.Errorf("passage %d: %v became %v", i, v, after[i])
			}
		}
	}
}
