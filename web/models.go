package web

import (
	"errors"
	"fmt"
	"net/http"

	"exaone/chat"
	"exaone/people"
)

// modelRoutes are about models: what is here, what could be, and bringing it.
var modelRoutes = []route{
	{http.MethodGet, "/api/licence", people.ManageModels, (*handler).licence},
	{http.MethodPost, "/api/licence/accept", people.ManageModels, (*handler).accept},
	{http.MethodGet, "/api/models", people.Ask, (*handler).catalogue},
	{http.MethodPost, "/api/models/cancel", people.ManageModels, (*handler).cancel},
	{http.MethodPost, "/api/models/pull", people.ManageModels, (*handler).pull},
	{http.MethodPost, "/api/models/use", people.ManageModels, (*handler).use},
	{http.MethodGet, "/api/status", people.Ask, (*handler).status},
}

// noteJSON is a text of the catalogue, put into words.
type noteJSON struct {
	Code chat.Code `json:"code"`
	Text string    `json:"text"`
}

func newNote(r *http.Request, n Note) noteJSON {
	if n.Code == "" {
		return noteJSON{}
	}
	return noteJSON{n.Code, chat.NewError(n.Code, nil, n.Params...).In(language(r))}
}

type pullJSON struct {
	Model  string   `json:"model"`
	Phase  string   `json:"phase"`
	Source string   `json:"source"`
	Done   int64    `json:"done"`
	Total  int64    `json:"total"`
	Rate   float64  `json:"rate"`
	Error  noteJSON `json:"error"`
}

func (h *handler) status(_ http.ResponseWriter, r *http.Request, _ chat.Principal) (any, error) {
	now, err := h.hub.Status(r.Context())
	if err != nil {
		return nil, err
	}
	out := struct {
		State State      `json:"state"`
		Model string     `json:"model"`
		Pulls []pullJSON `json:"pulls"`
		Notes []noteJSON `json:"notes"`
	}{now.State, now.Model, []pullJSON{}, []noteJSON{}}
	for _, p := range now.Pulls {
		one := pullJSON{p.Model, p.Phase, p.Source, p.Done, p.Total, p.Rate, noteJSON{}}
		if p.Err != nil {
			told, ok := errors.AsType[*chat.Error](p.Err)
			if !ok {
				told = chat.NewError("ui_pull_failed", nil)
			}
			one.Error = noteJSON{told.Code, told.In(language(r))}
		}
		out.Pulls = append(out.Pulls, one)
	}
	for _, n := range now.Notes {
		out.Notes = append(out.Notes, newNote(r, n))
	}
	return out, nil
}

type offerJSON struct {
	Model   string `json:"model"`
	Title   string `json:"title"`
	Size    int64  `json:"size"`
	Memory  int64  `json:"memory"`
	Window  int    `json:"window"`
	Params  int64  `json:"params"`
	Korean  bool   `json:"korean"`
	Here    bool   `json:"here"`
	Fits    bool   `json:"fits"`
	Loaded  bool   `json:"loaded"`
	Note    string `json:"note"`
	Licence string `json:"licence"`
	Class   string `json:"class"`
	Level   string `json:"level"`

	Elsewhere bool `json:"elsewhere,omitempty"`
}

func (h *handler) catalogue(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	offers, err := h.hub.Catalogue(r.Context())
	if err != nil {
		return nil, err
	}
	visible, err := h.meter.Visible(r.Context(), who)
	if err != nil {
		return nil, err
	}
	out := struct {
		Models []offerJSON `json:"models"`
	}{[]offerJSON{}}
	for _, o := range offers {
		if o.Here && !visible(o.Model) {
			continue
		}
		one := offerJSON{o.Model, o.Title, o.Size, o.Memory, o.Window, o.Params, o.Korean, o.Here, o.Fits, o.Loaded, "",
			o.Licence, o.Class, o.Level, o.Elsewhere}
		if o.Note != "" {
			one.Note = chat.Text(language(r), o.Note)
		}
		out.Models = append(out.Models, one)
	}
	return out, nil
}

func (h *handler) licence(_ http.ResponseWriter, r *http.Request, _ chat.Principal) (any, error) {
	l, err := h.hub.Licence(r.Context(), r.URL.Query().Get("model"))
	if err != nil {
		return nil, err
	}
	return struct {
		Model string   `json:"model"`
		Title string   `json:"title"`
		Class string   `json:"class"`
		URL   string   `json:"url"`
		Text  string   `json:"text"`
		Hash  string   `json:"hash"`
		Note  noteJSON `json:"note"`
	}{l.Model, l.Title, l.Class, l.URL, l.Text, l.Hash, newNote(r, l.Note)}, nil
}

// maxPerson is the longest name of a person in bytes.
const maxPerson = 200

func (h *handler) accept(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Model  string `json:"model"`
		Hash   string `json:"hash"`
		Person string `json:"person"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	if len(in.Person) > maxPerson {
		return nil, chat.NewError(chat.CodeBadField, nil, "person", fmt.Sprintf("%d bytes", len(in.Person)),
			fmt.Sprintf("at most %d bytes", maxPerson))
	}
	return done{true}, h.hub.Accept(r.Context(), who, Acceptance(in))
}

// done is the reply to what has nothing else to say.
type done struct {
	OK bool `json:"ok"`
}

// named decodes a body that names a model.
func named(w http.ResponseWriter, r *http.Request) (string, error) {
	var in struct {
		Model string `json:"model"`
	}
	if err := read(w, r, &in); err != nil {
		return "", err
	}
	if in.Model == "" {
		return "", chat.NewError(chat.CodeBadField, nil, "model", `""`, "a name")
	}
	return in.Model, nil
}

func (h *handler) pull(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	model, err := named(w, r)
	if err != nil {
		return nil, err
	}
	return done{true}, h.hub.Pull(r.Context(), who, model)
}

func (h *handler) cancel(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	model, err := named(w, r)
	if err != nil {
		return nil, err
	}
	return done{true}, h.hub.CancelPull(r.Context(), who, model)
}

func (h *handler) use(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	model, err := named(w, r)
	if err != nil {
		return nil, err
	}
	return done{true}, h.hub.UseModel(r.Context(), who, model)
}

// usable is CodeNoModel for a model that somebody may not use; "" is whichever is usual.
func (h *handler) usable(r *http.Request, who chat.Principal, model string) error {
	if model == "" {
		return nil
	}
	visible, err := h.meter.Visible(r.Context(), who)
	if err == nil && !visible(model) {
		err = chat.NewError(chat.CodeNoModel, nil, model)
	}
	return err
}
