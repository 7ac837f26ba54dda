package index

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"exaone/korean"
	"exaone/reference"
)

// question is one of a set, with the passages that answer it.
type question struct {
	ID, Kind, Query string
	Gold            []string // ARTICLE-PARAGRAPH
}

// korquad reads the half of KorQuAD that is among the reference data: each paragraph a document of its own, with the
// title of its article if titles is set.
func korquad(t testing.TB, titles bool) (documents []Document, questions []question, names []string) {
	t.Helper()
	for a, article := range reference.KorQuAD(t) {
		names = append(names, article.Title)
		for p, paragraph := range article.Paragraphs {
			d := Document{ID: fmt.Sprintf("%d-%d", a, p), Class: "all", Passages: []Passage{{Text: paragraph.Text}}}
			if titles {
				d.Title = names[a]
			}
			documents = append(documents, d)
			for _, q := range paragraph.Questions {
				questions = append(questions, question{ID: q.ID, Kind: "korquad", Query: q.Text, Gold: []string{d.ID}})
			}
		}
	}
	return documents, questions, names
}

// typed reads the questions as people type them.
func typed(t testing.TB) []question {
	t.Helper()
	data, err := os.ReadFile(reference.Path(t, "bench/korean-queries.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var out []question
	for s := bufio.NewScanner(bytes.NewReader(data)); s.Scan(); {
		var q question
		if err := json.Unmarshal(s.Bytes(), &q); err != nil {
			t.Fatal(err)
		}
		out = append(out, q)
	}
	return out
}

// titleQueries are the first two initial consonants of each word in Hangul of each title, of two syllables or more: what
// somebody types to jump to a document. Found is the article that the word was taken from.
func titleQueries(names []string) []question {
	var out []question
	for a, name := range names {
		asked := map[string]bool{}
		for w := range korean.Words(name) {
			initials := []rune(korean.Choseong(w.Text))
			if !korean.WholeSyllables(w.Text) || len(initials) < 2 || asked[string(initials[:2])] {
				continue
			}
			asked[string(initials[:2])] = true
			out = append(out, question{ID: fmt.Sprint(a, " ", w.Text), Kind: "title", Query: string(initials[:2]), Gold: []string{fmt.Sprint(a)}})
		}
	}
	return out
}

// articles puts the paragraphs of each article together in one document with its title.
func articles(documents []Document, names []string) []Document {
	out := make([]Document, len(names))
	for a, name := range names {
		out[a] = Document{ID: fmt.Sprint(a), Class: "all", Title: name}
	}
	for _, d := range documents {
		a, _, _ := strings.Cut(d.ID, "-")
		n, _ := strconv.Atoi(a)
		out[n].Passages = append(out[n].Passages, d.Passages...)
	}
	return out
}

// opened is an index of documents.
func opened(t testing.TB, documents []Document) *Index {
	t.Helper()
	ix, err := Open(t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ix.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := ix.Put(t.Context(), documents...); err != nil {
		t.Fatal(err)
	}
	return ix
}

// places asks an index questions, and returns for each kind where the first gold passage was, and how long answers took.
func places(t testing.TB, ix *Index, questions []question) (map[string][]int, []time.Duration) {
	t.Helper()
	out := map[string][]int{}
	var took []time.Duration
	for _, q := range questions {
		from := time.Now()
		result, err := ix.Search(t.Context(), Query{Text: q.Query, Classes: []string{"all"}})
		if err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(from))
		out[q.Kind] = append(out[q.Kind], place(result.Hits, q.Gold))
	}
	return out, took
}

// share is one in how many questions is asked: all of them where EXAONE_SEARCH_QUALITY is set, as make prove-search-korquad
// and prove-search-queries do.
func share() int {
	if os.Getenv("EXAONE_SEARCH_QUALITY") != "" {
		return 1
	}
	return 8
}

// some returns one in so many of a list.
func some[E any](list []E, share int) []E {
	var out []E
	for i := 0; i < len(list); i += share {
		out = append(out, list[i])
	}
	return out
}

// TestKorQuAD asks every question of the half, all paragraphs one collection. The weights of the second pass were chosen
// on each third question; the others are shown apart.
func TestKorQuAD(t *testing.T) {
	documents, questions, _ := korquad(t, false)
	questions = some(questions, share())
	found, took := places(t, opened(t, documents), questions)
	all := found["korquad"]
	var others []int
	for i, p := range all {
		if i*share()%3 != 0 {
			others = append(others, p)
		}
	}
	slices.Sort(took)
	t.Logf("%d questions: recall@1 %.3f, @5 %.3f; those that nothing was chosen on: %.3f, %.3f; median %v, p95 %v",
		len(all), recall(all, 1), recall(all, 5), recall(others, 1), recall(others, 5), took[len(took)/2], took[len(took)*95/100])
	for _, set := range [][]int{all, others} {
		if recall(set, 1) < 0.92 || recall(set, 5) < 0.99 {
			t.Errorf("recall@1 %.3f, @5 %.3f, want 0.92 and 0.99", recall(set, 1), recall(set, 5))
		}
	}
}

// TestKoreanQueries asks 200 of the questions as people type them, and for titles by two initial consonants.
func TestKoreanQueries(t *testing.T) {
	documents, _, names := korquad(t, false)
	var asked []question
	every := min(2, share())
	for i, q := range typed(t) { // six kinds of each
		if i/6%every == 0 {
			asked = append(asked, q)
		}
	}
	found, _ := places(t, opened(t, documents), asked)
	for _, want := range []struct {
		kind string
		at5  float64
	}{{"original", 0.98}, {"keyboard", 0.98}, {"nospace", 0.98}, {"typo", 0.98}, {"particle", 0.98}, {"choseong", 0.99}} {
		got := found[want.kind]
		t.Logf("%-9s recall@1 %.3f, @5 %.3f", want.kind, recall(got, 1), recall(got, 5))
		if len(got) != 200/every || recall(got, 5) < want.at5 {
			t.Errorf("%s: %d questions, recall@5 %.3f, want %.2f", want.kind, len(got), recall(got, 5), want.at5)
		}
	}
	whole, _ := places(t, opened(t, articles(documents, names)), titleQueries(names))
	got := whole["title"]
	t.Logf("two initial consonants for a title: %d queries, recall@1 %.3f, @10 %.3f", len(got), recall(got, 1), recall(got, 10))
	if len(got) < 100 || recall(got, 10) < 0.9 {
		t.Errorf("titles: %d queries, recall@10 %.3f, want 0.90", len(got), recall(got, 10))
	}
}

// place is the first place, from 1, that a gold passage has among hits; 0 where none.
func place(hits []Hit, gold []string) int {
	return slices.IndexFunc(hits, func(h Hit) bool { return slices.Contains(gold, h.Document) }) + 1
}

// recall is the share of places that are at most so far down.
func recall(places []int, at int) float64 {
	n := 0
	for _, p := range places {
		if p > 0 && p <= at {
			n++
		}
	}
	return float64(n) / float64(max(1, len(places)))
}
