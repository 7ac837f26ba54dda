package assistant

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"exaone/index"
	"exaone/reference"
)

// TestExtractiveAnswers asks questions of KorQuAD, all paragraphs one collection, and looks whether the sentence that is
// picked without a model holds the answer. The weights were chosen on the questions with even numbers; it is held to the others.
func TestExtractiveAnswers(t *testing.T) {
	var documents []index.Document
	type one struct{ id, question, answer string }
	var questions []one
	for a, article := range reference.KorQuAD(t) {
		for p, paragraph := range article.Paragraphs {
			id := fmt.Sprintf("%d-%d", a, p)
			documents = append(documents, index.Document{ID: id, Class: "all", Title: article.Title,
				Passages: []index.Passage{{Text: paragraph.Text}}})
			for _, qa := range paragraph.Questions {
				questions = append(questions, one{id, qa.Text, qa.Answer()})
			}
		}
	}
	ix, err := index.Open(t.TempDir(), index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	if err := ix.Put(t.Context(), documents...); err != nil {
		t.Fatal(err)
	}
	every := 8
	if os.Getenv("EXAONE_ANSWERS") != "" {
		every = 1
	}
	var n, shown, alone, around [2]int
	for i := 0; i < len(questions); i++ {
		if i/2%every != 0 {
			continue
		}
		q, set := questions[i], i%2
		result, err := ix.Search(t.Context(), index.Query{Text: q.question, Classes: []string{"all"}, Top: mostPassages})
		if err != nil {
			t.Fatal(err)
		}
		var passages []passageText
		gold := false
		for _, h := range result.Hits {
			passages = append(passages, passageText{above: h.Title + "\n" + h.Heading, text: h.Text, score: h.Score})
			gold = gold || h.Document == q.id
		}
		n[set]++
		if gold {
			shown[set]++
		}
		best := candidates(q.question, q.question, passages)
		if len(best) == 0 {
			continue
		}
		text := passages[best[0].passage].text
		lines := linesOf(text)
		l := lines[best[0].line]
		if strings.Contains(text[l.from:l.to], q.answer) {
			alone[set]++
		} else if os.Getenv("EXAONE_ANSWERS_MISSED") != "" && set == 0 {
			t.Logf("%s → %s\n    %s %v", q.question, q.answer, text[l.from:l.to], best[0])
		}
		from, to := max(best[0].line-1, 0), min(best[0].line+1, len(lines)-1)
		if strings.Contains(text[lines[from].from:lines[to].to], q.answer) {
			around[set]++
		}
	}
	for set, name := range []string{"chosen on", "others"} {
		share := func(k int) float64 { return float64(k) / float64(n[set]) }
		t.Logf("%s: %d questions: passage shown %.3f, sentence holds the answer %.3f, with its neighbours %.3f", name, n[set], share(shown[set]), share(alone[set]), share(around[set]))
	}
	if float64(alone[1]) < 0.80*float64(n[1]) || float64(shown[1]) < 0.95*float64(n[1]) {
		t.Errorf("want 0.95 and 0.80")
	}
}
