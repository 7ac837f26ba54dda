package web

import (
	"slices"
	"testing"
)

// The prompts that come with the program are everybody's who may converse, in the reader's language.
func TestBuiltinPrompts(t *testing.T) {
	w := newWorld(t, nil)
	bob := w.join("bob", "guest")
	got := bob.must("GET", "/api/prompts/builtin", nil)
	jobs := got.all("id", "jobs")
	if len(jobs) != 14 || jobs[0] == "" {
		t.Fatalf("families %q, want 14", jobs)
	}
	known := map[string]bool{}
	for _, id := range jobs {
		known[id] = true
	}
	for _, job := range got.all("job", "items") {
		if !known[job] {
			t.Errorf("a prompt is for %q, which is no family", job)
		}
	}
	for lang, want := range map[string]string{"ko": "SWOT 분석과 실행 과제", "en": "SWOT analysis with next actions"} {
		bob.lang = lang
		if titles := bob.must("GET", "/api/prompts/builtin", nil).all("title", "items"); !slices.Contains(titles, want) {
			t.Errorf("in %s the titles are %q", lang, titles)
		}
	}
}
