package index

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// openTest opens an index that flushes and merges all the time.
func openTest(t testing.TB, dir string) *Index {
	t.Helper()
	ix, err := Open(dir, Options{FlushBytes: 64 << 10})
	must(t, err)
	t.Cleanup(func() { ix.Close() })
	return ix
}

// writer makes texts of words that are as unequally common as real ones.
type writer struct {
	*rand.Rand
	zipf  *rand.Zipf
	words []string
}

func newWriter(seed uint64, vocabulary int) *writer {
	r := rand.New(rand.NewPCG(seed, seed))
	w := &writer{Rand: r, zipf: rand.NewZipf(r, 1.1, 4, uint64(vocabulary-1))}
	syllables := []rune("가각간감강개거건게경계고공과관구국권규금기김나남내년노다당대도독동두등라령로론료류리마만말면명모목무문물미민반발방배백법별보복부북분비사산상생서선설성세소속손수술시식신실심아안양어업여역연영예오온용우운원월위유육음의이인일임입자작장재저적전절점정제조종주중지직진질차참처천청체초총출치친타태통특파판평포표품하학한항해행향현협형호화환활회후")
	particles := []string{"", "", "", "은", "는", "이", "가", "을", "를", "의", "에", "에서", "으로", "와", "하는", "했다"}
	for range vocabulary {
		var b strings.Builder
		for range 1 + r.IntN(4) {
			b.WriteRune(syllables[r.IntN(len(syllables))])
		}
		b.WriteString(particles[r.IntN(len(particles))])
		w.words = append(w.words, b.String())
	}
	return w
}

func (w *writer) word() string { return w.words[w.zipf.Uint64()] }

func (w *writer) text(words int) string {
	var b strings.Builder
	for i := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.word())
	}
	return b.String()
}

func (w *writer) document(id, class string) Document {
	d := Document{ID: id, Class: class, Version: fmt.Sprint(w.IntN(100)), Title: w.text(1 + w.IntN(3))}
	for i := range w.IntN(6) {
		d.Passages = append(d.Passages, Passage{
			Heading: w.text(w.IntN(3)), Text: w.text(1 + w.IntN(40)), Page: i / 2, Place: []byte{byte(i)},
		})
	}
	return d
}

func (w *writer) question() string {
	text := w.text(1 + w.IntN(6))
	switch w.IntN(6) {
	case 0: // a typo
		runes := []rune(text)
		runes[w.IntN(len(runes))] += rune(w.IntN(3) - 1)
		return string(runes)
	case 1:
		return strings.ReplaceAll(text, " ", "")
	case 2:
		packed := []rune{}
		for _, r := range w.word() {
			if r >= firstSyllable && r <= lastSyllable {
				packed = append(packed, aloneRunes[(r-firstSyllable)/(vowels*finals)])
			}
		}
		return string(packed)
	}
	return text
}

// library is what an index is to have.
type library map[string]Document

func (l library) of(classes ...string) []Document {
	var list []Document
	for _, d := range l {
		if slices.Contains(classes, d.Class) {
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(a, b Document) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// bare is a hit without what the brute force does not give.
func bare(hits []Hit) []string {
	var out []string
	for _, h := range hits {
		out = append(out, fmt.Sprintf("%s/%d %.6f %s | %s | %.20s %v", h.Document, h.Number, h.Score, h.Title, h.Heading, h.Text, h.Marks))
	}
	return out
}

// wantSame compares what is found with what the brute force finds.
func wantSame(t *testing.T, ix *Index, b *brute, q Query) {
	t.Helper()
	q.Top = 20
	got, err := ix.Search(t.Context(), q)
	must(t, err)
	want := b.search(&q)
	want = want[:min(q.Top, len(want))]
	if g, w := strings.Join(bare(got.Hits), "\n"), strings.Join(bare(want), "\n"); g != w {
		t.Fatalf("%q finds\n%s\nwant\n%s", q.Text, g, w)
	}
}

var contextOfTests = context.Background()

// tempFile is an open file with these bytes.
func tempFile(t testing.TB, data []byte) *os.File {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "")
	must(t, err)
	_, err = f.Write(data)
	must(t, err)
	return f
}
