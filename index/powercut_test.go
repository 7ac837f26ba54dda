package index

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// scriptWrites is how many writes the script of the power cuts does.
const scriptWrites = 60

// scripted is one write of the script: what it does, and what each document that it is about is after it; "" for none.
func scripted(w *writer, n int) (do func(ix *Index) error, after map[string]string) {
	ctx := context.Background()
	id := fmt.Sprintf("d%d", w.IntN(12))
	switch n % 10 {
	case 3:
		return func(ix *Index) error { return ix.Delete(ctx, id) }, map[string]string{id: ""}
	case 6:
		return func(ix *Index) error { return ix.Purge(ctx, id) }, map[string]string{id: ""}
	case 8:
		return func(ix *Index) error { return ix.Flush(ctx) }, nil
	case 9:
		return func(ix *Index) error { return ix.Compact(ctx) }, nil
	}
	d := w.document(id, fmt.Sprint("c", w.IntN(2)))
	d.Version = fmt.Sprint("v", n)
	d.Passages = append(d.Passages, Passage{Text: "표지 " + d.Version + "x" + id})
	vectors := make([][]float32, len(d.Passages))
	for i := range vectors {
		vectors[i] = w.vector(8)
	}
	return func(ix *Index) error {
		if err := ix.Put(ctx, d); err != nil || n%3 > 0 {
			return err
		}
		_, err := ix.PutVectors(ctx, id, d.Version, vectors)
		return err
	}, map[string]string{id: d.Version}
}

// runScript does the script and says after each write that it is done. Much is in memory, then in files, then merged.
func runScript(dir string) error {
	ix, err := Open(dir, Options{FlushBytes: 4 << 10})
	if err != nil {
		return err
	}
	w := newWriter(11, 100)
	for n := range scriptWrites {
		do, _ := scripted(w, n)
		if err := do(ix); err != nil {
			return err
		}
		fmt.Println("done", n)
	}
	return ix.Close()
}

// scriptStates are what documents there are after each number of the script's writes, as ID=version, sorted.
func scriptStates() []string {
	w := newWriter(11, 100)
	now := map[string]string{}
	tell := func() string {
		var all []string
		for id, version := range now {
			if version != "" {
				all = append(all, id+"="+version)
			}
		}
		slices.Sort(all)
		return strings.Join(all, " ")
	}
	states := []string{tell()}
	for n := range scriptWrites {
		_, after := scripted(w, n)
		for id, version := range after {
			now[id] = version
		}
		states = append(states, tell())
	}
	return states
}
