package web

import (
	"net/http"
	"slices"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// promptRoutes are about prompts: one's own, and those that others let one use.
var promptRoutes = []route{
	{http.MethodGet, "/api/prompts", people.Converse, (*handler).prompts},
	{http.MethodPost, "/api/prompts", people.Converse, (*handler).createPrompt},
	{http.MethodPatch, "/api/prompts/{id}", people.Converse, (*handler).changePrompt},
	{http.MethodDelete, "/api/prompts/{id}", people.Converse, (*handler).deletePrompt},
}

type promptJSON struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Title    string    `json:"title"`
	Text     string    `json:"text"`
	Job      string    `json:"job"`
	Audience string    `json:"audience"` // "" its owner, "*" everybody, or a team
	Grade    int       `json:"grade"`
	Mine     bool      `json:"mine"`
	Created  time.Time `json:"created"`
	Updated  time.Time `json:"updated"`
}

func newPrompt(p store.Prompt, who chat.Principal) promptJSON {
	return promptJSON{p.ID, p.Name, p.Title, p.Text, p.Job, p.Audience, p.Grade, p.Owner == who.ID, p.Created.UTC(), p.Updated.UTC()}
}

func (h *handler) prompts(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	all, err := h.store.Prompts(r.Context(), who)
	return listed(all, func(p store.Prompt) promptJSON { return newPrompt(p, who) }), err
}

func (h *handler) createPrompt(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Name     string `json:"name"`
		Title    string `json:"title"`
		Text     string `json:"text"`
		Job      string `json:"job"`
		Audience string `json:"audience"`
		Grade    int    `json:"grade"`
	}
	if err := readUpTo(w, r, &in, maxLongBody); err != nil {
		return nil, err
	}
	if err := h.mayPublish(who, in.Audience); err != nil {
		return nil, err
	}
	p, err := h.store.CreatePrompt(r.Context(), who, store.PromptSpec(in))
	return newPrompt(p, who), err
}

func (h *handler) changePrompt(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Name     *string `json:"name"`
		Title    *string `json:"title"`
		Text     *string `json:"text"`
		Job      *string `json:"job"`
		Audience *string `json:"audience"`
		Grade    *int    `json:"grade"`
	}
	if err := readUpTo(w, r, &in, maxLongBody); err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	before, err := h.store.Prompt(r.Context(), who, id)
	if err != nil {
		return nil, err
	}
	audience := before.Audience // another text for the same readers is published, too
	if in.Audience != nil {
		audience = *in.Audience
	}
	if before.Owner == who.ID { // else the store says that it is not theirs
		if err := h.mayPublish(who, audience); err != nil {
			return nil, err
		}
	}
	p, err := h.store.UpdatePrompt(r.Context(), who, id, store.PromptChange(in))
	return newPrompt(p, who), err
}

func (h *handler) deletePrompt(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	return done{true}, h.store.DeletePrompt(r.Context(), who, r.PathValue("id"))
}

// mayPublish is an error unless somebody may let an audience use a prompt: their own teams, or, if they speak to
// everybody, everybody and any team.
func (h *handler) mayPublish(who chat.Principal, audience string) error {
	switch {
	case audience == "":
		return nil
	case slices.Contains(who.Groups, audience):
		return h.gate.may(who, people.Publish)
	}
	return h.gate.may(who, people.Announce)
}
