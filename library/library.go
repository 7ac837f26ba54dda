// Package library offers prompts for the jobs of a company: ours, in Korean and English, to begin with.
//
// Each family of jobs is two Markdown files in prompts, one for each language, with the same prompts in the same order.
// A prompt asks for what it needs as {{name}} or {{name|choice|choice}}, and with a page of text put in fits a window of
// 4,096 tokens.
package library

import (
	"embed"
	"fmt"
	"strings"

	"exaone/chat"
)

// Job is a family of jobs.
type Job struct {
	ID   string
	Name string // in one language
}

// Prompt is a prompt of one family in one language.
type Prompt struct {
	ID    string // the same in every language
	Job   string // the id of its family
	Name  string // what is typed after '/'
	Title string
	Text  string
}

// jobs are the ids of the families, in the order in which they are shown.
var jobs = []string{"planning", "marketing", "sales", "service", "people", "training", "finance",
	"purchase", "production", "research", "software", "data", "legal", "office"}

//go:embed prompts/*.md
var files embed.FS

// Jobs returns the families in a language.
func Jobs(lang chat.Language) []Job {
	var all []Job
	for _, id := range jobs {
		name, _ := load(id, lang)
		all = append(all, Job{id, name})
	}
	return all
}

// Prompts returns all prompts in a language, by family.
func Prompts(lang chat.Language) []Prompt {
	var all []Prompt
	for _, id := range jobs {
		_, prompts := load(id, lang)
		all = append(all, prompts...)
	}
	return all
}

// load reads the file of a family, which is part of the program.
func load(job string, lang chat.Language) (string, []Prompt) {
	if lang != chat.Korean {
		lang = chat.English
	}
	text, err := files.ReadFile("prompts/" + job + "." + string(lang) + ".md")
	if err != nil {
		panic(err)
	}
	name, prompts, err := parse(job, string(text))
	if err != nil {
		panic(err)
	}
	return name, prompts
}

// parse reads a title and, below each heading of a name and a title, a prompt:
//
//	# Planning and strategy
//
//	## swot | SWOT analysis with next actions
//	Make a SWOT analysis of …
func parse(job, text string) (string, []Prompt, error) {
	head, rest, ok := strings.Cut(text, "\n")
	title, isTitle := strings.CutPrefix(head, "# ")
	if !ok || !isTitle {
		return "", nil, fmt.Errorf("%s: it begins %q, want # and a name", job, head)
	}
	var all []Prompt
	for n, part := range strings.Split("\n"+rest, "\n## ")[1:] {
		heading, body, _ := strings.Cut(part, "\n")
		name, title, ok := strings.Cut(heading, " | ")
		if !ok {
			return "", nil, fmt.Errorf("%s: heading %q, want NAME | TITLE", job, heading)
		}
		all = append(all, Prompt{ID: fmt.Sprintf("ours-%s-%d", job, n+1), Job: job, Name: strings.TrimSpace(name),
			Title: strings.TrimSpace(title), Text: strings.TrimSpace(body)})
	}
	return title, all, nil
}
