package index

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
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
	shared := os.Getenv("EXAONE_SHARED")
	if shared == "" {
		t.Skip("no reference data (EXAONE_SHARED)")
	}
	data, err := os.ReadFile(filepath.Join(shared, "bench", "korquad1-dev-half.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Data []struct {
			Title      string
			Paragraphs []struct {
				Context string
				QAs     []struct{ ID, Question string }
			}
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	for a, article := range file.Data {
		names = append(names, strings.ReplaceAll(article.Title, "_", " "))
		for p, paragraph := range article.Paragraphs {
			d := Document{ID: fmt.Sprintf("%d-%d", a, p), Class: "all", Passages: []Passage{{Text: paragraph.Context}}}
			if titles {
				d.Title = names[a]
			}
			documents = append(documents, d)
			for _, qa := range paragraph.QAs {
				questions = append(questions, question{ID: qa.ID, Kind: "korquad", Query: qa.Question, Gold: []string{d.ID}})
			}
		}
	}
	return documents, questions, names
}

// typed reads the questions as people type them.
func typed(t testing.TB) []question {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(os.Getenv("EXAONE_SHARED"), "bench", "korean-queries.jsonl"))
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
