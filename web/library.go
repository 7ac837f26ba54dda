package web

import (
	"net/http"

	"exaone/chat"
	"exaone/library"
	"exaone/people"
)

// libraryRoutes are about the prompts that come with the program.
var libraryRoutes = []route{
	{http.MethodGet, "/api/prompts/builtin", people.Converse, (*handler).builtinPrompts},
}

type jobJSON struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type builtinJSON struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Title    string `json:"title"`
	Text     string `json:"text"`
	Job      string `json:"job"`
	Audience string `json:"audience"`
	Mine     bool   `json:"mine"`
}

// builtinPrompts lists them in the reader's language, with the families of jobs that they are for.
func (h *handler) builtinPrompts(_ http.ResponseWriter, r *http.Request, _ chat.Principal) (any, error) {
	lang := language(r)
	return struct {
		list[builtinJSON]
		Jobs []jobJSON `json:"jobs"`
	}{
		listed(library.Prompts(lang), func(p library.Prompt) builtinJSON {
			return builtinJSON{ID: p.ID, Name: p.Name, Title: p.Title, Text: p.Text, Job: p.Job, Audience: "*"}
		}),
		listed(library.Jobs(lang), func(j library.Job) jobJSON { return jobJSON(j) }).Items,
	}, nil
}
