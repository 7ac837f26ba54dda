package index

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestKorQuADWithVectors asks the questions of KorQuAD with vectors of an embedder. EXAONE_SEARCH_VECTORS names a folder:
// without passages.f32 and questions.f32 there the test writes passages.txt and questions.txt, a line each, for exaone
// embed to make them of.
func TestKorQuADWithVectors(t *testing.T) {
	folder := os.Getenv("EXAONE_SEARCH_VECTORS")
	if folder == "" {
		t.Skip("make prove-search-vectors runs it")
	}
	documents, questions, _ := korquad(t, false)
	passages, err := vectorsOf(filepath.Join(folder, "passages.f32"), len(documents))
	if errors.Is(err, fs.ErrNotExist) {
		var p, q strings.Builder
		for _, d := range documents {
			p.WriteString(strings.ReplaceAll(d.Passages[0].Text, "\n", " ") + "\n")
		}
		for _, one := range questions {
			q.WriteString(strings.ReplaceAll(one.Query, "\n", " ") + "\n")
		}
		must(t, os.WriteFile(filepath.Join(folder, "passages.txt"), []byte(p.String()), 0o600))
		must(t, os.WriteFile(filepath.Join(folder, "questions.txt"), []byte(q.String()), 0o600))
		t.Skip("wrote passages.txt and questions.txt")
	}
	must(t, err)
	asked, err := vectorsOf(filepath.Join(folder, "questions.f32"), len(questions))
	must(t, err)
	ix := opened(t, documents)
	for i, d := range documents {
		ok, err := ix.PutVectors(t.Context(), d.ID, d.Version, passages[i:i+1])
		if must(t, err); !ok {
			t.Fatalf("vectors of %s were not taken", d.ID)
		}
	}
	ask := func(text bool) []int {
		var found []int
		for i, q := range questions {
			query := Query{Classes: []string{"all"}, Vector: asked[i]}
			if text {
				query.Text = q.Query
			}
			result, err := ix.Search(t.Context(), query)
			must(t, err)
			found = append(found, place(result.Hits, q.Gold))
		}
		return found
	}
	vectors, both := ask(false), ask(true)
	words, _ := places(t, ix, questions)
	for _, row := range []struct {
		what  string
		found []int
	}{{"vectors alone", vectors}, {"words alone", words["korquad"]}, {"words and vectors", both}} {
		t.Logf("| %-17s | %.4f, %.4f |", row.what, recall(row.found, 1), recall(row.found, 5))
	}
	loss := 0.0
	if recall(vectors, 5) < 0.5 {
		loss = 0.01 // an embedder that knows no Korean: it must cost little
	}
	for _, at := range []int{1, 5} {
		if most := max(recall(vectors, at), recall(words["korquad"], at)); recall(both, at) < most-loss {
			t.Errorf("recall@%d %.4f together, want at least %.4f", at, recall(both, at), most-loss)
		}
	}
}

// vectorsOf reads n vectors of float32, little-endian, one after the other.
func vectorsOf(name string, n int) ([][]float32, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	numbers := make([]float32, len(data)/4)
	if err := binary.Read(bytes.NewReader(data), binary.LittleEndian, numbers); err != nil {
		return nil, err
	}
	out := make([][]float32, n)
	for i := range out {
		out[i] = numbers[i*len(numbers)/n : (i+1)*len(numbers)/n]
	}
	return out, nil
}
