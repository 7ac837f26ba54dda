package reference

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// koreanQuestions is half of KorQuAD 1.0's development set, in the form of SQuAD 1.1.
const koreanQuestions = "bench/korquad1-dev-half.json"

// Article is an article of Wikipedia, as far as there are questions about it.
type Article struct {
	Title      string
	Paragraphs []Paragraph
}

// Paragraph is a text, and the questions that it answers.
type Paragraph struct {
	Text      string     `json:"context"`
	Questions []Question `json:"qas"`
}

// Question is a question of a person who had read the paragraph, and what of the paragraph's text answers it.
type Question struct {
	ID      string
	Text    string `json:"question"`
	Answers []struct{ Text string }
}

// Answer is the first answer, which every question has.
func (q Question) Answer() string { return q.Answers[0].Text }

// KorQuAD reads articles, in the order of their file; the test is skipped where that is not.
func KorQuAD(t testing.TB) []Article {
	t.Helper()
	data, err := os.ReadFile(Path(t, koreanQuestions))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Data []Article }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	for i, a := range file.Data {
		file.Data[i].Title = strings.ReplaceAll(a.Title, "_", " ") // as it stands in an address
	}
	return file.Data
}
