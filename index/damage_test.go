package index

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// idsOf are the documents that an index has, sorted.
func idsOf(t testing.TB, ix *Index) []string {
	t.Helper()
	var ids []string
	for info, err := range ix.Documents() {
		must(t, err)
		ids = append(ids, info.ID)
	}
	slices.Sort(ids)
	return ids
}

// copyDir copies the files of a directory into a new one.
func copyDir(t testing.TB, from string) string {
	t.Helper()
	to := t.TempDir()
	must(t, os.CopyFS(to, os.DirFS(from)))
	return to
}

func only(t testing.TB, dir, pattern string) string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(dir, pattern))
	must(t, err)
	if len(list) != 1 {
		t.Fatalf("%v match %s, want one", list, pattern)
	}
	return list[0]
}

// A log that was cut anywhere, as a kill leaves it, has all that was whole by then and nothing else.
func TestACutLogHasWhatWasWhole(t *testing.T) {
	dir := t.TempDir()
	ix, err := Open(dir, Options{})
	must(t, err)
	w := newWriter(4, 50)
	log := only(t, dir, "log-*")
	sizes, states := []int64{}, []string{}
	note := func() {
		info, err := os.Stat(log)
		must(t, err)
		sizes, states = append(sizes, info.Size()), append(states, strings.Join(idsOf(t, ix), " "))
	}
	note()
	for i := range 3 {
		must(t, ix.Put(t.Context(), w.document(fmt.Sprint("d", i), "c"), w.document(fmt.Sprint("e", i), "b")))
		note()
	}
	must(t, ix.Delete(t.Context(), "d1"))
	note()
	must(t, ix.Close())
	whole, err := os.ReadFile(log)
	must(t, err)
	for cut := 0; cut <= len(whole); cut += 1 + cut/25 {
		dir := copyDir(t, dir)
		must(t, os.WriteFile(filepath.Join(dir, filepath.Base(log)), whole[:cut], 0o600))
		ix, err := Open(dir, Options{})
		if err != nil {
			t.Fatalf("cut to %d bytes: %v", cut, err)
		}
		want := ""
		for i, size := range sizes {
			if int64(cut) >= size {
				want = states[i]
			}
		}
		if got := strings.Join(idsOf(t, ix), " "); got != want {
			t.Errorf("cut to %d bytes it has %q, want %q", cut, got, want)
		}
		must(t, ix.Put(t.Context(), w.document("after", "c")))
		must(t, ix.Close())
	}
}

// Whatever byte of whatever file has changed: it is named, and repairing leaves the rest.
func TestDamagedFilesAreNamedAndRepaired(t *testing.T) {
	dir := t.TempDir()
	ix, err := Open(dir, Options{})
	must(t, err)
	w := newWriter(5, 200)
	put := func(name string, n int, class string) (ids []string) {
		for i := range n {
			d := w.document(fmt.Sprint(name, i), class)
			d.Passages = append(d.Passages, Passage{Text: "모두에게 있는 말"})
			must(t, ix.Put(t.Context(), d))
			ids = append(ids, d.ID)
		}
		return ids
	}
	first := put("a", 20, "c")
	must(t, ix.Flush(t.Context()))
	second := put("b", 20, "c")
	must(t, ix.Flush(t.Context()))
	third := put("l", 5, "c")
	must(t, ix.Close())
	all := slices.Concat(first, second, third)
	slices.Sort(all)
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, entry := range entries {
		name := entry.Name()
		if name == "lock" {
			continue
		}
		for _, part := range []float64{0.001, 0.3, 0.6, 0.9, 0.999} {
			dir := copyDir(t, dir)
			path := filepath.Join(dir, name)
			b, err := os.ReadFile(path)
			must(t, err)
			b[int(part*float64(len(b)))] ^= 0x10
			must(t, os.WriteFile(path, b, 0o600))
			checkDamaged(t, dir, name, all)
		}
	}
}

// checkDamaged opens a directory in which one file is damaged: it, or looking for what all have, says which; repairing drops
// what it said, and what was dropped can be put again.
func checkDamaged(t *testing.T, dir, name string, all []string) {
	t.Helper()
	ix, err := Open(dir, Options{})
	if err == nil {
		_, err = ix.Search(t.Context(), Query{Text: "모두에게 있는 말", Classes: []string{"c"}, Top: 100})
		must(t, ix.Close())
	}
	damaged, ok := errors.AsType[*DamagedError](err)
	if err != nil && (!ok || len(damaged.Files) != 1 || damaged.Files[0].File != name || !strings.Contains(err.Error(), name)) {
		t.Fatalf("%s is damaged, and opening and searching says %v", name, err)
	}
	if err == nil && !strings.HasPrefix(name, "segment") { // a search does not read all of a segment
		t.Fatalf("%s is damaged, and nobody says so", name)
	}
	ix, err = Open(dir, Options{Repair: true})
	must(t, err)
	left := idsOf(t, ix)
	if ok && damaged.Files[0].All {
		want := slices.DeleteFunc(slices.Clone(all), func(id string) bool { return slices.Contains(damaged.Files[0].Documents, id) })
		if !slices.Equal(left, want) {
			t.Errorf("%s is damaged: repaired it has %v, want %v", name, left, want)
		}
	}
	if len(left) == len(all) {
		t.Errorf("%s is damaged, and nothing was dropped", name)
	}
	must(t, ix.Put(t.Context(), Document{ID: "new", Class: "c", Passages: []Passage{{Text: "새 글"}}}))
	must(t, ix.Close())
	ix, err = Open(dir, Options{})
	if err != nil {
		t.Fatalf("%s was repaired, and then: %v", name, err)
	}
	result, err := ix.Search(t.Context(), Query{Text: "모두에게 있는 말", Classes: []string{"c"}, Top: 100})
	must(t, err)
	if len(result.Hits) < len(left) {
		t.Errorf("%s was repaired, and %d of %d documents are found", name, len(result.Hits), len(left))
	}
	must(t, ix.Close())
}

// After Purge nothing of a document is in any file, nor is a file there that is not used.
func TestPurgeLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	ix := openTest(t, dir)
	w := newWriter(6, 300)
	const secret = "기밀유지번호칠칠삼"
	document := func(id, text string) Document {
		d := w.document(id, "c")
		d.Passages = append(d.Passages, Passage{Text: text, Place: []byte("PLACE" + text)})
		return d
	}
	for i := range 200 {
		text := w.text(20)
		if i%50 == 0 {
			text = secret
		}
		must(t, ix.Put(t.Context(), document(fmt.Sprint("d", i), text)))
	}
	must(t, ix.Delete(t.Context(), "d50"))             // purged when it is dead already
	must(t, ix.Put(t.Context(), document("d0", "이제"))) // and an earlier version
	if ok, err := ix.PutVectors(t.Context(), "d100", mustVersion(t, ix, "d100"), mustVectors(t, ix, "d100")); !ok || err != nil {
		t.Fatal(ok, err)
	}
	must(t, ix.Purge(t.Context(), "d0", "d50", "d100", "d150", "nowhere"))
	st := ix.state.Load()
	used := map[string]bool{manifestName: true, "lock": true, logName(ix.journal.number): true}
	for _, c := range st.classes {
		for _, v := range c.vectors {
			used[v.name] = true
			if v.documents > 0 {
				t.Errorf("%s has vectors of %d documents", v.name, v.documents)
			}
		}
		for _, p := range c.parts {
			used[p.name] = true
			must(t, documentsOf(p.segment, nil, func(d *Document) error {
				if slices.Contains([]string{"d0", "d50", "d100", "d150"}, d.ID) {
					t.Errorf("%s has %s", p.name, d.ID)
				}
				for _, passage := range d.Passages {
					if strings.Contains(passage.Text, secret) || bytes.Contains(passage.Place, []byte(secret)) {
						t.Errorf("%s has the secret in %s", p.name, d.ID)
					}
				}
				return nil
			}))
			var r termReader
			r.reset(p.segment, 0)
			for r.next() {
				if text, _ := keyText(r.key[1:]); strings.Contains(text, "기밀유지") {
					t.Errorf("%s has the term %s", p.name, text)
				}
			}
			usual, err := p.read(secUsual, 0, p.sections[secUsual].size)
			must(t, err)
			if text, _ := textOf(usual); strings.Contains(text, "기밀유지") {
				t.Errorf("%s has the secret in its usual text", p.name)
			}
		}
	}
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range entries {
		if !used[e.Name()] {
			t.Errorf("%s is there, and nobody uses it", e.Name())
		}
	}
	log, err := os.ReadFile(filepath.Join(dir, logName(ix.journal.number)))
	must(t, err)
	if bytes.Contains(log, []byte("PLACE")) {
		t.Errorf("the log has texts")
	}
}

func mustVersion(t *testing.T, ix *Index, id string) string {
	info, ok, err := ix.Document(id)
	must(t, err)
	if !ok {
		t.Fatalf("no document %s", id)
	}
	return info.Version
}

func mustVectors(t *testing.T, ix *Index, id string) [][]float32 {
	info, _, err := ix.Document(id)
	must(t, err)
	list := make([][]float32, info.Passages)
	for i := range list {
		list[i] = []float32{1, 2, 3}
	}
	return list
}

// A log that cannot be written any more is given up for another, once all that is in memory is in files: nothing that was
// acknowledged is lost, nor does anything come that was refused.
func TestABrokenLogIsReplaced(t *testing.T) {
	dir := t.TempDir()
	ix, err := Open(dir, Options{})
	must(t, err)
	w := newWriter(8, 50)
	must(t, ix.Put(t.Context(), w.document("before", "c")))
	must(t, ix.journal.file.Close())
	if err := ix.Put(t.Context(), w.document("refused", "c")); err == nil {
		t.Fatal("written to a log that is closed")
	}
	must(t, ix.Put(t.Context(), w.document("after", "c")))
	for range 2 {
		if got := strings.Join(idsOf(t, ix), " "); got != "after before" {
			t.Errorf("it has %q", got)
		}
		must(t, ix.Close())
		ix, err = Open(dir, Options{})
		must(t, err)
	}
	must(t, ix.Close())
}
