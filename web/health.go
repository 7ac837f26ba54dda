package web

import (
	"net/http"
	"time"

	"exaone/chat"
	"exaone/people"
)

// healthRoutes say how the server is, for those who run it.
var healthRoutes = []route{
	{http.MethodGet, "/api/admin/health", people.ManageModels, (*handler).health},
}

// Worry says how much somebody should care.
type Worry string

// The worries, the least first.
const (
	Fine Worry = "ok"
	Soon Worry = "warning" // it works, and may not for long
	Now  Worry = "bad"     // something does not work
)

// Fact is one thing about how the server is.
type Fact struct {
	About string // disk, memory, store, backup, model, certificate, address or admins
	Worry Worry
	Note  Note // in plain words, with what to do
}

type factJSON struct {
	About string    `json:"about"`
	Level Worry     `json:"level"`
	Code  chat.Code `json:"code"`
	Text  string    `json:"text"`
}

// health says in plain words how the server is, and what there is to do.
func (h *handler) health(_ http.ResponseWriter, r *http.Request, _ chat.Principal) (any, error) {
	out := struct {
		Items   []factJSON `json:"items"`
		Version string     `json:"version"`
		At      time.Time  `json:"at"`
	}{[]factJSON{}, h.opts.Version, time.Now().UTC()}
	if h.opts.Health == nil {
		return out, nil
	}
	for _, f := range h.opts.Health(r.Context()) {
		note := newNote(r, f.Note)
		out.Items = append(out.Items, factJSON{f.About, f.Worry, note.Code, note.Text})
	}
	return out, nil
}
