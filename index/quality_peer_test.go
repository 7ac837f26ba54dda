package index

import (
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the peers: FTS5's two tokenizers
)

// TestKorQuADBesidePeers asks the same questions of SQLite's full-text search, as a program without Korean would: the words
// of the question, any of them, by its BM25.
func TestKorQuADBesidePeers(t *testing.T) {
	if os.Getenv("EXAONE_SEARCH_QUALITY") == "" {
		t.Skip("make prove-search-korquad runs it")
	}
	documents, questions, names := korquad(t, false)
	sets := map[string][]question{"korquad": questions}
	for _, q := range typed(t) {
		sets[q.Kind] = append(sets[q.Kind], q)
	}
	kinds := []string{"korquad", "keyboard", "choseong", "nospace", "typo", "particle"}
	row := func(name string, find func(question) int) {
		var b strings.Builder
		for _, kind := range kinds {
			var places []int
			for _, q := range sets[kind] {
				places = append(places, find(q))
			}
			fmt.Fprintf(&b, " | %.3f, %.3f", recall(places, 1), recall(places, 5))
		}
		t.Logf("| %-22s%s |", name, b.String())
	}
	t.Logf("| recall@1, @5 | %s |", strings.Join(kinds, " | "))
	for _, tokenizer := range []string{"unicode61", "trigram"} {
		db, err := sql.Open("sqlite", ":memory:")
		if err != nil {
			t.Fatal(err)
		}
		db.SetMaxOpenConns(1)
		t.Cleanup(func() { _ = db.Close() })
		if _, err := db.Exec(`create virtual table passages using fts5(text, tokenize = '` + tokenizer + `')`); err != nil {
			t.Fatal(err)
		}
		for i, d := range documents {
			if _, err := db.Exec(`insert into passages (rowid, text) values (?, ?)`, i+1, d.Passages[0].Text); err != nil {
				t.Fatal(err)
			}
		}
		row("FTS5 "+tokenizer, func(q question) int { return ftsPlace(t, db, documents, q) })
	}
	for _, titles := range []bool{false, true} {
		name, ours := "this index", documents
		if titles {
			name, ours = "this index, with titles", titled(documents, names)
		}
		ix := opened(t, ours)
		row(name, func(q question) int {
			found, _ := places(t, ix, []question{q})
			return found[q.Kind][0]
		})
	}
}

// titled puts its article's title on each paragraph.
func titled(documents []Document, names []string) []Document {
	out := slices.Clone(documents)
	for i := range out {
		a, _, _ := strings.Cut(out[i].ID, "-")
		n, _ := strconv.Atoi(a)
		out[i].Title = names[n]
	}
	return out
}

// ftsPlace is the place of the first gold passage among ten hits of a full-text table.
func ftsPlace(t *testing.T, db *sql.DB, documents []Document, q question) int {
	t.Helper()
	var quoted []string
	for w := range strings.FieldsSeq(q.Query) {
		w = strings.Trim(w, `?!.,"'`)
		quoted = append(quoted, `"`+strings.ReplaceAll(w, `"`, `""`)+`"`)
	}
	rows, err := db.Query(`select rowid from passages where passages match ? order by bm25(passages) limit 10`, strings.Join(quoted, " OR "))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var hits []Hit
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		hits = append(hits, Hit{Document: documents[id-1].ID})
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return place(hits, q.Gold)
}
